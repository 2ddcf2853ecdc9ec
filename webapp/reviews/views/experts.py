"""What experts do: answer the invitation, read, score, step aside."""

import dataclasses
import io
from typing import Any

import sqlalchemy as sa
from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.applications import queries as applications
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core import files, sheets, web
from webapp.core.clock import CHINA
from webapp.core.web import Verb, db, entry, now, page
from webapp.core.workflow import NotAllowed, Refusal, Refused, refuse
from webapp.reviews import actions, forms
from webapp.reviews.models import Assignment, Divergence, Panel, Seat
from webapp.reviews.queries import experts, scores
from webapp.reviews.queries.facts import promise_of
from webapp.reviews.rules import sheet
from webapp.reviews.views.blueprint import bp, me
from webapp.scoring.queries import card_of, tree_of
from webapp.scoring.rules import items, most, said

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/my/reviews")
@entry("assignment.list")
def mine() -> ResponseReturnValue:
    """我的评审: invitations, and what was given to me; of a long pile the part where the first open file lies, or the one asked for."""
    session = db.session()
    seats = experts.my_seats(session, me().id)
    asked, start = request.args.get("panel", type=int), request.args.get("after", default=0, type=int)
    starts = {one.panel_id: start if one.panel_id == asked else experts.start_of(one.first_open) for one in seats}
    piles = experts.my_pile(session, me().id, starts, me())
    return page("reviews/mine.html", heading="我的评审", seats=seats, piles=piles, starts=starts, shown=experts.SHOWN)


@bp.get("/seats/<int:id>")
@entry("seat.read", Seat)
def seat_show(seat: Seat) -> ResponseReturnValue:
    """An invitation with the 承诺书."""
    found = experts.my_seats(db.session(), seat.person_id, seat.id)[0]
    return page(
        "reviews/seat.html", heading=seat.title, seat=found, pledge=promise_of(db.session(), seat, now()), steps=web.can(seat), stages=[], due=None,
        entries=web.timeline(seat.ref),
    )  # fmt: skip


def _pledge(seat: Seat) -> dict[str, Any]:
    return {"pledge": promise_of(db.session(), seat, now())}


web.steps(
    bp,
    Seat,
    {
        "pledge": Verb(forms.PledgeForm, actions.pledge, template="reviews/pledge.html", show=_pledge, said="承诺书已签署，谢谢。"),
        "decline": Verb(act=actions.decline, said="已告知组织单位。"),
    },
)


@bp.get("/seats/<int:id>/sheet.xlsx")
@entry("seat.sheet", Seat)
def seat_workbook(seat: Seat) -> ResponseReturnValue:
    """离线评分表: one workbook with the whole pile; the applicant's name is in none of its cells."""
    rubric, entries = experts.sheet_of(db.session(), seat)
    content = sheets.write("xlsx", sheet.NAME, sheet.columns(rubric), sheet.lines(rubric, entries), at=now())
    return web.download(content, "离线评分表.xlsx", XLSX)


@bp.route("/seats/<int:id>/sheet", methods=["GET", "POST"])
@entry("seat.sheet", Seat)
def seat_sheet(seat: Seat) -> ResponseReturnValue:
    """导入离线评分表: kept as drafts, each error told at its cell; handing in stays with the page of each file."""
    form: Any = forms.SheetForm()
    if form.validate_on_submit():
        sent = form.file.data[0]
        changed = web.tried(form, lambda: actions.take_sheet(db.session(), seat, io.BytesIO(sent.content), sent.name, by=me(), at=now()))
        if changed is not None:
            flash(f"已导入，{changed} 份评分有改动，请核对后逐份提交。" if changed else "评分表与平台上的一致，没有改动。", "ok")
            return redirect(url_for("reviews.mine"))
    rubric, entries = experts.sheet_of(db.session(), seat)
    return page(
        "reviews/sheet.html", 422 if request.method == "POST" else 200, heading="离线评分", form=form, seat_id=seat.id,
        files=len(entries), done=sum(one.done for one in entries), rubric=rubric,
    )  # fmt: skip


def _rules(assignment: Assignment) -> tuple[Any, Panel, Call, Divergence | None]:
    """The rules a file is judged by, its panel and call, and whether its score was found far; in one statement."""
    found = (
        sa.select(Panel, Call, Divergence)
        .join(Call, Call.id == Panel.call_id)
        .outerjoin(Divergence, Divergence.assignment_id == assignment.id)
        .where(Panel.id == assignment.panel_id)
    )
    panel, call, far = db.session().execute(found).one()
    return rules_of(call), panel, call, far


@bp.get("/assignments/<int:id>")
@entry("assignment.read", Assignment)
def assignment_show(assignment: Assignment) -> ResponseReturnValue:
    """One application to be scored: what was handed in on the left, the rubric on the right."""
    return _scoring(assignment)


def _scoring(assignment: Assignment, form: Any = None, status: int = 200, explain: Any = None) -> ResponseReturnValue:
    session = db.session()
    rules, panel, call, far = _rules(assignment)
    card = card_of(session, assignment.scorecard_id, jotting=True)
    jotting = card.jotting
    if form is None:
        form = _form_class(card.tree)(formdata=None, data=forms.filled(card.marks, card.comment, jotting))
    editable = assignment.state == "assigned" and panel.state == "scoring"
    return page(
        "reviews/score.html", status, heading=assignment.title, assignment_id=assignment.id, panel_id=panel.id, state=assignment.state,
        panel=panel.title, place=experts.place_in(session, assignment), form=form, editable=editable,
        reading=experts.reading(session, assignment, rules, blind=experts.is_blind(rules, web.roles_here(), panel, call)),
        rubric=items(card.tree), most=most(card.tree), over=bool(card.tree.get("over")), marks=card.marks, comment=card.comment,
        total=card.total, jotting=jotting, saved_at=card.saved_at, due=assignment.due_at,
        far=scores.asked_of(far, panel, rules),
        later=web.parts(assignment), explain=explain or forms.ExplainForm(), recuse=_recusal(assignment) if editable else None,
    )  # fmt: skip


def _recusal(assignment: Assignment) -> Any:
    return next((can for can in web.can(assignment) if can.name == "recuse"), None)


@bp.post("/assignments/<int:id>/draft")
@entry("assignment.score", Assignment)
def assignment_draft(assignment: Assignment) -> ResponseReturnValue:
    """自动保存: whatever fits is kept, what does not fit is left as it was."""
    form = _form(assignment)
    form.validate()
    card = actions.save(db.session(), assignment, **dataclasses.asdict(forms.typed(form, fitting=True)), by=me(), at=now())
    wrong = [f"“{box.label.text}”没有保存：{box.errors[0]}" for box in form if box.errors]
    return jsonify(saved=now().astimezone(CHINA).strftime("%H:%M"), total=said(card.total or 0), remark=wrong[0] if wrong else "")


def _form_class(tree: dict[str, Any]) -> type[Any]:
    return forms.card_form(tree, comment=forms.reason_label(tree), whole=True)


def _form(assignment: Assignment) -> Any:
    return _form_class(tree_of(db.session(), assignment.scorecard_id))()


@bp.post("/assignments/<int:id>/score")
@entry("assignment.score", Assignment)
def assignment_score(assignment: Assignment) -> ResponseReturnValue:
    """保存并评下一份, or 提交评分."""
    session, form = db.session(), _form(assignment)
    if not form.validate_on_submit():
        return _scoring(assignment, form, 422)
    verb = actions.finish if request.form.get("do") == "submit" else actions.save
    try:
        verb(session, assignment, **dataclasses.asdict(forms.typed(form)), by=me(), at=now())
    except Refused as refused:
        session.rollback()
        if isinstance(refused, NotAllowed) or not _at_fields(form, refused):
            raise
        return _scoring(session.get_one(Assignment, assignment.id), form, 422)
    place = experts.place_in(session, assignment)
    flash("评分已提交。" if verb is actions.finish else "已保存。", "ok")
    if place.next_open_id is None:
        return redirect(url_for("reviews.mine"))
    return redirect(url_for("reviews.assignment_show", id=place.next_open_id))


def _at_fields(form: Any, refused: Refused) -> bool:
    """Say what scoring refused at the boxes it is about."""
    for one in refused.refusals:
        name = one.place if one.place in form else forms.box_of(one.place)
        if name not in form:
            return False
        form[name].errors = [*form[name].errors, one.sentence]
    return True


@bp.post("/assignments/<int:id>/divergence")
@entry("assignment.score", Assignment)
def assignment_explain(assignment: Assignment) -> ResponseReturnValue:
    """书面说明: why a score far from the others' stays."""
    form: Any = forms.ExplainForm()
    if not form.validate_on_submit():
        return _scoring(assignment, form=None, status=422, explain=form)
    actions.explain(db.session(), assignment, reason=form.reason.data, by=me(), at=now())
    flash("说明已提交。", "ok")
    return redirect(url_for("reviews.assignment_show", id=assignment.id))


@bp.get("/assignments/<int:id>/files/<int:number>")
@entry("assignment.read", Assignment)
def assignment_file(assignment: Assignment, number: int) -> ResponseReturnValue:
    """One attachment of the application; none while the review is blind, for papers carry seals and names."""
    rules, panel, call, _ = _rules(assignment)
    if experts.is_blind(rules, web.roles_here(), panel, call):
        raise NotAllowed(Refusal("blind", "匿名评审期间不提供附件。"))
    found = list(applications.snapshot(db.session(), assignment.application_id).get("files") or ())
    if not 1 <= number <= len(found):
        raise refuse("file", "没有这份附件。")
    name, digest = str(found[number - 1]["name"]), found[number - 1]["digest"]
    if kept_back := files.withheld(files.scan_of(db.session(), digest), own=False):
        raise Refused(kept_back)
    return web.download(files.get(digest), name, "application/octet-stream")
