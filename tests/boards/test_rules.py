"""What the figures mean."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from reports.money import Money
from webapp.boards.rules import Risk, amount_of, gaps, part, risks, shades, spread

DAY = date(2026, 6, 30)
WELL = Risk(date(2026, 12, 31), date(2026, 3, 1), date(2026, 6, 1), 0, 0, 0)


def test_a_rate_of_nothing_is_no_rate():
    assert part(Money(1), Money(4)) == Fraction(1, 4)
    assert part(Money(1), Money(0)) is None


def test_risks_are_told_in_sentences_and_only_where_they_are():
    assert risks(WELL, DAY) == {}
    assert risks(replace(WELL, ends_on=DAY), DAY) == {}  # its last day is still its own
    assert risks(replace(WELL, ends_on=date(2026, 6, 29)), DAY) == {"late": "超过结束日期 1 天"}
    assert risks(replace(WELL, over=2), DAY) == {"over": "2 个预算科目的活动花费超过批准数"}
    assert risks(replace(WELL, last_activity=date(2026, 5, 31)), DAY) == {}  # thirty days are not more than thirty
    assert risks(replace(WELL, last_activity=date(2026, 5, 30)), DAY) == {"silent": "31 天没有活动记录"}
    assert risks(replace(WELL, last_activity=date(2026, 5, 30)), DAY, silent=60) == {}
    assert risks(replace(WELL, last_activity=None), DAY) == {"silent": "开始 121 天还没有活动记录"}
    assert risks(replace(WELL, answered=10, satisfied=8), DAY) == {}
    assert risks(replace(WELL, answered=10, satisfied=7), DAY) == {"unhappy": "满意率 70.0%（10 人作答）"}


def test_a_gap_is_more_votes_than_money():
    blank, short, met = gaps([(50, Money(0), 0), (30, Money(1000), 1), (20, Money(9000), 2)])
    assert (blank.kind, blank.votes, blank.money) == ("blank", Fraction(1, 2), 0)
    assert (short.kind, short.votes - short.money) == ("short", Fraction(1, 5))
    assert met.kind == "met"
    assert [one.kind for one in gaps([(0, Money(0), 0)])] == ["blank"]
    assert [one.kind for one in gaps([(60, Money(50), 1), (40, Money(50), 1)])] == ["met", "met"]  # ten points are not more than ten


def test_a_spread_is_exact_and_of_no_fewer_than_three():
    assert spread([Fraction(100), Fraction(200)]) is None
    found = spread([Fraction(400), Fraction(100), Fraction(300), Fraction(200)])
    assert found is not None
    assert [m.fen for m in (found.low, found.lower, found.middle, found.upper, found.high)] == [100, 175, 250, 325, 400]
    assert found.n == 4
    third = spread([Fraction(1, 3), Fraction(2, 3), Fraction(5, 2)])
    assert third is not None
    assert (third.low.fen, third.middle.fen, third.high.fen) == (0, 1, 3)  # rounded once, at the end


def test_shades_go_by_rank_and_nothing_is_white():
    assert shades([0, 5, 5, 900, 20, 30]) == [0, 1, 1, 4, 2, 3]
    assert shades([]) == []
    assert shades([7]) == [1]


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("5000", 500_000), ("5,000.00", 500_000), ("５０００元", 500_000), ("¥5000", 500_000), ("0.5万元", 500_000), ("0.5 万", 500_000), ("0", None),
        ("-5", None), ("5000.005", None), ("五千", None), ("G2026-0012-1", None), ("元", None), ("", None), ("9" * 30, None),
    ],
)  # fmt: skip
def test_an_amount_is_known_as_people_write_it(typed, fen):
    assert amount_of(typed) == (Money(fen) if fen else None)
