"""What each party gives: 自评, 协同评估 of the communities, the evaluator's points."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.calls.queries import rules_of
from webapp.calls.rules import most_of
from webapp.core import files, journal, outbox
from webapp.core.calendar import deadline
from webapp.core.workflow import refuse, take_step
from webapp.evaluation import queries
from webapp.evaluation.actions.opening import CONFIRM_WORKDAYS, JUDGE_WORKDAYS
from webapp.evaluation.models import KINDS, Evaluation
from webapp.evaluation.rules import to_hundred
from webapp.projects.models import Project
from webapp.projects.queries.acting import call_of
from webapp.scoring import actions as scoring
from webapp.scoring.models import Scorecard


def self_assess(
    session: Session,
    evaluation: Evaluation,
    *,
    text: str,
    self_score: int | None,
    actuals: Mapping[int, int | None],
    by: Viewer,
    at: datetime,
    note: str = "",
) -> None:
    """提交自评: a text, a score, and what each indicator reached; in the final also the 决算, taken from the spending accepted."""
    project = session.get_one(Project, evaluation.project_id)
    fresh = queries.figures(session, project, final=evaluation.kind == "final")
    for one in fresh["indicators"]:
        one["recorded"] = one["actual"]
        one["actual"] = actuals.get(one["id"])
    evaluation.figures, evaluation.self_text, evaluation.self_score = fresh, text, self_score
    take_step(
        session, evaluation, "self_assess", by=by, at=at, note=note, data={"self_score": self_score}, due=deadline(at, JUDGE_WORKDAYS)
    )
    call = call_of(session, project.call_id)
    people = people_with(session, ("evaluator",), at=at, organisation_id=call.evaluator_id) if call.evaluator_id else []
    outbox.tell(session, people, evaluation.ref, f"项目 {project.number} {KINDS[evaluation.kind]}待评估", "承接单位已提交自评。", at=at)


def assess_by_community(
    session: Session, evaluation: Evaluation, *, points: Mapping[str, int | None], comment: str, by: Viewer, at: datetime
) -> None:
    """考核验收协同评估: one card of each landing community; the mean of them is the communities' score.

    Raises Refused for a community where the project does not land, and once the result is confirmed.
    """
    if evaluation.state == "confirmed":
        raise refuse("state", "评估结果已经确认，不能再填写。")
    project = session.get_one(Project, evaluation.project_id)
    codes = [place.code for place in queries.places_of(session, project.id)]
    member = next((m for m in by.members if m.role in {"community", "party_lead"} and m.area_code in codes), None)
    if member is None:
        raise refuse("place", "项目不在您的社区实施，不用填写协同评估。")
    tree = rules_of(call_of(session, project.call_id)).community_rubric
    rubric = scoring.freeze_rubric(session, "考核验收协同评估", tree)
    card = scoring.open_card(
        session,
        rubric.id,
        purpose=queries.COMMUNITY,
        subject=evaluation.ref,
        judge=f"organisation:{member.organisation_id}",
        person_id=None,
        by=by,
        at=at,
    )
    scoring.submit(session, card, by=by, at=at, points=points, comment=comment)
    evaluation.community_score = queries.community_mean(session, evaluation, most_of(tree))
    session.flush()
    journal.record(session, evaluation.ref, "community", by=by.ref, at=at, data={"card": card.ref, "score": evaluation.community_score})


def judge(
    session: Session,
    evaluation: Evaluation,
    *,
    points: Mapping[str, int | None],
    opinion: str,
    papers: Sequence[files.Checked] = (),
    by: Viewer,
    at: datetime,
    note: str = "",
) -> None:
    """提交评估: the evaluator's points on the call's rubric, and an opinion. The total is brought to a hundred points."""
    project = session.get_one(Project, evaluation.project_id)
    plan = queries.plan_of(session, project)
    tree = plan.midterm_rubric if evaluation.kind == "midterm" else plan.final_rubric
    rubric = scoring.freeze_rubric(session, KINDS[evaluation.kind], tree)
    card = scoring.open_card(
        session, rubric.id, purpose=evaluation.kind, subject=evaluation.ref, judge=by.ref, person_id=by.id, by=by, at=at
    )
    scoring.submit(session, card, by=by, at=at, points=points, comment=opinion)
    evaluation.evaluator_score = to_hundred(card.total or 0, most_of(tree))
    evaluation.opinion, evaluation.judged_by_id = opinion, by.id
    for one in papers:
        files.attach(session, evaluation.ref, "paper", one, by=by.ref, at=at)
    take_step(
        session,
        evaluation,
        "judge",
        by=by,
        at=at,
        note=note,
        data={"card": card.ref, "score": evaluation.evaluator_score},
        due=deadline(at, CONFIRM_WORKDAYS),
    )


def send_back(session: Session, evaluation: Evaluation, *, note: str, by: Viewer, at: datetime) -> None:
    """退回重评: the judge's card is a draft again, its points kept."""
    take_step(session, evaluation, "return", by=by, at=at, note=note, due=deadline(at, JUDGE_WORKDAYS))
    cards = sa.select(Scorecard).where(
        Scorecard.purpose == evaluation.kind, Scorecard.subject == evaluation.ref, Scorecard.state == "submitted"
    )
    for card in session.scalars(cards):
        scoring.reopen(session, card, by=by, at=at, note=note)
    evaluation.evaluator_score = None
    session.flush()
