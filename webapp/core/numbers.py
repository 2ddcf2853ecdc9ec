"""Gapless numbers per kind, area and year: a counted row, taken inside the transaction that uses the number."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core.db import Base, inserting


class Counter(Base):
    __tablename__ = "numbers"
    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    area: Mapped[str] = mapped_column(sa.String(18), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


def take(session: Session, kind: str, year: int, *, area: str = "", width: int = 4) -> str:
    """The next number, such as `X2026-0137`; a rolled-back transaction gives its number back.

    Others who want a number of the same kind, area and year wait until this transaction ends, also for the first one.
    """
    first = inserting(session, Counter).values(kind=kind, area=area, year=year, last=1)
    counted = first.on_conflict_do_update(index_elements=["kind", "area", "year"], set_={"last": Counter.last + 1})
    last: int = session.scalars(counted.returning(Counter.last)).one()
    return f"{kind}{year}-{last:0{width}d}"
