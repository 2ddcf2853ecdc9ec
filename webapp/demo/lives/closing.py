"""A project judged and closed: 中期评估, 结项, 末期评估, 居民评价, 验收, 绩效等级, 结余收回, 归档."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from webapp.ballots import actions as ballots
from webapp.ballots.models import Ballot, Choice
from webapp.calls.rules import leaves
from webapp.core.clock import today
from webapp.demo.lives.checks import checked
from webapp.demo.lives.delivery import Run, pay, settle_claims
from webapp.demo.lives.evaluations import given
from webapp.evaluation import actions as evaluation
from webapp.evaluation.actions import surveys
from webapp.evaluation.models import Evaluation
from webapp.evaluation.queries import community_tree
from webapp.evaluation.queries.indicators import filling
from webapp.funding import actions as funding
from webapp.funding.models import Recovery
from webapp.projects.models import Beneficiary, Milestone
from webapp.scoring.rules import items

Life = Iterator[datetime]
SLIPS = 40
KINDS_OF_WORK = ((80, 97), (90, 100), (74, 90), (66, 80))
"""How well projects do, in percent of the points."""
CHECKED = {"self_assessed", "judged", "rectifying", "accepted"}
CONTENT, UNHAPPY = (3, 4, 5, 5, 5, 5), (3, 4, 4, 4, 5)
"""Stars that are given, some for every question."""


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
        reached = {goal.id: goal.done for goal in goals}
        project = run.project(session)
        tree = run.rules.evaluation.self_tree if found.kind == "final" else None
        evaluation.self_assess(
            session, found, text="各项指标按计划推进，居民反映良好，财务单独核算。", self_score=stage.die.randint(8600, 9600), actuals=reached,
            given=given(stage.die, filling(session, project, tree).tree, reached, 88, 100) if tree else None,
            by=run.who(session, run.organisation.lead), at=stage.at,
        )  # fmt: skip
        community = community_tree(session, project)
        for place in run.places:
            evaluation.assess_by_community(
                session, found, points=_points(run, community, 80, 98), comment="",
                by=run.who(session, place.worker_id), at=stage.at,
            )  # fmt: skip
    if run.rest in CHECKED:
        yield from checked(run, key)
    if run.rest == "self_assessed" and _kind(run, key) == "midterm":
        return
    yield stage.in_days(5)
    with stage.scene() as session:
        found = session.get_one(Evaluation, key)
        tree = run.rules.evaluation.midterm_rubric if found.kind == "midterm" else run.rules.evaluation.final_rubric
        low, high = (15, 30) if run.rest == "rectifying" else KINDS_OF_WORK[run.number % len(KINDS_OF_WORK)]
        opinion = "活动开展少，财务凭证不齐，建议整改。" if run.rest == "rectifying" else "资料齐全，实地查看与台账相符，电话回访满意。"
        by = run.who(session, run.bureau.evaluator)
        goals = session.scalars(sa.select(Milestone).where(Milestone.project_id == run.key)).all()
        reached = {goal.id: goal.done for goal in goals}
        whole = filling(session, run.project(session), tree).tree
        evaluation.judge(session, found, given=given(stage.die, whole, reached, low, high), opinion=opinion, by=by, at=stage.at)


def _kind(run: Run, key: int) -> str:
    with run.stage.scene() as session:
        return session.get_one(Evaluation, key).kind


def midterm(run: Run) -> Life:
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


def close(run: Run) -> Life:
    """结项, 末期评估, 居民评价, 验收, the last tranche, 绩效等级, 结余收回, 归档."""
    stage, bureau = run.stage, run.bureau
    yield stage.in_days(3)
    with stage.scene() as session:
        evaluation.close(session, run.project(session), by=run.who(session, run.organisation.lead), at=stage.at)
    key, life = _assess(run, "final")
    yield stage.in_days(1)
    yield from _rate(run, key)
    survey(run, closed=run.rest != "closing")
    if run.rest == "closing":
        return
    yield from life
    yield stage.in_days(12)
    with stage.scene() as session:
        evaluation.confirm(session, session.get_one(Evaluation, key), by=run.who(session, bureau.officer), at=stage.at)
        evaluation.accept(
            session, run.project(session), opinion="资料齐全，完成指标，同意通过验收。", members="主办单位：示例\n街道：示例\n社区：示例",
            by=run.who(session, bureau.officer), at=stage.at,
        )  # fmt: skip
    if run.rest == "accepted":
        return
    yield from pay(run, 3)
    yield stage.in_days(2)
    settle_claims(run)
    with stage.scene() as session:
        evaluation.evaluate(session, run.project(session), by=run.who(session, bureau.officer), at=stage.at)
    yield stage.in_days(3)
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


def survey(run: Run, stars: tuple[int, ...] = CONTENT, *, closed: bool = True) -> None:
    """满意度问卷 among those served: forty slips and those drawn from the register, most answered, some declined, and the count.

    What is not closed here, the clock closes.
    """
    stage = run.stage
    with stage.scene() as session:
        closes_on = today(stage.at) + timedelta(days=20)
        by = run.who(session, run.bureau.officer)
        asked = evaluation.open_survey(session, run.project(session), slips=SLIPS, closes_on=closes_on, by=by, at=stage.at)
        keys = [item.key for item in items(asked.tree)]
        for number in range(1, SLIPS - 5):
            given_stars = {key: stage.die.choice(stars) for key in keys}
            voice = "希望周末也来。" if number == 1 else ""
            evaluation.answer(session, surveys.code_of(asked.key, number), stars=given_stars, voice=voice, at=stage.at)
        evaluation.decline(session, surveys.code_of(asked.key, SLIPS), at=stage.at)
        if session.scalar(sa.select(Beneficiary.id).where(Beneficiary.project_id == run.key).limit(1)):
            surveys.more(session, asked, slips=5, among="register", by=by, at=stage.at)
            evaluation.refuse_for(session, asked, SLIPS + 1, by=by, at=stage.at)
            for number in range(SLIPS + 2, asked.printed):
                evaluation.answer(session, surveys.code_of(asked.key, number), stars=dict.fromkeys(keys, 4), at=stage.at)
        if closed:
            evaluation.close_survey(session, asked, unissued=2, told_refused=1, by=by, at=stage.at)
