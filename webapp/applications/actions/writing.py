"""Verbs while writing: being seen at it, bringing back an earlier version, starting from last year's application."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer
from webapp.applications import actions, queries, writing
from webapp.applications.models import Application, Writing
from webapp.applications.rules import sections
from webapp.applications.sealing import opened
from webapp.core import journal
from webapp.core.workflow import refuse

NOT_COPIED = frozenset({"basics", "files"})
"""Sections that belong to one call and one year."""


def seen(session: Session, application: Application, section: str, *, by: Viewer, at: datetime) -> list[str]:
    """Note that somebody is writing in a section; gives the colleagues who are writing there too."""
    if by.id is not None:
        session.merge(Writing(application_id=application.id, section=section, person_id=by.id, at=at))
        session.flush()
    return writing.writers(session, application.id, section, but=by.id, at=at)


def restore(session: Session, application: Application, section: str, version: int, *, by: Viewer, at: datetime) -> actions.Saved:
    """Bring back an earlier version as the newest; nothing of the versions between is lost. Raises Refused where there is none."""
    answers = writing.answers_at(session, application.id, section, version)
    newest = queries.newest_draft(session, application.id, section)
    if answers is None or newest is None:
        raise refuse("version", f"没有第 {version} 版。")
    saved = actions.save(session, application, section, opened(answers), version=newest.version, by=by, at=at)
    data = {"section": section, "from": version, "version": saved.version}
    journal.record(session, application.ref, "restore", by=by.ref, at=at, data=data)
    return saved


def copy_from(session: Session, application: Application, earlier: Application, *, by: Viewer, at: datetime) -> int:
    """Fill the sections nobody has written yet with what an earlier application of the organisation said; gives how many.

    Only answers to questions this call asks too are taken; amounts and days come along and are checked by this call's rules.
    """
    if earlier.organisation_id != application.organisation_id:
        raise refuse("not_yours", "只能从本单位的申报复制。", "earlier")
    filled = 0
    rules = queries.rules_for(session, application)
    for key, _ in sections(rules):
        kept = queries.newest_draft(session, earlier.id, key)
        if key in NOT_COPIED or kept is None or queries.newest_draft(session, application.id, key) is not None:
            continue
        section = next((one for one in rules.sections if one.key == key), None)
        asked = {question.key for question in section.questions} if section else None
        raw = {name: value for name, value in opened(kept.answers).items() if asked is None or name in asked}
        actions.save(session, application, key, raw, version=0, by=by, at=at)
        filled += 1
    return filled
