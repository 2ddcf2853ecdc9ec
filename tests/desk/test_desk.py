"""The desk: what waits for whom, figures, search, inbox, jobs, files."""

import io
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests import make
from tests.cast import CHANGMEN, PINGJIANG, TAO
from tests.conftest import START
from webapp import workflows
from webapp.ballots.models import Ballot, Participant
from webapp.book import actions as book
from webapp.calls.models import Fund
from webapp.calls.rules import template
from webapp.core import files, jobs, outbox, search, web
from webapp.core.clock import CHINA
from webapp.core.db import transaction
from webapp.core.scope import model_named
from webapp.desk import queries
from webapp.desk.queries import waiting_states
from webapp.doubts.models import Doubt
from webapp.reviews.models import Opinion
from webapp.workflows import LANDING


def todo_of(session, person):
    return [(one.todo, one.title) for one in queries.todos(session, person.viewer(session, START)).rows]


def call_of(session, cast, **more):
    return make.call(session, cast, START, rules=template().to_json(), **more)


def test_every_workflow_has_its_table(engine):
    assert [workflow.name for workflow in workflows.ALL if model_named(workflow.name) is None] == []


def test_what_waits_for_whom(session, cast):
    make.need(session, START, state="collected", title="路灯坏了")
    make.need(session, START, state="accepted", title="已受理的")
    make.need(session, START, state="resolved", title="办好的", person=cast.granny)
    assert todo_of(session, cast.worker) == [("待受理", "路灯坏了")]
    assert todo_of(session, cast.far_worker) == []
    assert todo_of(session, cast.officer) == []
    assert todo_of(session, cast.granny) == [("请您评价", "办好的")]
    assert todo_of(session, cast.resident) == []


def test_an_application_waits_first_for_its_organisation_then_for_the_operator(session, cast):
    call = call_of(session, cast)
    make.application(session, cast, START, call, state="draft", title="草稿")
    make.application(session, cast, START, call, state="submitted", title="已交")
    assert todo_of(session, cast.lead) == [("待提交", "草稿")]
    assert todo_of(session, cast.rival) == []
    assert todo_of(session, cast.operator) == [("待资格初审", "已交")]
    assert ("待资格初审", "已交") in todo_of(session, cast.officer)
    assert todo_of(session, cast.far_officer) == []
    assert todo_of(session, cast.expert1) == []


def test_money_waits_for_two_different_desks(session, cast):
    from webapp.funding.models import Tranche

    project = make.project(
        session, cast, START, make.application(session, cast, START, call_of(session, cast), state="awarded", awarded_fen=Money(1))
    )
    for state, title in (("prepared", "第一期"), ("checked", "第二期")):
        tranche = Tranche(project_id=project.id, position=len(title) + len(state), title=title, amount_fen=Money(100), trigger="signed")
        make.at_state(session, tranche, state, START)
    claimable = Tranche(
        project_id=project.id, position=9, title="第三期", amount_fen=Money(100), trigger="accepted", reached_at=START + timedelta(days=90)
    )
    make.at_state(session, claimable, "planned", START)
    waiting = queries.todos(session, cast.lead.viewer(session, START)).rows
    assert [one.state_at for one in waiting if one.title == "第三期"] == [START + timedelta(days=90)], "since when it may be claimed"
    assert ("拨款待财务审核", "第一期") in todo_of(session, cast.accountant)
    assert ("拨款待批准", "第二期") in todo_of(session, cast.leader)
    assert ("拨款待批准", "第二期") not in todo_of(session, cast.accountant)
    assert todo_of(session, cast.far_leader) == []


def test_a_street_is_not_asked_for_what_another_office_organises(session, cast):
    """A district's project lands in the street; the district's officers decide, and the street only of its own."""
    district = call_of(session, cast, state="ranked")
    own = call_of(session, cast, state="ranked", money=session.get_one(Fund, district.fund_id))
    district.title, own.title = "区里的征集", "街道的征集"
    own.area_code, own.organiser_id, own.payer_id = "320508019", cast.offices["jinchang"], cast.offices["jinchang"]
    own.operator_id = own.evaluator_id = None
    for call, title in ((district, "区里的项目"), (own, "街道的项目")):
        of = make.application(session, cast, START, call, state="awarded", title=title, awarded_fen=Money(1))
        project = make.project(session, cast, START, of, state="evaluated")
        doubt = Doubt(project_id=project.id, kind="whole", title=f"{title}的疑点", subject=f"spending:{project.id}", evidence={})
        make.at_state(session, doubt, "found", START)
    session.flush()
    street = {("拟立项名单待集体研究", "街道的征集"), ("待归档", "街道的项目"), ("疑点待核实", "街道的项目的疑点")}
    assert set(todo_of(session, cast.street)) == street
    assert ("疑点待核实", "区里的项目的疑点") in todo_of(session, cast.officer)
    assert ("待归档", "区里的项目") in todo_of(session, cast.officer)
    assert ("待归档", "街道的项目") in todo_of(session, cast.officer), "a bureau over the street acts for it too"
    assert ("拟立项名单待集体研究", "区里的征集") in todo_of(session, cast.head)


def test_stages_that_are_off_are_passed_over():
    ways = set(queries.waiting_states(workflows.APPLICATION, workflows.APPLICATION.step("rank")))
    assert ("elected", frozenset()) in ways
    assert ("scored", frozenset({"residents"})) in ways
    assert ("eligible", frozenset({"residents", "panel", "street", "coreview"})) in ways
    assert ("submitted", frozenset()) not in ways


def test_a_stage_in_the_list_of_an_object_is_seen_in_sql(session, cast):
    from webapp.applications.models import Application

    call = call_of(session, cast)
    for title, stages in (("有评选", ["panel", "residents"]), ("无评选", ["panel"])):
        make.application(session, cast, START, call, state="scored", title=title).stages = stages
    session.flush()
    waits = queries._waits(Application, workflows.APPLICATION, workflows.APPLICATION.step("rank"))
    assert session.scalars(sa.select(Application.title).where(waits)).all() == ["无评选"]
    elects = queries._waits(Application, workflows.APPLICATION, workflows.APPLICATION.step("elect"))
    assert session.scalars(sa.select(Application.title).where(elects)).all() == ["有评选"]


def test_what_is_due_comes_first_and_then_what_came_last(session, cast):
    for title, due, at in (("无期限旧", None, 0), ("后到期", 9, 0), ("先到期", 2, 0), ("无期限新", None, 1)):
        need = make.need(session, START + timedelta(hours=at), state="collected", title=title)
        need.due_at = START + timedelta(days=due) if due else None
    session.flush()
    assert [title for _, title in todo_of(session, cast.worker)] == ["先到期", "后到期", "无期限新", "无期限旧"]


def test_the_deputy_and_the_drawn_role_get_the_same_to_dos(session, cast):
    application = make.application(session, cast, START, call_of(session, cast), state="eligible")
    make.at_state(
        session, Opinion(application_id=application.id, kind="community", area_code=TAO, title="桃花坞：银龄陪伴"), "asked", START
    )
    assert todo_of(session, cast.worker) == todo_of(session, cast.worker_two) == [("协同审核待填写", "桃花坞：银龄陪伴")]
    assert ("协同审核待填写", "桃花坞：银龄陪伴") not in todo_of(session, cast.near_worker)


@pytest.mark.parametrize(
    "who",
    [
        "worker",
        "officer",
        "accountant",
        "leader",
        "street",
        "lead",
        "operator",
        "evaluator",
        "expert1",
        "granny",
        "admin",
        "auditor",
        "grid",
        "housing_clerk",
    ],
)
def test_every_role_has_a_desk_in_few_statements(site, cast, engine, count_queries, who):
    with transaction(engine) as session:
        call = call_of(session, cast)

    def fill(count):
        with transaction(engine) as session:
            for _ in range(count):
                make.need(session, START, state="collected", person=cast.granny)
                make.application(session, cast, START, call, state="submitted", title=f"项目{next(make._count)}")

    fill(3)
    site.as_().open("accounts.sign_in")  # the first page of a process asks once more: whether this is the demo
    with count_queries(most=12) as few:
        assert site.as_(getattr(cast, who)).open("desk.home").status == 200
    fill(57)
    with count_queries(exactly=len(few)):
        page = site.as_(getattr(cast, who)).open("desk.home")
    if who == "worker":
        assert "待办（60）" in page
        assert len(page.tree.xpath('//ul[@class="todo-list"]/li')) == 50
        assert "共 60 件" in page


def test_nobody_is_led_to_sign_in(site, cast):
    for endpoint in ("desk.home", "desk.search", "desk.inbox"):
        assert site.as_().open(endpoint).heading == "登录"


def test_to_dos_lead_to_their_pages_and_can_be_picked_by_kind(site, cast, engine):
    with transaction(engine) as session:
        need = make.need(session, START, state="collected", title="路灯坏了")
        make.need(session, START, state="deliberated", title="议着的")
    page = site.as_(cast.worker).open("desk.home")
    assert f"/needs/{need.id}" in page.links("办理")
    picked = page.click("议事待结论 1")
    assert "议着的" in picked
    assert "路灯坏了" not in picked
    rows = site.as_(cast.worker).json("/desk")["todos"]["rows"]
    assert {row["title"] for row in rows} == {"路灯坏了", "议着的"}


def ballot(session, area, state="open", **more):
    found = Ballot(
        number=f"P2026-{next(make._count)}", purpose="needs", subject=f"area:{area}", title=more.pop("title", "评议需求"), area_code=area,
        method="approve", most=3, opens_at=START - timedelta(days=1), closes_at=START + timedelta(days=3), key=None,
    )  # fmt: skip
    return make.at_state(session, found, state, START)


def test_ballots_where_one_lives(session, cast):
    ours, street = ballot(session, TAO, title="本社区"), ballot(session, TAO[:9], title="本街道")
    ballot(session, CHANGMEN), ballot(session, PINGJIANG), ballot(session, TAO, state="draft"), ballot(session, TAO, state="closed")
    session.add(Participant(ballot_id=street.id, who=cast.granny.ref))
    session.flush()
    found = queries.my_ballots(session, cast.granny.id, TAO, at=START)
    assert {(one.title, one.taken) for one in found} == {("本社区", False), ("本街道", True)}
    assert queries.my_ballots(session, cast.granny.id, TAO, at=ours.closes_at) == []
    assert queries.my_ballots(session, cast.granny.id, None, at=START) == []


def test_a_residents_desk(site, cast, engine):
    with transaction(engine) as session:
        make.need(session, START, state="accepted", title="我的事", person=cast.granny)
        make.need(session, START, state="accepted", title="别人的事", person=cast.resident)
        ballot(session, TAO, title="今年先办哪些")
    page = site.as_(cast.granny).open("desk.home")
    assert page.heading == "严阿婆，您好"
    assert "我的事" in page
    assert "别人的事" not in page
    assert "今年先办哪些" in page
    assert "年度预算" not in page


def test_figures_are_those_of_ones_own_area(site, cast, engine):
    with transaction(engine) as session:
        money = make.fund(session, cast)
        by = cast.accountant.viewer(session, START)
        book.budget(session, money.ref, 2026, Money(50_000_000), area_code="320508", source="test/budget", by=by, at=START)
    page = site.as_(cast.officer).open("desk.home")
    assert "年度预算" in page
    assert "50.00万元" in page.text.replace(" ", "")
    assert "50.00" not in site.as_(cast.far_officer).open("desk.home").text
    assert "年度预算" not in site.as_(cast.lead).open("desk.home")


def find(session, kind, thing, text):
    search.index(session, kind, thing.id, text)


def test_search_finds_by_two_characters_and_by_number_only_what_one_may_open(site, cast, engine, count_queries):
    with transaction(engine) as session:
        near, far = make.need(session, START, title="社区养老食堂"), make.need(session, START, title="养老助餐", area=PINGJIANG)
        call = call_of(session, cast)
        application = make.application(session, cast, START, call, title="养老陪伴")
        for kind, thing in (("need", near), ("need", far), ("application", application), ("call", call)):
            find(session, kind, thing, thing.title)
        number = near.number
    with count_queries(most=12):
        page = site.as_(cast.officer).get("/search?q=养老")
    assert "社区养老食堂" in page
    assert "养老助餐" in page
    assert "养老陪伴" in page
    worker = site.as_(cast.worker).get("/search?q=养老")
    assert "社区养老食堂" in worker
    assert "养老助餐" not in worker
    assert "社区养老食堂" in site.as_(cast.worker).get(f"/search?q={number.lower()}")
    expert = site.as_(cast.expert1).get("/search?q=养老")
    assert "养老陪伴" not in expert
    assert "没有找到" in expert
    assert "养老陪伴" not in site.as_(cast.rival).get("/search?q=养老")
    assert "养老陪伴" in site.as_(cast.lead).get("/search?q=养老")
    assert site.as_(cast.officer).json("/search?q=养老")["groups"][0]["kind"] == "need"
    assert "输入编号" in site.as_(cast.officer).get("/search?q=%20")
    assert site.as_(cast.officer).get("/search?q=%25%27%22%3Cscript%3E").status == 200


def test_the_inbox_is_ones_own_and_is_read_by_pressing(site, cast, engine):
    with transaction(engine) as session:
        need = make.need(session, START, person=cast.granny)
        outbox.tell(session, [cast.granny.id], need.ref, "您反映的事已受理", "编号在里面", at=START)
        outbox.tell(session, [cast.resident.id], need.ref, "别人的消息", "与您无关", at=START)
    visitor = site.as_(cast.granny)
    page = visitor.open("desk.inbox")
    assert "您反映的事已受理" in page
    assert "别人的消息" not in page
    assert "1 条未读" in visitor.open("desk.home")
    assert page.submit("去看看：您反映的事已受理").path == f"/needs/{need.id}"
    page = visitor.open("desk.inbox")
    assert "未读" not in page
    with transaction(engine) as session:
        foreign = session.scalar(sa.select(outbox.Message.id).where(outbox.Message.person_id == cast.resident.id))
    page = site.as_(cast.resident).open("desk.inbox")
    token = page.tree.xpath('//input[@name="csrf_token"]/@value')[0]
    own = visitor.open("accounts.account").tree.xpath('//input[@name="csrf_token"]/@value')[0]
    assert visitor.post(f"/inbox/{foreign}/read", {"csrf_token": own}).status == 404
    assert "已全部标为已读" in page.visitor.post("/inbox/read", {"csrf_token": token})


def test_a_job_is_shown_to_who_asked_for_it(site, cast, engine):
    with transaction(engine) as session:
        job = jobs.enqueue(session, "any", {}, person_id=cast.officer.id, at=START)
        key = job.id
    page = site.as_(cast.officer).open("desk.job", id=key)
    assert "排队中" in page
    assert page.tree.xpath('//*[@id="job"]/@hx-trigger') == ["every 2s"]
    assert b'http-equiv="refresh"' in page.body
    assert site.as_(cast.head).open("desk.job", id=key).status == 404
    assert site.as_(cast.officer).open("desk.job", id=key + 1).status == 404
    for changes, words in (
        ({"state": "running", "progress": 3, "total": 10}, "3 / 10"),
        ({"state": "failed", "error": "ZeroDivisionError"}, "没有做成"),
        ({"state": "done", "done_at": START, "result": {"href": "/desk"}}, "打开结果"),
    ):
        with transaction(engine) as session:
            session.execute(sa.update(jobs.Job).where(jobs.Job.id == key).values(**changes))
        page = site.as_(cast.officer).open("desk.job", id=key)
        assert words in page
        assert "ZeroDivisionError" not in page
    assert page.click("打开结果").path == "/desk"
    assert not page.tree.xpath('//*[@id="job"]/@hx-get')


@pytest.fixture
def paper(engine, cast):
    """A file of an application, one of a call, one of nothing known."""
    with transaction(engine) as session:
        call = call_of(session, cast)
        application = make.application(session, cast, START, call)
        keep = {"by": cast.lead.ref, "at": START}
        content = files.Checked("章程.csv", "甲,乙\n".encode(), "text/plain")
        return [
            files.attach(session, ref, "paper", content, **keep).id
            for ref in (application.ref, call.ref, "nothing:1", "snapshot:1", "public")
        ]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lead", 200),
        ("member", 200),
        ("officer", 200),
        ("operator", 200),
        ("rival", 404),
        ("far_officer", 404),
        ("expert1", 404),
        ("granny", 404),
        ("far_worker", 404),
    ],
)
def test_a_file_goes_to_who_may_read_its_object(site, cast, paper, who, status):
    answer = site.as_(getattr(cast, who)).client.get(f"/files/{paper[0]}")
    assert answer.status_code == status
    if status == 200:
        assert answer.data == "甲,乙\n".encode()
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_files_for_nobody_and_of_nothing(site, cast, paper):
    assert site.as_().client.get(f"/files/{paper[0]}").headers["Location"].startswith("/sign-in")
    assert site.as_().client.get(f"/files/{paper[1]}").status_code == 200
    assert site.as_(cast.officer).client.get("/files/99999").status_code == 404
    for lost in paper[2:]:
        assert site.as_(cast.officer).client.get(f"/files/{lost}").status_code == 404


def test_a_member_without_the_right_is_refused(site, cast, engine, paper):
    answer = site.as_(cast.accountant).client.get(f"/files/{paper[0]}")
    assert answer.status_code == 403


def test_a_file_as_json_is_refused_the_same_way(site, cast, paper):
    answer = site.as_().client.get(f"/files/{paper[0]}", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert io.BytesIO(answer.data).read(1) == b"{"


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    ("days", "said"), [(0, "今天"), (1, "还有 1 天"), (2, "还有 2 天"), (3, "还有 1 个工作日"), (-1, "已逾期 1 个工作日")]
)
def test_a_deadline_at_the_weekend_is_not_called_today(app, clock, days, said):
    """A Friday: what ends on Sunday has no working day left, and is not today."""
    friday = datetime(2026, 11, 27, 15, tzinfo=CHINA)
    clock.move_to(friday)
    with app.test_request_context():
        shown = app.jinja_env.get_template("macros/flow.html").module.deadline(web.due(friday + timedelta(days=days)))
    assert f">{said}<" in shown


def test_a_step_that_is_still_open_but_awaited_no_more_is_no_to_do():
    """A community may agree after the day is over; nobody waits for it then."""
    assert list(waiting_states(LANDING, LANDING.step("agree"))) == [("asked", frozenset())]
    assert LANDING.step("agree").sources == ("asked", "changes", "lapsed")
