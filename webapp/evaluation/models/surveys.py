"""满意度问卷: a survey among those a project served, by slips with a code. An answer names no slip and no person."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Key, Numbered
from webapp.core.workflow import Stateful
from webapp.projects.models import ProjectPart
from webapp.workflows import SURVEY


class Survey(Numbered, Stateful, ProjectPart):
    """满意度问卷 of a project. The counters are kept right by the verbs and compared by `sanshe doctor`."""

    REF = "survey"
    WORKFLOW = SURVEY
    __tablename__ = "surveys"
    CONSTRAINTS = (
        sa.UniqueConstraint("project_id", name="one_per_project"),
        sa.CheckConstraint("answered + refused + told_refused + unissued <= printed", name="no_more_than_printed"),
    )
    title: Mapped[str]
    tree: Mapped[dict[str, Any]]
    """The questions as they stood when the survey began."""
    least: Mapped[int]
    """Answers below which it does not count."""
    closes_on: Mapped[date]
    key: Mapped[str] = mapped_column(sa.String(64), default="")
    """Makes the codes of the slips; gone with the close."""
    printed: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    satisfied: Mapped[int] = mapped_column(default=0)
    """Answers whose stars are four or more on average."""
    refused: Mapped[int] = mapped_column(default=0)
    """Who said by the code that they would rather not."""
    told_refused: Mapped[int] = mapped_column(default=0)
    """Who said so in person, as counted at the close."""
    unissued: Mapped[int] = mapped_column(default=0)
    """Slips that were never handed out."""
    score: Mapped[int | None]
    """The residents' points of a hundred, in hundredths; None before the close and below the least."""

    @property
    def issued(self) -> int:
        """Slips that were handed out: how many were invited."""
        return self.printed - self.unissued

    @property
    def refusals(self) -> int:
        return self.refused + self.told_refused

    @property
    def figures_said(self) -> str:
        """The figures that always stand together: how many answered, the least, who refused."""
        return f"收回 {self.answered} 份，最少样本 {self.least} 份，不参加 {self.refusals} 份"

    @property
    def counts(self) -> bool:
        """Whether there are enough answers."""
        return self.answered >= self.least


class SurveySlip(Base):
    """One printed slip: where it was to be handed out, or for whom of a drawn sample, and whether its one use is over. When, it does not say."""

    __tablename__ = "survey_slips"
    __table_args__ = (
        sa.UniqueConstraint("code_key", name="code_key"),
        sa.CheckConstraint("use IN ('out', 'answered', 'refused')", name="known_use"),
        sa.ForeignKeyConstraint(["sample_id", "position"], ["register_drawn.sample_id", "register_drawn.position"]),
        sa.UniqueConstraint("survey_id", "sample_id", "position", name="one_of_a_person"),
        sa.CheckConstraint("(sample_id IS NULL) = (position IS NULL)", name="drawn_has_place"),
        sa.Index(None, "sample_id", "position"),
    )
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code_key: Mapped[str] = mapped_column(sa.String(64))
    activity_id: Mapped[int | None] = mapped_column(sa.ForeignKey("activities.id"), index=True)
    sample_id: Mapped[int | None] = mapped_column(Key)
    position: Mapped[int | None]
    """Of whom of the 服务对象名册 it is, by the place in the draw; empty for slips handed out at an activity."""
    use: Mapped[str] = mapped_column(sa.String(8), default="out")


class SurveyAnswer(Numbered, Base):
    """One answer, whole; append-only."""

    REF = "survey_answer"
    __tablename__ = "survey_answers"
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"), index=True)
    satisfied: Mapped[bool]
    voice: Mapped[str] = mapped_column(default="")
    """What the resident added in words; shown to the organiser and the evaluator alone."""


class SurveyStar(Base):
    """One question of an answer: one to five."""

    __tablename__ = "survey_stars"
    __table_args__ = (sa.CheckConstraint("stars BETWEEN 1 AND 5", name="one_to_five"),)
    answer_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_answers.id"), primary_key=True)
    item: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    stars: Mapped[int] = mapped_column(sa.SmallInteger)
