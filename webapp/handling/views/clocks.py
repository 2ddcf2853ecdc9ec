"""Pages of the escalation ledger and of the dictionary of categories."""

from functools import partial
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.format import moment, until
from reports.report import Column
from webapp.core import sheets, web
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.handling import actions, forms, queries
from webapp.handling.actions import CategoryTerms
from webapp.handling.models import Escalation
from webapp.handling.views.blueprint import bp
from webapp.needs.views import wish_of
from webapp.workflows import ESCALATION

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LEDGER = (
    Column("number", "需求编号"), Column("title", "事由"), Column("area", "社区"), Column("level", "督办层级"), Column("clock", "超时环节"),
    Column("since", "到期时间"), Column("at", "督办时间"), Column("told", "告知"), Column("state", "状态"), Column("answered_at", "答复时间"),
    Column("answered_by", "答复人"), Column("done", "办理情况"),
)  # fmt: skip


def _state() -> str:
    state = request.args.get("state", "")
    return state if state in ESCALATION.states else ""


def _me() -> Any:
    return viewer()


@bp.get("/escalations")
@entry("escalation.list")
def escalations() -> ResponseReturnValue:
    """The ledger of one's areas."""
    state, wish = _state(), wish_of(request.args)
    found = queries.escalations(db.session(), _me(), state=state, wish=wish, after=request.args.get("after"))
    kept: dict[str, Any] = {**wish.filters, "state": state}
    return page(
        "handling/escalations.html", page=web.listing(found, **kept), state=state, states=ESCALATION.states, wish=wish,
        exports=[("XLSX", url_for("handling.ledger", **{name: value for name, value in kept.items() if value}))],
    )  # fmt: skip


@bp.get("/escalations.xlsx")
@entry("escalation.list")
def ledger() -> ResponseReturnValue:
    """The same as a file."""
    found = queries.ledger(db.session(), _me(), state=_state(), wish=wish_of(request.args))
    told = [
        (e.number, e.title, e.area or "", e.level_label, e.clock_label, until(e.since), moment(e.at), e.told, e.state_label,
         moment(e.answered_at) if e.answered_at else "", e.answered_by or "", e.done)
        for e in found
    ]  # fmt: skip
    return web.download(sheets.write("xlsx", "督办台账", LEDGER, told, at=now()), "督办台账.xlsx", XLSX)


@bp.get("/escalations/<int:id>")
@entry("escalation.read", Escalation)
def escalation_show(escalation: Escalation) -> ResponseReturnValue:
    """One line of it."""
    return page(
        "handling/escalation.html", escalation=queries.escalation_of(db.session(), escalation.id), steps=web.can(escalation), due=None,
        stages=[], entries=web.timeline(escalation.ref),
    )  # fmt: skip


web.steps(
    bp,
    Escalation,
    {name: Verb(act=partial(actions.answer_escalation, step=name), said="已答复，社区会收到。") for name in ("answer", "reply")},
)


@bp.get("/categories")
@entry("category.list")
def categories() -> ResponseReturnValue:
    """The dictionary, and the usual places to go instead."""
    return page(
        "handling/categories.html", rows=queries.category_terms(db.session()), places=queries.elsewheres(db.session()),
        edits=bool({"bureau", "bureau_head"} & _me().roles),
    )  # fmt: skip


@bp.route("/categories/new", methods=["GET", "POST"])
@entry("category.edit")
def category_new() -> ResponseReturnValue:
    """A new category."""
    form = forms.NewTerms()
    if form.validate_on_submit():
        answers = form.answers()
        code = answers.pop("code")
        if queries.category_of(db.session(), code) is None:
            return _kept(form, code, answers)
        form.code.errors = ["这个代码已经有了，请换一个。"]
    return _asked(form, "新增类别")


@bp.route("/categories/<code>", methods=["GET", "POST"])
@entry("category.edit")
def category_edit(code: str) -> ResponseReturnValue:
    """Change one."""
    found = queries.category_of(db.session(), code) or abort(404)
    form = forms.Terms(obj=found)
    if form.validate_on_submit():
        return _kept(form, code, form.answers())
    return _asked(form, f"修改类别：{found.label}")


def _kept(form: Any, code: str, answers: dict[str, Any]) -> ResponseReturnValue:
    done = web.tried(form, lambda: actions.edit_category(db.session(), code, CategoryTerms(**answers), by=_me(), at=now()))
    if done is None:
        return _asked(form, "修改类别")
    flash("已保存。以后反映的需求按新的时限办理，已有的不变。", "ok")
    return redirect(url_for("handling.categories"))


def _asked(form: Any, heading: str) -> ResponseReturnValue:
    return page(
        "handling/category.html", 422 if request.method == "POST" else 200, heading=heading, form=form,
        back=Back(url_for("handling.categories"), "需求类别"), submit="保存",
    )  # fmt: skip


@bp.route("/elsewhere/<code>", methods=["GET", "POST"])
@entry("category.edit")
def elsewhere_edit(code: str) -> ResponseReturnValue:
    """Change a usual place to go instead; `new` adds one."""
    found = None if code == "new" else queries.elsewhere_of(db.session(), code) or abort(404)
    form = forms.Where(obj=found)
    if form.validate_on_submit():
        actions.edit_elsewhere(db.session(), "" if found is None else code, **form.answers(), by=_me(), at=now())
        flash("已保存。", "ok")
        return redirect(url_for("handling.categories"))
    heading = f"修改去处：{found.label}" if found else "增加去处"
    return _asked(form, heading)
