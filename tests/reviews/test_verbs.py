"""Verbs of the review on both databases: what is asked, what is refused, what follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests import make
from tests.cast import TAO
from tests.conftest import START
from tests.reviews.conftest import Stage, without
from webapp import app as house
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.calendar import deadline
from webapp.core.clock import end_of
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import NotAllowed, Refused
from webapp.reviews import actions
from webapp.reviews.models import Assignment, Expert, Notice, Objection, Opinion, Panel, Result, Seat, Selection
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
        assert {cast.worker.id, cast.worker_two.id, cast.near_worker.id, cast.street.id} <= told
        assert cast.far_worker.id not in told
        assert actions.ask_late(session, clock.now()) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(Opinion)) == 8


def test_a_late_application_is_put_to_the_same_offices(stage: Stage, cast, clock):
    stage.review()
    with transaction(stage.engine) as session:
        late = make.application(session, cast, START, session.get_one(Call, stage.call_id), state="eligible", title="补正后通过")
        late_id = late.id
    house.tick(stage.engine, clock.now())
    with transaction(stage.engine) as session:
        assert session.scalar(sa.select(sa.func.count()).where(Opinion.application_id == late_id)) == 2


def test_opinions_need_verdict_reason_points_and_the_right_office(stage: Stage, cast, rules):
    stage.review()
    community, street = opinions(stage, "community")[0], opinions(stage, "street")[0]
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
    stage.do(cast.street, actions.give, (Opinion, street.id), verdict="amend", reason="再听听居民的")
    with transaction(stage.engine) as session:
        assert session.get_one(Application, community.application_id).state == "heard"
        assert session.scalars(sa.select(Scorecard.total).where(Scorecard.purpose == "coreview")).all() == [9000]


def test_the_street_may_answer_before_the_community(stage: Stage, cast):
    stage.review()
    application = opinions(stage, "street")[0].application_id
    stage.do(cast.street, actions.give, (Opinion, opinions(stage, "street")[0].id), verdict="support")
    with transaction(stage.engine) as session:
        assert session.get_one(Application, application).state == "eligible"
    stage.do(
        cast.worker, actions.give, (Opinion, opinions(stage, "community")[0].id), verdict="support",
        points={"fit": 3000, "join": 2500, "able": 2000},
    )  # fmt: skip
    with transaction(stage.engine) as session:
        assert session.get_one(Application, application).state == "heard"


def test_silence_lapses_by_time_and_the_application_goes_on(stage: Stage, cast, clock):
    stage.review()
    clock.move_to(deadline(START, 5))
    with pytest.raises(Refused) as caught:
        stage.do(cast.street, actions.give, (Opinion, opinions(stage, "street")[0].id), verdict="support")
    assert codes(caught) == {"late"}
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
    stage.do(cast.officer, actions.confirm, (Panel, key))
    with transaction(stage.engine) as session:
        assert session.get_one(Result, first.application_id).panel_n == 3
        assert set(session.scalars(sa.select(Scorecard.state))) == {"locked", "void"}
        assert [said for check in CHECKS.values() for said in check(session)] == []


def test_a_score_sent_back_may_be_changed_only_while_scoring(stage: Stage, cast):
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
    with pytest.raises(Refused) as caught:
        stage.do(cast.operator, actions.reopen, (Assignment, first.id), note="再改")
    assert codes(caught) == {"panel"}


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


@pytest.fixture
def ranked(stage: Stage, cast, rules, engine) -> Stage:
    """Ranked without residents and co-review, money for two and a half."""
    with transaction(engine) as session:
        call = session.get_one(Call, stage.call_id)
        call.rules = {
            **without(rules, "residents", "coreview", "street", panel=100, community=0, residents=0).to_json(),
            "pool": 12_000_000,
        }
        for one in session.scalars(sa.select(Application)):
            one.stages = ["panel"]
    stage.review()
    stage.confirmed()
    stage.do(cast.officer, actions.rank, (Call, stage.call_id))
    return stage


def test_ranking_names_what_is_missing_and_can_go_on_without(stage: Stage, cast, engine, rules):
    stage.heard()
    with pytest.raises(Refused) as caught:
        stage.do(cast.officer, actions.rank, (Call, stage.call_id))
    assert codes(caught) >= {"waiting", "panel"}
    with transaction(engine) as session:
        call = session.get_one(Call, stage.call_id)
        call.rules = without(rules, "residents", "street", panel=80, community=20, residents=0).to_json()
        for one in session.scalars(sa.select(Application)):
            one.stages = ["coreview", "panel"]
            one.state = "coreviewed"
    stage.confirmed()
    with pytest.raises(Refused) as caught:
        stage.do(cast.officer, actions.rank, (Call, stage.call_id))
    assert codes(caught) == {"missing"}
    assert "《银龄陪伴1》缺社区协同审核得分" in str(caught.value)
    stage.do(cast.officer, actions.rank, (Call, stage.call_id), missing="reweight")
    with transaction(engine) as session:
        assert session.scalars(sa.select(Selection)).one().inputs["missing"] == "reweight"
        assert all(r.combined == r.panel_mean for r in session.scalars(sa.select(Result)))


def test_the_list_is_settled_with_reasons_and_within_the_pool(ranked: Stage, cast, engine):
    with transaction(engine) as session:
        results = list(session.scalars(sa.select(Result).order_by(Result.rank)))
    assert [(r.outcome, r.amount_fen.fen if r.amount_fen else None) for r in results] == [
        ("propose", 5_000_000), ("propose", 5_000_000), ("propose", 2_000_000), ("reserve", None),
    ]  # fmt: skip

    def change(n: int, outcome: str, fen: int | None, reason: str = "") -> list[actions.Change]:
        return [
            actions.Change(r.application_id, outcome if i == n else r.outcome, (Money(fen) if fen else None) if i == n else r.amount_fen, reason if i == n else r.reason)
            for i, r in enumerate(results)
        ]  # fmt: skip

    call = (Call, ranked.call_id)
    for bad, code in (
        (change(3, "propose", 1_000_000, results[3].reason), "reason"), (change(3, "propose", None, "x"), "amount"),
        (change(3, "propose", 5_000_001, "x"), "amount"), (change(3, "propose", 1_000_000, "加一个"), "pool"),
    ):  # fmt: skip
        with pytest.raises(Refused) as caught:
            ranked.do(cast.officer, actions.adjust, call, changes=bad)
        assert codes(caught) == {code}
    assert ranked.do(cast.officer, actions.adjust, call, changes=change(2, "reserve", None, "金额太少做不成")) == 1
    with transaction(engine) as session:
        assert [said for check in CHECKS.values() for said in check(session)] == []


def test_decision_and_notice_carry_the_outcomes(ranked: Stage, cast, engine, clock):
    call = (Call, ranked.call_id)
    answers = {"meeting": "局长办公会", "minutes_number": "〔2026〕7号"}
    with pytest.raises(NotAllowed):
        ranked.do(cast.officer, actions.decide, call, held_on=clock.now().date(), **answers)
    with pytest.raises(Refused) as caught:
        ranked.do(cast.head, actions.decide, call, held_on=clock.now().date() + timedelta(days=2), **answers)
    assert codes(caught) == {"future"}
    ranked.do(cast.head, actions.decide, call, held_on=clock.now().date(), **answers)
    notice = ranked.do(cast.officer, actions.announce, call)
    assert notice.ends_at == deadline(clock.now(), 5)
    assert len(notice.content["items"]) == 3
    assert "0512-60000000" not in str(notice.content["items"])
    with transaction(engine) as session:
        states = sorted(session.scalars(sa.select(Application.state)))
        assert states == ["proposed", "proposed", "proposed", "reserved"]
        assert sum(a.awarded_fen.fen for a in session.scalars(sa.select(Application)) if a.awarded_fen) == 12_000_000
        assert [said for check in CHECKS.values() for said in check(session)] == []


@pytest.fixture
def announced(ranked: Stage, cast, clock) -> tuple[Stage, Notice]:
    call = (Call, ranked.call_id)
    ranked.do(cast.head, actions.decide, call, meeting="会", held_on=clock.now().date(), minutes_number="1号")
    return ranked, ranked.do(cast.officer, actions.announce, call)


def test_an_objection_upheld_takes_the_project_off_the_list(announced, cast, engine, clock):
    stage, notice = announced
    target = int(notice.content["items"][0]["application"].partition(":")[2])
    raised = stage.do(cast.granny, actions.object_to, (Notice, notice.id), name="严阿婆", text="材料不实", application_id=target)
    with pytest.raises(Refused):
        stage.do(cast.officer, actions.answer, (Objection, raised.id), note=" ", upheld="yes")
    stage.do(cast.officer, actions.answer, (Objection, raised.id), note="经核实,材料不实", upheld="yes")
    with transaction(engine) as session:
        application = session.get_one(Application, target)
        assert (application.state, application.awarded_fen) == ("declined", None)
        assert session.get_one(Result, target).outcome == "decline"
        assert [said for check in CHECKS.values() for said in check(session)] == []
        raw = session.connection().exec_driver_sql("SELECT name, text FROM objections").one()
    assert "严阿婆" not in raw[0]
    assert "材料不实" not in raw[1]


def test_a_notice_runs_its_days_may_be_put_off_and_then_takes_no_objection(announced, cast, engine, clock):
    stage, notice = announced
    thing = (Notice, notice.id)
    with pytest.raises(Refused) as caught:
        stage.do(cast.officer, actions.end, thing)
    assert codes(caught) == {"running"}
    with pytest.raises(Refused) as caught:
        stage.do(cast.officer, actions.extend, thing, until=notice.starts_on, note="有异议待核")
    assert codes(caught) == {"until"}
    later = notice.starts_on + timedelta(days=20)
    stage.do(cast.officer, actions.extend, thing, until=later, note="有异议待核")
    clock.move_to(notice.ends_at + timedelta(hours=1))
    house.tick(engine, clock.now())
    with transaction(engine) as session:
        assert session.get_one(Notice, notice.id).state == "extended"
    clock.move_to(end_of(later))
    house.tick(engine, clock.now())
    with transaction(engine) as session:
        assert session.get_one(Notice, notice.id).state == "ended"
    with pytest.raises(Refused) as caught:
        stage.do(cast.granny, actions.object_to, thing, name="严阿婆", text="晚了", application_id=None)
    assert codes(caught) == {"over"}


def test_doctor_finds_what_was_tampered_with(announced, cast, engine):
    assert announced
    with transaction(engine) as session:
        selection = session.scalars(sa.select(Selection)).one()
        outputs = {**selection.outputs, "ties": [{"applications": [1], "by": [], "parted": True}]}
        session.execute(sa.update(Selection).values(outputs=outputs))
        session.execute(sa.update(Panel).values(seed_digest="0" * 64))
        session.execute(sa.update(Notice).values(digest="0" * 64))
        session.execute(sa.update(Result).where(Result.outcome == "propose").values(panel_mean=1, amount_fen=Money(1)))
    with transaction(engine) as session:
        found = {name: list(check(session)) for name, check in CHECKS.items()}
    assert {name for name, said in found.items() if said} == set(CHECKS)
