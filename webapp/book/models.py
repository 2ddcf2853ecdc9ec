"""Accounts, transactions of balanced postings, and balances kept right by the one verb that posts."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from reports.money import Money
from webapp.core.db import Base, Code, Numbered, says

KINDS = {
    "source": "资金来源", "available": "可用预算", "committed": "已立项", "requested": "支付中", "paid": "已拨付", "spent": "已支出",
    "returned": "已收回",
}  # fmt: skip


class Account(Numbered, Base):
    """One pot: a kind of money of a fund's year, for a reason. Only `source` may be negative: it is the outside world."""

    REF = "account"
    __tablename__ = "book_accounts"
    __table_args__ = (
        sa.UniqueConstraint("kind", "fund", "year", "reason", name="one_account"),
        sa.CheckConstraint("kind = 'source' OR balance_fen >= 0", name="not_negative"),
        sa.Index(None, "reason"),
        sa.Index(None, "fund", "year", "kind"),
    )
    kind: Mapped[str] = mapped_column(sa.String(12))
    fund: Mapped[str] = mapped_column(sa.String(64))
    """Reference of the fund: `fund:2`."""
    year: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(64), default="")
    """Whose money it is: `project:12`; empty for the fund itself."""
    area_code: Mapped[str] = mapped_column(Code, default="")
    balance_fen: Mapped[Money]


class Transaction(Numbered, Base):
    """One balanced movement with its reason, who prepared it and who approved it. Never changed: a mistake is reversed."""

    REF = "transaction"
    __tablename__ = "book_transactions"
    __table_args__ = (
        sa.CheckConstraint("second_id IS NULL OR second_id <> by_id", name="two_people"),
        sa.CheckConstraint("kind <> 'pay' OR second_id IS NOT NULL", name="payment_has_two_people"),
        sa.CheckConstraint("kind NOT IN ('carry_out', 'carry_in') OR second_id IS NOT NULL", name="carrying_has_two_people"),
        sa.CheckConstraint("kind NOT IN ('transfer_out', 'transfer_in') OR second_id IS NOT NULL", name="transfer_has_two_people"),
        sa.CheckConstraint("kind <> 'reverse' OR second_id IS NOT NULL", name="reversal_has_two_people"),
        sa.UniqueConstraint("reverses_id", name="reversed_once"),
        sa.UniqueConstraint("source", name="one_posting_per_source"),
        sa.Index(None, "reason", "id"),
        sa.Index(None, "day"),
        sa.Index(None, "fund", "year", "kind", "id"),
        sa.Index(None, "fund", "year", "id"),
        sa.Index(None, "fund", "day"),
    )
    kind: Mapped[str] = mapped_column(sa.String(12))
    """A verb of `rules.MOVES`, or `reverse`."""
    fund: Mapped[str] = mapped_column(sa.String(64))
    year: Mapped[int]
    """All postings of a transaction belong to one fund's year."""
    reason: Mapped[str] = mapped_column(sa.String(64))
    source: Mapped[str] = mapped_column(sa.String(96))
    """What this was posted for, once: `tranche:5/pay`; the same source twice is refused."""
    day: Mapped[date]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    second_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    memo: Mapped[str] = mapped_column(default="")
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("book_transactions.id"))
    digest: Mapped[str] = mapped_column(sa.String(64))
    """Over this transaction and its postings; the journal holds it too, so an altered posting shows."""


class Posting(Numbered, Base):
    """One side of a movement; the postings of a transaction add up to zero."""

    REF = "posting"
    __tablename__ = "book_postings"
    __table_args__ = (sa.CheckConstraint("fen <> 0", name="not_zero"), sa.Index(None, "account_id", "id"), sa.Index(None, "transaction_id"))
    transaction_id: Mapped[int] = mapped_column(sa.ForeignKey("book_transactions.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("book_accounts.id"))
    fen: Mapped[Money]


class Checkpoint(Base):
    """A running total: what one verb has moved on one kind of account of a fund's year, in one area, reversals taken off.

    Kept by the verb that posts, in the same transaction, so that a balance, a turnover or a rate of a fund is the sum of some dozens of
    rows however many postings there are; `sanshe doctor` re-adds them from the postings.
    """

    __tablename__ = "book_checkpoints"
    fund: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(Code, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    verb: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    fen: Mapped[Money]


class Period(Base):
    """A closed month of a fund: nothing can be posted into it any more, and nobody opens it again."""

    __tablename__ = "book_periods"
    fund: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime]
    by: Mapped[str]


says(
    {
        "ck_book_accounts_not_negative": "余额不足：这笔金额超过账上可用的数。请核对可用预算和已拨、已用金额。",
        "ck_book_transactions_two_people": "经办和复核不能是同一个人。",
        "ck_book_transactions_payment_has_two_people": "付款必须有两个人经手。",
        "ck_book_transactions_carrying_has_two_people": "结转必须有两个人经手。",
        "ck_book_transactions_transfer_has_two_people": "资金转移必须有两个人经手。",
        "ck_book_transactions_reversal_has_two_people": "冲销必须有两个人经手。",
        "uq_book_transactions_one_posting_per_source": "这笔业务已经记过账，没有重复入账。",
        "uq_book_transactions_reversed_once": "这笔账已经冲销过。",
    }
)
