"""Verbs on lists of tickets: read one in, register it whole, or give it up."""

import io
import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import area_names, people_with
from webapp.accounts.viewer import Viewer
from webapp.core import journal, numbers, outbox, sheets
from webapp.core.clock import today
from webapp.core.files import Checked
from webapp.core.workflow import CLOCK, Refusal, Refused, begin, refuse, take_step
from webapp.needs import actions as needs
from webapp.needs.models import Voice
from webapp.tickets import queries, rules
from webapp.tickets.models import SOURCES, Line, Ticket, TicketList
from webapp.urgent import actions as urgent
from webapp.urgent.rules import kinds_of

WAITS = timedelta(days=7)
"""How long a list that nobody registers is kept: it holds names and telephones."""


def read_in(session: Session, *, file: Checked, channel: str, area_code: str, by: Viewer, at: datetime) -> TicketList:
    """Read a list in; it waits to be looked at and registered. `area_code`: the area its lines lie in.

    Refused at `file` with every bad cell (`line`), and for a file that is no such table (`sheet`).
    """
    headings, columns, lines, sheet = _lines(session, file, area_code)
    found = TicketList(
        number=numbers.take(session, "GD", today(at).year), channel=channel, area_code=area_code, title=file.name, sheet=sheet,
        headings=headings, columns=columns, waiting=rules.pack(lines), size=len(lines), fresh=0, by_id=by.id,
    )  # fmt: skip
    begin(session, found, by=by, at=at, data={"lines": len(lines), "channel": channel})
    return found


def _lines(session: Session, file: Checked, area_code: str) -> tuple[list[str], dict[str, str], list[rules.Read], str]:
    places = queries.communities(session, area_code)
    try:
        read = list(sheets.read(io.BytesIO(file.content), file.name, ()))
        first = next((row for row in read if isinstance(row, sheets.Row)), None)
        if first is None:
            raise Refused(*(Refusal("line", f"{one}。", "file") for one in read[: rules.SHOWN]))
        if len(read) > rules.MOST:
            raise refuse("long", f"清单有 {len(read)} 行，一次最多 {rules.MOST} 行，请分成几个文件。", "file")
        headings = sorted(first.places, key=lambda heading: first.places[heading])
        columns = rules.columns_of(headings, communities=len(places))
        read = list(sheets.read(io.BytesIO(file.content), file.name, headings))
    except sheets.SheetError as error:
        raise refuse("sheet", str(error), "file") from error
    broken = [f"{one}。" for one in read if isinstance(one, sheets.Fault)]
    rows = [one for one in read if isinstance(one, sheets.Row)]
    lines, wrong = rules.judged(rows, headings, columns, places, queries.categories(session))
    if faults := broken + wrong:
        more = [f"还有 {len(faults) - rules.SHOWN} 处，改好这些再看。"] if len(faults) > rules.SHOWN else []
        raise Refused(*(Refusal("line", one, "file") for one in [*faults[: rules.SHOWN], *more]))
    return headings, columns, lines, first.sheet or file.name.rpartition(".")[0]


def take(session: Session, found: TicketList, *, by: Viewer, at: datetime, note: str = "") -> None:
    """登记: every line, or none. A 工单号 registered before is the same ticket and makes nothing new; what is not for this channel is sealed."""
    lines = rules.unpack(found.waiting or "[]")
    before = queries.known(session, found.channel, [one.number for one in lines])
    found.waiting, found.fresh = None, len(lines) - len(before)
    take_step(session, found, "take", by=by, at=at, note=note, data={"fresh": found.fresh, "known": len(before)})
    for position, one in enumerate(lines, 1):
        old = before.get(one.number)
        sealed = bool(kinds_of(f"{one.words}\n{one.place}")) or (old is not None and old.sealed)
        key = old.id if old is not None else _register(session, found, one, by, at)
        cells = rules.only_number(one.cells, found.headings, found.columns) if sealed else one.cells
        session.add(Line(list_id=found.id, position=position, ticket_id=key, cells=json.dumps(cells)))
    session.flush()
    _tell(session, found, Counter(one.area_code for one in lines if one.number not in before), at)


def _register(session: Session, found: TicketList, one: rules.Read, by: Viewer, at: datetime) -> int:
    """A new ticket with its need, or its sealed report."""
    said: dict[str, Any] = {
        "words": one.words, "area_code": one.area_code, "channel": found.channel, "speaker": one.speaker, "place": one.place or None,
    }  # fmt: skip
    ticket = Ticket(channel=found.channel, number=one.number, at=at)
    if kinds := kinds_of(f"{one.words}\n{one.place}"):
        report = urgent.receive(session, kind=kinds[0], person_id=None, speaker_phone=one.phone or None, by=by, at=at, **said)
        ticket.report_id = report.id
    else:
        need = needs.take_in(session, category=one.category, speaker_phone=one.phone, tell=False, by=by, at=at, **said)
        ticket.voice_id = session.scalars(sa.select(Voice.id).where(Voice.need_id == need.id)).one()
    session.add(ticket)
    session.flush()
    return ticket.id


def _tell(session: Session, found: TicketList, fresh: Mapping[str, int], at: datetime) -> None:
    """One message for each community, not one for each line."""
    names = area_names(session, list(fresh))
    for area, many in sorted(fresh.items()):
        people = people_with(session, ("community", "party_lead"), at=at, area=area)
        outbox.tell(session, people, found.ref, f"{SOURCES[found.channel]}转来 {many} 件", f"{names.get(area, area)}：请尽快受理。", at=at)


def drop(session: Session, found: TicketList, *, by: Any, at: datetime, note: str = "") -> None:
    """不登记: the lines are forgotten."""
    found.waiting = None
    take_step(session, found, "drop", by=by, at=at, note=note)


def drop_forgotten(session: Session, at: datetime) -> int:
    """What nobody registered within a week is given up."""
    old = sa.select(TicketList).where(TicketList.state == "read", TicketList.state_at < at - WAITS)
    waiting = session.scalars(old.with_for_update(skip_locked=True)).all()
    for one in waiting:
        drop(session, one, by=CLOCK, at=at, note="7 天没有登记")
    return len(waiting)


def record_answers(session: Session, found: TicketList, *, by: Viewer, at: datetime) -> None:
    """The journal keeps who took the answers out: the file names people."""
    journal.record(session, found.ref, "answers", by=by.ref, at=at)


def _sealed_later(session: Session, need: Any, step: str, **_: Any) -> None:
    """不属于本渠道, found by the handler: the words of its lines go too."""
    if step == "hand_off":
        _blank(session, sa.select(Ticket.id).join(Voice, Voice.id == Ticket.voice_id).where(Voice.need_id == need.id))


def _blank(session: Session, tickets: sa.Select[Any]) -> None:
    query = sa.select(Line, TicketList).join(TicketList, TicketList.id == Line.list_id).where(Line.ticket_id.in_(tickets))
    for line, found in session.execute(query.order_by(Line.list_id, Line.position)).all():
        line.cells = json.dumps(rules.only_number(rules.cells_of(line.cells), found.headings, found.columns))
    session.flush()


def _taken_back(session: Session, report: Any, step: str, *, data: Mapping[str, Any], **_: Any) -> None:
    """A sealed report that is an ordinary need after all: its ticket is that need's."""
    if step == "return":
        session.execute(sa.update(Ticket).where(Ticket.report_id == report.id).values(report_id=None, voice_id=data["voice"]))


FOLLOWS = {"need": _sealed_later, "urgent": _taken_back}
TICK = (drop_forgotten,)
