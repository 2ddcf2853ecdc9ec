"""What changes the book by hand, each time by two people: money passed on between funds, and corrections."""

from collections.abc import Mapping
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from reports.money import Money
from webapp.calls.models import Fund
from webapp.core.db import Code, Numbered, only_one
from webapp.core.scope import Guarded, Party, within
from webapp.core.workflow import Stateful
from webapp.workflows import CORRECTION, TRANSFER


class Transfer(Numbered, Stateful, Guarded):
    """资金转移: free money of a fund's year for another fund of the same source, 区→街道; prepared by one person, confirmed by another."""

    REF = "transfer"
    WORKFLOW = TRANSFER
    __tablename__ = "fund_transfers"
    CONSTRAINTS = (
        sa.CheckConstraint("amount_fen > 0", name="above_nought"),
        sa.CheckConstraint("fund_id <> to_fund_id", name="two_funds"),
        sa.Index(None, "fund_id", "id"),
        sa.Index(None, "to_fund_id", "id"),
    )
    PARTIES: ClassVar[Mapping[str, Party]] = {
        "area": lambda prefix: sa.or_(
            Transfer.fund_id.in_(sa.select(Fund.id).where(within(Fund.area_code, prefix))),
            Transfer.to_fund_id.in_(sa.select(Fund.id).where(within(Fund.area_code, prefix))),
        ),
    }
    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("funds.id"))
    year: Mapped[int]
    to_fund_id: Mapped[int] = mapped_column(sa.ForeignKey("funds.id"))
    to_year: Mapped[int]
    title: Mapped[str]
    amount_fen: Mapped[Money]
    document: Mapped[str]
    """文号 of the decision to pass it on."""
    prepared_by_id: Mapped[int] = mapped_column(sa.BigInteger)


class Correction(Numbered, Stateful, Guarded):
    """冲销: a posting that was a mistake, asked to be reversed by one person and reversed by another, with the reason."""

    REF = "correction"
    WORKFLOW = CORRECTION
    __tablename__ = "book_corrections"
    CONSTRAINTS = (
        only_one("uq_book_corrections_one_asked", "transaction_id", where="state = 'asked'"),
        sa.Index(None, "fund_id", "id"),
    )
    PARTIES: ClassVar[Mapping[str, Party]] = {"area": lambda prefix: within(Correction.area_code, prefix)}
    transaction_id: Mapped[int] = mapped_column(sa.ForeignKey("book_transactions.id"))
    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("funds.id"))
    area_code: Mapped[str] = mapped_column(Code)
    """Where the fund is."""
    title: Mapped[str]
    amount_fen: Mapped[Money]
    reason: Mapped[str]
    prepared_by_id: Mapped[int] = mapped_column(sa.BigInteger)
