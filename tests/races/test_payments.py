"""Two at once on the same money: exactly one wins, and the book is right to the fen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import sqlalchemy as sa

from reports.money import Money
from tests.conftest import START
from tests.funding.test_sheets import LI, line, sheet_of
from tests.funding.test_sheets import at as at_hour
from tests.funding.walk import claim, paid, planned, voucher
from tests.projects.stage import picture
from tests.races.rivals import SOAK, race
from webapp.accounts.viewer import viewer_of
from webapp.book import queries as book
from webapp.calls.models import Fund
from webapp.core import files
from webapp.core.db import transaction
from webapp.core.workflow import Refused
from webapp.funding import actions, queries
from webapp.funding.models import Batch, Document, PaySheet, Spending, Tranche
from webapp.projects.actions import changes
from webapp.projects.models import Project
from webapp.projects.queries import one as one_of

CLAIMS = 20 * SOAK or 4


def _try(engine, person, act):
    """One verb in a transaction of its own: "ok", or the code of what refused it."""
    try:
        with transaction(engine) as session:
            act(session, viewer_of(session, person, START))
    except Refused as refused:
        return refused.refusals[0].code
    return "ok"


def approve(engine, share):
    tranche, person = share
    return [_try(engine, person, lambda s, by: actions.approve(s, s.get_one(Tranche, tranche), by=by, at=START))]


def send(engine, share):
    tranche, person = share
    return [_try(engine, person, lambda s, by: actions.create_batch(s, [tranche], by=by, at=START))]


def pay(engine, share):
    tranche, person = share

    def act(session, by):
        actions.pay(session, session.get_one(Tranche, tranche), bank_reference="YH", paid_on=date(2026, 3, 2), by=by, at=START)

    return [_try(engine, person, act)]


def claim_many(engine, share):
    """The same documents of 100 元 in the same order, 60 元 each, on a line of one's own."""
    store, project, line, person, keys = share
    files.open_store(Path(store))

    def act(key):
        def claimed(session, by):
            actions.claim(
                session, session.get_one(Project, project), voucher(number=key), title="物资", payee="超市", spent_on=date(2026, 3, 2),
                amount=Money(6_000), budget_line_id=line, papers=[picture()], by=by, at=START,
            )  # fmt: skip

        return claimed

    return [_try(engine, person, act(key)) for key in keys]


def accept(engine, share):
    spending, person = share
    return [_try(engine, person, lambda s, by: actions.accept(s, s.get_one(Spending, spending), by=by, at=START))]


def spend_or_cut(engine, share):
    """One claims 100 元 on a line while the other takes the line down to 60 元, within what it may move on its own."""
    store, project, line, other, person, cuts = share
    files.open_store(Path(store))

    def act(session, by):
        found = session.get_one(Project, project)
        if not cuts:
            walk = voucher(number="00777", face=Money(10_000))
            actions.claim(
                session, found, walk, title="物资", payee="超市", spent_on=date(2026, 3, 2), amount=Money(10_000), budget_line_id=line,
                papers=[picture()], by=by, at=START,
            )  # fmt: skip
            return
        whole = sum((row.grant_fen for row in one_of.lines_of(session, project)), Money(0))
        proposal = changes.propose_budget(session, found, amounts={line: Money(6_000), other: whole - Money(6_000)})
        made = changes.request_change(session, found, "budget", proposal, why="少买", by=by, at=START)
        assert made.state == "requested"
        officer = viewer_of(session, cuts, START)
        changes.approve_change(session, made, by=officer, at=START)

    return [_try(engine, person, act)]


def hand_in(engine, share):
    store, sheet, person = share
    files.open_store(Path(store))

    def act(session, by):
        actions.claim_sheet(session, session.get_one(PaySheet, sheet), papers=[picture()], by=by, at=START)

    return [_try(engine, person, act)]


def _damages(session):
    return [found for check in (*queries.CHECKS.values(), *book.CHECKS.values()) for found in check(session)]


def test_a_tranche_is_approved_sent_and_paid_once(engine, database, keys, cast):
    with transaction(engine) as session:
        _, [first, *_] = planned(session, cast)
        lead, officer, finance = (person.viewer(session, START) for person in (cast.lead, cast.officer, cast.accountant))
        actions.request(session, first, receipt_kind="invoice", receipt_number="1", papers=[picture()], by=lead, at=START)
        actions.prepare(session, first, note="好", by=officer, at=START)
        actions.check(session, first, by=finance, at=START)
        tranche, amount = first.id, first.amount_fen
    for work, person in ((approve, cast.leader.id), (send, cast.accountant.id), (pay, cast.accountant.id)):
        results = [one for [one] in race(work, database, keys, [(tranche, person)] * 3)]
        assert results.count("ok") == 1, (work.__name__, results)
        assert set(results) <= {"ok", "changed", "state", "none", "posted"}, (work.__name__, results)
    with transaction(engine) as session:
        project = session.scalars(sa.select(Project)).one()
        assert project.paid_fen == amount
        assert book.position(session, project.ref).paid == amount
        assert session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1
        assert _damages(session) == []


def test_one_document_is_claimed_within_its_face_by_two_at_once(engine, database, keys, data, cast):
    with transaction(engine) as session:
        project, [first, *_] = planned(session, cast)
        paid(session, cast, first)
        lines = [line.id for line in one_of.lines_of(session, project.id)]
        key = project.id
    numbers = [f"{n:05d}" for n in range(CLAIMS)]
    shares = [
        (str(data / "files"), key, line, person.id, numbers) for line, person in zip(lines[:2], (cast.member, cast.lead), strict=True)
    ]
    results = race(claim_many, database, keys, shares)
    for pair in zip(*results, strict=True):
        assert sorted(pair) == ["face", "ok"], results
    with transaction(engine) as session:
        assert session.scalars(sa.select(Document.claimed_fen)).all() == [Money(6_000)] * CLAIMS
        assert _damages(session) == []


def test_the_same_person_is_paid_once_for_the_same_hours_by_two_projects_at_once(engine, database, keys, data, cast):
    with transaction(engine) as session:
        made = []
        for minutes in (0, 30):
            project, [first, *_] = planned(session, cast, money=session.scalars(sa.select(Fund)).first())
            paid(session, cast, first)
            row = line(starts=at_hour(6, minutes), ends=at_hour(7, minutes), tenths=10)
            made.append(
                sheet_of(
                    session, cast, project, [row, line("李示例", LI, starts=at_hour(5, minutes), ends=at_hour(5, minutes + 20), tenths=3)]
                ).id
            )
    shares = [(str(data / "files"), sheet, person.id) for sheet, person in zip(made, (cast.member, cast.lead), strict=True)]
    results = race(hand_in, database, keys, shares)
    assert sorted(found for pair in results for found in pair) == ["ok", "row"], results
    with transaction(engine) as session:
        assert _damages(session) == []


def test_a_claim_is_accepted_once_and_a_line_is_spent_or_cut_once(engine, database, keys, data, cast):
    with transaction(engine) as session:
        project, [first, *_] = planned(session, cast)
        paid(session, cast, first)
        spending, key = claim(session, cast, project).id, project.id
    results = [
        one
        for [one] in race(accept, database, keys, [(spending, cast.officer.id), (spending, cast.head.id), (spending, cast.accountant.id)])
    ]
    assert results.count("ok") == 1, results
    with transaction(engine) as session:
        assert session.scalars(sa.select(Project.spent_fen)).one() == Money(10_000)
        assert _damages(session) == []
        line, other = [found.id for found in one_of.lines_of(session, key)][1::-1]
    shares = [(str(data / "files"), key, line, other, person.id, cuts) for person, cuts in ((cast.member, 0), (cast.lead, cast.head.id))]
    results = [one for [one] in race(spend_or_cut, database, keys, shares)]
    assert sorted(results) in (["amount", "ok"], ["line", "ok"]), results
    with transaction(engine) as session:
        assert _damages(session) == []
