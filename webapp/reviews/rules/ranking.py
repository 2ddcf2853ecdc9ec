"""综合排名 and the budget line: one pure function of saved inputs, so that it can be run again years later.

Points are whole hundredths, amounts whole fen; every division is exact and rounded half up once, at the end.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from webapp.reviews.rules.draw import lot
from webapp.scoring.rules import statistics

RULE_VERSION = "rank-2026-11"
STAGE_OF = {"panel": "panel", "community": "coreview", "residents": "residents"}
MISSING = {"refuse": "不排名，先补齐", "reweight": "该渠道不计，权重按比例分给其余渠道"}


def rounded(part: int, whole: int) -> int:
    """part ÷ whole, half up; both not negative."""
    return (2 * part + whole) // (2 * whole)


def channels(application: Mapping[str, Any], aggregation: str) -> dict[str, int | None]:
    """What each channel gave an application; None where it gave nothing.

    Residents: the share of those who took part who chose it, in percent, as hundredths of a point.
    """
    panel = statistics(application["panel"]) if application["panel"] else None
    community = statistics(application["community"]) if application["community"] else None
    residents = application["residents"]
    return {
        "panel": None if panel is None else int(getattr(panel, aggregation)),
        "community": None if community is None else community.mean,
        "residents": rounded(residents["votes"] * 10_000, residents["turnout"]) if residents and residents["turnout"] else None,
    }  # fmt: skip


def missing(inputs: Mapping[str, Any]) -> list[tuple[int, str]]:
    """(application, channel) for each channel with a weight that gave an application nothing."""
    wanted = [name for name, weight in inputs["weights"].items() if weight]
    return [
        (one["id"], name)
        for one in inputs["applications"]
        for name, value in channels(one, inputs["aggregation"]).items()
        if name in wanted and value is None
    ]


def combined(found: Mapping[str, int | None], weights: Mapping[str, int]) -> int | None:
    """The channels by their weights; a channel that gave nothing leaves its weight to the others."""
    parts = [(found[name], weight) for name, weight in weights.items() if weight and found[name] is not None]
    whole = sum(weight for _, weight in parts)
    return rounded(sum(value * weight for value, weight in parts if value is not None), whole) if whole else None


def _rank_key(one: Mapping[str, Any], criterion: str, seed: str) -> Any:
    if criterion == "requested":
        return one["requested_fen"]
    if criterion == "draw":
        return lot(seed, one["id"])
    value = one[criterion]
    return 1 if value is None else -value


def _ordered(rows: list[dict[str, Any]], inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rank all, and tell every tie and what parted it. Those whom no criterion parts share a rank."""
    criteria: Sequence[str] = inputs["tie_break"]
    keys = {one["id"]: (-one["combined"], *(_rank_key(one, c, inputs["seed"]) for c in criteria)) for one in rows}
    rows.sort(key=lambda one: (keys[one["id"]], one["id"]))
    for n, one in enumerate(rows):
        before = rows[n - 1] if n else None
        one["rank"] = before["rank"] if before and keys[before["id"]] == keys[one["id"]] else n + 1
    ties = []
    for points in sorted({one["combined"] for one in rows}, reverse=True):
        group = [one["id"] for one in rows if one["combined"] == points]
        if len(group) < 2:
            continue
        used = next((n for n in range(1, len(criteria) + 1) if len({keys[i][: n + 1] for i in group}) == len(group)), None)
        ties.append({"applications": group, "by": list(criteria[: used or len(criteria)]), "parted": used is not None})
    return ties


def _line(rows: list[dict[str, Any]], inputs: Mapping[str, Any]) -> None:
    """Draw the budget line in rank order: within the pool, each category's number and the least amount per project."""
    left, spare = inputs["pool_fen"], inputs["reserves"]
    places = dict(inputs["categories"])
    for one in rows:
        most = places.get(one["category"])
        wanted = min(one["requested_fen"], inputs["ceiling_fen"])
        if one["combined"] < inputs["pass_line"]:
            outcome, amount, reason = "decline", None, "综合得分低于及格线。"
        elif most is not None and most <= 0:
            outcome, amount, reason = "reserve", None, "本类别名额已满。"
        elif left >= wanted > 0:
            outcome, amount, reason = "propose", wanted, ""
        elif left >= max(inputs["floor_fen"], 1):
            outcome, amount, reason = "propose", left, "本次资金余额不足申请金额，按余额安排。"
        else:
            outcome, amount, reason = "reserve", None, "本次资金已安排完。"
        if outcome == "reserve":
            outcome, spare = ("reserve", spare - 1) if spare else ("decline", 0)
        if outcome == "propose":
            left -= amount or 0
            if most is not None:
                places[one["category"]] = most - 1
        one |= {"outcome": outcome, "amount_fen": amount, "reason": reason}


def recompute(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Rank the applications of a call and propose outcomes.

    Raises ValueError when a channel is missing somewhere and `inputs["missing"]` does not say how to go on.
    """
    if inputs["missing"] != "reweight" and missing(inputs):
        raise ValueError("a channel is missing")
    rows = []
    for one in inputs["applications"]:
        found = channels(one, inputs["aggregation"])
        whole = combined(found, inputs["weights"])
        if whole is None:
            raise ValueError("no channel gave anything")
        rows.append(
            {
                "id": one["id"], "category": one["category"], "requested_fen": one["requested_fen"], **found,
                "residents_n": (one["residents"] or {}).get("turnout", 0), "combined": whole,
            }
        )  # fmt: skip
    ties = _ordered(rows, inputs)
    _line(rows, inputs)
    return {"rows": rows, "ties": ties}
