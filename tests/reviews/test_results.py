"""From the last score to the signed report: divergence, the chair, locked totals, signatures, dissent and silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

import reports
from reports.report import canonical_json
from tests.reviews.conftest import Stage
from tests.reviews.test_pages import answers
from webapp.calls.models import Call
from webapp.calls.rules import CallRules, template
from webapp.core import journal
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import NotAllowed, Refused, take_step
from webapp.reporting.papers import Asked, panel_report
from webapp.reviews import actions
from webapp.reviews.models import Assignment, Divergence, Panel, PanelReport, PanelSignature, Seat
from webapp.reviews.queries import CHECKS, experts, scores
from webapp.scoring.models import Scorecard


@pytest.fixture
def rules() -> CallRules:
    plain = template()
    return replace(plain, figures=replace(plain.figures, divergence=1500, on_divergence="reason"))


def change(stage: Stage, **figures: Any) -> None:
    """The call's figures as another call would have them."""
    with transaction(stage.engine) as session:
        call = session.get_one(Call, stage.call_id)
        call.rules = replace(stage.rules, figures=replace(stage.rules.figures, **figures)).to_json()


def far_off(stage: Stage) -> tuple[int, Assignment]:
    """All scores in: 80 each, but one of 60."""
    stage.heard()
    key = stage.started()
    given = stage.assignments(key)
    for one in given:
        stage.score(one, 6000 if one.id == given[0].id else 8000)
    stage.do(stage.cast.operator, actions.close, (Panel, key))
    return key, given[0]


def refused(stage: Stage, *args: Any, **more: Any) -> list[str]:
    with pytest.raises(Refused) as caught:
        stage.do(*args, **more)
    return [one.code for one in caught.value.refusals]


def test_a_score_far_from_the_others_is_explained_before_the_totals_are_locked(stage: Stage, cast):
    key, far = far_off(stage)
    judge, seat = stage.expert(far.person_id), stage.seats(key)[0]
    stage.do(cast.operator, actions.appoint_chair, (Seat, seat.id), how="elected")
    with transaction(stage.engine) as session:
        asked = session.scalars(sa.select(Divergence)).all()
        assert [(one.assignment_id, one.score, one.asked) for one in asked] == [(far.id, 6000, "reason")]
        (told,) = session.scalars(sa.select(Message).where(Message.title == "请说明一份评分"))
        assert told.person_id == judge.id
        assert "80" not in told.body
    assert refused(stage, stage.expert(seat.person_id), actions.lock_totals, (Seat, seat.id)) == ["divergence"]
    stage.do(judge, actions.explain, (Assignment, far.id), reason="受益面写得不实")
    report = stage.do(stage.expert(seat.person_id), actions.lock_totals, (Seat, seat.id))
    assert [one["reason"] for one in report.content["reasons"]] == ["受益面写得不实"]
    assert refused(stage, cast.operator, actions.reopen, (Assignment, far.id), note="再看看") == ["locked"]


def test_where_the_rule_says_so_the_score_is_given_again(stage: Stage, cast):
    change(stage, on_divergence="rescore")
    key, far = far_off(stage)
    judge = stage.expert(far.person_id)
    assert refused(stage, judge, actions.explain, (Assignment, far.id), reason="不改") == ["rescore"]
    stage.do(cast.operator, actions.reopen, (Assignment, far.id), note="与其他评委相差较大，请复评")
    with transaction(stage.engine) as session:
        assert session.get_one(Panel, key).state == "scoring"
    stage.do(judge, actions.finish, (Assignment, far.id), points=stage.points(6100), comment="还是不行")
    stage.do(cast.operator, actions.close, (Panel, key))
    with transaction(stage.engine) as session:
        (again,) = session.scalars(sa.select(Divergence))
        assert (again.score, again.asked, again.reason) == (6100, "reason", "")
    stage.do(judge, actions.explain, (Assignment, far.id), reason="复评后仍认为方案不可行")
    stage.signed(key)


def test_a_score_given_again_that_is_near_asks_for_nothing(stage: Stage, cast):
    key, far = far_off(stage)
    stage.do(cast.operator, actions.reopen, (Assignment, far.id), note="请复评")
    stage.do(stage.expert(far.person_id), actions.finish, (Assignment, far.id), points=stage.points(7500), comment="重看了预算")
    stage.do(cast.operator, actions.close, (Panel, key))
    with transaction(stage.engine) as session:
        assert session.scalars(sa.select(Divergence)).all() == []


def test_without_a_limit_nobody_is_asked(stage: Stage):
    change(stage, divergence=None)
    far_off(stage)
    with transaction(stage.engine) as session:
        assert session.scalars(sa.select(Divergence)).all() == []


def test_only_the_chair_locks_and_nothing_is_confirmed_before_all_have_signed(stage: Stage, cast):
    stage.heard()
    key = stage.closed()
    first, second = stage.seats(key)[:2]
    assert refused(stage, cast.officer, actions.confirm, (Panel, key)) == ["unlocked"]
    assert refused(stage, stage.expert(first.person_id), actions.lock_totals, (Seat, first.id)) == ["chair"]
    stage.do(cast.operator, actions.appoint_chair, (Seat, first.id), how="appointed")
    stage.do(cast.operator, actions.appoint_chair, (Seat, second.id), how="elected")
    assert refused(stage, stage.expert(first.person_id), actions.lock_totals, (Seat, first.id)) == ["chair"]
    report = stage.do(stage.expert(second.person_id), actions.lock_totals, (Seat, second.id))
    assert refused(stage, stage.expert(second.person_id), actions.lock_totals, (Seat, second.id)) == ["locked"]
    assert refused(stage, cast.officer, actions.confirm, (Panel, key)) == ["signing"]
    assert refused(stage, cast.operator, actions.settle, (PanelReport, report.id)) == ["unsigned"]
    seats = stage.seats(key)
    for seat in seats[:-1]:
        stage.do(stage.expert(seat.person_id), actions.sign, (PanelReport, report.id))
    assert refused(stage, stage.expert(seats[0].person_id), actions.sign, (PanelReport, report.id)) == ["signed"]
    with pytest.raises(NotAllowed):
        stage.do(cast.officer, actions.sign, (PanelReport, report.id))
    stage.do(stage.expert(seats[-1].person_id), actions.sign, (PanelReport, report.id), dissent="第二个项目的预算偏高，不应居前。")
    stage.do(cast.officer, actions.confirm, (Panel, key))
    with transaction(stage.engine) as session:
        assert session.get_one(PanelReport, report.id).state == "settled"
        assert {said for check in CHECKS.values() for said in check(session)} == set()
        page = printed(session, report.id, stage.clock.now())
    assert "第二个项目的预算偏高，不应居前。" in page
    assert "书面不同意" in page


def test_silence_until_the_day_is_over_is_consent_and_says_so(stage: Stage, cast):
    stage.heard()
    key = stage.closed()
    report = stage.locked(key)
    seats = stage.seats(key)
    stage.do(stage.expert(seats[0].person_id), actions.sign, (PanelReport, report))
    with transaction(stage.engine) as session:
        due = session.get_one(PanelReport, report).due_at
    stage.clock.move_to(due - timedelta(seconds=1))
    with transaction(stage.engine) as session:
        assert actions.results.settle_due(session, stage.clock.now()) == 0
    stage.clock.move_to(due)
    assert refused(stage, stage.expert(seats[1].person_id), actions.sign, (PanelReport, report)) == ["over"]
    with transaction(stage.engine) as session:
        assert actions.results.settle_due(session, stage.clock.now()) == 1
        kinds = list(session.scalars(sa.select(PanelSignature.kind).order_by(PanelSignature.kind)))
        assert kinds == ["agree", *["silence"] * (len(seats) - 1)]
        words = printed(session, report, stage.clock.now())
    assert words.count("逾期未签署且未书面说明不同意见，视为同意") == len(seats) - 1
    assert "政府采购法实施条例第四十一条" in words


def printed(session, key, at):
    """The report as paper has it, in one string."""
    asked = Asked(as_of=at)
    return reports.write(panel_report.build(panel_report.gather(session, session.get_one(PanelReport, key), asked), asked), "html").decode()


def test_a_fellow_judge_reads_no_names_on_paper_while_the_review_is_blind(stage: Stage):
    stage.heard()
    key = stage.closed()
    report, seats = stage.locked(key), stage.seats(key)
    me, others = stage.expert(seats[0].person_id), [stage.expert(seat.person_id).name for seat in seats[1:]]
    with transaction(stage.engine) as session:
        asked = Asked(as_of=stage.clock.now(), viewer=stage.viewer(session, me))
        found = panel_report.gather(session, session.get_one(PanelReport, report), asked)
        words = canonical_json(panel_report.build(found, asked)).decode()
    assert me.name in words
    assert [name for name in others if name in words] == []
    assert len(found.signed) == len(seats)


def test_a_report_made_void_is_locked_anew(stage: Stage, cast):
    stage.heard()
    key = stage.closed()
    report = stage.locked(key)
    with transaction(stage.engine) as session:
        one = session.get_one(PanelReport, report)
        take_step(session, one, "void", by=stage.viewer(session, cast.operator), at=stage.clock.now(), note="评分录入有误")
    assert stage.signed(key) != report


def test_the_board_shows_raw_and_calibrated_beside_each_other(stage: Stage, site, cast):
    key, _ = far_off(stage)
    board = site.as_(cast.officer).client.get(f"/panels/{key}/board", headers={"Accept": "application/json"}).get_json()["board"]
    assert board["adjusted"] == []  # three or fewer files each: too few to tell a judge's habit
    low = next(row for row in board["rows"] if row["far"])
    assert (low["mean"], low["median"], low["spread"], low["calibrated"]) == (7333, 8000, 2000, 7333)
    page = site.as_(cast.officer).open("reviews.panel_board", id=key)
    assert "待评委说明" in page
    assert "校准分没有调整" in page


def test_sealed_scores_are_opened_only_with_a_reason_that_is_told(stage: Stage, site, cast):
    stage.heard()
    key = stage.started()
    one = stage.assignments(key)[0]
    stage.score(one, 8765)
    address = f"/panels/{key}/open-sealed"
    for who in ("operator", "street", "auditor", "officer"):
        assert site.as_(getattr(cast, who)).client.get(address).status_code in {403, 404}, who
    window = site.as_(cast.head)
    assert all("87.65" not in said for said in answers(site, cast.head, address))
    page = window.open("reviews.panel_open_sealed", id=key)
    assert page.submit("记录并查看", reason="").status == 422
    opened = page.submit("记录并查看", reason="有举报称评委串通，先核对")
    assert "87.65" in opened
    assert all("87.65" not in said for said in answers(site, cast.head, f"/panels/{key}/board"))
    with transaction(stage.engine) as session:
        (line,) = [line for line in journal.lines(session, [f"panel:{key}"]) if line.step == "open_sealed"]
        assert (line.by, line.note) == (cast.head.ref, "有举报称评委串通，先核对")
        (told,) = session.scalars(sa.select(Message).where(Message.title == "密封的评分被提前查看"))
        assert told.person_id == cast.auditor.id
        assert "87.65" not in told.body


def test_switches_of_the_call_decide_until_when(stage: Stage, site, cast):
    """Scores sealed until 集体研究; and a call whose scores are open from the start."""
    stage.heard()
    key = stage.closed()
    for until, seen in (("scored", True), ("decided", False), ("always", False), ("open", True)):
        with transaction(stage.engine) as session:
            call = session.get_one(Call, stage.call_id)
            blind = replace(stage.rules.panel.blind, scores=until)
            call.rules = replace(stage.rules, panel=replace(stage.rules.panel, blind=blind)).to_json()
        board = site.as_(cast.officer).client.get(f"/panels/{key}/board", headers={"Accept": "application/json"}).get_json()["board"]
        assert bool(board) is seen, until
        assert site.as_(cast.officer).client.get(f"/panels/{key}/scores.xlsx").status_code == (200 if seen else 403), until


def test_the_workbook_has_every_card_under_its_alias(stage: Stage, site, cast, tmp_path):
    stage.heard()
    key = stage.closed()
    reply = site.as_(cast.officer).client.get(f"/panels/{key}/scores.xlsx")
    (tmp_path / "scores.xlsx").write_bytes(reply.data)
    page = openpyxl.load_workbook(tmp_path / "scores.xlsx")["评分明细"]
    lines = [[cell.value for cell in row] for row in page][1:]
    with transaction(stage.engine) as session:
        totals = sorted(session.scalars(sa.select(Scorecard.total).where(Scorecard.state == "submitted")))
    assert sorted(round(line[-2] * 100) for line in lines) == totals
    assert all(line[2].startswith("评委") and len(line[2]) == 3 for line in lines)


def test_fellow_judges_do_not_learn_names_from_the_report(stage: Stage, site, cast):
    stage.heard()
    key = stage.closed()
    report = stage.signed(key)
    seats = stage.seats(key)
    with transaction(stage.engine) as session:
        names = scores.seated(session, key)
    me = stage.expert(seats[0].person_id)
    mine = names.pop(me.id)
    for said in answers(site, me, f"/panel-reports/{report}"):
        assert mine in said
        assert not [name for name in names.values() if name in said]
    assert all(name in said for name in names.values() for said in answers(site, cast.officer, f"/panel-reports/{report}"))


def listed(answer: Any) -> list[int]:
    return [one["id"] for one in answer["piles"]]


def test_a_long_pile_is_listed_in_parts(stage: Stage, site, monkeypatch):
    """The part with the first open file stands first; the page beside it leads on; neighbours are found across parts."""
    monkeypatch.setattr(experts, "SHOWN", 1)
    stage.heard()
    given = stage.assignments(stage.started())
    person = max({one.person_id for one in given}, key=lambda p: sum(one.person_id == p for one in given))
    mine = sorted((one for one in given if one.person_id == person), key=lambda one: one.position)
    stage.score(mine[0])
    window = site.as_(stage.expert(person))
    assert listed(window.json("/my/reviews")) == [mine[1].id]
    page = window.open("reviews.mine").click("前 1 份")
    assert listed(window.json(page.address)) == [mine[0].id]
    with transaction(stage.engine) as session:
        first, last = (experts.place_in(session, session.get_one(Assignment, one.id)) for one in (mine[0], mine[-1]))
    assert (first.position, first.total, first.done, first.before_id, first.after_id) == (1, len(mine), 1, None, mine[1].id)
    assert first.next_open_id == mine[1].id
    assert (last.before_id, last.after_id) == (mine[-2].id, None)
    assert last.next_open_id == (mine[1].id if len(mine) > 2 else None)
    assert [one.id for one in last.pile] == [mine[-1].id]


def test_a_report_to_be_signed_waits_on_the_desk_of_each_judge_until_he_has_signed(stage: Stage, site, cast):
    stage.heard()
    key = stage.closed()
    report = stage.locked(key)
    first, second = (stage.expert(seat.person_id) for seat in stage.seats(key)[:2])
    desk = site.as_(first).open("desk.home")
    assert "评审报告待签署" in desk
    page = desk.click("办理：评审报告待签署").submit("签署评审报告", dissent="第二项我不同意")
    assert "书面不同意" in page
    assert page.answer.request.path == f"/panel-reports/{report}"
    assert "评审报告待签署" not in site.as_(first).open("desk.home")
    assert "评审报告待签署" in site.as_(second).open("desk.home")
    assert "评审报告待签署" not in site.as_(cast.officer).open("desk.home")
