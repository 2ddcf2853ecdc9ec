"""Verbs of the review on both databases: what is asked, what is refused, what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import make
from tests.cast import TAO
from tests.conftest import START
from tests.reviews.conftest import Stage, without
from webapp import app as house
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.rules import Competition, Span, until
from webapp.core.calendar import deadline
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import NotAllowed, Refused
from webapp.reviews import actions
from webapp.reviews.models import Assignment, Expert, Opinion, Panel, Result, Seat
from webapp.reviews.queries import CHECKS, facts
from webapp.scoring.models import Scorecard


def codes(caught) -> set[str]:
    return {one.code for one in caught.value.refusals}


def opinions(stage: Stage, kind: str) -> list[Opinion]:
    with transaction(stage.engine) as session:
        return list(session.scalars(sa.select(Opinion).where(Opinion.kind == kind).order_by(Opinion.id)))


def test_review_waits_for_the_formal_check(stage: Stage, cast):
    with transaction(stage.engine) as session:
        make.application(session, cast, START, session.get_one(Call, stage.call_id), state="submitted", title="没有审过")
    with pytest.raises(Refused) as caught:
        stage.review()
    assert codes(caught) == {"unchecked"}
    assert "没有审过" in str(caught.value)


def test_a_returned_application_blocks_only_while_it_may_be_corrected(stage: Stage, cast, clock):
    with transaction(stage.engine) as session:
        call = session.get_one(Call, stage.call_id)
        make.application(session, cast, START, call, state="returned", title="补正中", due_at=deadline(START, 5))
    with pytest.raises(Refused) as caught:
        stage.review()
    assert codes(caught) == {"correcting"}
    clock.forward(days=10)
    stage.review()


def test_a_street_below_does_not_run_the_bureaus_call(stage: Stage, cast):
    with pytest.raises(Refused) as caught:
        stage.do(cast.street, actions.review, (Call, stage.call_id))
    assert codes(caught) == {"not_yours"}
    with pytest.raises(NotAllowed):
        stage.do(cast.far_officer, actions.review, (Call, stage.call_id))


def test_offices_are_asked_once_with_a_deadline_and_a_message(stage: Stage, cast, clock):
    stage.review()
    asked = opinions(stage, "community")
    assert [one.area_code for one in asked] == [TAO, TAO, "320508019037", "320508019037"]
    assert {one.due_at for one in asked} == {deadline(START, 5)}
    with transaction(stage.engine) as session:
        told = set(session.scalars(sa.select(Message.person_id)))
        assert {cast.worker.id, cast.worker_two.id, cast.near_worker.id} <= told
        assert cast.street.id not in told  # the street is asked when the communities have spoken
        assert cast.far_worker.id not in told
        assert actions.ask_late(session, clock.now()) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(Opinion)) == 4


def test_a_late_application_is_put_to_the_same_offices(stage: Stage, cast, clock):
    stage.review()
    with transaction(stage.engine) as session:
        late = make.application(session, cast, START, session.get_one(Call, stage.call_id), state="eligible", title="补正后通过")
        late_id = late.id
    house.tick(stage.engine, clock.now())
    with transaction(stage.engine) as session:
        assert session.scalar(sa.select(sa.func.count()).where(Opinion.application_id == late_id)) == 1


def test_opinions_need_verdict_reason_points_and_the_right_office(stage: Stage, cast, rules):
    stage.review()
    community = opinions(stage, "community")[0]
    points = {"fit": 4000, "join": 3000, "able": 2000}
    with pytest.raises(Refused) as caught:
        stage.do(cast.street, actions.give, (Opinion, community.id), verdict="support", points=points)
    assert "office" in codes(caught)
    with pytest.raises(NotAllowed):
        stage.do(cast.far_worker, actions.give, (Opinion, community.id), verdict="support", points=points)
    with pytest.raises(Refused) as caught:
        stage.do(cast.worker, actions.give, (Opinion, community.id), verdict="oppose", points=points)
    assert codes(caught) == {"reason"}
    with pytest.raises(Refused) as caught:
        stage.do(cast.worker, actions.give, (Opinion, community.id), verdict="support", points={"fit": 4000})
    assert codes(caught) == {"unscored"}
    with pytest.raises(Refused) as caught:
        stage.do(cast.worker, actions.give, (Opinion, community.id), verdict="support", points={**points, "fit": 4100})
    assert codes(caught) == {"out_of_range"}
    stage.do(cast.worker, actions.give, (Opinion, community.id), verdict="support", points=points)
    street = opinions(stage, "street")[0]
    stage.do(cast.street, actions.give, (Opinion, street.id), verdict="amend", reason="再听听居民的")
    with transaction(stage.engine) as session:
        assert session.get_one(Application, community.application_id).state == "heard"
        assert session.scalars(sa.select(Scorecard.total).where(Scorecard.purpose == "coreview")).all() == [9000]


def test_the_street_is_asked_when_the_community_has_spoken(stage: Stage, cast):
    stage.review()
    assert opinions(stage, "street") == []
    first = opinions(stage, "community")[0]
    stage.do(cast.worker, actions.give, (Opinion, first.id), verdict="support", points={"fit": 3000, "join": 2500, "able": 2000})
    with transaction(stage.engine) as session:
        assert session.get_one(Application, first.application_id).state == "coreviewed"
    street = opinions(stage, "street")
    assert [(one.application_id, one.area_code) for one in street] == [(first.application_id, TAO[:9])]
    stage.do(cast.street, actions.give, (Opinion, street[0].id), verdict="support")
    with transaction(stage.engine) as session:
        assert session.get_one(Application, first.application_id).state == "heard"


def test_silence_lapses_by_time_and_the_application_goes_on(stage: Stage, cast, clock):
    stage.review()
    clock.move_to(deadline(START, 5))
    with pytest.raises(Refused) as caught:
        stage.do(
            cast.worker,
            actions.give,
            (Opinion, opinions(stage, "community")[0].id),
            verdict="support",
            points={"fit": 3000, "join": 2500, "able": 2000},
        )
    assert codes(caught) == {"late"}
    house.tick(stage.engine, clock.now())
    with transaction(stage.engine) as session:
        assert set(session.scalars(sa.select(Application.state))) == {"coreviewed"}
    clock.move_to(deadline(clock.now(), 5))
    house.tick(stage.engine, clock.now())
    with transaction(stage.engine) as session:
        assert set(session.scalars(sa.select(Opinion.state))) == {"lapsed"}
        assert set(session.scalars(sa.select(Application.state))) == {"heard"}


def test_stages_that_are_off_ask_nobody(engine, cast, stage: Stage, rules):
    with transaction(engine) as session:
        call = session.get_one(Call, stage.call_id)
        call.rules = without(rules, "coreview", "street", "residents", panel=100, community=0, residents=0).to_json()
        for one in session.scalars(sa.select(Application)):
            one.stages = ["panel"]
    stage.review()
    assert opinions(stage, "community") == opinions(stage, "street") == []
    key = stage.confirmed()
    with transaction(engine) as session:
        assert session.get_one(Panel, key).state == "confirmed"
    stage.do(cast.officer, actions.rank, (Call, stage.call_id))
    with transaction(engine) as session:
        assert set(session.scalars(sa.select(Application.state))) == {"ranked"}


def test_the_panel_is_formed_once_and_its_seed_sealed(stage: Stage, cast):
    stage.heard()
    key = stage.panel()
    with pytest.raises(Refused) as caught:
        stage.panel()
    assert codes(caught) == {"panel"}
    with stage.engine.connect() as connection:
        raw = connection.exec_driver_sql("SELECT seed FROM panels").scalar_one()
    with transaction(stage.engine) as session:
        seed = session.get_one(Panel, key).seed
    assert seed
    assert seed not in raw


def test_a_draw_without_enough_finance_experts_or_witness_is_refused(stage: Stage, cast):
    stage.heard()
    key = stage.panel()
    with pytest.raises(Refused) as caught:
        stage.do(cast.operator, actions.draw, (Panel, key), witness=" ")
    assert codes(caught) == {"witness"}
    with transaction(stage.engine) as session:
        for expert in session.scalars(sa.select(Expert).where(Expert.field == "finance")):
            expert.available = False
    with pytest.raises(Refused) as caught:
        stage.do(cast.operator, actions.draw, (Panel, key), witness="沈督")
    assert codes(caught) == {"finance"}


def test_an_expert_tied_to_all_applicants_is_never_drawn(stage: Stage, cast):
    actions_ties = (cast.offices["chenguang"], cast.offices["qingmiao"])
    with transaction(stage.engine) as session:
        for n in (2, 3):
            for organisation in actions_ties:
                actions.declare_tie(session, cast.people[f"expert{n}"].id, organisation)
    stage.heard()
    key = stage.drawn()
    barred = {cast.expert2.id, cast.expert3.id}
    everybody = stage.seats(key) + stage.seats(key, reserve=True)
    assert len(everybody) == 6
    assert not barred & {seat.person_id for seat in everybody}


def test_reserves_move_up_and_start_waits_for_the_pledges(stage: Stage, cast):
    stage.heard()
    key = stage.drawn()
    seats = stage.seats(key)
    stage.do(stage.expert(seats[0].person_id), actions.decline, (Seat, seats[0].id), note="出差")
    for seat in seats[1:]:
        stage.do(stage.expert(seat.person_id), actions.pledge, (Seat, seat.id))
    with pytest.raises(Refused) as caught:
        stage.do(cast.operator, actions.start, (Panel, key))
    assert codes(caught) == {"pledged"}
    new = stage.do(cast.operator, actions.replace, (Seat, seats[0].id))
    assert new.reserve is False
    stage.do(stage.expert(new.person_id), actions.pledge, (Seat, new.id))
    stage.do(cast.operator, actions.start, (Panel, key))
    with transaction(stage.engine) as session:
        finance = {e.person_id for e in session.scalars(sa.select(Expert).where(Expert.field == "finance"))}
        sitting = set(session.scalars(sa.select(Seat.person_id).where(Seat.panel_id == key, Seat.state == "pledged")))
        assert finance & sitting
        assert [said for check in CHECKS.values() for said in check(session)] == []


def test_who_has_not_answered_is_replaced_only_with_a_reason_and_is_told(stage: Stage, site, cast):
    stage.heard()
    key = stage.drawn()
    first, second = stage.seats(key)[:2]
    with pytest.raises(Refused) as caught:
        stage.do(cast.operator, actions.replace, (Seat, first.id))
    assert codes(caught) == {"note"}
    names = {seat.person_id: stage.expert(seat.person_id).name for seat in (*stage.seats(key), *stage.seats(key, reserve=True))}
    page = site.as_(cast.operator).open("reviews.panel_show", id=key).click("替换" + names[first.person_id])
    assert f"{names[first.person_id]}还没有答复" in page
    assert any(f"由{name}递补" in page for name in names.values())
    assert "请写明为什么替换" in page.submit("替换", note="")
    page = page.submit("替换", note="电话三次无人接听")
    assert "电话三次无人接听" in page
    told = site.as_(stage.expert(first.person_id)).open("desk.inbox")
    assert "评审邀请已取消" in told
    stage.do(stage.expert(second.person_id), actions.decline, (Seat, second.id), note="出差")
    page = site.as_(cast.operator).open("reviews.seat_replace", id=second.id)
    assert "不能参加（出差）" in page
    assert "已替换" in page.submit("替换")


def test_a_last_day_that_is_past_is_moved_before_scoring_begins_and_the_judges_are_told(stage: Stage, site, cast, clock):
    stage.heard()
    key = stage.drawn()
    for seat in stage.seats(key):
        stage.do(stage.expert(seat.person_id), actions.pledge, (Seat, seat.id))
    clock.move_to(clock.now() + timedelta(days=40))
    page = site.as_(cast.operator).open("reviews.panel_show", id=key)
    assert "已过，评委没有时间评分" in page
    with pytest.raises(Refused) as caught:
        stage.do(cast.operator, actions.start, (Panel, key))
    assert codes(caught) == {"late"}
    early = page.click("改评分截止日").submit("改评分截止日", closes_on=START.date().isoformat(), reason="评委未到齐")
    assert "评分截止日要晚于今天" in early
    day = (clock.now() + timedelta(days=10)).date()
    page = early.submit("改评分截止日", closes_on=day.isoformat(), reason="评委未到齐")
    assert "评分截止日已改" in page
    stage.do(cast.operator, actions.start, (Panel, key))
    judge = stage.expert(stage.seats(key)[0].person_id)
    assert "评分截止日有变动" in site.as_(judge).open("desk.inbox")
    stage.do(cast.officer, actions.reschedule, (Panel, key), closes_at=clock.now() + timedelta(days=20), reason="有评委生病")
    with transaction(stage.engine) as session:
        assert {one.due_at for one in session.scalars(sa.select(Assignment).where(Assignment.panel_id == key))} == {
            session.get_one(Panel, key).closes_at
        }


def test_who_has_not_answered_yet_is_no_conflict(stage: Stage, cast):
    stage.heard()
    key = stage.drawn()
    with pytest.raises(Refused) as caught:
        stage.do(cast.operator, actions.start, (Panel, key))
    assert codes(caught) == {"pledged"}


def test_a_reserve_cannot_pledge_before_moving_up(stage: Stage, cast):
    stage.heard()
    key = stage.drawn()
    spare = stage.seats(key, reserve=True)[0]
    with pytest.raises(NotAllowed):
        stage.do(stage.expert(spare.person_id), actions.pledge, (Seat, spare.id))


def test_what_is_declared_in_the_pledge_bars_the_assignment(stage: Stage, cast):
    stage.heard()
    key = stage.drawn()
    seats = stage.seats(key)
    with pytest.raises(Refused) as caught:
        stage.do(stage.expert(seats[0].person_id), actions.pledge, (Seat, seats[0].id), declared="没有这个单位")
    assert codes(caught) == {"declared"}
    for n, seat in enumerate(seats):
        declared = "青苗公益服务社\n" if n == 0 else ""
        stage.do(stage.expert(seat.person_id), actions.pledge, (Seat, seat.id), declared=declared)
    stage.do(cast.operator, actions.start, (Panel, key))
    with transaction(stage.engine) as session:
        given = session.execute(
            sa.select(Assignment.person_id, Application.organisation_id).join(Application, Application.id == Assignment.application_id)
        ).all()
    qingmiao = cast.offices["qingmiao"]
    assert (seats[0].person_id, qingmiao) not in {tuple(one) for one in given}
    assert (cast.expert1.id, cast.offices["chenguang"]) not in {tuple(one) for one in given}
    assert len(given) == 12


def test_recusal_voids_the_card_and_needs_another_judge_before_closing(stage: Stage, cast, clock):
    stage.heard()
    key = stage.started()
    first, *others = stage.assignments(key)
    expert = stage.expert(first.person_id)
    stage.do(expert, actions.recuse, (Assignment, first.id), note="近亲属在该单位任职")
    for one in others:
        stage.score(one)
    with transaction(stage.engine) as session:
        assert session.get_one(Scorecard, first.scorecard_id).state == "void"
        free = facts.free_judges(session, session.get_one(Panel, key), clock.now())[first.application_id]
        assert first.person_id not in free
    with pytest.raises(Refused):
        stage.do(expert, actions.finish, (Assignment, first.id), points=stage.points(8000), comment="理由")
    with pytest.raises(Refused) as caught:
        stage.do(cast.operator, actions.close, (Panel, key))
    assert codes(caught) == {"short"}
    with pytest.raises(Refused) as caught:
        stage.do(cast.operator, actions.reassign, (Panel, key), application_id=first.application_id, person_id=first.person_id)
    assert codes(caught) == {"conflict"}
    new = stage.do(cast.operator, actions.reassign, (Panel, key), application_id=first.application_id, person_id=min(free))
    with pytest.raises(Refused) as caught:
        stage.do(cast.operator, actions.close, (Panel, key))
    assert codes(caught) == {"unfinished"}
    stage.score(new, 7000)
    stage.do(cast.operator, actions.close, (Panel, key))
    stage.signed(key)
    stage.do(cast.officer, actions.confirm, (Panel, key))
    with transaction(stage.engine) as session:
        assert session.get_one(Result, first.application_id).panel_n == 3
        assert set(session.scalars(sa.select(Scorecard.state))) == {"locked", "void"}
        assert [said for check in CHECKS.values() for said in check(session)] == []


def test_a_score_sent_back_may_be_changed_until_the_totals_are_locked(stage: Stage, cast):
    stage.heard()
    key = stage.started()
    first = stage.assignments(key)[0]
    stage.score(first)
    with pytest.raises(Refused):
        stage.do(stage.expert(first.person_id), actions.save, (Assignment, first.id), points=stage.points(100), comment="")
    stage.do(cast.operator, actions.reopen, (Assignment, first.id), note="两项分数颠倒")
    stage.score(first, 7500)
    for one in stage.assignments(key)[1:]:
        stage.score(one)
    stage.do(cast.operator, actions.close, (Panel, key))
    stage.signed(key)
    with pytest.raises(Refused) as caught:
        stage.do(cast.operator, actions.reopen, (Assignment, first.id), note="再改")
    assert codes(caught) == {"locked"}


def test_a_full_panel_closes_at_its_day_and_an_unfinished_one_stays_open(stage: Stage, cast, clock):
    stage.heard()
    key = stage.started()
    pile = stage.assignments(key)
    for one in pile[:-1]:
        stage.score(one)
    clock.forward(days=30)
    house.tick(stage.engine, clock.now())
    with transaction(stage.engine) as session:
        assert session.get_one(Panel, key).state == "scoring"
    stage.score(pile[-1])
    house.tick(stage.engine, clock.now())
    with transaction(stage.engine) as session:
        assert session.get_one(Panel, key).state == "closed"


def test_too_few_applicants_are_not_judged_where_the_call_says_so(stage: Stage, cast, rules):
    """成都2025: 3 家. The stage has four applications of two organisations."""
    with transaction(stage.engine) as session:
        session.get_one(Call, stage.call_id).rules = replace(rules, competition=Competition(3)).to_json()
    with pytest.raises(Refused) as caught:
        stage.review()
    assert codes(caught) == {"rivals"}
    assert "2 家，不足 3 家" in str(caught.value)
    with transaction(stage.engine) as session:
        session.get_one(Call, stage.call_id).rules = replace(rules, competition=Competition(2), review_within=Span(60, "day")).to_json()
    stage.review()
    with transaction(stage.engine) as session:
        call = session.get_one(Call, stage.call_id)
        assert call.due_at == until(call.closes_at, Span(60, "day"))
