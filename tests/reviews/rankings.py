"""Rankings by a call's rules, without a database."""

from typing import Any

from webapp.calls.rules import CallRules
from webapp.reviews.queries.inputs import rules_in
from webapp.reviews.rules.ranking import recompute


def entry(key: int, *, panel=(), community=(), votes: int | None = None, **more: Any) -> dict[str, Any]:
    """One application in review; `votes` out of ten who took part."""
    return {
        "id": key, "title": f"项目{key}", "category": "elderly", "organisation": key, "requested_fen": 1_000_000, "panel": list(panel),
        "community": list(community), "residents": None if votes is None else {"votes": votes, "turnout": 10},
        "jury": None, "donation_fen": None, "bonuses": {}, "winner": False, "groups": ["call"], **more,
    }  # fmt: skip


def ranked(rules: CallRules, entries: list[dict[str, Any]], judges: list[dict[str, int]] | None = None, **more: Any) -> dict[str, Any]:
    """The ranking of these entries by the rules; a channel that gave nothing leaves its weight to the others."""
    return recompute({**rules_in(rules), "missing": "reweight", "seed": "s", "judges": judges or [], "applications": entries, **more})


def score(rules: CallRules, one: dict[str, Any], judges: list[dict[str, int]] | None = None) -> int:
    """The combined score of one entry alone, every channel with a weight being there."""
    return int(ranked(rules, [one], judges, missing="refuse")["rows"][0]["combined"])


def places(rules: CallRules, count: int) -> int:
    """How many of so many good entries are proposed, when each asks for 100 yuan."""
    entries = [entry(n, panel=[9000], community=[9000], votes=9, requested_fen=10_000) for n in range(1, count + 1)]
    out = ranked(rules, entries, floor_fen=0, tracks={})
    return sum(one["outcome"] == "propose" for one in out["rows"])


__all__ = ["entry", "places", "ranked", "score"]
