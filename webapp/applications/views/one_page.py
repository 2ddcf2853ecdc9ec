"""The form on one page (微公益): every section below the other, each saved by itself while one writes."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.queries import places_under
from webapp.applications import forms, queries
from webapp.applications.models import Application
from webapp.applications.rules import hurry, sent_back
from webapp.applications.sealing import opened
from webapp.applications.views.base import bp
from webapp.applications.views.sections import closed, sums_of, told_of_questions
from webapp.core.web import Back, db, entry, now, page


@dataclass(frozen=True, slots=True)
class Part:
    """One section as the page shows it; without a form where it cannot be written."""

    key: str
    title: str
    status: str
    left: int
    version: int
    href: str
    form: Any
    sums: dict[str, str]
    wide: bool
    given: list[str]
    shown_if: dict[str, Any]


@bp.get("/applications/<int:id>/form")
@entry("application.edit", Application)
def one_page(application: Application) -> ResponseReturnValue:
    """一页填完: all sections on one page."""
    found = queries.whole(db.session(), application, now())
    why = closed(application, "")
    back = queries.sent_back_of(db.session(), application) if application.state == "returned" else {}
    places = [(one.code, one.name) for one in places_under(db.session(), found.call.area_code, 12)]
    parts = []
    for sheet in found.sheets:
        left = len(sheet.remarks) + bool(sheet.source)
        form: Any = None
        if sheet.key != "files" and not why and sent_back(sheet.key, back) is None:
            kept = found.drafts.get(sheet.key)
            made = forms.section_form(found.rules, sheet.key, forms.Choices(places, found.needs))
            form = made(formdata=None, data=forms.data_of(found.rules, opened(kept.answers) if kept else {}, sheet.key))
            if sheet.version > (sheet.key == "basics"):  # the first of 基本信息 is the name and the category that opened it
                forms.remark(form, sheet.remarks)
            form = forms.apart(form, sheet.key)
        parts.append(
            Part(
                sheet.key, sheet.title, "填写完整" if not left else f"还有 {left} 处" if sheet.version else "还没有填", left, sheet.version,
                url_for("applications.section", id=application.id, key=sheet.key), form, sums_of(form, sheet.key) if form else {},
                form is not None and sheet.key == "budget" and any("need" in line.form for line in form["rows"]),
                **told_of_questions(found.rules, sheet.key),
            )
        )  # fmt: skip
    return page(
        "applications/one_page.html", heading=f"一页填完：{application.title}", due=application.due_at, hurry=hurry(application.due_at, now()),
        state=application.state, why=why, back=Back(url_for("applications.show", id=application.id), application.title), _parts=parts,
        sections=[{"title": one.title, "status": one.status, "href": one.href} for one in parts],
    )  # fmt: skip
