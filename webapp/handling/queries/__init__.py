"""Reads of handling: clocks and escalations, orders, pledges, teams and samples, figures."""

from webapp.core.workflow import FactsOf
from webapp.handling.queries.clocks import facts_of_call_back, lost_escalations, wrong_clocks
from webapp.handling.queries.orders import facts_of_order
from webapp.handling.queries.pledges import facts_of_gift, facts_of_pledge, wrong_sums
from webapp.needs.queries import facts_of_need

FACTS: dict[str, FactsOf] = {
    "need.call_back": facts_of_call_back,
    "need.offer": facts_of_need,
    "order": facts_of_order,
    "pledge": facts_of_pledge,
    "gift": facts_of_gift,
}
CHECKS = {
    "需求的期限与办理时钟相符": wrong_clocks,
    "未答复的督办都属于正在走的时钟": lost_escalations,
    "认领、到账与账簿相符": wrong_sums,
}
