"""Pages of ballots: the list for those who run them, and one page for everybody who takes part."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from reports.chart import chart
from reports.format import percent
from webapp.ballots import actions, forms, queries
from webapp.ballots.models import PURPOSES, Ballot
from webapp.ballots.queries import BallotPage, Outcome, Standing
from webapp.core import web
from webapp.core.web import Verb, db, entry, now, page, viewer
from webapp.permissions import roles_for
from webapp.workflows import BALLOT

bp = Blueprint("ballots", __name__)


@bp.get("/ballots")
@entry("ballot.list")
def index() -> ResponseReturnValue:
    """The ballots of one's area."""
    state, purpose = request.args.get("state", ""), request.args.get("purpose", "")
    found = queries.listed(db.session(), viewer(), state=state, purpose=purpose, after=request.args.get("after"))
    return page(
        "ballots/index.html", heading="评议", page=web.listing(found, state=state, purpose=purpose), state=state, purpose=purpose,
        states=BALLOT.states, purposes=PURPOSES,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What the count says, ready to be read."""

    rows: list[Outcome]
    turnout: int
    quorum_met: bool
    shares: dict[int, str]
    ties: list[str]


@bp.get("/ballots/<int:id>")
@entry("ballot.read", Ballot)
def show(ballot: Ballot) -> ResponseReturnValue:
    """A ballot: its paper while it is open, its result once it is counted."""
    return _page(ballot, queries.choices_of(db.session(), ballot.id), queries.standing(db.session(), ballot, viewer(), now()))


def _page(ballot: Ballot, choices: list[queries.ChoiceRow], mine: Standing, form: forms.Paper | None = None) -> ResponseReturnValue:
    shown = queries.page_of(db.session(), ballot)
    staff = bool(roles_for("ballot.list") & web.roles_here())
    counted = queries.result_for(ballot, viewer())
    result = _result(shown, counted) if isinstance(counted, dict) else None
    may = viewer().id is not None and mine.refusal is None
    if form is None and may:
        form = forms.paper(ballot.method, ballot.most, choices, declares=mine.declares)
    return page(
        "ballots/show.html", 422 if form is not None and form.errors else 200,
        heading=shown.title, ballot=shown, choices=choices, standing=mine, form=form, result=result,
        _chart=_chart(shown, result) if result else "", stages=web.where(ballot) if staff else None,
        steps=web.can(ballot) if staff else [], entries=web.timeline(ballot.ref) if staff else [],
    )  # fmt: skip


def _result(shown: BallotPage, counted: dict[str, Any]) -> Result:
    rows = sorted(queries.outcomes(counted), key=lambda row: (row.rank, row.position))
    titles = {row.choice_id: row.title for row in rows}
    ranks = {row.choice_id: row.rank for row in rows}
    ties = [f"第 {ranks[ids[0]]} 名并列：{'、'.join(titles[key] for key in ids)}" for ids in counted["ties"]]
    shares = {row.choice_id: percent(row.votes, row.n) for row in rows}
    return Result(rows, counted["turnout"], counted["quorum_met"], shares, ties)


def _chart(shown: BallotPage, result: Result) -> Markup:
    labels = [row.title for row in result.rows]
    if shown.method == "approve":
        svg = chart("bar", labels, [("赞成", [row.votes for row in result.rows])], "人", title=f"{shown.title}：赞成人数")
    else:
        means = [None if row.mean_hundredths is None else Decimal(row.mean_hundredths).scaleb(-2) for row in result.rows]
        svg = chart("bar", labels, [("平均分", means)], "分", title=f"{shown.title}：平均分")
    return Markup(svg)


@bp.post("/ballots/<int:id>/vote")
@entry("ballot.vote", Ballot, lock=False)
def vote(ballot: Ballot) -> ResponseReturnValue:
    """Take part, or change one's vote."""
    choices = queries.choices_of(db.session(), ballot.id)
    mine = queries.standing(db.session(), ballot, viewer(), now())
    form = forms.paper(ballot.method, ballot.most, choices, declares=mine.declares)
    if mine.refusal is None and not form.validate_on_submit():
        return _page(ballot, choices, mine, form)
    declared = "declared" not in form or form["declared"].data
    actions.cast(db.session(), ballot, choices=form.choices_given(), by=viewer(), at=now(), declared=declared)
    flash("您的选择已更改，以这一次为准。" if mine.voted else "您已参加这次评议，谢谢。", "ok")
    return redirect(url_for("ballots.receipt", id=ballot.id))


@bp.get("/ballots/<int:id>/receipt")
@entry("ballot.vote", Ballot)
def receipt(ballot: Ballot) -> ResponseReturnValue:
    """The code that stands for one's own vote, read off the vote as it stands."""
    who = viewer().id
    code = queries.receipt_of(db.session(), ballot, who) if who is not None else None
    return page("ballots/receipt.html", heading="参加回执", ballot=queries.page_of(db.session(), ballot), code=code)


@bp.route("/ballots/<int:id>/tellers", methods=["GET", "POST"])
@entry("ballot.name_tellers", Ballot)
def tellers(ballot: Ballot) -> ResponseReturnValue:
    """指定监票人."""
    form = forms.Tellers()
    if form.validate_on_submit():
        named = [actions.NamedTeller(*one) for one in form.named()]
        if web.tried(form, lambda: (actions.name_tellers(db.session(), ballot, named, by=viewer(), at=now()), True)):
            flash("监票人已指定，并已通知本人。", "ok")
            return redirect(url_for("ballots.show", id=ballot.id))
    return page(
        "ballots/tellers.html", 422 if request.method == "POST" else 200, heading="指定监票人", form=form, open=ballot.state in {"draft", "open"},
        tellers=queries.tellers_of(db.session(), ballot.id), back=web.back_to(ballot), submit="指定监票人",
    )  # fmt: skip


web.steps(
    bp,
    Ballot,
    {
        "open": Verb(act=actions.open_ballot, said="评议已开始。"),
        "close": Verb(forms.Close, act=actions.close_ballot, said="评议已截止，密钥已销毁。"),
        "count": Verb(act=actions.count, said="计票完成，结果已公布。"),
        "cancel": Verb(act=actions.cancel, said="评议已取消。"),
    },
)
