"""回避, the one place that knows it: one query finds every tie, for the draw, the assignment, the officers' steps, and what anybody sees."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from webapp.accounts.models import Membership, Organisation, Person
from webapp.applications.models import Application, Coaching
from webapp.core.clock import start_of, today
from webapp.reviews.models import Expert, ExpertTie
from webapp.reviews.rules.conflicts import GUESSED, KINDS

LOOK_BACK = timedelta(days=3 * 366)
"""三年内: how long an employment bars (政府采购法实施条例第九条)."""
OFFICES = ("social_org", "local_group", "operator", "property", "sponsor", "evaluator")
"""Kinds of organisations whose telephone, address and head may give away that two of them are one."""


Branch = tuple[str, Any, Any, Any]
"""A kind of tie: its query, and the columns of the person and of the organisation."""
Day = date | sa.ColumnElement[Any]
Organisations = Iterable[int] | sa.Select[Any]
"""Keys, or a query that gives them."""
Wanted = list[int] | sa.Select[Any] | sa.BindParameter[Any]


def conflicts(session: Session, people: sa.Select[Any], organisations: Organisations, at: datetime) -> dict[int, dict[int, list[str]]]:
    """Person → organisation among these → what ties the two (keys of `rules.conflicts.KINDS`). One statement."""
    wanted = organisations if isinstance(organisations, sa.Select) else sorted(set(organisations))
    if isinstance(wanted, list) and not wanted:
        return {}
    day = today(at)
    asked = relations(people, day, day - LOOK_BACK, wanted, judging=[_coached(start_of(day - LOOK_BACK))])
    return _gathered(session.execute(asked))


def _gathered(ties: Iterable[Any]) -> dict[int, dict[int, list[str]]]:
    every = list(KINDS)
    found: dict[int, dict[int, list[str]]] = {}
    for person, organisation, kind in ties:
        kinds = found.setdefault(person, {}).setdefault(organisation, [])
        if kind not in kinds:
            kinds.append(kind)
            kinds.sort(key=every.index)
    return found


def stands_aside() -> sa.TextualSelect:
    """The organisations that somebody stands aside for, as every list, count, search and page leaves them out (`core.scope`).

    Every request carries this query. Its sixty constants, bound one by one, cost more than the query; so they stand in its words, which both
    databases read, and three places are left open.
    """
    bound = (
        sa.bindparam("aside_person", type_=sa.BigInteger),
        sa.bindparam("aside_day", type_=sa.Date),
        sa.bindparam("aside_since", type_=sa.Date),
    )
    person: sa.ColumnElement[int] = sa.literal_column(":aside_person")
    day: sa.ColumnElement[date] = sa.literal_column(":aside_day")
    since: sa.ColumnElement[date] = sa.literal_column(":aside_since")
    found = relations(sa.select(person), day, since).subquery()
    words = sa.select(found.c.organisation_id.label("id")).distinct().compile(compile_kwargs={"literal_binds": True})
    return sa.text(str(words)).bindparams(*bound).columns(Organisation.id)


def asking(person_id: int, day: date) -> dict[str, Any]:
    """What is bound to `stands_aside`: who, and on which day."""
    return {"aside_person": person_id, "aside_day": day, "aside_since": day - LOOK_BACK}


def relations(
    people: sa.Select[Any], day: Day, since: Day, wanted: Wanted | None = None, *, judging: Iterable[Branch] = ()
) -> sa.CompoundSelect[Any]:
    """Person, organisation and kind of every tie of some people on a day, to all organisations or to those wanted.

    `since`: the first day of an employment that still bars, `LOOK_BACK` before.

    `judging`: what keeps from judging alone. Who coached an application still handles it, but does not score it.
    """
    found = []
    for kind, query, person, organisation in (
        _declared(day), *_employed(since), _employer(), _namesake(), _same_phone(), _shared(since), *judging
    ):  # fmt: skip
        limits = [person.in_(people)]
        if wanted is not None:
            limits.append(organisation.in_(wanted))
        if kind in GUESSED:
            limits.append(_not_cleared(person, organisation))
        found.append(
            query.with_only_columns(
                person.label("person_id"), organisation.label("organisation_id"), sa.literal(kind, sa.String).label("kind")
            )
            .where(*limits)
            .order_by(None)
        )
    return sa.union_all(*found)


def in_force(day: Day) -> sa.ColumnElement[bool]:
    """The condition that what was said of a relation still counts."""
    return sa.and_(ExpertTie.undone_at.is_(None), sa.or_(ExpertTie.until_day.is_(None), ExpertTie.until_day >= day))


def _not_cleared(person: Any, organisation: Any) -> sa.ColumnElement[bool]:
    looked = aliased(ExpertTie)
    return ~sa.exists().where(
        looked.person_id == person, looked.organisation_id == organisation, looked.kind == "cleared", looked.undone_at.is_(None)
    )


def _declared(day: Day) -> Branch:
    query = sa.select(ExpertTie.id).where(ExpertTie.kind != "cleared", in_force(day))
    return "declared", query, ExpertTie.person_id, ExpertTie.organisation_id


def _recent(since: Day) -> sa.ColumnElement[bool]:
    return sa.and_(Membership.role != "expert", sa.or_(Membership.until_day.is_(None), Membership.until_day >= since))


def _employed(since: Day) -> tuple[Branch, Branch]:
    here = sa.select(Membership.id).where(_recent(since))
    guest = sa.select(Membership.id).join(Organisation, Organisation.host_id == Membership.organisation_id).where(_recent(since))
    return ("employed", here, Membership.person_id, Membership.organisation_id), ("hosted", guest, Membership.person_id, Organisation.id)


def _employer() -> Branch:
    host, employer = aliased(Organisation), _plain(Expert.employer)
    query = (
        sa.select(Expert.person_id)
        .select_from(Expert)
        .join(Organisation, sa.true())
        .outerjoin(host, host.id == Organisation.host_id)
        .where(Expert.employer != "", sa.or_(_plain(Organisation.name) == employer, _plain(host.name) == employer))
    )
    return "employer", query, Expert.person_id, Organisation.id


def _namesake() -> Branch:
    query = sa.select(Person.id).join(Organisation, Organisation.legal_representative == Person.name)
    return "person", query.where(Person.name != "", Organisation.kind.in_(OFFICES)), Person.id, Organisation.id


def _same_phone() -> Branch:
    query = sa.select(Person.id).join(Organisation, Organisation.phone_key == Person.phone_key)
    return "phone", query.where(Organisation.phone_key != "", Organisation.kind.in_(OFFICES)), Person.id, Organisation.id


def _shared(since: Day) -> Branch:
    mine, other = aliased(Organisation), aliased(Organisation)
    alike = [
        sa.and_(_plain(a) != "", _plain(a) == _plain(b))
        for a, b in (
            (mine.legal_representative, other.legal_representative), (mine.address, other.address), (mine.phone, other.phone)
        )
    ]  # fmt: skip
    query = (
        sa.select(Membership.id)
        .select_from(Membership)
        .join(mine, mine.id == Membership.organisation_id)
        .join(other, other.id != mine.id)
        .where(_recent(since), mine.kind.in_(OFFICES), other.kind.in_(OFFICES), sa.or_(*alike))
    )
    return "shared", query, Membership.person_id, other.id


def _coached(since: datetime | sa.ColumnElement[Any]) -> Branch:
    given = sa.select(Coaching.id).join(Application, Application.id == Coaching.application_id)
    recent = given.where(Coaching.state == "given", Coaching.state_at >= since)
    return "coached", recent, Coaching.given_by_id, Application.organisation_id


def _plain(text: Any) -> Any:
    """A name or number without what people write differently."""
    for one, other in ((" ", ""), ("\u3000", ""), ("\t", ""), ("-", ""), ("(", "（"), (")", "）")):
        text = sa.func.replace(text, one, other)
    return text


def ties_of(session: Session, people: sa.Select[Any], organisations: Organisations, at: datetime) -> dict[int, frozenset[int]]:
    """Person → the organisations among these that he may neither judge nor decide on."""
    return {person: frozenset(tied) for person, tied in conflicts(session, people, organisations, at).items()}


def barred(session: Session, person_id: int | None, organisations: Organisations, at: datetime, *, hosting: bool = True) -> str:
    """The name of an organisation among these that somebody has to stand aside for; empty when there is none.

    `hosting=False`: that one's office hosts it does not count, where the host has to say what became of it.
    """
    if person_id is None:
        return ""
    if isinstance(organisations, sa.Select):
        every = conflicts(session, sa.select(sa.literal(person_id)), organisations, at)
    elif keys := sorted(set(organisations)):
        day = today(at)
        since = {"barred_since": day - LOOK_BACK, "barred_coached": start_of(day - LOOK_BACK)}
        every = _gathered(session.execute(_of_one(), {"barred": person_id, "barred_day": day, "barred_from": keys, **since}))
    else:
        return ""
    found = every.get(person_id, {})
    return named(session, frozenset(one for one, kinds in found.items() if hosting or kinds != ["hosted"]))


@cache
def _of_one() -> sa.CompoundSelect[Any]:
    """What ties one person to some organisations. Nearly every step of an officer asks it, and building it costs more than asking it."""
    person: sa.ColumnElement[int] = sa.bindparam("barred", type_=sa.BigInteger)
    day, since = (sa.bindparam(name, type_=sa.Date) for name in ("barred_day", "barred_since"))
    coached = _coached(sa.bindparam("barred_coached", type_=Coaching.state_at.type))
    return relations(sa.select(person), day, since, sa.bindparam("barred_from", expanding=True), judging=[coached])


def named(session: Session, tied: frozenset[int]) -> str:
    """The name of one of these organisations; empty when there is none."""
    return (session.scalar(sa.select(Organisation.name).where(Organisation.id == min(tied))) or "") if tied else ""
