"""路演: arranging it, following it, the projector's screen, signing in on site, the paper to sign."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from flask import Response, current_app, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.html import qr
from webapp.core import web
from webapp.core.clock import CHINA
from webapp.core.web import Back, Verb, db, entry, now, page
from webapp.permissions import roles_for
from webapp.reviews import actions, forms
from webapp.reviews.models import Meeting, Panel
from webapp.reviews.queries import meetings
from webapp.reviews.rules.meeting import CODE_LIVES, PHASES
from webapp.reviews.views.blueprint import bp, me

STREAMS = 2
"""Streams one process holds at once: half of its four threads, so that pages always find one. Who gets none asks every 3 seconds."""
LIFE, BEAT, LOOK = 25, 10, 0.5
"""Seconds: a stream ends and is taken up again, says that it lives, and looks for news."""
_room = threading.BoundedSemaphore(STREAMS)


@bp.route("/panels/<int:id>/meeting", methods=["GET", "POST"])
@entry("meeting.create", Panel)
def meeting_new(panel: Panel) -> ResponseReturnValue:
    """安排路演."""
    form: Any = forms.MeetingForm()
    if form.validate_on_submit():
        made = web.tried(form, lambda: _arrange(panel, form))
        if made is not None:
            flash("路演已安排，评委已收到通知；抽签种子的摘要已公布。", "ok")
            return redirect(url_for("reviews.meeting_show", id=made.id))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="安排路演", form=form, submit="安排路演",
        back=Back(url_for("reviews.panel_show", id=panel.id), panel.title),
    )  # fmt: skip


def _arrange(panel: Panel, form: Any) -> Meeting:
    starts_at = form.starts_at.data.replace(tzinfo=CHINA).astimezone(UTC)
    return actions.arrange(
        db.session(),
        panel,
        place=form.place.data,
        starts_at=starts_at,
        talk=form.talk.data,
        questions=form.questions.data,
        by=me(),
        at=now(),
    )


def _leads(meeting: Meeting) -> bool:
    roles = web.roles_here() & roles_for("meeting.lead")
    return bool(roles - {"expert"}) or meetings.is_chair(db.session(), meeting, me().id)


@bp.get("/meetings/<int:id>")
@entry("meeting.read", Meeting)
def meeting_show(meeting: Meeting) -> ResponseReturnValue:
    """The meeting as one follows or leads it; the present item comes by itself."""
    office = bool(web.roles_here() - {"expert"})  # the timeline names who signed in, which fellow judges may not be told yet
    return page(
        "reviews/meeting.html", heading=meeting.title, live=meetings.live(db.session(), meeting, me(), web.roles_here()), phases=PHASES,
        leads=_leads(meeting), may_code=bool(roles_for("meeting.code") & web.roles_here()) and meeting.state in {"drawn", "running"},
        may_paper=bool(roles_for("meeting.paper") & web.roles_here()), state_label=meeting.state_label, steps=web.can(meeting),
        stages=web.where(meeting), entries=web.timeline(meeting.ref) if office else [], due=None,
        seed=(meeting.order or {}).get("seed", ""), office=office,
    )  # fmt: skip


@bp.get("/meetings/<int:id>/screen")
@entry("meeting.read", Meeting)
def meeting_screen(meeting: Meeting) -> ResponseReturnValue:
    """The projector's board: what is on, the time, what comes next; figures only where the phase allows."""
    return page(
        "reviews/screen.html", heading=meeting.title, live=meetings.live(db.session(), meeting, me(), web.roles_here()),
    )  # fmt: skip


@bp.get("/meetings/<int:id>/turn")
@entry("meeting.read", Meeting)
def meeting_turn(meeting: Meeting) -> ResponseReturnValue:
    """Asked every 3 seconds by who has no stream."""
    return jsonify(turn=meeting.turn)


@bp.get("/meetings/<int:id>/events")
@entry("meeting.read", Meeting)
def meeting_events(meeting: Meeting) -> ResponseReturnValue:
    """The turn as server-sent events; 503 where this process holds as many streams as it may."""
    if not _room.acquire(blocking=False):
        return Response(status=503, headers={"Retry-After": "30"})
    life = current_app.config.get("STREAM_LIFE", LIFE)
    answer = Response(_stream(db.engine, meeting.id, life), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
    answer.call_on_close(_room.release)
    return answer


def _stream(engine: sa.Engine, key: int, life: float) -> Iterator[str]:
    yield "retry: 3000\n\n"
    began = told = time.monotonic()
    last = -1
    while last < 0 or time.monotonic() - began < life:
        turn = meetings.turn_of(engine, key)
        if turn != last:
            last, told = turn, time.monotonic()
            yield f"event: turn\ndata: {turn}\n\n"
        elif time.monotonic() - told > BEAT:
            told = time.monotonic()
            yield ":\n\n"
        time.sleep(LOOK)


@bp.post("/meetings/<int:id>/show")
@entry("meeting.lead", Meeting)
def meeting_lead(meeting: Meeting) -> ResponseReturnValue:
    """Go on to an item and a phase of it."""
    form: Any = forms.ShowForm()
    if not form.validate_on_submit():
        return redirect(url_for("reviews.meeting_show", id=meeting.id))
    actions.show(db.session(), meeting, position=form.position.data, phase=form.phase.data, by=me(), at=now())
    return redirect(url_for("reviews.meeting_show", id=meeting.id))


@bp.post("/meetings/<int:id>/code")
@entry("meeting.code", Meeting)
def meeting_code(meeting: Meeting) -> ResponseReturnValue:
    """签到码: a new one on each press, good once and for three minutes; the answer itself shows it."""
    code = actions.new_code(db.session(), meeting, at=now())
    address = url_for("reviews.meeting_sign_in", code=code, _external=True)
    live = meetings.live(db.session(), meeting, me(), web.roles_here())
    return page(
        "reviews/code.html", heading="评委签到", live=live, minutes=CODE_LIVES.seconds // 60, _picture=qr(address), _address=address,
    )  # fmt: skip


@bp.route("/meetings/in/<code>", methods=["GET", "POST"])
@entry("meeting.sign_in")
def meeting_sign_in(code: str) -> ResponseReturnValue:
    """What the QR code opens on a judge's own phone."""
    if request.method == "POST":
        meeting = actions.sign_in(db.session(), code, by=me(), at=now())
        flash("已签到。", "ok")
        return redirect(url_for("reviews.meeting_show", id=meeting.id))
    return page("reviews/sign_in.html", heading="路演签到")


@bp.get("/meetings/<int:id>/paper")
@entry("meeting.paper", Meeting)
def meeting_paper(meeting: Meeting) -> ResponseReturnValue:
    """签到和签字页, to be printed: who was there, and a place for each name."""
    session = db.session()
    return page(
        "reviews/paper.html", heading=f"{meeting.title}签到表", meeting_id=meeting.id, place=meeting.place, starts_at=meeting.starts_at,
        people=meetings.present_people(session, meeting),
    )  # fmt: skip


web.steps(
    bp,
    Meeting,
    {
        "draw": Verb(act=actions.draw_order, said="顺序已抽出，种子已公开。"),
        "open": Verb(act=actions.open_meeting, said="路演开始。"),
        "end": Verb(act=actions.end_meeting, said="路演已结束。"),
        "cancel": Verb(said="路演已取消。"),
    },
)
