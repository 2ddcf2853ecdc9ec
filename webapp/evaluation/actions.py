"""Verbs of evaluation: opening, 自评, 协同评估, judging, confirming, and the project's steps that follow."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.actions import note_record
from webapp.accounts.models import Record
from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.ballots import actions as ballots
from webapp.ballots import queries as counted
from webapp.ballots.models import Ballot
from webapp.calls.queries import rules_of
from webapp.calls.rules import most_of
from webapp.core import files, journal, outbox
from webapp.core.calendar import add_workdays, deadline
from webapp.core.clock import end_of, today
from webapp.core.trace import trace
from webapp.core.workflow import begin, carrying, refuse, take_step
from webapp.evaluation import queries
from webapp.evaluation.models import KINDS, Evaluation
from webapp.evaluation.rules import combine, common_area, grade_of, of_stars, to_hundred
from webapp.projects import actions as projects
from webapp.projects.models import Project
from webapp.projects.queries.acting import call_of
from webapp.scoring import actions as scoring
from webapp.scoring.models import Scorecard

SELF_WORKDAYS, JUDGE_WORKDAYS, CONFIRM_WORKDAYS = 10, 15, 5
RATING_DAYS = 10
"""Days in which residents rate a project's results."""
OPEN_TO = {"midterm": frozenset({"delivering", "rectifying"}), "final": frozenset({"closing", "accepted"})}


def create(session: Session, project: Project, kind: str, *, by: Viewer, at: datetime) -> Evaluation:
    """开始中期评估 or 末期评估: the organisation is asked for its 自评; the final also asks the residents.

    Raises Refused when the project is not at that stage, or has that evaluation already.
    """
    if project.state not in OPEN_TO[kind]:
        raise refuse("project", f"项目{project.state_label}，现在不能开始{KINDS[kind]}。")
    if queries.of_project(session, project.id, kind) is not None:
        raise refuse("exists", f"这个项目已经开始了{KINDS[kind]}。")
    evaluation = Evaluation(
        project_id=project.id,
        kind=kind,
        title=f"{project.title} {KINDS[kind]}",
        figures=queries.figures(session, project, final=kind == "final"),
    )
    begin(session, evaluation, by=by, at=at, data={"kind": kind, "title": KINDS[kind]})
    evaluation.due_at = deadline(at, SELF_WORKDAYS)
    trace(session, project.ref, evaluation.ref)
    if kind == "final" and queries.plan_of(session, project).weights.residents:
        evaluation.ballot_id = _rating(session, project, evaluation, by=by, at=at).id
    projects.tell_organisation(session, project, evaluation.ref, f"项目 {project.number} 开始{KINDS[kind]}", "请提交自评。", at)
    return evaluation


def _rating(session: Session, project: Project, evaluation: Evaluation, *, by: Viewer, at: datetime) -> Ballot:
    """评价绩效: the residents of the project's communities give 1 to 5 points; opened at once."""
    codes = [place.code for place in queries.places_of(session, project.id)] or [project.area_code]
    ballot = ballots.create(
        session,
        purpose="results",
        subject=project.ref,
        title=f"请为“{project.title}”的成效打分",
        area_code=common_area(codes),
        method="score",
        most=1,
        choices=[ballots.NewChoice(project.title, "", project.ref)],
        opens_at=at,
        closes_at=end_of(today(at) + timedelta(days=RATING_DAYS)),
        by=by,
        at=at,
    )
    ballots.open_ballot(session, ballot, by=carrying(by), at=at)
    trace(session, evaluation.ref, ballot.ref)
    return ballot


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


def confirm(session: Session, evaluation: Evaluation, *, by: Viewer, at: datetime, note: str = "") -> None:
    """确认评估结果: the parties' points become the total by the call's weights; a mid-term over the pass line passes the project."""
    project = session.get_one(Project, evaluation.project_id, with_for_update=True, populate_existing=True)
    plan = queries.plan_of(session, project)
    if evaluation.ballot_id is not None:
        rated = counted.outcome(session, evaluation.ballot_id)
        if rated and rated[0].n and rated[0].mean_hundredths is not None:
            evaluation.residents_score, evaluation.residents_n = of_stars(rated[0].mean_hundredths), rated[0].n
    total = combine(queries.parts_of(evaluation, plan))
    evaluation.total = total
    if evaluation.kind == "final" and total is not None:
        evaluation.grade = grade_of(total)
    take_step(session, evaluation, "confirm", by=by, at=at, note=note, data={"total": total, "n": evaluation.residents_n})
    for card in session.scalars(sa.select(Scorecard).where(Scorecard.subject == evaluation.ref, Scorecard.state == "submitted")):
        scoring.lock(session, card, by=by, at=at)
    if evaluation.kind == "midterm" and total is not None:
        note_record(
            session, project.organisation_id, "midterm", project.ref,
            {"grade": "合格" if total >= plan.pass_line else "不合格", "total": total},
            from_day=today(at), source=f"项目 {project.number} 中期评估", at=at,
        )  # fmt: skip
    if evaluation.kind == "midterm" and total is not None and total >= plan.pass_line and project.state in {"delivering", "rectifying"}:
        take_step(
            session,
            project,
            "pass",
            by=carrying(by),
            at=at,
            data={"evaluation": evaluation.ref, "total": total},
            due=end_of(project.ends_on),
        )
    projects.tell_organisation(
        session,
        project,
        evaluation.ref,
        f"项目 {project.number} {KINDS[evaluation.kind]}结果已确认",
        f"总分 {(total or 0) / 100:.2f}。",
        at,
    )


def pass_midterm(session: Session, project: Project, *, by: Viewer, at: datetime, note: str = "") -> None:
    """中期评估合格, after what was found wanting has been put right, or when a suspended project goes on."""
    take_step(session, project, "pass", by=by, at=at, note=note, due=end_of(project.ends_on))


def rectify(session: Session, project: Project, *, note: str, due_on: date | None = None, by: Viewer, at: datetime) -> None:
    """责令整改 after a mid-term below the pass line: the demand with its day; the next tranche waits for it."""
    last = due_on or add_workdays(today(at), 20)
    if last <= today(at):
        raise refuse("due_on", "整改期限要晚于今天。", "due_on")
    take_step(session, project, "rectify", by=by, at=at, note=note, due=end_of(last))
    projects.order_rectification(session, project, title="中期评估整改", text=note, due_on=last, by=by, at=at)


def close(session: Session, project: Project, *, by: Viewer, at: datetime, note: str = "") -> None:
    """申请结项: the work is done; the final evaluation opens with it."""
    take_step(session, project, "close", by=by, at=at, note=note)
    if queries.of_project(session, project.id, "final") is None:
        create(session, project, "final", by=by, at=at)


def accept(session: Session, project: Project, *, opinion: str, members: str, by: Viewer, at: datetime, note: str = "") -> None:
    """验收 with its 验收意见书: the opinion and those who took part. The needs it answers are resolved."""
    final = queries.of_project(session, project.id, "final")
    if final is not None:
        present = [line.strip() for line in members.replace("、", "\n").splitlines() if line.strip()]
        final.acceptance = {"opinion": opinion, "members": present, "on": today(at).isoformat()}
        session.flush()
        journal.record(
            session, final.ref, "acceptance", by=by.ref, at=at, data={"digest": journal.digest(journal.canonical(final.acceptance))}
        )
    take_step(session, project, "accept", by=by, at=at, note=note, data={"evaluation": final.ref if final else None})
    projects.resolve_needs(session, project, by=by, at=at)


def evaluate(session: Session, project: Project, *, by: Viewer, at: datetime, note: str = "") -> None:
    """确认绩效等级: 优良中差 by the final's total; it stays on the organisation's record."""
    final = queries.of_project(session, project.id, "final")
    project.grade = final.grade if final is not None else ""
    take_step(session, project, "evaluate", by=by, at=at, note=note, data={"grade": project.grade, "total": final.total if final else None})
    if final is None:
        return
    note_record(
        session, project.organisation_id, "grade", project.ref, {"grade": project.grade, "total": final.total},
        from_day=today(at), source=f"项目 {project.number} 末期评估", at=at,
    )  # fmt: skip
    ended = sa.update(Record).where(Record.kind == "running", Record.subject == project.ref, Record.until_day.is_(None))
    session.execute(ended.values(until_day=today(at)))
    projects.resolve_needs(session, project, by=by, at=at)
    projects.tell_organisation(
        session, project, project.ref, f"项目 {project.number} 绩效等级：{project.grade}", "等级已记入单位档案。", at
    )


__all__ = [
    "accept",
    "assess_by_community",
    "close",
    "confirm",
    "create",
    "evaluate",
    "judge",
    "pass_midterm",
    "rectify",
    "self_assess",
    "send_back",
]
