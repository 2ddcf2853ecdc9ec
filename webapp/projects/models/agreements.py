"""The agreement, and the communities' confirmation of what was awarded."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.calls.models import Call
from webapp.core.db import Code, Numbered
from webapp.core.scope import Guarded, within
from webapp.core.workflow import Stateful
from webapp.projects.models.project import Project, ProjectPart
from webapp.workflows import AGREEMENT, CONFIRMATION


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
