"""Who sees which rows: each guarded model declares its parties, and this turns a viewer into one SQL condition.

A *tie* is what a person is to the house: a role, the relation by which that role reaches rows (area, organisation, own
rows …) and the value to compare (an area prefix, an organisation's key, the person's key). A model's `PARTIES` says for
each relation which of its rows are reached. The same condition serves the entry to a page, every list, count, search,
export and report, so none of them can show more than the others.

Who has to stand aside for an organisation (回避) reaches none of its rows in the roles that judge or decide: a model's
`ASIDE` says which rows concern an organisation, and the slice that knows the relations says how they are found
(`stand_aside`); they are asked with the viewer, once, and stand in his ties.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar, Protocol, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core import faults
from webapp.core.db import Base

KEPT = 256
"""So many conditions are kept, those used last: to build one costs as much time as to ask the database by it."""


@dataclass(frozen=True, slots=True)
class Tie:
    """One way a person reaches rows."""

    role: str
    relation: str
    value: Any = None
    aside: tuple[int, ...] = ()
    """In a role that judges or decides: the organisations whose rows are kept from it, in order."""


class Viewer(Protocol):
    """The acting or looking person as core knows it."""

    @property
    def id(self) -> int | None: ...
    @property
    def ref(self) -> str: ...
    @property
    def ties(self) -> Sequence[Tie]: ...
    def roles_on(self, thing: Any) -> frozenset[str]: ...
    def stands_in(self, thing: Any, who: Collection[str]) -> str | None: ...


Party = Callable[[Any], sa.ColumnElement[bool]]


class Guarded(Base):
    """A table whose rows only some may reach."""

    __abstract__ = True
    PARTIES: ClassVar[Mapping[str, Party]] = {}
    ASIDE: ClassVar[Callable[[Any], sa.ColumnElement[bool]] | None] = None
    """The condition that a row concerns one of some organisations: it is kept from who has to stand aside for them."""
    OF_ROLE: ClassVar[Callable[[str], sa.ColumnElement[bool]] | None] = None
    """What of its rows a role may reach at all, whatever its relation; None: any. For rows of many kinds, each with a right of its own."""
    UNKEPT: ClassVar[frozenset[str]] = frozenset()
    """Roles it is not kept from: a judge signs the report of all, whatever he stood aside from."""


@dataclass(frozen=True, slots=True)
class Relations:
    """Who stands aside for whom: a query of the keys of one person's organisations on a day, and what is bound to it."""

    keys: Callable[[], sa.TextualSelect]
    bound: Callable[[int, date], Mapping[str, Any]]


_relations: list[Relations] = []


def stand_aside(relations: Relations) -> None:
    """Say how the relations are found; asked once with each viewer."""
    _relations[:] = [relations]


def relations() -> Relations | None:
    """How the relations are found; None before the house is united."""
    return _relations[0] if _relations else None


def _aside(model: type[Guarded], aside: tuple[int, ...]) -> sa.ColumnElement[bool] | None:
    """The condition that a row is kept from somebody; None where nothing is."""
    return model.ASIDE(aside) if aside and model.ASIDE is not None else None


def _standing(tie: Tie, model: type[Guarded]) -> tuple[int, ...]:
    return () if tie.role in model.UNKEPT else tie.aside


def impartial(viewer: Viewer, model: type[Guarded]) -> sa.ColumnElement[bool]:
    """The condition that a viewer who judges or decides need not stand aside for a row; for rows that come with another's page."""
    kept = _aside(model, kept_organisations(viewer))
    return sa.true() if kept is None else sa.not_(kept)


def stands_aside(session: Session, viewer: Viewer, thing: Any) -> bool:
    """Whether a row is kept from a viewer by a relation alone."""
    model = type(thing)
    if _aside(model, kept_organisations(viewer)) is None:
        return False
    return session.scalar(sa.select(model.id).where(model.id == thing.id, impartial(viewer, model))) is None


def kept_organisations(viewer: Viewer) -> tuple[int, ...]:
    """The organisations a viewer who judges or decides stands aside for, in order."""
    return tuple(sorted({key for tie in viewer.ties for key in tie.aside}))


def kept_for(session: Session, viewer: Viewer, thing: Any) -> list[int]:
    """The organisations because of which a row is kept from a viewer; one statement, for the page that turns him away."""
    model = type(thing)
    if model.ASIDE is None:
        return []
    keys = kept_organisations(viewer)
    columns = [model.ASIDE([key]).label(f"for{key}") for key in keys]
    found = session.execute(sa.select(*columns).where(model.id == thing.id)).one() if keys else ()
    return [key for key, yes in zip(keys, found, strict=True) if yes]


def model_named(name: str) -> type[Guarded] | None:
    """The guarded table that a reference's word names: `need` of `need:12`."""
    if name not in _named:
        guarded()
    return _named.get(name)


def guarded() -> list[Any]:
    """Every guarded table."""
    _named.update({one.class_.REF: one.class_ for one in Base.registry.mappers if issubclass(one.class_, Guarded)})
    return list(_named.values())


_named: dict[str, type[Guarded]] = {}


class Hidden:
    """Stands where a field is not shown in this phase; it was never selected."""

    def __str__(self) -> str:
        return "（本阶段不公开）"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "HIDDEN"


HIDDEN = Hidden()


def within(code: Any, prefix: str) -> sa.ColumnElement[bool]:
    """The condition that an area code lies under a prefix; a range, so that the index serves it.

    What is no area code reaches nothing.
    """
    if not prefix:
        return sa.true()
    if not (prefix.isascii() and prefix.isdecimal()):
        return sa.false()
    return sa.and_(code >= prefix, code < prefix[:-1] + chr(ord(prefix[-1]) + 1))


def under(code: str, prefix: str) -> bool:
    """The same for two plain codes."""
    return code.startswith(prefix)


def _reached(tie: Tie, model: type[Guarded]) -> sa.ColumnElement[bool] | None:
    party = model.PARTIES.get(tie.relation)
    if party is None or model.OF_ROLE is None:
        return None if party is None else party(tie.value)
    return sa.and_(party(tie.value), model.OF_ROLE(tie.role))


def visible(viewer: Viewer, model: type[Guarded], roles: Collection[str]) -> sa.ColumnElement[bool]:
    """The condition that the viewer reaches a row in one of the roles that have the right."""
    return reached_by(viewer.ties, model, roles)


def reached_by(ties: Sequence[Tie], model: type[Guarded], roles: Collection[str]) -> sa.ColumnElement[bool]:
    """The same for the ties alone."""
    return _reached_by(tuple(ties), model, frozenset(roles))


@lru_cache(maxsize=KEPT)
def _reached_by(ties: tuple[Tie, ...], model: type[Guarded], roles: frozenset[str]) -> sa.ColumnElement[bool]:
    ways: dict[tuple[int, ...], list[sa.ColumnElement[bool]]] = {}
    for tie in ties:
        if tie.role in roles and (c := _reached(tie, model)) is not None:
            ways.setdefault(_standing(tie, model), []).append(c)
    found = []
    for aside, reached in ways.items():
        kept = _aside(model, aside)
        found += reached if kept is None else [sa.and_(sa.or_(*reached), sa.not_(kept))]
    return sa.or_(*found) if found else sa.false()


def _asked(mine: Sequence[Tie], model: type[Guarded]) -> tuple[list[Tie], list[tuple[int, ...]], list[sa.ColumnElement[bool]]]:
    """The ties that may reach a row, what they are kept from, and the columns to ask: one for each tie, then one for each of these."""
    ties = [(tie, c) for tie in mine if (c := _reached(tie, model)) is not None]
    asides = {_standing(tie, model) for tie, _ in ties}
    kept = [(one, c) for one in sorted(asides) if (c := _aside(model, one)) is not None]
    columns = [c for _, c in ties] + [c for _, c in kept]
    ties = [(replace(tie, aside=_standing(tie, model)), c) for tie, c in ties]
    return [tie for tie, _ in ties], [one for one, _ in kept], columns


def _roles(ties: list[Tie], asides: list[tuple[int, ...]], answers: Sequence[Any]) -> frozenset[str]:
    barred = {one for one, yes in zip(asides, answers[len(ties) :], strict=True) if yes}
    return frozenset(tie.role for tie, yes in zip(ties, answers, strict=False) if yes and tie.aside not in barred)


@lru_cache(maxsize=KEPT)
def _loading(mine: tuple[Tie, ...], model: type[Any], lock: bool) -> tuple[list[Tie], list[tuple[int, ...]], sa.Select[Any]]:
    """The statement of `load`, with what its answers mean."""
    ties, asides, columns = _asked(mine, model)
    query = sa.select(model, *(c.label(f"tie{n}") for n, c in enumerate(columns))).where(model.id == sa.bindparam("row_key"))
    if lock:
        query = query.with_for_update(of=model)
    return ties, asides, query.execution_options(populate_existing=True)


def load(session: Session, viewer: Viewer, model: type[Any], key: Any, *, lock: bool) -> tuple[Any, frozenset[str]]:
    """One row and the roles the viewer has on it, in one statement; (None, nothing) when there is no such row."""
    ties, asides, query = _loading(tuple(viewer.ties), cast(type[Guarded], model), lock)
    found = session.execute(query, {"row_key": key}).one_or_none()
    if lock:
        faults.point("lock")
    if found is None:
        return None, frozenset()
    return found[0], _roles(ties, asides, found[1:])


def roles_on(session: Session, viewer: Viewer, thing: Any) -> frozenset[str]:
    """The roles in which the viewer reaches one row."""
    model = type(thing)
    ties, asides, columns = _asked(viewer.ties, model)
    if not ties:
        return frozenset()
    query = sa.select(*(c.label(f"tie{n}") for n, c in enumerate(columns))).select_from(model).where(model.id == thing.id)
    found = session.execute(query).one_or_none()
    return _roles(ties, asides, found) if found else frozenset()
