"""Pages of the sealed queue, for 专办人 alone; and the page that names them."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.format import local
from webapp.accounts.models import Membership
from webapp.accounts.queries import colleagues
from webapp.core import files, web
from webapp.core.clock import today
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.core.workflow import refuse
from webapp.urgent import actions, forms, queries
from webapp.urgent.models import CALLS, Report

bp = Blueprint("urgent", __name__)


@bp.get("/urgent")
@entry("urgent.index")
def index() -> ResponseReturnValue:
    """专办队列."""
    found = queries.listed(db.session(), viewer(), after=request.args.get("after"))
    return page("urgent/index.html", heading="专办", page=web.listing(found))


@bp.get("/urgent/<int:id>")
@entry("urgent.read", Report)
def show(report: Report) -> ResponseReturnValue:
    """One report, with its words."""
    return page(
        "urgent/show.html", heading=report.title, number=report.number, words=report.words, place=report.place, speaker=report.speaker,
        speaker_phone=report.speaker_phone, at=report.at, disclaimed=report.disclaimed, reported_to=report.reported_to,
        reported_at=report.reported_at, receipt=report.receipt, calls=CALLS[report.kind], files=files.of(db.session(), report.ref, "photo"),
        sounds=files.of(db.session(), report.ref, "recording"),
        state_label=report.state_label, due=web.due(report.due_at) if report.state == "received" else None, stages=web.where(report),
        steps=web.can(report), entries=web.timeline(report.ref),
    )  # fmt: skip


def _now(form: Any, report: Report) -> None:
    if request.method == "GET":
        form.reported_at.data = local(now())


@bp.route("/urgent/readers", methods=["GET", "POST"])
@entry("urgent.name")
def readers() -> ResponseReturnValue:
    """指定专办人, among one's own office."""
    me: Any = viewer()
    member = me.member("party_lead", "street")
    form: Any = forms.ReaderForm()
    form.person_id.choices = [(one.id, one.name) for one in colleagues(db.session(), member.organisation_id, day=today(now()))]
    if web.submitted(
        form, lambda: actions.name_reader(db.session(), **form.answers(), organisation_id=member.organisation_id, by=me, at=now())
    ):
        flash("已指定专办人，并通知本人。", "ok")
        return redirect(url_for("urgent.readers"))
    return page(
        "urgent/readers.html", 422 if request.method == "POST" else 200, heading="专办人", form=form, organisation=member.organisation,
        readers=queries.readers_in(db.session(), member.area_code, at=now()), back=Back("/desk", "待办"), submit="指定",
    )  # fmt: skip


@bp.post("/urgent/readers/end")
@entry("urgent.name")
def reader_end() -> ResponseReturnValue:
    """不再担任专办人."""
    me: Any = viewer()
    typed = request.form.get("reader", "")
    key = int(typed) if typed.isdecimal() and len(typed) < 12 else 0
    if key not in {one.id for one in queries.readers_in(db.session(), me.member("party_lead", "street").area_code, at=now())}:
        raise refuse("gone", "这里没有这位专办人，请刷新后再看。")
    actions.end_reader(db.session(), db.session().get_one(Membership, key, with_for_update=True), by=me, at=now())
    flash("明天起不再担任专办人。", "ok")
    return redirect(url_for("urgent.readers"))


web.steps(
    bp,
    Report,
    {
        "report": Verb(forms.ReportForm, actions.report, prepare=_now, said="已记下上报情况。"),
        "close": Verb(said="已办结。"),
    },
)
