"""Clocks of a need: first response, start, answer; reminders once; 社区 → 街道 → 区; a new round when it is taken up again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import START
from tests.handling import stage
from webapp.core.calendar import add_office_minutes
from webapp.core.clock import CHINA
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import Refused, take_step
from webapp.handling import actions
from webapp.handling.actions.clocks import TOLD
from webapp.handling.models import Escalation, Order, Round
from webapp.handling.queries import CHECKS
from webapp.handling.rules import Terms, accepted_terms, remind_at, respond_by
from webapp.needs import actions as needs
from webapp.needs.models import Need


def china(moment):
    return moment.astimezone(CHINA).strftime("%m-%d %H:%M")


def test_office_minutes_stand_still_at_night_and_at_weekends():
    assert china(add_office_minutes(START, 60)) == "03-02 10:00"
    friday_evening = START + timedelta(days=4, hours=8)  # Friday 17:00
    assert china(add_office_minutes(friday_evening, 60)) == "03-09 09:30"
    assert china(add_office_minutes(START + timedelta(hours=12), 5)) == "03-03 09:05"


def test_a_danger_is_answered_in_five_minutes_at_any_hour():
    night = START + timedelta(hours=15)
    assert respond_by(night, Terms(5, True, 5)) - night == timedelta(minutes=5)


def test_at_once_or_started_within_five_working_days():
    start, answer = accepted_terms(START, "quick", Terms(60, False, 10))
    assert (start, answer) == (None, START + timedelta(hours=48))
    start, answer = accepted_terms(START, "deep", Terms(60, False, 10))
    assert start is not None
    assert START + timedelta(days=7) <= start < answer


def test_a_reminder_never_comes_before_its_clock_began():
    assert START <= remind_at(START, START + timedelta(minutes=5)) <= START + timedelta(minutes=5)


def ledger(session):
    return [(e.level, e.clock, e.state) for e in session.scalars(sa.select(Escalation).order_by(Escalation.id))]


def messages(session, person, words):
    query = sa.select(sa.func.count()).select_from(Message).where(Message.person_id == person.id, Message.title.contains(words))
    return session.scalar(query)


def test_the_community_is_reminded_once_and_then_the_street_and_the_district_are_told(session, cast):
    need = stage.said(session, cast)
    due = need.due_at
    assert actions.remind(session, due - timedelta(minutes=5)) == 1
    assert actions.remind(session, due - timedelta(minutes=4)) == 0
    assert messages(session, cast.worker, "快到期") == 1
    assert actions.escalate(session, due - timedelta(minutes=1)) == 0
    assert actions.escalate(session, due) == 1
    assert actions.escalate(session, due) == 0
    assert ledger(session) == [("street", "respond", "street")]
    assert messages(session, cast.street, "督办") == 1
    assert messages(session, cast.far_street, "督办") == 0
    later = due + timedelta(days=10)
    assert actions.escalate(session, later) == 1
    assert actions.escalate(session, later + timedelta(days=30)) == 0
    assert ledger(session) == [("street", "respond", "street"), ("district", "respond", "district")]
    assert messages(session, cast.officer, "督办") == 1
    needs.accept(session, need, category="elderly", decision="self", pace="deep", by=cast.worker.viewer(session, later), at=later)
    assert [state for *_, state in ledger(session)] == ["ended", "ended"]
    assert need.due_at is not None
    assert need.due_at > later


def test_an_answered_escalation_gives_time_before_the_next_level_is_told(session, cast):
    need = stage.said(session, cast)
    actions.escalate(session, need.due_at)
    found = session.scalars(sa.select(Escalation)).one()
    by, at = cast.street.viewer(session, START), need.due_at + timedelta(days=1)
    actions.answer_escalation(session, found, note="已约居民明天见面", by=by, at=at)
    assert messages(session, cast.worker, "督办意见") == 1
    assert actions.escalate(session, at + timedelta(hours=30)) == 0
    assert actions.escalate(session, at + timedelta(days=10)) == 1
    assert ledger(session)[-1][0] == "district"
    assert found.done == "已约居民明天见面"


def test_the_street_answers_on_its_page_and_the_ledger_goes_out_as_a_file(site, cast, engine, clock):
    with transaction(engine) as session:
        need = stage.said(session, cast)
        due = need.due_at
        actions.escalate(session, due)
    clock.move_to(due + timedelta(minutes=1))
    assert "已报街道督办（金阊街道办事处 郑颖、冯强）" in site.as_(cast.granny).open("needs.show", id=1)
    street = site.as_(cast.street)
    assert "督办待答复" in street.open("desk.home")
    page = street.open("handling.escalations").click("X2026-0001")
    done = page.submit("确认答复督办", note="已派人去看")
    assert "已派人去看" in done
    assert "已派人去看" in site.as_(cast.officer).open("handling.escalations")
    assert "X2026-0001" not in site.as_(cast.far_officer).open("handling.escalations")
    sheet = street.get("/escalations.xlsx")
    assert sheet.body[:2] == b"PK"


def test_due_and_handler_are_kept_after_accept_and_referral(session, cast):
    need = stage.accepted(session, cast)
    assert need.due_at is not None
    actions.refer(session, need, department_id=cast.housing, note="查电路", by=cast.worker.viewer(session, START), at=START)
    assert (need.handler_id, need.due_at is not None) == (cast.housing, True)
    actions.send_back(session, need, note="属物业", by=cast.housing_clerk.viewer(session, START), at=START)
    assert (need.handler_id, need.due_at is not None) == (cast.taohuawu, True)


def test_reopening_begins_a_new_round_of_clocks(session, cast):
    need = stage.resolved(session, cast)
    assert need.due_at is None
    at = stage.later(days=3)
    take_step(session, need, "reopen", by=cast.granny.viewer(session, at), at=at, note="又坏了")
    found = session.scalars(sa.select(Round).order_by(Round.number)).all()
    assert [(one.number, one.current) for one in found] == [(1, False), (2, True)]
    assert found[1].began_at == at
    assert need.due_at is not None
    assert need.due_at >= at


STEPS = ("accept", "decline", "deliberate", "conclude", "order", "cancel", "refer", "answer", "send_back", "recall", "reopen", "reply")


def act(session, cast, need, step, at):
    """Take a step as who may; what the rules refuse leaves nothing."""
    worker, granny, clerk = (getattr(cast, who).viewer(session, at) for who in ("worker", "granny", "housing_clerk"))
    order = session.scalars(sa.select(Order).order_by(Order.id.desc()).limit(1)).one_or_none()
    told = session.scalars(sa.select(Escalation).where(Escalation.state.in_(("street", "district")))).all()
    match step:
        case "accept":
            needs.accept(session, need, category="elderly", decision="self", pace="deep", by=worker, at=at)
        case "decline":
            needs.decline(session, need, note="不属于", elsewhere="12345", by=worker, at=at)
        case "order":
            actions.place(session, need, title="修灯", by=worker, at=at)
        case "cancel" if order is not None:
            actions.cancel(session, order, note="撤", by=worker, at=at)
        case "refer":
            actions.refer(session, need, department_id=cast.housing, note="请办", by=worker, at=at)
        case "answer" | "send_back":
            take_step(session, need, step, by=clerk, at=at, note="答复")
        case "reopen":
            take_step(session, need, step, by=granny, at=at, note="没好")
        case "reply":
            for one in told:
                by = (cast.street if one.level == "street" else cast.officer).viewer(session, at)
                actions.answer_escalation(session, one, note="已督办", by=by, at=at, step="answer" if one.level == "street" else "reply")
        case "deliberate" | "conclude" | "recall":
            take_step(session, need, step, by=worker, at=at, note="商量")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 400)), max_size=12))
def test_any_order_of_steps_and_ticks_keeps_one_open_escalation_a_level_and_no_negative_clock(session, cast, way):
    session.rollback()
    need, at = stage.said(session, cast), START
    for step, hours in way:
        at += timedelta(hours=hours)
        for tick in (actions.remind, actions.escalate, actions.lapse_overdue, actions.escalate):
            tick(session, at)
        try:
            with session.begin_nested():
                act(session, cast, need, step, at)
        except Refused:
            session.refresh(need)
        current = session.scalars(sa.select(Round).where(Round.need_id == need.id, Round.current)).one()
        assert current.clock_due is None or current.clock_due >= current.clock_since
        opened = session.scalars(sa.select(Escalation.level).where(Escalation.state.in_(("street", "district")))).all()
        assert len(opened) == len(set(opened))
        assert [fault for check in CHECKS.values() for fault in check(session)] == []
    session.rollback()


@pytest.mark.parametrize("step", ["answer", "send_back", "finish", "conclude", "unoffer", "resolve", "unorder", "recall", "refer", "merge"])
def test_every_step_that_ends_or_turns_a_need_tells_who_spoke(step):
    assert step in TOLD


def test_a_need_that_is_over_has_no_clock(session, cast):
    need = stage.said(session, cast)
    needs.decline(session, need, note="不属于", elsewhere="12345", by=cast.worker.viewer(session, START), at=START)
    assert need.due_at is None
    assert session.get(Need, need.id).elsewhere == "市民服务热线（电话 12345）"
    assert messages(session, cast.granny, "未受理") == 1
