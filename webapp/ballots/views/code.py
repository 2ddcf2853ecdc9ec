"""The way in by the code of a printed slip, without an account; and who one is, where several share a phone."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp.ballots import forms, slips, voters
from webapp.ballots.models import Ballot
from webapp.ballots.roll import Held
from webapp.ballots.views.ballot import receipt_shown, taken
from webapp.ballots.views.door import bp, held, hold
from webapp.core import limits, settings, web
from webapp.core.web import db, entry, now, page, viewer
from webapp.core.workflow import Refused, refuse

HOUR = 3600


@bp.route("/ballots/code", methods=["GET", "POST"])
@entry("ballot.vote_by_code")
def code() -> ResponseReturnValue:
    """输入参加码: filled in from the slip's QR code; it opens that ballot's paper, in this browser only."""
    form = forms.Code()
    if request.method == "GET":
        form.code.data = slips.plain(request.args.get("code", ""))[: slips.DIGITS]
    elif form.validate_on_submit():
        try:
            _not_guessing()
            ballot_id, mine = slips.enter(db.session(), form.code.data or "", now())
        except Refused as refused:
            form.code.errors = [refused.refusals[0].sentence]
            if refused.refusals[0].code == "code_unknown":
                _keep_wrong()
        else:
            hold(ballot_id, mine)
            return redirect(url_for("ballots.show", id=ballot_id))
    return page("ballots/code.html", 422 if request.method == "POST" else 200, heading="输入参加码", form=form, submit="下一步")


def _address() -> str:
    return f"slip:{request.remote_addr or ''}"


def _keep_wrong() -> None:
    """A wrong code is counted although the request is refused."""
    address, at = _address(), now()

    def write(own: Session) -> None:
        limits.hit(own, address, seconds=HOUR, at=at)

    web.set_aside(write)


def _not_guessing() -> None:
    if limits.count(db.session(), _address(), seconds=HOUR, at=now()) >= int(settings.value(db.session(), "slip.wrong_per_hour", at=now())):
        raise refuse("busy", "这里输错的次数太多，请一小时后再试，或到社区居委会参加。", "code")


@bp.route("/ballots/<int:id>/by-code", methods=["GET", "POST"])
@entry("ballot.vote_by_code", Ballot, lock=False)
def by_code(ballot: Ballot) -> ResponseReturnValue:
    """Take part for the line of the roll that the entered code stands for; read, the receipt."""
    return taken(ballot, "ballots.by_code") if request.method == "POST" else receipt_shown(ballot)


@bp.post("/ballots/<int:id>/seat")
@entry("ballot.vote", Ballot, lock=False)
def seat(ballot: Ballot) -> ResponseReturnValue:
    """Two people share a phone: which line of the roll is one's own."""
    mine = voters.standing(db.session(), ballot, viewer(), now(), held(ballot))
    chosen = request.form.get("seat", "")
    if chosen not in {str(one.id) for one in mine.seats}:
        raise refuse("seat", "请选择您是哪一位。")
    hold(ballot.id, Held(int(chosen), 0))
    flash("请在下面填写您的选择。", "ok")
    return redirect(url_for("ballots.show", id=ballot.id))
