"""Fill an empty data folder with the demo city: two years, day by day, in under three minutes."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from reports.money import Money
from webapp.core.clock import today
from webapp.demo import city as cities
from webapp.demo.lives.calls import Plan, call
from webapp.demo.lives.needs import ballot, need
from webapp.demo.stage import Stage, moment

DAYS = 730
NEEDS = 300
RESTS = ("collected",) * 6 + ("drafted",) * 3 + ("offer", "refer", "order", "deliberate")
"""How the newest needs are left, so that each role finds work."""


def fill(engine: sa.Engine, now: datetime) -> Stage:
    """Play the two years before `now` into an empty database."""
    _quick(engine)
    stage = Stage(engine, moment(today(now) - timedelta(days=DAYS), 9), now - timedelta(hours=1))
    city = cities.build(stage)
    stage.cast["department"] = _person(stage, "department")
    stage.cast["streets"] = {street.code: street.first_id for street in city.streets}
    for n in range(NEEDS):
        place = city.communities[n * 7 % len(city.communities)]
        newest = n >= NEEDS - len(RESTS)
        days = DAYS - 8 + n % 6 if newest else int((DAYS - 20) * (n / NEEDS) ** 0.9)
        stage.begin(need(stage, city, place, rest=RESTS[n - NEEDS] if newest else ""), stage.at + timedelta(days=days, hours=n % 8))
    for n, place in enumerate(city.communities):
        for day in (95, 430, 620):
            stage.begin(ballot(stage, city, place), stage.at + timedelta(days=day + n % 5))
        if n < 3:
            stop = ("draft", "open", "counted")[n]
            stage.begin(ballot(stage, city, place, stop=stop), stage.at + timedelta(days=DAYS - (4, 5, 16)[n]))
    for day, plan in _plans(city):
        stage.begin(call(stage, city, plan), stage.at + timedelta(days=day))
    stage.play()
    return stage


def _plans(city: cities.City) -> list[tuple[int, Plan]]:
    gusu, yunlong, street = city.bureaus[cities.GUSU], city.bureaus[cities.YUNLONG], city.streets[0]
    wan = 1_000_000
    return [
        (115, Plan("A", "venture", "首届公益创投(模拟)", cities.GUSU, gusu, gusu.officer, gusu.lead, Money(60 * wan), Money(8 * wan), 22)),
        (455, Plan("B", "venture", "第二届公益创投(模拟)", cities.GUSU, gusu, gusu.officer, gusu.lead, Money(220 * wan), Money(8 * wan), 64)),
        (655, Plan("C", "micro", "云龙区微公益(模拟)", cities.YUNLONG, yunlong, yunlong.officer, yunlong.lead, Money(30 * wan), Money(3 * wan), 16, stop="reviewing")),
        (705, Plan("D", "micro", f"{street.name}微公益(模拟)", street.code, gusu, street.first_id, street.second_id, Money(20 * wan), Money(3 * wan), 18, stop="open")),
        (722, Plan("E", "venture", "第三届公益创投(模拟,起草)", cities.GUSU, gusu, gusu.officer, gusu.lead, Money(200 * wan), Money(8 * wan), 0, stop="draft")),
        (721, Plan("F", "micro", "为老服务微公益(模拟,待发布)", cities.GUSU, gusu, gusu.officer, gusu.lead, Money(10 * wan), Money(3 * wan), 0, stop="proposed")),
        (600, Plan("G", "micro", "助残微公益(模拟,已取消)", cities.GUSU, gusu, gusu.officer, gusu.lead, Money(10 * wan), Money(3 * wan), 0, stop="cancelled")),
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
