"""Programmes and projects as published: texts kept as printed, figures beside them only where they are figures."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from reports.money import Money
from webapp.core.db import Base, Numbered
from webapp.core.scope import Guarded, Party


class Published:
    """What every published row carries: the text it was printed as, its source, and when we read it."""

    source: Mapped[str]
    read_at: Mapped[datetime]


class PublishedProject(Published, Numbered, Guarded):
    """One project as some publication names it: a city, a year as printed, a programme, a project, an organisation."""

    REF = "published_project"
    PARTIES: ClassVar[Mapping[str, Party]] = {"public": lambda key: sa.true()}
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


class PublishedProgramme(Published, Numbered, Guarded):
    """One programme (届) as some publication describes it; two publications may disagree, and both stand."""

    REF = "published_programme"
    PARTIES: ClassVar[Mapping[str, Party]] = {"public": lambda key: sa.true()}
    __tablename__ = "published_programmes"
    __table_args__ = (sa.UniqueConstraint("place", "edition", "year_text", "source", "note", name="identity"),)
    place: Mapped[str]
    edition: Mapped[str]
    year_text: Mapped[str]
    year_from: Mapped[int | None]
    year_to: Mapped[int | None]
    year_inferred: Mapped[bool]
    total_text: Mapped[str]
    """As printed, in 万元; empty when not published."""
    total_fen: Mapped[Money | None]
    cap_text: Mapped[str]
    applied_text: Mapped[str]
    finalists_text: Mapped[str]
    funded_text: Mapped[str]
    """As printed; a figure stands beside it only where one figure was printed (`22/19/33/17` is four)."""
    applied: Mapped[int | None]
    finalists: Mapped[int | None]
    funded: Mapped[int | None]
    period: Mapped[str]
    fund_source: Mapped[str]
    note: Mapped[str]


class CategoryCount(Published, Numbered, Base):
    """How many projects of a category some publication counts; `value` only where it is a whole number."""

    REF = "category_count"
    __tablename__ = "category_counts"
    __table_args__ = (sa.UniqueConstraint("place", "edition", "category", "source", name="identity"),)
    place: Mapped[str]
    edition: Mapped[str]
    category: Mapped[str]
    value_text: Mapped[str]
    value: Mapped[int | None]
