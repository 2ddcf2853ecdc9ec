"""登记其他渠道得分."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.money import Money
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import CHANNELS, CallRules
from webapp.core.web import db, entry, now, page
from webapp.core.workflow import NotAllowed, Refused
from webapp.reviews import actions, forms
from webapp.reviews.queries.inputs import applications_of, registered
from webapp.reviews.rules.steps import IN_REVIEW
from webapp.reviews.views.blueprint import bp, me, only_its_own

FULL = 10_000


def asked(rules: CallRules) -> dict[str, tuple[str, int | None]]:
    """What a call registers by hand: channel → its words, and the most points (None for money raised)."""
    found: dict[str, tuple[str, int | None]] = {}
    if rules.weights.jury:
        found["jury"] = (CHANNELS["jury"], FULL)
    if rules.weights.donation or rules.donation.bonus:
        found["donation"] = ("捐助到账（元）", None)
    for one in rules.bonuses:
        found[one.key] = (one.title, one.most)
    return found


@bp.route("/calls/<int:id>/figures", methods=["GET", "POST"])
@entry("ranking.edit", Call)
def figures(call: Call) -> ResponseReturnValue:
    """登记其他渠道得分: one row for each application in review."""
    only_its_own(call, "ranking.edit")
    channels = asked(rules_of(call))
    given = registered(db.session(), call.id) if channels else {}
    figured = {key for key, _ in given}
    rows = [one for one in applications_of(db.session(), call.id) if one.state in IN_REVIEW or one.id in figured] if channels else []
    made = forms.figures_form({one.id: one.title for one in rows}, channels)
    form: Any = made()
    if request.method == "GET":
        for (key, channel), value in given.items():
            if (name := f"f_{key}_{channel}") in form:
                form[name].data = Money(value) if channel == "donation" else value
    elif form.validate_on_submit():
        try:
            changed = actions.register(db.session(), call, _typed(form), source=form.source.data or "", by=me(), at=now())
        except Refused as refused:
            if isinstance(refused, NotAllowed) or not _at_boxes(form, refused):
                raise
        else:
            flash(f"已登记 {changed} 处。" if changed else "没有改动。", "ok")
            return redirect(url_for("reviews.figures", id=call.id))
    return page(
        "reviews/figures.html", 422 if request.method == "POST" else 200, heading=f"登记其他渠道得分：{call.title}", call_id=call.id,
        call=call.title, state=call.state_label, channels={key: words for key, (words, _) in channels.items()},
        hints=[f"{one.title}填 0，或 {one.least // 100} 到 {one.most // 100} 分。" for one in rules_of(call).bonuses],
        rows=[{"id": one.id, "title": one.title} for one in rows], form=form, editable=call.state in {"closed", "reviewing"},
    )  # fmt: skip


def _typed(form: Any) -> dict[tuple[int, str], int]:
    """The boxes that hold something, by application and channel."""
    found = {}
    for name in form._fields:
        if name.startswith("f_") and (value := form[name].data) is not None:
            _, key, channel = name.split("_", 2)
            found[int(key), channel] = value.fen if isinstance(value, Money) else value
    return found


def _at_boxes(form: Any, refused: Refused) -> bool:
    """Say refusals at the boxes they name; whether all of them named one."""
    for one in refused.refusals:
        if one.place not in form:
            return False
        form[one.place].errors = [*form[one.place].errors, one.sentence]
    return True
