"""What experts do: answer the invitation, read, score, step aside."""

from typing import Any

import sqlalchemy as sa
from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.applications import queries as applications
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core import files, web
from webapp.core.clock import CHINA
from webapp.core.web import Verb, db, entry, now, page
from webapp.core.workflow import NotAllowed, Refusal, Refused, refuse
from webapp.reviews import actions, forms
from webapp.reviews.models import Assignment, Panel, Seat
from webapp.reviews.queries import experts
from webapp.reviews.queries.facts import promise_of
from webapp.reviews.views.blueprint import bp, me
from webapp.scoring.models import Scorecard
from webapp.scoring.queries import card_of
from webapp.scoring.rules import items, most, said


@bp.get("/my/reviews")
@entry("assignment.list")
def mine() -> ResponseReturnValue:
    """我的评审: invitations, and what was given to me."""
    session = db.session()
    seats = experts.my_seats(session, me().id)
    piles = experts.my_pile(session, me().id, [one.panel_id for one in seats])
    return page("reviews/mine.html", heading="我的评审", seats=seats, piles=piles)


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


def _rules(assignment: Assignment) -> tuple[Any, Panel]:
    found = sa.select(Panel, Call).join(Call, Call.id == Panel.call_id).where(Panel.id == assignment.panel_id)
    panel, call = db.session().execute(found).one()
    return rules_of(call), panel


@bp.get("/assignments/<int:id>")
@entry("assignment.read", Assignment)
def assignment_show(assignment: Assignment) -> ResponseReturnValue:
    """One application to be scored: what was handed in on the left, the rubric on the right."""
    return _scoring(assignment)


def _scoring(assignment: Assignment, form: Any = None, status: int = 200) -> ResponseReturnValue:
    session = db.session()
    rules, panel = _rules(assignment)
    card = card_of(session, assignment.scorecard_id)
    if form is None:
        given = {forms.POINTS + key: value for key, value in card.points.items()}
        form = forms.card_form(card.tree, comment=forms.reason_label(card.tree))(formdata=None, data={**given, "comment": card.comment})
    editable = assignment.state == "assigned" and panel.state == "scoring"
    return page(
        "reviews/score.html", status, heading=assignment.title, assignment_id=assignment.id, state=assignment.state,
        panel=panel.title, place=experts.place_in(session, assignment), form=form, editable=editable,
        reading=experts.reading(session, assignment, rules, blind=experts.is_blind(rules, web.roles_here(), panel.state)),
        rubric=items(card.tree), most=most(card.tree), points=card.points, comment=card.comment, total=card.total,
        saved_at=card.saved_at, due=assignment.due_at, recuse=_recusal(assignment) if editable else None,
    )  # fmt: skip


def _recusal(assignment: Assignment) -> Any:
    return next((can for can in web.can(assignment) if can.name == "recuse"), None)


@bp.post("/assignments/<int:id>/draft")
@entry("assignment.score", Assignment)
def assignment_draft(assignment: Assignment) -> ResponseReturnValue:
    """自动保存: whatever fits is kept, what does not fit is left as it was."""
    form = _form(assignment)
    form.validate()
    actions.save(db.session(), assignment, points=_fitting(form), comment=(form["comment"].data or "")[:1000], by=me(), at=now())
    card = db.session().get_one(Scorecard, assignment.scorecard_id)
    return jsonify(saved=now().astimezone(CHINA).strftime("%H:%M"), total=said(card.total or 0))


def _form(assignment: Assignment) -> Any:
    card = card_of(db.session(), assignment.scorecard_id)
    return forms.card_form(card.tree, comment=forms.reason_label(card.tree))()


def _fitting(form: Any) -> dict[str, int | None]:
    """The points that can be kept: a box with something wrong in it keeps what was saved before."""
    return {key: value for key, value in forms.points_in(form).items() if not form[forms.POINTS + key].errors}


@bp.post("/assignments/<int:id>/score")
@entry("assignment.score", Assignment)
def assignment_score(assignment: Assignment) -> ResponseReturnValue:
    """保存并评下一份, or 提交评分."""
    session, form = db.session(), _form(assignment)
    if not form.validate_on_submit():
        return _scoring(assignment, form, 422)
    verb = actions.finish if request.form.get("do") == "submit" else actions.save
    try:
        verb(session, assignment, points=forms.points_in(form), comment=form["comment"].data or "", by=me(), at=now())
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
        name = one.place if one.place in form else forms.POINTS + one.place
        if name not in form:
            return False
        form[name].errors = [*form[name].errors, one.sentence]
    return True


@bp.get("/assignments/<int:id>/files/<int:number>")
@entry("assignment.read", Assignment)
def assignment_file(assignment: Assignment, number: int) -> ResponseReturnValue:
    """One attachment of the application; none while the review is blind, for papers carry seals and names."""
    rules, panel = _rules(assignment)
    if experts.is_blind(rules, web.roles_here(), panel.state):
        raise NotAllowed(Refusal("blind", "匿名评审期间不提供附件。"))
    found = list(applications.snapshot(db.session(), assignment.application_id).get("files") or ())
    if not 1 <= number <= len(found):
        raise refuse("file", "没有这份附件。")
    name = str(found[number - 1]["name"])
    return web.download(files.get(found[number - 1]["digest"]), name, "application/octet-stream")
