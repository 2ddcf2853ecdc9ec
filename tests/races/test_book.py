"""Two processes pay from one budget at once: what was there is given out once, to the fen."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from tests.conftest import START
from tests.races.rivals import SOAK, race
from webapp.accounts.viewer import viewer_of
from webapp.book import actions, queries
from webapp.book.models import Transaction
from webapp.core import journal
from webapp.core.db import transaction
from webapp.core.workflow import Refused

MANY = 100 * SOAK or 6
FUND, YEAR = "fund:1", 2026


def spend_all(engine, share):
    """Reserve, request and pay one yuan after another for each of the reasons; gives what each source came to."""
    name, reasons, person, second = share
    found = []
    for n, reason in enumerate(reasons):
        source = f"{name}:{n}"
        try:
            with transaction(engine) as session:
                by = viewer_of(session, person, START)
                actions.reserve(session, FUND, YEAR, reason, Money(100), area_code="320508", source=f"{source}/reserve", by=by, at=START)
                actions.request(session, FUND, YEAR, reason, Money(100), source=f"{source}/request", by=by, at=START)
                actions.pay(session, FUND, YEAR, reason, Money(100), second_id=second, source=f"{source}/pay", by=by, at=START)
            found.append("paid")
        except Refused as refused:
            found.append(refused.refusals[0].code)
    return found


def budgeted(engine, cast, yuan):
    with transaction(engine) as session:
        by = cast.accountant.viewer(session, START)
        actions.budget(session, FUND, YEAR, Money(yuan * 100), area_code="320508", source="budget", by=by, at=START)


def whole(engine):
    with Session(engine) as session:
        assert [sentence for check in queries.CHECKS.values() for sentence in check(session)] == []
        assert list(journal.faults(session)) == []
        return queries.totals(session), queries.free(session, FUND, YEAR)


def test_two_payers_never_pay_more_than_the_budget(engine, database, keys, cast):
    """Each wants to give out all of it, in opposite orders of the projects."""
    budgeted(engine, cast, MANY)
    projects = [f"project:{n}" for n in range(MANY)]
    shares = [("a", projects, cast.accountant.id, cast.leader.id), ("b", projects[::-1], cast.leader.id, cast.accountant.id)]
    answers = [code for answer in race(spend_all, database, keys, shares) for code in answer]
    assert (answers.count("paid"), answers.count("balance")) == (MANY, MANY)
    totals, free = whole(engine)
    assert (totals.paid, totals.committed, free) == (Money(MANY * 100), Money(MANY * 100), Money(0))


def test_the_same_payment_sent_twice_is_posted_once(engine, database, keys, cast):
    budgeted(engine, cast, 2 * MANY)
    projects = [f"project:{n % 3}" for n in range(MANY)]
    answers = race(spend_all, database, keys, [("same", projects, cast.accountant.id, cast.leader.id)] * 2)
    assert [sorted(pair) for pair in zip(*answers, strict=True)] == [["paid", "posted"]] * MANY
    totals, _ = whole(engine)
    assert totals.paid == Money(MANY * 100)
    with Session(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Transaction)) == 3 * MANY + 1


def first(engine, share):
    """The very first posting of a fund's year."""
    source, person = share
    with transaction(engine) as session:
        by = viewer_of(session, person, START)
        actions.budget(session, FUND, YEAR, Money(100), area_code="320508", source=source, by=by, at=START)
    return [source]


def test_two_first_postings_of_a_year_both_stand(engine, database, keys, cast):
    race(first, database, keys, [("a", cast.accountant.id), ("b", cast.leader.id)])
    assert whole(engine)[1] == Money(200)
