"""Results of a panel: the board, an early opening, the chair, the locked totals, the report and its signatures."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.calls.queries import rules_of
from webapp.core import sheets, web
from webapp.core.web import Back, Verb, db, entry, now, page
from webapp.core.workflow import NotAllowed, Refusal
from webapp.permissions import roles_for
from webapp.reviews import actions, forms
from webapp.reviews.models import Panel, PanelReport, Seat
from webapp.reviews.queries import exports, scores
from webapp.reviews.rules.phases import hidden
from webapp.reviews.rules.report import method
from webapp.reviews.rules.signing import may_lock
from webapp.reviews.views.blueprint import bp, me, stands_clear

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/panels/<int:id>/board")
@entry("panel.scores", Panel)
def panel_board(panel: Panel) -> ResponseReturnValue:
    """The scores by alias, once all are in; sealed before."""
    session = db.session()
    stands_clear(panel.call_id)
    seen = scores.board(session, panel, web.roles_here())
    found = seen if isinstance(seen, scores.Board) else None
    return _board(panel, found, may_open=found is None and bool(roles_for("panel.open_sealed") & web.roles_here()))


def _board(panel: Panel, found: scores.Board | None, **more: Any) -> ResponseReturnValue:
    session = db.session()
    figures = rules_of(scores.moment_of(session, panel)[0]).figures
    told = scores.divergences(session, panel.id) if found else []
    aliases = scores.aliases(session, panel.id) if told else {}
    may_reopen = panel.state == "closed" and bool(roles_for("assignment.reopen") & web.roles_here())
    return page(
        "reviews/board.html", heading=f"评分结果：{panel.title}", panel_id=panel.id, panel_title=panel.title, board=found,
        method=method(_plain(figures)), limit=figures.divergence,
        told=[_far(one, aliases[one.person_id], with_key=may_reopen) for one in told], may_reopen=may_reopen,
        **({"may_open": False, "early": False} | more),
    )  # fmt: skip


def _far(one: scores.Far, judge: str, *, with_key: bool) -> dict[str, Any]:
    """A far score under its judge's alias; the key of the assignment goes only to who may send it back."""
    told = {"judge": judge, "title": one.title, "score": one.score, "asked": one.asked, "reason": one.reason}
    return told | ({"assignment_id": one.assignment_id} if with_key else {})


def _plain(figures: Any) -> dict[str, Any]:
    return {name: getattr(figures, name) for name in ("trim", "trim_from", "divergence", "standard_mean", "standard_deviation")}


@bp.route("/panels/<int:id>/open-sealed", methods=["GET", "POST"])
@entry("panel.open_sealed", Panel)
def panel_open_sealed(panel: Panel) -> ResponseReturnValue:
    """提前查看: the answer to the POST shows the scores once; nothing is opened for good."""
    session = db.session()
    stands_clear(panel.call_id)
    call, at = scores.moment_of(session, panel)
    if not hidden("scorecard.points", rules_of(call), web.roles_here(), at):
        return redirect(url_for("reviews.panel_board", id=panel.id))
    form: Any = forms.OpenSealedForm()
    if form.validate_on_submit():
        actions.open_sealed(session, panel, reason=form.reason.data, by=me(), at=now())
        return _board(panel, scores.opened(session, panel, call), early=True)
    return page(
        "reviews/open_sealed.html", 422 if request.method == "POST" else 200, heading="提前查看密封的评分", form=form,
        back=Back(url_for("reviews.panel_show", id=panel.id), panel.title), submit="记录并查看",
    )  # fmt: skip


@bp.get("/panels/<int:id>/scores.xlsx")
@entry("panel.scores", Panel)
def panel_workbook(panel: Panel) -> ResponseReturnValue:
    """评分明细: every card by item, under aliases; refused while the scores are sealed."""
    session = db.session()
    stands_clear(panel.call_id)
    call, at = scores.moment_of(session, panel)
    if hidden("scorecard.points", rules_of(call), web.roles_here(), at):
        raise NotAllowed(Refusal("sealed", "评分还没有公开，不能导出。"))
    columns, lines = exports.cards(session, panel)
    return web.download(sheets.write("xlsx", "评分明细", columns, lines, at=now()), f"评分明细-{panel.title}.xlsx", XLSX)


@bp.route("/seats/<int:id>/chair", methods=["GET", "POST"])
@entry("seat.chair", Seat)
def seat_chair(seat: Seat) -> ResponseReturnValue:
    """产生组长."""
    session = db.session()
    form: Any = forms.ChairForm()
    back = url_for("reviews.panel_show", id=seat.panel_id)
    if form.validate_on_submit():
        actions.appoint_chair(session, seat, how=form.how.data, by=me(), at=now())
        flash("已记录组长。", "ok")
        return redirect(back)
    name = scores.seated(session, seat.panel_id).get(seat.person_id, "")
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading=f"请{name or '这位评委'}担任组长", form=form, submit="确定",
        back=Back(back, "评审组"),
    )  # fmt: skip


@bp.route("/seats/<int:id>/totals", methods=["GET", "POST"])
@entry("seat.totals", Seat)
def seat_totals(seat: Seat) -> ResponseReturnValue:
    """锁定总分: what the chair checks, and the press that freezes it."""
    session = db.session()
    panel = session.get_one(Panel, seat.panel_id)
    if request.method == "POST":
        report = actions.lock_totals(session, seat, by=me(), at=now())
        flash("总分已锁定，请各位评委签署。", "ok")
        return redirect(url_for("reviews.panel_report_show", id=report.id))
    live = scores.live_report(session, panel.id)
    if live is not None:
        return redirect(url_for("reviews.panel_report_show", id=live.id))
    figures = rules_of(scores.moment_of(session, panel)[0]).figures
    return page(
        "reviews/totals.html", heading="核对并锁定总分", seat_id=seat.id, panel_title=panel.title,
        board=scores.board(session, panel, web.roles_here()) or None, method=method(_plain(figures)),
        blocker=may_lock(scores.facts_of_lock(session, panel, me().id)),
    )  # fmt: skip


@bp.get("/panel-reports/<int:id>")
@entry("panel_report.read", PanelReport)
def panel_report_show(report: PanelReport) -> ResponseReturnValue:
    """评审报告: its figures, and what every seated judge said."""
    return _report(report, forms.SignForm(formdata=None))


def _report(report: PanelReport, form: Any, status: int = 200) -> ResponseReturnValue:
    session = db.session()
    signed = scores.signatures(session, report, me(), web.roles_here())
    mine = next((one for one in signed if one.mine), None)
    office = bool(web.roles_here() - {"expert"})  # the timeline names who signed, which fellow judges may not be told yet
    shown = {key: value for key, value in report.content.items() if key != "judges"}
    return page(
        "reviews/report.html", status, heading=report.title, report_id=report.id, content=shown, digest=report.digest,
        state=report.state, state_label=report.state_label, method=method(report.content["figures"]), signed=signed, form=form,
        may_sign=mine is not None and not mine.kind and report.state == "signing", due=report.due_at,
        steps=web.can(report), stages=web.where(report),
        entries=web.timeline(report.ref, notes=False) if office else [], comments=_chairs_page(report), panel=report.panel_id if office else None,
    )  # fmt: skip


def _chairs_page(report: PanelReport) -> str:
    """Where the chair edits what applicants will read; empty for everybody else."""
    chair = scores.chair_of(db.session(), report.panel_id)
    return url_for("reviews.seat_comments", id=chair.id) if chair is not None and chair.person_id == me().id else ""


@bp.post("/panel-reports/<int:id>/sign")
@entry("panel_report.sign", PanelReport)
def panel_report_sign(report: PanelReport) -> ResponseReturnValue:
    """签署, or a dissent in writing."""
    form: Any = forms.SignForm()
    if not form.validate_on_submit():
        return _report(report, form, 422)
    actions.sign(db.session(), report, dissent=form.dissent.data or "", by=me(), at=now())
    flash("已签署。", "ok")
    return redirect(url_for("reviews.panel_report_show", id=report.id))


web.steps(
    bp,
    PanelReport,
    {
        "settle": Verb(act=actions.settle, said="评审报告已定稿。"),
        "void": Verb(said="评审报告已作废，请组长重新锁定总分。"),
    },
)
