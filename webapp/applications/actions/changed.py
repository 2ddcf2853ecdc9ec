"""A call's changes that its applicants must hear of: a new version, and its end before time."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.applications.models import Application
from webapp.calls import actions as calls
from webapp.calls.models import Call, Version
from webapp.calls.rules import CallRules
from webapp.core import journal

APPLICANT = ("org_member", "org_lead")


def _people_of_call(session: Session, call: Call, at: datetime) -> list[int]:
    people: list[int] = []
    query = sa.select(Application.organisation_id).where(Application.call_id == call.id, Application.state != "withdrawn")
    for organisation_id in session.scalars(query.distinct()):
        people += people_with(session, APPLICANT, at=at, organisation_id=organisation_id)
    return people


def amend_call(
    session: Session, call: Call, rules: CallRules, reason: str, *, by: Viewer, at: datetime,
    closes_at: datetime | None = None, intro: str | None = None,
) -> Version:  # fmt: skip
    """发布新版: every applicant is told, and drafts go on under the new rules; what was submitted stays under its own."""
    people = _people_of_call(session, call, at)
    version = calls.amend(session, call, rules, reason, by=by, at=at, closes_at=closes_at, intro=intro, tell=people)
    drafts = sa.select(Application).where(Application.call_id == call.id, Application.state == "draft").with_for_update()
    for application in session.scalars(drafts.order_by(Application.id)):
        application.version, application.due_at = version.version, call.closes_at
        journal.record(session, application.ref, "follow", by=by.ref, at=at, data={"version": version.version})
    return version


def cancel_call(session: Session, call: Call, *, by: Viewer, at: datetime, note: str = "") -> None:
    """取消征集: every applicant is told why."""
    calls.cancel(session, call, by=by, at=at, note=note, tell=_people_of_call(session, call, at))
