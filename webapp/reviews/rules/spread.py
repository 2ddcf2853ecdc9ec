"""Parting judges that share too much: exchanges that leave every load as it is, tried before the exact program is asked.

Judge i of application a and judge k of application b change places where both may, where neither stands apart from those
there, and where fewer pairs are over their limit after than before. The search is led by a lot from the seed, so the same
input gives the same result; it may give up where an answer exists, and then the program decides.
"""

import random
from collections.abc import Collection, Mapping
from itertools import combinations

Pair = frozenset[int]
TRIES = 40
"""Exchanges looked at for each place on an application."""


class _Piles:
    """Who judges what, what every two have in common, and how far that is over the limit."""

    def __init__(self, given: Mapping[int, Collection[int]], share: int) -> None:
        self.given = {one: set(mine) for one, mine in given.items()}
        self.piles: dict[int, set[int]] = {}
        for one, mine in self.given.items():
            for judge in mine:
                self.piles.setdefault(judge, set()).add(one)
        self.share = share
        self.common: dict[Pair, int] = {}
        for mine in self.given.values():
            for pair in combinations(mine, 2):
                self.common[frozenset(pair)] = self.common.get(frozenset(pair), 0) + 1
        self.loads = {judge: len(pile) for judge, pile in self.piles.items()}
        self.over = {pair for pair, n in self.common.items() if n > self.limit(*pair)}

    def limit(self, one: int, other: int) -> int:
        return self.share * min(self.loads[one], self.loads[other]) // 100

    def gain(self, judge: int, leaves: int, joins: int, other: int) -> int:
        """How much less is over its limit when `judge` goes from one application to another in place of `other`."""
        stay, there = self.given[leaves] - {judge, other}, self.given[joins] - {judge, other}
        found = sum(self._excess(judge, one, 0) - self._excess(judge, one, -1) for one in stay - there)
        return found - sum(self._excess(judge, one, 1) - self._excess(judge, one, 0) for one in there - stay)

    def _excess(self, one: int, other: int, more: int) -> int:
        return max(0, self.common.get(frozenset((one, other)), 0) + more - self.limit(one, other))

    def _add(self, one: int, other: int, more: int) -> None:
        pair = frozenset((one, other))
        self.common[pair] = self.common.get(pair, 0) + more
        (self.over.add if self.common[pair] > self.limit(one, other) else self.over.discard)(pair)

    def swap(self, judge: int, a: int, other: int, b: int) -> None:
        for one, goes, comes in ((a, judge, other), (b, other, judge)):
            for left in self.given[one] - {goes}:
                self._add(goes, left, -1)
                self._add(comes, left, 1)
            self.given[one] = self.given[one] - {goes} | {comes}
            self.piles[goes].remove(one)
            self.piles[comes].add(one)


def parted(
    given: Mapping[int, Collection[int]], allowed: Mapping[int, frozenset[int]], *, share: int, apart: Collection[Pair],
    pinned: Collection[tuple[int, int]], seed: str,
) -> dict[int, frozenset[int]]:  # fmt: skip
    """The same loads with as little as it could find over the limit."""
    piles, chance = _Piles(given, share), random.Random(seed)
    applications, fixed, barred = sorted(given), set(pinned), set(apart)

    def fits(judge: int, one: int, gone: int) -> bool:
        there = piles.given[one] - {gone}
        return judge in allowed[one] and judge not in there and not any(frozenset((judge, left)) in barred for left in there)

    for _ in range(TRIES * sum(map(len, given.values()))):
        if not piles.over:
            break
        pair = chance.choice(sorted(piles.over, key=sorted))
        judge = chance.choice(sorted(pair))
        a = chance.choice(sorted(piles.piles[min(pair)] & piles.piles[max(pair)]))
        b = chance.choice(applications)
        other = chance.choice(sorted(piles.given[b]))
        if a == b or judge in piles.given[b] or other in piles.given[a] or {(a, judge), (b, other)} & fixed:
            continue
        if fits(other, a, judge) and fits(judge, b, other) and piles.gain(judge, a, b, other) + piles.gain(other, b, a, judge) > 0:
            piles.swap(judge, a, other, b)
    return {one: frozenset(mine) for one, mine in piles.given.items()}
