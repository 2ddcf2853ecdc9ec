"""Every field of the deployed system of 南京江北新区 is asked here or taken from where it is known already."""

import csv
from pathlib import Path

from tests.applications import forms
from tests.conftest import START
from webapp.applications import actions, queries
from webapp.applications.forms import Choices, section_form
from webapp.applications.models import SectionDraft
from webapp.calls.models import Call
from webapp.calls.rules import template

ASKED = {
    "项目名称": "basics.title", "项目类型": "basics.category", "项目周期(起止)": "basics.starts_on", "项目实施区域": "basics.communities",
    "监管方": "basics.communities", "需求方": "basics.needs", "预计直接受益人数": "people.q_direct",
    "是否曾获得区级及以上公益创投项目": "applicant.q_awarded_before", "登记机关": "applicant.q_registrar", "职务": "applicant.q_post",
    "电子邮箱": "applicant.q_email", "单位基本情况": "applicant.q_intro", "社区公益项目经验": "applicant.q_experience",
    "执行过的同类项目(表)": "applicant.q_similar", "项目概述": "summary.q_summary", "项目特色(创新性/示范性/可推广性)": "summary.q_features",
    "需求分析": "summary.q_need", "项目总目标": "summary.q_goal", "项目分目标(指标/单位/时间按月周日)": "indicators.rows",
    "项目实施方案": "plan.q_plan", "风险预计与防控方案": "plan.q_risks", "受益群体描述": "people.q_beneficiaries",
    "固定服务对象(表)": "people.q_fixed", "财政补助资金预算": "budget.requested", "自有资金": "budget.source_own",
    "已接受社会捐赠资金": "budget.source_donated", "预期能接受社会捐赠资金": "budget.source_expected",
    "支出明细:科目/内容/单价/数量/小计(财政、社会配套两张表)": "budget.rows",
}  # fmt: skip
TEAM = {
    "姓名": "name", "联系电话": "phone", "是否缴纳社保": "insured", "学历": "degree", "专业": "major", "职务": "post", "项目角色分工": "duty",
    "社会工作职业资格": "certificate", "参与项目时间": "time",
}  # fmt: skip
KNOWN = {
    "项目编号": "number", "分包号": "category", "项目规划(年度)": "number", "承接单位名称": "organisation.name",
    "通讯地址": "organisation.address", "登记时间": "organisation.registered_on", "统一信用代码": "organisation.credit_code",
    "户名": "organisation.name", "开户账号": "organisation.bank_account", "开户行": "organisation.bank_name",
    "单位负责人": "organisation.legal_representative", "联系电话": "organisation.phone", "社会组织评估等级": "organisation.grade",
}  # fmt: skip
"""What is not asked again: the application's own number (of its year) and category, and the organisation's record, frozen."""


def fields() -> list[tuple[str, str, str]]:
    path = Path(__file__).parents[1] / "data" / "form_fields_nanjing_jiangbei.csv"
    with path.open(encoding="utf-8-sig") as file:
        wanted = [row for row in csv.DictReader(file) if row["section"] not in {"活动记录", "过程管理"}]
    return [(row["section"], row["field"], row["required"]) for row in wanted]


def test_each_published_field_has_its_place(session, cast):
    application = actions.create(
        session, forms.call(session, cast, START), title="银龄", category="elderly", by=cast.lead.viewer(session, START), at=START
    )
    frozen = {**actions.content_of(queries.whole(session, application, START)), "number": application.number}
    wanted = fields()
    assert len(wanted) == 50
    for section, field, needed in wanted:
        if section == "执行团队":
            team_asks(field, needed == "Y")
        elif field in KNOWN and not (section != "承接单位信息" and field in ASKED):
            place = frozen
            for step in KNOWN[field].split("."):
                assert step in place, field
                place = place[step]
        else:
            form_asks(ASKED[field], field, needed == "Y")


def team_asks(field: str, needed: bool) -> None:
    table = next(one for one in template().form if one.key == "team").questions[0]
    column = next(one for one in table.columns if one.key == TEAM[field])
    assert table.required
    assert column.required == needed, field


def form_asks(place: str, field: str, needed: bool) -> None:
    key, _, name = place.partition(".")
    assert hasattr(section_form(template(), key, Choices(needs=[(1, "就医", "N1"), (2, "吃饭", "N2")])), name), field
    question = next((q for s in template().form if s.key == key for q in s.questions if f"q_{q.key}" == name), None)
    if question is not None:
        assert question.required == needed, field


def test_lengths_are_the_published_ones():
    rules = template()
    longest = {question.key: question.longest for section in rules.form for question in section.questions}
    assert [longest[key] for key in ("summary", "features", "need", "risks", "beneficiaries", "intro", "experience")] == [
        200, 200, 200, 200, 100, 200, 200,
    ]  # fmt: skip


def test_a_telephone_number_of_the_team_is_sealed_and_masked(session, cast):
    application = forms.filled(session, cast, START, forms.call(session, cast, START))
    kept = session.query(SectionDraft).filter_by(application_id=application.id, section="team").one()
    assert "13812345678" not in str(kept.answers)
    actions.submit(session, application, by=cast.lead.viewer(session, START), at=START)
    content = queries.snapshot(session, application.id)
    assert "13812345678" not in str(content)
    assert content["sections"]["team"]["members"][0]["phone"]["shown"] == "138****5678"
    second = forms.filled(session, cast, START, session.get_one(Call, application.call_id), title="二")
    again = actions.save(session, second, "team", forms.TEAM, version=1, by=cast.lead.viewer(session, START), at=START)
    assert again.version == 1


def test_donated_money_needs_its_proof(session, cast):
    application = forms.filled(session, cast, START, forms.call(session, cast, START))
    by = cast.lead.viewer(session, START)
    raw = {**forms.BUDGET, "source_own": "2000", "source_donated": "3000", "source_expected": ""}
    assert actions.save(session, application, "budget", raw, version=1, by=by, at=START).remarks == ()
    missing = queries.whole(session, application, START).sheets[-1].remarks
    assert [one.sentence for one in missing] == ["缺附件：已接受的社会捐赠证明。"]
    wrong = actions.save(session, application, "budget", {**raw, "source_own": "1000"}, version=2, by=by, at=START)
    assert [one.place for one in wrong.remarks] == ["source_own"]
    assert "合计 4,000.00 元，与预算各行配套合计 5,000.00 元不一致" in wrong.remarks[0].sentence
