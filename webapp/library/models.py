"""Programmes and projects as published: texts kept as printed, figures beside them only where they are figures."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from reports.money import Money
from webapp.core.db import Base, Numbered


class Published:
    """What every published row carries: the text it was printed as, its source, and when we read it."""

    source: Mapped[str]
    read_at: Mapped[datetime]


class PublishedProject(Published, Numbered, Base):
    """One project as some publication names it. Its identity is (city, year as printed, programme, project, organisation)."""

    REF = "published_project"
    __tablename__ = "published_projects"
    __table_args__ = (
        sa.UniqueConstraint("city", "year_text", "programme", "project", "organisation", name="identity"),
        sa.CheckConstraint("(low_fen IS NULL) = (high_fen IS NULL) AND low_fen <= high_fen", name="band"),
        sa.Index(None, "year_from", "id"),
    )
    city: Mapped[str]
    year_text: Mapped[str]
    year_from: Mapped[int | None]
    year_to: Mapped[int | None]
    year_inferred: Mapped[bool]
    programme: Mapped[str]
    project: Mapped[str]
    organisation: Mapped[str]
    category: Mapped[str]
    amount_text: Mapped[str]
    """As printed, in 万元; empty when not published."""
    low_fen: Mapped[Money | None]
    high_fen: Mapped[Money | None]
    """Both equal for one amount; the ends of a band; both empty when unknown."""
    note: Mapped[str]


class PublishedProgramme(Published, Numbered, Base):
    """One programme (届) as some publication describes it; two publications may disagree, and both stand."""

    REF = "published_programme"
    __tablename__ = "published_programmes"
    __table_args__ = (sa.UniqueConstraint("place", "edition", "year_text", "source", "note", name="identity"),)
    place: Mapped[str]
    edition: Mapped[str]
    year_text: Mapped[str]
    year_from: Mapped[int | None]
    year_to: Mapped[int | None]
    year_inferred: Mapped[bool]
    total_text: Mapped[str]
    total_fen: Mapped[Money | None]
    cap_text: Mapped[str]
    applied: Mapped[int | None]
    finalists: Mapped[int | None]
    funded: Mapped[int | None]
    period: Mapped[str]
    fund_source: Mapped[str]
    note: Mapped[str]


class CategoryCount(Published, Numbered, Base):
    """How many projects of a category some publication counts."""

    REF = "category_count"
    __tablename__ = "category_counts"
    __table_args__ = (sa.UniqueConstraint("place", "edition", "category", "source", name="identity"),)
    place: Mapped[str]
    edition: Mapped[str]
    category: Mapped[str]
    value_text: Mapped[str]
    value: Mapped[int | None]
