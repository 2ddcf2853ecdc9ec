"""The count: what votes say. Pure and exact: whole numbers and fractions, no chance, no clock."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Any

from webapp.ballots.buying import Group, buy
from webapp.core.journal import canonical, digest

VERSION = "2026-12"
"""The rules of this page."""
VERSIONS = ("2026-11", VERSION)
"""A result of 2026-11 knew no money, no places and none of its own inputs; it is recounted as it was."""
RULES = {"greedy": "按票数", "equal_shares": "按等额分担"}
"""The two ways of giving out the money, as people read them."""


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
    groups = [Group(_marks(sheet, kinds[spelled]), many) for spelled, many in sorted(papers.items())]
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


def _tally(sheet: Sheet, groups: Iterable[Group]) -> dict[int, _Tally]:
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


def _money(sheet: Sheet, groups: Sequence[Group], weight: Mapping[int, Fraction]) -> dict[str, Any]:
    cost = {one.id: one.cost for one in sheet.choices if one.cost is not None}
    wanted = [ids for ids in _classes({key: weight[key] for key in cost}) if weight[ids[0]] > 0]
    return buy(sheet.pot or 0, cost, groups, wanted, order=sheet.order, by_cost=sheet.method in {"approve", "pot"})
