"""The mid-term and the final evaluation of a project."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.core.db import Json, Numbered
from webapp.core.workflow import Stateful
from webapp.projects.models import Project, ProjectPart
from webapp.workflows import EVALUATION

KINDS = {"midterm": "中期评估", "final": "末期评估"}
GRADES = (("优", 9000), ("良", 8000), ("中", 6000), ("差", 0))
"""Bands in hundredths of a point (财预〔2020〕10号: 优 90–100, 良 80–<90, 中 60–<80, 差 <60)."""


class Evaluation(Numbered, Stateful, ProjectPart):
    """One evaluation of a project. Points in hundredths; `total` combines the parties by the call's weights."""

    REF = "evaluation"
    WORKFLOW = EVALUATION
    __tablename__ = "evaluations"
    CONSTRAINTS = (
        sa.UniqueConstraint("project_id", "kind", name="one_of_a_kind"),
        sa.CheckConstraint("excuse = '' OR state = 'confirmed'", name="excused_when_confirmed"),
    )
    kind: Mapped[str] = mapped_column(sa.String(12))
    title: Mapped[str]
    self_text: Mapped[str] = mapped_column(default="")
    figures: Mapped[dict[str, Any]]
    """Self-evaluation's indicators with target and actual; in the final also the 决算 by budget line."""
    self_score: Mapped[int | None]
    community_score: Mapped[int | None]
    residents_score: Mapped[int | None]
    residents_n: Mapped[int] = mapped_column(default=0)
    evaluator_score: Mapped[int | None]
    judged_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    opinion: Mapped[str] = mapped_column(default="")
    """The evaluator's opinion."""
    acceptance: Mapped[dict[str, Any] | None]
    """验收意见书 of the final: {"opinion", "members", "on"}."""
    ballot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ballots.id"))
    late: Mapped[bool] = mapped_column(default=False)
    """Whether the 自评 was handed in after its time."""
    late_papers: Mapped[list[Any]] = mapped_column(Json, default=list)
    """What was late or missing when the result was confirmed, where the call lets that fail it (`calls.rules.late_papers`)."""
    excuse: Mapped[str] = mapped_column(default="")
    """Why that does not fail it, in the words of who confirmed."""
    total: Mapped[int | None]
    grade: Mapped[str] = mapped_column(sa.String(4), default="")
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
