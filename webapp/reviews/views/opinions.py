"""进入评审, and the opinions of communities and streets."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import OPINION_SILENCES
from webapp.core import web
from webapp.core.web import Back, Can, Part, Verb, db, entry, now, page
from webapp.core.workflow import NotAllowed, Refused, refusals
from webapp.permissions import roles_for
from webapp.reviews import actions, forms
from webapp.reviews.models import Opinion
from webapp.reviews.queries import coreview, pages
from webapp.reviews.views.blueprint import bp, me
from webapp.workflows import OPINION

NOT_OFFERED = {"office", "up", "street", "support", "hidden", "answered", "signed", "own", "aside_before"}
"""Codes of refusals that no doing of the person mends."""
web.steps(bp, Call, {"review": Verb(act=actions.review, said="已进入评审，社区和街道已收到通知。")})


@bp.get("/opinions")
@entry("opinion.list")
def opinions() -> ResponseReturnValue:
    """申报立项协同审核: what one's office was asked."""
    state = request.args.get("state", "")
    found = pages.opinions(db.session(), me(), state=state, after=request.args.get("after"))
    return page("reviews/opinions.html", page=web.listing(found, state=state), state=state, states=OPINION.states)


@bp.get("/opinions/<int:id>")
@entry("opinion.read", Opinion)
def opinion_show(opinion: Opinion) -> ResponseReturnValue:
    """One opinion: what was said, by whom, who witnessed it, and what the applicant answers.

    The applicant reads the opinion of an office; who wrote it, who stood aside and why, are the offices' own.
    """
    session = db.session()
    inside = bool(web.roles_here() & roles_for("opinion.list"))
    call, found = pages.around_opinion(session, opinion.id)
    others = [one for one in coreview.said_of(session, me(), opinion.application_id, names=inside) if one.id != opinion.id]
    return page(
        "reviews/opinion.html", opinion=found, stages=web.where(opinion), steps=_steps(opinion), due=web_due(opinion),
        entries=web.timeline(opinion.ref) if inside else [], heading=opinion.title, inside=inside, others=others,
        items=coreview.items_of(session, opinion, rules_of(call).community_rubric) if opinion.kind == "community" else [],
        signed=coreview.signed_of(session, opinion.id) if inside and opinion.state == "given" else [],
        aside=coreview.aside_of(session, opinion.id) if inside and opinion.state == "asked" else [],
        silence=OPINION_SILENCES[rules_of(call).coreview.silence] if opinion.kind == "community" else OPINION_SILENCES["none"],
        delegates=opinion.state == "asked" and bool(web.roles_here() & {"community", "party_lead", "street"}),
    )  # fmt: skip


def web_due(thing: Any) -> Any:
    """The moment something is due, as the page's box of actions takes it."""
    return thing.due_at if thing.state in {"asked", "assigned", "scoring"} else None


def _steps(opinion: Opinion) -> list[Can]:
    """Those of another office read it and are offered nothing; what is over is not offered to be done again."""
    return [can for can in web.can(opinion) if not any(one.code in NOT_OFFERED for one in can.blockers)]


@bp.route("/opinions/<int:id>/give", methods=["GET", "POST"])
@entry("opinion.give", Opinion)
def opinion_give(opinion: Opinion) -> ResponseReturnValue:
    """填写意见."""
    session = db.session()
    call, found = pages.around_opinion(session, opinion.id)
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
        others=[one for one in coreview.said_of(session, me(), opinion.application_id, names=True) if one.id != opinion.id and one.state == "given"],
        back=Back(url_for("reviews.opinion_show", id=opinion.id), opinion.title),
    )  # fmt: skip


web.steps(
    bp,
    Opinion,
    {
        "stand_aside": Verb(act=actions.stand_aside, said="已登记回避，由同事填写；没有别人的，已转街道。"),
        "hand_up": Verb(act=actions.hand_up, said="已转街道填写。"),
        "witness": Verb(act=actions.witness, said="已见证。"),
        "dissent": Verb(act=actions.dissent, said="异议已记下，主办单位、街道和社区都看得到。"),
        "answer": Verb(act=actions.answer_opinion, said="已答复，填写意见的单位会看到。"),
    },
)
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


def on_application(application: Application) -> Part | None:
    """On an application's page: what communities and streets say, as far as the viewer may read it."""
    if not set(application.stages) & {"coreview", "street"} or application.state in {"draft", "submitted", "returned"}:
        return None
    inside = bool(web.roles_here() & roles_for("opinion.list"))
    found = coreview.said_of(db.session(), me(), application.id, names=inside)
    return Part("reviews/_opinions.html", {"opinions": found, "inside": inside}) if found else None
