"""Activities by the hour: a month planned at once, what is told beforehand, what was spent as told, photos kept inside."""

from datetime import date, time

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests.conftest import START
from tests.projects import stage
from webapp.core.db import transaction
from webapp.core.files import Attachment
from webapp.core.workflow import Refused
from webapp.portal.queries import coming
from webapp.projects import actions
from webapp.projects.models import Activity, BudgetLine
from webapp.projects.queries import months, one
from webapp.projects.rules.delivery import times_in_order
from webapp.projects.rules.register import Told

DAY = date(2026, 3, 2)
FILES = {"sign_in": [stage.picture("签到.jpg", 10)], "photos": [stage.picture()]}


@pytest.mark.parametrize(
    ("starts", "ends", "place"),
    [(None, None, None), (time(9), time(10), None), (time(9), None, "ends"), (None, time(9), "starts"), (time(9), time(9), "ends"), (time(10), time(9), "ends")],
)  # fmt: skip
def test_hours_stand_in_order(starts, ends, place):
    found = times_in_order(starts, ends)
    assert (found.place if found else None) == place


def test_months():
    assert months.days_of("2026-02") == (date(2026, 2, 1), date(2026, 2, 28))
    assert months.around("2026-12") == ("2026-11", "2027-01")
    assert months.hours(time(14), time(16, 30)) == "14:00–16:30"


def test_a_month_is_planned_whole_or_not_at_all(session, cast):
    project, by = stage.delivering(session, cast, START), cast.member.viewer(session, START)
    good = actions.Planned("义诊", "广场", date(2026, 4, 3), time(9), time(11))
    with pytest.raises(Refused) as refused:
        actions.plan_month(session, project, [good, actions.Planned("观影", "活动室", date(2026, 5, 1))], month="2026-04", by=by, at=START)
    assert [one.sentence for one in refused.value.refusals] == ["第 2 行：日期不在2026 年 4 月。"]
    hidden = actions.Planned("入户", "三幢", date(2026, 4, 4), previewed=False)
    actions.plan_month(session, project, [good, hidden], month="2026-04", by=by, at=START)
    assert [(row.title, row.hours) for row in months.of_month(session, project.id, "2026-04")] == [("义诊", "09:00–11:00"), ("入户", "")]
    assert [row.title for row in coming.coming(session, project.id, DAY)] == ["义诊"]
    assert coming.coming(session, project.id, date(2026, 4, 4)) == []
    session.execute(sa.text("UPDATE projects SET state = 'suspended'"))
    assert coming.coming(session, project.id, DAY) == []


def test_what_was_spent_is_told_by_line_and_not_booked(session, cast):
    project, by = stage.delivering(session, cast, START), cast.member.viewer(session, START)
    line, other = session.scalars(sa.select(BudgetLine).order_by(BudgetLine.position)).all()
    spent = project.spent_fen, line.spent_fen
    common = {"held_on": DAY, "place": "室", "persons": 2, "visits": 2, "by": by, "at": START, **FILES}
    activity = actions.plan_activity(session, project, title="一", place="室", planned_on=DAY, by=by, at=START)
    for spends in ({line.id: line.grant_fen + line.own_fen + Money(1)}, {other.id + 99: Money(1)}):
        with pytest.raises(Refused) as refused:
            actions.record_activity(session, activity, spends=spends, **common)
        assert refused.value.refusals[0].place == "spends"
    actions.record_activity(
        session,
        activity,
        spends={line.id: Money(12_300), other.id: Money(0)},
        starts=time(14),
        ends=time(16),
        workers=2,
        worker_minutes=270,
        **common,
    )
    assert [(told.title, told.amount_fen) for told in months.spends_of(session, activity.id)] == [(line.title, Money(12_300))]
    assert (project.spent_fen, line.spent_fen) == spent
    assert (activity.minutes, activity.worker_minutes) == (120, 270)


def test_pictures_are_kept_inside_unless_opened_and_never_with_children(session, cast):
    project, by = stage.delivering(session, cast, START), cast.member.viewer(session, START)
    activity = stage.activity(session, cast, project, START)
    key = session.scalar(sa.select(Attachment.id).where(Attachment.subject == activity.ref, Attachment.kind == "photo"))
    sheet = session.scalar(sa.select(Attachment.id).where(Attachment.subject == activity.ref, Attachment.kind == "sign_in"))
    assert coming.picture(session, key) is None
    actions.show_photos(session, activity, shown=True, by=by, at=START)
    assert coming.picture(session, key).id == key
    assert coming.picture(session, sheet) is None
    child = actions.register(
        session, project, Told("王小", "13800000001", minor=True, guardian="王芳"), signed_on=DAY, guardian_signed=True, papers=[stage.picture()], by=by, at=START
    )  # fmt: skip
    actions.call_names(session, activity, present=[child.id], by=by, at=START)
    assert (activity.open_photos, activity.minors) == (False, True)
    assert coming.pictures(session, project.id) == []
    with pytest.raises(Refused):
        actions.show_photos(session, activity, shown=True, by=by, at=START)
    second = actions.plan_activity(session, project, title="二", place="室", planned_on=DAY, by=by, at=START)
    actions.call_names(session, second, present=[child.id], by=by, at=START)
    with pytest.raises(Refused) as refused:
        actions.record_activity(session, second, held_on=DAY, place="室", persons=2, visits=2, open_photos=True, by=by, at=START, **FILES)
    assert refused.value.refusals[0].place == "open_photos"
    actions.record_activity(session, second, held_on=DAY, place="室", persons=2, visits=2, by=by, at=START, **FILES)
    assert second.minors


def test_the_database_too_keeps_pictures_with_children_inside(session, cast):
    project = stage.delivering(session, cast, START)
    activity = stage.activity(session, cast, project, START, minors=True)
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.update(Activity).where(Activity.id == activity.id).values(open_photos=True))


def test_the_plan_the_list_on_the_wall_and_the_record_by_links(site, saved, engine, cast):
    project = saved(lambda s: stage.delivering(s, cast, START).id)
    page = site.as_(cast.member).open("projects.show", id=project).click("月度计划")
    assert "这个月还没有计划活动" in page
    page = page.click("下月").click("计划这个月的活动").submit("增加一项活动", **{"rows-0-title": "义诊"})
    assert page.tree.xpath('//input[@name="rows-0-title"]/@value') == ["义诊"]
    page = page.submit(
        "列入计划",
        **{
            "rows-0-title": "义诊",
            "rows-0-place": "广场",
            "rows-0-planned_on": "2026-04-03",
            "rows-0-starts": "09:00",
            "rows-0-ends": "08:00",
        },
    )
    assert "结束时间要晚于开始时间" in page
    page = page.submit("列入计划", **{"rows-0-ends": "11:00"})
    assert "09:00–11:00" in page
    wall = site.as_(None).open("portal.project", id=project)
    assert "活动预告" in wall
    wall = wall.click("打印活动预告")
    assert "广场" in wall
    assert "09:00–11:00" in site.as_(cast.worker).open("projects.show", id=project).click("月度计划").click("下月")
    with transaction(engine) as session:
        key = session.scalar(sa.select(Activity.id))
        session.get_one(Activity, key).planned_on = DAY
        lines = one.lines_of(session, project)
    page = site.as_(cast.member).open("projects.activity_show", id=key).click("记录活动")
    page = page.submit(
        "记录活动", held_on="2026-03-02", persons="3", visits="4", workers="2", worker_hours="4.5", sign_in=stage.upload("签到.jpg"), photos=stage.upload("现场.jpg"),
        open_photos="y", **{"spends-0-amount": "123.00", "spends-1-amount": "99999999"},
    )  # fmt: skip
    assert f"“{lines[1].title}”填了" in page
    page = page.submit("记录活动", **{"spends-1-amount": ""})
    assert "2 人，4.5 小时" in page
    assert "123.00" in page
    wall = site.as_(None).open("portal.project", id=project)
    (shown,) = wall.tree.xpath('//ul[@class="pictures"]//img/@src')
    assert site.as_(None).get(shown).status == 200
    page = page.submit("收回照片")
    assert "照片内部留存" in page
    assert site.as_(None).get(shown).status == 404
