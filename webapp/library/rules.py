"""How a published row is read: texts stay as printed, and a figure stands beside one only where it is a figure.

A band (4-5 万元) keeps its two ends and a blank keeps nothing; neither ever becomes one number. A year that somebody
inferred (推算, ≈, 报道) says so.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.money import AmountError, Money
from webapp.core.workflow import Rule

REQUIRED: dict[str, tuple[Rule, ...]] = {}
WORDS = {"library.import": "读入公开资料"}

PROJECT_COLUMNS = ("city", "year", "programme", "project", "organisation", "category", "amount_wan", "note", "source")
PROGRAMME_COLUMNS = (
    "place",
    "edition",
    "year",
    "fund_total_wan",
    "cap_per_project_wan",
    "applied",
    "finalists",
    "funded",
    "period",
    "fund_source",
    "note",
    "source",
)
COUNT_COLUMNS = ("place", "edition", "category", "value", "source")

LONGEST = 2000
LARGEST = 2_000_000_000
EARLIEST = 1949
_RANGE = r"\s*[-–—~〜至]\s*"
_YEAR = re.compile(r"(\d{4})年?")
_YEARS = re.compile(rf"(\d{{4}})年?{_RANGE}(\d{{4}})年?")
_DAY = re.compile(r"(\d{4})[-./年](?:0?[1-9]|1[0-2])(?:月?|[-./月](?:0?[1-9]|[12]\d|3[01])日?)")
_GUESS = re.compile(r"推算|推测|估|约|≈|左右|前后|报道|\?")
_BAND = re.compile(rf"([\d.,]+){_RANGE}([\d.,]+)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Unreadable(ValueError):
    """A cell that cannot be taken; `str(error)` says why."""


@dataclass(frozen=True, slots=True)
class Years:
    """A year as printed, with the years it spans; both empty when none was published."""

    text: str
    first: int | None
    last: int | None
    inferred: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as printed: one figure (both ends equal), a band, or nothing published."""

    text: str
    low: Money | None
    high: Money | None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def words(text: str) -> str:
    """A text as printed, without blanks around it. Raises Unreadable when over-long or holding control characters."""
    kept = text.strip()
    if len(kept) > LONGEST:
        raise Unreadable(f"有 {len(kept)} 个字，最多 {LONGEST} 个")
    if _CONTROL.search(kept):
        raise Unreadable("含有看不见的控制字符")
    return kept


def years(text: str, this_year: int) -> Years:
    """A year as published: `2023`, `2011-2012`, `2013(按“连续第二年”推算)`, `≈2016`, `2018-01报道`.

    Raises Unreadable for a text without a year, a range that runs backwards, and a year not yet begun.
    """
    kept = words(text)
    if not kept:
        return Years("", None, None, False)
    folded = _folded(kept)
    guess = _GUESS.search(folded) is not None
    bare = re.sub(r"\(.*\)$", "", folded).strip().lstrip("≈约").strip()
    bare = re.sub(r"(报道|左右|前后|度|\?)+$", "", bare).strip()
    if match := _YEAR.fullmatch(bare) or _DAY.fullmatch(bare):
        first = last = int(match[1])
    elif match := _YEARS.fullmatch(bare):
        first, last = int(match[1]), int(match[2])
    else:
        raise Unreadable(f"“{kept[:30]}”不是年份，例如 2023、2011-2012、2013(推算)")
    if first > last:
        raise Unreadable(f"“{kept[:30]}”的起止年份反了")
    if first > this_year:
        raise Unreadable(f"{first} 年还没有开始(现在是 {this_year} 年)")
    if first < EARLIEST:
        raise Unreadable(f"{first} 年太早，请核对")
    return Years(kept, first, last, guess)


def amount(text: str) -> Amount:
    """An amount in 万元 as published, exact to the fen: blank, one figure, or a rising band `3-5`.

    Raises Unreadable for anything else: words, a negative figure, a band that does not rise, parts of a fen.
    """
    kept = words(text)
    if not kept:
        return Amount("", None, None)
    if match := _BAND.fullmatch(_folded(kept)):
        low, high = _wan(match[1], kept), _wan(match[2], kept)
        if low >= high:
            raise Unreadable(f"“{kept[:30]}”不是从小到大的区间")
        return Amount(kept, low, high)
    one = _wan(_folded(kept), kept)
    return Amount(kept, one, one)


def _wan(text: str, kept: str) -> Money:
    try:
        return Money.parse(text, "万元")
    except AmountError as error:
        raise Unreadable(f"“{kept[:30]}”：{str(error).rstrip('。')}") from error


def amounts(text: str) -> str:
    """One amount, a band, or several parted by `/`, as printed. Raises Unreadable."""
    kept = words(text)
    for part in kept.split("/") if kept else ():
        amount(part or "空")
    return kept


def count(text: str) -> tuple[str, int | None]:
    """A count as printed, and the figure where one figure was printed; `22/19/33/17` is several. Raises Unreadable."""
    kept = words(text)
    if not kept:
        return "", None
    parts = _folded(kept).split("/")
    if not all(part.isascii() and part.isdecimal() for part in parts):
        raise Unreadable(f"“{kept[:30]}”不是个数")
    if any(int(part) > LARGEST for part in parts):
        raise Unreadable(f"“{kept[:30]}”太大，请核对")
    return kept, int(parts[0]) if len(parts) == 1 else None


def figure(text: str) -> tuple[str, int | None]:
    """A figure as printed; one with decimals (an amount among counts) is kept as text alone. Raises Unreadable."""
    kept = words(text)
    if re.fullmatch(r"\d+\.\d+", _folded(kept)):
        return kept, None
    return count(kept)


Cells = Mapping[str, str]


class Row:
    """Reads the cells of a row one after the other and gathers what is wrong with it, column by column."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.wrong: list[tuple[str, str]] = []

    def take(self, column: str, read: Any, *args: Any) -> Any:
        try:
            return read(self.cells[column], *args)
        except Unreadable as error:
            self.wrong.append((column, str(error)))
            return None

    def must(self, column: str, name: str) -> str:
        """A text that cannot be left out."""
        found: str | None = self.take(column, words)
        if found == "":
            self.wrong.append((column, f"缺少{name}"))
        return found or ""


Read = tuple[dict[str, Any], list[tuple[str, str]]]
"""The values of a row, and what is wrong with it: (column, reason)."""


def project(cells: Cells, this_year: int) -> Read:
    """One published project."""
    row = Row(cells)
    year: Years = row.take("year", years, this_year) or Years("", None, None, False)
    money: Amount = row.take("amount_wan", amount) or Amount("", None, None)
    values = {
        "city": row.take("city", words),
        "programme": row.take("programme", words),
        "project": row.must("project", "项目名称"),
        "organisation": row.take("organisation", words),
        "category": row.take("category", words),
        "note": row.take("note", words),
        "source": row.take("source", words),
        **_years(year),
        "amount_text": money.text,
        "low_fen": money.low,
        "high_fen": money.high,
    }
    return values, row.wrong


def programme(cells: Cells, this_year: int) -> Read:
    """One published programme (届)."""
    row = Row(cells)
    year: Years = row.take("year", years, this_year) or Years("", None, None, False)
    total: Amount = row.take("fund_total_wan", amount) or Amount("", None, None)
    values: dict[str, Any] = {
        "place": row.must("place", "地区"),
        "edition": row.take("edition", words),
        **_years(year),
        "total_text": total.text,
        "total_fen": total.low if total.low == total.high else None,
        "cap_text": row.take("cap_per_project_wan", amounts),
        "period": row.take("period", words),
        "fund_source": row.take("fund_source", words),
        "note": row.take("note", words),
        "source": row.take("source", words),
    }
    for column in ("applied", "finalists", "funded"):
        values[f"{column}_text"], values[column] = row.take(column, count) or ("", None)
    return values, row.wrong


def category_count(cells: Cells, this_year: int) -> Read:
    """One published count of a category."""
    row = Row(cells)
    text, value = row.take("value", figure) or ("", None)
    values = {
        "place": row.must("place", "地区"),
        "edition": row.take("edition", words),
        "category": row.must("category", "类别"),
        "value_text": text,
        "value": value,
        "source": row.take("source", words),
    }
    return values, row.wrong


def _years(year: Years) -> dict[str, Any]:
    return {"year_text": year.text, "year_from": year.first, "year_to": year.last, "year_inferred": year.inferred}


def in_wan(text: str) -> str:
    """A published amount as people read it: `45 万元`, `3–5 万元`, `未公布`; never rounded."""
    return f"{re.sub(_RANGE, '–', text)} 万元" if text else "未公布"
