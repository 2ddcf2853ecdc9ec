"""Reads of needs: lists, one need with its voices, and what looks alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Area, Organisation, Person
from webapp.accounts.queries import people_with
from webapp.ballots.models import Choice
from webapp.core import search
from webapp.core.clock import end_of, start_of
from webapp.core.db import row, rows
from webapp.core.files import SCANS, Attachment
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible, within
from webapp.needs.models import CHANNELS, Category, Elsewhere, Need, Same, Voice, Wording
from webapp.needs.queries.facts import FACTS
from webapp.needs.queries.keeping import CHECKS, HOLDS, MINE
from webapp.needs.rules import OVER
from webapp.permissions import roles_for
from webapp.workflows import NEED

__all__ = ["CHECKS", "FACTS", "HOLDS", "MINE"]
AREA = sa.select(Area.name).where(Area.code == Need.area_code).scalar_subquery()
CATEGORY = sa.func.coalesce(sa.select(Category.label).where(Category.code == Need.category).scalar_subquery(), Need.category)
"""The label of a need's category, asked along with the need."""


def category_choices(session: Session, *, kept: str = "") -> list[tuple[str, str]]:
    """The categories that can be chosen, in their order; `kept` is one that stands, though it may be retired by now."""
    query = sa.select(Category.code, Category.label).where(sa.or_(Category.retired.is_(False), Category.code == kept))
    return [(code, label) for code, label in session.execute(query.order_by(Category.position, Category.code))]


def category_labels(session: Session) -> dict[str, str]:
    """Every label ever given, by code."""
    found = session.execute(sa.select(Category.code, Category.label).order_by(Category.position, Category.code))
    return dict(found.all())


def elsewhere_choices(session: Session) -> list[tuple[str, str]]:
    """The usual places to go instead, each with its telephone."""
    query = sa.select(Elsewhere).where(Elsewhere.retired.is_(False)).order_by(Elsewhere.position, Elsewhere.code)
    return [(one.code, f"{one.label}（{one.phone}）" if one.phone else one.label) for one in session.scalars(query)]


def speakers_of(session: Session, need: Need, *, at: datetime) -> list[int]:
    """Who is told about a need: all who spoke, and who answers for the organisation that proposed it."""
    # a need that is merged or just parted again is also that of whose words first came in as it
    theirs = sa.or_(Voice.need_id == need.id, Voice.origin_id == need.id)
    people = session.scalars(sa.select(Voice.person_id).where(theirs, Voice.person_id.is_not(None)).distinct())
    found = [p for p in people if p is not None]
    if need.proposer_id is not None:
        found += people_with(session, ("org_lead", "org_member"), at=at, organisation_id=need.proposer_id)
    return found


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One need in a list."""

    id: int
    number: str
    title: str
    category: str
    category_label: str
    state: str
    area: str | None
    voices: int
    same: int
    raised_at: datetime
    due_at: datetime | None

    @property
    def state_label(self) -> str:
        return NEED.states[self.state]


ROW = (
    Need.id, Need.number, Need.title, Need.category, CATEGORY.label("category_label"), Need.state, AREA.label("area"), Need.voices, Need.same,
    Need.raised_at, Need.due_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What of the needs is asked for; a list and its figures take the same one, so that they agree."""

    state: str = ""
    category: str = ""
    channel: str = ""
    area: str = ""
    since: date | None = None
    until: date | None = None
    only: str = ""
    """open, overdue, late (answered after its day), prompt (answered in time), rated, standing (what a board counts)."""

    @property
    def filters(self) -> dict[str, str]:
        """As an address carries it, without what is not asked for."""
        found = {"state": self.state, "category": self.category, "channel": self.channel, "area": self.area, "only": self.only}
        found |= {"since": self.since.isoformat() if self.since else "", "until": self.until.isoformat() if self.until else ""}
        return {name: value for name, value in found.items() if value}


ONLY = {"open": "未办结", "overdue": "已逾期", "late": "超期答复", "prompt": "按期答复", "rated": "有评价", "standing": "未合并、未撤回"}


def only(name: str, at: datetime) -> sa.ColumnElement[bool]:
    """The condition behind a word of `ONLY`."""
    conditions = {
        "open": Need.state.not_in(OVER),
        "overdue": sa.and_(Need.state.not_in(OVER), Need.due_at < at),
        "late": Need.on_time.is_(False),
        "prompt": Need.on_time.is_(True),
        "rated": Need.rating.is_not(None),
        "standing": Need.state.not_in(("merged", "withdrawn")),
    }
    return conditions[name]


def wished(wish: Wish, at: datetime) -> list[sa.ColumnElement[bool]]:
    """The conditions of a wish."""
    found = [within(Need.area_code, wish.area)] if wish.area else []
    found += [c == v for c, v in ((Need.state, wish.state), (Need.category, wish.category), (Need.channel, wish.channel)) if v]
    if wish.since:
        found.append(Need.raised_at >= start_of(wish.since))
    if wish.until:
        found.append(Need.raised_at < end_of(wish.until))
    if wish.only in ONLY:
        found.append(only(wish.only, at))
    return found


def listing(viewer: Viewer, *, at: datetime, q: str = "", wish: Wish | None = None) -> sa.Select[Any]:
    """The query of the needs a viewer may list: a `NeedRow` each."""
    return sa.select(*ROW).where(visible(viewer, Need, roles_for("need.index")), _findable(viewer, q), *wished(wish or Wish(), at))


def listed(
    session: Session, viewer: Viewer, *, at: datetime, q: str = "", wish: Wish | None = None, after: str | None = None, size: int = 50
) -> Page[NeedRow]:
    """The needs a viewer may list, newest first."""
    return page(session, NeedRow, listing(viewer, at=at, q=q, wish=wish), (Need.id,), after, size)


def said_same(session: Session, need_id: int, person_id: int | None) -> bool:
    """Whether somebody has said 我也有同样需求."""
    return person_id is not None and session.get(Same, (need_id, person_id)) is not None


EXCERPT = 24


def said_in(session: Session, viewer: Viewer, ids: Iterable[int]) -> dict[int, str]:
    """The beginning of what was said first, for those of some needs that the viewer handles: a neutral title tells too little."""
    handled = visible(viewer, Need, roles_for("voice.read") - {"resident"})
    first = sa.select(sa.func.min(Voice.id)).where(Voice.need_id.in_(list(ids))).group_by(Voice.need_id)
    query = sa.select(Voice.need_id, Voice.words).join(Need, Need.id == Voice.need_id).where(Voice.id.in_(first), handled)
    return {need: _excerpt(words) for need, words in session.execute(query)}


def my_words(session: Session, person_id: int, ids: Iterable[int]) -> dict[int, str]:
    """The beginning of one's own words behind some needs."""
    query = sa.select(Voice.need_id, Voice.words).where(Voice.person_id == person_id, Voice.need_id.in_(list(ids)))
    return {need: _excerpt(words) for need, words in session.execute(query.order_by(Voice.id.desc()))}


def _excerpt(words: str) -> str:
    first = words.strip().splitlines()[0] if words.strip() else ""
    return first[:EXCERPT] + ("…" if len(first) > EXCERPT else "")


def _findable(viewer: Viewer, q: str) -> sa.ColumnElement[bool]:
    """By number and title; by what was said (原话) only for who handles the need."""
    if not q:
        return sa.true()
    handled = visible(viewer, Need, roles_for("voice.read") - {"resident"})
    return sa.or_(search.matches("need", Need.id, q), sa.and_(handled, search.matches("voice", Need.id, q)))


def mine(session: Session, viewer: Viewer, *, limit: int = 50) -> list[NeedRow]:
    """What a resident has said, newest first."""
    spoken = sa.select(Voice.need_id).where(Voice.person_id == viewer.id)
    query = sa.select(*ROW).where(sa.or_(Need.resident_id == viewer.id, Need.id.in_(spoken)))
    return rows(session, NeedRow, query.order_by(Need.id.desc()).limit(limit))


def proposals(session: Session, organisations: Sequence[int], after: str | None) -> Page[NeedRow]:
    """The 服务提议 of some organisations, newest first."""
    return page(session, NeedRow, sa.select(*ROW).where(Need.proposer_id.in_(list(organisations))), (Need.id,), after)


def ballotable(session: Session, area_code: str) -> list[NeedRow]:
    """The accepted needs of a community whose wording is public: what a 评议需求 can put to the residents."""
    query = sa.select(*ROW).where(Need.area_code == area_code, Need.state == "accepted", Need.public.is_(True))
    return rows(session, NeedRow, query.order_by(Need.id))


def standing(session: Session, prefix: str, *, limit: int = 100) -> list["ListedNeed"]:
    """需求清单 of an area: listed and not yet called, most voted first."""
    query = (
        sa.select(*ROW, Need.voted, Need.ranked, Need.area_code)
        .where(within(Need.area_code, prefix), Need.state == "listed")
        .order_by(sa.func.coalesce(Need.voted, 0).desc(), Need.id)
        .limit(limit)
    )
    return rows(session, ListedNeed, query)


@dataclass(frozen=True, slots=True)
class ListedNeed(NeedRow):
    """One line of the 需求清单, with the votes that put it there."""

    voted: int | None
    ranked: int | None
    area_code: str


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """One 原话 as its handler sees it."""

    id: int
    channel: str
    words: str
    place: str | None
    speaker: str | None
    speaker_phone: str | None
    at: datetime
    merged: bool
    has_phone: bool
    written_down: int | None
    """How often its recording was written down; None where there was none to write down."""
    by_child: bool
    """Said for an elder by somebody with an account (子女代办)."""

    @property
    def channel_label(self) -> str:
        return CHANNELS[self.channel]


@dataclass(frozen=True, slots=True)
class WordingRow:
    id: int
    title: str
    text: str
    state: str
    drafted_by_id: int


@dataclass(frozen=True, slots=True)
class NeedPage:
    """One need with its parts."""

    id: int
    number: str
    title: str
    category: str
    category_label: str
    state: str
    decision: str | None
    pace: str | None
    elsewhere: str
    area: str | None
    area_code: str
    public: bool
    voices: int
    same: int
    voted: int | None
    ranked: int | None
    rating: int | None
    raised_at: datetime
    due_at: datetime | None
    merged_into_id: int | None
    target_number: str | None
    """The need it was merged into; its title is its handlers' alone until it is public."""
    target_title: str | None
    handler: str | None
    handler_phone: str | None

    @property
    def state_label(self) -> str:
        return NEED.states[self.state]


def one(session: Session, key: int) -> NeedPage | None:
    """One need; the right was checked at the entry."""
    columns: Sequence[Any] = (
        Need.id, Need.number, Need.title, Need.category, CATEGORY.label("category_label"), Need.state, Need.decision,
        Need.pace, Need.elsewhere, AREA.label("area"), Need.area_code, Need.public,
        Need.voices, Need.same, Need.voted, Need.ranked, Need.rating, Need.raised_at, Need.due_at, Need.merged_into_id,
    )  # fmt: skip
    target = sa.orm.aliased(Need)
    query = (
        sa.select(
            *columns,
            target.number.label("target_number"),
            target.title.label("target_title"),
            Organisation.name.label("handler"),
            Organisation.phone.label("handler_phone"),
        )
        .outerjoin(Organisation, Organisation.id == Need.handler_id)
        .outerjoin(target, target.id == Need.merged_into_id)
        .where(Need.id == key)
    )
    return row(session, NeedPage, query)


PROPOSED = Voice.channel == "organisation"
"""The voices whose words an organisation's people may read of its own 服务提议."""


def said_by(person_id: int | None) -> sa.ColumnElement[bool]:
    """The voices of one person."""
    return Voice.person_id == person_id


def voices_of(session: Session, need_id: int, whose: sa.ColumnElement[bool] | None = None) -> list[VoiceRow]:
    """The 原话 behind a need: all of them for its handler, for others those that are theirs (`said_by`, `PROPOSED`)."""
    query = sa.select(
        Voice.id, Voice.channel, Voice.words, Voice.place, Voice.speaker, Voice.speaker_phone, Voice.at, Voice.written_down,
        (Voice.origin_id != Voice.need_id).label("merged"),
        sa.or_(Voice.speaker_phone.is_not(None), Person.phone_key.is_not(None)).label("has_phone"),
        sa.and_(Voice.speaker.is_not(None), Voice.person_id.is_not(None)).label("by_child"),
    ).outerjoin(Person, Person.id == Voice.person_id).where(Voice.need_id == need_id)  # fmt: skip
    if whose is not None:
        query = query.where(whose)
    return rows(session, VoiceRow, query.order_by(Voice.id).limit(100))


@dataclass(frozen=True, slots=True)
class Beside:
    """A photo or a recording that came with a voice."""

    id: int
    name: str
    size: int
    kind: str
    subject: str
    scan: str

    @property
    def scan_label(self) -> str:
        """What the search for viruses says, where that must be told."""
        return SCANS.get(self.scan, "")

    @property
    def href(self) -> str:
        """Where files are served, once the right on their voice is checked."""
        return f"/files/{self.id}"


def files_of(session: Session, need_id: int, whose: sa.ColumnElement[bool] | None = None) -> list[Beside]:
    """The photos and recordings behind a need: all for its handler, for others those that came with their own voices."""
    voices = sa.select(sa.literal("voice:") + sa.cast(Voice.id, sa.String)).where(Voice.need_id == need_id)
    if whose is not None:
        voices = voices.where(whose)
    query = sa.select(Attachment.id, Attachment.name, Attachment.size, Attachment.kind, Attachment.subject, Attachment.scan)
    return rows(session, Beside, query.where(Attachment.subject.in_(voices)).order_by(Attachment.id))


def wording_of(session: Session, need_id: int) -> WordingRow | None:
    """The newest public wording of a need, whatever its state."""
    query = sa.select(Wording.id, Wording.title, Wording.text, Wording.state, Wording.drafted_by_id)
    return row(session, WordingRow, query.where(Wording.need_id == need_id).order_by(Wording.id.desc()).limit(1))


def released_text(session: Session, need_id: int) -> str:
    """The text the public sees; empty while none is released."""
    query = sa.select(Wording.text).where(Wording.need_id == need_id, Wording.state == "released")
    return session.scalar(query.order_by(Wording.id.desc()).limit(1)) or ""


def of_ballot(session: Session, ballot_id: int) -> list[int]:
    """The needs a 评议 put to the residents, by key."""
    about = session.scalars(sa.select(Choice.about).where(Choice.ballot_id == ballot_id))
    return [int(ref.partition(":")[2]) for ref in about if ref.startswith("need:")]


def waiting_for(session: Session, ballot_id: int) -> list[int]:
    """Of those, the ones that wait for its result: a need that came back may since have been put to the residents again."""
    if not (ids := of_ballot(session, ballot_id)):
        return []
    newest = sa.select(sa.func.max(Choice.ballot_id)).where(Choice.about == sa.literal("need:").concat(sa.cast(Need.id, sa.String)))
    query = sa.select(Need.id).where(Need.id.in_(ids), Need.state == "balloted", newest.scalar_subquery() == ballot_id)
    return list(session.scalars(query.order_by(Need.id)))
