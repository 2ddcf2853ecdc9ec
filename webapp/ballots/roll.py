"""参加人名册 and 签到: who may take part where a ballot has a roll, and what is put on record before it opens.

The roll is written in draft and frozen at the opening. Whoever comes, by phone or by the code of a slip, stands on the register
as a line of the roll (`roll:5`), so that no two ways make two votes.
"""

import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Area, Person
from webapp.accounts.rules import phone_of
from webapp.ballots import rules
from webapp.ballots.models import Ballot, Listed, Participant, Preparation
from webapp.core import files, journal, paging, sheets
from webapp.core.clock import today
from webapp.core.db import rows
from webapp.core.scope import Viewer, within
from webapp.core.secrets import keyed
from webapp.core.workflow import Refusal, Refused, refuse

COMMUNITY = 12
"""The length of a community's code; a ballot over more than one asks for the community of each line."""
COLUMNS = ("姓名", "户", "手机号")
TOLD = 20
"""So many mistakes of a list are told at once."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a roll as it was given; `places` says where each part of it stood, for what is wrong there."""

    name: str
    household: str
    phone: str
    community: str
    places: Mapping[str, str]


def typed(text: str) -> list[Line]:
    """Lines as people type them: name, household, mobile number, community, parted by commas or blanks; the number may be missing."""
    found = []
    for n, line in enumerate(text.splitlines(), 1):
        parts = [part for part in re.split(r"[\s,，;；]+", line) if part]
        if not parts:
            continue
        phone = next((part for part in parts[1:] if re.fullmatch(r"\+?[\d-]{7,}", part)), "")
        rest = [part for part in parts[1:] if part != phone]
        household, community = (*rest, "", "")[:2]
        found.append(Line(parts[0], household, phone, community, dict.fromkeys((*COLUMNS, "社区"), f"第 {n} 行")))
    return found


def from_sheet(content: bytes, name: str, *, wide: bool) -> list[Line]:
    """The lines of a table. Refused at `file` with each bad cell; `wide`: each line names its community."""
    columns = (*COLUMNS, "社区") if wide else COLUMNS
    found, faults = [], []
    try:
        for row in sheets.read(io.BytesIO(content), name, columns):
            if isinstance(row, sheets.Fault):
                faults.append(f"{row.place}：{row.reason}")
            else:
                cells = {column: row[column].strip() for column in columns}
                places = {column: row.at(column) for column in columns}
                found.append(Line(cells["姓名"], cells["户"], cells["手机号"], cells.get("社区", ""), places))
    except sheets.SheetError as error:
        raise refuse("file", str(error), "file") from error
    if faults:
        raise _told(faults, "file")
    return found


def _told(faults: Sequence[str], field: str) -> Refused:
    more = [f"还有 {len(faults) - TOLD} 处，改好这些再看。"] if len(faults) > TOLD else []
    return Refused(*(Refusal("line", sentence, field) for sentence in [*faults[:TOLD], *more]))


def write(
    session: Session, ballot: Ballot, lines: Sequence[Line], *, source: str, on: date, anew: bool, field: str, by: Viewer, at: datetime
) -> int:
    """填写参加人名册: all lines, or none when one is wrong (`line`, told at `field`). `anew`: in place of those there. Gives the roll's size.

    Refuses with `frozen`, `empty`, `future`, `line`.
    """
    _in_draft(ballot)
    if not lines:
        raise refuse("empty", "名册里还没有人，请至少写一行。", field)
    _not_future(on, "on", at)
    before = [] if anew else session.scalars(sa.select(Listed).where(Listed.ballot_id == ballot.id).order_by(Listed.position)).all()
    if anew:
        session.execute(sa.delete(Listed).where(Listed.ballot_id == ballot.id))
    faults: list[str] = []
    first = before[-1].position + 1 if before else 1
    fresh = [
        Listed(ballot_id=ballot.id, position=n, **one) for n, one in enumerate(_checked(session, ballot, before, lines, faults), first)
    ]
    if faults:
        raise _told(faults, field)
    session.add_all(fresh)
    ballot.roll_size = len(before) + len(fresh)
    kept = preparation(session, ballot)
    kept.roll_source, kept.roll_on = source, on
    session.flush()
    data = {"lines": ballot.roll_size, "of": on.isoformat(), "anew": anew}
    journal.record(session, ballot.ref, "roll", by=by.ref, at=at, note=source, data=data)
    return ballot.roll_size


def _checked(
    session: Session, ballot: Ballot, before: Iterable[Listed], lines: Iterable[Line], faults: list[str]
) -> Iterator[dict[str, str | None]]:
    """The values of each line that is right; what is wrong goes to `faults` with its place."""
    wide = len(ballot.area_code) < COMMUNITY
    communities = communities_of(session, ballot.area_code) if wide else {}
    by_household = ballot.unit == "household"
    seen = {one.household if by_household else (one.name, one.household): "名册上已有的一行" for one in before}
    for line in lines:
        number = phone_of(line.phone) if line.phone else None
        same: str | tuple[str, str] = line.household if by_household else (line.name, line.household)
        if not line.name or len(line.name) > 20:
            faults.append(f"{line.places['姓名']}：请写姓名，最多 20 个字。")
        if by_household and not line.household:
            faults.append(f"{line.places['户']}：一户一票，请写是哪一户，例如“3 幢 201”。")
        if len(line.household) > 40:
            faults.append(f"{line.places['户']}：户的写法最多 40 个字。")
        if line.phone and number is None:
            faults.append(f"{line.places['手机号']}：“{line.phone}”不是手机号，应为 11 位数字；没有手机的请空着。")
        if wide and line.community.removesuffix("居委会") not in communities:
            faults.append(f"{line.places['社区']}：没有找到社区“{line.community}”，请写本辖区社区的全名。")
        if same in seen:
            faults.append(
                f"{line.places['户' if by_household else '姓名']}：与{seen[same]}重复，{'一户' if by_household else '一人'}只能有一行。"
            )
        seen[same] = line.places["姓名"]
        stratum = communities.get(line.community.removesuffix("居委会"), "") if wide else ballot.area_code
        yield {
            "name": line.name, "household": line.household, "phone_key": keyed("phone", number) if number else None, "stratum": stratum,
        }  # fmt: skip


def communities_of(session: Session, area_code: str) -> dict[str, str]:
    """The codes of the communities of an area, by name without 居委会."""
    query = sa.select(Area.name, Area.code).where(
        within(Area.code, area_code), sa.func.length(Area.code) == COMMUNITY, Area.valid_to.is_(None)
    )
    return {one.name.removesuffix("居委会"): one.code for one in session.execute(query)}


def _in_draft(ballot: Ballot) -> None:
    if ballot.state != "draft":
        raise refuse("frozen", "评议开始后，名册和会前的记录不能再改。")


def _not_future(day: date, field: str, at: datetime) -> None:
    if day > today(at):
        raise refuse("future", "日期不能晚于今天。", field)


def remove(session: Session, ballot: Ballot, roll_id: int, *, by: Viewer, at: datetime) -> None:
    """Take one line off the roll. Refuses with `frozen`, `unknown`."""
    _in_draft(ballot)
    if session.scalar(sa.delete(Listed).where(Listed.id == roll_id, Listed.ballot_id == ballot.id).returning(Listed.id)) is None:
        raise refuse("unknown", "名册上没有这一行，请刷新后再看。")
    ballot.roll_size -= 1
    journal.record(session, ballot.ref, "roll", by=by.ref, at=at, data={"lines": ballot.roll_size, "removed": f"roll:{roll_id}"})


def preparation(session: Session, ballot: Ballot) -> Preparation:
    """What is on record of a ballot before it opens; begun at the first record."""
    found = session.scalars(sa.select(Preparation).where(Preparation.ballot_id == ballot.id)).first()
    if found is None:
        found = Preparation(ballot_id=ballot.id, roll_source="", study_meeting="", study_opinion="", notice_place="")
        session.add(found)
        session.flush()
    return found


def record_study(
    session: Session, ballot: Ballot, *, studied_on: date, meeting: str, opinion: str, agrees: bool, scans: Sequence[files.Checked] = (),
    by: Viewer, at: datetime,
) -> None:  # fmt: skip
    """党组织研究记录: on which day, which meeting, with what opinion. Refuses with `frozen`, `future`."""
    _in_draft(ballot)
    _not_future(studied_on, "studied_on", at)
    kept = preparation(session, ballot)
    kept.studied_on, kept.study_meeting, kept.study_opinion, kept.study_agrees = studied_on, meeting, opinion, agrees
    kept_scans = [files.attach(session, kept.ref, "study", scan, by=by.ref, at=at) for scan in scans]
    data = {"on": studied_on.isoformat(), "agrees": agrees, "scans": [one.digest for one in kept_scans]}
    journal.record(session, ballot.ref, "study", by=by.ref, at=at, note=f"{meeting}：{opinion}", data=data)


def record_notice(session: Session, ballot: Ballot, *, noticed_on: date, place: str, by: Viewer, at: datetime) -> None:
    """会议通知: on which day it went out, and where. Refuses with `frozen`, `future`."""
    _in_draft(ballot)
    _not_future(noticed_on, "noticed_on", at)
    kept = preparation(session, ballot)
    kept.noticed_on, kept.notice_place = noticed_on, place
    journal.record(session, ballot.ref, "notice", by=by.ref, at=at, note=place, data={"on": noticed_on.isoformat()})


def attend(session: Session, ballot: Ballot, *, shown: Collection[int], present: Collection[int], by: Viewer, at: datetime) -> int:
    """签到: of the lines shown, those present, and the others not. Gives how many changed. Refuses with `no_meeting`."""
    if ballot.state != "open" or ballot.nature not in rules.MEETINGS:
        raise refuse("no_meeting", "表决会议进行中才能签到。")
    changed = 0
    for here in (True, False):
        wanted = [key for key in shown if (key in present) is here]
        query = (
            sa.update(Listed).where(Listed.ballot_id == ballot.id, Listed.id.in_(wanted), Listed.present.is_not(here)).values(present=here)
        )
        done = session.scalars(query.returning(Listed.id).execution_options(synchronize_session=False)).all()
        if done:
            journal.record(
                session,
                ballot.ref,
                "attend",
                by=by.ref,
                at=at,
                data={"present" if here else "absent": [f"roll:{key}" for key in sorted(done)]},
            )
        changed += len(done)
    return changed


# --- reads


def _voted() -> sa.ColumnElement[bool]:
    """Whether a line of the roll stands on the register."""
    who = sa.literal("roll:") + sa.cast(Listed.id, sa.String)
    return sa.exists().where(Participant.ballot_id == Listed.ballot_id, Participant.who == who)


def present(session: Session, ballot_id: int) -> int:
    """How many of the roll were there: signed in, or voted."""
    query = sa.select(sa.func.count()).select_from(Listed).where(Listed.ballot_id == ballot_id, sa.or_(Listed.present, _voted()))
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class RollRow:
    """A line of the roll, for who runs the ballot. `turn` puts the first line first where lists go downwards."""

    id: int
    turn: int
    position: int
    name: str
    household: str
    has_phone: bool
    present: bool
    voted: bool
    issue: int


def listed(session: Session, ballot: Ballot, after: str | None) -> paging.Page[RollRow]:
    """The roll, page by page, in its own order."""
    turn = (-Listed.position).label("turn")
    query = sa.select(
        Listed.id, turn, Listed.position, Listed.name, Listed.household, Listed.phone_key.is_not(None).label("has_phone"), Listed.present,
        _voted().label("voted"), Listed.issue,
    ).where(Listed.ballot_id == ballot.id)  # fmt: skip
    return paging.page(session, RollRow, query, [turn], after)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is on record of a ballot before it opens, as pages show it."""

    id: int | None = None
    roll_source: str = ""
    roll_on: date | None = None
    studied_on: date | None = None
    study_meeting: str = ""
    study_opinion: str = ""
    study_agrees: bool | None = None
    noticed_on: date | None = None
    notice_place: str = ""


def prepared(session: Session, ballot_id: int) -> Prepared:
    columns = [getattr(Preparation, name) for name in Prepared.__dataclass_fields__]
    found = rows(session, Prepared, sa.select(*columns).where(Preparation.ballot_id == ballot_id))
    return found[0] if found else Prepared()


@dataclass(frozen=True, slots=True)
class Held:
    """The line of the roll that a visitor's session stands for: by the code of a slip of this issue, or (0) chosen among those of a phone."""

    roll_id: int
    issue: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A line of the roll as whoever takes part for it."""

    id: int
    name: str
    household: str
    stratum: str
    issue: int
    phone_key: str | None
    by_phone: bool
    voted: bool
    account: str | None
    """The name of who takes part, as the account has it; its day of birth."""
    born_on: date | None

    @property
    def who(self) -> str:
        return f"{Listed.REF}:{self.id}"


def seat_of(session: Session, ballot: Ballot, person_id: int | None, held: Held | None, at: datetime) -> Seat | tuple[Seat, ...] | Refusal:
    """Which line of the roll somebody takes part for: one; several of one phone to choose from; or why none.

    A code comes before the phone. Among several of one phone the one who bears the account's name is meant.
    """
    me = sa.select(Person.name, Person.phone_key, Person.born_on).where(Person.id == person_id).subquery()
    by_phone = sa.and_(me.c.phone_key != "", Listed.phone_key == me.c.phone_key)
    query = sa.select(
        Listed.id, Listed.name, Listed.household, Listed.stratum, Listed.issue, Listed.phone_key,
        sa.func.coalesce(by_phone, sa.false()).label("by_phone"), _voted().label("voted"), me.c.name.label("account"), me.c.born_on,
    )  # fmt: skip
    query = query.outerjoin(me, sa.true()).where(
        Listed.ballot_id == ballot.id, sa.or_(by_phone, Listed.id == (held.roll_id if held else 0))
    )
    found = rows(session, Seat, query.order_by(Listed.position))
    if held is not None and (mine := next((one for one in found if one.id == held.roll_id), None)) is not None:
        if held.issue == mine.issue or (held.issue == 0 and mine.by_phone):
            return mine
        if held.issue:
            return Refusal("code_used", rules.CODE_USED)
    found = [one for one in found if one.by_phone]
    if person_id is None:
        return Refusal("code_wanted", rules.CODE_WANTED)
    if not found:
        return Refusal("not_on_roll", rules.NOT_ON_ROLL)
    if too_young := rules.underage(found[0].born_on, today(at)):
        return too_young
    named = [one for one in found if one.name == one.account]
    if len(named) == 1:
        return named[0]
    return found[0] if ballot.unit == "household" and len(found) == 1 else tuple(found)


def line_called(session: Session, ballot: Ballot, name: str, phone: str) -> tuple[str, str]:
    """The reference and the community of the line with this name, and this phone where one is given. Refuses with `not_on_roll`, `several`."""
    query = sa.select(Listed.id, Listed.name, Listed.stratum).where(Listed.ballot_id == ballot.id)
    if number := phone_of(phone):
        query = query.where(Listed.phone_key == keyed("phone", number))
    found = [one for one in session.execute(query) if one.name == name.strip()]
    if not found:
        raise refuse("not_on_roll", "参加人名册上没有这个姓名（手机号）。这次评议只由名册上的人参加，请核对。", "name")
    if len(found) > 1:
        raise refuse("several", "名册上有几位同名，请填写手机号。", "phone")
    return f"{Listed.REF}:{found[0].id}", found[0].stratum


def roll_faults(session: Session) -> Iterator[str]:
    """The roll has the size its ballot says, and whoever took part in a ballot with a roll stands on it."""
    lines = sa.select(sa.func.count()).where(Listed.ballot_id == Ballot.id).scalar_subquery()
    for number, size, many in session.execute(sa.select(Ballot.number, Ballot.roll_size, lines).where(lines != Ballot.roll_size)):
        yield f"{number} 名册应有 {size} 行，现有 {many} 行"
    mine = sa.literal("roll:") + sa.cast(Listed.id, sa.String)
    on_roll = sa.exists().where(Listed.ballot_id == Participant.ballot_id, mine == Participant.who)
    query = sa.select(Ballot.number, sa.func.count()).join(Participant, Participant.ballot_id == Ballot.id)
    for number, many in session.execute(query.where(Ballot.roll_size > 0, sa.not_(on_roll)).group_by(Ballot.number)):
        yield f"{number} 有 {many} 位参加人不在名册上"
