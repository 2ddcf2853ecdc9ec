"""评审承诺书: what one judge promised, line by line as it was signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Facts, Report, Section, Signatures, Text
from webapp.accounts.models import Person
from webapp.calls.models import Call
from webapp.core import journal
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper
from webapp.reviews.models import FIELDS, Expert, Panel, Seat


@dataclass(frozen=True, slots=True)
class Promised:
    call: str
    panel: str
    name: str
    employer: str
    title: str
    field: str
    lines: tuple[str, ...]
    signed_at: datetime | None
    digest: str
    """SHA-256 of the promise's text, as the journal keeps it."""


def gather(session: Session, panel: Panel, asked: Asked) -> Promised:
    """The chosen seat of the panel, by its place in the draw."""
    query = (
        sa.select(Seat, Person.name, Expert.employer, Expert.title)
        .join(Person, Person.id == Seat.person_id)
        .outerjoin(Expert, Expert.person_id == Seat.person_id)
        .where(Seat.panel_id == panel.id, Seat.position == int(asked.choice or 0))
    )
    seat, name, employer, title = session.execute(query).one()
    entry = next((one for one in journal.lines(session, [seat.ref]) if one.step == "pledge"), None)
    call = session.get_one(Call, panel.call_id)
    return Promised(
        f"{call.title}（{call.number}）", panel.title, name, employer or "", title or "", FIELDS.get(seat.field, seat.field),
        tuple(str(line) for line in seat.promise or ()), entry.at if entry else None, str(entry.data.get("promise", "")) if entry else "",
    )  # fmt: skip


def build(found: Promised, asked: Asked) -> Report:
    facts = Facts(
        (
            ("征集公告", found.call), ("评审组", found.panel), ("承诺人", f"{found.name}（评审领域：{found.field}）"),
            ("单位和职称", " ".join(filter(None, (found.employer, found.title))) or None),
            ("平台签署时间", fmt.moment(found.signed_at) if found.signed_at else None),
        )
    )  # fmt: skip
    return asked.report(
        "评审承诺书",
        (Section("", (facts, Text(found.lines), Signatures(("承诺人（签字）：",)))),),
        paper="form",
        issuer="",
        date_line="",
        scope_note="承诺的文字以本人在平台上签署时的为准。",
        notes=(f"承诺书文字的摘要（SHA-256）：{found.digest}",) if found.digest else (),
        sources=("本平台评审承诺记录",),
    )


def seats(session: Session, panel: Panel, at: datetime) -> Sequence[tuple[str, str]]:
    """Who of the panel has promised, in the order of the draw."""
    query = (
        sa.select(Seat.position, Person.name)
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.panel_id == panel.id, Seat.promise.is_not(None))
        .order_by(Seat.position)
    )
    return [(str(position), name) for position, name in session.execute(query)]


def drawn(panel: Panel) -> Refusal | None:
    return None if panel.minutes else Refusal("early", "还没有抽取评委，没有承诺书。")


PAPER = Paper(
    key="pledge",
    title="评审承诺书",
    about=Panel,
    right="panel.minutes",
    shared=True,
    gather=gather,
    build=build,
    retention="10",
    author="experts",
    ready=drawn,
    choices=seats,
)
