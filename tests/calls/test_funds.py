"""Funds: what they forbid reaches calls and applications; amounts by area and year; money carried over by two people."""

import dataclasses
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.money import Money
from tests import make
from tests.calls.test_rules import facts
from tests.cast import CHANGMEN, PINGJIANG, TAO
from tests.conftest import START
from webapp.book import actions as book
from webapp.book.queries import CHECKS, free
from webapp.calls import actions, quota_sheet
from webapp.calls.models import Call, Carry, Fund, Quota
from webapp.calls.queries import rules_of
from webapp.calls.queries.quotas import fund_rules, over_quota, quotas
from webapp.calls.rules import BudgetRow, FundRules, check_budget, inherited, template
from webapp.calls.rules.steps import SOUND
from webapp.core.db import transaction
from webapp.core.workflow import Refusal, Refused

WAN = 1_000_000
FUND = FundRules("为民服务经费", barred=("楼堂馆所", "奖金"), legal_forms=("grant",), ceiling=Money(8 * WAN), quota=Money(100 * WAN))


def codes(call):
    answers = [rule(call) for rule in SOUND]
    return {one.code for answer in answers for one in ([answer] if isinstance(answer, Refusal) else answer or ())}


def test_the_guard_says_what_does_not_fit_the_fund():
    rules = inherited(template(), FUND)
    assert codes(facts(rules=rules, fund=FUND)) == set()
    assert codes(facts(rules=template(), fund=FUND)) == {"fund_barred"}
    assert codes(facts(rules=rules, fund=dataclasses.replace(FUND, legal_forms=("donation",)))) == {"fund_form"}
    assert codes(facts(rules=rules, fund=dataclasses.replace(FUND, ceiling=Money(8 * WAN - 1)))) == {"fund_ceiling"}
    assert codes(facts(rules=rules, fund=dataclasses.replace(FUND, quota=rules.pool))) == set()
    assert codes(facts(rules=rules, fund=dataclasses.replace(FUND, quota=rules.pool - Money(1)))) == {"fund_quota"}
    line = rules.budget.lines[0].title
    assert "fund_line" in codes(facts(rules=rules, fund=dataclasses.replace(FUND, barred=(line[:3],))))


def test_what_a_fund_forbids_is_told_at_the_row_of_a_budget():
    rules = inherited(template(), FUND)
    row = BudgetRow("activity", "发放奖金", Money(100), 1, Money(100), Money(0))
    assert [(one.code, one.place) for one in check_budget(rules, [row], Money(100)) if one.code == "forbidden"] == [
        ("forbidden", "rows-0-item")
    ]
    assert "forbidden" not in {one.code for one in check_budget(rules, [dataclasses.replace(row, item="物资")], Money(100))}


def test_another_fund_takes_the_rules_of_the_first_away():
    both = inherited(inherited(template(), FUND), FundRules("另一项"))
    assert both == template()
    assert inherited(inherited(template(), FUND), FUND) == inherited(template(), FUND)


@pytest.fixture
def fund(engine, cast):
    with transaction(engine) as session:
        found = make.fund(session, cast, name="为民服务经费")
        by = cast.accountant.viewer(session, START)
        for year in (2025, 2026):
            actions.add_budget(session, found, year=year, amount=Money(60 * WAN), document=f"{year}号", by=by, at=START)
    return found


def test_an_officer_writes_the_rules_of_a_fund_and_a_call_inherits_them(site, cast, engine, fund):
    page = site.as_(cast.officer).open("calls.fund_show", id=fund.id).click("修改用途和规定")
    page = page.submit("保存", forbidden="不得用于楼堂馆所", barred="楼堂馆所\n奖金", legal_forms=["grant", "reward"], ceiling="8")
    assert "楼堂馆所、奖金" in page
    page = site.as_(cast.officer).open("calls.new", template="example").submit("保存草稿", without_needs="试点", pool="50", ceiling="9")
    assert "每个项目最多 80,000.00 元，现在的上限是 90,000.00 元" in page
    assert "本项资金不得用于楼堂馆所、奖金" in page
    assert "不得用于楼堂馆所" in page
    with transaction(engine) as session:
        assert rules_of(session.query(Call).one()).budget.rules[-1].params == {"words": ["楼堂馆所", "奖金"]}


def test_what_a_fund_comes_to_ask_later_reaches_the_next_version_whose_rules_change(session, cast, engine, fund):
    fund = session.get_one(Fund, fund.id)
    call = make.call(session, cast, START, rules=template().to_json(), money=fund, without_needs="试点")
    by = cast.officer.viewer(session, START)
    actions.edit_fund(session, fund, permitted="", forbidden="", barred=["奖金"], legal_forms=[], ceiling=Money(WAN), by=by, at=START)
    later = call.closes_at + timedelta(days=1)
    actions.amend(session, call, rules_of(call), "只延期", by=by, at=START, closes_at=later)
    assert rules_of(call) == template()
    with pytest.raises(Refused, match=r"每个项目最多 10,000\.00 元"):
        actions.amend(session, call, dataclasses.replace(rules_of(call), reserves=9), "改候补", by=by, at=START)
    fund.ceiling_fen = None
    actions.amend(session, call, dataclasses.replace(template(), reserves=9), "改候补", by=by, at=START)
    assert rules_of(call).budget.rules[-1].params == {"words": ["奖金"]}


def sheet(rows):
    from openpyxl import Workbook

    book_ = Workbook()
    one = book_.active
    one.title = "额度"
    one.append(list(quota_sheet.TITLES.values()))
    for row in rows:
        one.append(list(row))
    out = io.BytesIO()
    book_.save(out)
    out.seek(0)
    return out


AREAS = {f"320508{n // 20:03d}{n % 20:03d}": f"社区{n}" for n in range(1079)}


def test_a_thousand_communities_go_out_and_come_back_unchanged_and_damaged_by_cell():
    amounts = dict.fromkeys(AREAS, Money(20 * WAN))
    content = quota_sheet.write(AREAS, amounts, at=START)
    found, faults = quota_sheet.read(io.BytesIO(content), "额度.xlsx", AREAS)
    assert faults == []
    assert found == amounts
    assert sum(one.fen for one in found.values()) == 1079 * 20 * WAN
    code, name = next(iter(AREAS.items()))
    bad = sheet(
        [("320508001001", "", "20"), (code, name, "二十万"), ("999", "", "1"), (code, name, "-1"), (code, "别处", "1"), (code, name, "1")]
    )
    _, faults = quota_sheet.read(bad, "额度.xlsx", AREAS)
    assert [one.place for one in faults] == ["Sheet 额度 C3", "Sheet 额度 A4", "Sheet 额度 C5", "Sheet 额度 B6", "Sheet 额度 A7"]


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from(list(AREAS)[:40]), st.integers(1, 10**12), max_size=20))
def test_any_amounts_come_back_to_the_fen(fens):
    amounts = {code: Money(fen) for code, fen in fens.items()}
    content = quota_sheet.write(AREAS, amounts, at=START)
    if not amounts:
        assert quota_sheet.read(io.BytesIO(content), "额度.xlsx", AREAS) == ({}, [])
        return
    assert quota_sheet.read(io.BytesIO(content), "额度.xlsx", AREAS) == (amounts, [])


def test_quotas_through_pages_are_kept_whole_or_not_at_all(site, cast, engine, fund):
    page = site.as_(cast.officer).open("calls.fund_quotas", id=fund.id, year=2026)
    out = site.as_(cast.officer).client.get(page.links("下载额度表")[0])
    assert out.status_code == 200
    bad = page.submit("读入", file=(sheet([(TAO, "", "20"), (CHANGMEN, "", "很多")]), "额度.xlsx"))
    assert bad.status == 422
    assert "Sheet 额度 C3" in bad
    page = page.submit("读入", file=(sheet([(TAO, "", "20"), (CHANGMEN, "", "20"), (PINGJIANG, "", "")]), "额度.xlsx"))
    assert "已登记 2 个地区的额度" in page
    assert "没有改动" in page.submit("读入", file=(sheet([(CHANGMEN, "", "20"), (TAO, "", "20")]), "额度.xlsx"))
    with transaction(engine) as session:
        assert session.query(Quota).count() == 2
        assert fund_rules(session, fund.id, 2026, "320508").quota == Money(40 * WAN)
        assert fund_rules(session, fund.id, 2026, TAO).quota == Money(20 * WAN)
        assert fund_rules(session, fund.id, 2027, TAO).quota is None


def test_a_project_gets_no_more_than_its_community_has_left(session, cast, engine, fund):
    by = cast.accountant.viewer(session, START)
    actions.set_quotas(session, fund, 2026, {TAO: Money(20 * WAN)}, by=by, at=START)
    book.reserve(session, fund.ref, 2026, "project:1", Money(15 * WAN), area_code=TAO, source="a", by=by, at=START)
    assert over_quota(session, fund.id, 2026, TAO, Money(5 * WAN)) is None
    assert "还可以用 50,000.00 元" in over_quota(session, fund.id, 2026, TAO, Money(5 * WAN + 1)).sentence
    assert over_quota(session, fund.id, 2026, CHANGMEN, Money(50 * WAN)) is None
    assert [(one.area_code, one.used) for one in quotas(session, fund, 2026)] == [(TAO, Money(15 * WAN))]
    with pytest.raises(Refused, match="额度不能少于这个数"):
        actions.set_quotas(session, fund, 2026, {TAO: Money(15 * WAN - 1)}, by=by, at=START)


def test_money_is_carried_over_by_two_people_and_every_balance_holds(site, cast, engine, fund):
    page = site.as_(cast.accountant).open("calls.fund_show", id=fund.id).click("登记结转")
    assert page.submit("登记结转", year="2025", amount="61", document="结转1号").status == 422
    page = page.submit("登记结转", year="2025", amount="12.5", document="结转1号")
    assert "要由另一位同事复核" in page
    with transaction(engine) as session:
        assert free(session, fund.ref, 2025) == Money(60 * WAN)
    done = site.as_(cast.leader).open("calls.carry_show", id=1).submit("确认结转")
    assert "已结转" in done
    with transaction(engine) as session:
        assert free(session, fund.ref, 2025) == Money(4750 * 10_000)
        assert free(session, fund.ref, 2026) == Money(7250 * 10_000)
        assert [said for check in CHECKS.values() for said in check(session)] == []
        assert session.query(Carry).one().state == "carried"
        with pytest.raises(sa.exc.IntegrityError, match=r"carrying_has_two_people"):
            session.execute(sa.text("update book_transactions set second_id = null where kind = 'carry_in'"))
        session.rollback()


def test_what_was_spent_meanwhile_is_not_carried_over(session, cast, engine, fund):
    by = cast.accountant.viewer(session, START)
    carry = actions.prepare_carry(session, fund, year=2025, amount=Money(60 * WAN), document="1号", by=by, at=START)
    book.reserve(session, fund.ref, 2025, "project:1", Money(1), area_code=TAO, source="a", by=by, at=START)
    with pytest.raises(Refused, match="不够结转"):
        actions.confirm_carry(session, carry, by=cast.leader.viewer(session, START), at=START + timedelta(hours=1))
