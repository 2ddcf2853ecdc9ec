"""The count: what votes say, and what a pot of money buys by it. Pure and exact: whole numbers and fractions, no chance, no clock.

Two results stand beside each other where choices cost money: *greedy by cost* (按票数) takes what most people want first;
the *method of equal shares* (按等额分担; Peters, Pierczyński, Skowron 2021, "Proportional Participatory Budgeting with Additive
Utilities") gives every voter the same part of the pot and buys what its supporters can pay for together. A tie is explored
in every order, never broken in silence.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Any

from webapp.core.journal import canonical, digest

VERSION = "2026-12"
"""The rules of this page."""
VERSIONS = ("2026-11", VERSION)
"""A result of 2026-11 knew no money, no places and none of its own inputs; it is recounted as it was."""
RULES = {"greedy": "按票数", "equal_shares": "按等额分担"}
"""The two ways of giving out the money, as people read them."""
EFFORT = 2_000_000
"""How many looks at a group of voters (some seconds) the orders of ties may take before we say that there are more."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What stands on the count's sheet for one choice; `cost` in fen where the ballot has a pot."""

    id: int
    about: str
    title: str
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Quorum:
    """What is asked of who came for the result to stand; 0 asks nothing.

    A meeting that decides has its `nature`, how many its roll entitles (`unit`: people or households) and how many of them were
    present: signed in, or voted.
    """

    least: int = 0
    nature: str = "advice"
    unit: str = "person"
    entitled: int = 0
    present: int = 0

    @property
    def decides(self) -> bool:
        return self.nature != "advice"

    def met(self, turnout: int) -> bool:
        return (self.present if self.decides else turnout) >= self.least

    def plain(self) -> dict[str, Any]:
        """What a result and a file say of it; of advice the wish alone, as always."""
        return asdict(self) if self.decides else {"least": self.least}


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a count depends on apart from the votes."""

    method: str
    most: int
    choices: tuple[Counted, ...]
    quorum: Quorum = field(default_factory=Quorum)
    pot: int | None = None
    """In fen; None where no money is given out."""
    order: tuple[int, ...] = ()
    """Choices in the order in which people decided a tie; empty where none was decided."""
    version: str = VERSION


def count(sheet: Sheet, votes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The result of the votes with all its inputs, as stored.

    approve and pot: `votes` say yes out of `n` taken part. score: `n` gave points; `mean` is their mean in hundredths, half
    rounded up, and ranks follow the exact mean. rank: the place j of `most` gives most − j + 1 `points` (Borda), ranks follow
    these; `firsts` put it first. Equal choices share a rank and stand in `ties`. Where a meeting decides, a choice has `passed`
    when enough were present and more than half of them said yes; without the quorum nothing is decided.
    """
    papers: Counter[str] = Counter()
    kinds: dict[str, Mapping[str, Any]] = {}
    for vote in votes:
        spelled = canonical(vote)
        papers[spelled] += 1
        kinds.setdefault(spelled, vote)
    groups = [_Group(_marks(sheet, kinds[spelled]), many) for spelled, many in sorted(papers.items())]
    turnout = sum(group.many for group in groups)
    tally = _tally(sheet, groups)
    weight = _weights(sheet, tally)
    result: dict[str, Any] = {
        "turnout": turnout,
        "quorum_met": sheet.quorum.met(turnout),
        "choices": [_row(sheet, one, tally[one.id], turnout, weight) for one in sheet.choices],
        "ties": [sorted(ids) for ids in _classes(weight) if len(ids) > 1],
    }
    if sheet.version == "2026-11":
        return result
    if sheet.quorum.decides:
        for row in result["choices"]:
            row["passed"] = result["quorum_met"] and 2 * row["votes"] > sheet.quorum.present
    return result | {
        "rule_version": sheet.version,
        "method": sheet.method,
        "most": sheet.most,
        "quorum": sheet.quorum.plain(),
        "pot": sheet.pot,
        "votes_digest": digest(canonical(sorted(papers.items()))),
        "order": list(sheet.order),
        "ties_settled": bool(sheet.order),
        "money": _money(sheet, groups, weight) if sheet.pot is not None else None,
    }


def digest_of(result: Mapping[str, Any]) -> str:
    """One figure over a whole result, by which two counts are compared."""
    return digest(canonical(result))


def tied(result: Mapping[str, Any]) -> list[int]:
    """The choices whose order people may decide, or decide anew, in the order of the paper: equal ones, and those that money met."""
    money = result.get("money") or {}
    found = {key for ids in result["ties"] for key in ids} | {key for rule in money.values() for key in rule["tied"]}
    found |= set(result.get("order", ()))
    return [row["id"] for row in result["choices"] if row["id"] in found]


@dataclass(frozen=True, slots=True)
class _Group:
    """Voters who voted alike: what each gives to which choice, and how many they are."""

    marks: dict[int, int]
    many: int


@dataclass(slots=True)
class _Tally:
    said: int = 0
    points: int = 0
    firsts: int = 0


def _marks(sheet: Sheet, vote: Mapping[str, Any]) -> dict[int, int]:
    """What a vote gives to each choice it names: 1, its points, or the points of its place."""
    if sheet.method == "score":
        return {int(key): points for key, points in vote["scores"].items()}
    if sheet.method == "rank":
        return {key: sheet.most - place for place, key in enumerate(vote["ranking"])}
    return dict.fromkeys(vote["choices"], 1)


def _tally(sheet: Sheet, groups: Iterable[_Group]) -> dict[int, _Tally]:
    tally = {one.id: _Tally() for one in sheet.choices}
    for group in groups:
        for key, mark in group.marks.items():
            tally[key].said += group.many
            tally[key].points += mark * group.many
            tally[key].firsts += (mark == sheet.most) * group.many
    return tally


def _weights(sheet: Sheet, tally: Mapping[int, _Tally]) -> dict[int, Fraction]:
    """What choices are ranked by: votes, the exact mean, or the points of their places."""
    by_mean = sheet.method == "score"
    return {key: Fraction(one.points, one.said) if by_mean and one.said else Fraction(one.points) for key, one in tally.items()}


def _classes(weight: Mapping[int, Fraction]) -> list[list[int]]:
    """Choices of equal weight together, the heaviest first, within each in the order of the paper."""
    ranked = sorted(weight, key=lambda key: -weight[key])
    return [list(ids) for _, ids in groupby(ranked, key=lambda key: weight[key])]


def _row(sheet: Sheet, one: Counted, got: _Tally, turnout: int, weight: Mapping[int, Fraction]) -> dict[str, Any]:
    n = got.said if sheet.method == "score" else turnout
    mean = (got.points * 200 + n) // (2 * n) if sheet.method == "score" and n else None
    rank = 1 + sum(other > weight[one.id] for other in weight.values())
    row = {"id": one.id, "about": one.about, "title": one.title, "votes": got.said, "mean": mean, "n": n, "rank": rank}
    if sheet.method == "rank":
        row |= {"points": got.points, "firsts": got.firsts}
    if one.cost is not None:
        row["cost"] = one.cost
    return row


# --- what the money buys


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


def _money(sheet: Sheet, groups: Sequence[_Group], weight: Mapping[int, Fraction]) -> dict[str, Any]:
    cost = {one.id: one.cost for one in sheet.choices if one.cost is not None}
    pot = sheet.pot or 0
    wanted = [ids for ids in _classes({key: weight[key] for key in cost}) if weight[ids[0]] > 0]
    by_votes, by_shares = _Search(cost, sheet.order), _Search(cost, sheet.order)
    return {
        "greedy": _bought(by_votes, [frozenset()], wanted, pot),
        "equal_shares": _bought(by_shares, _Shares(by_shares, sheet, groups, pot).outcomes(), wanted, pot),
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
    """The method of equal shares. Utilities: what a choice costs where people approve (so that a yuan is worth the same to each
    voter wherever it goes), the points given where people score or rank."""

    def __init__(self, search: _Search, sheet: Sheet, groups: Sequence[_Group], pot: int) -> None:
        self.search, self.size = search, len(groups)
        self.fans: dict[int, dict[tuple[int, int], list[int]]] = {key: {} for key in search.cost}
        """Who wants a choice: groups by the points they give it and by how many they are, so that purses are counted at once."""
        for n, group in enumerate(groups):
            for key, mark in group.marks.items():
                points = search.cost[key] if sheet.method in {"approve", "pot"} else mark
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
