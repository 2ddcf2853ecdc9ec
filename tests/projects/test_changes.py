"""Changes on the way: what is free, what waits for approval, and that the grant never moves."""

import random
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests.conftest import START
from tests.projects import stage
from webapp.accounts.models import Record
from webapp.core import journal
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import Refused, take_step
from webapp.projects import actions, queries, rules
from webapp.projects.models import BudgetLine, Change, Milestone
from webapp.projects.queries import one
from webapp.projects.rules.changes import ChangeFacts, LineMove, free_left

UP = LineMove("物资", Money(1000), Money(0), Money(1000), Money(400), Money(1000), Money(100))
DOWN = LineMove("补贴", Money(2000), Money(0), Money(2000), Money(1900), Money(2000), Money(-100))
CHANGE = ChangeFacts(True, "delivering", "budget", date(2026, 5, 1), date(2026, 3, 1), None, (UP, DOWN), 10)


def codes(step, facts):
    found = []
    for rule in rules.REQUIRED[step]:
        said = rule(facts) or []
        found += [one.code for one in (said if isinstance(said, list) else [said])]
    return found


def moved(up, down, **more):
    return {"moves": (replace(UP, delta=Money(up), **more), replace(DOWN, delta=Money(down)))}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None), ({"project": "archived"}, "project"), ({"acts_for": False}, "organiser"), ({"moves": ()}, "amount"), (moved(101, -101), "amount"),
        (moved(100, -99), "total"), (moved(100, -100, seen=Money(999)), "stale"), (moved(-700, 700), "amount"), (moved(-600, 600), None),
        ({"kind": "time"}, "ends_on"), ({"kind": "time", "ends_on": date(2026, 4, 30)}, "ends_on"), ({"kind": "people", "moves": ()}, None),
        ({"kind": "time", "ends_on": date(2026, 5, 1)}, None),
    ],
)  # fmt: skip
def test_what_a_change_needs(change, code):
    assert codes("change.approve", replace(CHANGE, **change)) == ([code] if code else [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, []), ({"free_percent": 9}, ["approval"]), ({"free_percent": 0}, ["approval"]), (moved(100, -100, used=Money(1)), ["approval"]),
        (moved(100, -100, base=Money(999)), ["approval"]), ({"kind": "people", "moves": ()}, ["approval"]), ({"project": "suspended"}, ["project"]),
        ({"acts_for": False}, []),
    ],
)  # fmt: skip
def test_what_takes_effect_without_approval(change, code):
    assert codes("change.apply", replace(CHANGE, **change)) == code


def test_what_is_left_to_move_freely_is_never_below_nought():
    assert free_left(Money(1005), Money(0), 10) == Money(100)
    assert free_left(Money(1000), Money(150), 10) == Money(0)
    assert free_left(Money(-50), Money(0), 10) == Money(0)


def lines(session, project):
    return session.scalars(
        sa.select(BudgetLine)
        .where(BudgetLine.project_id == project.id)
        .order_by(BudgetLine.position)
        .execution_options(populate_existing=True)
    ).all()


def move(session, cast, project, fen, why="物资涨价"):
    """Move so much from the second line to the first, as the organisation asks for it."""
    first, second = lines(session, project)
    amounts = {first.id: first.grant_fen + Money(fen), second.id: second.grant_fen - Money(fen)}
    proposal = actions.propose_budget(session, project, amounts=amounts)
    return actions.request_change(session, project, "budget", proposal, why=why, by=cast.lead.viewer(session, START), at=START)


def damages(session):
    return [found for check in queries.CHECKS.values() for found in check(session)]


def test_within_the_percent_it_stands_at_once_and_the_organiser_is_told(session, cast):
    project = stage.delivering(session, cast, START)  # 30,000 and 20,000, of which 10 % may move
    change = move(session, cast, project, 150_000)
    assert (change.state, change.effective_at) == ("applied", START)
    assert [(x.grant_fen, x.base_fen, x.free_fen) for x in lines(session, project)] == [
        (Money(3_150_000), Money(3_000_000), Money(150_000)),
        (Money(1_850_000), Money(2_000_000), Money(150_000)),
    ]
    assert [entry.step for entry in journal.lines(session, [change.ref])] == ["apply", "create"]
    told = session.scalars(sa.select(Message.person_id).where(Message.subject == change.ref)).all()
    assert cast.officer.id in told
    again = move(session, cast, project, 50_001)  # together 200,001 of the second line's 200,000
    assert again.state == "requested"
    assert (
        "还剩 500.00 元"
        in actions.propose_budget(
            session,
            project,
            amounts={x.id: x.grant_fen + Money(d) for x, d in zip(lines(session, project), (50_001, -50_001), strict=True)},
        ).why_not[0]
    )
    take_step(session, again, "withdraw", by=cast.lead.viewer(session, START), at=START)
    back = move(session, cast, project, -50_000)  # moving back uses the percent up as well
    assert back.state == "applied"
    assert [x.free_fen for x in lines(session, project)] == [Money(200_000), Money(200_000)]
    assert move(session, cast, project, 1).state == "requested"
    assert damages(session) == []


def test_above_it_the_organiser_decides_and_the_base_moves_along(session, cast):
    project = stage.delivering(session, cast, START)
    change = move(session, cast, project, 500_000)
    assert change.state == "requested"
    assert change.items[0] == {"what": lines(session, project)[0].title, "before": "30,000.00 元", "after": "35,000.00 元"}
    other = move(session, cast, project, 600_000)
    actions.approve_change(session, change, by=cast.officer.viewer(session, START), at=START)
    assert [(x.grant_fen, x.base_fen) for x in lines(session, project)] == [(Money(3_500_000),) * 2, (Money(1_500_000),) * 2]
    with pytest.raises(Refused, match="按现在的预算重新申请"):
        actions.approve_change(session, other, by=cast.officer.viewer(session, START), at=START)
    first, second = lines(session, project)
    with pytest.raises(Refused, match="资助总额不能改变"):
        actions.propose_budget(session, project, amounts={first.id: Money(3_600_000), second.id: Money(1_500_000)})
    with pytest.raises(Refused, match="没有科目"):
        actions.propose_budget(session, project, amounts={first.id: first.grant_fen})
    with pytest.raises(Refused, match="本项目的预算科目"):
        actions.propose_budget(session, project, amounts={10**9: Money(1)})
    assert damages(session) == []


def test_no_sequence_of_free_changes_leaves_its_percent_or_the_grant(session, cast):
    """Whatever is tried, every line stays within 10 % of its base by what was free, and the lines add up to the grant."""
    project = stage.delivering(session, cast, START)
    lead, officer = cast.lead.viewer(session, START), cast.officer.viewer(session, START)
    die = random.Random(20260301)
    applied = 0
    for _ in range(12):
        fen = die.choice((1, 999, 40_000, 75_000, 120_000, 400_000)) * die.choice((1, -1))
        change = move(session, cast, project, fen)
        applied += change.state == "applied"
        if change.state == "requested":
            if die.random() < 0.3:
                actions.approve_change(session, change, by=officer, at=START)
            else:
                take_step(session, change, "withdraw", by=lead, at=START)
        now = lines(session, project)
        assert sum((x.grant_fen for x in now), Money(0)) == project.granted_fen
        changes = session.scalars(sa.select(Change).where(Change.state == "applied")).all()
        for line in now:
            used = sum(abs(m["delta_fen"]) for c in changes for m in c.moves if m["line"] == line.id)
            assert line.free_fen.fen == used
            assert abs((line.grant_fen - line.base_fen).fen) <= used
        if change.state == "applied":
            assert all(x.free_fen.fen * 10 <= x.base_fen.fen for x in now)
    assert applied
    assert damages(session) == []


def test_the_database_itself_holds_a_line_within_what_was_moved(session, cast):
    project = stage.delivering(session, cast, START)
    first, _ = lines(session, project)
    first.grant_fen += Money(1)
    with pytest.raises(sa.exc.IntegrityError, match="moved_within_free"):
        session.flush()
    session.rollback()


def test_a_deferral_moves_the_indicators_the_record_and_tells_who_waits(session, cast):
    project = stage.delivering(session, cast, START)
    proposal = actions.propose_time(session, project, ends_on=date(2027, 4, 30))
    assert proposal.items[0] == ("结束日期", "2027年2月28日", "2027年4月30日")
    assert len(proposal.items) == 3
    change = actions.request_change(session, project, "time", proposal, why="暑期停课", by=cast.lead.viewer(session, START), at=START)
    assert (change.state, project.ends_on) == ("requested", date(2027, 2, 28))
    actions.approve_change(session, change, by=cast.officer.viewer(session, START), at=START)
    assert project.ends_on == date(2027, 4, 30)
    assert project.due_at.date() == date(2027, 4, 30)
    days = session.scalars(sa.select(Milestone.due_on).where(Milestone.project_id == project.id).execution_options(populate_existing=True))
    assert set(days) == {date(2027, 4, 30)}
    until = sa.select(Record.until_day).where(Record.kind == "award", Record.subject == project.ref)
    assert session.scalar(until) == date(2027, 4, 30)
    told = session.execute(sa.select(Message.person_id, Message.title).where(Message.title.contains("延期到"))).all()
    assert {cast.accountant.id, cast.evaluator.id} <= {person for person, _ in told}
    for day, words in ((date(2027, 4, 30), "一样"), (date(2026, 3, 1), "晚于")):
        with pytest.raises(Refused, match=words):
            actions.propose_time(session, project, ends_on=day)


def test_a_changed_target_counts_from_its_approval(session, cast):
    project = stage.delivering(session, cast, START)
    goal = session.scalars(sa.select(Milestone).where(Milestone.project_id == project.id).order_by(Milestone.id)).first()
    proposal = actions.propose_content(session, project, milestone_id=goal.id, target=15)
    change = actions.request_change(session, project, "content", proposal, why="场地缩小", by=cast.lead.viewer(session, START), at=START)
    assert goal.target == 20
    actions.approve_change(session, change, by=cast.officer.viewer(session, START), at=START)
    assert goal.target == 15
    with pytest.raises(Refused, match="新的目标值"):
        actions.propose_content(session, project, milestone_id=goal.id, target=15)
    with pytest.raises(Refused, match="哪一项"):
        actions.propose_content(session, project)


@pytest.fixture
def at_work(app, engine, cast):
    with transaction(engine) as session:
        return stage.delivering(session, cast, START).id


def test_a_small_change_of_the_budget_is_compared_and_confirmed(site, saved, at_work, cast):
    page = site.as_(cast.lead).open("projects.show", id=at_work).click("申请变更").click("预算变更")
    assert "还可自行调整 3,000.00 元" in page
    first, second = saved(lambda s: [x.id for x in one.lines_of(s, at_work)])
    page = page.submit("看调整前后对照", **{f"amount_{first}": "31000", f"amount_{second}": "19500"}, why="涨价")
    assert page.status == 422
    assert "合计多出 500.00 元" in page
    page = page.submit("看调整前后对照", **{f"amount_{second}": "19000"})
    assert page.status == 200
    assert "30,000.00 元" in page
    assert "31,000.00 元" in page
    assert "确认后当时生效" in page
    assert saved(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Change))) == 0
    page = page.submit("返回修改")
    assert page.tree.xpath(f'//input[@name="amount_{first}"]/@value') == ["31000"]
    page = page.submit("看调整前后对照").submit("确认调整")
    assert "幅度内已调整" in page
    assert "不用审批" in page
    assert "31,000.00" in site.as_(cast.officer).open("projects.show", id=at_work)
    page = site.as_(cast.lead).open("projects.change_new", id=at_work, kind="budget")
    page = page.submit("看调整前后对照", **{f"amount_{first}": "36000", f"amount_{second}": "14000"}, why="再涨")
    assert "需要主办单位审批" in page
    page = page.submit("提交申请")
    assert "待审批" in page
    change = saved(lambda s: s.scalars(sa.select(Change.id).order_by(Change.id.desc())).first())
    assert "已同意" in site.as_(cast.officer).open("projects.change_show", id=change).submit("同意变更")


def test_other_changes_are_asked_for_approved_refused_and_withdrawn(site, saved, at_work, cast):
    page = site.as_(cast.lead).open("projects.change_new", id=at_work).click("时间变更")
    page = page.submit("提交申请", why="暑期顺延")
    assert page.status == 422
    assert "和现在一样" in page
    page = page.submit("提交申请", ends_on="2027-04-30")
    assert "指标“陪伴活动”的期限" in page
    change = saved(lambda s: s.scalars(sa.select(Change.id)).one())
    assert "另一个单位" not in site.as_(cast.street).open("projects.change_show", id=change)
    page = site.as_(cast.officer).open("projects.change_show", id=change).submit("同意变更")
    assert "已同意" in page
    assert "2027年4月30日" in site.as_(cast.lead).open("projects.show", id=at_work)
    page = site.as_(cast.lead).open("projects.change_new", id=at_work, kind="people")
    page = page.submit("提交申请", post="项目负责人", before="甲", after="乙", why="离职")
    second = saved(lambda s: s.scalars(sa.select(Change.id).where(Change.kind == "people")).one())
    assert "未同意" in site.as_(cast.officer).open("projects.change_show", id=second).submit("确认不同意", note="资质不够")
    page = site.as_(cast.lead).open("projects.change_new", id=at_work, kind="content")
    page = page.submit("提交申请", what="地点", before="室外", after="室外", why="天冷")
    assert "要和变更前不同" in page
    page = page.submit("提交申请", after="室内")
    assert "已撤回" in page.submit("撤回申请")
    assert site.as_(cast.member).open("projects.change_new", id=at_work).status == 403
