"""试排: three ways beside each other, what moves, what is saved and repeats, and what the list takes over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.money import Money
from tests.reviews.rankings import entry
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.rules import template
from webapp.core.db import transaction
from webapp.core.workflow import Refused
from webapp.reviews import actions
from webapp.reviews.models import Result, Selection
from webapp.reviews.queries.board import same_again
from webapp.reviews.queries.inputs import rules_in
from webapp.reviews.rules.board import METHODS, Line, columns, line_of, tried
from webapp.reviews.rules.ranking import RULE_VERSION, recompute

NO_CAPS = Line(Money(3_000_000), 6000, None, {})


def inputs(entries: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        **rules_in(template()),
        "missing": "reweight",
        "seed": "s",
        "judges": [],
        "applications": entries,
        "floor_fen": 0,
        "tracks": {},
    } | more


def chosen(kept: dict[str, Any], line: Line, method: str, givers: Any = ()) -> list[int]:
    return [row["id"] for row in recompute(tried(kept, line, method, givers))["rows"] if row["outcome"] == "propose"]


def test_strict_stops_where_greedy_goes_on():
    small = inputs(
        [
            entry(1, panel=[9000], requested_fen=2_500_000),
            entry(2, panel=[8500], requested_fen=2_000_000),
            entry(3, panel=[8000], requested_fen=500_000),
        ],
        floor_fen=600_000,
    )
    assert chosen(small, NO_CAPS, "greedy") == [1, 3]
    assert chosen(small, NO_CAPS, "strict") == [1]


def test_equal_shares_give_a_minority_its_part():
    """Two judges love 1 and 2, the third loves 3: ranked last, but what a third of the money pays is hers to give."""
    entries = [entry(n, panel=[s], requested_fen=1_000_000) for n, s in ((1, 9000), (2, 8900), (4, 8800), (3, 7000))]
    givers = [{"1": 9500, "2": 9400, "4": 9300}, {"1": 9500, "2": 9400, "4": 9300}, {"3": 9500}]
    kept = inputs(entries)
    assert chosen(kept, NO_CAPS, "greedy") == [1, 2, 4]
    assert chosen(kept, NO_CAPS, "equal", givers) == [1, 2, 3]


def test_caps_and_the_least_score_move_who_enters():
    entries = [
        entry(1, panel=[9000]),
        entry(2, panel=[8500], organisation=1),
        entry(3, panel=[8000]),
        entry(4, panel=[6100], category="youth"),
    ]
    kept = inputs(entries)
    assert chosen(kept, replace(NO_CAPS, organisation=1), "greedy") == [1, 3, 4]
    assert chosen(kept, replace(NO_CAPS, categories={"elderly": 1}), "greedy") == [1, 4]
    assert chosen(kept, replace(NO_CAPS, pass_line=8200), "greedy") == [1, 2]
    found = columns(kept, replace(NO_CAPS, organisation=1), (), {1: Money(1), 2: Money(1_000_000)})
    assert (found[0].enters, found[0].drops, found[0].changed) == ((3, 4), (2,), (1,))


ENTRIES = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(1, 3_000_000), st.sampled_from(["elderly", "youth"]), st.integers(1, 4)),
    min_size=1,
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(
    ENTRIES,
    st.integers(0, 9_000_000),
    st.integers(0, 9_000),
    st.none() | st.integers(1, 3),
    st.none() | st.integers(0, 3),
    st.sampled_from(list(METHODS)),
    st.data(),
)
def test_any_run_keeps_to_its_line_and_repeats(made, pool, least, mine, most, method, data):
    """Whatever is asked: within the money to the fen, within each cap, above the least score, and the saved run repeats."""
    entries = [
        entry(n, panel=[score], requested_fen=asks, category=kind, organisation=who) for n, (score, asks, kind, who) in enumerate(made, 1)
    ]
    judged = st.fixed_dictionaries({str(one["id"]): st.integers(0, 10_000) for one in entries})
    givers = data.draw(st.lists(judged, max_size=4))
    line = Line(Money(pool), least, mine, {"elderly": most})
    kept = tried(inputs(entries), line, method, givers)
    run = Selection(call_id=1, inputs=kept, outputs=recompute(kept), rule_version=RULE_VERSION)
    assert same_again(run)
    assert line_of(kept) == line
    rows = [row for row in run.outputs["rows"] if row["outcome"] == "propose"]
    assert sum(row["amount_fen"] for row in rows) <= pool
    assert all(0 < row["amount_fen"] <= row["requested_fen"] and row["combined"] >= least for row in rows)
    assert most is None or sum(row["category"] == "elderly" for row in rows) <= most
    assert mine is None or all(sum(row["organisation"] == who for row in rows) <= mine for who in range(1, 5))
    assert all(row["amount_fen"] is None for row in run.outputs["rows"] if row["outcome"] != "propose")


def test_a_run_is_tried_saved_and_taken_over_through_pages(site, ranked, cast, engine):
    officer = site.as_(cast.officer)
    page = officer.open("reviews.ranking", id=ranked.call_id).click("试排：移动资金线、限额和最低分")
    assert "三种排法" in page
    page = officer.open("reviews.board_show", id=ranked.call_id, pool="6", pass_line="60")
    assert "退出" in page
    assert "新进 0，退出 2" in page
    wrong = officer.open("reviews.board_show", id=ranked.call_id, pool="很多", pass_line="60")
    assert wrong.status == 422
    assert 'value="很多"' in wrong.answer.get_data(as_text=True)
    page = page.submit("保存试排", title="六万元")
    assert page.status == 200, page.text
    assert "结果相同" in page
    with transaction(engine) as session:
        run = session.scalars(sa.select(Selection).where(Selection.title == "六万元")).one()
        assert (run.inputs["pool_fen"], run.adopted_at) == (6_000_000, None)
        assert session.scalar(sa.select(sa.func.count()).where(Result.outcome == "propose")) == 3
    assert page.submit("采用这份名单").status == 422
    page = officer.open("reviews.board_show", id=ranked.call_id, run=run.id).submit("采用这份名单", reason="先做两个，余款留给下半年")
    assert page.status == 200, page.text
    with transaction(engine) as session:
        kept = session.scalars(sa.select(Result.amount_fen).where(Result.outcome == "propose").order_by(Result.rank)).all()
        assert [one.fen for one in kept] == [5_000_000, 1_000_000]
        assert all(same_again(one) for one in session.scalars(sa.select(Selection)))
    assert "采用试排的名单" in page


def test_nobody_takes_over_a_run_with_more_money_than_the_call_has(ranked, cast, engine):
    call = (Call, ranked.call_id)
    with transaction(engine) as session:
        base = line_of(session.scalars(sa.select(Selection)).one().inputs)
    run = ranked.do(cast.officer, actions.save_run, call, line=replace(base, pool=Money(99_000_000)), method="greedy", title="多些钱")
    with pytest.raises(Refused, match="超过本次资金总额"), transaction(engine) as session:
        actions.adopt(
            session, session.get_one(Call, ranked.call_id), session.get_one(Selection, run.id), reason="试试",
            by=ranked.viewer(session, cast.officer), at=ranked.clock.now(),
        )  # fmt: skip
    with pytest.raises(Refused, match="起个名称"):
        ranked.do(cast.officer, actions.save_run, call, line=base, method="greedy", title=" ")
    with transaction(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Application).where(Application.state == "ranked")) == 4
