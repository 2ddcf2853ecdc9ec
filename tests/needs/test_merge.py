"""合并: into what, found how."""

from __future__ import annotations

import pytest

from tests import make
from tests.cast import TAO
from tests.conftest import START
from webapp.core.db import transaction
from webapp.core.workflow import Refused
from webapp.needs import actions
from webapp.needs.queries import merging


@pytest.mark.parametrize("state", ["resolved", "rated", "withdrawn", "returned"])
def test_a_need_is_not_merged_where_nobody_works_any_more(session, cast, state):
    over = make.need(session, START, area=TAO, state=state)
    need = make.need(session, START, area=TAO, state="accepted", title="食堂")
    assert over.id not in {one.id for one in merging.mergeable(session, need)}
    with pytest.raises(Refused) as refused:
        actions.merge(session, need, into=over.id, by=cast.worker.viewer(session, START), at=START)
    assert refused.value.refusals[0].code == "target_state"


def test_two_characters_find_the_other_and_nothing_is_chosen_before(site, cast, engine):
    with transaction(engine) as session:
        by = cast.worker.viewer(session, START)
        said = {"area_code": TAO, "category": "elderly", "channel": "visit", "speaker": "某人", "by": by, "at": START}
        lift = actions.take_in(session, words="电梯坏了", **said)
        meal = actions.take_in(session, words="想有养老食堂", **said)
        mine = actions.take_in(session, words="老人吃饭难", **said)
        keys = lift.id, meal.id, mine.id
    page = site.as_(cast.worker).open("needs.need_merge", id=keys[2])
    assert page.tree.xpath('//select[@name="into"]/option/@value')[0] == "0"
    assert page.submit("合并").status == 422
    found = page.submit("查找", q="养老")
    assert found.tree.xpath('//select[@name="into"]/option/@value') == ["0", str(keys[1])]
    merged = found.submit("合并", into=str(keys[1]))
    assert "已合并到" in merged
    assert "想有养老食堂" in merged.click("X2026-0002")
    assert "没有" in page.submit("查找", q="游泳")


def test_a_merge_takes_those_along_who_said_the_same_and_gives_them_back(session, cast):
    one, other = (make.need(session, START, area=TAO, state="accepted", title=title) for title in ("电梯", "加装电梯"))
    worker, who = cast.worker.viewer(session, START), [getattr(cast, name).viewer(session, START) for name in ("resident", "resident_two")]
    for person in who:
        actions.same(session, one, by=person, at=START)
    actions.same(session, other, by=who[0], at=START)
    actions.merge(session, one, into=other.id, by=worker, at=START)
    assert (one.same, other.same) == (1, 2), "who said it on both counts once"
    assert actions.same(session, other, by=who[1], at=START) is False, "it was said already"
    actions.unmerge(session, one, by=worker, at=START)
    assert (one.same, other.same) == (2, 1)


def test_nobody_says_the_same_where_nobody_works_any_more(session, cast):
    need = make.need(session, START, area=TAO, state="resolved")
    with pytest.raises(Refused) as refused:
        actions.same(session, need, by=cast.resident.viewer(session, START), at=START)
    assert refused.value.refusals[0].code == "over"
