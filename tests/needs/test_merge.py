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
