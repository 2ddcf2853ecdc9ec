"""Who judges what: never a conflict, the same number of judges for each application, loads as equal as can be.

Equal loads are found exactly: a greedy start is improved along chains of hand-overs (judge → application → judge) as long
as one leads from a judge to another with at least two fewer. When none is left, the sum of the squares of the loads is
the least possible (Harvey et al., Semi-matchings for bipartite graphs and load balancing, 2006), so the loads differ by
at most one whenever that is possible at all. Everything is ordered by the seed, so the same input gives the same result.
"""

from collections import deque
from collections.abc import Mapping, Sequence

from webapp.reviews.rules.draw import lot

Allowed = Mapping[int, frozenset[int]]
"""Application → the judges who have no tie to its applicant."""


def too_few(allowed: Allowed, each: int) -> dict[int, int]:
    """The applications that fewer than `each` judges may judge, with how many there are. `each` 0: all judges, at least one."""
    return {one: len(judges) for one, judges in allowed.items() if len(judges) < max(each, 1)}


def assign(allowed: Allowed, judges: Sequence[int], each: int, seed: str) -> dict[int, frozenset[int]]:
    """Application → its judges. `each` 0 gives every application to all who may judge it.

    Raises ValueError when some application has too few judges.
    """
    if too_few(allowed, each):
        raise ValueError("too few judges")
    if not each:
        return {one: frozenset(allowed[one]) for one in allowed}
    given: dict[int, set[int]] = {}
    load = dict.fromkeys(judges, 0)
    for one in sorted(allowed, key=lambda a: (len(allowed[a]), lot(seed, "application", a))):
        order = sorted(allowed[one], key=lambda j: (load[j], lot(seed, j, one)))
        given[one] = set(order[:each])
        for judge in given[one]:
            load[judge] += 1
    while chain := _chain(allowed, given, load, seed):
        for one, giver, taker in chain:
            given[one].remove(giver)
            given[one].add(taker)
        load[chain[0][1]] -= 1
        load[chain[-1][2]] += 1
    return {one: frozenset(given[one]) for one in allowed}


def _chain(allowed: Allowed, given: Mapping[int, set[int]], load: Mapping[int, int], seed: str) -> list[tuple[int, int, int]]:
    """Hand-overs (application, from, to) from a judge to one with at least two fewer; nothing when loads are as equal as can be."""
    for start in sorted(load, key=lambda j: (-load[j], lot(seed, j))):
        came: dict[int, tuple[int, int]] = {}
        waiting, seen = deque([start]), {start}
        while waiting:
            judge = waiting.popleft()
            if load[start] - load[judge] >= 2:
                return _back(came, start, judge)
            for one in sorted(a for a, mine in given.items() if judge in mine):
                for other in sorted(allowed[one] - given[one] - seen, key=lambda j: (load[j], lot(seed, j, one))):
                    seen.add(other)
                    came[other] = (one, judge)
                    waiting.append(other)
    return []


def _back(came: Mapping[int, tuple[int, int]], start: int, end: int) -> list[tuple[int, int, int]]:
    found = []
    while end != start:
        one, giver = came[end]
        found.append((one, giver, end))
        end = giver
    return found[::-1]


def positions(given: Mapping[int, frozenset[int]], seed: str) -> dict[tuple[int, int], int]:
    """(judge, application) → its place in that judge's pile, from 1; each pile has an order of its own, by the seed."""
    found: dict[tuple[int, int], int] = {}
    for judge in {j for judges in given.values() for j in judges}:
        pile = sorted((a for a, judges in given.items() if judge in judges), key=lambda a: lot(seed, "pile", judge, a))
        found |= {(judge, one): n for n, one in enumerate(pile, start=1)}
    return found
