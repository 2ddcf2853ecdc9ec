"""Projects from award to closing, as verbs on both databases."""

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests import make
from tests.cast import CHANGMEN, TAO
from tests.conftest import START
from tests.projects import stage
from webapp.accounts.models import Record
from webapp.book import queries as book
from webapp.core import journal
from webapp.core.outbox import Message
from webapp.core.trace import descendants
from webapp.core.workflow import NotAllowed, Refused, take_step
from webapp.evaluation.queries.facts import of_project as facts_of_project
from webapp.needs.models import Need
from webapp.projects import actions, queries
from webapp.projects.models import BudgetLine, Milestone, Place, Rectification
from webapp.projects.queries import lists, one


def damages(session):
    return [found for check in queries.CHECKS.values() for found in check(session)]


def test_an_award_opens_the_project_and_sets_the_money_aside(session, cast):
    call, application = stage.announced(session, cast, START, awarded=4_000_001)
    [project] = actions.award_call(session, call, by=cast.officer.viewer(session, START), at=START)
    assert (call.state, application.state, project.state) == ("awarded", "awarded", "opened")
    assert project.number.startswith("G2026-")
    assert project.granted_fen == Money(4_000_001)
    lines = session.scalars(sa.select(BudgetLine).where(BudgetLine.project_id == project.id).order_by(BudgetLine.position)).all()
    assert [line.grant_fen for line in lines] == [Money(2_400_001), Money(1_600_000)]
    assert sum((line.grant_fen for line in lines), Money(0)) == project.granted_fen
    assert session.scalars(sa.select(Milestone.target).where(Milestone.project_id == project.id).order_by(Milestone.id)).all() == [20, 400]
    assert set(session.scalars(sa.select(Place.area_code).where(Place.project_id == project.id))) == {TAO, CHANGMEN}
    assert book.position(session, project.ref).to_request == Money(4_000_001)
    assert book.free(session, f"fund:{call.fund_id}", 2026) == Money(20_000_000 - 4_000_001)
    record = session.scalars(sa.select(Record).where(Record.subject == project.ref, Record.kind == "award")).one()
    assert record.value["granted_fen"] == 4_000_001
    assert record.organisation_id == project.organisation_id
    agreement = stage.agreement_of(session, project)
    assert agreement.state == "drafted"
    assert agreement.terms["granted_words"] == "肆万元零壹分"
    assert sum(t["fen"] for t in agreement.terms["tranches"]) == 4_000_001
    assert agreement.digest == journal.digest(journal.canonical(agreement.terms))
    assert project.ref in descendants(session, application.ref)
    assert session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.subject == project.ref)) > 0
    assert damages(session) == []


def test_no_award_before_the_notice_has_ended_or_without_money(session, cast):
    call, _ = stage.announced(session, cast, START, notice="running", budget=0)
    with pytest.raises(Refused) as refused:
        actions.award_call(session, call, by=cast.officer.viewer(session, START), at=START)
    assert [r.code for r in refused.value.refusals] == ["notice", "money"]


def test_a_street_does_not_award_the_call_of_the_bureau(session, cast):
    call, _ = stage.announced(session, cast, START)
    with pytest.raises((Refused, NotAllowed)):
        actions.award_call(session, call, by=cast.far_officer.viewer(session, START), at=START)


def test_signing_starts_the_project_and_delivers_its_needs(session, cast):
    project = stage.opened(session, cast, START)
    agreement = stage.agreement_of(session, project)
    with pytest.raises(Refused, match="当前状态"):
        actions.sign(session, agreement, by=cast.leader.viewer(session, START), at=START)
    actions.sign_org(session, agreement, by=cast.lead.viewer(session, START), at=START)
    assert project.state == "opened"
    with pytest.raises(Refused, match="另一个单位主办"):
        actions.sign(session, agreement, by=cast.street.viewer(session, START), at=START)
    actions.sign(session, agreement, by=cast.leader.viewer(session, START), at=START)
    assert project.state == "delivering"
    assert agreement.signed_id == cast.leader.id
    assert session.scalars(sa.select(Need.state)).all() == ["delivering"]
    assert project.due_at is not None
    assert project.due_at.date() == date(2027, 2, 28)


def test_a_void_agreement_is_drafted_anew(session, cast):
    project = stage.opened(session, cast, START)
    old = stage.agreement_of(session, project)
    actions.void(session, old, note="乙方名称有误", by=cast.officer.viewer(session, START), at=START)
    found = one.parts(session, project, cast.officer.viewer(session, START))
    assert old.state == "void"
    assert found.agreement is not None
    assert found.agreement.state == "drafted"


def test_a_recorded_activity_adds_up_on_its_project(session, cast):
    project = stage.delivering(session, cast, START)
    milestone = session.scalars(sa.select(Milestone).where(Milestone.project_id == project.id).order_by(Milestone.id)).first()
    stage.activity(session, cast, project, START, persons=20, visits=30, milestone_id=milestone.id, counted=1)
    stage.activity(session, cast, project, START, persons=5, visits=5, milestone_id=milestone.id, counted=2)
    assert (project.persons, project.visits, milestone.done) == (25, 35, 3)
    assert damages(session) == []
    session.execute(sa.text("UPDATE projects SET visits = 99"))
    session.expire_all()
    assert len(damages(session)) == 1


def test_an_activity_without_its_sign_in_sheet_is_refused(session, cast):
    project = stage.delivering(session, cast, START)
    by = cast.member.viewer(session, START)
    activity = actions.plan_activity(session, project, title="义诊", place="广场", planned_on=date(2026, 3, 2), by=by, at=START)
    with pytest.raises(Refused) as refused:
        actions.record_activity(
            session, activity, held_on=date(2026, 3, 2), place="广场", persons=5, visits=5, photos=[stage.picture()], by=by, at=START
        )
    assert [r.place for r in refused.value.refusals] == ["sign_in"]


def test_a_visit_that_finds_fault_opens_a_rectification(session, cast):
    project = stage.delivering(session, cast, START)
    by = cast.worker.viewer(session, START)
    with pytest.raises(Refused, match="整改期限"):
        actions.visit(
            session,
            project,
            held_on=date(2026, 3, 2),
            found="签到不全",
            verdict="rectify",
            demand="补齐",
            due_on=date(2026, 3, 2),
            by=by,
            at=START,
        )
    done = actions.visit(
        session,
        project,
        held_on=date(2026, 3, 2),
        found="签到不全",
        verdict="rectify",
        demand="补齐签到",
        due_on=date(2026, 3, 20),
        by=by,
        at=START,
    )
    finding = session.scalars(sa.select(Rectification)).one()
    assert (finding.state, finding.visit_id, done.area_code) == ("ordered", done.id, TAO)
    actions.answer_rectification(session, finding, note="已补齐", proofs=[stage.picture()], by=cast.member.viewer(session, START), at=START)
    actions.insist(session, finding, note="还差一场", by=by, at=START)
    actions.answer_rectification(session, finding, note="都补齐了", by=cast.member.viewer(session, START), at=START)
    actions.close_rectification(session, finding, by=by, at=START)
    record = session.scalars(sa.select(Record).where(Record.kind == "rectify")).one()
    assert finding.state == "closed"
    assert record.until_day == date(2026, 3, 2)


def test_a_press_asks_for_proof_by_a_day_and_holds_no_money(session, cast):
    project = stage.delivering(session, cast, START)
    street = cast.street.viewer(session, START)
    with pytest.raises(Refused, match="晚于今天"):
        actions.press(session, project, demand="补记活动", due_on=date(2026, 3, 2), by=street, at=START)
    order = actions.press(session, project, demand="补记活动", due_on=date(2026, 3, 10), proof=True, by=street, at=START)
    assert (order.kind, order.title) == ("press", "金阊街道办事处督办")
    assert session.scalar(sa.select(sa.func.count()).select_from(Record).where(Record.kind == "rectify")) == 0
    assert facts_of_project(session, project, street, START).open_rectifications == 0
    late = START + timedelta(days=9)
    assert (actions.tell_overdue(session, START), actions.tell_overdue(session, late), actions.tell_overdue(session, late)) == (0, 1, 0)
    told = set(session.scalars(sa.select(Message.person_id).where(Message.title.contains("督办逾期"))))
    assert {cast.lead.id, cast.street.id, cast.officer.id} <= told
    member = cast.member.viewer(session, START)
    with pytest.raises(Refused, match="照片或材料"):
        actions.answer_rectification(session, order, note="补好了", by=member, at=late)


def test_a_visit_keeps_what_those_served_said(session, cast):
    project = stage.delivering(session, cast, START)
    by = cast.worker.viewer(session, START)
    done = actions.visit(
        session, project, held_on=date(2026, 3, 2), began=time(9, 30), place="社区活动室", asked=3, voice="希望周末也有",
        found="秩序好", verdict="good", by=by, at=START,
    )  # fmt: skip
    assert (done.began, done.place, done.asked, done.voice) == (time(9, 30), "社区活动室", 3, "希望周末也有")


def test_only_those_of_the_place_supervise(session, cast):
    project = stage.delivering(session, cast, START)
    with pytest.raises(Refused, match="不在您的辖区"):
        actions.visit(
            session, project, held_on=date(2026, 3, 2), found="好", verdict="good", by=cast.far_worker.viewer(session, START), at=START
        )


def test_progress_is_written_submitted_returned_and_accepted(session, cast):
    project = stage.delivering(session, cast, START)
    by, officer = cast.member.viewer(session, START), cast.officer.viewer(session, START)
    report = actions.start_progress(session, project, period="2026-02", title="2026-02 进展报告", by=by, at=START)
    with pytest.raises(Refused, match="已经有了"):
        actions.start_progress(session, project, period="2026-02", title="2026-02 进展报告", by=by, at=START)
    with pytest.raises(Refused, match="做了什么"):
        actions.submit_progress(session, report, by=by, at=START)
    actions.edit_progress(session, report, done="入户 20 户", problems="", next_steps="继续", by=by, at=START)
    actions.submit_progress(session, report, by=by, at=START)
    assert report.figures["visits"] == 0
    assert report.due_at is not None
    with pytest.raises(Refused, match="不能再改"):
        actions.edit_progress(session, report, done="改", problems="", next_steps="改", by=by, at=START)
    take_step(session, report, "return", by=officer, at=START, note="请写明人数")
    actions.edit_progress(session, report, done="入户 20 户 25 人", problems="", next_steps="继续", by=by, at=START)
    actions.submit_progress(session, report, by=by, at=START)
    take_step(session, report, "accept", by=officer, at=START)
    assert report.state == "accepted"


def test_a_need_of_two_projects_waits_for_both(session, cast):
    project = stage.delivering(session, cast, START)
    need = session.scalars(sa.select(Need)).one()
    project.state = "accepted"
    other = make.application(session, cast, START, _call(session, project), state="awarded", title="另一个", awarded_fen=Money(1))
    session.add(stage.ApplicationNeed(application_id=other.id, need_id=need.id))
    second = make.project(session, cast, START, other)
    assert actions.resolve_needs(session, project, by=cast.officer.viewer(session, START), at=START) == 0
    second.state = "accepted"
    session.flush()
    assert actions.resolve_needs(session, project, by=cast.officer.viewer(session, START), at=START) == 1
    assert need.state == "resolved"


def _call(session, project):
    return session.get(stage.Call, project.call_id)


def test_a_terminated_project_gives_its_needs_back(session, cast):
    project = stage.delivering(session, cast, START)
    need = session.scalars(sa.select(Need)).one()
    project.state = "terminated"
    session.flush()
    assert actions.relist_needs(session, project, note="单位注销", by=cast.officer.viewer(session, START), at=START) == 1
    assert need.state == "listed"


def test_the_overview_counts_by_community_and_names_what_needs_attention(session, cast):
    project = stage.delivering(session, cast, START)
    stage.activity(session, cast, project, START)
    far = make.project(
        session,
        cast,
        START,
        make.application(session, cast, START, _call(session, project), state="awarded", title="别处", awarded_fen=Money(1)),
    )
    street = cast.street.viewer(session, START)
    [changmen, tao] = sorted(lists.over_communities(session, street, START), key=lambda row: row.name, reverse=True)
    assert {changmen.code, tao.code} == {TAO, CHANGMEN}
    row = next(r for r in lists.over_communities(session, street, START) if r.code == TAO)
    assert (row.projects, row.running, row.late, row.last_activity, row.last_visit) == (2, 2, 0, date(2026, 3, 2), None)
    assert [a.title for a in lists.needing_attention(session, street, START)] == [far.title]
    much_later = START + timedelta(days=400)
    assert next(r for r in lists.over_communities(session, street, much_later) if r.code == TAO).late == 2
    assert lists.over_communities(session, cast.far_street.viewer(session, START), START) == []


def test_urging_tells_the_organisation_and_stays_in_the_story(session, cast):
    project = stage.delivering(session, cast, START)
    before = session.scalar(sa.select(sa.func.count()).select_from(Message))
    actions.urge(session, project, note="请补记九月活动", by=cast.street.viewer(session, START), at=START)
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == before + 3
    assert journal.lines(session, [project.ref])[0].step == "urge"
