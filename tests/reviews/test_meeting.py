"""路演: the drawn order, who leads, signing in on site, and what those who follow may see."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reviews.conftest import SECRET, Stage
from tests.reviews.test_pages import answers
from webapp.core.db import transaction
from webapp.core.workflow import NotAllowed, Refused
from webapp.reviews import actions
from webapp.reviews.models import Assignment, Meeting, MeetingCode, MeetingSign, Panel, Seat
from webapp.reviews.queries import meetings
from webapp.reviews.rules import meeting as rules
from webapp.reviews.rules.draw import lot
from webapp.reviews.rules.meeting import Heard
from webapp.reviews.views import meetings as views

files = st.lists(
    st.tuples(st.integers(1, 8), st.frozensets(st.integers(1, 5), max_size=3)), max_size=24
).map(lambda lines: [Heard(n, organisation, absent) for n, (organisation, absent) in enumerate(lines, 1)])  # fmt: skip


@settings(max_examples=120)
@given(files, st.text(max_size=8))
def test_the_order_keeps_organisations_together_and_can_be_drawn_again(heard: list[Heard], seed: str):
    order = rules.arranged(seed, heard)
    assert sorted(one.application_id for one in order) == [one.application_id for one in heard]
    owners = [one.organisation_id for one in order]
    changes = sum(a != b for a, b in pairwise(owners))
    assert not heard or changes == len(set(owners)) - 1
    assert rules.redrawn(rules.drawn(seed, heard[::-1])) == [one.application_id for one in order]


def test_judges_who_leave_leave_once():
    """Six organisations, judge 1 tied to three of them: drawn by lot alone he would walk up to six times, here at most twice."""
    heard = [Heard(n, n, frozenset({1}) if n % 2 else frozenset()) for n in range(1, 7)]
    for seed in map(str, range(50)):
        assert rules.walks(rules.arranged(seed, heard)) == 1
    by_lot = sorted(heard, key=lambda one: lot("0", "group", one.organisation_id))
    assert rules.walks(by_lot) > 1


def test_the_order_is_drawn():
    heard = [Heard(n, n, frozenset()) for n in range(1, 6)]
    first = {rules.arranged(str(seed), heard)[0].application_id for seed in range(60)}
    assert first == {1, 2, 3, 4, 5}


@pytest.fixture
def meeting(stage: Stage) -> int:
    """A running meeting with a chair."""
    stage.heard()
    key = stage.started()
    stage.do(stage.cast.operator, actions.appoint_chair, (Seat, stage.seats(key)[0].id), how="elected")
    made = stage.do(
        stage.cast.operator,
        actions.arrange,
        (Panel, key),
        place="三楼会议室",
        starts_at=stage.clock.now() + timedelta(days=1),
        talk=8,
        questions=7,
    )
    stage.do(stage.cast.operator, actions.draw_order, (Meeting, made.id))
    stage.do(stage.cast.operator, actions.open_meeting, (Meeting, made.id))
    return int(made.id)


def panel_of(stage: Stage, meeting: int) -> int:
    with transaction(stage.engine) as session:
        return session.get_one(Meeting, meeting).panel_id


def test_the_drawn_order_repeats_from_what_was_kept(stage: Stage, meeting: int):
    with transaction(stage.engine) as session:
        kept = session.get_one(Meeting, meeting).order
    assert kept is not None
    assert rules.redrawn(kept) == kept["order"]
    assert len(kept["order"]) == 4


def test_only_the_chair_and_the_office_lead(stage: Stage, meeting: int, cast):
    chair, other = stage.seats(panel_of(stage, meeting))[:2]
    stage.do(stage.expert(chair.person_id), actions.show, (Meeting, meeting), position=1, phase="talk")
    stage.do(cast.operator, actions.show, (Meeting, meeting), position=1, phase="questions")
    with pytest.raises(NotAllowed):
        stage.do(stage.expert(other.person_id), actions.show, (Meeting, meeting), position=2, phase="talk")
    with pytest.raises(Refused):
        stage.do(cast.operator, actions.show, (Meeting, meeting), position=5, phase="talk")
    with transaction(stage.engine) as session:
        found = session.get_one(Meeting, meeting)
        assert (found.position, found.phase, found.until) == (1, "questions", stage.clock.now() + timedelta(minutes=7))


def code(stage: Stage, meeting: int) -> str:
    with transaction(stage.engine) as session:
        return actions.new_code(session, session.get_one(Meeting, meeting), at=stage.clock.now())


def enter(stage: Stage, someone: Any, word: str) -> None:
    with transaction(stage.engine) as session:
        actions.sign_in(session, word, by=stage.viewer(session, someone), at=stage.clock.now())


def test_a_code_signs_in_one_judge_once_and_for_three_minutes(stage: Stage, meeting: int, cast):
    first, second = (stage.expert(seat.person_id) for seat in stage.seats(panel_of(stage, meeting))[:2])
    word = code(stage, meeting)
    with pytest.raises(NotAllowed):
        enter(stage, cast.officer, word)
    enter(stage, first, word)
    with pytest.raises(Refused, match="已经用过或已过期"):
        enter(stage, second, word)
    old = code(stage, meeting)
    new = code(stage, meeting)
    with pytest.raises(Refused):
        enter(stage, second, old)
    stage.clock.forward(minutes=3)
    with pytest.raises(Refused):
        enter(stage, second, new)
    with transaction(stage.engine) as session:
        assert set(session.scalars(sa.select(MeetingSign.person_id))) == {first.id}
        assert word not in set(session.scalars(sa.select(MeetingCode.digest)))


def test_the_screen_shows_no_score_and_no_applicant_while_they_are_hidden(stage: Stage, meeting: int, site, cast):
    key = panel_of(stage, meeting)
    one = stage.assignments(key)[0]
    stage.score(one, 8765)
    with transaction(stage.engine) as session:
        order = session.get_one(Meeting, meeting).order["order"]
    stage.do(cast.operator, actions.show, (Meeting, meeting), position=order.index(one.application_id) + 1, phase="scoring")
    judge = stage.expert(next(a.person_id for a in stage.assignments(key) if a.person_id != one.person_id))
    for who in (cast.operator, cast.officer, cast.auditor, judge):
        for address in (f"/meetings/{meeting}", f"/meetings/{meeting}/screen", f"/meetings/{meeting}/turn"):
            for said in answers(site, who, address):
                assert "87.65" not in said
                assert "8765" not in said
    for address in (f"/meetings/{meeting}", f"/meetings/{meeting}/screen"):
        assert all(SECRET not in said for said in answers(site, judge, address))
    assert "已提交评分 1 / 3" in site.as_(cast.operator).open("reviews.meeting_screen", id=meeting)


def test_fellow_judges_are_not_named_to_a_judge(stage: Stage, meeting: int, site, cast):
    key = panel_of(stage, meeting)
    me, other = stage.seats(key)[:2]
    enter(stage, stage.expert(other.person_id), code(stage, meeting))
    name = stage.expert(other.person_id).name
    assert all(name not in said for said in answers(site, stage.expert(me.person_id), f"/meetings/{meeting}"))
    assert name in site.as_(cast.operator).open("reviews.meeting_paper", id=meeting)


def test_streams_are_bounded_and_give_their_place_back(stage: Stage, meeting: int, site, cast, monkeypatch):
    site.app.config["STREAM_LIFE"] = 0.2
    monkeypatch.setattr(views, "LOOK", 0.05)
    client = site.as_(cast.operator).client
    held = [client.get(f"/meetings/{meeting}/events", buffered=False) for _ in range(views.STREAMS)]
    assert [one.status_code for one in held] == [200] * views.STREAMS
    refused = client.get(f"/meetings/{meeting}/events")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    held[0].close()
    told = client.get(f"/meetings/{meeting}/events", buffered=False)
    turn = client.get(f"/meetings/{meeting}/turn").get_json()["turn"]
    words = told.get_data(as_text=True)
    assert words.startswith("retry: 3000\n\n")
    assert f"event: turn\ndata: {turn}\n\n" in words
    for one in (*held[1:], told):
        one.close()
    assert client.get(f"/meetings/{meeting}/events").status_code == 200


def test_a_judge_who_leaves_is_told_and_gets_no_link(stage: Stage, meeting: int, cast):
    key = panel_of(stage, meeting)
    one = stage.assignments(key)[0]
    stage.do(stage.expert(one.person_id), actions.recuse, (Assignment, one.id), note="任职")
    with transaction(stage.engine) as session:
        found = session.get_one(Meeting, meeting)
        place = found.order["order"].index(one.application_id) + 1
    stage.do(cast.operator, actions.show, (Meeting, meeting), position=place, phase="talk")
    with transaction(stage.engine) as session:
        who = stage.viewer(session, stage.expert(one.person_id))
        live = meetings.live(session, session.get_one(Meeting, meeting), who, frozenset({"expert"}))
    assert live.present is not None
    assert (live.present.absent, live.present.assignment_id) == (True, None)


def test_the_office_arranges_draws_and_prints(stage: Stage, site, cast):
    stage.heard()
    key = stage.started()
    page = site.as_(cast.operator).open("reviews.panel_show", id=key).click("安排路演")
    late = page.submit("安排路演", starts_at="2020-01-01T09:00", place="三楼", talk="8", questions="7")
    assert late.status == 422
    page = late.submit("安排路演", starts_at="2027-01-01T09:00", place="三楼会议室", talk="8", questions="7")
    assert "待抽签" in page
    page = page.submit("确认抽签排序")
    assert "同一单位的排在一起" in page
    page = page.submit("开始路演")
    assert "进行中" in page
    assert "三楼会议室" in page.click("签到表（打印）")
