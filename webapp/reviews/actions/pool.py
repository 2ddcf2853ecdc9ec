"""专家库: what is known of experts, kept by officers and by the experts themselves; nothing changes without an entry in the journal."""

import io
from datetime import date, datetime

from sqlalchemy.orm import Session

from webapp.core import journal, sheets
from webapp.core.files import Checked
from webapp.core.scope import Viewer
from webapp.core.workflow import Refusal, Refused, refuse
from webapp.reviews.models import Expert
from webapp.reviews.queries.pool import entry_of, known_of
from webapp.reviews.rules.pool import HEADINGS, MOST, SHOWN, Entry, changes, judged


def write_down(session: Session, person_id: int, entry: Entry, *, area_code: str, by: Viewer, at: datetime) -> bool:
    """Keep what is known of an expert; whether anything changed. What was before stays in the entry's note."""
    expert = session.get(Expert, person_id)
    before = entry_of(expert) if expert else None
    changed = changes(before, entry)
    if not changed:
        return False
    expert = expert or Expert(person_id=person_id, area_code=area_code)
    expert.field, expert.others = entry.fields[0], list(entry.fields[1:])
    expert.employer, expert.title, expert.available = entry.employer, entry.title, entry.available
    expert.away_from, expert.away_until = entry.away_from, entry.away_until
    session.add(expert)
    session.flush()
    told = "；".join(f"{name}：{getattr(before, name)}" for name in changed) if before else ""
    journal.record(session, expert.ref, "edit" if before else "create", by=by.ref, at=at, data={"changed": changed}, note=told)
    return True


def read_in(session: Session, *, file: Checked, area_code: str, by: Viewer, at: datetime) -> tuple[int, int]:
    """Take a sheet of the pool in, whole or not at all: (lines, how many experts changed).

    Refused at `file` with every bad cell. A sheet that comes back as it went out changes nothing.
    """
    known = known_of(session, by)
    try:
        lines = list(sheets.read(io.BytesIO(file.content), file.name, tuple(HEADINGS.values())))
    except sheets.SheetError as error:
        raise refuse("sheet", str(error), "file") from error
    if len(lines) > MOST:
        raise refuse("long", f"表里有 {len(lines)} 行，一次最多 {MOST} 行，请分成几个文件。", "file")
    found, wrong = judged(lines, known)
    if wrong:
        more = [f"还有 {len(wrong) - SHOWN} 处，改好这些再看。"] if len(wrong) > SHOWN else []
        raise Refused(*(Refusal("cell", one, "file") for one in [*wrong[:SHOWN], *more]))
    for person_id, entry in sorted(found.items()):
        write_down(session, person_id, entry, area_code=area_code, by=by, at=at)
    return len(lines), len(found)


def be_away(
    session: Session, expert: Expert, *, available: bool, away_from: date | None, away_until: date | None, by: Viewer, at: datetime
) -> None:
    """An expert says when he can come. Raises Refused for days in the wrong order."""
    if bool(away_from) != bool(away_until):
        raise refuse("days", "开始和结束的日期要一起填。", "away_until" if away_from else "away_from")
    if away_from and away_until and away_until < away_from:
        raise refuse("days", "不能早于开始的那天。", "away_until")
    now = entry_of(expert)
    entry = Entry(now.fields, now.employer, now.title, available, away_from, away_until)
    write_down(session, expert.person_id, entry, area_code=expert.area_code, by=by, at=at)
