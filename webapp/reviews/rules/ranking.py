"""综合排名 and the budget line: one pure function of saved inputs, so that it can be run again years later.

Points are whole hundredths, amounts whole fen; every division is exact and rounded once, at the end, as the call's rules say.
What an older run did not save is what its rules could not yet say, and reads as the rule of its time.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Any

from webapp.calls.rules import STAGE_OF
from webapp.reviews.rules.draw import lot
from webapp.reviews.rules.line import draw_line
from webapp.scoring.rules import ENOUGH_TO_TRIM, standard

RULE_VERSION = "rank-2026-12"
MISSING = {"refuse": "不排名，先补齐", "reweight": "该渠道不计，权重按比例分给其余渠道"}
FULL = 10_000
HALF = Fraction(1, 2)
OLD_FIGURES = {
    "trim": 1, "trim_from": ENOUGH_TO_TRIM, "decimals": 2, "rounding": "half_up", "standard_mean": 7000, "standard_deviation": 1000,
}  # fmt: skip


def settled(value: Fraction, figures: Mapping[str, Any]) -> int:
    """A score in whole hundredths, with as many decimals as the call's rules have (四舍五入 or 舍去尾数); not negative."""
    unit = (100, 10, 1)[figures["decimals"]]
    return floor(value / unit + (HALF if figures["rounding"] == "half_up" else 0)) * unit


def figure(values: Sequence[int], aggregation: str, figures: Mapping[str, Any]) -> Fraction:
    """What several scores say together, exactly: the mean, the mean without n highest and n lowest, or the median.

    Raises ValueError without scores and for a negative one.
    """
    if not values or any(type(value) is not int or value < 0 for value in values):
        raise ValueError("scores are whole hundredths of zero or more, at least one")
    kept = sorted(values)
    if aggregation == "trimmed" and len(kept) >= figures["trim_from"] and len(kept) > 2 * figures["trim"]:
        kept = kept[figures["trim"] : len(kept) - figures["trim"]]
    if aggregation == "median":
        kept = kept[(len(kept) - 1) // 2 : len(kept) // 2 + 1]
    return Fraction(sum(kept), len(kept))


def scores_of(inputs: Mapping[str, Any]) -> dict[int, list[int]]:
    """The panel's scores of each application, as they are combined: as given, or each judge's on the standard scale."""
    if inputs["aggregation"] != "standard":
        return {one["id"]: one["panel"] for one in inputs["applications"]}
    figures = inputs["figures"]
    given = {n: {int(key): value for key, value in files.items()} for n, files in enumerate(inputs["judges"])}
    scaled = standard(given, mean=figures["standard_mean"], deviation=figures["standard_deviation"])
    return {one["id"]: [files[one["id"]] for files in scaled.values() if one["id"] in files] for one in inputs["applications"]}


def raised(application: Mapping[str, Any], inputs: Mapping[str, Any]) -> Fraction | None:
    """Which part of the whole mark money raised is worth, from 0 to 1; None where nobody registered any."""
    amount = application.get("donation_fen")
    if amount is None:
        return None
    plan = inputs["donation"]
    largest = max((one.get("donation_fen") or 0 for one in inputs["applications"]), default=0)
    whole = {"largest": largest, "target": plan["target"], "requested": application["requested_fen"]}[plan["measure"]]
    return min(Fraction(amount, whole), Fraction(1)) if whole else Fraction(0)


def channels(application: Mapping[str, Any], inputs: Mapping[str, Any], scores: Mapping[int, Sequence[int]]) -> dict[str, int | None]:
    """What each channel gave an application; None where it gave nothing.

    Residents: the share of those who took part who chose it, in percent, as hundredths of a point.
    """
    figures = inputs.get("figures", OLD_FIGURES)
    panel, community, residents = scores[application["id"]], application["community"], application["residents"]
    aggregation = "mean" if inputs["aggregation"] == "standard" else inputs["aggregation"]
    found: dict[str, Fraction | None] = {
        "panel": figure(panel, aggregation, figures) if panel else None,
        "community": figure(community, "mean", figures) if community else None,
        "residents": Fraction(residents["votes"] * FULL, residents["turnout"]) if residents and residents["turnout"] else None,
    }
    if "jury" in inputs["weights"]:
        jury, part = application["jury"], raised(application, inputs)
        found["jury"] = None if jury is None else Fraction(jury)
        found["donation"] = None if part is None else part * FULL
    return {name: None if value is None else settled(value, figures) for name, value in found.items()}


def missing(inputs: Mapping[str, Any]) -> list[tuple[int, str]]:
    """(application, channel) for each channel with a weight that gave an application nothing."""
    wanted = [name for name, weight in inputs["weights"].items() if weight]
    scores = scores_of(inputs)
    return [
        (one["id"], name)
        for one in inputs["applications"]
        for name, value in channels(one, inputs, scores).items()
        if name in wanted and value is None
    ]


def combined(found: Mapping[str, int | None], weights: Mapping[str, int], figures: Mapping[str, Any] = OLD_FIGURES) -> int | None:
    """The channels by their weights; a channel that gave nothing leaves its weight to the others."""
    parts = [(value, weight) for name, weight in weights.items() if weight and (value := found[name]) is not None]
    whole = sum(weight for _, weight in parts)
    return settled(Fraction(sum(value * weight for value, weight in parts), whole), figures) if whole else None


def bonus(application: Mapping[str, Any], inputs: Mapping[str, Any]) -> int:
    """加分 on top of the weighted total: what was registered, and 筹资加分 in proportion to the money raised."""
    plan, part = inputs["donation"], raised(application, inputs)
    funds = settled(part * plan["bonus"], inputs["figures"]) if part is not None else 0
    return funds + sum(map(int, application["bonuses"].values()))


def _rank_key(one: Mapping[str, Any], criterion: str, seed: str) -> Any:
    if criterion == "requested":
        return one["requested_fen"]
    if criterion == "draw":
        return lot(seed, one["id"])
    if criterion == "winner":
        return not one["winner"]
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


def recompute(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Rank the applications of a call and propose outcomes.

    Raises ValueError when a channel is missing somewhere and `inputs["missing"]` does not say how to go on.
    """
    if inputs["missing"] != "reweight" and missing(inputs):
        raise ValueError("a channel is missing")
    scores, figures = scores_of(inputs), inputs.get("figures", OLD_FIGURES)
    rows = []
    for one in inputs["applications"]:
        found = channels(one, inputs, scores)
        whole = combined(found, inputs["weights"], figures)
        if whole is None:
            raise ValueError("no channel gave anything")
        row = {"id": one["id"], "category": one["category"], "requested_fen": one["requested_fen"], **found}
        if one.get("vetoed"):
            row["vetoed"] = True
        row |= {"residents_n": (one["residents"] or {}).get("turnout", 0), "combined": whole}
        if "donation" in inputs:
            more = bonus(one, inputs)
            row |= {"bonus": more, "combined": whole + more if inputs["beyond_hundred"] else min(whole + more, max(whole, FULL))}
            row |= {name: one[name] for name in ("winner", "organisation", "groups")}
        rows.append(row)
    ties = _ordered(rows, inputs)
    draw_line(rows, inputs)
    return {"rows": rows, "ties": ties}


__all__ = ["MISSING", "RULE_VERSION", "STAGE_OF", "channels", "combined", "figure", "missing", "recompute", "settled"]
