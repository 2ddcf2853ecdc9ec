"""The budget line: who is proposed in rank order, within the pool and every cap of the call's rules, and who waits or drops out."""

from collections import Counter
from collections.abc import Mapping
from typing import Any


def draw_line(rows: list[dict[str, Any]], inputs: Mapping[str, Any]) -> None:
    """Write `outcome`, `amount_fen` and `reason` into the ranked rows.

    In rank order: the least scores, how many must apply, the number and pool of its category, the number of its
    organisation, then the money that is left. Who fails a cap alone is kept in reserve while there are places.
    """
    left, spare = inputs["pool_fen"], inputs["reserves"]
    taken: Counter[Any] = Counter()
    spent: Counter[str] = Counter()
    for one in rows:
        wanted = min(one["requested_fen"], ceiling(one, inputs))
        room = min(left, _pool(one, inputs, spent))
        outcome, amount, reason = "reserve", None, ""
        if reason := below(one, inputs) or alone(one, rows, inputs):
            outcome = "decline"
        elif reason := full(one, inputs, taken):
            pass
        elif room >= wanted > 0:
            outcome, amount = "propose", wanted
        elif room >= max(floor(one, inputs), 1):
            outcome, amount, reason = "propose", room, "本次资金余额不足申请金额，按余额安排。"
        else:
            reason = "本次资金已安排完。" if room == left else "本类别资金已安排完。"
        if outcome == "propose":
            reason = reason or single(one, rows, inputs)
        if outcome == "reserve":
            outcome, spare = ("reserve", spare - 1) if spare else ("decline", 0)
        if outcome == "propose" and amount is not None:
            left -= amount
            spent[one["category"]] += amount
            taken.update([("category", one["category"]), ("organisation", one.get("organisation")), *_groups(one)])
        one |= {"outcome": outcome, "amount_fen": amount, "reason": reason}


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
    """Why its scores keep it out; empty where they do not."""
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
