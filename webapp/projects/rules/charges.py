"""What a 项目责任书 and its tasks require."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.core.workflow import Refusal, Rule
from webapp.projects.rules.project import organiser_acts, project_is_running

MOST = 60
"""Tasks of one project, at the most."""


@dataclass(frozen=True, slots=True)
class ChargeFacts:
    acts_for: bool
    project: str
    starts_on: date
    ends_on: date
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class TaskFacts:
    project: str
    unit: str
    target: int
    done: int


def tasks_are_whole(facts: ChargeFacts) -> list[Refusal]:
    """Each task says what, how much, who and until when, within the project's time."""
    if not facts.rows:
        return [Refusal("rows", "还没有分解任务，请至少写一项。")]
    found = []
    for n, row in enumerate(facts.rows, 1):
        lacks = [word for name, word in (("title", "任务"), ("responsible", "责任人"), ("unit", "单位")) if not row[name].strip()]
        if row["target"] < 1:
            lacks.append("数量")
        if not row["due_on"]:
            lacks.append("完成日期")
        if lacks:
            found.append(Refusal("row", f"第 {n} 项还没有填{'、'.join(lacks)}。"))
        elif not facts.starts_on <= date.fromisoformat(row["due_on"]) <= facts.ends_on:
            found.append(
                Refusal("due_on", f"第 {n} 项的完成日期不在项目期限（{facts.starts_on:%Y-%m-%d} 至 {facts.ends_on:%Y-%m-%d}）内。")
            )
    return found


def target_is_reached(facts: TaskFacts) -> Refusal | None:
    if facts.done >= facts.target:
        return None
    return Refusal("done", f"目标 {facts.target} {facts.unit}，已完成 {facts.done} {facts.unit}，完成后再办结。")


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "charge.submit": (project_is_running, tasks_are_whole),
    "charge.agree": (organiser_acts, project_is_running, tasks_are_whole),
    "charge.return": (organiser_acts,),
    "task.finish": (project_is_running, target_is_reached),
}

WORDS = {
    "charge.create": "起草责任书",
    "charge.edit": "分解任务",
    "task.create": "列入责任书",
    "task.report": "登记进度",
}
