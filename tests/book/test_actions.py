"""The book's verbs, what they refuse, its reads, and every damage `doctor` must find."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests.cast import TAO, YUNLONG
from tests.conftest import START
from webapp.book import actions, queries
from webapp.book.models import Account, Posting, Transaction
from webapp.core import journal
from webapp.core.workflow import CLOCK, Refused

FUND, YEAR, PROJECT = "fund:1", 2026, "project:1"


@pytest.fixture
def by(session, cast):
    return cast.accountant.viewer(session, START)


@pytest.fixture
def book(session, cast, by):
    """Verbs with the fund's year filled in: `book.reserve(300)`."""
    return Book(session, by, cast.leader.id)


class Book:
    def __init__(self, session, by, second_id):
        self.session, self.by, self.second_id, self.number = session, by, second_id, 0

    def __getattr__(self, verb):
        def post(fen, *, reason=PROJECT, source=None, at=START, fund=FUND, year=YEAR, area_code=TAO, **more):
            self.number += 1
            if verb == "pay":
                more.setdefault("second_id", self.second_id)
            if verb == "budget":
                more["area_code"] = area_code if area_code != TAO else "320508"
            elif verb == "reserve":
                more["area_code"] = area_code
            about = () if verb == "budget" else (reason,)
            more.setdefault("by", self.by)
            source = source or f"test:{self.number}/{verb}"
            return getattr(actions, verb)(self.session, fund, year, *about, Money(fen), source=source, at=at, **more)

        return post


def refused(code):
    return pytest.raises(Refused, check=lambda error: [r.code for r in error.refusals] == [code])


def damage(session):
    session.flush()
    session.expire_all()
    return [sentence for check in queries.CHECKS.values() for sentence in check(session)]


def fens(values):
    return [getattr(values, name).fen for name in values.__slots__]


def test_a_project_from_budget_to_recovery(session, book):
    book.budget(1000)
    book.reserve(600)
    book.release(100)
    book.request(400)
    book.bounce(400)
    book.request(300)
    book.pay(300)
    book.spend(250)
    book.unspend(50)
    book.give_back(80)
    assert queries.free(session, FUND, YEAR) == Money(1000 - 600 + 100 + 80)
    assert fens(queries.position(session, PROJECT)) == [500, 300, 300, 200, 80, 200, 0, 20]
    assert fens(queries.totals(session)) == [1000, 500, 300, 300, 200, 80]
    assert [row.kind for row in queries.transactions(session, PROJECT)] == [
        "reserve", "release", "request", "bounce", "request", "pay", "spend", "unspend", "return",
    ]  # fmt: skip
    assert queries.transactions(session, PROJECT)[-1].amount == Money(80)
    assert damage(session) == []
    assert list(journal.faults(session)) == []


@pytest.mark.parametrize("verb", ["reserve", "release", "request", "bounce", "pay", "spend", "unspend", "give_back"])
def test_nothing_can_be_taken_from_an_empty_pot(session, book, verb):
    with refused("balance"):
        getattr(book, verb)(1)
    assert session.scalar(sa.select(sa.func.count()).select_from(Account)) == 0


def test_a_refusal_says_what_there_is(book):
    book.budget(100_00)
    with pytest.raises(Refused, match=r"预留 300\.00 元超过了账上的可用预算 100\.00 元"):
        book.reserve(300_00)


@pytest.mark.parametrize("fen", [0, -5])
def test_amounts_are_above_zero(book, fen):
    with refused("amount"):
        book.budget(fen)


def test_the_same_source_is_posted_once(session, book):
    book.budget(100, source="fund:1/2026")
    with refused("posted"):
        book.budget(100, source="fund:1/2026")
    assert queries.totals(session).budget == Money(100)


def test_two_people_pay(session, cast, book):
    book.budget(100)
    book.reserve(100)
    book.request(100)
    with refused("two_people"):
        book.pay(100, second_id=cast.accountant.id)
    with refused("two_people"):
        book.pay(100, by=CLOCK)
    book.pay(100)
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.update(Transaction).where(Transaction.kind == "pay").values(second_id=None))


def test_the_database_itself_refuses_a_negative_balance(session, book):
    book.budget(100)
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.update(Account).where(Account.kind == "available").values(balance_fen=Money(-1)))


def test_a_mistake_is_reversed_once(session, book, by, cast):
    book.budget(100)
    wrong = book.reserve(70)
    actions.reverse(session, wrong, second_id=cast.leader.id, source="fix:1", by=by, at=START, memo="项目选错")
    assert fens(queries.position(session, PROJECT)) == [0] * 8
    assert queries.free(session, FUND, YEAR) == Money(100)
    with refused("reversed"):
        actions.reverse(session, wrong, second_id=cast.leader.id, source="fix:2", by=by, at=START)
    with refused("reversal"):
        actions.reverse(session, queries.by_source(session, "fix:1"), second_id=cast.leader.id, source="fix:3", by=by, at=START)
    assert damage(session) == []


def test_what_was_used_since_cannot_be_reversed(session, book, by, cast):
    book.budget(100)
    reserved = book.reserve(70)
    book.request(50)
    with refused("balance"):
        actions.reverse(session, reserved, second_id=cast.leader.id, source="fix:1", by=by, at=START)


def test_a_closed_month_takes_no_posting(session, book, by):
    book.budget(100)
    with refused("month_runs"):
        actions.close_period(session, FUND, date(2026, 3, 31), by=by, at=START)
    actions.close_period(session, FUND, date(2026, 2, 1), by=by, at=START)
    with refused("closed_period"):
        actions.close_period(session, FUND, date(2026, 2, 5), by=by, at=START)
    with refused("closed_period"):
        book.budget(100, year=2025, at=START - timedelta(days=10))
    book.reserve(100)


def test_turnovers_taken_apart_by_month_add_up_to_the_books_totals(session, book):
    book.budget(1000)
    for n, at in enumerate((START, START + timedelta(days=40))):
        book.reserve(300, reason=f"project:{n}", at=at)
        book.request(200, reason=f"project:{n}", at=at)
    found = queries.monthly(session)
    assert [(one.reason, one.month, one.budget.fen, one.committed.fen, one.requested.fen) for one in found] == [
        ("", 202603, 1000, 0, 0), ("project:0", 202603, 0, 300, 200), ("project:1", 202604, 0, 300, 200)
    ]  # fmt: skip
    whole = queries.totals(session)
    assert all(sum(getattr(one, name).fen for one in found) == getattr(whole, name).fen for name in ("budget", "committed", "requested"))


def test_requests_that_overtake_each_other_are_posted_in_one_order(session, book):
    book.budget(100, at=START)
    late = book.reserve(50, at=START - timedelta(seconds=5))
    assert late.at == START
    with pytest.raises(ValueError, match="早于"):
        book.reserve(10, at=START - timedelta(hours=1))


def test_totals_by_year_fund_area_moment_and_viewer(session, cast, book):
    later = START + timedelta(days=1)
    book.budget(1000)
    book.budget(500, fund="fund:2", area_code=YUNLONG)
    book.reserve(300)
    book.budget(70, year=2027, at=START)
    book.request(200, at=later)
    book.reserve(40, fund="fund:2", reason="project:9", area_code="320303001001", at=later)
    assert fens(queries.totals(session)) == [1570, 340, 200, 0, 0, 0]
    assert fens(queries.totals(session, year=2027)) == [70, 0, 0, 0, 0, 0]
    assert fens(queries.totals(session, fund="fund:2")) == [500, 40, 0, 0, 0, 0]
    assert fens(queries.totals(session, area=TAO)) == [0, 300, 200, 0, 0, 0]
    assert fens(queries.totals(session, as_of=START)) == [1570, 300, 0, 0, 0, 0]
    assert fens(queries.totals(session, as_of=START - timedelta(seconds=1))) == [0] * 6
    assert fens(queries.totals(session, viewer=cast.far_officer.viewer(session, START))) == [500, 40, 0, 0, 0, 0]
    assert fens(queries.totals(session, viewer=cast.street.viewer(session, START))) == [0, 300, 200, 0, 0, 0]
    assert fens(queries.totals(session, viewer=cast.granny.viewer(session, START))) == [0] * 6
    assert [(row.reason, row.committed.fen) for row in queries.monthly(session) if row.reason] == [(PROJECT, 300), ("project:9", 40)]
    assert queries.position(session, PROJECT, as_of=START).requested == Money(0)
    assert set(queries.positions(session, [PROJECT, "project:9", "project:404"])) == {PROJECT, "project:9"}


@pytest.mark.parametrize("many", [1, 12])
def test_reads_are_one_statement_each(session, book, many, count_queries):
    book.budget(1000)
    for n in range(many):
        book.reserve(10, reason=f"project:{n}")
    with count_queries(exactly=5):
        assert queries.totals(session).committed == Money(10 * many)
        assert len(queries.monthly(session)) == many + 1
        queries.position(session, "project:0")
        queries.positions(session, [f"project:{n}" for n in range(many)])
        queries.free(session, FUND, YEAR)


def test_an_empty_book_is_a_book_of_noughts(session):
    assert fens(queries.totals(session)) == [0] * 6
    assert fens(queries.position(session, PROJECT)) == [0] * 8
    assert queries.free(session, FUND, YEAR) == Money(0)
    assert queries.monthly(session) == []


FORGERIES = {
    "a balanced change of amounts": ["UPDATE book_postings SET fen = fen * 2 WHERE transaction_id = {reserve}"],
    "one posting": ["UPDATE book_postings SET fen = fen + 1 WHERE transaction_id = {reserve} AND fen > 0"],
    "to another project's account": [
        "UPDATE book_postings SET account_id = {other} WHERE transaction_id = {reserve} AND fen > 0",
        "UPDATE book_accounts SET balance_fen = balance_fen - 300 WHERE kind = 'committed' AND reason = 'project:1'",
        "UPDATE book_accounts SET balance_fen = balance_fen + 300 WHERE id = {other}",
    ],
    "an account's name": ["UPDATE book_accounts SET reason = 'project:7' WHERE reason = 'project:1' AND kind = 'committed'"],
    "a balance": ["UPDATE book_accounts SET balance_fen = balance_fen + 1 WHERE kind = 'available'"],
    "who approved": ["UPDATE book_transactions SET second_id = 1 WHERE id = {reserve}"],
    "what it was for": ["UPDATE book_transactions SET memo = '别的' WHERE id = {reserve}"],
    "when": ["UPDATE book_transactions SET at = '2026-01-01 00:00:00' WHERE id = {reserve}"],
    "a whole transaction gone": [
        "DELETE FROM book_postings WHERE transaction_id = {reserve}",
        "DELETE FROM book_transactions WHERE id = {reserve}",
        "UPDATE book_accounts SET balance_fen = 0 WHERE kind = 'committed' AND reason = 'project:1'",
        "UPDATE book_accounts SET balance_fen = balance_fen + 300 WHERE kind = 'available'",
    ],
    "an account and its digest": [
        "UPDATE book_accounts SET reason = 'project:7' WHERE reason = 'project:1'", "UPDATE book_transactions SET digest = '{fresh}' WHERE id = {reserve}",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_every_forgery_is_found(session, book, name):
    book.budget(1000)
    reserved = book.reserve(300)
    book.reserve(200, reason="project:2")
    other = session.scalars(sa.select(Account.id).where(Account.reason == "project:2")).one()
    assert damage(session) == []
    fresh = queries.digest_of(reserved, [("available", FUND, YEAR, "", -300), ("committed", FUND, YEAR, "project:7", 300)])
    for statement in FORGERIES[name]:
        session.execute(sa.text(statement.format(reserve=reserved.id, other=other, fresh=fresh)))
    assert damage(session) != []


def test_a_transaction_without_its_entry_is_found(session, book):
    book.budget(1000)
    session.execute(sa.delete(journal.Entry).where(journal.Entry.subject == queries.chain_of(FUND, YEAR)))
    assert [sentence for sentence in damage(session) if "没有办理记录" in sentence]


def test_a_negative_balance_is_found(session, book, kind_of_database):
    book.budget(1000)
    if kind_of_database == "sqlite":
        session.execute(sa.text("PRAGMA ignore_check_constraints=ON"))
    else:
        session.execute(sa.text("ALTER TABLE book_accounts DROP CONSTRAINT ck_book_accounts_not_negative"))
    session.execute(sa.update(Account).where(Account.kind == "available").values(balance_fen=Money(-1)))
    assert [sentence for sentence in damage(session) if "余额为负" in sentence]


def test_a_posting_without_its_transaction_is_not_stored(session, book):
    book.budget(1000)
    account = session.scalars(sa.select(Account.id)).first()
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.insert(Posting).values(transaction_id=987654, account_id=account, fen=Money(1)))
