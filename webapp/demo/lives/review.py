"""The review of a call: opinions of communities and streets, the panel from draw to report, and the residents' election."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from webapp.applications.models import Application
from webapp.ballots import actions as ballots
from webapp.ballots.models import Ballot, Choice
from webapp.calls.models import Call
from webapp.calls.rules import CallRules, leaves
from webapp.core.clock import end_of, today
from webapp.demo.city import City
from webapp.demo.lives.plans import Plan, rest
from webapp.demo.stage import Stage
from webapp.demo.words import REASONS, TOLD
from webapp.reviews import actions as reviews
from webapp.reviews.actions import told
from webapp.reviews.models import Assignment, Meeting, Opinion, Panel, PanelReport, Seat
from webapp.reviews.queries.told import to_edit
from webapp.scoring.models import Rubric

Life = Iterator[datetime]


def review(stage: Stage, city: City, plan: Plan, key: int) -> Life:
    with stage.scene() as session:
        reviews.review(session, session.get_one(Call, key), by=stage.who(session, plan.bureau.operator), at=stage.at)
    yield stage.in_workdays(2)
    if plan.stop == "asked":
        _form_panel(stage, plan, key)
    rest(plan, "asked")
    yield from _opinions(stage, city, key, "community", silent=plan.key == "C")
    if plan.key == "C":
        yield stage.in_workdays(6)
    yield stage.in_workdays(1)
    yield from _opinions(stage, city, key, "street")
    yield from _panel(stage, plan, key)
    yield stage.in_workdays(2)
    rest(plan, "scored")
    yield from _elect(stage, city, plan, key)


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
    if plan.stop != "heard":
        with stage.scene() as session:
            reviews.sign_draw(session, session.get_one(Panel, panel_key), by=stage.who(session, plan.bureau.auditor), at=stage.at)
    else:
        with stage.scene() as session:
            seat = session.scalars(
                sa.select(Seat).where(Seat.panel_id == panel_key, Seat.reserve.is_(False)).order_by(Seat.position)
            ).first()
            assert seat is not None
            reviews.decline(session, seat, note="出国访学。", by=stage.who(session, seat.person_id), at=stage.at)
    rest(plan, "heard")
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
        yield from _meeting(stage, plan, panel_key)
    rest(plan, "scoring")
    yield stage.in_workdays(1)
    with stage.scene() as session:
        panel = session.get_one(Panel, panel_key)
        reviews.close(session, panel, by=stage.who(session, plan.bureau.operator), at=stage.at)
    yield from _report(stage, plan, panel_key)
    with stage.scene() as session:
        panel = session.get_one(Panel, panel_key)
        reviews.confirm(session, panel, by=stage.who(session, plan.bureau.head), at=stage.at)
    with stage.scene() as session:
        panel = session.get_one(Panel, panel_key)
        seats = sa.select(Seat.person_id).where(Seat.panel_id == panel_key, Seat.state == "pledged", Seat.reserve.is_(False))
        for n, person in enumerate(session.scalars(seats.order_by(Seat.position)).all()):
            by = stage.who(session, plan.bureau.operator)
            reviews.write_fee(session, panel, person_id=person, senior=n % 2 == 0, half_days=2 + n % 3, by=by, at=stage.at)


def _meeting(stage: Stage, plan: Plan, panel_key: int) -> Life:
    """A 路演 with a chair and its order drawn; as the play ends it has just begun, and some judges have signed in."""
    with stage.scene() as session:
        panel = session.get_one(Panel, panel_key)
        by = stage.who(session, plan.bureau.operator)
        query = sa.select(Seat).where(Seat.panel_id == panel_key, Seat.state == "pledged", Seat.reserve.is_(False))
        seats = session.scalars(query.order_by(Seat.position)).all()
        judges = [seat.person_id for seat in seats]
        reviews.appoint_chair(session, seats[0], how="elected", by=by, at=stage.at)
        starts_at = max(stage.last.replace(second=0, microsecond=0) - timedelta(minutes=10), stage.at + timedelta(hours=1))
        meeting = reviews.arrange(session, panel, place="三楼会议室", starts_at=starts_at, talk=8, questions=7, by=by, at=stage.at)
        reviews.draw_order(session, meeting, by=by, at=stage.at)
        key = meeting.id
    yield starts_at
    with stage.scene() as session:
        meeting, by = session.get_one(Meeting, key), stage.who(session, plan.bureau.operator)
        for judge in judges[:3]:
            reviews.sign_in(session, reviews.new_code(session, meeting, at=stage.at), by=stage.who(session, judge), at=stage.at)
        reviews.open_meeting(session, meeting, by=by, at=stage.at)
        reviews.show(session, meeting, position=1, phase="scoring", by=by, at=stage.at)


def _report(stage: Stage, plan: Plan, panel_key: int) -> Life:
    """The chair locks the totals and words what applicants will read, and the judges sign the report within the day; one is silent until the days are over."""
    with stage.scene() as session:
        query = sa.select(Seat).where(Seat.panel_id == panel_key, Seat.state == "pledged", Seat.reserve.is_(False))
        seats = session.scalars(query.order_by(Seat.position)).all()
        chair = seats[0]
        reviews.appoint_chair(session, chair, how="elected", by=stage.who(session, plan.bureau.operator), at=stage.at)
        report = reviews.lock_totals(session, chair, by=stage.who(session, chair.person_id), at=stage.at).id
        texts = {one.application_id: TOLD[n % len(TOLD)] for n, one in enumerate(to_edit(session, panel_key, chair.person_id))}
        if plan.stop == "scored":
            texts.popitem()
        told.edit_comments(session, chair, texts, by=stage.who(session, chair.person_id), at=stage.at)
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
