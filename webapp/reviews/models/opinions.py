"""Opinions of communities and streets (协同审核)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.db import Code, Numbered
from webapp.core.scope import Guarded, within
from webapp.core.workflow import Stateful
from webapp.workflows import OPINION

VERDICTS = {"support": "支持", "amend": "修改后支持", "oppose": "不支持"}


class Opinion(Numbered, Stateful, Guarded):
    """申报立项协同审核 by a community, or a street's opinion."""

    REF = "opinion"
    WORKFLOW = OPINION
    __tablename__ = "opinions"
    CONSTRAINTS = (
        sa.UniqueConstraint("application_id", "kind", "area_code", name="one_per_office"),
        sa.CheckConstraint("state <> 'given' OR verdict IS NOT NULL", name="given_has_verdict"),
        sa.Index(None, "area_code", "id"),
    )
    PARTIES = {
        "area": lambda prefix: within(Opinion.area_code, prefix),
        "operator": lambda key: Opinion.application_id.in_(sa.select(Application.id).join(Call).where(Call.operator_id == key)),
    }
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    kind: Mapped[str] = mapped_column(sa.String(12))
    """community or street."""
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    verdict: Mapped[str | None] = mapped_column(sa.String(12))
    reason: Mapped[str] = mapped_column(default="")
    scorecard_id: Mapped[int | None] = mapped_column(sa.ForeignKey("scorecards.id"))
    application: Mapped[Application] = relationship(lazy="raise_on_sql")
