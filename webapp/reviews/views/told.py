"""An applicant's own result, its one question, and the chair's page for the comments it reads."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core import links, web
from webapp.core.forms import Form, text
from webapp.core.web import Back, Part, Verb, db, entry, now, page
from webapp.permissions import roles_for
from webapp.reviews.actions import told as verbs
from webapp.reviews.models import Panel, ResultQuestion, Seat
from webapp.reviews.queries import told as reads
from webapp.reviews.views.blueprint import bp, me

OUTCOMES = {"propose": "拟立项", "reserve": "候补", "decline": "未列入拟立项名单"}


class AskResult(Form):
    """咨询结果."""

    text = TextAreaField("您的问题", text("请写明想问什么。", 500), description="每份申报只能问一次，由主办单位答复一次。")


@bp.get("/applications/<int:id>/result")
@entry("application.result", Application)
def own_result(application: Application) -> ResponseReturnValue:
    """评审结果: one's own scores by item, the part of the list, the comments; nothing before the release."""
    return _page(application, AskResult(formdata=None))


def _page(application: Application, form: Any, status: int = 200) -> ResponseReturnValue:
    session = db.session()
    found = reads.own_result(session, application)
    asked = reads.question_of(session, application.id) if found else None
    return page(
        "reviews/own_result.html", status, heading="评审结果", result=found, outcome=OUTCOMES.get(found.outcome or "", "") if found else "",
        form=form, asked={"text": asked.text, "answer": asked.answer, "state_label": asked.state_label} if asked else None,
        may_ask=found is not None and asked is None and bool(roles_for("application.ask_result") & web.roles_here()),
        action=url_for("reviews.ask_result", id=application.id),
        back=Back(url_for("applications.show", id=application.id), application.title),
    )  # fmt: skip


@bp.post("/applications/<int:id>/result/question")
@entry("application.ask_result", Application)
def ask_result(application: Application) -> ResponseReturnValue:
    """咨询结果, once."""
    form: Any = AskResult()
    if form.validate_on_submit():
        verbs.ask_result(db.session(), application, text=form.text.data, by=me(), at=now())
        flash("问题已送主办单位，答复后会通知您。", "ok")
        return redirect(url_for("reviews.own_result", id=application.id))
    return _page(application, form, 422)


@bp.get("/result-questions/<int:id>")
@entry("result_question.read", ResultQuestion)
def result_question_show(result_question: ResultQuestion) -> ResponseReturnValue:
    """结果咨询, with its answer."""
    found = reads.question(db.session(), result_question.id)
    ref = f"application:{found.application_id}"
    return page(
        "reviews/result_question.html", question=found, state_label=result_question.state_label, stages=web.where(result_question),
        steps=web.can(result_question), due=None, entries=web.timeline(result_question.ref, notes=False),
        application=links.hrefs([ref]).get(ref, ""),
    )  # fmt: skip


@bp.route("/seats/<int:id>/comments", methods=["GET", "POST"])
@entry("seat.totals", Seat)
def seat_comments(seat: Seat) -> ResponseReturnValue:
    """整理评审意见: what the judges wrote on each application, and what its applicant will read."""
    session = db.session()
    if request.method == "POST":
        typed = {name.removeprefix("text-"): said for name, said in request.form.items() if name.startswith("text-")}
        texts = {int(key): said for key, said in typed.items() if key.isdecimal() and len(key) < 18}
        changed = verbs.edit_comments(session, seat, texts, by=me(), at=now())
        flash(f"已保存 {changed} 份意见，结果发布后申报单位能看到。" if changed else "没有改动。", "ok")
        return redirect(url_for("reviews.seat_comments", id=seat.id))
    panel = session.get_one(Panel, seat.panel_id)
    ready = seat.chair and panel.state in {"closed", "confirmed"}
    return page(
        "reviews/comments.html", heading="整理评审意见", seat_id=seat.id, ready=ready,
        open=ready and not reads.released(session.get_one(Call, panel.call_id)), longest=verbs.LONGEST,
        applications=reads.to_edit(session, panel.id, seat.person_id) if ready else [],
        back=Back(url_for("reviews.seat_totals", id=seat.id), "评审组总分"),
    )  # fmt: skip


def on_application(application: Application) -> Part | None:
    """The way to one's own result, once it is out."""
    if not roles_for("application.result") & web.roles_here() or not reads.released(db.session().get_one(Call, application.call_id)):
        return None
    return Part("reviews/_own_result.html", {"href": url_for("reviews.own_result", id=application.id)})


web.steps(bp, ResultQuestion, {"answer": Verb(act=verbs.answer_result, said="已答复，申报单位会收到消息。")})
