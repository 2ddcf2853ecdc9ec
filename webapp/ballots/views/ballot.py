"""Pages of ballots: the list for those who run them, and one page for everybody who takes part."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from reports.chart import chart
from reports.format import mask_name, percent, yuan
from reports.money import Money
from webapp.ballots import actions, counting, details, forms, guard, queries, roll, rules, tally, voters
from webapp.ballots.models import PURPOSES, Ballot
from webapp.ballots.queries import BallotPage, Outcome
from webapp.ballots.views.door import bp, held
from webapp.ballots.voters import Standing
from webapp.core import secrets, web
from webapp.core.web import Verb, db, entry, now, page, viewer
from webapp.core.workflow import refuse
from webapp.permissions import KEEPERS, TELLERS, roles_for
from webapp.workflows import BALLOT

DEVICE = re.compile(r"[A-Za-z0-9_-]{24}")


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
class Bought:
    """What the pot buys by one rule. `how`: how each came in, by the choice's key; `spent` in words."""

    name: str
    label: str
    certain: list[Outcome]
    possible: list[Outcome]
    outcomes: int
    bounded: bool
    how: dict[int, str]
    spent: str


@dataclass(frozen=True, slots=True)
class Result:
    """What the count says, ready to be read. `order`: a tie as people decided it."""

    rows: list[Outcome]
    turnout: int
    quorum_met: bool
    shares: dict[int, str]
    ties: list[str]
    money: list[Bought]
    order: list[str]
    digest: str
    quorum: counting.Quorum


HOW = {"shares": "按等额分担", "votes": "按票数补足", "either": "等额分担或按票数补足"}


@bp.get("/ballots/<int:id>")
@entry("ballot.read", Ballot)
def show(ballot: Ballot) -> ResponseReturnValue:
    """A ballot: its paper while it is open, its result once it is counted."""
    choices = [] if ballot.state == "counted" else queries.choices_of(db.session(), ballot.id)  # a result names them
    return shown(ballot, choices, _standing(ballot))


def _standing(ballot: Ballot) -> Standing:
    return voters.standing(db.session(), ballot, viewer(), now(), held(ballot))


def shown(
    ballot: Ballot, choices: list[queries.ChoiceRow], mine: Standing, form: forms.Paper | None = None, *, question: str = ""
) -> ResponseReturnValue:
    """The page of a ballot as somebody stands to it; `form`: a paper that was not right, or (`question`) must wait a moment."""
    facts = queries.page_of(db.session(), ballot)
    staff = bool(roles_for("ballot.list") & web.roles_here())
    counted = queries.result_for(ballot, viewer())
    result = _result(facts, counted) if isinstance(counted, dict) else None
    choices = voters.shuffled(ballot, choices, mine.who)
    if form is None and mine.who is not None:
        form = forms.paper(facts, choices, declares=mine.declares)
    watches = bool(TELLERS & web.roles_here())
    return page(
        "ballots/show.html", 422 if question or (form is not None and form.errors) else 200,
        heading=facts.title, ballot=facts, choices=choices, standing=mine, form=form, result=result,
        _chart=_chart(facts, result) if result else "", stages=web.where(ballot) if staff else None,
        steps=web.can(ballot) if staff else [], entries=web.timeline(ballot.ref) if staff else [],
        details=bool(result) and (watches or queries.details_are_open(db.session(), ballot, now())),
        tellers=_signed(ballot, full=staff), signs=bool(result) and watches,
        _question=question, bursts=guard.bursts(db.session(), ballot.id) if roles_for("ballot.look") & web.roles_here() else [],
        paper_links=_paper_links(ballot), names_tellers=bool(KEEPERS & web.roles_here()) and ballot.state in {"draft", "open"},
        parts=web.parts(ballot), keeps=bool(KEEPERS & web.roles_here()), law=_law(ballot), by_roll=bool(ballot.roll_size),
        prepared=roll.prepared(db.session(), ballot.id) if ballot.roll_size or facts.decides else None,
    )  # fmt: skip


def _paper_links(ballot: Ballot) -> list[tuple[str, str]]:
    """Where votes on paper are entered, for those who may: the register while it is open, the box after the close."""
    found = []
    if ballot.state == "open" and roles_for("ballot.mark") & web.roles_here():
        found.append(("纸质票登记", url_for("ballots.register", id=ballot.id)))
    if ballot.state == "closed" and roles_for("ballot.box") & web.roles_here():
        found.append(("开箱清点和录入", url_for("ballots.box", id=ballot.id)))
    return found


def _law(ballot: Ballot) -> str:
    """The legal basis in one sentence; empty where opinions alone are asked."""
    meeting = rules.MEETINGS.get(ballot.nature)
    if meeting is None or not ballot.roll_size:
        return ""
    unit = {"person": "人", "household": "户"}[ballot.unit]
    part, least = meeting.attendance[ballot.unit], rules.needed(ballot.nature, ballot.unit, ballot.roll_size)
    return (
        f"依据{meeting.law}：名册上共 {ballot.roll_size} {unit}，{part.words}（{least} {unit}）到会才能作出决定，"
        f"每一项要有到会{unit}数的过半数赞成才通过。"
    )


def _signed(ballot: Ballot, *, full: bool) -> list[queries.Signed]:
    """Who watches the count and what they found; to the public without full names and reasons."""
    found = queries.signatures(db.session(), ballot.id)
    return found if full else [replace(one, person_id=0, name=mask_name(one.name), note=None) for one in found]


def _result(shown: BallotPage, counted: dict[str, Any]) -> Result:
    order = {key: n for n, key in enumerate(counted.get("order", ()))}
    every = queries.outcomes(counted)
    rows = sorted(every, key=lambda row: (row.rank, order.get(row.choice_id, len(order)), row.position))
    titles = {row.choice_id: row.title for row in rows}
    ranks = {row.choice_id: row.rank for row in rows}
    ties = [f"第 {ranks[ids[0]]} 名并列：{'、'.join(titles[key] for key in ids)}" for ids in counted["ties"]]
    shares = {row.choice_id: percent(row.votes, row.n) for row in rows}
    money = [_bought(name, rule, every) for name, rule in (counted.get("money") or {}).items()]
    digest, quorum = counting.digest_of(counted), counting.Quorum(**counted.get("quorum", {}))
    return Result(rows, counted["turnout"], counted["quorum_met"], shares, ties, money, [titles[key] for key in order], digest, quorum)


def _bought(name: str, rule: dict[str, Any], rows: list[Outcome]) -> Bought:
    least, most = rule["spent"] or (0, 0)
    spent = f"{yuan(Money(least))} 元" if least == most else f"{yuan(Money(least))} 至 {yuan(Money(most))} 元"
    return Bought(
        name, counting.RULES[name], [row for row in rows if row.choice_id in rule["certain"]],
        [row for row in rows if row.choice_id in rule["possible"]], rule["outcomes"], rule["bounded"],
        {int(key): HOW[how] for key, how in rule["how"].items()} if name == "equal_shares" else {}, spent if rule["spent"] else "",
    )  # fmt: skip


def _chart(shown: BallotPage, result: Result) -> Markup:
    labels = [row.title for row in result.rows]
    if shown.method == "score":
        figures: list[Any] = [None if row.mean_hundredths is None else Decimal(row.mean_hundredths).scaleb(-2) for row in result.rows]
        return Markup(chart("bar", labels, [("平均分", figures)], "分", title=f"{shown.title}：平均分"))
    if shown.method == "rank":
        return Markup(chart("bar", labels, [("得分", [row.points for row in result.rows])], "分", title=f"{shown.title}：按名次得分"))
    word = "赞成" if shown.method == "approve" else "选它"
    return Markup(chart("bar", labels, [(word, [row.votes for row in result.rows])], "人", title=f"{shown.title}：{word}人数"))


@bp.get("/ballots/<int:id>/votes.<any(pb,csv):kind>")
@entry("ballot.read", Ballot)
def votes(ballot: Ballot, kind: str) -> ResponseReturnValue:
    """计票明细 as a file: with the anonymous votes where they are open or for who counts again, else the totals alone."""
    if not isinstance(queries.result_for(ballot, viewer()), dict):
        raise refuse("not_counted", "计票后才有计票明细。")
    every = bool(TELLERS & web.roles_here()) or queries.details_are_open(db.session(), ballot, now())
    found = queries.details_of(db.session(), ballot, votes=every)
    if kind == "pb":
        return web.download(details.write_pb(found), f"{ballot.number}.pb", "text/plain; charset=utf-8")
    return web.download(details.write_csv(found), f"{ballot.number}.csv", "text/csv; charset=utf-8")


@bp.route("/ballots/<int:id>/recount", methods=["GET", "POST"])
@entry("ballot.sign_recount", Ballot)
def recount(ballot: Ballot) -> ResponseReturnValue:
    """复核: the votes are counted again before the eyes of a 监票人 or a member of 居务监督委员会, who signs for what was found."""
    form = forms.Recount()
    if form.validate_on_submit():
        given = form.answers()
        agrees = given["agrees"] == "yes"
        signed = web.tried(
            form, lambda: actions.sign_recount(db.session(), ballot, agrees=agrees, note=given["note"], by=viewer(), at=now())
        )
        if signed:
            flash("已签名，复核结果显示在评议页面。", "ok")
            return redirect(url_for("ballots.show", id=ballot.id))
    if ballot.result is None:
        raise refuse("not_counted", "计票后才能复核。")
    shown, again = queries.page_of(db.session(), ballot), tally.recount(db.session(), ballot)
    return page(
        "ballots/recount.html", 422 if request.method == "POST" else 200, heading="复核计票", form=form, ballot=shown,
        stored=_result(shown, ballot.result), again=_result(shown, again), same=again == ballot.result, back=web.back_to(ballot), submit="签名",
    )  # fmt: skip


@bp.post("/ballots/<int:id>/vote")
@entry("ballot.vote", Ballot, lock=False)
def vote(ballot: Ballot) -> ResponseReturnValue:
    """Take part, or change one's vote."""
    return taken(ballot, "ballots.receipt")


def taken(ballot: Ballot, receipt_page: str) -> ResponseReturnValue:
    """Take the paper that was sent; the receipt stands on another page."""
    choices, mine = queries.choices_of(db.session(), ballot.id), _standing(ballot)
    form = forms.paper(queries.ways_of(ballot), choices, declares=mine.declares)
    if mine.refusal is None and not form.validate_on_submit():
        return shown(ballot, choices, mine, form)
    device = _device()
    gate = _gate(ballot, mine, device) if not mine.voted and mine.refusal is None else None
    if gate is not None and not _may_pass(ballot, gate):
        return shown(ballot, choices, mine, form, question=guard.ask(ballot.id, now()))
    declared = "declared" not in form or form["declared"].data
    mark = held(ballot)
    actions.cast(db.session(), ballot, choices=form.choices_given(), by=viewer(), at=now(), declared=declared, held=mark, gate=gate)
    flash("您的选择已更改，以这一次为准。" if mine.voted else "您已参加这次评议，谢谢。", "ok")
    answer = make_response(redirect(url_for(receipt_page, id=ballot.id)))
    answer.set_cookie("device", device, max_age=365 * 86400, samesite="Lax", httponly=True, secure=request.is_secure)
    return answer


def _device() -> str:
    """The device's own mark: a random cookie, made with its first vote."""
    kept = request.cookies.get("device", "")
    return kept if DEVICE.fullmatch(kept) else secrets.token()


def _gate(ballot: Ballot, mine: Standing, device: str) -> guard.Gate:
    every = guard.sources(ballot.id, address=request.remote_addr or "", device=device, phone_key=mine.phone_key)
    return guard.gate(db.session(), ballot, every, at=now())


def _may_pass(ballot: Ballot, gate: guard.Gate) -> bool:
    """Whether a first vote needs no question, or has answered one. Raises Refused where too many came from one source."""
    if gate.verdict == "refuse":
        raise refuse("busy", "从这里参加的人太多了。请过一小时再来，或到社区居委会用纸质票参加。")
    given = request.form.get("question", "")[:200], request.form.get("answer", "")[:20]
    return gate.verdict == "pass" or guard.answered(db.session(), ballot.id, *given, at=now())


@bp.post("/ballots/<int:id>/bursts")
@entry("ballot.look", Ballot)
def look(ballot: Ballot) -> ResponseReturnValue:
    """核实集中投票."""
    kind, source, note = (request.form.get(name, "") for name in ("kind", "source", "note"))
    guard.look(db.session(), ballot, kind=kind[:8], source=source[:64], note=note, by=viewer(), at=now())
    flash("已记下核实情况。", "ok")
    return redirect(url_for("ballots.show", id=ballot.id))


@bp.get("/ballots/<int:id>/receipt")
@entry("ballot.vote", Ballot)
def receipt(ballot: Ballot) -> ResponseReturnValue:
    """The code that stands for one's own vote, read off the vote as it stands."""
    return receipt_shown(ballot)


def receipt_shown(ballot: Ballot) -> ResponseReturnValue:
    mine = _standing(ballot)
    code = voters.receipt_of(db.session(), ballot, mine.who) if mine.who is not None else None
    return page("ballots/receipt.html", heading="参加回执", ballot=queries.page_of(db.session(), ballot), code=code)


@bp.route("/ballots/<int:id>/tellers", methods=["GET", "POST"])
@entry("ballot.name_tellers", Ballot)
def tellers(ballot: Ballot) -> ResponseReturnValue:
    """指定监票人."""
    form = forms.Tellers()
    if form.validate_on_submit():
        named = [actions.NamedTeller(*one) for one in form.named()]
        if web.tried(form, lambda: actions.name_tellers(db.session(), ballot, named, by=viewer(), at=now())):
            flash("监票人已指定，并已通知本人。", "ok")
            return redirect(url_for("ballots.show", id=ballot.id))
    return page(
        "ballots/tellers.html", 422 if request.method == "POST" else 200, heading="指定监票人", form=form, open=ballot.state in {"draft", "open"},
        tellers=queries.tellers_of(db.session(), ballot.id), back=web.back_to(ballot), submit="指定监票人",
    )  # fmt: skip


def _tied(form: forms.Order, ballot: Ballot) -> None:
    """A place to fill in for each choice that stands in a tie."""
    result = ballot.result or {"choices": [], "ties": []}
    titles = {row["id"]: row["title"] for row in result["choices"]}
    form.about([(key, titles[key]) for key in counting.tied(result)], result.get("order", []) if request.method == "GET" else [])


def _counted(ballot: Ballot) -> str:
    return "计票完成，结果已公布。" if ballot.state == "counted" else "票数较多，正在后台计票，好了以后结果公布在这里。"


web.steps(
    bp,
    Ballot,
    {
        "open": Verb(act=actions.open_ballot, said="评议已开始。"),
        "close": Verb(forms.Close, act=actions.close_ballot, said="评议已截止，密钥已销毁。"),
        "count": Verb(act=actions.ask_count, said=_counted),
        "settle_ties": Verb(
            forms.Order,
            act=actions.settle_ties,
            template="ballots/settle_ties.html",
            said="先后已确定，结果已按它重新计算。",
            prepare=_tied,
        ),
        "cancel": Verb(act=actions.cancel, said="评议已取消。"),
    },
)
