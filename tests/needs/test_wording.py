"""公开表述: what the public may read of a need, and what never."""

from __future__ import annotations

import pytest

from tests import make
from tests.cast import TAO
from tests.conftest import START
from webapp.core.workflow import Refused
from webapp.needs import actions


def test_a_merged_need_publishes_nobodys_name(session, cast):
    """A merge moves the voices away; neither the name check nor the page may go with them."""
    worker, other = cast.worker.viewer(session, START), cast.worker_two.viewer(session, START)
    need = actions.take_in(
        session, words="社区没有食堂", area_code=TAO, category="elderly", channel="visit", speaker="钱阿婆", by=worker, at=START
    )
    actions.accept(session, need, category="elderly", decision="self", title="老年食堂", by=worker, at=START)
    with pytest.raises(Refused):
        actions.draft_wording(session, need, title="老年食堂", text="钱阿婆希望有食堂", by=worker, at=START)
    wording = actions.draft_wording(session, need, title="老年食堂", text="希望有食堂", by=worker, at=START)
    wording.text = "钱阿婆希望有食堂"
    target = make.need(session, START, area=TAO, state="accepted")
    actions.merge(session, need, into=target.id, by=worker, at=START)
    with pytest.raises(Refused) as refused:
        actions.release_wording(session, wording, by=other, at=START)
    assert [one.code for one in refused.value.refusals] == ["need_state", "private"]
    assert not need.public
