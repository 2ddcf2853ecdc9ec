"""The inputs of a ranking, as they are saved with it: plain JSON, everything the rule looks at and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Organisation, Record
from webapp.applications.models import Application, Snapshot
from webapp.ballots.models import Ballot
from webapp.ballots.queries import outcomes
from webapp.calls.models import Call
from webapp.calls.rules import CHANNELS, STAGE_OF, CallRules, plain
from webapp.core.clock import today
from webapp.reviews.models import Panel, Registered
from webapp.reviews.queries.coreview import vetoed_of
from webapp.reviews.rules.draw import seed_digest
from webapp.reviews.rules.ranking import RULE_VERSION
from webapp.reviews.rules.steps import IN_REVIEW
from webapp.scoring.models import Scorecard
from webapp.scoring.queries import HANDED_IN, totals


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
    winners = _winners(session, call, {a.organisation_id for a in applications}) if "winner" in rules.tie_break else set()
    given = registered(session, call.id)
    against = vetoed_of(session, call.id, rules)
    needs = _needs(session, [a.id for a in applications]) if rules.competition.group == "need" else {}
    return {
        **rules_in(rules),
        "rule_version": RULE_VERSION,
        "call": call.id,
        "version": call.version,
        "missing": missing,
        "seed": str((setting.minutes or {}).get("seed") or seed_digest(call.number)),
        "judges": _judges(session, refs) if rules.aggregation == "standard" else [],
        "applications": [
            {
                **({"vetoed": True} if a.id in against else {}),
                "id": a.id,
                "title": a.title,
                "category": a.category,
                "organisation": a.organisation_id,
                "requested_fen": a.requested_fen.fen,
                "panel": sorted(panel.get(f"application:{a.id}", [])),
                "community": sorted(community.get(f"application:{a.id}", [])),
                "residents": {"votes": votes[f"application:{a.id}"], "turnout": turnout} if f"application:{a.id}" in votes else None,
                "jury": given.get((a.id, "jury")),
                "donation_fen": given.get((a.id, "donation")),
                "bonuses": {one.key: given.get((a.id, one.key), 0) for one in rules.bonuses},
                "winner": a.organisation_id in winners,
                "groups": {"call": ["call"], "category": [a.category], "need": needs.get(a.id, [])}[rules.competition.group],
            }
            for a in applications
        ],
    }  # fmt: skip


def rules_in(rules: CallRules) -> dict[str, Any]:
    """What of a call's rules the ranking looks at, as plain JSON."""
    weights = {name: getattr(rules.weights, name) if STAGE_OF.get(name, "") in ("", *rules.stages) else 0 for name in CHANNELS}
    return {
        "weights": weights,
        "aggregation": rules.aggregation,
        "figures": plain(rules.figures),
        "donation": plain(rules.donation),
        "beyond_hundred": rules.beyond_hundred,
        "pass_line": rules.pass_line,
        "panel_line": rules.panel_line,
        "tie_break": list(rules.tie_break),
        "reserves": rules.reserves,
        "pool_fen": rules.pool.fen,
        "ceiling_fen": rules.budget.ceiling.fen,
        "floor_fen": rules.budget.floor.fen,
        "categories": {one.key: one.most for one in rules.categories},
        "tracks": {
            one.key: {
                "ceiling_fen": rules.ceiling(one.key).fen, "floor_fen": rules.floor(one.key).fen,
                "pool_fen": one.pool.fen if one.pool is not None else None,
            }
            for one in rules.categories
        },
        "most_per_organisation": rules.most_per_organisation,
        "competition": plain(rules.competition),
    }  # fmt: skip


def _judges(session: Session, refs: Sequence[str]) -> list[dict[str, int]]:
    """Each judge's totals by application, judges without their names, for standard scores; in one statement."""
    query = sa.select(Scorecard.judge, Scorecard.subject, Scorecard.total).where(
        Scorecard.purpose == "panel", Scorecard.subject.in_(refs), Scorecard.state.in_(HANDED_IN)
    )
    found: dict[str, dict[str, int]] = {}
    for judge, subject, total in session.execute(query.order_by(Scorecard.judge, Scorecard.subject)):
        found.setdefault(judge, {})[subject.removeprefix("application:")] = total or 0
    return sorted(found.values(), key=lambda files: sorted(files.items()))


def _winners(session: Session, call: Call, organisations: set[int]) -> set[int]:
    """Organisations with an award in the calendar year before the call opened, or since."""
    first = date(today(call.opens_at).year - 1, 1, 1)
    query = sa.select(Record.organisation_id).where(
        Record.kind == "award", Record.organisation_id.in_(organisations), Record.from_day >= first, Record.subject != call.ref
    )
    return set(session.scalars(query.distinct()))


def _needs(session: Session, applications: Sequence[int]) -> dict[int, list[str]]:
    """The needs each application answers, by its newest snapshot."""
    query = sa.select(Snapshot.application_id, Snapshot.content).where(Snapshot.application_id.in_(applications)).order_by(Snapshot.id)
    return {key: [f"need:{need}" for need in content.get("needs") or ()] for key, content in session.execute(query)}


def registered(session: Session, call_id: int) -> dict[tuple[int, str], int]:
    """The figures registered for channels without a stage, by application and channel; the newest of each."""
    query = sa.select(Registered.application_id, Registered.channel, Registered.value).where(Registered.call_id == call_id)
    return {(application, channel): value for application, channel, value in session.execute(query.order_by(Registered.id))}


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
