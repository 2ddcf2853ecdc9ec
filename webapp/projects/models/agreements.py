"""The agreement, and the communities' confirmation of what was awarded."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.calls.models import Call
from webapp.core.db import Code, Numbered
from webapp.core.scope import Guarded, within
from webapp.core.workflow import Stateful
from webapp.projects.models.project import Project, ProjectPart, of_projects
from webapp.workflows import AGREEMENT, CONFIRMATION

SEALED = ("sealed_org", "sealed")
"""Kinds of the scans of a sealed agreement: sent in by the organisation, or by the organiser."""


class Agreement(Numbered, Stateful, ProjectPart):
    """项目协议书 (政府采购合同 where the money is procurement), and the 补充协议 that amend it."""

    REF = "agreement"
    WORKFLOW = AGREEMENT
    __tablename__ = "agreements"
    CONSTRAINTS = (
        sa.UniqueConstraint("number", name="number"),
        sa.CheckConstraint("(amends_id IS NULL) = (change_id IS NULL)", name="amendment_has_change"),
        sa.Index(
            "uq_agreements_one_per_change", "change_id", unique=True,
            postgresql_where=sa.text("state <> 'void'"), sqlite_where=sa.text("state <> 'void'"),
        ),
        sa.CheckConstraint("signed_id IS NULL OR signed_id <> org_signed_id", name="two_people"),
    )  # fmt: skip
    number: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str]
    terms: Mapped[dict[str, Any]]
    """Frozen: parties, amount, dates, tranche plan, indicators, and the wording filled from them; the PDF is printed from it."""
    digest: Mapped[str] = mapped_column(sa.String(64))
    org_signed_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    signed_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    signed_at: Mapped[datetime | None]
    amends_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agreements.id"))
    """补充协议: the agreement it amends."""
    change_id: Mapped[int | None] = mapped_column(sa.ForeignKey("changes.id"))
    """补充协议: the change that takes effect when both have signed."""
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
    ASIDE = of_projects(lambda: Confirmation.project_id)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    reminded_at: Mapped[datetime | None]
