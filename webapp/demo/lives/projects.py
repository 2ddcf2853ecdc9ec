"""A project from award to archive, and what goes wrong on the way."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.viewer import Viewer
from webapp.core.clock import today
from webapp.core.workflow import take_step
from webapp.demo.city import Bureau, City
from webapp.demo.lives.closing import close, midterm
from webapp.demo.lives.delivery import Run, claim_again, deliver, foresee, in_series, pay, settle_claims, sign
from webapp.demo.stage import Stage
from webapp.funding import actions as funding
from webapp.funding.models import Recovery, Spending
from webapp.projects import actions
from webapp.projects.models import Project, Rectification
from webapp.projects.queries import one as reads

Life = Iterator[datetime]
OLD = ("archived",) * 5 + ("evaluated", "accepted", "closing")
NEW = (
    "opened", "org_signed", "suspended", "terminated", "rectifying", "requested", "prepared", "checked", "approved", "sent", "bounced",
    "paid", "midterm_opened", "self_assessed", "judged",
)  # fmt: skip
"""How far the play takes last year's projects and this year's; the rest are simply in delivery."""


def project(stage: Stage, city: City, bureau: Bureau, key: int, number: int, *, old: bool) -> Life:
    """One project, told straight through."""
    rest = (OLD[number] if number < len(OLD) else "archived") if old else (NEW[number] if number < len(NEW) else "")
    run = Run(stage, city, bureau, key, number, rest)
    yield stage.in_days(2)
    yield from sign(run)
    if run.rest in {"opened", "org_signed"}:
        return
    yield stage.in_days(2)
    yield from pay(run, 1)
    yield from deliver(run, rounds=4)
    if run.rest == "suspended":
        with stage.scene() as session:
            officer = run.who(session, bureau.officer)
            actions.suspend(session, run.project(session), note="负责人变更，暂停一个月。", by=officer, at=stage.at)
        return
    if run.rest == "terminated":
        settle_claims(run)
        with stage.scene() as session:
            funding.terminate(
                session, run.project(session), note="承接单位注销，无法继续实施。", by=run.who(session, bureau.officer), at=stage.at
            )
        with stage.scene() as session:
            for recovery in session.scalars(sa.select(Recovery).where(Recovery.project_id == key, Recovery.state == "demanded")).all():
                funding.waive(session, recovery, note="法院裁定清算，无可供执行财产。", by=run.who(session, bureau.lead), at=stage.at)
        return
    if not run.rest:
        yield from deliver(run, rounds=2)
        with stage.scene() as session:
            _odd(run, session)
            if run.number % 3 == 0:
                in_series(run, session)
        yield from foresee(run)
        return
    yield from midterm(run)
    if run.rest in {"midterm_opened", "self_assessed", "judged", "rectifying"}:
        return
    yield from pay(run, 2, stop=run.rest)
    if run.rest in NEW:
        return
    yield from deliver(run, rounds=4)
    yield from close(run)


def _moved_freely(session: Session, found: Project, *, by: Viewer, at: datetime) -> None:
    """A hundredth of a line moved to another within the free percent, where it is not spent yet."""
    first, *_, last = reads.lines_of(session, found.id)
    moved = Money(min(last.grant_fen.fen, first.grant_fen.fen) // 100)
    if first.id == last.id or not moved or last.left_fen < moved:
        return
    budget = actions.propose_budget(session, found, amounts={first.id: first.grant_fen + moved, last.id: last.grant_fen - moved})
    actions.request_change(session, found, "budget", budget, why="活动物资涨价。", by=by, at=at)


def _odd(run: Run, session: Session) -> None:
    """What does not go the usual way, one thing for each of some projects."""
    at = run.stage.at
    lead, member = run.who(session, run.organisation.lead), run.who(session, run.organisation.member)
    officer, worker = run.who(session, run.bureau.officer), run.who(session, run.places[0].worker_id)
    found, odd = run.project(session), run.number - len(NEW)
    if odd in {0, 1, 2}:
        people = actions.propose_people(post="项目负责人", before="负责人甲", after="负责人乙，社会工作师")
        change = actions.request_change(session, found, "people", people, why="负责人休产假。", by=lead, at=at)
        if odd == 1:
            actions.approve_change(session, change, by=officer, at=at)
            _moved_freely(session, found, by=lead, at=at)
        elif odd == 2:
            take_step(session, change, "refuse", by=officer, at=at, note="请先补充新负责人的资格证明。")
    elif odd == 3:
        activity = actions.plan_activity(session, found, title="户外活动", place="平江路", planned_on=today(at), by=member, at=at)
        take_step(session, activity, "cancel", by=member, at=at, note="高温红色预警。")
    elif odd in {4, 5}:
        report = actions.start_progress(session, found, period=f"{today(at):%Y}-00"[:7], title="专题进展", by=member, at=at)
        if odd == 5:
            actions.edit_progress(session, report, done="已开展。", problems="", next_steps="继续。", by=member, at=at)
            actions.submit_progress(session, report, by=member, at=at)
            take_step(session, report, "return", by=run.who(session, run.bureau.operator), at=at, note="请补充受益人数。")
    elif odd == 6:
        one = session.scalars(sa.select(Spending).where(Spending.project_id == run.key, Spending.state != "voided").limit(1)).first()
        if one is not None:
            funding.void(session, one, note="发票开错，已换开。", by=lead, at=at)
    elif odd in {7, 8}:
        due = today(at) + timedelta(days=10)
        visit = actions.visit(
            session, found, held_on=today(at), found="签到表缺页。", verdict="rectify", demand="补齐签到表。", due_on=due, by=worker, at=at
        )
        if odd == 8:
            finding = session.scalars(sa.select(Rectification).where(Rectification.visit_id == visit.id)).one()
            actions.answer_rectification(session, finding, note="已补齐。", by=member, at=at)
    elif odd == 10:
        actions.plan_activity(
            session, found, title="成果展示", place="社区中心", planned_on=today(at) + timedelta(days=90), by=member, at=at
        )
        claim_again(run, session)
    elif odd == 9:
        actions.urge(
            session, found, note="请尽快开展下半年活动。", by=run.who(session, run.city.street_of(run.places[0].code).first_id), at=at
        )
        actions.press(
            session, found, demand="两个月没有活动记录，请说明原因并报来下半年安排。", due_on=today(at) + timedelta(days=10),
            by=run.who(session, run.city.street_of(run.places[0].code).first_id), at=at,
        )  # fmt: skip
