"""One application compared with so many others: those of its round, of past years and the published library.

The texts are as long as real ones, and as alike: each has the words that every application of a call repeats, some sentences out
of a stock that many share, and for the rest its own. The one that is compared has a paragraph copied from one of them, and a
title like one of the library's: both must be found.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tests import make
from tests.cast import gather
from webapp import app as house
from webapp.applications.models import Application, Snapshot
from webapp.calls.rules import template
from webapp.core import migrate
from webapp.core.db import make_engine, transaction
from webapp.findings import actions
from webapp.findings.models import Finding, Indexed, Print
from webapp.findings.rules import prints, text_of, title_prints
from webapp.library.models import PublishedProject

MANY, LIBRARY = 20_000, 1_000
CHUNK = 1_000
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HANZI = [chr(code) for code in range(0x4E00, 0x4E00 + 3_000)]


@dataclass(frozen=True, slots=True)
class Told:
    """What one comparison took."""

    seconds: float
    """The slowest of five: read, compare, and keep what was found."""
    compared_with: int
    prints: int
    found: int


class Words:
    """Texts of a city, the same each time."""

    def __init__(self, seed: int = 1) -> None:
        self.chance = random.Random(seed)
        self.repeated = self.some(120)
        self.stock = [self.some(self.chance.randrange(30, 80)) for _ in range(400)]

    def some(self, many: int) -> str:
        return "".join(self.chance.choices(HANZI, k=many))

    def title(self) -> str:
        return f"{self.some(4)}社区{self.some(4)}服务项目"

    def content(self) -> dict[str, Any]:
        own = [self.some(self.chance.randrange(150, 260)) for _ in range(6)]
        stock = ["，".join(self.chance.sample(self.stock, 3)) for _ in range(2)]
        answers = {f"q{n}": words for n, words in enumerate([self.repeated, *stock, *own])}
        return {"title": self.title(), "sections": {"plan": answers}, "budget": [], "requested_fen": 5_000_000}


def fill(engine: sa.Engine, many: int, library: int) -> tuple[int, int]:
    """A city with so many applications and published projects, all indexed; gives the application that is to be compared, and the prints."""
    words = Words()
    with transaction(engine) as session:
        cast = gather(session, AT)
        on = make.call(session, cast, AT, rules=template().to_json())
        first = make.application(session, cast, AT, on, content=words.content())
        first_id, row = first.id, {c.key: getattr(first, c.key) for c in sa.inspect(Application).column_attrs}
    kept = 0
    organisations = [cast.offices[name] for name in ("chenguang", "qingmiao", "service")]
    source: dict[str, Any] = {}
    for start in range(0, many, CHUNK):
        part = range(first_id + 1 + start, first_id + 1 + min(start + CHUNK, many))
        contents = {key: words.content() for key in part}
        source = source or contents[part[0]]
        with transaction(engine) as session:
            session.execute(
                sa.insert(Application),
                [
                    row | {"id": key, "number": f"S2020-{key:06d}", "title": one["title"], "organisation_id": organisations[1 + key % 2]}
                    for key, one in contents.items()
                ],
            )
            session.execute(
                sa.insert(Snapshot),
                [
                    {"application_id": key, "number": 1, "content": one, "digest": "0" * 64, "by_id": cast.lead.id, "at": AT}
                    for key, one in contents.items()
                ],
            )
            kept += _index(session, "application", {key: text_of(one) for key, one in contents.items()})
    wanted = words.content()
    wanted["sections"]["plan"]["q5"] = source["sections"]["plan"]["q4"]
    with transaction(engine) as session:
        published = [
            PublishedProject(
                city="苏州", year_text="2019", year_from=2019, year_to=2019, year_inferred=False, programme="第一届", project=words.title(),
                organisation=f"机构{n}", category="", amount_text="", low_fen=None, high_fen=None, note="", source="x", read_at=AT,
            )
            for n in range(library)
        ]  # fmt: skip
        session.add_all(published)
        session.flush()
        wanted["title"] = f"“{published[0].project}”（第二期）"
        texts = {one.id: text_of({"title": one.project}) for one in published}
        kept += _index(session, PublishedProject.REF, texts)
        session.execute(sa.update(Snapshot).where(Snapshot.application_id == first_id).values(content=wanted))
        session.execute(sa.update(Application).where(Application.id == first_id).values(title=wanted["title"]))
    return first_id, kept


def _index(session: Any, kind: str, texts: dict[int, Any]) -> int:
    """The same rows as `findings.actions` keeps for each text."""
    titles = {key: title_prints(text.title) for key, text in texts.items()}
    session.execute(sa.insert(Indexed), [{"kind": kind, "object_id": key, "pairs": len(titles[key]), "seen": AT} for key in texts])
    keys = dict(session.execute(sa.select(Indexed.object_id, Indexed.id).where(Indexed.kind == kind, Indexed.object_id.in_(texts))).all())
    lines = [
        {"number": number, "text_id": keys[key]} for key, text in texts.items() for number in sorted(prints(text) | titles[key])
    ]  # fmt: skip
    session.execute(sa.insert(Print), lines)
    return len(lines)


def measure(address: str, many: int = MANY, library: int = LIBRARY) -> Told:
    """Fill an empty database and compare. Raises AssertionError when what was planted is not found."""
    house.unite()
    engine = make_engine(address)
    try:
        migrate.upgrade(engine)
        key, kept = fill(engine, many, library)
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
        took = []
        for turn in range(5):
            began = time.perf_counter()
            actions.look(engine, key, AT + timedelta(minutes=turn + 1))
            took.append(time.perf_counter() - began)
        with transaction(engine) as session:
            found = list(session.execute(sa.select(Finding.kind, Finding.other).where(Finding.application_id == key)))
            found += list(session.execute(sa.select(Finding.kind, sa.literal("")).where(Finding.other_id == key)))
        assert any(kind == "alike" and other.startswith(PublishedProject.REF) for kind, other in found), (
            "a title of the library was not found"
        )
        assert any(kind == "alike" and not other.startswith(PublishedProject.REF) for kind, other in found), (
            "a copied paragraph was not found"
        )
        return Told(round(max(took), 3), many + library, kept, len(found))
    finally:
        engine.dispose()
