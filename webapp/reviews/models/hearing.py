"""What a panel does together: its signed report, and 路演."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.applications.models import Application
from webapp.core.db import Base, Numbered, only_one
from webapp.core.scope import Guarded, Party
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.reviews.models.panels import Assignment, Panel, Seat, of_panel
from webapp.workflows import MEETING, PANEL_REPORT


def of_seated(panel_id: Callable[[], Any]) -> dict[str, Party]:
    """Whoever runs the panel's call, and the judges who hold a seat in it."""
    seats = sa.select(Seat.panel_id)
    held = sa.and_(Seat.state == "pledged", Seat.reserve.is_(False))
    return {"expert": lambda key: panel_id().in_(seats.where(Seat.person_id == key, held)), **of_panel(panel_id)}


class PanelReport(Numbered, Stateful, Guarded):
    """评审报告: the totals as the chair locked them, signed by every seated judge (政府采购法实施条例第四十一条)."""

    REF = "panel_report"
    WORKFLOW = PANEL_REPORT
    __tablename__ = "panel_reports"
    CONSTRAINTS = (sa.Index(None, "panel_id"), only_one("uq_panel_reports_one_live", "panel_id", where="state <> 'void'"))
    PARTIES = of_seated(lambda: PanelReport.panel_id)
    ASIDE: ClassVar[Any] = lambda organisations: PanelReport.panel_id.in_(
        sa.select(Assignment.panel_id).join(Application).where(Application.organisation_id.in_(organisations))
    )
    UNKEPT = frozenset({"expert"})
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panels.id"))
    title: Mapped[str]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(sa.String(64))
    panel: Mapped[Panel] = relationship(lazy="raise_on_sql")


class PanelSignature(Base):
    """What one judge said to a report: agreed, dissented in writing, or kept silent until the day was over."""

    __tablename__ = "panel_signatures"
    __table_args__ = (sa.CheckConstraint("kind <> 'dissent' OR text <> ''", name="dissent_is_written"),)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("panel_reports.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    text: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(sa.String(64))
    """The digest of the figures that were signed."""
    at: Mapped[datetime]


class Meeting(Numbered, Stateful, Guarded):
    """路演: a panel hears its applications one after the other, in an order that was drawn."""

    REF = "meeting"
    WORKFLOW = MEETING
    __tablename__ = "meetings"
    CONSTRAINTS = (sa.Index(None, "panel_id"), only_one("uq_meetings_one_live", "panel_id", where="state <> 'cancelled'"))
    PARTIES = of_seated(lambda: Meeting.panel_id)
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panels.id"))
    title: Mapped[str]
    place: Mapped[str]
    starts_at: Mapped[datetime]
    talk_minutes: Mapped[int]
    question_minutes: Mapped[int]
    seed: Mapped[str] = mapped_column(Sealed)
    seed_digest: Mapped[str] = mapped_column(sa.String(64))
    order: Mapped[dict[str, Any] | None]
    """The drawn order with its seed and method; None before the draw."""
    turn: Mapped[int] = mapped_column(default=0)
    """Goes up with every change that those who follow must see."""
    position: Mapped[int] = mapped_column(default=0)
    """The present item, from 1; 0 before the first."""
    phase: Mapped[str] = mapped_column(sa.String(12), default="waiting")
    until: Mapped[datetime | None]
    """When the time for talking or questions is over."""
    panel: Mapped[Panel] = relationship(lazy="raise_on_sql")


class MeetingCode(Numbered, Base):
    """One QR code for signing in on site: good once, and for a few minutes."""

    __tablename__ = "meeting_codes"
    __table_args__ = (sa.UniqueConstraint("digest", name="digest"),)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    until: Mapped[datetime]
    used_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)


class MeetingSign(Base):
    """签到 of one judge on site."""

    __tablename__ = "meeting_signs"
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]
