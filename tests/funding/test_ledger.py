"""The book as people meet it: a fund's year, money passed on, a mistake taken back, a month closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests import make
from tests.conftest import START
from tests.counting import MOST
from tests.funding.walk import claim, paid, planned
from webapp.book import queries as books
from webapp.book.models import Checkpoint, Transaction
from webapp.book.rules import MOVES
from webapp.calls import actions as calls
from webapp.calls.models import Fund
from webapp.core import journal
from webapp.core.workflow import Refused
from webapp.funding import actions, queries
from webapp.funding.models import Correction, Tranche, Transfer
from webapp.funding.rules import ledger
from webapp.projects.models import Project

WAN = 1_000_000


def refused(code):
    return pytest.raises(Refused, check=lambda error: code in [one.code for one in error.refusals])


def whole(session):
    session.expire_all()
    assert [one for check in (*queries.CHECKS.values(), *books.CHECKS.values()) for one in check(session)] == []
    assert list(journal.faults(session)) == []


@pytest.fixture
def two(session, cast):
    """A fund of the district with 100 万元, and one of a street."""
    fund, own = make.fund(session, cast, name="区公益金"), make.fund(session, cast, area="320508019", name="街道公益金")
    by = cast.accountant.viewer(session, START)
    calls.add_budget(session, fund, year=2026, amount=Money(100 * WAN), document="1号", by=by, at=START)
    return fund, own, by


def test_money_passed_on_is_budget_of_the_street_and_paid_by_nobody(session, cast, two):
    fund, own, by = two
    made = actions.prepare_transfer(session, fund, year=2026, to=own, to_year=2026, amount=Money(30 * WAN), document="2号", by=by, at=START)
    with refused("two_people"):
        actions.confirm_transfer(session, made, by=by, at=START)
    assert books.free(session, own.ref, 2026) == Money(0)
    actions.confirm_transfer(session, made, by=cast.leader.viewer(session, START), at=START)
    [district], [street] = books.years(session, fund.ref), books.years(session, own.ref)
    assert (district.budget, district.free, district.passed_out) == (Money(70 * WAN), Money(70 * WAN), Money(30 * WAN))
    assert (street.budget, street.free, street.passed_in) == (Money(30 * WAN), Money(30 * WAN), Money(30 * WAN))
    both = books.totals(session, year=2026)
    assert (both.budget, both.paid, both.spent) == (Money(100 * WAN), Money(0), Money(0))
    whole(session)


def test_what_a_transfer_must_meet(session, cast, two):
    fund, own, by = two
    more = {"year": 2026, "to_year": 2026, "document": "2号", "by": by, "at": START}
    with refused("amount"):
        actions.prepare_transfer(session, fund, to=own, amount=Money(100 * WAN + 1), **more)
    with refused("to_fund_id"):
        actions.prepare_transfer(session, fund, to=fund, amount=Money(1), **more)
    own.kind = "charity"
    with refused("kind"):
        actions.prepare_transfer(session, fund, to=own, amount=Money(1), **more)
    own.kind = fund.kind
    made = actions.prepare_transfer(session, fund, to=own, amount=Money(60 * WAN), **more)
    again = actions.prepare_transfer(session, fund, to=own, amount=Money(60 * WAN), **more)
    leader = cast.leader.viewer(session, START)
    actions.confirm_transfer(session, made, by=leader, at=START)
    with refused("free"):
        actions.confirm_transfer(session, again, by=leader, at=START)


def test_a_wrong_budget_is_taken_back_by_two_people(session, cast, two):
    fund, _, by = two
    wrong = session.scalars(sa.select(Transaction).where(Transaction.kind == "budget")).one()
    asked = actions.ask_correction(session, wrong, reason="多写了一个零", by=by, at=START)
    with refused("asked"):
        actions.ask_correction(session, wrong, reason="又一次", by=by, at=START)
    with refused("two_people"):
        actions.confirm_correction(session, asked, by=by, at=START)
    actions.confirm_correction(session, asked, by=cast.leader.viewer(session, START), at=START)
    assert books.free(session, fund.ref, 2026) == Money(0)
    assert books.years(session, fund.ref)[0].budget == Money(0)
    with refused("reversed"):
        actions.ask_correction(session, wrong, reason="又一次", by=by, at=START)
    whole(session)


def test_a_transfer_is_taken_back_whole(session, cast, two):
    fund, own, by = two
    leader = cast.leader.viewer(session, START)
    made = actions.prepare_transfer(session, fund, year=2026, to=own, to_year=2026, amount=Money(5 * WAN), document="2号", by=by, at=START)
    actions.confirm_transfer(session, made, by=leader, at=START)
    leg = session.scalars(sa.select(Transaction).where(Transaction.kind == "transfer_in")).one()
    actions.confirm_correction(session, actions.ask_correction(session, leg, reason="转错街道", by=by, at=START), by=leader, at=START)
    assert (books.free(session, fund.ref, 2026), books.free(session, own.ref, 2026)) == (Money(100 * WAN), Money(0))
    whole(session)


def test_a_payment_taken_back_waits_as_one_the_bank_returned_and_can_be_paid_again(session, cast):
    project, [first, *_] = planned(session, cast)
    paid(session, cast, first)
    by, leader = cast.accountant.viewer(session, START), cast.leader.viewer(session, START)
    wrong = session.scalars(sa.select(Transaction).where(Transaction.kind == "pay")).one()
    actions.confirm_correction(session, actions.ask_correction(session, wrong, reason="次日退汇", by=by, at=START), by=leader, at=START)
    assert (first.state, first.paid_on, project.paid_fen) == ("bounced", None, Money(0))
    whole(session)
    actions.resend(session, first, note="更正账号", by=by, at=START)
    actions.create_batch(session, [first.id], by=by, at=START)
    actions.pay(session, first, bank_reference="YH2", paid_on=date(2026, 3, 2), by=by, at=START)
    assert (first.state, project.paid_fen) == ("paid", first.amount_fen)
    whole(session)


def test_what_was_spent_since_cannot_be_taken_back_and_what_has_its_own_step_is_pointed_to(session, cast):
    project, [first, *_] = planned(session, cast)
    paid(session, cast, first)
    actions.accept(session, claim(session, cast, project), by=cast.officer.viewer(session, START), at=START)
    by = cast.accountant.viewer(session, START)
    found = {one.kind: one for one in session.scalars(sa.select(Transaction))}
    asked = actions.ask_correction(session, found["pay"], reason="退汇", by=by, at=START)
    with refused("balance"):
        actions.confirm_correction(session, asked, by=cast.leader.viewer(session, START), at=START)
    for kind in ("spend", "reserve", "request"):
        with refused("kind"):
            actions.ask_correction(session, found[kind], reason="错", by=by, at=START)
    assert set(ledger.INSTEAD) | set(ledger.CORRECTABLE) == {*MOVES, "reverse"}


def test_a_month_is_closed_in_order_once_it_is_over_and_waits_for_corrections(session, cast, two):
    fund, _, by = two
    later = START + timedelta(days=62)
    calls.add_budget(session, fund, year=2026, amount=Money(WAN), document="3号", by=by, at=START + timedelta(days=31))
    wrong = session.scalars(sa.select(Transaction).order_by(Transaction.id).limit(1)).one()
    asked = actions.ask_correction(session, wrong, reason="错", by=by, at=later)
    with refused("corrections"):
        actions.close_month(session, fund, month=date(2026, 3, 1), by=by, at=later)
    actions.confirm_correction(session, asked, by=cast.leader.viewer(session, later), at=later)
    with refused("earlier_month"):
        actions.close_month(session, fund, month=date(2026, 4, 1), by=by, at=later)
    for month in (date(2026, 3, 1), date(2026, 4, 1)):
        actions.close_month(session, fund, month=month, by=by, at=later)
    with refused("month_runs"):
        actions.close_month(session, fund, month=date(2026, 5, 1), by=by, at=later)
    whole(session)


def test_a_running_total_that_was_changed_is_found(session, two):
    session.execute(sa.update(Checkpoint).where(Checkpoint.kind == "available").values(fen=Money(5)))
    assert [one for one in books.CHECKS["账簿累计数等于分录合计"](session) if "相差" in one]
    session.execute(sa.delete(Checkpoint))
    assert [one for one in books.CHECKS["账簿累计数等于分录合计"](session) if "相差" in one]


def test_the_book_of_a_fund_by_links(site, saved, cast, count_queries):
    def lived(session):
        project, [first, *_] = planned(session, cast)
        paid(session, cast, first)
        make.fund(session, cast, area="320508019", name="街道资金")
        return project.number, session.scalars(sa.select(Fund.id).where(Fund.name == "福彩公益金")).first()

    number, fund = saved(lived)
    office = site.as_(cast.accountant)
    page = office.open("calls.fund_show", id=fund).click("查看账簿")
    assert "预算执行率" in page
    assert number in page
    assert "查看来源" in page
    with count_queries(most=MOST):
        office.open("funding.ledger", id=fund, kind="pay")
    page = page.click("申请冲销").submit("申请冲销", reason="次日退汇")
    assert "冲销已" in page or "已申请冲销" in page
    asked = saved(lambda s: s.scalars(sa.select(Correction.transaction_id)).one())
    again = office.open("funding.correction_new", id=fund, transaction=asked).submit("申请冲销", reason="又退汇一次")
    assert "正在等待复核" in again
    assert "又退汇一次" in again
    mine = site.as_(cast.leader).open("desk.home")
    assert "冲销待复核" in mine
    key = saved(lambda s: s.scalars(sa.select(Correction.id)).one())
    page = site.as_(cast.leader).open("funding.correction_show", id=key).take("确认冲销")
    assert "已冲销" in page
    assert "已被第" in office.open("funding.ledger", id=fund)
    page = office.open("calls.fund_show", id=fund).click("登记资金转移")
    page = page.submit("登记资金转移", amount="1", document="8号")
    assert "待复核" in page
    key = saved(lambda s: s.scalars(sa.select(Transfer.id)).one())
    assert "已转移" in site.as_(cast.leader).open("funding.transfer_show", id=key).take("确认转移")
    assert saved(lambda s: s.scalars(sa.select(Tranche.state).order_by(Tranche.id)).first()) == "bounced"
    assert saved(lambda s: s.scalars(sa.select(Project.paid_fen)).one()) == Money(0)


def test_a_month_is_closed_on_its_page(site, saved, cast, clock):
    def lived(session):
        fund = make.fund(session, cast, name="区公益金")
        by = cast.accountant.viewer(session, START)
        calls.add_budget(session, fund, year=2026, amount=Money(WAN), document="1号", by=by, at=START)
        return fund.id

    fund = saved(lived)
    clock.move_to(START + timedelta(days=40))
    page = site.as_(cast.accountant).open("funding.months", id=fund)
    assert "未结账" in page
    page = page.submit("确认结账")
    assert "2026-03 已结账" in page
    assert "确认结账" not in page
    assert "确认结账" not in site.as_(cast.leader).open("funding.months", id=fund)
