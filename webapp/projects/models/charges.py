"""项目责任书 and the tasks it breaks a project into."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.core.db import Numbered
from webapp.core.workflow import Stateful
from webapp.projects.models.project import Project, ProjectPart
from webapp.workflows import CHARGE, TASK


class Charge(Numbered, Stateful, ProjectPart):
    """项目责任书: who answers for which part, how much of it and until when (徐州云龙: 实施方案分解)."""

    REF = "charge"
    WORKFLOW = CHARGE
    __tablename__ = "charges"
    CONSTRAINTS = (sa.UniqueConstraint("project_id", name="one_per_project"),)
    title: Mapped[str]
    rows: Mapped[list[Any]] = mapped_column(default=list)
    """While it is written: `{"title", "how", "unit", "target", "responsible", "due_on"}` for each task."""
    project: Mapped[Project] = relationship(lazy="raise_on_sql")


class Task(Numbered, Stateful, ProjectPart):
    """任务: one part of a signed 责任书, with what is done of it."""

    REF = "task"
    WORKFLOW = TASK
    __tablename__ = "tasks"
    CONSTRAINTS = (
        sa.UniqueConstraint("charge_id", "position", name="position"),
        sa.CheckConstraint("target > 0 AND done >= 0", name="counts"),
        sa.CheckConstraint("state <> 'done' OR done >= target", name="done_reaches_target"),
    )
    charge_id: Mapped[int] = mapped_column(sa.ForeignKey("charges.id"))
    position: Mapped[int]
    title: Mapped[str]
    how: Mapped[str]
    unit: Mapped[str]
    target: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    responsible: Mapped[str]
    due_on: Mapped[date]
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
