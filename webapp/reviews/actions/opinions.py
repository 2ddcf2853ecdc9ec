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
from webapp.reviews.models import Opinion
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
    """Ask for what has not been asked yet; gives the number of opinions asked for."""
    rules = rules_of(call)
    have = set(session.scalars(sa.select(Opinion.application_id).join(Application).where(Application.call_id == call.id).distinct()))
    waiting = session.scalars(
        sa.select(Application)
        .where(Application.call_id == call.id, Application.state == "eligible", Application.id.not_in(have))
        .order_by(Application.id)
    ).all()
    asked = 0
    heard: dict[tuple[str, str], list[str]] = {}
    for application in waiting:
        for kind, codes in _offices(session, application, rules).items():
            for code in codes:
                _ask(session, application, kind, code, rules, by=by, at=at)
                heard.setdefault((kind, code), []).append(application.title)
                asked += 1
        advance(session, application, by=by, at=at)
    for (kind, code), titles in heard.items():
        people = people_with(session, ASKED[kind], at=at, area=code)
        until = today(deadline(at, rules.opinion_workdays))
        body = f"{'、'.join(f'《{title}》' for title in titles)}。请在 {until} 前填写意见。"
        outbox.tell(session, people, call.ref, f"{len(titles)} 份申报请您{KINDS[kind]}", body, at=at)
    return asked


def _offices(session: Session, application: Application, rules: CallRules) -> Mapping[str, list[str]]:
    """The communities an application lands in, as its snapshot says, and the streets above them; by stages that are on."""
    codes = set(applications.snapshot(session, application.id).get("communities") or ())
    if not codes:
        codes = set(session.scalars(sa.select(Landing.area_code).where(Landing.application_id == application.id)))
    if not codes and len(application.area_code) >= STREET:
        codes = {application.area_code}
    found: dict[str, list[str]] = {}
    if "coreview" in rules.stages:
        found["community"] = sorted({code[:COMMUNITY] for code in codes if len(code) >= COMMUNITY})
    if "street" in rules.stages:
        found["street"] = sorted({code[:STREET] for code in codes if len(code) >= STREET})
    return found


def _ask(session: Session, application: Application, kind: str, code: str, rules: CallRules, *, by: Viewer, at: datetime) -> None:
    opinion = Opinion(
        application_id=application.id, kind=kind, area_code=code, title=f"《{application.title}》{KINDS[kind]}", reason="",
        due_at=deadline(at, rules.opinion_workdays),
    )  # fmt: skip
    begin(session, opinion, by=by, at=at)


def give(
    session: Session, opinion: Opinion, *, verdict: str, reason: str = "", points: Mapping[str, int] | None = None, by: Viewer, at: datetime
) -> None:  # fmt: skip
    """提交意见; a community also scores the application on the call's 协同审核 rubric (`points` in hundredths by item)."""
    opinion.verdict, opinion.reason = verdict, reason.strip()
    if opinion.kind == "community":
        _score(session, opinion, points or {}, by=by, at=at)
    take_step(session, opinion, "give", by=by, at=at, data={"verdict": verdict})
    advance(session, session.get_one(Application, opinion.application_id), by=by, at=at)


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


def advance(session: Session, application: Application, *, by: Viewer, at: datetime) -> None:
    """When the last opinion of a kind is in, the application goes on by itself."""
    session.flush()
    stages = application.stages
    for step, kind in (("coreview", "community"), ("hear", "street")):
        stage = {"coreview": "coreview", "hear": "street"}[step]
        if stage not in stages or application.state not in before(step, stages):
            continue
        open_ones = session.scalar(
            sa.select(sa.func.count()).where(Opinion.application_id == application.id, Opinion.kind == kind, Opinion.state == "asked")
        )
        if not open_ones:
            take_step(session, application, step, by=carrying(by), at=at)


def lapse_due(session: Session, at: datetime) -> int:
    """逾期: opinions not given in time count as given up, and the applications go on."""
    due = session.scalars(sa.select(Opinion).where(Opinion.state == "asked", Opinion.due_at <= at).order_by(Opinion.id)).all()
    for opinion in due:
        take_step(session, opinion, "lapse", by=CLOCK, at=at)
    for key in dict.fromkeys(opinion.application_id for opinion in due):
        advance(session, session.get_one(Application, key), by=CLOCK, at=at)
    return len(due)


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


__all__ = ["IN_REVIEW", "advance", "ask_all", "ask_late", "give", "lapse_due", "place_names", "review"]
