"""A rubric is a tree of items; a scorecard is one judge's points on it. Points are whole hundredths: 86.5 is 8650."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Numbered, says
from webapp.core.scope import Guarded
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.workflows import SCORECARD


class Rubric(Numbered, Base):
    """A frozen rubric; what its tree may say, `rules.rubric` tells."""

    REF = "rubric"
    __tablename__ = "rubrics"
    name: Mapped[str]
    tree: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)


class Scorecard(Numbered, Stateful, Guarded):
    """评分表: one judge, one subject, one purpose."""

    REF = "scorecard"
    WORKFLOW = SCORECARD
    __tablename__ = "scorecards"
    CONSTRAINTS = (
        sa.UniqueConstraint("purpose", "subject", "judge", name="one_card_per_judge"),
        sa.Index(None, "subject", "purpose"),
    )
    PARTIES = {"resident": lambda key: Scorecard.person_id == key}
    rubric_id: Mapped[int] = mapped_column(sa.ForeignKey("rubrics.id"))
    purpose: Mapped[str] = mapped_column(sa.String(16))
    """panel, coreview, supervision, midterm, final, community …"""
    subject: Mapped[str] = mapped_column(sa.String(64))
    judge: Mapped[str] = mapped_column(sa.String(64))
    """The reference of the judging person (`person:9`) or organisation (`organisation:4`)."""
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)
    total: Mapped[int | None]
    comment: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime | None]


class Score(Base):
    """What was given on one item: points, or 不适用, and the reason where one was written."""

    __tablename__ = "scores"
    __table_args__ = (
        sa.CheckConstraint("points >= 0", name="not_negative"),
        sa.CheckConstraint("NOT na OR points IS NULL", name="points_or_na"),
        sa.CheckConstraint("actual >= 0", name="actual_not_negative"),
        sa.CheckConstraint("band IN ('', 'reached', 'partly', 'missed')", name="known_band"),
    )
    scorecard_id: Mapped[int] = mapped_column(sa.ForeignKey("scorecards.id"), primary_key=True)
    item: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    points: Mapped[int | None]
    na: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    actual: Mapped[int | None] = mapped_column(sa.BigInteger)
    """实际完成值 of a measured item, in hundredths; of an amount, its fen."""
    band: Mapped[str] = mapped_column(sa.String(8), default="")
    evidence: Mapped[str] = mapped_column(default="")
    """佐证: the reference of an activity, a spending document or a file."""


class Jotting(Base):
    """What a judge wrote on a card for himself (随手记): sealed, read by nobody else, in no export, gone with the card's purpose."""

    __tablename__ = "jottings"
    scorecard_id: Mapped[int] = mapped_column(sa.ForeignKey("scorecards.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Sealed)


says(
    {
        "ck_scores_actual_not_negative": "实际完成值不能小于零。",
        "ck_scores_known_band": "达成情况只能是达成、部分达成或未达成。",
        "uq_scorecards_one_card_per_judge": "您已经有这份评分表，请在原表上修改。",
    }
)
