"""Opinions of communities and streets (协同审核), who stood aside from one, and what the 居务监督委员会 signed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.applications.models import Application, of_applicants
from webapp.calls.models import Call
from webapp.core.db import Base, Code, Numbered, says
from webapp.core.scope import Guarded, within
from webapp.core.workflow import Stateful
from webapp.workflows import OPINION

VERDICTS = {"support": "支持", "amend": "修改后支持", "oppose": "不支持"}
WITNESSED = {"witness": "见证", "dissent": "有异议"}


class Opinion(Numbered, Stateful, Guarded):
    """申报立项协同审核 by a community, or a street's opinion."""

    REF = "opinion"
    WORKFLOW = OPINION
    __tablename__ = "opinions"
    CONSTRAINTS = (
        sa.UniqueConstraint("application_id", "kind", "area_code", name="one_per_office"),
        sa.CheckConstraint("state <> 'given' OR verdict IS NOT NULL", name="given_has_verdict"),
        sa.CheckConstraint("office IN ('community', 'street') AND (kind = 'community' OR office = 'street')", name="known_office"),
        sa.CheckConstraint("answer IS NULL OR shown_at IS NOT NULL", name="answered_was_shown"),
        sa.Index(None, "area_code", "id"),
    )
    PARTIES = {
        "area": lambda prefix: within(Opinion.area_code, prefix),
        "operator": lambda key: Opinion.application_id.in_(sa.select(Application.id).join(Call).where(Call.operator_id == key)),
        "organisation": lambda key: sa.and_(
            Opinion.shown_at.is_not(None), Opinion.application_id.in_(sa.select(Application.id).where(Application.organisation_id == key))
        ),
    }
    ASIDE = of_applicants(lambda: Opinion.application_id)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    kind: Mapped[str] = mapped_column(sa.String(12))
    """community or street."""
    office: Mapped[str] = mapped_column(sa.String(12), default=lambda made: made.get_current_parameters()["kind"])
    """Who gives it: the community, or the street (its own opinion, or in a community's place)."""
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    verdict: Mapped[str | None] = mapped_column(sa.String(12))
    reason: Mapped[str] = mapped_column(default="")
    scorecard_id: Mapped[int | None] = mapped_column(sa.ForeignKey("scorecards.id"))
    given_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    extended_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    """From when the applicant reads it."""
    answer: Mapped[str | None]
    """What the applicant answers to it."""
    answered_at: Mapped[datetime | None]
    application: Mapped[Application] = relationship(lazy="raise_on_sql")


class StoodAside(Base):
    """A member of an office who declared a tie to the applicant, and so does not give this opinion."""

    __tablename__ = "opinion_recusals"
    opinion_id: Mapped[int] = mapped_column(sa.ForeignKey("opinions.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True, index=True)
    tie: Mapped[str]
    at: Mapped[datetime]


class Witnessed(Base):
    """见证 or an objection of a member of the 居务监督委员会, who has no vote."""

    __tablename__ = "opinion_witnesses"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('witness', 'dissent')", name="known_kind"),
        sa.CheckConstraint("kind = 'witness' OR words <> ''", name="dissent_says_why"),
    )
    opinion_id: Mapped[int] = mapped_column(sa.ForeignKey("opinions.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    words: Mapped[str]
    at: Mapped[datetime]


says(
    {
        "pk_opinion_recusals": "您已经申明过回避。",
        "pk_opinion_witnesses": "您已经签过了。",
    }
)
