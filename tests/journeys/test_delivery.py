"""Delivery and money, through pages alone: from the agreement to the archive with all that goes wrong on the way; to a termination.

What the stages before leave behind is set by actions; from the agreement on everything is pressed by the person whose work it is.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl

from tests import make
from tests.applications import forms
from tests.conftest import START
from tests.evaluation.walk import boxes, tree_boxes
from tests.funding import walk
from tests.journeys.conftest import option_of, picture
from tests.journeys.test_story import Story
from tests.projects import stage
from webapp.book import queries as books
from webapp.calls.models import Call
from webapp.calls.rules import Breach, template
from webapp.core import journal
from webapp.core.db import reading
from webapp.funding import actions as funding
from webapp.funding.models import Tranche
from webapp.projects import actions
from webapp.projects.queries import one

WORDING = "# 双方与项目\n{项目信息}\n\n# 资金\n{拨款计划}\n\n# 责任\n{违约责任}"
INVOICE = "26322000000000009001"


def an_office_with_its_wording(session: Any, cast: Any) -> None:
    """The bureau asks for the sealed paper, and for a 补充协议 where the last day moves."""
    made = actions.write_template(
        session,
        "grant",
        title="姑苏区项目协议",
        text=WORDING,
        paper=True,
        amends=("time",),
        by=cast.officer.viewer(session, START),
        at=START,
    )
    actions.put_in_force(session, made, by=cast.head.viewer(session, START), at=START)


def awarded(session: Any, cast: Any) -> tuple[int, int]:
    an_office_with_its_wording(session, cast)
    project = stage.opened(session, cast, START)
    return project.id, stage.agreement_of(session, project).id


def both_sides_sign_on_paper(story: Story) -> None:
    """The sealed paper is scanned and handed in; before it is there the organiser cannot sign."""
    agreement = story.places["agreement"]
    page = story.as_("lead").open("desk.home").click("银龄陪伴")
    assert page.path == agreement
    page = page.take("社会组织签署")
    assert "主办单位签署前要有盖章扫描件" in page
    page = story.as_("member").get(agreement).click("上传盖章扫描件").submit("上传", scans=picture("盖章页.jpg"))
    assert "盖章页.jpg" in page
    page = story.as_("leader").get(agreement).take("主办单位签署", scans=picture("双方盖章.jpg"))
    assert "实施中" in page
    story.days_pass(1)


def request_to_approval(story: Story) -> str:
    """The tranche that can be asked for now: asked for, prepared, checked, approved, each by another hand; gives its address."""
    tranche = next(a for a in story.as_("lead").open("desk.home").links() if a.startswith("/tranches/"))
    key = tranche.rpartition("/")[2]
    page = story.as_("lead").get(tranche).take("请款", receipt_kind="invoice", receipt_number=f"票{key}", papers=picture("发票.jpg"))
    assert "已请款" in page, page.text
    story.as_("officer").get(tranche).take("经办拟办", note="材料齐全，拟同意。")
    story.as_("accountant").get(tranche).take("财务审核", note="票据相符。")
    page = story.as_("leader").get(tranche).take("批准")
    assert "待送支付" in page
    return tranche


def to_the_bank(story: Story, outcome: str, reference: str = "") -> None:
    """One batch of what waits, and what the bank answers: 成功 with its number, or 失败."""
    page = story.as_("accountant").open("funding.batch_new").submit("送支付").submit("确认送支付")
    batch = page.path
    sheet = openpyxl.load_workbook(io.BytesIO(page.submit("下载支付申请文件").body), read_only=True)
    cells = [str(cell) for one in sheet for row in one.iter_rows(values_only=True) for cell in row if cell is not None]
    key = next(cell for cell in cells if cell.startswith("G2026-"))
    answer = f"编号,结果,银行流水号,日期\n{key},{outcome},{reference},{story.day(0)}\n".encode()
    page = story.as_("accountant").get(f"{batch}/answer").submit("导入", answer=(io.BytesIO(answer), "回单.csv"))
    assert page.status == 200, page.errors


def a_payment_comes_back_and_is_sent_again(story: Story) -> None:
    """银行答复失败 → 退汇, put right, sent again, paid; the book holds it once."""
    tranche = request_to_approval(story)
    to_the_bank(story, "失败")
    page = story.as_("accountant").open("desk.home").click("第 1 期拨款")
    assert page.path == tranche
    assert "银行退回" in page
    assert "银行退回" in story.as_("lead").get(tranche)
    page = story.as_("accountant").get(tranche).take("重新送支付", why="bank", note="银行系统故障，账户无误。")
    assert "待送支付" in page
    to_the_bank(story, "成功", "YH9001")
    page = story.as_("lead").get(tranche)
    assert "已到账" in page
    assert "YH9001" in page
    story.places["tranche"] = tranche


def an_activity(story: Story) -> None:
    project = story.places["project"]
    member = story.as_("member")
    page = member.get(f"{project}/activities/new").submit("列入计划", title="重阳陪诊", place="桃花坞社区活动室", planned_on=story.day(0))
    activity = next(a for a in [page.path, *page.links("重阳陪诊")] if a.startswith("/activities/"))
    page = member.get(activity).take(
        "记录活动", held_on=story.day(0), persons="20", visits="25", workers="2", volunteers="5", minutes="120", counted="400",
        milestone_id=option_of(member.get(activity).click("记录活动"), "milestone_id", "服务老人"), sign_in=picture("签到表.jpg"),
        photos=picture("现场.jpg"), reflection="老人满意。",
    )  # fmt: skip
    assert page.status == 200, page.errors
    story.places["activity"] = activity


def claim(story: Story, line: str) -> Any:
    page = story.as_("member").get(story.places["project"]).click("登记支出凭证").click("数电票")
    return page.submit(
        "登记", number=INVOICE, buyer="晨光社会工作服务中心", title="陪诊物料", payee="好邻居超市", spent_on=story.day(0), face="8000", amount="8000",
        budget_line_id=option_of(page, "budget_line_id", line), papers=picture("凭证.jpg"),
    )  # fmt: skip


def a_document_is_refused_and_claimed_again(story: Story) -> None:
    """不予认可 with its reason; what was refused frees its invoice, and the document is claimed again under the right line."""
    lines = story.places["lines"].split("|")
    page = claim(story, lines[0])
    assert "待审核" in page, page.errors
    refused = page.path
    page = story.as_("operator").get(refused).take("不予认可", note="科目不对，应列志愿者补贴。")
    assert "不予认可" in page
    seen = story.as_("member").get(refused)
    assert "科目不对，应列志愿者补贴。" in seen
    page = claim(story, lines[1])
    assert "待审核" in page, page.errors
    assert page.path != refused
    twice = claim(story, lines[1])
    assert twice.status == 422, "the invoice has no face left"
    page = story.as_("operator").get(page.path).take("认可")
    assert "已认可" in page
    story.places["refused"], story.places["spending"] = refused, page.path


def change_budget(story: Story, yuan: int) -> Any:
    """Move so much from the first line to the second; gives the page of the change."""
    page = story.as_("lead").get(story.places["project"]).click("申请变更").click("预算")
    names = [name for name in page.tree.xpath("//input/@name") if name.startswith("amount_")]
    now = [float(page.tree.xpath(f"//input[@name='{name}']/@value")[0].replace(",", "")) for name in names]
    asked = {names[0]: f"{now[0] - yuan:.2f}", names[1]: f"{now[1] + yuan:.2f}"}
    page = page.submit("看调整前后对照", **asked, why="陪诊志愿者增加。")
    assert page.status == 200, page.errors
    return page.submit(next(b for b in page.buttons() if b.startswith("确认") or b.startswith("提交")))


def the_budget_is_changed(story: Story) -> None:
    """Within the percent of the call it stands at once; above it the organiser decides."""
    page = change_budget(story, 1500)
    assert "幅度内已调整" in page, page.text
    page = change_budget(story, 5000)
    assert "待审批" in page, page.text
    change = page.path
    page = story.as_("officer").get(change).take("同意变更")
    assert "已同意" in page
    project = story.as_("officer").get(story.places["project"])
    assert "26,500.00" in project, project.text
    story.places["change"] = change


def the_community_finds_something(story: Story) -> None:
    """督导 → 整改 with a deadline → proof → 销号."""
    project = story.places["project"]
    page = story.as_("worker").get(project).click("登记督导")
    page = page.submit(
        "登记督导", held_on=story.day(0), found="签到表有两处代签。", asked="3", voice="希望周末也有。", verdict="rectify", demand="规范签到。",
        due_on=story.day(10),
    )  # fmt: skip
    assert page.status == 200, page.errors
    finding = next(a for a in story.as_("member").open("desk.home").links() if a.startswith("/rectifications/"))
    page = story.as_("member").get(finding).take("报告整改", note="已补签并公示。", proofs=picture("补签表.jpg"))
    assert "待复核" in page, page.errors
    page = story.as_("worker").get(finding).take("复核销号")
    assert "已销号" in page
    story.places["finding"] = finding


def the_project_is_deferred(story: Story) -> None:
    """延期 with its reason; it takes effect when both have signed the 补充协议."""
    project = story.places["project"]
    page = story.as_("lead").get(project).click("申请变更").click("时间").submit("提交申请", ends_on="2027-04-30", why="暑期老人外出避暑。")
    change = page.path
    page = story.as_("officer").get(change).take("同意变更")
    assert "双方签署后变更生效" in page
    amendment = next(a for a in story.as_("lead").get(change).links() if a.startswith("/agreements/"))
    story.as_("lead").get(amendment).take("社会组织签署", scans=picture("补充协议.jpg"))
    page = story.as_("leader").get(amendment).take("主办单位签署")
    assert page.status == 200, page.errors
    assert "2027年4月30日" in story.as_("lead").get(project)
    story.places["deferral"] = change


def evaluate(story: Story, where: str, share: int, communities: tuple[str, ...]) -> None:
    """自评, 协同评估 of the communities, the evaluator's tree."""
    page = story.as_("lead").get(where).click("提交自评")
    by_tree = "self_score" not in page.tree.xpath("//input/@name")
    typed = tree_boxes(page, share) if by_tree else {"self_score": str(share), **boxes(page, "actual_")}
    page = page.submit("提交自评", text="按计划推进。", **typed)
    assert page.status == 200, page.errors
    for who in communities:
        page = story.as_(who).get(where).click("填写协同评估")
        page = page.submit("提交协同评估", comment="居民满意。", **boxes(page, "points_", share))
        assert page.status == 200, page.errors
    page = story.as_("evaluator").get(where).click("提交评估")
    page = page.submit("提交评估", opinion="资料齐全，实地相符。", **tree_boxes(page, share))
    assert page.status == 200, page.errors


def the_mid_term_opens_the_second_tranche(story: Story, saved: Any) -> None:
    project = story.places["project"]
    shut = story.as_("lead").open("funding.tranches").click("第 2 期拨款")
    assert "请款" not in shut.buttons()
    page = story.as_("officer").get(project).click("开始中期评估").submit("开始中期评估")
    midterm = page.path
    evaluate(story, midterm, 90, ("worker",))
    page = story.as_("officer").get(midterm).take("确认评估结果")
    assert page.status == 200, page.errors
    assert "中期合格" in story.as_("lead").get(project)
    assert story.as_("lead").get(shut.path).links("请款")
    now = story.clock.now()
    saved(lambda session: walk.paid(session, story.cast, session.query(Tranche).filter_by(position=2).one(), now))
    story.places["midterm"] = midterm


def it_is_closed_and_graded(story: Story) -> None:
    """申请结项; residents rate; 验收; the last tranche; the grade."""
    project = story.places["project"]
    page = story.as_("lead").get(project).take("申请结项")
    assert "结项中" in page
    final = next(a for a in story.as_("lead").open("desk.home").links() if a.startswith("/evaluations/"))
    ballot = next(a for a in story.as_("officer").get(final).links() if a.startswith("/ballots/"))
    for name in ("granny", "near_resident"):
        window = story.as_(name).get(ballot)
        field = next(n for n in window.tree.xpath("//main//input/@name") if "score" in n)
        assert window.submit(next(b for b in window.buttons() if "投" in b or "提交" in b), **{field: "5"}).status == 200
    evaluate(story, final, 90, ("worker", "near_worker"))
    story.days_pass(12)
    story.as_("officer").get(final).take("确认评估结果")
    page = story.as_("officer").get(project).take("验收", opinion="同意通过验收。", members="张敏\n郑颖\n褚小桃")
    assert "已验收" in page, page.errors
    request_to_approval(story)
    to_the_bank(story, "成功", "YH9003")
    page = story.as_("officer").get(project).take("确认绩效等级")
    assert "绩效等级" in page
    story.places["final"] = final


def what_is_left_goes_back_and_the_dossier_is_closed(story: Story) -> None:
    project = story.places["project"]
    page = story.as_("officer").get(project)
    assert "确认归档" not in page.buttons()
    page = page.click("发起结余收回").submit("发起收回", reason="项目结余。")
    assert "42,000.00" in page, page.text
    recovery = page.path
    page = story.as_("accountant").get(recovery).take("确认到账", bank_reference="HK9001")
    assert "已收回" in page
    page = story.as_("officer").get(project).take("归档")
    assert "已归档" in page


def tell(story: Story, saved: Any) -> None:
    """From the agreement to the archive."""
    both_sides_sign_on_paper(story)
    a_payment_comes_back_and_is_sent_again(story)
    an_activity(story)
    a_document_is_refused_and_claimed_again(story)
    the_budget_is_changed(story)
    the_community_finds_something(story)
    the_project_is_deferred(story)
    the_mid_term_opens_the_second_tranche(story, saved)
    it_is_closed_and_graded(story)
    what_is_left_goes_back_and_the_dossier_is_closed(story)


def begin(story: Story, saved: Any) -> None:
    """Set the scene of `tell`."""

    def scene(session: Any) -> tuple[int, int, list[str]]:
        project, agreement = awarded(session, story.cast)
        return project, agreement, [line.title for line in one.lines_of(session, project)]

    project, agreement, lines = saved(scene)
    story.places |= {"project": f"/projects/{project}", "agreement": f"/agreements/{agreement}", "lines": "|".join(lines)}


def at_rest(engine: Any, project: str) -> None:
    """Nothing of the project is left in the book, and the chain of the journal holds."""
    with reading(engine) as session:
        place = books.position(session, f"project:{project.rpartition('/')[2]}")
        assert not any(amount.fen for amount in (place.unspent, place.to_request))
        assert [found for check in books.CHECKS.values() for found in check(session)] == []
        assert list(journal.faults(session)) == []


def test_from_the_agreement_to_the_archive(site, cast, clock, days_pass, engine, saved):
    story = Story(site, cast, clock, days_pass)
    begin(story, saved)
    tell(story, saved)
    at_rest(engine, story.places["project"])


# -- a termination -------------------------------------------------------------------------------------------------


def under_way(session: Any, cast: Any) -> int:
    """A project whose first tranche is paid and of which a little was spent; its call bars who breaks the agreement for three years."""
    project = stage.delivering(session, cast, START)
    call = session.get_one(Call, project.call_id)
    call.rules = replace(template(), breach=Breach(ban_years=3)).to_json()
    first = funding.plan(session, project, by=cast.officer.viewer(session, START), at=START)[0]
    walk.paid(session, cast, first)
    claimed = walk.claim(session, cast, project)
    funding.accept(session, claimed, by=cast.operator.viewer(session, START), at=START)
    return int(project.id)


def the_street_presses(story: Story) -> None:
    """督办 with a deadline; nobody answers, and it stands there as overdue."""
    page = story.as_("street").open("projects.overview").click("督办：")
    page = page.submit("发出督办", demand="两个月没有活动，请说明并恢复服务。", due_on=story.day(5))
    assert page.status == 200, page.errors
    pressed = next(a for a in story.as_("lead").open("desk.home").links() if a.startswith("/rectifications/"))
    assert "两个月没有活动" in story.as_("lead").get(pressed)
    story.days_pass(7)
    assert "未销号" in story.as_("street").open("projects.overview")
    story.places["pressed"] = pressed


def it_is_suspended_and_ended(story: Story) -> None:
    """暂停; then 终止 as a breach, after the page said in figures what it will do."""
    project = story.places["project"]
    page = story.as_("officer").get(project).take("暂停", note="负责人失联，核实期间暂停。")
    assert "已暂停" in page
    seen = story.as_("lead").get(project)
    assert "负责人失联" in seen
    assert not seen.links("登记支出凭证")
    page = story.as_("officer").get(project).click("终止")
    for words in ("24,900.00", "第 2 期拨款", "3 年内不得申报"):
        assert words in page, (words, page.text)
    page = page.submit("确认终止", note="两个月没有活动，负责人失联。", breach="y")
    assert "已终止" in page


def the_money_comes_back(story: Story) -> None:
    """结余收回: what was paid and not spent; the organisation is told, finance writes down what came, the book is at rest."""
    project = story.places["project"]
    page = story.as_("lead").get(project)
    recovery = next(a for a in page.links() if a.startswith("/recoveries/"))
    page = story.as_("lead").get(recovery)
    assert "24,900.00" in page
    assert "待缴回" in page
    assert "欠缴资金" in story.as_("officer").open("accounts.organisation_show", id=story.cast.chenguang)
    page = story.as_("accountant").open("desk.home").click("结余收回").take("确认到账", bank_reference="HK9101")
    assert "已收回" in page
    story.places["recovery"] = recovery


def what_it_means_for_the_organisation(story: Story) -> None:
    """Its record bars it: the next application, filled in whole, cannot be handed in and says why; the public reads that the project has ended."""
    page = story.as_("officer").open("accounts.organisation_show", id=story.cast.chenguang)
    for words in ("违约终止", "禁止申报"):
        assert words in page, page.text
    page = story.as_("lead").open("accounts.organisation_show", id=story.cast.chenguang)
    assert "禁止申报" in page
    page = story.as_("lead").open("applications.show", id=int(story.places["next"]))
    assert "不在禁止申报期内" in page, page.text
    assert "确认提交" not in page.buttons()
    page = story.site.as_(None).open("portal.project", id=int(story.places["project"].rpartition("/")[2]))
    assert "已终止" in page


def end_early(story: Story, saved: Any) -> None:
    """A project under way to its end before its time."""
    story.places["project"] = f"/projects/{saved(lambda session: under_way(session, story.cast))}"
    the_street_presses(story)
    it_is_suspended_and_ended(story)
    the_money_comes_back(story)

    def applies(session: Any) -> int:
        now = story.clock.now()
        one = forms.filled(
            session, story.cast, now, forms.call(session, story.cast, now, money=make.fund(session, story.cast, name="社会组织发展资金"))
        )
        return int(one.id)

    story.places["next"] = str(saved(applies))
    what_it_means_for_the_organisation(story)


def test_a_breach_ends_it_and_the_money_comes_back(site, cast, clock, days_pass, engine, saved):
    story = Story(site, cast, clock, days_pass)
    end_early(story, saved)
    at_rest(engine, story.places["project"])
