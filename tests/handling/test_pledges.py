"""认领: offered, pledged whole or part, confirmed, agreed upon, received by two people, used; the platform takes nothing."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from reports.format import day
from reports.money import Money
from tests.conftest import START
from tests.handling import stage
from tests.needs.test_pages import photo
from webapp.book import queries as book
from webapp.book.models import Account
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import Refused
from webapp.handling import actions
from webapp.handling.models import Gift, Offer, Pledge
from webapp.handling.queries import CHECKS
from webapp.needs.models import Need

UNTIL = date(2026, 4, 1)


def offered(session, cast, *, wanted=2_000_000):
    need = stage.public(session, cast)
    by = cast.worker.viewer(session, START)
    return actions.offer(session, need, wanted=Money(wanted), goods="", until=UNTIL, by=by, at=START)


def test_the_whole_way_of_a_pledge(site, cast, engine):
    with transaction(engine) as session:
        stage.public(session, cast)
        sponsor = stage.sponsor(session)
    worker, firm = site.as_(cast.worker), site.as_(sponsor)
    form = worker.open("needs.show", id=1).click("公开认领")
    assert "平台不收款" in form
    assert "请填写需要的金额" in form.submit("公开认领", wanted="", goods="", until="2026-04-01")
    assert "截止日期要晚于今天" in form.submit("公开认领", wanted="20000", until="2026-03-01")
    form.submit("公开认领", wanted="20000", goods="灯具 10 套", until="2026-04-01")
    everybody = site.as_().open("handling.pledges")
    assert "楼道照明" in everybody
    assert "平台不收款，也不向公众募款" in everybody
    assert "我们来认领" not in site.as_(cast.granny).open("handling.offer_show", id=1)
    form = firm.open("handling.offer_show", id=1).click("我们来认领")
    assert "请填写认领的金额" in form.submit("提出认领意向", amount="", goods="")
    page = form.submit("提出认领意向", amount="15000", goods="灯具 10 套")
    assert "认领意向" in page
    worker.open("handling.pledge_show", id=1).submit("确认认领")
    signing = worker.open("handling.pledge_show", id=1).click("登记捐赠协议")
    missing = signing.submit("登记捐赠协议", recipient="", qualification="", agreement_number="")
    for told in ("请填写受赠单位", "公开募捐资格证书编号", "请填写捐赠协议编号", "请上传捐赠协议扫描件"):
        assert told in missing
    page = signing.submit(
        "登记捐赠协议", recipient="姑苏区慈善总会", qualification="慈善组织 53320500MJ1", agreement_number="JZ-2026-01",
        signed_on="2026-03-02", scan=[photo()],
    )  # fmt: skip
    assert "已签捐赠协议" in page
    page.click("登记到账").submit("登记", amount="15000", received_on="2026-03-02", voucher="PJ001")
    street = site.as_(cast.street)
    assert "捐赠到账待复核" in street.open("desk.home")
    assert "已入账" in street.open("handling.gift_show", id=1).submit("确认复核入账")
    assert "已认领 15,000.00 元，需要 20,000.00 元；已到账 15,000.00 元" in site.as_().open("handling.offer_show", id=1)
    assert "已认领 15,000.00 元" in site.as_(cast.granny).open("needs.show", id=1)
    used = street.open("handling.pledge_show", id=1).submit("确认使用完毕", note="买灯 10 套，已装好")
    assert "已使用" in used
    with transaction(engine) as session:
        assert session.get(Pledge, 1).state == "used"
        assert [fault for check in CHECKS.values() for fault in check(session)] == []
        kinds = dict(session.execute(sa.select(Account.kind, Account.balance_fen).where(Account.fund == "pledge:1")).all())
        assert kinds["available"] == Money(0)
        assert kinds["spent"] == Money(1_500_000)
        told = session.scalars(sa.select(Message.title).where(Message.person_id == sponsor.id)).all()
        assert any("捐赠使用情况" in one for one in told)


def test_one_person_does_not_record_and_confirm(session, cast):
    offer = offered(session, cast)
    firm = stage.sponsor(session).viewer(session, START)
    worker, street = cast.worker.viewer(session, START), cast.street.viewer(session, START)
    made = actions.pledge(session, offer, amount=Money(100), by=firm, at=START)
    with pytest.raises(Refused, match="登记捐赠协议以后"):
        actions.record_gift(session, made, amount=Money(100), received_on=START.date(), voucher="1", by=worker, at=START)
    actions.confirm(session, made, by=worker, at=START)
    actions.sign(
        session, made, recipient="慈善总会", qualification="53", agreement_number="1", signed_on=START.date(), scan=[], by=worker, at=START
    )
    gift = actions.record_gift(session, made, amount=Money(100), received_on=START.date(), voucher="1", by=worker, at=START)
    gift.recorded_by_id = cast.street.id
    with session.no_autoflush, pytest.raises((Refused, sa.exc.IntegrityError)):
        actions.confirm_gift(session, gift, by=street, at=START)


def test_a_gift_stands_apart_from_the_budget_in_the_figures_of_the_book(session, cast):
    offer = offered(session, cast)
    firm = stage.sponsor(session).viewer(session, START)
    worker, street = cast.worker.viewer(session, START), cast.street.viewer(session, START)
    made = actions.pledge(session, offer, amount=Money(100), by=firm, at=START)
    actions.confirm(session, made, by=worker, at=START)
    actions.sign(
        session, made, recipient="慈善总会", qualification="53", agreement_number="1", signed_on=START.date(), scan=[], by=worker, at=START
    )
    gift = actions.record_gift(session, made, amount=Money(100), received_on=START.date(), voucher="1", by=worker, at=START)
    actions.confirm_gift(session, gift, by=street, at=START)
    assert session.get(Gift, gift.id).confirmed_by_id == cast.street.id
    assert all(not one.fund.startswith("pledge:") for one in book.monthly(session))


def test_an_offer_is_read_to_end_on_its_last_day(site, cast, engine):
    with transaction(engine) as session:
        offered(session, cast)
    told = f"{day(UNTIL)} 24:00"
    after = day(UNTIL + timedelta(days=1))
    story, offer = site.as_().open("portal.need_story", id=1), site.as_().open("handling.offer_show", id=1)
    for page in (story, offer, site.as_(cast.worker).open("needs.show", id=1)):
        assert told in page
        assert after not in page


def test_more_than_wanted_is_told_and_not_refused(site, cast, engine):
    with transaction(engine) as session:
        offer = offered(session, cast)
        for name in ("甲企业", "乙企业"):
            actions.pledge(session, offer, amount=Money(1_500_000), by=stage.sponsor(session, name).viewer(session, START), at=START)
    assert "认领的比需要的多 10,000.00 元" in site.as_().open("handling.offer_show", id=1)
    assert "请先与认领单位商量" in site.as_(cast.worker).open("handling.pledge_show", id=1)


def test_only_a_registered_organisation_pledges_and_only_a_public_need_is_offered(session, cast):
    offer = offered(session, cast)
    with pytest.raises(Refused, match="平台不向个人募款"):
        actions.pledge(session, offer, amount=Money(1), by=cast.granny.viewer(session, START), at=START)
    hidden = stage.accepted(session, cast)
    with pytest.raises(Refused, match="公开表述"):
        actions.offer(session, hidden, wanted=Money(1), until=UNTIL, by=cast.worker.viewer(session, START), at=START)


def test_what_nobody_confirmed_lapses_with_its_day_and_the_sponsor_hears_it(session, cast):
    offer = offered(session, cast)
    firm = stage.sponsor(session)
    made = actions.pledge(session, offer, amount=Money(100), by=firm.viewer(session, START), at=START)
    assert actions.lapse_overdue(session, START + timedelta(days=1)) == 0
    assert actions.lapse_overdue(session, START + timedelta(days=40)) == 1
    assert actions.lapse_overdue(session, START + timedelta(days=40)) == 0
    assert made.state == "lapsed"
    assert session.get(Offer, offer.id).pledged_fen == Money(0)
    assert session.scalar(sa.select(sa.func.count()).where(Message.person_id == firm.id, Message.title == "认领未成")) == 1


def test_ending_an_offer_tells_who_spoke_and_gives_the_need_back(site, cast, engine):
    with transaction(engine) as session:
        offered(session, cast)
    page = site.as_(cast.worker).open("needs.show", id=1).submit("确认结束认领", note="社区自己筹到了")
    assert "公开认领已结束" in page
    with transaction(engine) as session:
        assert session.get(Need, 1).state == "accepted"
        told = session.scalars(sa.select(Message.body).where(Message.person_id == cast.granny.id)).all()
        assert "社区自己筹到了" in told


def test_another_sponsor_and_the_public_do_not_open_a_pledge(site, cast, engine):
    with transaction(engine) as session:
        offer = offered(session, cast)
        one, two = stage.sponsor(session, "甲企业"), stage.sponsor(session, "乙企业")
        actions.pledge(session, offer, amount=Money(100), by=one.viewer(session, START), at=START)
    for who, status in ((one, 200), (two, 404), (cast.worker, 200), (cast.officer, 200), (cast.far_officer, 404), (cast.granny, 404)):
        assert site.as_(who).open("handling.pledge_show", id=1).status == status, who
    assert "已撤回" in site.as_(one).open("handling.pledge_show", id=1).submit("确认撤回认领", note="资金安排有变")
