"""The review through pages: from 进入评审 to the answered objection, each button pressed by who owns it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from tests.conftest import START
from tests.reviews.conftest import Stage
from webapp import app as house
from webapp.applications.models import Application
from webapp.ballots import actions as ballots
from webapp.ballots.models import Ballot, Choice
from webapp.core.db import transaction
from webapp.reviews.models import Notice, Objection, Opinion, Panel, Result, Selection
from webapp.reviews.queries import CHECKS, notice_is_over


def points(rules, total: int, tree: str = "rubric") -> dict[str, str]:
    left, found = total, {}
    for item in getattr(rules, tree)["items"]:
        given = min(item["most"], left)
        found[f"p_{item['key']}"] = f"{given // 100}.{given % 100:02d}"
        left -= given
    return found


DESK = {"accepts": "姑苏区民政局", "contact": "钱经办", "phone": "0512-60000000", "supervision": "0512-60000001"}


def states(engine) -> list[str]:
    with transaction(engine) as session:
        return list(session.scalars(sa.select(Application.state).order_by(Application.id)))


def test_the_whole_review_through_pages(site, stage: Stage, cast, engine, clock, rules):
    # 进入评审: communities and streets are asked
    page = site.as_(cast.operator).open("reviews.call_review", id=stage.call_id).submit("进入评审")
    assert page.status == 200, page.text

    def asked(kind: str) -> list[tuple[int, str]]:
        with transaction(engine) as session:
            return list(session.execute(sa.select(Opinion.id, Opinion.area_code).where(Opinion.kind == kind).order_by(Opinion.id)))

    assert len(asked("community")) == 4
    assert not asked("street")
    # communities score, then the street gives its word
    for kind in ("community", "street"):
        for key, area in asked(kind):
            if kind == "community":
                who = cast.worker if area.endswith("036") else cast.near_worker
                answers = {"verdict": "amend", "reason": "路线要改", **points(rules, 8000 + key, "community_rubric")}
            else:
                who, answers = cast.street, {"verdict": "support"}
            listed = site.as_(who).open("reviews.opinions")
            assert listed.status == 200
            page = site.as_(who).open("reviews.opinion_show", id=key).click("提交意见")
            assert ("路线要改" in page) is (kind == "street")  # the communities' opinions stand beside the street's
            done = page.submit("提交意见", **answers)
            assert done.status == 200, done.text
            assert "已填写" in done
    assert set(states(engine)) == {"heard"}
    # the panel
    officer = site.as_(cast.operator)
    page = officer.open("reviews.panels").click("组建评审组").submit("组建评审组")
    assert "种子密封" in page
    with transaction(engine) as session:
        panel = session.scalars(sa.select(Panel)).one()
        assert panel.seed
        assert panel.seed not in page.answer.get_data(as_text=True).replace("<wbr>", "")
    page = page.click("随机抽取").submit("确认随机抽取", witness="沈督（监督委员会）")
    assert "按纪要重做一遍，结果相同" in page
    assert panel.seed in page
    for seat in stage.seats(panel.id):
        visitor = site.as_(stage.expert(seat.person_id))
        page = visitor.open("reviews.mine").click("打开邀请")
        assert "承诺书" in page
        page = page.click("签署承诺书").submit("确认签署承诺书")
        assert "已承诺" in page
    page = officer.open("reviews.panel_show", id=panel.id).submit("分派并开始评分")
    assert page.status == 200, page.text
    # scoring: save, go on, submit
    given = stage.assignments(panel.id)
    assert len(given) == 12
    for n, one in enumerate(given):
        visitor = site.as_(stage.expert(one.person_id))
        page = visitor.open("reviews.assignment_show", id=one.id)
        page = page.submit("保存并评下一份", **points(rules, 8000 + 100 * n))
        assert page.status == 200, page.text
        page = visitor.open("reviews.assignment_show", id=one.id).submit("提交评分")
        assert page.status == 200, page.text
    page = officer.open("reviews.panel_show", id=panel.id).submit("收齐评分")
    assert page.status == 200, page.text
    board = page.click("查看评分结果")
    assert "评委A" in board
    assert "去高低平均" in board
    # the chair locks the totals, all sign
    chair, *others = stage.seats(panel.id)
    officer.open("reviews.seat_chair", id=chair.id).submit("确定", how="elected")
    page = site.as_(stage.expert(chair.person_id)).open("reviews.mine").click("核对并锁定总分").submit("锁定总分")
    assert "签署中" in page
    page.submit("签署评审报告")
    for seat in others:
        page = site.as_(stage.expert(seat.person_id)).open("reviews.mine").click("签署评审报告").submit("签署评审报告")
    assert "已定稿" in page
    page = site.as_(cast.officer).open("reviews.panel_show", id=panel.id).submit("确认评审结果")
    assert page.status == 200, page.text
    assert set(states(engine)) == {"scored"}
    # residents choose
    page = site.as_(cast.officer).open("reviews.panels").click("发起居民评选").submit("发起居民评选", most="2")
    assert page.status == 200, page.text
    with transaction(engine) as session:
        ballot = session.scalars(sa.select(Ballot)).one()
        choices = list(session.scalars(sa.select(Choice.id).where(Choice.ballot_id == ballot.id).order_by(Choice.position)))
        for voter in (cast.granny, cast.resident, cast.near_resident):
            ballots.cast(session, ballot, choices={"choices": choices[:2]}, by=voter.viewer(session, clock.now()), at=clock.now())
    clock.forward(days=9)
    for _ in range(2):
        house.tick(engine, clock.now())
    assert set(states(engine)) == {"elected"}
    # ranking and the list
    bureau = site.as_(cast.officer)
    page = bureau.open("reviews.call_rank", id=stage.call_id).submit("综合排名")
    assert page.status == 200, page.text
    assert "保存名单" in page.buttons()
    with transaction(engine) as session:
        results = list(session.scalars(sa.select(Result).order_by(Result.rank)))
        assert [one.outcome for one in results] == ["propose"] * 4
        assert all(one.residents_n == 3 for one in results)
        assert sorted(one.residents for one in results) == [0, 0, 10000, 10000]
    page = page.submit("保存名单", rows__3__outcome="reserve", rows__3__amount="", rows__0__amount="45000")
    assert page.status == 422
    assert "请写明金额的理由" in page
    page = page.submit("保存名单", rows__3__reason="先做三个", rows__0__amount_reason="压减宣传")
    assert page.status == 200, page.text
    # 集体研究, 公示, objection
    page = site.as_(cast.head).open("reviews.ranking", id=stage.call_id).click("集体研究")
    page = page.submit("集体研究", meeting="局长办公会", held_on="2026-03-11", minutes_number="〔2026〕7号", present="局长、分管副局长")
    assert page.status == 200, page.text
    assert set(states(engine)) == {"ranked"}  # decided, not released
    page = bureau.open("reviews.ranking", id=stage.call_id).click("发布公示").submit("确认发布公示", **DESK)
    assert page.status == 200, page.text
    with transaction(engine) as session:
        notice = session.scalars(sa.select(Notice)).one()
        first = session.get_one(Application, results[0].application_id)
        assert first.awarded_fen.fen == 4_500_000
    assert sorted(states(engine)) == ["proposed"] * 3 + ["reserved"]
    public = site.as_(None).open("reviews.notice_show", id=notice.id)
    assert "45,000.00" in public
    assert "〔2026〕7号" in public
    page = site.as_(cast.granny).open("reviews.notice_show", id=notice.id).click("提出异议")
    page = page.submit("提交异议", name="严阿婆", text="第一名没有来过我们小区")
    assert "严阿婆" in page
    with transaction(engine) as session:
        objection = session.scalars(sa.select(Objection)).one()
    page = bureau.open("reviews.objection_show", id=objection.id).click("答复").submit("答复", upheld="no", note="已核实，有签到表。")
    assert "已核实" in page
    assert "已核实" in site.as_(cast.granny).open("reviews.objection_show", id=objection.id)
    clock.move_to(notice.ends_at + timedelta(minutes=1))
    house.tick(engine, clock.now())
    assert "已期满" in site.as_(None).open("reviews.notice_show", id=notice.id)
    with transaction(engine) as session:
        assert notice_is_over(session, stage.call_id)
        assert [said for check in CHECKS.values() for said in check(session)] == []
        assert session.scalars(sa.select(Selection)).one().inputs["applications"]
    assert clock.now() > START
