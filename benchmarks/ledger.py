"""A book of 100,000 postings and 20,000 spending documents: its pages beside the floor, their statements, and `sanshe doctor` on it.

`python -m benchmarks.ledger` measures this alone; `make bench` has it among the others.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks import every_page, floor
from benchmarks.scenes import Inside, Request, Scenes, bare_reading, expect, make_app
from benchmarks.seed import City, Sizes, Writer, open_house, seed
from benchmarks.serving import Load, Person, Server, Wire, press, sanshe
from reports.money import Money
from tests.counting import counted
from webapp.book.models import Account, Checkpoint, Posting, Transaction
from webapp.book.queries import chain_of, digest_of
from webapp.book.queries import totals as book_totals
from webapp.book.rules import moves
from webapp.calls.models import Fund
from webapp.core import journal
from webapp.core.clock import today
from webapp.core.db import make_engine, reading, transaction
from webapp.core.trace import Trace
from webapp.funding.models import Document, Spending
from webapp.projects.models import BudgetLine, Project
from webapp.reporting import funding_book
from webapp.reporting.papers import Asked
from webapp.reporting.queries import funding
from webapp.reporting.queries.asked import Wish
from webapp.reporting.registry import PAPERS

SLICES = ("funding",)
PAGES = ("book", "book_of_a_kind", "months", "fund", "funds", "tranches", "spendings", "project", "desk")
ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Amount:
    """How large the book becomes."""

    postings: int = 100_000
    documents: int = 20_000
    projects: int = 500

    def part(self, of: int) -> Amount:
        return Amount(self.postings // of, self.documents // of, max(self.projects // of, 2))


@dataclass(frozen=True, slots=True)
class Told:
    """What was measured on it."""

    postings: int
    documents: int
    statements: dict[str, int]
    statements_small: dict[str, int]
    pages: dict[str, dict[str, float]]
    """Of each page: processor milliseconds of the floor's and ours, and the ratio."""
    report_s: float
    """Processor seconds for all figures of the funding report."""
    papers_s: dict[str, float]
    """Seconds until a paper has its figures, of each that is about all, a fund or a project, as one asks for it; the better of two."""
    doctor_s: float
    doctor_mb: float
    doctor_grown_mb: float
    """What the doctor needed beyond a twentieth of the book."""


class Book:
    """Transactions of one fund's year, written in bulk as the verbs of the book write them one by one."""

    def __init__(self, session: Session, out: Writer, fund: str, year: int, by: int) -> None:
        self.session, self.out, self.fund, self.year, self.by = session, out, fund, year, by
        self.accounts = {
            (one.kind, one.reason): one for one in session.scalars(sa.select(Account).where(Account.fund == fund, Account.year == year))
        }
        self.kept = {
            (one.area_code, one.kind, one.verb): one
            for one in session.scalars(sa.select(Checkpoint).where(Checkpoint.fund == fund, Checkpoint.year == year))
        }
        self.head = session.get_one(journal.Head, chain_of(fund, year))

    def post(self, verb: str, reason: str, fen: int, source: str, at: datetime) -> None:
        """One balanced transaction with its postings, balances, running totals and entry in the chain."""
        lines = [line for left, right in moves(verb, self.fund, self.year, reason) for line in ((left, -fen), (right, fen))]
        row: dict[str, Any] = {
            "kind": verb, "fund": self.fund, "year": self.year, "reason": reason, "source": source, "day": today(at), "at": at,
            "by_id": self.by, "second_id": None, "memo": "", "reverses_id": None,
        }  # fmt: skip
        told = [(pot.kind, pot.fund, pot.year, pot.reason, amount) for pot, amount in lines]
        row["digest"] = digest_of(SimpleNamespace(**row), told)  # type: ignore[arg-type]
        key = self.out.add(Transaction, **row)
        area = next(self.accounts[pot.kind, pot.reason].area_code for pot, _ in lines if pot.reason)
        for pot, amount in lines:
            account = self.accounts.get((pot.kind, pot.reason)) or self._open(pot.kind, pot.reason, area)
            account.balance_fen = account.balance_fen + Money(amount)
            self.out.add(Posting, transaction_id=key, account_id=account.id, fen=Money(amount))
            self._count(account.area_code, pot.kind, verb, amount)
        self._record(verb, {"transaction": key, "source": source, "reason": reason, "digest": row["digest"]}, at)

    def _open(self, kind: str, reason: str, area: str) -> Account:
        made = Account(kind=kind, fund=self.fund, year=self.year, reason=reason, area_code=area, balance_fen=Money(0))
        self.session.add(made)
        self.session.flush()
        self.accounts[kind, reason] = made
        return made

    def _count(self, area: str, kind: str, verb: str, amount: int) -> None:
        one = self.kept.get((area, kind, verb))
        if one is None:
            one = Checkpoint(fund=self.fund, year=self.year, area_code=area, kind=kind, verb=verb, fen=Money(0))
            self.session.add(one)
            self.kept[area, kind, verb] = one
        one.fen = one.fen + Money(amount)

    def _record(self, verb: str, data: dict[str, Any], at: datetime) -> None:
        entry: dict[str, Any] = {
            "subject": self.head.subject, "number": self.head.number + 1, "step": verb, "before": None, "after": None,
            "by": f"person:{self.by}", "on_behalf": None, "at": at, "data": data, "note_digest": None, "prev": self.head.hash,
            "algorithm": journal.ALGORITHM,
        }  # fmt: skip
        entry["hash"] = journal._hash(SimpleNamespace(**entry))  # type: ignore[arg-type]
        self.out.add(journal.Entry, **entry)
        self.head.number, self.head.hash, self.head.at = entry["number"], entry["hash"], at


def fill(address: str, amount: Amount) -> City:
    """A city with a long book: half its projects have their first tranche, spend it on documents, and payments came and went."""
    city = seed(address, Sizes(applications=60, judges=5, votes=200, fresh=200, needs=10, projects=amount.projects, experts=60))
    engine = make_engine(address)
    with transaction(engine) as session:
        out = Writer(session)
        at = session.scalar(sa.select(sa.func.max(Transaction.at))) or datetime.now(UTC)
        at = (at if isinstance(at, datetime) else datetime.fromisoformat(at)).astimezone(UTC) + timedelta(seconds=1)
        fund, year = session.execute(sa.select(Transaction.fund, Transaction.year).order_by(Transaction.id).limit(1)).one()
        book = Book(session, out, fund, year, city.cast.accountant.id)
        paid = session.execute(
            sa.select(Project.id, BudgetLine.id).join(BudgetLine, BudgetLine.project_id == Project.id).where(Project.paid_fen > Money(0))
        ).all()
        before = session.scalar(sa.select(sa.func.count()).select_from(Posting)) or 0
        each = amount.documents // len(paid)
        for n, (project, line) in enumerate(paid):
            _documents(session, out, book, city, project, line, each, n, at)
        cycles = max(0, (amount.postings - before - 2 * each * len(paid)) // 4)
        for n in range(cycles):
            reason = f"project:{paid[n % len(paid)][0]}"
            book.post("request", reason, 100, f"bench/again/{n}/request", at)
            book.post("bounce", reason, 100, f"bench/again/{n}/bounce", at)
        out.write()
        session.flush()
        if engine.dialect.name == "postgresql":
            from benchmarks.seed import _restart_sequences  # noqa: PLC0415 -- keys were given by hand here as there

            _restart_sequences(session)
    engine.dispose()
    city.counts["postings"], city.counts["documents"] = before + 2 * each * len(paid) + 4 * cycles, each * len(paid)
    return city


def _documents(session: Session, out: Writer, book: Book, city: City, project: int, line: int, many: int, n: int, at: datetime) -> None:
    """Accepted claims of 100 元 each, each on a document of its own."""
    fen = 10_000
    for turn in range(many):
        number = f"26{n:06d}{turn:06d}"
        document = out.add(
            Document, kind="einvoice", register="einvoice", key=number, number=number, face_fen=Money(fen), claimed_fen=Money(fen),
            serial=int(number),
        )  # fmt: skip
        key = out.begin(
            Spending, "accepted", at, [("accept", {})], project_id=project, document_id=document, budget_line_id=line, title="活动物资",
            payee="好邻居超市", spent_on=today(at), amount_fen=Money(fen), by_id=city.cast.member.id,
        )  # fmt: skip
        out.add(Trace, parent=f"project:{project}", child=f"spending:{key}")
        book.post("spend", f"project:{project}", fen, f"spending:{key}/spend", at)
    spent = Money(fen * many)
    session.execute(sa.update(Project).where(Project.id == project).values(spent_fen=spent))
    session.execute(sa.update(BudgetLine).where(BudgetLine.id == line).values(spent_fen=spent))


def addresses(scenes: Scenes) -> dict[str, tuple[Person, str]]:
    """The pages that answer with a balance, a rate or a list of money."""
    finance = scenes.signed_in(scenes.city.cast.accountant.id)
    with scenes.app.app_context(), Session(scenes.app.extensions["sqlalchemy"].engines[None]) as session:
        fund = session.scalars(sa.select(Transaction.fund).order_by(Transaction.id).limit(1)).one().partition(":")[2]
        project = session.scalars(sa.select(Project.id).where(Project.paid_fen > Money(0)).order_by(Project.id.desc()).limit(1)).one()
    paths = (
        f"/funds/{fund}/book", f"/funds/{fund}/book?kind=pay", f"/funds/{fund}/months", f"/funds/{fund}", "/funds", "/tranches", "/spendings",
        f"/projects/{project}", "/desk",
    )  # fmt: skip
    return {name: (finance, path) for name, path in zip(PAGES, paths, strict=True)}


def statements(scenes: Scenes) -> dict[str, int]:
    """How many statements each money page sends, those measured and every other of the slice."""
    door, found = Inside(scenes.app), {}
    for name, (who, path) in addresses(scenes).items():
        expect(HTTPStatus.OK, door.send(who, "GET", path))
        with counted() as sent:
            door.send(who, "GET", path)
        found[name] = len(sent)
    return found | every_page.counts(scenes, SLICES)


def _doctor(folder: Path, address: str) -> tuple[float, float]:
    """Seconds, and megabytes at the most, of one `sanshe doctor` that finds nothing."""
    seconds, most, _ = sanshe(folder, address, "doctor")
    return seconds, most


def _report(address: str) -> float:
    """Processor seconds in which the funding report's figures come out of the book, by fund, call, place, category, organisation and month."""
    engine = make_engine(address)
    with reading(engine) as session:
        started = time.process_time()
        found = funding.gather(session, Wish(datetime(2100, 1, 1, tzinfo=UTC), sources=("platform",))).platform
        assert found is not None
        told = funding_book.figured(found)["total"]["committed_fen"]
        took = time.process_time() - started
        assert told == book_totals(session).committed.fen
    engine.dispose()
    return took


def papers_of(address: str, city: City) -> dict[str, float]:
    """Seconds of each paper over all one answers for, over the fund, and over the project with the longest book."""
    engine, at = make_engine(address), datetime.now(UTC)
    found: dict[str, float] = {}
    with reading(engine) as session:
        longest = sa.select(Account.reason).join(Posting, Posting.account_id == Account.id).where(Account.reason.startswith("project:"))
        reason = session.scalars(longest.group_by(Account.reason).order_by(sa.func.count().desc()).limit(1)).one()
        fund = session.scalars(sa.select(Account.fund).where(Account.reason == reason).limit(1)).one()
        subjects: dict[Any, Any] = {None: None}
        for model, ref in ((Project, reason), (Fund, fund)):
            subjects[model] = session.get_one(model, int(ref.partition(":")[2]))
        by = city.cast.accountant.viewer(session, at)
        for key, paper in PAPERS.items():
            if paper.about not in subjects or paper.ready(subject := subjects[paper.about]):
                continue
            choices = paper.choices(session, subject, at) if paper.choices else [("", "")]
            if choices:
                asked = Asked(as_of=at, viewer=by, choice=choices[0][0], base="https://example.org")
                found[key] = round(
                    min(_seconds(lambda a=asked, p=paper, s=subject: p.build(p.gather(session, s, a), a)) for _ in range(2)), 2
                )
    engine.dispose()
    return found


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _beside(folder: Path, address: str, bare: str, scenes: Scenes, requests: int) -> dict[str, dict[str, float]]:
    """Each page and the floor's list in turns: processor time for one request."""
    floor.fill(bare, 2_000, 0)
    compiled = {"PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    ours = {"SANSHE_DATA": str(folder), "SANSHE_DATABASE": address}
    found: dict[str, dict[str, float]] = {}
    with (
        Server("benchmarks.floor:make_site()", {"FLOOR_DATABASE": bare} | compiled, "/") as low,
        Server("webapp.cli:make_site()", ours | compiled, "/sign-in") as high,
    ):
        for name, (who, path) in addresses(scenes).items():
            loads = {"floor": Load(), "ours": Load()}
            for turn in range(ROUNDS + 1):
                for whose, server, request in (("floor", low, bare_reading("/")), ("ours", high, _reading(who, path))):
                    took = press(server.port, 1, requests // ROUNDS if turn else 10, request, server.cpu)
                    if turn:  # the first turn warms both up
                        loads[whose].add(took)
            each = {whose: round(load.each, 2) for whose, load in loads.items()}
            waits = {f"{whose}_p50_ms": round(load.percentile(0.5), 1) for whose, load in loads.items()}
            found[name] = {**each, **waits, "ratio": round(each["ours"] / each["floor"], 2)}
    return found


def _reading(who: Person, path: str) -> Request:
    def request(wire: Wire, client: int, turn: int) -> None:
        expect(HTTPStatus.OK, wire.send(who, "GET", path))

    return request


def measure(folder: Path, large: str, small: str, bare: str, amount: Amount | None = None, requests: int = 600) -> Told:
    """Everything of the book. On PostgreSQL the database's own work is not in the processor times."""
    amount = amount or Amount()
    little = amount.part(20)
    few = Scenes(make_app(folder, small), fill(small, little))
    counts_small, (_, mb_small) = statements(few), _doctor(folder, small)
    scenes = Scenes(make_app(folder, large), fill(large, amount))
    counts = statements(scenes)
    seconds, mb = _doctor(folder, large)
    pages = _beside(folder, large, bare, scenes, requests)
    city, took = scenes.city.counts, round(_report(large), 2)
    papers = papers_of(large, scenes.city)
    return Told(
        city["postings"],
        city["documents"],
        counts,
        counts_small,
        pages,
        took,
        papers,
        round(seconds, 1),
        round(mb, 1),
        round(mb - mb_small, 1),
    )


def figures(told: dict[str, Any]) -> dict[str, float]:
    """What of it has an aim, by the aim's name."""
    counts, small = told["statements"], told["statements_small"]
    return {
        **{f"ledger_{name}": page["ratio"] for name, page in told["pages"].items()},
        "ledger_statements": max(counts.values()),
        "ledger_statements_grown": max(count - small.get(name, count) for name, count in counts.items()),
        "ledger_report_s": max(told["report_s"], *told.get("papers_s", {}).values(), 0),
        "doctor_s": told["doctor_s"],
        "doctor_grown_mb": told["doctor_grown_mb"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.ledger", description=__doc__)
    parser.add_argument("--part", type=int, default=1, help="so many times smaller")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sanshe-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        open_house(folder)
        large, small, bare = (f"sqlite:///{folder / one}.db" for one in ("large", "small", "floor"))
        told = measure(folder, large, small, bare, Amount().part(asked.part) if asked.part > 1 else Amount())
    print(json.dumps({field: getattr(told, field) for field in told.__slots__}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
