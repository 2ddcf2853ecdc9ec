"""公示 in full: the poster, the texts for another site, the clock on the page, the 公告, the call's page, and what a termination frees."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from reports.money import Money
from tests.reviews.conftest import ANSWERS
from tests.reviews.test_release import codes
from webapp import app as house
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core import jobs
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import Refused
from webapp.reviews import actions
from webapp.reviews.models import Decision, Notice, Objection, Result
from webapp.reviews.queries import CHECKS
from webapp.reviews.queries.moving_up import facts_of_promotion


def test_the_poster_is_a3_and_says_all_the_notice_says(announced, site, cast, engine, clock):
    _, notice = announced
    page = site.as_(cast.worker).open("reviews.notice_show", id=notice.id)
    assert "编制公示公告海报" not in site.as_(cast.granny).open("reviews.notice_show", id=notice.id).buttons()
    assert page.submit("编制公示公告海报").status == 200
    while jobs.run_next(engine, at=clock.now()):
        pass
    got = site.as_(cast.worker).open("reviews.notice_show", id=notice.id).click("下载公示公告海报")
    assert got.status == 200
    told = subprocess.run(["pdfinfo", "-"], input=got.answer.data, capture_output=True, check=True).stdout.decode()
    assert "841.89 x 1190.55 pts (A3)" in told
    words = subprocess.run(["pdftotext", "-raw", "-", "-"], input=got.answer.data, capture_output=True, check=True).stdout.decode()
    words = words.replace("\n", "").replace(" ", "")
    if folder := os.environ.get("SANSHE_PICTURES"):
        Path(folder, "poster.pdf").write_bytes(got.answer.data)
    for part in (
        notice.number,
        notice.content["items"][0]["title"],
        "受理单位",
        "姑苏区民政局",
        "钱经办",
        "0512-60000000",
        "0512-60000001",
        "公示期",
        "扫一扫",
    ):
        assert part in words, part


def test_texts_for_another_site_say_the_same_and_tell_of_a_new_end(announced, site, cast, engine):
    stage, notice = announced
    later = notice.starts_on + timedelta(days=20)
    stage.do(cast.officer, actions.extend, (Notice, notice.id), until=later, note="有异议待核")
    got = site.as_(None).open("reviews.notice_markup", id=notice.id).answer
    assert got.headers["Content-Disposition"].startswith("attachment")
    text = site.as_(None).open("reviews.notice_text", id=notice.id).answer.get_data(as_text=True)
    for words in (got.get_data(as_text=True), text):
        for part in (
            notice.title,
            notice.number,
            notice.content["items"][0]["title"],
            "已延期，原定至",
            f"{later.day}日",
            "钱经办",
            "0512-60000001",
            notice.digest,
        ):
            assert part in words, part
    assert "<script" not in got.get_data(as_text=True)


def test_the_clock_is_on_the_page(announced, site, cast, engine, clock):
    stage, notice = announced
    public = site.as_(None).open("reviews.notice_show", id=notice.id)
    assert "公示截止" in public
    assert "个工作日" in public
    raised = stage.do(cast.granny, actions.object_to, (Notice, notice.id), name="严阿婆", text="材料不实", application_id=None)
    mine = site.as_(cast.granny)
    assert "答复期限" in mine.open("reviews.objection_show", id=raised.id)
    stage.do(cast.officer, actions.answer, (Objection, raised.id), note="不成立")
    assert "可以申请复核到" in mine.open("reviews.objection_show", id=raised.id)
    stage.do(cast.granny, actions.appeal, (Objection, raised.id), note="不服")
    assert "复核期限" in site.as_(cast.leader).open("reviews.objection_show", id=raised.id)


def test_the_result_is_announced_when_nothing_is_open_any_more(announced, site, cast, engine, clock):
    stage, notice = announced
    call = (Call, stage.call_id)
    raised = stage.do(cast.granny, actions.object_to, (Notice, notice.id), name="严阿婆", text="材料不实", application_id=None)
    for ready in (lambda: None, lambda: _over(engine, clock, notice)):
        ready()
        with pytest.raises(Refused) as caught:
            stage.do(cast.officer, actions.publish_result, call)
        assert codes(caught) == {"running"}
    stage.do(cast.officer, actions.answer, (Objection, raised.id), note="不成立")
    with pytest.raises(Refused) as caught:
        stage.do(cast.officer, actions.publish_result, call)
    assert codes(caught) == {"published"}
    with transaction(engine) as session:
        mine = session.scalars(sa.select(Application).where(Application.state == "proposed").order_by(Application.id)).all()
        for one in mine[:2]:
            one.state = "awarded"
        session.get_one(Call, stage.call_id).state = "awarded"
    page = site.as_(cast.officer).open("reviews.ranking", id=stage.call_id).click("立项公告").submit("发布立项公告")
    assert page.status == 200, page.text
    with transaction(engine) as session:
        session.scalars(sa.select(Application).where(Application.state == "proposed")).one().state = "awarded"
    second = stage.do(cast.officer, actions.publish_result, call)
    assert len(second.content["items"]) == 1
    with pytest.raises(Refused):
        stage.do(cast.officer, actions.publish_result, call)
    told = site.as_(None).open("calls.show", id=stage.call_id)
    assert "立项公告" in told
    assert "另有 1 项候补" in told


def _over(engine, clock, notice) -> None:
    clock.move_to(notice.ends_at + timedelta(minutes=1))
    house.tick(engine, clock.now())


def test_what_a_terminated_agreement_frees_may_go_to_the_reserve(announced, cast, engine, clock):
    stage, _ = announced
    with transaction(engine) as session:
        one = session.scalars(
            sa.select(Application).where(Application.state == "proposed").order_by(Application.awarded_fen.desc())
        ).first()
        one.state = "awarded"
        call = session.get_one(Call, stage.call_id)
        assert facts_of_promotion(session, call)[0].left == Money(0)
        actions.free_award(session, one, Money(3_000_000), by=stage.viewer(session, cast.officer), at=clock.now())
        assert facts_of_promotion(session, call)[0].left == Money(3_000_000)
        assert session.scalars(sa.select(Message).where(Message.title == "一个项目终止，候补可以递补")).all()
    with pytest.raises(Refused) as caught:
        stage.do(cast.officer, actions.promote, (Call, stage.call_id), amount=Money(3_000_001), note="一个项目终止")
    assert codes(caught) == {"amount"}
    moved = stage.do(cast.officer, actions.promote, (Call, stage.call_id), amount=Money(3_000_000), note="一个项目终止")
    assert moved.kind == "reserve"
    with transaction(engine) as session:
        assert [said for check in CHECKS.values() for said in check(session)] == []


@pytest.mark.parametrize(
    "change",
    [
        sa.update(Decision).values(released_by_id=Decision.by_id, released_at=Decision.at),
        sa.update(Decision).values(released_by_id=999, released_at=None),
        sa.update(Decision).values(released_by_id=999, released_at=Decision.at, present=""),
        sa.update(Result).where(Result.outcome == "propose").values(amount_fen=None),
        sa.update(Result).where(Result.outcome == "reserve").values(amount_fen=Money(1)),
        sa.update(Result).where(Result.outcome == "propose").values(freed_fen=Money(99_000_000)),
    ],
)
def test_the_database_itself_holds_two_people_and_amounts(decided, engine, change):
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.execute(change)


def test_nobody_decides_collectively_alone(ranked, cast, clock):
    with pytest.raises(Refused) as caught:
        ranked.do(cast.head, actions.decide, (Call, ranked.call_id), held_on=clock.now().date(), **ANSWERS | {"present": "李建国"})
    assert codes(caught) == {"present"}


def test_the_release_bears_who_made_it(announced, cast, engine):
    with transaction(engine) as session:
        decision = session.scalars(sa.select(Decision)).one()
        assert (decision.by_id, decision.released_by_id) == (cast.head.id, cast.officer.id)
