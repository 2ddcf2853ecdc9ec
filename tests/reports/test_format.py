"""How things read: against known papers and against plain references."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import format as fmt
from reports.money import Money

FEN = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("fen", "yuan", "wan"),
    [
        (0, "0.00", "0.00"),
        (123450, "1,234.50", "0.12"),
        (-5, "-0.05", "0.00"),
        (12345000, "123,450.00", "12.35"),  # 12.345: half goes up, not to even
        (12335000, "123,350.00", "12.34"),
        (-12345000, "-123,450.00", "-12.35"),
        (123456789012, "1,234,567,890.12", "123,456.79"),
    ],
)
def test_amounts(fen, yuan, wan):
    assert fmt.yuan(Money(fen)) == yuan
    assert fmt.wan(Money(fen)) == wan
    assert fmt.yuan(Money(fen), unit=True) == f"{yuan} 元"
    assert fmt.wan(Money(fen), unit=True) == f"{wan} 万元"


@given(FEN)
def test_yuan_reads_back(fen):
    assert Money.parse(fmt.yuan(Money(fen)), negative=True) == Money(fen)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (15, "壹角伍分"),
        (100, "壹元整"),
        (105, "壹元零伍分"),
        (150, "壹元伍角整"),
        (1000, "壹拾元整"),
        (10100, "壹佰零壹元整"),
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (1000100, "壹万零壹元整"),
        (1700053, "壹万柒仟元伍角叁分"),
        (10000000000, "壹亿元整"),
        (10000001000, "壹亿零壹拾元整"),
        (10010000000, "壹亿零壹拾万元整"),
        (50000896769, "伍亿零捌仟玖佰陆拾柒元陆角玖分"),
        (100000000000000, "壹万亿元整"),
        (120000000000000, "壹万贰仟亿元整"),
        (-12345, "负壹佰贰拾叁元肆角伍分"),
    ],
)
def test_amounts_in_words(fen, words):
    assert fmt.capital(Money(fen)) == words


def plain_words(fen: int) -> str:
    """The reference: every digit with the name of its place, then superfluous zeros struck out."""
    digits, jiao, cent = str(abs(fen) // 100), abs(fen) // 10 % 10, abs(fen) % 10
    text = ""
    for place, digit in zip(reversed(range(len(digits))), digits, strict=True):
        text += "零壹贰叁肆伍陆柒捌玖"[int(digit)] + (["", "拾", "佰", "仟"][place % 4] if digit != "0" else "")
        if place % 8 == 4 and digits[: len(digits) - place].rjust(4, "0")[-4:] != "0000":
            text = text.rstrip("零") + "万"
        if place and place % 8 == 0:
            text = text.rstrip("零") + "亿"
    while "零零" in text:
        text = text.replace("零零", "零")
    text = text.rstrip("零")
    text += "元" if text else ""
    if jiao or cent:
        text += f"{'零壹贰叁肆伍陆柒捌玖'[jiao]}角" if jiao else ("零" if text else "")
    text += f"{'零壹贰叁肆伍陆柒捌玖'[cent]}分" if cent else ""
    return ("负" if fen < 0 else "") + (text or "零元") + ("" if cent else "整")


@given(st.one_of(FEN, st.lists(st.sampled_from("0015"), min_size=1, max_size=15).map(lambda d: int("".join(d)))))
def test_amounts_in_words_agree_with_the_plain_reference(fen):
    assert fmt.capital(Money(fen)) == plain_words(fen)


@given(st.lists(FEN.map(abs), min_size=2, max_size=2, unique=True))
def test_no_two_amounts_share_their_words(pair):
    assert fmt.capital(Money(pair[0])) != fmt.capital(Money(pair[1]))


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (873, 1000, "87.3%"),
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (1, 2000, "0.1%"),
        (0, 5, "0.0%"),
        (1, 0, "—"),
        (-1, 8, "-12.5%"),
        (25, 2, "1,250.0%"),
    ],
)
def test_percent(part, whole, text):
    assert fmt.percent(part, whole) == text
    assert fmt.percent(Money(part), Money(whole)) == text
    assert fmt.percent(Decimal(part), Decimal(whole)) == text


def test_a_tiny_loss_is_not_minus_zero():
    assert fmt.ratio(Fraction(-1, 10**6)) == "0.0%"
    assert fmt.number(Decimal("-0.0")) == "0.0"


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("2026-11-22T16:00:00+00:00", "2026年11月22日 24:00"),
        ("2026-12-31T16:00:00+00:00", "2026年12月31日 24:00"),
        ("2026-11-22T15:59:59+00:00", "2026年11月22日 23:59"),
        ("2026-11-22T09:00:00+00:00", "2026年11月22日 17:00"),
    ],
)
def test_what_ends_at_midnight_ends_on_the_day_before(end, words):
    assert fmt.until(datetime.fromisoformat(end)) == words


def test_days_and_moments_are_those_of_shanghai():
    late = datetime(2026, 11, 21, 18, 5, tzinfo=UTC)
    assert fmt.day(late) == "2026年11月22日"
    assert fmt.moment(late) == "2026年11月22日 02:05"
    assert fmt.day(date(2026, 1, 2)) == "2026年1月2日"
    with pytest.raises(ValueError):
        fmt.moment(datetime(2026, 1, 2))


def test_numbers_of_headings():
    assert " ".join(fmt.numeral(n) for n in (1, 9, 10, 11, 20, 21, 99)) == "一 九 十 十一 二十 二十一 九十九"


def test_masks():
    assert fmt.mask_name("王芳") == "王*"
    assert fmt.mask_name("王小明") == "王**"
    assert fmt.mask_name("") == ""
    assert fmt.mask_phone("13812345678") == "138****5678"
    assert fmt.mask_phone("110") == "***"
    assert fmt.mask_id("320502199001011234") == "320*************34"


@given(st.text(alphabet="0123456789", min_size=8, max_size=30))
def test_masks_keep_the_length_and_hide_something(text):
    for mask in (fmt.mask_phone, fmt.mask_id):
        assert len(mask(text)) == len(text)
        assert "*" in mask(text)
