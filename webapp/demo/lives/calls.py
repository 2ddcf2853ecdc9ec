"""A call from draft to award: publishing, asking, applying; then its review and what comes out of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from webapp.calls import actions
from webapp.calls.actions import inquiries
from webapp.calls.models import Call
from webapp.calls.rules import CallRules, Span, template
from webapp.core.clock import end_of, today
from webapp.demo.city import City
from webapp.demo.lives.applications import Form, application
from webapp.demo.lives.plans import Plan, Rest
from webapp.demo.lives.results import results
from webapp.demo.lives.review import review
from webapp.demo.stage import Stage
from webapp.needs.models import Need

Life = Iterator[datetime]
PAID_WITHIN = Span(20)
"""Working days from the trigger of a tranche to its payment."""
SHORT = 5
"""Months of every ninth project, which by now should be over."""


def _rules(plan: Plan) -> CallRules:
    rules = template(plan.template)
    stages = ("coreview", "panel") if plan.kind == "micro" else rules.stages
    weights = replace(rules.weights, panel=70, community=30, residents=0) if plan.kind == "micro" else rules.weights
    return replace(
        rules, stages=stages, weights=weights, pool=plan.pool, budget=replace(rules.budget, ceiling=plan.ceiling), coaching=plan.coaching,
        panel=replace(rules.panel, per_application=3), tranches=tuple(replace(one, within=PAID_WITHIN) for one in rules.tranches),
    )  # fmt: skip


def call(stage: Stage, city: City, plan: Plan) -> Life:
    """One call, told straight through."""
    start = stage.in_days(6, 9)
    with stage.scene() as session:
        who = stage.who(session, plan.by)
        needs = session.scalars(
            sa.select(Need.id)
            .where(Need.state == "listed", Need.area_code.startswith(plan.area))
            .order_by(Need.voted.desc(), Need.id)
            .limit(24 if plan.applications > 30 else 6)
        ).all()
        values = actions.CallDraft(
            kind=plan.kind, legal_form="grant", title=plan.title, intro="面向社会组织征集回应居民需求的公益项目。（模拟数据）",
            operator_id=plan.bureau.operator_office, evaluator_id=plan.bureau.evaluator_office, payer_id=plan.bureau.office_id,
            fund_id=plan.bureau.fund_id, fund_year=today(stage.at).year, opens_at=start,
            closes_at=end_of(today(start) + timedelta(days=plan.open_days)) - timedelta(seconds=1), needs=tuple(needs),
            without_needs="" if needs else "面向全区共性需求", rules=_rules(plan),
        )  # fmt: skip
        key = actions.draft(session, values, by=who, at=stage.at).id
    if plan.stop == "draft":
        return
    yield stage.in_days(1)
    with stage.scene() as session:
        actions.propose(session, session.get_one(Call, key), by=stage.who(session, plan.by), at=stage.at)
    if plan.stop == "proposed":
        return
    yield stage.in_days(1)
    with stage.scene() as session:
        actions.publish(session, session.get_one(Call, key), by=stage.who(session, plan.publisher), at=stage.at)
    if plan.stop == "published":
        return
    if plan.stop == "cancelled":
        yield stage.in_days(2)
        with stage.scene() as session:
            actions.cancel(
                session, session.get_one(Call, key), note="资金安排调整，本次不再征集。", by=stage.who(session, plan.publisher), at=stage.at
            )
        return
    yield start + timedelta(days=1, hours=2)
    _ask(stage, city, plan, key)
    yield from _apply(stage, city, plan, key)
    if plan.stop in {"open", "closed"}:
        return
    try:
        yield from review(stage, city, plan, key)
        yield from results(stage, city, plan, key)
    except Rest:
        return


def _ask(stage: Stage, city: City, plan: Plan, key: int) -> None:
    """答疑: an organisation asks and is answered; in the call that stays open, another question waits."""
    local = [o for o in city.organisations if plan.area.startswith(o.area) or o.area.startswith(plan.area)]
    words = "志愿者补贴可以列入预算吗？"
    with stage.scene() as session:
        call = session.get_one(Call, key)
        asked = inquiries.ask(session, call, text=words, by=stage.who(session, local[0].lead), at=stage.at)
        said = "可以列入“志愿者补贴”科目，标准和占比见预算规则；已列补贴的，不再列支市内交通费。"
        inquiries.answer(session, asked, wording=words, answer=said, by=stage.who(session, plan.by), at=stage.at)
        if plan.stop == "open":
            more = "我们同时在两个社区开展，落地确认要分别办理吗？"
            inquiries.ask(session, call, text=more, by=stage.who(session, local[-1].lead), at=stage.at)


def _apply(stage: Stage, city: City, plan: Plan, key: int) -> Life:
    """Let the organisations write; wait until the call is closed and every application is checked."""
    local = [o for o in city.organisations if plan.area.startswith(o.area) or o.area.startswith(plan.area)]
    places = city.in_(plan.area)
    rests: tuple[str, ...] = ("draft", "withdrawn", "submitted", "returned", "ineligible", "asked", "changes", "refused", "lapsed")
    if plan.coaching:
        rests = ("coached", *rests[1:], "coaching")
    if plan.stop != "open":  # the last ones: the first organisation's account is offered at the sign-in, and is to have projects
        rests = ("",) * (plan.applications - 2) + ("withdrawn", "ineligible") if plan.applications > 10 else ()
    if plan.stop == "closed":  # the last one still waits to be checked
        rests = ("",) * (plan.applications - 1) + ("submitted",)
    for n in range(plan.applications):
        rest = rests[n] if n < len(rests) else ""
        organisation = local[n % len(local)]
        months = min(plan.months, SHORT) if n % 9 == 4 else plan.months
        form = Form(organisation, stage.some(places, stage.die.choice((1, 1, 2))), n, months)
        latest = 4 if plan.stop == "open" else max(1, plan.open_days - 12)
        days = max(0, (today(stage.end) - today(stage.at)).days - 3) if rest == "asked" else stage.die.randint(0, latest)
        stage.begin(application(stage, plan.bureau, key, form, rest=rest), stage.in_days(days))
    yield stage.in_days(plan.open_days + 9)
