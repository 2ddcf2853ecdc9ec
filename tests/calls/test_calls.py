"""Funds and calls through pages and verbs: money, drafting, two people, freezing, time, a new version, who sees what."""

import dataclasses
import json
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests import make
from tests.conftest import START
from webapp import app as house
from webapp.book import actions as book
from webapp.book.queries import free
from webapp.calls import actions
from webapp.calls.models import Call, CallNeed, Fund, Version
from webapp.calls.queries import CHECKS, digest_of, rules_of
from webapp.calls.rules import Weights, template
from webapp.core import trace
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import Refused, refusals
from webapp.needs.models import Need


@pytest.fixture
def money(engine, cast):
    """A fund with a million for the year."""
    with transaction(engine) as session:
        fund = make.fund(session, cast)
        by = cast.accountant.viewer(session, START)
        actions.add_budget(session, fund, year=2026, amount=Money.parse("100", "万元"), document="苏财社〔2026〕1号", by=by, at=START)
    return fund


def listed_need(engine, cast, **more):
    with transaction(engine) as session:
        return make.public_need(session, cast, START, state="listed", **more)


def draft(site, who, **more):
    page = site.as_(who).open("calls.new", template="example")
    return page.submit("保存草稿", **{"operator_id": [c for c in options(page, "operator_id") if c != "0"][:1] or "0", **more})


def options(page, name):
    return page.tree.xpath(f'//*[@name="{name}"]/option/@value | //input[@name="{name}"]/@value')


def test_a_fund_gets_its_budget_from_finance_and_shows_it(site, cast, engine):
    page = site.as_(cast.officer).open("calls.funds")
    assert "还没有资金" in page
    page = page.click("设立资金").submit(
        "设立", name="姑苏区福彩公益金", kind="lottery", subject_code="2296002", permitted="扶老助残救孤济困"
    )
    assert "登记年度预算" not in page.buttons()
    assert not page.links("登记年度预算")
    finance = site.as_(cast.accountant).open("calls.funds").click("姑苏区福彩公益金").click("登记年度预算")
    page = finance.submit("登记", year="2026", amount="100", document="苏财社〔2026〕1号")
    assert "1,000,000.00" in page
    again = page.click("登记年度预算").submit("登记", year="2026", amount="50", document="苏财社〔2026〕1号 ")
    assert again.status == 409
    assert "1,000,000.00" in site.as_(cast.leader).open("calls.funds")
    with transaction(engine) as session:
        assert free(session, session.query(Fund).one().ref, 2026) == Money.parse("100", "万元")


@pytest.mark.parametrize(("amount", "said"), [("", "请填写金额"), ("-1", "不能是负数"), ("一百", "不是金额"), ("0.0000001", "最多六位")])
def test_a_budget_that_is_no_amount_is_refused_at_the_field(site, cast, engine, amount, said):
    with transaction(engine) as session:
        fund = make.fund(session, cast)
    page = site.as_(cast.accountant).open("calls.fund_budget", id=fund.id).submit("登记", year="2026", amount=amount, document="1号")
    assert page.status == 422
    assert said in page


def test_a_bureau_drafts_and_its_leader_publishes(site, cast, engine, money):
    need = listed_need(engine, cast, title="老人就医缺人陪")
    page = draft(site, cast.officer, title="2026 年公益创投", needs=[str(need.id)])
    assert page.heading == "2026 年公益创投"
    assert "Z2026-001" in page
    assert "老人就医缺人陪" in page
    proposed = page.submit("报请发布")
    assert "待发布" in proposed
    assert "修改草稿" not in proposed
    with transaction(engine) as session:
        assert session.query(Need).one().state == "listed"
        assert session.scalar(sa.select(Message.person_id).where(Message.subject == "call:1")) == cast.leader.id
    done = site.as_(cast.leader).open("calls.index").click("2026 年公益创投").submit("确认发布")
    assert "已发布" in done
    with transaction(engine) as session:
        call, version, need = session.query(Call).one(), session.query(Version).one(), session.query(Need).one()
        assert (call.state, call.version, need.state) == ("published", 1, "called")
        assert version.rules == call.rules
        assert version.digest == digest_of(call.rules)
        assert trace.descendants(session, need.ref) == [call.ref]
        assert not [sentence for check in CHECKS.values() for sentence in check(session)]


def test_a_draft_is_edited_with_all_its_values(site, cast, engine, money):
    need = listed_need(engine, cast)
    page = draft(site, cast.officer, title="初稿", needs=[str(need.id)], ceiling="6")
    again = page.click("修改草稿")
    assert again.tree.xpath('//input[@name="ceiling"]/@value') == ["6"]
    assert again.tree.xpath('//input[@name="needs"][@checked]/@value') == [str(need.id)]
    page = again.submit(
        "保存草稿",
        title="定稿",
        needs=[],
        without_needs="首次试点",
    )
    assert page.heading == "定稿"
    assert "首次试点" in page
    with transaction(engine) as session:
        rules = rules_of(session.query(Call).one())
        assert rules.budget.ceiling == Money.parse("6", "万元")
        assert rules.form == template().form
        assert session.query(CallNeed).count() == 0


def test_what_does_not_fit_together_is_listed_before_it_is_proposed(site, cast, money):
    page = draft(site, cast.officer, legal_form="procurement", pool="200")
    assert "政府采购由依法组成的评审小组" in page
    assert "账上可用预算 1,000,000.00 元，不够" in page
    assert "请选择本次征集回应的需求" in page
    assert "报请发布" not in page.buttons()


def test_the_preparer_cannot_publish_even_as_leader(site, cast, engine, money):
    """A street's 微公益: another person of the street publishes it, and the preparer cannot."""
    with transaction(engine) as session:
        fund = make.fund(session, cast, area="320508019", name="街道微公益资金")
        by = cast.accountant.viewer(session, START)
        actions.add_budget(session, fund, year=2026, amount=Money.parse("10", "万元"), document="金街〔2026〕3号", by=by, at=START)
    need = listed_need(engine, cast, title="楼道灯")
    page = site.as_(cast.street).open("calls.new", template="micro")
    assert options(page, "fund_id") == [str(fund.id)]
    page = page.submit("保存草稿", title="金阊街道微公益", needs=[str(need.id)], pool="5", ceiling="1", floor="0.5")
    assert "微公益" in page
    page = page.submit("报请发布")
    assert "要由另一位同事发布" in page
    assert "确认发布" not in page.buttons()
    assert "已发布" in site.as_(cast.street_two).open("calls.show", id=1).submit("确认发布")


def test_only_listed_needs_of_ones_area_can_be_chosen(engine, cast, session, money):
    far = make.public_need(session, cast, START, state="listed", area="320508018001")
    early = make.public_need(session, cast, START, state="accepted")
    by = cast.street.viewer(session, START)
    values = draft_values(money.id, cast, needs=(far.id,))
    with pytest.raises(Refused) as refused:
        actions.draft(session, values, by=by, at=START)
    assert refused.value.refusals[0].code == "need_area"
    with pytest.raises(Refused) as refused:
        actions.draft(session, dataclasses.replace(values, needs=(early.id,)), by=by, at=START)
    assert refused.value.refusals[0].code == "need_state"


def draft_values(fund_id, cast, **more):
    base = actions.CallDraft(
        kind="venture", legal_form="grant", title="公益创投", intro="正文", operator_id=cast.offices["service"],
        evaluator_id=cast.offices["third"], payer_id=cast.offices["gusu"], fund_id=fund_id, fund_year=2026,
        opens_at=START + timedelta(days=1), closes_at=START + timedelta(days=21), needs=(), without_needs="试点", rules=template(),
    )  # fmt: skip
    return dataclasses.replace(base, **more)


def published(session, cast, fund, **more):
    call = actions.draft(session, draft_values(fund.id, cast, **more), by=cast.officer.viewer(session, START), at=START)
    actions.propose(session, call, by=cast.officer.viewer(session, START), at=START)
    actions.publish(session, call, by=cast.leader.viewer(session, START), at=START)
    return call


def test_time_opens_and_closes_a_call_once(engine, cast, money):
    with transaction(engine) as session:
        published(session, cast, money)
    states = []
    for after in (timedelta(0), timedelta(days=1), timedelta(days=1), timedelta(days=20), timedelta(days=21), timedelta(days=22)):
        house.tick(engine, START + after)
        with transaction(engine) as session:
            states.append(session.query(Call).one().state)
    assert states == ["published", "open", "open", "open", "closed", "closed"]


def test_nobody_opens_or_closes_early(session, cast, money):
    call = published(session, cast, money)
    by = cast.officer.viewer(session, START)
    with pytest.raises(Refused, match="还没有到时间"):
        actions.open_call(session, call, by=by, at=START)
    actions.open_call(session, call, by=by, at=START + timedelta(days=1))
    with pytest.raises(Refused, match="还没有到时间"):
        actions.close_call(session, call, by=by, at=START + timedelta(days=20))


def test_cancelling_gives_the_needs_back(session, cast, money):
    need = make.public_need(session, cast, START, state="listed")
    call = published(session, cast, money, needs=(need.id,))
    assert need.state == "called"
    actions.cancel(session, call, by=cast.leader.viewer(session, START), at=START, note="资金调整")
    assert (call.state, need.state) == ("cancelled", "listed")


def test_after_publication_a_change_is_a_new_version(session, cast, money):
    call = published(session, cast, money)
    by = cast.officer.viewer(session, START)
    rules = dataclasses.replace(rules_of(call), correction_workdays=3)
    with pytest.raises(Refused) as refused:
        actions.edit(session, call, draft_values(money.id, cast), by=by, at=START)
    assert refused.value.refusals[0].code == "state"
    with pytest.raises(Refused, match="只能延后"):
        actions.amend(session, call, rules, "改期", by=by, at=START, closes_at=call.closes_at - timedelta(days=1))
    with pytest.raises(Refused, match="合计应为 100%"):
        actions.amend(session, call, dataclasses.replace(rules, weights=Weights(1, 2, 3)), "改权重", by=by, at=START)
    later = call.closes_at + timedelta(days=7)
    call.rules = rules_of(call).to_json() | {"pool": 100_000_000}
    version = actions.amend(session, call, rules, "应各单位要求延期", by=by, at=START, closes_at=later, tell=[cast.lead.id])
    assert (call.version, version.version, call.closes_at) == (2, 2, later)
    assert rules_of(call).correction_workdays == 3
    first = session.scalars(sa.select(Version).where(Version.version == 1)).one()
    assert first.rules["correction_workdays"] == 5
    told = session.scalars(sa.select(Message).where(Message.person_id == cast.lead.id)).one()
    assert told.body.startswith("应各单位要求延期\n公告：申报截止：")
    assert "补正期限（工作日）：5 改为 3" in told.body


def test_a_forged_version_is_found(session, cast, money):
    call = published(session, cast, money)
    session.execute(sa.update(Version).values(rules={**call.rules, "pool": 1}))
    assert any("摘要不符" in sentence for check in CHECKS.values() for sentence in check(session))


def test_two_documents_add_up_and_one_counts_once(session, cast, money):
    by = cast.accountant.viewer(session, START)
    actions.add_budget(session, money, year=2026, amount=Money.parse("20", "万元"), document="苏财社〔2026〕9号", by=by, at=START)
    assert free(session, money.ref, 2026) == Money.parse("120", "万元")
    with pytest.raises(Refused):
        actions.add_budget(session, money, year=2026, amount=Money(0), document="苏财社〔2026〕10号", by=by, at=START)


@pytest.mark.parametrize(
    ("who", "state", "status"),
    [
        (None, "open", 200), (None, "draft", 302), ("granny", "open", 200), ("granny", "draft", 404), ("lead", "open", 200),
        ("lead", "proposed", 404), ("officer", "draft", 200), ("leader", "proposed", 200), ("far_officer", "draft", 404),
        ("far_officer", "open", 200), ("street", "open", 200), ("street", "draft", 404), ("operator", "proposed", 200),
        ("operator", "draft", 404), ("worker", "open", 200), ("auditor", "draft", 200), ("expert1", "open", 200),
    ],
)  # fmt: skip
def test_who_opens_a_call(site, cast, engine, who, state, status):
    with transaction(engine) as session:
        call = make.call(session, cast, START, rules=template().to_json(), state=state)
    answer = site.as_(getattr(cast, who) if who else None).client.get(f"/calls/{call.id}")
    assert answer.status_code == status


def test_an_office_below_reads_a_call_but_cannot_run_it(site, cast, engine):
    with transaction(engine) as session:
        call = make.call(session, cast, START, rules=template().to_json(), state="open")
    page = site.as_(cast.street).open("calls.show", id=call.id)
    assert "取消征集" not in page
    assert "截止申报" not in page.buttons()
    assert not page.links("发布新版")
    posted = site.as_(cast.street).open("calls.call_close", id=call.id)
    assert "由主办单位办理" in posted


def test_the_public_does_not_read_a_need_whose_wording_is_not_released(site, cast, engine):
    with transaction(engine) as session:
        hidden = make.need(session, START, state="called", title="三号楼王家漏水")
        shown = make.public_need(session, cast, START, state="called", title="楼道照明")
        call = make.call(session, cast, START, rules=template().to_json(), needs=(hidden, shown))
    for visitor in (site.as_(None), site.as_(cast.lead)):
        page = visitor.open("calls.show", id=call.id)
        assert "楼道照明" in page
        assert "王家" not in page
        assert "王家" not in str(visitor.json(f"/calls/{call.id}"))
    assert "三号楼王家漏水" in site.as_(cast.officer).open("calls.show", id=call.id)


def test_lists_and_pages_cost_the_same_however_long(site, cast, engine, count_queries):
    officer = site.as_(cast.officer)
    for many in (3, 60):
        with transaction(engine) as session:
            fund = make.fund(session, cast, name=f"资金{many}")
            by = cast.accountant.viewer(session, START)
            for n in range(many):
                make.call(session, cast, START, rules=template().to_json(), money=fund)
                year = 2026 + n % 3
                book.budget(session, fund.ref, year, Money(100), area_code="320508", source=f"t{many}/{n}", by=by, at=START)
        for endpoint in ("calls.index", "calls.funds"):
            with count_queries(most=8):
                officer.open(endpoint)
        with count_queries(most=12):
            officer.open("calls.show", id=1)
        with count_queries(most=12):
            officer.open("calls.new")
    assert len(officer.json("/calls")["page"]["rows"]) == 50


def test_the_list_in_json_has_the_same_rows(site, cast, engine):
    with transaction(engine) as session:
        make.call(session, cast, START, rules=template().to_json(), state="draft")
        make.call(session, cast, START, rules=template().to_json(), money=make.fund(session, cast, name="另一笔"))
    assert len(site.as_(cast.officer).json("/calls")["page"]["rows"]) == 2
    assert [row["state"] for row in site.as_(cast.lead).json("/calls")["page"]["rows"]] == ["open"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": ""}, "请填写公告名称"), ({"ceiling": "abc"}, "不是金额"), ({"fund_year": "101"}, "2000 到 2100"),
        ({"opens_on": "2026-99-01"}, ""), ({"pool": "-5"}, "不能是负数"),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_the_field_and_the_rest_is_kept(site, cast, money, values, said):
    page = draft(site, cast.officer, intro="写了很久的正文", **values)
    assert page.status == 422
    assert said in page
    assert page.tree.xpath('string(//textarea[@name="intro"])').strip() == "写了很久的正文"


def test_a_need_called_elsewhere_stands_before_publishing(session, cast):
    """Its sentence stands beside the button, and names the need; nobody learns of it only after confirming."""
    money = make.fund(session, cast)
    need = make.public_need(session, cast, START, state="listed")
    call = make.call(session, cast, START, rules=template().to_json(), state="proposed", money=money, needs=(need,))
    lead = cast.leader.viewer(session, START)
    assert "needs_taken" not in {one.code for one in refusals(session, call, "publish", by=lead, at=START)}
    make.at_state(session, need, "called", START)
    session.flush()
    found = {one.code: one for one in refusals(session, call, "publish", by=lead, at=START)}
    assert need.number in found["needs_taken"].sentence


def test_a_call_whose_rules_were_frozen_under_the_first_schema_still_opens_and_may_be_amended(site, engine, cast):
    old = json.loads((Path(__file__).parents[1] / "data" / "rules_schema_1.json").read_text(encoding="utf-8"))
    with transaction(engine) as session:
        call = make.call(session, cast, START, rules=old, without_needs="试点")
        key, form = call.id, [one["title"] for one in old["form"]]
    page = site.as_(cast.lead).open("calls.show", id=key)
    assert "5 个工作日" in page
    assert "其他规定" in page
    page = site.as_(cast.lead).open("applications.new", call=key)
    drafted = page.submit("建立申报", title="银龄陪伴", category="elderly")
    assert all(title in drafted for title in form)
    with transaction(engine) as session:
        actions.amend(
            session, session.get_one(Call, key), rules_of(session.get_one(Call, key)), "补充说明",
            by=cast.officer.viewer(session, START), at=START,
        )  # fmt: skip
        assert [
            one.rules["schema"] for one in session.scalars(sa.select(Version).where(Version.call_id == key).order_by(Version.version))
        ] == [1, 2]
