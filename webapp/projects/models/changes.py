"""What changes on the way, asked for and decided."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.core.db import Numbered
from webapp.core.workflow import Stateful
from webapp.projects.models.project import Project, ProjectPart
from webapp.workflows import CHANGE

CHANGE_KINDS = {"budget": "预算", "time": "时间", "people": "人员", "content": "内容"}


class Change(Numbered, Stateful, ProjectPart):
    """变更, with what stood before and what shall stand after, point by point; within the free percent it takes effect at once."""

    REF = "change"
    WORKFLOW = CHANGE
    __tablename__ = "changes"
    CONSTRAINTS = (sa.CheckConstraint("state <> 'applied' OR (kind = 'budget' AND effective_at IS NOT NULL)", name="applied_is_budget"),)
    kind: Mapped[str] = mapped_column(sa.String(12))
    """time, people, content, budget (`CHANGE_KINDS`)."""
    title: Mapped[str]
    items: Mapped[list[Any]]
    """What people read: `{"what", "before", "after"}` for each point."""
    why: Mapped[str]
    ends_on: Mapped[date | None]
    """time: the new last day."""
    moves: Mapped[list[Any]] = mapped_column(default=list)
    """budget: `{"line", "seen_fen", "delta_fen"}` for each line that changes; the deltas add up to nothing."""
    targets: Mapped[list[Any]] = mapped_column(default=list)
    """`{"milestone", "target", "due_on"}` for each indicator that changes with it."""
    effective_at: Mapped[datetime | None]
    """When it was carried out; the project, its lines and indicators stand so since then."""
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
