"""进入评审, and the opinions of communities and streets (申报立项协同审核)."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import area_names, organisation_at, people_with
from webapp.applications import queries as applications
from webapp.applications.models import Application, Landing
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import CallRules, until
from webapp.core import outbox
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.scope import Viewer
from webapp.core.workflow import CLOCK, begin, carrying, take_step
from webapp.reviews.models import VERDICTS, Opinion
from webapp.reviews.rules.steps import IN_REVIEW, before
from webapp.scoring import actions as scoring

COMMUNITY, STREET = 12, 9
"""Digits of an area code of a community and of a street."""
KINDS = {"community": "协同审核", "street": "街道意见"}
ASKED = {"community": ("community", "party_lead"), "street": ("street",)}


def review(session: Session, call: Call, *, by: Viewer, at: datetime, note: str = "") -> None:
    """进入评审: the landing communities and their streets are asked for their opinions on every eligible application."""
    within = rules_of(call).review_within
    take_step(session, call, "review", by=by, at=at, note=note, due=until(call.closes_at, within) if within else None)
    ask_all(session, call, by=by, at=at)


def ask_all(session: Session, call: Call, *, by: Viewer, at: datetime) -> int:
    """Ask for what has not been asked yet; gives the number of opinions asked for.

    Communities come first; a street is asked for its own when those below it have spoken (`advance`), or at once where the
    call has no 协同审核.
    """
    rules = rules_of(call)
    have = set(session.scalars(sa.select(Opinion.application_id).join(Application).where(Application.call_id == call.id).distinct()))
    waiting = session.scalars(
        sa.select(Application)
        .where(Application.call_id == call.id, Application.state == "eligible", Application.id.not_in(have))
        .order_by(Application.id)
    ).all()
    heard: dict[str, list[str]] = {}
    for application in waiting:
        for code in _offices(session, application, "community") if "coreview" in rules.stages else ():
            _ask(session, application, "community", code, rules, by=by, at=at)
            heard.setdefault(code, []).append(application.title)
        advance(session, application, rules, by=by, at=at)
    for code, titles in heard.items():
        people = people_with(session, ASKED["community"], at=at, area=code)
        until = today(deadline(at, rules.opinion_workdays))
        body = f"{'、'.join(f'《{title}》' for title in titles)}。请在 {until} 前填写意见。"
        outbox.tell(session, people, call.ref, f"{len(titles)} 份申报请您{KINDS['community']}", body, at=at)
    return sum(len(titles) for titles in heard.values())


def _offices(session: Session, application: Application, kind: str) -> list[str]:
    """The communities an application lands in, as its snapshot says, or the streets above them."""
    codes = set(applications.snapshot(session, application.id).get("communities") or ())
    if not codes:
        codes = set(session.scalars(sa.select(Landing.area_code).where(Landing.application_id == application.id)))
    if not codes and len(application.area_code) >= STREET:
        codes = {application.area_code}
    length = COMMUNITY if kind == "community" else STREET
    return sorted({code[:length] for code in codes if len(code) >= length})


def _ask(session: Session, application: Application, kind: str, code: str, rules: CallRules, *, by: Viewer, at: datetime) -> Opinion:
    opinion = Opinion(
        application_id=application.id, kind=kind, office=kind, area_code=code, title=f"《{application.title}》{KINDS[kind]}", reason="",
        due_at=deadline(at, rules.opinion_workdays),
    )  # fmt: skip
    begin(session, opinion, by=by, at=at)
    return opinion


def give(
    session: Session, opinion: Opinion, *, verdict: str, reason: str = "", points: Mapping[str, int] | None = None, by: Viewer, at: datetime
) -> None:  # fmt: skip
    """提交意见; a community also scores the application on the call's 协同审核 rubric (`points` in hundredths by item).

    The row is locked first: of two colleagues at once, the second is told that the first was faster.
    """
    state = session.scalar(sa.select(Opinion.state).where(Opinion.id == opinion.id).with_for_update())
    if state != opinion.state or state != "asked":
        take_step(session, opinion, "give", by=by, at=at)
    application = session.get_one(Application, opinion.application_id)
    rules = rules_of(session.get_one(Call, application.call_id))
    opinion.verdict, opinion.reason, opinion.given_by_id = verdict, reason.strip(), by.id
    if opinion.kind == "community":
        _score(session, opinion, points or {}, by=by, at=at)
    if rules.coreview.shown == "at_once":
        opinion.shown_at = at
    take_step(session, opinion, "give", by=by, at=at, data={"verdict": verdict, "office": opinion.office})
    _tell_given(session, opinion, application, at=at)
    advance(session, application, rules, by=by, at=at)


def _tell_given(session: Session, opinion: Opinion, application: Application, *, at: datetime) -> None:
    """The observers are asked to sign, and the applicant reads it where the rule shows it at once."""
    if opinion.office == "community":
        watchers = people_with(session, ("supervisor",), at=at, area=opinion.area_code)
        outbox.tell(
            session, watchers, opinion.ref, "协同审核意见请您见证", f"{opinion.title}已经填写，请查看并见证；有异议的可以提出。", at=at
        )
    if opinion.shown_at is not None:
        tell_applicant(session, opinion, application, at=at)


def tell_applicant(session: Session, opinion: Opinion, application: Application, *, at: datetime) -> None:
    """The applicant may read an opinion now, and is asked for an answer where it is not plain support."""
    people = people_with(session, ("org_lead", "org_member"), at=at, organisation_id=application.organisation_id)
    said = VERDICTS[opinion.verdict or "support"]
    more = "请查看并答复。" if opinion.verdict != "support" else "请查看。"
    outbox.tell(
        session,
        people,
        opinion.ref,
        f"{KINDS[opinion.kind]}意见：{said}",
        f"“{application.title}”的{KINDS[opinion.kind]}意见是“{said}”。{more}",
        at=at,
    )


def _score(session: Session, opinion: Opinion, points: Mapping[str, int], *, by: Viewer, at: datetime) -> None:
    application = session.get_one(Application, opinion.application_id)
    rules = rules_of(session.get_one(Call, application.call_id))
    office = organisation_at(session, opinion.area_code, "community")
    rubric = scoring.freeze_rubric(session, "协同审核评分表", rules.community_rubric)
    card = scoring.open_card(
        session, rubric.id, purpose="coreview", subject=application.ref,
        judge=office.ref if office else f"area:{opinion.area_code}", person_id=None, by=by, at=at,
    )  # fmt: skip
    scoring.submit(session, card, points=dict(points), comment=opinion.reason, by=by, at=at)
    opinion.scorecard_id = card.id
    session.flush()


def advance(session: Session, application: Application, rules: CallRules, *, by: Viewer, at: datetime) -> None:
    """When the last opinion of a kind is in, the application goes on by itself; then the streets are asked, once."""
    session.flush()
    stages = application.stages
    for step, kind, stage in (("coreview", "community", "coreview"), ("hear", "street", "street")):
        if stage not in stages or application.state not in before(step, stages):
            continue
        mine = sa.select(Opinion.state).where(Opinion.application_id == application.id, Opinion.kind == kind)
        states = session.scalars(mine).all()
        if kind == "street" and not states:
            states = _ask_streets(session, application, rules, by=by, at=at)
        if "asked" not in states:
            take_step(session, application, step, by=CLOCK, at=at)  # nobody's own doing: the applicant reads this journal


def _ask_streets(session: Session, application: Application, rules: CallRules, *, by: Viewer, at: datetime) -> list[str]:
    codes = _offices(session, application, "street")
    for code in codes:
        opinion = _ask(session, application, "street", code, rules, by=carrying(by), at=at)
        people = people_with(session, ASKED["street"], at=at, area=code)
        body = f"《{application.title}》。请在 {today(deadline(at, rules.opinion_workdays))} 前填写意见，社区的意见在同一页。"
        outbox.tell(session, people, opinion.ref, f"申报请您提出{KINDS['street']}", body, at=at)
    return ["asked"] * len(codes)


def ask_late(session: Session, at: datetime) -> int:
    """Applications that passed the formal check after the review began are put to the same offices."""
    have = sa.select(Opinion.application_id)
    late = sa.select(Application.call_id).where(Application.state == "eligible", Application.id.not_in(have))
    calls = session.scalars(sa.select(Call).where(Call.state == "reviewing", Call.id.in_(late)).order_by(Call.id)).all()
    return sum(ask_all(session, call, by=CLOCK, at=at) for call in calls)


def place_names(session: Session, codes: list[str]) -> list[str]:
    """The names of areas, in the order given."""
    names = area_names(session, codes)
    return [names.get(code, code) for code in codes]


__all__ = ["ASKED", "IN_REVIEW", "KINDS", "advance", "ask_all", "ask_late", "give", "place_names", "review", "tell_applicant"]
