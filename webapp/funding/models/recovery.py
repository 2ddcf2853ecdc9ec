"""Money that goes back."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.core.db import Numbered
from webapp.core.workflow import Stateful
from webapp.projects.models import Project, ProjectPart
from webapp.workflows import RECOVERY


class Recovery(Numbered, Stateful, ProjectPart):
    """结余收回: unspent money that goes back, and of a breach also what was spent."""

    REF = "recovery"
    WORKFLOW = RECOVERY
    __tablename__ = "recoveries"
    CONSTRAINTS = (
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        sa.CheckConstraint("of_spent_fen >= 0 AND of_spent_fen <= amount_fen", name="of_spent_within_amount"),
        sa.CheckConstraint("by_id IS NOT NULL OR state IN ('due', 'kept')", name="demanded_by_somebody"),
    )
    title: Mapped[str]
    amount_fen: Mapped[Money]
    of_spent_fen: Mapped[Money] = mapped_column(default=Money(0))
    """What of it was spent already (返还已拨资金); it counts as unspent again when it comes back."""
    reason: Mapped[str]
    bank_reference: Mapped[str] = mapped_column(sa.String(40), default="")
    by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Who demanded it; nobody yet while it is only due (`due`)."""
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
