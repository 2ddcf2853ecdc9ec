"""公示, and the objections to it."""

from datetime import date
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.models import Organisation
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core import web
from webapp.core.clock import last_day
from webapp.core.forms import Form
from webapp.core.web import Back, Part, Verb, db, entry, now, page
from webapp.permissions import GRASSROOTS, OFFICE, WATCH, roles_for
from webapp.reviews import actions, forms
from webapp.reviews.models import Notice, Objection
from webapp.reviews.queries import results
from webapp.reviews.rules.plain import markup_of, words_of
from webapp.reviews.views.blueprint import bp, me, only_its_own


def _to_notice(call: Call) -> str:
    return url_for("reviews.notice_show", id=results.notices(db.session(), call_id=call.id)[0].id)


def _prefill(form: Any, call: Call) -> None:
    if request.method == "GET":
        organiser = db.session().get_one(Organisation, call.organiser_id)
        form.accepts.data, form.phone.data = organiser.name, organiser.phone


web.steps(
    bp, Call,
    {"announce": Verb(forms.AnnounceForm, actions.announce, prepare=_prefill, back=_to_notice, said="结果、通知和公示已同时发布。")},
)  # fmt: skip
web.steps(
    bp,
    Application,
    {"renounce": Verb(act=actions.renounce, said="已放弃立项。", back=lambda one: web.href(one.ref) or "/")},
)


@bp.get("/notices/<int:id>.txt")
@entry("notice.read", Notice)
def notice_text(notice: Notice) -> ResponseReturnValue:
    """The notice as plain text, for the bureau's own site."""
    return Response(_words(notice), mimetype="text/plain; charset=utf-8")


def _words(notice: Notice) -> str:
    return words_of(notice.title, notice.number, notice.kind, notice.content, notice.digest, _last(notice))


def _last(notice: Notice) -> date | None:
    return last_day(notice.ends_at) if notice.kind != "result" else None


@bp.get("/notices/<int:id>.html")
@entry("notice.read", Notice)
def notice_markup(notice: Notice) -> ResponseReturnValue:
    """The notice as HTML to be pasted into the bureau's own site: a file, never shown inside this one."""
    address = url_for("reviews.notice_show", id=notice.id, _external=True)
    content = markup_of(notice.title, notice.number, notice.kind, notice.content, notice.digest, address, _last(notice))
    return web.download(content.encode(), f"{notice.number}.html", "text/html; charset=utf-8")


@bp.route("/calls/<int:id>/result", methods=["GET", "POST"])
@entry("ranking.edit", Call)
def call_result(call: Call) -> ResponseReturnValue:
    """发布立项公告."""
    only_its_own(call, "ranking.edit")
    if request.method == "POST":
        notice = actions.publish_result(db.session(), call, by=me(), at=now())
        flash("立项公告已发布。", "ok")
        return redirect(url_for("reviews.notice_show", id=notice.id))
    return page(
        "form.html", heading="发布立项公告", form=Form(), submit="发布立项公告", back=Back(url_for("reviews.ranking", id=call.id), "综合排名"),
        explain=f"“{call.title}”公示期满、异议都已答复、项目已立项的，发布公告。递补的项目立项后再发布一次，只公告还没有公告过的。",
    )  # fmt: skip


def _on_call(call: Call) -> Part | None:
    """On the call's page, for everybody: its notices, and how many wait in reserve, once the outcome is out."""
    if call.state not in {"announced", "awarded"}:
        return None
    found, waiting = results.notices(db.session(), call_id=call.id), results.in_reserve(db.session(), call.id)
    return Part("reviews/on_call.html", {"notices": found, "waiting": waiting}) if found else None


PARTS = {"call": (_on_call,)}


@bp.get("/notices/<int:id>")
@entry("notice.read", Notice)
def notice_show(notice: Notice) -> ResponseReturnValue:
    """公示, for everybody."""
    session = db.session()
    officer = bool(roles_for("objection.list") & web.roles_here())
    may_print = bool((GRASSROOTS | OFFICE | WATCH) & me().roles)
    open_for_objections = notice.kind != "result" and notice.state in {"running", "extended"} and now() < notice.ends_at
    return page(
        "reviews/notice.html", heading=notice.title, number=notice.number, kind=notice.kind, state_label=notice.state_label,
        state=notice.state, content=notice.content, items=results.items_of(notice.content), digest=notice.digest,
        starts_on=notice.starts_on, ends_at=notice.ends_at,
        last_day=last_day(notice.ends_at), notice_id=notice.id, open_for_objections=open_for_objections,
        objections=results.objections(session, notice.id, person_id=None if officer else me().id or 0), officer=officer,
        registers=bool(roles_for("objection.register") & web.roles_here()),
        held_on=date.fromisoformat(decided["held_on"]) if (decided := notice.content.get("decision")) else None,
        words=_words(notice), may_print=may_print, until=_last(notice),
        due=web.due(notice.ends_at) if open_for_objections else None,
        steps=web.can(notice) if officer else [],
    )  # fmt: skip


@bp.route("/notices/<int:id>/objection", methods=["GET", "POST"])
@entry("objection.create", Notice, signed_in=True)
def objection_new(notice: Notice) -> ResponseReturnValue:
    """提出异议."""
    form: Any = forms.ObjectionForm()
    form.application_id.choices = _items(notice)
    if form.validate_on_submit():
        objection = actions.object_to(
            db.session(),
            notice,
            name=form.name.data,
            text=form.text.data,
            application_id=form.application_id.data or None,
            kind=form.kind.data,
            by=me(),
            at=now(),
        )
        flash(f"异议已收到，受理编号 {objection.number}。主办单位会在期限前核实答复您。", "ok")
        return redirect(url_for("reviews.objection_show", id=objection.id))
    return page(
        "reviews/objection_new.html", 422 if request.method == "POST" else 200, heading="提出异议", form=form, submit="提交异议",
        back=Back(url_for("reviews.notice_show", id=notice.id), notice.title), layout="public.html", tell=False,
    )  # fmt: skip


def _items(notice: Notice) -> list[tuple[int, str]]:
    return [(0, "整个公示"), *((int(i["application"].partition(":")[2]), i["title"]) for i in notice.content["items"])]


@bp.route("/notices/<int:id>/register", methods=["GET", "POST"])
@entry("objection.register", Notice)
def objection_register(notice: Notice) -> ResponseReturnValue:
    """登记来信、来访、来电的异议."""
    form: Any = forms.RegisterForm()
    form.application_id.choices = _items(notice)
    if form.validate_on_submit():
        answers = {"name": form.name.data or "", "text": form.text.data, "kind": form.kind.data, "evidence": form.evidence.data or ""}
        about = form.application_id.data or None
        found = web.tried(
            form, lambda: actions.register_objection(db.session(), notice, application_id=about, **answers, by=me(), at=now())
        )
        if found is not None:
            flash(f"已登记，受理编号 {found.number}。", "ok")
            return redirect(url_for("reviews.objection_show", id=found.id))
        notice = db.session().get_one(Notice, notice.id)
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="登记异议", form=form, submit="登记",
        back=Back(url_for("reviews.notice_show", id=notice.id), notice.title),
    )  # fmt: skip


@bp.route("/objections/<int:id>/assign", methods=["GET", "POST"])
@entry("objection.register", Objection)
def objection_assign(objection: Objection) -> ResponseReturnValue:
    """指定承办人."""
    session = db.session()
    form: Any = forms.AssignForm()
    people = results.handlers(session, objection, now())
    form.handler_id.choices = [(key, name) for key, name in people.items()]
    back = Back(url_for("reviews.objection_show", id=objection.id), objection.title)
    if web.submitted(form, lambda: actions.assign(session, objection, handler_id=form.handler_id.data, by=me(), at=now())):
        flash("承办人已指定。", "ok")
        return redirect(back.href)
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="指定承办人", form=form, submit="指定", back=back,
    )  # fmt: skip


CLOCKS = {"raised": "答复期限", "answered": "可以申请复核到", "appealed": "复核期限"}
"""What runs in each state of an objection."""


@bp.get("/objections/<int:id>")
@entry("objection.read", Objection)
def objection_show(objection: Objection) -> ResponseReturnValue:
    """One objection, for who raised it and who answers it; its name only for these."""
    assigns = objection.state == "raised" and bool(roles_for("objection.register") & web.roles_here())
    named = objection.person_id == me().id or bool(roles_for("objection.answer") & web.roles_here())
    return page(
        "reviews/objection.html", heading=objection.title, objection=results.objection(db.session(), objection, with_name=named),
        stages=web.where(objection), steps=web.can(objection), assigns=assigns,
        due=web.due(objection.due_at) if objection.state in CLOCKS else None, clock=CLOCKS.get(objection.state, ""),
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
        "appeal": Verb(act=actions.appeal, said="已申请复核。"),
        "settle": Verb(forms.SettleForm, actions.settle_objection, said="已复核。"),
        "withdraw": Verb(said="异议已撤回。"),
    },
)
