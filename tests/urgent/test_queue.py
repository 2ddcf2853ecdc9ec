"""The sealed queue: who reads it, how it is passed on, and that nothing of it shows anywhere else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from reports.format import local
from tests import make
from tests.cast import TAO
from tests.journeys.conftest import picture
from webapp import app as house
from webapp.accounts.actions import add_membership
from webapp.core import journal, outbox
from webapp.core.clock import today
from webapp.core.db import reading, transaction
from webapp.core.files import Attachment
from webapp.needs.models import Need, Voice, Wording
from webapp.urgent.models import Report

WORDS = "老公打我，在永林街七号"


@pytest.fixture
def reader(engine, cast, clock):
    """蒋网 is named 专办人 of the community, 郑颖 of the street."""
    with transaction(engine) as session:
        for who, office in (("grid", cast.taohuawu), ("street", cast.jinchang)):
            by = cast.worker_two.viewer(session, clock.now())
            add_membership(session, getattr(cast, who).id, office, "urgent_reader", from_day=today(clock.now()), by=by, at=clock.now())


def said(site, cast, words=WORDS):
    return site.as_(cast.granny).open("needs.new").submit("提交", words=words)


def test_the_page_says_whom_to_call_and_makes_no_need(site, cast, engine, reader):
    page = said(site, cast)
    assert page.status == 200
    assert page.heading == "请先打电话"
    assert [a.get("href") for a in page.tree.xpath('//a[starts-with(@href, "tel:")]')] == ["tel:110", "tel:12338", "tel:12348"]
    with reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Need)) == 0
        report = session.scalars(sa.select(Report)).one()
        assert (report.kind, report.words, report.area_code) == ("violence", WORDS, TAO)
        raw = session.connection().exec_driver_sql("SELECT words, title FROM urgent_reports").one()
        assert "永林" not in str(raw)
        told = session.execute(sa.select(outbox.Message.person_id, outbox.Message.title, outbox.Message.body)).all()
    assert {one[0] for one in told} == {cast.grid.id, cast.street.id}
    assert {one[1:] for one in told} == {("专办提醒", "专办队列有一件新报告，请登录查看。")}


def test_a_false_alarm_goes_on_with_the_words_as_they_were(site, cast, engine, reader):
    page = said(site, cast, "想让法院来讲讲老公打我这种事怎么办，属于普法").submit("不是这类事，继续提交")
    assert "居民反映" in page
    with reading(engine) as session:
        assert session.scalars(sa.select(Voice.words)).one() == "想让法院来讲讲老公打我这种事怎么办，属于普法"
        assert session.scalars(sa.select(Report.disclaimed)).one() is True


def test_nobody_disclaims_anothers_report(site, cast, engine, reader):
    said(site, cast)
    with reading(engine) as session:
        key = session.scalars(sa.select(Report.id)).one()
    page = site.as_(cast.resident).open("needs.new")
    token = page.tree.xpath('//input[@name="csrf_token"]/@value')[0]
    page.visitor.post("/needs/new", {"csrf_token": token, "words": WORDS, "category": "other", "ordinary": str(key)})
    with reading(engine) as session:
        assert session.get(Report, key).disclaimed is False
        assert session.scalar(sa.select(sa.func.count()).select_from(Need)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 2, "别人的话照样封存"


@pytest.mark.parametrize("key", ["x", "999", "1"])
def test_other_words_under_an_old_report_are_sealed_too(site, cast, engine, reader, key):
    said(site, cast)
    page = site.as_(cast.granny).open("needs.new")
    token = page.tree.xpath('//input[@name="csrf_token"]/@value')[0]
    page.visitor.post("/needs/new", {"csrf_token": token, "words": "我不想活了", "category": "other", "ordinary": key})
    with reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Need)) == 0


def test_photos_come_along_after_a_false_alarm(site, cast, engine, reader):
    page = site.as_(cast.granny).open("needs.new").submit("提交", words="老公打我这种事想听法律讲座", photos=[picture()])
    page.submit("不是这类事，继续提交")
    with reading(engine) as session:
        kept = session.execute(sa.select(Attachment.subject, Attachment.digest)).all()
    assert sorted(one.subject.partition(":")[0] for one in kept) == ["urgent", "voice"]
    assert len({one.digest for one in kept}) == 1


def test_where_nobody_is_named_those_who_name_are_told(site, cast, engine, clock):
    page = said(site, cast)
    assert "还没有指定能看的工作人员" in page
    with reading(engine) as session:
        told = session.execute(sa.select(outbox.Message.person_id, outbox.Message.title)).all()
    assert {(cast.worker_two.id, "请马上指定专办人"), (cast.street.id, "请马上指定专办人")} <= {tuple(one) for one in told}


def test_the_reader_passes_it_on_within_the_clock(site, cast, engine, clock, reader):
    said(site, cast)
    with reading(engine) as session:
        report = session.scalars(sa.select(Report)).one()
        assert report.due_at - report.at == timedelta(minutes=30)
    desk = site.as_(cast.grid).get("/desk")
    assert "紧急上报" in desk
    page = site.as_(cast.grid).open("urgent.show", id=report.id)
    assert WORDS in page
    form = page.click("上报")
    early = local(clock.now() - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    assert "早于收到的时间" in form.submit("上报", reported_to="派出所", reported_at=early)
    assert "请填写上报给哪个单位" in form.submit("上报", reported_to="", reported_at=local(clock.now()).strftime("%Y-%m-%dT%H:%M"))
    done = form.submit("上报", reported_to="桃花坞派出所", reported_at=local(clock.now()).strftime("%Y-%m-%dT%H:%M"), receipt="JQ1")
    assert "桃花坞派出所" in done
    closed = done.take("办结", note="派出所已出警")
    assert "已办结" in closed
    with reading(engine) as session:
        lines = journal.lines(session, [f"urgent:{report.id}"], newest_first=False)
    assert [line.step for line in lines] == ["create", "report", "close"]
    assert all("永林" not in str(line.data) for line in lines)


def test_who_is_late_is_told_once(site, cast, engine, clock, reader):
    said(site, cast)
    for _ in range(3):
        clock.move_to(clock.now() + timedelta(minutes=31))
        house.tick(engine, clock.now())
    with reading(engine) as session:
        late = session.scalars(sa.select(outbox.Message.person_id).where(outbox.Message.title == "专办超时提醒")).all()
    assert sorted(late) == sorted([cast.grid.id, cast.street.id])


@pytest.mark.parametrize(
    "who", ["worker", "worker_two", "far_worker", "officer", "leader", "auditor", "admin", "log_auditor", "granny", "lead", None]
)
def test_for_everybody_else_it_is_not_there(site, cast, engine, reader, who):
    said(site, cast)
    with reading(engine) as session:
        key = session.scalars(sa.select(Report.id)).one()
    visitor = site.as_(getattr(cast, who) if who else None)
    page = visitor.open("urgent.show", id=key)
    assert page.status == 404 or page.heading == "登录"
    assert "专办" not in visitor.get("/").text.replace("专办人", "")
    for path in ("/desk", "/search?q=老公", "/needs?q=老公", "/urgent"):
        assert "永林" not in visitor.get(path)


def test_a_mistake_becomes_an_ordinary_need(site, cast, engine, reader):
    said(site, cast)
    page = site.as_(cast.grid).open("urgent.index").click("家庭暴力").take("不属于此类")
    assert "已转普通渠道" in page
    with reading(engine) as session:
        assert session.scalars(sa.select(Voice.words)).one() == WORDS
        assert session.scalars(sa.select(Report.words)).one() == "（已转专人办理）"
    assert "待受理" in site.as_(cast.worker).get("/desk")


def test_the_handler_hands_a_need_off_and_keeps_nothing_of_it(site, cast, engine, clock, reader):
    with transaction(engine) as session:
        need = make.public_need(session, cast, clock.now(), state="accepted", person=cast.granny, title="永林街的事")
        key = need.id
    page = site.as_(cast.worker).open("needs.show", id=key).take("不属于本渠道", kind="violence")
    assert "永林" not in page
    assert "永林" not in site.as_(None).get("/")
    with reading(engine) as session:
        assert session.get(Need, key).public is False
        assert {voice.words for voice in session.scalars(sa.select(Voice).where(Voice.need_id == key))} == {"（已转专人办理）"}
        assert {wording.state for wording in session.scalars(sa.select(Wording).where(Wording.need_id == key))} == {"taken_down"}
        assert "永林" in session.scalars(sa.select(Report.words)).one()
    assert "永林街的事" not in site.as_(cast.worker).get("/needs?q=永林")
    resident = site.as_(cast.granny).open("needs.show", id=key)
    assert "永林" not in resident
    assert "这件事已转给专人办理" in resident


def test_readers_are_named_by_the_partys_secretary_and_ended(site, cast, engine):
    page = site.as_(cast.worker_two).open("urgent.readers")
    assert "还没有专办人" in page
    page = page.submit("指定", person_id=str(cast.grid.id))
    assert "蒋网" in page
    assert "这位同事已经是专办人" in page.submit("指定", person_id=str(cast.grid.id))
    assert site.as_(cast.grid).open("urgent.index").status == 200
    page = site.as_(cast.worker_two).open("urgent.readers").submit("不再担任：蒋网")
    assert "明天起不再担任" in page
    assert site.as_(cast.worker).open("urgent.readers").status == 403
    assert site.as_(cast.worker).open("urgent.index").status == 403


def test_the_administrator_does_not_make_readers(site, cast):
    page = site.as_(cast.admin).open("accounts.duty_new", id=cast.worker.id, q="桃花坞")
    assert not page.tree.xpath('//option[@value="urgent_reader"]')
    assert page.tree.xpath('//option[@value="community"]')
