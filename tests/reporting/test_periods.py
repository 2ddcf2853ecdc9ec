"""Periods of a brief: by their key, whole months, those begun."""

from datetime import date

import pytest

from webapp.reporting.rules.periods import offered, period


@pytest.mark.parametrize(
    ("key", "first", "last", "words"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026年"),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31), "2026年下半年"),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31), "2024年第一季度"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
    ],
)
def test_a_period_is_whole_months(key, first, last, words):
    one = period(key)
    assert (one.first, one.last, one.words) == (first, last, words)
    assert one.holds(first.year * 100 + first.month)
    assert one.holds(last.year * 100 + last.month)
    assert not one.holds((first.year - 1) * 100 + first.month)
    assert not one.holds(202701)


@pytest.mark.parametrize("key", ["", "1999", "2026-13", "2026-Q5", "2026-H3", "2026-3"])
def test_what_is_no_period(key):
    with pytest.raises(ValueError, match="no period"):
        period(key)


def test_only_what_has_begun_is_offered():
    found = dict(offered(date(2026, 5, 1)))
    assert list(found)[:4] == ["2026", "2026-H1", "2026-Q2", "2026-Q1"]
    assert found["2026-05"] == "2026年5月（至今）"
    assert found["2026-04"] == "2026年4月"
    assert "2026-06" not in found
    assert "2025-12" in found
