"""试分派: tried before anything is given, changed by hand with the same checks, out and back as a sheet."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from tests.reviews.conftest import Stage
from webapp.core.db import transaction
from webapp.core.workflow import Refused
from webapp.reviews import actions
from webapp.reviews.models import Assignment, Panel, PanelPlan, Seat
from webapp.reviews.queries.plans import given_in


@pytest.fixture
def panel_id(stage: Stage) -> int:
    stage.heard()
    key = stage.drawn()
    for seat in stage.seats(key):
        stage.do(stage.expert(seat.person_id), actions.pledge, (Seat, seat.id))
    return key


def plan(stage: Stage, key: int) -> dict[int, frozenset[int]]:
    with transaction(stage.engine) as session:
        return given_in(session.get_one(PanelPlan, key))


def tried(stage: Stage, key: int, share: int = 100, apart: str = "") -> dict[int, frozenset[int]]:
    stage.do(stage.cast.operator, actions.try_out, (Panel, key), share=share, apart=apart)
    return plan(stage, key)


def given(stage: Stage, key: int) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for one in stage.assignments(key):
        found.setdefault(one.application_id, set()).add(one.person_id)
    return {one: frozenset(mine) for one, mine in found.items()}


def test_a_trial_gives_nothing_out_and_the_start_gives_out_the_trial(stage: Stage, cast, panel_id):
    before = tried(stage, panel_id)
    assert all(len(mine) == 3 for mine in before.values())
    assert stage.assignments(panel_id) == []
    one, mine = next((a, m) for a, m in before.items() if len(free(stage, panel_id, a, m)))
    leaves, comes = min(mine), min(free(stage, panel_id, one, mine))
    stage.do(cast.operator, actions.change, (Panel, panel_id), kind="move", application_id=one, person_id=comes, instead_of=leaves)
    after = plan(stage, panel_id)
    assert after == {**before, one: mine - {leaves} | {comes}}
    stage.do(cast.operator, actions.start, (Panel, panel_id))
    assert given(stage, panel_id) == after


def free(stage: Stage, key: int, one: int, mine: frozenset[int]) -> set[int]:
    seated = {seat.person_id for seat in stage.seats(key)} - mine
    return seated - {stage.cast.expert1.id}


def test_pinned_and_forbidden_are_kept(stage: Stage, cast, panel_id):
    before = tried(stage, panel_id)
    one, mine = next(iter(before.items()))
    judge, other = min(mine), min(free(stage, panel_id, one, mine))
    stage.do(cast.operator, actions.change, (Panel, panel_id), kind="forbid", application_id=one, person_id=judge)
    assert judge not in plan(stage, panel_id)[one]
    stage.do(cast.operator, actions.change, (Panel, panel_id), kind="pin", application_id=one, person_id=other)
    assert other in plan(stage, panel_id)[one]
    assert judge not in plan(stage, panel_id)[one]


def test_a_conflict_found_after_the_trial_stops_the_start(stage: Stage, cast, panel_id):
    before = tried(stage, panel_id)
    _one, mine = next(iter(before.items()))
    judge = min(mine)
    with transaction(stage.engine) as session:
        for organisation in ("chenguang", "qingmiao"):
            actions.declare_tie(session, judge, cast.offices[organisation], kind="pinned")
    with pytest.raises(Refused, match="请重新试分派"):
        stage.do(cast.operator, actions.start, (Panel, panel_id))
    assert judge not in set().union(*tried(stage, panel_id).values())
    stage.do(cast.operator, actions.start, (Panel, panel_id))
    assert judge not in {seat.person_id for seat in stage.assignments(panel_id)}


def test_what_cannot_be_is_said_at_its_application(stage: Stage, site, cast, panel_id):
    names = {seat.person_id: stage.expert(seat.person_id).name for seat in stage.seats(panel_id)}
    people = sorted(names)
    apart = "\n".join(f"{names[a]}、{names[b]}" for n, a in enumerate(people) for b in people[n + 1 :])
    page = site.as_(cast.operator).open("reviews.panel_plan", id=panel_id)
    page = page.submit("试分派", share="100", apart=apart)
    assert "只能安排 1 位，要有 3 位" in page
    assert "银龄陪伴1" in page
    page = page.submit("试分派", share="100", apart="没有这人、也没有")
    assert "第 1 行：评审组里没有“没有这人”" in page


def sheet(site, cast, key: int) -> bytes:
    return site.as_(cast.operator).client.get(f"/panels/{key}/plan.xlsx").data


def back(site, cast, key: int, content: bytes):
    return site.as_(cast.operator).open("reviews.panel_plan_import", id=key).submit("读入", file=(io.BytesIO(content), "试分派.xlsx"))


def test_a_sheet_comes_back_unchanged_or_with_each_error_at_its_cell(stage: Stage, site, cast, panel_id):
    before = tried(stage, panel_id)
    content = sheet(site, cast, panel_id)
    assert "与现在的试分派相同，没有改动" in back(site, cast, panel_id, content)
    book = load_workbook(io.BytesIO(content))
    table = book.active
    top = next(n for n in range(1, 10) if table.cell(n, 1).value == "申报编号")
    table.cell(top + 1, 1).value = "没有的编号"
    table.cell(top + 2, 3).value = "999999"
    table.cell(top + 3, 4).value = "别人"
    damaged = io.BytesIO()
    book.save(damaged)
    page = back(site, cast, panel_id, damaged.getvalue())
    for place, said in (
        (f"A{top + 1}", "待评的申报里没有"),
        (f"C{top + 2}", "没有编号为“999999”的评委"),
        (f"D{top + 3}", "是不是填错了行"),
    ):
        assert f"{place}：" in page
        assert said in page
    assert plan(stage, panel_id) == before
    with transaction(stage.engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Assignment)) == 0


def test_the_trial_page_shows_who_would_judge_what(stage: Stage, site, cast, panel_id):
    tried(stage, panel_id)
    page = site.as_(cast.operator).open("reviews.panel_plan", id=panel_id)
    assert "每位评委" in page
    for seat in stage.seats(panel_id):
        assert stage.expert(seat.person_id).name in page
