"""Landings, the formal check, and the two pages of a call whose verbs applicants must hear of (发布新版, 取消征集)."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.queries import records
from webapp.applications import actions, forms, queries
from webapp.applications.models import Application, Landing
from webapp.applications.views.base import bp, me, told
from webapp.calls import forms as call_forms
from webapp.calls.editing.differences import differences
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import CallRules
from webapp.core import web
from webapp.core.clock import today
from webapp.core.web import Back, Verb, db, entry, now, page
from webapp.core.workflow import Refused

EVALUATED = frozenset({"grade", "midterm", "rectify", "priority", "ban"})
"""Records of what earlier projects came to, shown beside the formal check."""
MOST_PAST = 20
OUTCOMES = {"pass": "符合", "fail": "不符合", "manual": "待核对"}


@bp.post("/applications/<int:id>/landing")
@entry("application.ask_landing", Application)
def ask_landing(application: Application) -> ResponseReturnValue:
    """请落地社区确认."""
    asked = actions.ask_landing(db.session(), application, by=me(), at=now())
    flash(f"已请 {asked} 个社区确认。" if asked else "所选社区都已经请过。", "ok")
    return redirect(url_for("applications.show", id=application.id))


@bp.get("/landings/<int:id>")
@entry("landing.read", Landing)
def landing_show(landing: Landing) -> ResponseReturnValue:
    """落地确认: what a project wants to do in one community. A draft shows itself only to whom it was shown on purpose."""
    asked = queries.landing_one(db.session(), landing.id)
    assert asked is not None
    application = db.session().get_one(Application, landing.application_id)
    shown = application.state not in queries.NOT_SEEN or bool(
        web.roles_here() & {"community", "party_lead", "grid_worker", "supervisor", "org_member", "org_lead", "social_worker"}
    )
    parts: list[dict[str, Any]] = []
    needs: list[dict[str, Any]] = []
    if shown:
        found = queries.whole(db.session(), application, now())
        content = found.content if found.facts is None and found.content else actions.content_of(found)
        parts = told(found.rules, content)
        needs = [{"id": key, "number": number, "title": title} for key, number, title in found.needs if key in content["needs"]]
    return page(
        "applications/landing.html", landing=asked, stages=web.where(landing), steps=web.can(landing),
        due=web.due(landing.due_at) if landing.state == "asked" else None, parts=parts, needs=needs, shown=shown,
        entries=web.timeline(landing.ref), closes=application.due_at if application.state == "draft" and landing.state != "agreed" else None,
    )  # fmt: skip


@bp.route("/applications/<int:id>/check", methods=["GET", "POST"])
@entry("application.check", Application)
def check(application: Application) -> ResponseReturnValue:
    """资格初审表: what the records say of each rule, confirmed or overridden by a person."""
    proposed = queries.outcomes(db.session(), application, now())
    recorded = {one.rule: one for one in queries.checks_of(db.session(), application)}
    form = forms.check_form(len(proposed))()
    trouble: list[Any] = []
    if form.validate_on_submit():
        verdicts = [actions.Verdict(form[f"outcome-{n}"].data, form[f"reason-{n}"].data or "") for n in range(len(proposed))]
        try:
            actions.check(db.session(), application, verdicts, by=me(), at=now())
        except Refused as refused:
            trouble = list(refused.refusals)
        else:
            flash("资格初审表已保存。", "ok")
            return redirect(url_for("applications.show", id=application.id))
    if request.method == "GET":
        for n, one in enumerate(proposed):
            kept = recorded.get(actions.rule_key(n, one.rule.kind))
            form[f"outcome-{n}"].data = kept.outcome if kept else one.outcome
            form[f"reason-{n}"].data = kept.reason if kept and kept.outcome != one.outcome else ""
    return page(
        "applications/check.html", 422 if request.method == "POST" else 200, heading="资格初审表", form=form, refusals=trouble,
        rules=[
            {"text": one.rule.text, "source": one.rule.source, "outcome": OUTCOMES[one.outcome], "reason": one.reason}
            for one in proposed
        ],
        past=[one for one in records(db.session(), application.organisation_id) if one.kind in EVALUATED][:MOST_PAST], today=today(now()),
        back=Back(url_for("applications.show", id=application.id), application.title), submit="保存初审表",
    )  # fmt: skip


@bp.route("/calls/<int:id>/amend", methods=["GET", "POST"])
@entry("call.edit", Call)
def amend(call: Call) -> ResponseReturnValue:
    """发布新版: a change after publication, of which every applicant is told."""
    before = rules_of(call)
    rules = CallRules.from_json(call.pending) if call.pending else before
    form: Any = call_forms.Amend()
    if form.validate_on_submit():
        wish = {"closes_at": call_forms.closing(form.closes_on.data), "intro": form.intro.data}
        version = web.tried(form, lambda: actions.amend_call(db.session(), call, rules, form.reason.data, **wish, by=me(), at=now()))
        if version is not None:
            flash(f"第 {version.version} 版已发布，并已告知所有申报单位。", "ok")
            return redirect(url_for("calls.show", id=call.id))
    if request.method == "GET":
        form.show(call)
    return page(
        "applications/amend.html", 422 if request.method == "POST" else 200, heading="发布新版", form=form,
        changed=differences(before.to_json(), rules.to_json()), rules_href=f"/calls/{call.id}/rules",
        back=Back(url_for("calls.show", id=call.id), call.title), submit="发布新版",
    )  # fmt: skip


web.steps(bp, Call, {"cancel": Verb(act=actions.cancel_call, said="征集已取消，并已告知申报单位。")})
web.steps(
    bp,
    Landing,
    {
        "agree": Verb(act=actions.agree, said="已同意落地，申报单位会看到。"),
        "suggest": Verb(act=actions.suggest),
        "refuse": Verb(act=actions.decline),
    },
)
