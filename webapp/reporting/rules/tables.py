"""自制统计表: what a table is asked to show, put right without the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FIRST = 6
"""So many columns of a list are ticked at first."""
MOST_NUMBER = 99
NUMBERS = f"次序请填 1 到 {MOST_NUMBER} 的整数。"
ON_PAPER = 12
"""So many columns have room on a page."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A table as asked for, as it is saved: its columns in their order, its filters, and by what it is summed."""

    columns: tuple[str, ...]
    filters: Mapping[str, str]
    by: tuple[str, ...] = ()
    """Summed by one or two columns; empty: every row for itself."""

    def to_json(self) -> dict[str, Any]:
        return {"columns": list(self.columns), "filters": dict(self.filters), "by": list(self.by)}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Spec":
        return cls(tuple(kept["columns"]), dict(kept["filters"]), tuple(kept.get("by") or ()))


def ordered(ticked: Iterable[str], numbers: Mapping[str, int | None], declared: Sequence[str]) -> tuple[str, ...]:
    """The ticked columns by the number given to each, those without one last, as the list declares them.

    Of two with one number the later declared comes first: who gives a column the place of another means to stand before it, or behind
    what it jumped over. What the list does not declare is left out.
    """
    known = {key: place for place, key in enumerate(declared)}
    chosen = {key for key in ticked if key in known}
    numbered = sorted((key for key in chosen if numbers.get(key)), key=lambda key: (numbers[key] or 0, -known[key]))
    return (*numbered, *sorted(chosen - set(numbered), key=known.__getitem__))


def grouping(first: str, then: str, offered: Iterable[str]) -> tuple[str, ...]:
    """By what to sum: the first column and then another; one twice is one, a second without a first is the first."""
    allowed = set(offered)
    return tuple(dict.fromkeys(one for one in (first, then) if one in allowed))


def left_out(spec: Spec, offered: Iterable[str]) -> tuple[Spec, tuple[str, ...]]:
    """A saved table as it can be shown to this person now, and the columns that cannot."""
    allowed = set(offered)
    gone = tuple(dict.fromkeys(key for key in (*spec.columns, *spec.by) if key not in allowed))
    return Spec(tuple(k for k in spec.columns if k in allowed), spec.filters, tuple(k for k in spec.by if k in allowed)), gone


def too_wide(spec: Spec) -> bool:
    """Whether it has more columns than a page has room for; a table that is summed has fewer."""
    return not spec.by and len(spec.columns) > ON_PAPER
