"""The answers that are expected, written by hand: for every route who may open it, and who reaches which object.

Nothing here is read off `permissions.py` or `workflows.py`: where they and this table differ, a person decides who is right.

A line of `PAGES` or `OBJECTS` names the people who may open a page. An object's page is opened by those of them who have
to do with the object (its `party` in `TARGETS`); others who have to do with it get 403, strangers 404 (403 where the
object is known to all), and nobody is led to sign-in (401 for JSON). A form is sent by whoever may open its page, unless
a third set says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# the people, in groups
NOBODY = "nobody"
OFFICERS = {"officer", "head", "far_officer"}
STREETS = {"street", "far_street"}
WORKERS = {"worker", "worker_two", "far_worker"}
GRASSROOTS = WORKERS | {"grid", "supervisor"}
INTAKE = WORKERS | {"grid"}
OFFICE = OFFICERS | STREETS | {"leader"}
ORGANISERS = OFFICERS | STREETS
APPROVERS = STREETS | {"leader"}
CHECKERS = ORGANISERS | {"operator"}
MONEY = OFFICE | {"accountant"}
WATCH = {"auditor"}
LEADS = {"lead", "rival"}
SOCIAL = LEADS | {"member"}
EXPERTS = {"expert1", "expert2"}
RESIDENTS = {"granny", "resident", "far_resident"}
KEEPERS = {"admin", "security", "log_auditor"}
SIGNED_IN = (
    OFFICE | MONEY | WATCH | GRASSROOTS | SOCIAL | EXPERTS | RESIDENTS | KEEPERS | {"housing_clerk", "operator", "evaluator", "sponsor"}
)
ALL = SIGNED_IN | {NOBODY}
OWNER = "owner"
"""Stands in a line for whoever the object belongs to (`Target.owner`)."""

# who has to do with what lies where
GUSU = {"officer", "head", "accountant", "leader", "auditor"}
TAOHUAWU = {"street", "worker", "worker_two", "grid", "supervisor"}
PINGJIANG = {"far_street", "far_worker"}
YUNLONG = {"far_officer"}
OURS = {"member", "lead"}
COMMISSION = {"operator", "evaluator"}


@dataclass(frozen=True)
class Target:
    """An object of the world: who has to do with it, whom it belongs to, whether everybody knows that it is there."""

    thing: str
    where: str
    party: set[str]
    owner: set[str] = field(default_factory=set)
    known: bool = False


def _three(kind: str, own: set[str], near: set[str], far: set[str], known: bool = False) -> list[Target]:
    return [Target(kind, "own", own, known=known), Target(kind, "near", near, known=known), Target(kind, "far", far, known=known)]


PART = (GUSU | TAOHUAWU | OURS | COMMISSION, GUSU | PINGJIANG | {"rival"} | COMMISSION, YUNLONG)
"""Who has to do with a project and all that hangs on it."""
TARGETS: dict[str, list[Target]] = {
    "need": [
        Target("need", "own", GUSU | TAOHUAWU | {"granny"}, {"granny"}),
        Target("need taken in", "own", GUSU | TAOHUAWU),
        Target("need proposed", "own", GUSU | TAOHUAWU | OURS),  # a service that the organisation offers
        Target("need", "near", GUSU | PINGJIANG | {"far_resident"}, {"far_resident"}),
        Target("need", "far", YUNLONG),
        Target("public need", "own", GUSU | TAOHUAWU | {"granny"}, {"granny"}, known=True),
        Target("need referred", "own", GUSU | TAOHUAWU | {"granny", "housing_clerk"}, {"granny"}),  # to the department of housing
    ],
    "ticket_list": [
        Target("ticket_list", "own", GUSU | TAOHUAWU),
        Target("ticket_list", "near", GUSU | PINGJIANG),
        Target("ticket_list taken", "own", GUSU | TAOHUAWU),
    ],
    "order": [
        Target("order", "own", GUSU | TAOHUAWU | {"granny"}, {"granny"}),  # taken by the grid worker
        Target("order", "near", GUSU | PINGJIANG | {"far_resident"}, {"far_resident"}),
        Target("order", "far", YUNLONG),
    ],
    "menu_item": [
        Target("menu_item", "own", GUSU | TAOHUAWU | {"granny", "resident"}),
        Target("menu_item", "near", GUSU | PINGJIANG | {"far_resident"}),
        Target("menu_item", "far", YUNLONG),
    ],
    "escalation": _three("escalation", GUSU | TAOHUAWU, GUSU | PINGJIANG, YUNLONG),
    "offer": [Target("offer", "own", GUSU | TAOHUAWU | {"sponsor"}, known=True)],
    "pledge": [Target("pledge", "own", GUSU | TAOHUAWU | {"sponsor"})],
    "gift": [Target("gift", "own", GUSU | TAOHUAWU | {"sponsor"})],
    "team": _three("team", GUSU | TAOHUAWU, GUSU | PINGJIANG, YUNLONG),
    "sample": _three("sample", GUSU | {"street"}, GUSU | {"far_street"}, YUNLONG),
    "drawn": _three("drawn", GUSU | {"street"}, GUSU | {"far_street"}, YUNLONG),
    "urgent": [Target("urgent", "own", {"grid"}), Target("urgent", "near", set())],
    "wording": _three("wording", GUSU | TAOHUAWU, GUSU | PINGJIANG, YUNLONG),
    "voice": [
        Target("voice", "own", GUSU | TAOHUAWU | {"granny"}, {"granny"}),
        Target("voice", "near", GUSU | PINGJIANG | {"far_resident"}, {"far_resident"}),
        Target("voice", "far", YUNLONG),
    ],
    "ballot": [
        Target("ballot draft", "own", GUSU | TAOHUAWU),
        Target("ballot draft", "near", GUSU | PINGJIANG),
        Target("ballot open", "own", GUSU | TAOHUAWU, {"granny"}, known=True),
        Target("ballot closed", "own", GUSU | TAOHUAWU, {"granny"}, known=True),
        Target("ballot counted", "own", GUSU | TAOHUAWU, {"granny"}, known=True),  # a 监票人
        Target("ballot open", "near", GUSU | PINGJIANG, known=True),
        Target("ballot counted", "far", YUNLONG, known=True),
    ],
    "ballot by roll": [Target("ballot by roll", "own", GUSU | TAOHUAWU, known=True)],
    "preparation": [Target("preparation", "own", GUSU | TAOHUAWU)],
    "counted ballot": [
        Target("ballot counted", "own", GUSU | TAOHUAWU, {"granny"}, known=True),  # a 监票人 owns the recount
        Target("ballot counted", "far", YUNLONG, known=True),
    ],
    "fund": [Target("fund", "own", GUSU), Target("fund", "far", YUNLONG)],
    "call": [
        Target("call draft", "own", GUSU),
        Target("call draft", "far", YUNLONG),
        Target("call open", "own", GUSU | COMMISSION | STREETS, known=True),  # streets read what their district calls
        Target("call awarded", "own", GUSU | COMMISSION | STREETS, known=True),
        Target("call reviewing", "own", GUSU | COMMISSION | STREETS, known=True),
        Target("call street", "own", GUSU | {"street"}, known=True),
        Target("call open", "far", YUNLONG, known=True),
    ],
    "call in draft": [Target("call draft", "own", GUSU), Target("call draft", "far", YUNLONG)],
    "call that one runs": [
        Target("call open", "own", GUSU | {"operator"}, known=True),
        Target("call reviewing", "own", GUSU | {"operator"}, known=True),
        Target("call draft", "own", GUSU),
        Target("call open", "far", YUNLONG, known=True),
    ],
    "call decided": [
        Target("call awarded", "own", GUSU | {"operator"}, known=True),
        Target("call awarded", "far", YUNLONG, known=True),
    ],
    "application": [
        *_three("application", PART[0] - {"evaluator"}, PART[1] - {"evaluator"}, YUNLONG),
        Target("application draft", "own", OURS),
        Target("application draft", "near", {"rival"}),
        Target("application submitted", "own", PART[0] - {"evaluator"}),
        Target("application submitted", "near", PART[1] - {"evaluator"}),
    ],
    "certification": [Target("certification", "own", OURS), Target("certification", "near", {"rival"})],
    "coaching": [
        Target("coaching", "own", OURS | {"operator"}),
        Target("coaching", "near", {"rival", "operator"}),
        Target("coaching given", "own", OURS | {"operator"}),
    ],
    "coaching given": [
        Target("coaching given", "own", OURS | {"operator"}),
        Target("coaching given", "near", {"rival", "operator"}),
    ],
    "landing": [Target("landing", "own", GUSU | TAOHUAWU | OURS), Target("landing", "near", GUSU | PINGJIANG | {"rival"})],
    "confirmation": [
        Target("confirmation", "own", GUSU | TAOHUAWU | OURS | {"operator"}),
        Target("confirmation", "near", GUSU | PINGJIANG | {"rival", "operator"}),
        Target("confirmation objected", "own", GUSU | OURS | {"street", "operator"}),
    ],
    "opinion": [
        Target("opinion of community", "own", GUSU | TAOHUAWU | {"operator"}),
        Target("opinion of street", "own", GUSU | {"street", "operator"}),
        Target("opinion given", "own", GUSU | TAOHUAWU | OURS | {"operator"}),
        Target("opinion of community", "far", YUNLONG),
    ],
    "panel": [
        Target("panel", "own", GUSU | {"operator"}),
        Target("panel forming", "own", GUSU | {"operator"}),
        Target("panel closed", "own", GUSU | {"operator"}),
        Target("panel", "far", YUNLONG),
    ],
    "finding": [Target("finding", "own", GUSU | {"operator"})],
    "tie": [Target("tie", "own", GUSU | TAOHUAWU | PINGJIANG)],
    "expert": [Target("expert", "own", GUSU | TAOHUAWU | PINGJIANG | {"operator", "expert1"})],
    "sealed panel": [Target("panel", "own", GUSU | {"operator"}), Target("panel", "far", YUNLONG)],
    "closed panel": [Target("panel closed", "own", GUSU | {"operator"})],
    "panel_report": [Target("panel_report", "own", GUSU | {"operator"} | EXPERTS)],
    "meeting": [Target("meeting", "own", GUSU | {"operator"} | EXPERTS)],
    "seat": [
        Target("seat of expert1", "own", GUSU | {"operator", "expert1"}),
        Target("seat of expert3", "own", GUSU | {"operator"}),
        Target("seat of expert4", "far", YUNLONG),
    ],
    "assignment": [
        Target("assignment of expert1", "own", GUSU | {"operator", "expert1"}),
        Target("assignment of expert2", "own", GUSU | {"operator"}),  # stepped aside: reaches it no more
        Target("assignment of expert3", "own", GUSU | {"operator"}),
        Target("assignment closed", "own", GUSU | {"operator", "expert1"}),
        Target("assignment of expert4", "far", YUNLONG),
    ],
    "notice": [Target("notice", "own", GUSU, known=True), Target("notice", "far", YUNLONG, known=True)],
    "result_question": [Target("result_question", "own", GUSU | OURS), Target("result_question", "near", GUSU | {"rival"})],
    "objection": [Target("objection", "own", GUSU | {"granny"}, {"granny"}), Target("objection", "far", YUNLONG | {"far_resident"}, {"far_resident"})],
    "worker": [
        Target("social worker", "own", GUSU | {"street"} | OURS),
        Target("social worker", "near", GUSU | {"far_street", "rival"}),
        Target("social worker", "far", YUNLONG | {"rival"}),
    ],
    "allowance": [Target("allowance", "own", GUSU), Target("allowance", "far", YUNLONG)],
    "carry": [Target("carry", "own", GUSU), Target("carry", "far", YUNLONG)],
    "transfer": [Target("transfer", "own", GUSU), Target("transfer", "far", YUNLONG)],
    "correction": [Target("correction", "own", GUSU), Target("correction", "far", YUNLONG)],
    "inquiry": [
        Target("inquiry", "own", GUSU | {"operator", "granny"}, {"granny"}),
        Target("inquiry of organisation", "own", GUSU | OURS | {"operator"}, {"member"}),
        Target("inquiry", "far", YUNLONG | {"far_resident"}, {"far_resident"}),
    ],
    "project": _three("project", *PART, known=True),
    "beneficiary": _three("beneficiary", OURS, {"rival"}, set()),
    "consent": _three("consent", OURS, {"rival"}, set()),
    "register_sample": _three("register_sample", *PART),
    **{name: _three(name, *PART) for name in (
        "agreement", "activity", "progress", "visit", "rectification", "change", "evaluation", "tranche", "spending", "pay_sheet", "recovery",
    )},
    "batch": _three("batch", GUSU, GUSU, YUNLONG),
    "report": [
        *_three("report", GUSU | TAOHUAWU, GUSU | PINGJIANG, YUNLONG),
        *_three("report of agreement", GUSU | TAOHUAWU | OURS, GUSU | PINGJIANG | {"rival"}, YUNLONG),
    ],
    "organisation": [
        Target("organisation", "own", GUSU | TAOHUAWU | PINGJIANG | YUNLONG | OURS | {"operator"}),
        Target("organisation", "near", GUSU | TAOHUAWU | PINGJIANG | YUNLONG | {"rival", "operator"}),
        Target("organisation", "far", YUNLONG),
    ],
    "membership": [Target("membership", "own", {"officer"} | KEEPERS, {"officer"}), Target("membership", "far", {"far_officer"} | KEEPERS, {"far_officer"})],
    "person": [Target("person", "own", {"officer"} | KEEPERS, {"officer"}), Target("person", "far", {"far_officer"} | KEEPERS, {"far_officer"})],
    "published_project": [Target("published_project", "own", set(), known=True)],
}  # fmt: skip

PAGES: dict[str, set[str]] = {
    # everybody
    "portal.home": ALL, "portal.needs": ALL, "portal.calls": ALL, "portal.calls_feed": ALL, "portal.calls_calendar": ALL, "portal.call_calendar": ALL, "portal.notices": ALL, "portal.projects": ALL, "portal.project": ALL,
    "library.index": ALL, "library.counts": ALL, "library.programmes": ALL, "reporting.verify": ALL, "needs.follow": ALL, "static": ALL,
    "accounts.help": ALL, "accounts.privacy": ALL, "accounts.elder": ALL, "accounts.healthz": ALL, "accounts.readyz": ALL,
    "accounts.sign_in": ALL, "accounts.code": ALL, "accounts.second": ALL, "accounts.who": ALL, "accounts.newcomer": ALL, "accounts.check": ALL,
    "ballots.code": ALL,
    # one's own
    "desk.upload": SIGNED_IN, "desk.upload_progress": SIGNED_IN, "desk.upload_piece": SIGNED_IN, "desk.upload_done": SIGNED_IN,
    "desk.upload_drop": SIGNED_IN,
    "desk.home": SIGNED_IN, "desk.search": SIGNED_IN, "desk.inbox": SIGNED_IN, "desk.read_all": SIGNED_IN, "desk.read": {"granny"},
    "desk.job": {"officer"}, "accounts.account": SIGNED_IN, "accounts.home": SIGNED_IN, "accounts.password": SIGNED_IN,
    "accounts.texts": SIGNED_IN, "accounts.totp": SIGNED_IN, "accounts.sign_out": SIGNED_IN, "accounts.sign_out_everywhere": SIGNED_IN,
    "accounts.correct": SIGNED_IN, "accounts.phone": SIGNED_IN, "accounts.phone_code": SIGNED_IN, "accounts.copy": SIGNED_IN,
    "accounts.erase_mine": SIGNED_IN, "needs.new": SIGNED_IN, "needs.alike": SIGNED_IN, "needs.new_for": SIGNED_IN,
    # handling
    "handling.pledges": ALL, "handling.orders": SIGNED_IN, "handling.menu": SIGNED_IN, "handling.team_mine": SIGNED_IN,
    "handling.menu_new": WORKERS,
    "handling.escalations": GRASSROOTS | OFFICE | WATCH,
    "handling.ledger": GRASSROOTS | OFFICE | WATCH,
    "handling.categories": GRASSROOTS | OFFICE | WATCH,
    "handling.category_new": OFFICERS,
    "handling.category_edit": OFFICERS,
    "handling.elsewhere_edit": OFFICERS,
    "handling.teams": GRASSROOTS | OFFICE | WATCH,
    "handling.team_edit": STREETS,
    "handling.samples": OFFICE | WATCH,
    "handling.sample_new": ORGANISERS,
    "handling.figures": OFFICE | WATCH | WORKERS,
    "handling.figures_sheet": OFFICE | WATCH | WORKERS,
    # lists and what is made anew
    "accounts.organisations": GRASSROOTS | OFFICE | SOCIAL | WATCH | {"accountant", "operator"},
    "accounts.people": {"admin", "security"}, "accounts.areas": OFFICERS | {"admin"},
    "accounts.person_new": {"admin"},
    "accounts.journal": {"log_auditor", "auditor"},
    "urgent.index": {"grid"},
    "tickets.index": INTAKE | STREETS,
    "tickets.new": INTAKE | STREETS,
    "tickets.template": INTAKE | STREETS,
    "urgent.readers": {"worker_two"} | STREETS,
    "urgent.reader_end": {"worker_two"} | STREETS,
    "needs.index": GRASSROOTS | OFFICE | WATCH | {"housing_clerk"},
    "needs.standing": GRASSROOTS | OFFICE | WATCH | {"housing_clerk"},
    "needs.intake": GRASSROOTS | STREETS,
    "needs.proposals": SOCIAL,
    "needs.propose": SOCIAL,
    "needs.ballot_new": WORKERS,
    "ballots.index": GRASSROOTS | OFFICE | WATCH,
    "calls.funds": MONEY | WATCH,
    "calls.fund_new": ORGANISERS,
    "calls.index": OFFICE | GRASSROOTS | SOCIAL | WATCH | {"operator", "accountant", "evaluator"},
    "calls.new": ORGANISERS,
    "workers.index": OFFICE | SOCIAL | WATCH | {"accountant"},
    "workers.worker_new": LEADS,
    "workers.allowances": MONEY | WATCH,
    "workers.allowance_new": ORGANISERS,
    "applications.index": OFFICE | GRASSROOTS | SOCIAL | WATCH | {"operator"},
    "applications.new": SOCIAL,
    "findings.index": OFFICE | WATCH | {"operator"},
    "reviews.opinions": GRASSROOTS | OFFICE | WATCH | {"operator"},
    "reviews.panels": OFFICE | WATCH | {"operator"},
    "reviews.aside": OFFICE | WATCH | {"operator"},
    "reviews.tie_clear": OFFICERS | {"leader"},
    "reviews.mine": EXPERTS,
    "reviews.expert_mine": EXPERTS,
    "reviews.experts_index": OFFICERS | {"leader", "operator"} | WATCH,
    "reviews.experts_sheet": OFFICERS,
    "reviews.experts_import": OFFICERS,
    "reviews.meeting_sign_in": EXPERTS,
    "projects.index": OFFICE | GRASSROOTS | SOCIAL | WATCH | {"accountant", "evaluator", "operator"},
    "projects.overview": OFFICE | WATCH,
    "funding.tranches": MONEY | SOCIAL | WATCH,
    "funding.batches": MONEY | WATCH,
    "funding.batch_new": {"accountant"},
    "funding.approval": MONEY | WATCH,
    "funding.approval_edit": {"leader"},
    "funding.columns_edit": {"accountant"},
    "funding.spendings": MONEY | SOCIAL | WATCH | {"evaluator", "operator"},
    "reporting.index": MONEY | WATCH,
}  # fmt: skip

ELSEWHERE: dict[str, tuple[set[str], int]] = {
    "accounts.code": (set(), 401), "accounts.second": (set(), 401), "accounts.who": (set(), 401), "accounts.newcomer": (set(), 401),
    "accounts.elder": (set(), 302), "accounts.phone_code": (set(), 302), "needs.new": (RESIDENTS, 302),
    "handling.team_edit": ({"street"}, 404), "reviews.tie_clear": (set(), 404),
}  # fmt: skip
"""Pages that open only on the way: who is there already, and what the others get instead (401: back to the start of signing in;
302: who has not said where he lives is led to saying it; 404: a community of another street; no tie that the register gives away)."""

READ_PART = OFFICE | GRASSROOTS | SOCIAL | WATCH | {"evaluator", "operator"}
OBJECTS: dict[str, tuple[str, set[str]]] = {
    # accounts
    "accounts.organisation_show": ("organisation", GRASSROOTS | OFFICE | SOCIAL | WATCH | {"accountant", "operator"}),
    "accounts.organisation_sector": ("organisation", OFFICE | {"operator"}),
    "accounts.organisation_bank": ("organisation", LEADS | {"accountant"}),
    "accounts.deputy": ("membership", {OWNER, "admin"}),
    "accounts.hand_over": ("membership", {OWNER, "admin"}),
    "accounts.no_deputy": ("membership", {OWNER, "admin"}),
    "accounts.duty_end": ("membership", {"admin"}),
    "accounts.person_show": ("person", {"admin", "security"}),
    "accounts.duty_new": ("person", {"admin"}),
    "accounts.person_erase": ("person", {"admin"}),
    "accounts.person_reset": ("person", {"security"}),
    "accounts.person_second_step": ("person", {"security"}),
    # urgent
    "urgent.show": ("urgent", {"grid"}),
    "urgent.urgent_report": ("urgent", {"grid"}),
    "urgent.urgent_close": ("urgent", {"grid"}),
    "needs.urgent_return": ("urgent", {"grid"}),
    # tickets
    "tickets.show": ("ticket_list", INTAKE | STREETS),
    "tickets.answers": ("ticket_list", INTAKE | STREETS),
    "tickets.ticket_list_take": ("ticket_list", INTAKE | STREETS),
    "tickets.ticket_list_drop": ("ticket_list", INTAKE | STREETS),
    # needs
    "needs.phone": ("need", INTAKE),
    "needs.need_hand_off": ("need", INTAKE),
    "needs.write_down": ("voice", INTAKE),
    "needs.receipt": ("need", GRASSROOTS | STREETS | {OWNER}),
    "needs.show": ("need", GRASSROOTS | OFFICE | WATCH | SOCIAL | {"housing_clerk", OWNER}),
    "needs.wording": ("need", WORKERS),
    "needs.need_accept": ("need", WORKERS),
    "needs.need_return": ("need", WORKERS),
    "needs.need_merge": ("need", WORKERS),
    "needs.need_unmerge": ("need", WORKERS),
    "needs.need_deliberate": ("need", WORKERS),
    "needs.need_conclude": ("need", WORKERS),
    "needs.need_list": ("need", WORKERS),
    "needs.need_rate": ("need", {OWNER}),
    "needs.need_reopen": ("need", {OWNER}),
    "needs.need_withdraw": ("need", {OWNER, "member", "lead"}),
    "needs.wording_release": ("wording", WORKERS | STREETS),
    "needs.wording_take_down": ("wording", WORKERS | STREETS),
    "needs.settle": ("ballot", WORKERS),
    # handling
    "handling.need_refer": ("need", WORKERS | STREETS),
    "handling.need_answer": ("need", {"housing_clerk"}),
    "handling.need_send_back": ("need", {"housing_clerk"}),
    "handling.need_recall": ("need", WORKERS | STREETS),
    "handling.need_unorder": ("need", WORKERS),
    "handling.need_order": ("need", WORKERS),
    "handling.need_offer": ("need", WORKERS),
    "handling.need_unoffer": ("need", WORKERS),
    "handling.need_call_back": ("need", INTAKE | STREETS),
    "handling.order_show": ("order", INTAKE | STREETS | {OWNER}),
    "handling.order_assign": ("order", {"worker_two"}),
    "handling.order_publish": ("order", {"worker_two"}),
    "handling.order_accept": ("order", {"grid", "far_worker"}),  # who it was given to
    "handling.order_decline": ("order", {"grid", "far_worker"}),
    "handling.order_give_up": ("order", {"grid", "far_worker"}),
    "handling.order_finish": ("order", {"grid", "far_worker"}),
    "handling.order_grab": ("order", INTAKE),
    "handling.order_cancel": ("order", WORKERS | {OWNER}),
    "handling.menu_order": ("menu_item", RESIDENTS),
    "handling.menu_retire": ("menu_item", WORKERS),
    "handling.escalation_show": ("escalation", GRASSROOTS | OFFICE | WATCH),
    "handling.escalation_answer": ("escalation", STREETS),
    "handling.escalation_reply": ("escalation", OFFICERS),
    "handling.pledge": ("offer", {"sponsor"}),
    "handling.pledge_show": ("pledge", GRASSROOTS | OFFICE | WATCH | {"sponsor"}),
    "handling.pledge_confirm": ("pledge", WORKERS),
    "handling.pledge_sign": ("pledge", WORKERS),
    "handling.pledge_use": ("pledge", STREETS),
    "handling.pledge_lapse": ("pledge", WORKERS),
    "handling.pledge_withdraw": ("pledge", {"sponsor"}),
    "handling.gift": ("pledge", WORKERS),
    "handling.gift_show": ("gift", GRASSROOTS | OFFICE | WATCH | {"sponsor"}),
    "handling.gift_confirm": ("gift", STREETS),
    "handling.gift_void": ("gift", STREETS),
    "handling.team_end": ("team", STREETS),
    "handling.sample_show": ("sample", OFFICE | WATCH),
    "handling.sample_call": ("drawn", ORGANISERS),
    # ballots
    "ballots.ballot_open": ("ballot", WORKERS | ORGANISERS),
    "ballots.ballot_close": ("ballot", WORKERS | ORGANISERS),
    "ballots.ballot_count": ("ballot", WORKERS | ORGANISERS),
    "ballots.ballot_cancel": ("ballot", WORKERS | ORGANISERS),
    "ballots.ballot_settle_ties": ("ballot", WORKERS | ORGANISERS),
    "ballots.tellers": ("ballot", WORKERS | ORGANISERS),
    "ballots.register": ("ballot", WORKERS | ORGANISERS),
    "ballots.unmark": ("ballot", WORKERS | ORGANISERS),
    "ballots.look": ("ballot", WORKERS | ORGANISERS),
    "ballots.box": ("ballot", WORKERS | ORGANISERS | {"supervisor", OWNER}),
    "ballots.envelopes": ("ballot", WORKERS | ORGANISERS | {"supervisor", OWNER}),
    **{f"ballots.{page}": ("ballot by roll", WORKERS | ORGANISERS) for page in (
        "roll_page", "roll_remove", "reissue", "study", "notice", "times", "attendance", "slips_page",
    )},
    "ballots.recount": ("counted ballot", {"supervisor", OWNER}),
    # calls
    "calls.fund_show": ("fund", MONEY | WATCH),
    "calls.fund_budget": ("fund", {"accountant"}),
    "applications.rehearse": ("call in draft", ORGANISERS),
    "calls.fund_edit": ("fund", ORGANISERS),
    "calls.fund_quotas": ("fund", ORGANISERS | {"accountant"}),
    "calls.fund_quota_sheet": ("fund", ORGANISERS | {"accountant"}),
    "workers.show": ("worker", OFFICE | SOCIAL | WATCH | {"accountant"}),
    "workers.worker_register": ("worker", ORGANISERS),
    "workers.worker_refuse": ("worker", ORGANISERS),
    "workers.worker_leave": ("worker", ORGANISERS | LEADS),
    "workers.allowance_show": ("allowance", MONEY | WATCH),
    "workers.allowance_export": ("allowance", {"accountant"}),
    "workers.allowance_check": ("allowance", {"accountant"}),
    "workers.allowance_approve": ("allowance", {"leader"}),
    "workers.allowance_pay": ("allowance", {"accountant"}),
    "workers.allowance_withdraw": ("allowance", ORGANISERS),
    "calls.carry_new": ("fund", {"accountant"}),
    "calls.carry_show": ("carry", MONEY | WATCH),
    "calls.carry_confirm": ("carry", {"accountant", "leader"}),
    "calls.carry_refuse": ("carry", {"accountant", "leader"}),
    "funding.ledger": ("fund", MONEY | WATCH),
    "funding.months": ("fund", MONEY | WATCH),
    "funding.month_close": ("fund", {"accountant"}),
    "funding.transfer_new": ("fund", {"accountant"}),
    "funding.transfer_show": ("transfer", MONEY | WATCH),
    **{f"funding.transfer_{step}": ("transfer", {"accountant", "leader"}) for step in ("confirm", "refuse")},
    "funding.correction_new": ("fund", {"accountant"}),
    "funding.correction_show": ("correction", MONEY | WATCH),
    **{f"funding.correction_{step}": ("correction", {"accountant", "leader"}) for step in ("confirm", "refuse")},
    "calls.edit": ("call in draft", ORGANISERS),
    **{f"calls.{page}": ("call in draft", ORGANISERS) for page in ("rules", "rules_page", "rules_tree", "preview", "drop_pending", "copy")},
    "calls.inquiry_show": ("inquiry", OFFICE | WATCH | SOCIAL | {"operator", OWNER}),
    **{f"calls.inquiry_{step}": ("inquiry", CHECKERS) for step in ("answer", "correct", "decline")},
    "calls.inquiry_withdraw": ("inquiry", {OWNER}),
    "calls.call_propose": ("call", ORGANISERS),
    "calls.call_send_back": ("call", APPROVERS),
    "calls.call_publish": ("call", APPROVERS),
    "calls.call_open": ("call", ORGANISERS),
    "calls.call_close": ("call", ORGANISERS),
    "applications.amend": ("call", ORGANISERS),
    "applications.call_cancel": ("call", APPROVERS),
    "reviews.call_review": ("call", CHECKERS),
    "reviews.call_rank": ("call", ORGANISERS),
    "reviews.call_decide": ("call", {"head", "leader"} | STREETS),
    "reviews.call_announce": ("call", ORGANISERS),
    "projects.call_award": ("call", ORGANISERS),
    "reviews.panel_new": ("call that one runs", CHECKERS),
    "reviews.elect": ("call that one runs", CHECKERS),
    "reviews.ranking": ("call that one runs", OFFICE | WATCH),
    "reviews.ranking_edit": ("call that one runs", ORGANISERS),
    "reviews.board_show": ("call that one runs", OFFICE | WATCH),
    "reviews.recompute": ("call that one runs", OFFICE | WATCH),
    "reviews.run_file": ("call that one runs", OFFICE | WATCH),
    "reviews.board_save": ("call that one runs", ORGANISERS),
    "reviews.board_adopt": ("call that one runs", ORGANISERS),
    "reviews.figures": ("call that one runs", ORGANISERS),
    # applications
    "applications.show": ("application", OFFICE | GRASSROOTS | SOCIAL | WATCH | {"operator"}),
    "applications.file": ("application", OFFICE | GRASSROOTS | SOCIAL | WATCH | {"operator"}),
    "applications.section": ("application", SOCIAL),
    "applications.versions": ("application", SOCIAL),
    "applications.restore": ("application", SOCIAL),
    "applications.heartbeat": ("application", SOCIAL),
    "applications.budget_out": ("application", SOCIAL),
    "applications.budget_in": ("application", SOCIAL),
    "applications.copy": ("application", SOCIAL),
    "applications.ask_landing": ("application", SOCIAL),
    "applications.check": ("application", CHECKERS),
    "applications.one_page": ("application", SOCIAL),
    "applications.together": ("application", SOCIAL),
    "applications.certify": ("application", SOCIAL),
    "applications.people": ("application", LEADS),
    "applications.invite": ("application", LEADS),
    "applications.certification_show": ("certification", OURS | {"rival"}),
    "applications.certification_confirm": ("certification", SOCIAL),
    "applications.certification_return": ("certification", SOCIAL),
    "applications.coaching": ("application", SOCIAL),
    "applications.coach": ("application", LEADS),
    "applications.coaching_show": ("coaching", OURS | {"rival", "operator"}),
    "applications.coaching_compare": ("coaching given", OURS | {"rival", "operator"}),
    "applications.coaching_give": ("coaching", {"operator"}),
    "applications.coaching_withdraw": ("coaching", LEADS),
    "applications.application_submit": ("application", SOCIAL),
    "applications.application_withdraw": ("application", LEADS),
    "applications.application_return": ("application", CHECKERS),
    "applications.application_pass": ("application", CHECKERS),
    "applications.application_fail": ("application", CHECKERS),
    "applications.landing_show": ("landing", GRASSROOTS | OFFICE | SOCIAL | WATCH),
    "applications.landing_agree": ("landing", WORKERS),
    "applications.landing_suggest": ("landing", WORKERS),
    "applications.landing_refuse": ("landing", WORKERS),
    # reviews
    "projects.confirmation_show": ("confirmation", GRASSROOTS | OFFICE | SOCIAL | WATCH | {"operator"}),
    "projects.confirmation_confirm": ("confirmation", WORKERS),
    "projects.confirmation_object": ("confirmation", WORKERS),
    "projects.confirmation_explain": ("confirmation", ORGANISERS),
    "projects.confirmation_settle": ("confirmation", STREETS),
    "reviews.opinion_show": ("opinion", GRASSROOTS | OFFICE | WATCH | SOCIAL | {"operator"}),
    "reviews.opinion_give": ("opinion", WORKERS | STREETS),
    "reviews.opinion_stand_aside": ("opinion", WORKERS | STREETS),
    "reviews.opinion_hand_up": ("opinion", WORKERS),
    "reviews.opinion_witness": ("opinion", {"supervisor"}),
    "reviews.opinion_dissent": ("opinion", {"supervisor"}),
    "reviews.opinion_answer": ("opinion", SOCIAL),
    "reviews.panel_show": ("panel", OFFICE | WATCH | {"operator"}),
    "reviews.panel_board": ("panel", OFFICE | WATCH | {"operator"}),
    "reviews.panel_open_sealed": ("sealed panel", {"head", "leader"}),
    "reviews.panel_workbook": ("closed panel", OFFICE | WATCH | {"operator"}),  # of a sealed one nobody gets it
    "reviews.panel_reassign": ("panel", CHECKERS),
    "reviews.panel_plan": ("panel", CHECKERS),
    "reviews.panel_plan_change": ("panel", CHECKERS),
    "reviews.panel_plan_sheet": ("panel", CHECKERS),
    "reviews.panel_plan_import": ("panel", CHECKERS),
    "reviews.panel_fees": ("panel", CHECKERS | {"accountant"}),
    "reviews.panel_fees_paper": ("panel", CHECKERS | {"accountant"}),
    "reviews.panel_fees_file": ("panel", CHECKERS | {"accountant"}),
    "reviews.panel_accounts": ("panel", {"accountant"}),
    "reviews.panel_witness": ("panel", OFFICE | WATCH),
    "reviews.panel_minutes": ("panel", OFFICE | WATCH | {"operator"}),
    "reviews.panel_paper": ("panel", OFFICE | WATCH | {"operator"}),
    "reviews.expert_show": ("expert", OFFICERS | {"leader", "operator"} | WATCH),
    "reviews.tie_undo": ("tie", OFFICERS | {"leader"}),
    "reviews.expert_pin": ("expert", OFFICERS | {"operator"}),
    "reviews.meeting_new": ("panel", CHECKERS),
    "reviews.meeting_show": ("meeting", OFFICE | WATCH | {"operator"} | EXPERTS),
    "reviews.meeting_screen": ("meeting", OFFICE | WATCH | {"operator"} | EXPERTS),
    "reviews.meeting_turn": ("meeting", OFFICE | WATCH | {"operator"} | EXPERTS),
    "reviews.meeting_events": ("meeting", OFFICE | WATCH | {"operator"} | EXPERTS),
    "reviews.meeting_lead": ("meeting", CHECKERS | EXPERTS),  # of the experts, the chair
    "reviews.meeting_code": ("meeting", CHECKERS),
    "reviews.meeting_paper": ("meeting", OFFICE | WATCH | {"operator"}),
    "reviews.meeting_draw": ("meeting", CHECKERS),
    "reviews.meeting_open": ("meeting", CHECKERS),
    "reviews.meeting_end": ("meeting", CHECKERS),
    "reviews.meeting_cancel": ("meeting", CHECKERS),
    "reviews.panel_report_show": ("panel_report", OFFICE | WATCH | {"operator"} | EXPERTS),
    "reviews.panel_report_sign": ("panel_report", EXPERTS),
    "reviews.panel_report_paper": ("panel_report", OFFICE | WATCH | {"operator"} | EXPERTS),
    "reviews.panel_report_settle": ("panel_report", CHECKERS),
    "reviews.panel_report_void": ("panel_report", CHECKERS),
    "reviews.seat_chair": ("seat", CHECKERS),
    "reviews.seat_totals": ("seat", EXPERTS),
    "reviews.seat_sheet": ("seat", EXPERTS),
    "reviews.seat_workbook": ("seat", EXPERTS),
    "reviews.assignment_explain": ("assignment", EXPERTS),
    # findings
    "findings.show": ("finding", OFFICE | WATCH | {"operator"}),
    "findings.finding_differ": ("finding", CHECKERS),
    "findings.finding_near": ("finding", CHECKERS),
    "findings.finding_ask": ("finding", CHECKERS),
    "reviews.panel_draw": ("panel", CHECKERS),
    "reviews.panel_start": ("panel", CHECKERS),
    "reviews.panel_close": ("panel", CHECKERS),
    "reviews.panel_confirm": ("panel", ORGANISERS),
    "reviews.panel_dissolve": ("panel", CHECKERS),
    "reviews.seat_show": ("seat", EXPERTS),
    "reviews.seat_pledge": ("seat", EXPERTS),
    "reviews.seat_decline": ("seat", EXPERTS),
    "reviews.seat_replace": ("seat", CHECKERS),
    "reviews.assignment_show": ("assignment", EXPERTS),
    "reviews.assignment_draft": ("assignment", EXPERTS),
    "reviews.assignment_score": ("assignment", EXPERTS),
    "reviews.assignment_file": ("assignment", set()),  # papers carry seals and names: nobody while the review is blind
    "reviews.assignment_recuse": ("assignment", EXPERTS | CHECKERS),
    "reviews.assignment_reopen": ("assignment", CHECKERS),
    "reviews.notice_end": ("notice", ORGANISERS),
    "reviews.call_result": ("call that one runs", ORGANISERS),
    "reviews.notice_extend": ("notice", ORGANISERS),
    "reviews.own_result": ("application", SOCIAL),
    "reviews.ask_result": ("application", SOCIAL),
    "reviews.result_question_show": ("result_question", OFFICE | SOCIAL | WATCH),
    "reviews.result_question_answer": ("result_question", ORGANISERS),
    "reviews.seat_comments": ("seat", EXPERTS),
    "reviews.objection_show": ("objection", OFFICE | WATCH | {OWNER}),
    "reviews.objection_answer": ("objection", ORGANISERS),
    "reviews.objection_withdraw": ("objection", {OWNER}),
    "reviews.objection_appeal": ("objection", {OWNER}),
    "reviews.objection_settle": ("objection", ORGANISERS | {"leader"}),
    "reviews.objection_assign": ("objection", ORGANISERS),
    "reviews.objection_register": ("notice", ORGANISERS),
    "reviews.application_renounce": ("application", LEADS),
    "reviews.call_letters": ("call that one runs", ORGANISERS),
    "projects.award_more": ("call", ORGANISERS),
    "reviews.call_promote": ("call that one runs", ORGANISERS),
    "reviews.decision_scan": ("call decided", OFFICE | WATCH),
    # projects
    "projects.show": ("project", READ_PART | {"accountant"}),
    "projects.project_suspend": ("project", ORGANISERS),
    "projects.project_resume": ("project", ORGANISERS),
    "projects.project_resume_passed": ("project", ORGANISERS),
    "projects.urge": ("project", OFFICE),
    "projects.activity_new": ("project", SOCIAL),
    "projects.progress_new": ("project", SOCIAL),
    "projects.change_new": ("project", LEADS),
    "projects.visit_new": ("project", WORKERS | STREETS | {"supervisor"}),
    "projects.agreement_show": ("agreement", OFFICE | SOCIAL | WATCH | {"accountant"}),
    "projects.agreement_sign": ("agreement", {"leader", "head"} | STREETS),
    "projects.agreement_sign_org": ("agreement", LEADS),
    "projects.agreement_void": ("agreement", ORGANISERS),
    "projects.activity_show": ("activity", READ_PART),
    "projects.activity_record": ("activity", SOCIAL),
    "projects.activity_cancel": ("activity", SOCIAL),
    "projects.activity_names": ("activity", SOCIAL),
    "projects.register": ("project", SOCIAL),
    "projects.beneficiary_new": ("project", SOCIAL),
    "projects.register_import": ("project", SOCIAL),
    "projects.register_blank": ("project", SOCIAL),
    "projects.register_consent": ("project", SOCIAL),
    "projects.register_sheet": ("project", LEADS),
    "projects.register_sample_new": ("project", WATCH | {"evaluator"}),
    "projects.register_sample_show": ("register_sample", WATCH | {"evaluator"}),
    "projects.register_sample_look": ("register_sample", WATCH | {"evaluator"}),
    "projects.beneficiary_show": ("beneficiary", SOCIAL),
    "projects.beneficiary_phone": ("beneficiary", SOCIAL),
    "projects.beneficiary_leave": ("beneficiary", SOCIAL),
    "projects.beneficiary_erase": ("beneficiary", LEADS),
    "projects.progress_show": ("progress", READ_PART),
    "projects.progress_edit": ("progress", SOCIAL),
    "projects.progress_submit": ("progress", SOCIAL),
    "projects.progress_accept": ("progress", CHECKERS | {"evaluator"}),
    "projects.progress_return": ("progress", CHECKERS | {"evaluator"}),
    "projects.visit_show": ("visit", READ_PART),
    "projects.press": ("project", OFFICE),
    "projects.rectification_show": ("rectification", READ_PART),
    "projects.rectification_answer": ("rectification", SOCIAL),
    "projects.rectification_close": ("rectification", WORKERS | CHECKERS),
    "projects.rectification_insist": ("rectification", WORKERS | CHECKERS),
    "projects.change_show": ("change", OFFICE | SOCIAL | WATCH),
    "projects.change_approve": ("change", ORGANISERS),
    "projects.change_refuse": ("change", ORGANISERS),
    "projects.change_withdraw": ("change", LEADS),
    # evaluation
    "evaluation.midterm_new": ("project", ORGANISERS),
    "evaluation.final_new": ("project", ORGANISERS),
    "evaluation.project_pass": ("project", ORGANISERS),
    "evaluation.project_rectify": ("project", ORGANISERS),
    "evaluation.project_close": ("project", LEADS),
    "evaluation.project_accept": ("project", ORGANISERS),
    "evaluation.project_evaluate": ("project", ORGANISERS),
    "evaluation.show": ("evaluation", OFFICE | GRASSROOTS | SOCIAL | WATCH | {"evaluator", "accountant"}),
    "evaluation.table": ("evaluation", OFFICE | GRASSROOTS | SOCIAL | WATCH | {"evaluator", "accountant"}),
    "evaluation.working": ("evaluation", OFFICE | GRASSROOTS | SOCIAL | WATCH | {"evaluator", "accountant"}),
    "evaluation.self_assess": ("evaluation", SOCIAL),
    "evaluation.judge": ("evaluation", ORGANISERS | {"evaluator"}),
    "evaluation.community": ("evaluation", WORKERS),
    "evaluation.evaluation_confirm": ("evaluation", ORGANISERS),
    "evaluation.evaluation_return": ("evaluation", ORGANISERS),
    # funding
    "funding.project_archive": ("project", ORGANISERS),
    "funding.project_terminate": ("project", ORGANISERS),
    "funding.spending_new": ("project", SOCIAL),
    "funding.pay_sheets": ("project", MONEY | SOCIAL | WATCH | COMMISSION),
    "funding.pay_sheet_new": ("project", SOCIAL),
    "funding.pay_sheet_show": ("pay_sheet", MONEY | SOCIAL | WATCH | COMMISSION),
    "funding.pay_sheet_edit": ("pay_sheet", SOCIAL),
    "funding.pay_sheet_rows": ("pay_sheet", SOCIAL),
    "funding.pay_sheet_out": ("pay_sheet", SOCIAL),
    "funding.pay_sheet_names": ("pay_sheet", MONEY | WATCH | COMMISSION),
    "funding.pay_sheet_paper": ("pay_sheet", SOCIAL),
    "funding.pay_sheet_claim": ("pay_sheet", SOCIAL),
    "funding.pay_sheet_reopen": ("pay_sheet", SOCIAL),
    "funding.pay_sheet_drop": ("pay_sheet", SOCIAL),
    "funding.recovery_new": ("project", ORGANISERS),
    "funding.tranche_show": ("tranche", MONEY | SOCIAL | WATCH),
    "funding.tranche_request": ("tranche", SOCIAL),
    "funding.tranche_prepare": ("tranche", {"officer", "far_officer"} | STREETS),
    "funding.tranche_return": ("tranche", {"accountant", "leader"} | ORGANISERS),
    "funding.tranche_urge": ("tranche", SOCIAL | {"head", "leader"} | STREETS),
    "funding.tranche_receipt": ("tranche", SOCIAL),
    "funding.tranche_review": ("tranche", {"head"}),
    "funding.tranche_discuss": ("tranche", ORGANISERS),
    "funding.tranche_check": ("tranche", {"accountant"}),
    "funding.tranche_approve": ("tranche", {"leader"}),
    "funding.tranche_pay": ("tranche", {"accountant"}),
    "funding.tranche_bounce": ("tranche", {"accountant"}),
    "funding.tranche_resend": ("tranche", {"accountant"}),
    "funding.tranche_cancel": ("tranche", {"officer", "far_officer", "leader"} | STREETS),
    "funding.batch_show": ("batch", MONEY | WATCH),
    "funding.batch_answer": ("batch", {"accountant"}),
    "funding.batch_export": ("batch", {"accountant"}),
    "funding.spending_show": ("spending", MONEY | SOCIAL | WATCH | COMMISSION),
    "funding.spending_accept": ("spending", CHECKERS | {"accountant", "evaluator"}),
    "funding.spending_reject": ("spending", CHECKERS | {"accountant", "evaluator"}),
    "funding.spending_void": ("spending", LEADS | {"accountant"}),
    "funding.recovery_show": ("recovery", MONEY | SOCIAL | WATCH),
    "funding.recovery_receive": ("recovery", {"accountant"}),
    "funding.recovery_waive": ("recovery", {"leader"}),
    # reporting
    "reporting.show": ("report", MONEY | WATCH | SOCIAL),
    "reporting.file": ("report", MONEY | WATCH | SOCIAL),
    "reporting.receipt_pdf": ("application", OFFICE | GRASSROOTS | SOCIAL | WATCH | {"operator"}),
    "reporting.agreement_pdf": ("agreement", OFFICE | SOCIAL | WATCH | {"accountant"}),
    "reporting.project_progress": ("project", MONEY | WATCH),
    "reporting.project_performance": ("project", MONEY | WATCH),
}  # fmt: skip
"""Endpoint → the kind of object, and who of its party may open it."""

TO_ALL: dict[str, tuple[str, set[str]]] = {
    "portal.need_story": ("need", ALL),
    "handling.offer_show": ("offer", ALL),
    "library.project": ("published_project", ALL),
    "needs.same": ("need", SIGNED_IN),
    "ballots.receipt": ("ballot", SIGNED_IN),
    "ballots.by_code": ("ballot", ALL),
    "ballots.seat": ("ballot", SIGNED_IN),
    "ballots.vote": ("ballot", SIGNED_IN),
    "ballots.votes": ("counted ballot", ALL),
    **{f"calls.{page}": ("call", ALL) for page in ("show", "inquiries", "version")},
    "calls.ask": ("call", SIGNED_IN),
    "calls.follow": ("call", SIGNED_IN),
    "reviews.notice_show": ("notice", ALL),
    "reviews.notice_text": ("notice", ALL),
    "reviews.notice_markup": ("notice", ALL),
    "reviews.objection_new": ("notice", SIGNED_IN),
    "reviews.notice_poster": ("notice", SIGNED_IN),
    "ballots.show": ("ballot", ALL),
}
"""Pages of what is open to all: opened by these when the object is known to all, else by nobody, unless `INSIDE` says so."""
INSIDE: dict[str, set[str]] = {
    **{f"calls.{page}": OFFICE | GRASSROOTS | WATCH | {"operator", "accountant", "evaluator"} for page in ("show", "inquiries", "version")},
    "ballots.show": GRASSROOTS | OFFICE | WATCH,
}
"""Who of the party opens it while it is not yet known to all."""

FILES: dict[str, tuple[str, set[str]]] = {
    "file of preparation": ("preparation", WORKERS | ORGANISERS),
    "file of need": OBJECTS["needs.show"],
    "file of voice": ("voice", INTAKE | {OWNER}),
    "file of order": OBJECTS["handling.order_show"],
    "file of pledge": OBJECTS["handling.pledge_show"],
    "file of gift": OBJECTS["handling.gift_show"],
    "file of application": OBJECTS["applications.show"],
    "file of agreement": OBJECTS["projects.agreement_show"],
    "file of consent": ("consent", SOCIAL),
    "file of activity": OBJECTS["projects.activity_show"],
    "file of progress": OBJECTS["projects.progress_show"],
    "file of visit": OBJECTS["projects.visit_show"],
    "file of rectification": OBJECTS["projects.rectification_show"],
    "file of evaluation": OBJECTS["evaluation.show"],
    "file of tranche": OBJECTS["funding.tranche_show"],
    "file of batch": OBJECTS["funding.batch_show"],
    "file of spending": OBJECTS["funding.spending_show"],
    "file of recovery": OBJECTS["funding.recovery_show"],
    "file of project": OBJECTS["projects.show"],
    "file of report": OBJECTS["reporting.show"],
    "file of report of agreement": OBJECTS["reporting.show"],
}
"""Files stand open to whoever may read what they belong to (`desk.file`)."""


def answer(persona: str, opens: set[str], target: Target, *, to_all: set[str] | None = None) -> int:
    """200, 403, 404, or 401 for being led to sign-in. `to_all`: who opens it once it is known to all."""
    if to_all is not None and target.known:
        if persona in to_all:
            return 200
    elif (persona in opens and persona in target.party) or (OWNER in opens and persona in target.owner):
        return 200
    if persona == NOBODY:
        return 401
    return 403 if target.known or persona in target.party else 404
