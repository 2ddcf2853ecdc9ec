"""Pages of funds and calls. The pages that tell applicants (取消征集, 发布新版) are the applications' own."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.queries import area_names
from webapp.calls import actions, forms, queries
from webapp.calls.models import CALL_KINDS, FUND_KINDS, Call, Fund
from webapp.calls.rules import AGGREGATIONS, SILENCES, TIE_BREAKS, TRIGGERS, CallRules, leaves, spelled, template
from webapp.core import web
from webapp.core.clock import today
from webapp.core.web import Back, Can, Verb, db, entry, now, page, viewer
from webapp.core.workflow import refuse
from webapp.needs.queries import standing
from webapp.permissions import roles_for
from webapp.workflows import CALL, STAGES

bp = Blueprint("calls", __name__)


def _me() -> Any:
    return viewer()


def _may(right: str) -> bool:
    return bool(roles_for(right) & _me().roles)


def mine(steps: list[Can]) -> list[Can]:
    """Without the steps of somebody else's call, which an office below it only reads."""
    return [can for can in steps if not any(refusal.code == "not_yours" for refusal in can.blockers)]


@bp.get("/funds")
@entry("fund.list")
def funds() -> ResponseReturnValue:
    """Funds and where their years stand."""
    found = queries.funds(db.session(), _me(), after=request.args.get("after"))
    years = queries.years_of(db.session(), [fund.id for fund in found.rows])
    return page("calls/funds.html", page=web.listing(found), years=years, may_create=_may("fund.create"))


@bp.route("/funds/new", methods=["GET", "POST"])
@entry("fund.create")
def fund_new() -> ResponseReturnValue:
    """设立资金."""
    member = _me().member(*actions.ORGANISER)
    form: Any = forms.NewFund()
    form.payer_id.choices = [(c.id, c.name) for c in queries.payers_for(db.session(), member.area_code)]
    if form.validate_on_submit():
        fund = actions.create_fund(
            db.session(), name=form.name.data, kind=form.kind.data, payer_id=form.payer_id.data,
            subject_code=form.subject_code.data or "", permitted=form.permitted.data or "", forbidden=form.forbidden.data or "",
            by=_me(), at=now(),
        )  # fmt: skip
        flash("资金已设立。请财务登记年度预算。", "ok")
        return redirect(url_for("calls.fund_show", id=fund.id))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="设立资金", form=form,
        back=Back(url_for("calls.funds"), "资金"), submit="设立",
    )  # fmt: skip


@bp.get("/funds/<int:id>")
@entry("fund.read", Fund)
def fund_show(fund: Fund) -> ResponseReturnValue:
    """One fund: what it is for, and its years."""
    return page(
        "calls/fund.html", heading=fund.name, kind_label=FUND_KINDS[fund.kind], subject_code=fund.subject_code,
        permitted=fund.permitted, forbidden=fund.forbidden, area=area_names(db.session(), [fund.area_code]).get(fund.area_code, ""),
        years=queries.years_of(db.session(), [fund.id]), entries=web.timeline(fund.ref), _fund=fund,
        may_budget=bool(roles_for("fund.budget") & web.roles_here()), stages=[],
    )  # fmt: skip


@bp.route("/funds/<int:id>/budget", methods=["GET", "POST"])
@entry("fund.budget", Fund)
def fund_budget(fund: Fund) -> ResponseReturnValue:
    """登记年度预算."""
    form: Any = forms.NewBudget()
    if form.validate_on_submit():
        actions.add_budget(
            db.session(), fund, year=form.year.data, amount=form.amount.data, document=form.document.data, by=_me(), at=now()
        )
        flash("预算已登记入账。", "ok")
        return redirect(url_for("calls.fund_show", id=fund.id))
    if request.method == "GET":
        form.year.data = today(now()).year
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="登记年度预算", form=form,
        back=Back(url_for("calls.fund_show", id=fund.id), fund.name), submit="登记",
    )  # fmt: skip


@bp.get("/calls")
@entry("call.list")
def index() -> ResponseReturnValue:
    """The calls of one's area, and those open to one's organisation."""
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    found = queries.listed(db.session(), _me(), state=state, kind=kind, after=request.args.get("after"))
    return page(
        "calls/index.html", page=web.listing(found, state=state, kind=kind), state=state, kind=kind, states=CALL.states,
        kinds=CALL_KINDS, may_create=_may("call.create"),
    )  # fmt: skip


def _choices(form: Any, area_code: str) -> None:
    """The options of a call's form: offices, funds, and the listed needs of one's area."""
    session = db.session()
    form.operator_id.choices = [(0, "不设承办机构"), *((c.id, c.name) for c in queries.organisations_of(session, "operator", area_code))]
    form.evaluator_id.choices = [(0, "暂不指定"), *((c.id, c.name) for c in queries.organisations_of(session, "evaluator", area_code))]
    form.payer_id.choices = [(c.id, c.name) for c in queries.payers_for(session, area_code)]
    form.fund_id.choices = [(c.id, c.name) for c in queries.funds_for(session, area_code)]
    form.needs.choices = [
        (need.id, f"{need.title}({need.area or ''},{need.number},{need.voted or 0} 票)") for need in standing(session, area_code)
    ]


@bp.route("/calls/new", methods=["GET", "POST"])
@entry("call.create")
def new() -> ResponseReturnValue:
    """起草征集公告, from the shipped template."""
    member = _me().member(*actions.ORGANISER)
    form: Any = forms.CallForm()
    _choices(form, member.area_code)
    if form.validate_on_submit():
        call = actions.draft(db.session(), form.draft(), by=_me(), at=now())
        flash(f"草稿已保存，编号 {call.number}。核对后请报请发布。", "ok")
        return redirect(url_for("calls.show", id=call.id))
    if request.method == "GET":
        form.fill(template(), year=today(now()).year, day=today(now()))
        form.payer_id.data = member.organisation_id
        if member.role == "street":
            form.kind.data, form.title.data = "micro", f"{today(now()).year} 年微公益项目征集"
    return page(
        "calls/edit.html", 422 if request.method == "POST" else 200, heading="起草征集公告", form=form, note=template().note,
        back=Back(url_for("calls.index"), "征集公告"), submit="保存草稿", organiser=member.organisation,
    )  # fmt: skip


@bp.route("/calls/<int:id>/edit", methods=["GET", "POST"])
@entry("call.edit", Call)
def edit(call: Call) -> ResponseReturnValue:
    """修改草稿."""
    if call.state != "draft":
        raise refuse("state", "公告已经报请发布，不能再改草稿。要改，请先退回修改；发布以后请另发新版。")
    form: Any = forms.CallForm()
    _choices(form, call.area_code)
    if form.validate_on_submit():
        actions.edit(db.session(), call, form.draft(queries.rules_of(call)), by=_me(), at=now())
        flash("草稿已保存。", "ok")
        return redirect(url_for("calls.show", id=call.id))
    if request.method == "GET":
        form.show(call, queries.rules_of(call), [need.id for need in queries.needs_of(db.session(), call.id)])
    return page(
        "calls/edit.html", 422 if request.method == "POST" else 200, heading="修改草稿", form=form, note=queries.rules_of(call).note,
        back=Back(url_for("calls.show", id=call.id), call.title), submit="保存草稿",
    )  # fmt: skip


@bp.get("/calls/<int:id>")
@entry("call.read", Call)
def show(call: Call) -> ResponseReturnValue:
    """One call: to staff with what can be done, to everyone else as the public announcement."""
    roles = web.roles_here()
    staff = bool(roles & (roles_for("call.read") - {"public"}))
    needs = queries.needs_of(db.session(), call.id)
    rules = queries.rules_of(call)
    return page(
        "calls/show.html",
        layout="base.html" if _me().members else "public.html",
        call=queries.one(db.session(), call.id),
        rules=told(rules),
        needs=needs if staff else [need for need in needs if need.public],
        hidden_needs=0 if staff else sum(not need.public for need in needs),
        stages=web.where(call),
        steps=mine(web.can(call)) if staff else [],
        due=web.due(call.closes_at) if call.state == "open" else None,
        versions=queries.versions_of(db.session(), call.id),
        entries=web.timeline(call.ref) if staff else [],
        may_edit=call.state == "draft" and bool(roles_for("call.edit") & roles),
        may_amend=call.state in {"published", "open"}
        and bool(roles_for("call.edit") & roles)
        and queries.runs(_me(), call.area_code, None),
        may_apply=call.state == "open" and call.closes_at > now() and _may("application.create"),
        apply_href=f"/applications/new?call={call.id}",
        amend_href=f"/calls/{call.id}/amend",
        story_href="/n/",
        staff=staff,
    )


def told(rules: CallRules) -> dict[str, Any]:
    """The rules in words, for the page of a call."""
    evaluation = rules.evaluation
    return {
        "stages": [STAGES[stage] for stage in rules.stages],
        "categories": [one.title for one in rules.categories],
        "ceiling": rules.budget.ceiling,
        "floor": rules.budget.floor,
        "pool": rules.pool,
        "weights": rules.weights,
        "aggregation": AGGREGATIONS[rules.aggregation],
        "pass_line": rules.pass_line,
        "tie_break": [TIE_BREAKS[one] for one in rules.tie_break],
        "eligibility": [(one.text, one.source) for one in rules.eligibility],
        "budget": [(one.text, one.source) for one in rules.budget.rules],
        "lines": [one.title for one in rules.budget.lines],
        "papers": [(one.title, one.required) for one in rules.attachments],
        "rubric": [(leaf["title"], leaf["most"], leaf.get("anchor", "")) for leaf in leaves(rules.rubric)],
        "silence": SILENCES[rules.silence],
        "landing_workdays": rules.landing_workdays,
        "correction_workdays": rules.correction_workdays,
        "notice": spelled(rules.notice.span),
        "tranches": [(TRIGGERS[one.trigger], one.percent) for one in rules.tranches],
        "evaluation": evaluation.weights,
        "panel": rules.panel,
        "blind": rules.panel.blind.applicant != "open",
        "note": rules.note,
    }


web.steps(
    bp,
    Call,
    {
        "propose": Verb(act=actions.propose, said="已报请发布。"),
        "send_back": Verb(act=actions.send_back),
        "publish": Verb(act=actions.publish, said="公告已发布，规则已冻结。"),
        "open": Verb(act=actions.open_call, said="已开始申报。"),
        "close": Verb(act=actions.close_call, said="申报已截止。"),
    },
)
