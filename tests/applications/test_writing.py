"""While writing: versions and their differences, an earlier one brought back, colleagues seen, last year's words, what was sent back."""

import io
from datetime import timedelta

import pytest

from tests.applications import forms
from tests.conftest import START
from webapp.accounts.models import Record
from webapp.applications import actions, queries, writing
from webapp.applications.actions import writing as verbs
from webapp.applications.models import SectionDraft
from webapp.applications.rules import compare, differences, in_words
from webapp.calls.models import Call
from webapp.calls.rules import template
from webapp.core.workflow import Refused

LATER = START + timedelta(hours=1)
RULES = template()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("每周两次陪诊", "每周三次陪诊", "每周-两+三=次陪诊"),
        ("", "新写的", "+新写的"),
        ("服务 60 人", "服务 120 人", "服务 -60+120= 人"),
        ("删去这句。留下", "留下", "-删去这句。=留下"),
    ],
)
def test_two_texts_are_compared_word_by_word(before, after, said):
    pieces = compare(before, after)
    assert "".join({"same": "=", "gone": "-", "new": "+"}[one.kind] + one.text for one in pieces).removeprefix("=") == said
    assert "".join(one.text for one in pieces if one.kind != "new") == before
    assert "".join(one.text for one in pieces if one.kind != "gone") == after


def test_lines_of_the_budget_and_of_the_indicators_are_told_in_words():
    row = {"line": "activity", "item": "场地", "unit": "1500", "quantity": "2", "grant": "3,000", "own": "一些"}
    assert in_words(RULES, "budget", {"requested": "3000", "rows": [row]}) == {
        "申请资助金额": "3,000.00 元",
        "第 1 行": "科目：业务活动费；内容：场地；单价：1,500.00 元；数量：2；资助：3,000.00 元；配套：一些",
    }
    goal = {"title": "服务活动", "unit": "次", "target": "12", "due_on": "2027-02-15"}
    assert in_words(RULES, "indicators", {"rows": [goal]})["第 1 行"] == "指标：服务活动；单位：次；目标值：12；完成日期：2027年2月15日"


def test_only_answers_that_differ_are_told_and_phones_stay_masked():
    old = in_words(RULES, "team", {"members": [{"name": "秦光", "phone": {"sealed": "x", "shown": "138****5678"}}]})
    new = in_words(RULES, "team", {"members": [{"name": "秦光明", "phone": {"sealed": "y", "shown": "138****5678"}}]})
    assert [one.title for one in differences(old, new)] == ["团队成员"]
    assert "138****5678" in "".join(piece.text for piece in differences(old, new)[0].pieces)
    assert differences(old, old) == []


def draft(session, cast):
    by = cast.member.viewer(session, START)
    return actions.create(session, forms.call(session, cast, START), title="银龄陪伴", category="elderly", by=by, at=START)


def test_an_earlier_version_comes_back_and_none_is_lost(session, cast):
    application = draft(session, cast)
    one, two = cast.member.viewer(session, START), cast.lead.viewer(session, START)
    actions.save(session, application, "plan", {**forms.PLAN, "risks": "买保险"}, version=0, by=one, at=START)
    actions.save(session, application, "plan", {**forms.PLAN, "risks": ""}, version=1, by=two, at=LATER)
    assert [(v.version, v.by) for v in writing.versions_of(session, application.id, "plan")] == [(2, cast.lead.name), (1, cast.member.name)]
    assert verbs.restore(session, application, "plan", 1, by=two, at=LATER).version == 3
    assert [d.answers["risks"] for d in session.query(SectionDraft).filter_by(section="plan").order_by("version")] == [
        "买保险",
        "",
        "买保险",
    ]
    with pytest.raises(Refused, match="没有第 9 版"):
        verbs.restore(session, application, "plan", 9, by=two, at=LATER)


def test_writers_see_each_other_for_a_while(session, cast):
    application = draft(session, cast)
    one, two = cast.member.viewer(session, START), cast.lead.viewer(session, START)
    assert verbs.seen(session, application, "plan", by=one, at=START) == []
    assert verbs.seen(session, application, "plan", by=two, at=START + timedelta(seconds=60)) == [cast.member.name]
    assert verbs.seen(session, application, "team", by=two, at=START) == []
    assert verbs.seen(session, application, "plan", by=one, at=START + timedelta(seconds=151)) == []


def test_an_earlier_application_fills_only_what_is_empty(session, cast):
    first = forms.filled(session, cast, START, forms.call(session, cast, START))
    on = session.get_one(Call, first.call_id)
    by = cast.member.viewer(session, START)
    second = actions.create(session, on, title="二期", category="elderly", by=by, at=LATER)
    actions.save(session, second, "plan", {**forms.PLAN, "plan": "今年的做法"}, version=0, by=by, at=LATER)
    assert verbs.copy_from(session, second, first, by=by, at=LATER) == 6
    answers = {key: queries.newest_draft(session, second.id, key).answers for key in ("plan", "summary", "basics")}
    assert answers["plan"]["plan"] == "今年的做法"
    assert answers["summary"] == forms.SUMMARY
    assert answers["basics"]["title"] == "二期"
    rival = actions.create(session, on, title="别家", category="elderly", by=cast.rival.viewer(session, START), at=LATER)
    with pytest.raises(Refused, match="只能从本单位"):
        verbs.copy_from(session, rival, first, by=cast.rival.viewer(session, START), at=LATER)


def test_what_was_taken_over_is_said_and_holds_up_submitting_until_looked_through(session, cast):
    on = forms.call(session, cast, START)
    by = cast.lead.viewer(session, START)
    earlier = forms.filled(session, cast, START, on)
    session.add(
        Record(organisation_id=cast.chenguang, kind="award", subject="call:1", value={}, from_day=START.date(), source="test", at=START)
    )
    new = actions.create(session, on, title="第二年", category="elderly", by=by, at=START)
    assert verbs.fill_from_record(session, new, by=by, at=START) == 1
    assert queries.newest_draft(session, new.id, "applicant").answers == {"awarded_before": "是"}
    assert verbs.copy_from(session, new, earlier, by=by, at=START) == 6

    def carried():
        with pytest.raises(Refused) as refused:
            actions.submit(session, new, by=by, at=START)
        return [one.place.rpartition("/")[2] for one in refused.value.refusals if one.code == "carried"]

    assert carried() == ["applicant", "summary", "people", "plan", "team", "indicators", "budget"]
    actions.save(session, new, "plan", {**forms.PLAN, "risks": "改"}, version=1, by=by, at=START)  # saved while one writes
    assert "plan" in carried()
    actions.save(session, new, "plan", {**forms.PLAN, "risks": "改"}, version=2, by=by, at=START, looked=True)
    actions.save(session, new, "team", forms.TEAM, version=1, by=by, at=START, looked=True)
    assert carried() == ["applicant", "summary", "people", "indicators", "budget"]


def test_sending_back_opens_only_the_sections_named(session, cast):
    application = forms.filled(session, cast, START, forms.call(session, cast, START))
    lead, member = cast.lead.viewer(session, START), cast.member.viewer(session, START)
    actions.submit(session, application, by=lead, at=START)
    operator = cast.operator.viewer(session, START)
    actions.give_back(session, application, by=operator, at=LATER, note="请补正", sections={"plan": "风险没写清"})
    with pytest.raises(Refused, match="这一部分没有退回"):
        actions.save(session, application, "summary", {**forms.SUMMARY, "goal": "换"}, version=1, by=member, at=LATER)
    with pytest.raises(Refused, match="这一部分没有退回"):
        actions.attach(session, application, {}, by=member, at=LATER)
    actions.save(session, application, "plan", {**forms.PLAN, "risks": "购买意外险"}, version=1, by=member, at=LATER)
    actions.submit(session, application, by=lead, at=LATER)
    before = writing.before_last(session, application)
    assert before is not None
    assert before["sections"]["plan"]["risks"] == "购买保险"


def test_the_budget_comes_back_from_excel(site, cast, saved_application):
    member = site.as_(cast.member)
    page = member.open("applications.budget_in", id=saved_application)
    book = member.get(page.links("下载预算表")[0]).body
    assert "与平台上的预算相同，没有改动" in page.submit("读入", file=(io.BytesIO(book), "预算.xlsx"))
    refused = member.open("applications.budget_in", id=saved_application).submit("读入", pasted="餐饮费\t盒饭\t10\t3\t30\t0")
    assert refused.status == 422
    assert "第 1 行“科目”：没有“餐饮费”这个科目" in refused
    assert "餐饮费" in refused.tree.xpath('string(//textarea[@name="pasted"])')
    stale = member.open("applications.budget_in", id=saved_application)
    assert "已读入 1 行预算" in refused.submit("读入", pasted="宣传费\t折页\t10\t3\t30\t0")
    late = stale.submit("读入", pasted="宣传费\t折页\t10\t4\t40\t0")
    assert late.status == 422
    assert "另一位同事刚刚保存" in late


def test_pages_show_versions_what_was_sent_back_and_what_changed(site, cast, engine, saved_application):
    operator, lead, member = site.as_(cast.operator), site.as_(cast.lead), site.as_(cast.member)
    key = saved_application
    lead.open("applications.show", id=key).submit("确认提交")
    form = operator.open("applications.show", id=key).click("退回补正")
    refused = form.submit("退回补正", note="请补正", sections=["plan"])
    assert refused.status == 422
    assert "请写明“实施方案”要改什么" in refused
    assert "退回补正" in form.submit("退回补正", **{"note": "请补正", "sections": ["plan"], "remark-plan": "风险没写清"})
    page = member.open("applications.show", id=key)
    assert "要改：风险没写清" in page
    assert "没有退回，不能改" in page
    page.click("实施方案").submit("保存", q_risks="购买意外险")
    versions = member.open("applications.versions", id=key, key="plan")
    assert versions.tree.xpath("//del/text()")
    assert "意外" in "".join(versions.tree.xpath("//ins/text()"))
    assert "已恢复第 1 版的内容，存为第 3 版" in versions.submit("恢复第 1 版")
    member.open("applications.section", id=key, key="plan").submit("保存", q_risks="购买意外险")
    lead.open("applications.show", id=key).submit("确认提交")
    page = operator.open("applications.show", id=key)
    assert "与上次提交的不同" in page
    assert page.tree.xpath("//ins/text()") == ["意外"]
