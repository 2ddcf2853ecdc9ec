"""协议模板: what is in force for whom, writing one with a look at it, and its versions."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.permissions import roles_for
from webapp.projects import actions
from webapp.projects.forms import agreements as forms
from webapp.projects.models import CHANGE_KINDS, AgreementTemplate
from webapp.projects.queries import templates as reads
from webapp.projects.rules.wording import AMENDMENT, KINDS, fields_of, missing, text_refusals
from webapp.projects.views import bp
from webapp.projects.views.agreement import shown

NOT_FOUND = 404


def _me() -> Any:
    return viewer()


def _may_write() -> bool:
    return bool(roles_for("agreement_template.create") & {tie.role for tie in viewer().ties})


def _back() -> Back:
    return Back(url_for("projects.templates"), "协议模板")


@bp.get("/agreement-templates")
@entry("agreement_template.list")
def templates() -> ResponseReturnValue:
    """What is in force or being written, and what the platform ships where an office has nothing of its own."""
    return page(
        "projects/templates.html",
        heading="协议模板",
        rows=reads.listed(db.session(), viewer()),
        kinds=list(KINDS.items()),
        may_write=_may_write(),
    )


@bp.get("/agreement-templates/shipped/<kind>")
@entry("agreement_template.list")
def template_shipped(kind: str) -> ResponseReturnValue:
    """What the platform ships for a kind, filled with made-up terms."""
    if kind not in KINDS:
        abort(NOT_FOUND)
    wording = reads.shipped(kind)
    return page(
        "projects/template_shipped.html", heading=wording.source, kind=kind, terms=shown(reads.sample(kind, wording.text)), back=_back(),
        may_write=_may_write(),
    )  # fmt: skip


@bp.route("/agreement-templates/new", methods=["GET", "POST"])
@entry("agreement_template.create")
def template_new() -> ResponseReturnValue:
    """A template of one's own, beginning with the platform's wording or another's."""
    kind = request.args.get("kind", "")
    if kind not in KINDS:
        return page("projects/template_kinds.html", heading="新建协议模板", kinds=list(KINDS.items()), back=_back())
    form: Any = forms.Template()
    if request.method == "GET":
        form.title.data, form.text.data = f"{KINDS[kind]}协议", reads.shipped(kind).text
        if kind == AMENDMENT:
            form.title.data = KINDS[kind]
    return _writing(form, kind, f"新建{KINDS[kind]}模板", _back(), url_for("projects.template_new", kind=kind))


def _writing(form: Any, kind: str, heading: str, back: Back, action: str) -> ResponseReturnValue:
    """The page on which a template is written: looked at with made-up terms as often as one likes, then kept as a draft."""
    looked = None
    if kind == AMENDMENT:
        del form.amends
    status = 200
    if form.validate_on_submit():
        text = form.text.data.replace("\r\n", "\n").strip()
        wrong = text_refusals(kind, text)
        if wrong:
            form.text.errors = [one.sentence for one in wrong]
            status = 422
        elif request.form.get("look"):
            looked = shown(reads.sample(kind, text))
        else:
            made = web.tried(
                form,
                lambda: actions.write_template(
                    db.session(), kind, title=form.title.data, text=text, paper=form.paper.data,
                    amends=form.amends.data if "amends" in form else (), why=form.why.data or "", by=_me(), at=now(),
                ),
            )  # fmt: skip
            if made is not None:
                flash(f"已保存为第 {made.version} 版草稿。启用以后，新起草的协议用这一版。", "ok")
                return redirect(url_for("projects.agreement_template_show", id=made.id))
            status = 422
    elif request.method == "POST":
        status = 422
    words, blocks = fields_of(kind)
    return page(
        "projects/template_edit.html", status, heading=heading, form=form, back=back, action=action, words=words, blocks=blocks, looked=looked,
        lacking=missing(kind, form.text.data or "") if looked else [],
    )  # fmt: skip


@bp.get("/agreement-templates/<int:id>")
@entry("agreement_template.read", AgreementTemplate)
def agreement_template_show(template: AgreementTemplate) -> ResponseReturnValue:
    """One version filled with made-up terms, what it asks for, and the other versions."""
    own = [can for can in web.can(template) if not any(one.code == "office" for one in can.blockers)]
    return page(
        "projects/template.html", heading=template.title, kind_label=KINDS[template.kind], kind=template.kind, version=template.version,
        state=template.state, state_label=template.state_label, paper=template.paper, amends="、".join(CHANGE_KINDS[x] for x in template.amends),
        why=template.why, terms=shown(reads.sample(template.kind, template.text)), versions=reads.versions(db.session(), viewer(), template),
        digest=template.digest, stages=web.where(template), steps=own, due=None, entries=web.timeline(template.ref),
        may_write=_may_write(), edit_href=url_for("projects.template_edit", id=template.id),
    )  # fmt: skip


@bp.route("/agreement-templates/<int:id>/edit", methods=["GET", "POST"])
@entry("agreement_template.edit", AgreementTemplate)
def template_edit(template: AgreementTemplate) -> ResponseReturnValue:
    """修改: the draft itself, or a new version that begins with this one; of another office's, a template of one's own."""
    form: Any = forms.Template(title=template.title, text=template.text, paper=template.paper, amends=list(template.amends))
    back = Back(url_for("projects.agreement_template_show", id=template.id), template.title)
    return _writing(form, template.kind, f"修改{KINDS[template.kind]}模板", back, url_for("projects.template_edit", id=template.id))


web.steps(
    bp,
    AgreementTemplate,
    {
        "put_in_force": Verb(act=actions.put_in_force, said="已启用，新起草的协议用这一版。"),
        "retire": Verb(said="已停用。"),
    },
)
