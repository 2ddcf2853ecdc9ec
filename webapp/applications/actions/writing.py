"""Verbs while writing: being seen at it, bringing back an earlier version, starting from last year's application."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Organisation, Record
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
        actions.save(session, application, key, raw, version=0, by=by, at=at, source=f"申报 {earlier.number}")
        filled += 1
    return filled


def fill_from_record(session: Session, application: Application, *, by: Viewer, at: datetime) -> int:
    """Fill the sections nobody has written yet with what the organisation's record answers; gives how many."""
    organisation = session.get_one(Organisation, application.organisation_id)
    awards = sa.select(sa.func.count()).where(Record.organisation_id == organisation.id, Record.kind == "award")
    known = known_answers(organisation, bool(session.scalar(awards)))
    filled = 0
    for section in queries.rules_for(session, application).sections:
        raw = {one.key: known[name] for one in section.questions for name in known if known[name] and name in one.title and name}
        if raw and queries.newest_draft(session, application.id, section.key) is None:
            actions.save(session, application, section.key, raw, version=0, by=by, at=at, source="本单位在平台上的登记和记录")
            filled += 1
    return filled


def known_answers(organisation: Organisation, awarded: bool) -> dict[str, str]:
    """What the record answers, by words of the question's title. Nothing is said where the record says nothing."""
    return {
        "单位名称": organisation.name,
        "统一社会信用代码": organisation.credit_code or "",
        "法定代表人": organisation.legal_representative,
        "成立日期": organisation.registered_on.isoformat() if organisation.registered_on else "",
        "评估等级": organisation.grade,
        "年检": organisation.annual_check,
        "单位地址": organisation.address,
        "单位电话": organisation.phone,
        "是否曾获得": "是" if awarded else "",
    }
