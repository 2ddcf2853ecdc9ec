"""试排: the same scores under another line. Pure; what was tried is saved with all it looked at, so that it can be run again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.money import Money
from webapp.reviews.rules.ranking import recompute

METHODS = {"greedy": "逐项放入", "strict": "到线为止", "equal": "均衡分担"}
HOW = {
    "greedy": "按名次放入，放不下的跳过，后面放得下的继续放；最后一项可以按余额安排。",
    "strict": "按名次放入，遇到第一个放不下的项目就停。",
    "equal": "每位评委、每个社区持有同样多的钱，给分高、花钱少的先由给分者合力选入；余额再按名次补入。",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Where the line is drawn: money, the least score in hundredths, and how many by category and by organisation."""

    pool: Money
    pass_line: int
    organisation: int | None
    categories: Mapping[str, int | None]


def line_of(inputs: Mapping[str, Any]) -> Line:
    """The line as a run had it."""
    return Line(Money(inputs["pool_fen"]), inputs["pass_line"], inputs.get("most_per_organisation"), dict(inputs["categories"]))


def tried(inputs: Mapping[str, Any], line: Line, method: str, givers: Sequence[Mapping[str, int]]) -> dict[str, Any]:
    """The inputs of a run with the line moved; all else as the ranking had it."""
    return {
        **inputs,
        "method": method,
        "pool_fen": line.pool.fen,
        "pass_line": line.pass_line,
        "most_per_organisation": line.organisation,
        "categories": dict(line.categories),
        "givers": [dict(files) for files in givers],
    }


@dataclass(frozen=True, slots=True)
class Column:
    """What one method makes of the line, and what moves against the list as it stands."""

    method: str
    rows: dict[int, dict[str, Any]]
    amounts: dict[int, Money]
    """What each on the list gets."""
    total: Money
    count: int
    enters: tuple[int, ...]
    drops: tuple[int, ...]
    changed: tuple[int, ...]
    """Proposed before and now, with another amount."""


def column(outputs: Mapping[str, Any], method: str, base: Mapping[int, Money]) -> Column:
    """`base`: the applications on the list as it stands, with their amounts."""
    rows = {row["id"]: row for row in outputs["rows"]}
    chosen = {key: Money(row["amount_fen"]) for key, row in rows.items() if row["outcome"] == "propose"}
    return Column(
        method, rows, chosen, sum(chosen.values(), Money(0)), len(chosen),
        tuple(sorted(chosen.keys() - base.keys())), tuple(sorted(base.keys() - chosen.keys())),
        tuple(sorted(key for key in chosen.keys() & base.keys() if chosen[key] != base[key])),
    )  # fmt: skip


def columns(inputs: Mapping[str, Any], line: Line, givers: Sequence[Mapping[str, int]], base: Mapping[int, Money]) -> list[Column]:
    """All methods beside each other."""
    return [column(recompute(tried(inputs, line, method, givers)), method, base) for method in METHODS]
