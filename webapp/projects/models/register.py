"""服务对象名册: whom a project serves, by name for the organisation that delivers and for nobody else, and who came to what.

A person is one by a keyed hash of name and telephone (or of the identity number, which is never kept), so that 人数 can be
counted over activities and compared over projects by who may not know any of the names. A child has a number and no name.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Numbered
from webapp.core.scope import Guarded
from webapp.core.secrets import Sealed
from webapp.projects.models.project import Project, ProjectPart, of_projects


class Consent(Numbered, Guarded):
    """知情同意书: the signed paper, of one person or of all whose signatures are on it; of children their guardians'."""

    REF = "consent"
    __tablename__ = "consents"
    PARTIES = {"organisation": lambda key: Consent.project_id.in_(sa.select(Project.id).where(Project.organisation_id == key))}
    ASIDE = of_projects(lambda: Consent.project_id)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    signed_on: Mapped[date]
    guardian: Mapped[bool]
    """Signed by guardians; only such a paper covers a child."""
    at: Mapped[datetime]


class Beneficiary(Numbered, Guarded):
    """服务对象 of one project."""

    REF = "beneficiary"
    __tablename__ = "beneficiaries"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "identity", name="one_person"),
        sa.UniqueConstraint("project_id", "minor", "number", name="number"),
        sa.Index(None, "identity"),
        sa.CheckConstraint("NOT minor OR name IS NULL", name="child_without_name"),
        sa.CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="left_after_joined"),
        sa.CheckConstraint(
            "erased_at IS NULL OR (name IS NULL AND phone IS NULL AND guardian IS NULL AND consent_id IS NULL AND left_on IS NOT NULL)",
            name="erased_is_empty",
        ),
    )
    PARTIES = {"organisation": lambda key: Beneficiary.project_id.in_(sa.select(Project.id).where(Project.organisation_id == key))}
    ASIDE = of_projects(lambda: Beneficiary.project_id)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    number: Mapped[int]
    """Counted from 1 within the project, children apart: 儿童1."""
    identity: Mapped[str] = mapped_column(sa.String(64))
    """The keyed hash by which one person is one; a lot without meaning once the person was erased."""
    minor: Mapped[bool]
    name: Mapped[str | None] = mapped_column(Sealed)
    phone: Mapped[str | None] = mapped_column(Sealed)
    """Of a child, the guardian's."""
    guardian: Mapped[str | None] = mapped_column(Sealed)
    consent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consents.id"), index=True)
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    erased_at: Mapped[datetime | None]


class Attendance(Base):
    """点名: somebody of the register was at an activity; once, however often."""

    __tablename__ = "attendances"
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activities.id"), primary_key=True)
    beneficiary_id: Mapped[int] = mapped_column(sa.ForeignKey("beneficiaries.id"), primary_key=True, index=True)


class RegisterSample(Numbered, ProjectPart):
    """抽样核实: some of the register, drawn by lot, whom the evaluator or the auditor may ask. Every look at one of them is an entry."""

    REF = "register_sample"
    __tablename__ = "register_samples"
    __table_args__ = (sa.CheckConstraint("size > 0 AND size <= found", name="size_within_found"),)
    seed: Mapped[str] = mapped_column(sa.String(32))
    size: Mapped[int]
    found: Mapped[int]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]


class RegisterDrawn(Base):
    """One of a sample, at its place in the draw."""

    __tablename__ = "register_drawn"
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("register_samples.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    beneficiary_id: Mapped[int] = mapped_column(sa.ForeignKey("beneficiaries.id"), index=True)
