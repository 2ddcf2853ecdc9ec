"""Reads of findings: candidates out of the index, what is compared, the list, and two things side by side."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from webapp.accounts.models import Membership as Tie
from webapp.accounts.models import Organisation, Person
from webapp.applications.models import Application, Snapshot
from webapp.applications.queries import NOT_SEEN
from webapp.calls.models import Call
from webapp.core.db import rows
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible
from webapp.core.secrets import keyed
from webapp.findings.models import Finding, IdentityKey, Indexed, Print
from webapp.findings.rules import KINDS, Answer, Text, prints, text_of, title_prints
from webapp.findings.rules.identity import plain
from webapp.library.models import PublishedProject
from webapp.permissions import roles_for
from webapp.workflows import FINDING

BY_TEXT, BY_TITLE = 24, 12
"""Candidates that are compared exactly."""
APPLICATION, PUBLISHED = "application", PublishedProject.REF


@dataclass(frozen=True)
class Source:
    """One thing that is compared: an application as last submitted, or a published project."""

    ref: str
    id: int
    call_id: int | None
    organisation_id: int | None
    organisation: str
    snapshot: int | None
    content: dict[str, Any]
    text: Text


def candidates(session: Session, text: Text, *, but: tuple[str, int]) -> list[tuple[str, int]]:
    """What shares fingerprints or pairs of its title with a text: those that share what few others have come first. Two statements."""
    found = [*_by_text(session, prints(text), but), *_by_title(session, title_prints(text.title), but)]
    return list(dict.fromkeys(found))


def _but(but: tuple[str, int]) -> sa.ColumnElement[bool]:
    return sa.not_(sa.and_(Indexed.kind == but[0], Indexed.object_id == but[1]))


def _by_text(session: Session, wanted: Collection[int], but: tuple[str, int]) -> list[tuple[str, int]]:
    if not wanted:
        return []
    hits = sa.select(Print.number, Print.text_id).where(Print.number.in_(sorted(wanted))).cte("hits")
    often = sa.select(hits.c.number, sa.func.count().label("n")).group_by(hits.c.number).cte("often")
    weight = sa.func.sum(1.0 / often.c.n)
    query = (
        sa.select(Indexed.kind, Indexed.object_id)
        .join(hits, hits.c.text_id == Indexed.id)
        .join(often, often.c.number == hits.c.number)
        .where(_but(but))
        .group_by(Indexed.id, Indexed.kind, Indexed.object_id)
        .order_by(weight.desc(), Indexed.id)
        .limit(BY_TEXT)
    )
    return [(kind, key) for kind, key in session.execute(query)]


def _by_title(session: Session, wanted: Collection[int], but: tuple[str, int]) -> list[tuple[str, int]]:
    if len(wanted) < 2:
        return []
    shared = sa.func.count()
    whole = sa.case((sa.or_(shared == Indexed.pairs, shared == len(wanted)), 1.0), else_=0.0)
    query = (
        sa.select(Indexed.kind, Indexed.object_id)
        .join(Print, Print.text_id == Indexed.id)
        .where(Print.number.in_(sorted(wanted)), _but(but))
        .group_by(Indexed.id, Indexed.kind, Indexed.object_id, Indexed.pairs)
        .having(shared >= 2)
        .order_by((2.0 * shared / (Indexed.pairs + len(wanted)) + whole).desc(), Indexed.id)
        .limit(BY_TITLE)
    )
    return [(kind, key) for kind, key in session.execute(query)]


def applications(session: Session, keys: Collection[int]) -> list[Source]:
    """Submitted applications with the newest snapshot of each, as they are compared."""
    newest = sa.select(Snapshot.application_id, sa.func.max(Snapshot.number).label("number")).where(Snapshot.application_id.in_(keys))
    latest = newest.group_by(Snapshot.application_id).subquery()
    query = (
        sa.select(Application.id, Application.call_id, Application.organisation_id, Organisation.name, Snapshot.number, Snapshot.content)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(latest, latest.c.application_id == Application.id)
        .join(Snapshot, sa.and_(Snapshot.application_id == Application.id, Snapshot.number == latest.c.number))
        .where(Application.state.not_in(NOT_SEEN))
    )
    return [
        Source(f"{APPLICATION}:{key}", key, call, organisation, name, number, content, text_of(content))
        for key, call, organisation, name, number, content in session.execute(query)
    ]


def published(session: Session, keys: Collection[int]) -> list[Source]:
    """Published projects as they are compared."""
    one = PublishedProject
    query = sa.select(one.id, one.project, one.organisation, one.note).where(one.id.in_(keys))
    return [
        Source(f"{PUBLISHED}:{key}", key, None, None, name, None, {"title": title}, Text(title, (Answer("note", note),)))
        for key, title, name, note in session.execute(query)
    ]


def same_applicant(session: Session, organisation_id: int, but: int) -> list[int]:
    """The newest other submitted applications of an organisation, of whatever call, fund and year."""
    query = sa.select(Application.id).where(
        Application.organisation_id == organisation_id, Application.id != but, Application.state.not_in(NOT_SEEN)
    )
    return list(session.scalars(query.order_by(Application.id.desc()).limit(50)))


def waiting(session: Session, after: int = 0) -> int | None:
    """The next submitted application that is not indexed as it was last submitted."""
    query = (
        sa.select(Application.id)
        .outerjoin(Indexed, sa.and_(Indexed.kind == APPLICATION, Indexed.object_id == Application.id))
        .where(
            Application.id > after, Application.state.not_in(NOT_SEEN), Application.submitted_at.is_not(None),
            sa.or_(Indexed.id.is_(None), Indexed.seen != Application.submitted_at),
        )
    )  # fmt: skip
    return session.scalar(query.order_by(Application.id).limit(1))


def waiting_published(session: Session, after: int = 0) -> int | None:
    """The next published project that is not indexed as it was last read in."""
    one = PublishedProject
    query = (
        sa.select(one.id)
        .outerjoin(Indexed, sa.and_(Indexed.kind == PUBLISHED, Indexed.object_id == one.id))
        .where(one.id > after, sa.or_(Indexed.id.is_(None), Indexed.seen != one.read_at))
    )
    return session.scalar(query.order_by(one.id).limit(1))


def keys_of(session: Session, organisation_ids: Collection[int]) -> dict[int, set[tuple[str, str]]]:
    """The keyed hashes of what tells organisations apart; telephones of all kinds share one purpose, so that they meet."""
    found: dict[int, set[tuple[str, str]]] = {key: set() for key in organisation_ids}
    for one in session.scalars(sa.select(Organisation).where(Organisation.id.in_(organisation_ids))):
        for field in ("legal_representative", "phone", "bank_account", "address"):
            if value := plain(field, getattr(one, field)):
                found[one.id].add((field, keyed("phone" if field == "phone" else f"identity.{field}", value)))
    contacts = (
        sa.select(Tie.organisation_id, Person.phone_key)
        .join(Person, Person.id == Tie.person_id)
        .where(Tie.organisation_id.in_(organisation_ids), Tie.role.in_(("org_member", "org_lead")), Tie.until_day.is_(None))
    )
    for organisation, key in session.execute(contacts):
        if key:
            found[organisation].add(("contact", key))
    return found


def related(session: Session, organisation_id: int, call_id: int) -> set[int]:
    """Who belongs to an applicant or to its call without applying: its host, whom it hosts, the call's operator."""
    mine = sa.select(Organisation.host_id).where(Organisation.id == organisation_id).scalar_subquery()
    operator = sa.select(Call.operator_id).where(Call.id == call_id).scalar_subquery()
    query = sa.select(Organisation.id).where(
        sa.or_(Organisation.host_id == organisation_id, Organisation.id == mine, Organisation.id == operator),
        Organisation.id != organisation_id,
    )
    return set(session.scalars(query))


def sharing(session: Session, organisation_id: int, call_id: int, others: Collection[int]) -> list[tuple[int, int | None, str, str]]:
    """Who shares a key with an organisation among the call's applicants and some others: organisation, its first application, both fields."""
    mine, theirs = aliased(IdentityKey), aliased(IdentityKey)
    first = (
        sa.select(Application.organisation_id, sa.func.min(Application.id).label("id"))
        .where(Application.call_id == call_id, Application.state.not_in(NOT_SEEN))
        .group_by(Application.organisation_id)
        .subquery()
    )
    query = (
        sa.select(theirs.organisation_id, first.c.id, mine.field, theirs.field)
        .join(mine, mine.key == theirs.key)
        .outerjoin(first, first.c.organisation_id == theirs.organisation_id)
        .where(
            mine.organisation_id == organisation_id, theirs.organisation_id != organisation_id,
            sa.or_(first.c.id.is_not(None), theirs.organisation_id.in_(others)),
        )
        .order_by(theirs.organisation_id, mine.field, theirs.field)
    )  # fmt: skip
    return [(key, application, one, two) for key, application, one, two in session.execute(query)]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding in a list; `other` is empty where the viewer may not read that side."""

    id: int
    kind: str
    score: int
    state: str
    number: str
    title: str
    call_id: int
    call: str
    other_title: str | None
    other_number: str | None
    published: bool

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]

    @property
    def state_label(self) -> str:
        return FINDING.states[self.state]


def _listed(viewer: Viewer) -> sa.Select[*tuple[Any, ...]]:
    """Findings with both sides; an application that the viewer may not read is not joined, so nothing of it is selected."""
    this, other = aliased(Application), aliased(Application)
    readable = sa.select(Application.id).where(visible(viewer, Application, roles_for("application.read")))
    label = sa.literal(f"{PUBLISHED}:") + sa.cast(PublishedProject.id, sa.String)
    hidden = sa.literal("其他地区的申报")
    return (
        sa.select(
            Finding.id, Finding.kind, Finding.score, Finding.state,
            sa.func.coalesce(this.number, "").label("number"), sa.func.coalesce(this.title, hidden).label("title"),
            Finding.call_id, Call.title.label("call"),
            sa.func.coalesce(other.title, PublishedProject.project, Organisation.name).label("other_title"),
            other.number.label("other_number"), PublishedProject.id.is_not(None).label("published"),
        )
        .join(Call, Call.id == Finding.call_id)
        .outerjoin(this, sa.and_(this.id == Finding.application_id, this.id.in_(readable)))
        .outerjoin(other, sa.and_(other.id == Finding.other_id, other.id.in_(readable)))
        .outerjoin(PublishedProject, label == Finding.other)
        .outerjoin(Organisation, sa.literal("organisation:") + sa.cast(Organisation.id, sa.String) == Finding.other)
        .where(visible(viewer, Finding, roles_for("finding.list")))
    )  # fmt: skip


def listed(session: Session, viewer: Viewer, *, call_id: int | None, kind: str, state: str, after: str | None) -> Page[FindingRow]:
    """The findings a viewer may look at, those with most to look at first."""
    query = _listed(viewer)
    if call_id:
        query = query.where(sa.or_(Finding.call_id == call_id, Finding.other_call_id == call_id))
    if kind:
        query = query.where(Finding.kind == kind)
    query = query.where(Finding.state == state) if state else query.where(Finding.state != "gone")
    return page(session, FindingRow, query, (Finding.score, Finding.id), after)


def counts(session: Session, viewer: Viewer, call_id: int | None) -> dict[str, int]:
    """How many findings are in each state."""
    query = sa.select(Finding.state, sa.func.count()).where(visible(viewer, Finding, roles_for("finding.list")))
    if call_id:
        query = query.where(sa.or_(Finding.call_id == call_id, Finding.other_call_id == call_id))
    return dict(session.execute(query.group_by(Finding.state)).all())


def of_application(session: Session, viewer: Viewer, application: Application) -> list[FindingRow]:
    """The findings of one application; of shared identities those of its organisation in the call."""
    ours = sa.select(Application.id).where(
        Application.call_id == application.call_id, Application.organisation_id == application.organisation_id
    )
    here = sa.or_(Finding.application_id == application.id, Finding.other_id == application.id)
    shared = sa.and_(Finding.kind == "identity", sa.or_(Finding.application_id.in_(ours), Finding.other_id.in_(ours)))
    query = _listed(viewer).where(sa.or_(here, shared), Finding.state != "gone")
    return rows(session, FindingRow, query.order_by(Finding.score.desc(), Finding.id).limit(30))


@dataclass(frozen=True, slots=True)
class Side:
    """One of two things side by side."""

    ref: str
    shown: bool
    title: str
    number: str
    organisation: str
    call: str
    content: dict[str, Any]
    legal_representative: str = ""
    phone: str = ""
    address: str = ""


def sides(session: Session, viewer: Viewer, finding: Finding) -> tuple[Side, Side]:
    """Both sides as compared; an application that the viewer may not read gives its call alone."""
    numbers: Sequence[int | None] = finding.evidence.get("snapshots") or (None, None)
    one = _side(session, viewer, finding.application_id, numbers[0])
    if finding.other_id is not None:
        return one, _side(session, viewer, finding.other_id, numbers[1])
    name, _, key = finding.other.partition(":")
    if name == PUBLISHED:
        found = session.get_one(PublishedProject, int(key))
        return one, Side(
            finding.other, True, found.project, "", found.organisation, f"{found.programme} {found.year_text}", {"note": found.note}
        )
    org = session.get_one(Organisation, int(key))
    return one, Side(finding.other, True, org.name, "", org.name, "", {}, org.legal_representative, org.phone, org.address)


def _side(session: Session, viewer: Viewer, key: int, number: int | None) -> Side:
    readable = visible(viewer, Application, roles_for("application.read")).label("shown")
    snapshot = sa.and_(Snapshot.application_id == Application.id, Snapshot.number == number)
    found = session.execute(
        sa.select(Application, Organisation, Call.title, Snapshot.content, readable)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Application.call_id)
        .outerjoin(Snapshot, snapshot)
        .where(Application.id == key)
    ).one()
    application, org, call, content, shown = found
    if not shown:
        return Side(f"{APPLICATION}:{key}", False, "其他地区的申报", "", "", call, {})
    return Side(
        application.ref, True, application.title, application.number, org.name, call, content or {}, org.legal_representative, org.phone,
        org.address,
    )  # fmt: skip


def _only_submitted(session: Session) -> Iterator[str]:
    query = sa.select(Application.number).join(Indexed, sa.and_(Indexed.kind == APPLICATION, Indexed.object_id == Application.id))
    for number in session.scalars(query.where(Application.state == "withdrawn")):
        yield f"申报 {number} 已撤回，仍在比对索引中"


def moment_of(session: Session, kind: str, key: int) -> datetime | None:
    """When what is indexed was submitted, or read in."""
    column: Any = Application.submitted_at if kind == APPLICATION else PublishedProject.read_at
    model: Any = Application if kind == APPLICATION else PublishedProject
    found: datetime | None = session.scalar(sa.select(column).where(model.id == key))
    return found


CHECKS = {"比对索引只有已提交的申报": _only_submitted}
