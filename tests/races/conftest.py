"""A city with work waiting, and the real server before it: one for all tests of a module on one database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from tests import make
from tests.applications import forms
from tests.ballots import papers
from tests.cast import TAO, Cast, Someone
from tests.conftest import Template, house_of_ones_own
from tests.funding import walk
from tests.projects import stage
from tests.races.rivals import SOAK
from tests.races.server import Client, Server
from webapp import app as house
from webapp import cli
from webapp.accounts.models import Person
from webapp.applications.models import Application, Snapshot
from webapp.ballots.models import Choice
from webapp.book import actions as book
from webapp.calls.models import Call, Version
from webapp.core import files, journal
from webapp.core.clock import today
from webapp.core.db import make_engine, reading, transaction
from webapp.core.numbers import Counter
from webapp.core.settings import Setting
from webapp.funding import actions as funding
from webapp.funding.models import Tranche
from webapp.funding.queries.pages import key_of
from webapp.needs.models import Need
from webapp.reviews.models import Notice, Result


@dataclass(frozen=True)
class Stock:
    """How much work of each kind a module's tests need (its `STOCK`); every test takes its own."""

    residents: int = 0
    needs: int = 0
    drafts: int = 0
    sent: int = 0
    checked: int = 0
    books: int = 0
    """Of each: transfers and corrections that wait, months that can be closed, batches the bank has answered."""


@dataclass
class City:
    """The prepared database, the server on it, and keys of the work that waits."""

    server: Server
    engine: sa.Engine
    cast: Cast
    ballot: int = 0
    choices: list[int] = field(default_factory=list)
    residents: list[Someone] = field(default_factory=list)
    drafts: list[int] = field(default_factory=list)
    """Applications that can be submitted."""
    sent: list[int] = field(default_factory=list)
    """Tranches the bank was asked to pay."""
    checked: list[int] = field(default_factory=list)
    """Tranches that wait for approval."""
    transfers: list[int] = field(default_factory=list)
    corrections: list[int] = field(default_factory=list)
    months: list[tuple[int, date]] = field(default_factory=list)
    """A fund, and its month that is over."""
    batches: list[tuple[int, int, str]] = field(default_factory=list)
    """A batch, its only tranche, and how the bank calls it."""
    needs: list[int] = field(default_factory=list)
    """Needs nobody has accepted."""

    def client(self, person: Any) -> Client:
        return Client(self.server, person)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with reading(self.engine) as session:
            yield session

    def count(self, model: Any, *where: Any) -> int:
        with self.read() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0

    def steps(self, ref: str, step: str) -> int:
        """How often the journal says that a step was taken."""
        return self.count(journal.Entry, journal.Entry.subject == ref, journal.Entry.step == step)

    def damage(self) -> list[str]:
        """What the checks of `sanshe doctor` find, without starting it, and numbers that are missing."""
        files.open_store(self.server.data / "files")
        with self.read() as session:
            return [f"{name}: {one}" for name, check in cli.checks() for one in check(session)] + list(_gaps(session))


def _gaps(session: Session) -> Iterator[str]:
    """Numbers taken and not used, or used twice; the counter is where the last number is."""
    for kind, column in (("X", Need.number), ("S", Application.number), ("Z", Call.number)):
        lasts = dict(session.execute(sa.select(Counter.year, Counter.last).where(Counter.kind == kind)).all())
        used = list(session.scalars(sa.select(column)))
        for year, last in lasts.items():
            places = sorted(int(number.partition("-")[2]) for number in used if number.startswith(f"{kind}{year}-"))
            if places != list(range(1, last + 1)):
                yield f"{kind}{year}: {places} counted to {last}"


def _seed(session: Session, city: City, stock: Stock) -> None:
    """Work of every kind that a race needs. It began a quarter of an hour ago, for the server's clock is the real one."""
    cast, at = city.cast, datetime.now(UTC) - timedelta(minutes=15)
    people = [Person(name=f"居民{n}", area_code=TAO, born_on=date(1970, 1, 1)) for n in range(stock.residents)]
    session.add_all(people)
    session.flush()
    city.residents = [Someone(one.id, one.name) for one in people]
    unlimited = {kind: [10**9] * 3 for kind in ("address", "device", "phone")}  # all come from this one machine
    session.add(Setting(key="ballot.limits", area_code="32", from_day=date(2020, 1, 1), value=unlimited))
    ballot = papers.opened(session, cast.worker.viewer(session, at), opens_at=at - timedelta(hours=1))
    city.ballot = ballot.id
    city.choices = list(session.scalars(sa.select(Choice.id).where(Choice.ballot_id == ballot.id).order_by(Choice.position)))
    city.needs = [make.need(session, at, state="collected", person=cast.granny, title=f"路灯不亮 {n}").id for n in range(stock.needs)]
    money = make.fund(session, cast)
    calls = [forms.call(session, cast, at, money=money) for _ in range(stock.drafts)]  # one each: a call takes two of an organisation
    city.drafts = [forms.filled(session, cast, at, call, title=f"银龄陪伴 {n}").id for n, call in enumerate(calls)]
    for n in range(stock.sent + stock.checked):
        _, tranches = walk.planned(session, cast, money=money)
        if n < stock.sent:
            walk.approved(session, cast, tranches[0])
            city.sent.append(tranches[0].id)
        else:
            _checked(session, cast, tranches[0])
            city.checked.append(tranches[0].id)
    alone = [walk.planned(session, cast, money=money) for _ in range(stock.books)]
    for _, tranches in alone:
        walk.approved(session, cast, tranches[0])
    for project, tranches in alone:
        batch = funding.create_batch(session, [tranches[0].id], by=cast.accountant.viewer(session, at), at=at)
        city.batches.append((batch.id, tranches[0].id, key_of(project.number, 1)))
    if stock.books:
        _books(session, city, stock.books, at)
    if city.sent:
        funding.create_batch(session, city.sent, by=cast.accountant.viewer(session, at), at=at)
    _settle(session)


def _books(session: Session, city: City, many: int, at: datetime) -> None:
    """Money to be passed on, budgets that were a mistake, and funds with a month that is over."""
    by = city.cast.accountant.viewer(session, at)
    source, target = make.fund(session, city.cast, name="甲资金"), make.fund(session, city.cast, area="320508019", name="乙资金")
    more: dict[str, Any] = {"area_code": "320508", "by": by, "at": at}
    book.budget(session, source.ref, at.year, Money(1_000_000), source="whole", **more)
    for n in range(many):
        moved = funding.prepare_transfer(
            session, source, year=at.year, to=target, to_year=at.year, amount=Money(100), document=f"{n}号", by=by, at=at
        )
        city.transfers.append(moved.id)
        wrong = book.budget(session, source.ref, at.year, Money(100), source=f"wrong:{n}", **more)
        city.corrections.append(funding.ask_correction(session, wrong, reason="错了", by=by, at=at).id)
        old, before = make.fund(session, city.cast, name=f"旧资金{n}"), at - timedelta(days=40)
        book.budget(session, old.ref, before.year, Money(100), source=f"old:{n}", **(more | {"at": before}))
        city.months.append((old.id, today(before).replace(day=1)))


def _checked(session: Session, cast: Cast, tranche: Tranche) -> None:
    papers_of = {"receipt_kind": "invoice", "receipt_number": f"2601{tranche.id}", "papers": [stage.picture("发票.jpg")]}
    funding.request(session, tranche, **papers_of, by=cast.lead.viewer(session, walk.START), at=walk.START)  # type: ignore[arg-type]
    funding.prepare(session, tranche, note="符合协议", by=cast.officer.viewer(session, walk.START), at=walk.START)
    funding.check(session, tranche, by=cast.accountant.viewer(session, walk.START), at=walk.START)


def _settle(session: Session) -> None:
    """Give what `tests.make` made the digests and the running numbers that the verbs would have given."""
    for version in session.scalars(sa.select(Version)):
        version.digest = journal.digest(journal.canonical(version.rules))
    for snapshot in session.scalars(sa.select(Snapshot)):
        snapshot.digest = journal.digest(journal.canonical(snapshot.content))
    for notice in session.scalars(sa.select(Notice)):
        notice.digest = journal.digest(journal.canonical(notice.content))
    for one in session.scalars(sa.select(Application).where(Application.awarded_fen.is_not(None))):
        session.add(Result(application_id=one.id, call_id=one.call_id, outcome="propose", amount_fen=one.awarded_fen))
    for kind, model, width in (("X", Need, 4), ("Z", Call, 3), ("S", Application, 4)):
        found: Any = session.scalars(sa.select(model).order_by(model.id)).all()  # type: ignore[attr-defined]
        for row in found:
            row.number = f"{kind}?{row.id}"
        session.flush()
        for place, row in enumerate(found, 1):
            row.number = f"{kind}{walk.START.year}-{place:0{width}d}"
        session.execute(sa.delete(Counter).where(Counter.kind == kind))
        session.add(Counter(kind=kind, area="", year=walk.START.year, last=len(found)))
    session.flush()


@pytest.fixture(scope="module")
def city(template: Template, keys: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("city")
    address = house_of_ones_own(template, keys, folder, request)
    house.unite()
    files.open_store(folder / "files")
    engine = make_engine(address)
    found = City(Server(address, folder, quick=not SOAK), engine, template.cast)
    with transaction(engine) as session:
        _seed(session, found, request.module.STOCK)
    found.server.start()
    yield found
    found.server.stop()
    engine.dispose()


@pytest.fixture(scope="module")
def together() -> Iterator[Callable[..., list[Any]]]:
    """`together(work, [args, …])`: each call in a process of its own; the work is told the same moment to begin at."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield lambda work, shares: [one.result() for one in [pool.submit(work, *share) for share in shares]]
