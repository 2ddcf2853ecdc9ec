"""重复资助: whether two applications of one organisation ask money for the same activity. Pure; a finding, never a verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.money import Money
from webapp.findings.rules.text import title_pairs, title_share

ITEM = 70
"""Percent from which on two budget items are called the same."""
TITLE, PART, ITEMS = 60, 20, 2
"""A finding: titles alike by so many percent; or items that are so many percent of the smaller request, and so many of them unless dear alone."""
ALONE = 50
"""Percent of the smaller request that one item alone must be."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a budget: what is paid, and by how much of the grant."""

    item: str
    unit_fen: int
    grant_fen: int


@dataclass(frozen=True, slots=True)
class Request:
    """What an application asks for, as far as paying twice is judged."""

    title: str
    requested_fen: int
    items: tuple[Item, ...]
    starts_on: str
    ends_on: str


def request_of(content: Mapping[str, Any]) -> Request:
    """The request of a snapshot."""
    rows: Sequence[Mapping[str, Any]] = content.get("budget") or ()
    items = tuple(
        Item(str(row.get("item") or ""), int(row.get("unit_fen") or 0), int(row.get("grant_fen") or 0))
        for row in rows
        if str(row.get("item") or "").strip()
    )
    requested = int(content.get("requested_fen") or 0)
    return Request(
        str(content.get("title") or ""), requested, items, str(content.get("starts_on") or ""), str(content.get("ends_on") or "")
    )


@dataclass(frozen=True, slots=True)
class Double:
    """What two requests have in common: titles in percent, pairs of budget items (by place), the lesser of their grants, the days."""

    title: int
    items: tuple[tuple[int, int], ...]
    shared_fen: int
    part: int
    """Percent of the smaller request that the shared items are."""
    overlap: bool
    """Whether both are to run at one time; True when a day is not known."""

    @property
    def shared(self) -> Money:
        return Money(self.shared_fen)

    @property
    def score(self) -> int:
        return max(self.title if self.title >= TITLE else 0, min(self.part, 100))

    @property
    def is_finding(self) -> bool:
        dear = self.part >= ALONE or (self.part >= PART and len(self.items) >= ITEMS)
        return self.title >= TITLE or dear


def double(one: Request, two: Request) -> Double:
    """What two requests of one organisation have in common; each item is paired once, the most alike first."""
    pairs = sorted(
        (
            (-_alike(a, b), n, m)
            for n, a in enumerate(one.items)
            for m, b in enumerate(two.items)
            if _alike(a, b) >= ITEM
        )
    )  # fmt: skip
    taken_one: set[int] = set()
    taken_two: set[int] = set()
    kept = []
    for _, n, m in pairs:
        if n not in taken_one and m not in taken_two:
            taken_one.add(n)
            taken_two.add(m)
            kept.append((n, m))
    shared = sum(min(one.items[n].grant_fen, two.items[m].grant_fen) for n, m in kept)
    least = min(one.requested_fen, two.requested_fen)
    part = 100 * shared // least if least > 0 else 0
    return Double(title_share(one.title, two.title), tuple(sorted(kept)), shared, part, _overlap(one, two))


def _alike(one: Item, two: Item) -> int:
    """Percent: the same words are 100; a few words differently at the same price count a little more."""
    if "".join(one.item.split()) == "".join(two.item.split()):
        return 100
    a, b = title_pairs(one.item), title_pairs(two.item)
    if not a or not b:
        return 0
    dice = 200 * len(a & b) // (len(a) + len(b))
    return min(99, dice + 10) if one.unit_fen == two.unit_fen and one.unit_fen else dice


def _overlap(one: Request, two: Request) -> bool:
    if not all((one.starts_on, one.ends_on, two.starts_on, two.ends_on)):
        return True
    return one.starts_on <= two.ends_on and two.starts_on <= one.ends_on
