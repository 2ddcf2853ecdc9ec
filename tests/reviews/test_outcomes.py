"""Ranking, the list, the decision, the notice and objections; and what the doctor finds."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests.reviews.conftest import Stage, without
from webapp import app as house
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.calendar import deadline
from webapp.core.clock import end_of
from webapp.core.db import transaction
from webapp.core.workflow import NotAllowed, Refused
from webapp.reviews import actions
from webapp.reviews.models import Notice, Objection, Panel, PanelReport, Result, Selection
from webapp.reviews.queries import CHECKS


def codes(caught) -> set[str]:
    return {one.code for one in caught.value.refusals}


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

    def change(n: int, outcome: str, fen: int | None, reason: str = "", why: str = "") -> list[actions.Change]:
        return [
            actions.Change(r.application_id, outcome if i == n else r.outcome, (Money(fen) if fen else None) if i == n else r.amount_fen, reason if i == n else r.reason, (why or reason) if i == n else r.amount_reason)
            for i, r in enumerate(results)
        ]  # fmt: skip

    call = (Call, ranked.call_id)
    for bad, code in (
        (change(3, "propose", 1_000_000, results[3].reason), "reason"), (change(0, "propose", 4_000_000, "", " "), "reason"), (change(3, "propose", None, "x"), "amount"),
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
    answers = {"meeting": "局长办公会", "minutes_number": "〔2026〕7号", "present": "局长、副局长"}
    with pytest.raises(NotAllowed):
        ranked.do(cast.officer, actions.decide, call, held_on=clock.now().date(), **answers)
    with pytest.raises(Refused) as caught:
        ranked.do(cast.head, actions.decide, call, held_on=clock.now().date() + timedelta(days=2), **answers)
    assert codes(caught) == {"future"}
    ranked.do(cast.head, actions.decide, call, held_on=clock.now().date(), **answers)
    notice = ranked.do(cast.officer, actions.announce, call)
    assert notice.ends_at == deadline(clock.now(), 5)
    assert len(notice.content["items"]) == 3
    assert "0512-6100" not in str(notice.content["items"])
    with transaction(engine) as session:
        states = sorted(session.scalars(sa.select(Application.state)))
        assert states == ["proposed", "proposed", "proposed", "reserved"]
        assert sum(a.awarded_fen.fen for a in session.scalars(sa.select(Application)) if a.awarded_fen) == 12_000_000
        assert [said for check in CHECKS.values() for said in check(session)] == []


@pytest.fixture
def announced(ranked: Stage, cast, clock) -> tuple[Stage, Notice]:
    call = (Call, ranked.call_id)
    ranked.do(cast.head, actions.decide, call, meeting="会", held_on=clock.now().date(), minutes_number="1号", present="局长、副局长")
    return ranked, ranked.do(cast.officer, actions.announce, call)


def test_an_objection_upheld_takes_the_project_off_the_list(announced, cast, engine, clock):
    stage, notice = announced
    target = int(notice.content["items"][0]["application"].partition(":")[2])
    raised = stage.do(cast.granny, actions.object_to, (Notice, notice.id), name="严阿婆", text="材料不实", application_id=target)
    with pytest.raises(Refused):
        stage.do(cast.officer, actions.answer, (Objection, raised.id), note=" ", upheld="yes")
    stage.do(cast.officer, actions.answer, (Objection, raised.id), note="经核实，材料不实", upheld="yes")
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
        session.execute(sa.update(PanelReport).values(digest="0" * 64))
        session.execute(sa.update(Result).where(Result.outcome == "propose").values(panel_mean=1, amount_fen=Money(1)))
    with transaction(engine) as session:
        found = {name: list(check(session)) for name, check in CHECKS.items()}
    assert {name for name, said in found.items() if said} == set(CHECKS)
    with transaction(engine) as session:
        session.execute(sa.update(Result).values(panel_n=0))
        assert any("没有得分" in said for said in CHECKS["专家得分与评分表一致"](session))
