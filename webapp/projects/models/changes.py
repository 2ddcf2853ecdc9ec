"""What changes on the way, asked for and decided."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.core.db import Numbered
from webapp.core.workflow import Stateful
from webapp.projects.models.project import Project, ProjectPart
from webapp.workflows import CHANGE

CHANGE_KINDS = {"time": "时间", "people": "人员", "content": "内容", "budget": "预算"}


class Change(Numbered, Stateful, ProjectPart):
    """变更申请, with what stood before and what shall stand after."""

    REF = "change"
    WORKFLOW = CHANGE
    __tablename__ = "changes"
    CONSTRAINTS = ()
    kind: Mapped[str] = mapped_column(sa.String(12))
    """time, people, content, budget (`CHANGE_KINDS`)."""
    title: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    why: Mapped[str]
    ends_on: Mapped[date | None]
    """time: the new last day."""
    from_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("budget_lines.id"))
    to_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("budget_lines.id"))
    amount_fen: Mapped[Money | None]
    """budget: how much moves from one line to another; the grant as a whole never changes."""
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
