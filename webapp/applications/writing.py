"""Reads of a section's history: who wrote which version, what differs, who is writing now, and what a correction changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.applications.models import Application, SectionDraft, Snapshot, Writing
from webapp.core.db import rows

STILL = timedelta(seconds=90)
"""How long somebody is said to be writing after the last sign of it; the page gives one every 30 seconds."""


@dataclass(frozen=True, slots=True)
class Version:
    """One saving of a section in its history."""

    version: int
    by: str
    at: datetime


def versions_of(session: Session, application_id: int, section: str, *, limit: int = 200) -> list[Version]:
    """The savings of a section, newest first."""
    query = (
        sa.select(SectionDraft.version, Person.name.label("by"), SectionDraft.at)
        .join(Person, Person.id == SectionDraft.by_id)
        .where(SectionDraft.application_id == application_id, SectionDraft.section == section)
        .order_by(SectionDraft.version.desc())
        .limit(limit)
    )
    return rows(session, Version, query)


def answers_at(session: Session, application_id: int, section: str, version: int) -> dict[str, Any] | None:
    """What a version of a section says, telephone numbers sealed; None where there is none."""
    query = sa.select(SectionDraft.answers).where(
        SectionDraft.application_id == application_id, SectionDraft.section == section, SectionDraft.version == version
    )
    return session.scalars(query).first()


def writers(session: Session, application_id: int, section: str, *, but: int | None, at: datetime) -> list[str]:
    """The names of colleagues who are writing in a section now."""
    query = (
        sa.select(Person.name)
        .join(Writing, Writing.person_id == Person.id)
        .where(
            Writing.application_id == application_id, Writing.section == section, Writing.person_id != (but or 0), Writing.at > at - STILL
        )
        .order_by(Person.name)
    )
    return list(session.scalars(query))


def before_last(session: Session, application: Application) -> dict[str, Any] | None:
    """The snapshot before the newest, where an application was corrected and handed in again."""
    query = sa.select(Snapshot.content).where(Snapshot.application_id == application.id).order_by(Snapshot.number.desc())
    return session.scalars(query.offset(1).limit(1)).first()
