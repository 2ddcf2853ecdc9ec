"""居民评选, 综合排名, the list as the organiser settles it, and 集体研究."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.queries import names_of
from webapp.applications import queries as applications
from webapp.applications.models import Application
from webapp.ballots import actions as ballots
from webapp.ballots.models import Ballot
from webapp.ballots.queries import of_subject
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core import files, journal
from webapp.core.files import Checked
from webapp.core.scope import Viewer
from webapp.core.trace import trace
from webapp.core.workflow import CLOCK, carrying, refuse, take_step
from webapp.reviews.actions import letters
from webapp.reviews.actions.board import note_run
from webapp.reviews.actions.coreview import show_all
from webapp.reviews.actions.opinions import place_names
from webapp.reviews.models import Decision, Result, Selection
from webapp.reviews.queries.board import standing
from webapp.reviews.queries.coreview import vetoed_of
from webapp.reviews.queries.inputs import inputs_of
from webapp.reviews.rules.line import VETOED, reasons
from webapp.reviews.rules.ranking import RULE_VERSION, recompute
from webapp.reviews.rules.steps import IN_REVIEW, before

OUTCOMES = {"propose": "拟立项", "reserve": "候补", "decline": "未立项"}


def elect(
    session: Session, call: Call, *, title: str, most: int, opens_at: datetime, closes_at: datetime, by: Viewer, at: datetime
) -> Ballot:  # fmt: skip
    """发起居民评选: every application in review is a choice before the residents of the call's area.

    Votes are taken from `opens_at` on. Raises Refused when a stage before is not over.
    """
    if "residents" not in call.stages:
        raise refuse("stage", "本次征集没有设居民评选。")
    if call.state != "reviewing":
        raise refuse("state", f"征集当前是“{call.state_label}”，评审中才能发起居民评选。")
    if of_subject(session, call.ref, "projects") is not None:
        raise refuse("ballot", "本次征集已经发起过居民评选。")
    found = session.scalars(
        sa.select(Application).where(Application.call_id == call.id, Application.state.in_(IN_REVIEW)).order_by(Application.id)
    ).all()
    ready = before("elect", call.stages)
    if waiting := [one for one in found if one.state not in ready]:
        raise refuse("waiting", f"《{waiting[0].title}》还是“{waiting[0].state_label}”，前面的环节完成后再发起居民评选。")
    if len(found) < 2:
        raise refuse("choices", "至少要有两份申报才能评选。")
    ballot = ballots.create(
        session, purpose="projects", subject=call.ref, title=title, area_code=call.area_code, method="approve", most=min(most, len(found)),
        choices=_choices(session, found), opens_at=opens_at, closes_at=closes_at,
        by=carrying(by), at=at,
    )  # fmt: skip
    trace(session, call.ref, ballot.ref)
    journal.record(session, call.ref, "elect", by=by.ref, at=at, data={"ballot": ballot.ref})
    ballots.open_ballot(session, ballot, by=carrying(by), at=at)
    return ballot


def _choices(session: Session, found: Sequence[Application]) -> list[ballots.NewChoice]:
    """Each application by its title; where two bear the same, the organisation tells them apart."""
    every = [one.title for one in found]
    names = names_of(session, {f"organisation:{one.organisation_id}" for one in found if every.count(one.title) > 1})
    choices = []
    for one in found:
        by = f"（{names[f'organisation:{one.organisation_id}']}）" if every.count(one.title) > 1 else ""
        choices.append(ballots.NewChoice(f"{one.title}{by}", _where(session, one), one.ref))
    return choices


def _where(session: Session, application: Application) -> str:
    codes = list(applications.snapshot(session, application.id).get("communities") or [application.area_code])
    return f"落地：{'、'.join(place_names(session, codes))}"


def take_votes(session: Session, call: Call, *, by: Viewer, at: datetime) -> int:
    """After the count: the applications that stood for election go on."""
    ballot = of_subject(session, call.ref, "projects")
    if "residents" not in call.stages or ballot is None or ballot.state != "counted":
        return 0
    waiting = session.scalars(
        sa.select(Application)
        .where(Application.call_id == call.id, Application.state.in_(before("elect", call.stages)))
        .order_by(Application.id)
    ).all()
    for application in waiting:
        take_step(session, application, "elect", by=carrying(by), at=at, data={"ballot": ballot.ref})
    return len(waiting)


def elect_counted(session: Session, at: datetime) -> int:
    """What the count of a 居民评选 brings, for every call in review."""
    counted = sa.select(Ballot.subject).where(Ballot.purpose == "projects", Ballot.state == "counted")
    calls = session.scalars(
        sa.select(Call).where(Call.state == "reviewing", sa.literal("call:").concat(sa.cast(Call.id, sa.Text)).in_(counted))
    ).all()
    return sum(take_votes(session, call, by=CLOCK, at=at) for call in calls)


def rank(session: Session, call: Call, *, missing: str = "refuse", by: Viewer, at: datetime, note: str = "") -> Selection:
    """综合排名: combine the channels, rank all, draw the budget line; the run is saved so that it can be repeated.

    `missing`: how to go on where a channel gave nothing (`ranking.MISSING`).
    """
    take_votes(session, call, by=by, at=at)
    call.missing_channels = missing  # type: ignore[attr-defined]
    take_step(session, call, "rank", by=by, at=at, note=note, data={"missing": missing})
    inputs = inputs_of(session, call, rules_of(call), missing=missing)
    outputs = recompute(inputs)
    selection = Selection(call_id=call.id, inputs=inputs, outputs=outputs, rule_version=RULE_VERSION, at=at, by_id=by.id, adopted_at=at)
    session.add(selection)
    session.flush()
    note_run(session, call, selection, "run", by=by, at=at)
    for row in outputs["rows"]:
        result = session.get(Result, row["id"]) or Result(application_id=row["id"], call_id=call.id, panel_n=0)
        for name in ("panel", "community", "residents", "residents_n", "jury", "donation", "bonus"):
            setattr(result, name, row[name])
        result.combined, result.rank, result.outcome = row["combined"], row["rank"], row["outcome"]
        result.amount_fen = None if row["amount_fen"] is None else Money(row["amount_fen"])
        result.reason, result.amount_reason = reasons(row)
        session.add(result)
        session.flush()
        take_step(session, session.get_one(Application, row["id"]), "rank", by=carrying(by), at=at, data={"rank": row["rank"]})
    return selection


@dataclass(frozen=True, slots=True)
class Change:
    """What the organiser makes of one application on the list."""

    application_id: int
    outcome: str
    amount: Money | None
    reason: str
    """Why this outcome."""
    amount_reason: str = ""
    """Why this amount."""


def adjust(session: Session, call: Call, changes: list[Change], *, by: Viewer, at: datetime) -> int:
    """调整拟立项名单: score is not amount, so both are decided apart, and each that differs from the rule's has its own reason.

    Gives how many were changed; what was changed stands in the call's record. Raises Refused with a place for each row.
    """
    if call.state != "ranked":
        raise refuse("state", f"征集当前是“{call.state_label}”，名单不能再改。")
    rules = rules_of(call)
    proposal = {row["id"]: row for row in _proposal(session, call)}
    against = vetoed_of(session, call.id, rules)
    changed, total = 0, Money(0)
    for n, change in enumerate(changes):
        result = session.get(Result, change.application_id, with_for_update=True)
        application = session.get_one(Application, change.application_id)
        if result is None or result.call_id != call.id or change.outcome not in OUTCOMES:
            raise refuse("row", "名单已经变化，请刷新后再调整。")
        amount = change.amount if change.outcome == "propose" else None
        if change.outcome == "propose":
            if change.application_id in against:
                raise refuse("vetoed", f"《{application.title}》：{VETOED}不能拟立项。", f"rows-{n}-outcome")
            if amount is None or not amount:
                raise refuse("amount", f"《{application.title}》拟立项，请填写金额。", f"rows-{n}-amount")
            if amount > min(application.requested_fen, rules.ceiling(application.category)):
                raise refuse("amount", f"《{application.title}》的金额不能超过申请金额和每个项目的上限。", f"rows-{n}-amount")
            total += amount
        rule, most = proposal.get(change.application_id, {}), min(application.requested_fen, rules.ceiling(application.category))
        told, why = change.reason.strip(), change.amount_reason.strip() if amount else ""
        standing_reasons = reasons(rule)
        if rule.get("outcome") != change.outcome and told in {"", standing_reasons[0]}:
            raise refuse("reason", f"《{application.title}》的结果与系统建议不同，请写明理由。", f"rows-{n}-reason")
        expected = rule.get("amount_fen") if rule.get("outcome") == "propose" else most.fen
        if amount is not None and amount.fen != expected and why in {"", standing_reasons[1]}:
            raise refuse("reason", f"《{application.title}》的金额与系统建议不同，请写明金额的理由。", f"rows-{n}-amount_reason")
        before = (result.outcome, result.reason), (result.amount_fen, result.amount_reason)
        result.outcome, result.amount_fen, result.reason, result.amount_reason = change.outcome, amount, told, why
        if before == ((change.outcome, told), (amount, why)):
            continue
        changed += 1
        data = {"application": application.ref, "outcome": change.outcome}
        if before[0] != (change.outcome, told):
            journal.record(session, call.ref, "adjust", by=by.ref, at=at, data=data, note=told)
        if before[1] != (amount, why):
            given = {"application": application.ref, "amount_fen": amount.fen if amount else None}
            journal.record(session, call.ref, "amount", by=by.ref, at=at, data=given, note=why)
    if total > rules.pool:
        raise refuse("pool", "拟立项合计超过本次资金总额，请调整金额。")
    session.flush()
    return changed


def _proposal(session: Session, call: Call) -> list[dict[str, object]]:
    selection = standing(session, call.id)
    return list(selection.outputs["rows"]) if selection is not None else []


def decide(
    session: Session, call: Call, *, meeting: str, held_on: date, minutes_number: str, present: str = "", scan: Sequence[Checked] = (),
    by: Viewer, at: datetime, note: str = "",
) -> Decision:  # fmt: skip
    """集体研究: the list as the meeting had it is kept; outcomes and letters wait for their release (`release`)."""
    rows = [
        {"application": f"application:{one.application_id}", "outcome": one.outcome, "reason": one.reason, "rank": one.rank}
        | {"amount_reason": one.amount_reason}
        | {"amount_fen": one.amount_fen.fen if one.amount_fen else None}
        for one in results_of(session, call)
    ]
    decision = Decision(
        call_id=call.id, meeting=meeting, held_on=held_on, minutes_number=minutes_number, at=at, present=present.strip(),
        listed={"rows": rows}, by_id=by.id,
    )  # fmt: skip
    session.add(decision)
    session.flush()
    for file in scan:
        files.attach(session, decision.ref, "minutes", file, by=by.ref, at=at)
    take_step(session, call, "decide", by=by, at=at, note=note, data={"decision": decision.ref})
    letters.write(session, call, at=at)
    return decision


def results_of(session: Session, call: Call) -> Sequence[Result]:
    """The list in rank order."""
    return session.scalars(sa.select(Result).where(Result.call_id == call.id).order_by(Result.rank, Result.application_id)).all()


def release(session: Session, call: Call, *, by: Viewer, at: datetime) -> None:
    """Every application gets its outcome, what is proposed its amount, and every letter goes out: all in one transaction."""
    for result in results_of(session, call):
        application = session.get_one(Application, result.application_id)
        if application.state != "ranked" or result.outcome is None:
            continue
        if result.outcome == "propose":
            application.awarded_fen = result.amount_fen
        reason = result.reason or "未列入拟立项名单。"
        take_step(
            session, application, result.outcome, by=carrying(by), at=at, note=reason if result.outcome == "decline" else "",
            data={"amount_fen": result.amount_fen.fen if result.amount_fen else None},
        )  # fmt: skip
    letters.send(session, call, at=at)
    show_all(session, call, at=at)
    for decision in session.scalars(sa.select(Decision).where(Decision.call_id == call.id)):
        decision.released_at, decision.released_by_id = at, by.id
