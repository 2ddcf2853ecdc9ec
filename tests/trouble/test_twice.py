"""Twice, late, back again: double submits, two people at one thing, deadlines that pass while a form is open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import make
from tests.applications import forms
from tests.conftest import START
from tests.projects import stage
from tests.trouble.sweep import RARE
from webapp.applications.models import Application
from webapp.ballots import actions as ballots
from webapp.ballots.models import Ballot
from webapp.calls.models import Call, Fund
from webapp.funding.models import Spending
from webapp.needs.models import Need, Voice
from webapp.projects.models import BudgetLine
from webapp.reviews.models import Objection


def test_the_same_form_twice_is_done_once_and_says_so(site, cast, saved):
    form = site.as_(cast.granny).open("needs.new")
    first, again = form.submit("提交", words="路灯不亮"), form.submit("提交", words="路灯不亮")
    assert first.path == again.path
    assert "没有重复办理" in again
    assert saved(lambda s: s.query(Need).count()) == 1


def test_a_form_sent_once_and_refused_may_be_sent_again(site, cast, saved):
    """The token of a refused form is not used up: nothing typed is lost, and the same window goes on."""
    form = site.as_(cast.granny).open("needs.new")
    refused = form.submit("提交", words="", place="北门")
    assert refused.status == 422
    assert "没有重复办理" not in refused.submit("提交", words="路灯不亮")
    assert saved(lambda s: s.query(Need).count()) == 1


def test_two_windows_are_two_forms(site, cast, saved):
    """Two different tokens are two wishes; a step is still taken once."""
    visitor = site.as_(cast.granny)
    one, two = visitor.open("needs.new"), visitor.open("needs.new")
    one.submit("提交", words="路灯不亮")
    two.submit("提交", words="井盖松了")
    assert saved(lambda s: s.query(Need).count()) == 2


def test_going_back_after_a_step_and_pressing_again(site, cast, saved):
    need = saved(lambda s: make.need(s, START, state="collected", person=cast.granny).id)
    step = site.as_(cast.worker).open("needs.need_accept", id=need)
    step.submit("受理", decision="self", category="safety", title="楼道照明")
    again = step.submit("受理", decision="self", category="elderly", title="别的题目")
    assert "没有重复办理" in again
    assert "别的题目" not in again


def test_two_workers_at_one_need(site, cast, saved):
    need = saved(lambda s: make.need(s, START, state="collected", person=cast.granny).id)
    one = site.as_(cast.worker).open("needs.need_accept", id=need)
    two = site.as_(cast.worker_two).open("needs.need_accept", id=need)
    assert one.submit("受理", decision="self", category="safety", title="楼道照明").status == 200
    late = two.submit("受理", decision="assist", category="elderly", title="三号楼老人夜里上下楼")
    assert late.status == 409
    assert "已受理" in late
    assert "三号楼老人夜里上下楼" in late  # told there to be copied, for no field can show it again
    assert saved(lambda s: s.get(Need, need).title) == "楼道照明"


def test_a_deadline_passes_while_the_vote_is_filled_in(site, cast, saved, clock):
    def running(session: Any) -> int:
        by = cast.worker.viewer(session, START)
        ballot = ballots.create(
            session, purpose="needs", subject="area:320508019036", title="评议", area_code="320508019036", method="approve", most=1,
            choices=[ballots.NewChoice("甲", "", ""), ballots.NewChoice("乙", "", "")], opens_at=START, closes_at=START + timedelta(minutes=10), by=by, at=START,
        )  # fmt: skip
        ballots.open_ballot(session, ballot, by=by, at=START)
        return int(ballot.id)

    key = saved(running)
    page = site.as_(cast.granny).open("ballots.show", id=key)
    button = next(one for one in page.buttons() if "投" in one or "提交" in one)
    chosen = page.tree.xpath('//input[@name="choices"]/@value')[:1]
    clock.forward(minutes=20)  # still signed in; the evening's tick has not closed it yet
    late = page.submit(button, choices=chosen)
    assert late.status == 409
    assert "截止" in late
    assert saved(lambda s: s.get(Ballot, key).state) == "open"


def test_an_application_a_second_late_keeps_its_draft(site, cast, saved, clock):
    def complete(session: Any) -> tuple[int, int]:
        call = forms.call(session, cast, START)
        return forms.filled(session, cast, START, call).id, call.id

    key, call = saved(complete)
    section = site.as_(cast.member).open("applications.section", id=key, key="team")
    show = site.as_(cast.lead).open("applications.show", id=key)
    closes = START + timedelta(minutes=5)

    def earlier(session: Any) -> None:
        session.get(Call, call).closes_at = closes

    saved(earlier)
    clock.move_to(closes)
    kept = section.submit("保存", **{"q_members-0-name": f"迟到{RARE}"})
    assert "存为草稿" in kept
    assert f"迟到{RARE}" in kept
    late = show.submit("确认提交")
    assert late.status == 409
    assert "截止" in late
    assert saved(lambda s: s.get(Application, key).state) == "draft"


def test_an_objection_after_the_notice(site, cast, saved, clock):
    def public(session: Any) -> int:
        call, _ = stage.announced(session, cast, START, notice="running")
        notice = session.query(stage.Notice).filter_by(call_id=call.id).one()
        notice.ends_at = START + timedelta(minutes=10)
        notice.content = {
            "call": {"number": call.number, "title": call.title}, "organiser": "民政局", "phone": "0512", "decision": None,
            "starts_on": "2026-02-20", "ends_on": "2026-03-02", "items": [],
        }  # fmt: skip
        return int(notice.id)

    key = saved(public)
    form = site.as_(cast.resident).open("reviews.objection_new", id=key)
    clock.forward(minutes=20)
    late = form.submit("提交异议", name="华居民", text="去年做过类似的。")
    assert late.status in {409, 422}
    assert "公示" in late
    assert saved(lambda s: s.query(Objection).count()) == 0


def test_rare_characters_are_kept_exactly(site, cast, saved):
    page = site.as_(cast.granny).open("needs.new").submit("提交", words=f"{RARE}家的灯坏了")
    assert page.status == 200
    assert RARE in page.body.decode()
    assert saved(lambda s: s.query(Voice).one().words) == f"{RARE}家的灯坏了"


def test_control_characters_are_left_out_and_the_rest_is_kept(site, cast, saved):
    page = site.as_(cast.granny).open("needs.new").submit("提交", words="灯\x00坏\x07了\x1b[31m")
    assert page.status == 200
    assert saved(lambda s: s.query(Voice).one().words) == "灯坏了[31m"


def test_what_looks_empty_is_empty(site, cast, saved):
    for nothing in ("   ", "\u3000", "\u200b\u200b", "\ufeff", "\x00"):
        assert site.as_(cast.granny).open("needs.new").submit("提交", words=nothing).status == 422
    assert saved(lambda s: s.query(Need).count()) == 0


@pytest.fixture
def at_work(saved, cast):
    return saved(lambda s: stage.delivering(s, cast, START).id)


def voucher(page, **more):
    asked = {
        "number": "26322000000000002411", "title": "物料", "payee": "商店", "spent_on": "2026-03-02", "face": "100", "amount": "100",
        "papers": stage.upload("凭证.jpg"),
    }  # fmt: skip
    return page.submit("登记", **(asked | more))


@pytest.mark.parametrize(
    ("box", "typed", "sentence"),
    [("amount", "一百", "不是金额"), ("amount", "-5", "不能是负数"), ("amount", "1" + "0" * 20, "金额太大"), ("amount", "1.234", "小数点后"),
     ("face", "0", "大于零"), ("spent_on", "2026-02-30", "日期"), ("spent_on", "9999-12-31", "年份"), ("payee", "长" * 5000, "最多 60"),
     ("number", "", "发票号码")],
)  # fmt: skip
def test_a_wrong_figure_is_told_at_its_box_and_the_rest_is_kept(site, cast, saved, at_work, box, typed, sentence):
    line = saved(lambda s: s.query(BudgetLine).first().id)
    page = voucher(
        site.as_(cast.member).open("funding.spending_new", id=at_work, kind="einvoice"), budget_line_id=str(line), **{box: typed}
    )
    assert page.status == 422, page.text[:300]
    shown = page.tree.xpath(f'//input[@name="{box}"]')[0]
    told = " ".join(page.tree.xpath(f'//*[@id="{shown.get("aria-describedby", "-").split()[0]}"]//text()')) or page.text
    assert sentence in f"{told} {page.text}"
    assert shown.get("aria-invalid") == "true"
    assert shown.get("value", "") == typed
    assert page.tree.xpath('//input[@name="title"]/@value') == ["物料"]


def test_wan_typed_where_yuan_is_asked_and_the_other_way_round(site, cast, saved):
    """80000 typed into a box of 万元 is 八亿: the draft is kept, shown with its unit, and does not go out."""
    money = saved(lambda s: make.fund(s, cast).id)
    officer = site.as_(cast.officer)
    page = officer.open("calls.new", template="example")
    page = page.submit(page.buttons()[-1], title="征集", fund_id=str(money), pool="20", ceiling="80000", floor="1", without_needs="没有")
    assert "资金总额不能少于一个项目的资助上限" in page
    assert "80,000.00 万元" in page
    assert page.click("修改草稿").tree.xpath('//input[@name="ceiling"]/@value') == ["80000"]
    assert "报请发布" not in page.buttons()


@pytest.mark.parametrize("box", ["budget_line_id", "activity_id"])
def test_a_key_of_another_project_is_refused_at_its_list(site, cast, saved, at_work, box):
    other = saved(lambda s: stage.delivering(s, cast, START, money=s.query(Fund).one()).id)
    foreign = saved(lambda s: s.query(BudgetLine).filter_by(project_id=other).first().id)
    if box == "activity_id":
        foreign = saved(lambda s: stage.activity(s, cast, s.get(stage.Project, other), START).id)
    page = site.as_(cast.member).open("funding.spending_new", id=at_work, kind="einvoice")
    line = saved(lambda s: s.query(BudgetLine).filter_by(project_id=at_work).first().id)
    page = voucher(page, **({"budget_line_id": str(line)} | {box: str(foreign)}))
    assert page.status == 422
    assert page.tree.xpath(f'//select[@name="{box}"]/@aria-invalid') == ["true"]
    assert saved(lambda s: s.query(Spending).count()) == 0


def test_keys_of_others_in_other_lists(site, cast, saved):
    """Another district's fund, a need of another community, a need already elsewhere: not on the list, not accepted."""
    far = saved(lambda s: make.fund(s, cast, area="320303", name="云龙资金").id)
    theirs = saved(lambda s: make.need(s, START, area="320508018001", state="listed").id)
    page = site.as_(cast.officer).open("calls.new", template="example")
    assert str(far) not in page.tree.xpath('//select[@name="fund_id"]/option/@value')
    page = page.submit(page.buttons()[-1], title="征集", fund_id=str(far), pool="20", ceiling="8", floor="1")
    assert page.status == 422
    mine = saved(lambda s: make.need(s, START, state="accepted", public=True).id)
    worker = site.as_(cast.worker)
    page = worker.open("needs.ballot_new").submit(
        "建立评议", title="评议", needs=[str(mine), str(theirs)], most="1", closes_on="2026-03-09"
    )
    assert page.status == 422
    merged = worker.open("needs.need_merge", id=mine).submit("合并", into=str(theirs))
    assert merged.status in {409, 422}
    assert saved(lambda s: s.get(Need, theirs).state) == "listed"
