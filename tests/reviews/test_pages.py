"""Who may open what; what must not be seen is in no answer; pages cost the same with many rows."""

from __future__ import annotations

import io
import json

import pytest
import sqlalchemy as sa

from tests.cast import TAO
from tests.reviews.conftest import SECRET, Stage
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core import files
from webapp.core.db import transaction
from webapp.reviews import actions
from webapp.reviews.models import Assignment, Notice, Objection, Opinion, Panel, Seat
from webapp.scoring.models import Scorecard

PLANTED = 8765
"""A total no other card has: 87.65."""
HIDDEN_NAMES = (SECRET, "晨光社会工作", "52320508MJ00000000", "秦光", "登记证书.pdf")
EVERYBODY = (
    "officer", "head", "leader", "accountant", "auditor", "far_officer", "street", "far_street", "worker", "far_worker", "member", "lead",
    "rival", "operator", "evaluator", "admin", "granny", "expert2",
)  # fmt: skip


def answers(site, who, path: str) -> list[str]:
    """What one address says to somebody, as a page and as JSON."""
    client = site.as_(who).client
    page = client.get(path, follow_redirects=True).get_data(as_text=True)
    rows = client.get(path, headers={"Accept": "application/json"}, follow_redirects=True)
    return [page, json.dumps(rows.get_json(silent=True), ensure_ascii=False) if rows.is_json else rows.get_data(as_text=True)]


def paths(site, *endpoints) -> list[str]:
    from flask import url_for

    with site.app.test_request_context():
        return [url_for(endpoint, **args) for endpoint, args in endpoints]


def statuses(site, cast, endpoint: str, **args) -> dict[str, int]:
    (path,) = paths(site, (endpoint, args))
    return {who: site.as_(getattr(cast, who)).client.get(path).status_code for who in EVERYBODY}


def may(found: dict[str, int]) -> set[str]:
    assert set(found.values()) <= {200, 403, 404}, found
    return {who for who, status in found.items() if status == 200}


def plant(stage: Stage, key: int) -> Assignment:
    """One handed-in card with the planted total, on an application of the applicant to be hidden."""
    with transaction(stage.engine) as session:
        one = session.scalars(
            sa.select(Assignment)
            .join(Application, Application.id == Assignment.application_id)
            .where(Assignment.panel_id == key, Application.organisation_id == stage.cast.offices["chenguang"])
            .order_by(Assignment.id)
        ).first()
    assert one is not None
    stage.score(one, PLANTED)
    return one


def test_no_answer_to_an_expert_names_the_applicant_while_the_review_is_blind(site, stage: Stage, cast):
    stage.heard()
    key = stage.started()
    one = plant(stage, key)
    with transaction(stage.engine) as session:
        mine = list(session.scalars(sa.select(Assignment).where(Assignment.person_id == one.person_id)))
        seat = session.scalars(sa.select(Seat).where(Seat.person_id == one.person_id)).one()
    expert = stage.expert(one.person_id)
    asked = paths(
        site, ("reviews.mine", {}), ("reviews.seat_show", {"id": seat.id}), ("desk.home", {}), ("desk.inbox", {}),
        *(("reviews.assignment_show", {"id": a.id}) for a in mine),
        *(("reviews.assignment_file", {"id": a.id, "number": 1}) for a in mine),
        *(("applications.show", {"id": a.application_id}) for a in mine),
        ("reviews.panel_show", {"id": key}), ("reviews.panel_board", {"id": key}), ("reviews.ranking", {"id": stage.call_id}),
    )  # fmt: skip
    read = ""
    for path in asked:
        for said in answers(site, expert, path):
            read += said
            for name in HIDDEN_NAMES:
                assert name not in said, f"{path}: {name}"
    assert "【申报单位】" in read
    assert "独居老人陪诊" in read
    page = site.as_(expert).open("reviews.assignment_show", id=next(a.id for a in mine if a.id != one.id))
    refused = page.submit("提交评分", p_need="99")
    assert refused.status == 422
    assert all(name not in refused.answer.get_data(as_text=True) for name in HIDDEN_NAMES)


def test_after_confirmation_the_expert_may_know_whom_he_judged(site, stage: Stage, cast):
    stage.heard()
    key = stage.confirmed()
    one = next(a for a in stage.assignments(key) if a.application_id == stage.applications[0])
    assert SECRET in site.as_(stage.expert(one.person_id)).open("reviews.assignment_show", id=one.id)


def test_a_sealed_score_is_in_no_answer_until_all_are_in(site, stage: Stage, cast):
    stage.heard()
    key = stage.started()
    one = plant(stage, key)
    judge = stage.expert(one.person_id)
    asked = paths(
        site, ("reviews.panels", {}), ("reviews.panel_show", {"id": key}), ("reviews.panel_board", {"id": key}), ("reviews.opinions", {}),
        ("reviews.ranking", {"id": stage.call_id}), ("applications.show", {"id": one.application_id}), ("calls.show", {"id": stage.call_id}),
        ("reviews.panel_reassign", {"id": key}), ("reviews.mine", {}), ("reviews.assignment_show", {"id": one.id}), ("desk.home", {}),
    )  # fmt: skip
    for who in EVERYBODY:
        if getattr(cast, who).id == judge.id:
            continue
        for path in asked:
            for said in answers(site, getattr(cast, who), path):
                assert "87.65" not in said, f"{who} {path}"
                assert str(PLANTED) not in said, f"{who} {path}"
    own = site.as_(judge).open("reviews.assignment_show", id=one.id)
    assert "87.65" in own
    for other in stage.assignments(key):
        if other.state == "assigned":
            stage.score(other)
    stage.do(cast.operator, actions.close, (Panel, key))
    board = site.as_(cast.operator).open("reviews.panel_board", id=key)
    assert "87.65" in board
    names = [seat.person_id for seat in stage.seats(key)]
    assert all(stage.expert(person).name not in board.text.replace("评委A", "") for person in names)


def test_the_calls_page_leads_to_its_applications_and_to_the_work_of_its_review(site, stage: Stage, cast, count_queries):
    stage.heard()
    key = stage.drawn()
    officer = site.as_(cast.officer)
    with count_queries(most=12):
        page = officer.open("calls.show", id=stage.call_id)
    listed = page.click("评审组、居民评选和公示")
    assert listed.click("评审组：已抽取").answer.request.path == f"/panels/{key}"
    for found in (listed.click("4 份"), page.click("这次征集的申报")):
        assert found.answer.request.path == "/applications"
        assert found.answer.request.args["call"] == str(stage.call_id)
        assert "本页 4 条" in found
    for who in (None, cast.granny, cast.lead):
        read = site.as_(who).open("calls.show", id=stage.call_id)
        assert "评审工作" not in read
        assert "这次征集的申报" not in read


def test_the_seed_is_shown_only_after_the_draw(site, stage: Stage, cast):
    stage.heard()
    key = stage.panel()
    with transaction(stage.engine) as session:
        seed = session.get_one(Panel, key).seed
    for said in answers(site, cast.operator, paths(site, ("reviews.panel_show", {"id": key}))[0]):
        assert seed not in said.replace("<wbr>", "")
    stage.do(cast.operator, actions.draw, (Panel, key), witness="沈督")
    for said in answers(site, cast.operator, paths(site, ("reviews.panel_show", {"id": key}))[0]):
        assert seed in said.replace("<wbr>", "")


def test_an_expert_reaches_only_his_own_pile_and_a_recused_one_nothing(site, stage: Stage, cast):
    stage.heard()
    key = stage.started()
    one = stage.assignments(key)[0]
    expert = site.as_(stage.expert(one.person_id))
    page = expert.open("reviews.assignment_show", id=one.id)
    assert page.status == 200
    found = statuses(site, cast, "reviews.assignment_show", id=one.id)
    assert may(found) <= {"expert2"}
    assert found["officer"] == found["operator"] == 403
    assert found["worker"] == found["granny"] == found["member"] == 404
    other = next(s for s in stage.seats(key) if s.person_id != one.person_id)
    assert site.as_(stage.expert(other.person_id)).open("reviews.assignment_show", id=one.id).status == 404
    page = page.submit("确认申请回避" if "确认申请回避" in page.buttons() else "申请回避", note="曾在该单位任职")
    assert "我的评审" in page
    assert expert.open("reviews.assignment_show", id=one.id).status == 404
    assert expert.post(paths(site, ("reviews.assignment_score", {"id": one.id}))[0], {"do": "submit"}).status in {400, 404}


def test_scoring_keeps_what_was_typed_and_says_what_is_missing(site, stage: Stage, cast):
    stage.heard()
    key = stage.started()
    one = stage.assignments(key)[0]
    expert = site.as_(stage.expert(one.person_id))
    page = expert.open("reviews.assignment_show", id=one.id)
    assert "第 " in page
    refused = page.submit("提交评分", p_need="18.5", p_effect="很好", comment="还在看")
    assert refused.status == 422
    assert "请填数字" in refused
    assert refused.tree.xpath('//input[@name="p_need"]/@value') == ["18.5"]
    refused = page.submit("提交评分", p_need="18.5", comment="还在看")
    assert refused.status == 422
    assert "没有打分" in refused
    kept = page.submit("保存并评下一份", p_need="18.5", comment="还在看")
    assert kept.status == 200
    again = expert.open("reviews.assignment_show", id=one.id)
    assert again.tree.xpath('//input[@name="p_need"]/@value') == ["18.5"]
    assert "还在看" in again
    low = {f"p_{item['key']}": "1" for item in stage.rules.rubric["items"]}
    refused = again.submit("提交评分", comment="", **low)
    assert refused.status == 422
    assert "请写明理由" in refused


def test_autosave_keeps_what_fits(site, stage: Stage, cast):
    stage.heard()
    key = stage.started()
    one = stage.assignments(key)[0]
    visitor = site.as_(stage.expert(one.person_id))
    page = visitor.open("reviews.assignment_show", id=one.id)
    token = page.tree.xpath('//input[@name="csrf_token"]/@value')[0]
    (path,) = paths(site, ("reviews.assignment_draft", {"id": one.id}))
    told = visitor.client.post(path, data={"csrf_token": token, "p_need": "19", "p_effect": "999", "comment": "写到一半"}).get_json()
    assert told == {"saved": "09:00", "total": "19", "remark": "“有效性”没有保存：请给 0 到 25 分。"}
    with transaction(stage.engine) as session:
        card = session.get_one(Scorecard, one.scorecard_id)
        assert (card.state, card.total, card.comment) == ("draft", 1900, "写到一半")


def test_who_may_open_the_pages_of_a_panel(site, stage: Stage, cast):
    stage.heard()
    key = stage.drawn()
    office = {"officer", "head", "leader", "auditor", "operator"}
    assert may(statuses(site, cast, "reviews.panel_show", id=key)) == office
    assert may(statuses(site, cast, "reviews.panel_board", id=key)) == office
    assert may(statuses(site, cast, "reviews.panels")) == office | {"far_officer", "street", "far_street"}
    assert may(statuses(site, cast, "reviews.mine")) == {"expert2"}
    assert may(statuses(site, cast, "reviews.panel_new", id=stage.call_id)) == {"officer", "head", "operator"}
    assert may(statuses(site, cast, "reviews.elect", id=stage.call_id)) == {"officer", "head", "operator"}
    assert may(statuses(site, cast, "reviews.ranking", id=stage.call_id)) == {"officer", "head", "leader", "auditor"}
    assert may(statuses(site, cast, "reviews.panel_reassign", id=key)) == {"officer", "head", "operator"}
    seat = stage.seats(key)[0]
    assert may(statuses(site, cast, "reviews.seat_show", id=seat.id)) == {
        who for who in ("expert2",) if getattr(cast, who).id == seat.person_id
    }
    assert site.as_(stage.expert(seat.person_id)).open("reviews.seat_show", id=seat.id).status == 200
    assert site.as_(None).client.get(paths(site, ("reviews.panel_show", {"id": key}))[0]).status_code == 302


def test_who_may_open_an_opinion(site, stage: Stage, cast):
    stage.review()
    with transaction(stage.engine) as session:
        key = session.scalars(sa.select(Opinion.id).where(Opinion.kind == "community", Opinion.area_code == TAO)).first()
    assert may(statuses(site, cast, "reviews.opinion_show", id=key)) == {
        "officer", "head", "leader", "auditor", "street", "worker", "operator",
    }  # fmt: skip
    assert may(statuses(site, cast, "reviews.opinion_give", id=key)) == {"worker", "street"}
    street = site.as_(cast.street).open("reviews.opinion_show", id=key)
    assert "提交意见" not in street.buttons()
    assert not street.links("提交意见")
    refused = site.as_(cast.street).open("reviews.opinion_give", id=key)
    assert "由社区填写" in refused


def test_the_community_form_says_what_is_missing(site, stage: Stage, cast):
    stage.review()
    with transaction(stage.engine) as session:
        key = session.scalars(sa.select(Opinion.id).where(Opinion.kind == "community", Opinion.area_code == TAO)).first()
    page = site.as_(cast.worker).open("reviews.opinion_give", id=key)
    assert "请选择意见" in page.submit("提交意见", p_fit="30", p_join="20", p_able="20")
    half = page.submit("提交意见", verdict="support", p_fit="30")
    assert half.status == 422
    assert "没有打分" in half
    against = page.submit("提交意见", verdict="oppose", p_fit="30", p_join="20", p_able="20")
    assert against.status == 422
    assert "请写明修改建议" in against


@pytest.fixture
def announced(stage: Stage, cast, clock) -> tuple[Stage, int]:
    """Announced, with one objection by 严阿婆."""
    with transaction(stage.engine) as session:
        call = session.get_one(Call, stage.call_id)
        call.rules = {**call.rules, "stages": ["panel"], "weights": {"panel": 100, "community": 0, "residents": 0}}
        for one in session.scalars(sa.select(Application)):
            one.stages = ["panel"]
    stage.review()
    stage.confirmed()
    call = (Call, stage.call_id)
    stage.do(cast.officer, actions.rank, call)
    stage.do(cast.head, actions.decide, call, meeting="会", held_on=clock.now().date(), minutes_number="1号", present="局长、副局长")
    notice = stage.do(cast.officer, actions.announce, call)
    stage.do(cast.granny, actions.object_to, (Notice, notice.id), name="严阿婆真名", text="密封的异议内容", application_id=None)
    return stage, notice.id


def test_a_notice_is_for_everybody_and_an_objection_for_few(site, announced, cast):
    stage, key = announced
    assert may(statuses(site, cast, "reviews.notice_show", id=key)) == set(EVERYBODY)
    assert site.as_(None).open("reviews.notice_show", id=key).status == 200
    with transaction(stage.engine) as session:
        objection = session.scalars(sa.select(Objection.id)).one()
    assert may(statuses(site, cast, "reviews.objection_show", id=objection)) == {"officer", "head", "leader", "auditor", "granny"}
    for who, sees in (("granny", True), ("officer", True), ("auditor", False), ("leader", False)):
        said = answers(site, getattr(cast, who), paths(site, ("reviews.objection_show", {"id": objection}))[0])
        assert all(("严阿婆真名" in one) is sees for one in said), who
    for who in ("worker", "lead", "expert2", None):
        for said in answers(site, getattr(cast, who) if who else None, paths(site, ("reviews.notice_show", {"id": key}))[0]):
            assert "密封的异议内容" not in said
            assert "严阿婆真名" not in said
    page = site.as_(None).open("reviews.objection_new", id=key)
    assert "登录" in page
    withdrawn = site.as_(cast.granny).open("reviews.objection_show", id=objection).submit("撤回异议")
    assert "已撤回" in withdrawn


def test_steps_through_their_buttons(site, announced, cast, clock):
    _, key = announced
    page = site.as_(cast.officer).open("reviews.notice_show", id=key).click("延期")
    wrong = page.submit("延期", until="2026-03-02", note="有异议")
    assert wrong.status == 422
    assert "晚于原来" in wrong
    page = page.submit("延期", until="2026-03-31", note="有异议")
    assert "延期中" in page
    assert "2026年3月31日" in site.as_(None).open("reviews.notice_show", id=key)


def test_an_officer_replaces_sends_back_and_assigns_again(site, stage: Stage, cast):
    stage.heard()
    key = stage.drawn()
    seats = stage.seats(key)
    declined = (
        site.as_(stage.expert(seats[0].person_id)).open("reviews.seat_show", id=seats[0].id).submit("不能参加", note="出差")
        if ("不能参加" in site.as_(stage.expert(seats[0].person_id)).open("reviews.seat_show", id=seats[0].id).buttons())
        else site.as_(stage.expert(seats[0].person_id)).open("reviews.seat_show", id=seats[0].id).submit("确认不能参加", note="出差")
    )
    assert declined.status == 200
    page = site.as_(cast.operator).open("reviews.panel_show", id=key).click("替换").submit("替换")
    assert "已替换" in page
    for seat in stage.seats(key):
        if seat.state == "drawn":
            stage.do(stage.expert(seat.person_id), actions.pledge, (Seat, seat.id))
    stage.do(cast.operator, actions.start, (Panel, key))
    pile = stage.assignments(key)
    stage.score(pile[0])
    page = site.as_(cast.operator).open("reviews.panel_show", id=key).click("退回复评").submit("退回复评", note="请核对")
    assert page.status == 200
    stage.do(stage.expert(pile[0].person_id), actions.recuse, (Assignment, pile[0].id), note="亲属")
    page = site.as_(cast.operator).open("reviews.panel_show", id=key).click("补派评委")
    wrong = page.submit(
        "补派", application_id=str(pile[0].application_id), person_id=page.tree.xpath('//select[@name="person_id"]/option/@value')[0]
    )
    assert wrong.status in {200, 409}
    dissolved = site.as_(cast.operator).open("reviews.panel_show", id=key)
    assert "解散" not in dissolved.buttons()


def test_a_panel_is_dissolved_and_formed_anew(site, stage: Stage, cast):
    stage.heard()
    key = stage.drawn()
    page = site.as_(cast.operator).open("reviews.panel_show", id=key).submit("确认解散", note="候选名单有误")
    assert "已解散" in page
    assert stage.panel() != key


def test_papers_are_served_only_where_the_review_is_not_blind(site, stage: Stage, cast, data):
    files.open_store(data / "files")
    digest = files.put(io.BytesIO(b"%PDF-1.4 x").getvalue())
    with transaction(stage.engine) as session:
        call = session.get_one(Call, stage.call_id)
        call.rules = {**call.rules, "panel": {**call.rules["panel"], "blind": {"applicant": "open"}}}
        from webapp.applications.models import Snapshot

        for one in session.scalars(sa.select(Snapshot)):
            one.content = {**one.content, "files": [{"name": "登记证书.pdf", "digest": digest, "kind": "certificate"}]}
    stage.heard()
    one = stage.assignments(stage.started())[0]
    visitor = site.as_(stage.expert(one.person_id))
    page = visitor.open("reviews.assignment_show", id=one.id)
    assert "登记证书.pdf" in page
    answer = visitor.client.get(paths(site, ("reviews.assignment_file", {"id": one.id, "number": 1}))[0])
    assert answer.data == b"%PDF-1.4 x"
    assert visitor.client.get(paths(site, ("reviews.assignment_file", {"id": one.id, "number": 2}))[0]).status_code == 409


def test_empty_pages_say_what_will_stand_there(site, cast, stage: Stage):
    assert "还没有请本单位填写的意见" in site.as_(cast.far_worker).open("reviews.opinions")
    assert "还没有进入评审的征集" in site.as_(cast.far_officer).open("reviews.panels")
    assert "您目前没有评审任务" in site.as_(cast.expert2).open("reviews.mine")
    assert "还没有综合排名" in site.as_(cast.officer).open("reviews.ranking", id=stage.call_id)
