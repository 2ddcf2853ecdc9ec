"""Flows: what comes into a place goes out of it, folded or not, and the picture says every value."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.money import Money
from reports.sankey import Sankey, Way, describe, draw, folded

NAMES = st.sampled_from(["甲", "乙", "丙", "丁", "戊"])
FLOWS = st.lists(st.builds(Way, st.tuples(NAMES, NAMES, NAMES), st.builds(Money, st.integers(0, 10**9))), max_size=40).map(
    lambda ways: Sankey(("来源", "类别", "用途"), tuple(ways))
)


@settings(max_examples=60, deadline=None)
@given(FLOWS, st.integers(1, 4))
def test_what_comes_in_goes_out(flow, most):
    for one in (flow, folded(flow, most)):
        for node in one.nodes:
            come = [link.amount.fen for link in one.links if (link.stage, link.target) == (node.stage - 1, node.name)]
            gone = [link.amount.fen for link in one.links if (link.stage, link.source) == (node.stage, node.name)]
            assert node.stage == 0 or sum(come) == node.amount.fen
            assert node.stage == 2 or sum(gone) == node.amount.fen
        for stage in range(3):
            assert sum(node.amount.fen for node in one.nodes if node.stage == stage) == flow.total.fen
    assert all(sum(node.stage == stage for node in folded(flow, most).nodes) <= most for stage in range(3))


def test_the_picture_is_sound_and_says_every_value():
    flow = Sankey(("来源", "单位"), (Way(("福彩 <公益金>", "晨光"), Money(1_000_000)), Way(("福彩 <公益金>", "青苗"), Money(250_000))))
    for medium in ("screen", "print"):
        root = ET.fromstring(draw(flow, medium))
        said = "".join(root.itertext())
        assert "福彩 <公益金>" in said
        assert "1.25 万元" in said
        assert 'style="' not in draw(flow, medium)
    assert describe(flow) == "福彩 <公益金> → 晨光 1.00；福彩 <公益金> → 青苗 0.25（单位：万元）"
    assert "暂无数据" in draw(Sankey(("来源", "单位"), ()))


def test_a_way_passes_every_stage_and_nothing_flows_backwards():
    with pytest.raises(ValueError, match="each of 2 stages"):
        Sankey(("来源", "单位"), (Way(("甲",), Money(1)),))
    with pytest.raises(ValueError, match="backwards"):
        Sankey(("来源",), (Way(("甲",), Money(-1)),))
