"""What recording an activity and reporting progress require."""

from dataclasses import dataclass
from datetime import date, time

from webapp.core.workflow import Refusal, Rule
from webapp.projects.rules.project import organiser_acts, project_is_running


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    project: str
    starts_on: date
    today: date
    held_on: date | None
    persons: int
    visits: int
    named: int
    """Of the register, called by name before the activity was recorded."""
    sign_in: int
    """Sign-in sheets attached."""
    photos: int
    starts: time | None = None
    ends: time | None = None
    children: bool = False
    """Children of the register were called by name, or it was said that children came."""
    open_photos: bool = False
    workers: int = 0
    worker_minutes: int = 0
    volunteers: int = 0
    volunteer_minutes: int = 0


@dataclass(frozen=True, slots=True)
class ProgressFacts:
    done: str
    next_steps: str
    acts_for: bool


def activity_has_its_day(facts: ActivityFacts) -> Refusal | None:
    if facts.held_on is None:
        return Refusal("held_on", "请填写活动日期。", "held_on")
    if facts.held_on > facts.today:
        return Refusal("held_on", "活动日期还没有到，活动举办后再记录。", "held_on")
    if facts.held_on < facts.starts_on:
        return Refusal("held_on", f"活动日期早于项目开始的 {facts.starts_on:%Y-%m-%d}，请核对。", "held_on")
    return None


def times_in_order(starts: time | None, ends: time | None) -> Refusal | None:
    """Both are given or neither; the end lies after the start."""
    if (starts is None) != (ends is None):
        return Refusal("times", "开始和结束时间要一起填写。", "starts" if starts is None else "ends")
    return Refusal("times", "结束时间要晚于开始时间。", "ends") if starts and ends and ends <= starts else None


def activity_ends_after_it_starts(facts: ActivityFacts) -> Refusal | None:
    return times_in_order(facts.starts, facts.ends)


def children_stay_inside(facts: ActivityFacts) -> Refusal | None:
    """A picture of a child is not published (民法典 §1019; 未成年人保护法 §4; 个人信息保护法 §25)."""
    if facts.children and facts.open_photos:
        return Refusal("photos_of_minors", "有未成年人参加的活动，照片只能内部留存，请取消公开。", "open_photos")
    return None


def activity_served_somebody(facts: ActivityFacts) -> Refusal | None:
    if facts.persons < 1:
        return Refusal("persons", "请填写参加人数。", "persons")
    if facts.persons < facts.named:
        return Refusal("named", f"已经点名 {facts.named} 人，参加人数不能更少。", "persons")
    return Refusal("visits", "人次不能少于人数，请核对。", "visits") if facts.visits < facts.persons else None


def hours_are_somebodys(facts: ActivityFacts) -> list[Refusal]:
    """Hours without anybody who gave them are a slip of the pen; told where the number of people is missing."""
    found = []
    if facts.worker_minutes and not facts.workers:
        found.append(Refusal("workers", "填写了社工服务时长，请填写社工人数；没有社工的，不填时长。", "workers"))
    if facts.volunteer_minutes and not facts.volunteers:
        found.append(Refusal("volunteers", "填写了志愿服务时长，请填写志愿者人数；没有志愿者的，不填时长。", "volunteers"))
    return found


def activity_is_proved(facts: ActivityFacts) -> list[Refusal]:
    """An activity record needs sign-in sheet and photos (as 南京江北新区 asks of its projects)."""
    found = [] if facts.sign_in else [Refusal("sign_in", "请上传签到表（拍照或扫描都可以）。", "sign_in")]
    return found if facts.photos else [*found, Refusal("photos", "请上传至少一张活动照片。", "photos")]


def report_is_written(facts: ProgressFacts) -> Refusal | None:
    if not facts.done.strip():
        return Refusal("done", "请写明这一期做了什么。", "done")
    return None if facts.next_steps.strip() else Refusal("next_steps", "请写明下一步打算。", "next_steps")


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "activity.record": (
        project_is_running,
        activity_has_its_day,
        activity_ends_after_it_starts,
        activity_served_somebody,
        hours_are_somebodys,
        activity_is_proved,
        children_stay_inside,
    ),
    "activity.cancel": (),
    "progress.submit": (report_is_written,),
    "progress.accept": (organiser_acts,),
    "progress.return": (organiser_acts,),
}

WORDS = {
    "activity.create": "计划活动",
    "activity.open_photos": "公开照片",
    "activity.close_photos": "收回照片",
    "progress.create": "新建进展报告",
    "progress.edit": "填写进展报告",
}
