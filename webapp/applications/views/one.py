"""The list of applications, a new one, and the page of one."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.format import yuan
from reports.money import Money
from webapp.applications import actions, forms, queries, writing
from webapp.applications.models import Application
from webapp.applications.rules import LEVELS, differences, editable, sections
from webapp.applications.views.base import bp, here, may, me, paper_title, told, told_budget
from webapp.calls.models import Call
from webapp.calls.queries import open_calls, rules_of, runs
from webapp.calls.views import mine
from webapp.core import web
from webapp.core.files import SCANS
from webapp.core.web import Back, Part, Verb, db, entry, now, page
from webapp.core.workflow import open_steps, refuse
from webapp.workflows import APPLICATION


@bp.get("/applications")
@entry("application.list")
def index() -> ResponseReturnValue:
    """One's organisation's applications, or those of one's area."""
    q, state = request.args.get("q", "").strip(), request.args.get("state", "")
    call_id = int(request.args["call"]) if request.args.get("call", "").isdecimal() else None
    found = queries.listed(db.session(), me(), q=q, state=state, call_id=call_id, after=request.args.get("after"))
    return page(
        "applications/index.html", page=web.listing(found, q=q, state=state, call=call_id), q=q, state=state, states=APPLICATION.states,
        call=call_id, calls=queries.calls_of(db.session(), me()), may_create=may("application.create"),
    )  # fmt: skip


def on_call(call: Call) -> Part | None:
    """On a call's page, for the offices: the way to its applications."""
    if call.state in {"draft", "proposed", "published", "cancelled"} or not may("application.list") or may("application.create"):
        return None
    return Part("applications/on_call.html", {"call_id": call.id})


@bp.route("/applications/new", methods=["GET", "POST"])
@entry("application.create")
def new() -> ResponseReturnValue:
    """开始申报: choose the call, name the project."""
    asked = request.args.get("call", "")
    call = db.session().get(Call, int(asked)) if asked.isdecimal() else None
    if call is None:
        return page("applications/choose.html", calls=open_calls(db.session(), now()), heading="选择征集")
    if call.state != "open":
        raise refuse("call_closed", "这次征集现在不接受申报，请选择申报中的征集。")
    form: Any = forms.NewApplication()
    form.category.choices = [("", "请选择"), *((one.key, one.title) for one in rules_of(call).categories)]
    if form.validate_on_submit():
        made = actions.create(db.session(), call, title=form.title.data, category=form.category.data, by=me(), at=now())
        flash(f"已建立，编号 {made.number}。内容随写随存。", "ok")
        return redirect(url_for("applications.show", id=made.id))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="开始申报", form=form,
        back=Back(url_for("calls.show", id=call.id), call.title), submit="建立申报",
    )  # fmt: skip


@bp.get("/applications/<int:id>")
@entry("application.read", Application)
def show(application: Application) -> ResponseReturnValue:
    """One application: where it stands, its sections or its snapshot, landings, what can be done."""
    found = queries.whole(db.session(), application, now(), me())
    known: dict[Any, Any] = {queries.facts_of_submit: found.facts} if found.facts else {}
    steps = open_steps(db.session(), application, by=me(), at=now(), roles=web.roles_here(), known=known)
    over = editable(found.facts.editing) if found.facts else None
    editing = found.facts is not None and here("application.edit")
    opened = queries.sent_back_of(db.session(), application) if application.state == "returned" else {}
    before = writing.before_last(db.session(), application) if application.returns else None
    return page(
        "applications/show.html",
        application=head(found),
        stages=web.where(application),
        steps=mine(web.can(application, steps)),
        due=web.due(application.due_at) if application.state in {"draft", "returned"} else None,
        sections=[
            told_sheet(application, sheet, opened, read_only=over is not None or (found.facts is not None and found.facts.level == "view"))
            for sheet in found.sheets
        ]
        if editing
        else [],
        changes=differences(_said(found.rules, before), _said(found.rules, found.content)) if before and found.content else [],
        corrected=before is not None,
        one_page=url_for("applications.one_page", id=application.id) if editing and found.rules.one_page else "",
        may_copy=editing and application.state == "draft" and not over,
        over=over.sentence if over else "",
        parts=told(found.rules, found.content) if found.content else [],
        budget=told_budget(found) if found.content else [],
        files=[(one.id, paper_title(found.rules, one.kind), one.name, SCANS.get(one.scan, "")) for one in found.files],
        landings=[
            {"name": one.name, "state": one.state_label, "href": web.href(f"landing:{one.id}") if one.opens else ""}
            for one in found.landings
        ],
        unasked=sum(one.id is None for one in found.landings),
        needs=[
            {"id": key, "number": number, "title": title}
            for key, number, title in found.needs
            if key in ((found.content or {}).get("needs") or found.sheets[0].values.get("needs") or ())
        ],
        editing=editing,
        together=url_for("applications.together", id=application.id) if editing else "",
        coaching=url_for("applications.coaching", id=application.id) if found.rules.coaching and here("application.edit") else "",
        level=LEVELS[found.facts.level] if found.facts and editing else "",
        may_ask=editing and here("application.ask_landing"),
        may_check=application.state == "submitted"
        and here("application.check")
        and runs(me(), found.call.area_code, found.call.operator_id),
        later=web.parts(application),
        entries=web.timeline(application.ref),
    )


def head(found: queries.Whole) -> dict[str, Any]:
    one = found.application
    return {
        "id": one.id, "number": one.number, "title": one.title, "state": one.state, "state_label": one.state_label,
        "category": found.rules.category(one.category), "call": found.call.title, "call_id": found.call.id,
        "organisation": found.organisation.name, "organisation_id": found.organisation.id, "requested": one.requested_fen,
        "own": one.own_fen, "awarded": one.awarded_fen, "submitted_at": one.submitted_at, "version": one.version,
        "receipt": receipt(found.digest) if found.digest and one.state not in {"draft", "returned"} else "", "digest": found.digest,
        "starts_on": (found.content or {}).get("starts_on"), "ends_on": (found.content or {}).get("ends_on"),
    }  # fmt: skip


def receipt(digest: str) -> str:
    """The short form of a snapshot's digest that stands on the receipt."""
    return f"R-{digest[:8].upper()}"


def _said(rules: Any, content: dict[str, Any]) -> dict[str, str]:
    """A snapshot in words by title, for comparing."""
    found = {"项目名称": content["title"], "开始日期": content.get("starts_on") or "", "结束日期": content.get("ends_on") or ""}
    found |= {title: said for part in told(rules, content) for title, said in part["answers"]}
    for n, one in enumerate(content.get("budget", ())):
        money = (
            f"{one['quantity']} × {yuan(Money(one['unit_fen']))}，资助 {yuan(Money(one['grant_fen']))}，配套 {yuan(Money(one['own_fen']))}"
        )
        found[f"预算第 {n + 1} 行"] = f"{rules.line(one['line'])} {one['item']} {money}"
    return found | {"附件": "、".join(f"{paper_title(rules, one['kind'])} {one['name']}" for one in content.get("files", ()))}


def told_sheet(application: Application, sheet: Any, opened: dict[str, str], *, read_only: bool) -> dict[str, Any]:
    left = len(sheet.remarks)
    status = "填写完整" if not left else f"还有 {left} 处" if sheet.version or sheet.key == "files" else "还没有填"
    if sheet.source:
        status = f"沿用自{sheet.source}，待核对"
    return {
        "remark": opened.get(sheet.key, ""), "closed": bool(opened) and sheet.key not in opened, "deed": "查看" if read_only else "填写",
        "key": sheet.key, "title": sheet.title, "left": left + bool(sheet.source), "status": status, "version": sheet.version,
        "href": url_for("applications.section", id=application.id, key=sheet.key),
    }  # fmt: skip


def _sections(application: Application) -> list[tuple[str, str]]:
    return sections(queries.rules_for(db.session(), application))


def _choose_sections(form: Any, application: Application) -> None:
    form.titles = dict(_sections(application))
    form.sections.choices = list(form.titles.items())


web.steps(
    bp,
    Application,
    {
        "submit": Verb(act=actions.submit, said="已提交。回执在页面上，请留存。"),
        "return": Verb(
            forms.GiveBack,
            act=actions.give_back,
            template="applications/return.html",
            prepare=_choose_sections,
            show=lambda thing: {"sections": _sections(thing), "typed": request.form.to_dict()},
        ),
        "pass": Verb(act=actions.pass_check),
        "fail": Verb(act=actions.fail_check),
        "withdraw": Verb(act=actions.withdraw),
    },
)
