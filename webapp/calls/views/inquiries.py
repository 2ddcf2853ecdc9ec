"""Pages of 答疑, of following a call, and of what a version changed."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.calls import forms, queries
from webapp.calls.actions import inquiries as acts
from webapp.calls.models import Call, Inquiry
from webapp.calls.queries import inquiries as reads
from webapp.calls.queries.versions import version_of
from webapp.calls.rules import asking_ends, asking_refusal
from webapp.calls.views.base import bp, here, me
from webapp.core import web
from webapp.core.web import Back, Verb, db, entry, now, page
from webapp.permissions import roles_for


def asking(call: Call) -> dict[str, Any]:
    """What the page of a call says about its questions, and whether one more may be asked."""
    ends = asking_ends(queries.rules_of(call), call.closes_at)
    figures = reads.asking(db.session(), call.id, me().id)
    return {
        "figures": figures, "ends": ends, "may_ask": asking_refusal(call.state, call.opens_at, ends, 0, now()) is None,
        "answers": here("inquiry.answer") and queries.runs(me(), call.area_code, call.operator_id),
    }  # fmt: skip


@bp.get("/calls/<int:id>/inquiries")
@entry("call.read", Call)
def inquiries(call: Call) -> ResponseReturnValue:
    """答疑: all questions and answers of a call, for everybody; those that wait, for its office and for who asked."""
    session, told = db.session(), asking(call)
    found = reads.answered(session, call.id, after=request.args.get("after"))
    return page(
        "calls/inquiries.html", layout=web.frame(), heading="答疑", back=Back(url_for("calls.show", id=call.id), call.title),
        page=web.listing(found), asking=told, call_id=call.id,
        waiting=reads.unanswered(session, call.id) if told["answers"] else [],
        mine=reads.of_person(session, call.id, me().id) if me().id and not told["answers"] else [],
    )  # fmt: skip


@bp.route("/calls/<int:id>/ask", methods=["GET", "POST"])
@entry("inquiry.create", Call, signed_in=True, lock=False)
def ask(call: Call) -> ResponseReturnValue:
    """提问."""
    form: Any = forms.Ask()
    if form.validate_on_submit():
        made = web.tried(form, lambda: acts.ask(db.session(), call, text=form.text.data, by=me(), at=now()))
        if made is not None:
            flash("问题已提交。答复后会通知您，问题和答复同时公开，不透露是谁问的。", "ok")
            return redirect(url_for("calls.inquiries", id=call.id))
    ends = asking_ends(queries.rules_of(call), call.closes_at)
    return page(
        "calls/ask.html", 422 if request.method == "POST" else 200, layout=web.frame(), heading="提问", form=form, submit="提交问题",
        ends=ends, over=asking_refusal(call.state, call.opens_at, ends, 0, now()), back=Back(url_for("calls.show", id=call.id), call.title),
    )  # fmt: skip


@bp.get("/inquiries/<int:id>")
@entry("inquiry.read", Inquiry)
def inquiry_show(inquiry: Inquiry) -> ResponseReturnValue:
    """One question: to its office with who asked, to who asked with where it stands."""
    call = db.session().get_one(Call, inquiry.call_id)
    named = bool(roles_for("inquiry.answer") & web.roles_here())
    own = inquiry.person_id is not None and inquiry.person_id == me().id
    person, organisation = reads.asker(db.session(), inquiry) if named else ("", "")
    return page(
        "calls/inquiry.html", layout=web.frame(), heading="提问", call_title=call.title, call_id=call.id, text=inquiry.text if named or own else "",
        wording=inquiry.wording, answer=inquiry.answer, answered_at=inquiry.answered_at, person=person, organisation=organisation,
        state_label=inquiry.state_label, stages=web.where(inquiry), steps=web.can(inquiry),
        due=web.due(inquiry.due_at) if inquiry.state == "asked" else None, entries=web.timeline(inquiry.ref) if named or own else [],
    )  # fmt: skip


@bp.post("/calls/<int:id>/follow")
@entry("call.follow", Call, signed_in=True, lock=False)
def follow(call: Call) -> ResponseReturnValue:
    """关注, or no longer."""
    on = request.form.get("on", "1") == "1"
    acts.follow(db.session(), call, on=on, by=me(), at=now())
    flash("已关注。发布新版、公开答疑时会通知您。" if on else "已不再关注。", "ok")
    return redirect(url_for("calls.show", id=call.id))


@bp.get("/calls/<int:id>/versions/<int:version>")
@entry("call.read", Call)
def version(call: Call, version: int) -> ResponseReturnValue:
    """第几版改了什么, section by section."""
    found = version_of(db.session(), call.id, version)
    if found is None:
        abort(404)
    return page(
        "calls/version.html", layout=web.frame(), heading=f"第 {found.version} 版改了什么" if version > 1 else "第 1 版", told=found, call_id=call.id,
        back=Back(url_for("calls.show", id=call.id), call.title),
    )  # fmt: skip


def _filled(form: Any, inquiry: Inquiry) -> None:
    """What stands now, to begin with: the public wording, or what was asked."""
    if request.method == "GET":
        form.wording.data, form.answer.data = inquiry.wording or inquiry.text, inquiry.answer


def _shown(inquiry: Inquiry) -> dict[str, Any]:
    return {"asked": inquiry.text}


def _call(inquiry: Inquiry) -> str:
    return url_for("calls.inquiries", id=inquiry.call_id)


web.steps(
    bp,
    Inquiry,
    {
        "answer": Verb(forms.Answer, acts.answer, "calls/answer.html", "已答复，并对所有人公开。", _filled, _shown, _call),
        "correct": Verb(forms.Correct, acts.correct, "calls/answer.html", "答复已更正，并已告知关注的人。", _filled, _shown, _call),
        "decline": Verb(act=acts.decline, said="已答复提问人，不公开。"),
        "withdraw": Verb(said="问题已撤回。"),
    },
)
