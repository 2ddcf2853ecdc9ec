"""月度活动预告: what projects are about to do, for whoever wants to come; and the pictures that may be shown of what they did."""

from dataclasses import dataclass
from datetime import date, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core.db import rows
from webapp.core.files import Attachment
from webapp.projects.models import RUNNING, Activity, Project
from webapp.projects.queries.months import around, days_of, hours

SHOWN = 12
"""Pictures on a project's page."""


@dataclass(frozen=True, slots=True)
class Coming:
    """One activity of the list: what, when and where."""

    title: str
    place: str
    planned_on: date
    starts: time | None
    ends: time | None

    @property
    def hours(self) -> str:
        return hours(self.starts, self.ends)


def coming(session: Session, project_id: int, day: date) -> list[Coming]:
    """What a project at work plans from a day to the end of the next month, and says beforehand."""
    _, last = days_of(around(f"{day:%Y-%m}")[1])
    query = (
        sa.select(Activity.title, Activity.place, Activity.planned_on, Activity.starts, Activity.ends)
        .join(Project, Project.id == Activity.project_id)
        .where(
            Activity.project_id == project_id, Project.state.in_(RUNNING), Activity.state == "planned", Activity.previewed.is_(True),
            Activity.planned_on.between(day, last),
        )
        .order_by(Activity.planned_on, Activity.starts, Activity.id)
        .limit(100)
    )  # fmt: skip
    return rows(session, Coming, query)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an activity that may be shown."""

    id: int
    title: str
    held_on: date | None


def _shown() -> sa.ColumnElement[bool]:
    """Of an activity whose photos were opened: a photo, and found clean where files are searched."""
    return sa.and_(
        Attachment.kind == "photo", Attachment.scan.in_(("", "clean")), Attachment.media_type.startswith("image/"), Activity.state == "held",
        Activity.open_photos.is_(True), Activity.minors.is_(False), Attachment.subject == sa.literal("activity:") + sa.cast(Activity.id, sa.String),
    )  # fmt: skip


def pictures(session: Session, project_id: int) -> list[Picture]:
    """The newest pictures of a project that may be shown."""
    query = (
        sa.select(Attachment.id, Activity.title, Activity.held_on)
        .select_from(Activity)
        .join(Attachment, _shown())
        .where(Activity.project_id == project_id)
        .order_by(Activity.held_on.desc(), Attachment.id)
        .limit(SHOWN)
    )
    return rows(session, Picture, query)


def picture(session: Session, key: int) -> Attachment | None:
    """A picture by its key; None for every other file."""
    return session.scalars(sa.select(Attachment).select_from(Activity).join(Attachment, _shown()).where(Attachment.id == key)).one_or_none()
