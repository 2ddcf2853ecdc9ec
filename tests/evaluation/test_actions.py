"""Evaluation as verbs, on both databases: mid-term passed and failed, closing, acceptance, grade."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.evaluation.walk import community, judged, self_assess
from tests.projects import stage
from webapp.accounts.models import Record
from webapp.ballots import actions as ballots
from webapp.ballots.models import Ballot, Choice
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import OrganisationFacts, RecordFact, Rule, check_eligibility, report_due, template
from webapp.core.clock import end_of
from webapp.core.workflow import Refused
from webapp.evaluation import actions, queries
from webapp.needs.models import Need
from webapp.projects import actions as projects
from webapp.projects.models import Rectification


def midterm(session, cast, *, share=90):
    project = stage.delivering(session, cast, START)
    evaluation = actions.create(session, project, "midterm", by=cast.officer.viewer(session, START), at=START)
    self_assess(session, cast, evaluation)
    actions.judge(
        session, evaluation, given=judged(session, evaluation, share), opinion="属实", by=cast.evaluator.viewer(session, START), at=START
    )
    return project, evaluation


def damages(session):
    return [found for check in queries.CHECKS.values() for found in check(session)]


def kept(session, project) -> str:
    """What the organisation's record says of the project's mid-term."""
    found = session.scalars(sa.select(Record).where(Record.kind == "midterm", Record.subject == project.ref)).one()
    return str(found.value["grade"])


def test_a_midterm_over_the_line_passes_the_project(session, cast):
    project, evaluation = midterm(session, cast)
    assert evaluation.evaluator_score == 9000
    actions.confirm(session, evaluation, by=cast.head.viewer(session, START), at=START)
    assert (evaluation.state, project.state, evaluation.grade) == ("confirmed", "passed", "")
    assert evaluation.total is not None
    assert kept(session, project) == "合格"
    assert list(queries.CHECKS["评估总分和等级可以重算"](session)) == []
    evaluation.total += 1
    session.flush()
    assert len(list(queries.CHECKS["评估总分和等级可以重算"](session))) == 1


def test_who_judged_does_not_confirm(session, cast):
    project = stage.delivering(session, cast, START)
    evaluation = actions.create(session, project, "midterm", by=cast.officer.viewer(session, START), at=START)
    self_assess(session, cast, evaluation)
    officer = cast.officer.viewer(session, START)
    actions.judge(session, evaluation, given=judged(session, evaluation, 80), opinion="好", by=officer, at=START)
    with pytest.raises(Refused, match="不能自己确认"):
        actions.confirm(session, evaluation, by=officer, at=START)


def test_a_failed_midterm_is_rectified_and_then_passed(session, cast):
    project, evaluation = midterm(session, cast, share=10)
    head = cast.head.viewer(session, START)
    actions.confirm(session, evaluation, by=head, at=START)
    assert project.state == "delivering"
    assert kept(session, project) == "不合格"
    actions.rectify(session, project, note="补齐档案", due_on=date(2026, 4, 1), by=head, at=START)
    finding = session.scalars(sa.select(Rectification)).one()
    assert (project.state, finding.state) == ("rectifying", "ordered")
    with pytest.raises(Refused, match="未销号"):
        actions.pass_midterm(session, project, by=head, at=START)
    projects.answer_rectification(session, finding, note="补齐了", by=cast.member.viewer(session, START), at=START)
    projects.close_rectification(session, finding, by=head, at=START)
    actions.pass_midterm(session, project, by=head, at=START)
    assert project.state == "passed"


def test_a_self_assessment_handed_in_late_fails_where_the_call_says_so_unless_excused(session, cast):
    project = stage.delivering(session, cast, START)
    call = session.get_one(Call, project.call_id)
    call.rules = {**call.rules, "breach": {"late_fails": True, "report_within": {"length": 1, "unit": "month"}}}
    evaluation = actions.create(session, project, "midterm", by=cast.officer.viewer(session, START), at=START)
    late = evaluation.due_at + timedelta(seconds=1)
    self_assess(session, cast, evaluation, at=late)
    evaluator, head = cast.evaluator.viewer(session, late), cast.head.viewer(session, late)
    actions.judge(session, evaluation, given=judged(session, evaluation, 100), opinion="好", by=evaluator, at=late)
    with session.begin_nested() as undo:
        actions.confirm(session, evaluation, by=head, at=late)
        assert (evaluation.late_papers, project.state, kept(session, project)) == (["自评迟交"], "delivering", "不合格")
        actions.rectify(session, project, note="按时交材料", by=head, at=late)
        assert damages(session) == []
        undo.rollback()
    actions.confirm(session, evaluation, excuse="疫情封控", by=head, at=late)
    assert (evaluation.excuse, project.state, kept(session, project)) == ("疫情封控", "passed", "合格")
    assert project.due_at == report_due(rules_of(call).breach, project.ends_on) > end_of(project.ends_on)


def test_a_result_sent_back_is_judged_again_on_the_same_card(session, cast):
    _, evaluation = midterm(session, cast)
    actions.send_back(session, evaluation, note="请核对场次", by=cast.head.viewer(session, START), at=START)
    assert (evaluation.state, evaluation.evaluator_score) == ("self_assessed", None)
    actions.judge(
        session, evaluation, given=judged(session, evaluation, 70), opinion="已核对", by=cast.evaluator.viewer(session, START), at=START
    )
    assert evaluation.evaluator_score == 7000


def test_one_evaluation_of_a_kind_and_only_at_its_stage(session, cast):
    project, _ = midterm(session, cast)
    officer = cast.officer.viewer(session, START)
    with pytest.raises(Refused, match="已经开始"):
        actions.create(session, project, "midterm", by=officer, at=START)
    with pytest.raises(Refused, match="现在不能开始"):
        actions.create(session, project, "final", by=officer, at=START)


def test_from_closing_to_the_grade(session, cast):
    project, evaluation = midterm(session, cast)
    head, officer = cast.head.viewer(session, START), cast.officer.viewer(session, START)
    actions.confirm(session, evaluation, by=head, at=START)
    planned = projects.plan_activity(
        session, project, title="收官", place="广场", planned_on=date(2026, 3, 2), by=cast.member.viewer(session, START), at=START
    )
    with pytest.raises(Refused, match="1 项活动没有记录"):
        actions.close(session, project, by=cast.lead.viewer(session, START), at=START)
    projects.record_activity(
        session, planned, held_on=date(2026, 3, 2), place="广场", persons=3, visits=3, sign_in=[stage.picture()], photos=[stage.picture()],
        by=cast.member.viewer(session, START), at=START,
    )  # fmt: skip
    actions.close(session, project, by=cast.lead.viewer(session, START), at=START)
    final = queries.of_project(session, project.id, "final")
    ballot = session.get(Ballot, final.ballot_id)
    assert (project.state, final.state, ballot.state, ballot.purpose, ballot.area_code) == (
        "closing",
        "opened",
        "open",
        "results",
        "320508019",
    )
    choice = session.scalars(sa.select(Choice.id).where(Choice.ballot_id == ballot.id)).one()
    for person, stars in (("granny", 5), ("near_resident", 4)):
        ballots.cast(session, ballot, choices={"scores": {choice: stars}}, by=getattr(cast, person).viewer(session, START), at=START)
    with pytest.raises(Refused):
        ballots.cast(session, ballot, choices={"scores": {choice: 1}}, by=cast.far_resident.viewer(session, START), at=START)
    self_assess(session, cast, final)
    assert [line["spent_fen"] for line in final.figures["budget"]] == [0, 0]
    community(session, cast.worker, final, 80)
    community(session, cast.near_worker, final, 90)
    assert final.community_score == 8500
    with pytest.raises(Refused, match="不在您的社区"):
        community(session, cast.far_worker, final, 90)
    actions.judge(session, final, given=judged(session, final, 95), opinion="完成", by=cast.evaluator.viewer(session, START), at=START)
    with pytest.raises(Refused, match="验收人员"):
        actions.accept(session, project, opinion="同意", members="张敏", by=officer, at=START)
    session.refresh(project)
    actions.accept(session, project, opinion="同意验收", members="张敏、郑颖\n褚小桃", by=officer, at=START)
    assert final.acceptance["members"] == ["张敏", "郑颖", "褚小桃"]
    assert session.scalars(sa.select(Need.state)).all() == ["resolved"]
    with pytest.raises(Refused, match="还没有计票"):
        actions.confirm(session, final, by=head, at=START)
    ballots.close_ballot(session, ballot, by=officer, at=START, note="测试提前截止")
    ballots.count(session, ballot, by=officer, at=START)
    actions.confirm(session, final, by=head, at=START)
    assert (final.residents_score, final.residents_n) == (9000, 2)
    actions.evaluate(session, project, by=officer, at=START)
    assert project.state == "evaluated"
    assert project.grade == final.grade == "优"
    record = session.scalars(sa.select(Record).where(Record.kind == "grade")).one()
    assert record.value == {"grade": "优", "total": final.total}
    assert session.scalars(sa.select(Record.until_day).where(Record.kind == "running")).one() == date(2026, 3, 2)
    assert list(queries.CHECKS["评估总分和等级可以重算"](session)) == []


def test_residents_who_stayed_away_are_named_and_do_not_count_as_nought(session, cast):
    project, evaluation = midterm(session, cast)
    head = cast.head.viewer(session, START)
    actions.confirm(session, evaluation, by=head, at=START)
    actions.close(session, project, by=cast.lead.viewer(session, START), at=START)
    final = queries.of_project(session, project.id, "final")
    self_assess(session, cast, final, score=10000)
    actions.judge(session, final, given=judged(session, final, 100), opinion="完成", by=cast.evaluator.viewer(session, START), at=START)
    later = START + timedelta(days=20)
    ballot = session.get(Ballot, final.ballot_id)
    ballots.close_ballot(session, ballot, by=head, at=later)
    ballots.count(session, ballot, by=head, at=later)
    actions.confirm(session, final, by=head, at=later)
    assert (final.residents_score, final.residents_n, final.total, final.grade) == (None, 0, 10000, "优")


@pytest.mark.parametrize(
    ("share", "grade", "kinds"),
    [(96, "优", {"grade", "priority"}), (85, "良", {"grade"}), (62, "中", {"grade", "rectify"}), (20, "差", {"grade", "ban"})],
)
def test_a_grade_brings_what_the_call_says_and_the_next_application_sees_it(session, cast, share, grade, kinds):
    """优 goes first, 中 is put right by a day, 差 bars for a year; all on the organisation's record."""
    project, evaluation = midterm(session, cast)
    head, officer = cast.head.viewer(session, START), cast.officer.viewer(session, START)
    actions.confirm(session, evaluation, by=head, at=START)
    actions.close(session, project, by=cast.lead.viewer(session, START), at=START)
    final = queries.of_project(session, project.id, "final")
    final.ballot_id = None
    self_assess(session, cast, final, share=share)
    community(session, cast.worker, final, share)
    actions.judge(session, final, given=judged(session, final, share), opinion="完成", by=cast.evaluator.viewer(session, START), at=START)
    actions.accept(session, project, opinion="同意验收", members="张敏、郑颖", by=officer, at=START)
    actions.confirm(session, final, by=head, at=START)
    actions.evaluate(session, project, by=officer, at=START)
    assert final.grade == grade
    kept = {one.kind: one for one in session.scalars(sa.select(Record).where(Record.kind.in_(("grade", "priority", "rectify", "ban"))))}
    assert set(kept) == kinds
    until = {"优": date(2027, 3, 2), "差": date(2027, 3, 2)}.get(grade)
    assert {one.until_day for kind, one in kept.items() if kind in ("priority", "ban")} == ({until} if until else set())
    finding = session.scalars(sa.select(Rectification)).one_or_none()
    assert (finding is not None) == (grade == "中")
    if finding is not None:
        assert (finding.state, finding.title) == ("ordered", "末期评估整改")
    facts = OrganisationFacts(
        today=date(2026, 6, 1), records=tuple(RecordFact(one.kind, one.from_day, one.until_day, one.value) for one in kept.values())
    )  # fmt: skip
    rules = replace(template(), eligibility=(Rule("no_record", {"record": "ban", "years": 0}, "不在禁止申报期内", ""),))
    assert check_eligibility(rules, facts)[0].outcome == ("fail" if grade == "差" else "pass")
