"""Reads of handling: clocks and escalations, orders, pledges, teams and samples, the dictionary, figures."""

from webapp.core.workflow import FactsOf
from webapp.handling.queries.clocks import (
    escalation_of,
    escalations,
    facts_of_call_back,
    handling_of,
    ledger,
    lost_escalations,
    wrong_clocks,
)  # fmt: skip
from webapp.handling.queries.dictionary import category_of, category_terms, departments, elsewhere_of, elsewheres
from webapp.handling.queries.figures import overview
from webapp.handling.queries.files import files_of
from webapp.handling.queries.orders import facts_of_order, facts_of_unorder, menu, order_of, orders, takers
from webapp.handling.queries.people import (
    default_team,
    drawn_of,
    firms_of,
    officers_of,
    revisits_of,
    sample_of,
    samples,
    team_for,
    team_subject,
    teams,
)  # fmt: skip
from webapp.handling.queries.pledges import (
    facts_of_gift,
    facts_of_pledge,
    gift_of,
    gifts_of,
    offer_of,
    offer_of_need,
    offers,
    pledge_of,
    pledges_by,
    pledges_of,
    wrong_sums,
)  # fmt: skip
from webapp.needs.queries.facts import facts_of_need

FACTS: dict[str, FactsOf] = {
    "need.call_back": facts_of_call_back,
    "need.offer": facts_of_need,
    "need.unorder": facts_of_unorder,
    "order": facts_of_order,
    "pledge": facts_of_pledge,
    "gift": facts_of_gift,
}
CHECKS = {
    "需求的期限与办理时钟相符": wrong_clocks,
    "未答复的督办都属于正在走的时钟": lost_escalations,
    "认领、到账与账簿相符": wrong_sums,
}

__all__ = [
    "CHECKS", "FACTS", "category_of", "category_terms", "default_team", "departments", "drawn_of", "elsewhere_of", "elsewheres", "escalation_of",
    "escalations", "files_of", "firms_of", "gift_of", "gifts_of", "handling_of", "ledger", "menu", "offer_of", "offer_of_need", "offers",
    "officers_of", "order_of", "orders", "overview", "pledge_of", "pledges_by", "pledges_of", "revisits_of", "sample_of", "samples",
    "takers", "team_for", "team_subject", "teams",
]  # fmt: skip
