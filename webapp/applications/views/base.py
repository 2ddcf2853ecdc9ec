"""What the pages of applications share: the blueprint, who is looking, and a snapshot in words."""

from typing import Any

from flask import Blueprint

from reports.money import Money
from webapp.applications import queries
from webapp.applications.rules import papers
from webapp.calls.rules import CallRules, shown
from webapp.calls.rules import told as in_words
from webapp.core import web
from webapp.core.web import viewer
from webapp.permissions import roles_for

bp = Blueprint("applications", __name__)


def me() -> Any:
    return viewer()


def may(right: str) -> bool:
    return bool(roles_for(right) & me().roles)


def here(right: str) -> bool:
    return bool(roles_for(right) & web.roles_here())


def paper_title(rules: CallRules, kind: str) -> str:
    return next((paper.title for paper in papers(rules) if paper.key == kind), kind)


def told(rules: CallRules, content: dict[str, Any]) -> list[dict[str, Any]]:
    """The sections of a snapshot in words."""
    found: list[dict[str, Any]] = []
    for section in rules.sections:
        answers = content.get("sections", {}).get(section.key, {})
        asked = [question for question in section.questions if shown(question, answers)]
        pairs = [(question.title, in_words(question, answers.get(question.key)) or "（未填）") for question in asked]
        found.append({"title": section.title, "answers": pairs})
    goals = [(one["title"], f"{one['target']} {one['unit']}（{one['due_on']} 前）") for one in content.get("indicators", ())]
    return [*found, {"title": "目标与指标", "answers": goals}] if goals else found


def told_budget(found: queries.Whole) -> list[dict[str, Any]]:
    return [
        {
            "line": found.rules.line(one["line"]), "item": one["item"], "unit": Money(one["unit_fen"]), "quantity": one["quantity"],
            "grant": Money(one["grant_fen"]), "own": Money(one["own_fen"]),
        }
        for one in (found.content or {}).get("budget", ())
    ]  # fmt: skip
