"""The inputs of a ranking, as they are saved with it: plain JSON, everything the rule looks at and nothing else."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.applications.models import Application
from webapp.ballots.queries import of_subject, outcome
from webapp.calls.models import Call
from webapp.calls.rules import CallRules
from webapp.reviews.models import Panel
from webapp.reviews.rules.draw import seed_digest
from webapp.reviews.rules.ranking import RULE_VERSION, STAGE_OF
from webapp.reviews.rules.steps import IN_REVIEW
from webapp.scoring.queries import totals


def inputs_of(session: Session, call: Call, rules: CallRules, *, missing: str) -> dict[str, Any]:
    """Scores, votes, weights and the budget line's figures. The lot for the last tie comes from the drawn panel's seed."""
    applications = session.execute(
        sa.select(Application.id, Application.title, Application.category, Application.requested_fen)
        .where(Application.call_id == call.id, Application.state.in_(IN_REVIEW))
        .order_by(Application.id)
    ).all()
    refs = [f"application:{a.id}" for a in applications]
    panel = totals(session, "panel", refs) if "panel" in rules.stages else {}
    community = totals(session, "coreview", refs) if "coreview" in rules.stages else {}
    votes, turnout = _votes(session, call) if "residents" in rules.stages else ({}, 0)
    weights = {name: getattr(rules.weights, name) if STAGE_OF[name] in rules.stages else 0 for name in STAGE_OF}
    return {
        "rule_version": RULE_VERSION,
        "call": call.id,
        "version": call.version,
        "weights": weights,
        "aggregation": rules.aggregation,
        "pass_line": rules.pass_line,
        "tie_break": list(rules.tie_break),
        "reserves": rules.reserves,
        "pool_fen": rules.pool.fen,
        "ceiling_fen": rules.budget.ceiling.fen,
        "floor_fen": rules.budget.floor.fen,
        "categories": {one.key: one.most for one in rules.categories},
        "missing": missing,
        "seed": _seed(session, call),
        "applications": [
            {
                "id": a.id,
                "title": a.title,
                "category": a.category,
                "requested_fen": a.requested_fen.fen,
                "panel": sorted(panel.get(f"application:{a.id}", [])),
                "community": sorted(community.get(f"application:{a.id}", [])),
                "residents": {"votes": votes[f"application:{a.id}"], "turnout": turnout} if f"application:{a.id}" in votes else None,
            }
            for a in applications
        ],
    }  # fmt: skip


def _votes(session: Session, call: Call) -> tuple[dict[str, int], int]:
    """Votes by application, and how many took part; nothing before the count."""
    ballot = of_subject(session, call.ref, "projects")
    if ballot is None or ballot.state != "counted":
        return {}, 0
    return {one.about: one.votes for one in outcome(session, ballot.id)}, int((ballot.result or {}).get("turnout", 0))


def _seed(session: Session, call: Call) -> str:
    """The drawn panel's seed, fixed before any score was given; without a panel, the call's number."""
    panel = session.scalars(
        sa.select(Panel).where(Panel.call_id == call.id, Panel.minutes.is_not(None)).order_by(Panel.id.desc()).limit(1)
    ).first()
    return str((panel.minutes or {})["seed"]) if panel is not None else seed_digest(call.number)
