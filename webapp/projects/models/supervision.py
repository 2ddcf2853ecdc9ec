"""实施过程协同督导: visits and what they ask to be put right."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.core.db import Code, Numbered
from webapp.core.workflow import Stateful
from webapp.projects.models.project import Project, ProjectPart
from webapp.workflows import RECTIFICATION

VERDICTS = {"good": "正常", "remark": "有提醒", "rectify": "需要整改"}
DEMANDS = {"rectify": "整改", "press": "督办"}
"""What an office demands of an organisation: 整改 holds later payments and stands on the record, 督办 asks for an answer by a day."""


class Visit(Numbered, ProjectPart):
    """实施过程协同督导: one visit of a community, street or 居务监督委员会."""

    REF = "visit"
    __tablename__ = "visits"
    title: Mapped[str]
    held_on: Mapped[date]
    began: Mapped[time | None]
    place: Mapped[str] = mapped_column(default="")
    asked: Mapped[int] = mapped_column(default=0)
    """How many of those served were asked."""
    voice: Mapped[str] = mapped_column(default="")
    """What they said, without names."""
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
    """整改 or 督办: what is demanded, with its deadline and proof."""

    REF = "rectification"
    WORKFLOW = RECTIFICATION
    __tablename__ = "rectifications"
    CONSTRAINTS = (sa.CheckConstraint("kind IN ('rectify', 'press')", name="known_kind"),)
    kind: Mapped[str] = mapped_column(sa.String(8), default="rectify")
    proof_asked: Mapped[bool] = mapped_column(default=False)
    """Whether the answer must come with a photo or a paper."""
    overdue_told_at: Mapped[datetime | None]
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visits.id"))
    title: Mapped[str]
    text: Mapped[str]
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
