"""What a ballot asks of its choices, of those who take part and of the count. Pure: no database, no clock."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from webapp.core.workflow import Refusal, Rule

ADULT = 18
"""城市居民委员会组织法: residents of 18 or over take part in the meetings and votes of their community."""
TELLERS = 2
"""At least so many 监票人 where there are any: one alone is watched by nobody."""
LOWEST, HIGHEST = 1, 5
"""The points of the method `score`."""


@dataclass(frozen=True, slots=True)
class BallotFacts:
    """What opening a ballot depends on."""

    method: str
    choices: int
    most: int
    closes_at: datetime
    at: datetime


def enough_choices(facts: BallotFacts) -> Refusal | None:
    """Nobody chooses among one; a single thing can be given points."""
    least = 2 if facts.method == "approve" else 1
    if facts.choices >= least:
        return None
    return Refusal("choices", f"至少要有 {least} 个选项才能开始评议，现在有 {facts.choices} 个。")


def most_fits(facts: BallotFacts) -> Refusal | None:
    if facts.method != "approve" or facts.most <= facts.choices:
        return None
    return Refusal("most", f"每人最多可选 {facts.most} 项，超过了选项数 {facts.choices}，请取消后重新设定。")


def still_time(facts: BallotFacts) -> Refusal | None:
    if facts.at < facts.closes_at:
        return None
    return Refusal("over", "截止时间已经过去，请取消后重新设定时间。")


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "ballot.open": (enough_choices, most_fits, still_time),
    "ballot.close": (),
    "ballot.count": (),
    "ballot.cancel": (),
}
WORDS = {"ballot.name_tellers": "指定监票人"}


@dataclass(frozen=True, slots=True)
class Voter:
    """What is known of somebody who wants to take part."""

    area_code: str | None
    born_on: date | None


def age(born_on: date, day: date) -> int:
    """Full years (周岁) on a day; who was born on 29 February is a year older on 1 March of other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def may_take_part(voter: Voter, area_code: str, day: date, *, declared: bool = True) -> Refusal | None:
    """Residents of the ballot's area, 18 or over; who gave no birthday declares to be of age."""
    if not voter.area_code or not voter.area_code.startswith(area_code):
        return Refusal("not_resident", "这次评议由本辖区居民参加。如果您住在这里，请先在“我的账号”里选好您住的社区。")
    if voter.born_on is not None and age(voter.born_on, day) < ADULT:
        return Refusal("underage", f"参加评议要年满 {ADULT} 周岁。您的想法可以通过“我要反映”告诉我们。")
    if voter.born_on is None and not declared:
        return Refusal("undeclared", f"请勾选“我已年满 {ADULT} 周岁”。", "declared")
    return None


def is_running(state: str, opens_at: datetime, closes_at: datetime, at: datetime) -> Refusal | None:
    """Votes are taken between the two moments made public, whenever somebody pressed the buttons."""
    if state == "draft" or (state == "open" and at < opens_at):
        return Refusal("not_open", "这次评议还没有开始，请在开始时间以后再来。")
    if state == "cancelled":
        return Refusal("closed", "这次评议已经取消，不能再参加。")
    if state != "open" or at >= closes_at:
        return Refusal("closed", "这次评议已经截止，不能再参加。")
    return None


def settle(method: str, most: int, choice_ids: Collection[int], given: Mapping[str, Any]) -> dict[str, Any] | Refusal:
    """A vote in its one spelling, as it is stored, or what is wrong with it.

    Given and stored alike: approve {"choices": [ids]}, score {"scores": {id: 1–5}}. Sorted, so that it does not tell
    in which order somebody pressed.
    """
    try:
        if method == "approve":
            chosen = {int(key): 1 for key in given.get("choices") or ()}
        else:
            chosen = {int(key): int(points) for key, points in (given.get("scores") or {}).items()}
    except (TypeError, ValueError, AttributeError):
        return Refusal("unknown_choice", "没有看懂您的选择，请刷新页面后重新选择。", "choices")
    if not chosen:
        return Refusal("none_chosen", "您还没有选择，请至少选一项。", "choices")
    if chosen.keys() - set(choice_ids):
        return Refusal("unknown_choice", "选项里没有这一项，请刷新页面后重新选择。", "choices")
    if method == "approve":
        if len(chosen) > most:
            return Refusal("too_many", f"最多选 {most} 项，您选了 {len(chosen)} 项，请去掉 {len(chosen) - most} 项。", "choices")
        return {"choices": sorted(chosen)}
    if any(not LOWEST <= points <= HIGHEST for points in chosen.values()):
        return Refusal("bad_score", f"每项给 {LOWEST} 到 {HIGHEST} 分。", "choices")
    return {"scores": {str(key): chosen[key] for key in sorted(chosen)}}


@dataclass(frozen=True, slots=True)
class Counted:
    """What stands on the count's sheet for one choice."""

    id: int
    about: str
    title: str


def count(method: str, quorum: int, choices: Sequence[Counted], votes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The result of the votes, as stored.

    approve: `votes` say yes out of `n` taken part, ranked by votes. score: `n` gave points, ranked by their exact
    mean; `mean` is that in hundredths, half rounded up. Equal choices share a rank and stand in `ties`: no lot, no order of the
    paper and no earlier hour breaks a tie here; people do, and say how.
    """
    turnout = 0
    said = {one.id: 0 for one in choices}
    points = {one.id: 0 for one in choices}
    for vote in votes:
        turnout += 1
        marks = vote["scores"] if method == "score" else dict.fromkeys(vote["choices"], 1)
        for key, mark in marks.items():
            said[int(key)] += 1
            points[int(key)] += mark
    weight = {key: Fraction(points[key], said[key]) if method == "score" and said[key] else Fraction(points[key]) for key in said}
    ranked = sorted(choices, key=lambda one: -weight[one.id])
    rows = []
    for one in choices:
        n = said[one.id] if method == "score" else turnout
        mean = (points[one.id] * 200 + n) // (2 * n) if method == "score" and n else None
        rank = 1 + sum(weight[other.id] > weight[one.id] for other in choices)
        rows.append({"id": one.id, "about": one.about, "title": one.title, "votes": said[one.id], "mean": mean, "n": n, "rank": rank})
    ties: dict[Fraction, list[int]] = {}
    for one in ranked:
        ties.setdefault(weight[one.id], []).append(one.id)
    return {
        "turnout": turnout,
        "quorum_met": turnout >= quorum,
        "choices": rows,
        "ties": [sorted(ids) for ids in ties.values() if len(ids) > 1],
    }
