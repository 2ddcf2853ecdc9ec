"""核查: what the evaluator does before it judges: calls to those served, visits to the place, and what it found wanting."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Numbered, only_one
from webapp.core.workflow import Stateful
from webapp.projects.models import ProjectPart
from webapp.workflows import OBSERVATION

RESULTS = {"answered": "接通", "missed": "未接通", "refused": "拒访"}
GROUNDS = {"phone": "电话核实", "site": "实地核查", "papers": "查阅资料"}


class SampleCall(Numbered, ProjectPart):
    """电话核实: one call to one of a drawn sample. While `result` is empty the call is going on; nobody is on two at once."""

    REF = "sample_call"
    __tablename__ = "sample_calls"
    __table_args__ = (
        only_one("uq_sample_calls_one_at_a_time", "by_id", where="result = ''"),
        sa.UniqueConstraint("sample_id", "position", "attempt", name="attempt"),
        sa.CheckConstraint("result IN ('', 'answered', 'missed', 'refused')", name="known_result"),
        sa.CheckConstraint("(result = '') = (ended_at IS NULL)", name="ended_with_result"),
        sa.Index(None, "evaluation_id", "sample_id", "position"),
    )
    evaluation_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluations.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("register_samples.id"))
    position: Mapped[int]
    attempt: Mapped[int]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(sa.String(12), default="")
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Choices by question (`rules.checking.QUESTIONS`); empty unless answered."""
    remark: Mapped[str] = mapped_column(default="")
    """Without names."""

    @property
    def result_label(self) -> str:
        return RESULTS.get(self.result, "通话中")


class SiteCheck(Numbered, ProjectPart):
    """实地核查: one visit of the evaluator."""

    REF = "site_check"
    __tablename__ = "site_checks"
    __table_args__ = (sa.Index(None, "evaluation_id"),)
    evaluation_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluations.id"))
    held_on: Mapped[date]
    place: Mapped[str]
    checked: Mapped[str]
    """What was looked at: registers, activities, papers, equipment."""
    found: Mapped[str]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]


class Observation(Numbered, Stateful, ProjectPart):
    """核查问题: what the evaluator found wanting, what the organisation says to it (申辩), and what stands in the end."""

    REF = "observation"
    WORKFLOW = OBSERVATION
    __tablename__ = "observations"
    CONSTRAINTS = (
        sa.CheckConstraint("ground IN ('phone', 'site', 'papers')", name="known_ground"),
        sa.CheckConstraint("state IN ('raised', 'answered') OR reason <> ''", name="decided_with_reason"),
        sa.Index(None, "evaluation_id", "state"),
    )
    evaluation_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluations.id"))
    ground: Mapped[str] = mapped_column(sa.String(12))
    title: Mapped[str]
    text: Mapped[str]
    answer: Mapped[str] = mapped_column(default="")
    """申辩 of the organisation; empty where it said nothing."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it stands, stands in part, or does not."""
    raised_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
