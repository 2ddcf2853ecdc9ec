"""工单清单: a list that another platform handed out, its lines as they came, and what each line became here."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Code, Json, Numbered, says
from webapp.core.scope import Guarded, within
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.needs.models import CHANNELS
from webapp.workflows import TICKET_LIST

SOURCES = {key: label for key, label in (("12345", "12345 热线"), ("grid", "网格平台")) if key in CHANNELS}
"""The platforms whose lists are taken in; each is a channel of needs."""


class TicketList(Numbered, Stateful, Guarded):
    """工单清单: one file of one platform. Until somebody confirms it, nothing of it is registered."""

    REF = "ticket_list"
    WORKFLOW = TICKET_LIST
    __tablename__ = "ticket_lists"
    CONSTRAINTS = (
        sa.UniqueConstraint("number", name="number"),
        sa.CheckConstraint("waiting IS NULL OR state = 'read'", name="waits_only_while_read"),
        sa.Index(None, "area_code", "id"),
    )
    PARTIES = {"area": lambda prefix: within(TicketList.area_code, prefix)}
    number: Mapped[str] = mapped_column(sa.String(20))
    channel: Mapped[str] = mapped_column(sa.String(16))
    area_code: Mapped[str] = mapped_column(Code)
    """The area of who brought it in; its lines name communities of it."""
    title: Mapped[str]
    """The file's name."""
    sheet: Mapped[str]
    headings: Mapped[list[str]] = mapped_column(Json)
    """All columns of the file in their order; the answers go out in the same."""
    columns: Mapped[dict[str, str]] = mapped_column(Json)
    """What we read from which column (`rules.PARTS` → heading)."""
    waiting: Mapped[str | None] = mapped_column(Sealed)
    """The lines as read, until they are registered or given up."""
    size: Mapped[int]
    """Lines in the file."""
    fresh: Mapped[int] = mapped_column(default=0)
    """Lines whose 工单号 was not registered before; known once registered."""
    by_id: Mapped[int] = mapped_column(sa.BigInteger)

    @property
    def source(self) -> str:
        return SOURCES[self.channel]


class Ticket(Numbered, Base):
    """工单: one 工单号 of a platform and the voice it became, or the sealed report. Handed out again, it is the same ticket."""

    REF = "ticket"
    __tablename__ = "tickets"
    __table_args__ = (
        sa.UniqueConstraint("channel", "number", name="channel_number"),
        sa.CheckConstraint("(voice_id IS NULL) <> (report_id IS NULL)", name="became_one_thing"),
        sa.Index(None, "voice_id"),
        sa.Index(None, "report_id"),
    )
    channel: Mapped[str] = mapped_column(sa.String(16))
    number: Mapped[str] = mapped_column(sa.String(40))
    voice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("voices.id"))
    report_id: Mapped[int | None] = mapped_column(sa.ForeignKey("urgent_reports.id"))
    at: Mapped[datetime]


class Line(Base):
    """One line of a list, as it came."""

    __tablename__ = "ticket_lines"
    __table_args__ = (sa.Index(None, "ticket_id"),)
    list_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket_lists.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"))
    cells: Mapped[str] = mapped_column(Sealed)
    """Its cells in the order of the headings (JSON); of what was sealed for 专办人 only the 工单号 stays."""


says({"uq_tickets_channel_number": "这张工单刚刚由另一位同事登记了，请刷新后再看。"})
