"""The pages of accounts: duties, organisations, people, the journal, and those for everyone."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import make
from tests.conftest import START
from webapp.accounts import actions
from webapp.accounts.models import Membership, Organisation, Person
from webapp.accounts.queries import names_of
from webapp.core import journal, outbox, search
from webapp.core.db import transaction


def test_handing_over_through_pages(site, cast, engine):
    visitor = site.as_(cast.officer)
    page = visitor.open("accounts.account").click("移交工作")
    refused = page.submit("移交", successor=str(cast.head.id), day="2020-01-01")
    assert refused.status == 422
    assert "不能早于今天" in refused
    page = refused.submit("移交", successor=str(cast.head.id), day="2026-03-04", note="盯住公示")
    assert "已移交" in page
    with transaction(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).where(outbox.Message.person_id == cast.head.id)) == 1


def test_naming_a_deputy_through_pages(site, cast):
    visitor = site.as_(cast.officer)
    page = visitor.open("accounts.account").click("指定AB岗")
    page = page.submit("指定", deputy=str(cast.head.id), away_from="2026-03-02", away_until="2026-03-03")
    assert "AB岗 李建国" in page
    assert "已取消AB岗" in page.submit("取消AB岗")


def test_only_the_holder_and_the_administrator_hand_over(site, cast, engine):
    with transaction(engine) as session:
        key = session.scalar(sa.select(Membership.id).where(Membership.person_id == cast.officer.id))
    assert site.as_(cast.head).open("accounts.hand_over", id=key).status == 404
    assert site.as_(cast.security).open("accounts.hand_over", id=key).status == 403
    assert site.as_(cast.admin).open("accounts.hand_over", id=key).status == 200
    assert site.as_().open("accounts.hand_over", id=key).heading == "登录"


def test_moving_to_another_community(site, cast, engine):
    page = site.as_(cast.granny).open("accounts.home")
    page = page.submit("换一个", street="320508018").submit("保存", area_code="320508018001")
    assert "平江路社区居委会" in page
    with transaction(engine) as session:
        assert journal.lines(session, [cast.granny.ref])[0].step == "home"


def test_message_settings(site, cast, engine):
    page = site.as_(cast.granny).open("accounts.account")
    token = page.tree.xpath('//input[@name="csrf_token"]/@value')[0]
    page.visitor.post("/account/texts", {"csrf_token": token})
    with transaction(engine) as session:
        assert session.get(Person, cast.granny.id).texts is False


def index_all(engine):
    with transaction(engine) as session:
        for office in session.scalars(sa.select(Organisation)):
            search.index(session, "organisation", office.id, office.name)


def test_the_register_of_organisations(site, cast, engine, count_queries):
    index_all(engine)
    visitor = site.as_(cast.officer)
    with count_queries(most=12):
        page = visitor.open("accounts.organisations", q="晨光")
    assert page.links("晨光")
    assert not page.links("青苗")
    assert "没有找到单位" in visitor.open("accounts.organisations", q="不存在的名字")
    assert visitor.open("accounts.organisations", kind="bureau").links("姑苏区民政局")
    assert not visitor.open("accounts.organisations").links("云龙区民政局")
    for person, status in ((cast.granny, 403), (cast.expert1, 403), (cast.lead, 200), (cast.admin, 403)):
        assert site.as_(person).open("accounts.organisations").status == status


def test_one_organisation_with_its_record_and_masked_account(site, cast, engine, count_queries):
    with transaction(engine) as session:
        actions.note_record(
            session, cast.chenguang, "award", "project:1", {}, from_day=START.date(), until_day=None, source="2026 年公益创投", at=START
        )
    with count_queries(most=12):
        page = site.as_(cast.accountant).open("accounts.organisation_show", id=cast.chenguang)
    assert "立项" in page
    assert "622***********22" in page
    assert "6222000011112222" not in page.answer.get_data(as_text=True)
    assert "6222000011112222" in page.submit("查看")
    with transaction(engine) as session:
        assert journal.lines(session, [f"organisation:{cast.chenguang}"])[0].step == "see_bank"
    officer = site.as_(cast.officer).open("accounts.organisation_show", id=cast.chenguang)
    assert "查看" not in officer.buttons()
    assert "6222000011112222" not in str(site.as_(cast.officer).json(f"/organisations/{cast.chenguang}"))
    assert site.as_(cast.rival).open("accounts.organisation_show", id=cast.chenguang).status == 404
    assert site.as_(cast.rival).get("/organisations/99999").status == 404


def test_people_for_the_administrator_only(site, cast, count_queries):
    with count_queries(most=12):
        page = site.as_(cast.admin).open("accounts.people")
    assert "139****" in page
    assert "13900000001" not in page.answer.get_data(as_text=True)
    assert page.links("移交")
    assert "13900000001" not in str(site.as_(cast.admin).json("/people"))
    assert site.as_(cast.officer).open("accounts.people").status == 403


def test_what_time_alone_did_is_signed_in_words(site, cast, engine):
    with transaction(engine) as session:
        need = make.need(session, START, person=cast.granny)
        journal.record(session, need.ref, "list", by="clock", at=START, before="accepted", after="listed")
        assert names_of(session, ["clock"]) == {"clock": "系统（到期自动办理）"}
    assert "系统（到期自动办理）" in site.as_(cast.log_auditor).open("accounts.journal", subject=need.ref)
    assert "系统（到期自动办理）" in site.as_(cast.worker).open("needs.show", id=need.id)


def test_the_journal_without_its_words(site, cast, engine, count_queries):
    with transaction(engine) as session:
        need = make.need(session, START, state="collected")
        actions.duties.journal.record(
            session, need.ref, "accept", by=cast.worker.ref, at=START, before="collected", after="accepted", note="李奶奶家的私事"
        )
    with count_queries(most=12):
        page = site.as_(cast.log_auditor).open("accounts.journal", subject=need.ref)
    assert "受理" in page
    assert "褚小桃" in page
    assert "李奶奶" not in page.answer.get_data(as_text=True)
    assert "李奶奶" not in str(site.as_(cast.log_auditor).json(f"/journal?subject={need.ref}"))
    assert "受理" in site.as_(cast.auditor).open("accounts.journal", subject=need.ref)
    assert "请填写要查的编号" in site.as_(cast.auditor).open("accounts.journal")
    assert "不在您的审计范围" in site.as_(cast.auditor).open("accounts.journal", subject=f"person:{cast.officer.id}")
    assert site.as_(cast.officer).open("accounts.journal").status == 403


def test_the_journal_by_number_name_and_day(site, cast, engine):
    with transaction(engine) as session:
        need = make.need(session, START, state="collected")
        far = make.need(session, START, state="collected", area="320303001001")
        for one, who in ((need, cast.worker), (far, cast.far_officer)):
            journal.record(session, one.ref, "accept", by=who.ref, at=START, before="collected", after="accepted")
        number, far_number = need.number, far.number
    watch, audit = site.as_(cast.log_auditor), site.as_(cast.auditor)
    assert "褚小桃" in watch.get(f"/journal?subject={number.lower()}")
    assert "褚小桃" in audit.get(f"/journal?subject={number}")
    assert "不在您的审计范围" in audit.get(f"/journal?subject={far_number}")
    named = watch.get("/journal?by=褚小桃")
    assert "受理" in named
    assert "孙远" not in named
    assert "没有这个编号、姓名或日期" in watch.get("/journal?by=查无此人")
    day = START.date().isoformat()
    assert "受理" in watch.get(f"/journal?day={day}&by=褚小桃")
    assert "没有符合条件的记录" in watch.get("/journal?day=2020-01-01")
    assert "没有这个编号、姓名或日期" in watch.get("/journal?day=昨天")


def test_the_journal_goes_on_page_by_page(site, cast, engine):
    with transaction(engine) as session:
        for n in range(60):
            journal.record(session, f"person:{1000 + n}", "create", by="clock", at=START + timedelta(seconds=n))
    page = site.as_(cast.log_auditor).open("accounts.journal")
    assert "person:1059" in page
    assert "person:1000" not in page
    assert "person:1000" in page.click("下一页")


@pytest.mark.parametrize("path", ["/help", "/privacy", "/sign-in"])
def test_pages_for_everyone(site, cast, path):
    assert site.as_().get(path).status == 200
    assert site.as_(cast.officer).get(path).status == 200


def test_the_large_mode_is_a_cookie(site, cast):
    visitor = site.as_()
    page = visitor.get("/help")
    assert page.tree.xpath("/html/@data-elder") == []
    page = page.click("大字版")
    assert page.path == "/help"
    assert page.tree.xpath("boolean(/html[@data-elder])")
    assert visitor.client.get("/elder?on=1&next=//evil.cn").headers["Location"] == "/"


def test_signs_of_life(site, cast, count_queries):
    with count_queries(exactly=0):
        assert site.as_().client.get("/healthz").get_json() == {"ok": True}
    assert site.as_().client.get("/readyz").get_json() == {"ready": True}


def test_not_ready_when_the_form_is_old(site, cast, engine):
    with transaction(engine) as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    assert site.as_().client.get("/readyz").status_code == 503
