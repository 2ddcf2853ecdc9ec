from datetime import date

from reports.money import Money
from tests import make
from tests.conftest import START
from tests.reporting.cases.project_progress import subject as project
from webapp.book import actions as book
from webapp.calls.models import Call
from webapp.funding.models import Tranche

ASKER, OUTSIDER = "lead", "rival"
WORDS = ("财务决算表", "伍万元整", "业务活动费", "叁万元整", "3000000", "财务负责人签字")


def subject(session, cast):
    """A project that received 30,000.00 and has all of it left, in the book too."""
    one = project(session, cast)
    one.state, one.paid_fen = "closing", Money(3_000_000)
    call = session.get_one(Call, one.call_id)
    fund, by = f"fund:{call.fund_id}", cast.accountant.viewer(session, START)
    tranche = Tranche(
        project_id=one.id, position=1, title="第一期", amount_fen=Money(3_000_000), trigger="signed", receipt_kind="invoice", receipt_number="00001",
        paid_on=date(2026, 3, 9),
    )  # fmt: skip
    make.at_state(session, tranche, "paid", START)
    money = {"by": by, "at": START}
    book.budget(session, fund, 2026, Money(10_000_000), area_code="320508", source="test:budget", **money)
    book.reserve(session, fund, 2026, one.ref, Money(5_000_000), area_code=one.area_code, source="test:reserve", **money)
    book.request(session, fund, 2026, one.ref, Money(3_000_000), source="test:request", **money)
    book.pay(session, fund, 2026, one.ref, Money(3_000_000), second_id=cast.leader.id, source="test:pay", **money)
    return one
