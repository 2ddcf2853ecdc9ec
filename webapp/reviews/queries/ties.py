"""回避登记: what was said of those who judge and decide, what the register gives away, and who can take over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Membership, Organisation, Person
from webapp.accounts.queries import in_force as serving
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.clock import today
from webapp.core.db import rows
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible, within
from webapp.permissions import OFFICE, STAND_ASIDE, roles_for
from webapp.reviews.models import Expert, ExpertTie, staff_of
from webapp.reviews.queries.conflicts import conflicts, in_force, ties_of
from webapp.reviews.queries.facts import OPEN_CASES
from webapp.reviews.rules.conflicts import GUESSED, said

MOST = 50


@dataclass(frozen=True, slots=True)
class TieRow:
    """A relation as it was said."""

    id: int
    person_id: int
    person: str
    organisation: str
    kind: str
    reason: str
    until_day: date | None
    undone_at: datetime | None
    undone_reason: str

    @property
    def kind_label(self) -> str:
        return ExpertTie.KINDS.get(self.kind, self.kind)


def _said() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            ExpertTie.id, ExpertTie.person_id, Person.name.label("person"), Organisation.name.label("organisation"), ExpertTie.kind,
            ExpertTie.reason, ExpertTie.until_day, ExpertTie.undone_at, ExpertTie.undone_reason,
        )
        .join(Organisation, Organisation.id == ExpertTie.organisation_id)
        .join(Person, Person.id == ExpertTie.person_id)
    )  # fmt: skip


def of_person(session: Session, person_id: int) -> list[TieRow]:
    """All that was ever said of one person."""
    return rows(session, TieRow, _said().where(ExpertTie.person_id == person_id).order_by(ExpertTie.id))


def listed(session: Session, viewer: Viewer, *, after: str | None = None) -> Page[TieRow]:
    """What an office reaches, and what was said of oneself; newest first."""
    pool = sa.select(Expert.person_id).where(sa.not_(visible(viewer, Expert, roles_for("expert.list"))))
    reached = sa.and_(visible(viewer, ExpertTie, roles_for("tie.list")), ExpertTie.person_id.not_in(pool))
    mine = sa.or_(reached, ExpertTie.person_id == viewer.id)
    return page(session, TieRow, _said().where(mine), [ExpertTie.id], after)


def one(session: Session, key: int) -> TieRow:
    return rows(session, TieRow, _said().where(ExpertTie.id == key))[0]


def colleagues(viewer: Viewer) -> sa.Select[Any]:
    """Those who judge or decide in the viewer's offices and below, and the experts these keep."""
    found = [staff_of(sa.false())]
    for tie in viewer.ties:
        if tie.role not in roles_for("tie.pin"):
            continue
        if tie.relation == "area":
            found.append(staff_of(within(Organisation.area_code, tie.value)))
            if tie.role in roles_for("expert.pin"):  # the pool of experts is the bureau's
                found.append(sa.select(Expert.person_id).where(Expert.PARTIES["area"](tie.value)))
        elif tie.relation == "operator":
            found.append(staff_of(Organisation.id == tie.value))
    return sa.select(sa.union(*found).subquery().c.person_id)


def names(session: Session, viewer: Viewer) -> dict[int, str]:
    """Those for whom the viewer may say that they stand aside; oneself first."""
    query = sa.select(Person.id, Person.name).where(sa.or_(Person.id.in_(colleagues(viewer)), Person.id == viewer.id))
    return dict(session.execute(query.order_by(Person.id != viewer.id, Person.name, Person.id).limit(400)).all())


@dataclass(frozen=True, slots=True)
class Found:
    """A tie that the register gives away, to an applicant whose case is open."""

    person_id: int
    person: str
    organisation_id: int
    organisation: str
    kinds: list[str]

    @property
    def said(self) -> str:
        return said(self.kinds)

    @property
    def guessed(self) -> bool:
        """May be chance: somebody can look into it."""
        return set(self.kinds) <= GUESSED


def detected(session: Session, viewer: Viewer, at: datetime) -> list[Found]:
    """What the register gives away of colleagues and of oneself, among those who apply now."""
    people = sa.union(colleagues(viewer), sa.select(sa.literal(viewer.id))).subquery()
    applying = sa.select(Application.organisation_id).where(Application.state.in_(OPEN_CASES))
    tied = conflicts(session, sa.select(people.c[0]), applying, at)
    found = [(p, o, [k for k in kinds if k != "declared"]) for p, theirs in sorted(tied.items()) for o, kinds in sorted(theirs.items())]
    found = [one for one in found if one[2]][:MOST]
    who = dict(session.execute(sa.select(Person.id, Person.name).where(Person.id.in_({one[0] for one in found}))).all())
    units = dict(session.execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_({one[1] for one in found}))).all())
    return [Found(p, who[p], o, units[o], kinds) for p, o, kinds in found]


def detected_between(session: Session, viewer: Viewer, person_id: int, organisation_id: int, at: datetime) -> Found | None:
    """One of these, when the viewer's office reaches the person."""
    reached = sa.select(sa.literal(person_id)).where(sa.literal(person_id).in_(colleagues(viewer)))
    kinds = [k for k in conflicts(session, reached, [organisation_id], at).get(person_id, {}).get(organisation_id, []) if k != "declared"]
    if not kinds:
        return None
    return Found(
        person_id, session.get_one(Person, person_id).name, organisation_id, session.get_one(Organisation, organisation_id).name, kinds
    )


def others(session: Session, viewer: Viewer, organisations: Sequence[int], at: datetime) -> list[str]:
    """Who can be asked instead of somebody who stands aside for these, free of them all; two statements."""
    free = stand_ins(session, viewer, organisations, at)
    return [words for words in free.get(organisations[0], []) if all(words in free[one] for one in organisations)] if organisations else []


def stand_ins(session: Session, viewer: Viewer, organisations: Sequence[int], at: datetime, *, most: int = 3) -> dict[int, list[str]]:
    """For each organisation, colleagues of the viewer's own offices who do the same work, or stand in for one who does, and are free of it.

    Whoever decides in an office can be asked for another of it; who pays, evaluates or watches, for one who does so. Two statements.
    """
    day, mine = today(at), [one for one in getattr(viewer, "members", ()) if one.role in STAND_ASIDE - {"expert"}]
    alike = {one.role for one in mine} | (set(OFFICE) if any(one.role in OFFICE for one in mine) else set())
    deputy = sa.and_(Membership.deputy_id == Person.id, Membership.away_from <= day, Membership.away_until >= day)
    query = (
        sa.select(Person.id, Organisation.name, Person.name)
        .join(Membership, sa.or_(Membership.person_id == Person.id, deputy))
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            serving(day), Membership.role.in_(alike), Membership.organisation_id.in_({one.organisation_id for one in mine}),
            Person.id != viewer.id,
        )
        .order_by(Person.id)
        .limit(20)
    )  # fmt: skip
    found = {key: f"{unit} {name}" for key, unit, name in session.execute(query)}
    tied = ties_of(session, sa.select(Person.id).where(Person.id.in_(set(found))), organisations, at) if found else {}
    return {one: [words for key, words in found.items() if one not in tied.get(key, ())][:most] for one in organisations}


def live_tie(session: Session, person_id: int, organisation_id: int, day: date, *, cleared: bool = False) -> ExpertTie | None:
    """What is said now of a person and an organisation: a tie, or that there is none."""
    kind = ExpertTie.kind == "cleared" if cleared else ExpertTie.kind != "cleared"
    query = sa.select(ExpertTie).where(ExpertTie.person_id == person_id, ExpertTie.organisation_id == organisation_id, kind, in_force(day))
    return session.scalars(query.limit(1)).first()


def has_call(session: Session, viewer: Viewer, call_id: int, at: datetime) -> list[int]:
    """The applicants of a call for whom somebody who judges or decides stands aside."""
    if viewer.id is None or not any(tie.aside and tie.role in STAND_ASIDE - {"expert"} for tie in viewer.ties):
        return []
    applicants = sa.select(Application.organisation_id).join(Call, Call.id == Application.call_id)
    applicants = applicants.where(Application.call_id == call_id, Application.state.in_(OPEN_CASES))
    return sorted(ties_of(session, sa.select(sa.literal(viewer.id)), applicants, at).get(viewer.id, ()))
