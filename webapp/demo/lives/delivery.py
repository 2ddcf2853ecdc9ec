"""A project under way: signed, paid, its activities, vouchers, visits and progress reports."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.calls.models import Call
from webapp.calls.rules import CallRules
from webapp.core.clock import CHINA, today
from webapp.core.workflow import take_step
from webapp.demo.city import Bureau, City
from webapp.demo.lives.applications import paper
from webapp.demo.stage import Stage, moment
from webapp.demo.words import ACTIVITIES, FINDINGS, SURNAMES
from webapp.funding import actions as funding
from webapp.funding.models import Spending, Tranche
from webapp.funding.queries import claimed
from webapp.funding.rules.sheets import PayLine
from webapp.funding.rules.vouchers import Voucher, identity_key
from webapp.projects import actions
from webapp.projects.models import (
    RUNNING,
    Activity,
    ActivitySpend,
    Agreement,
    Beneficiary,
    BudgetLine,
    Milestone,
    Place,
    Progress,
    Project,
    Rectification,
)
from webapp.projects.queries.register import to_call

Life = Iterator[datetime]
BEGINS, ENDS = time(14), time(16)
SAME = (2, 3)
"""Which activities show the same photo."""


class Run:
    """One project's people and keys, as its life needs them."""

    def __init__(self, stage: Stage, city: City, bureau: Bureau, key: int, number: int, rest: str) -> None:
        self.stage, self.city, self.bureau, self.key, self.number, self.rest = stage, city, bureau, key, number, rest
        with stage.scene() as session:
            project = session.get_one(Project, key)
            self.organisation = next(o for o in city.organisations if o.id == project.organisation_id)
            self.rules = CallRules.from_json(session.get_one(Call, project.call_id).rules)
            codes = session.scalars(sa.select(Place.area_code).where(Place.project_id == key).order_by(Place.area_code)).all()
            self.places = [city.community(code) for code in codes]
            self.starts, self.ends = project.starts_on, project.ends_on
        self.pace, self.rests = (18, 38), (8, 14)
        """Percent of what is left that an activity costs, at least and at most; and days from one to the planning of the next."""
        self.calm, self.dear, self.alike = False, "", False
        """Whether visits demand nothing any more, as its next tranche is on the way; whether what its activities are told to cost comes near to a budget line or goes over it; whether two show the same photo."""

    def who(self, session: Session, key: int) -> Any:
        return self.stage.who(session, key)

    def project(self, session: Session) -> Project:
        return session.get_one(Project, self.key)

    def photo(self, turn: int) -> Any:
        """Of an activity; mostly without features."""
        return paper("现场.png", self.key if self.alike and turn in SAME else None)


def sign(run: Run) -> Life:
    stage = run.stage
    if run.number == 20:
        with stage.scene() as session:
            draft = session.scalars(sa.select(Agreement).where(Agreement.project_id == run.key, Agreement.state == "drafted")).one()
            actions.void(session, draft, note="乙方名称有误，重新起草。", by=run.who(session, run.bureau.officer), at=stage.at)
    with stage.scene() as session:
        key = session.scalars(sa.select(Agreement.id).where(Agreement.project_id == run.key, Agreement.state == "drafted")).one()
    if run.rest == "opened":
        return
    with stage.scene() as session:
        actions.sign_org(session, session.get_one(Agreement, key), by=run.who(session, run.organisation.lead), at=stage.at)
    if run.rest == "org_signed":
        return
    yield stage.in_workdays(1)
    with stage.scene() as session:
        actions.sign(session, session.get_one(Agreement, key), by=run.who(session, run.bureau.lead), at=stage.at)


def pay(run: Run, position: int, *, stop: str = "") -> Life:
    """One tranche through its five hands; `stop` leaves it on the way."""
    stage, bureau = run.stage, run.bureau
    yield stage.in_days(1)
    with stage.scene() as session:
        query = sa.select(Tranche.id).where(Tranche.project_id == run.key, Tranche.position == position)
        key = session.scalars(query).one()
        funding.request(
            session, session.get_one(Tranche, key), receipt_kind="invoice", receipt_number=f"示例{run.key:04d}{position}",
            papers=[paper("收款票据.png")], by=run.who(session, run.organisation.lead), at=stage.at,
        )  # fmt: skip
    steps: tuple[tuple[str, int, Any], ...] = (
        ("prepared", bureau.officer, lambda s, t, by: funding.prepare(s, t, note="材料齐全，拟同意拨付。", by=by, at=stage.at)),
        ("checked", bureau.finance, lambda s, t, by: funding.check(s, t, by=by, at=stage.at)),
        ("approved", bureau.lead, lambda s, t, by: funding.approve(s, t, by=by, at=stage.at)),
        ("sent", bureau.finance, lambda s, t, by: funding.create_batch(s, [t.id], by=by, at=stage.at)),
    )
    if stop == "requested":
        return
    for state, person, act in steps:
        yield stage.in_workdays(1)
        with stage.scene() as session:
            act(session, session.get_one(Tranche, key), run.who(session, person))
        if stop == state:
            return
    yield stage.in_workdays(2)
    with stage.scene() as session:
        tranche, finance = session.get_one(Tranche, key), run.who(session, bureau.finance)
        if stop == "bounced":
            funding.bounce(session, tranche, by=finance, at=stage.at, note="户名不符")
            return
        funding.pay(session, tranche, bank_reference=f"示例流水{run.key}{position}", paid_on=today(stage.at), by=finance, at=stage.at)


def deliver(run: Run, *, until: date) -> Life:
    """Until a day, or the project's last: every three weeks an activity with its vouchers, now and then a visit and a progress report."""
    stage, die = run.stage, run.stage.die
    if run.number % 2 == 0:
        _register(run)
    turn = 0
    while (planned := max(today(stage.at) + timedelta(days=die.randint(4, 8)), run.starts)) <= min(until, run.ends):
        with stage.scene() as session:
            goal, counted = _goal(session, run)
            activity = actions.plan_activity(
                session, run.project(session), title=die.choice(ACTIVITIES), place=run.places[0].name, planned_on=planned,
                starts=BEGINS, ends=ENDS, by=run.who(session, run.organisation.member), at=stage.at,
            )  # fmt: skip
            key = activity.id
        yield stage.in_days((planned - today(stage.at)).days + 1)
        persons = die.randint(8, 40)
        visits = persons + die.randint(0, 30)
        with stage.scene() as session:
            cost = _cost(run, session) if turn % 3 < 2 else None
            actions.record_activity(
                session, session.get_one(Activity, key), held_on=planned, place=run.places[0].name, persons=persons, visits=visits, starts=BEGINS,
                ends=ENDS, workers=2, worker_minutes=300, volunteers=die.randint(2, 8), volunteer_minutes=720, reflection="居民参与积极，下次提前一天提醒。",
                milestone_id=goal, counted=visits if counted else 1, spends=_told(run, session, cost), sign_in=[paper("签到表.png")], photos=[run.photo(turn)],
                by=run.who(session, run.organisation.member), at=stage.at,
            )  # fmt: skip
        _call_names(run, key, turn)
        _claim(run, key, cost)
        yield stage.in_days(die.randint(2, 5))
        _check_claims(run)
        if die.random() < 0.5:
            yield from _visit(run)
        if die.random() < 0.5:
            _report(run)
        yield min(stage.in_days(die.randint(*run.rests)), moment(min(until, run.ends) + timedelta(days=1), 9))
        if run.number % LATE_READERS:
            _read_reports(run)
        turn += 1


def _goal(session: Session, run: Run) -> tuple[int | None, bool]:
    """The goal that is furthest behind, and whether it counts visits."""
    goals = session.scalars(sa.select(Milestone).where(Milestone.project_id == run.key).order_by(Milestone.id)).all()
    behind = min(goals, key=lambda one: one.done / one.target, default=None)
    return (behind.id, behind.unit == "人次") if behind else (None, False)


def _lines(session: Session, run: Run) -> list[BudgetLine]:
    return list(session.scalars(sa.select(BudgetLine).where(BudgetLine.project_id == run.key).order_by(BudgetLine.position)).all())


def _cost(run: Run, session: Session) -> tuple[int, str, Money] | None:
    """What an activity costs, on the line with most left: within it, the money paid and the project's days."""
    found, die = run.project(session), run.stage.die
    line = max(_lines(session, run), key=lambda one: one.grant_fen - one.spent_fen - one.claimed_fen)
    left = min((line.grant_fen - line.spent_fen - line.claimed_fen).fen, claimed.paid_left(session, found).fen)
    amount = Money(left * die.randint(*run.pace) // 100 // 100 * 100)
    if amount.fen < 10_000 or not found.starts_on <= today(run.stage.at) <= found.ends_on:
        return None
    return line.id, line.title, amount


def _told(run: Run, session: Session, cost: tuple[int, str, Money] | None) -> dict[int, Money]:
    """What the organisation tells of the costs; of some projects more and more on one line, which it comes near to or goes beyond."""
    told = {cost[0]: cost[2]} if cost else {}
    if run.dear:
        line = min(_lines(session, run), key=lambda one: (one.grant_fen, one.id))
        so_far = session.scalar(sa.select(sa.func.sum(ActivitySpend.amount_fen)).where(ActivitySpend.budget_line_id == line.id)) or Money(0)
        most = Money(line.grant_fen.fen * (96 if run.dear == "near" else 130) // 100)
        told[line.id] = min(Money(line.grant_fen.fen // 4), max(most - so_far, Money(0)))
    return told


def _register(run: Run) -> None:
    """Some of those served, with the consent they signed; told once, also when the project goes on after its mid-term."""
    stage = run.stage
    lines = [
        f"{SURNAMES[(run.key + n) % len(SURNAMES)]}示例\t1390000{run.key % 100:02d}{n:02d}\t\t\t\t{run.starts:%Y-%m-%d}" for n in range(5)
    ]
    lines.append(f"孩子示例\t1390000{run.key % 100:02d}99\t\t是\t家长示例\t{run.starts:%Y-%m-%d}")
    with stage.scene() as session:
        if today(stage.at) < run.starts or session.scalar(sa.select(Beneficiary.id).where(Beneficiary.project_id == run.key).limit(1)):
            return
        actions.read_in(
            session, run.project(session), pasted="\n".join(lines), signed_on=run.starts, guardian_signed=True, papers=[paper("同意书.png")],
            by=run.who(session, run.organisation.member), at=stage.at,
        )  # fmt: skip


def _call_names(run: Run, key: int, turn: int) -> None:
    """Most of the register comes, each time somebody else is missing."""
    stage = run.stage
    with stage.scene() as session:
        activity = session.get_one(Activity, key)
        people = [one.id for one, _ in to_call(session, activity)]
        present = [one for n, one in enumerate(people) if n != turn % 5]
        if present:
            actions.call_names(
                session, activity, present=present, unnamed=activity.persons - len(present), by=run.who(session, run.organisation.member), at=stage.at
            )  # fmt: skip


def foresee(run: Run) -> Life:
    """What the project plans when the play ends: its list of the coming month."""
    stage = run.stage
    yield stage.last
    with stage.scene() as session:
        found, by = run.project(session), run.who(session, run.organisation.member)
        if found.state not in RUNNING or found.ends_on < today(stage.at):
            return
        for title, days in ((ACTIVITIES[run.number % len(ACTIVITIES)], 6), ("邻里茶话会", 20)):
            day = today(stage.at) + timedelta(days=days)
            actions.plan_activity(
                session, found, title=title, place=run.places[0].name, planned_on=day, starts=BEGINS, ends=ENDS, by=by, at=stage.at
            )


def _claim(run: Run, activity: int, cost: tuple[int, str, Money] | None) -> None:
    """A voucher for what the activity cost."""
    if cost is None:
        return
    stage = run.stage
    with stage.scene() as session:
        found, spent_on, (line, title, amount) = run.project(session), today(stage.at), cost
        funding.claim(
            session, found, _voucher(session, run, activity, amount, spent_on), title=f"{title}支出", payee="示例文具店", spent_on=spent_on,
            amount=amount, budget_line_id=line, activity_id=activity, papers=[paper("发票.png")],
            by=run.who(session, run.organisation.member), at=stage.at,
        )  # fmt: skip
        if activity % 3 == 0:
            _pay_sheet(session, run, line, activity)


HELPERS, ALLOWANCE = ("示例甲", "示例乙", "示例丙"), Money(5_000)


def _pay_sheet(session: Session, run: Run, line: int, activity: int) -> None:
    """补贴签领表 of an activity's volunteers; every second one is handed in, the others wait to be signed."""
    lines = {one.id: one.left for one in claimed.lines_left(session, run.key)}
    if min(lines[line], claimed.paid_left(session, run.project(session))) < ALLOWANCE * len(HELPERS):
        return
    day = datetime.combine(today(run.stage.at), time(13), CHINA)
    rows = [
        PayLine(name, identity_key(f"DEMO{run.key:06d}{n}"), "0000", "志愿服务", day, day + timedelta(hours=2), "time", 10, ALLOWANCE)
        for n, name in enumerate(HELPERS)
    ]
    by, at = run.who(session, run.organisation.member), run.stage.at
    sheet = funding.create_sheet(
        session, run.project(session), kind="allowance", title="志愿者交通误餐补贴", budget_line_id=line, activity_id=activity, paid_on=today(at),
        rows=rows, by=by, at=at,
    )  # fmt: skip
    if activity % 2 == 0:
        funding.claim_sheet(session, sheet, papers=[paper("签领表.png")], by=by, at=at)


def _voucher(session: Session, run: Run, activity: int, face: Money, on: date) -> Voucher:
    """A 数电票 with a number no tax bureau gave out (place 00), made out to the organisation."""
    number = f"{on:%y}000{run.key:07d}{activity:08d}"
    return Voucher("einvoice", number, face, buyer=session.get_one(Organisation, run.project(session).organisation_id).name)


def _check_claims(run: Run) -> None:
    stage = run.stage
    with stage.scene() as session:
        query = sa.select(Spending).where(Spending.project_id == run.key, Spending.state == "claimed").order_by(Spending.id)
        for one in session.scalars(query).all():
            by = run.who(session, run.bureau.operator)
            if stage.die.random() < 0.06:
                funding.reject(session, one, note="发票抬头不是本单位。", by=by, at=stage.at)
            elif stage.die.random() < 0.92:
                funding.accept(session, one, by=by, at=stage.at)


def claim_again(run: Run, session: Session) -> None:
    """不予认可, and the same invoice claimed again with what was missing."""
    stage, project = run.stage, run.project(session)
    line = max(_lines(session, run), key=lambda one: (one.grant_fen - one.spent_fen - one.claimed_fen).fen)
    amount = Money(20_000)
    if (
        amount > min(line.grant_fen - line.spent_fen - line.claimed_fen, project.paid_fen - project.spent_fen)
        or today(stage.at) > project.ends_on
    ):
        return
    for papers in ((paper("发票.png"),), (paper("发票.png"), paper("采购清单.png"))):
        one = funding.claim(
            session, project, _voucher(session, run, 0, amount, today(stage.at)), title="活动物资", payee="示例文具店", spent_on=today(stage.at),
            amount=amount, budget_line_id=line.id, papers=list(papers), by=run.who(session, run.organisation.member), at=stage.at,
        )  # fmt: skip
        if len(papers) == 1:
            funding.reject(session, one, note="没有采购清单，请补齐后重新登记。", by=run.who(session, run.bureau.operator), at=stage.at)


def settle_claims(run: Run) -> None:
    """Nothing waits any more: what was claimed is accepted."""
    with run.stage.scene() as session:
        query = sa.select(Spending).where(Spending.project_id == run.key, Spending.state == "claimed").order_by(Spending.id)
        for one in session.scalars(query).all():
            funding.accept(session, one, by=run.who(session, run.bureau.operator), at=run.stage.at)


def _visit(run: Run) -> Life:
    """实施过程协同督导, and a finding put right or still open."""
    stage, die = run.stage, run.stage.die
    verdict = die.choice(("good", "good", "remark", "remark" if run.calm else "rectify"))
    with stage.scene() as session:
        visit = actions.visit(
            session, run.project(session), held_on=today(stage.at), found=die.choice(FINDINGS), verdict=verdict,
            demand="补齐签到表，规范物资领用登记。" if verdict == "rectify" else "", due_on=today(stage.at) + timedelta(days=10) if verdict == "rectify" else None,
            by=run.who(session, run.places[0].worker_id), at=stage.at,
        )  # fmt: skip
        findings = session.scalars(sa.select(Rectification.id).where(Rectification.visit_id == visit.id)).all()
    for key in findings:
        yield stage.in_days(4)
        with stage.scene() as session:
            finding = session.get_one(Rectification, key)
            actions.answer_rectification(
                session, finding, note="已补齐并培训了登记人员。", by=run.who(session, run.organisation.member), at=stage.at
            )
        yield stage.in_days(2)
        with stage.scene() as session:
            actions.close_rectification(
                session, session.get_one(Rectification, key), by=run.who(session, run.places[0].worker_id), at=stage.at
            )


LATE_READERS = 12
"""Of how many projects one has its reports lie unread."""


def _read_reports(run: Run) -> None:
    """What was handed in and not read at once is read some days later."""
    with run.stage.scene() as session:
        query = sa.select(Progress).where(Progress.project_id == run.key, Progress.state == "submitted").order_by(Progress.id)
        for one in session.scalars(query).all():
            take_step(session, one, "accept", by=run.who(session, run.bureau.operator), at=run.stage.at)


def in_series(run: Run, session: Session) -> None:
    """Three invoices of one shop with numbers that follow on each other, to somebody who stands in the project's register; or one for a round sum."""
    project, on = run.project(session), today(run.stage.at)
    line = max(_lines(session, run), key=lambda one: (one.grant_fen - one.spent_fen).fen)
    buyer, left = (
        session.get_one(Organisation, project.organisation_id).name,
        min(line.grant_fen - line.spent_fen, claimed.paid_left(session, project)),
    )
    whole = run.number % 2 == 1
    amount, count = (Money(500_000), 1) if whole else (Money(10_000), 3)
    if amount * count > left or on > project.ends_on:
        return
    for n in range(count):
        voucher = Voucher("einvoice", f"{on:%y}000{run.key:07d}{90_000_000 + n:08d}", amount, buyer=buyer)
        funding.claim(
            session, project, voucher, title="活动物资", payee="示例会务公司" if whole else f"{SURNAMES[run.key % len(SURNAMES)]}示例", spent_on=on, amount=amount,
            budget_line_id=line.id, papers=[paper("发票.png")], by=run.who(session, run.organisation.member), at=run.stage.at,
        )  # fmt: skip


def _report(run: Run) -> None:
    stage = run.stage
    month = today(stage.at).strftime("%Y-%m")
    with stage.scene() as session:
        if session.scalar(sa.select(Progress.id).where(Progress.project_id == run.key, Progress.period == month)) is not None:
            return
        by = run.who(session, run.organisation.member)
        progress = actions.start_progress(session, run.project(session), period=month, title=f"{month} 进展报告", by=by, at=stage.at)
        actions.edit_progress(
            session, progress, done="按计划开展活动。", problems="志愿者周末不足。", next_steps="联系高校社团。", by=by, at=stage.at
        )
        actions.submit_progress(session, progress, by=by, at=stage.at)
        if stage.die.random() < 0.8:
            take_step(session, progress, "accept", by=run.who(session, run.bureau.operator), at=stage.at)
