"""Fill an empty data folder with the demo city: two years, day by day, in under three minutes."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from reports.money import Money
from webapp import library as shelf
from webapp.accounts.models import Person
from webapp.core.clock import today
from webapp.demo import city as cities
from webapp.demo.lives.calls import call
from webapp.demo.lives.handling import teams
from webapp.demo.lives.ledger import ledger
from webapp.demo.lives.needs import ballot, need
from webapp.demo.lives.oversight import doubts
from webapp.demo.lives.papers import documents
from webapp.demo.lives.performance import fund_year, whole_year
from webapp.demo.lives.plans import Plan
from webapp.demo.lives.tables import own_tables
from webapp.demo.lives.workers import social_workers
from webapp.demo.stage import Stage, moment
from webapp.library import actions as library
from webapp.reviews.models import Assignment

PUBLISHED = Path(shelf.__file__).parent / "data"
DAYS = 730
FIRST, SECOND = 115, 455
"""On which days the two great calls begin."""
NEEDS = 300
WAN = 1_000_000
"""Fen in 万元."""
RESTS = ("collected",) * 6 + ("drafted",) * 3 + ("offer", "refer", "order", "deliberate")
"""How the newest needs are left, so that each role finds work."""


def fill(engine: sa.Engine, now: datetime, *, days: int = DAYS, needs: int = NEEDS) -> Stage:
    """Play the two years before `now` into an empty database; fewer days and needs for a quick look."""
    _quick(engine)
    stage = Stage(engine, moment(today(now) - timedelta(days=days), 9), now - timedelta(hours=1))
    city = cities.build(stage, full=stage.at + timedelta(days=SECOND))
    stage.cast["department"] = _person(stage, "department")
    stage.cast["sponsor"] = _person(stage, "sponsor")
    stage.cast["streets"] = {street.code: street.first_id for street in city.streets}
    for name, read in (
        ("projects", library.import_projects),
        ("programmes", library.import_programmes),
        ("category_counts", library.import_category_counts),
    ):
        read(engine, PUBLISHED / f"{name}.csv", at=now)
    teams(stage, city)
    for n in range(needs):
        place = city.communities[n * 7 % len(city.communities)]
        newest = n >= needs - len(RESTS)
        day = days - 8 + n % 6 if newest else int((days - 20) * (n / needs) ** 0.9)
        stage.begin(need(stage, city, place, rest=RESTS[n - needs] if newest else ""), stage.at + timedelta(days=day, hours=n % 8))
    for n, place in enumerate(city.communities):
        for day in (95, 430, 620):
            stage.begin(ballot(stage, city, place), stage.at + timedelta(days=day + n % 5))
        if n < 3:
            stop = ("draft", "open", "counted")[n]
            stage.begin(ballot(stage, city, place, stop=stop), stage.at + timedelta(days=days - (4, 5, 16)[n]))
    stage.begin(ballot(stage, city, city.communities[3], stop="cancelled"), stage.at + timedelta(days=days - 30))
    for day, plan in _plans(city):
        stage.begin(call(stage, city, plan), stage.at + timedelta(days=day))
    stage.begin(whole_year(stage, city.bureaus[cities.GUSU]), stage.at + timedelta(days=FIRST + 12))
    stage.begin(fund_year(stage, city.bureaus[cities.GUSU]), stage.at + timedelta(days=days - 40))
    stage.begin(ledger(stage, city.bureaus[cities.GUSU], city.streets[0].first_id), stage.at + timedelta(days=days - 50))
    stage.begin(doubts(stage, city, city.bureaus[cities.GUSU]), stage.at + timedelta(days=days - 6))
    stage.begin(own_tables(stage, city.bureaus[cities.GUSU]), stage.at + timedelta(days=days - 9))
    stage.begin(documents(stage, city.bureaus[cities.GUSU]), stage.at + timedelta(days=days - 5))
    stage.begin(social_workers(stage, city, city.bureaus[cities.GUSU]), stage.at + timedelta(days=days - 70))
    stage.play()
    _busy_expert_first(stage, city)
    return stage


def _busy_expert_first(stage: Stage, city: cities.City) -> None:
    """Lots decide who judges; the account that the sign-in page offers goes to whoever has most left to judge."""
    with stage.scene() as session:
        waiting = sa.select(Assignment.person_id).where(Assignment.state == "assigned").group_by(Assignment.person_id)
        busy = session.scalar(waiting.order_by(sa.func.count().desc(), Assignment.person_id).limit(1))
        if busy is None or busy == city.experts[0]:
            return
        one, other = session.get_one(Person, city.experts[0]), session.get_one(Person, busy)
        first, second = one.login, other.login
        one.login = other.login = None
        session.flush()
        one.login, other.login = second, first


def _plans(city: cities.City) -> list[tuple[int, Plan]]:
    gusu, yunlong = city.bureaus[cities.GUSU], city.bureaus[cities.YUNLONG]
    street = city.streets[0]

    def of(bureau: cities.Bureau, key: str, kind: str, title: str, pool: int, ceiling: int, applications: int, **more: Any) -> Plan:
        name = f"{title}（模拟）"
        return Plan(
            key, kind, name, bureau.code, bureau, bureau.officer, bureau.lead, Money(pool * WAN), Money(ceiling * WAN), applications, **more
        )

    by_street = Plan(
        "D",
        "micro",
        f"{street.name}微公益（模拟）",
        street.code,
        gusu,
        street.first_id,
        street.second_id,
        Money(20 * WAN),
        Money(3 * WAN),
        14,
        stop="open",
        template="micro",
        coaching=True,
    )
    return [
        (FIRST, of(gusu, "A", "venture", "首届公益创投", 60, 8, 20, months=8)),
        (SECOND, of(gusu, "B", "venture", "第二届公益创投", 220, 8, 56)),
        (664, of(yunlong, "C", "micro", "云龙区微公益", 30, 3, 12, stop="scoring")),
        (705, by_street),
        (600, of(gusu, "G", "micro", "助残微公益", 10, 3, 0, stop="cancelled")),
        (634, of(gusu, "H", "venture", "青少年专项创投", 20, 5, 3, stop="scored")),
        (628, of(gusu, "I", "venture", "为老专项创投", 20, 5, 3, stop="elected")),
        (640, of(yunlong, "J", "micro", "云龙区助残微公益", 10, 3, 3, stop="announced")),
        (646, of(yunlong, "K", "micro", "云龙区邻里微公益", 10, 3, 3, stop="ranked")),
        (652, of(yunlong, "L", "micro", "云龙区绿色微公益", 10, 3, 2, stop="decided")),
        (658, of(yunlong, "Q", "micro", "云龙区银龄微公益", 10, 3, 2, stop="notice")),
        (656, of(gusu, "M", "venture", "社区治理专项创投", 20, 5, 3, stop="heard")),
        (686, of(gusu, "N", "venture", "救助帮困专项创投", 20, 5, 2, stop="asked")),
        (680, of(gusu, "O", "micro", "便民微公益", 10, 3, 3, stop="closed")),
        (722, of(gusu, "E", "venture", "第三届公益创投", 200, 8, 0, stop="draft")),
        (719, of(gusu, "F", "micro", "为老服务微公益", 10, 3, 0, stop="proposed")),
        (725, of(gusu, "P", "micro", "健康微公益", 10, 3, 0, stop="published")),
    ]  # fmt: skip


def _person(stage: Stage, login: str) -> int:
    with stage.scene() as session:
        found = session.scalar(sa.text("SELECT id FROM people WHERE login = :login").bindparams(login=login))
        assert isinstance(found, int)
        return found


def _quick(engine: sa.Engine) -> None:
    """A half-filled demo is thrown away, so its filling need not wait for the disk at every step."""
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _faster(connection: object, _record: object) -> None:
            connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]
