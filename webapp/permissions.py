"""★ Who may do and see what: one table of rights, one of what a phase hides. Names no Flask and no database.

A right is `object.verb`. Rights that are steps stand in `workflows` (the row's `who`); all others stand here. A role
reaches rows by its relation; which rows those are, each model's `PARTIES` says.
"""

from webapp.workflows import BY_NAME, ROLES

RELATION = {
    "public": "public",
    "resident": "resident",
    "expert": "expert",
    "urgent_reader": "urgent",
    "operator": "operator",
    "evaluator": "evaluator",
    "teller": "teller",
    "org_member": "organisation",
    "org_lead": "organisation",
    "social_worker": "organisation",
    "department": "organisation",
    "taker": "taker",
    "co_writer": "co_writer",
    "sponsor": "organisation",
    "admin": "system",
    "security": "system",
    "log_auditor": "system",
}
"""How a role reaches rows; every role not named here reaches them by area."""

ORGANISATION = {"org_member", "org_lead", "social_worker"}
GRASSROOTS = {"community", "party_lead", "grid_worker", "supervisor"}
COMMITTEE = {"community", "party_lead", "supervisor"}
"""Those of a community who say what became of a project that lands with it."""
STREET = {"street"}
BUREAU = {"bureau", "bureau_head", "bureau_lead"}
OFFICE = STREET | BUREAU
MONEY = BUREAU | STREET | {"finance"}
WATCH = {"auditor"}
STAND_ASIDE = OFFICE | WATCH | {"operator", "expert", "evaluator", "finance"}
"""Those who judge, decide, pay or watch over it: they reach nothing of an organisation they are tied to (回避). A community answers
for what lands with it, also for a group it hosts: it goes on seeing it, and who of it is tied in person only does not judge it."""
KEEPERS = {"community", "party_lead", "street", "bureau", "bureau_head"}
"""Those who run ballots."""
TELLERS = {"teller", "supervisor"}
"""Those who count a ballot again and sign."""
EVERYONE = {"public"}
SIGNED_IN = set(ROLES) - {"public", "clock"}

MAY: dict[str, set[str]] = {
    # the desk
    "desk.read": SIGNED_IN,
    "search.read": SIGNED_IN,
    "inbox.read": SIGNED_IN,
    "job.read": SIGNED_IN,
    "portal.read": EVERYONE,
    "file.send": SIGNED_IN,
    "file.read": EVERYONE,  # and then the right on what the file belongs to
    # accounts
    "account.sign_in": EVERYONE,
    "account.sign_out": SIGNED_IN,
    "account.edit": SIGNED_IN,
    "organisation.list": GRASSROOTS | OFFICE | ORGANISATION | WATCH | {"finance", "operator"},
    "organisation.read": GRASSROOTS | OFFICE | ORGANISATION | WATCH | {"finance", "operator"},
    "organisation.sort": OFFICE | {"operator"},  # 归入板块
    "organisation.bank": {"finance", "org_lead"},
    "area.import": {"bureau", "bureau_head", "admin"},
    "membership.hand_over": {"resident", "admin"},  # one's own row, and every row
    "person.list": {"admin", "security"},
    "person.read": {"admin", "security"},
    "person.create": {"admin"},
    "person.erase": {"admin"},
    "person.reset": {"security"},
    "membership.create": {"admin"},
    "membership.end": {"admin"},
    "journal.read": {"log_auditor", "auditor"},
    # library
    "library.read": EVERYONE,
    # urgent
    "urgent.index": {"urgent_reader"},
    "urgent.read": {"urgent_reader"},
    "urgent.name": {"party_lead", "street"},
    # needs
    "need.create": SIGNED_IN,
    "need.intake": GRASSROOTS | STREET,
    "need.propose": ORGANISATION,
    "need.index": GRASSROOTS | OFFICE | WATCH | {"department"},
    "need.read": GRASSROOTS | OFFICE | WATCH | ORGANISATION | {"resident", "department"},
    "need.story": EVERYONE,
    "need.voice": {"community", "party_lead", "grid_worker", "resident"},
    "voice.read": {"community", "party_lead", "grid_worker", "resident"} | ORGANISATION,
    "voice.write_down": {"community", "party_lead", "grid_worker"},
    "need.same": EVERYONE,
    "need.reveal": {"community", "party_lead", "grid_worker"},
    "need.ballot_new": {"community", "party_lead"},
    "need.settle": {"community", "party_lead"},
    "need.receipt": GRASSROOTS | STREET | {"resident"},
    "need.follow": EVERYONE,  # with the token of a receipt
    "need.write_wording": {"community", "party_lead"},
    # tickets
    "ticket_list.list": {"community", "party_lead", "grid_worker"} | STREET,
    "ticket_list.create": {"community", "party_lead", "grid_worker"} | STREET,
    "ticket_list.read": {"community", "party_lead", "grid_worker"} | STREET,
    "ticket_list.answers": {"community", "party_lead", "grid_worker"} | STREET,
    # handling
    "category.list": GRASSROOTS | OFFICE | WATCH,
    "category.edit": {"bureau", "bureau_head"},
    "escalation.list": GRASSROOTS | OFFICE | WATCH,
    "escalation.read": GRASSROOTS | OFFICE | WATCH,
    "order.create": {"community", "party_lead"},
    "order.list": {"community", "party_lead", "grid_worker", "party_member", "street", "taker", "resident"},
    "order.read": {"community", "party_lead", "grid_worker", "party_member", "street", "taker", "resident"},
    "menu.list": {"community", "party_lead", "resident"},
    "menu.edit": {"community", "party_lead"},
    "menu.order": {"resident"},
    "offer.list": EVERYONE,
    "offer.read": EVERYONE,
    "pledge.create": {"sponsor"},
    "pledge.read": GRASSROOTS | OFFICE | WATCH | {"sponsor"},
    "gift.create": {"community", "party_lead"},
    "gift.read": GRASSROOTS | OFFICE | WATCH | {"sponsor"},
    "team.list": GRASSROOTS | OFFICE | WATCH,
    "team.edit": {"street"},
    "team.end": {"street"},
    "team.mine": {"resident"},
    "sample.list": OFFICE | WATCH,
    "sample.create": {"street", "bureau", "bureau_head"},
    "sample.read": OFFICE | WATCH,
    "sample.call": {"street", "bureau", "bureau_head"},
    "need.figures": OFFICE | WATCH | {"community", "party_lead"},
    # ballots
    "ballot.create": {"community", "party_lead"} | OFFICE,
    "ballot.list": GRASSROOTS | OFFICE | WATCH,
    "ballot.read": GRASSROOTS | OFFICE | WATCH | EVERYONE,
    "ballot.vote": {"resident"},
    "ballot.vote_by_code": EVERYONE,  # with the code of a slip, without an account
    "ballot.prepare": KEEPERS,
    "preparation.read": KEEPERS,  # its files alone have an address
    "ballot.name_tellers": KEEPERS,
    "ballot.mark": KEEPERS,
    "ballot.look": KEEPERS,
    "ballot.box": KEEPERS | TELLERS,
    "ballot.sign_recount": TELLERS,
    # calls
    "fund.list": MONEY | WATCH,
    "fund.create": {"bureau", "bureau_head", "street"},
    "fund.read": MONEY | WATCH,
    "fund.budget": {"finance"},
    "fund.edit": {"bureau", "bureau_head", "street"},
    "fund.quota": {"bureau", "bureau_head", "street", "finance"},
    "carry.read": MONEY | WATCH,
    "call.create": {"bureau", "bureau_head", "street"},
    "call.edit": {"bureau", "bureau_head", "street"},
    "call.list": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"operator", "finance", "evaluator"},
    "call.read": OFFICE | GRASSROOTS | WATCH | {"operator", "finance", "evaluator"} | EVERYONE,
    "call.follow": EVERYONE,  # signed in
    "inquiry.create": EVERYONE,  # signed in
    "inquiry.read": OFFICE | WATCH | ORGANISATION | {"operator", "resident"},
    # workers
    "worker.list": OFFICE | ORGANISATION | WATCH | {"finance"},
    "worker.read": OFFICE | ORGANISATION | WATCH | {"finance"},
    "worker.create": {"org_lead"},
    "allowance.create": {"bureau", "bureau_head", "street"},
    "allowance.list": MONEY | WATCH,
    "allowance.read": MONEY | WATCH,
    "allowance.export": {"finance"},
    # applications
    "application.create": {"org_member", "org_lead"},
    "application.list": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"operator"},
    "application.read": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"operator", "co_writer"},
    "application.edit": {"org_member", "org_lead", "co_writer"},  # and then the level given to the person
    "application.people": {"org_lead"},
    "certification.read": ORGANISATION,
    "application.coach": {"org_lead"},  # 请承办机构优化
    "coaching.read": ORGANISATION | {"co_writer", "operator"},  # of the operator, only what it was asked about
    "application.check": {"bureau", "bureau_head", "operator", "street"},
    "application.check_sheet": OFFICE | WATCH | {"operator"},  # 资格初审表 on paper: what was found and by whom
    "application.ask_landing": {"org_member", "org_lead"},
    "landing.read": GRASSROOTS | STREET | ORGANISATION | BUREAU | WATCH,
    # findings
    "finding.list": OFFICE | WATCH | {"operator"},
    "finding.read": OFFICE | WATCH | {"operator"},
    # reviews
    "opinion.list": GRASSROOTS | OFFICE | WATCH | {"operator"},
    "opinion.read": GRASSROOTS | OFFICE | WATCH | ORGANISATION | {"operator"},  # of organisations, once it is shown to them
    "expert.list": BUREAU | WATCH | {"operator"},
    "expert.read": BUREAU | WATCH | {"operator"},
    "expert.edit": {"bureau", "bureau_head"},
    "expert.pin": {"bureau", "bureau_head", "operator"},
    "expert.mine": {"expert"},
    "tie.declare": OFFICE | WATCH | COMMITTEE | {"operator", "evaluator", "finance"},  # one's own relations
    "tie.list": OFFICE | WATCH | {"operator"},
    "tie.pin": OFFICE | {"operator"},
    "tie.undo": BUREAU,
    "panel.create": {"bureau", "bureau_head", "operator", "street"},
    "panel.minutes": OFFICE | WATCH | {"operator"},
    "panel.witness": BUREAU | WATCH | {"street"},
    "panel.fees": {"bureau", "bureau_head", "operator", "street", "finance"},
    "panel.accounts": {"finance"},
    "panel.papers": OFFICE | WATCH | {"operator", "finance"},  # each paper has its own right besides; who pays has the list of fees
    "panel.plan": {"bureau", "bureau_head", "operator", "street"},
    "panel.list": OFFICE | WATCH | {"operator"},
    "panel.read": OFFICE | WATCH | {"operator"},
    "panel.scores": OFFICE | WATCH | {"operator"},
    "panel.open_sealed": {"bureau_head", "bureau_lead"},
    "panel_report.read": OFFICE | WATCH | {"operator", "expert"},
    "panel_report.sign": {"expert"},
    "panel_report.print": OFFICE | WATCH | {"operator", "expert"},
    "meeting.create": {"bureau", "bureau_head", "operator", "street"},
    "meeting.read": OFFICE | WATCH | {"operator", "expert"},
    "meeting.lead": {"bureau", "bureau_head", "operator", "street", "expert"},  # of the experts, the chair
    "meeting.code": {"bureau", "bureau_head", "operator", "street"},
    "meeting.sign_in": {"expert"},
    "meeting.paper": OFFICE | WATCH | {"operator"},
    "seat.list": {"expert"},
    "seat.read": {"expert"},
    "seat.sheet": {"expert"},
    "seat.chair": {"bureau", "bureau_head", "operator", "street"},
    "seat.totals": {"expert"},
    "assignment.list": {"expert"},
    "assignment.read": {"expert"},
    "assignment.score": {"expert"},
    "ranking.read": OFFICE | WATCH,
    "ranking.edit": {"bureau", "bureau_head", "street"},
    "election.create": {"bureau", "bureau_head", "street", "operator"},
    "application.result": ORGANISATION,  # of its own, after the release
    "application.letter": OFFICE | ORGANISATION | WATCH,  # 立项、未立项通知 on paper, once it is out
    "application.ask_result": {"org_member", "org_lead"},
    "result_question.read": OFFICE | ORGANISATION | WATCH,
    "notice.read": EVERYONE,
    "notice.papers": OFFICE | WATCH,  # 公示、公告 as the office seals and files it
    "notice.poster": SIGNED_IN,  # public words on paper, and the page that lists the papers of a notice
    "objection.create": SIGNED_IN,
    "objection.register": {"bureau", "bureau_head", "street"},
    "objection.list": OFFICE | WATCH,
    "objection.read": OFFICE | WATCH | {"resident"},
    # projects
    "project.list": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"finance", "evaluator", "operator"},
    "project.read": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"finance", "evaluator", "operator"},
    "charge.create": {"org_lead", "org_member"},
    "charge.edit": {"org_lead", "org_member"},
    "charge.read": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"evaluator", "operator"},
    "task.read": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"evaluator", "operator"},
    "task.report": ORGANISATION,
    "agreement_template.list": OFFICE | WATCH,
    "agreement_template.read": OFFICE | WATCH,
    "agreement_template.create": {"bureau", "bureau_head", "street"},
    "agreement_template.edit": {"bureau", "bureau_head", "street"},
    "agreement.scan": {"bureau", "bureau_head", "bureau_lead", "street", "org_lead", "org_member"},
    "agreement.read": OFFICE | ORGANISATION | WATCH | {"finance"},
    "confirmation.read": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"operator"},
    "activity.create": ORGANISATION,
    "activity.read": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"evaluator", "operator"},
    "progress.create": ORGANISATION,
    "progress.read": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"evaluator", "operator"},
    "activity.names": ORGANISATION,  # 点名
    "activity.photos": ORGANISATION,  # to the public, or inside again
    "activity.plan": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"evaluator", "operator"},  # of a project, by month
    "beneficiary.list": ORGANISATION,  # of the organisation that delivers, alone: all others see counts
    "beneficiary.create": ORGANISATION,
    "beneficiary.read": ORGANISATION,
    "beneficiary.edit": ORGANISATION,
    "beneficiary.reveal": ORGANISATION,
    "beneficiary.take_out": {"org_lead"},  # the whole register as a sheet
    "beneficiary.erase": {"org_lead"},
    "consent.read": ORGANISATION,
    "register_sample.create": WATCH | {"evaluator"},
    "register_sample.read": WATCH | {"evaluator"},
    "visit.create": {"community", "party_lead", "supervisor", "street"},
    "visit.read": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"evaluator", "operator"},
    "rectification.read": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"evaluator", "operator"},
    "change.create": {"org_lead"},
    "change.read": OFFICE | ORGANISATION | WATCH,
    "project.urge": STREET | BUREAU,
    "project.press": STREET | BUREAU,
    "project.overview": OFFICE | WATCH,
    "project.dossier": MONEY | ORGANISATION | WATCH,  # of it, what each may have
    # evaluation
    "evaluation.create": {"bureau", "bureau_head", "street"},
    "evaluation.read": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"evaluator", "finance"},
    "evaluation.community": {"community", "party_lead"},
    "survey.create": {"bureau", "bureau_head", "street", "evaluator"},
    "survey.manage": {"bureau", "bureau_head", "street", "evaluator"},
    "survey.read": OFFICE | GRASSROOTS | ORGANISATION | WATCH | {"evaluator", "finance"},
    "survey.answer": EVERYONE,  # with the code of a slip, without an account
    "evaluation.acceptance": {"bureau", "bureau_head", "street"},
    "evaluation.sign_acceptance": {"bureau", "bureau_head", "bureau_lead", "street", "community", "party_lead", "supervisor"},
    "commission.list": {"evaluator"},
    "evaluation.check": {"evaluator", "bureau", "bureau_head", "street"},  # 实地核查, 核查问题
    "sample_call.create": {"evaluator"},  # of a sample, who drew it
    "sample_call.read": WATCH | {"evaluator"},
    "sample_call.edit": {"evaluator"},  # who is on the call
    "fund_performance.create": MONEY - {"bureau_lead"},
    "fund_performance.edit": MONEY - {"bureau_lead"},
    "fund_performance.read": MONEY | WATCH,
    "site_check.read": OFFICE | ORGANISATION | WATCH | {"evaluator"},
    "observation.read": OFFICE | ORGANISATION | WATCH | {"evaluator"},
    # funding
    "tranche.list": MONEY | ORGANISATION | WATCH,
    "tranche.read": MONEY | ORGANISATION | WATCH,
    "tranche.urge": {"org_lead", "org_member", "bureau_head", "bureau_lead", "street"},
    "approval.read": MONEY | WATCH,
    "approval.edit": {"bureau_lead"},
    "approval.columns": {"finance"},
    "batch.create": {"finance"},
    "batch.answer": {"finance"},
    "batch.list": MONEY | WATCH,
    "batch.read": MONEY | WATCH,
    "spending.create": {"org_member", "org_lead"},
    "spending.review": {"bureau", "bureau_head", "street", "operator", "finance", "evaluator"},  # those who accept, and of those the ones who act for the call
    "spending_audit.create": {"auditor", "bureau", "bureau_head"},
    "spending_audit.list": BUREAU | WATCH | {"finance"},
    "spending_audit.read": BUREAU | WATCH | {"finance"},
    "audited.write": {"auditor", "bureau", "bureau_head"},
    "pay_sheet.create": {"org_member", "org_lead"},
    "pay_sheet.edit": {"org_member", "org_lead"},
    "pay_sheet.read": MONEY | ORGANISATION | WATCH | {"evaluator", "operator"},
    "pay_sheet.names": MONEY | WATCH | {"evaluator", "operator"},  # each opening stands in the journal
    "spending.list": MONEY | ORGANISATION | WATCH | {"evaluator", "operator"},
    "spending.read": MONEY | ORGANISATION | WATCH | {"evaluator", "operator"},
    "recovery.create": {"bureau", "bureau_head", "street"},
    "recovery.read": MONEY | ORGANISATION | WATCH,
    "book.read": MONEY | WATCH,
    "fund.book": MONEY | WATCH,
    "fund.transfer": {"finance"},
    "fund.correct": {"finance"},
    "fund.close": {"finance"},
    "transfer.read": MONEY | WATCH,
    "correction.read": MONEY | WATCH,
    # doubts
    "doubt.list": OFFICE | WATCH | {"finance"},
    "doubt.read": OFFICE | WATCH | {"finance", "org_lead"},  # of an organisation, once it was asked
    # boards
    "board.read": MONEY | WATCH,
    "trace.read": EVERYONE,  # and then what of it the public, or one's own duties, may see
    # reporting
    "report.create": MONEY | WATCH,
    "report.read": SIGNED_IN,  # one's own, and of others' what the paper's own right and its subject open (`reporting.models.Issued`)
    "report.list": MONEY | WATCH | ORGANISATION | GRASSROOTS | {"operator", "expert", "evaluator"},
    "report.scan": MONEY | ORGANISATION | GRASSROOTS | {"resident"},  # and whoever asked for it
    "report.verify": EVERYONE,
    "bundle.create": MONEY | WATCH | {"operator"},
    "bundle.read": {"resident"},  # one's own
    "bundle.halt": {"resident"},
    "own_table.list": MONEY | WATCH,
    "own_table.create": MONEY | WATCH,  # and then the right of the list it is made of
    "own_table.read": MONEY | WATCH | {"resident"},  # one's own, and what was shared (`reporting.models.SavedTable`)
    "own_table.change": {"resident"},  # one's own
    "own_table.name": {"resident"},
    "own_table.drop": {"resident"},
}

BEFORE_SCORED = {"forming", "drawn", "scoring"}
BEFORE_CONFIRMED = BEFORE_SCORED | {"closed"}
HIDES: dict[str, dict[str, set[str]]] = {
    "application.applicant": {"expert": BEFORE_CONFIRMED},
    "panel.reviewer": dict.fromkeys(ORGANISATION | {"expert"}, BEFORE_CONFIRMED),
    "scorecard.points": dict.fromkeys(OFFICE | WATCH | {"operator", "expert"}, BEFORE_SCORED),
    "ballot.result": {role: {"draft", "open", "closed"} for role in ROLES},
}
"""Field → role → the moments of its call's review (or the states of its ballot) in which that role must not see it."""
LATER: dict[str, set[str]] = {
    "scored": set(),
    "decided": {"closed", "confirmed"},
    "released": {"closed", "confirmed", "decided"},
    "always": {"closed", "confirmed", "decided", "released"},
}
"""What a call's own switch (`CallRules.panel.blind`) adds to those moments; `open` takes all of them away."""


def roles_for(right: str) -> frozenset[str]:
    """The roles that have a right. Raises KeyError for a right nobody wrote down."""
    if right in MAY:
        return frozenset(MAY[right])
    name, _, step = right.partition(".")
    return BY_NAME[name].step(step).who


def hides(field: str, roles: frozenset[str], state: str, until: str = "scored") -> bool:
    """Whether a field stands hidden from somebody with these roles at this moment: hidden unless one role may see it.

    `until`: the call's switch for the field. Who has no role here sees nothing, however open the call.
    """
    if not roles or until == "open":
        return not roles
    table = HIDES[field]
    return all(role in table and state in table[role] | LATER[until] for role in roles)
