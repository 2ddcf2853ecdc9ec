"""What the pages of funds and calls share: the blueprint, who is looking, and a call's rules in words."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint

from webapp.calls.rules import AGGREGATIONS, SILENCES, TIE_BREAKS, CallRules, Tree, most_of, spelled, terms, tranche, weighed
from webapp.core import web
from webapp.core.web import Can, viewer
from webapp.permissions import roles_for
from webapp.scoring.rules import Item, items
from webapp.workflows import STAGES

bp = Blueprint("calls", __name__)
LEVELS = ("一级指标", "二级指标", "三级指标")


def me() -> Any:
    return viewer()


def may(right: str) -> bool:
    return bool(roles_for(right) & me().roles)


def here(right: str) -> bool:
    return bool(roles_for(right) & web.roles_here())


def mine(steps: list[Can]) -> list[Can]:
    """Without the steps of somebody else's call, which an office below it only reads."""
    return [can for can in steps if not any(refusal.code == "not_yours" for refusal in can.blockers)]


def rubric(tree: Tree) -> dict[str, Any]:
    """A rubric as a table: a column for each level, a row for each item; a heading spans the rows of its items."""
    leaves = items(tree)
    depth = max(len(item.above) for item in leaves) + 1
    rows = []
    for n, item in enumerate(leaves):
        before = leaves[n - 1].above if n else ()
        ups = [item.above[: k + 1] for k in range(len(item.above))]
        heads = [{"title": up[-1], "span": _span(leaves[n:], up)} for up in ups if before[: len(up)] != up]
        rows.append({
            "heads": heads, "title": item.title + {"plus": "（加分）", "minus": "（扣分）"}.get(item.kind, ""), "wide": depth - len(item.above),
            "most": item.most, "anchor": item.anchor, "above": "·".join(item.above),
        })  # fmt: skip
    return {"levels": LEVELS[:depth], "rows": rows, "total": most_of(tree)}


def _span(leaves: Sequence[Item], above: tuple[str, ...]) -> int:
    """How many of these items, from the first on, stand under a heading."""
    return next((n for n, one in enumerate(leaves) if one.above[: len(above)] != above), len(leaves))


def told(rules: CallRules) -> dict[str, Any]:
    """The rules in words, for the page of a call."""
    return {
        "stages": [STAGES[stage] for stage in rules.stages],
        "categories": [one.title for one in rules.categories],
        "ceiling": rules.budget.ceiling,
        "floor": rules.budget.floor,
        "pool": rules.pool,
        "weights": weighed(rules),
        "aggregation": AGGREGATIONS[rules.aggregation],
        "pass_line": rules.pass_line,
        "tie_break": [TIE_BREAKS[one] for one in rules.tie_break],
        "eligibility": [(one.text, one.source) for one in rules.eligibility],
        "budget": [(one.text, one.source) for one in rules.budget.rules],
        "lines": [one.title for one in rules.budget.lines],
        "papers": [(one.title, one.required) for one in rules.attachments],
        "rubric": rubric(rules.rubric),
        "silence": SILENCES[rules.silence],
        "landing_workdays": rules.landing_workdays,
        "correction_workdays": rules.correction_workdays,
        "notice": spelled(rules.notice.span),
        "tranches": [tranche(one) for one in rules.tranches],
        "terms": terms(rules),
        "evaluation": rules.evaluation.weights,
        "panel": rules.panel,
        "blind": rules.panel.blind.applicant != "open",
        "note": rules.note,
    }
