"""A call from draft to award: publishing, applying, checking, co-review, panel, election, ranking, decision, 公示."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from reports.money import Money
from webapp.applications.models import Application
from webapp.ballots import actions as ballots
from webapp.ballots.models import Ballot, Choice
from webapp.calls import actions
from webapp.calls.actions import inquiries
from webapp.calls.models import Call
from webapp.calls.rules import CallRules, leaves, template
from webapp.core.clock import end_of, today
from webapp.core.workflow import take_step
from webapp.demo.city import Bureau, City
from webapp.demo.lives.applications import Form, application
from webapp.demo.lives.projects import project
from webapp.demo.stage import Stage
from webapp.demo.words import REASONS
from webapp.needs.models import Need
from webapp.projects.actions.award import award_call
from webapp.reviews import actions as reviews
from webapp.reviews.models import Assignment, Notice, Objection, Opinion, Panel, PanelReport, Seat
from webapp.scoring.models import Rubric

Life = Iterator[datetime]


@dataclass(frozen=True)
class Plan:
    """What the play intends with a call."""

    key: str
    kind: str
    title: str
    area: str
    bureau: Bureau
    by: int
    """Who prepares it."""
    publisher: int
    pool: Money
    ceiling: Money
    applications: int
    open_days: int = 25
    stop: str = ""
    """Where the play leaves it: draft, proposed, open, asked, scoring, ranked, announced …"""


def _rules(plan: Plan) -> CallRules:
    rules = template()
    stages = ("coreview", "panel") if plan.kind == "micro" else rules.stages
    weights = replace(rules.weights, panel=70, community=30, residents=0) if plan.kind == "micro" else rules.weights
    return replace(
        rules, stages=stages, weights=weights, pool=plan.pool, budget=replace(rules.budget, ceiling=plan.ceiling),
        panel=replace(rules.panel, per_application=3),
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
            kind=plan.kind, legal_form="grant", title=plan.title, intro="面向社会组织征集回应居民需求的公益项目。(模拟数据)",
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
        yield from _review(stage, city, plan, key)
    except Rest:
        return


class Rest(Exception):
    """The play leaves a call where it stands."""


def _rest(plan: Plan, *here: str) -> None:
    if plan.stop in here:
        raise Rest


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
    if plan.stop != "open":
        rests = ("withdrawn", "ineligible") if plan.applications > 10 else ()
    for n in range(plan.applications):
        rest = rests[n] if n < len(rests) else ""
        organisation = local[n % len(local)]
        form = Form(organisation, stage.some(places, stage.die.choice((1, 1, 2))), n)
        latest = 4 if plan.stop == "open" else max(1, plan.open_days - 12)
        days = max(0, (today(stage.end) - today(stage.at)).days - 3) if rest == "asked" else stage.die.randint(0, latest)
        stage.begin(application(stage, plan.bureau, key, form, rest=rest), stage.in_days(days))
    yield stage.in_days(plan.open_days + 9)


def _review(stage: Stage, city: City, plan: Plan, key: int) -> Life:
    with stage.scene() as session:
        reviews.review(session, session.get_one(Call, key), by=stage.who(session, plan.bureau.operator), at=stage.at)
    yield stage.in_workdays(2)
    if plan.stop == "asked":
        _form_panel(stage, plan, key)
    _rest(plan, "asked")
    yield from _opinions(stage, city, key, "community", silent=plan.key == "C")
    if plan.key == "C":
        yield stage.in_workdays(6)
    yield stage.in_workdays(1)
    yield from _opinions(stage, city, key, "street")
    yield from _panel(stage, plan, key)
    yield stage.in_workdays(2)
    _rest(plan, "scored")
    yield from _elect(stage, city, plan, key)
    _rest(plan, "elected")
    yield stage.in_workdays(1)
    with stage.scene() as session:
        reviews.rank(session, session.get_one(Call, key), by=stage.who(session, plan.by), at=stage.at)
    _rest(plan, "ranked")
    yield stage.in_workdays(2)
    with stage.scene() as session:
        reviews.decide(
            session, session.get_one(Call, key), meeting="局长办公会（模拟）", held_on=today(stage.at), present="局长、分管副局长、社会组织科科长（均为模拟）",
            minutes_number=f"模拟纪要〔{today(stage.at).year}〕{key}号", by=stage.who(session, plan.bureau.head), at=stage.at,
        )  # fmt: skip
    _rest(plan, "decided")
    yield stage.in_workdays(1)
    with stage.scene() as session:
        notice = reviews.announce(session, session.get_one(Call, key), by=stage.who(session, plan.by), at=stage.at)
        notice_key, ends = notice.id, notice.ends_at
    _rest(plan, "notice")
    yield from _objection(stage, city, plan, notice_key)
    if plan.stop == "announced":
        return
    yield max(ends + timedelta(days=1), stage.in_workdays(1))
    with stage.scene() as session:
        projects = award_call(session, session.get_one(Call, key), by=stage.who(session, plan.by), at=stage.at)
        keys = [p.id for p in projects]
    for n, one in enumerate(keys):
        stage.begin(project(stage, city, plan.bureau, one, n, old=plan.key == "A"), stage.in_days(1 + n % 4))


def _opinions(stage: Stage, city: City, key: int, kind: str, *, silent: bool = False) -> Life:
    with stage.scene() as session:
        asked = session.scalars(
            sa.select(Opinion.id)
            .join(Application, Application.id == Opinion.application_id)
            .where(Application.call_id == key, Opinion.kind == kind, Opinion.state == "asked")
            .order_by(Opinion.id)
        ).all()
    for n, one in enumerate(asked):
        if silent and n == 0:
            continue
        with stage.scene() as session:
            opinion = session.get_one(Opinion, one)
            rules = CallRules.from_json(session.get_one(Call, key).rules)
            if kind == "community":
                person = city.community(opinion.area_code).worker_id
                points = {item["key"]: item["most"] * stage.die.randint(72, 98) // 100 for item in leaves(rules.community_rubric)}
            else:
                person, points = city.street_of(opinion.area_code).first_id, {}
            verdict = stage.die.choice(("support", "support", "support", "amend"))
            reason = "" if verdict == "support" else "建议增加居民参与的次数。"
            reviews.give(session, opinion, verdict=verdict, reason=reason, points=points, by=stage.who(session, person), at=stage.at)
        if n % 12 == 11:
            yield stage.in_days(0, 16)


def _form_panel(stage: Stage, plan: Plan, key: int) -> int:
    with stage.scene() as session:
        panel = reviews.form_panel(
            session, session.get_one(Call, key), title=f"{plan.title}评审组", size=5 if plan.applications <= 30 else 7, finance=1, reserves=2,
            per_application=3, closes_at=end_of(today(stage.at) + timedelta(days=20)), by=stage.who(session, plan.bureau.operator), at=stage.at,
        )  # fmt: skip
        return panel.id


def _panel(stage: Stage, plan: Plan, key: int) -> Life:
    die = stage.die
    panel_key = _form_panel(stage, plan, key)
    if plan.key == "A":
        with stage.scene() as session:
            panel = session.get_one(Panel, panel_key)
            reviews.dissolve(session, panel, note="评委人数填写有误，重新组建。", by=stage.who(session, plan.bureau.operator), at=stage.at)
        panel_key = _form_panel(stage, plan, key)
    yield stage.in_workdays(1)
    with stage.scene() as session:
        reviews.draw(
            session, session.get_one(Panel, panel_key), witness="监督人（模拟）", by=stage.who(session, plan.bureau.operator), at=stage.at
        )
    yield stage.in_workdays(1)
    if plan.stop == "heard":
        with stage.scene() as session:
            seat = session.scalars(
                sa.select(Seat).where(Seat.panel_id == panel_key, Seat.reserve.is_(False)).order_by(Seat.position)
            ).first()
            assert seat is not None
            reviews.decline(session, seat, note="出国访学。", by=stage.who(session, seat.person_id), at=stage.at)
    _rest(plan, "heard")
    yield from _seats(stage, plan, panel_key)
    with stage.scene() as session:
        reviews.start(session, session.get_one(Panel, panel_key), by=stage.who(session, plan.bureau.operator), at=stage.at)
    yield stage.in_workdays(1)
    with stage.scene() as session:
        given = session.execute(
            sa.select(Assignment.id, Assignment.person_id)
            .where(Assignment.panel_id == panel_key)
            .order_by(Assignment.person_id, Assignment.position)
        ).all()
        tree = session.get_one(Rubric, session.get_one(Panel, panel_key).rubric_id).tree
    if plan.stop == "scoring":
        given, (last, judge) = given[: len(given) * 2 // 3], given[-1]
        with stage.scene() as session:
            assignment = session.get_one(Assignment, last)
            reviews.recuse(session, assignment, note="曾担任该单位顾问。", by=stage.who(session, judge), at=stage.at)
    for n, (one, person) in enumerate(given):
        with stage.scene() as session:
            points = {item["key"]: item["most"] * die.randint(62, 97) // 100 // 50 * 50 for item in leaves(tree)}
            reviews.finish(
                session,
                session.get_one(Assignment, one),
                points=points,
                comment=die.choice(REASONS),
                by=stage.who(session, person),
                at=stage.at,
            )
        if n % 20 == 19:
            yield stage.in_days(0, 20)
    if plan.stop == "scoring":
        _meeting(stage, plan, panel_key)
    _rest(plan, "scoring")
    yield stage.in_workdays(1)
    with stage.scene() as session:
        panel = session.get_one(Panel, panel_key)
        reviews.close(session, panel, by=stage.who(session, plan.bureau.operator), at=stage.at)
    yield from _report(stage, plan, panel_key)
    with stage.scene() as session:
        panel = session.get_one(Panel, panel_key)
        reviews.confirm(session, panel, by=stage.who(session, plan.bureau.head), at=stage.at)


def _meeting(stage: Stage, plan: Plan, panel_key: int) -> None:
    """A 路演 with a chair, its order drawn, and the first project on."""
    with stage.scene() as session:
        panel = session.get_one(Panel, panel_key)
        by = stage.who(session, plan.bureau.operator)
        chair = session.scalars(sa.select(Seat).where(Seat.panel_id == panel_key, Seat.state == "pledged").order_by(Seat.position)).first()
        assert chair is not None
        reviews.appoint_chair(session, chair, how="elected", by=by, at=stage.at)
        starts_at = stage.at + timedelta(hours=1)
        meeting = reviews.arrange(session, panel, place="三楼会议室", starts_at=starts_at, talk=8, questions=7, by=by, at=stage.at)
        reviews.draw_order(session, meeting, by=by, at=stage.at)
        reviews.open_meeting(session, meeting, by=by, at=stage.at)
        reviews.show(session, meeting, position=1, phase="talk", by=by, at=stage.at)


def _report(stage: Stage, plan: Plan, panel_key: int) -> Life:
    """The chair locks the totals, and the judges sign the report within the day; one is silent until the days are over."""
    with stage.scene() as session:
        query = sa.select(Seat).where(Seat.panel_id == panel_key, Seat.state == "pledged", Seat.reserve.is_(False))
        seats = session.scalars(query.order_by(Seat.position)).all()
        chair = seats[0]
        reviews.appoint_chair(session, chair, how="elected", by=stage.who(session, plan.bureau.operator), at=stage.at)
        report = reviews.lock_totals(session, chair, by=stage.who(session, chair.person_id), at=stage.at).id
    for seat in seats[:-1]:
        with stage.scene() as session:
            reviews.sign(session, session.get_one(PanelReport, report), by=stage.who(session, seat.person_id), at=stage.at)
    yield stage.in_workdays(4)
    with stage.scene() as session:
        found = session.get_one(PanelReport, report)
        if found.state == "signing":
            reviews.settle(session, found, by=stage.who(session, plan.bureau.operator), at=stage.at)


def _seats(stage: Stage, plan: Plan, panel_key: int) -> Life:
    """The drawn experts promise; one cannot come and a reserve moves up."""
    declined = False
    for _ in range(3):
        with stage.scene() as session:
            waiting = session.scalars(
                sa.select(Seat.id).where(Seat.panel_id == panel_key, Seat.state == "drawn", Seat.reserve.is_(False)).order_by(Seat.position)
            ).all()
        if not waiting:
            return
        for one in waiting:
            with stage.scene() as session:
                seat = session.get_one(Seat, one)
                who = stage.who(session, seat.person_id)
                if not declined and plan.key == "B":
                    declined = True
                    reviews.decline(session, seat, note="当天出差，不能参加。", by=who, at=stage.at)
                    reviews.replace(session, seat, by=stage.who(session, plan.bureau.operator), at=stage.at)
                else:
                    reviews.pledge(session, seat, by=who, at=stage.at)
        yield stage.in_days(0, 18)


def _elect(stage: Stage, city: City, plan: Plan, key: int) -> Life:
    with stage.scene() as session:
        found = session.get_one(Call, key)
        if "residents" not in found.stages:
            return
        ballot = reviews.elect(
            session, found, title=f"{plan.title}居民评选", most=8, opens_at=stage.at,
            closes_at=end_of(today(stage.at) + timedelta(days=6)), by=stage.who(session, plan.by), at=stage.at,
        )  # fmt: skip
        ballot_key = ballot.id
        choices = [c.id for c in session.scalars(sa.select(Choice).where(Choice.ballot_id == ballot_key).order_by(Choice.position))]
    voters: Sequence[int] = stage.some([r for place in city.in_(plan.area) for r in place.residents], 70)
    for n, person in enumerate(voters):
        if n % 15 == 14:
            yield stage.in_days(1)
        with stage.scene() as session:
            picked = stage.some(choices, stage.die.randint(2, 8))
            ballots.cast(
                session, session.get_one(Ballot, ballot_key), choices={"choices": picked}, by=stage.who(session, person), at=stage.at
            )
    yield stage.in_days(9)


def _objection(stage: Stage, city: City, plan: Plan, notice_key: int) -> Life:
    yield stage.in_workdays(1)
    with stage.scene() as session:
        notice = session.get_one(Notice, notice_key)
        place = city.in_(plan.area)[0]
        objection = reviews.object_to(
            session, notice, name="示例居民", text="其中一个项目与去年做过的很像，请说明区别。", application_id=None,
            by=stage.who(session, place.residents[0]), at=stage.at,
        )  # fmt: skip
        key = objection.id
        second = reviews.object_to(
            session,
            notice,
            name="示例居民",
            text="名单里的单位没有来过。",
            application_id=None,
            by=stage.who(session, place.residents[1]),
            at=stage.at,
        )
        take_step(session, second, "withdraw", by=stage.who(session, place.residents[1]), at=stage.at)
    if plan.stop == "announced":
        with stage.scene() as session:
            until = today(stage.end) + timedelta(days=6)
            reviews.extend(
                session,
                session.get_one(Notice, notice_key),
                until=until,
                note="收到异议，延长公示。",
                by=stage.who(session, plan.by),
                at=stage.at,
            )
        return
    yield stage.in_workdays(1)
    with stage.scene() as session:
        reviews.answer(
            session, session.get_one(Objection, key), note="经核实，今年增加了入户陪诊内容，服务对象不同，异议不成立。",
            by=stage.who(session, plan.by), at=stage.at,
        )  # fmt: skip
