"""What goes with an opinion: standing aside, the street in a community's place, time, the observers, the applicant's answer."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import people_with
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import CallRules
from webapp.core import outbox
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.scope import Viewer
from webapp.core.workflow import CLOCK, take_step
from webapp.reviews.actions.opinions import ASKED, advance, tell_applicant
from webapp.reviews.actions.panels import organisers_of
from webapp.reviews.models import Opinion, StoodAside, Witnessed
from webapp.reviews.rules.coreview import SILENT, free_of_ties

STREET = 9
NOBODY_LEFT = "社区没有可以填写的人，由街道填写。"


def _around(session: Session, opinion: Opinion) -> tuple[Application, CallRules]:
    application = session.get_one(Application, opinion.application_id)
    return application, rules_of(session.get_one(Call, application.call_id))


def stand_aside(session: Session, opinion: Opinion, *, by: Viewer, at: datetime, note: str = "") -> None:
    """有利害关系，本人回避: a colleague gives it; where a community has nobody left, the street does."""
    take_step(session, opinion, "stand_aside", by=by, at=at, due=opinion.due_at, note=note)
    session.add(StoodAside(opinion_id=opinion.id, person_id=by.id or 0, tie=note.strip(), at=at))
    session.flush()
    aside = session.scalars(sa.select(StoodAside.person_id).where(StoodAside.opinion_id == opinion.id)).all()
    area = opinion.area_code if opinion.office == "community" else opinion.area_code[:STREET]
    left = free_of_ties(people_with(session, ASKED[opinion.office], at=at, area=area), aside)
    if left:
        outbox.tell(session, left, opinion.ref, "协同审核请您填写", f"{opinion.title}：一位同事回避，请您填写。", at=at)
    elif opinion.office == "community":
        _, rules = _around(session, opinion)
        take_step(session, opinion, "hand_up", by=by, at=at, due=deadline(at, rules.opinion_workdays), note=NOBODY_LEFT)
        _to_the_street(session, opinion, at=at)


def hand_up(session: Session, opinion: Opinion, *, by: Viewer, at: datetime, note: str = "") -> None:
    """转街道填写: the street gives the community's opinion in its place, with a time of its own."""
    _, rules = _around(session, opinion)
    take_step(session, opinion, "hand_up", by=by, at=at, due=deadline(at, rules.opinion_workdays), note=note)
    _to_the_street(session, opinion, at=at)


def _to_the_street(session: Session, opinion: Opinion, *, at: datetime) -> None:
    opinion.office, opinion.reminded_at = "street", None
    session.flush()
    people = people_with(session, ASKED["street"], at=at, area=opinion.area_code[:STREET])
    until = today(opinion.due_at) if opinion.due_at else ""
    outbox.tell(session, people, opinion.ref, "协同审核转您填写", f"{opinion.title}由街道代为填写，请在 {until} 前完成。", at=at)


def witness(session: Session, opinion: Opinion, *, by: Viewer, at: datetime, note: str = "") -> None:
    """见证 by a member of the 居务监督委员会."""
    take_step(session, opinion, "witness", by=by, at=at)
    _sign(session, opinion, "witness", "", by=by, at=at)


def dissent(session: Session, opinion: Opinion, *, by: Viewer, at: datetime, note: str = "") -> None:
    """提出异议: it changes no opinion; the organiser, the street and the community read it."""
    take_step(session, opinion, "dissent", by=by, at=at, note=note)
    _sign(session, opinion, "dissent", note.strip(), by=by, at=at)
    application = session.get_one(Application, opinion.application_id)
    call = session.get_one(Call, application.call_id)
    people = {
        *organisers_of(session, call, at), *people_with(session, ASKED["street"], at=at, area=opinion.area_code[:STREET]),
        *people_with(session, ASKED["community"], at=at, area=opinion.area_code),
    }  # fmt: skip
    outbox.tell(session, people, opinion.ref, "居务监督委员会有异议", f"{opinion.title}：{note.strip()}", at=at)


def _sign(session: Session, opinion: Opinion, kind: str, words: str, *, by: Viewer, at: datetime) -> None:
    session.add(Witnessed(opinion_id=opinion.id, person_id=by.id or 0, kind=kind, words=words, at=at))
    session.flush()


def answer(session: Session, opinion: Opinion, *, by: Viewer, at: datetime, note: str = "") -> None:
    """答复意见: what the applicant will change, or why not; the community reads it, and again before the agreement."""
    take_step(session, opinion, "answer", by=by, at=at, note=note)
    opinion.answer, opinion.answered_at = note.strip(), at
    session.flush()
    people = people_with(
        session, ASKED[opinion.office], at=at, area=opinion.area_code if opinion.office == "community" else opinion.area_code[:STREET]
    )
    outbox.tell(session, people, opinion.ref, "申报单位已答复", f"{opinion.title}：{opinion.answer}", at=at)


def show_all(session: Session, call: Call, *, at: datetime) -> int:
    """With the release, every applicant reads the opinions on its application; gives how many are shown now."""
    hidden = session.execute(
        sa.select(Opinion, Application)
        .join(Application, Application.id == Opinion.application_id)
        .where(Application.call_id == call.id, Opinion.state == "given", Opinion.shown_at.is_(None))
        .order_by(Opinion.id)
    ).all()
    for opinion, application in hidden:
        opinion.shown_at = at
        tell_applicant(session, opinion, application, at=at)
    session.flush()
    return len(hidden)


def remind_due(session: Session, at: datetime) -> int:
    """Who has not answered by the working day before the end is reminded, once for each deadline."""
    waiting = sa.select(Opinion).where(
        Opinion.state == "asked", Opinion.reminded_at.is_(None), Opinion.due_at <= deadline(at, 1), Opinion.due_at > at
    )
    found = session.scalars(waiting.order_by(Opinion.id).with_for_update(skip_locked=True)).all()
    for opinion in found:
        opinion.reminded_at = at
        aside = session.scalars(sa.select(StoodAside.person_id).where(StoodAside.opinion_id == opinion.id)).all()
        area = opinion.area_code if opinion.office == "community" else opinion.area_code[:STREET]
        people = free_of_ties(people_with(session, ASKED[opinion.office], at=at, area=area), aside)
        outbox.tell(
            session, people, opinion.ref, "协同审核快到期", f"{opinion.title}还没有填写，{today(opinion.due_at or at)} 到期。", at=at
        )
    session.flush()
    return len(found)


def lapse_due(session: Session, at: datetime) -> int:
    """逾期: what the call's rules make of silence, told to who was silent and who runs the call; then the applications go on."""
    query = sa.select(Opinion).where(Opinion.state == "asked", Opinion.due_at <= at).order_by(Opinion.id)
    due = session.scalars(query.with_for_update(skip_locked=True)).all()
    for opinion in due:
        application, rules = _around(session, opinion)
        if opinion.kind == "community" and opinion.office == "community" and rules.coreview.silence == "extend":
            _extend(session, opinion, rules, at=at)
            continue
        silence = rules.coreview.silence if opinion.kind == "community" else "none"
        take_step(session, opinion, "lapse", by=CLOCK, at=at, note=f"按公告{SILENT[silence]}", data={"silence": silence})
        call = session.get_one(Call, application.call_id)
        area = opinion.area_code if opinion.office == "community" else opinion.area_code[:STREET]
        people = {*people_with(session, ASKED[opinion.office], at=at, area=area), *organisers_of(session, call, at)}
        outbox.tell(session, people, opinion.ref, "协同审核逾期未填", f"{opinion.title}到期没有填写，按公告{SILENT[silence]}。", at=at)
        advance(session, application, rules, by=CLOCK, at=at)
    return len(due)


def _extend(session: Session, opinion: Opinion, rules: CallRules, *, at: datetime) -> None:
    """The first time it runs once more; the second time the street is asked."""
    again = deadline(at, rules.opinion_workdays)
    if opinion.extended_at is not None:
        take_step(session, opinion, "hand_up", by=CLOCK, at=at, due=again, note="延期后仍未填写，按公告由街道填写")
        _to_the_street(session, opinion, at=at)
        return
    take_step(session, opinion, "extend", by=CLOCK, at=at, due=again, note="到期未填写，按公告延期一次")
    opinion.extended_at, opinion.reminded_at = at, None
    session.flush()
    people = people_with(session, ASKED["community"], at=at, area=opinion.area_code)
    outbox.tell(
        session, people, opinion.ref, "协同审核已延期一次", f"{opinion.title}到期没有填写，延到 {today(again)}；再逾期由街道填写。", at=at
    )


__all__ = ["answer", "dissent", "hand_up", "lapse_due", "remind_due", "show_all", "stand_aside", "witness"]
