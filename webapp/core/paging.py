"""Keyset paging: the next page starts after the last row seen, whatever was added meanwhile, at the same cost."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core import fit
from webapp.core.db import made

T = TypeVar("T")
SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list and the cursor of the page after them."""

    rows: Sequence[T]
    next: str | None


def _encode(values: Sequence[Any]) -> str:
    plain = [{"t": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decode(cursor: str, kinds: Sequence[type]) -> list[Any] | None:
    """The values of a cursor; None for one that was tampered with, which then means the first page."""
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [datetime.fromisoformat(v["t"]) if isinstance(v, dict) else v for v in plain]
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        return None
    return values if len(values) == len(kinds) and all(map(_fits, values, kinds)) else None


def _fits(value: Any, kind: type) -> bool:
    """Whether a value can be compared with a column of a kind."""
    if isinstance(value, datetime):
        return kind is datetime and value.tzinfo is not None
    if isinstance(value, str):
        return kind in {str, date} and fit.text(value) == value
    return isinstance(value, int) and kind is int and abs(value) <= fit.LARGEST


def page(
    session: Session, kind: type[T], query: sa.Select[*tuple[Any, ...]], keys: Sequence[Any], cursor: str | None, size: int = SIZE
) -> Page[T]:
    """One page of a query, newest first: ordered by the keys (columns, the last one unique), all descending.

    The query must select each key under its own name, and `kind` must have those fields.
    """
    if cursor and (after := _decode(cursor, [key.type.python_type for key in keys])) is not None:
        query = query.where(sa.tuple_(*keys) < sa.tuple_(*(sa.bindparam(None, v, type_=k.type) for k, v in zip(keys, after, strict=True))))
    found = made(kind, session.execute(query.order_by(*(key.desc() for key in keys)).limit(size + 1)))
    more = len(found) > size
    found = found[:size]
    return Page(found, _encode([getattr(found[-1], key.key) for key in keys]) if more else None)
