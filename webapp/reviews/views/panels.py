"""Calls in review, and their panels: formed, drawn, assigned, closed, confirmed."""

import json
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.format import until
from webapp.calls.models import Call
from webapp.calls.queries import rules_of, runs
from webapp.core import web
from webapp.core.clock import today
from webapp.core.web import Back, Verb, db, entry, now, page
from webapp.permissions import roles_for
from webapp.reviews import actions, forms
from webapp.reviews.models import Assignment, Panel, Seat
from webapp.reviews.queries import facts, pages, scores
from webapp.reviews.rules.draw import METHOD, differences
from webapp.reviews.rules.minutes import strata_said
from webapp.reviews.rules.phases import moment, switches
from webapp.reviews.views.blueprint import bp, me, only_its_own

DAYS = 14


@bp.get("/reviews")
@entry("panel.list")
def panels() -> ResponseReturnValue:
    """The calls in review, and what is set up for each."""
    asked = request.args.get("call", "")
    call_id = int(asked) if asked.isdecimal() else None
    found = pages.calls_in_review(db.session(), me(), call_id=call_id, after=request.args.get("after"))
    own = {row.id for row in found.rows if runs(me(), row.area_code, row.operator_id)}
    return page(
        "reviews/panels.html", page=web.listing(found, call=call_id), own=sorted(own), may_form=_may("panel.create"), call_id=call_id,
        may_elect=_may("election.create"), may_rank=_may("ranking.read"), may_experts=_may("expert.list"),
    )  # fmt: skip


def on_call(call: Call) -> web.Part | None:
    """On the call's page, for those who run its review: the way to the panel, the election and the ranking."""
    if call.state not in pages.IN_REVIEW or not _may("panel.list") or not runs(me(), call.area_code, call.operator_id):
        return None
    ranked = _may("ranking.read") and call.state not in {"closed", "reviewing"}
    return web.Part("reviews/work_on_call.html", {"call_id": call.id, "ranked": ranked})


def _may(right: str) -> bool:
    return bool(roles_for(right) & me().roles)


@bp.route("/calls/<int:id>/panel", methods=["GET", "POST"])
@entry("panel.create", Call)
def panel_new(call: Call) -> ResponseReturnValue:
    """组建评审组."""
    only_its_own(call, "panel.create")
    form: Any = forms.PanelForm()
    if form.validate_on_submit():
        wish = {
            "title": form.title.data, "size": form.size.data, "finance": form.finance.data, "reserves": form.reserves.data,
            "per_application": form.per_application.data, "closes_at": forms.closing(form.closes_on.data), "strata": forms.strata_in(form),
        }  # fmt: skip
        panel = web.tried(form, lambda: actions.form_panel(db.session(), call, **wish, by=me(), at=now()))
        if panel is not None:
            flash("评审组已组建，抽取种子的摘要已公布。", "ok")
            return redirect(url_for("reviews.panel_show", id=panel.id))
    if request.method == "GET":
        plan = rules_of(call).panel
        form.title.data, form.size.data, form.finance.data = f"{call.title}评审组", plan.size, plan.finance
        form.reserves.data, form.per_application.data = plan.reserves, plan.per_application
        form.closes_on.data = forms.soon(today(now()), DAYS)
    return page(
        "reviews/panel_new.html", 422 if request.method == "POST" else 200, heading="组建评审组", form=form,
        experts=pages.pool(db.session()),
        back=Back(url_for("reviews.panels"), "评审"), submit="组建评审组",
    )  # fmt: skip


@bp.get("/panels/<int:id>")
@entry("panel.read", Panel)
def panel_show(panel: Panel) -> ResponseReturnValue:
    """One panel: who sits on it, the minutes of the draw, and how far the scoring has come; points never."""
    session = db.session()
    call = session.get_one(Call, panel.call_id)
    found, given = pages.panel(panel, call), pages.given(session, panel.id, me())
    return page(
        "reviews/panel.html", panel=found, heading=panel.title, stages=web.where(panel), steps=web.can(panel), due=panel.due_at,
        seats=pages.seats(session, panel.id), piles=pages.piles(given), entries=web.timeline(panel.ref),
        repeats=bool(panel.minutes) and not differences(panel.minutes or {}), strata=strata_said(panel.strata),
        may_fees=bool(roles_for("panel.fees") & web.roles_here()) and panel.state in {"scoring", "closed", "confirmed"},
        witness=pages.witness(session, panel), may_witness=_may_witness(panel),
        may_replace=bool(roles_for("seat.replace") & web.roles_here()) and panel.state == "drawn",
        may_reassign=bool(roles_for("panel.create") & web.roles_here()) and panel.state == "scoring",
        scores_open=panel.state in {"closed", "confirmed"}, given=given,
        may_chair=bool(roles_for("seat.chair") & web.roles_here()) and panel.state in {"drawn", "scoring", "closed"},
        may_reschedule=bool(roles_for("panel.create") & web.roles_here()) and panel.state in {"forming", "drawn", "scoring"},
        may_meet=bool(roles_for("meeting.create") & web.roles_here()) and panel.state in {"drawn", "scoring"},
        beside=scores.beside(session, panel.id), switches=[] if panel.state == "dissolved" else switches(rules_of(call), moment(panel.state, call.state)),
    )  # fmt: skip


@bp.route("/panels/<int:id>/reassign", methods=["GET", "POST"])
@entry("panel.create", Panel)
def panel_reassign(panel: Panel) -> ResponseReturnValue:
    """补派评委."""
    session = db.session()
    form = forms.ReassignForm()
    free, given = facts.free_judges(session, panel, now()), pages.given(session, panel.id, me())
    names = {seat.person_id: seat.name for seat in pages.seats(session, panel.id)}
    form.application_id.choices = [
        (pile.application_id, f"{pile.number} {pile.title}（现有 {pile.given} 份）") for pile in pages.piles(given)
    ]
    form.person_id.choices = [(person, names[person]) for person in sorted({p for people in free.values() for p in people})]
    if form.validate_on_submit():
        actions.reassign(session, panel, application_id=form.application_id.data, person_id=form.person_id.data, by=me(), at=now())
        flash("已补派。", "ok")
        return redirect(url_for("reviews.panel_show", id=panel.id))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="补派评委", form=form, submit="补派",
        back=Back(url_for("reviews.panel_show", id=panel.id), panel.title),
    )  # fmt: skip


def _may_witness(panel: Panel) -> bool:
    """A second person: not who drew, and only while nobody has signed."""
    drawn_by = (panel.minutes or {}).get("drawn_by")
    return bool(drawn_by) and drawn_by != me().ref and panel.witness_id is None and bool(roles_for("panel.witness") & web.roles_here())


@bp.route("/panels/<int:id>/deadline", methods=["GET", "POST"])
@entry("panel.create", Panel)
def panel_deadline(panel: Panel) -> ResponseReturnValue:
    """改评分截止日."""
    form: Any = forms.RescheduleForm()
    back = Back(url_for("reviews.panel_show", id=panel.id), panel.title)
    if form.validate_on_submit():
        wish: dict[str, Any] = {"closes_at": forms.closing(form.closes_on.data), "reason": form.reason.data}
        if web.tried(form, lambda: actions.reschedule(db.session(), panel, **wish, by=me(), at=now())) is not None:
            flash("评分截止日已改，评委已收到通知。", "ok")
            return redirect(back.href)
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="改评分截止日", form=form, submit="改评分截止日",
        back=back, explain=f"现在是 {until(panel.closes_at)}。",
    )  # fmt: skip


@bp.route("/panels/<int:id>/witness", methods=["GET", "POST"])
@entry("panel.witness", Panel)
def panel_witness(panel: Panel) -> ResponseReturnValue:
    """监督人签字."""
    form = forms.WitnessForm()
    if form.validate_on_submit():
        actions.sign_draw(db.session(), panel, by=me(), at=now())
        flash("已签字，抽取记录上会写明。", "ok")
        return redirect(url_for("reviews.panel_show", id=panel.id))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="监督人签字", form=form, submit="签字",
        back=Back(url_for("reviews.panel_show", id=panel.id), panel.title),
    )  # fmt: skip


@bp.get("/panels/<int:id>/MINUTES.json")
@entry("panel.minutes", Panel)
def panel_minutes(panel: Panel) -> ResponseReturnValue:
    """All that is needed to repeat the draw, as `sanshe redraw` reads it; before the draw, what was committed to."""
    committed = {"method": METHOD, "seed_digest": panel.seed_digest, "size": panel.size, "finance": panel.finance, "strata": panel.strata}
    content = json.dumps(panel.minutes or committed, ensure_ascii=False, indent=1, sort_keys=True).encode()
    return web.download(content, "MINUTES.json", "application/json")


def _panel_of(thing: Seat | Assignment) -> str:
    return url_for("reviews.panel_show", id=thing.panel_id)


def _back_from_assignment(assignment: Assignment) -> str:
    """An expert goes back to the pile, an officer to the panel."""
    return url_for("reviews.mine") if assignment.person_id == me().id else _panel_of(assignment)


web.steps(
    bp,
    Panel,
    {
        "draw": Verb(forms.DrawForm, actions.draw, said="抽取完成，评委已收到邀请。"),
        "start": Verb(act=actions.start, said="已分派，评委可以开始评分。"),
        "close": Verb(act=actions.close, said="评分已收齐。"),
        "confirm": Verb(act=actions.confirm, said="评审结果已确认。"),
        "dissolve": Verb(act=actions.dissolve, said="评审组已解散。"),
    },
)


def _replacing(form: Any, seat: Seat) -> None:
    """Who declined has said why."""
    if seat.state == "declined":
        del form.note


def _replaced(seat: Seat) -> dict[str, Any]:
    session = db.session()
    panel = session.get_one(Panel, seat.panel_id)
    leaving, following = pages.changing(session, seat, facts.next_up(session, panel, seat))
    said = f"{leaving}{f'不能参加（{seat.reason}）' if seat.state == 'declined' else '还没有答复'}。"
    if following:
        said += f"按抽取的先后，由{following}递补，替换后马上收到邀请；不能指定由谁递补。"
    return {"explain": said, "back": Back(_panel_of(seat), panel.title)}


web.steps(
    bp,
    Seat,
    {
        "replace": Verb(
            forms.ReplaceForm, actions.replace, said="已替换，候补评委已收到邀请。", prepare=_replacing, show=_replaced, back=_panel_of
        )
    },
)
web.steps(
    bp,
    Assignment,
    {
        "recuse": Verb(act=actions.recuse, back=_back_from_assignment, said="已回避，这份申报不再向您显示。"),
        "reopen": Verb(act=actions.reopen, back=_panel_of, said="已退回复评。"),
    },
)
