"""公示, and the objections to it."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.calls.models import Call
from webapp.core import web
from webapp.core.clock import last_day
from webapp.core.web import Back, Verb, db, entry, now, page
from webapp.permissions import roles_for
from webapp.reviews import actions, forms
from webapp.reviews.models import Notice, Objection
from webapp.reviews.queries import results
from webapp.reviews.views.blueprint import bp, me


def _to_notice(call: Call) -> str:
    return url_for("reviews.notice_show", id=results.notices(db.session(), call_id=call.id)[0].id)


web.steps(bp, Call, {"announce": Verb(act=actions.announce, back=_to_notice, said="公示已发布。")})


@bp.get("/notices/<int:id>")
@entry("notice.read", Notice)
def notice_show(notice: Notice) -> ResponseReturnValue:
    """公示, for everybody."""
    session = db.session()
    officer = bool(roles_for("objection.list") & web.roles_here())
    open_for_objections = notice.kind == "before" and notice.state in {"running", "extended"} and now() < notice.ends_at
    return page(
        "reviews/notice.html", heading=notice.title, number=notice.number, kind=notice.kind, state_label=notice.state_label,
        state=notice.state, content=notice.content, items=results.items_of(notice.content), digest=notice.digest,
        starts_on=notice.starts_on, ends_at=notice.ends_at,
        last_day=last_day(notice.ends_at), notice_id=notice.id, open_for_objections=open_for_objections,
        objections=results.objections(session, notice.id, person_id=None if officer else me().id or 0), officer=officer,
        steps=web.can(notice) if officer else [],
    )  # fmt: skip


@bp.route("/notices/<int:id>/objection", methods=["GET", "POST"])
@entry("objection.create", Notice, signed_in=True)
def objection_new(notice: Notice) -> ResponseReturnValue:
    """提出异议."""
    form: Any = forms.ObjectionForm()
    items = notice.content["items"]
    form.application_id.choices = [(0, "整个公示"), *((int(i["application"].partition(":")[2]), i["title"]) for i in items)]
    if form.validate_on_submit():
        objection = actions.object_to(
            db.session(),
            notice,
            name=form.name.data,
            text=form.text.data,
            application_id=form.application_id.data or None,
            by=me(),
            at=now(),
        )
        flash("异议已收到，主办单位会核实后答复您。", "ok")
        return redirect(url_for("reviews.objection_show", id=objection.id))
    return page(
        "reviews/objection_new.html", 422 if request.method == "POST" else 200, heading="提出异议", form=form, submit="提交异议",
        back=Back(url_for("reviews.notice_show", id=notice.id), notice.title), layout="public.html", tell=False,
    )  # fmt: skip


@bp.get("/objections/<int:id>")
@entry("objection.read", Objection)
def objection_show(objection: Objection) -> ResponseReturnValue:
    """One objection, for who raised it and who answers it; its name only for these."""
    named = objection.person_id == me().id or bool(roles_for("objection.answer") & web.roles_here())
    return page(
        "reviews/objection.html", heading=objection.title, objection=results.objection(db.session(), objection, with_name=named),
        stages=web.where(objection), steps=web.can(objection), due=objection.due_at if objection.state == "raised" else None,
        entries=web.timeline(objection.ref, notes=False),
    )  # fmt: skip


web.steps(
    bp,
    Notice,
    {
        "extend": Verb(forms.ExtendForm, actions.extend, said="公示已延期。"),
        "end": Verb(act=actions.end, said="公示已期满。"),
    },
)
web.steps(
    bp,
    Objection,
    {
        "answer": Verb(forms.AnswerForm, actions.answer, said="已答复。"),
        "withdraw": Verb(said="异议已撤回。"),
    },
)
