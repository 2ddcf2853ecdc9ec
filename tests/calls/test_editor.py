"""The editor of a call's rules: from a template, page by page, without a programmer; what does not fit is said where it is mended."""

from dataclasses import replace

import pytest

from reports.money import Money
from tests import make
from tests.calls.test_calls import draft_values, published
from tests.conftest import START
from webapp.calls import actions
from webapp.calls.editing import nodes, origins, shape, trees
from webapp.calls.editing.differences import differences
from webapp.calls.editing.fields import anchors_of, get, points_of, span_of
from webapp.calls.forms.shape import form_of, tables, take, take_tree, tree_form
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import CallRules, Span, most_of, template, templates
from webapp.calls.rules.budget import BUDGET
from webapp.calls.rules.eligibility import ELIGIBILITY
from webapp.calls.rules.rubric import leaves
from webapp.calls.rules.templates.trees import FRAMEWORK
from webapp.core.db import transaction
from webapp.core.workflow import Refused


@pytest.fixture
def fund(engine, cast):
    with transaction(engine) as session:
        return make.fund(session, cast)


@pytest.fixture
def drafted(engine, cast, fund):
    """A draft by the officer, from the template of 广州."""
    with transaction(engine) as session:
        values = draft_values(fund.id, cast, rules=template("guangzhou"), template="guangzhou")
        return actions.draft(session, values, by=cast.officer.viewer(session, START), at=START).id


def now_of(engine, key):
    with transaction(engine) as session:
        return rules_of(session.get_one(Call, key))


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.key)
def test_every_value_of_every_template_comes_back_from_its_page_unchanged(app, one):
    """A page opened and saved as it is changes nothing: no field of the table loses what the rules say."""
    rules = one.make().to_json()

    def saved(key, at=""):
        node = nodes.find(rules, key, at)
        with app.test_request_context():
            take(node, form_of(node))
        assert CallRules.from_json(node.rules) == CallRules.from_json(rules), (key, at)
        for rows in node.rows:
            if rows in tables(node):
                continue
            for n in range(len(get(node.value, rows.path) or ())):
                saved(key, f"{at}.{rows.path}.{n}".strip("."))

    for page in shape.pages(one.kind, rules):
        saved(page.key)
        for path in page.trees:
            node = nodes.find(rules, page.key)
            with app.test_request_context():
                take_tree(get(node.rules, path), tree_form(get(node.rules, path), path), path)
            assert CallRules.from_json(node.rules) == CallRules.from_json(rules), path


def test_all_of_the_rules_but_their_provenance_stand_on_some_page():
    """A figure nobody can reach on screen would need a programmer."""
    rules = template().to_json()
    reached = {one.path.split(".")[0] for page in shape.PAGES for one in (*page.fields, *page.rows)}
    reached |= {path.split(".")[0] for page in shape.PAGES for path in page.trees} | {page.part for page in shape.PAGES if page.part}
    assert set(rules) - reached == {"schema", "note", "sources", "figures"} - reached


def test_every_kind_of_rule_can_be_added_and_is_well_formed():
    for key, path, kinds in (("eligibility", "eligibility", ELIGIBILITY), ("budget", "budget.rules", BUDGET)):
        for kind in kinds:
            node = nodes.find(template().to_json(), key)
            at = nodes.add(node, nodes.rows_named(node, path), kind)
            CallRules.from_json(node.rules)
            assert nodes.find(node.rules, key, at).value["kind"] == kind


def test_an_officer_begins_with_a_template_and_changes_a_rule_a_question_and_a_rubric(site, cast, engine, fund):
    page = site.as_(cast.officer).open("calls.new")
    assert "宁波海曙" in page
    page = page.click("宁波海曙").submit("保存草稿", title="海曙式公益创投", without_needs="试点")
    page = page.click("征集规则").click("申报条件").click("上年入选的组织优先")
    page = page.submit("保存", params_years="4")
    assert "已保存" in page
    key = 1
    form = site.as_(cast.officer).open("calls.rules_page", id=key, name="form").submit("增加一个栏目")
    form = form.submit("保存", title="志愿者")
    assert "志愿者" in form
    rules = now_of(engine, key)
    assert next(one.params["years"] for one in rules.eligibility if one.kind == "last_winner_first") == 4
    section = len(rules.form) - 1
    at = site.as_(cast.officer).open("calls.rules_page", id=key, name="form", at=f"form.{section}")
    question = at.submit("增加一题", **{"kind-questions": "choice"})
    question.submit("保存", title="志愿者从哪里来", options="本社区\n高校")
    asked = now_of(engine, key).form[section].questions[0]
    assert (asked.title, asked.kind, asked.options) == ("志愿者从哪里来", "choice", ("本社区", "高校"))
    tree = site.as_(cast.officer).open("calls.rules_tree", id=key, name="rubric", path="rubric")
    tree = tree.submit("在最后加一项")
    assert "应为 100 分" in tree
    assert "满分应为 100 分" in site.as_(cast.officer).open("calls.show", id=key)


def test_what_is_typed_wrongly_is_told_at_its_field_and_nothing_is_lost(site, cast, engine, drafted):
    page = (
        site.as_(cast.officer)
        .open("calls.rules_page", id=drafted, name="notice")
        .submit("保存", notice_span="五天左右", review_within="60 日")
    )
    assert page.status == 422
    assert "请写成“5 个工作日”" in page
    assert page.tree.xpath('//input[@name="review_within"]/@value') == ["60 日"]
    page.submit("保存", notice_span="15 日")
    assert now_of(engine, drafted).notice.span == Span(15, "day")


def test_two_officers_do_not_overwrite_each_other(site, cast, engine, drafted):
    mine = site.as_(cast.officer).open("calls.rules_page", id=drafted, name="panel")
    site.as_(cast.officer).open("calls.rules_page", id=drafted, name="panel").submit("保存", panel_size="7")
    late = mine.submit("保存", panel_size="9")
    assert late.status == 422
    assert "别人刚改过这一页" in late
    assert now_of(engine, drafted).panel.size == 7


def test_a_line_that_a_rule_names_is_not_removed(site, cast, engine, drafted):
    with transaction(engine) as session:
        call = session.get_one(Call, drafted)
        keys = [one.key for one in rules_of(call).budget.lines]
    page = site.as_(cast.officer).open("calls.rules_page", id=drafted, name="budget")
    answer = page.submit(f"删除第 {keys.index('manage') + 1} 行")
    assert "还不能删除：预算规则“管理费用不超过项目总额的 10%”用到它" in answer
    assert [one.key for one in now_of(engine, drafted).budget.lines] == keys


def test_after_publication_the_editor_writes_the_next_version_and_nobody_else_sees_it(site, cast, engine, session, fund):
    call = published_with_money(session, cast, fund)
    session.commit()
    site.as_(cast.officer).open("calls.rules_page", id=call, name="money").submit("保存", budget_ceiling="9")
    assert now_of(engine, call).budget.ceiling.fen == 8_000_000
    assert "9.00 万元" not in site.as_(None).open("calls.show", id=call)
    shown = site.as_(cast.officer).open("calls.rules", id=call)
    assert "每个项目上限：8.00 万元 改为 9.00 万元" in shown
    amended = shown.click("发布新版").submit("发布新版", reason="应申报单位要求")
    assert amended.status == 200
    assert "9.00 万元" in site.as_(None).open("calls.show", id=call)
    with transaction(engine) as again:
        kept = again.get_one(Call, call)
        assert (kept.version, kept.pending) == (2, None)


def published_with_money(session, cast, fund):
    actions.add_budget(
        session, fund, year=2026, amount=Money.parse("100", "万元"), document="1号", by=cast.accountant.viewer(session, START), at=START
    )
    return published(session, cast, fund).id


def test_last_years_call_is_copied_without_its_needs_and_with_its_dates_moved(session, cast, fund):
    rules = replace(template(), correction_workdays=3)
    old = actions.draft(
        session, draft_values(fund.id, cast, rules=rules, title="2025 年公益创投"), by=cast.officer.viewer(session, START), at=START
    )
    new = actions.copied(session, old, by=cast.officer.viewer(session, START), at=START)
    assert rules_of(new) == rules
    assert new.number != old.number
    assert new.opens_at.weekday() == old.opens_at.weekday()
    assert (new.opens_at - old.opens_at).days == 364
    assert new.closes_at - new.opens_at == old.closes_at - old.opens_at
    assert (new.without_needs, new.state, new.version) == ("", "draft", 0)


def test_rules_are_not_changed_once_the_time_of_applying_is_over(session, cast):
    call = make.call(session, cast, START, rules=template().to_json(), state="closed")
    with pytest.raises(Refused, match="规则不能再改"):
        actions.write_rules(session, call, call.rules, "money", by=cast.officer.viewer(session, START), at=START)


def test_a_rubric_of_three_levels_grows_moves_and_keeps_its_total():
    tree = template("guangzhou").to_json()["rubric"]
    whole, first = most_of(tree), trees.rows(tree)[0]
    assert (first.level, first.total) == (1, sum(one.total for one in trees.rows(tree) if one.leaf and one.at.startswith("0.")))
    leaf = next(one for one in trees.rows(tree) if one.leaf)
    with pytest.raises(LookupError):
        trees.change(tree, "under", leaf.at)
    trees.change(tree, "after", leaf.at)
    assert most_of(tree) == whole + 500
    trees.change(tree, "down", "0")
    assert trees.rows(tree)[0].value["key"] == "plan"
    trees.change(tree, "drop", "0")
    assert "plan" not in {one.value["key"] for one in trees.rows(tree)}


def test_differences_say_what_came_went_and_changed():
    old = template().to_json()
    assert differences(old, old) == []
    new = nodes.find(old, "categories").rules
    new["categories"][0]["title"] = "为老"
    new["budget"]["ceiling"] = 10_000_000
    new["eligibility"][4]["params"]["years"] = 2
    new["rubric"]["items"][0]["most"] = 2500
    del new["attachments"][2]
    assert [one.sentence for one in differences(old, new)] == [
        "每个项目上限：8.00 万元 改为 10.00 万元", "“为老服务”的类别：为老服务 改为 为老", "“登记满 1 年”的年数：1 改为 2",
        "要交的附件：取消“配套资金证明”", "专家评审评分表“需求度”的满分：20 分 改为 25 分",
    ]  # fmt: skip


def test_each_figure_says_where_it_comes_from():
    rules = template("guangzhou").to_json()
    assert origins.origin("guangzhou", "budget.ceiling", rules["budget"]["ceiling"]) == "广州模板"
    assert origins.origin("guangzhou", "pass_line", rules["pass_line"]) == "示例"
    assert origins.origin("guangzhou", "pass_line", 7000) == "本地填写"
    assert origins.origin("", "pass_line", 7000) == ""


def test_words_become_values():
    assert [span_of(text) for text in ("5 个工作日", "15日", "")] == [{"length": 5, "unit": "workday"}, {"length": 15, "unit": "day"}, None]
    assert [points_of(text) for text in ("60", "8.5", "0.05", "")] == [6000, 850, 5, None]
    assert anchors_of("16 分：有清单") == [{"least": 1600, "text": "有清单"}]
    for wrong in ("0 日", "五天"):
        with pytest.raises(ValueError, match="个工作日"):
            span_of(wrong)


def test_a_draft_and_its_editor_are_seen_by_its_office_alone(site, cast, drafted):
    for person in (cast.lead, cast.accountant, cast.worker):
        assert site.as_(person).client.get(f"/calls/{drafted}/rules").status_code in {403, 404}, person
    assert site.as_(None).client.get(f"/calls/{drafted}/rules").status_code in {302, 404}
    assert site.as_(None).client.get(f"/calls/{drafted}/preview", headers={"Accept": "application/json"}).status_code in {401, 404}


def test_an_officer_chooses_a_shipped_tree_sees_it_worked_and_changes_a_target(site, cast, engine, drafted):
    page = site.as_(cast.officer).open("calls.rules_page", id=drafted, name="evaluation").click("末期自评评分表")
    assert all(words in page for words in ("算例", "18 场 ÷ 20 场 = 90.00%", "要说明偏差", "93.02", "财预〔2020〕10号"))
    page = page.submit("换用", shipped="framework")
    assert now_of(engine, drafted).evaluation.self_tree == FRAMEWORK
    assert "决策" in page
    [name] = [
        one
        for one in page.tree.xpath("//input[contains(@name,'-target')]/@name")
        if page.tree.xpath(f'//input[@name="{one}"]/@value') == ["90"]
    ]
    page = page.submit("保存", **{name: "95", name.replace("-target", "-evidence"): "y"})
    changed = now_of(engine, drafted).evaluation.self_tree
    [leaf] = [one for one in leaves(changed) if one.get("measure") == "satisfied"]
    assert (leaf["target"], leaf["evidence"]) == (9500, True)
    page = site.as_(cast.officer).open("calls.rules_page", id=drafted, name="evaluation").click("居民满意度问卷评分表")
    page = page.submit("在最后加一项")
    assert leaves(now_of(engine, drafted).evaluation.residents_tree)[-1]["measure"] == "stars"
    assert "居民满意度问卷评分表满分应为 100 分" in site.as_(cast.officer).open("calls.show", id=drafted)
