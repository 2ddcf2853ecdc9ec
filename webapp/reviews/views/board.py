"""试排: the line moved, three ways beside each other; runs saved, looked at again and taken over."""

import json
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from reports.money import Money
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core import web
from webapp.core.web import Back, db, entry, now, page
from webapp.core.workflow import refuse
from webapp.permissions import roles_for
from webapp.reviews import actions, forms
from webapp.reviews.actions import OUTCOMES
from webapp.reviews.queries import board, results
from webapp.reviews.rules import again
from webapp.reviews.rules.board import HOW, METHODS, Line, columns, line_of
from webapp.reviews.rules.ranking import RULE_VERSION
from webapp.reviews.views.blueprint import bp, me, only_its_own


@bp.get("/calls/<int:id>/board")
@entry("ranking.read", Call)
def board_show(call: Call) -> ResponseReturnValue:
    """试排 over a call's ranking; with `run`, from a saved run's line."""
    only_its_own(call, "ranking.read")
    run = None
    if (asked := request.args.get("run", "")).isdecimal() and (run := board.run(db.session(), call.id, int(asked))) is None:
        abort(404, "没有这次试排。")
    return _board(call, run=run)


def _board(
    call: Call, *, run: Any = None, saving: Any = None, adopting: Any = None, typed: MultiDict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    session, rules = db.session(), rules_of(call)
    base = board.ranking_run(session, call.id)
    titles = {one.key: one.title for one in rules.categories}
    form: Any = None
    found: list[Any] = []
    if base is not None:
        typed = typed if typed is not None else request.args
        moved = "pool" in typed and run is None
        form = forms.board_form(titles)(typed if moved else None, meta={"csrf": False})
        if not moved:
            forms.fill_board(form, line_of((run or base).inputs))
        if not moved or form.validate():
            found = columns(base.inputs, _line(form), board.givers(session, base.inputs), board.listed(session, call.id))
        else:
            status = 422
    open_list = call.state == "ranked" and bool(roles_for("ranking.edit") & web.roles_here())
    return page(
        "reviews/tryout.html", status, heading=f"试排：{call.title}", call_id=call.id, form=form, categories=titles, methods=METHODS, how=HOW,
        rows=results.ranking(session, call.id, rules.aggregation), columns=found, pool=rules.pool, base=board.listed(session, call.id),
        runs=board.runs(session, call.id), run=_shown(run), version=RULE_VERSION, outcomes=OUTCOMES,
        _saving=(saving or forms.SaveRunForm(formdata=None)) if open_list else None,
        _adopting=(adopting or forms.AdoptForm(formdata=None)) if open_list and run is not None else None,
        back=Back(url_for("reviews.ranking", id=call.id), "综合排名"),
    )  # fmt: skip


def _shown(run: Any) -> dict[str, Any] | None:
    """A saved run as it was saved, and whether it repeats."""
    if run is None:
        return None
    chosen = [row for row in run.outputs["rows"] if row["outcome"] == "propose"]
    return {
        "id": run.id, "title": run.title, "at": run.at, "rule_version": run.rule_version, "method": METHODS[run.inputs["method"]],
        "same": board.same_again(run), "adopted_at": run.adopted_at, "count": len(chosen),
        "total": sum((Money(row["amount_fen"]) for row in chosen), Money(0)),
    }  # fmt: skip


def _line(form: Any) -> Line:
    most = {name.removeprefix(forms.MOST): form[name].data for name in form._fields if name.startswith(forms.MOST)}
    return Line(form.pool.data, form.pass_line.data or 0, form.organisation.data, most)


@bp.post("/calls/<int:id>/board")
@entry("ranking.edit", Call)
def board_save(call: Call) -> ResponseReturnValue:
    """保存试排."""
    only_its_own(call, "ranking.edit")
    titles = {one.key: one.title for one in rules_of(call).categories}
    form, saving = forms.board_form(titles)(request.form, meta={"csrf": False}), forms.SaveRunForm()
    if saving.validate_on_submit() and form.validate():
        answers = {"method": saving.method.data, "title": saving.title.data or ""}
        run = web.tried(saving, lambda: actions.save_run(db.session(), call, _line(form), **answers, by=me(), at=now()))
        if run is not None:
            flash(f"试排“{run.title}”已保存。", "ok")
            return redirect(url_for("reviews.board_show", id=call.id, run=run.id))
        call = db.session().get_one(Call, call.id)
    return _board(call, saving=saving, typed=request.form, status=422)


@bp.post("/calls/<int:id>/board/adopt")
@entry("ranking.edit", Call)
def board_adopt(call: Call) -> ResponseReturnValue:
    """采用试排的名单."""
    only_its_own(call, "ranking.edit")
    form: Any = forms.AdoptForm()
    asked = request.form.get("run", "")
    run = board.run(db.session(), call.id, int(asked)) if asked.isdecimal() else None
    if run is None:
        raise refuse("run", "没有这次试排。请先保存一次试排，再采用它的名单。")
    key = run.id
    if form.validate_on_submit():
        changed = web.tried(form, lambda: actions.adopt(db.session(), call, run, reason=form.reason.data or "", by=me(), at=now()))
        if changed is not None:
            flash(f"已采用，名单改动 {changed} 项。", "ok")
            return redirect(url_for("reviews.ranking", id=call.id))
    session = db.session()
    call = session.get_one(Call, call.id)
    return _board(call, run=board.run(session, call.id, key), adopting=form, status=422)


def _asked_run(call: Call) -> tuple[Any, str]:
    """The run that `run` names, or else the one the list came from, with the digest the journal has of it; None before the ranking."""
    asked = request.args.get("run", "")
    run = board.any_run(db.session(), call.id, int(asked) if asked.isdecimal() else None)
    if run is None and asked:
        abort(404, "没有这次排名或试排。")
    return run, board.noted(db.session(), run) if run is not None else ""


@bp.get("/calls/<int:id>/recompute")
@entry("ranking.read", Call)
def recompute(call: Call) -> ResponseReturnValue:
    """重算: a run worked out again from what was saved with it, and what differs."""
    only_its_own(call, "ranking.read")
    run, noted = _asked_run(call)
    told = again.differences(run.rule_version, run.inputs, run.outputs, noted) if run is not None else []
    return page(
        "reviews/recompute.html", heading="重算排名", call_id=call.id, call=call.title, run_id=run.id if run is not None else None,
        title=(run.title or "综合排名") if run is not None else "", at=run.at if run is not None else None, differences=told,
        summary=again.summary(run.outputs) if run is not None and not told else "", rule_version=run.rule_version if run is not None else "",
        version=RULE_VERSION, digest=noted, recalculated_at=now(), back=Back(url_for("reviews.ranking", id=call.id), "综合排名"),
    )  # fmt: skip


@bp.get("/calls/<int:id>/RUN.json")
@entry("ranking.read", Call)
def run_file(call: Call) -> ResponseReturnValue:
    """All that is needed to work a run out again elsewhere, as `sanshe recompute` reads it; judges stand in it without their names."""
    only_its_own(call, "ranking.read")
    run, noted = _asked_run(call)
    found = (
        again.as_file(run, call=call.number, noted=noted) if run is not None else {"format": again.FORMAT, "call": call.number, "run": None}
    )
    return web.download(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True).encode(), "RUN.json", "application/json")
