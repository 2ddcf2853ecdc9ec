"""Pages of funding: a payment and a claim through their buttons, and who may open what."""

import io

import pytest
import sqlalchemy as sa

from reports.format import capital
from reports.money import Money
from tests import make
from tests.conftest import START
from tests.funding.test_einvoices import XML
from tests.funding.walk import approved, claim, paid, planned, voucher
from tests.projects import stage
from webapp.calls.models import Call
from webapp.core import sheets
from webapp.core.trace import trace
from webapp.funding import actions
from webapp.funding.models import Batch, Recovery, Spending, Tranche
from webapp.projects.models import Project


@pytest.fixture
def first(app, saved, cast):
    """The key of the first tranche of a project just signed."""
    return saved(lambda s: planned(s, cast)[1][0].id)


def test_a_payment_from_request_to_the_bank(site, saved, first, cast):
    page = site.as_(cast.lead).open("funding.tranches").click("第 1 期拨款").click("请款")
    page = page.submit("请款", receipt_kind="invoice", receipt_number="26001")
    assert page.status == 422
    assert "请上传收款票据" in page
    page = page.submit("请款", papers=stage.upload("发票.jpg"))
    assert "已请款" in page
    back = site.as_(cast.officer).open("funding.tranche_return", id=first)
    assert "退回原因" in back, "the box of a step's note has the note's own name"
    page = site.as_(cast.officer).open("funding.tranche_show", id=first).click("经办拟办").submit("经办拟办", note="符合协议")
    assert "待财务审核" in page
    page = site.as_(cast.accountant).open("funding.tranche_show", id=first).click("财务审核").submit("财务审核")
    page = site.as_(cast.leader).open("funding.tranche_show", id=first).take("批准")
    assert "待送支付" in page
    page = site.as_(cast.accountant).open("funding.tranches").click("建立拨款批次").submit("送支付")
    assert "1 笔" in page
    assert capital(saved(lambda s: s.get(Tranche, first)).amount_fen) in page
    assert saved(lambda s: s.get(Tranche, first)).state == "approved"
    page = page.submit("返回修改")
    assert page.heading == "建立拨款批次"
    page = page.submit("送支付").submit("确认送支付")
    assert "待银行回单" in page
    batch = saved(lambda s: s.scalars(sa.select(Batch.id)).one())
    file = page.submit("下载支付申请文件")
    lines = list(sheets.read(io.BytesIO(file.body), "支付.xlsx", ("编号", "收款单位", "账号", "大写金额")))
    assert (lines[0]["收款单位"], lines[0]["账号"]) == ("晨光社会工作服务中心", "6222000011112222")
    key = lines[0]["编号"]
    assert "6222" not in site.as_(cast.leader).open("funding.batch_show", id=batch)
    page = site.as_(cast.accountant).open("funding.batch_answer", id=batch)
    bad = page.submit("导入", answer=(io.BytesIO(f"编号,结果,银行流水号,日期\n{key},成功,,2026-03-02\n".encode()), "回单.csv"))
    assert bad.status == 422
    assert "付款成功要有银行流水号" in bad
    page = bad.submit("导入", answer=(io.BytesIO(f"编号,结果,银行流水号,日期\n{key},成功,YH1,2026-03-02\n".encode()), "回单.csv"))
    assert "到账 1 笔" in page
    page = site.as_(cast.lead).open("funding.tranche_show", id=first)
    assert "已到账" in page
    assert "YH1" in page
    project = saved(lambda s: s.scalars(sa.select(Project)).one())
    assert project.paid_fen > Money(0)


def test_a_tranche_before_its_gate_says_why(site, saved, first, cast):
    second = saved(lambda s: s.scalars(sa.select(Tranche.id).where(Tranche.position == 2)).one())
    page = site.as_(cast.lead).open("funding.tranche_show", id=second)
    assert "前一期还没有到账" in page
    assert "请款" not in page.buttons()


def test_a_claim_is_made_accepted_and_voided(site, saved, first, cast):
    saved(lambda s: paid(s, cast, s.get(Tranche, first)))
    project = saved(lambda s: s.scalars(sa.select(Project.id)).one())
    page = site.as_(cast.member).open("projects.show", id=project).click("登记支出凭证").click("数电票")
    line = page.tree.xpath('//select[@name="budget_line_id"]/option[2]/@value')[0]
    filled = {
        "number": "26322000000000000077", "title": "活动物资", "payee": "好邻居超市", "spent_on": "2026-03-02", "face": "100", "amount": "100.5", "budget_line_id": line,
        "papers": stage.upload("发票.jpg"),
    }  # fmt: skip
    page = page.submit("登记", **filled)
    assert page.status == 422
    assert "最多还能报 100.00 元" in page
    page = page.submit("登记", amount="100", papers=stage.upload("发票.jpg"))
    assert "待审核" in page
    key = saved(lambda s: s.scalars(sa.select(Spending.id)).one())
    assert "认可" not in page.buttons()
    page = site.as_(cast.evaluator).open("funding.spending_show", id=key).submit("认可")
    assert "已认可" in page
    assert "100.00" in site.as_(cast.officer).open("funding.spendings", state="accepted")
    page = site.as_(cast.lead).open("funding.spending_show", id=key).submit("确认作废", note="重复登记")
    assert "已作废" in page
    second = saved(lambda s: claim(s, cast, s.get(Project, project), paper=voucher(number="00088")).id)
    page = site.as_(cast.operator).open("funding.spending_show", id=second).submit("确认不予认可", note="与项目无关")
    assert "不予认可" in page


def test_an_e_invoice_fills_the_form_and_differences_are_shown_beside_it(site, saved, first, cast):
    saved(lambda s: paid(s, cast, s.get(Tranche, first)))
    project = saved(lambda s: s.scalars(sa.select(Project.id)).one())
    page = site.as_(cast.member).open("funding.spending_new", id=project)
    page = page.submit("读取并预填", papers=(io.BytesIO(XML.encode()), "票.xml"))
    assert "已从 XML 读出" in page
    assert page.tree.xpath('//input[@name="number"]/@value') == ["26322000000000001234"]
    assert page.tree.xpath('//input[@name="payee"]/@value') == ["好邻居超市"]
    assert page.tree.xpath('//input[@name="face"]/@value') == ["100.00"]
    line = page.tree.xpath('//select[@name="budget_line_id"]/option[2]/@value')[0]
    page = page.submit("登记", title="彩纸", budget_line_id=line, number="26322000000000001235")
    assert page.status == 422
    assert "上传的电子发票上是“26322000000000001234”" in page
    page = page.submit("登记", reason="同一张票的红冲后新票号码")
    assert "待审核" in page
    assert "号码与电子发票不同" in page
    assert "与电子发票对照" in page
    assert "同一张票的红冲后新票号码" in page
    bad = site.as_(cast.member).open("funding.spending_new", id=project).submit("读取并预填", papers=(io.BytesIO(b"<a/>"), "x.xml"))
    assert "不是数电票或财政电子票据的 XML" in bad
    scan = site.as_(cast.member).open("funding.spending_new", id=project).submit("读取并预填", papers=stage.upload("拍照.jpg"))
    assert "没有读出电子发票" in scan


@pytest.mark.parametrize("kind", ["旧版发票", "财政电子票据", "客票", "小额收款凭证", "分割单"])
def test_every_kind_has_its_form(site, saved, first, cast, kind):
    project = saved(lambda s: s.scalars(sa.select(Project.id)).one())
    page = site.as_(cast.member).open("funding.spending_new", id=project).click(kind)
    assert f"登记{kind}" in page
    assert page.submit("登记").status == 422


def test_termination_and_recovery_through_pages(site, saved, first, cast):
    saved(lambda s: paid(s, cast, s.get(Tranche, first)))
    project = saved(lambda s: s.scalars(sa.select(Project.id)).one())
    page = site.as_(cast.officer).open("projects.show", id=project).click("终止")
    assert "公告没有规定违约后不得申报的年限" in page
    page = page.submit("确认终止", note="单位注销")
    assert "已终止" in page
    assert "结余收回" in page
    key = saved(lambda s: s.scalars(sa.select(Recovery.id)).one())
    page = site.as_(cast.accountant).open("funding.recovery_show", id=key).click("确认到账").submit("确认到账", bank_reference="HK1")
    assert "已收回" in page


def test_a_recovery_by_hand_and_the_archive(site, saved, first, cast):
    def graded(session):
        project = session.scalars(sa.select(Project)).one()
        for one in session.scalars(sa.select(Tranche).where(Tranche.id != first)):
            actions.cancel(session, one, note="不再拨付", by=cast.officer.viewer(session, START), at=START)
        paid(session, cast, session.get(Tranche, first))
        project.state = "evaluated"
        return project.id

    project = saved(graded)
    page = site.as_(cast.officer).open("projects.show", id=project)
    assert "请先发起结余收回" in page
    page = page.click("发起结余收回").submit("发起收回", reason="项目结余")
    assert "待缴回" in page
    key = saved(lambda s: s.scalars(sa.select(Recovery.id)).one())
    site.as_(cast.leader).open("funding.recovery_show", id=key).submit("确认免予收回", note="纪要 3 号")
    page = site.as_(cast.officer).open("projects.show", id=project).submit("确认归档")
    assert "已归档" in page


@pytest.mark.parametrize(
    ("who", "tranche", "listing", "batches"),
    [
        ("officer", 200, 200, 200), ("accountant", 200, 200, 200), ("leader", 200, 200, 200), ("street", 200, 200, 200), ("lead", 200, 200, 403),
        ("member", 200, 200, 403), ("auditor", 200, 200, 200), ("rival", 404, 200, 403), ("worker", 403, 403, 403), ("evaluator", 403, 403, 403),
        ("far_officer", 404, 200, 200), ("granny", 404, 403, 403), ("expert1", 404, 403, 403), ("admin", 404, 403, 403),
    ],
)  # fmt: skip
def test_who_may_open_what(site, first, cast, who, tranche, listing, batches):
    visitor = site.as_(getattr(cast, who))
    assert visitor.open("funding.tranche_show", id=first).status == tranche
    assert visitor.open("funding.tranches").status == listing
    assert visitor.open("funding.batches").status == batches
    assert visitor.open("funding.batch_new").status == (200 if who == "accountant" else 403)


def test_lists_are_scoped(site, first, cast):
    assert "还没有拨款" in site.as_(cast.rival).open("funding.tranches")
    assert "第 1 期拨款" in site.as_(cast.lead).open("funding.tranches")
    assert "没有符合条件的拨款" in site.as_(cast.lead).open("funding.tranches", state="paid")
    assert "还没有支出凭证" in site.as_(cast.far_officer).open("funding.spendings")


def test_pages_stay_cheap(site, saved, first, cast, count_queries):
    def many(session):
        paid(session, cast, session.get(Tranche, first))
        project = session.scalars(sa.select(Project)).one()
        for n in range(20):
            claim(session, cast, project, paper=voucher(number=f"{n:05d}"))
        return session.scalars(sa.select(Spending.id).limit(1)).one(), session.scalars(sa.select(Batch.id)).one(), project.id

    spending, batch, project = saved(many)
    for who in ("officer", "accountant", "lead"):
        pages = [
            ("funding.tranche_show", {"id": first}),
            ("funding.tranches", {}),
            ("funding.spendings", {}),
            ("funding.spending_show", {"id": spending}),
            ("projects.show", {"id": project}),
            ("funding.pay_sheets", {"id": project}),
        ]
        if who == "lead":
            pages += [("funding.spending_new", {"id": project, "kind": "einvoice"}), ("funding.pay_sheet_new", {"id": project})]
        else:
            pages += [("funding.spending_review", {}), ("funding.spending_review", {"at": spending, "project": project})]
        if who != "lead":
            pages += [("funding.batch_show", {"id": batch}), ("funding.batches", {})]
        for endpoint, args in pages:
            with count_queries(most=12):
                assert site.as_(getattr(cast, who)).open(endpoint, **args).status == 200


def test_a_second_batch_is_not_made_of_the_same_tranche(site, saved, first, cast):
    saved(lambda s: approved(s, cast, s.get(Tranche, first)))
    page, other = (site.as_(cast.accountant).open("funding.batch_new").submit("送支付") for _ in range(2))
    page.submit("确认送支付")
    again = page.submit("确认送支付")
    assert saved(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Batch))) == 1
    assert again.status in {200, 422}
    assert "选的内容现在不能选了" in other.submit("确认送支付"), "the other window says it in Chinese"


def test_an_approved_tranche_leads_finance_to_the_batch(site, cast, saved):
    def ready(session):
        _, tranches = planned(session, cast)
        approved(session, cast, tranches[0])
        return tranches[0].id

    page = site.as_(cast.accountant).open("funding.tranche_show", id=saved(ready))
    assert page.click("送支付").heading == "建立拨款批次"


def test_the_public_follows_every_payment_and_nobody_by_name(site, saved, cast):
    def lived(session):
        project, tranches = planned(session, cast)
        paid(session, cast, tranches[0])
        for n in range(25):
            spending = claim(session, cast, project, paper=voucher(number=f"{n:05d}"), amount=Money(10_000), payee="王师傅")
            actions.accept(session, spending, by=cast.officer.viewer(session, START), at=START)
        claim(session, cast, project, paper=voucher(number="09999"), payee="未审核的人")
        return project.id

    page = site.as_(None).open("portal.project", id=saved(lived))
    assert "第 1 期" in page
    assert len(page.tree.xpath('//td[@data-label="用在哪里"]')) == 20
    older = page.click("下一页")
    assert len(older.tree.xpath('//td[@data-label="用在哪里"]')) == 5
    for words in ("王师傅", "未审核的人", "26 0001", "好邻居"):
        assert words not in page
        assert words not in older


def test_the_public_page_of_a_project_names_the_needs_it_came_from(site, saved, cast):
    def lived(session):
        project, _ = planned(session, cast)
        need = make.public_need(session, cast, START, state="delivering", person=cast.granny, title="想要老年食堂")
        trace(session, need.ref, f"application:{project.application_id}")
        return project.id

    page = site.as_(None).open("portal.project", id=saved(lived))
    assert "从哪些需求来" in page
    assert "想要老年食堂" in page


def test_a_termination_says_in_figures_what_it_will_do_and_does_it(site, saved, first, cast):
    def under_way(session):
        tranche = session.get(Tranche, first)
        paid(session, cast, tranche)
        project = session.get(Project, tranche.project_id)
        spent = claim(session, cast, project)
        actions.accept(session, spent, by=cast.operator.viewer(session, START), at=START)
        call = session.get(Call, project.call_id)
        call.rules = {**call.rules, "breach": {"ban_years": 3}}
        return project.id, tranche.amount_fen - spent.amount_fen, spent.amount_fen

    project, unspent, spent = saved(under_way)
    page = site.as_(cast.officer).open("projects.show", id=project).click("终止")
    assert f"发起收回 {unspent.fen / 100:,.2f}元" in page.text.replace("元 ", "元")
    assert "第 2 期拨款" in page
    assert "3 年内不得申报" in page
    assert "2029年3月2日" in page
    assert saved(lambda s: s.get(Project, project).state) == "delivering"
    page = page.submit("确认终止", note="挪用资金", breach="y")
    assert "已终止" in page
    assert saved(lambda s: s.scalars(sa.select(Recovery.amount_fen)).one()) == unspent
    page = site.as_(cast.officer).open("accounts.organisation_show", id=saved(lambda s: s.get(Project, project).organisation_id))
    assert "违约终止" in page
    assert spent
