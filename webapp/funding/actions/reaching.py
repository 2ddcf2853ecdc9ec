"""When a tranche's trigger is reached: its days begin, the organisation is told, and who is late can be urged."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.calls.rules import Span, until
from webapp.core import journal, outbox
from webapp.core.scope import Viewer as Actor
from webapp.core.workflow import CLOCK, refuse
from webapp.funding.models import Tranche
from webapp.funding.rules.tranches import REACHED
from webapp.projects.actions import tell_organisation
from webapp.projects.models import Project
from webapp.workflows import TRANCHE

URGED_AGAIN = timedelta(hours=20)
"""Once a working day is enough."""
NEXT = {
    "requested": ("prepare",), "prepared": ("review", "check"), "reviewed": ("check",), "checked": ("discuss", "approve"),
    "discussed": ("approve",), "approved": ("send",), "bounced": ("resend",),
}  # fmt: skip
"""State → the steps that may be next; whose stage is off is passed over."""


def reach(session: Session, tranche: Tranche, *, at: datetime) -> None:
    """The trigger is reached: from now on the tranche may be asked for, and is to be paid within the days of the call."""
    tranche.reached_at = at
    if tranche.within:
        tranche.pay_by = until(at, Span(**tranche.within))
    session.flush()
    journal.record(session, tranche.ref, "reach", by=CLOCK.ref, at=at)


def follow_project(
    session: Session, project: Project, step: str, *, by: Actor, at: datetime, note: str = "", data: dict[str, Any] | None = None
) -> None:
    """Each step of a project may reach the trigger of a tranche."""
    triggers = [trigger for trigger, states in REACHED.items() if project.state in states]
    if not triggers:
        return
    waiting = sa.select(Tranche).where(
        Tranche.project_id == project.id, Tranche.state == "planned", Tranche.reached_at.is_(None), Tranche.trigger.in_(triggers)
    )
    for tranche in session.scalars(waiting.order_by(Tranche.position).with_for_update()).all():
        reach(session, tranche, at=at)
        tell_organisation(session, project, tranche.ref, f"项目 {project.number} {tranche.title}可以请款", "请上传收款票据后请款。", at)


def next_roles(tranche: Tranche) -> frozenset[str]:
    """The roles a tranche waits for now."""
    for name in NEXT.get(tranche.state, ()):
        one = TRANCHE.step(name)
        if one.stage is None or one.stage in tranche.stages:
            return one.who
    return frozenset()


def urge(session: Session, tranche: Tranche, *, by: Viewer, at: datetime) -> int:
    """催办: those the tranche waits for are told, once a day; gives how many.

    Raises Refused when it waits for nobody, and when it was urged already.
    """
    roles = next_roles(tranche)
    if not roles:
        raise refuse("state", "这一期现在没有需要催办的环节。")
    if tranche.urged_at is not None and at - tranche.urged_at < URGED_AGAIN:
        raise refuse("urged", "今天已经催办过，请明天再催。")
    project = session.get_one(Project, tranche.project_id)
    people = people_with(session, roles, at=at, area=project.area_code)
    outbox.tell(session, people, tranche.ref, f"催办：项目 {project.number} {tranche.title}", "请尽快办理。", at=at)
    tranche.urged_at = at
    session.flush()
    journal.record(session, tranche.ref, "urge", by=by.ref, at=at)
    return len(people)
