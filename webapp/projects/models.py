"""A project from award to closing: agreement, budget lines, milestones, activities, progress, visits, changes."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.db import Base, Code, Numbered, says
from webapp.core.scope import Guarded, within
from webapp.core.workflow import Stateful
from webapp.workflows import ACTIVITY, AGREEMENT, CHANGE, CONFIRMATION, PROGRESS, PROJECT, RECTIFICATION

VERDICTS = {"good": "正常", "remark": "有提醒", "rectify": "需要整改"}
CHANGE_KINDS = {"time": "时间", "people": "人员", "content": "内容", "budget": "预算"}
RUNNING = ("delivering", "rectifying", "passed", "closing")
"""States in which a project is at work: activities, progress, visits and claims are taken."""


class Project(Numbered, Stateful, Guarded):
    """项目, opened by the award (立项)."""

    REF = "project"
    WORKFLOW = PROJECT
    __tablename__ = "projects"
    CONSTRAINTS = (
        sa.UniqueConstraint("number", name="number"),
        sa.UniqueConstraint("application_id", name="one_per_application"),
        sa.CheckConstraint("granted_fen > 0", name="granted_positive"),
        sa.CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        sa.Index(None, "area_code", "id"),
        sa.Index(None, "call_id", "id"),
        sa.Index(None, "organisation_id", "id"),
    )
    PARTIES = {
        "area": lambda prefix: sa.or_(
            within(Project.area_code, prefix),
            Project.call_id.in_(sa.select(Call.id).where(within(Call.area_code, prefix))),
            Project.id.in_(sa.select(Place.project_id).where(within(Place.area_code, prefix))),
        ),
        "organisation": lambda key: Project.organisation_id == key,
        "operator": lambda key: Project.call_id.in_(sa.select(Call.id).where(Call.operator_id == key)),
        "evaluator": lambda key: Project.call_id.in_(sa.select(Call.id).where(Call.evaluator_id == key)),
        "public": lambda key: sa.true(),
    }
    number: Mapped[str] = mapped_column(sa.String(20))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    category: Mapped[str] = mapped_column(sa.String(24))
    granted_fen: Mapped[Money]
    own_fen: Mapped[Money]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    paid_fen: Mapped[Money]
    spent_fen: Mapped[Money]
    """Kept right by funding's verbs beside the book, which `sanshe doctor` compares."""
    persons: Mapped[int] = mapped_column(default=0)
    visits: Mapped[int] = mapped_column(default=0)
    """人数 and 人次 served, summed from the activities recorded."""
    grade: Mapped[str] = mapped_column(sa.String(4), default="")
    application: Mapped[Application] = relationship(lazy="raise_on_sql")
    call: Mapped[Call] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class Place(Base):
    """A community in which the project is delivered."""

    __tablename__ = "project_places"
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), primary_key=True)
    area_code: Mapped[str] = mapped_column(Code, primary_key=True, index=True)


class BudgetLine(Numbered, Base):
    """One awarded budget line; `spent_fen` is kept right by funding."""

    REF = "budget_line"
    __tablename__ = "budget_lines"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "position", name="position"),
        sa.CheckConstraint("grant_fen >= 0 AND own_fen >= 0 AND spent_fen >= 0", name="not_negative"),
    )
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    position: Mapped[int]
    line: Mapped[str] = mapped_column(sa.String(24))
    title: Mapped[str]
    grant_fen: Mapped[Money]
    own_fen: Mapped[Money]
    spent_fen: Mapped[Money]


class Milestone(Numbered, Base):
    """A sub-goal with its indicator, unit, target and date."""

    REF = "milestone"
    __tablename__ = "milestones"
    __table_args__ = (sa.Index(None, "project_id"),)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    title: Mapped[str]
    unit: Mapped[str]
    target: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date]


OF_PROJECT: dict[str, Any] = {
    "area": lambda model: lambda prefix: model.project_id.in_(sa.select(Project.id).where(Project.PARTIES["area"](prefix))),
    "organisation": lambda model: lambda key: model.project_id.in_(sa.select(Project.id).where(Project.organisation_id == key)),
    "operator": lambda model: lambda key: model.project_id.in_(sa.select(Project.id).where(Project.PARTIES["operator"](key))),
    "evaluator": lambda model: lambda key: model.project_id.in_(sa.select(Project.id).where(Project.PARTIES["evaluator"](key))),
}


def parties_of_project(model: Any) -> Any:
    """A part of a project is reached by who reaches the project."""
    return {relation: party(model) for relation, party in OF_PROJECT.items()}


class ProjectPart(Guarded):
    """A part of a project is reached by who reaches the project, the public apart."""

    __abstract__ = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        cls.PARTIES = parties_of_project(cls)
        super().__init_subclass__(**kwargs)

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)


class Agreement(Numbered, Stateful, ProjectPart):
    """项目协议书 (政府采购合同 where the money is procurement)."""

    REF = "agreement"
    WORKFLOW = AGREEMENT
    __tablename__ = "agreements"
    CONSTRAINTS = (
        sa.UniqueConstraint("number", name="number"),
        sa.CheckConstraint("signed_id IS NULL OR signed_id <> org_signed_id", name="two_people"),
    )
    number: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str]
    terms: Mapped[dict[str, Any]]
    """Frozen: parties, amount, dates, tranche plan, indicators; the PDF is printed from it."""
    digest: Mapped[str] = mapped_column(sa.String(64))
    org_signed_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    signed_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    signed_at: Mapped[datetime | None]
    project: Mapped[Project] = relationship(lazy="raise_on_sql")


class Confirmation(Numbered, Stateful, Guarded):
    """立项版本确认: one community asked whether what was awarded, perhaps cut, may be agreed on."""

    REF = "confirmation"
    WORKFLOW = CONFIRMATION
    __tablename__ = "confirmations"
    CONSTRAINTS = (
        sa.UniqueConstraint("project_id", "area_code", name="one_per_community"),
        sa.Index(None, "area_code", "id"),
    )
    PARTIES = {
        "area": lambda prefix: within(Confirmation.area_code, prefix),
        "organisation": lambda key: Confirmation.project_id.in_(sa.select(Project.id).where(Project.organisation_id == key)),
        "operator": lambda key: Confirmation.project_id.in_(sa.select(Project.id).join(Call).where(Call.operator_id == key)),
    }
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    reminded_at: Mapped[datetime | None]


class Activity(Numbered, Stateful, ProjectPart):
    """活动, planned and then recorded with sign-in sheet and photos."""

    REF = "activity"
    WORKFLOW = ACTIVITY
    __tablename__ = "activities"
    CONSTRAINTS = (
        sa.CheckConstraint("persons >= 0 AND visits >= persons", name="visits_at_least_persons"),
        sa.CheckConstraint("counted >= 0 AND workers >= 0 AND volunteers >= 0 AND minutes >= 0", name="not_negative"),
    )
    title: Mapped[str]
    place: Mapped[str]
    planned_on: Mapped[date]
    held_on: Mapped[date | None]
    persons: Mapped[int] = mapped_column(default=0)
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


class Visit(Numbered, ProjectPart):
    """实施过程协同督导: one visit of a community, street or 居务监督委员会."""

    REF = "visit"
    __tablename__ = "visits"
    title: Mapped[str]
    held_on: Mapped[date]
    area_code: Mapped[str] = mapped_column(Code)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    found: Mapped[str]
    verdict: Mapped[str] = mapped_column(sa.String(12))
    """good, remark, rectify."""
    scorecard_id: Mapped[int | None] = mapped_column(sa.ForeignKey("scorecards.id"))
    at: Mapped[datetime]
    project: Mapped[Project] = relationship(lazy="raise_on_sql")


class Rectification(Numbered, Stateful, ProjectPart):
    """整改: a finding with its deadline and proof."""

    REF = "rectification"
    WORKFLOW = RECTIFICATION
    __tablename__ = "rectifications"
    CONSTRAINTS = ()
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visits.id"))
    title: Mapped[str]
    text: Mapped[str]
    project: Mapped[Project] = relationship(lazy="raise_on_sql")


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


says(
    {
        "ck_activities_visits_at_least_persons": "人次不能少于人数，请核对。",
        "ck_agreements_two_people": "双方签署人不能是同一个人。",
        "uq_progress_reports_one_per_period": "这一期的进展报告已经有了，请在原报告上修改。",
        "ck_projects_ends_after_start": "结束日期要晚于开始日期。",
    }
)
