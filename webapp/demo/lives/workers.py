"""社工 of a district with their certificates, and their 津贴: one month paid, the next waiting."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from webapp.accounts.models import Organisation
from webapp.core.clock import today
from webapp.core.workflow import take_step
from webapp.demo.city import Bureau, City
from webapp.demo.lives.applications import paper
from webapp.demo.stage import Stage, moment
from webapp.workers import actions
from webapp.workers.models import Allowance, Worker

Life = Iterator[datetime]
LEVELS = ("assistant", "worker", "worker", "assistant", "senior", "worker")


def social_workers(stage: Stage, city: City, bureau: Bureau) -> Life:
    """Six are entered by their organisations; a street compares five certificates, and one waits. The dice are not asked: other lives keep theirs."""
    street = next(one for one in city.streets if one.code.startswith(bureau.code))
    employers = [one for one in city.organisations if one.area == bureau.code][:3]
    entered = []
    for n, level in enumerate(LEVELS):
        one = employers[n % len(employers)]
        with stage.scene() as session:
            worker = actions.enter(
                session, session.get_one(Organisation, one.id), name=f"示例社工{'甲乙丙丁戊己'[n]}", level=level, certificate=f"2021000{n:04d}0000",
                certified_on=date(2021, 6, 1), area_code=street.code, from_day=date(2024, 1, 1), bank_account=f"6222000099{n:04d}",
                papers=[paper("社工证书.png")], by=stage.who(session, one.lead), at=stage.at,
            )  # fmt: skip
            entered.append(worker.id)
    yield _later(stage, 2)
    for key in entered[:-1]:
        with stage.scene() as session:
            take_step(session, session.get_one(Worker, key), "register", by=stage.who(session, street.first_id), at=stage.at)
    yield from _allowance(stage, bureau, paid=True)
    yield from _allowance(stage, bureau, paid=False)


def _later(stage: Stage, days: int) -> datetime:
    return moment(today(stage.at) + timedelta(days=days), 10)


def _allowance(stage: Stage, bureau: Bureau, *, paid: bool) -> Life:
    """津贴发放表 of the month that has just passed: prepared by the officer, checked, approved and paid, or left for finance to check."""
    month = today(stage.at).replace(day=1)
    yield moment((month + timedelta(days=32)).replace(day=3), 10)
    with stage.scene() as session:
        key = actions.prepare(session, fund_id=bureau.fund_id, month=month, by=stage.who(session, bureau.officer), at=stage.at).id
    if not paid:
        return
    yield _later(stage, 1)
    with stage.scene() as session:
        actions.check(session, session.get_one(Allowance, key), by=stage.who(session, bureau.finance), at=stage.at)
    yield _later(stage, 1)
    with stage.scene() as session:
        actions.approve(session, session.get_one(Allowance, key), by=stage.who(session, bureau.lead), at=stage.at)
    yield _later(stage, 2)
    with stage.scene() as session:
        finance = stage.who(session, bureau.finance)
        actions.pay(
            session, session.get_one(Allowance, key), bank_reference="示例流水JT1", paid_on=today(stage.at), by=finance, at=stage.at
        )
