"""The approval chain with its thresholds, the days of a tranche, receipts that follow, files for the bank and its partial answers."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests import make
from tests.conftest import START
from tests.funding.walk import approved, paid, planned
from tests.projects import stage
from webapp.accounts.models import Membership, Organisation
from webapp.accounts.viewer import viewer_of
from webapp.calls.models import Call
from webapp.core import journal, settings
from webapp.core.clock import today
from webapp.core.workflow import Refused
from webapp.desk import queries as desk
from webapp.funding import actions
from webapp.funding.models import Batch, Tranche
from webapp.funding.rules.chain import Chain

WAN = 1_000_000


def refused(*codes):
    return pytest.raises(Refused, check=lambda error: set(codes) <= {one.code for one in error.refusals})


@pytest.mark.parametrize(
    ("chain", "amount", "stages"),
    [
        (Chain(None, None), 10**9, []), (Chain(Money(0), None), 1, ["head"]), (Chain(Money(100), Money(200)), 99, []),
        (Chain(Money(100), Money(200)), 100, ["head"]), (Chain(Money(100), Money(200)), 200, ["head", "meeting"]),
        (Chain.of({}), 10**9, []), (Chain.of({"head_from": 1, "meeting_from": None}), 1, ["head"]),
    ],
)  # fmt: skip
def test_who_is_asked_from_which_amount_on(chain, amount, stages):
    assert chain.stages(Money(amount)) == stages
    assert Chain.of(chain.to_json()) == chain
    assert len(chain.told()) == 3 + (chain.head_from is not None) + (chain.meeting_from is not None)


def asked(session, cast, tranche):
    actions.request(
        session, tranche, receipt_kind="invoice", receipt_number="1", papers=[stage.picture("发票.jpg")], by=cast.lead.viewer(session, START), at=START
    )  # fmt: skip


def test_a_large_payment_goes_through_the_head_and_a_meeting(session, cast):
    _, [first, *_] = planned(session, cast)
    people = {name: getattr(cast, name).viewer(session, START) for name in ("officer", "head", "accountant", "leader")}
    actions.set_chain(session, Chain(Money(0), Money(WAN)), from_day=today(START), by=people["leader"], at=START)
    asked(session, cast, first)
    actions.prepare(session, first, note="好", by=people["officer"], at=START)
    assert first.stages == ["head", "meeting"]
    with refused("state"):
        actions.check(session, first, by=people["accountant"], at=START)
    actions.review(session, first, by=people["head"], at=START)
    actions.check(session, first, by=people["accountant"], at=START)
    with refused("state"):
        actions.approve(session, first, by=people["leader"], at=START)
    with refused("minutes"):
        actions.discuss(
            session,
            first,
            meeting_name="局党组会",
            meeting_on=date(2026, 3, 2),
            minutes_number="〔2026〕3号",
            by=people["officer"],
            at=START,
        )
    actions.discuss(
        session, first, meeting_name="局党组会", meeting_on=date(2026, 3, 2), minutes_number="〔2026〕3号", minutes=[stage.picture("纪要.jpg", 70)],
        by=people["officer"], at=START,
    )  # fmt: skip
    actions.approve(session, first, by=people["leader"], at=START)
    assert first.state == "approved"


def test_what_was_prepared_keeps_its_chain_and_what_is_sent_back_begins_anew(session, cast):
    _, [first, *_] = planned(session, cast)
    officer, leader = cast.officer.viewer(session, START), cast.leader.viewer(session, START)
    asked(session, cast, first)
    actions.prepare(session, first, note="好", by=officer, at=START)
    actions.set_chain(session, Chain(Money(0), None), from_day=today(START), by=leader, at=START)
    assert first.stages == []
    actions.check(session, first, by=cast.accountant.viewer(session, START), at=START)
    actions.send_back(session, first, note="票据不清", by=leader, at=START)
    assert (first.prepared_by_id, first.checked_by_id) == (None, None)
    asked(session, cast, first)
    actions.prepare(session, first, note="好", by=officer, at=START)
    assert first.stages == ["head"]
    with refused("from_day"):
        actions.set_chain(session, Chain(None, None), from_day=today(START) - timedelta(days=1), by=leader, at=START)


def test_a_deputy_signs_for_the_one_who_is_away(session, cast):
    _, [first, *_] = planned(session, cast)
    asked(session, cast, first)
    actions.prepare(session, first, note="好", by=cast.officer.viewer(session, START), at=START)
    post = session.scalars(sa.select(Membership).where(Membership.person_id == cast.accountant.id, Membership.role == "finance")).one()
    post.deputy_id, post.away_from, post.away_until = cast.head.id, today(START), today(START) + timedelta(days=3)
    session.flush()
    actions.check(session, first, by=viewer_of(session, cast.head.id, START), at=START)
    actions.approve(session, first, by=cast.leader.viewer(session, START), at=START)
    batch = actions.create_batch(session, [first.id], by=viewer_of(session, cast.head.id, START), at=START)
    steps = {one.step: one.on_behalf for one in journal.lines(session, [first.ref, batch.ref])}
    assert steps["check"] == steps["send"] == f"person:{cast.accountant.id}"
    said = {one.step: one.on_behalf for one in journal.lines(session, [batch.ref])}
    assert said["create"] == f"person:{cast.accountant.id}"


def test_days_begin_when_the_trigger_is_reached_and_the_to_do_with_them(session, cast):
    project, [first, second, *_] = planned(session, cast)
    assert first.reached_at == START
    assert second.reached_at is None
    lead = cast.lead.viewer(session, START)
    waiting = [one.ref for one in desk.todos(session, lead).rows if one.step == "request"]
    assert waiting == [first.ref]
    second.within = {"length": 15, "unit": "day"}
    session.flush()
    project.state = "passed"
    actions.follow_project(session, project, "pass", by=lead, at=START)
    assert second.reached_at == START
    assert today(second.pay_by) == today(START) + timedelta(days=15)
    assert first.ref in {one.ref for one in desk.todos(session, lead).rows}


def test_who_is_late_is_urged_once_a_day(session, cast):
    _, [first, *_] = planned(session, cast)
    lead = cast.lead.viewer(session, START)
    with refused("state"):
        actions.urge(session, first, by=lead, at=START)
    asked(session, cast, first)
    assert actions.urge(session, first, by=lead, at=START) > 0
    with refused("urged"):
        actions.urge(session, first, by=lead, at=START + timedelta(hours=3))
    assert actions.urge(session, first, by=lead, at=START + timedelta(days=1)) > 0


def later(session, project):
    """The call lets the receipt follow within ten days."""
    call = session.get_one(Call, project.call_id)
    call.rules = {**call.rules, "receipt_after": {"length": 10, "unit": "day"}}
    session.flush()


def test_the_receipt_may_follow_and_holds_the_next_tranche_until_it_does(session, cast):
    project, [first, second, *_] = planned(session, cast)
    later(session, project)
    lead, finance = cast.lead.viewer(session, START), cast.accountant.viewer(session, START)
    actions.request(session, first, receipt_kind="invoice", receipt_number="", by=lead, at=START)
    actions.prepare(session, first, note="好", by=cast.officer.viewer(session, START), at=START)
    actions.check(session, first, by=finance, at=START)
    actions.approve(session, first, by=cast.leader.viewer(session, START), at=START)
    actions.create_batch(session, [first.id], by=finance, at=START)
    actions.pay(session, first, bank_reference="YH1", paid_on=date(2026, 3, 2), by=finance, at=START)
    assert today(first.due_at) == date(2026, 3, 12)
    assert [one.todo for one in desk.todos(session, lead).rows if one.ref == first.ref] == ["待补交收款票据"]
    with refused("previous_receipt"):
        actions.request(session, second, receipt_kind="invoice", receipt_number="2", papers=[stage.picture("发票.jpg")], by=lead, at=START)
    with refused("receipt"):
        actions.give_receipt(session, first, receipt_kind="invoice", receipt_number="1", by=lead, at=START)
    session.expire(first)


def test_a_receipt_given_later_closes_its_to_do(session, cast):
    _, [first, *_] = planned(session, cast)
    paid(session, cast, first)
    first.receipt_number = ""
    session.flush()
    lead = cast.lead.viewer(session, START)
    actions.give_receipt(session, first, receipt_kind="invoice", receipt_number="1", papers=[stage.picture("发票.jpg")], by=lead, at=START)
    assert not [one for one in desk.todos(session, lead).rows if one.ref == first.ref]
    with refused("receipt"):
        actions.give_receipt(session, first, receipt_kind="invoice", receipt_number="2", by=lead, at=START)


def test_a_corrected_account_is_one_that_changed(session, cast):
    project, [first, *_] = planned(session, cast)
    approved(session, cast, first)
    finance = cast.accountant.viewer(session, START)
    actions.create_batch(session, [first.id], by=finance, at=START)
    actions.bounce(session, first, note="户名不符", by=finance, at=START)
    with refused("account"):
        actions.resend(session, first, note="已更正", why="account", by=finance, at=START)
    session.get_one(Organisation, project.organisation_id).bank_account = "6222000099998888"
    session.flush()
    actions.resend(session, first, note="已更正", why="account", by=finance, at=START)
    assert first.state == "approved"


def test_the_bank_answers_in_parts_and_says_again_what_it_said(site, saved, cast):
    def lived(session):
        keys = []
        for name in ("甲资金", "乙资金"):
            project, [first, *_] = planned(session, cast, money=make.fund(session, cast, name=name))
            approved(session, cast, first)
            keys.append((first.id, f"{project.number}-1"))
        batch = actions.create_batch(session, [key for key, _ in keys], by=cast.accountant.viewer(session, START), at=START)
        return batch.id, [name for _, name in keys]

    batch, [one, two] = saved(lived)
    office = site.as_(cast.accountant)

    def answer(*lines):
        text = "\n".join(["编号,结果,银行流水号,日期", *lines])
        return office.open("funding.batch_answer", id=batch).submit("导入", answer=(io.BytesIO(text.encode()), "回单.csv"))

    page = answer(f"{one},成功,YH1,2026-03-02")
    assert "1 笔，共 2 笔" in page
    assert saved(lambda s: s.get_one(Batch, batch).answered_at) is None
    assert "没有新的回单" in answer(f"{one},成功,YH1,2026-03-02")
    assert "与这份回单不同" in answer(f"{one},退回,,2026-03-02")
    page = answer(f"{one},成功,YH1,2026-03-02", f"{two},退回,,2026-03-02")
    assert "2 笔，共 2 笔" in page
    assert saved(lambda s: s.get_one(Batch, batch).answered_at) is not None


def test_the_chain_and_the_columns_are_set_on_their_pages_and_shown(site, saved, cast):
    first = saved(lambda s: planned(s, cast)[1][0].id)
    page = site.as_(cast.leader).open("funding.tranches").click("审批链").click("设置审批链")
    page = page.submit("保存", head_from="0", meeting_from="", from_day="2026-03-02")
    assert "科室负责人审核" in page
    page = site.as_(cast.lead).open("funding.tranche_show", id=first)
    assert "科室负责人审核" in page
    office = site.as_(cast.officer).open("funding.tranche_show", id=first)
    assert "单位请款前还缺" in office
    assert "请填写收款票据号码" in office
    assert "请上传收款票据" in office
    page = site.as_(cast.accountant).open("funding.approval").click("设置支付文件的列")
    assert "没有“户名”这一列" in page.submit("保存", columns="户名\n账号")
    assert "缺少" in page.submit("保存", columns="收款单位\n账号")
    page = page.submit("保存", columns="收款人账号=账号\n收款人户名=收款单位\n金额\n编号")
    assert "收款人账号、收款人户名、金额、编号" in page

    def sent(session):
        approved_one = session.get_one(Tranche, first)
        asked(session, cast, approved_one)
        actions.prepare(session, approved_one, note="好", by=cast.officer.viewer(session, START), at=START)
        actions.review(session, approved_one, by=cast.head.viewer(session, START), at=START)
        actions.check(session, approved_one, by=cast.accountant.viewer(session, START), at=START)
        actions.approve(session, approved_one, by=cast.leader.viewer(session, START), at=START)
        return actions.create_batch(session, [first], by=cast.accountant.viewer(session, START), at=START).id

    batch = saved(sent)
    page = site.as_(cast.accountant).open("funding.batch_show", id=batch)
    assert "元整" in page or "圆整" in page
    file = page.submit("下载 CSV")
    assert file.body.decode("utf-8-sig").splitlines()[0] == "收款人账号,收款人户名,金额,编号"
    page = site.as_(cast.lead).open("funding.tranche_show", id=first)
    assert saved(lambda s: settings.value(s, "funding.approval", at=START, area="320508")) == {"head_from": 0, "meeting_from": None}
