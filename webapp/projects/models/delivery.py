"""Activities and the reports of progress."""

from datetime import date, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.core.db import Base, Numbered
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
        sa.CheckConstraint("starts IS NULL OR ends IS NULL OR ends > starts", name="ends_after_start"),
        sa.CheckConstraint("worker_minutes >= 0 AND volunteer_minutes >= 0", name="hours_not_negative"),
        sa.CheckConstraint("NOT (minors AND open_photos)", name="no_photos_of_minors"),
        sa.CheckConstraint("unnamed >= 0 AND unnamed <= persons", name="unnamed_within_persons"),
        sa.CheckConstraint("counted >= 0 AND workers >= 0 AND volunteers >= 0 AND minutes >= 0", name="not_negative"),
    )
    title: Mapped[str]
    place: Mapped[str]
    planned_on: Mapped[date]
    held_on: Mapped[date | None]
    starts: Mapped[time | None] = mapped_column(sa.Time)
    ends: Mapped[time | None] = mapped_column(sa.Time)
    """When it is planned to begin and end; once recorded, when it did."""
    previewed: Mapped[bool] = mapped_column(default=True)
    """Stands in the public list of what is coming (月度活动预告) while it is planned."""
    persons: Mapped[int] = mapped_column(default=0)
    unnamed: Mapped[int] = mapped_column(default=0)
    """How many of `persons` were counted without standing in the register; the others were called by name (`Attendance`)."""
    visits: Mapped[int] = mapped_column(default=0)
    workers: Mapped[int] = mapped_column(default=0)
    volunteers: Mapped[int] = mapped_column(default=0)
    worker_minutes: Mapped[int] = mapped_column(default=0)
    volunteer_minutes: Mapped[int] = mapped_column(default=0)
    """What social workers and volunteers gave, of all of them together."""
    minutes: Mapped[int] = mapped_column(default=0)
    reflection: Mapped[str] = mapped_column(default="")
    minors: Mapped[bool] = mapped_column(default=False)
    """Whether children were there; then its photos never leave the house."""
    open_photos: Mapped[bool] = mapped_column(default=False)
    """Whether its photos are shown to the public; they are kept inside (内部留存) unless somebody says so."""
    milestone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("milestones.id"))
    counted: Mapped[int] = mapped_column(default=0)
    """How much of the milestone's target this activity achieved, in the milestone's unit."""
    project: Mapped[Project] = relationship(lazy="raise_on_sql")


class ActivitySpend(Base):
    """What an activity cost of one budget line, as the organisation says. Told, not booked: the book knows only spending documents."""

    __tablename__ = "activity_spends"
    __table_args__ = (sa.CheckConstraint("amount_fen > 0", name="positive"),)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activities.id"), primary_key=True)
    budget_line_id: Mapped[int] = mapped_column(sa.ForeignKey("budget_lines.id"), primary_key=True, index=True)
    amount_fen: Mapped[Money]


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
    late: Mapped[bool] = mapped_column(default=False)
    """Whether it was first handed in after its time; only the final report has one, where the call says (`report_within`)."""
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
