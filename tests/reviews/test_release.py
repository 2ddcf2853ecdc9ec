"""The decision is kept until two people let it out; what follows a notice: objections, corrections, and who moves up."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests.conftest import START
from tests.reviews.conftest import DESK, Stage
from webapp import app as house
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import Refused
from webapp.reviews import actions
from webapp.reviews.models import Decision, Letter, Notice, Objection, Result
from webapp.reviews.queries import CHECKS, notice_is_over


def codes(caught) -> set[str]:
    return {one.code for one in caught.value.refusals}


def states(stage: Stage) -> list[str]:
    with transaction(stage.engine) as session:
        return sorted(session.scalars(sa.select(Application.state)))


def test_the_letters_wait(decided: Stage, engine):
    assert states(decided) == ["ranked"] * 4
    with transaction(engine) as session:
        assert [one.sent_at for one in session.scalars(sa.select(Letter))] == [None] * 4
        assert session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.title.contains("通知"))) == 0
        listed = session.scalars(sa.select(Decision)).one().listed
    assert [row["outcome"] for row in listed["rows"]] == ["propose"] * 3 + ["reserve"]


PLANTED = {"letter": "密信里的话", "reason": "名单上的理由", "present": "到会的某人", "amount": "12,345.67", "fen": "1234567"}


@pytest.fixture
def planted(decided: Stage, engine) -> tuple[int, int]:
    """Words and a sum that stand nowhere but in what waits for the release; gives the call and a proposed application."""
    with transaction(engine) as session:
        for letter in session.scalars(sa.select(Letter)):
            letter.body += PLANTED["letter"]
        results = session.scalars(sa.select(Result).where(Result.outcome == "propose")).all()
        for result in results:
            result.reason, result.amount_fen = PLANTED["reason"], Money(1_234_567)
        session.scalars(sa.select(Decision)).one().present = PLANTED["present"]
        return decided.call_id, results[0].application_id


PAGES = ("reviews.", "applications.", "calls.index", "calls.show", "desk.", "portal.", "projects.index", "ballots.index")
SEARCHES = {"desk.search": "?q=银龄"}
"""What has to stand behind an address for it to tell anything."""


def words_of(answer) -> str:
    """The words of any answer: of a page, of JSON, of text, and inside a workbook."""
    if answer.mimetype.endswith("sheet"):
        with zipfile.ZipFile(io.BytesIO(answer.get_data())) as book:
            return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    return answer.get_data(as_text=True).replace("<wbr>", "") if not answer.mimetype.startswith("image/") else ""


def read_of(site, person, keys: tuple[int, int]) -> tuple[dict[str, str], int]:
    """Which planted words somebody reads, and where; and how many pages opened at all."""
    client, found, opened = site.as_(person).client, {}, 0
    for rule in site.app.url_map.iter_rules():
        if "GET" not in rule.methods or not rule.arguments <= {"id"} or not rule.endpoint.startswith(PAGES):
            continue
        for key in keys if rule.arguments else (0,):
            path = rule.rule.replace("<int:id>", str(key)) + SEARCHES.get(rule.endpoint, "")
            answer = client.get(path)
            opened += answer.status_code == 200
            answers = {"text/html": answer} if answer.status_code == 200 else {}
            if answer.status_code == 200 and answer.mimetype == "text/html":
                answers["application/json"] = client.get(path, headers={"Accept": "application/json"})
            for kind, one in answers.items():
                words = words_of(one)
                found |= {name: f"{kind} {path}" for name, secret in PLANTED.items() if secret in words}
    return found, opened


@pytest.mark.only("sqlite")
def test_nothing_is_known_before_the_release(planted, site, cast, engine):
    """No page, list, search, workbook, inbox or JSON tells an applicant, a passer-by, the community, a judge or the operator.

    The same walk tells on a leak: the officer, who must know, reads all of it; and from the very press that lets it out, the applicant
    reads the letter and everybody reads the sum.
    """
    read, _ = read_of(site, cast.officer, planted)
    assert set(read) == set(PLANTED), "what nobody reads proves nothing"
    for person in (cast.lead, None, cast.worker, cast.expert1, cast.operator):
        read, opened = read_of(site, person, planted)
        assert read == {}, person
        assert opened >= 6
    with transaction(engine) as session:
        told = [one.title + one.body for one in session.scalars(sa.select(Message))]
        assert [secret for secret in PLANTED.values() if any(secret in words for words in told)] == []
    with transaction(engine) as session:  # as the officer's press does it, with the planted sum as it stands
        for key in session.scalars(sa.select(Result.application_id).where(Result.outcome == "propose")):
            letter = session.get_one(Letter, key)
            assert PLANTED["letter"] in letter.body
    page = site.as_(cast.officer).open("reviews.call_announce", id=planted[0]).submit("确认发布公示", **DESK)
    assert page.status == 200, page.text
    assert page.path.startswith("/notices/")
    public = site.as_(None).get(page.path)
    assert PLANTED["amount"] in public, "the public reads the sum now"
    assert not [name for name in ("letter", "present", "reason") if PLANTED[name] in public]
    winner = cast.lead if _owner(engine, planted[1]) == cast.offices["chenguang"] else cast.rival
    with transaction(engine) as session:
        told = session.scalars(
            sa.select(Message.body).where(Message.person_id == winner.id, Message.body.contains(PLANTED["letter"]))
        ).all()
        assert told, "the letter came with the release"


def _owner(engine, application: int) -> int:
    with transaction(engine) as session:
        return session.get_one(Application, application).organisation_id


def test_two_people_let_it_out_in_one_press(decided: Stage, cast, engine, clock):
    call = (Call, decided.call_id)
    with pytest.raises(Refused) as caught:
        decided.do(cast.head, actions.announce, call, **DESK)
    assert codes(caught) == {"two_people"}
    assert states(decided) == ["ranked"] * 4
    notice = decided.do(cast.officer, actions.announce, call, **DESK)
    assert states(decided) == ["proposed"] * 3 + ["reserved"]
    assert (notice.content["contact"], notice.content["supervision"]) == ("钱经办", "0512-60000001")
    with transaction(engine) as session:
        assert all(one.sent_at == clock.now() for one in session.scalars(sa.select(Letter)))
        told = list(session.scalars(sa.select(Message).where(Message.person_id == cast.lead.id, Message.title.contains("拟立项通知"))))
        assert told
        assert "【" not in told[0].title + told[0].body


def test_letters_are_worded_by_the_officer_and_seen_before(decided: Stage, site, cast, engine):
    page = site.as_(cast.officer).open("reviews.call_letters", id=decided.call_id)
    assert "待发" in page
    wrong = page.submit("保存拟立项通知", propose__title="【项目】入选", propose__body="【金客】元")
    assert wrong.status == 422
    assert "没有【金客】这个栏目" in wrong
    page = page.submit("保存拟立项通知", propose__title="【项目】入选", propose__body="金额 【金额】 元，谢谢【单位】。")
    assert page.status == 200, page.text
    with transaction(engine) as session:
        titles = set(session.scalars(sa.select(Letter.title).where(Letter.kind == "propose")))
        assert all(title.endswith("入选") for title in titles)


def test_an_objection_goes_to_who_did_not_decide_and_is_examined_again(announced, site, cast, engine, clock):
    stage, notice = announced
    target = int(notice.content["items"][0]["application"].partition(":")[2])
    page = site.as_(cast.granny).open("reviews.notice_show", id=notice.id).click("提出异议")
    page = page.submit("提交异议", name="严阿婆", text="材料不实", application_id=str(target))
    assert "受理编号" in page
    with transaction(engine) as session:
        raised = session.scalars(sa.select(Objection)).one()
        assert raised.number.startswith("YY")
        assert raised.due_at > START
    thing = (Objection, raised.id)
    with pytest.raises(Refused) as caught:
        stage.do(cast.officer, actions.assign, thing, handler_id=cast.head.id)
    assert codes(caught) == {"decider"}
    with pytest.raises(Refused) as caught:
        stage.do(cast.head, actions.answer, thing, note="不成立")
    assert codes(caught) == {"decider"}
    page = (
        site.as_(cast.officer)
        .open("reviews.objection_show", id=raised.id)
        .click("指定承办人")
        .submit("指定", handler_id=str(cast.officer.id))
    )
    assert page.status == 200, page.text
    stage.do(cast.officer, actions.answer, thing, note="已核实，不成立")
    with transaction(engine) as session:
        assert not notice_is_over(session, stage.call_id)
    page = site.as_(cast.granny).open("reviews.objection_appeal", id=raised.id).submit("申请复核", note="签到表是假的")
    assert "待复核" in page
    with pytest.raises(Refused) as caught:
        stage.do(cast.officer, actions.settle_objection, thing, note="维持")
    assert codes(caught) == {"same"}
    stage.do(cast.leader, actions.settle_objection, thing, note="经复核，异议成立", upheld="yes")
    with transaction(engine) as session:
        assert session.get_one(Application, target).state == "declined"
        old, new = session.scalars(sa.select(Notice).order_by(Notice.id)).all()
        assert (old.state, new.previous_id, new.ends_at) == ("replaced", old.id, old.ends_at)
        assert [one["application"] for one in new.content["items"]] == [one["application"] for one in old.content["items"][1:]]
        assert [said for check in CHECKS.values() for said in check(session)] == []
    assert "更正" in site.as_(None).open("reviews.notice_show", id=new.id)
    late = (Objection, stage.do(cast.granny, actions.object_to, (Notice, new.id), name="严阿婆", text="再问", application_id=None).id)
    stage.do(cast.officer, actions.answer, late, note="不成立")
    clock.forward(days=40)
    with pytest.raises(Refused) as caught:
        stage.do(cast.granny, actions.appeal, late, note="不服")
    assert codes(caught) == {"late"}


def test_what_comes_without_a_name_needs_something_to_look_into(announced, cast, engine):
    stage, notice = announced
    answers = {"name": "", "text": "有人串通", "application_id": None, "kind": "anonymous"}
    with pytest.raises(Refused) as caught:
        stage.do(cast.officer, actions.register_objection, (Notice, notice.id), evidence=" ", **answers)
    assert codes(caught) == {"evidence"}
    kept = stage.do(cast.officer, actions.register_objection, (Notice, notice.id), evidence="两份申报书第 3 页相同", **answers)
    with engine.connect() as connection:
        raw = connection.exec_driver_sql("SELECT text, evidence, name FROM objections").one()
    assert "串通" not in raw[0]
    assert "申报书" not in raw[1]
    assert raw[2] is None
    assert kept.person_id is None


def test_a_place_given_up_goes_to_the_next_in_reserve_with_its_own_notice(announced, site, cast, engine, clock):
    stage, notice = announced
    with pytest.raises(Refused) as caught:
        stage.do(cast.officer, actions.promote, (Call, stage.call_id), amount=Money(100), note="试")
    assert "left" in codes(caught)
    with transaction(engine) as session:
        mine = session.scalars(sa.select(Application).where(Application.state == "proposed").order_by(Application.id)).first()
        key, freed = mine.id, mine.awarded_fen
    who = cast.lead if mine.organisation_id == cast.offices["chenguang"] else cast.rival
    stage.do(who, actions.renounce, (Application, key), note="人手不足")
    clock.forward(days=2)
    page = site.as_(cast.officer).open("reviews.call_promote", id=stage.call_id)
    too_much = page.submit("递补并发布公示", amount="999999", note="第一名放弃")
    assert too_much.status == 422
    page = page.submit("递补并发布公示", amount=f"{min(freed.fen, 4_000_000) // 100}", note="第一名放弃")
    assert page.status == 200, page.text
    with transaction(engine) as session:
        own = session.scalars(sa.select(Notice).where(Notice.kind == "reserve")).one()
        assert len(own.content["items"]) == 1
        assert own.ends_at > notice.ends_at
        assert [said for check in CHECKS.values() for said in check(session)] == []
    assert states(stage) == ["proposed"] * 3 + ["withdrawn"]
    clock.move_to(notice.ends_at + timedelta(minutes=1))
    house.tick(engine, clock.now())
    with transaction(engine) as session:
        assert not notice_is_over(session, stage.call_id)
    clock.move_to(own.ends_at + timedelta(minutes=1))
    house.tick(engine, clock.now())
    with transaction(engine) as session:
        assert notice_is_over(session, stage.call_id)
    words = site.as_(None).open("reviews.notice_text", id=own.id).answer.get_data(as_text=True)
    for part in ("公示期", "受理单位：姑苏区民政局", "监督电话：0512-60000001", own.digest):
        assert part in words
