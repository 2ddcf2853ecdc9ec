"""A project from award to archive: signing, paying, activities, vouchers, visits, mid-term, closing, and what goes wrong."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.ballots import actions as ballots
from webapp.ballots.models import Ballot, Choice
from webapp.calls.models import Call
from webapp.calls.rules import CallRules, leaves
from webapp.core.clock import today
from webapp.core.workflow import take_step
from webapp.demo.city import Bureau, City
from webapp.demo.lives.applications import paper
from webapp.demo.stage import Stage
from webapp.demo.words import ACTIVITIES, FINDINGS
from webapp.evaluation import actions as evaluation
from webapp.evaluation.models import Evaluation
from webapp.funding import actions as funding
from webapp.funding.models import Recovery, Spending, Tranche
from webapp.funding.rules.vouchers import Voucher
from webapp.projects import actions
from webapp.projects.models import Activity, Agreement, BudgetLine, Milestone, Place, Progress, Project, Rectification

Life = Iterator[datetime]
OLD = ("archived",) * 5 + ("evaluated", "accepted", "closing")
NEW = (
    "opened", "org_signed", "suspended", "terminated", "rectifying", "requested", "prepared", "checked", "approved", "sent", "bounced",
    "paid", "midterm_opened", "self_assessed", "judged",
)  # fmt: skip
"""How far the play takes last year's projects and this year's; the rest are simply in delivery."""


class Run:
    """One project's people and keys, as its life needs them."""

    def __init__(self, stage: Stage, city: City, bureau: Bureau, key: int, number: int, old: bool) -> None:
        self.stage, self.city, self.bureau, self.key, self.number = stage, city, bureau, key, number
        self.rest = (OLD[number] if number < len(OLD) else "archived") if old else (NEW[number] if number < len(NEW) else "")
        with stage.scene() as session:
            project = session.get_one(Project, key)
            self.organisation = next(o for o in city.organisations if o.id == project.organisation_id)
            self.rules = CallRules.from_json(session.get_one(Call, project.call_id).rules)
            codes = session.scalars(sa.select(Place.area_code).where(Place.project_id == key).order_by(Place.area_code)).all()
            self.places = [city.community(code) for code in codes]
            self.starts = project.starts_on

    def who(self, session: Session, key: int) -> Any:
        return self.stage.who(session, key)

    def project(self, session: Session) -> Project:
        return session.get_one(Project, self.key)


def project(stage: Stage, city: City, bureau: Bureau, key: int, number: int, *, old: bool) -> Life:
    """One project, told straight through."""
    run = Run(stage, city, bureau, key, number, old)
    yield stage.in_days(2)
    yield from _sign(run)
    if run.rest in {"opened", "org_signed"}:
        return
    yield stage.in_days(2)
    yield from _pay(run, 1)
    yield from _deliver(run, rounds=4)
    if run.rest == "suspended":
        with stage.scene() as session:
            officer = run.who(session, bureau.officer)
            actions.suspend(session, run.project(session), note="负责人变更，暂停一个月。", by=officer, at=stage.at)
        return
    if run.rest == "terminated":
        with stage.scene() as session:
            funding.terminate(
                session, run.project(session), note="承接单位注销，无法继续实施。", by=run.who(session, bureau.officer), at=stage.at
            )
        with stage.scene() as session:
            for recovery in session.scalars(sa.select(Recovery).where(Recovery.project_id == key, Recovery.state == "demanded")).all():
                funding.waive(session, recovery, note="法院裁定清算，无可供执行财产。", by=run.who(session, bureau.lead), at=stage.at)
        return
    if not run.rest:
        yield from _deliver(run, rounds=2)
        with stage.scene() as session:
            _odd(run, session)
        return
    yield from _midterm(run)
    if run.rest in {"midterm_opened", "self_assessed", "judged", "rectifying"}:
        return
    yield from _pay(run, 2, stop=run.rest)
    if run.rest in NEW:
        return
    yield from _deliver(run, rounds=4)
    yield from _close(run)


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
    elif odd == 9:
        actions.urge(
            session, found, note="请尽快开展下半年活动。", by=run.who(session, run.city.street_of(run.places[0].code).first_id), at=at
        )


def _sign(run: Run) -> Life:
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


def _pay(run: Run, position: int, *, stop: str = "") -> Life:
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


def _deliver(run: Run, *, rounds: int) -> Life:
    """Some months: an activity each, its vouchers, now and then a visit and a progress report."""
    stage, die = run.stage, run.stage.die
    for turn in range(rounds):
        planned = max(today(stage.at) + timedelta(days=die.randint(4, 8)), run.starts)
        with stage.scene() as session:
            query = sa.select(Milestone.id, Milestone.unit).where(Milestone.project_id == run.key).order_by(Milestone.id)
            goals = session.execute(query).all()
            activity = actions.plan_activity(
                session, run.project(session), title=die.choice(ACTIVITIES), place=run.places[0].name, planned_on=planned,
                by=run.who(session, run.organisation.member), at=stage.at,
            )  # fmt: skip
            key = activity.id
        yield stage.in_days((planned - today(stage.at)).days + 1)
        persons = die.randint(8, 40)
        visits = persons + die.randint(0, 30)
        goal = goals[turn % len(goals)] if goals else None
        with stage.scene() as session:
            actions.record_activity(
                session, session.get_one(Activity, key), held_on=planned, place=run.places[0].name, persons=persons,
                visits=visits, workers=2, volunteers=die.randint(2, 8), minutes=120, reflection="居民参与积极，下次提前一天提醒。",
                milestone_id=goal.id if goal else None, counted=visits if goal and goal.unit == "人次" else 1, sign_in=[paper("签到表.png")], photos=[paper("现场.png")],
                by=run.who(session, run.organisation.member), at=stage.at,
            )  # fmt: skip
        _claim(run, key)
        yield stage.in_days(die.randint(2, 5))
        _check_claims(run)
        if die.random() < 0.5:
            yield from _visit(run)
        if die.random() < 0.5:
            _report(run)
        yield stage.in_days(die.randint(6, 12))


def _claim(run: Run, activity: int) -> None:
    """A voucher for the activity, within the line, the money paid and the project's days."""
    stage = run.stage
    with stage.scene() as session:
        found = run.project(session)
        lines = session.scalars(sa.select(BudgetLine).where(BudgetLine.project_id == run.key).order_by(BudgetLine.position)).all()
        line = stage.die.choice(list(lines))
        left = min((line.grant_fen - line.spent_fen).fen, (found.paid_fen - found.spent_fen).fen)
        amount = Money(left * stage.die.randint(15, 35) // 100 // 100 * 100)
        spent_on = today(stage.at)
        if amount.fen < 10_000 or not found.starts_on <= spent_on <= found.ends_on:
            return
        funding.claim(
            session, found, _voucher(session, run, activity, amount, spent_on), title=f"{line.title}支出", payee="示例文具店", spent_on=spent_on,
            amount=amount, budget_line_id=line.id, activity_id=activity, papers=[paper("发票.png")],
            by=run.who(session, run.organisation.member), at=stage.at,
        )  # fmt: skip


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


def _visit(run: Run) -> Life:
    """实施过程协同督导, and a finding put right or still open."""
    stage, die = run.stage, run.stage.die
    verdict = die.choice(("good", "good", "remark", "rectify"))
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


def _points(run: Run, tree: Any, low: int, high: int) -> dict[str, int]:
    return {item["key"]: item["most"] * run.stage.die.randint(low, high) // 100 for item in leaves(tree)}


def _assess(run: Run, kind: str) -> tuple[int, Life]:
    """Open an evaluation and let the organisation write its 自评."""
    stage = run.stage
    with stage.scene() as session:
        found = session.scalars(sa.select(Evaluation).where(Evaluation.project_id == run.key, Evaluation.kind == kind)).one_or_none()
        if found is None:
            found = evaluation.create(session, run.project(session), kind, by=run.who(session, run.bureau.officer), at=stage.at)
        key = found.id
    return key, _self_and_judge(run, key)


def _self_and_judge(run: Run, key: int) -> Life:
    stage = run.stage
    if run.rest == "midterm_opened":
        return
    yield stage.in_days(4)
    with stage.scene() as session:
        found = session.get_one(Evaluation, key)
        goals = session.scalars(sa.select(Milestone).where(Milestone.project_id == run.key)).all()
        evaluation.self_assess(
            session, found, text="各项指标按计划推进，居民反映良好，财务单独核算。", self_score=stage.die.randint(8600, 9600),
            actuals={goal.id: max(goal.done, goal.target * stage.die.randint(60, 105) // 100) for goal in goals},
            by=run.who(session, run.organisation.lead), at=stage.at,
        )  # fmt: skip
        for place in run.places:
            evaluation.assess_by_community(
                session, found, points=_points(run, run.rules.community_rubric, 80, 98), comment="",
                by=run.who(session, place.worker_id), at=stage.at,
            )  # fmt: skip
    if run.rest == "self_assessed" and _kind(run, key) == "midterm":
        return
    yield stage.in_days(5)
    with stage.scene() as session:
        found = session.get_one(Evaluation, key)
        tree = run.rules.evaluation.midterm_rubric if found.kind == "midterm" else run.rules.evaluation.final_rubric
        low, high = (15, 30) if run.rest == "rectifying" else (74, 97)
        opinion = "活动开展少，财务凭证不齐，建议整改。" if run.rest == "rectifying" else "资料齐全，实地查看与台账相符，电话回访满意。"
        evaluation.judge(
            session, found, points=_points(run, tree, low, high), opinion=opinion, by=run.who(session, run.bureau.evaluator), at=stage.at
        )


def _kind(run: Run, key: int) -> str:
    with run.stage.scene() as session:
        return session.get_one(Evaluation, key).kind


def _midterm(run: Run) -> Life:
    stage = run.stage
    key, life = _assess(run, "midterm")
    yield from life
    if run.rest in {"midterm_opened", "self_assessed", "judged"}:
        return
    yield stage.in_days(2)
    with stage.scene() as session:
        evaluation.confirm(session, session.get_one(Evaluation, key), by=run.who(session, run.bureau.officer), at=stage.at)
        if run.rest == "rectifying":
            evaluation.rectify(
                session, run.project(session), note="补齐凭证，加密服务频次。", by=run.who(session, run.bureau.officer), at=stage.at
            )
    yield stage.in_days(3)


def _close(run: Run) -> Life:
    """结项, 末期评估, 居民评价, 验收, the last tranche, 绩效等级, 结余收回, 归档."""
    stage, bureau = run.stage, run.bureau
    yield stage.in_days(3)
    with stage.scene() as session:
        evaluation.close(session, run.project(session), by=run.who(session, run.organisation.lead), at=stage.at)
    key, life = _assess(run, "final")
    yield stage.in_days(1)
    yield from _rate(run, key)
    if run.rest == "closing":
        return
    yield from life
    yield stage.in_days(12)
    with stage.scene() as session:
        evaluation.confirm(session, session.get_one(Evaluation, key), by=run.who(session, bureau.officer), at=stage.at)
        evaluation.accept(
            session, run.project(session), opinion="资料齐全,完成指标,同意通过验收。", members="主办单位:示例\n街道:示例\n社区:示例",
            by=run.who(session, bureau.officer), at=stage.at,
        )  # fmt: skip
    if run.rest == "accepted":
        return
    yield from _pay(run, 3)
    yield stage.in_days(2)
    with stage.scene() as session:
        evaluation.evaluate(session, run.project(session), by=run.who(session, bureau.officer), at=stage.at)
    yield stage.in_days(3)
    with stage.scene() as session:
        for one in session.scalars(sa.select(Spending).where(Spending.project_id == run.key, Spending.state == "claimed")).all():
            funding.accept(session, one, by=run.who(session, bureau.operator), at=stage.at)
    with stage.scene() as session:
        recovery = funding.demand(session, run.project(session), reason="项目结余。", by=run.who(session, bureau.officer), at=stage.at)
        recovery_key = recovery.id
    if run.rest == "evaluated":
        return
    yield stage.in_days(6)
    with stage.scene() as session:
        finance = run.who(session, bureau.finance)
        funding.receive(session, session.get_one(Recovery, recovery_key), bank_reference=f"示例缴回{run.key}", by=finance, at=stage.at)
    yield stage.in_days(2)
    with stage.scene() as session:
        funding.archive(session, run.project(session), by=run.who(session, bureau.officer), at=stage.at)


def _rate(run: Run, key: int) -> Life:
    """评价绩效: residents of the project's communities give their stars."""
    stage = run.stage
    with stage.scene() as session:
        ballot_key = session.get_one(Evaluation, key).ballot_id
        if ballot_key is None:
            return
        choice = session.scalars(sa.select(Choice.id).where(Choice.ballot_id == ballot_key)).one()
    people = [r for place in run.places for r in place.residents]
    for person in stage.some(people, 8):
        with stage.scene() as session:
            ballots.cast(
                session, session.get_one(Ballot, ballot_key), choices={"scores": {str(choice): stage.die.choice((3, 4, 4, 5, 5, 5))}},
                by=run.who(session, person), at=stage.at,
            )  # fmt: skip
    yield stage.in_days(1)
