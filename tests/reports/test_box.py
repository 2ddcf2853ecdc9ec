"""The spread of many as boxes: the median, the span, and a gap where there is nothing to say."""

import pytest

from reports.chart import chart

FIVE = [("最低", [100]), ("下四分位", [200]), ("中位", [300]), ("上四分位", [350]), ("最高", [900])]


def test_a_box_tells_the_median_and_the_span_and_takes_five_series():
    drawn = chart("box", ["为老服务"], FIVE, "元")
    assert "300（100–900）" in drawn
    assert "为老服务" in drawn
    assert "—" in chart("box", ["为老服务", "助残"], [(name, [*values, None]) for name, values in FIVE], "元")
    with pytest.raises(ValueError, match="five series"):
        chart("box", ["为老服务"], FIVE[:4])
