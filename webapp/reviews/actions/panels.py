"""The panel: formed with a published digest, drawn, pledged, assigned, closed and confirmed."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import until
from webapp.accounts.models import Organisation
from webapp.accounts.queries import people_with
from webapp.applications import queries as applications
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core import journal, outbox
from webapp.core.scope import Viewer
from webapp.core.workflow import CLOCK, begin, carrying, refusals, refuse, take_step
from webapp.reviews.actions.plans import chosen
from webapp.reviews.actions.results import find_divergences
from webapp.reviews.models import Assignment, Expert, ExpertTie, Panel, Result, Seat
from webapp.reviews.queries.facts import (
    applicants_of,
    candidates_of,
    free_judges,
    next_up,
    own_interest,
    promise_of,
)
from webapp.reviews.rules import draw as lots
from webapp.reviews.rules.assign import positions
from webapp.reviews.rules.blind import cover, names_in
from webapp.reviews.rules.steps import IN_REVIEW
from webapp.scoring import actions as scoring
from webapp.scoring.models import Scorecard
from webapp.scoring.rules import statistics

PURPOSE = "panel"


def enrol_expert(session: Session, person_id: int, *, field: str, employer: str, title: str = "", area_code: str) -> Expert:
    """Put a person into the pool (评委库); doing it again changes what is known."""
    expert = session.get(Expert, person_id) or Expert(person_id=person_id, available=True)
    expert.field, expert.employer, expert.title, expert.area_code = field, employer, title, area_code
    session.add(expert)
    session.flush()
    return expert


def declare_tie(session: Session, person_id: int, organisation_id: int, *, kind: str = "declared") -> None:
    """Say that an expert may not judge an organisation; saying it twice is saying it once."""
    known = sa.select(ExpertTie.id).where(
        ExpertTie.person_id == person_id, ExpertTie.organisation_id == organisation_id, ExpertTie.kind != "cleared", ExpertTie.undone_at.is_(None)
    )  # fmt: skip
    if session.scalar(known.limit(1)) is None:
        session.add(ExpertTie(person_id=person_id, organisation_id=organisation_id, kind=kind))
        session.flush()


def organisers_of(session: Session, call: Call, at: datetime) -> list[int]:
    """The people who run a call: officers of its organiser, and its operator's."""
    found = people_with(session, ("bureau", "bureau_head", "street"), at=at, organisation_id=call.organiser_id)
    if call.operator_id is not None:
        found += people_with(session, ("operator",), at=at, organisation_id=call.operator_id)
    return found


def form_panel(
    session: Session, call: Call, *, title: str, size: int, finance: int, reserves: int, per_application: int,
    closes_at: datetime, by: Viewer, at: datetime, strata: Mapping[str, int] | None = None,
) -> Panel:  # fmt: skip
    """组建评审组. The seed is made by the house now; only its digest is shown until the draw.

    Raises Refused when the call has no panel stage, is not in review, or has a panel already.
    """
    if "panel" not in call.stages:
        raise refuse("stage", "本次征集没有设专家评审。")
    if call.state not in {"closed", "reviewing"}:
        raise refuse("state", f"征集当前是“{call.state_label}”，申报截止后才能组建评审组。")
    if session.scalar(sa.select(Panel.id).where(Panel.call_id == call.id, Panel.state != "dissolved").limit(1)) is not None:
        raise refuse("panel", "本次征集已经有评审组。要重新组建，请先解散原来的。")
    wanted = {field: count for field, count in (strata or {}).items() if count and field != "finance"}
    if finance + sum(wanted.values()) > size:
        raise refuse("figures", f"各领域最少人数合计 {finance + sum(wanted.values())} 人，超过评委人数 {size} 人。", "size")
    if finance > size or per_application > size:
        raise refuse("figures", "财务评委人数、每份申报的评委数都不能超过评委人数。", "size")
    if closes_at <= at:
        raise refuse("closes", "评分截止日要晚于今天。", "closes_on")
    seed = secrets.token_hex(32)
    rubric = scoring.freeze_rubric(session, "专家评审评分表", rules_of(call).rubric)
    panel = Panel(
        call_id=call.id, title=title, size=size, finance=finance, reserves=reserves, per_application=per_application, seed=seed,
        strata=wanted, seed_digest=lots.seed_digest(seed), rubric_id=rubric.id, closes_at=closes_at, witness="",
    )  # fmt: skip
    begin(session, panel, by=by, at=at, data={"seed_digest": panel.seed_digest})
    return panel


def draw(session: Session, panel: Panel, *, witness: str, by: Viewer, at: datetime, note: str = "") -> None:
    """随机抽取, once: the seed is opened, and the minutes hold all that is needed to repeat the draw."""
    panel.witness = witness.strip()
    take_step(session, panel, "draw", by=by, at=at, note=note)
    candidates = candidates_of(session, panel.call_id, at)
    organisations = set(applicants_of(session, panel.call_id).values())
    found = lots.minutes(
        panel.seed or "", candidates, organisations, size=panel.size, finance=panel.finance, reserves=panel.reserves, strata=panel.strata
    )
    panel.minutes = found | {"witness": panel.witness, "drawn_by": by.ref, "drawn_at": at.isoformat()}
    for one in found["seats"]:
        seat = Seat(
            panel_id=panel.id, person_id=one["person"], position=one["position"], field=one["field"], reserve=one["reserve"],
            title=f"评审邀请：{panel.title}",
        )  # fmt: skip
        begin(session, seat, by=by, at=at)
        if not seat.reserve:
            _invite(session, seat, panel, at=at)


def sign_draw(session: Session, panel: Panel, *, by: Viewer, at: datetime) -> None:
    """监督人签字: a second signed-in person says that the draw went by its rules, once. Who drew cannot sign."""
    drawn_by = (panel.minutes or {}).get("drawn_by")
    if not drawn_by:
        raise refuse("early", "还没有抽取评委，抽取后再签字。")
    if panel.witness_id is not None:
        raise refuse("signed", "抽取记录已经有监督人签字。")
    if drawn_by == by.ref:
        raise refuse("same", "抽取和监督要由两个人办理，请由监督人登录后签字。")
    panel.witness_id, panel.witnessed_at = by.id, at
    journal.record(session, panel.ref, "witness", by=by.ref, at=at, data={"minutes": journal.digest(journal.canonical(panel.minutes))})


def reschedule(session: Session, panel: Panel, *, closes_at: datetime, reason: str, by: Viewer, at: datetime) -> int:
    """改评分截止日, until all scores are in: the judges are told; gives how many. Raises Refused for a day that is past, and afterwards."""
    if panel.state not in {"forming", "drawn", "scoring"}:
        raise refuse("state", f"评审组{panel.state_label}，不能再改评分截止日。")
    if closes_at <= at:
        raise refuse("closes", "评分截止日要晚于今天。", "closes_on")
    before, panel.closes_at = panel.closes_at, closes_at
    if panel.state == "scoring":
        panel.due_at = closes_at
        session.execute(
            sa.update(Assignment).where(Assignment.panel_id == panel.id, Assignment.state == "assigned").values(due_at=closes_at)
        )
    data = {"before": before.isoformat(), "after": closes_at.isoformat()}
    journal.record(session, panel.ref, "reschedule", by=by.ref, at=at, note=reason, data=data)
    query = sa.select(Seat.person_id).where(Seat.panel_id == panel.id, Seat.reserve.is_(False), Seat.state.in_(("drawn", "pledged")))
    body = f"{panel.title}的评分截止改为 {until(closes_at)}。{reason}"
    judges = sorted(session.scalars(query))
    outbox.tell(session, judges, panel.ref, "评分截止日有变动", body, at=at)
    return len(judges)


def _invite(session: Session, seat: Seat, panel: Panel, *, at: datetime) -> None:
    body = f"您被随机抽取为“{panel.title}”的评委，评分到 {until(panel.closes_at)} 截止。请先阅读并签署承诺书；不能参加的，请尽早告知。"
    outbox.tell(session, [seat.person_id], seat.ref, "评审邀请", body, at=at)


def pledge(session: Session, seat: Seat, *, declared: str = "", by: Viewer, at: datetime, note: str = "") -> None:
    """签署承诺书. `declared`: organisations the expert has an interest in, one name per line; he will not be given theirs."""
    names = [line.strip() for line in declared.splitlines() if line.strip()]
    found = {name: key for key, name in session.execute(sa.select(Organisation.id, Organisation.name).where(Organisation.name.in_(names)))}
    if unknown := [name for name in names if name not in found]:
        raise refuse("declared", f"单位名录里没有“{unknown[0][:40]}”，请写单位全称，每行一个。", "declared")
    for key in sorted(found.values()):
        declare_tie(session, seat.person_id, key)
    seat.promise = promise_of(session, seat, at)
    signed = journal.digest(journal.canonical({"promise": seat.promise}))
    take_step(session, seat, "pledge", by=by, at=at, note=note, data={"declared": len(found), "promise": signed})


def decline(session: Session, seat: Seat, *, note: str, by: Viewer, at: datetime) -> None:
    """不能参加: the organiser replaces the seat from the reserves."""
    seat.reason = note
    take_step(session, seat, "decline", by=by, at=at, note=note)
    panel = session.get_one(Panel, seat.panel_id)
    people = organisers_of(session, session.get_one(Call, panel.call_id), at)
    outbox.tell(session, people, panel.ref, "有评委不能参加", f"{panel.title}有评委不能参加，请用候补替换。", at=at)


def replace(session: Session, seat: Seat, *, by: Viewer, at: datetime, note: str = "") -> Seat:
    """替换: the next in the drawn order who keeps the number of finance experts moves up, and both are told.

    Whoever was drawn and has not declined is not changed without a reason, which stays with the seat. Raises Refused without one.
    """
    panel = session.get_one(Panel, seat.panel_id, with_for_update=True)
    if seat.state == "drawn":
        if not note.strip():
            raise refuse("note", "这位评委还没有答复，请写明为什么替换。", "note")
        seat.reason = note.strip()
        outbox.tell(session, [seat.person_id], seat.ref, "评审邀请已取消", f"{panel.title}：{seat.reason}", at=at)
    person = next_up(session, panel, seat)
    take_step(session, seat, "replace", by=by, at=at, note=note)
    found = session.scalars(sa.select(Seat).where(Seat.panel_id == panel.id, Seat.person_id == person)).first()
    if found is None:
        minutes = panel.minutes or {}
        field = next(c["field"] for c in minutes["candidates"] if c["person"] == person)
        last = session.scalar(sa.select(sa.func.max(Seat.position)).where(Seat.panel_id == panel.id)) or 0
        found = Seat(panel_id=panel.id, person_id=person, position=last + 1, field=field, reserve=False, title=f"评审邀请：{panel.title}")
        begin(session, found, by=by, at=at, data={"for": seat.ref})
    else:
        found.reserve = False
        journal.record(session, found.ref, "promote", by=by.ref, at=at, data={"for": seat.ref})
    _invite(session, found, panel, at=at)
    return found


def start(session: Session, panel: Panel, *, by: Viewer, at: datetime, note: str = "") -> None:
    """分派并开始评分: a balanced assignment that never gives an expert an applicant he is tied to; one card each."""
    take_step(session, panel, "start", by=by, at=at, note=note, due=panel.closes_at)
    order, given = chosen(session, panel, at)
    place = positions(given, order.seed)
    titles = _blind_titles(session, panel, given)
    for (person, application), position in sorted(place.items()):
        _give(session, panel, application, person, titles[application], position, by=by, at=at)
    for person in sorted({person for person, _ in place}):
        body = f"{panel.title}已开始评分，请在 {until(panel.closes_at)} 前完成。"
        outbox.tell(session, [person], panel.ref, f"有 {sum(p == person for p, _ in place)} 份申报请您评分", body, at=at)


def _blind_titles(session: Session, panel: Panel, chosen: Iterable[int]) -> dict[int, str]:
    """What each application is called before a judge: its title, without the applicant's name in a blind review."""
    found = session.execute(
        sa.select(Application.id, Application.title, Organisation.name)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.id.in_(list(chosen)))
    ).all()
    if rules_of(session.get_one(Call, panel.call_id)).panel.blind.applicant == "open":
        return {key: title for key, title, _ in found}
    return {
        key: cover(title, {name, *names_in(applications.snapshot(session, key).get("organisation") or {})}) for key, title, name in found
    }


def _give(
    session: Session, panel: Panel, application_id: int, person_id: int, title: str, position: int, *, by: Viewer, at: datetime
) -> Assignment:  # fmt: skip
    card = scoring.open_card(
        session, panel.rubric_id, purpose=PURPOSE, subject=f"application:{application_id}", judge=f"person:{person_id}",
        person_id=person_id, by=by, at=at,
    )  # fmt: skip
    assignment = Assignment(
        panel_id=panel.id, person_id=person_id, application_id=application_id, title=title, position=position,
        scorecard_id=card.id, due_at=panel.closes_at,
    )  # fmt: skip
    begin(session, assignment, by=by, at=at)
    return assignment


def reassign(session: Session, panel: Panel, *, application_id: int, person_id: int, by: Viewer, at: datetime) -> Assignment:
    """补派: give an application that lost a judge to another seated expert free of ties to its applicant."""
    if panel.state != "scoring":
        raise refuse("panel", "评审组不在评分阶段，不能补派。")
    if tied := own_interest(session, panel.call_id, by, at):
        raise refuse("own_interest", f"您与申报单位“{tied}”有利害关系，补派请交由其他人办理。")
    if person_id not in free_judges(session, panel, at).get(application_id, frozenset()):
        raise refuse("conflict", "这位评委与申报单位有利害关系，或者已经评过、回避过这份申报，请选另一位。", "person_id")
    last = session.scalar(
        sa.select(sa.func.max(Assignment.position)).where(Assignment.panel_id == panel.id, Assignment.person_id == person_id)
    )
    title = _blind_titles(session, panel, [application_id])[application_id]
    given = _give(session, panel, application_id, person_id, title, (last or 0) + 1, by=by, at=at)
    journal.record(session, panel.ref, "reassign", by=by.ref, at=at, data={"assignment": given.ref})
    outbox.tell(session, [person_id], given.ref, "补派一份评审", f"{panel.title}有一份申报请您评分。", at=at)
    return given


def close(session: Session, panel: Panel, *, by: Any, at: datetime, note: str = "") -> None:
    """收齐评分: from here on the scores are seen."""
    take_step(session, panel, "close", by=by, at=at, note=note)
    find_divergences(session, panel, at=at)


def confirm(session: Session, panel: Panel, *, by: Viewer, at: datetime, note: str = "") -> None:
    """确认: the cards are locked, each application gets its figures and goes on."""
    take_step(session, panel, "confirm", by=by, at=at, note=note)
    cards = session.execute(
        sa.select(Assignment.application_id, Scorecard)
        .join(Scorecard, Scorecard.id == Assignment.scorecard_id)
        .where(Assignment.panel_id == panel.id, Assignment.state == "done")
        .order_by(Assignment.application_id, Scorecard.id)
    ).all()
    points: dict[int, list[int]] = {}
    for application_id, card in cards:
        points.setdefault(application_id, []).append(card.total or 0)
        scoring.lock(session, card, by=by, at=at)
    plan = rules_of(session.get_one(Call, panel.call_id)).figures
    for application_id, totals in points.items():
        found = statistics(totals, trim=plan.trim, trim_from=plan.trim_from)
        result = session.get(Result, application_id) or Result(application_id=application_id, call_id=panel.call_id)
        result.panel_mean, result.panel_trimmed, result.panel_median = found.mean, found.trimmed, found.median
        result.panel_spread, result.panel_n = found.spread, found.n
        session.add(result)
        session.flush()
        application = session.get_one(Application, application_id)
        if application.state in IN_REVIEW:
            take_step(session, application, "score", by=carrying(by), at=at)


def dissolve(session: Session, panel: Panel, *, note: str, by: Viewer, at: datetime) -> None:
    """解散: those invited are told; a new panel has a new seed."""
    take_step(session, panel, "dissolve", by=by, at=at, note=note)
    people = session.scalars(
        sa.select(Seat.person_id).where(Seat.panel_id == panel.id, Seat.reserve.is_(False), Seat.state.in_(("drawn", "pledged")))
    ).all()
    outbox.tell(session, people, panel.ref, "评审组已解散", f"{panel.title}已解散，不需要再评审。", at=at)


def close_due(session: Session, at: datetime) -> int:
    """At its closing day a panel whose scores are all in closes by itself; one with scores missing stays open and overdue."""
    due = session.scalars(sa.select(Panel).where(Panel.state == "scoring", Panel.due_at <= at).order_by(Panel.id)).all()
    done = 0
    for panel in due:
        if not refusals(session, panel, "close", by=CLOCK, at=at):
            close(session, panel, by=CLOCK, at=at)
            done += 1
    return done


__all__ = [
    "close",
    "close_due",
    "confirm",
    "declare_tie",
    "decline",
    "dissolve",
    "draw",
    "enrol_expert",
    "form_panel",
    "organisers_of",
    "pledge",
    "reassign",
    "replace",
    "reschedule",
    "sign_draw",
    "start",
]  # fmt: skip
