"""三级联动小组: who looks after whom; and 回访 samples."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Area, Membership, Organisation, Person
from webapp.accounts.queries import in_force
from webapp.core.clock import end_of, start_of
from webapp.core.db import row, rows
from webapp.core.scope import Viewer, visible, within
from webapp.handling.models import Drawn, Revisit, Round, Sample, Team
from webapp.needs.models import Need
from webapp.permissions import roles_for
from webapp.workflows import NEED, ROLES

LEVELS = (("district_id", "区"), ("street_id", "镇街"), ("community_id", "村居"))


@dataclass(frozen=True, slots=True)
class Cadre:
    """One of the three, or a level nobody is named for."""

    level: str
    name: str
    role: str
    office: str
    phone: str
    """The office's telephone: nobody's own."""


def team_for(session: Session, *, person_id: int | None, organisation_ids: list[int], area_code: str, day: date) -> list[Cadre]:
    """The three who look after a person or firm: those named for them, else those of their community; a level without one is told."""
    own = [Team.person_id == person_id] if person_id is not None else []
    if organisation_ids:
        own.append(Team.organisation_id.in_(organisation_ids))
    default = sa.and_(Team.person_id.is_(None), Team.organisation_id.is_(None), Team.area_code == area_code)
    query = (
        sa.select(
            Team.person_id, Team.organisation_id, Team.district_id, Team.street_id, Team.community_id, Membership.id, Membership.role,
            Person.name, Organisation.name.label("office"), Organisation.phone,
        )
        .join(Membership, Membership.id.in_([Team.district_id, Team.street_id, Team.community_id]))
        .join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(sa.or_(*own, default), in_force(day))
    )  # fmt: skip
    found = sorted(session.execute(query), key=lambda one: one.person_id is None and one.organisation_id is None)
    cadres = []
    for column, level in LEVELS:
        one = next((f for f in found if getattr(f, column) == f.id), None)
        cadres.append(Cadre(level, one.name, ROLES[one.role], one.office, one.phone) if one else Cadre(level, "", "", "", ""))
    return cadres


@dataclass(frozen=True, slots=True)
class TeamRow:
    """Whom a team looks after, and by whom."""

    id: int | None
    area_code: str
    area: str
    subject: str
    names: list[str]
    """By level; empty where nobody is named."""


def teams(session: Session, prefix: str, *, day: date, most: int = 300) -> list[TeamRow]:
    """The default team of each community under a prefix, in the order of their codes, each followed by its teams of single people and firms."""
    places = session.execute(
        sa.select(Area.code, Area.name).where(within(Area.code, prefix), sa.func.length(Area.code) == 12).order_by(Area.code).limit(most)
    ).all()
    who = {
        key: f"{name}（{office}）"
        for key, name, office in session.execute(
            sa.select(Membership.id, Person.name, Organisation.name)
            .join(Person, Person.id == Membership.person_id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(
                in_force(day),
                sa.or_(
                    *(Membership.id.in_(sa.select(getattr(Team, column)).where(within(Team.area_code, prefix))) for column, _ in LEVELS)
                ),
            )
        )
    }
    query = (
        _with_subject()
        .where(within(Team.area_code, prefix), sa.or_(*(getattr(Team, column).is_not(None) for column, _ in LEVELS)))
        .order_by(Team.area_code, Team.id)
    )
    found: dict[str, list[TeamRow]] = {}
    names = dict(places)
    for team, person, firm in session.execute(query):
        subject = _subject(team, person, firm)
        cadres = [who.get(getattr(team, column) or 0, "") for column, _ in LEVELS]
        found.setdefault(team.area_code, []).append(TeamRow(team.id, team.area_code, names.get(team.area_code, ""), subject, cadres))
    lines = []
    for code, name in places:
        mine = sorted(found.get(code, ()), key=lambda one: one.subject != "")
        if not mine or mine[0].subject:
            mine.insert(0, TeamRow(None, code, name, "", ["", "", ""]))
        lines += mine
    return lines


def _with_subject() -> sa.Select[Team, str, str]:
    return (
        sa.select(Team, Person.name, Organisation.name)
        .outerjoin(Person, Person.id == Team.person_id)
        .outerjoin(Organisation, Organisation.id == Team.organisation_id)
    )


def _subject(team: Team, person: str | None, firm: str | None) -> str:
    return firm or (f"{person}{'家' if team.household else ''}" if person else "")


def team_subject(session: Session, team: Team) -> str:
    """Whom a team looks after; empty for a whole community."""
    return _subject(*session.execute(_with_subject().where(Team.id == team.id)).one())


def default_team(session: Session, area_code: str) -> tuple[int, int, int]:
    """The three duties of a community's own team; 0 for a level without one."""
    query = sa.select(Team.district_id, Team.street_id, Team.community_id).where(
        Team.area_code == area_code, Team.person_id.is_(None), Team.organisation_id.is_(None)
    )
    found = session.execute(query).one_or_none() or (None, None, None)
    return found[0] or 0, found[1] or 0, found[2] or 0


def officers_of(session: Session, code: str, roles: tuple[str, ...], *, day: date) -> list[tuple[int, str]]:
    """The duties at an office of exactly one area, for a choice list."""
    query = (
        sa.select(Membership.id, Person.name, Membership.role, Organisation.name)
        .join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Organisation.area_code == code, Membership.role.in_(roles), in_force(day))
        .order_by(Organisation.id, Person.id, Membership.id)
    )
    return [(key, f"{name}（{office} {ROLES[role]}）") for key, name, role, office in session.execute(query)]


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One telephone sample and what came of it."""

    id: int
    title: str
    since: date
    until: date
    size: int
    found: int
    seed: str
    at: datetime
    asked: int
    reached: int
    rated: int
    content: int
    """Of those who rated, how many gave 4 or 5."""
    total: int

    @property
    def mean(self) -> int | None:
        """In hundredths."""
        return round(100 * self.total / self.rated) if self.rated else None


def _samples() -> sa.Select[Any]:
    def count(*where: Any) -> Any:
        return sa.select(sa.func.count()).where(Drawn.sample_id == Sample.id, *where).scalar_subquery()

    total = sa.select(sa.func.coalesce(sa.func.sum(Drawn.rating), 0)).where(Drawn.sample_id == Sample.id).scalar_subquery()
    return sa.select(
        Sample.id, Sample.title, Sample.since, Sample.until, Sample.size, Sample.found, Sample.seed, Sample.at,
        count(Drawn.reached.is_not(None)).label("asked"), count(Drawn.reached.is_(True)).label("reached"),
        count(Drawn.rating.is_not(None)).label("rated"), count(Drawn.rating >= 4).label("content"), total.label("total"),
    )  # fmt: skip


def samples(session: Session, viewer: Viewer) -> list[SampleRow]:
    """The samples of a viewer's areas, newest first."""
    query = _samples().where(visible(viewer, Sample, roles_for("sample.list"))).order_by(Sample.id.desc()).limit(100)
    return rows(session, SampleRow, query)


def sample_of(session: Session, key: int) -> SampleRow | None:
    """One sample; the right was checked at the entry."""
    return row(session, SampleRow, _samples().where(Sample.id == key))


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """One need of a sample; the words that were heard stay with who asked."""

    id: int
    position: int
    need_id: int
    number: str
    title: str
    state: str
    area: str | None
    reached: bool | None
    rating: int | None
    by: str | None

    @property
    def state_label(self) -> str:
        return NEED.states[self.state]


def drawn_of(session: Session, sample_id: int) -> list[DrawnRow]:
    """What was drawn, in the order of the draw."""
    area = sa.select(Area.name).where(Area.code == Need.area_code).scalar_subquery()
    query = (
        sa.select(
            Drawn.id, Drawn.position, Drawn.need_id, Need.number, Need.title, Need.state, area.label("area"), Drawn.reached, Drawn.rating,
            Person.name.label("by"),
        )
        .join(Need, Need.id == Drawn.need_id)
        .outerjoin(Person, Person.id == Drawn.by_id)
        .where(Drawn.sample_id == sample_id)
        .order_by(Drawn.position)
    )  # fmt: skip
    return rows(session, DrawnRow, query)


def resolved_between(session: Session, prefix: str, since: date, until: date) -> list[int]:
    """The needs of an area that were resolved in a period, by key: what a sample is drawn from."""
    query = (
        sa.select(Need.id)
        .join(Round, sa.and_(Round.need_id == Need.id, Round.current))
        .where(within(Need.area_code, prefix), Need.state.in_(("resolved", "rated")))
        .where(Round.settled_at >= start_of(since), Round.settled_at < end_of(until))
    )
    return list(session.scalars(query.order_by(Need.id)))


@dataclass(frozen=True, slots=True)
class RevisitRow:
    """One 回访 of a need."""

    how: str
    rating: int
    words: str
    by: str | None
    at: datetime


def revisits_of(session: Session, need_id: int) -> list[RevisitRow]:
    """The visits and calls after a need was resolved, newest first; for its handlers."""
    query = (
        sa.select(Revisit.how, Revisit.rating, Revisit.words, Person.name.label("by"), Revisit.at)
        .outerjoin(Person, Person.id == Revisit.by_id)
        .where(Revisit.need_id == need_id)
    )
    return rows(session, RevisitRow, query.order_by(Revisit.id.desc()).limit(20))


def firms_of(session: Session, area_code: str, *, most: int = 300) -> list[tuple[int, str]]:
    """The organisations of a district that are no offices: whom a team can look after."""
    query = sa.select(Organisation.id, Organisation.name).where(
        Organisation.kind.in_(("social_org", "local_group", "sponsor", "property")), within(Organisation.area_code, area_code[:6])
    )
    return [(key, name) for key, name in session.execute(query.order_by(Organisation.id).limit(most))]
