"""What each published version of a call changed, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as printed
from webapp.calls.editing.differences import differences
from webapp.calls.models import Version
from webapp.calls.rules import CallRules


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version in the list of a call's versions."""

    version: int
    digest: str
    reason: str
    at: datetime


def versions_of(session: Session, call_id: int) -> list[VersionRow]:
    """The published versions of a call's rules, newest first."""
    query = sa.select(Version.version, Version.digest, Version.reason, Version.at).where(Version.call_id == call_id)
    return [VersionRow(*one) for one in session.execute(query.order_by(Version.version.desc()))]


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed on one page of the rules: a sentence each."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version: when, why, and what it changed against the one before; the first changes nothing."""

    version: int
    at: datetime
    reason: str
    digest: str
    closes_at: datetime | None
    changed: tuple[Changed, ...]
    newest: int


def version_of(session: Session, call_id: int, version: int) -> VersionPage | None:
    """A published version against the one before; None when there is no such version."""
    query = sa.select(Version).where(Version.call_id == call_id, Version.version.in_((version - 1, version)))
    found = {one.version: one for one in session.scalars(query)}
    if version not in found:
        return None
    one = found[version]
    newest = session.scalar(sa.select(sa.func.max(Version.version)).where(Version.call_id == call_id)) or version
    changed = tuple(_changed(found[version - 1], one)) if version - 1 in found else ()
    return VersionPage(one.version, one.at, one.reason, one.digest, one.closes_at, changed, newest)


def _changed(old: Version, new: Version) -> Iterator[Changed]:
    around = []
    if old.closes_at and new.closes_at and old.closes_at != new.closes_at:
        around.append(f"申报截止：{printed.until(old.closes_at)} 改为 {printed.until(new.closes_at)}")
    if old.intro is not None and new.intro is not None:
        around += _lines(old.intro, new.intro)
    if around:
        yield Changed("公告", tuple(around))
    by_page: dict[str, list[str]] = {}
    for one in differences(_json(old.rules), _json(new.rules)):
        by_page.setdefault(one.page, []).append(one.sentence)
    yield from (Changed(page, tuple(sentences)) for page, sentences in by_page.items())


def _json(rules: dict[str, Any]) -> dict[str, Any]:
    """Rules of any schema in today's, so that a new field of the house is no change of the call."""
    return CallRules.from_json(rules).to_json()


def _lines(old: str, new: str) -> Iterator[str]:
    before, after = ([line.strip() for line in text.splitlines() if line.strip()] for text in (old, new))
    yield from (f"公告正文删去：“{line}”" for line in before if line not in after)
    yield from (f"公告正文写明：“{line}”" for line in after if line not in before)
