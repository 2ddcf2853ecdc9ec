"""项目责任书: tasks both sides hold each other to, and what is reported of each."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from webapp.core.clock import today
from webapp.core.workflow import take_step
from webapp.demo.lives.applications import paper
from webapp.demo.lives.delivery import Run
from webapp.demo.stage import moment
from webapp.projects import actions
from webapp.projects.models import Charge, Task

Life = Iterator[datetime]
TASKS = (
    ("上门陪伴", "每周上门一次，陪聊、代办、测血压", "次", 20, "示例社工"),
    ("睦邻小组", "每月一次，每次不少于十人", "场", 4, "示例社工"),
    ("志愿者培训", "上岗前集中培训，讲安全和礼仪", "场", 2, "示例督导"),
)
REPORTED = 5
"""How often progress is told, once a month."""


def charge(run: Run) -> Life:
    """Written and agreed, and the tasks reported month by month; one is told late and waits for the office. The dice are not asked."""
    stage, waits = run.stage, run.number % 28 == 21
    if waits:
        yield moment(today(stage.end) - timedelta(days=3), 10)
    with stage.scene() as session:
        lead, project = run.who(session, run.organisation.lead), run.project(session)
        rows = [
            {"title": title, "how": how, "unit": unit, "target": target, "responsible": who, "due_on": run.ends.isoformat()}
            for title, how, unit, target, who in TASKS
        ]
        made = actions.start_charge(session, project, rows=rows, by=lead, at=stage.at)
        actions.submit_charge(session, made, by=lead, at=stage.at)
        key = made.id
    if waits:
        return
    yield moment(today(stage.at) + timedelta(days=3), 10)
    with stage.scene() as session:
        actions.agree_charge(session, session.get_one(Charge, key), by=run.who(session, run.bureau.officer), at=stage.at)
    yield moment(run.starts, 9)
    for month in range(REPORTED):
        yield moment(today(stage.at) + timedelta(days=30), 10)
        with stage.scene() as session:
            member = run.who(session, run.organisation.member)
            for task in session.scalars(sa.select(Task).where(Task.charge_id == key, Task.state == "open").order_by(Task.position)).all():
                proofs = [paper("记录.png")] if month == 0 else []
                actions.report_task(
                    session, task, count=max(task.target // 4, 1), note="按计划完成。", proofs=proofs, by=member, at=stage.at
                )
                if task.done >= task.target:
                    take_step(session, task, "finish", by=member, at=stage.at, note="已全部完成，记录齐全。")
