"""核查 by the evaluator before it judges: a look on the spot, a finding, the organisation's 申辩 and what comes of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from webapp.core.clock import today
from webapp.demo.lives.applications import paper
from webapp.demo.lives.delivery import Run
from webapp.demo.stage import moment
from webapp.evaluation.actions import checking
from webapp.evaluation.models import Evaluation, Observation

Life = Iterator[datetime]


def checked(run: Run, key: int) -> Life:
    """Of an evaluation that waits for its judge; the finding of one that the play leaves there is not answered yet. The dice are not asked."""
    stage = run.stage
    with stage.scene() as session:
        evaluator, evaluation = run.who(session, run.bureau.evaluator), session.get_one(Evaluation, key)
        checking.check_site(
            session, evaluation, held_on=today(stage.at), place=run.places[0].name, checked="签到表、物资领用登记、现场活动。",
            found="活动正在开展，签到表与台账相符；物资领用登记缺九月一页。", photos=[paper("现场核查.png")], by=evaluator, at=stage.at,
        )  # fmt: skip
        words = {"ground": "phone", "title": "参加人不实", "text": "抽查名册里的五人，有一人说没有参加过上月的活动。"}
        seen = checking.observe(session, evaluation, workdays=5, by=evaluator, at=stage.at, **words).id
    if run.rest == "self_assessed":
        return
    yield moment(today(stage.at) + timedelta(days=1), 10)
    with stage.scene() as session:
        said, lead = "此人是家属代签，本人没有到场，名册已经更正。", run.who(session, run.organisation.lead)
        checking.answer_observation(
            session, session.get_one(Observation, seen), answer=said, papers=[paper("更正后的名册.png")], by=lead, at=stage.at
        )
    yield moment(today(stage.at) + timedelta(days=1), 10)
    with stage.scene() as session:
        evaluator, found = run.who(session, run.bureau.evaluator), session.get_one(Observation, seen)
        checking.uphold_partly(session, found, reason="一人属实，核减一人次；其余相符。", by=evaluator, at=stage.at)
