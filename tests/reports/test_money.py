"""Money: exact, refuses what is not whole fen, and its shares add up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.money import AmountError, EmptyAmount, Money, NegativeAmount, NotAnAmount, TooLarge, TooPrecise

FEN = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize("wrong", [1.0, True, "1", None, Decimal(1)])
def test_only_whole_fen_are_money(wrong):
    with pytest.raises(TypeError):
        Money(wrong)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("0", 0),
        ("1,234.50", 123450),
        (" 1234.5 ", 123450),
        ("１２３４．５０", 123450),
        ("１，２３４．５０", 123450),
        ("12,345,678.90", 1234567890),
        ("1.500", 150),
        ("+3", 300),
        ("0.01", 1),
    ],
)
def test_an_amount_is_read_exactly(typed, fen):
    assert Money.parse(typed) == Money(fen)


def test_ten_thousands_of_yuan_go_down_to_the_fen():
    assert Money.parse("12.345678", "万元") == Money(12345678)
    with pytest.raises(TooPrecise, match="最多六位"):
        Money.parse("0.0000001", "万元")


@pytest.mark.parametrize(
    ("typed", "error", "says"),
    [
        ("", EmptyAmount, "请填写金额"),
        ("  　", EmptyAmount, "请填写金额"),
        ("三千", NotAnAmount, "不是金额"),
        ("1e5", NotAnAmount, "不是金额"),
        ("1,23", NotAnAmount, "不是金额"),
        ("1.2.3", NotAnAmount, "不是金额"),
        ("NaN", NotAnAmount, "不是金额"),
        (".5", NotAnAmount, "不是金额"),
        ("٣", NotAnAmount, "不是金额"),
        ("9" * 100, NotAnAmount, "不是金额"),
        ("1.234", TooPrecise, "最多两位"),
        ("-1", NegativeAmount, "不能是负数"),
        ("9" * 30, TooLarge, "太大"),
    ],
)
def test_what_cannot_be_read_says_why(typed, error, says):
    with pytest.raises(error, match=says) as caught:
        Money.parse(typed)
    assert isinstance(caught.value, AmountError)


def test_negative_where_it_makes_sense():
    assert Money.parse("-1.50", negative=True) == Money(-150)


@given(FEN)
def test_what_is_printed_reads_back(fen):
    assert Money.parse(str(Money(fen)), negative=True) == Money(fen)


def test_arithmetic():
    assert Money(1) + Money(2) - Money(4) == Money(-1) == -Money(1)
    assert sum([Money(1), Money(2)]) == Money(3)
    assert sum([], Money(0)) == Money(0)
    assert max(Money(3), Money(20)) == Money(20)
    assert Money(250) * 3 == Money(750)
    assert not Money(0)
    assert Money(50).percent_of(Money(200)) == Decimal("0.25")
    assert Money(50).percent_of(Money(0)) is None


@pytest.mark.parametrize("other", [1, 1.5, "1", True])
def test_nothing_else_adds_to_money(other):
    for act in (lambda: Money(1) + other, lambda: other + Money(1), lambda: Money(1) - other):
        with pytest.raises(TypeError):
            act()
    if type(other) is not int:
        with pytest.raises(TypeError):
            Money(1) * other


@given(FEN, st.lists(st.integers(0, 10**6), min_size=1).filter(any))
def test_shares_add_up_and_are_fair(fen, weights):
    parts = Money(fen).share(weights)
    assert sum(parts, Money(0)) == Money(fen)
    total = sum(weights)
    assert all(abs(part.fen * total - fen * weight) < total for part, weight in zip(parts, weights, strict=True))


def test_equal_remainders_go_to_the_earlier():
    assert Money(100).share([1, 1, 1]) == [Money(34), Money(33), Money(33)]
    assert Money(-100).share([1, 1, 1]) == [Money(-34), Money(-33), Money(-33)]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_shares_of_nothing_are_refused(weights):
    with pytest.raises(ValueError):
        Money(1).share(weights)
