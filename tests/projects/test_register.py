"""服务对象名册: its rules, who is counted, who reads what, and what is erased."""

import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.conftest import START
from tests.projects import stage
from webapp.accounts.models import Membership, Person
from webapp.core import files, journal, personal, sheets
from webapp.core.db import transaction
from webapp.core.files import Attachment
from webapp.core.workflow import Refused
from webapp.handling.rules import draw
from webapp.projects import actions, queries
from webapp.projects.models import Activity, Attendance, Beneficiary, Project, RegisterDrawn
from webapp.projects.queries import register as reads
from webapp.projects.rules import register as rules
from webapp.projects.rules.register import AttendanceFacts, Told

DAY = date(2026, 3, 2)
ID = "11010519491231002X"


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        (Told("王芳", "13800000001"), []), (Told("王芳", "0512-65220000"), []), (Told("王芳", number=ID), []), (Told("王芳", number=ID.lower()), []),
        (Told("", "13800000001"), ["name"]), (Told("王芳"), ["phone"]), (Told("王芳", "1380000"), ["phone"]), (Told("王芳", number="110105194912310021"), ["number"]),
        (Told("王小", "13800000001", minor=True), ["guardian"]), (Told("王小", "13800000001", minor=True, guardian="王芳"), []),
        (Told("王芳", "13800000001", joined_on=date(2026, 3, 3)), ["joined_on"]),
    ],
)  # fmt: skip
def test_what_is_asked_of_who_is_written_down(told, fields):
    assert [field for field, _ in rules.faults_of(told, DAY)] == fields


def test_one_person_is_one_however_it_is_typed(keys):
    same = {rules.identity(Told(name, phone)) for name, phone in (("王芳", "13800000001"), (" 王 芳", "+86 138-0000-0001"))}
    assert len(same) == 1
    others = {rules.identity(one) for one in (Told("王方", "13800000001"), Told("王芳", "13800000002"), Told("王芳", number=ID))}
    assert len(others | same) == 4
    assert all("王" not in one and "138" not in one[:4] and len(one) == 64 for one in others)


FACTS = AttendanceFacts((), 0, 2, 3, 5, held=True)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (FACTS, []), (AttendanceFacts(("王芳",), 0, 2, 3, 5, held=True), ["consent"]), (AttendanceFacts((), 1, 2, 3, 5, held=True), ["stranger"]),
        (AttendanceFacts((), 0, 0, 0, 5, held=True), ["persons"]), (AttendanceFacts((), 0, 2, 3, 4, held=True), ["visits"]),
        (AttendanceFacts((), 0, 0, 0, 0, held=False), []),
    ],
)  # fmt: skip
def test_what_is_asked_when_names_are_called(facts, codes):
    assert [found.code for rule in rules.ATTENDANCE if (found := rule(facts))] == codes


def written(session: Session, cast, project, name: str, phone: str = "13800000001", **more):
    told = Told(name, phone, **more)
    return actions.register(
        session, project, told, signed_on=DAY, guardian_signed=told.minor, papers=[stage.picture("同意书.jpg", 30)], by=cast.member.viewer(session, START), at=START
    )  # fmt: skip


def test_a_child_has_a_number_and_no_name_and_needs_the_guardians_consent(session, cast):
    project = stage.delivering(session, cast, START)
    by = cast.member.viewer(session, START)
    with pytest.raises(Refused) as refused:
        actions.register(
            session,
            project,
            Told("王小", "13800000001", minor=True, guardian="王芳"),
            signed_on=DAY,
            papers=[stage.picture()],
            by=by,
            at=START,
        )
    assert [one.place for one in refused.value.refusals] == ["guardian"]
    written(session, cast, project, "王芳")
    child = written(session, cast, project, "王小", minor=True, guardian="王芳")
    assert (child.name, child.guardian, child.number) == (None, "王芳", 1)
    assert [one.label for one in reads.everybody(session, project.id)] == ["王芳", "儿童1"]
    raw = session.execute(sa.text("SELECT name, phone, guardian, identity FROM beneficiaries")).all()
    assert not any(word in str(raw) for word in ("王", "13800000001"))
    with pytest.raises(Refused) as refused:
        written(session, cast, project, "王小", minor=True, guardian="王芳")
    assert refused.value.refusals[0].code == "known"


def test_who_came_to_two_activities_is_one_person_and_two_visits(session, cast):
    project = stage.delivering(session, cast, START)
    by = cast.member.viewer(session, START)
    one, two = written(session, cast, project, "王芳"), written(session, cast, project, "李刚", "13800000002")
    first = stage.activity(session, cast, project, START, persons=20, visits=30)
    assert (project.persons, project.named, project.visits, first.unnamed) == (20, 0, 30, 20)
    actions.call_names(session, first, present=[one.id, two.id], unnamed=18, visits=30, by=by, at=START)
    assert (project.persons, project.named, project.visits, first.persons) == (20, 2, 30, 20)
    second = actions.plan_activity(session, project, title="二", place="室", planned_on=DAY, by=by, at=START)
    actions.call_names(session, second, present=[one.id], by=by, at=START)
    assert project.persons == 20  # planned is not held
    with pytest.raises(Refused):
        actions.record_activity(
            session,
            second,
            held_on=DAY,
            place="室",
            persons=0,
            visits=1,
            sign_in=[stage.picture()],
            photos=[stage.picture()],
            by=by,
            at=START,
        )


def test_calling_names_before_the_record_and_the_doctor(session, cast):
    project = stage.delivering(session, cast, START)
    by = cast.member.viewer(session, START)
    one = written(session, cast, project, "王芳")
    for persons in (5, 1):
        activity = actions.plan_activity(session, project, title="二", place="室", planned_on=DAY, by=by, at=START)
        actions.call_names(session, activity, present=[one.id], by=by, at=START)
        actions.record_activity(
            session, activity, held_on=DAY, place="室", persons=persons, visits=persons, sign_in=[stage.picture()], photos=[stage.picture()], by=by, at=START
        )  # fmt: skip
    assert (project.persons, project.named, project.visits) == (5, 1, 6)
    assert [told for check in queries.CHECKS.values() for told in check(session)] == []
    project.persons = 6
    session.flush()
    assert "活动合计 5（名册 1）" in next(iter(queries.CHECKS["项目人数人次与活动记录相符"](session)))


def test_nobody_is_called_without_consent_or_from_another_register(session, cast):
    project = stage.delivering(session, cast, START)
    by = cast.member.viewer(session, START)
    fresh, there = actions.read_in(session, project, pasted="王芳\t13800000001\n李刚\t13800000002", by=by, at=START)
    assert (fresh, there) == (2, 0)
    waiting = reads.without_consent(session, project.id)
    activity = stage.activity(session, cast, project, START)
    with pytest.raises(Refused) as refused:
        actions.call_names(session, activity, present=[waiting[0].id], by=by, at=START)
    assert refused.value.refusals[0].code == "stranger"
    assert actions.add_consent(session, project, [one.id for one in waiting], signed_on=DAY, papers=[stage.picture()], by=by, at=START) == 2
    assert reads.without_consent(session, project.id) == []
    actions.call_names(session, activity, present=[waiting[0].id], by=by, at=START)
    assert project.named == 1


def test_a_list_is_read_in_whole_or_not_at_all(session, cast):
    project = stage.delivering(session, cast, START)
    by = cast.member.viewer(session, START)
    lines = [
        ("王芳", "13800000001", "", "", "", ""),
        ("王小", "13800000001", "", "是", "", "2026-02-30"),
        ("李", "12", "", "也许", "", ""),
        (" 王芳", "13800000001", "", "", "", ""),
    ]
    content = sheets.write("xlsx", "名单", rules.COLUMNS, lines, at=START)
    with pytest.raises(Refused) as refused:
        actions.read_in(session, project, file=files.Checked("名单.xlsx", content, ""), by=by, at=START)
    told = [one.sentence for one in refused.value.refusals]
    assert {one.place for one in refused.value.refusals} == {"file"}
    assert sum("是同一个人" in one for one in told) == 1
    assert sum("不是日期" in one for one in told) == 1
    assert sum("监护人" in one for one in told) == 1
    assert sum("“是”或“否”" in one for one in told) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Beneficiary)) == 0
    actions.read_in(session, project, pasted="姓名\t未成年\t监护人\t电话\n王小\t是\t王芳\t13800000001", by=by, at=START)
    assert actions.read_in(session, project, pasted="王小\t13800000001\t\t是\t王芳\n李刚\t13800000002", by=by, at=START) == (1, 1)


def test_erasing_keeps_the_figures_and_nothing_of_the_person(session, cast):
    project = stage.delivering(session, cast, START)
    by = cast.lead.viewer(session, START)
    one = written(session, cast, project, "王芳")
    activity = stage.activity(session, cast, project, START)
    actions.call_names(session, activity, present=[one.id], unnamed=19, visits=30, by=by, at=START)
    before, paper = one.identity, f"consent:{one.consent_id}"
    actions.erase(session, one, note="本人撤回同意", by=by, at=START)
    assert (one.name, one.phone, one.consent_id, one.left_on) == (None, None, None, DAY)
    assert one.identity != before
    assert session.scalar(sa.select(sa.func.count()).where(Attachment.subject == paper)) == 0
    assert (project.persons, project.named) == (20, 1)
    assert reads.one(session, one.id).label == "已删除1"
    again = written(session, cast, project, "王芳")
    assert again.id != one.id
    with pytest.raises(Refused):
        actions.erase(session, one, by=by, at=START)


def test_time_erases_the_registers_of_projects_long_over(session, cast):
    project = stage.delivering(session, cast, START)
    written(session, cast, project, "王芳")
    over = START + timedelta(days=1095, minutes=1)
    assert actions.erase_due(session, over) == 0
    session.execute(sa.text("UPDATE projects SET state = 'terminated'"))
    session.expire_all()
    assert actions.erase_due(session, over - timedelta(days=1)) == 0
    assert actions.erase_due(session, over) == 1
    assert actions.erase_due(session, over) == 0


def test_a_sample_is_drawn_again_by_its_seed_and_every_look_is_an_entry(session, cast):
    project = stage.delivering(session, cast, START)
    made = [written(session, cast, project, f"老人{n}", f"1380000{n:04d}") for n in range(6)]
    by = cast.evaluator.viewer(session, START)
    sample = actions.draw_sample(session, project, size=3, by=by, at=START)
    drawn = session.scalars(sa.select(RegisterDrawn.beneficiary_id).order_by(RegisterDrawn.position)).all()
    assert drawn == draw(sample.seed, [one.id for one in made], 3)
    seen = actions.look(session, sample, 2, by=by, at=START)
    assert seen.id == drawn[1]
    assert seen.name.startswith("老人")
    steps = [(entry.step, entry.by) for entry in session.scalars(sa.select(journal.Entry).where(journal.Entry.subject == sample.ref))]
    assert steps == [("draw", by.ref), ("look", by.ref)]
    assert session.scalar(sa.select(sa.func.count()).where(journal.Entry.subject == project.ref, journal.Entry.step == "sample")) == 1
    for act in (
        lambda: actions.look(session, sample, 4, by=by, at=START),
        lambda: actions.look(session, sample, 1, by=cast.auditor.viewer(session, START), at=START),
        lambda: actions.draw_sample(session, project, size=31, by=by, at=START),
    ):
        with pytest.raises(Refused):
            act()


def test_who_is_tied_to_the_organisation_draws_nothing_and_reaches_no_sample(session, cast):
    project = stage.delivering(session, cast, START)
    written(session, cast, project, "王芳")
    sample = actions.draw_sample(session, project, size=1, by=cast.auditor.viewer(session, START), at=START)
    session.add(
        Membership(
            person_id=cast.auditor.id,
            organisation_id=project.organisation_id,
            role="org_member",
            from_day=DAY - timedelta(days=90),
            until_day=DAY - timedelta(days=1),
        )
    )
    session.flush()
    by = cast.auditor.viewer(session, START)
    with pytest.raises(Refused) as refused:
        actions.draw_sample(session, project, size=1, by=by, at=START)
    assert refused.value.refusals[0].code == "tie"
    assert by.roles_on(sample) == frozenset()


def test_a_person_finds_the_registers_with_their_own_name_and_telephone(session, cast):
    project = stage.delivering(session, cast, START)
    granny = cast.granny.viewer(session, START)
    phone = session.get(Person, granny.id).phone
    assert personal.of(session, granny.id)["我所在的服务对象名册"] == []
    written(session, cast, project, granny.name, phone)
    assert [row["项目"] for row in personal.of(session, granny.id)["我所在的服务对象名册"]] == [f"{project.number} 银龄陪伴"]


PEOPLE, EVENTS = 6, 4
CAME = st.lists(st.tuples(st.sets(st.integers(0, PEOPLE - 1)), st.integers(0, 5)), min_size=1, max_size=EVENTS)


@pytest.fixture
def crowd(engine, cast):
    """A project with people in its register and recorded activities."""
    with transaction(engine) as session:
        project = stage.delivering(session, cast, START)
        people = [written(session, cast, project, f"老人{n}", f"1380000{n:04d}").id for n in range(PEOPLE)]
        events = [stage.activity(session, cast, project, START, persons=1, visits=1).id for _ in range(EVENTS)]
        return project.id, people, events


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CAME)
def test_persons_are_the_distinct_people_whatever_is_called_and_called_again(engine, cast, crowd, came):
    project_id, people, events = crowd
    with Session(engine) as session:  # rolled back: every example begins with the same crowd
        by = cast.member.viewer(session, START)
        now: dict[int, tuple[set[int], int]] = dict.fromkeys(events, (set(), 1))
        for turn, (present, unnamed) in enumerate(came * 2):  # once more in another order: names are taken back, too
            key = events[turn % EVENTS] if turn < len(came) else events[-1 - turn % EVENTS]
            if not present and not unnamed:
                continue
            activity = session.get_one(Activity, key)
            chosen = {people[n] for n in present}
            actions.call_names(session, activity, present=chosen, unnamed=unnamed, visits=len(chosen) + unnamed, by=by, at=START)
            now[key] = chosen, unnamed
        project = session.get_one(Project, project_id)
        named = set().union(*(chosen for chosen, _ in now.values()))
        assert project.named == len(named) == reads.distinct_over(session, [project_id])
        assert project.persons == len(named) + sum(unnamed for _, unnamed in now.values())
        assert session.scalar(sa.select(sa.func.count()).select_from(Attendance)) == sum(len(chosen) for chosen, _ in now.values())
        assert [told for check in queries.CHECKS.values() for told in check(session)] == []
        session.rollback()


def test_the_register_is_the_organisations_own_and_others_see_counts(site, saved, cast):
    project = saved(lambda s: stage.delivering(s, cast, START).id)
    page = site.as_(cast.member).open("projects.show", id=project).click("服务对象名册")
    assert "还没有登记服务对象" in page
    page = page.click("登记服务对象").submit("登记", name="王芳", phone="138", signed_on="2026-03-02")
    assert page.status == 422
    assert "11 位手机号" in page.text or "同意书" in page.text
    page = page.submit("登记", phone="13800000001", papers=stage.upload("同意书.jpg"))
    assert "王芳" in page
    assert "138****0001" in page
    assert "13800000001" not in page
    page = page.click("王芳").submit("查看电话")
    assert "13800000001" in page
    page = page.click("服务对象名册").click("导入名单")
    page = page.submit("导入", pasted="王小\t13800000003\t\t是\t王芳\n李刚\t1380000")
    assert page.status == 422
    assert "第 3 行“电话”列" in page
    assert "王小" in page.tree.xpath("string(//textarea[@name='pasted'])")
    page = page.submit("导入", pasted="王小\t13800000003\t\t是\t王芳")
    assert "儿童1" in page
    assert "王小" not in page
    page = page.click("补交同意书").submit("登记同意书", people=[str(saved(lambda s: s.scalars(sa.select(Beneficiary.id).where(Beneficiary.minor)).one()))],
                                        signed_on="2026-03-02", papers=stage.upload("b.jpg"))  # fmt: skip
    assert "监护人签署" in page
    page = page.submit("登记同意书", guardian_signed="y")
    assert "已登记 1 人的同意书" in page
    seen = site.as_(cast.officer).open("projects.show", id=project)
    assert "在册 2 人，其中未成年人 1 人" in seen
    assert "王芳" not in seen
    assert "王芳" not in str(site.as_(cast.officer).json(f"/projects/{project}"))
    assert site.as_(cast.officer).open("projects.register", id=project).status == 403
    assert site.as_(cast.rival).open("projects.register", id=project).status in {403, 404}


def test_names_are_called_on_the_page_of_the_activity(site, saved, engine, cast):
    with transaction(engine) as session:
        project = stage.delivering(session, cast, START)
        person = written(session, cast, project, "王芳").id
        activity = stage.activity(session, cast, project, START).id
    page = site.as_(cast.member).open("projects.activity_show", id=activity).click("点名")
    page = page.submit("保存点名", present=[str(person)], unnamed="40", visits="30")
    assert "人次不能少于人数" in page
    page = page.submit("保存点名", unnamed="18")
    assert "（名册 1 人，名册之外 18 人）" in page
    assert "19 人" in page
    sample = (
        site.as_(cast.auditor).open("projects.show", id=saved(lambda s: s.scalars(sa.select(Project.id)).one())).click("服务对象抽样核实")
    )
    sample = sample.submit("抽取", size="5")
    assert "服务对象1" in sample
    assert "王芳" not in sample
    sample = sample.submit("查看：次序 1")
    assert "王芳" in sample
    assert "13800000001" in sample


def test_the_whole_register_is_taken_out_by_the_head_alone_and_written_down(site, saved, engine, cast):
    with transaction(engine) as session:
        project = stage.delivering(session, cast, START)
        written(session, cast, project, "王芳")
        key, ref = project.id, project.ref
    page = site.as_(cast.lead).open("projects.register", id=key).submit("导出名册")
    lines = list(sheets.read(io.BytesIO(page.body), "名册.xlsx", list(rules.HEADINGS.values())))
    assert [(one["姓名"], one["电话"]) for one in lines] == [("王芳", "13800000001")]
    assert saved(lambda s: s.scalar(sa.select(sa.func.count()).where(journal.Entry.subject == ref, journal.Entry.step == "hand_out"))) == 1
    assert "导出名册" not in site.as_(cast.member).open("projects.register", id=key).buttons()
