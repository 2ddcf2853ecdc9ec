"""Reads of lists of tickets: the lists, one with what each line became, and the answers to go out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import local, until
from webapp.accounts.models import Area, Organisation
from webapp.accounts.queries import places_under
from webapp.core.db import row, rows
from webapp.core.journal import Entry, Note
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible
from webapp.core.workflow import FactsOf
from webapp.needs.models import Category, Need, Voice
from webapp.permissions import roles_for
from webapp.tickets import rules
from webapp.tickets.models import SOURCES, Line, Ticket, TicketList
from webapp.workflows import NEED, TICKET_LIST

FACTS: dict[str, FactsOf] = {}
COMMUNITY = 12
"""The length of a community's code."""
TOLD = ("return", "answer", "finish", "resolve", "call_back")
"""Steps of a need whose words answer who spoke."""
SEALED = "已转专人办理"


def communities(session: Session, prefix: str) -> dict[str, str]:
    """The communities of an area: code by name."""
    return {place.name: place.code for place in places_under(session, prefix, COMMUNITY)}


def categories(session: Session) -> dict[str, str]:
    """The categories in use: code by name."""
    return {label: code for code, label in session.execute(sa.select(Category.code, Category.label).where(Category.retired.is_(False)))}


@dataclass(frozen=True, slots=True)
class ListRow:
    """One list among others."""

    id: int
    number: str
    title: str
    channel: str
    area: str | None
    state: str
    state_at: datetime
    size: int
    fresh: int

    @property
    def state_label(self) -> str:
        return TICKET_LIST.states[self.state]

    @property
    def source(self) -> str:
        return SOURCES[self.channel]


AREA = sa.select(Area.name).where(Area.code == TicketList.area_code).scalar_subquery()
ROW = (
    TicketList.id, TicketList.number, TicketList.title, TicketList.channel, AREA.label("area"), TicketList.state, TicketList.state_at,
    TicketList.size, TicketList.fresh,
)  # fmt: skip


def listed(session: Session, viewer: Viewer, after: str | None) -> Page[ListRow]:
    """The lists a viewer may see, newest first."""
    query = sa.select(*ROW).where(visible(viewer, TicketList, roles_for("ticket_list.list")))
    return page(session, ListRow, query, (TicketList.id,), after)


@dataclass(frozen=True, slots=True)
class Known:
    """A ticket that was registered before, and whether what it said was sealed."""

    id: int
    sealed: bool


def known(session: Session, channel: str, numbers: list[str]) -> dict[str, Known]:
    """The tickets of a platform that were registered before, by 工单号."""
    sealed = sa.or_(Ticket.voice_id.is_(None), sa.func.coalesce(Need.decision, "") == "sealed")
    query = (
        sa.select(Ticket.number, Ticket.id, sealed)
        .outerjoin(Voice, Voice.id == Ticket.voice_id)
        .outerjoin(Need, Need.id == Voice.need_id)
        .where(Ticket.channel == channel, Ticket.number.in_(numbers))
    )
    return {number: Known(key, bool(hidden)) for number, key, hidden in session.execute(query)}


@dataclass(frozen=True, slots=True)
class Became:
    """What one line became: a need with where it stands, or something sealed (`need_id` is None)."""

    position: int
    number: str
    need_id: int | None
    need_number: str | None
    title: str | None
    area: str | None
    state: str | None
    due_at: datetime | None

    @property
    def state_label(self) -> str:
        return NEED.states[self.state] if self.state else SEALED


PLACE = sa.select(Area.name).where(Area.code == Need.area_code).scalar_subquery()


def lines_of(session: Session, key: int, after: int = 0, size: int = 100) -> list[Became]:
    """The lines of a registered list, in their order, from the one behind `after` on."""
    query = (
        sa.select(
            Line.position, Ticket.number, Need.id.label("need_id"), Need.number.label("need_number"), Need.title, PLACE.label("area"),
            Need.state, Need.due_at,
        )
        .join(Ticket, Ticket.id == Line.ticket_id)
        .outerjoin(Voice, Voice.id == Ticket.voice_id)
        .outerjoin(Need, Need.id == Voice.need_id)
        .where(Line.list_id == key, Line.position > after)
        .order_by(Line.position)
        .limit(size)
    )  # fmt: skip
    return rows(session, Became, query)


def answers(session: Session, found: TicketList) -> Iterator[list[str]]:
    """The lines of a list as they came, each with its answer so far; see `rules.answered`.

    What was sealed is answered only with that; of a need in hand it is said who has it and until when.
    """
    newest = (
        sa.select(sa.func.max(Entry.id))
        .where(Entry.subject == sa.literal("need:") + sa.cast(Need.id, sa.String), Entry.step.in_(TOLD))
        .correlate(Need)
        .scalar_subquery()
    )
    query = (
        sa.select(Line.cells, Need.state, Need.decision, Need.elsewhere, Need.due_at, Organisation.name, Note.text, Entry.at)
        .join(Ticket, Ticket.id == Line.ticket_id)
        .outerjoin(Voice, Voice.id == Ticket.voice_id)
        .outerjoin(Need, Need.id == Voice.need_id)
        .outerjoin(Organisation, Organisation.id == Need.handler_id)
        .outerjoin(Entry, Entry.id == newest)
        .outerjoin(Note, Note.entry_id == Entry.id)
        .where(Line.list_id == found.id)
        .order_by(Line.position)
    )
    for cells, state, decision, elsewhere, due_at, handler, note, told_at in session.execute(query):
        if state is None or decision == "sealed":
            answer = {"state": SEALED, "answer": SEALED, "answered_on": "", "handler": ""}
        else:
            told_on = f"{local(told_at):%Y-%m-%d %H:%M}" if told_at else ""
            answer = {
                "state": NEED.states[state], "answer": _told(state, note, elsewhere, due_at), "answered_on": told_on, "handler": handler or "",
            }  # fmt: skip
        yield rules.answered(found.headings, rules.cells_of(cells), answer)


def _told(state: str, note: str | None, elsewhere: str, due_at: datetime | None) -> str:
    if note:
        return f"{note}。可以找：{elsewhere}。" if state == "returned" and elsewhere else note
    if state == "collected":
        return ""
    return f"正在办理，下一步不晚于 {until(due_at)}。" if due_at else ""


def ticket_of(session: Session, need_id: int) -> list[tuple[str, str]]:
    """The 工单号 behind a need, each with its platform."""
    query = (
        sa.select(Ticket.channel, Ticket.number)
        .join(Voice, Voice.id == Ticket.voice_id)
        .where(Voice.need_id == need_id)
        .order_by(Ticket.id)
    )
    return [(SOURCES[channel], number) for channel, number in session.execute(query.limit(20))]


def one(session: Session, key: int) -> ListRow | None:
    """One list; the right was checked at the entry."""
    return row(session, ListRow, sa.select(*ROW).where(TicketList.id == key))


def _one_ticket_each(session: Session) -> Iterator[str]:
    query = sa.select(TicketList.number, TicketList.size, sa.func.count(Line.position)).outerjoin(Line, Line.list_id == TicketList.id)
    for number, size, lines in session.execute(query.where(TicketList.state == "taken").group_by(TicketList.id)):
        if size != lines:
            yield f"{number} 有 {size} 行，登记了 {lines} 行"


CHECKS = {"登记过的工单清单，每一行都有去处": _one_ticket_each}
