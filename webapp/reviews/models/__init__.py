"""Opinions, panels, seats, assignments, results, the decision, 公示 and objections; one file for each kind of work."""

from webapp.core.db import says
from webapp.reviews.models.hearing import Meeting, MeetingCode, MeetingSign, PanelReport, PanelSignature
from webapp.reviews.models.notices import Notice, Objection
from webapp.reviews.models.opinions import VERDICTS, WITNESSED, Opinion, StoodAside, Witnessed
from webapp.reviews.models.panels import FIELDS, Assignment, Divergence, Expert, ExpertTie, FeeLine, Panel, PanelPlan, Seat, staff_of
from webapp.reviews.models.results import Decision, Letter, Registered, Result, Selection, Wording
from webapp.reviews.models.told import ResultQuestion, Told

__all__ = [
    "FIELDS",
    "VERDICTS",
    "WITNESSED",
    "Assignment",
    "Decision",
    "Divergence",
    "Expert",
    "ExpertTie",
    "FeeLine",
    "Letter",
    "Meeting",
    "MeetingCode",
    "MeetingSign",
    "Notice",
    "Objection",
    "Opinion",
    "Panel",
    "PanelPlan",
    "PanelReport",
    "PanelSignature",
    "Registered",
    "Result",
    "ResultQuestion",
    "Seat",
    "Selection",
    "StoodAside",
    "Told",
    "Witnessed",
    "Wording",
    "staff_of",
]  # fmt: skip

says(
    {
        "uq_seats_once_per_panel": "这位评委已经在本评审组。",
        "uq_review_fees_one_fee": "这位评委的评审费已经登记过。",
        "ck_expert_ties_another_undoes": "自己的回避不能自己解除，请由另一位经办人核实后办理。",
        "uq_seats_one_chair": "评审组已经有组长。",
        "uq_meetings_one_live": "评审组已经有路演。",
        "uq_panel_reports_one_live": "总分已经锁定，评审报告正在签署。",
        "uq_decisions_one_per_call": "本次征集已经登记过集体研究。",
        "ck_decisions_two_people": "集体研究是您登记的，请由另一位经办人核对名单和通知后发布。",
        "ck_decisions_released_whole": "集体研究没有写明参加人员，不能发布。",
        "ck_results_amount_if_proposed": "拟立项的要有金额，候补和未立项的没有金额。",
        "ck_results_freed_within_amount": "空出的资金不能超过立项金额。",
        "uq_opinions_one_per_office": "这份申报已经请该单位填写意见。",
    }
)
