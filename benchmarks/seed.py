"""A large city at once: rows written in bulk, each with the journal it would have, so that `sanshe doctor` passes over them.

Everything that reads is measured on these rows; nothing here is a way of making objects for anything else.
"""

from __future__ import annotations

import itertools
import secrets as random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from tests.cast import CHANGMEN, PINGJIANG, TAO, Cast, gather
from webapp.accounts.models import Membership, Organisation, Person
from webapp.applications.models import Application, Landing, SectionDraft, Snapshot
from webapp.ballots import voters
from webapp.ballots.models import Ballot, Choice, Participant, Vote
from webapp.book import actions as book
from webapp.calls.models import Call, Fund, Version
from webapp.calls.rules import template
from webapp.core import files, journal, migrate, search, secrets
from webapp.core.clock import today
from webapp.core.db import Base, make_engine, transaction
from webapp.core.numbers import Counter
from webapp.core.settings import Setting
from webapp.core.trace import Trace
from webapp.funding.models import Tranche
from webapp.needs.models import Need, Voice, Wording
from webapp.projects.models import BudgetLine, Milestone, Place, Project
from webapp.reviews.models import Assignment, Expert, Panel, Result, Seat
from webapp.reviews.rules.draw import seed_digest
from webapp.scoring.actions import freeze_rubric
from webapp.scoring.models import Score, Scorecard
from webapp.scoring.queries import digest_of as points_digest
from webapp.scoring.rules import given as given_points
from webapp.scoring.rules import items

CHUNK = 5_000
PLACES = (TAO, CHANGMEN, PINGJIANG)
WAITING = 200
"""Applications of the open call that wait for their formal check: the officer's to-dos."""
DRAFTS = 16
OPEN_FILES = 2
"""Applications whose cards are still to be filled in: enough for eight judges at once, and two more."""
"""Applications still being filled in, so that several people save at once without saving over one another."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of each; every application of the reviewed call has `judges` cards."""

    applications: int = 5_000
    judges: int = 5
    votes: int = 100_000
    fresh: int = 4_000
    """Residents who have not voted yet."""
    needs: int = 300
    projects: int = 200
    experts: int = 60

    def part(self, of: int) -> Sizes:
        """So many times smaller."""
        return Sizes(
            self.applications // of, self.judges, self.votes // of, max(self.fresh // of, 200), self.needs // of,
            self.projects // of, max(self.experts // of, self.judges),
        )  # fmt: skip


@dataclass
class City:
    """What the measuring needs to know of what was seeded."""

    sizes: Sizes
    cast: Cast
    call: int = 0
    application: int = 0
    drafts: list[int] = field(default_factory=list)
    ballot: int = 0
    panel: int = 0
    project: int = 0
    to_score: list[tuple[int, int]] = field(default_factory=list)
    """A judge and a file still to be scored."""
    voters: range = range(0)
    counts: dict[str, int] = field(default_factory=dict)


class Writer:
    """Rows for many tables, written in chunks, with plain keys that go on where the table ends."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.keys: dict[Any, Iterator[int]] = {}
        self.written: dict[str, int] = {}
        self.waiting: dict[tuple[Any, frozenset[str]], list[dict[str, Any]]] = {}

    def key(self, model: Any) -> int:
        """The next key of a table."""
        if model not in self.keys:
            self.keys[model] = itertools.count((self.session.scalar(sa.select(sa.func.max(model.id))) or 0) + 1)
        return next(self.keys[model])

    def add(self, model: Any, **row: Any) -> int:
        """One row; gives its key where the table has one. The journal's are left to the database: the book's verbs write there too."""
        if model is not journal.Entry and "id" in model.__table__.c and "id" not in row:
            row["id"] = self.key(model)
        self.waiting.setdefault((model, frozenset(row)), []).append(row)
        return int(row.get("id", 0))

    def begin(self, model: Any, state: str, at: datetime, steps: Iterable[tuple[str, dict[str, Any]]] = (), **row: Any) -> int:
        """One row of an object in a state, and its chain: created, then each step taken, the last of them into that state."""
        key = self.add(model, state=state, state_at=at, **row)
        self.record(f"{model.REF}:{key}", model.WORKFLOW, state, at, list(steps))
        return key

    def record(self, subject: str, workflow: Any, state: str, at: datetime, steps: list[tuple[str, dict[str, Any]]]) -> None:
        """The entries of one subject, chained as `core.journal` chains them."""
        previous, number, here = "", 0, None
        for step, data in [("create", {}), *steps]:
            number += 1
            last = number == len(steps) + 1
            after = state if last else workflow.initial if step == "create" else workflow.step(step).target
            entry: dict[str, Any] = {
                "subject": subject, "number": number, "step": step, "before": here, "after": after, "by": "clock", "on_behalf": None,
                "at": at, "data": data, "note_digest": None, "prev": previous, "algorithm": journal.ALGORITHM,
            }  # fmt: skip
            entry["hash"] = previous = journal._hash(SimpleNamespace(**entry))  # type: ignore[arg-type]
            here = after
            self.add(journal.Entry, **entry)
        self.add(journal.Head, subject=subject, number=number, hash=previous, at=at, sealed_on=None)

    def write(self) -> None:
        """Send all that waits, parents before children."""
        connection = self.session.connection()
        order = {table: place for place, table in enumerate(Base.metadata.sorted_tables)}
        for model, columns in sorted(self.waiting, key=lambda one: order[one[0].__table__]):
            rows = self.waiting[model, columns]
            self.written[model.__tablename__] = self.written.get(model.__tablename__, 0) + len(rows)
            for start in range(0, len(rows), CHUNK):
                connection.execute(sa.insert(model.__table__), rows[start : start + CHUNK])
        self.waiting.clear()


def seed(address: str, sizes: Sizes) -> City:
    """Migrate an empty database and fill it. `webapp.core.secrets` has the keys of its data folder already."""
    engine = make_engine(address)
    migrate.upgrade(engine)
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
    with transaction(engine) as session:
        city = City(sizes, gather(session, at))
        out = Writer(session)
        for part in (_organisations, _needs, _calls, _ballot, _projects):
            part(session, out, city, at)
            out.write()
        city.counts = dict(sorted(out.written.items()))
        if engine.dialect.name == "postgresql":
            _restart_sequences(session)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")  # autovacuum's work, not left to when it comes
    engine.dispose()
    return city


def _restart_sequences(session: Session) -> None:
    """Keys were given by hand; let the next ones come after them."""
    for table in Base.metadata.tables.values():
        if "id" in table.c:
            found = session.scalar(sa.text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name})
            if found:
                session.execute(sa.text(f"SELECT setval('{found}', coalesce((SELECT max(id) FROM {table.name}), 1))"))


def _organisations(session: Session, out: Writer, city: City, at: datetime) -> None:
    """A hundred applicants."""
    for n in range(100):
        out.add(
            Organisation, kind="social_org", name=f"示例社会服务中心{n + 1}", area_code="320508", grade="3A", annual_check="合格",
            registered_on=date(2019, 1, 1), phone="0512-60000000", legal_representative="示例", address="姑苏区",
        )  # fmt: skip


def _grams(out: Writer, model: Any, key: int, text: str) -> None:
    for gram in search.grams(text):
        out.add(search.Gram, kind=model.REF, gram=gram, object_id=key)


def _needs(session: Session, out: Writer, city: City, at: datetime) -> None:
    """Needs in the open, each from one voice."""
    for n in range(city.sizes.needs):
        title = f"{('楼道灯坏了', '盼着有个老年食堂', '孩子放学没人管')[n % 3]}({n + 1})"
        person = city.cast.granny.id
        key = out.begin(
            Need, ("accepted", "listed")[n % 2], at, number=f"X{at.year}-{n + 1:04d}", area_code=PLACES[n % 3], category="elderly",
            title=title, public=True, resident_id=person, raised_at=at,
        )  # fmt: skip
        out.add(Voice, need_id=key, origin_id=key, person_id=person, channel="web", words=f"原话:{title}", at=at)
        out.begin(
            Wording, "released", at, need_id=key, title=title, text=title, drafted_by_id=city.cast.worker.id,
            released_by_id=city.cast.worker_two.id,
        )  # fmt: skip
        _grams(out, Need, key, title)


def _calls(session: Session, out: Writer, city: City, at: datetime) -> None:
    """Three calls: one under review with nearly all applications, one open, and one whose projects run."""
    fund = Fund(name="福彩公益金", kind="lottery", area_code="320508", payer_id=city.cast.gusu)
    session.add(fund)
    session.flush()
    city.call = _call(out, city, fund, "reviewing", at, 1)
    city.panel = _panel(session, out, city, at)
    names = iter(range(1, 10**6))
    keys = [_application(out, city, city.call, "heard", at, next(names)) for _ in range(city.sizes.applications)]
    city.application = keys[len(keys) // 2]
    out.write()
    _cards(session, out, city, at, keys)
    opened = _call(out, city, fund, "open", at, 2)
    for _ in range(WAITING):
        _application(out, city, opened, "submitted", at, next(names))
    for _ in range(DRAFTS):
        city.drafts.append(_application(out, city, opened, "draft", at, next(names), organisation=city.cast.chenguang))
    done = _call(out, city, fund, "awarded", at, 3)
    city.counts = {"fund": fund.id, "done": done, "next": next(names)}
    for kind, last in (("S", city.counts["next"] - 1 + city.sizes.projects), ("Z", 3), ("X", city.sizes.needs), ("P", 1)):
        out.add(Counter, kind=kind, area="", year=at.year, last=last)


def _call(out: Writer, city: City, fund: Fund, state: str, at: datetime, n: int) -> int:
    rules, offices = template().to_json(), city.cast.offices
    key = out.begin(
        Call, state, at, number=f"Z{at.year}-{n:04d}", kind="venture", legal_form="grant",
        title=f"{at.year} 年公益创投第 {n} 期", area_code="320508", organiser_id=offices["gusu"], operator_id=offices["service"],
        payer_id=offices["gusu"], evaluator_id=offices["third"], fund_id=fund.id, fund_year=at.year, opens_at=at - timedelta(days=30),
        closes_at=at + timedelta(days=60 if state == "open" else -1), prepared_by_id=city.cast.officer.id, rules=rules, version=1,
        without_needs="示例",
    )  # fmt: skip
    out.add(Version, call_id=key, version=1, rules=rules, digest=_digest(rules), at=at)
    return key


def _digest(content: Any) -> str:
    return journal.digest(journal.canonical(content))


SECTIONS: dict[str, dict[str, Any]] = {
    "summary": {
        "summary": "为独居老人送餐、陪伴、义诊。" * 8,
        "features": "邻里互助。" * 10,
        "need": "入户走访得知。" * 10,
        "goal": "老人有人问、有人管。" * 10,
    },
    "people": {"beneficiaries": "辖区七十岁以上独居老人", "direct": 120, "how_found": "网格员走访"},
    "plan": {
        "plan": "分三个阶段,每周两次上门,每月一次集体活动。" * 30,
        "risks": "签订安全责任书。" * 5,
        "lasting": "由社区志愿者接着做。",
    },
    "team": {
        "leader": "示例负责人",
        "profession": "社会工作师",
        "members": "社工两名,志愿者十名。" * 5,
        "experience": "做过两期同类项目。",
    },
}


def _application(out: Writer, city: City, call: int, state: str, at: datetime, n: int, organisation: int | None = None) -> int:
    """One application with its snapshot and the consent of its community; a draft with its sections as typed."""
    title, place = f"银龄陪伴{n}号", PLACES[n % len(PLACES)]
    requested, own = Money(5_000_000 + n * 100), Money(500_000)
    draft = state == "draft"
    office = organisation or 15 + n % 100  # the hundred come after the cast's fourteen
    stages = list(template().stages)
    more: dict[str, Any] = {"awarded_fen": requested} if state == "awarded" else {}
    key = out.begin(
        Application, state, at, number=f"S{at.year}-{n:04d}", call_id=call, version=1, organisation_id=office, area_code=place,
        title=title, category="elderly", requested_fen=requested, own_fen=own, stages=stages, submitted_at=None if draft else at, **more,
    )  # fmt: skip
    out.begin(Landing, "agreed", at, application_id=key, area_code=place, title=title)
    out.add(Trace, parent=f"call:{call}", child=f"application:{key}")
    _grams(out, Application, key, title)
    if draft:
        for section, answers in {"basics": {"title": title, "category": "elderly", "communities": [place]}, **SECTIONS}.items():
            typed = {name: value if isinstance(value, list) else str(value) for name, value in answers.items()}
            out.add(SectionDraft, application_id=key, section=section, version=1, answers=typed, by_id=city.cast.member.id, at=at)
        return key
    content = _content(title, place, office, requested, own, at)
    out.add(Snapshot, application_id=key, number=1, content=content, digest=_digest(content), by_id=city.cast.lead.id, at=at)
    return key


def _content(title: str, place: str, office: int, requested: Money, own: Money, at: datetime) -> dict[str, Any]:
    half = requested.fen // 2
    lines = (("activity", "上门服务物料", half, own.fen), ("staff", "社工补贴", requested.fen - half, 0))
    return {
        "title": title, "category": "elderly", "requested_fen": requested.fen, "own_fen": own.fen, "sections": SECTIONS,
        "budget": [
            {"line": line, "item": item, "unit_fen": grant, "quantity": 1, "grant_fen": grant, "own_fen": mine, "need_id": None}
            for line, item, grant, mine in lines
        ],
        "indicators": [{"title": "上门服务", "unit": "次", "target": 240, "due_on": f"{at.year}-12-01"}],
        "communities": [place], "needs": [], "starts_on": f"{at.year}-01-01", "ends_on": f"{at.year}-12-31",
        "organisation": {
            "id": office, "name": f"示例社会服务中心{office}", "credit_code": None, "grade": "3A", "annual_check": "合格",
            "registered_on": "2019-01-01", "legal_representative": "示例", "address": "姑苏区",
        },
        "files": [],
    }  # fmt: skip


def _panel(session: Session, out: Writer, city: City, at: datetime) -> int:
    """The panel and its seats."""
    rubric = freeze_rubric(session, "评审表", template().rubric)
    drawn = random.token_hex(16)
    key = out.begin(
        Panel, "scoring", at, call_id=city.call, title="专家评审组", size=city.sizes.experts, finance=1, reserves=0,
        per_application=city.sizes.judges, seed=drawn, seed_digest=seed_digest(drawn), minutes=None, rubric_id=rubric.id,
        closes_at=at + timedelta(days=30),
    )  # fmt: skip
    for n in range(city.sizes.experts):
        person = out.add(Person, name=f"评委{n + 101}", area_code=None)
        out.add(Expert, person_id=person, field="elderly", employer="示例大学", area_code="320508")
        out.add(Membership, person_id=person, organisation_id=city.cast.offices["pool"], role="expert", from_day=date(2020, 1, 1))
        out.begin(Seat, "pledged", at, panel_id=key, person_id=person, position=n + 1, field="elderly")
    return key


def _cards(session: Session, out: Writer, city: City, at: datetime, applications: list[int]) -> None:
    """Each application judged by as many as the sizes say, in turn."""
    judges = list(session.scalars(sa.select(Seat.person_id).where(Seat.panel_id == city.panel).order_by(Seat.position)))
    rubric = session.scalars(sa.select(Panel.rubric_id).where(Panel.id == city.panel)).one()
    leaves = items(template().rubric)
    piles = dict.fromkeys(judges, 0)
    turn = itertools.cycle(judges)
    for n, application in enumerate(applications):
        for _ in range(city.sizes.judges):
            judge = next(turn)
            piles[judge] += 1
            if n >= len(applications) - OPEN_FILES:
                _open_card(out, city, rubric, judge, application, piles[judge], at)
                continue
            points = {leaf.key: leaf.most * (70 + (n + judge) % 25) // 100 for leaf in leaves}
            total = sum(points.values())
            card = out.begin(
                Scorecard, "submitted", at, [("submit", {"total": total, "points": points_digest(given_points(points))})], rubric_id=rubric,
                purpose="panel", subject=f"application:{application}", judge=f"person:{judge}", person_id=judge, total=total,
                comment="", saved_at=at,
            )  # fmt: skip
            for item, value in points.items():
                out.add(Score, scorecard_id=card, item=item, points=value)
            out.begin(
                Assignment, "done", at, [("finish", {})], panel_id=city.panel, person_id=judge, application_id=application,
                title=f"申报 {n + 1}", position=piles[judge], scorecard_id=card,
            )  # fmt: skip
        if n % 1000 == 999:
            out.write()
    out.write()


def _open_card(out: Writer, city: City, rubric: int, judge: int, application: int, position: int, at: datetime) -> None:
    """A card nobody has filled in yet."""
    card = out.begin(
        Scorecard, "draft", at, rubric_id=rubric, purpose="panel", subject=f"application:{application}", judge=f"person:{judge}",
        person_id=judge, comment="",
    )  # fmt: skip
    given = out.begin(
        Assignment, "assigned", at, panel_id=city.panel, person_id=judge, application_id=application, title="待评申报", position=position,
        scorecard_id=card,
    )  # fmt: skip
    city.to_score.append((judge, given))


def _ballot(session: Session, out: Writer, city: City, at: datetime) -> None:
    """One open ballot, most of whose residents have voted."""
    ballot = Ballot(
        number=f"P{at.year}-0001", purpose="projects", subject=f"call:{city.call}", title="居民评选公益项目", area_code="320508",
        method="approve", most=3, nature="advice", quorum=0, opens_at=at - timedelta(days=1), closes_at=at + timedelta(days=30),
        key=random.token_hex(32), turnout=city.sizes.votes, state="open", state_at=at, due_at=at + timedelta(days=30),
    )  # fmt: skip
    session.add(ballot)
    session.flush()
    city.ballot = ballot.id
    out.record(ballot.ref, Ballot.WORKFLOW, "open", at, [("open", {})])
    everybody = {"address": [10**9] * 3, "device": [10**9] * 3, "phone": [10**9] * 3}  # all come from this one machine
    out.add(Setting, key="ballot.limits", area_code="32", from_day=date(2020, 1, 1), value=everybody)
    choices = [out.add(Choice, ballot_id=ballot.id, position=n + 1, title=f"项目{n + 1}", text="为老服务") for n in range(10)]
    first = out.key(Person)
    for n, person in enumerate(_residents(out, city.sizes.votes + city.sizes.fresh, first)):
        if n < city.sizes.votes:
            out.add(Participant, ballot_id=ballot.id, who=f"person:{person}", way="online", stratum=PLACES[n % 3])
            picked = sorted({choices[n % 10], choices[n * 7 % 10], choices[n * 3 % 10]})
            voter = voters.voter_key(ballot.key or "", f"person:{person}")
            out.add(Vote, ballot_id=ballot.id, voter_key=voter, choices={"choices": picked})
    city.voters = range(first + city.sizes.votes, first + city.sizes.votes + city.sizes.fresh)


def _residents(out: Writer, many: int, first: int) -> Iterator[int]:
    for n in range(many):
        yield out.add(Person, id=first + n, name="居民", area_code=PLACES[n % 3], born_on=date(1960, 1, 1))


def _projects(session: Session, out: Writer, city: City, at: datetime) -> None:
    """Running projects, their money moved by the book's own verbs; half of them have had their first tranche."""
    by = city.cast.accountant.viewer(session, at)
    second, fund, n = city.cast.leader.id, f"fund:{city.counts['fund']}", city.counts["next"]
    book.budget(
        session, fund, at.year, Money(200_000_000_000), area_code="320508", source="bench/budget", by=by, at=at
    )  # fmt: skip
    for place in range(city.sizes.projects):
        application = _application(out, city, city.counts["done"], "awarded", at, n + place)
        granted = Money(5_000_000 + (n + place) * 100)
        first, paid = Money(granted.fen // 2), place % 2 == 0
        area = PLACES[(n + place) % 3]
        out.add(Result, application_id=application, call_id=city.counts["done"], outcome="propose", amount_fen=granted, rank=place + 1)
        key = out.begin(
            Project, "delivering", at, number=f"G{at.year}-{place + 1:04d}", application_id=application, call_id=city.counts["done"],
            organisation_id=15 + (n + place) % 100, area_code=area, title=f"银龄陪伴{n + place}号", category="elderly", granted_fen=granted,
            own_fen=Money(500_000), starts_on=today(at), ends_on=today(at) + timedelta(days=300), paid_fen=first if paid else Money(0),
            spent_fen=Money(0),
        )  # fmt: skip
        out.add(Place, project_id=key, area_code=area)
        out.add(
            BudgetLine, project_id=key, position=1, line="activity", title="业务活动费", grant_fen=granted, own_fen=Money(500_000),
            spent_fen=Money(0),
        )  # fmt: skip
        out.add(Milestone, project_id=key, title="上门服务", unit="次", target=240, due_on=today(at) + timedelta(days=200))
        out.add(Trace, parent=f"application:{application}", child=f"project:{key}")
        reason = f"project:{key}"
        book.reserve(session, fund, at.year, reason, granted, area_code=area, source=f"{reason}/reserve", by=by, at=at)
        for position, amount in ((1, first), (2, Money(granted.fen - first.fen))):
            _tranche(session, out, city, key, position, amount, paid and position == 1, at)
        if paid:
            source = f"bench/{reason}"
            book.request(session, fund, at.year, reason, first, source=f"{source}/request", by=by, at=at)
            book.pay(session, fund, at.year, reason, first, second_id=second, source=f"{source}/pay", by=by, at=at)
        city.project = key
    out.add(Counter, kind="G", area="", year=at.year, last=city.sizes.projects)


def _tranche(session: Session, out: Writer, city: City, project: int, position: int, amount: Money, paid: bool, at: datetime) -> None:
    cast = city.cast
    more: Mapping[str, Any] = (
        {"prepared_by_id": cast.officer.id, "checked_by_id": cast.accountant.id, "approved_by_id": cast.leader.id, "paid_on": today(at)}
        if paid
        else {}
    )
    out.begin(
        Tranche, "paid" if paid else "planned", at, project_id=project, position=position, title=f"第 {position} 期", amount_fen=amount,
        trigger="signed" if position == 1 else "midterm", **more,
    )  # fmt: skip


def open_house(data: Any) -> None:
    """The keys and the store of a data folder, and the tables of all slices."""
    from webapp import app as house  # noqa: PLC0415 -- the slices' models are above; the house unites their rules

    secrets.load(data)
    files.open_store(data / "files")
    house.unite()
