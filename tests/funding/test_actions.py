"""Payments, claims and recoveries as verbs on both databases, the book beside them to the fen."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests.conftest import START
from tests.funding.walk import approved, claim, paid, planned, voucher
from tests.projects import stage
from webapp.accounts.models import Organisation, Record
from webapp.applications import queries as applications
from webapp.applications.models import Application
from webapp.book import queries as book
from webapp.calls.models import Call
from webapp.core import files
from webapp.core.files import Checked
from webapp.core.workflow import Refused
from webapp.desk.queries import todos
from webapp.funding import actions, queries
from webapp.funding.models import Batch, Document, Recovery, Spending, Tranche
from webapp.funding.queries import ending, pages
from webapp.needs.models import Need
from webapp.portal.queries import lists as public
from webapp.projects import actions as changes
from webapp.projects.models import BudgetLine, Project
from webapp.reviews.models import Result


def damages(session):
    return [one for check in (*queries.CHECKS.values(), *book.CHECKS.values()) for one in check(session)]


def answer(text):
    return Checked("回单.csv", text.encode(), "text/plain")


def test_the_plan_adds_up_and_is_made_once(session, cast):
    project = stage.delivering(session, cast, START, awarded=4_999_999)
    assert actions.plan_tranches(session, START) == 1
    assert actions.plan_tranches(session, START) == 0
    found = session.scalars(sa.select(Tranche).order_by(Tranche.position)).all()
    assert [one.position for one in found] == list(range(1, len(found) + 1))
    assert sum((one.amount_fen for one in found), Money(0)) == project.granted_fen
    assert damages(session) == []


def test_a_tranche_goes_to_the_bank_and_the_book_follows(session, cast):
    project, tranches = planned(session, cast)
    first = tranches[0]
    approved(session, cast, first)
    assert (first.prepared_by_id, first.checked_by_id, first.approved_by_id) == (cast.officer.id, cast.accountant.id, cast.leader.id)
    finance = cast.accountant.viewer(session, START)
    batch = actions.create_batch(session, [first.id], by=finance, at=START)
    assert (batch.count, batch.total_fen, first.state) == (1, first.amount_fen, "sent")
    assert book.position(session, project.ref).in_payment == first.amount_fen
    key = pages.key_of(project.number, 1)
    [payee] = pages.payees(session, batch.id)
    assert (payee.key, payee.account, payee.amount) == (key, "6222000011112222", first.amount_fen)
    taken = actions.take(session, batch, answer(f"编号,结果,银行流水号,日期\n{key},成功,YH001,2026-03-02\n"), by=finance, at=START)
    assert (taken.paid, taken.bounced, taken.faults) == (1, 0, ())
    assert (first.state, first.paid_on, first.bank_reference) == ("paid", date(2026, 3, 2), "YH001")
    session.refresh(project)
    assert project.paid_fen == first.amount_fen
    assert book.position(session, project.ref).unspent == first.amount_fen
    assert batch.answered_at == START
    assert damages(session) == []


def test_the_same_person_never_passes_it_on_twice(session, cast):
    _, [first, *_] = planned(session, cast)
    actions.request(
        session, first, receipt_kind="invoice", receipt_number="1", papers=[stage.picture()], by=cast.lead.viewer(session, START), at=START
    )
    street = cast.street.viewer(session, START)
    with pytest.raises(Refused, match="另一个单位主办"):
        actions.prepare(session, first, note="好", by=street, at=START)


def test_a_request_says_all_that_is_missing(session, cast):
    project, [_, second, *_] = planned(session, cast)
    session.get(Organisation, project.organisation_id).bank_account = None
    with pytest.raises(Refused) as refused:
        actions.request(session, second, receipt_kind="donation", receipt_number="", by=cast.lead.viewer(session, START), at=START)
    assert [r.code for r in refused.value.refusals] == ["trigger", "previous", "account", "receipt_kind", "receipt_number", "receipt"]


def test_a_wrong_answer_of_the_bank_is_told_by_cell_and_takes_nothing(session, cast):
    project, [first, *_] = planned(session, cast)
    approved(session, cast, first)
    finance = cast.accountant.viewer(session, START)
    batch = actions.create_batch(session, [first.id], by=finance, at=START)
    key = pages.key_of(project.number, 1)
    bad = f"编号,结果,银行流水号,日期\n{key},也许,,2026-13-01\nG2026-9999-1,成功,X,2026-03-02\n{key},成功,X,2026-03-02\n"
    taken = actions.take(session, batch, answer(bad), by=finance, at=START)
    assert [re.split("[:：]", fault)[0] for fault in taken.faults] == [
        "第 2 行“结果”列",
        "第 2 行“日期”列",
        "第 3 行“编号”列",
        "第 4 行“编号”列",
    ]
    assert first.state == "sent"
    with pytest.raises(Refused, match="缺少列"):
        actions.take(session, batch, answer("编号,结果\nx,成功\n"), by=finance, at=START)
    never = actions.take(session, batch, answer(f"编号,结果,银行流水号,日期\n{key},成功,X,2026-02-30\n"), by=finance, at=START)
    assert "第 2 行“日期”列：“2026-02-30”不是日期" in never.faults[0]
    early = actions.take(session, batch, answer(f"编号,结果,银行流水号,日期\n{key},成功,X,2026-03-01\n"), by=finance, at=START)
    assert "早于送支付" in early.faults[0]


def test_a_bounced_tranche_is_mended_and_sent_again(session, cast):
    project, [first, *_] = planned(session, cast)
    approved(session, cast, first)
    finance = cast.accountant.viewer(session, START)
    batch = actions.create_batch(session, [first.id], by=finance, at=START)
    key = pages.key_of(project.number, 1)
    actions.take(session, batch, answer(f"编号,结果,银行流水号,日期,失败原因\n{key},退回,,2026-03-02,账号户名不符\n"), by=finance, at=START)
    assert (first.state, first.bounce_reason) == ("bounced", "账号户名不符")
    assert [one.why for one in todos(session, finance).rows if one.ref == first.ref] == ["账号户名不符"]
    assert book.position(session, project.ref).to_request == project.granted_fen
    actions.resend(session, first, note="户名已更正", by=finance, at=START)
    second = actions.create_batch(session, [first.id], by=finance, at=START)
    with session.begin_nested(), pytest.raises(Refused, match="请填写退回原因"):
        actions.bounce(session, first, note=" ", by=finance, at=START)
    with session.begin_nested() as undo:
        actions.take(session, second, answer(f"编号,结果,银行流水号,日期\n{key},退回,,2026-03-02\n"), by=finance, at=START)
        assert first.bounce_reason == "银行回单没有写明原因"
        undo.rollback()
    actions.pay(session, first, bank_reference="YH2", paid_on=date(2026, 3, 2), by=finance, at=START)
    assert second.id != batch.id
    assert first.state == "paid"
    assert damages(session) == []


def test_a_returned_request_forgets_who_had_passed_it(session, cast):
    _, [first, *_] = planned(session, cast)
    actions.request(
        session, first, receipt_kind="invoice", receipt_number="1", papers=[stage.picture()], by=cast.lead.viewer(session, START), at=START
    )
    actions.prepare(session, first, note="好", by=cast.officer.viewer(session, START), at=START)
    actions.send_back(session, first, note="发票抬头有误", by=cast.accountant.viewer(session, START), at=START)
    assert (first.state, first.prepared_by_id) == ("planned", None)
    with pytest.raises(Refused, match="上传收款票据"):  # the earlier scan is kept as of before and does not stand for the new one
        actions.request(session, first, receipt_kind="invoice", receipt_number="2", by=cast.lead.viewer(session, START), at=START)
    assert [one.kind for one in files.of(session, first.ref)] == ["past_receipt"]
    session.refresh(first)
    approved(session, cast, first)
    assert first.state == "approved"


def test_a_cancelled_tranche_frees_its_money(session, cast):
    _, [*_, last] = planned(session, cast)
    before = book.free(session, "fund:1", 2026)
    actions.cancel(session, last, note="验收扣减", by=cast.officer.viewer(session, START), at=START)
    assert book.free(session, "fund:1", 2026) == before + last.amount_fen
    assert damages(session) == []


def test_a_claim_is_accepted_and_voided_with_all_its_sums(session, cast):
    project, [first, *_] = planned(session, cast)
    paid(session, cast, first)
    one = claim(session, cast, project)
    assert one.state == "claimed"
    assert session.scalars(sa.select(Document.claimed_fen)).one() == Money(10_000)
    with pytest.raises(Refused, match="不能审核自己"):
        actions.accept(session, _as_own(session, one, cast), by=cast.officer.viewer(session, START), at=START)
    one.by_id = cast.member.id
    actions.accept(session, one, by=cast.officer.viewer(session, START), at=START)
    session.refresh(project)
    line = session.get(BudgetLine, one.budget_line_id)
    assert (project.spent_fen, line.spent_fen, book.position(session, project.ref).spent) == (Money(10_000),) * 3
    assert damages(session) == []
    actions.void(session, one, note="重复登记", by=cast.lead.viewer(session, START), at=START)
    assert (project.spent_fen, line.spent_fen, session.scalars(sa.select(Document.claimed_fen)).one()) == (Money(0),) * 3
    assert damages(session) == []


def _as_own(session, spending, cast):
    spending.by_id = cast.officer.id
    session.flush()
    return spending


def test_no_line_shrinks_below_what_waits_on_it(session, cast):
    """A change of the budget looks at what was accepted and at what waits for a decision, when it is asked for and when it is approved."""
    project, [first, *_] = planned(session, cast)
    paid(session, cast, first)
    line, other = session.scalars(sa.select(BudgetLine).where(BudgetLine.project_id == project.id).order_by(BudgetLine.position)).all()[:2]
    lead, officer = cast.lead.viewer(session, START), cast.officer.viewer(session, START)
    moved = {line.id: Money(5_000), other.id: other.grant_fen + line.grant_fen - Money(5_000)}
    proposal = changes.propose_budget(session, project, amounts=moved)
    asked = changes.request_change(session, project, "budget", proposal, why="少买", by=lead, at=START)
    one = claim(session, cast, project)
    assert (line.spent_fen, line.claimed_fen, line.waiting) == (Money(0), Money(10_000), 1)
    said = rf"“{line.title}”已列支 0\.00 元，另有 1 张支出凭证待审核，合计 100\.00 元，不能调到 50\.00 元"
    with session.begin_nested(), pytest.raises(Refused, match=said):
        changes.approve_change(session, asked, by=officer, at=START)
    with pytest.raises(Refused, match=said) as refused:
        changes.propose_budget(session, project, amounts=moved)
    assert refused.value.refusals[0].place == f"amount_{line.id}"
    actions.reject(session, one, note="少买", by=officer, at=START)
    changes.approve_change(session, asked, by=officer, at=START)
    with pytest.raises(Refused, match=r"只剩 50\.00 元"):
        claim(session, cast, project)
    assert (line.grant_fen, line.claimed_fen, line.waiting, damages(session)) == (Money(5_000), Money(0), 0, [])


def test_one_document_is_never_claimed_beyond_its_face(session, cast):
    project, [first, *_] = planned(session, cast)
    paid(session, cast, first)
    claim(session, cast, project, amount=Money(6_000))
    with pytest.raises(Refused, match=r"最多还能报 40\.00 元"):
        claim(session, cast, project, line=1, paper=voucher(number="2632-2000 0000 0000 1234"), amount=Money(4_001))
    second = claim(session, cast, project, line=1, paper=voucher(number="２６322000000000001234"), amount=Money(4_000))
    assert session.scalars(sa.select(sa.func.count()).select_from(Document)).one() == 1
    with pytest.raises(Refused, match="票面金额是"):
        claim(session, cast, project, line=1, paper=voucher(face=Money(20_000)), amount=Money(1))
    actions.reject(session, second, note="与项目无关", by=cast.officer.viewer(session, START), at=START)
    again = claim(session, cast, project, line=1, amount=Money(4_000))
    assert again.id != second.id
    assert damages(session) == []


def test_nothing_is_claimed_before_it_was_paid_or_outside_the_project(session, cast):
    project, [first, *_] = planned(session, cast)
    with pytest.raises(Refused, match=r"已到账的资助只剩 0\.00 元"):
        claim(session, cast, project)
    paid(session, cast, first)
    with pytest.raises(Refused) as refused:
        claim(
            session,
            cast,
            project,
            paper=voucher(number="00009", face=Money(3_000_001)),
            spent_on=date(2026, 2, 1),
            papers=[],
            amount=Money(3_000_001),
        )
    assert [r.code for r in refused.value.refusals] == ["files", "spent_on", "line", "paid"]


def test_from_the_grade_to_the_archive(session, cast):
    project, [first, *others] = planned(session, cast)
    paid(session, cast, first)
    one = claim(session, cast, project)
    actions.accept(session, one, by=cast.officer.viewer(session, START), at=START)
    officer, finance = cast.officer.viewer(session, START), cast.accountant.viewer(session, START)
    with pytest.raises(Refused, match="绩效等级确认"):
        actions.demand(session, project, reason="结余", by=officer, at=START)
    project.state = "evaluated"
    session.flush()
    with pytest.raises(Refused, match="期拨款没有办完"):
        actions.archive(session, project, by=officer, at=START)
    session.refresh(project)
    for other in others:
        actions.cancel(session, other, note="不再拨付", by=officer, at=START)
    with pytest.raises(Refused, match="先发起结余收回"):
        actions.archive(session, project, by=officer, at=START)
    session.refresh(project)
    recovery = actions.demand(session, project, reason="项目结余", by=officer, at=START)
    assert recovery.amount_fen == first.amount_fen - Money(10_000)
    with pytest.raises(Refused, match="没有结余"):
        actions.demand(session, project, reason="再收", by=officer, at=START)
    before = book.free(session, "fund:1", 2026)
    actions.receive(session, recovery, bank_reference="HK1", by=finance, at=START)
    assert book.free(session, "fund:1", 2026) == before + recovery.amount_fen
    assert session.scalars(sa.select(Record.until_day).where(Record.kind == "owed")).one() == date(2026, 3, 2)
    actions.archive(session, project, by=officer, at=START)
    assert project.state == "archived"
    assert damages(session) == []


def test_what_is_waived_counts_as_spent(session, cast):
    project, [first, *_] = planned(session, cast)
    paid(session, cast, first)
    project.state = "evaluated"
    session.flush()
    recovery = actions.demand(session, project, reason="结余", by=cast.officer.viewer(session, START), at=START)
    actions.waive(session, recovery, note="会议纪要〔2026〕3 号", by=cast.leader.viewer(session, START), at=START)
    session.refresh(project)
    assert project.spent_fen == first.amount_fen
    assert damages(session) == []


def test_a_terminated_project_releases_demands_and_relists(session, cast):
    project, [first, *_] = planned(session, cast)
    paid(session, cast, first)
    before = book.free(session, "fund:1", 2026)
    actions.terminate(session, project, note="单位注销", by=cast.officer.viewer(session, START), at=START)
    assert project.state == "terminated"
    assert book.free(session, "fund:1", 2026) == before + project.granted_fen - first.amount_fen
    assert session.scalars(sa.select(Recovery.amount_fen)).one() == first.amount_fen
    assert {one.state for one in session.scalars(sa.select(Tranche).where(Tranche.id != first.id))} == {"cancelled"}
    assert session.scalars(sa.select(Need.state)).all() == ["listed"]
    assert damages(session) == []


def test_what_a_termination_leaves_unpaid_is_free_for_the_reserve(session, cast):
    """The tranches given up and what was never asked for, together: all of the award that was not paid."""
    project, [first, *_] = planned(session, cast)
    paid(session, cast, first)
    result = Result(
        application_id=project.application_id, call_id=project.call_id, outcome="propose", amount_fen=project.granted_fen, panel_n=0
    )
    session.add(result)
    session.flush()
    actions.terminate(session, project, note="单位注销", by=cast.officer.viewer(session, START), at=START)
    assert result.freed_fen == project.granted_fen - first.amount_fen


def test_a_breach_bars_the_organisation_for_the_years_its_call_says(session, cast):
    """中山2013: 违约 3 年内不得参加."""
    project, _ = planned(session, cast)
    call = session.get_one(Call, project.call_id)
    officer = cast.officer.viewer(session, START)
    call.rules = {**call.rules, "breach": {"ban_years": 3}}
    actions.terminate(session, project, note="挪用资金", breach=True, by=officer, at=START)
    ban = session.scalars(sa.select(Record).where(Record.kind == "ban")).one()
    assert (ban.organisation_id, ban.from_day, ban.until_day) == (project.organisation_id, date(2026, 3, 2), date(2029, 3, 2))
    asked = applications.outcomes(session, session.get_one(Application, project.application_id), START)
    assert [one.outcome for one in asked if "禁止申报期" in one.rule.text] == ["fail"]


def test_a_breach_lets_all_that_was_paid_be_asked_back_and_is_told_in_public(session, cast):
    project, [first, *_] = planned(session, cast)
    paid(session, cast, first)
    officer, finance, lead = (one.viewer(session, START) for one in (cast.officer, cast.accountant, cast.leader))
    actions.accept(session, claim(session, cast, project), by=officer, at=START)
    call = session.get_one(Call, project.call_id)
    call.rules = {**call.rules, "breach": {"claw_back": True, "publish": True}}
    assert ending.of(session, project, START).claw_back == first.amount_fen
    with session.begin_nested(), pytest.raises(Refused, match="承接单位违约"):
        actions.terminate(session, project, note="挪用资金", claw_back=True, by=officer, at=START)
    actions.terminate(session, project, note="挪用资金", breach=True, claw_back=True, by=officer, at=START)
    recovery = session.scalars(sa.select(Recovery)).one()
    assert (recovery.amount_fen, recovery.of_spent_fen) == (first.amount_fen, Money(10_000))
    assert [one.why for one in public.project(session, project.id).criticised] == ["违约终止"]
    with session.begin_nested() as undo:
        actions.waive(session, recovery, note="集体研究", by=lead, at=START)
        assert (project.spent_fen, book.position(session, project.ref).spent, damages(session)) == (first.amount_fen, first.amount_fen, [])
        undo.rollback()
    actions.receive(session, recovery, bank_reference="YH9", by=finance, at=START)
    where = book.position(session, project.ref)
    assert (project.spent_fen, where.spent, where.returned, where.unspent) == (Money(0), Money(0), first.amount_fen, Money(0))
    assert damages(session) == []


def test_a_termination_without_a_breach_bars_nobody(session, cast):
    project, _ = planned(session, cast)
    call = session.get_one(Call, project.call_id)
    call.rules = {**call.rules, "breach": {"ban_years": 3}}
    actions.terminate(session, project, note="单位注销", by=cast.officer.viewer(session, START), at=START)
    assert session.scalar(sa.select(sa.func.count()).where(Record.kind == "ban")) == 0


def test_no_termination_while_money_is_under_way(session, cast):
    project, [first, *_] = planned(session, cast)
    approved(session, cast, first)
    with pytest.raises(Refused, match="等银行回音"):
        actions.terminate(session, project, note="x", by=cast.officer.viewer(session, START), at=START)


def test_a_tampered_sum_is_found(session, cast):
    project, [first, *_] = planned(session, cast)
    paid(session, cast, first)
    claim(session, cast, project)
    for statement in (
        "UPDATE projects SET paid_fen = paid_fen + 1", "UPDATE projects SET spent_fen = 5", "UPDATE budget_lines SET spent_fen = 7 WHERE position = 1",
        "UPDATE spending_documents SET claimed_fen = 9", "UPDATE budget_lines SET claimed_fen = 9 WHERE waiting = 1",
        "UPDATE budget_lines SET waiting = 2 WHERE waiting = 1",
    ):  # fmt: skip
        with session.begin_nested() as undo:
            session.execute(sa.text(statement))
            found = damages(session)
            assert found != [], statement
            assert any("账簿" in said for said in found) == statement.startswith("UPDATE projects"), statement
            undo.rollback()
    assert damages(session) == []


def test_a_batch_is_of_approved_tranches_in_ones_area(session, cast):
    _, [first, *_] = planned(session, cast)
    finance = cast.accountant.viewer(session, START)
    with pytest.raises(Refused, match="有的已经送支付"):
        actions.create_batch(session, [first.id], by=finance, at=START)
    with pytest.raises(Refused, match="至少选择"):
        actions.create_batch(session, [], by=finance, at=START)
    assert session.scalars(sa.select(Batch)).all() == []
    assert session.scalars(sa.select(Spending)).all() == []
    assert session.get(Project, first.project_id).due_at > START + timedelta(days=300)


def test_a_batch_is_answered_with_its_last_payment(session, cast):
    _, tranches = planned(session, cast)
    first = tranches[0]
    approved(session, cast, first)
    finance = cast.accountant.viewer(session, START)
    batch = actions.create_batch(session, [first.id], by=finance, at=START)
    assert batch.number.startswith("BK2026-")
    assert batch.answered_at is None
    actions.pay(session, first, bank_reference="YH9", paid_on=date(2026, 3, 2), by=finance, at=START)
    session.refresh(batch)
    assert batch.answered_at == START
