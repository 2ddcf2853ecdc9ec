"""The reviewer's queue: one claim after the other, its picture beside its fields, by keyboard or thumb."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField

from reports.format import yuan
from webapp.core import files, web
from webapp.core.forms import Form, optional
from webapp.core.web import db, entry, now, page, viewer
from webapp.core.workflow import Refused
from webapp.funding import actions, einvoices
from webapp.funding.models import Spending
from webapp.funding.queries import pages, review, sheets
from webapp.funding.views import bp
from webapp.permissions import roles_for
from webapp.projects.queries import one

SHOWN = 3
"""Files that are looked into for one claim; the rest are links."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF as it is shown beside the fields."""

    lines: list[str]
    picture: str


class Verdict(Form):
    """认可 or 不予认可."""

    id = HiddenField()
    note = StringField("不认可的理由", optional(300))


@bp.route("/spendings/review", methods=["GET", "POST"])
@entry("spending.review")
def spending_review() -> ResponseReturnValue:
    """逐张审核: the next that waits; a verdict opens the one after it."""
    project = request.args.get("project", "")
    chosen = int(project) if project.isdecimal() else None
    form: Any = Verdict()
    if form.validate_on_submit():
        answer = _decide(form, chosen)
        if answer is not None:
            return answer
    at = (form.id.data if request.method == "POST" else request.args.get("at")) or ""
    return _show(form, int(at) if at.isdecimal() else 0, chosen)


def _me() -> Any:
    return viewer()


def _decide(form: Any, project: int | None) -> ResponseReturnValue | None:
    """Take the step on the claim that was shown; None where the reason is missing, or no claim was shown."""
    if not (form.id.data or "").isdecimal():
        form.note.errors = ["没有说明是哪一张凭证，请从打开的这一张重新办理。"]
        return None
    spending, refused = web.admit(roles_for("spending.accept"), Spending, int(form.id.data), lock=True)
    if refused is not None:
        return refused
    key, note, amount = spending.id, form.note.data or "", yuan(spending.amount_fen)
    act: Any = actions.reject if "reject" in request.form else actions.accept
    if act is actions.reject and not note.strip():
        form.note.errors = ["请填写不认可的理由，会告诉登记单位。"]
        return None
    try:
        act(db.session(), spending, note=note, by=viewer(), at=now())
    except Refused as found:
        db.session.rollback()
        form.note.errors = [one_.sentence for one_ in found.refusals]
        return None
    flash(f"上一张（{amount} 元）{'不予认可' if act is actions.reject else '已认可'}。", "ok")
    return redirect(url_for("funding.spending_review", at=key, project=project))


def _show(form: Any, at: int, project: int | None) -> ResponseReturnValue:
    session, who = db.session(), _me()
    here = review.place(session, who, at=at, project=project)
    status = 422 if request.method == "POST" else 200
    if here.id is None:
        return page("funding/spending_review.html", status, heading="逐张审核", here=here, claim=None, clear=project is not None)
    spending, refused = web.admit(roles_for("spending.accept"), Spending, here.id)
    if refused is not None:
        return refused
    form.id.data = str(here.id)
    kept = files.of(session, spending.ref)
    return page(
        "funding/spending_review.html", status, heading="逐张审核", here=here, claim=pages.spending(session, here.id), form=form,
        project=one.whose(session, spending.project_id), shown=[(file, _kind(file.name)) for file in kept], papers=_papers(kept),
        near=review.neighbours(session, who, spending), more=web.parts(spending), sheet_id=sheets.sheet_of_claim(session, here.id), only=project,
    )  # fmt: skip


def _kind(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    return "picture" if ending in {"jpg", "jpeg", "png", "webp"} else ending


def _papers(kept: Any) -> dict[int, Paper]:
    """What the PDFs among the files show: their text, or the picture of a scan as a part of the page; no PDF is opened inside the site."""
    found = {}
    for file in [one_ for one_ in kept if _kind(one_.name) == "pdf" and not files.withheld(one_.scan, own=False)][:SHOWN]:
        content = files.get(file.digest)
        lines = einvoices.text(content)
        picture = None if lines else einvoices.scanned(content)
        found[file.id] = Paper(lines, f"data:image/jpeg;base64,{b64encode(picture).decode()}" if picture else "")
    return found
