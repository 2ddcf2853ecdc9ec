"""社工 register and 津贴, from the certificate to the bank, by the people whose work it is."""

import io
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests import make, papers
from tests.conftest import START
from webapp.book import actions as money
from webapp.book import queries as book
from webapp.core import journal
from webapp.core.db import reading, transaction
from webapp.core.workflow import Refused
from webapp.workers import actions, queries, rules
from webapp.workers.models import Allowance, Worker
from webapp.workers.rules import AllowanceFacts, WorkerFacts, entitled

MONTH = date(2026, 2, 1)
WORKER = WorkerFacts(1, 1, 2, date(2024, 1, 1), date(2026, 3, 1), date(2026, 3, 2))
LIST = AllowanceFacts(Money(100), Money(100), 1, 2, 3, 4, date(2026, 3, 1), "回单1", date(2026, 3, 2))


@pytest.mark.parametrize(
    ("certified_on", "from_day", "until_day", "gets"),
    [
        (date(2020, 1, 1), date(2026, 2, 1), None, True),
        (date(2020, 1, 1), date(2026, 2, 2), None, False),  # not from its first day
        (date(2026, 2, 2), date(2024, 1, 1), None, False),  # certified within the month
        (date(2020, 1, 1), date(2024, 1, 1), date(2026, 2, 28), True),
        (date(2020, 1, 1), date(2024, 1, 1), date(2026, 2, 27), False),  # left before its last day
    ],
)
def test_a_month_counts_when_it_is_whole(certified_on, from_day, until_day, gets):
    assert entitled(MONTH, certified_on=certified_on, from_day=from_day, until_day=until_day) is gets


@pytest.mark.parametrize(
    ("step", "facts", "code"),
    [
        ("worker.register", WORKER, None), ("worker.register", replace(WORKER, papers=0), "papers"),
        ("worker.register", replace(WORKER, actor_id=1), "two_people"), ("worker.leave", WORKER, None),
        ("worker.leave", replace(WORKER, until_day=None), "until_day"), ("worker.leave", replace(WORKER, until_day=date(2023, 1, 1)), "until_day"),
        ("worker.leave", replace(WORKER, until_day=date(2026, 3, 3)), "until_day"), ("allowance.check", LIST, None),
        ("allowance.check", replace(LIST, actor_id=1), "two_people"), ("allowance.check", replace(LIST, free=Money(99)), "money"),
        ("allowance.approve", replace(LIST, actor_id=2), "two_people"), ("allowance.approve", replace(LIST, actor_id=1), "two_people"),
        ("allowance.pay", LIST, None), ("allowance.pay", replace(LIST, actor_id=3), "two_people"),
        ("allowance.pay", replace(LIST, bank_reference=" "), "bank_reference"), ("allowance.pay", replace(LIST, paid_on=None), "paid_on"),
        ("allowance.pay", replace(LIST, paid_on=date(2026, 3, 3)), "paid_on"),
    ],
)  # fmt: skip
def test_what_each_step_requires(step, facts, code):
    assert [refusal.code for rule in rules.REQUIRED[step] if (refusal := rule(facts))] == ([code] if code else [])


@pytest.fixture
def fund(engine, cast):
    with transaction(engine) as session:
        made = make.fund(session, cast, area="320508", name="姑苏区社工专项资金")
        money.budget(
            session,
            made.ref,
            2026,
            Money(1_000_000),
            area_code="320508",
            source="指标1",
            by=cast.accountant.viewer(session, START),
            at=START,
        )
        return made.id


def enter(site, cast, name="周宁", number="2021 0001 0099", level="worker"):
    page = site.as_(cast.lead).open("workers.index").click("登记社工")
    return page.submit(
        "登记", name=name, level=level, certificate=number, certified_on="2021-06-01", area_code="320508019", from_day="2024-01-01",
        bank_account="6222 0000 0000 0000", papers=(io.BytesIO(papers.photo()), "证书.jpg"),
    )  # fmt: skip


def test_from_the_certificate_to_the_bank(site, cast, engine, fund, clock):
    page = enter(site, cast)
    assert "待核实" in page
    assert "20210001" not in page
    assert "6222000000000000" not in page
    again = enter(site, cast, name="周宁二")
    assert again.status == 422
    assert any("已经登记" in one for one in again.errors)
    page = site.as_(cast.street).open("desk.home").click("周宁").submit("确认核实登记")
    assert "在册" in page
    # nobody is due for a month that is not over
    page = site.as_(cast.officer).open("workers.allowances").click("编制津贴发放表")
    early = page.submit("编制", month=f"{START:%Y-%m}", fund_id=str(fund))
    assert any("还没有过完" in one for one in early.errors)
    page = page.submit("编制", month="2026-02", fund_id=str(fund))
    assert "300.00" in page
    assert "叁佰元整" in page
    # a second list of the same month has nobody left
    second = site.as_(cast.officer).open("workers.allowance_new").submit("编制", month="2026-02", fund_id=str(fund))
    assert any("没有可以发放津贴的社工" in one for one in second.errors)
    with reading(engine) as session:
        key = session.scalars(sa.select(Allowance.id)).one()
    assert "财务审核" not in site.as_(cast.officer).open("workers.allowance_show", id=key).buttons()
    page = site.as_(cast.accountant).open("workers.allowance_show", id=key).take("财务审核")
    page = site.as_(cast.leader).open("workers.allowance_show", id=key).take("批准")
    assert "待发放" in page
    accountant = site.as_(cast.accountant)
    file = accountant.open("workers.allowance_show", id=key).submit("下载付款名单")
    assert file.body[:2] == b"PK"
    page = accountant.open("workers.allowance_show", id=key)
    page = page.take("登记已发放", bank_reference="2026030001", paid_on=f"{START:%Y-%m-%d}")
    assert "已发放" in page
    with reading(engine) as session:
        place = book.position(session, f"allowance:{key}")
        assert (place.paid, place.spent, place.unspent, place.to_request) == (Money(30000), Money(30000), Money(0), Money(0))
        assert [one for check in (*queries.CHECKS.values(), *book.CHECKS.values()) for one in check(session)] == []
        steps = session.scalars(sa.select(journal.Entry.step).where(journal.Entry.subject == f"allowance:{key}").order_by(journal.Entry.id))
        assert list(steps) == ["create", "check", "approve", "export", "pay"]


def test_a_list_withdrawn_gives_its_month_free_again(engine, cast, fund):
    with transaction(engine) as session:
        officer = cast.officer.viewer(session, START)
        one = Worker(
            organisation_id=cast.chenguang, area_code="320508019", title="社工", level="assistant", certificate="1", certificate_key="1",
            certified_on=date(2018, 1, 1), from_day=date(2024, 1, 1), entered_by_id=cast.lead.id,
        )  # fmt: skip
        make.at_state(session, one, "registered", START)
        first = actions.prepare(session, fund_id=fund, month=MONTH, by=officer, at=START)
        assert first.total_fen == Money(20000)
        with pytest.raises(Refused):
            actions.prepare(session, fund_id=fund, month=MONTH, by=officer, at=START)
        actions.withdraw(session, first, note="标准有变", by=officer, at=START)
        assert actions.prepare(session, fund_id=fund, month=MONTH, by=officer, at=START).count == 1


def test_who_left_in_the_month_gets_nothing_for_it(engine, cast, fund):
    with transaction(engine) as session:
        for name, until, organisation in (("a", date(2026, 2, 27), cast.chenguang), ("b", date(2026, 2, 28), cast.qingmiao)):
            one = Worker(
                organisation_id=organisation, area_code="320508019", title=name, level="senior", certificate=name, certificate_key=name,
                certified_on=date(2018, 1, 1), from_day=date(2024, 1, 1), until_day=until, entered_by_id=cast.lead.id,
            )  # fmt: skip
            make.at_state(session, one, "left", START)
        assert [one.name for one in queries.due(session, "320508", MONTH, at=START)] == ["b"]
