"""回避 over a project's whole life: who is tied to its organisation finds nothing of it; a colleague does all of it."""

from __future__ import annotations

import json
from datetime import date

import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.evaluation.walk import community
from tests.funding.walk import claim, paid, planned
from tests.projects import stage
from webapp.accounts.models import Membership
from webapp.calls.models import Call
from webapp.core.workflow import NotAllowed, Refused, take_step
from webapp.evaluation import actions as evaluating
from webapp.evaluation.models import Evaluation
from webapp.funding.models import Batch
from webapp.projects import actions
from webapp.projects.models import Agreement, Project, Rectification
from webapp.reporting.queries.asked import Wish, subjects
from webapp.reviews.actions import declare_tie

OURS = "晨光社会工作服务中心"


@pytest.fixture
def parts(app, saved, cast) -> dict[str, str]:
    """A project with something of each kind; gives the address of each by its kind."""

    def fill(session):
        project, tranches = planned(session, cast)
        paid(session, cast, tranches[0])
        activity = stage.activity(session, cast, project, START)
        spending = claim(session, cast, project)
        demand = {"verdict": "rectify", "demand": "补齐签到", "due_on": date(2026, 3, 20)}
        visit = actions.visit(
            session, project, held_on=date(2026, 3, 2), found="签到不全", **demand, by=cast.worker.viewer(session, START), at=START
        )
        rectification = session.scalars(sa.select(Rectification)).one()
        take_step(session, rectification, "answer", by=cast.member.viewer(session, START), at=START, note="已补齐")
        evaluation = evaluating.create(session, project, "midterm", by=cast.officer.viewer(session, START), at=START)
        agreement = session.scalars(sa.select(Agreement)).one()
        batch = session.scalars(sa.select(Batch)).one()
        return {
            "project": f"/projects/{project.id}", "activity": f"/activities/{activity.id}", "visit": f"/visits/{visit.id}",
            "rectification": f"/rectifications/{rectification.id}", "agreement": f"/agreements/{agreement.id}",
            "tranche": f"/tranches/{tranches[0].id}", "batch": f"/batches/{batch.id}", "spending": f"/spendings/{spending.id}",
            "evaluation": f"/evaluations/{evaluation.id}", "plan": f"/projects/{project.id}/plan",
        }  # fmt: skip

    return saved(fill)


def told(site, who, project: tuple[str, str], paths: list[str]) -> list[str]:
    """Those of some pages that name a project, as a page or as JSON; what was typed into the address is told back and does not count."""
    client, found = site.as_(who).client, []
    for path in paths:
        for accept in ("text/html", "application/json"):
            reply = client.get(path, headers={"Accept": accept})
            said = json.dumps(reply.get_json(), ensure_ascii=False) if reply.is_json else reply.get_data(as_text=True)
            if any(words in said for words in project if words not in path):
                found.append(f"{path} {accept}")
    return found


def test_a_tied_officer_finds_nothing_of_a_project_and_a_colleague_all(site, saved, parts, cast, count_queries):
    number, title, fund = saved(
        lambda s: s.execute(sa.select(Project.number, Project.title, Call.fund_id).join(Call, Call.id == Project.call_id)).one()
    )
    lists = ["/projects", f"/search?q={number}", "/projects/overview", "/tranches", "/spendings", f"/funds/{fund}/book"]
    before = told(site, cast.officer, (number, title), lists)
    assert {one.split()[0] for one in before} == set(lists), "each would tell of it: so each proves something"
    assert {site.as_(cast.officer).get(path).status for path in parts.values()} == {200}
    overview = [one["projects"] for one in site.as_(cast.officer).json("/projects/overview")["communities"]]

    said = site.as_(cast.officer).get("/aside").submit("登记", person_id=cast.officer.id, organisation=OURS, kind="family")
    assert "已登记回避" in said.text
    assert told(site, cast.officer, (number, title), [*lists, "/desk", f"/search?q={title}", f"/projects?q={title}"]) == []
    assert site.as_(cast.officer).json("/projects")["page"]["rows"] == []
    assert sum(overview) > 0
    assert site.as_(cast.officer).json("/projects/overview")["communities"] == []
    assert {path: site.as_(cast.officer).get(path).status for path in parts.values()} == dict.fromkeys(parts.values(), 403)
    for path in parts.values():
        assert site.as_(cast.officer).client.get(path, headers={"Accept": "application/json"}).status_code == 403
    page = site.as_(cast.officer).get(parts["spending"])
    assert "应当回避" in page.text
    assert "可以办理的有：姑苏区民政局" in page.text
    with count_queries(most=12):
        desk = site.as_(cast.officer).open("desk.home")
    assert OURS in desk
    assert "可以办理的有：姑苏区民政局" in desk
    assert "应当回避，不显示" in site.as_(cast.officer).get(f"/funds/{fund}/book")

    def exported(session, who):
        return [one.number for one in subjects(session, Wish(START, viewer=who.viewer(session, START)))]

    assert saved(lambda s: exported(s, cast.officer)) == []
    assert saved(lambda s: exported(s, cast.head)) == [number]
    assert {one.split()[0] for one in told(site, cast.head, (number, title), lists)} == set(lists)
    assert {site.as_(cast.head).get(path).status for path in parts.values()} == {200}
    with pytest.raises(NotAllowed):
        saved(lambda s: take_step(s, s.scalars(sa.select(Project)).one(), "suspend", by=cast.officer.viewer(s, START), at=START, note="试"))


def test_the_same_holds_for_who_pays_evaluates_and_operates(site, saved, parts, cast):
    def tie(session):
        for who in (cast.accountant, cast.evaluator, cast.operator, cast.auditor, cast.street):
            declare_tie(session, who.id, cast.chenguang)

    reach = {
        who: site.as_(getattr(cast, who)).get(parts["project"]).status
        for who in ("accountant", "evaluator", "operator", "auditor", "street")
    }
    assert set(reach.values()) == {200}
    saved(tie)
    for who in reach:
        visitor = site.as_(getattr(cast, who))
        assert visitor.get(parts["project"]).status == 403
        assert visitor.json("/projects")["page"]["rows"] == []
    assert site.as_(cast.accountant).get(parts["batch"]).status == 403
    assert site.as_(cast.accountant).json("/batches")["page"]["rows"] == []
    assert site.as_(cast.lead).get(parts["project"]).status == 200, "its own people see their own project"


def test_where_nobody_of_an_office_is_left_the_desk_says_how_it_goes_on(site, saved, parts, cast):
    saved(lambda s: declare_tie(s, cast.street.id, cast.chenguang))
    assert "可以办理的有：金阊街道办事处 冯强" in site.as_(cast.street).open("desk.home")
    saved(lambda s: declare_tie(s, cast.street_two.id, cast.chenguang))
    desk = site.as_(cast.street).open("desk.home")
    assert OURS in desk
    assert "本单位没有别人可以办理" in desk
    assert "代理人" in desk

    def hand_over(session):
        post = session.scalars(sa.select(Membership).where(Membership.person_id == cast.street.id)).one()
        post.deputy_id, post.away_from, post.away_until = cast.far_street.id, date(2026, 3, 1), date(2026, 3, 31)

    saved(hand_over)
    assert "本单位没有别人可以办理" not in site.as_(cast.street).open("desk.home")
    assert site.as_(cast.far_street).get(parts["project"]).status == 200, "the deputy stands aside by relations of his own alone"
    saved(lambda s: declare_tie(s, cast.far_street.id, cast.chenguang))
    assert site.as_(cast.far_street).get(parts["project"]).status == 403


def test_a_tied_person_of_the_community_sees_and_does_not_judge(site, saved, parts, cast):
    said = site.as_(cast.worker).get("/aside").submit("登记", person_id=cast.worker.id, organisation=OURS, kind="family")
    assert "已登记回避" in said.text
    assert {site.as_(cast.worker).get(parts[kind]).status for kind in ("project", "activity", "visit", "rectification")} == {200}

    seen = {"held_on": date(2026, 3, 2), "found": "好", "verdict": "good", "at": START}
    acts = {
        "visit": lambda s, who: actions.visit(s, s.scalars(sa.select(Project)).one(), **seen, by=who.viewer(s, START)),
        "rectification": lambda s, who: take_step(s, s.scalars(sa.select(Rectification)).one(), "close", by=who.viewer(s, START), at=START),
        "evaluation": lambda s, who: community(s, who, s.scalars(sa.select(Evaluation)).one(), 90),
    }
    for kind, act in acts.items():
        with pytest.raises(Refused) as caught:
            saved(lambda s, act=act: act(s, cast.worker))
        assert {one.code for one in caught.value.refusals} == {"tie"}, kind
        saved(lambda s, act=act: act(s, cast.worker_two))
