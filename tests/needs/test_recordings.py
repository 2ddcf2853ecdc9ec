"""Speaking instead of typing: the recording, who hears it, and the words that a worker writes down for it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.cast import TAO
from tests.conftest import START
from tests.sounds import recording
from webapp.accounts.actions import add_membership
from webapp.core import journal, outbox, personal
from webapp.core.clock import today
from webapp.core.db import reading, transaction
from webapp.core.files import Attachment
from webapp.needs import actions
from webapp.needs.models import UNHEARD, Need, Voice
from webapp.needs.queries import alike
from webapp.urgent.models import Report


@pytest.fixture
def reader(engine, cast, clock):
    """郑颖 of the street is named 专办人."""
    with transaction(engine) as session:
        by = cast.worker_two.viewer(session, clock.now())
        add_membership(session, cast.street.id, cast.jinchang, "urgent_reader", from_day=today(clock.now()), by=by, at=clock.now())


def speak(site, cast, **more):
    return site.as_(cast.granny).open("needs.new").submit("提交", recording=recording(), **more)


def sounds(page):
    return page.tree.xpath("//audio[@controls]/@src")


def of(engine, kind=Need):
    with reading(engine) as session:
        return session.scalars(sa.select(kind).order_by(kind.id.desc()).limit(1)).one()


def write(site, who, words, button="保存听写"):
    return site.as_(who).open("needs.index").click("录音，等社区听写").click("听写").submit(button, words=words)


def test_a_recording_stands_for_the_words(site, cast, engine):
    page = speak(site, cast)
    assert page.status == 200
    assert UNHEARD in page
    assert len(sounds(page)) == 1
    assert "永林街" not in page, "some telephones name recordings by the street"
    voice = of(engine, Voice)
    assert (voice.words, voice.written_down) == (UNHEARD, 0)
    heard = site.as_(cast.granny).client.get(sounds(page)[0])
    assert heard.mimetype == "audio/mp4"
    part = site.as_(cast.granny).client.get(sounds(page)[0], headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.data) == (206, heard.data[:2])
    assert "media-src 'self'" in page.answer.headers["Content-Security-Policy"]


def test_neither_words_nor_a_recording_is_refused_at_the_box(site, cast):
    page = site.as_(cast.granny).open("needs.new").submit("提交", words="  ")
    assert page.status == 422
    assert "也可以录一段音" in page


def test_a_file_that_is_no_recording_is_refused_once_and_by_name(site, cast):
    page = site.as_(cast.granny).open("needs.new").submit("提交", recording=recording("合影.jpg", b"\xff\xd8\xff\xe0"))
    assert page.status == 422
    assert "文件“合影.jpg”的类型不能上传，请用 MP3、M4A" in page
    assert "请写下您想反映的事" not in page


def test_beside_words_a_recording_waits_for_nobody(site, cast, engine):
    page = speak(site, cast, words="楼道灯坏了")
    assert "楼道灯坏了" in page
    assert len(sounds(page)) == 1
    assert of(engine, Voice).written_down is None
    assert "待听写" not in site.as_(cast.worker).open("desk.home")
    assert "听写" not in site.as_(cast.worker).open("needs.show", id=of(engine).id)


@pytest.mark.parametrize(("who", "hears"), [("worker", 200), ("grid", 200), ("granny", 200), ("street", 403), ("resident", 404), ("far_worker", 404)])  # fmt: skip
def test_who_hears_it(site, cast, engine, who, hears):
    file = sounds(speak(site, cast))[0]
    assert site.as_(getattr(cast, who)).client.get(file).status_code == hears
    if who == "street":
        assert not sounds(site.as_(cast.street).open("needs.show", id=of(engine).id))


@pytest.mark.parametrize(("who", "status"), [("granny", 403), ("street", 403), ("far_worker", 404), ("grid", 200)])
def test_who_writes_it_down(site, cast, engine, who, status):
    speak(site, cast)
    page = site.as_(getattr(cast, who)).open("needs.write_down", id=of(engine, Voice).id)
    assert page.status == status


def test_a_worker_finds_it_writes_it_down_and_the_speaker_reads_it(site, cast, engine):
    speak(site, cast)
    desk = site.as_(cast.worker).open("desk.home", todo="待听写")
    page = desk.click("办理").click("听写")
    assert len(sounds(page)) == 1
    empty = page.submit("保存听写", words="")
    assert empty.status == 422
    done = page.submit("保存听写", words="三号楼的路灯不亮，晚上看不见")
    assert "三号楼的路灯不亮" in done
    assert "听写录音" in done
    assert len(sounds(done)) == 1, "who corrects it must hear it again"
    assert "待听写" not in site.as_(cast.worker).open("desk.home")
    assert "三号楼的路灯不亮" in site.as_(cast.worker).open("needs.index", q="路灯"), "found by what was said, with the excerpt"
    assert "三号楼的路灯不亮" in site.as_(cast.granny).open("needs.show", id=of(engine).id)
    with reading(engine) as session:
        entry = [one for one in journal.lines(session, [of(engine).ref]) if one.step == "write_down"]
        assert [(one.by, one.data) for one in entry] == [(cast.worker.ref, {"voice": of(engine, Voice).ref, "time": 1})]
        told = session.execute(sa.select(outbox.Message.title, outbox.Message.body).where(outbox.Message.person_id == cast.granny.id)).all()
    assert any("听写" in title for title, _ in told)
    assert not any("路灯" in body for _, body in told)


def test_what_was_typed_is_not_written_down_again(site, cast, engine):
    speak(site, cast, words="楼道灯坏了")
    assert site.as_(cast.worker).open("needs.write_down", id=of(engine, Voice).id).status == 404


def test_it_is_corrected_once_and_no_more(site, cast, engine):
    speak(site, cast)
    write(site, cast.worker, "二号楼的路灯不亮")
    need = of(engine)
    page = site.as_(cast.grid).open("needs.show", id=need.id).click("更正听写")
    assert page.tree.xpath("string(//textarea[@name='words'])").strip() == "二号楼的路灯不亮"
    late = site.as_(cast.worker).open("needs.write_down", id=of(engine, Voice).id)
    done = page.submit("保存听写", words="三号楼的路灯不亮")
    assert "三号楼的路灯不亮" in done
    assert "更正听写" not in done
    assert "二号楼" not in done
    again = late.submit("保存听写", words="四号楼")
    assert again.status == 422
    assert "已经更正过一次" in again
    assert of(engine, Voice).written_down == 2
    assert "二号楼" not in site.as_(cast.worker).open("needs.index", q="二号楼")


def test_what_does_not_belong_here_is_told_at_once(site, cast, engine, reader):
    speak(site, cast)
    page = write(site, cast.worker, "老公打我，不敢回家")
    assert page.heading == "不属于本渠道"
    assert "家庭暴力" in page
    assert page.tree.xpath("//input[@name='kind'][@checked]/@value") == ["violence"]
    assert "可能属于家庭暴力" in site.as_(cast.worker).open("needs.show", id=of(engine).id), "until it is handed off"
    done = page.submit("确认不属于本渠道")
    assert "老公打我" not in done
    assert not sounds(done)
    report = of(engine, Report)
    assert report.words == "老公打我，不敢回家"
    assert len(sounds(site.as_(cast.street).open("urgent.show", id=report.id))) == 1
    assert of(engine, Voice).written_down is None


def test_with_urgent_words_the_recording_is_sealed_too(site, cast, engine):
    page = speak(site, cast, words="老公打我")
    assert page.heading == "请先打电话"
    with reading(engine) as session:
        kept = session.execute(sa.select(Attachment.subject, Attachment.kind)).all()
    assert kept == [(of(engine, Report).ref, "recording")]


def test_a_false_alarm_goes_on_with_the_recording_alone(site, cast, engine):
    done = speak(site, cast, place="法院").submit("不是这类事，继续提交")
    assert "居民反映" in done
    assert len(sounds(done)) == 1
    assert of(engine, Voice).written_down == 0


def test_taken_back_it_waits_to_be_written_down(site, cast, engine, reader):
    speak(site, cast)
    site.as_(cast.worker).open("needs.show", id=of(engine).id).take("不属于本渠道", kind="police")
    site.as_(cast.street).open("urgent.show", id=of(engine, Report).id).take("不属于此类")
    assert (of(engine, Voice).words, of(engine, Voice).written_down) == (UNHEARD, 0)
    page = site.as_(cast.worker).open("needs.show", id=of(engine).id)
    assert len(sounds(page.click("听写"))) == 1


def test_a_merge_takes_the_recording_along(site, cast, engine):
    site.as_(cast.resident).open("needs.new").submit("提交", words="路灯坏了")
    speak(site, cast)
    with transaction(engine) as session:
        two = session.scalars(sa.select(Need).order_by(Need.id)).all()
        actions.merge(session, two[1], into=two[0].id, by=cast.worker.viewer(session, START), at=START)
    desk = site.as_(cast.worker).open("desk.home", todo="待听写")
    done = desk.click("办理").click("听写").submit("保存听写", words="路灯不亮")
    assert done.path == f"/needs/{two[0].id}"
    assert "路灯不亮" in done


def test_what_nobody_wrote_down_yet_looks_like_nothing(site, cast, session):
    for _ in range(2):
        speak(site, cast)
    first = session.scalars(sa.select(Need).order_by(Need.id)).first()
    assert alike(session, first) == []


def test_erasing_removes_the_recording(site, cast, engine):
    speak(site, cast)
    with transaction(engine) as session:
        personal.forget(session, cast.granny.id, START)
    with reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 0
        assert session.execute(sa.text("SELECT count(*) FROM jobs WHERE kind = 'files.remove'")).scalar_one() == 1
    assert of(engine, Voice).written_down is None
    assert "待听写" not in site.as_(cast.worker).open("desk.home")


def test_an_elder_speaks_and_the_child_sends_it(site, cast, engine):
    page = site.as_(cast.resident).open("needs.new_for", street="320508019")
    page = page.submit("提交", recording=recording(), speaker="王阿婆", area_code=TAO)
    assert UNHEARD in page
    assert len(sounds(page)) == 1
    assert of(engine, Voice).written_down == 0
