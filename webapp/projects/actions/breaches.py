"""What a breach brings besides money: 公开通报."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.accounts.actions import note_record
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core.clock import today
from webapp.projects.models import Project


def criticise(session: Session, project: Project, why: str, *, at: datetime) -> None:
    """公开通报 on the organisation's record and the project's public page, where the call's rules say so; `why` in the house's own words."""
    if rules_of(session.get_one(Call, project.call_id)).breach.publish:
        source = f"项目 {project.number} {why}"
        note_record(session, project.organisation_id, "criticised", project.ref, {"why": why}, from_day=today(at), source=source, at=at)
