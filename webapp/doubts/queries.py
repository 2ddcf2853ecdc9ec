"""Reads of 疑点: a project's papers as one look sees them, the list, and what stands side by side."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from reports.money import Money
from webapp.accounts.models import Membership, Organisation, Person
from webapp.core import files
from webapp.core.clock import today
from webapp.core.db import rows
from webapp.core.files import Attachment
from webapp.core.journal import Entry
from webapp.core.paging import Page, page
from webapp.core.scope import KEPT, Tie, Viewer, reached_by, visible
from webapp.core.workflow import FactsOf
from webapp.doubts.models import Doubt, Look, PhotoBand, PhotoPrint
from webapp.doubts.rules import KINDS, Alike, Claim, DoubtFacts, Facts, Payment, Seen, bands, distance
from webapp.funding.models import SPENDING_KINDS, Document, Spending, Tranche
from webapp.funding.rules.vouchers import name_key
from webapp.permissions import roles_for
from webapp.projects.models import Activity, Agreement, Attendance, Beneficiary, Project
from webapp.projects.queries.acting import acts_for, call_of
from webapp.reviews.models import Assignment
from webapp.workflows import DOUBT

STANDS = ("claimed", "accepted")
MOVED = (Spending, Activity, Tranche)
"""What a look follows: when one of them takes a step, its project is looked at again."""


def waiting(session: Session, after: int = 0) -> int | None:
    """The next project in which something moved since it was looked at."""
    moved = sa.or_(
        *(sa.exists().where(model.project_id == Project.id, sa.or_(Look.at.is_(None), model.state_at > Look.at)) for model in MOVED)
    )
    query = sa.select(Project.id).outerjoin(Look, Look.project_id == Project.id).where(Project.id > after, moved)
    return session.scalar(query.order_by(Project.id).limit(1))


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of an activity that has no print yet."""

    attachment_id: int
    activity_id: int
    digest: str


def new_photos(session: Session, project_id: int) -> list[Photo]:
    subject = sa.literal("activity:") + sa.cast(Activity.id, sa.String)
    query = (
        sa.select(Attachment.id.label("attachment_id"), Activity.id.label("activity_id"), Attachment.digest)
        .join(Activity, Attachment.subject == subject)
        .outerjoin(PhotoPrint, PhotoPrint.attachment_id == Attachment.id)
        .where(Activity.project_id == project_id, Attachment.kind == "photo", PhotoPrint.attachment_id.is_(None))
    )
    return rows(session, Photo, query.order_by(Attachment.id))


def facts_of(session: Session, project_id: int, at: datetime, wanted: int) -> Facts:
    """A project's papers; photos within `wanted` bits. A constant number of statements."""
    project = session.get_one(Project, project_id)
    signed = session.scalar(
        sa.select(Agreement.signed_at)
        .where(Agreement.project_id == project_id, Agreement.state == "signed")
        .order_by(Agreement.id)
        .limit(1)
    )
    claims = [
        Claim(key, register, code, serial, seller or payee, payee, amount, spent_on)
        for key, register, code, serial, seller, payee, amount, spent_on in session.execute(
            sa.select(
                Spending.id, Document.register, Document.code, Document.serial, Document.seller_key, Spending.payee_key,
                Spending.amount_fen, Spending.spent_on,
            )
            .join(Document, Document.id == Spending.document_id)
            .where(Spending.project_id == project_id, Spending.state.in_(STANDS))
            .order_by(Spending.id)
        )
    ]  # fmt: skip
    payments = session.execute(
        sa.select(Tranche.id, Tranche.paid_on).where(Tranche.project_id == project_id, Tranche.state == "paid").order_by(Tranche.id)
    )
    return Facts(
        project_id, project.starts_on, project.ends_on, today(signed) if signed else None, today(at), tuple(claims),
        tuple(Payment(key, paid_on) for key, paid_on in payments if paid_on is not None), _ties(session, project),
        tuple(_seen(session, project_id)), tuple(_alike(session, project_id, wanted)),
    )  # fmt: skip


def _ties(session: Session, project: Project) -> dict[str, tuple[str, ...]]:
    """Names with another part in the project, as keyed hashes: those served, the organisation's head and staff, its judges, its officers."""
    named: dict[str, dict[str, None]] = defaultdict(dict)

    def add(part: str, names: Iterable[str | None]) -> None:
        for name in names:
            if name and (key := name_key(name)):
                named[key][part] = None

    organisation = session.get_one(Organisation, project.organisation_id)
    add("单位法定代表人", [organisation.legal_representative])
    served = sa.select(Beneficiary.name).where(Beneficiary.project_id == project.id, Beneficiary.name.is_not(None))
    add("服务对象", session.scalars(served))
    judges = sa.select(Assignment.person_id).where(Assignment.application_id == project.application_id)
    officers = (
        sa.select(Entry.by)
        .where(
            Entry.subject.in_(sa.select(sa.literal("tranche:") + sa.cast(Tranche.id, sa.String)).where(Tranche.project_id == project.id))
        )
        .distinct()
    )
    handled = {int(ref.partition(":")[2]) for ref in session.scalars(officers) if ref.startswith("person:")}
    judging = set(session.scalars(judges))
    members = sa.select(Membership.person_id).where(Membership.organisation_id == project.organisation_id, Membership.role == "org_lead")
    leading = set(session.scalars(members))
    people = sa.select(Person.id, Person.name).where(Person.id.in_(handled | judging | leading))
    for key, name in session.execute(people):
        for part, those in (("评委", judging), ("项目经办人", handled - leading), ("单位负责人", leading)):
            if key in those:
                add(part, [name])
    return {key: tuple(parts) for key, parts in named.items()}


def _seen(session: Session, project_id: int) -> list[Seen]:
    """Where people of this project's register were at another activity on the same day, in another place."""
    mine, theirs = aliased(Activity), aliased(Activity)
    here, there = aliased(Attendance), aliased(Attendance)
    one, other = aliased(Beneficiary), aliased(Beneficiary)
    query = (
        sa.select(mine.id, theirs.id, theirs.project_id, sa.func.count(sa.distinct(one.identity)))
        .select_from(mine)
        .join(here, here.activity_id == mine.id)
        .join(one, one.id == here.beneficiary_id)
        .join(other, other.identity == one.identity)
        .join(there, there.beneficiary_id == other.id)
        .join(theirs, theirs.id == there.activity_id)
        .where(
            mine.project_id == project_id, mine.state == "held", theirs.state == "held", theirs.held_on == mine.held_on, theirs.id != mine.id,
            theirs.place != mine.place, sa.or_(theirs.project_id != project_id, theirs.id < mine.id),
        )
        .group_by(mine.id, theirs.id, theirs.project_id)
    )  # fmt: skip
    return [Seen(*found) for found in session.execute(query).all()]


def _alike(session: Session, project_id: int, wanted: int) -> list[Alike]:
    """Photos that differ in few bits from one of this project's, of another activity; found by the byte they share."""
    mine, theirs = aliased(PhotoPrint), aliased(PhotoPrint)
    one, other = aliased(PhotoBand), aliased(PhotoBand)
    query = (
        sa.select(mine.attachment_id, mine.bits, theirs.attachment_id, theirs.bits, theirs.project_id)
        .distinct()
        .select_from(mine)
        .join(one, one.attachment_id == mine.attachment_id)
        .join(other, sa.and_(other.band == one.band, other.value == one.value, other.attachment_id != one.attachment_id))
        .join(theirs, theirs.attachment_id == other.attachment_id)
        .where(
            mine.project_id == project_id, mine.activity_id != theirs.activity_id,
            sa.or_(theirs.project_id != project_id, theirs.attachment_id < mine.attachment_id),
        )
    )  # fmt: skip
    found = []
    for key, bits, other_key, other_bits, other_project in session.execute(query):
        if bits is None or other_bits is None:
            continue
        apart = distance(bits, other_bits)
        if apart > wanted:
            continue
        if key > other_key:
            found.append(Alike(key, other_key, project_id, other_project, apart))
        else:
            found.append(Alike(other_key, key, other_project, project_id, apart))
    return found


def band_rows(attachment_id: int, bits: int) -> list[dict[str, int]]:
    return [{"band": band, "value": value, "attachment_id": attachment_id} for band, value in bands(bits)]


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """One 疑点 in a list."""

    id: int
    kind: str
    state: str
    said: str
    project_id: int
    number: str
    project: str
    organisation: str
    at: datetime

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind].title

    @property
    def state_label(self) -> str:
        return DOUBT.states[self.state]


def _listed(viewer: Viewer) -> Any:
    return (
        sa.select(
            Doubt.id, Doubt.kind, Doubt.state, Doubt.evidence["said"].as_string().label("said"), Doubt.project_id, Project.number,
            Project.title.label("project"), Organisation.name.label("organisation"), Doubt.state_at.label("at"),
        )
        .join(Project, Project.id == Doubt.project_id)
        .join(Organisation, Organisation.id == Project.organisation_id)
        .where(visible(viewer, Doubt, roles_for("doubt.list")))
    )  # fmt: skip


def doubts(
    session: Session, viewer: Viewer, *, kind: str = "", state: str = "", project: int | None = None, after: str | None = None
) -> Page[DoubtRow]:
    """The 疑点 one may see, newest first; without a state, those that are not settled."""
    query = _listed(viewer)
    query = query.where(Doubt.state == state) if state else query.where(Doubt.state.in_(("found", "asked", "answered")))
    if kind:
        query = query.where(Doubt.kind == kind)
    if project is not None:
        query = query.where(sa.or_(Doubt.project_id == project, Doubt.other_project_id == project))
    return page(session, DoubtRow, query, (Doubt.id,), after)


def counts(session: Session, viewer: Viewer) -> list[tuple[str, int]]:
    """How many 疑点 there are in each state, of those one may see."""
    query = sa.select(Doubt.state, sa.func.count()).where(visible(viewer, Doubt, roles_for("doubt.list"))).group_by(Doubt.state)
    found = {str(row[0]): int(row[1]) for row in session.execute(query)}
    return [(label, found.get(state, 0)) for state, label in DOUBT.states.items()]


def about(session: Session, viewer: Viewer, subject: str) -> list[DoubtRow]:
    """The 疑点 about one thing, for its own page."""
    return rows(session, DoubtRow, _listed(viewer).where(Doubt.subject == subject, Doubt.state != "gone").order_by(Doubt.id).limit(20))


def open_of(session: Session, viewer: Viewer, project_id: int) -> int:
    """How many 疑点 of a project are not settled."""
    return session.scalar(_open_of(tuple(viewer.ties)), {"project": project_id}) or 0


@lru_cache(maxsize=KEPT)
def _open_of(ties: tuple[Tie, ...]) -> sa.Select[int]:
    """Built once for whoever has these ties: every page of a project asks."""
    mine = sa.and_(Doubt.project_id == sa.bindparam("project"), Doubt.state.in_(("found", "asked", "answered")))
    return sa.select(sa.func.count()).where(mine, reached_by(ties, Doubt, roles_for("doubt.list")))


@dataclass(frozen=True, slots=True)
class Side:
    """One row as it stands beside the others; one of a project the viewer may not read says only that it is there."""

    ref: str
    shown: bool
    title: str = ""
    facts: tuple[tuple[str, str | Money | date | None], ...] = ()
    papers: tuple[files.Stored, ...] = ()
    open_ref: str = ""


def sides(session: Session, viewer: Viewer, refs: Iterable[str]) -> list[Side]:
    """The rows of the evidence side by side, in their order. At most five statements."""
    wanted: dict[str, list[int]] = defaultdict(list)
    order = list(refs)
    for ref in order:
        name, _, key = ref.partition(":")
        wanted[name].append(int(key))
    found: dict[str, Side] = {}
    for name, read in _READS.items():
        if wanted[name]:
            found |= read(session, viewer, wanted[name])
    attached: dict[str, list[files.Stored]] = defaultdict(list)
    papers = [ref for ref in order if ref.startswith("spending:") and ref in found and found[ref].shown]
    if papers:
        query = sa.select(
            Attachment.subject, Attachment.id, Attachment.kind, Attachment.name, Attachment.size, Attachment.digest, Attachment.at, Attachment.scan
        ).where(Attachment.subject.in_(papers))  # fmt: skip
        for subject, paper, kind, stored, size, digest, at, scan in session.execute(query.order_by(Attachment.id)):
            attached[subject].append(files.Stored(paper, kind, stored, size, digest, at, scan))
    sides = [found.get(ref, Side(ref, False)) for ref in order if not ref.startswith("project:")]
    return [Side(one.ref, one.shown, one.title, one.facts, (*one.papers, *attached[one.ref]), one.open_ref) for one in sides]


def _may(viewer: Viewer) -> sa.ColumnElement[bool]:
    return visible(viewer, Project, roles_for("doubt.read"))


def _spendings(session: Session, viewer: Viewer, keys: list[int]) -> dict[str, Side]:
    query = (
        sa.select(
            Spending.id,
            Spending.title,
            Document.kind,
            Document.number,
            Spending.amount_fen,
            Spending.spent_on,
            Project.number,
            _may(viewer),
        )
        .join(Document, Document.id == Spending.document_id)
        .join(Project, Project.id == Spending.project_id)
        .where(Spending.id.in_(keys))
    )
    return {
        f"spending:{key}": Side(
            f"spending:{key}", True, title,
            (("凭证", SPENDING_KINDS[kind]), ("号码", number), ("报销（元）", amount), ("日期", spent_on), ("项目", project)), (), f"spending:{key}",
        )
        for key, title, kind, number, amount, spent_on, project, may in session.execute(query) if may
    }  # fmt: skip


def _activities(session: Session, viewer: Viewer, keys: list[int]) -> dict[str, Side]:
    query = (
        sa.select(Activity.id, Activity.title, Activity.place, Activity.held_on, Activity.persons, Project.number, _may(viewer))
        .join(Project, Project.id == Activity.project_id)
        .where(Activity.id.in_(keys))
    )
    return {
        f"activity:{key}": Side(
            f"activity:{key}", True, title, (("日期", held_on), ("地点", place), ("人数", str(persons)), ("项目", project)), (), f"activity:{key}"
        )
        for key, title, place, held_on, persons, project, may in session.execute(query) if may
    }  # fmt: skip


def _tranches(session: Session, viewer: Viewer, keys: list[int]) -> dict[str, Side]:
    query = (
        sa.select(Tranche.id, Tranche.title, Tranche.amount_fen, Tranche.paid_on, Project.number, _may(viewer))
        .join(Project, Project.id == Tranche.project_id)
        .where(Tranche.id.in_(keys))
    )
    return {
        f"tranche:{key}": Side(
            f"tranche:{key}", True, title, (("金额（元）", amount), ("付款日期", paid_on), ("项目", project)), (), f"tranche:{key}"
        )
        for key, title, amount, paid_on, project, may in session.execute(query) if may
    }  # fmt: skip


def _photos(session: Session, viewer: Viewer, keys: list[int]) -> dict[str, Side]:
    query = (
        sa.select(
            Attachment.id, Attachment.kind, Attachment.name, Attachment.size, Attachment.digest, Attachment.at, Attachment.scan,
            Activity.id, Activity.title, Activity.place, Activity.held_on, Project.number, _may(viewer),
        )
        .join(PhotoPrint, PhotoPrint.attachment_id == Attachment.id)
        .join(Activity, Activity.id == PhotoPrint.activity_id)
        .join(Project, Project.id == PhotoPrint.project_id)
        .where(Attachment.id.in_(keys))
    )  # fmt: skip
    found: dict[str, Side] = {}
    for key, kind, name, size, digest, at, scan, activity, title, place, held_on, project, may in session.execute(query):
        if may:
            photo = files.Stored(key, kind, name, size, digest, at, scan)
            found[f"attachment:{photo.id}"] = Side(
                f"attachment:{photo.id}",
                True,
                title,
                (("日期", held_on), ("地点", place), ("项目", project)),
                (photo,),
                f"activity:{activity}",
            )
    return found


_READS = {"spending": _spendings, "activity": _activities, "tranche": _tranches, "attachment": _photos}


def facts_of_doubt(session: Session, thing: Doubt, by: Viewer, at: datetime) -> DoubtFacts:
    call = call_of(session, session.get_one(Project, thing.project_id).call_id)
    return DoubtFacts(acts_for(by, call), thing.asked_at is not None)


FACTS: dict[str, FactsOf] = {"doubt": facts_of_doubt}
