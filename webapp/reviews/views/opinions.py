"""进入评审, and the opinions of communities and streets."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core import web
from webapp.core.web import Back, Can, Verb, db, entry, now, page
from webapp.core.workflow import NotAllowed, Refused, refusals
from webapp.reviews import actions, forms
from webapp.reviews.models import Opinion
from webapp.reviews.queries import pages
from webapp.reviews.views.blueprint import bp, me
from webapp.workflows import OPINION

web.steps(bp, Call, {"review": Verb(act=actions.review, said="已进入评审，社区和街道已收到通知。")})


@bp.get("/opinions")
@entry("opinion.read")
def opinions() -> ResponseReturnValue:
    """申报立项协同审核: what one's office was asked."""
    state = request.args.get("state", "")
    found = pages.opinions(db.session(), me(), state=state, after=request.args.get("after"))
    return page("reviews/opinions.html", page=web.listing(found, state=state), state=state, states=OPINION.states)


@bp.get("/opinions/<int:id>")
@entry("opinion.read", Opinion)
def opinion_show(opinion: Opinion) -> ResponseReturnValue:
    """One opinion."""
    return page(
        "reviews/opinion.html", opinion=pages.opinion(db.session(), opinion.id), stages=web.where(opinion), steps=_steps(opinion),
        due=web_due(opinion), entries=web.timeline(opinion.ref), heading=opinion.title,
    )  # fmt: skip


def web_due(thing: Any) -> Any:
    """The moment something is due, as the page's box of actions takes it."""
    return thing.due_at if thing.state in {"asked", "assigned", "scoring"} else None


def _steps(opinion: Opinion) -> list[Can]:
    """Those of another office read it and are offered nothing."""
    return [can for can in web.can(opinion) if not any(one.code == "office" for one in can.blockers)]


@bp.route("/opinions/<int:id>/give", methods=["GET", "POST"])
@entry("opinion.give", Opinion)
def opinion_give(opinion: Opinion) -> ResponseReturnValue:
    """填写意见."""
    session = db.session()
    found = pages.opinion(session, opinion.id)
    call = session.get_one(Call, pages.call_of_opinion(session, opinion.id))
    tree = rules_of(call).community_rubric if opinion.kind == "community" else None
    form = forms.opinion_form(tree)()
    form_places = {"comment": "reason", "points": forms.POINTS}
    if form.validate_on_submit():
        points = {key: value for key, value in forms.points_in(form).items() if value is not None}
        try:
            actions.give(session, opinion, verdict=form["verdict"].data, reason=form["reason"].data or "", points=points, by=me(), at=now())
        except Refused as refused:
            session.rollback()
            if isinstance(refused, NotAllowed) or not _at_fields(form, refused, form_places):
                raise
        else:
            flash("意见已提交。", "ok")
            return redirect(url_for("reviews.opinion_show", id=opinion.id))
    step = OPINION.step("give")
    asked = {"verdict", "reason", "points"}
    blockers = [] if request.method == "POST" else refusals(session, opinion, "give", by=me(), at=now())
    shown = Can(
        step.name, step.label, request.path, step.kind, step.confirm, step.note, True, tuple(b for b in blockers if b.place not in asked)
    )
    return page(
        "reviews/give.html", 422 if request.method == "POST" else 200, step=shown, form=form, opinion=found, rubric=tree,
        back=Back(url_for("reviews.opinion_show", id=opinion.id), opinion.title),
    )  # fmt: skip


opinion_give.asks = frozenset({"verdict", "reason", "points"})  # type: ignore[attr-defined]


def _at_fields(form: Any, refused: Refused, places: dict[str, str]) -> bool:
    """Say what scoring refused at the boxes it is about."""
    for one in refused.refusals:
        name = places.get(one.place, one.place)
        name = name if name in form else forms.POINTS + name
        if name not in form:
            return False
        form[name].errors = [*form[name].errors, one.sentence]
    return True
