"""The pool, panels, their seats, plans, fees and assignments."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship, synonym

from reports.money import Money
from webapp.accounts.models import Membership, Organisation
from webapp.applications.models import Application, of_applicants
from webapp.calls.models import Call
from webapp.core.db import Base, Code, Numbered, only_one
from webapp.core.scope import Guarded, Party, within
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.permissions import STAND_ASIDE
from webapp.workflows import ASSIGNMENT, PANEL, SEAT

FIELDS = {
    "elderly": "为老",
    "youth": "儿童青少年",
    "disabled": "助残",
    "governance": "社区治理",
    "social_work": "社会工作",
    "finance": "财务",
    "law": "法律",
}


class Expert(Guarded):
    """评委 in the pool (专家库). A pool belongs to an area: the offices in it and those above it keep it."""

    REF = "expert"
    __tablename__ = "experts"
    PARTIES = {
        "expert": lambda key: Expert.person_id == key,
        "area": lambda prefix: sa.or_(within(Expert.area_code, prefix), sa.literal(prefix).startswith(Expert.area_code)),
        "operator": lambda key: sa.true(),
    }
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    id: Mapped[int] = synonym("person_id")
    field: Mapped[str] = mapped_column(sa.String(16))
    others: Mapped[list[Any]] = mapped_column(default=list)
    """Further fields."""
    employer: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    area_code: Mapped[str] = mapped_column(Code)
    available: Mapped[bool] = mapped_column(default=True)
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    """The days, both counted, on which the expert cannot come."""
    bank: Mapped[str] = mapped_column(default="")
    account: Mapped[str | None] = mapped_column(Sealed)
    """Where the fee goes; only finance takes it out."""


def staff_of(where: Any) -> sa.Select[Any]:
    """Those who judge or decide for some offices."""
    return (
        sa.select(Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(where, Membership.role.in_(STAND_ASIDE - {"expert"}))
    )


class ExpertTie(Numbered, Guarded):
    """A relation of an expert or officer to an organisation that bars judging it (look-back of three years).

    An office reaches what is said of those who work in its area, and of the experts it keeps.
    """

    REF = "tie"
    __tablename__ = "expert_ties"
    __table_args__ = (
        sa.Index(None, "person_id"),
        sa.Index(None, "organisation_id"),
        sa.CheckConstraint("undone_at IS NULL OR (undone_by_id <> person_id AND undone_reason <> '')", name="another_undoes"),
    )
    PARTIES = {
        "area": lambda prefix: sa.or_(
            ExpertTie.person_id.in_(staff_of(within(Organisation.area_code, prefix))),
            ExpertTie.person_id.in_(sa.select(Expert.person_id).where(Expert.PARTIES["area"](prefix))),
        ),
        "operator": lambda key: ExpertTie.person_id.in_(staff_of(Organisation.id == key)),
    }
    KINDS: ClassVar[dict[str, str]] = {
        "declared": "本人申报", "advisor": "担任顾问", "board": "理事、监事", "family": "近亲属任职", "pinned": "组织单位指定",
        "cleared": "核实没有关系",
    }  # fmt: skip
    OWN: ClassVar[tuple[str, ...]] = ("declared", "advisor", "board", "family")
    """What one says of oneself. `cleared` is the opposite of a tie: the register's guess was looked into and was none."""
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(sa.String(24))
    until_day: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why somebody else said so."""
    by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    """When another officer ended it: nothing is deleted."""
    undone_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    undone_reason: Mapped[str] = mapped_column(default="")


class Panel(Numbered, Stateful, Guarded):
    """评审组 of a call: drawn with a seed whose digest was published before."""

    REF = "panel"
    WORKFLOW = PANEL
    __tablename__ = "panels"
    CONSTRAINTS = (sa.Index(None, "call_id"),)
    PARTIES = {
        "area": lambda prefix: Panel.call_id.in_(sa.select(Call.id).where(within(Call.area_code, prefix))),
        "operator": lambda key: Panel.call_id.in_(sa.select(Call.id).where(Call.operator_id == key)),
    }
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    title: Mapped[str]
    size: Mapped[int]
    finance: Mapped[int]
    reserves: Mapped[int]
    per_application: Mapped[int]
    strata: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Field → at least so many seats, besides finance."""
    witness_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    """Who signed the minutes as 监督人, another than who drew."""
    witnessed_at: Mapped[datetime | None]
    seed: Mapped[str | None] = mapped_column(Sealed)
    """Sealed until drawn, then published in the minutes."""
    seed_digest: Mapped[str] = mapped_column(sa.String(64))
    minutes: Mapped[dict[str, Any] | None]
    witness: Mapped[str] = mapped_column(default="")
    """监督人 present at the draw."""
    rubric_id: Mapped[int] = mapped_column(sa.ForeignKey("rubrics.id"))
    closes_at: Mapped[datetime]
    call: Mapped[Call] = relationship(lazy="raise_on_sql")
    has_fees: ClassVar[Any]
    """Whether a 评审费 is written down; read with the row."""


def of_panel(panel_id: Callable[[], Any]) -> dict[str, Party]:
    """Whoever runs a panel's call has to do with what hangs on the panel. The column is asked late: its class is being made."""
    return {
        "area": lambda prefix: panel_id().in_(sa.select(Panel.id).join(Call).where(within(Call.area_code, prefix))),
        "operator": lambda key: panel_id().in_(sa.select(Panel.id).join(Call).where(Call.operator_id == key)),
    }


class PanelPlan(Base):
    """试分派: an assignment tried out and changed by hand before anything is given."""

    __tablename__ = "panel_plans"
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panels.id"), primary_key=True)
    wishes: Mapped[dict[str, Any]]
    """share (hundredths), apart (pairs of people), pinned and forbidden (pairs of application and person)."""
    rows: Mapped[list[Any]]
    """Pairs of application and person."""
    at: Mapped[datetime]


class FeeLine(Numbered, Base):
    """评审费 of one expert for one panel, written once."""

    __tablename__ = "review_fees"
    __table_args__ = (
        sa.UniqueConstraint("panel_id", "person_id", name="one_fee"),
        sa.CheckConstraint("half_days > 0", name="half_days_positive"),
        sa.CheckConstraint("tax_fen >= 0 AND tax_fen <= gross_fen", name="tax_within_fee"),
        sa.Index(None, "person_id", "at"),
    )
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panels.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    senior: Mapped[bool]
    half_days: Mapped[int]
    gross_fen: Mapped[Money]
    tax_fen: Mapped[Money]
    at: Mapped[datetime]


Panel.has_fees = column_property(sa.exists().where(FeeLine.panel_id == Panel.id).correlate_except(FeeLine))


class Seat(Numbered, Stateful, Guarded):
    """One drawn expert, in order; reserves move up."""

    REF = "seat"
    WORKFLOW = SEAT
    __tablename__ = "seats"
    CONSTRAINTS = (
        sa.UniqueConstraint("panel_id", "person_id", name="once_per_panel"),
        sa.Index(None, "person_id", "id"),
        only_one("uq_seats_one_chair", "panel_id", where="chair"),
    )
    PARTIES = {
        "expert": lambda key: sa.and_(Seat.person_id == key, Seat.reserve.is_(False)),
        **of_panel(lambda: Seat.panel_id),
    }
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panels.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    position: Mapped[int]
    field: Mapped[str] = mapped_column(sa.String(16))
    reserve: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(default="评审邀请")
    reason: Mapped[str] = mapped_column(default="")
    """Why the seat was declined or given to another."""
    promise: Mapped[list[Any] | None]
    """The 承诺书 as it was signed, line by line; its digest stands in the journal."""
    chair: Mapped[bool] = mapped_column(default=False)
    """组长: locks the totals."""
    panel: Mapped[Panel] = relationship(lazy="raise_on_sql")


class Assignment(Numbered, Stateful, Guarded):
    """One expert, one application, under an alias while the review is blind. A recused expert reaches it no more."""

    REF = "assignment"
    WORKFLOW = ASSIGNMENT
    __tablename__ = "assignments"
    CONSTRAINTS = (
        sa.UniqueConstraint("panel_id", "person_id", "application_id", name="once"),
        sa.Index(None, "application_id"),
        sa.Index(None, "person_id", "state"),
    )
    PARTIES = {
        "expert": lambda key: sa.and_(Assignment.person_id == key, Assignment.state != "recused"),
        **of_panel(lambda: Assignment.panel_id),
    }
    ASIDE = of_applicants(lambda: Assignment.application_id)
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panels.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    title: Mapped[str]
    """The project's name as the judge sees it; never the applicant's."""
    position: Mapped[int]
    scorecard_id: Mapped[int] = mapped_column(sa.ForeignKey("scorecards.id"))
    panel: Mapped[Panel] = relationship(lazy="raise_on_sql")
    application: Mapped[Application] = relationship(lazy="raise_on_sql")


class Divergence(Base):
    """分差过大: a score far from the others' of the same file; it is given again, or its judge says why it stays."""

    REF = "divergence"
    __tablename__ = "divergences"
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignments.id"), primary_key=True)
    score: Mapped[int]
    """The total that was found, in hundredths."""
    asked: Mapped[str] = mapped_column(sa.String(8))
    """rescore (退回复评) or reason."""
    reason: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
