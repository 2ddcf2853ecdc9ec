"""Chinese search by two-character grams in a table: exact on both databases, and scoped like any list."""

import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core.db import Base


class Gram(Base):
    __tablename__ = "search_grams"
    kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    gram: Mapped[str] = mapped_column(sa.String(4), primary_key=True)
    object_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)


def grams(text: str) -> set[str]:
    """The pairs of neighbouring characters of each run of letters, digits or Hanzi; a lone character is a gram too."""
    folded = unicodedata.normalize("NFKC", text).lower()
    found: set[str] = set()
    for run in re.findall(r"\w+", folded):
        found |= {run[n : n + 2] for n in range(len(run) - 1)} or {run}
    return found


def index(session: Session, kind: str, object_id: int, text: str) -> None:
    """Make an object findable by a text, replacing what it was findable by."""
    wanted = grams(text) | {char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum()}
    have = set(session.scalars(sa.select(Gram.gram).where(Gram.kind == kind, Gram.object_id == object_id)))
    if gone := have - wanted:
        session.execute(sa.delete(Gram).where(Gram.kind == kind, Gram.object_id == object_id, Gram.gram.in_(gone)))
    if new := wanted - have:
        session.execute(sa.insert(Gram), [{"kind": kind, "gram": gram, "object_id": object_id} for gram in sorted(new)])


def matches(kind: str, key: Any, text: str) -> sa.ColumnElement[bool]:
    """The condition that an object holds every gram of the text; true for an empty text."""
    wanted = sorted(grams(text))[:12]
    if not wanted:
        return sa.true()
    return sa.and_(*(key.in_(sa.select(Gram.object_id).where(Gram.kind == kind, Gram.gram == gram)) for gram in wanted))
