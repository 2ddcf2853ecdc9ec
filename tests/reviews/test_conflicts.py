"""回避: one function finds every tie, and officers stand aside by it as experts do."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.reviews.conftest import Stage
from webapp.accounts.models import Membership, Organisation, Person
from webapp.calls.models import Call
from webapp.core.db import transaction
from webapp.core.workflow import Refused
from webapp.reviews import actions
from webapp.reviews.models import Expert, Panel
from webapp.reviews.queries.conflicts import conflicts
from webapp.reviews.rules.conflicts import KINDS, Body, Somebody, ties

APPLICANT = Body(5, "晨光社会工作服务中心", 9, "晨光集团", "秦光", "桃花坞大街 1 号", "0512-61000001", "k1")
NOBODY = Somebody(1, "王评", "k0", "某高校", (Body(3, "某高校", leader="校长", address="大学路 1 号", phone="0512-1"),))


@pytest.mark.parametrize(
    ("kind", "person"),
    [
        ("declared", Somebody(1, declared=frozenset({5}))),
        ("employed", Somebody(1, at=(APPLICANT,))),
        ("hosted", Somebody(1, at=(Body(9, "晨光集团"),))),
        ("employer", Somebody(1, employer="晨光 社会工作服务中心")),
        ("employer", Somebody(1, employer="晨光集团")),
        ("person", Somebody(1, name="秦光")),
        ("phone", Somebody(1, phone_key="k1")),
        ("shared", Somebody(1, at=(Body(3, "某中心", leader="秦光"),))),
        ("shared", Somebody(1, at=(Body(3, "某中心", address="桃花坞大街1号"),))),
        ("shared", Somebody(1, at=(Body(3, "某中心", phone="051261000001"),))),
    ],
)
def test_each_tie_bars_by_itself(kind, person):
    assert ties(person, APPLICANT) == [kind]
    assert kind in KINDS


def test_nothing_in_common_bars_nothing_and_empty_is_not_alike():
    assert ties(NOBODY, APPLICANT) == []
    assert ties(Somebody(1, at=(Body(3, ""),)), Body(5, "某会")) == []


def found(stage: Stage, who) -> dict[int, list[str]]:
    with transaction(stage.engine) as session:
        organisations = [stage.cast.offices["chenguang"], stage.cast.offices["qingmiao"]]
        return conflicts(session, sa.select(sa.literal(who.id)), organisations, START).get(who.id, {})


@pytest.mark.parametrize(("ended", "bars"), [(None, True), (date(2024, 1, 1), True), (date(2020, 1, 1), False)])
def test_past_work_bars_for_three_years(stage: Stage, cast, ended, bars):
    qingmiao = cast.offices["qingmiao"]
    with transaction(stage.engine) as session:
        session.add(
            Membership(person_id=cast.expert2.id, organisation_id=qingmiao, role="org_member", from_day=date(2018, 1, 1), until_day=ended)
        )
    assert found(stage, cast.expert2) == ({qingmiao: ["employed"]} if bars else {})


def test_what_the_register_holds_bars_from_the_draw_and_the_assignment(stage: Stage, cast):
    chenguang, qingmiao = cast.offices["chenguang"], cast.offices["qingmiao"]
    with transaction(stage.engine) as session:
        session.get_one(Expert, cast.expert2.id).employer = "青苗公益服务社"
        session.get_one(Organisation, qingmiao).legal_representative = session.get_one(Person, cast.expert3.id).name
        phone = session.get_one(Person, cast.expert5.id).phone
        session.get_one(Organisation, qingmiao).phone = phone
    assert found(stage, cast.expert1) == {chenguang: ["declared"]}
    assert found(stage, cast.expert2) == {qingmiao: ["employer"]}
    assert found(stage, cast.expert3) == {qingmiao: ["person"]}
    assert found(stage, cast.expert5) == {qingmiao: ["phone"]}
    stage.heard()
    key = stage.drawn()
    with transaction(stage.engine) as session:
        tied = {c["person"]: c["tied"] for c in (session.get_one(Panel, key).minutes or {})["candidates"]}
    assert tied[cast.expert2.id] == tied[cast.expert3.id] == tied[cast.expert5.id] == [qingmiao]


def test_a_conflicted_officer_decides_nothing_of_the_call(stage: Stage, cast):
    stage.review()
    key = stage.panel()
    with transaction(stage.engine) as session:
        actions.declare_tie(session, cast.operator.id, cast.offices["qingmiao"], kind="board")
    with pytest.raises(Refused) as caught:
        stage.do(cast.operator, actions.draw, (Panel, key), witness="沈督")
    assert {one.code for one in caught.value.refusals} == {"own_interest"}
    assert "青苗公益服务社" in str(caught.value)
    stage.do(cast.officer, actions.draw, (Panel, key), witness="沈督")
    with pytest.raises(Refused, match="分派请交由其他人办理"):
        stage.do(cast.operator, actions.try_out, (Panel, key), share=100, apart="")
    with transaction(stage.engine) as session:
        actions.declare_tie(session, cast.head.id, cast.offices["chenguang"], kind="board")
    with pytest.raises(Refused) as caught:
        stage.do(cast.head, actions.rank, (Call, stage.call_id))
    assert "own_interest" in {one.code for one in caught.value.refusals}
