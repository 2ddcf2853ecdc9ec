"""Who sees which rows: each guarded model declares its parties, and this turns a viewer into one SQL condition.

A *tie* is what a person is to the house: a role, the relation by which that role reaches rows (area, organisation, own
rows …) and the value to compare (an area prefix, an organisation's key, the person's key). A model's `PARTIES` says for
each relation which of its rows are reached. The same condition serves the entry to a page, every list, count, search,
export and report, so none of them can show more than the others.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core import faults
from webapp.core.db import Base


@dataclass(frozen=True, slots=True)
class Tie:
    """One way a person reaches rows."""

    role: str
    relation: str
    value: Any = None


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
        return "(本阶段不公开)"

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
    return None if party is None else party(tie.value)


def visible(viewer: Viewer, model: type[Guarded], roles: Collection[str]) -> sa.ColumnElement[bool]:
    """The condition that the viewer reaches a row in one of the roles that have the right."""
    return reached_by(viewer.ties, model, roles)


def reached_by(ties: Sequence[Tie], model: type[Guarded], roles: Collection[str]) -> sa.ColumnElement[bool]:
    """The same for the ties alone."""
    found = [c for tie in ties if tie.role in roles and (c := _reached(tie, model)) is not None]
    return sa.or_(*found) if found else sa.false()


def load(session: Session, viewer: Viewer, model: type[Any], key: Any, *, lock: bool) -> tuple[Any, frozenset[str]]:
    """One row and the roles the viewer has on it, in one statement; (None, nothing) when there is no such row."""
    ties = [(tie, c) for tie in viewer.ties if (c := _reached(tie, model)) is not None]
    query = sa.select(model, *(c.label(f"tie{n}") for n, (_, c) in enumerate(ties))).where(model.id == key)
    if lock:
        query = query.with_for_update(of=model)
    found = session.execute(query.execution_options(populate_existing=True)).one_or_none()
    if lock:
        faults.point("lock")
    if found is None:
        return None, frozenset()
    return found[0], frozenset(tie.role for (tie, _), yes in zip(ties, found[1:], strict=True) if yes)


def roles_on(session: Session, viewer: Viewer, thing: Any) -> frozenset[str]:
    """The roles in which the viewer reaches one row."""
    model = type(thing)
    ties = [(tie, c) for tie in viewer.ties if (c := _reached(tie, model)) is not None]
    if not ties:
        return frozenset()
    query = sa.select(*(c.label(f"tie{n}") for n, (_, c) in enumerate(ties))).select_from(model).where(model.id == thing.id)
    found = session.execute(query).one_or_none()
    return frozenset(tie.role for (tie, _), yes in zip(ties, found or (), strict=False) if yes)
