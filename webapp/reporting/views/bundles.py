"""成批编制: the same document of all projects of a call, how far it has come, and its ZIP."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.calls.models import Call
from webapp.core import web
from webapp.core.web import Back, db, entry, now, page, viewer
from webapp.permissions import roles_for
from webapp.reporting import actions
from webapp.reporting.forms import AskMany
from webapp.reporting.models import Bundle
from webapp.reporting.papers import Paper
from webapp.reporting.queries import bundles as queries
from webapp.reporting.queries import issued as documents
from webapp.reporting.registry import NAMES, PAPERS
from webapp.reporting.views.blueprint import bp


def _offered() -> list[Paper]:
    """The papers one can have of many subjects of a call."""
    me: Any = viewer()
    return [
        one
        for one in PAPERS.values()
        if one.about is not None
        and (one.choices is None or one.many is not None)
        and roles_for(one.right) & me.roles
        and queries.of_call(one.about, 0) is not None
    ]


def _form() -> tuple[AskMany, dict[str, str]]:
    form, offered = AskMany(), _offered()
    me: Any = viewer()
    areas = documents.choices(db.session(), me).areas
    form.call.choices = list(documents.calls(db.session(), me))
    form.paper.choices = [(one.key, NAMES[one.key]) for one in offered]
    form.area.choices = [("", "全部"), *areas]
    flows = {one.about.REF: one.about.WORKFLOW for one in offered if one.about is not None and hasattr(one.about, "WORKFLOW")}
    states = {f"{ref}:{state}": f"{flow.label}：{label}" for ref, flow in flows.items() for state, label in flow.states.items()}
    form.state.choices = [("", "全部"), *states.items()]
    form.choice.choices = []
    return form, states


@bp.route("/bundles", methods=["GET", "POST"])
@entry("bundle.create")
def bundles() -> ResponseReturnValue:
    """One's own bundles, and the form to ask for another."""
    form, states = _form()
    if form.validate_on_submit():
        paper = PAPERS[form.paper.data]
        ref, _, state = (form.state.data or "").partition(":")
        if state and paper.about is not None and ref != paper.about.REF:
            form.state.errors = [f"“{states[form.state.data]}”不是“{paper.title}”的状态，请另选或选“全部”。"]
        else:
            call = db.session().get_one(Call, form.call.data)
            offered = paper.many(db.session(), call.id) if paper.many else {}
            form.choice.choices = [("", "请选择"), *offered] if offered else []
            to: dict[str, Any] = {"base": request.url_root, "by": viewer(), "at": now(), "area": form.area.data or "", "state": state}
            to["choice"] = form.choice.data or ""
            bundle = web.tried(form, lambda: actions.ask_bundle(db.session(), call, paper, form.suffix.data, **to))
            if bundle is not None:
                flash(f"已开始成批编制，编号 {bundle.number}。完成后在消息里通知您。", "ok")
                return redirect(url_for("reporting.bundle_show", id=bundle.id))
    listed = queries.mine(db.session(), viewer(), request.args.get("after"))
    return page("reporting/bundles.html", 422 if request.method == "POST" else 200, form=form, page=web.listing(listed))


@bp.get("/bundles/<int:id>")
@entry("bundle.read", Bundle)
def bundle_show(bundle: Bundle) -> ResponseReturnValue:
    """How far it has come, what could not be made, and the ZIP."""
    found = queries.progress(db.session(), bundle.id)
    left = found.remaining
    return page(
        "reporting/bundle.html", heading=bundle.title, number=bundle.number, id=bundle.id, at=bundle.at, progress=found, part=found.part,
        minutes=None if left is None else max(1, round(left.total_seconds() / 60)), stopped_at=bundle.stopped_at,
        packed_at=bundle.packed_at, zip_href=f"/files/{bundle.attachment_id}" if bundle.attachment_id else "",
        failed=queries.failed(db.session(), bundle.id) if found.failed else [], entries=web.timeline(bundle.ref),
        back=Back(url_for("reporting.bundles"), "成批编制"),
    )  # fmt: skip


@bp.post("/bundles/<int:id>/stop")
@entry("bundle.halt", Bundle)
def bundle_stop(bundle: Bundle) -> ResponseReturnValue:
    """Make no more of it for now."""
    actions.stop(db.session(), bundle, by=viewer(), at=now())
    flash("已停下。编好的都留着，可以随时继续。", "ok")
    return redirect(url_for("reporting.bundle_show", id=bundle.id))


@bp.post("/bundles/<int:id>/resume")
@entry("bundle.halt", Bundle)
def bundle_resume(bundle: Bundle) -> ResponseReturnValue:
    """Go on, and try again what could not be made."""
    actions.resume(db.session(), bundle, by=viewer(), at=now())
    flash("继续编制。", "ok")
    return redirect(url_for("reporting.bundle_show", id=bundle.id))
