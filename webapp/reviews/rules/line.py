"""The budget line: who is proposed in rank order, within the pool and every cap of the call's rules, and who waits or drops out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.ballots.buying import Group, buy


def draw_line(rows: list[dict[str, Any]], inputs: Mapping[str, Any]) -> None:
    """Write `outcome`, `amount_fen` and `reason` into the ranked rows.

    In rank order: the least scores, how many must apply, the number and pool of its category, the number of its
    organisation, then the money that is left. Who fails a cap alone is kept in reserve while there are places.
    `inputs["method"]`: greedy passes over what does not fit and goes on; strict ends the list there; equal takes first, in
    rank order, what those who scored can pay for together out of equal shares of the money.
    """
    purse = _Purse(inputs["pool_fen"], inputs["reserves"])
    shared = by_equal_shares(rows, inputs) if inputs.get("method") == "equal" else frozenset[int]()
    for one in [*(r for r in rows if r["id"] in shared), *(r for r in rows if r["id"] not in shared)]:
        outcome, amount, reason = _place(one, rows, inputs, purse)
        if outcome == "propose" and not reason:
            reason = SHARED if one["id"] in shared else single(one, rows, inputs)
        if outcome == "reserve":
            outcome, purse.spare = ("reserve", purse.spare - 1) if purse.spare else ("decline", 0)
        if outcome == "propose" and amount is not None:
            purse.left -= amount
            purse.spent[one["category"]] += amount
            purse.taken.update([("category", one["category"]), ("organisation", one.get("organisation")), *_groups(one)])
        one |= {"outcome": outcome, "amount_fen": amount, "reason": reason}


REST = "本次资金余额不足申请金额，按余额安排。"
SHARED = "均衡分担：给分的评委和社区按等额合力选入。"
VETOED = "落地社区不支持，按公告不予立项。"
CUT = "前面的项目放不下，名单到此为止。"


def reasons(row: Mapping[str, Any]) -> tuple[str, str]:
    """What a run gave as the reason of an outcome, and of an amount: two decisions, told in one sentence by the rule."""
    said = str(row.get("reason") or "")
    return ("", said) if said == REST else (said, "")


@dataclass(slots=True)
class _Purse:
    """What is left while the list is drawn."""

    left: int
    spare: int
    taken: Counter[Any] = field(default_factory=Counter)
    spent: Counter[str] = field(default_factory=Counter)
    over: bool = False
    """Under strict: something above did not fit, and nothing below it comes in."""


def _place(
    one: Mapping[str, Any], rows: list[dict[str, Any]], inputs: Mapping[str, Any], purse: _Purse
) -> tuple[str, int | None, str]:  # fmt: skip
    wanted = min(one["requested_fen"], ceiling(one, inputs))
    room = min(purse.left, _pool(one, inputs, purse.spent))
    if reason := below(one, inputs) or alone(one, rows, inputs):
        return "decline", None, reason
    if reason := full(one, inputs, purse.taken):
        return "reserve", None, reason
    if purse.over:
        return "reserve", None, CUT
    if room >= wanted > 0:
        return "propose", wanted, ""
    if inputs.get("method") == "strict":
        purse.over = True
    elif room >= max(floor(one, inputs), 1):
        return "propose", room, REST
    return "reserve", None, "本次资金已安排完。" if room == purse.left else "本类别资金已安排完。"


def by_equal_shares(rows: list[dict[str, Any]], inputs: Mapping[str, Any]) -> frozenset[int]:
    """The method of equal shares over money with scores (Peters, Pierczyński, Skowron 2021, cardinal utilities).

    Every giver of scores (a judge, a community) holds the same part of the money, and a project is worth to it the points it
    gave. Bought again and again is what costs least per point; the prices of equals go by rank.
    """
    cost = {one["id"]: wanted for one in rows if not below(one, inputs) and (wanted := min(one["requested_fen"], ceiling(one, inputs))) > 0}
    given = inputs.get("givers") or [{str(one["id"]): one["combined"] for one in rows}]
    groups = [Group({int(k): v for k, v in files.items() if int(k) in cost and v > 0}, 1) for files in given]
    bought = buy(inputs["pool_fen"], cost, [g for g in groups if g.marks], [], order=[one["id"] for one in rows], by_cost=False)
    return frozenset(bought["equal_shares"]["certain"])


def _groups(one: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [("group", key) for key in one.get("groups", ())]


def _own(one: Mapping[str, Any], inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the call's rules say of its category alone."""
    found: Mapping[str, Any] = inputs.get("tracks", {}).get(one["category"], {})
    return found


def ceiling(one: Mapping[str, Any], inputs: Mapping[str, Any]) -> int:
    """The most its category, or else the call, gives one project, in fen."""
    own = _own(one, inputs).get("ceiling_fen")
    return int(inputs["ceiling_fen"] if own is None else own)


def floor(one: Mapping[str, Any], inputs: Mapping[str, Any]) -> int:
    """The least its category, or else the call, gives one project, in fen."""
    own = _own(one, inputs).get("floor_fen")
    return int(inputs["floor_fen"] if own is None else own)


def _pool(one: Mapping[str, Any], inputs: Mapping[str, Any], spent: Counter[str]) -> int:
    pool = _own(one, inputs).get("pool_fen")
    return int(inputs["pool_fen"] if pool is None else pool - spent[one["category"]])


def below(one: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """Why the communities' veto or its scores keep it out; empty where they do not."""
    if one.get("vetoed"):
        return VETOED
    if one["combined"] < inputs["pass_line"]:
        return "综合得分低于及格线。"
    if (line := inputs.get("panel_line", 0)) and (one["panel"] is None or one["panel"] < line):
        return "专家评审得分低于最低分。"
    return ""


def alone(one: Mapping[str, Any], rows: list[dict[str, Any]], inputs: Mapping[str, Any]) -> str:
    """Why too few applied for it to be judged (成都2025: three at least); empty where enough did, or one alone is judged for itself."""
    few = _too_few(one, rows, inputs)
    return (
        f"申报主体 {few} 家，不足 {inputs['competition']['least']} 家，按规则不评。"
        if few and inputs["competition"]["below"] == "stop"
        else ""
    )


def single(one: Mapping[str, Any], rows: list[dict[str, Any]], inputs: Mapping[str, Any]) -> str:
    """What is said of one that had too few beside it and is funded all the same (上海2009: judged for 必要性 and 可行性)."""
    few = _too_few(one, rows, inputs)
    return f"申报主体仅 {few} 家，已按必要性和可行性评审。" if few else ""


def _too_few(one: Mapping[str, Any], rows: list[dict[str, Any]], inputs: Mapping[str, Any]) -> int:
    """How many organisations applied in its group, where the rule asks for more; 0 where they are enough."""
    rule = inputs.get("competition")
    if not rule or not one["groups"]:
        return 0
    found = max(len({row["organisation"] for row in rows if key in row["groups"]}) for key in one["groups"])
    return found if found < rule["least"] else 0


def full(one: Mapping[str, Any], inputs: Mapping[str, Any], taken: Counter[Any]) -> str:
    """Which number is used up; empty where there is a place."""
    most = inputs["categories"].get(one["category"])
    if most is not None and taken["category", one["category"]] >= most:
        return "本类别名额已满。"
    mine = inputs.get("most_per_organisation")
    if mine is not None and taken["organisation", one["organisation"]] >= mine:
        return "本单位立项名额已满。"
    rule = inputs.get("competition")
    if rule and rule["best_only"] and any(taken["group", key] for key in one["groups"]):
        return "同组已有得分更高的项目。"
    return ""
