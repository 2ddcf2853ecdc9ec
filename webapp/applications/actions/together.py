"""Verbs on who works on an application: levels, people from outside, and the confirmation before it is handed in."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.accounts.viewer import Viewer
from webapp.applications import actions
from webapp.applications.models import Application, Certification, CoWriter, OwnRule
from webapp.applications.queries.together import colleagues, content_versions
from webapp.applications.rules import LEVELS
from webapp.core import journal, outbox, secrets
from webapp.core.workflow import begin, refuse, take_step

UNKNOWN = "平台上没有这样的人：姓名和手机号要与对方账号上的一致。请对方先登录平台，再来邀请。"


def set_people(session: Session, application: Application, levels: Mapping[int, str], *, certified: bool, by: Viewer, at: datetime) -> int:
    """Who may do what with this application, and whether the organisation wants its applications confirmed; gives how many changed.

    An empty level takes back what was given. Raises Refused for the head, for strangers, and for a level there is not.
    """
    known = {one.id: one for one in colleagues(session, application, at)}
    changed: dict[str, str] = {}
    for key, level in levels.items():
        one = known.get(key)
        if one is None or (level and level not in LEVELS) or (one.role == "org_lead" and level):
            raise refuse("level", "请从页面上选择同事和权限；负责人总能填写和提交。", f"level-{key}")
        if level == (one.given or ""):
            continue
        session.execute(sa.delete(CoWriter).where(CoWriter.application_id == application.id, CoWriter.person_id == key))
        if level:
            if level == "submit" and one.role != "org_member":
                raise refuse("outside", f"{one.name}可以请来填写；提交由本单位的负责人和成员办理。", f"level-{key}")
            session.add(CoWriter(application_id=application.id, person_id=key, level=level, by_id=by.id or 0, at=at))
        changed[f"person:{key}"] = level
    rule = session.get(OwnRule, application.organisation_id)
    if certified != (rule is not None and rule.certified):
        session.merge(OwnRule(organisation_id=application.organisation_id, certified=certified, by_id=by.id or 0, at=at))
        changed["certified"] = "yes" if certified else "no"
    session.flush()
    if changed:
        journal.record(session, application.ref, "people", by=by.ref, at=at, data=changed)
    return len(changed)


def invite(session: Session, application: Application, *, name: str, phone: str, level: str, by: Viewer, at: datetime) -> CoWriter:
    """Ask somebody from outside to read or to fill in. Name and telephone must both be right, so that nobody finds people by number."""
    person = session.execute(
        sa.select(Person.id, Person.name).where(Person.phone_key == secrets.keyed("phone", phone.strip()), Person.name == name.strip())
    ).first()
    if person is None:
        raise refuse("unknown", UNKNOWN, "phone")
    if level not in {"view", "fill"}:
        raise refuse("level", "请选择只看还是填写。", "level")
    kept = session.merge(CoWriter(application_id=application.id, person_id=person.id, level=level, by_id=by.id or 0, at=at))
    session.flush()
    journal.record(session, application.ref, "people", by=by.ref, at=at, data={f"person:{person.id}": level})
    body = f"{by.name}请您协作申报“{application.title}”：{LEVELS[level]}。"
    outbox.tell(session, [person.id], application.ref, f"请您协作申报 {application.number}", body, at=at)
    return kept


def ask_certifier(session: Session, application: Application, certifier_id: int, *, by: Viewer, at: datetime) -> Certification:
    """送审: a colleague of the same organisation is asked to confirm what stands now."""
    actions.must_be_editable(session, application, at, by=by)
    found = {one.id: one for one in colleagues(session, application, at) if one.role in {"org_lead", "org_member"}}
    if certifier_id not in found or certifier_id == by.id or by.id is None:
        raise refuse("certifier", "请选择本单位的另一位同事作确认人；编制人不能确认自己编的申报。", "certifier")
    one = Certification(
        application_id=application.id, title=application.title, prepared_by_id=by.id, certifier_id=certifier_id,
        versions=content_versions(session, application.id),
    )  # fmt: skip
    begin(session, one, by=by, at=at, step="ask")
    body = f"{by.name}编好了申报“{application.title}”，请您核对后确认或退回修改。"
    outbox.tell(session, [certifier_id], one.ref, f"申报送审 {application.number}", body, at=at)
    return one


def confirm(session: Session, one: Certification, *, by: Viewer, at: datetime, note: str = "") -> None:
    """确认: what was sent is what may be handed in."""
    take_step(session, one, "confirm", by=by, at=at, note=note)
    outbox.tell(session, [one.prepared_by_id], one.ref, "送审已确认", f"“{one.title}”可以提交了。", at=at)


def send_back(session: Session, one: Certification, *, by: Viewer, at: datetime, note: str = "") -> None:
    """退回修改, with what to change."""
    take_step(session, one, "return", by=by, at=at, note=note)
    outbox.tell(session, [one.prepared_by_id], one.ref, "送审退回修改", f"“{one.title}”：{note}", at=at)
