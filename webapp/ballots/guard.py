"""Against brushed votes: counts by source, a question that costs a machine work, and bursts that are told, never dropped.

A source is an address, a device or a phone, known only by a keyed hash; what is kept says how many first votes came from it
within a window, not whose they are or what they say.
"""

import hashlib
import hmac
import secrets as random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.ballots.models import Ballot, Flag
from webapp.core import journal, limits, secrets, settings
from webapp.core.db import inserting, rows
from webapp.core.scope import Viewer
from webapp.core.workflow import refuse

HOUR, BURST, LONG = 3600, 600, 90 * 86400
"""Windows in seconds; a phone is counted over the whole time of a ballot, for its people are always the same."""
BITS = 16
"""Leading zero bits of the answer: about 65,000 tries, two or three seconds on a cheap phone. It makes brushing dear in a browser;
what a machine can do is bounded by the second threshold."""
WAIT = timedelta(seconds=60)
"""What a person without scripts gives instead of work."""
ALIVE = timedelta(minutes=30)
KINDS = {"address": "网络地址", "device": "设备", "phone": "手机号"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a vote comes from; `shown` is what an officer may see of it."""

    kind: str
    key: str
    shown: str


def sources(ballot_id: int, *, address: str, device: str, phone_key: str | None) -> list[Source]:
    """The sources of one vote, each by a hash that is of this ballot alone."""
    found = [("address", address, masked(address)), ("device", device, "")]
    if phone_key:
        found.append(("phone", phone_key, ""))
    made = []
    for kind, value, shown in found:
        if value:
            key = secrets.keyed("vote", f"{ballot_id}:{kind}:{value}")
            made.append(Source(kind, key, shown or f"{KINDS[kind]} {key[:4]}"))
    return made


def masked(address: str) -> str:
    """An address without its last part: 10.2.3.*, 2001:db8:0:1::*."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return f"{address.rpartition('.')[0]}.*"
    return ":".join(found.exploded.split(":")[:4]) + "::*"


def _windows(every: Sequence[Source]) -> list[tuple[str, int]]:
    return [(f"vote:{one.key}", LONG if one.kind == "phone" else HOUR) for one in every]


def verdict(counted: Mapping[str, int], allowed: Mapping[str, Sequence[int]]) -> str:
    """`pass`, `ask` (a question first) or `refuse`, from the first votes so far by kind of source. Pure."""
    if any(many >= allowed[kind][1] for kind, many in counted.items()):
        return "refuse"
    return "ask" if any(many >= allowed[kind][0] for kind, many in counted.items()) else "pass"


@dataclass(frozen=True, slots=True)
class Gate:
    """What was found at the door for a first vote: its sources, the limits in force, and the verdict."""

    sources: tuple[Source, ...]
    allowed: Mapping[str, Sequence[int]]
    verdict: str


def gate(session: Session, ballot: Ballot, every: Sequence[Source], *, at: datetime) -> Gate:
    """Judge a first vote by its sources, in two statements."""
    allowed = settings.value(session, "ballot.limits", at=at, area=ballot.area_code)
    found = limits.counts(session, _windows(every), at=at)
    counted = {one.kind: found[window] for one, window in zip(every, _windows(every), strict=True)}
    return Gate(tuple(every), allowed, verdict(counted, allowed))


def count_first(session: Session, ballot: Ballot, passed: Gate, *, at: datetime) -> None:
    """Count a first vote, in the transaction that casts it; a burst is flagged."""
    bursts = [(f"burst:{one.key}", BURST) for one in passed.sources if one.kind != "phone"]
    found = limits.hit_all(session, [*_windows(passed.sources), *bursts], at=at)
    for one in passed.sources:
        many = found.get((f"burst:{one.key}", BURST), 0)
        if many >= passed.allowed[one.kind][2]:
            _flag(session, ballot, one, many, at)


def _flag(session: Session, ballot: Ballot, source: Source, many: int, at: datetime) -> None:
    began = datetime.fromtimestamp(int(at.timestamp()) // BURST * BURST, UTC)
    row = inserting(session, Flag).values(
        ballot_id=ballot.id, kind=source.kind, source=source.key, began_at=began, shown=source.shown, votes=many
    )
    keys = ["ballot_id", "kind", "source", "began_at"]
    session.execute(row.on_conflict_do_update(index_elements=keys, set_={"votes": row.excluded.votes}))


def ask(ballot_id: int, at: datetime) -> str:
    """A question: signed, bound to the ballot, good for half an hour and for one vote."""
    text = f"{ballot_id}.{int(at.timestamp())}.{random.token_hex(8)}"
    return f"{text}.{secrets.keyed('challenge', text)[:32]}"


def answered(session: Session, ballot_id: int, question: str, answer: str, *, at: datetime) -> bool:
    """Whether a question was answered by work, or waited for; each serves once."""
    text, _, sign = question.rpartition(".")
    if not hmac.compare_digest(sign, secrets.keyed("challenge", text)[:32]):
        return False
    about, asked, once = text.split(".")
    age = timedelta(seconds=int(at.timestamp()) - int(asked))
    if about != str(ballot_id) or not timedelta(0) <= age <= ALIVE:
        return False
    if age < WAIT and not worked(question, answer):
        return False
    return limits.hit(session, f"challenge:{once}", seconds=LONG, at=at) == 1


def worked(question: str, answer: str) -> bool:
    """Whether SHA-256 of question and answer begins with enough zero bits."""
    if not answer.isdecimal() or len(answer) > 12:
        return False
    return int.from_bytes(hashlib.sha256(f"{question}:{answer}".encode()).digest()[:4]) >> (32 - BITS) == 0


@dataclass(frozen=True, slots=True)
class Burst:
    """A burst as an officer sees it."""

    kind: str
    source: str
    began_at: datetime
    shown: str
    votes: int
    note: str | None

    @property
    def label(self) -> str:
        return KINDS[self.kind]


def bursts(session: Session, ballot_id: int) -> list[Burst]:
    """The bursts of a ballot, those not looked at first."""
    query = sa.select(Flag.kind, Flag.source, Flag.began_at, Flag.shown, Flag.votes, Flag.note).where(Flag.ballot_id == ballot_id)
    return rows(session, Burst, query.order_by(Flag.note.is_not(None), Flag.began_at, Flag.source).limit(50))


def look(session: Session, ballot: Ballot, *, kind: str, source: str, note: str, by: Viewer, at: datetime) -> None:
    """核实: what an officer found out about a source's bursts. The votes stay as they are. Refuses with note, gone."""
    if not note.strip():
        raise refuse("note", "请写明怎样核实、结果如何。", "note")
    mine = sa.update(Flag).where(Flag.ballot_id == ballot.id, Flag.kind == kind, Flag.source == source)
    done: Any = session.execute(mine.values(looked_by_id=by.id, note=note.strip()[:500]))
    if not done.rowcount:
        raise refuse("gone", "没有这条集中投票提示，请刷新后再看。")
    journal.record(session, ballot.ref, "look", by=by.ref, at=at, note=note, data={"kind": kind})
