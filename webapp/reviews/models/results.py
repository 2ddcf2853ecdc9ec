"""What came out: figures, runs of the ranking, the decision and its letters."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from reports.money import Money
from webapp.core.db import Base, Numbered


class Result(Base):
    """What the channels gave an application and where it came out; points in hundredths."""

    REF = "result"
    __tablename__ = "results"
    __table_args__ = (
        sa.CheckConstraint("amount_fen IS NULL OR amount_fen > 0", name="amount_positive"),
        sa.CheckConstraint("outcome IS NULL OR (outcome = 'propose') = (amount_fen IS NOT NULL)", name="amount_if_proposed"),
        sa.CheckConstraint("freed_fen IS NULL OR (freed_fen > 0 AND freed_fen <= amount_fen)", name="freed_within_amount"),
    )
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"), index=True)
    panel_mean: Mapped[int | None]
    panel_trimmed: Mapped[int | None]
    panel_median: Mapped[int | None]
    panel_spread: Mapped[int | None]
    panel_n: Mapped[int] = mapped_column(default=0)
    community: Mapped[int | None]
    residents: Mapped[int | None]
    residents_n: Mapped[int] = mapped_column(default=0)
    panel: Mapped[int | None]
    """What the call's rules made of the panel's scores; None before the ranking, and in runs older than this column."""
    jury: Mapped[int | None]
    donation: Mapped[int | None]
    bonus: Mapped[int | None]
    """加分 on top of the weighted total."""
    combined: Mapped[int | None]
    rank: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(sa.String(12))
    """propose, reserve or decline."""
    amount_fen: Mapped[Money | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why this outcome."""
    amount_reason: Mapped[str] = mapped_column(default="")
    """Why this amount, where it is not what was asked for: the amount is decided apart from the place on the list."""
    freed_fen: Mapped[Money | None]
    """What of the amount came free again when the agreement was terminated; who waits in reserve may be given it."""


class Registered(Numbered, Base):
    """登记的得分: what the organiser registers for a channel that has no stage of its own; the newest row counts.

    Points in hundredths; for the channel `donation` the money raised, in fen. `channel` is one of `CHANNELS` or a bonus of the call.
    """

    REF = "registered"
    __tablename__ = "registered_figures"
    __table_args__ = (sa.CheckConstraint("value >= 0", name="not_negative"), sa.Index(None, "call_id", "application_id"))
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    channel: Mapped[str] = mapped_column(sa.String(40))
    value: Mapped[int] = mapped_column(sa.BigInteger)
    source: Mapped[str]
    """The paper it stands on: 捐赠票据清单, 计票表."""
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.BigInteger)


class Selection(Numbered, Base):
    """One saved run of the ranking: inputs, outputs and the rule's version, recomputable years later."""

    REF = "selection"
    __tablename__ = "selections"
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"), index=True)
    inputs: Mapped[dict[str, Any]]
    outputs: Mapped[dict[str, Any]]
    rule_version: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    title: Mapped[str] = mapped_column(default="")
    """What a run of the what-if board (试排) was called; empty for the ranking itself."""
    adopted_at: Mapped[datetime | None]
    """When its list became the call's list; the newest of these is the one the list is compared with."""


class Decision(Numbered, Base):
    """集体研究: meeting, date, minutes number, who was there, and the list as it lay before the meeting."""

    REF = "decision"
    __tablename__ = "decisions"
    __table_args__ = (
        sa.UniqueConstraint("call_id", name="one_per_call"),
        sa.CheckConstraint("released_by_id IS NULL OR by_id IS NULL OR released_by_id <> by_id", name="two_people"),
        sa.CheckConstraint("released_by_id IS NULL OR (released_at IS NOT NULL AND present <> '')", name="released_whole"),
    )
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    meeting: Mapped[str]
    held_on: Mapped[date]
    minutes_number: Mapped[str]
    at: Mapped[datetime]
    present: Mapped[str] = mapped_column(default="")
    listed: Mapped[dict[str, Any] | None]
    """`rows`: application, outcome, amount in fen and reason, as the meeting had them."""
    by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    released_at: Mapped[datetime | None]
    """When the outcomes and the letters went out; until then nobody but the organiser knows them."""
    released_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Who let them out, never who recorded the meeting."""


class Wording(Base):
    """The officer's own text of one kind of letter of a call, with fields in 【】."""

    __tablename__ = "letter_wordings"
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    """propose, reserve or decline."""
    title: Mapped[str]
    body: Mapped[str]


class Letter(Base):
    """立项、候补、未立项通知 of one application, written at the decision and held until the release."""

    __tablename__ = "letters"
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    title: Mapped[str]
    body: Mapped[str]
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
