"""疑点, and the index by which photos that look alike are found."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Numbered
from webapp.core.scope import Guarded
from webapp.core.workflow import Stateful
from webapp.projects.models import OF_PROJECT, Project, of_projects
from webapp.workflows import DOUBT


class Doubt(Numbered, Stateful, Guarded):
    """疑点: some rows of delivery or money that a person should compare. Never a verdict."""

    REF = "doubt"
    WORKFLOW = DOUBT
    __tablename__ = "doubts"
    CONSTRAINTS = (
        sa.UniqueConstraint("kind", "subject", "other", name="one_each"),
        sa.Index(None, "project_id", "id"),
        sa.Index(None, "other_project_id"),
    )
    PARTIES = {
        "area": lambda prefix: sa.or_(
            OF_PROJECT["area"](Doubt)(prefix), Doubt.other_project_id.in_(sa.select(Project.id).where(Project.PARTIES["area"](prefix)))
        ),
        "organisation": lambda key: sa.and_(
            Doubt.asked_at.is_not(None), Doubt.project_id.in_(sa.select(Project.id).where(Project.organisation_id == key))
        ),
    }
    ASIDE = of_projects(lambda: Doubt.project_id, lambda: Doubt.other_project_id)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    other_project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("projects.id"))
    """The other project, where two are compared."""
    kind: Mapped[str] = mapped_column(sa.String(12))
    title: Mapped[str]
    subject: Mapped[str] = mapped_column(sa.String(64))
    """What it is about: `spending:12`; of a pair the later one."""
    other: Mapped[str] = mapped_column(sa.String(64), default="")
    evidence: Mapped[dict[str, Any]]
    """{"rows": references to be shown side by side, "said": what was noticed}: never a name, never a sealed value."""
    asked_at: Mapped[datetime | None]
    """Since when the organisation sees it."""


class Look(Base):
    """Up to which moment a project's papers have been looked at."""

    __tablename__ = "doubt_looks"
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), primary_key=True)
    at: Mapped[datetime]


class PhotoPrint(Base):
    """What a photo looks like, as 64 bits; None for a picture of one colour, which looks like any other."""

    __tablename__ = "photo_prints"
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activities.id"))
    bits: Mapped[int | None] = mapped_column(sa.BigInteger)


class PhotoBand(Base):
    """One of the eight bytes of a print: two that differ in at most seven bits share one of them."""

    __tablename__ = "photo_bands"
    __table_args__ = (sa.Index(None, "attachment_id"), {"sqlite_with_rowid": False})
    band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True)
