"""A project with its places, budget lines and sub-goals, and who reaches its parts."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.db import Base, Code, Numbered, unsought
from webapp.core.scope import Guarded, within
from webapp.core.workflow import Stateful
from webapp.workflows import PROJECT

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
        sa.CheckConstraint("named >= 0 AND named <= persons", name="named_within_persons"),
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
    ASIDE: ClassVar[Any] = lambda organisations: Project.organisation_id.in_(organisations)
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
    """人数 and 人次 served in the activities recorded. A person of the register is one, to however many activities they came;
    who was counted without a name is added for each activity."""
    named: Mapped[int] = mapped_column(default=0)
    """How many of `persons` stand in the register."""
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
    """One awarded budget line; `spent_fen`, `claimed_fen` and `waiting` are kept right by funding.

    `base_fen` is the grant as awarded and as changed with approval; `free_fen` adds up what the organisation moved on its
    own, in either direction, so the grant is never further from its base than that.
    """

    REF = "budget_line"
    __tablename__ = "budget_lines"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "position", name="position"),
        sa.CheckConstraint("grant_fen >= 0 AND own_fen >= 0 AND spent_fen >= 0", name="not_negative"),
        sa.CheckConstraint("claimed_fen >= 0 AND waiting >= 0 AND (waiting = 0) = (claimed_fen = 0)", name="waiting_has_its_sum"),
        sa.CheckConstraint("spent_fen + claimed_fen <= grant_fen", name="claims_within_grant"),
        sa.CheckConstraint("grant_fen - base_fen <= free_fen AND base_fen - grant_fen <= free_fen", name="moved_within_free"),
    )
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    position: Mapped[int]
    line: Mapped[str] = mapped_column(sa.String(24))
    title: Mapped[str]
    grant_fen: Mapped[Money]
    own_fen: Mapped[Money]
    spent_fen: Mapped[Money]
    """已列支: the spending documents accepted."""
    claimed_fen: Mapped[Money] = mapped_column(default=Money(0))
    """待审: the spending documents claimed and not yet decided on."""
    waiting: Mapped[int] = mapped_column(default=0)
    """How many documents `claimed_fen` adds up."""
    base_fen: Mapped[Money] = mapped_column(default=lambda given: given.get_current_parameters()["grant_fen"])
    free_fen: Mapped[Money] = mapped_column(default=Money(0))


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
    "area": lambda model: lambda prefix: unsought(model.project_id).in_(sa.select(Project.id).where(Project.PARTIES["area"](prefix))),
    "organisation": lambda model: lambda key: model.project_id.in_(sa.select(Project.id).where(Project.organisation_id == key)),
    "operator": lambda model: lambda key: unsought(model.project_id).in_(sa.select(Project.id).where(Project.PARTIES["operator"](key))),
    "evaluator": lambda model: lambda key: unsought(model.project_id).in_(sa.select(Project.id).where(Project.PARTIES["evaluator"](key))),
}


def parties_of_project(model: Any) -> Any:
    """A part of a project is reached by who reaches the project."""
    return {relation: party(model) for relation, party in OF_PROJECT.items()}


def of_projects(*project_ids: Callable[[], Any]) -> Callable[[Any], sa.ColumnElement[bool]]:
    """What hangs on a project is kept from whom the project is kept from (回避). The column is asked late: its class is being made."""

    def concerns(organisations: Any) -> sa.ColumnElement[bool]:
        theirs = sa.select(Project.id).where(Project.ASIDE(organisations))
        columns = [one() for one in project_ids]
        return sa.or_(*(sa.and_(one.is_not(None), one.in_(theirs)) if one.nullable else one.in_(theirs) for one in columns))

    return concerns


class ProjectPart(Guarded):
    """A part of a project is reached by who reaches the project, the public apart, and kept from whom the project is kept from."""

    __abstract__ = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        cls.PARTIES = parties_of_project(cls)
        cls.ASIDE = of_projects(lambda: cls.project_id)
        super().__init_subclass__(**kwargs)

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
