"""Reads of the reviews: facts for the rules, what pages show, and what `sanshe doctor` recomputes."""

from webapp.core.scope import Relations
from webapp.core.workflow import FactsOf
from webapp.reviews.queries import coreview, experts, meetings, pages, results, scores
from webapp.reviews.queries.checks import CHECKS
from webapp.reviews.queries.conflicts import asking, stands_aside
from webapp.reviews.queries.coreview import facts_of_opinion
from webapp.reviews.queries.facts import (
    facts_of_application,
    facts_of_assignment,
    facts_of_confirming,
    facts_of_decision,
    facts_of_draw,
    facts_of_notice,
    facts_of_objection,
    facts_of_panel,
    facts_of_rank,
    facts_of_review,
    facts_of_seat,
    facts_of_start,
)
from webapp.reviews.queries.meetings import facts_of_meeting
from webapp.reviews.queries.results import decision_of, notice_is_over, notices, outcome_of
from webapp.reviews.queries.scores import facts_of_report
from webapp.reviews.queries.told import facts_of_question

FACTS: dict[str, FactsOf] = {
    "call.review": facts_of_review,
    "call.rank": facts_of_rank,
    "call.decide": facts_of_decision,
    "call.announce": facts_of_decision,
    "application": facts_of_application,
    "opinion": facts_of_opinion,
    "panel.close": facts_of_panel,
    "panel.confirm": facts_of_confirming,
    "panel.resume": facts_of_confirming,
    "panel_report": facts_of_report,
    "meeting": facts_of_meeting,
    "panel.draw": facts_of_draw,
    "panel.start": facts_of_start,
    "seat": facts_of_seat,
    "assignment": facts_of_assignment,
    "notice": facts_of_notice,
    "objection": facts_of_objection,
    "result_question": facts_of_question,
}

STANDS_ASIDE = Relations(stands_aside, asking)
"""Whose eyes what is kept from (`core.scope.stand_aside`)."""

__all__ = [
    "CHECKS",
    "FACTS",
    "STANDS_ASIDE",
    "coreview",
    "decision_of",
    "experts",
    "meetings",
    "notice_is_over",
    "notices",
    "outcome_of",
    "pages",
    "results",
    "scores",
]
