"""Reads of who works on an application: the levels given, and whether its organisation's confirmation stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Membership, Person
from webapp.applications.models import Application, Certification, CoWriter, OwnRule, SectionDraft
from webapp.applications.rules import CertificationFacts, Certified, level_of
from webapp.core.clock import today
from webapp.core.db import rows
from webapp.core.files import Attachment
from webapp.core.scope import Viewer

MEMBER = ("org_lead", "org_member", "social_worker")


def given_level(session: Session, application: Application, by: Viewer) -> str:
    """What the person may do with the application: `view`, `fill` or `submit`."""
    query = sa.select(CoWriter.level).where(CoWriter.application_id == application.id, CoWriter.person_id == (by.id or 0))
    own = _duties(application, by)
    return "submit" if "org_lead" in own else level_of(session.scalar(query), own)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the organisation, or invited by it; `given` is the level set by hand."""

    id: int
    name: str
    role: str | None
    given: str | None

    @property
    def level(self) -> str:
        return level_of(self.given, {self.role or ""})


def colleagues(session: Session, application: Application, at: datetime) -> list[Colleague]:
    """Everybody of the organisation today, its head first, and those who were invited."""
    day = today(at)
    role = (
        sa.select(sa.func.min(Membership.role))
        .where(
            Membership.person_id == Person.id, Membership.organisation_id == application.organisation_id, Membership.role.in_(MEMBER),
            Membership.from_day <= day, sa.or_(Membership.until_day.is_(None), Membership.until_day >= day),
        )
        .scalar_subquery()
    )  # fmt: skip
    head = (
        sa.exists()
        .where(
            Membership.person_id == Person.id, Membership.organisation_id == application.organisation_id, Membership.role == "org_lead",
            Membership.from_day <= day, sa.or_(Membership.until_day.is_(None), Membership.until_day >= day),
        )
    )  # fmt: skip
    query = (
        sa.select(Person.id, Person.name, sa.case((head, "org_lead"), else_=role).label("role"), CoWriter.level.label("given"))
        .outerjoin(CoWriter, sa.and_(CoWriter.person_id == Person.id, CoWriter.application_id == application.id))
        .where(sa.or_(role.is_not(None), CoWriter.person_id.is_not(None)))
        .order_by(sa.case((head, 0), else_=1), role.is_(None), Person.id)
    )
    return rows(session, Colleague, query)


def content_versions(session: Session, application_id: int) -> dict[str, Any]:
    """What an application says now, by the version of each section and its files: equal while nothing was changed."""
    newest = sa.select(SectionDraft.section, sa.func.max(SectionDraft.version)).where(SectionDraft.application_id == application_id)
    files = sa.select(sa.literal("files"), Attachment.id).where(Attachment.subject == f"application:{application_id}")
    found = session.execute(sa.union_all(newest.group_by(SectionDraft.section), files)).all()
    said: dict[str, Any] = {section: version for section, version in found if section != "files"}
    return said | {"files": sorted(key for section, key in found if section == "files")}


def standing(session: Session, application: Application, by: Viewer, versions: Mapping[str, Any] | None = None) -> tuple[str, Certified]:
    """What the person may do with the application, and whether its organisation's confirmation stands, in one statement.

    `versions`: what `content_versions` would find, where the page has it already.
    """
    newest = sa.select(sa.func.max(Certification.id)).where(Certification.application_id == application.id).scalar_subquery()
    needed = sa.select(OwnRule.certified).where(OwnRule.organisation_id == application.organisation_id).scalar_subquery()
    given = sa.select(CoWriter.level).where(CoWriter.application_id == application.id, CoWriter.person_id == (by.id or 0)).scalar_subquery()
    found = session.execute(
        sa.select(given, needed, Certification.state, Certification.versions, Person.name)
        .select_from(Application)
        .outerjoin(Certification, Certification.id == newest)
        .outerjoin(Person, Person.id == Certification.certifier_id)
        .where(Application.id == application.id)
    ).one()
    level = level_of(found[0], _duties(application, by))
    if found[2] is None:
        return level, Certified(bool(found[1]))
    now = content_versions(session, application.id) if versions is None else versions
    return level, Certified(bool(found[1]), found[2], found[3] == now, found[4] or "")


def _duties(application: Application, by: Viewer) -> set[str]:
    """What the person is in the organisation that applies."""
    return {tie.role for tie in by.ties if tie.relation == "organisation" and tie.value == application.organisation_id}


def facts_of_certification(session: Session, one: Certification, by: Viewer, at: datetime) -> CertificationFacts:
    state = session.get_one(Application, one.application_id).state
    return CertificationFacts(one.certifier_id == by.id, state, one.versions == content_versions(session, one.application_id))


CERTIFIED = {
    ("asked", True): "待确认", ("asked", False): "待确认，但送审后内容又改过", ("confirmed", True): "已确认",
    ("confirmed", False): "确认后内容又改过，须重新送审", ("returned", True): "退回修改", ("returned", False): "退回修改，已经改过",
}  # fmt: skip


def names(session: Session, keys: tuple[int, int]) -> list[str]:
    """The names of two people, in this order."""
    found: dict[int, str] = {one.id: one.name for one in session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(keys)))}
    return [found[key] for key in keys]


def newest_certification(session: Session, application_id: int) -> int | None:
    """The key of the newest confirmation that was asked for."""
    return session.scalar(sa.select(sa.func.max(Certification.id)).where(Certification.application_id == application_id))
