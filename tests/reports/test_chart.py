"""Charts: well-formed, spoken as well as drawn, and exact where they write figures."""

from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.chart import Chart, Series, chart
from reports.money import Money

SVG = "{http://www.w3.org/2000/svg}"
KINDS = ("bar", "stacked", "progress", "line")


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("medium", ["screen", "print"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_can_be_heard(kind, medium):
    svg = chart(kind, ["甲", "乙"], [("完成", [3, 4]), ("目标", [5, 8])], "个", title="进度<1>", medium=medium)
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "进度<1>"
    assert root.findtext(f"{SVG}desc") == "完成：甲 3，乙 4；目标：甲 5，乙 8（单位：个）"
    assert not [element for element in root.iter() if {"style", "id", "onload"} & set(element.attrib)]
    assert ("GovSans" in svg) == (medium == "print")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("labels", "series"), [([], [("甲", []), ("乙", [])]), (["一"], [("甲", [None]), ("乙", [None])])])
def test_nothing_to_show_is_said(kind, labels, series):
    assert texts(chart(kind, labels, series)) == ["暂无数据"]


def test_money_is_written_in_the_unit_of_the_chart():
    assert "12.35" in texts(chart("bar", ["甲"], [("拨付", [Money(12345000)])], "万元"))
    assert "123,450.00" in texts(chart("bar", ["甲"], [("拨付", [Money(12345000)])], "元"))


def test_stacked_bars_write_their_exact_sum():
    svg = chart("stacked", ["甲"], [("财政", [Money(10)]), ("慈善", [Money(20)])], "元")
    assert "0.30" in texts(svg)


def test_progress_writes_its_share_and_stays_inside_its_track():
    svg = chart("progress", ["甲", "乙"], [("支出", [150, 0]), ("预算", [100, 0])])
    assert {"150 / 100（150.0%）", "0 / 0（—）"} <= set(texts(svg))
    bars = [float(r.get("width", 0)) for r in ElementTree.fromstring(svg).iter(f"{SVG}rect")]
    assert max(bars[2:]) <= bars[2]


def test_a_line_breaks_at_a_gap():
    svg = chart("line", ["一", "二", "三", "四"], [("甲", [1, None, 3, 4])])
    assert svg.count('stroke-width="2"') == 2
    assert svg.count("<circle") == 3


def test_series_must_fit_the_labels():
    with pytest.raises(ValueError, match="one per label"):
        Chart("bar", ("甲",), (Series("数", (1, 2)),))
    with pytest.raises(ValueError, match="two series"):
        Chart("progress", ("甲",), (Series("数", (1,)),))


VALUES = st.sampled_from(
    [
        st.integers(-(10**12), 10**12),
        st.decimals(-(10**6), 10**6, places=2),
        st.fractions(0, 1),
        st.integers(-(10**15), 10**15).map(Money),
    ]
)
ROWS = VALUES.flatmap(lambda value: st.lists(st.tuples(st.text(), st.none() | value, st.none() | value), max_size=30))


@given(st.sampled_from(KINDS), ROWS)
@example("stacked", [("", -1, 2)])
def test_any_figures_give_well_formed_svg_within_its_box(kind, rows):
    svg = chart(kind, [row[0] for row in rows], [("甲", [row[1] for row in rows]), ("乙", [row[2] for row in rows])])
    root = ElementTree.fromstring(svg)
    width = float(root.get("width", 0))
    for rect in root.iter(f"{SVG}rect"):
        assert 0 <= float(rect.get("x", 0)) <= width
        assert float(rect.get("width", 0)) <= width


def test_values_of_lines_lie_on_no_other_value_and_on_no_line():
    near = [("立项", [60, 60, 60, 60, 280, 280]), ("拨付", [54, 58, 59, 59, 165, 166]), ("支出", [21, 21, 21, 22, 32, 68])]
    root = ElementTree.fromstring(chart("line", ["一", "二", "三", "四", "五", "六"], near, medium="print"))
    said = [(float(t.get("x")), float(t.get("y"))) for t in root.iter(f"{SVG}text") if (t.text or "").isdecimal()]
    points = [(float(c.get("cx")), float(c.get("cy"))) for c in root.iter(f"{SVG}circle")]
    assert len(said) > 6, "most are written"
    assert not [(a, b) for n, a in enumerate(said) for b in said[n + 1 :] if a[0] == b[0] and abs(a[1] - b[1]) < 11]
    assert not [(a, p) for a in said for p in points if a[0] == p[0] and -3 < a[1] - p[1] < 10]


def test_a_long_label_takes_two_lines_instead_of_being_cut():
    name = "2026年 姑苏区社会组织公益创投专项福利彩票公益金"
    said = texts(chart("bar", [name, "甲"], [("拨付", [3, 4])], medium="print"))
    assert "".join(said[:2]) == name
