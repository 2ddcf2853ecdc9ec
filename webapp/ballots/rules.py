"""What a ballot asks of its choices and of those who take part. Pure: no database, no clock."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reports.format import yuan
from reports.money import Money
from webapp.core.workflow import Refusal, Rule

ADULT = 18
"""城市居民委员会组织法: residents of 18 or over take part in the meetings and votes of their community."""
TELLERS = 2
"""At least so many 监票人 where there are any: one alone is watched by nobody."""
LOWEST, HIGHEST = 1, 5
"""The points of the method `score`."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A choice as the paper shows it."""

    title: str
    text: str = ""
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class BallotFacts:
    """What opening a ballot depends on."""

    method: str
    choices: int
    most: int
    closes_at: datetime
    at: datetime
    purpose: str = ""
    shown: tuple[Shown, ...] = ()
    pot: Money | None = None


def enough_choices(facts: BallotFacts) -> Refusal | None:
    """Nobody chooses among one; a single thing can be given points."""
    least = 1 if facts.method == "score" else 2
    if facts.choices >= least:
        return None
    return Refusal("choices", f"至少要有 {least} 个选项才能开始评议，现在有 {facts.choices} 个。")


def most_fits(facts: BallotFacts) -> Refusal | None:
    if facts.method not in {"approve", "rank"} or facts.most <= facts.choices:
        return None
    return Refusal(
        "most", f"每人最多可{'选' if facts.method == 'approve' else '排'} {facts.most} 项，超过了选项数 {facts.choices}，请取消后重新设定。"
    )


def still_time(facts: BallotFacts) -> Refusal | None:
    if facts.at < facts.closes_at:
        return None
    return Refusal("over", "截止时间已经过去，请取消后重新设定时间。")


def _plain(words: str) -> str:
    """Words as the eye takes them: without blanks and signs."""
    return re.sub(r"\W+", "", words).casefold()


def alike(shown: Sequence[Shown], purpose: str) -> list[str]:
    """Choices nobody can tell apart, which split the votes of the same thing: by title, and needs by their words too.

    (The words beside an application say only where it would be carried out.)
    """
    found = []
    for n, one in enumerate(shown):
        for m, other in enumerate(shown[:n]):
            same_title = _plain(one.title) == _plain(other.title)
            same_text = purpose == "needs" and _plain(one.text) != "" and _plain(one.text) == _plain(other.text)
            if same_title or same_text:
                what = "名称" if same_title else "说明"
                found.append(f"第 {m + 1} 项“{other.title}”和第 {n + 1} 项“{one.title}”{what}相同，居民分不清。")
    return found


def alike_choices(facts: BallotFacts) -> list[Refusal]:
    return [Refusal("alike_choices", f"{what}请取消这次评议，先合并或改写，再重新建立。") for what in alike(facts.shown, facts.purpose)]


def priced(facts: BallotFacts) -> list[Refusal]:
    """Where there is money to share, each choice says what it takes, and takes no more than there is."""
    if facts.pot is None:
        return []
    missing = [f"“{one.title}”没有写费用" for one in facts.shown if one.cost is None]
    beyond = [
        f"“{one.title}”要 {yuan(one.cost)} 元，超过了一共的 {yuan(facts.pot)} 元"
        for one in facts.shown
        if one.cost and one.cost > facts.pot
    ]
    return [Refusal("cost", f"{what}，请取消后重新设定。") for what in missing + beyond]


@dataclass(frozen=True, slots=True)
class TieFacts:
    """What deciding a tie depends on."""

    tied: int


def something_tied(facts: TieFacts) -> Refusal | None:
    return None if facts.tied else Refusal("no_tie", "这次评议没有并列，不用确定先后。")


@dataclass(frozen=True, slots=True)
class BoxFacts:
    """What is known of the votes on paper when a ballot is to be counted."""

    page: str
    """Where they are entered."""
    marked: int
    """Who is on the register with a vote on paper, or helped to one."""
    envelopes: int | None
    checked: bool
    typed: int
    agreed: int


def box_agrees(facts: BoxFacts) -> list[Refusal]:
    """Register, envelopes and box must say the same number, each paper typed alike by two people, before anything counts."""
    if not (facts.marked or facts.typed or facts.envelopes):
        return []
    if facts.envelopes is None:
        return [Refusal("envelopes", f"名册上有 {facts.marked} 人用纸质票参加，信封还没有清点。", facts.page)]
    found = []
    if not facts.checked:
        found.append(Refusal("unchecked", "信封数还没有由另一个人复核。", facts.page))
    if facts.envelopes != facts.marked:
        found.append(Refusal("envelopes", f"名册上有 {facts.marked} 人用纸质票参加，信封有 {facts.envelopes} 个，对不上。", facts.page))
    if facts.typed != facts.envelopes:
        found.append(Refusal("box", f"信封有 {facts.envelopes} 个，录入了 {facts.typed} 张票，对不上。", facts.page))
    if facts.agreed != facts.typed:
        found.append(Refusal("apart", f"还有 {facts.typed - facts.agreed} 张票没有由两个人录得一致。", facts.page))
    return found


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "ballot.open": (enough_choices, most_fits, still_time, alike_choices, priced),
    "ballot.settle_ties": (something_tied,),
    "ballot.close": (),
    "ballot.count": (box_agrees,),
    "ballot.cancel": (),
}
WORDS = {
    "ballot.name_tellers": "指定监票人", "ballot.recount": "复核计票", "ballot.mark": "登记一位纸质参加的居民", "ballot.unmark": "取消一条纸质登记",
    "ballot.envelopes": "清点信封", "ballot.type_paper": "录入一张纸质票", "ballot.look": "核实集中投票",
}  # fmt: skip


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


def settle(
    method: str,
    most: int,
    choice_ids: Collection[int],
    given: Mapping[str, Any],
    *,
    costs: Mapping[int, Money] | None = None,
    pot: Money | None = None,
) -> dict[str, Any] | Refusal:
    """A vote in its one spelling, as it is stored, or what is wrong with it.

    Given and stored alike: approve and pot {"choices": [ids]}, score {"scores": {id: 1–5}}, rank {"ranking": [ids, the best
    first]}; a ranking may also be given as {"places": {id: 1–most}}. Sorted, so that it does not tell in which order somebody
    pressed. `costs` and `pot` bind the method pot alone.
    """
    try:
        chosen = _read(method, given)
    except (TypeError, ValueError, AttributeError):
        return Refusal("unknown_choice", "没有看懂您的选择，请刷新页面后重新选择。", "choices")
    if not chosen:
        return Refusal("none_chosen", "您还没有选择，请至少选一项。", "choices")
    if {key for key, _ in chosen} - set(choice_ids):
        return Refusal("unknown_choice", "选项里没有这一项，请刷新页面后重新选择。", "choices")
    if method == "score":
        return _scored(dict(chosen))
    if method == "rank":
        return _ranked(chosen, most)
    return _picked(sorted({key for key, _ in chosen}), most if method == "approve" else None, costs or {}, pot if method == "pot" else None)


def _read(method: str, given: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Each choice named with its points, its place, or 1."""
    if method == "score":
        return [(int(key), int(points)) for key, points in (given.get("scores") or {}).items()]
    if method == "rank" and "places" in given:
        return [(int(key), int(place)) for key, place in (given["places"] or {}).items()]
    return [(int(key), place) for place, key in enumerate(given.get("ranking" if method == "rank" else "choices") or (), 1)]


def _picked(chosen: list[int], most: int | None, costs: Mapping[int, Money], pot: Money | None) -> dict[str, Any] | Refusal:
    if most is not None and len(chosen) > most:
        return Refusal("too_many", f"最多选 {most} 项，您选了 {len(chosen)} 项，请去掉 {len(chosen) - most} 项。", "choices")
    if pot is not None and (total := sum((costs[key] for key in chosen), Money(0))) > pot:
        return Refusal("too_much", f"您选的合计 {yuan(total)} 元，超过了 {yuan(pot)} 元，请去掉一些。", "choices")
    return {"choices": chosen}


def _scored(points: dict[int, int]) -> dict[str, Any] | Refusal:
    if any(not LOWEST <= one <= HIGHEST for one in points.values()):
        return Refusal("bad_score", f"每项给 {LOWEST} 到 {HIGHEST} 分。", "choices")
    return {"scores": {str(key): points[key] for key in sorted(points)}}


def _ranked(chosen: list[tuple[int, int]], most: int) -> dict[str, Any] | Refusal:
    places = [place for _, place in chosen]
    if any(not 1 <= place <= most for place in places):
        return Refusal("too_many", f"最多排 {most} 位，请只填第 1 位到第 {most} 位。", "choices")
    if len({key for key, _ in chosen}) < len(chosen):
        return Refusal("twice", "同一项排了两次，请去掉一次。", "choices")
    if doubled := next((place for place in places if places.count(place) > 1), None):
        return Refusal("twice", f"有两项都排在第 {doubled} 位，每一位只能有一项。", "choices")
    if empty := next((place for place in range(1, len(places) + 1) if place not in places), None):
        return Refusal("gap", f"第 {empty} 位还空着，请从第 1 位起依次排。", "choices")
    return {"ranking": [key for key, _ in sorted(chosen, key=lambda one: one[1])]}
