"""The inputs of a ranking, as they are saved with it: plain JSON, everything the rule looks at and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Organisation
from webapp.applications.models import Application
from webapp.ballots.models import Ballot
from webapp.ballots.queries import outcomes
from webapp.calls.models import Call
from webapp.calls.rules import CallRules
from webapp.reviews.models import Panel
from webapp.reviews.rules.draw import seed_digest
from webapp.reviews.rules.ranking import RULE_VERSION, STAGE_OF
from webapp.reviews.rules.steps import IN_REVIEW
from webapp.scoring.queries import totals


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a call's panel and election stand, in one statement."""

    organiser: str
    panel_state: str
    minutes: dict[str, Any] | None
    ballot_state: str
    ballot_result: dict[str, Any] | None


def setting_of(session: Session, call: Call) -> Setting:
    panels = sa.select(Panel.state).where(Panel.call_id == call.id, Panel.state != "dissolved").order_by(Panel.id.desc()).limit(1)
    drawn = sa.select(Panel.minutes).where(Panel.call_id == call.id, Panel.minutes.is_not(None), Panel.state != "dissolved")
    ballots = (
        sa.select(Ballot)
        .where(Ballot.subject == call.ref, Ballot.purpose == "projects", Ballot.state != "cancelled")
        .order_by(Ballot.id.desc())
        .limit(1)
        .subquery()
    )
    found = session.execute(
        sa.select(
            Organisation.name, panels.scalar_subquery(), drawn.order_by(Panel.id.desc()).limit(1).scalar_subquery(), ballots.c.state,
            ballots.c.result,
        )
        .select_from(Organisation)
        .outerjoin(ballots, sa.true())
        .where(Organisation.id == call.organiser_id)
    ).one()  # fmt: skip
    return Setting(found[0], found[1] or "", found[2], found[3] or "", found[4])


def inputs_of(
    session: Session, call: Call, rules: CallRules, *, missing: str, setting: Setting | None = None,
    applications: Sequence[Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Scores, votes, weights and the budget line's figures. The lot for the last tie comes from the drawn panel's seed."""
    setting = setting_of(session, call) if setting is None else setting
    applications = [a for a in applications_of(session, call.id) if a.state in IN_REVIEW] if applications is None else applications
    refs = [f"application:{a.id}" for a in applications]
    panel = totals(session, "panel", refs) if "panel" in rules.stages else {}
    community = totals(session, "coreview", refs) if "coreview" in rules.stages else {}
    votes, turnout = _votes(setting) if "residents" in rules.stages else ({}, 0)
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
        "seed": str((setting.minutes or {}).get("seed") or seed_digest(call.number)),
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


def applications_of(session: Session, call_id: int) -> list[Any]:
    """Every application of a call that was handed in."""
    return list(
        session.execute(
            sa.select(
                Application.id, Application.title, Application.state, Application.due_at, Application.organisation_id,
                Application.category, Application.requested_fen,
            )
            .where(Application.call_id == call_id, Application.state.not_in(("draft", "withdrawn")))
            .order_by(Application.id)
        )
    )  # fmt: skip


def _votes(setting: Setting) -> tuple[dict[str, int], int]:
    """Votes by application, and how many took part; nothing before the count."""
    if setting.ballot_state != "counted" or setting.ballot_result is None:
        return {}, 0
    return {one.about: one.votes for one in outcomes(setting.ballot_result)}, int(setting.ballot_result["turnout"])
