"""Pages of 评议需求: put needs to the residents, and after the count make the 需求清单."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.format import yuan
from webapp.ballots.counting import RULES
from webapp.ballots.models import Ballot
from webapp.ballots.queries import Outcome, bought_by, outcome
from webapp.core import web
from webapp.core.clock import end_of, today
from webapp.core.web import Back, Part, db, entry, now, page, viewer
from webapp.core.workflow import refuse
from webapp.needs import actions, forms, queries
from webapp.needs.views.blueprint import bp
from webapp.permissions import roles_for


def _me() -> Any:
    return viewer()


@bp.route("/needs/ballot", methods=["GET", "POST"])
@entry("need.ballot_new")
def ballot_new() -> ResponseReturnValue:
    """评议需求: choose the needs and the closing day; the ballot then opens from its own page."""
    member = _me().member("community", "party_lead")
    choices = queries.ballotable(db.session(), member.area_code)
    form = forms.new_ballot((n.id, n.title) for n in choices)
    form.needs.choices = [(n.id, f"{n.title}（{n.number}，{n.voices + n.same} 人反映）") for n in choices]
    if form.validate_on_submit() and form.later_than(today(now())):
        answers = form.answers()
        ballot = web.tried(form, lambda: actions.start_ballot(
            db.session(), area_code=member.area_code, need_ids=answers["needs"] or [], title=answers["title"], method=answers["method"],
            most=answers["most"], pot=answers["pot"], costs=form.costs(), opens_at=now(), closes_at=end_of(answers["closes_on"]),
            nature=answers["nature"], who=answers["who"], unit=answers["unit"], by=_me(), at=now(),
        ))  # fmt: skip
        if ballot is not None:
            flash("评议已建好。核对后请按“开始评议”。", "ok")
            return redirect(url_for("ballots.show", id=ballot.id))
    if request.method == "GET":
        form.title.data = f"{today(now()).year} 年{member.organisation}评议需求"
        form.closes_on.data = today(now()) + timedelta(days=7)
    return page(
        "needs/ballot.html", 422 if request.method == "POST" else 200, heading="评议需求", form=form, count=len(choices),
        back=Back(url_for("needs.index"), "需求"), submit="建立评议",
    )  # fmt: skip


def _need_of(outcome: Outcome) -> int:
    return int(outcome.about.partition(":")[2])


def _told(outcome: Outcome, rules: list[str]) -> str:
    """A need as counted, with its cost and the ways of counting by which the money reaches it."""
    cost = f" · {yuan(outcome.cost)} 元" if outcome.cost else ""
    passed = {True: " · 通过", False: " · 未通过", None: ""}[outcome.passed]
    return f"第 {outcome.rank} 名 · {outcome.title} · {outcome.votes} 票{passed}{cost}{''.join(f' · {rule}入选' for rule in rules)}"


@bp.route("/needs/ballot/<int:id>/settle", methods=["GET", "POST"])
@entry("need.settle", Ballot)
def settle(ballot: Ballot) -> ResponseReturnValue:
    """After the count: which needs enter the 需求清单."""
    if ballot.purpose != "needs":
        raise refuse("purpose", "这不是评议需求。")
    form = forms.Settle()
    ids = set(queries.of_ballot(db.session(), ballot.id))
    rows = sorted((o for o in outcome(db.session(), ballot.id) if o.about), key=lambda o: o.rank)
    bought = bought_by(ballot.result) if ballot.state == "counted" else {}
    form.keep.choices = [(_need_of(o), _told(o, bought.get(o.choice_id, []))) for o in rows]
    if form.validate_on_submit():
        keep = [k for k in form.keep.data or [] if k in ids]
        listed = web.tried(form, lambda: actions.settle_ballot(db.session(), ballot, keep=keep, by=_me(), at=now()))
        if listed is not None:
            flash(f"{listed} 件列入需求清单，其余回到已受理。", "ok")
            return redirect(url_for("needs.standing"))
    if request.method == "GET":
        in_both = [o for o in rows if len(bought.get(o.choice_id, ())) == len(RULES)]
        first = in_both if ballot.pot_fen else rows[: max(1, len(rows) // 2)]
        decided = [o for o in rows if o.passed] if any(o.passed is not None for o in rows) else first
        form.keep.data = [_need_of(o) for o in decided]
    return page(
        "needs/settle.html", 422 if request.method == "POST" else 200, heading="评议结果列入需求清单", form=form, ballot_title=ballot.title,
        counted=ballot.state == "counted", back=Back(url_for("ballots.show", id=ballot.id), ballot.title), submit="列入需求清单",
    )  # fmt: skip


@bp.get("/needs/list")
@entry("need.index")
def standing() -> ResponseReturnValue:
    """需求清单 of one's area, with the votes that made it."""
    prefixes = [tie.value for tie in _me().ties if tie.relation == "area"]
    rows = queries.standing(db.session(), min(prefixes, key=len) if prefixes else "0")
    return page("needs/standing.html", rows=rows)


def _to_list(ballot: Ballot) -> Part | None:
    """The way to the 需求清单, for who makes it, as long as needs wait for it."""
    if ballot.purpose != "needs" or ballot.state != "counted" or not roles_for("need.settle") & web.roles_here():
        return None
    waiting = len(queries.waiting_for(db.session(), ballot.id))
    return Part("needs/_to_list.html", {"waiting": waiting}) if waiting else None


PARTS = {"ballot": (_to_list,)}
