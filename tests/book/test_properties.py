"""Any sequence of verbs, right ones and wrong ones, keeps every invariant and does what the plain reference does."""

import os

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from reports.money import Money
from tests.book.reference import FLOWS, Reference
from tests.conftest import START
from webapp.book import actions, queries
from webapp.book.models import Account, Transaction
from webapp.core import journal
from webapp.core.workflow import Refused

YEARS, REASONS = (2026, 2027), ("project:1", "project:2")
move = st.tuples(st.sampled_from(sorted(FLOWS)), st.sampled_from(YEARS), st.sampled_from(REASONS), st.integers(-1, 300), st.integers(0, 60))
undo = st.tuples(st.just("reverse"), st.integers(0, 60), st.just(0), st.just(0), st.integers(0, 60))
BUDGETS = [("budget", year, "", 500, 100 + n) for n, year in enumerate(YEARS)]


def play(session, reference, by, verb, year, reason, fen, number):
    """Do one verb in both; they must agree on whether it stands."""
    source = f"test:{number}"
    if verb == "reverse":
        if f"test:{year}" not in reference.done:
            return
        stands = source not in reference.done and reference.reverse(f"test:{year}", source)
        attempt = _reverse(session, f"test:{year}", source, by)
    else:
        stands = reference.post(verb, year, reason, fen, source)
        attempt = _verb(session, verb, year, reason, fen, source, by)
    assert attempt == stands, (verb, year, reason, fen, source)


def _reverse(session, of, source, by):
    try:
        actions.reverse(session, queries.by_source(session, of), second_id=by.id + 1, source=source, by=by, at=START)
    except Refused:
        return False
    return True


def _verb(session, verb, year, reason, fen, source, by):
    more = {"second_id": by.id + 1} if verb == "pay" else {"area_code": "320508"} if verb in {"budget", "reserve"} else {}
    about = () if verb == "budget" else (reason,)
    try:
        getattr(actions, verb)(session, "fund:1", year, *about, Money(fen), source=source, by=by, at=START, **more)
    except Refused:
        return False
    return True


@given(moves=st.lists(st.one_of(move, undo), max_size=25))
@settings(
    max_examples=int(os.environ.get("SANSHE_SOAK") or 0) * 1000 or 40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@pytest.mark.only("sqlite")
def test_the_book_does_what_plain_sums_do(engine, cast, moves):
    with Session(engine, expire_on_commit=False) as session:
        reference, by = Reference(), cast.accountant.viewer(session, START)
        for one in [*BUDGETS, *moves]:
            play(session, reference, by, *one)
        _agree(session, reference)
        session.expire_all()
        assert [sentence for check in queries.CHECKS.values() for sentence in check(session)] == []
        assert list(journal.faults(session)) == []


def _agree(session, reference):
    for account in session.scalars(sa.select(Account)):
        expected = reference.balance[account.kind, account.year, account.reason] if account.kind != "returned" else 0
        assert account.balance_fen.fen == expected, (account.kind, account.year, account.reason)
    for year in (None, *YEARS):
        found = queries.totals(session, year=year)
        for name in ("budget", "committed", "requested", "paid", "spent", "returned"):
            assert getattr(found, name).fen == reference.total(name, year), (name, year)
    for reason in REASONS:
        found = queries.position(session, reason)
        for name in ("committed", "requested", "paid", "spent", "returned"):
            assert getattr(found, name).fen == reference.total(name, reason=reason), (name, reason)
        left = {
            kind: sum(fen for (k, _, why), fen in reference.balance.items() if (k, why) == (kind, reason))
            for kind in ("committed", "requested", "paid")
        }
        assert (found.to_request.fen, found.in_payment.fen, found.unspent.fen) == tuple(left.values())
    assert session.scalar(sa.select(sa.func.count()).select_from(Transaction)) == len(reference.done)
