"""The draw: strata are kept, everybody of a stratum has the same chance, and the minutes alone repeat it."""

from __future__ import annotations

import copy
import json
import os

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reviews.conftest import Stage
from webapp.cli import main
from webapp.core.db import transaction
from webapp.core.workflow import Refused
from webapp.reviews import actions
from webapp.reviews.models import Panel
from webapp.reviews.rules.draw import Candidate, differences, draw, minutes

DRAWS = 10_000 if os.environ.get("SANSHE_SOAK") else 300
FIELDS = ("elderly", "youth", "law", "finance")
POOL = [Candidate(n, FIELDS[n % 4]) for n in range(24)]
CHI_SQUARE_5 = 25.74
"""The value that chi-square with five degrees of freedom passes once in ten thousand times."""

candidates = st.lists(st.tuples(st.sampled_from(FIELDS), st.sets(st.sampled_from(FIELDS), max_size=2)), min_size=1, max_size=14).map(
    lambda given: [Candidate(n, field, others=tuple(sorted(others - {field}))) for n, (field, others) in enumerate(given)]
)
plans = st.fixed_dictionaries(
    {
        "size": st.integers(1, 6), "finance": st.integers(0, 2), "reserves": st.integers(0, 4),
        "strata": st.dictionaries(st.sampled_from(FIELDS[:3]), st.integers(1, 2), max_size=2),
    }
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(candidates, plans, st.text(max_size=4))
def test_a_draw_keeps_its_strata_and_repeats_from_its_minutes(found, plan, seed):
    try:
        drawn = draw(seed, found, (), **plan)
    except ValueError:
        needs = {**plan["strata"], "finance": plan["finance"]}
        several = any(one.others for one in found)
        assert several or len(found) < plan["size"] or sum(needs.values()) > plan["size"] or any(
            sum(one.has(field) for one in found) < count for field, count in needs.items()
        )  # fmt: skip
        return
    known = {one.person_id: one for one in found}
    seats = [known[one.person_id] for one in drawn if not one.reserve]
    assert len(seats) == plan["size"]
    assert len({one.person_id for one in drawn}) == len(drawn)
    for field, count in {**plan["strata"], "finance": plan["finance"]}.items():
        assert sum(one.has(field) for one in seats) >= count
    written = json.loads(json.dumps(minutes(seed, found, (), **plan)))
    assert differences(written) == []
    assert written["seats"] == [{"person": o.person_id, "field": o.field, "position": o.position, "reserve": o.reserve} for o in drawn]


@pytest.mark.soak
def test_within_a_stratum_everybody_is_drawn_as_often():
    drawn = dict.fromkeys(range(24), 0)
    for n in range(DRAWS):
        for one in draw(f"seed {n}", POOL, (), size=6, finance=2, reserves=0, strata={"elderly": 2, "youth": 1, "law": 1}):
            drawn[one.person_id] += 1
    for n, field in enumerate(FIELDS):
        mine = [drawn[one] for one in range(24) if one % 4 == n]
        expected = sum(mine) / len(mine)
        # each draw takes some of six without putting back, which only lowers the variance: the limit stands on the safe side
        assert sum((seen - expected) ** 2 / expected for seen in mine) < CHI_SQUARE_5, field


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update(seed="another"), "种子与组建时公布的摘要不符"),
        (lambda m: m["seats"][0].update(person=99), "第 1 位不符：重做得到"),
        (lambda m: m["seats"].pop(), "重做得到 人员"),
        (lambda m: m["candidates"].pop(), "不符"),
        (lambda m: m.update(method="by hand"), "抽取办法“by hand”不认识"),
        (lambda m: m.pop("order"), "排队次序不符"),
        (lambda m: m.pop("seats"), "文件不完整"),
        (lambda m: m.update(size=40), "抽不满席位"),
    ],
)
def test_the_command_says_what_differs(tmp_path, change, said):
    found = minutes("seed", POOL, (), size=6, finance=1, reserves=2, strata={"law": 1})
    path = tmp_path / "MINUTES.json"
    path.write_text(json.dumps(found, ensure_ascii=False))
    done = CliRunner().invoke(main, ["redraw", str(path)])
    assert (done.exit_code, done.output.startswith("一致")) == (0, True)
    forged = copy.deepcopy(found)
    change(forged)
    path.write_text(json.dumps(forged, ensure_ascii=False))
    done = CliRunner().invoke(main, ["redraw", str(path)])
    assert done.exit_code == 1
    assert said in done.output
    assert "一致" not in done.output


def test_minutes_of_before_are_still_repeated():
    found = minutes("seed", POOL, (), size=6, finance=1, reserves=2)
    for one in found["candidates"]:
        del one["others"]
    old = {key: value for key, value in found.items() if key not in {"strata", "seed_digest"}} | {"method": "draw-2026-11"}
    assert differences(old) == []


def test_strata_are_asked_for_drawn_and_downloaded(stage: Stage, site, cast):
    stage.review()
    page = site.as_(cast.operator).open("reviews.panel_new", id=stage.call_id)
    page = page.submit(
        "组建评审组", title="评审一组", size="5", finance="1", reserves="2", per_application="3", least_elderly="3", closes_on="2026-12-31"
    )
    with transaction(stage.engine) as session:
        assert session.query(Panel).one().strata == {"elderly": 3}
        key = session.query(Panel).one().id
    stage.do(cast.operator, actions.draw, (Panel, key), witness="沈督")
    client = site.as_(cast.operator).client
    written = client.get(f"/panels/{key}/MINUTES.json")
    assert differences(json.loads(written.data)) == []
    assert "编制抽取记录" in site.as_(cast.operator).open("reviews.panel_show", id=key).buttons()
    seats = stage.seats(key)
    assert sum(one.field == "elderly" for one in seats) >= 3


def test_who_drew_does_not_sign_as_witness(stage: Stage, cast):
    stage.review()
    key = stage.panel()
    with pytest.raises(Refused, match="还没有抽取"):
        stage.do(cast.head, actions.sign_draw, (Panel, key))
    stage.do(cast.operator, actions.draw, (Panel, key), witness="沈督")
    with pytest.raises(Refused, match="要由两个人办理"):
        stage.do(cast.operator, actions.sign_draw, (Panel, key))
    stage.do(cast.head, actions.sign_draw, (Panel, key))
    with pytest.raises(Refused, match="已经有监督人签字"):
        stage.do(cast.leader, actions.sign_draw, (Panel, key))
    with transaction(stage.engine) as session:
        assert session.get_one(Panel, key).witness_id == cast.head.id
