"""Who works on an application: colleagues with their levels, people from outside, and the confirmation before it is handed in."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField

from webapp.applications import queries
from webapp.applications.actions import content_of
from webapp.applications.actions import together as verbs
from webapp.applications.models import Application, Certification
from webapp.applications.queries import together as reads
from webapp.applications.rules import LEVELS
from webapp.applications.views.base import bp, here, me, told
from webapp.core import links, web
from webapp.core.forms import Form, text
from webapp.core.web import Back, Verb, db, entry, now, page
from webapp.workflows import ROLES


class Invite(Form):
    """请外单位的人协作."""

    name = StringField("姓名", text("请填写对方在平台上的姓名。", 20))
    phone = StringField("手机号", text("请填写对方登录平台用的手机号。", 20), render_kw={"inputmode": "tel"})
    level = SelectField("权限", choices=[(key, LEVELS[key]) for key in ("fill", "view")])


@bp.get("/applications/<int:id>/together")
@entry("application.edit", Application)
def together(application: Application) -> ResponseReturnValue:
    """协作人与送审."""
    return _page(application, Invite(formdata=None))


def _page(application: Application, form: Any, status: int = 200) -> ResponseReturnValue:
    session = db.session()
    people = reads.colleagues(session, application, now())
    mine, stands = reads.standing(session, application, me())
    newest = reads.newest_certification(session, application.id)
    return page(
        "applications/together.html", status, heading="协作人与送审", form=form, level=mine, levels=LEVELS,
        people=[
            {"id": one.id, "name": one.name, "role": ROLES.get(one.role or "", "外单位协作人"), "given": one.given or "", "level": LEVELS[one.level],
             "head": one.role == "org_lead", "most": one.role == "org_member"}
            for one in people
        ],
        certifiers=[(one.id, one.name) for one in people if one.role in {"org_lead", "org_member"} and one.id != me().id],
        needed=stands.needed, stands=reads.CERTIFIED.get((stands.state, stands.same), ""), certifier=stands.certifier,
        certification=links.hrefs([f"certification:{newest}"]).get(f"certification:{newest}", "") if newest else "",
        may_set=here("application.people"), may_ask=mine != "view" and application.state in {"draft", "returned"} and stands.state != "asked",
        application_id=application.id, back=Back(url_for("applications.show", id=application.id), application.title),
    )  # fmt: skip


@bp.post("/applications/<int:id>/people")
@entry("application.people", Application)
def people(application: Application) -> ResponseReturnValue:
    """设定协作人: who may do what, and whether the organisation wants its applications confirmed."""
    typed = {name.removeprefix("level-"): said for name, said in request.form.items() if name.startswith("level-")}
    levels = {int(key): said for key, said in typed.items() if key.isdecimal() and len(key) < 18}
    changed = verbs.set_people(db.session(), application, levels, certified=request.form.get("certified") == "1", by=me(), at=now())
    flash("已保存。" if changed else "没有改动。", "ok")
    return redirect(url_for("applications.together", id=application.id))


@bp.post("/applications/<int:id>/invite")
@entry("application.people", Application)
def invite(application: Application) -> ResponseReturnValue:
    """请外单位的人协作."""
    form: Any = Invite()
    if form.validate_on_submit():
        answers = form.answers()
        if web.tried(form, lambda: verbs.invite(db.session(), application, **answers, by=me(), at=now())) is not None:
            flash(f"已请{form.name.data}协作，对方会收到消息。", "ok")
            return redirect(url_for("applications.together", id=application.id))
    return _page(application, form, 422)


@bp.post("/applications/<int:id>/certify")
@entry("application.edit", Application)
def certify(application: Application) -> ResponseReturnValue:
    """送审."""
    typed = request.form.get("certifier", "")
    chosen = int(typed) if typed.isdecimal() and len(typed) < 18 else 0
    asked = verbs.ask_certifier(db.session(), application, chosen, by=me(), at=now())
    flash("已送审，确认人会收到消息。确认前请不要再改。", "ok")
    return redirect(url_for("applications.certification_show", id=asked.id))


@bp.get("/certifications/<int:id>")
@entry("certification.read", Certification)
def certification_show(certification: Certification) -> ResponseReturnValue:
    """送审确认: what stands in the application now, to be confirmed by the colleague who was asked."""
    application = db.session().get_one(Application, certification.application_id)
    found = queries.whole(db.session(), application, now())
    content = found.content if found.facts is None and found.content else content_of(found)
    names = reads.names(db.session(), (certification.prepared_by_id, certification.certifier_id))
    steps = web.can(certification) if certification.certifier_id == me().id else []
    return page(
        "applications/certification.html", certification={"title": certification.title, "state_label": certification.state_label},
        stages=web.where(certification), steps=steps, prepared_by=names[0], certifier=names[1], due=None,
        same=certification.versions == found.versions, parts=told(found.rules, content),
        left=[{"title": one.title, "left": len(one.remarks)} for one in found.sheets if one.remarks],
        requested=application.requested_fen, own=application.own_fen,
        back=Back(url_for("applications.show", id=application.id), application.title), entries=web.timeline(certification.ref),
    )  # fmt: skip


web.steps(
    bp,
    Certification,
    {"confirm": Verb(act=verbs.confirm, said="已确认，可以提交了。"), "return": Verb(act=verbs.send_back, said="已退回编制人修改。")},
)
