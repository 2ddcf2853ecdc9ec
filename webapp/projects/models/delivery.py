"""Activities and the reports of progress."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.core.db import Numbered
from webapp.core.workflow import Stateful
from webapp.projects.models.project import Project, ProjectPart
from webapp.workflows import ACTIVITY, PROGRESS


class Activity(Numbered, Stateful, ProjectPart):
    """活动, planned and then recorded with sign-in sheet and photos."""

    REF = "activity"
    WORKFLOW = ACTIVITY
    __tablename__ = "activities"
    CONSTRAINTS = (
        sa.CheckConstraint("persons >= 0 AND visits >= persons", name="visits_at_least_persons"),
        sa.CheckConstraint("unnamed >= 0 AND unnamed <= persons", name="unnamed_within_persons"),
        sa.CheckConstraint("counted >= 0 AND workers >= 0 AND volunteers >= 0 AND minutes >= 0", name="not_negative"),
    )
    title: Mapped[str]
    place: Mapped[str]
    planned_on: Mapped[date]
    held_on: Mapped[date | None]
    persons: Mapped[int] = mapped_column(default=0)
    unnamed: Mapped[int] = mapped_column(default=0)
    """How many of `persons` were counted without standing in the register; the others were called by name (`Attendance`)."""
    visits: Mapped[int] = mapped_column(default=0)
    workers: Mapped[int] = mapped_column(default=0)
    volunteers: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)
    reflection: Mapped[str] = mapped_column(default="")
    milestone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("milestones.id"))
    counted: Mapped[int] = mapped_column(default=0)
    """How much of the milestone's target this activity achieved, in the milestone's unit."""
    project: Mapped[Project] = relationship(lazy="raise_on_sql")


class Progress(Numbered, Stateful, ProjectPart):
    """项目进展报告 of a period."""

    REF = "progress"
    WORKFLOW = PROGRESS
    __tablename__ = "progress_reports"
    CONSTRAINTS = (sa.UniqueConstraint("project_id", "period", name="one_per_period"),)
    period: Mapped[str] = mapped_column(sa.String(16))
    """A month such as 2026-05, or `midterm`, `final`."""
    title: Mapped[str]
    done: Mapped[str] = mapped_column(default="")
    problems: Mapped[str] = mapped_column(default="")
    next_steps: Mapped[str] = mapped_column(default="")
    figures: Mapped[dict[str, Any]]
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
