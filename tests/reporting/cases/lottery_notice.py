from reports.money import Money
from tests import make
from tests.cast import TAO
from tests.conftest import START
from webapp.book import actions as book
from webapp.calls.rules import template

ASKER, OUTSIDER, CHOICE = "accountant", "far_officer", "2026-a4"
WORDS = ("2026年度", "银龄陪伴", "5000000", "预算执行率", "50.0%（已拨付 ÷ 预算）", "尚未开展活动", "彩票公益金管理办法")


def subject(session, cast):
    money = make.fund(session, cast)
    call = make.call(session, cast, START, rules=template().to_json(), state="awarded", money=money)
    project = make.project(session, cast, START, make.application(session, cast, START, call, state="awarded"))
    me = cast.accountant.viewer(session, START)
    book.budget(session, money.ref, 2026, Money(6_000_000), area_code="320508", source="t/budget", by=me, at=START)
    book.reserve(session, money.ref, 2026, project.ref, project.granted_fen, area_code=TAO, source="t/r", by=me, at=START)
    book.request(session, money.ref, 2026, project.ref, Money(3_000_000), source="t/q", by=me, at=START)
    book.pay(session, money.ref, 2026, project.ref, Money(3_000_000), second_id=cast.leader.id, source="t/p", by=me, at=START)
    return money
