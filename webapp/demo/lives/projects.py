"""A project from award to archive, and what goes wrong on the way."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.viewer import Viewer
from webapp.core.clock import today
from webapp.core.workflow import take_step
from webapp.demo.city import Bureau, City
from webapp.demo.lives.charges import charge
from webapp.demo.lives.closing import CONTENT, UNHAPPY, close, midterm, survey
from webapp.demo.lives.delivery import Run, claim_again, deliver, foresee, in_series, pay, settle_claims, sign
from webapp.demo.stage import Stage, moment
from webapp.funding import actions as funding
from webapp.funding.models import Recovery, Spending
from webapp.projects import actions
from webapp.projects.models import Change, Project, Rectification
from webapp.projects.queries import one as reads

Life = Iterator[datetime]
OLD = ("archived",) * 5 + ("evaluated", "accepted", "closing")
NEW = (
    "opened", "org_signed", "suspended", "terminated", "rectifying", "requested", "prepared", "checked", "approved", "sent", "bounced",
    "paid", "midterm_opened", "self_assessed", "judged",
)  # fmt: skip
"""How far the play takes last year's projects and this year's; the rest are simply in delivery."""
HALF, MIDTERM, OVERDUE = 110, 32, 55
"""Days from the beginning to the mid-term last year; this year from it to the end of the play, and where its money is late."""
EXTENDED = {"evaluated": 45, "accepted": 40, "closing": 30}
"""How many days before the end of the play last year's unfinished ones end, who were given more time."""
LIVELY, SELDOM = (40, 70), (30, 40)
"""How last year's projects spend, in percent of what is left; and the rests of those that were given more time, in days."""
SILENT, QUIET = 62, frozenset({9, 14, 18})
"""Of which of this year's projects nothing was heard for so many days."""
DEAR, ALIKE, ASKED = {11: "over", 16: "over", 13: "near"}, 8, (12, 19, 15, 20)
"""Which run over a budget line or near it, whose photos repeat, and in which those served were asked; of these the first two are unhappy."""


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
    if number % 7 == 0:
        stage.begin(charge(run), stage.in_days(3))
    yield from (_last_years(run) if old else _this_years(run))


def _last_years(run: Run) -> Life:
    """From its beginning to its end; the last few were given more time."""
    run.pace = LIVELY
    yield from deliver(run, until=run.starts + timedelta(days=HALF))
    yield from midterm(run)
    yield from pay(run, 2)
    if run.rest in EXTENDED:
        yield from _extend(run, today(run.stage.end) - timedelta(days=EXTENDED[run.rest]))
        run.rests = SELDOM
    yield from deliver(run, until=run.ends)
    yield moment(run.ends + timedelta(days=1), 10)
    yield from close(run)


def _extend(run: Run, until: date) -> Life:
    """延期, asked for and approved."""
    with run.stage.scene() as session:
        found, lead = run.project(session), run.who(session, run.organisation.lead)
        later = actions.propose_time(session, found, ends_on=until)
        key = actions.request_change(session, found, "time", later, why="场地改造，下半年的活动推迟。", by=lead, at=run.stage.at).id
    yield run.stage.in_workdays(2)
    with run.stage.scene() as session:
        actions.approve_change(session, session.get_one(Change, key), by=run.who(session, run.bureau.officer), at=run.stage.at)
    run.ends = until


def _this_years(run: Run) -> Life:
    """As far as the play goes: most are at work to its last days, some before or behind their mid-term, a few in trouble."""
    stage, last, odd = run.stage, today(run.stage.end), run.number - len(NEW)
    if run.rest in {"suspended", "terminated"}:
        yield from deliver(run, until=last - timedelta(days=100 if run.rest == "terminated" else 15))
        _suspended(run) if run.rest == "suspended" else _terminated(run)
        return
    if run.rest:
        due = moment(last - timedelta(days=OVERDUE if run.rest == "prepared" else MIDTERM), 9)
        stage.begin(_half_time(run), due)
    else:
        run.dear, run.alike = DEAR.get(odd, ""), odd == ALIKE
        stage.begin(_told_apart(run), moment(last - timedelta(days=10), 10))
    yield from deliver(run, until=last - timedelta(days=SILENT if odd in QUIET else 4))
    yield from foresee(run)


def _half_time(run: Run) -> Life:
    """The mid-term and the tranche that follows it, as far as this project came, while it goes on."""
    run.calm = True
    yield from midterm(run)
    if run.rest not in {"midterm_opened", "self_assessed", "judged", "rectifying"}:
        yield from pay(run, 2, stop=run.rest)


def _told_apart(run: Run) -> Life:
    """What happened to this project alone, in the play's last days."""
    odd = run.number - len(NEW)
    with run.stage.scene() as session:
        _odd(run, session)
        if run.number % 3 == 0:
            in_series(run, session)
    if odd in ASKED:
        survey(run, UNHAPPY if odd in ASKED[:2] else CONTENT)
    yield from ()


def _suspended(run: Run) -> None:
    with run.stage.scene() as session:
        officer = run.who(session, run.bureau.officer)
        actions.suspend(session, run.project(session), note="负责人变更，暂停一个月。", by=officer, at=run.stage.at)


def _terminated(run: Run) -> None:
    stage, bureau = run.stage, run.bureau
    settle_claims(run)
    with stage.scene() as session:
        said = "承接单位注销，无法继续实施。"
        funding.terminate(session, run.project(session), note=said, by=run.who(session, bureau.officer), at=stage.at)
    with stage.scene() as session:
        demanded = sa.select(Recovery).where(Recovery.project_id == run.key, Recovery.state == "demanded")
        for recovery in session.scalars(demanded).all():
            funding.waive(session, recovery, note="法院裁定清算，无可供执行财产。", by=run.who(session, bureau.lead), at=stage.at)


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
    if found.ends_on < today(at) and odd % 2:
        later = actions.propose_time(session, found, ends_on=today(at) + timedelta(days=60))
        actions.request_change(session, found, "time", later, why="暑期高温，部分活动推迟到年底。", by=lead, at=at)
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
