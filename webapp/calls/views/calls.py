"""Pages of calls. The pages that tell applicants (取消征集, 发布新版) are the applications' own."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.calls import actions, forms, queries
from webapp.calls.editing.legal import in_a_sentence
from webapp.calls.models import CALL_KINDS, LEGAL_FORMS, Call
from webapp.calls.queries.inquiries import answered
from webapp.calls.rules import template, templates
from webapp.calls.views.base import bp, may, me, mine, told
from webapp.calls.views.inquiries import asking
from webapp.calls.views.rules import remarks
from webapp.core import links, web
from webapp.core.clock import today
from webapp.core.web import Back, Verb, db, entry, now, page
from webapp.core.workflow import open_steps, refuse
from webapp.needs.queries import ListedNeed, standing
from webapp.permissions import roles_for
from webapp.workflows import CALL


@bp.get("/calls")
@entry("call.list")
def index() -> ResponseReturnValue:
    """The calls of one's area, and those open to one's organisation."""
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    found = queries.listed(db.session(), me(), state=state, kind=kind, after=request.args.get("after"))
    return page(
        "calls/index.html", page=web.listing(found, state=state, kind=kind), state=state, kind=kind, states=CALL.states,
        kinds=CALL_KINDS, may_create=may("call.create"),
    )  # fmt: skip


def _choices(form: Any, area_code: str) -> None:
    """The options of a call's form: offices, funds, and the listed needs of one's area."""
    session = db.session()
    form.operator_id.choices = [(0, "不设承办机构"), *((c.id, c.name) for c in queries.organisations_of(session, "operator", area_code))]
    form.evaluator_id.choices = [(0, "暂不指定"), *((c.id, c.name) for c in queries.organisations_of(session, "evaluator", area_code))]
    form.payer_id.choices = [(c.id, c.name) for c in queries.payers_for(session, area_code)]
    form.fund_id.choices = [(c.id, c.name) for c in queries.funds_for(session, area_code)]
    form.needs.choices = [
        (need.id, f"{need.title}（{need.area or ''}，{need.number}，{need.voted or 0} 票）") for need in standing(session, area_code)
    ]


@bp.route("/calls/new", methods=["GET", "POST"])
@entry("call.create")
def new() -> ResponseReturnValue:
    """起草征集公告: first choose a template, then say what it is about; the rules are edited page by page afterwards.

    Begun for one listed need (`need`), its page is filled in with that need.
    """
    member = me().member(*actions.ORGANISER)
    chosen = next((one for one in templates() if one.key == request.args.get("template")), None)
    need = _need_of(member.area_code)
    if chosen is None:
        return page(
            "calls/choose.html", templates=_templates(), back=Back(url_for("calls.index"), "征集公告"), heading="起草征集公告",
            need=need.id if need else None, need_title=need.title if need else "",
        )  # fmt: skip
    form: Any = forms.CallForm()
    _choices(form, member.area_code)
    if form.validate_on_submit():
        call = actions.draft(db.session(), form.draft(template(chosen.key), chosen.key), by=me(), at=now())
        flash(f"草稿已保存，编号 {call.number}。请逐页核对征集规则，然后报请发布。", "ok")
        return redirect(url_for("calls.show", id=call.id))
    rules = template(chosen.key)
    if request.method == "GET":
        form.fill(rules, kind=chosen.kind, legal_form=chosen.legal_form, year=today(now()).year, day=today(now()))
        form.payer_id.data = member.organisation_id
        if need:
            form.answer(need)
    return page(
        "calls/edit.html", 422 if request.method == "POST" else 200, heading="起草征集公告", form=form, note=rules.note,
        back=Back(url_for("calls.new"), "选择模板"), submit="保存草稿", explained=explained(),
    )  # fmt: skip


def _need_of(area_code: str) -> ListedNeed | None:
    """The need a call is begun for, when it stands on the list of one's own area."""
    key = request.args.get("need", "")
    return next((one for one in standing(db.session(), area_code) if str(one.id) == key), None) if key.isdecimal() else None


def explained() -> list[tuple[str, str]]:
    """Each legal form with what follows from it, in one sentence."""
    return [(LEGAL_FORMS[key], in_a_sentence(key)) for key in LEGAL_FORMS]


def _templates() -> list[dict[str, Any]]:
    """The templates to choose from: what each is known for, and what of it is 示例."""
    return [
        {"key": one.key, "place": one.place, "title": one.title, "kind": CALL_KINDS[one.kind], "legal_form": LEGAL_FORMS[one.legal_form],
         "note": one.make().note}
        for one in templates()
    ]  # fmt: skip


@bp.post("/calls/<int:id>/copy")
@entry("call.edit", Call)
def copy(call: Call) -> ResponseReturnValue:
    """复制以前的征集: its rules, form and rubrics begin a new draft."""
    made = actions.copied(db.session(), call, by=me(), at=now())
    flash(f"已复制成草稿 {made.number}。日期顺延了整年，需求没有复制，请核对。", "ok")
    return redirect(url_for("calls.edit", id=made.id))


@bp.route("/calls/<int:id>/edit", methods=["GET", "POST"])
@entry("call.edit", Call)
def edit(call: Call) -> ResponseReturnValue:
    """修改草稿."""
    if call.state != "draft":
        raise refuse("state", "公告已经报请发布，不能再改草稿。要改，请先退回修改；发布以后请另发新版。")
    form: Any = forms.CallForm()
    _choices(form, call.area_code)
    if form.validate_on_submit():
        actions.edit(db.session(), call, form.draft(queries.rules_of(call)), by=me(), at=now())
        flash("草稿已保存。", "ok")
        return redirect(url_for("calls.show", id=call.id))
    if request.method == "GET":
        form.show(call, queries.rules_of(call), [need.id for need in queries.needs_of(db.session(), call.id)])
    return page(
        "calls/edit.html", 422 if request.method == "POST" else 200, heading="修改草稿", form=form, note=queries.rules_of(call).note,
        back=Back(url_for("calls.show", id=call.id), call.title), submit="保存草稿", explained=explained(),
    )  # fmt: skip


@bp.get("/calls/<int:id>")
@entry("call.read", Call)
def show(call: Call) -> ResponseReturnValue:
    """One call: to staff with what can be done, to everyone else as the public announcement."""
    roles = web.roles_here()
    staff = bool(roles & (roles_for("call.read") - {"public"}))
    needs = queries.needs_of(db.session(), call.id)
    rules = queries.rules_of(call)
    drafting = staff and call.state in {"draft", "proposed"}
    facts = queries.facts_of_call(db.session(), call, me(), now()) if drafting else None  # once, for what does not fit and for the steps
    known: dict[Any, Any] = {queries.facts_of_call: facts} if facts else {}
    asked = asking(call) if call.version else None
    steps = mine(web.can(call, open_steps(db.session(), call, by=me(), at=now(), roles=roles, known=known))) if staff else []
    return page(
        "calls/show.html",
        layout=web.frame(),
        call=queries.one(db.session(), call.id),
        rules=told(rules),
        remarks=remarks(call, facts) if drafting else [],
        opens=links.hrefs(f"need:{need.id}" for need in needs if not need.public) if staff else {},
        needs=needs if staff else [need for need in needs if need.public],
        hidden_needs=0 if staff else sum(not need.public for need in needs),
        later=web.parts(call),
        stages=web.where(call),
        steps=steps,
        due=web.due(call.closes_at) if call.state == "open" else None,
        versions=queries.versions_of(db.session(), call.id),
        entries=web.timeline(call.ref) if staff else [],
        may_edit=call.state == "draft" and bool(roles_for("call.edit") & roles),
        may_amend=call.state in {"published", "open"} and bool(roles_for("call.edit") & roles) and queries.runs(me(), call.area_code, None),
        may_apply=call.state == "open" and call.closes_at > now() and may("application.create"),
        apply_href=f"/applications/new?call={call.id}",
        may_copy=call.version > 0 and bool(roles_for("call.edit") & roles) and queries.runs(me(), call.area_code, None),
        amend_href=f"/calls/{call.id}/amend",
        rehearsal_href=f"/calls/{call.id}/rehearsal",
        story_href="/n/",
        asking=asked,
        questions=answered(db.session(), call.id, size=5).rows if asked and asked["figures"].answered else [],
        staff=staff,
    )


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
