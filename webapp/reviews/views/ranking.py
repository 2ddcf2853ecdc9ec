"""居民评选, 综合排名, the list, and 集体研究."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.money import Money
from webapp.ballots.queries import of_subject
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import AGGREGATIONS, TIE_BREAKS, weighed
from webapp.core import web
from webapp.core.clock import start_of, today
from webapp.core.web import Back, Verb, db, entry, now, page
from webapp.core.workflow import NotAllowed, Refused
from webapp.permissions import roles_for
from webapp.reviews import actions, forms
from webapp.reviews.actions import Change
from webapp.reviews.queries import coreview, notices, results
from webapp.reviews.rules.raw import raw_of
from webapp.reviews.views.blueprint import bp, me, only_its_own
from webapp.reviews.views.figures import asked
from webapp.reviews.views.release import scans

DAYS = 7
MOST = 3


@bp.route("/calls/<int:id>/election", methods=["GET", "POST"])
@entry("election.create", Call)
def elect(call: Call) -> ResponseReturnValue:
    """居民评选: put the applications to the residents."""
    only_its_own(call, "election.create")
    if (ballot := of_subject(db.session(), call.ref, "projects")) is not None:
        return redirect(url_for("ballots.show", id=ballot.id))
    form: Any = forms.ElectForm()
    if form.validate_on_submit() and form.in_order(today(now())):
        opens_at = now() if form.opens_on.data == today(now()) else start_of(form.opens_on.data)
        ballot = actions.elect(
            db.session(), call, title=form.title.data, most=form.most.data, opens_at=opens_at, closes_at=forms.closing(form.closes_on.data),
            by=me(), at=now(),
        )  # fmt: skip
        flash("居民评选已发起。", "ok")
        return redirect(url_for("ballots.show", id=ballot.id))
    if request.method == "GET":
        form.title.data, form.most.data = f"{call.title}居民评选", MOST
        form.opens_on.data, form.closes_on.data = today(now()), forms.soon(today(now()), DAYS)
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="发起居民评选", form=form, submit="发起居民评选",
        back=Back(url_for("reviews.panels"), "评审"),
    )  # fmt: skip


@bp.route("/calls/<int:id>/ranking", methods=["GET"])
@entry("ranking.read", Call)
def ranking(call: Call) -> ResponseReturnValue:
    """综合排名 and the list."""
    only_its_own(call, "ranking.read")
    return _ranking(call)


def _ranking(call: Call, form: forms.OutcomesForm | None = None, status: int = 200) -> ResponseReturnValue:
    session, rules = db.session(), rules_of(call)
    found = results.ranking(session, call.id, rules.aggregation)
    editor = bool(roles_for("ranking.edit") & web.roles_here())
    editable = call.state == "ranked" and editor
    if editable and form is None:
        form = forms.OutcomesForm(formdata=None)
        for row in found:
            form.rows.append_entry(
                {"application_id": str(row.application_id), "outcome": row.outcome, "amount": row.amount}
                | {"reason": row.reason, "amount_reason": row.amount_reason}
            )
    total = sum((row.amount for row in found if row.amount is not None and row.outcome == "propose"), Money(0))
    over = call.state not in {"closed", "reviewing"}
    steps = [can for can in web.can(call) if can.name in {"rank", "decide", "announce"}]
    run, decided = results.run_and_decision(session, call.id) if over else (None, None)
    return page(
        "reviews/ranking.html", status, heading=f"综合排名：{call.title}", call_id=call.id, call=call.title, state=call.state_label,
        rows=found, said=coreview.said_in(session, call.id) if found else {}, run=run, decision=decided,
        raw=raw_of(run.inputs, {one.key: one.title for one in rules.bonuses}) if run is not None else {},
        notices=notices(session, call_id=call.id) if over else [], scans=scans(decided),
        settles=bool(roles_for("ranking.edit") & web.roles_here()), phase=call.state,
        pool=rules.pool, total=total, left=rules.pool - total, weights=weighed(rules), registers=editor and bool(asked(rules)), pass_line=rules.pass_line,
        aggregation=AGGREGATIONS[rules.aggregation], tie_breaks=TIE_BREAKS, categories={one.key: one.title for one in rules.categories},
        outcomes=actions.OUTCOMES, form=form, editable=editable, steps=steps, stages=web.where(call), entries=web.timeline(call.ref),
        due=None,
    )  # fmt: skip


@bp.post("/calls/<int:id>/ranking")
@entry("ranking.edit", Call)
def ranking_edit(call: Call) -> ResponseReturnValue:
    """调整拟立项名单."""
    only_its_own(call, "ranking.edit")
    form: Any = forms.OutcomesForm()
    if form.validate_on_submit():
        changes = [
            Change(
                int(row.form.application_id.data),
                row.form.outcome.data,
                row.form.amount.data,
                row.form.reason.data or "",
                row.form.amount_reason.data or "",
            )
            for row in form.rows
        ]
        try:
            changed = actions.adjust(db.session(), call, changes, by=me(), at=now())
        except Refused as refused:
            db.session.rollback()
            if isinstance(refused, NotAllowed) or not _at_rows(form, refused):
                raise
        else:
            flash(f"名单已保存，改动 {changed} 项。" if changed else "名单没有改动。", "ok")
            return redirect(url_for("reviews.ranking", id=call.id))
    return _ranking(db.session().get_one(Call, call.id), form, 422)


def _at_rows(form: forms.OutcomesForm, refused: Refused) -> bool:
    """Say a refusal at the cell it names (`rows-2-amount`)."""
    for one in refused.refusals:
        _, _, rest = one.place.partition("rows-")
        number, _, name = rest.partition("-")
        if not number.isdecimal() or int(number) >= len(form.rows.entries):
            return False
        field = form.rows.entries[int(number)].form[name]
        field.errors = [*field.errors, one.sentence]
    return True


def _to_ranking(call: Call) -> str:
    return url_for("reviews.ranking", id=call.id)


web.steps(
    bp,
    Call,
    {
        "rank": Verb(forms.RankForm, actions.rank, back=_to_ranking, said="已排名，并按资金总额画出拟立项线。"),
        "decide": Verb(
            forms.DecideForm, actions.decide, back=_to_ranking, said="集体研究已登记。结果和通知等另一位人员发布公示时一起生效。"
        ),
    },
)
