"""Verbs of 落地社区确认: what a community answers, and what its silence means."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.applications import queries
from webapp.applications.actions.changed import APPLICANT
from webapp.applications.models import Application, Landing
from webapp.calls.rules import SILENCES
from webapp.core import outbox
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.workflow import CLOCK, take_step


def applicants(session: Session, application: Application, at: datetime) -> list[int]:
    return people_with(session, APPLICANT, at=at, organisation_id=application.organisation_id)


def _answered(session: Session, landing: Landing, words: str, note: str, at: datetime) -> None:
    application = session.get_one(Application, landing.application_id)
    people = applicants(session, application, at)
    outbox.tell(session, people, landing.ref, f"落地确认：{words}", f"{landing.title}。{note}".rstrip("。") + "。", at=at)


def agree(session: Session, landing: Landing, *, by: Viewer, at: datetime, note: str = "") -> None:
    """同意落地."""
    take_step(session, landing, "agree", by=by, at=at, note=note)
    _answered(session, landing, "同意", note, at)


def suggest(session: Session, landing: Landing, *, by: Viewer, at: datetime, note: str = "") -> None:
    """建议修改: the applicant reads what to change; the community agrees afterwards."""
    take_step(session, landing, "suggest", by=by, at=at, note=note)
    _answered(session, landing, "建议修改", note, at)


def decline(session: Session, landing: Landing, *, by: Viewer, at: datetime, note: str = "") -> None:
    """不同意, with the reason."""
    take_step(session, landing, "refuse", by=by, at=at, note=note)
    _answered(session, landing, "不同意", note, at)


def lapse_due(session: Session, at: datetime) -> int:
    """Landings nobody answered in time; what silence means, the call's rules say."""
    due = sa.select(Landing).where(Landing.state == "asked", Landing.due_at <= at).with_for_update(skip_locked=True)
    landings = session.scalars(due.order_by(Landing.id)).all()
    for landing in landings:
        take_step(session, landing, "lapse", by=CLOCK, at=at)
        application = session.get_one(Application, landing.application_id)
        agrees = queries.rules_for(session, application).silence == "agree"
        _answered(session, landing, "逾期未答", "按公告视为同意" if agrees else "按公告视为不同意，可请社区补答或更换社区", at)
    return len(landings)


def remind_due(session: Session, at: datetime) -> int:
    """A community that has not answered by the working day before the end is reminded, once; its silence is told beforehand."""
    waiting = sa.select(Landing).where(
        Landing.state == "asked", Landing.reminded_at.is_(None), Landing.due_at <= deadline(at, 1), Landing.due_at > at
    )
    landings = session.scalars(waiting.order_by(Landing.id).with_for_update(skip_locked=True)).all()
    for landing in landings:
        landing.reminded_at = at
        rules = queries.rules_for(session, session.get_one(Application, landing.application_id))
        people = people_with(session, ("community", "party_lead"), at=at, area=landing.area_code)
        body = f"{landing.title}，{today(landing.due_at or at)} 到期；{SILENCES[rules.silence]}。"
        outbox.tell(session, people, landing.ref, "落地确认快到期", body, at=at)
    session.flush()
    return len(landings)
