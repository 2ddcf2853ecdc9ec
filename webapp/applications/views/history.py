"""The versions of a section with their differences, who is writing, and starting from an earlier application."""

from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.applications import queries, writing
from webapp.applications.actions import writing as verbs
from webapp.applications.models import Application
from webapp.applications.rules import differences, in_words, sections
from webapp.applications.views.base import bp, me
from webapp.core.web import Back, db, entry, now, page
from webapp.core.workflow import refuse


@bp.get("/applications/<int:id>/sections/<key>/versions")
@entry("application.edit", Application)
def versions(application: Application, key: str) -> ResponseReturnValue:
    """各版本: who saved what when, and what differs between one version and another, word by word."""
    rules = queries.rules_for(db.session(), application)
    title = dict(sections(rules)).get(key, "")
    kept = writing.versions_of(db.session(), application.id, key)
    if not title or key == "files":
        raise refuse("section", "本次征集的申报表没有这一部分。")
    newest = kept[0].version if kept else 0
    new = _chosen("to", newest)
    old = _chosen("from", max(new - 1, 0))
    words = [in_words(rules, key, writing.answers_at(db.session(), application.id, key, one) or {}) for one in (old, new)]
    return page(
        "applications/versions.html", heading=f"{title}：各版本", key=key, versions=kept, old=old, new=new,
        changes=differences(words[0], words[1]), newest=newest, _application=application,
        back=Back(url_for("applications.section", id=application.id, key=key), title),
    )  # fmt: skip


def _chosen(name: str, otherwise: int) -> int:
    typed = request.args.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else otherwise


@bp.post("/applications/<int:id>/sections/<key>/restore")
@entry("application.edit", Application)
def restore(application: Application, key: str) -> ResponseReturnValue:
    """恢复: an earlier version becomes the newest one."""
    typed = request.form.get("version", "")
    saved = verbs.restore(db.session(), application, key, int(typed) if typed.isdecimal() else 0, by=me(), at=now())
    flash(f"已恢复第 {typed} 版的内容，存为第 {saved.version} 版。", "ok")
    return redirect(url_for("applications.section", id=application.id, key=key))


@bp.post("/applications/<int:id>/sections/<key>/writing")
@entry("application.edit", Application, lock=False)
def heartbeat(application: Application, key: str) -> ResponseReturnValue:
    """正在填写: a sign of life of one writer, answered with the others."""
    if key not in dict(sections(queries.rules_for(db.session(), application))):
        raise refuse("section", "本次征集的申报表没有这一部分。")
    others: list[str] = verbs.seen(db.session(), application, key, by=me(), at=now())
    return jsonify(words=told(others))


def told(others: list[str]) -> str:
    return f"{'、'.join(others)}正在填写这一部分" if others else ""


@bp.route("/applications/<int:id>/copy", methods=["GET", "POST"])
@entry("application.edit", Application)
def copy(application: Application) -> ResponseReturnValue:
    """沿用往年: fill what is still empty with what an earlier application of one's organisation said."""
    if request.method == "GET":
        return page(
            "applications/copy.html", heading="沿用往年", earlier=queries.earlier_of(db.session(), application), application_id=application.id,
            back=Back(url_for("applications.show", id=application.id), application.title),
        )  # fmt: skip
    chosen = request.form.get("earlier", "")
    if chosen == "record":
        filled = verbs.fill_from_record(db.session(), application, by=me(), at=now())
        flash(f"已从登记信息填入 {filled} 个部分，请核对后保存。" if filled else "没有可以填入的：这些部分都已经写过，或登记里没有。", "ok")
        return redirect(url_for("applications.show", id=application.id))
    earlier: Any = db.session().get(Application, int(chosen)) if chosen.isdecimal() and len(chosen) < 18 else None
    if earlier is None:
        raise refuse("earlier", "请选择要沿用的申报。", "earlier")
    filled = verbs.copy_from(db.session(), application, earlier, by=me(), at=now())
    flash(f"已沿用 {filled} 个部分，请逐一核对。" if filled else "没有可以沿用的部分：都已经填过，或往年没有填。", "ok")
    return redirect(url_for("applications.show", id=application.id))
