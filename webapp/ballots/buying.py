"""What a pot of money buys by a count. Pure and exact: whole numbers and fractions, no chance, no clock.

Two results stand beside each other: *greedy by cost* (按票数) takes what most people want first; the *method of equal shares*
(按等额分担; Peters, Pierczyński, Skowron 2021, "Proportional Participatory Budgeting with Additive Utilities") gives every voter
the same part of the pot and buys what its supporters can pay for together. A tie is explored in every order, never broken in
silence.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

EFFORT = 2_000_000
"""How many looks at a group of voters (some seconds) the orders of ties may take before we say that there are more."""


@dataclass(frozen=True, slots=True)
class Group:
    """Voters who voted alike: what each gives to which choice, and how many they are."""

    marks: dict[int, int]
    many: int


class _TooMany(Exception):
    """More orders of ties than we look at."""


@dataclass(slots=True)
class _Search:
    """One exploration of all orders in which ties may go."""

    cost: Mapping[int, int]
    order: Sequence[int]
    left: int = EFFORT
    tied: set[int] = field(default_factory=set)
    sure: frozenset[int] | None = None
    """What was bought before the first tie, so in every outcome; None while there was no tie."""

    def spend(self, effort: int) -> None:
        self.left -= effort
        if self.left < 0 and self.sure is not None:
            raise _TooMany

    def ways(self, chosen: frozenset[int], equal: Sequence[int]) -> Sequence[int]:
        """Which of some equal choices may come next: the one people put first, or each of them."""
        if len(equal) < 2:
            return equal
        if decided := [key for key in self.order if key in equal]:
            return decided[:1]
        self.tied |= set(equal)
        if self.sure is None:
            self.sure = chosen
        return equal


def buy(
    pot: int, cost: Mapping[int, int], groups: Sequence[Group], wanted: Sequence[Sequence[int]], *, order: Sequence[int], by_cost: bool
) -> dict[str, Any]:
    """What a pot buys, by both rules. `wanted`: choices from the most wanted down, equal ones together; `order`: a tie as people decided it.

    `by_cost`: voters said yes or no, so that a yuan is worth the same to each wherever it goes; else a choice is worth its points.
    """
    by_votes, by_shares = _Search(cost, order), _Search(cost, order)
    return {
        "greedy": _bought(by_votes, [frozenset()], wanted, pot),
        "equal_shares": _bought(by_shares, _Shares(by_shares, groups, pot, by_cost=by_cost).outcomes(), wanted, pot),
    }


def _bought(search: _Search, starts: Iterable[frozenset[int]], wanted: Sequence[Sequence[int]], pot: int) -> dict[str, Any]:
    """From each start (nothing; or what equal shares paid for) on by votes, from the most wanted down, taking what still fits.

    What nobody wanted is never taken.
    """
    ends: set[_End] = set()
    bounded = False
    try:
        for start in starts:
            ends |= {(start, every) for every in _filled(search, wanted, pot, start)}
    except _TooMany:
        bounded = True
    return _told(search, wanted, pot, ends, bounded=bounded)


def _filled(search: _Search, wanted: Sequence[Sequence[int]], pot: int, start: frozenset[int]) -> set[frozenset[int]]:
    """Every set that `start` can grow into by taking what fits, class by class."""
    ends = {start}
    for equal in wanted:
        waiting, seen, ends = list(ends), set(ends), set()
        while waiting:
            chosen = waiting.pop()
            search.spend(1 + len(equal))
            left = pot - sum(search.cost[key] for key in chosen)
            fits = [key for key in equal if key not in chosen and search.cost[key] <= left]
            if sum(search.cost[key] for key in fits) <= left:
                ends.add(chosen.union(fits))
                continue
            for key in search.ways(chosen, fits):
                grown = chosen | {key}
                if grown not in seen:
                    seen.add(grown)
                    waiting.append(grown)
    return ends


_End = tuple[frozenset[int], frozenset[int]]
"""One outcome: what was there at the start (paid for by equal shares), and all that was chosen."""


def _told(search: _Search, wanted: Sequence[Sequence[int]], pot: int, ends: set[_End], *, bounded: bool) -> dict[str, Any]:
    """What all outcomes have in common and what only some have, in the order of the paper.

    `certain`: in every outcome; `possible`: in some, not in all. Where the bound was hit, `certain` is what came before the
    first tie and `possible` all else that could be paid: both still true, but wider than they need be. `how`: by `shares`, by
    `votes`, or `either`.
    """
    chosen = [every for _, every in ends]
    if bounded:
        certain = search.sure or frozenset()
        some = frozenset(key for equal in wanted for key in equal if search.cost[key] <= pot)
    else:
        certain, some = frozenset.intersection(*chosen), frozenset.union(*chosen)
    ways: dict[int, set[str]] = {}
    for shared, every in ends:
        for key in every:
            ways.setdefault(key, set()).add("shares" if key in shared else "votes")
    spent = [sum(search.cost[key] for key in every) for every in chosen]
    return {
        "certain": [key for key in search.cost if key in certain],
        "possible": [key for key in search.cost if key in some - certain],
        "outcomes": len(set(chosen)),
        "bounded": bounded,
        "tied": [key for key in search.cost if key in search.tied],
        "how": {str(key): min(ways[key]) if len(ways[key]) == 1 else "either" for key in search.cost if key in ways},
        "spent": [min(spent), max(spent)] if spent else None,
    }


@dataclass(frozen=True, slots=True)
class _Purse:
    """A moment of the method: what is bought, what each group's voters still hold (by number, see `_Shares.amounts`),
    and for each choice that can still be paid the least price per point it may have: prices only rise."""

    chosen: frozenset[int]
    held: tuple[int, ...]
    least: dict[int, Fraction]


class _Shares:
    """The method of equal shares, over all orders of ties."""

    def __init__(self, search: _Search, groups: Sequence[Group], pot: int, *, by_cost: bool) -> None:
        self.search, self.size = search, len(groups)
        self.fans: dict[int, dict[tuple[int, int], list[int]]] = {key: {} for key in search.cost}
        """Who wants a choice: groups by the points they give it and by how many they are, so that purses are counted at once."""
        for n, group in enumerate(groups):
            for key, mark in group.marks.items():
                points = search.cost[key] if by_cost else mark
                self.fans[key].setdefault((points, group.many), []).append(n)
        self.amounts = [Fraction(pot, max(1, sum(group.many for group in groups)))]
        """The different amounts met so far; a group's purse is a number in this list, so that a look at it is cheap."""
        self._number = {self.amounts[0]: 0}
        self._levels: dict[tuple[int, int], tuple[int, Fraction]] = {}

    def outcomes(self) -> Iterator[frozenset[int]]:
        """Every set of choices that equal shares can end in, over all orders of ties."""
        first = _Purse(frozenset(), (0,) * self.size, dict.fromkeys(self.fans, Fraction(0)))
        waiting, seen, ends = [first], set(), set()
        while waiting:
            now = waiting.pop()
            best, least, equal = self._cheapest(now)
            if best is None:
                if now.chosen not in ends:
                    ends.add(now.chosen)
                    yield now.chosen
                continue
            ways = self._alone(now, equal) or self.search.ways(now.chosen, equal)
            for key in reversed(ways):
                after = self._paid(now, key, best, least)
                mark = (after.chosen, after.held)
                if mark not in seen:
                    seen.add(mark)
                    waiting.append(after)

    def _cheapest(self, now: _Purse) -> tuple[Fraction | None, dict[int, Fraction], list[int]]:
        """The least price per point at which something can be bought now, what is known of all prices, and what has that price."""
        best: Fraction | None = None
        least: dict[int, Fraction] = {}
        equal: list[int] = []
        for key in sorted(now.least, key=lambda key: now.least[key]):
            if best is not None and now.least[key] > best:
                least[key] = now.least[key]
                continue
            price = self._price(key, now.held)
            if price is None:
                continue
            least[key] = price
            if best is None or price < best:
                best, equal = price, []
            if price == best:
                equal.append(key)
        return best, least, [key for key in self.fans if key in equal]

    def _price(self, key: int, held: Sequence[int]) -> Fraction | None:
        """The price per point at which all who want a choice pay it together, each at most what they hold; None: they cannot."""
        many: Counter[tuple[int, int]] = Counter()
        for (points, people), fans in self.fans[key].items():
            self.search.spend(len(fans))
            for amount, times in Counter(map(held.__getitem__, fans)).items():
                many[amount, points] += times * people
        levels = sorted((*self._level(*purse), *purse, people) for purse, people in many.items())
        missing, paying = Fraction(self.search.cost[key]), sum(points * people for *_, points, people in levels)
        for _, most, amount, points, people in levels:
            if missing <= most * paying:
                return missing / paying
            missing -= self.amounts[amount] * people
            paying -= points * people
        return None

    def _level(self, amount: int, points: int) -> tuple[int, Fraction]:
        """What a purse can pay per point; before it, a whole number in the same order, for fractions are slow to compare."""
        if (amount, points) not in self._levels:
            exact = self.amounts[amount] / points
            self._levels[amount, points] = (exact.numerator << 64) // exact.denominator, exact
        return self._levels[amount, points]

    def _paid(self, now: _Purse, key: int, price: Fraction, least: Mapping[int, Fraction]) -> _Purse:
        held = list(now.held)
        for (points, _), fans in self.fans[key].items():
            left = {amount: self._numbered(max(Fraction(0), self.amounts[amount] - price * points)) for amount in {held[n] for n in fans}}
            for n in fans:
                held[n] = left[held[n]]
        return _Purse(now.chosen | {key}, tuple(held), {other: bound for other, bound in least.items() if other != key})

    def _numbered(self, amount: Fraction) -> int:
        if amount not in self._number:
            self._number[amount] = len(self.amounts)
            self.amounts.append(amount)
        return self._number[amount]

    def _alone(self, now: _Purse, equal: Sequence[int]) -> list[int]:
        """One of several equal choices that shares no paying voter with the others: buying it first changes nothing for them."""
        if len(equal) < 2:
            return []
        payers = {key: {n for fans in self.fans[key].values() for n in fans if self.amounts[now.held[n]]} for key in equal}
        return [key for key in equal if all(payers[key].isdisjoint(payers[other]) for other in equal if other != key)][:1]
