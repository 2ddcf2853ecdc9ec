"""The sections of an application: filled in piece by piece, saved while one writes, kept when two people write at once."""

from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports import format as printed
from reports.money import Money
from webapp.accounts.queries import places_under
from webapp.applications import actions, forms, queries, writing
from webapp.applications.models import Application, SectionDraft
from webapp.applications.queries.coaching import newest_advice
from webapp.applications.rules import Asked, chosen, hurry, in_words, papers, read, sections
from webapp.applications.sealing import opened
from webapp.applications.views.base import bp, me, paper_title
from webapp.applications.views.history import told as telling
from webapp.calls.models import Call
from webapp.calls.rules import CallRules
from webapp.core import files, web
from webapp.core.web import Back, db, entry, now, page
from webapp.core.workflow import Refused, refuse


@bp.route("/applications/<int:id>/sections/<key>", methods=["GET", "POST"])
@entry("application.edit", Application)
def section(application: Application, key: str) -> ResponseReturnValue:
    """One section of the form: saved while one writes (autosave), and by its button."""
    rules = queries.rules_for(db.session(), application)
    titles = dict(sections(rules))
    if key not in titles:
        raise refuse("section", "本次征集的申报表没有这一部分。")
    if request.method == "GET" and (why := closed(application, key)):
        return _reading(application, rules, key, why)
    if key == "files":
        return _files(application, rules)
    call = db.session().get_one(Call, application.call_id)
    newest = queries.newest_draft(db.session(), application.id, key)
    made = forms.section_form(rules, key, _choices(call, key))
    if request.method == "POST":
        return _save(application, rules, key, made)
    form = made(data=forms.data_of(rules, opened(newest.answers) if newest else {}, key, extra=request.args.get("extra", "")))
    form.version.data = str(newest.version if newest else 0)
    remarks: list[Any] = []
    if newest is not None and (key != "basics" or newest.version > 1):  # its first version is the name and the category that opened it
        remarks = forms.remark(form, _remarks(application, call, rules, key, newest))
    return _section_page(application, rules, key, form, newest=newest, remarks=remarks)


def closed(application: Application, key: str) -> str:
    """Why a section can be read only; empty while it may be written."""
    try:
        actions.must_be_editable(db.session(), application, now(), key, by=me())
    except Refused as refused:
        return refused.refusals[0].sentence
    return ""


def _reading(application: Application, rules: CallRules, key: str, why: str) -> ResponseReturnValue:
    """A section as it was last saved, to read: after the deadline, when handed in, and for who may only look."""
    newest = queries.newest_draft(db.session(), application.id, key) if key != "files" else None
    stored = files.of(db.session(), application.ref) if key == "files" else []
    return page(
        "applications/reading.html", heading=dict(sections(rules))[key], why=why, saved_at=newest.at if newest else None,
        version=newest.version if newest else 0, answers=list(in_words(rules, key, newest.answers).items()) if newest else [],
        stored=[(one.id, paper_title(rules, one.kind), one.name) for one in stored], _application=application,
        back=Back(url_for("applications.show", id=application.id), application.title),
        versions=url_for("applications.versions", id=application.id, key=key) if newest else "", advice=advice_for(application, rules, key),
    )  # fmt: skip


def _choices(call: Call, key: str) -> forms.Choices:
    if key not in {"basics", "budget"}:
        return forms.Choices()
    places = places_under(db.session(), call.area_code, 12) if key == "basics" else []
    return forms.Choices([(one.code, one.name) for one in places], queries.call_needs(db.session(), call.id))


def _remarks(application: Application, call: Call, rules: CallRules, key: str, newest: SectionDraft) -> list[Any]:
    asked = Asked(call.area_code, {one for one, _, _ in queries.call_needs(db.session(), call.id)}, application.category)
    sheet = read(rules, key, opened(newest.answers), asked)
    found = list(sheet.remarks)
    if key == "basics" and sheet.values["title"] and sheet.values["title"] != application.title:
        found.append(queries.TITLE_TAKEN)
    return found


def _section_page(
    application: Application, rules: CallRules, key: str, form: Any, *, newest: SectionDraft | None = None, remarks: Any = (),
    status: int = 200, clashes: Any = (), trouble: str = "",
) -> ResponseReturnValue:  # fmt: skip
    order = sections(rules)
    place = [one for one, _ in order].index(key)
    return page(
        "applications/section.html", status, heading=order[place][1], key=key, number=place + 1, total=len(order), form=form,
        refusals=remarks, back=Back(url_for("applications.show", id=application.id), application.title),
        autosave=url_for("applications.section", id=application.id, key=key), submit="保存", title=f"{order[place][1]}：{application.title}",
        next=order[place + 1][1] if place + 1 < len(order) else "", saved_at=newest.at if newest else None,
        source=(newest.source or "") if newest else "",
        version=newest.version if newest else 0, clashes=clashes, trouble=trouble, due=application.due_at,
        hurry=hurry(application.due_at, now()), application_id=application.id,
        versions=url_for("applications.versions", id=application.id, key=key), writing=url_for("applications.heartbeat", id=application.id, key=key),
        others=telling(writing.writers(db.session(), application.id, key, but=me().id, at=now())), sums=sums_of(form, key), state=application.state,
        advice=advice_for(application, rules, key),
        wide=key == "budget" and any("need" in line.form for line in form["rows"]), **told_of_questions(rules, key),
    )  # fmt: skip


def advice_for(application: Application, rules: CallRules, key: str) -> dict[str, Any] | None:
    """What the operator suggested for a section, where the call offers that; calls that do not are asked nothing."""
    given = newest_advice(db.session(), application.id) if rules.coaching else None
    if given is None or key not in given.suggestions:
        return None
    return {
        "words": given.suggestions[key], "version": given.versions.get(key, 0), "href": url_for("applications.coaching_show", id=given.id),
        "compare": url_for("applications.coaching_compare", id=given.id, _anchor=f"part-{key}"),
    }  # fmt: skip


def told_of_questions(rules: CallRules, key: str) -> dict[str, Any]:
    """What the page says of questions beyond their fields: on which answers each depends, and which tables have given rows."""
    questions = next((one.questions for one in rules.sections if one.key == key), ())
    titles = {one.key: one.title for one in questions}
    return {
        "shown_if": {
            f"q_{one.key}": {"field": f"q_{one.shown_if.question}", "title": titles[one.shown_if.question], "answers": one.shown_if.answers}
            for one in questions
            if one.shown_if
        },
        "given": [f"q_{one.key}" for one in questions if one.rows],
    }


def sums_of(form: Any, key: str) -> dict[str, str]:
    """The sums under the budget's columns as far as they can be read."""
    if key != "budget":
        return {}
    found = {}
    for name in ("grant", "own"):
        total = Money(0)
        for line in form["rows"]:
            try:
                total += Money.parse(line.form[name].data or "0")
            except ValueError:
                continue
        found[name] = printed.yuan(total)
    return found


def _autosaving() -> bool:
    return request.headers.get("X-Autosave") == "1" or request.values.get("autosave") == "1"


def _save(application: Application, rules: CallRules, key: str, made: Any) -> ResponseReturnValue:
    form = made()
    raw = forms.raw_of(form, key)
    table = (request.form.get("drop_row") or request.form.get("add_row") or "").partition("-")[0]
    if "drop_row" in request.form and table in form:
        form[table].entries = [line for line in form[table] if line.name != request.form["drop_row"]]
        raw = forms.raw_of(form, key)
    typed = form.version.data or ""
    version = int(typed) if typed.isdecimal() and len(typed) < 9 else 0
    raw = _as_chosen(application, key, raw, version)
    try:
        saved = actions.save(db.session(), application, key, raw, version=version, by=me(), at=now(), looked=not _autosaving())
    except actions.Conflict as conflict:
        return _conflict(application, rules, key, form, conflict)
    except Refused as refused:
        sentence = refused.refusals[0].sentence
        if _autosaving():
            return jsonify(sentence=sentence, refusals=[web.plain(one) for one in refused.refusals]), 409
        return _section_page(application, rules, key, form, status=409, trouble=sentence)
    merged = _told_of_merging(application, rules, key, made, saved.taken)
    if _autosaving():
        return jsonify(
            saved_at=saved.at.isoformat(), saved=f"{printed.local(saved.at):%H:%M}", version=saved.version, late=saved.late, merged=merged,
            remarks=[web.plain(one) for one in saved.remarks],
        )  # fmt: skip
    if saved.late:
        flash(saved.late, "warn")
        return redirect(url_for("applications.section", id=application.id, key=key))
    if merged:
        flash(merged["sentence"], "ok")
    if "one_page" in request.form and not table:
        flash("已保存。", "ok")
        return redirect(f"{url_for('applications.one_page', id=application.id)}#part-{key}")
    here = url_for("applications.section", id=application.id, key=key, extra=table if "add_row" in request.form else None)
    if table:
        return redirect(f"{here}#{table}")
    flash(f"已保存，还有 {len(saved.remarks)} 处要补充。" if saved.remarks else "已保存，这一部分填写完整。", "ok")
    order = [one for one, _ in sections(rules)]
    if "next" in request.form:
        return redirect(url_for("applications.section", id=application.id, key=order[order.index(key) + 1]))
    return redirect(here)


def _as_chosen(application: Application, key: str, raw: dict[str, Any], version: int) -> dict[str, Any]:
    """What was typed, with the colleague's text where the person chose it on the page that shows both."""
    choices = {name.removeprefix("choose-"): said for name, said in request.form.items() if name.startswith("choose-") and said != "mine"}
    if not choices:
        return raw
    return chosen(raw, opened(writing.answers_at(db.session(), application.id, key, version) or {}), choices)


def _told_of_merging(application: Application, rules: CallRules, key: str, made: Any, taken: tuple[str, ...]) -> dict[str, Any] | None:
    """What a colleague changed meanwhile and was put together with what was saved now: in words, and for the fields of the open page."""
    newest = queries.newest_draft(db.session(), application.id, key) if taken else None
    if newest is None:
        return None
    form = made(formdata=None, data=forms.data_of(rules, opened(newest.answers), key))
    fields = [form[name] for name in (forms.field_of(key, one) for one in taken) if name in form]
    titles = "”“".join(field.label.text for field in fields)
    return {
        "sentence": f"同事刚刚改了“{titles}”，已和您填写的合在一起。",
        "fields": [field.short_name for field in fields],
        "values": [pair for field in fields for pair in forms.pairs(field)],
    }


def _conflict(application: Application, rules: CallRules, key: str, form: Any, conflict: actions.Conflict) -> ResponseReturnValue:
    """Both texts kept, side by side, answer by answer; what only one changed is put together already. Saving again is the decision."""
    newest, merged, sentence = conflict.newest, conflict.merged, conflict.refusals[0].sentence
    other = opened(newest.answers)
    if _autosaving():
        return jsonify(sentence=sentence, version=newest.version, theirs=other, clashes=list(merged.clashes)), 409
    made = type(form)
    both = [made(formdata=None, data=forms.data_of(rules, one, key)) for one in (merged.values, other)]
    clashes = [
        {
            "key": name, "title": both[0][field].label.text, "mine": _words(both[0][field]), "theirs": _words(both[1][field]),
            "long": both[0][field].type == "TextAreaField",
        }
        for name, field in ((one, forms.field_of(key, one)) for one in merged.clashes)
    ]  # fmt: skip
    both[0].version.data = str(newest.version)
    return _section_page(application, rules, key, both[0], newest=newest, status=409, clashes=clashes, trouble=sentence)


def _words(field: Any) -> str:
    """What a field holds, in words, for comparing; a table line by line."""
    if field.type == "FieldList":
        lines = ["；".join(f"{cell.label.text}：{_words(cell)}" for cell in line.form if cell.data) for line in field]
        return "\n".join(line for line in lines if line)
    labels = dict(getattr(field, "choices", None) or ())
    one = field.data if isinstance(field.data, list) else [field.data or ""]
    return "、".join(str(labels.get(item, item)) for item in one)


def _files(application: Application, rules: CallRules) -> ResponseReturnValue:
    """附件: each paper the call asks for has its own box; uploading keeps what is there."""
    form = forms.files_form(rules)()
    if request.method == "POST" and request.form.get("drop_file", "").isdecimal():
        actions.detach(db.session(), application, int(request.form["drop_file"]), by=me(), at=now())
        flash("已移除。", "ok")
        return redirect(url_for("applications.section", id=application.id, key="files"))
    if form.validate_on_submit():
        uploaded = {paper.key: form[f"paper_{paper.key}"].data or [] for paper in papers(rules)}
        kept = actions.attach(db.session(), application, uploaded, by=me(), at=now())
        flash(f"已上传 {kept} 个文件。" if kept else "没有选择文件。", "ok")
        return redirect(url_for("applications.section", id=application.id, key="files"))
    stored = files.of(db.session(), application.ref)
    there = {one.kind for one in stored if one.scan != "infected"}
    return page(
        "applications/files.html", 422 if request.method == "POST" else 200, heading="附件", form=form,
        back=Back(url_for("applications.show", id=application.id), application.title), submit="上传", multipart=True,
        missing=[one.sentence for one in queries.missing_papers(db.session(), application, rules, there)],
        stored=[(one.id, paper_title(rules, one.kind), one.name, one.scan_label) for one in stored], _application=application,
    )  # fmt: skip


@bp.get("/applications/<int:id>/files/<int:file>")
@entry("application.read", Application)
def file(application: Application, file: int) -> ResponseReturnValue:
    """One attachment, to whoever may read the application."""
    found = db.session().get(files.Attachment, file)
    if found is None or found.subject != application.ref:
        raise refuse("file", "没有这个附件。")
    return web.send_stored(found)
