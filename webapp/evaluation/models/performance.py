"""资金绩效: the finance bureau's chain of a fund's year, from the aims to what is done with the result."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.calls.models import Fund
from webapp.core.db import Numbered
from webapp.core.scope import Guarded, Party, within
from webapp.core.workflow import Stateful
from webapp.workflows import FUND_PERFORMANCE

DECISIONS = {"raise": "增加预算", "keep": "保持不变", "cut": "压减预算", "adjust": "调整使用方向", "rectify": "限期整改"}


class FundPerformance(Numbered, Stateful, Guarded):
    """绩效目标申报表, 绩效运行监控表, 自评表 and 结果应用 of one fund and year. What was prefilled stands as it stood then."""

    REF = "fund_performance"
    WORKFLOW = FUND_PERFORMANCE
    __tablename__ = "fund_performances"
    CONSTRAINTS = (
        sa.UniqueConstraint("fund_id", "year", name="one_per_year"),
        sa.CheckConstraint("state IN ('draft', 'set', 'monitored') OR score IS NOT NULL", name="assessed_with_score"),
        sa.CheckConstraint("state <> 'applied' OR (decision <> '' AND document <> '')", name="applied_with_document"),
    )
    PARTIES: ClassVar[Mapping[str, Party]] = {
        "area": lambda prefix: FundPerformance.fund_id.in_(sa.select(Fund.id).where(within(Fund.area_code, prefix))),
    }
    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("funds.id"))
    year: Mapped[int]
    title: Mapped[str]
    goal: Mapped[str] = mapped_column(default="")
    """年度总体目标."""
    aims: Mapped[list[Any]] = mapped_column(default=list)
    """The indicators with their year's value: {"key", "title", "unit", "target"} (hundredths)."""
    budget_fen: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """年初预算, as the book had it when the aims were set."""
    monitorings: Mapped[list[Any]] = mapped_column(default=list)
    """Each 运行监控 as it was: {"on", "money", "lines"}; the newest last."""
    assessment: Mapped[dict[str, Any] | None]
    """自评: {"on", "money", "lines", "text"}."""
    score: Mapped[int | None]
    """Hundredths of a point of a hundred."""
    grade: Mapped[str] = mapped_column(sa.String(4), default="")
    decision: Mapped[str] = mapped_column(sa.String(12), default="")
    decided: Mapped[str] = mapped_column(default="")
    document: Mapped[str] = mapped_column(default="")
    """文号 of the decision."""
    prepared_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    """Who last wrote the aims; somebody else sets them."""
    assessed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    changed_at: Mapped[datetime]
