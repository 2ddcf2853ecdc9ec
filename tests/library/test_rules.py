"""How a published cell is read: kept as printed, and a figure only where there is one."""

import csv
from pathlib import Path

import pytest

from reports.money import Money
from webapp.library import rules
from webapp.library.rules import Amount, Unreadable, Years

DATA = Path(rules.__file__).parent / "data"


@pytest.mark.parametrize(
    ("text", "first", "last", "inferred"),
    [
        ("2023", 2023, 2023, False),
        (" 2023 ", 2023, 2023, False),
        ("2023年", 2023, 2023, False),
        ("２０２３", 2023, 2023, False),
        ("2011-2012", 2011, 2012, False),
        ("2011–2012", 2011, 2012, False),
        ("2013(按“连续第二年”推算)", 2013, 2013, True),
        ("2018(推算)", 2018, 2018, True),
        ("≈2016", 2016, 2016, True),
        ("2018-01报道", 2018, 2018, True),
        ("2018-01", 2018, 2018, False),
        ("2018-01-02", 2018, 2018, False),
        ("2025-2027", 2025, 2027, False),
    ],
)
def test_a_year_keeps_its_text_beside_its_figures(text: str, first: int, last: int, inferred: bool) -> None:
    assert rules.years(text, 2026) == Years(text.strip(), first, last, inferred)


def test_no_year_is_no_figure() -> None:
    assert rules.years("", 2026) == Years("", None, None, False)


@pytest.mark.parametrize(
    ("text", "says"),
    [("2027", "2027 年还没有开始"), ("2027-2028", "2027 年还没有开始"), ("2012-2011", "反了"), ("去年", "不是年份"), ("20", "不是年份"), ("0203", "太早"), ("=2020", "不是年份")],
)  # fmt: skip
def test_what_is_no_year_is_refused(text: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        rules.years(text, 2026)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("45", 45_000_000, 45_000_000),
        ("1.605", 1_605_000, 1_605_000),
        ("0.000001", 1, 1),
        ("0", 0, 0),
        ("1,234.5", 1_234_500_000, 1_234_500_000),
        ("3-5", 3_000_000, 5_000_000),
        ("3–5", 3_000_000, 5_000_000),
        ("0.5~2", 500_000, 2_000_000),
        ("4至5", 4_000_000, 5_000_000),
    ],
)
def test_an_amount_is_exact_and_a_band_keeps_both_ends(text: str, low: int, high: int) -> None:
    assert rules.amount(text) == Amount(text, Money(low), Money(high))


def test_a_blank_amount_is_unknown_and_not_nought() -> None:
    assert rules.amount("  ") == Amount("", None, None)


@pytest.mark.parametrize("text", ["-5", "5-3", "3-3", "五万", "45万元", "0.0000001", "=45", "1e3", "nan", "3-5-7", "5/80", "不详", "--"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match=text.replace("-", r"\-")[:6]):
        rules.amount(text)


def test_several_figures_in_a_cell_never_become_one() -> None:
    assert rules.count("22/19/33/17") == ("22/19/33/17", None)
    assert rules.count("111") == ("111", 111)
    assert rules.count("") == ("", None)
    assert rules.amounts("5/80/40/30") == "5/80/40/30"
    assert rules.figure("6963.96") == ("6963.96", None)
    for wrong in ("-3", "三个", "3.5", "3/", "9999999999"):
        with pytest.raises(Unreadable):
            rules.count(wrong)
    with pytest.raises(Unreadable):
        rules.amounts("5/八十")


@pytest.mark.parametrize("text", ["字" * 2001, "铃\x07声"])
def test_text_that_no_page_can_hold_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        rules.words(text)


@pytest.mark.parametrize(("text", "shown"), [("45", "45 万元"), ("1.605", "1.605 万元"), ("4-5", "4–5 万元"), ("", "未公布")])
def test_an_amount_is_shown_as_published(text: str, shown: str) -> None:
    assert rules.in_wan(text) == shown


@pytest.mark.parametrize(
    ("name", "read", "rows"),
    [("projects", rules.project, 59), ("programmes", rules.programme, 58), ("category_counts", rules.category_count, 26)],
)
def test_every_row_of_the_published_files_is_understood(name: str, read: object, rows: int) -> None:
    with (DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        found = [read(line, 2026) for line in csv.DictReader(file)]  # type: ignore[operator]
    assert len(found) == rows
    assert [wrong for _, wrong in found if wrong] == []


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    cells = dict.fromkeys(rules.PROJECT_COLUMNS, "") | {"year": "2099", "amount_wan": "多"}
    wrong = rules.project(cells, 2026)[1]
    assert [column for column, _ in wrong] == ["year", "amount_wan", "project"]
