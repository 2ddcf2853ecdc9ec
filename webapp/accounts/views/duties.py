"""Handing over one's work, and naming who stands in."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import actions, forms, queries
from webapp.accounts.models import Membership
from webapp.accounts.views.door import bp
from webapp.core.clock import today
from webapp.core.web import Back, db, entry, now, page, viewer
from webapp.core.workflow import Refused

MINE = Back("/account", "我的账号")


def _choices(membership: Membership) -> list[tuple[int, str]]:
    found = queries.colleagues(db.session(), membership.organisation_id, day=today(now()))
    return [(one.id, one.name) for one in found if one.id != membership.person_id]


def _shown(form: Any, heading: str, submit: str, membership: Membership, **more: Any) -> ResponseReturnValue:
    duty = next((one for one in queries.duties_of(db.session(), membership.person_id, at=now()) if one.id == membership.id), None)
    return page(
        "accounts/duty.html",
        422 if request.method == "POST" else 200,
        heading=heading,
        submit=submit,
        form=form,
        duty=duty,
        back=MINE,
        **more,
    )


@bp.route("/account/duties/<int:id>/hand-over", methods=["GET", "POST"])
@entry("membership.hand_over", Membership)
def hand_over(membership: Membership) -> ResponseReturnValue:
    """工作移交."""
    form: Any = forms.HandOverForm()
    form.successor.choices = _choices(membership)
    if form.validate_on_submit():
        try:
            actions.hand_over(
                db.session(),
                membership,
                successor_id=form.successor.data,
                day=form.day.data,
                by=viewer(),
                at=now(),
                note=form.note.data or "",
            )
        except Refused as refused:
            for one in refused.refusals:
                form[one.place].errors = [one.sentence]
        else:
            flash(f"已移交，自 {form.day.data} 起由对方办理。", "ok")
            return redirect(url_for("accounts.account"))
    if request.method == "GET":
        form.day.data = today(now())
    return _shown(form, "移交工作", "移交", membership, alone=not form.successor.choices)


@bp.route("/account/duties/<int:id>/deputy", methods=["GET", "POST"])
@entry("membership.hand_over", Membership)
def deputy(membership: Membership) -> ResponseReturnValue:
    """AB岗."""
    form: Any = forms.DeputyForm()
    form.deputy.choices = _choices(membership)
    if form.validate_on_submit():
        try:
            actions.name_deputy(
                db.session(), membership, deputy_id=form.deputy.data, away_from=form.away_from.data, away_until=form.away_until.data,
                by=viewer(), at=now(),
            )  # fmt: skip
        except Refused as refused:
            for one in refused.refusals:
                form[one.place].errors = [one.sentence]
        else:
            flash("已指定AB岗，并告知对方。", "ok")
            return redirect(url_for("accounts.account"))
    if request.method == "GET":
        form.away_from.data = today(now())
    return _shown(form, "指定AB岗", "指定", membership, alone=not form.deputy.choices)


@bp.post("/account/duties/<int:id>/no-deputy")
@entry("membership.hand_over", Membership)
def no_deputy(membership: Membership) -> ResponseReturnValue:
    """回岗."""
    actions.end_deputy(db.session(), membership, by=viewer(), at=now())
    flash("已取消AB岗。", "ok")
    return redirect(url_for("accounts.account"))
