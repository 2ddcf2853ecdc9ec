"""Before and during a ballot, for who runs it: the roll, 党组织研究, the notice, 签到, and the slips."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.ballots import actions, forms, queries, roll, rules, slips, tally
from webapp.ballots.models import Ballot, Preparation
from webapp.ballots.views.door import bp
from webapp.core import files, web
from webapp.core.clock import last_day, today
from webapp.core.forms import Form
from webapp.core.web import db, entry, now, page, viewer


@dataclass(frozen=True, slots=True)
class Paper:
    """A kept file as pages show it."""

    name: str
    size: str
    href: str


@bp.route("/ballots/<int:id>/roll", methods=["GET", "POST"])
@entry("ballot.prepare", Ballot)
def roll_page(ballot: Ballot) -> ResponseReturnValue:
    """参加人名册: its lines, and in draft the form to write it."""
    form = forms.Roll()
    if form.validate_on_submit() and _written(form, ballot):
        flash(f"名册已保存，现有 {ballot.roll_size} 行。", "ok")
        return redirect(url_for("ballots.roll_page", id=ballot.id))
    kept = roll.prepared(db.session(), ballot.id)
    if request.method == "GET" and kept.roll_on:
        form.source.data, form.on.data = kept.roll_source, kept.roll_on
    return page(
        "ballots/roll.html", 422 if request.method == "POST" else 200, heading="参加人名册", form=form, ballot=queries.page_of(db.session(), ballot),
        page=web.listing(roll.listed(db.session(), ballot, request.args.get("after"))), prepared=kept, draft=ballot.state == "draft",
        household=ballot.unit == "household", wide=len(ballot.area_code) < roll.COMMUNITY, open=ballot.state == "open", back=web.back_to(ballot),
        submit="保存名册", multipart=True,
    )  # fmt: skip


def _written(form: forms.Roll, ballot: Ballot) -> bool:
    """Write the roll from what was sent; what is wrong stands at the field it came by."""
    sent: list[files.Checked] = form.file.data
    field = "file" if sent else "lines"

    def write() -> int:
        wide = len(ballot.area_code) < roll.COMMUNITY
        lines = roll.from_sheet(sent[0].content, sent[0].name, wide=wide) if sent else roll.typed(form.lines.data or "")
        given: dict[str, Any] = {"source": form.source.data, "on": form.on.data, "anew": form.anew.data, "field": field}
        return roll.write(db.session(), ballot, lines, **given, by=viewer(), at=now())

    return bool(web.tried(form, write))


@bp.post("/ballots/<int:id>/roll/<int:line>/remove")
@entry("ballot.prepare", Ballot)
def roll_remove(ballot: Ballot, line: int) -> ResponseReturnValue:
    """Take one line off the roll."""
    roll.remove(db.session(), ballot, line, by=viewer(), at=now())
    flash("已从名册上删去。", "ok")
    return redirect(url_for("ballots.roll_page", id=ballot.id))


@bp.route("/ballots/<int:id>/study", methods=["GET", "POST"])
@entry("ballot.prepare", Ballot)
def study(ballot: Ballot) -> ResponseReturnValue:
    """党组织研究记录."""
    form, kept = forms.Study(), roll.prepared(db.session(), ballot.id)
    if request.method == "GET" and kept.studied_on:
        form.studied_on.data, form.meeting.data, form.opinion.data = kept.studied_on, kept.study_meeting, kept.study_opinion
        form.agrees.data = "yes" if kept.study_agrees else "no"

    def act() -> None:
        given: dict[str, Any] = {"studied_on": form.studied_on.data, "meeting": form.meeting.data, "opinion": form.opinion.data}
        roll.record_study(
            db.session(), ballot, **given, agrees=form.agrees.data == "yes", scans=form.scans.data or (), by=viewer(), at=now()
        )

    return _recorded(ballot, form, act, "ballots/study.html", "党组织研究记录", kept, "study")


@bp.route("/ballots/<int:id>/notice", methods=["GET", "POST"])
@entry("ballot.prepare", Ballot)
def notice(ballot: Ballot) -> ResponseReturnValue:
    """会议通知."""
    form, kept = forms.Notice(), roll.prepared(db.session(), ballot.id)
    if request.method == "GET" and kept.noticed_on:
        form.noticed_on.data, form.place.data = kept.noticed_on, kept.notice_place

    def act() -> None:
        given: dict[str, Any] = {"noticed_on": form.noticed_on.data, "place": form.place.data}
        roll.record_notice(db.session(), ballot, **given, by=viewer(), at=now())

    return _recorded(ballot, form, act, "ballots/notice.html", "会议通知", kept)


@bp.route("/ballots/<int:id>/times", methods=["GET", "POST"])
@entry("ballot.prepare", Ballot)
def times(ballot: Ballot) -> ResponseReturnValue:
    """开始和截止日期, while the ballot is in draft."""
    form = forms.Times()
    if request.method == "GET":
        form.opens_on.data, form.closes_on.data = max(today(ballot.opens_at), today(now())), last_day(ballot.closes_at)

    def act() -> None:
        actions.set_times(db.session(), ballot, **form.answers(), by=viewer(), at=now())

    return _recorded(ballot, form, act, "ballots/times.html", "开始和截止日期", roll.prepared(db.session(), ballot.id))


def _recorded(
    ballot: Ballot, form: Form, act: Callable[[], None], template: str, heading: str, kept: roll.Prepared, kind: str = ""
) -> ResponseReturnValue:
    """A page on which one thing is put on record while the ballot is in draft."""

    def done() -> bool:
        act()
        return True

    if web.submitted(form, done):
        flash(f"{heading}已登记。", "ok")
        return redirect(url_for("ballots.show", id=ballot.id))
    return page(
        template, 422 if request.method == "POST" else 200, heading=heading, form=form, back=web.back_to(ballot), submit="保存",
        prepared=kept, files=_files(kept, kind), draft=ballot.state == "draft", multipart=bool(kind), meeting=rules.MEETINGS.get(ballot.nature),
        law=rules.STUDY_LAWS.get(ballot.nature, rules.STUDY_LAW),
    )  # fmt: skip


def _files(kept: roll.Prepared, kind: str) -> list[Paper]:
    """What was kept of one kind, the newest first, with its address."""
    found = files.of(db.session(), f"{Preparation.REF}:{kept.id}", kind) if kept.id and kind else []
    return [Paper(one.name, f"{max(1, one.size // 1024)} KB", f"/files/{one.id}") for one in reversed(found)]


@bp.route("/ballots/<int:id>/attendance", methods=["GET", "POST"])
@entry("ballot.prepare", Ballot)
def attendance(ballot: Ballot) -> ResponseReturnValue:
    """签到: who of the roll is at the meeting, page by page."""
    if request.method == "POST":
        shown, here = (set(map(int, filter(str.isdecimal, request.form.getlist(name)))) for name in ("shown", "here"))
        changed = roll.attend(db.session(), ballot, shown=shown, present=here, by=viewer(), at=now())
        flash(f"签到已保存，更改 {changed} 处。" if changed else "签到没有变化。", "ok")
        return redirect(url_for("ballots.attendance", id=ballot.id, after=request.args.get("after")))
    found = roll.listed(db.session(), ballot, request.args.get("after"))
    return page(
        "ballots/attendance.html", heading="签到", page=web.listing(found), after=request.args.get("after"), back=web.back_to(ballot),
        ballot=queries.page_of(db.session(), ballot), quorum=tally.quorum_of(db.session(), ballot),
        open=ballot.state == "open" and ballot.nature in rules.MEETINGS,
    )  # fmt: skip


@bp.route("/ballots/<int:id>/slips", methods=["GET", "POST"])
@entry("ballot.prepare", Ballot)
def slips_page(ballot: Ballot) -> ResponseReturnValue:
    """印制参加码: the sheets of slips, made by the worker; the poster is among the papers."""
    if request.method == "POST":
        slips.ask(db.session(), ballot, base=request.url_root, by=viewer(), at=now())
        flash("正在后台制作，做好后在消息里通知，也可以刷新本页查看。", "ok")
        return redirect(url_for("ballots.slips_page", id=ballot.id))
    kept = roll.prepared(db.session(), ballot.id)
    return page(
        "ballots/slips.html", heading="参加码纸条", ballot=queries.page_of(db.session(), ballot), files=_files(kept, "slips"), back=web.back_to(ballot),
        ref=ballot.ref, open=ballot.state == "open" and bool(ballot.roll_size),
    )  # fmt: skip


@bp.post("/ballots/<int:id>/roll/<int:line>/reissue")
@entry("ballot.prepare", Ballot)
def reissue(ballot: Ballot, line: int) -> ResponseReturnValue:
    """补发: a lost slip is replaced, and the new one printed."""
    slips.replace_lost(db.session(), ballot, line, by=viewer(), at=now())
    slips.ask(db.session(), ballot, base=request.url_root, lines=[line], by=viewer(), at=now())
    flash("原来的参加码已停用，新的纸条正在制作，做好后列在这里。", "ok")
    return redirect(url_for("ballots.slips_page", id=ballot.id))
