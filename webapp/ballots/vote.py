"""A vote in its one spelling, whichever way it was given. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from reports.format import yuan
from reports.money import Money
from webapp.core.workflow import Refusal

LOWEST, HIGHEST = 1, 5
"""The points of the method `score`."""


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
