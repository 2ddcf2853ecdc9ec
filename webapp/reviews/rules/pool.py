"""The expert pool as a sheet: out and back in one layout, every bad cell told at its cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date

from reports.report import Column
from webapp.core.sheets import Fault, Row
from webapp.reviews.models import FIELDS

HEADINGS = {
    "login": "账号",
    "name": "姓名",
    "fields": "领域",
    "employer": "单位",
    "title": "职称",
    "available": "可否邀请",
    "away_from": "不能参加从",
    "away_until": "不能参加到",
}
COLUMNS = tuple(Column(key, title) for key, title in HEADINGS.items())
YES, NO = "可以", "暂停"
SEPARATOR = "、"
BY_LABEL = {label: key for key, label in FIELDS.items()}
MOST = 5_000
SHOWN = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """What the pool holds of an expert; the first field is the main one, by which the seat is named."""

    fields: tuple[str, ...]
    employer: str
    title: str
    available: bool
    away_from: date | None
    away_until: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody with the role of an expert, and (None: not in the pool yet) what the pool holds."""

    person_id: int
    name: str
    entry: Entry | None


def said(login: str, known: Known) -> tuple[str, ...]:
    """One line of the sheet."""
    entry = known.entry or Entry((), "", "", True, None, None)
    days = (day.isoformat() if day else "" for day in (entry.away_from, entry.away_until))
    labels = SEPARATOR.join(FIELDS[one] for one in entry.fields)
    return (login, known.name, labels, entry.employer, entry.title, YES if entry.available else NO, *days)


def judged(lines: Iterable[Row | Fault], known: Mapping[str, Known]) -> tuple[dict[int, Entry], list[str]]:
    """Person → what the sheet says of him where that differs from what is known; and what is wrong, cell by cell."""
    found: dict[int, Entry] = {}
    wrong: list[str] = []
    seen: dict[str, str] = {}
    for line in lines:
        if isinstance(line, Fault):
            wrong.append(f"{line}。")
            continue
        login = line[HEADINGS["login"]].strip()
        faults = [*_who(line, login, known, seen)]
        entry = _entry(line, faults)
        wrong += faults
        if not faults and entry is not None and entry != known[login].entry:
            found[known[login].person_id] = entry
    return found, wrong


def _at(line: Row, key: str, reason: str) -> str:
    return f"{line.at(HEADINGS[key])}：{reason}"


def _who(line: Row, login: str, known: Mapping[str, Known], seen: dict[str, str]) -> Iterable[str]:
    if login in seen:
        yield _at(line, "login", f"账号“{login}”在{seen[login]}已经有一行，请删去一行。")
    elif login not in known:
        yield _at(line, "login", f"没有账号是“{login}”的评委，请核对账号；新评委请先由系统管理员开通评委账号。")
    elif line[HEADINGS["name"]].strip() != known[login].name:
        yield _at(line, "name", f"账号“{login}”的姓名是“{known[login].name}”，请核对是不是填错了行。")
    seen[login] = line.at(HEADINGS["login"])


def _entry(line: Row, faults: list[str]) -> Entry | None:
    cells = {key: line[title].strip() for key, title in HEADINGS.items()}
    labels = [one.strip() for one in cells["fields"].replace("，", SEPARATOR).replace(",", SEPARATOR).split(SEPARATOR) if one.strip()]
    if not labels:
        faults.append(_at(line, "fields", f"请填写领域，可填：{SEPARATOR.join(BY_LABEL)}。"))
    elif unknown := [one for one in labels if one not in BY_LABEL]:
        faults.append(_at(line, "fields", f"没有“{unknown[0]}”这个领域，可填：{SEPARATOR.join(BY_LABEL)}。"))
    if not cells["employer"]:
        faults.append(_at(line, "employer", "请填写工作单位，没有单位的写“无”。"))
    if cells["available"] not in {YES, NO}:
        faults.append(_at(line, "available", f"请填“{YES}”或“{NO}”。"))
    days = {key: _day(line, key, cells[key], faults) for key in ("away_from", "away_until")}
    if days["away_from"] and days["away_until"] and days["away_until"] < days["away_from"]:
        faults.append(_at(line, "away_until", "不能早于开始的那天。"))
    if bool(cells["away_from"]) != bool(cells["away_until"]):
        faults.append(_at(line, "away_until" if cells["away_from"] else "away_from", "开始和结束的日期要一起填。"))
    if faults:
        return None
    keys = tuple(dict.fromkeys(BY_LABEL[one] for one in labels))
    return Entry(keys, cells["employer"], cells["title"], cells["available"] == YES, days["away_from"], days["away_until"])


def _day(line: Row, key: str, text: str, faults: list[str]) -> date | None:
    try:
        return date.fromisoformat(text.split(" ")[0]) if text else None
    except ValueError:
        faults.append(_at(line, key, f"“{text}”不是日期，请写成 2026-03-01。"))
        return None


def changes(before: Entry | None, after: Entry) -> list[str]:
    """The names of what differs; all of them for somebody new."""
    return [one.name for one in fields(Entry) if before is None or getattr(before, one.name) != getattr(after, one.name)]
