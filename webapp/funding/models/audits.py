"""抽查: spending documents drawn by lot, and what each was found to be."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from reports.money import Money
from webapp.core.db import Code, Numbered
from webapp.core.scope import Guarded, within
from webapp.funding.models.spending import Spending
from webapp.projects.models import of_projects

RESULTS = {"fine": "无误", "problem": "有问题"}


class Audit(Numbered, Guarded):
    """凭证抽查: out of all accepted of an area and a period, so many or so much of the money, by a recorded seed."""

    REF = "spending_audit"
    __tablename__ = "spending_audits"
    __table_args__ = (
        sa.Index(None, "area_code", "id"),
        sa.CheckConstraint("way IN ('count', 'share') AND size >= 1 AND (way = 'count' OR size <= 100)", name="known_way"),
        sa.CheckConstraint("until >= since", name="ends_after_start"),
    )
    PARTIES = {"area": lambda prefix: within(Audit.area_code, prefix)}
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    way: Mapped[str] = mapped_column(sa.String(8))
    """count: so many documents; share: so many per cent of the money."""
    size: Mapped[int]
    found: Mapped[int]
    found_fen: Mapped[Money]
    """Out of how many, and how much, it was drawn."""
    digest: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 over the keys and amounts it was drawn from, in order."""
    seed: Mapped[str] = mapped_column(sa.String(64))
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[datetime]


class Audited(Numbered, Guarded):
    """One document of an audit, and what it was found to be."""

    REF = "audited"
    ASIDE: ClassVar[Any] = lambda organisations: Audited.spending_id.in_(
        sa.select(Spending.id).where(of_projects(lambda: Spending.project_id)(organisations))
    )
    __tablename__ = "spendings_audited"
    __table_args__ = (
        sa.UniqueConstraint("audit_id", "spending_id", name="once"),
        sa.CheckConstraint("result IN ('', 'fine', 'problem') AND (result <> 'problem' OR note <> '')", name="a_problem_is_told"),
        sa.Index(None, "spending_id"),
    )
    PARTIES = {"area": lambda prefix: Audited.audit_id.in_(sa.select(Audit.id).where(within(Audit.area_code, prefix)))}
    audit_id: Mapped[int] = mapped_column(sa.ForeignKey("spending_audits.id"))
    spending_id: Mapped[int] = mapped_column(sa.ForeignKey("spendings.id"))
    position: Mapped[int]
    result: Mapped[str] = mapped_column(sa.String(8), default="")
    note: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    at: Mapped[datetime | None]
