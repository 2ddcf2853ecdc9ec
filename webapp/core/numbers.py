"""Gapless numbers per kind, area and year: a locked row, taken inside the transaction that uses the number."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core.db import Base


class Counter(Base):
    __tablename__ = "numbers"
    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    area: Mapped[str] = mapped_column(sa.String(18), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


def take(session: Session, kind: str, year: int, *, area: str = "", width: int = 4) -> str:
    """The next number, such as `X2026-0137`; a rolled-back transaction gives its number back."""
    counter = session.get(Counter, (kind, area, year), with_for_update=True, populate_existing=True)
    if counter is None:
        counter = Counter(kind=kind, area=area, year=year, last=0)
        session.add(counter)
    counter.last += 1
    session.flush()
    return f"{kind}{year}-{counter.last:0{width}d}"
