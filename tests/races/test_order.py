"""Locks are taken in one order, so that nobody waits for somebody who waits for them."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests import make
from tests.conftest import START
from tests.funding import walk
from webapp.book import queries as book
from webapp.core import journal
from webapp.core.db import transaction
from webapp.core.files import Checked
from webapp.funding import actions as funding
from webapp.funding.models import Batch, Tranche
from webapp.funding.queries.pages import key_of
from webapp.projects.models import Project


@pytest.mark.only("postgres")
def test_a_banks_answer_that_waits_for_a_project_does_not_hold_the_book(engine, cast):
    """Somebody accepts a spending of the second project, which then wants the book's chain: neither waits for ever."""
    with transaction(engine) as session:
        money = make.fund(session, cast)
        paying = [walk.planned(session, cast, money=money)[1][0] for _ in range(2)]
        for tranche in paying:
            walk.approved(session, cast, tranche)
        by = cast.accountant.viewer(session, START)
        batch = funding.create_batch(session, [tranche.id for tranche in paying], by=by, at=START).id
        projects = [session.get_one(Project, tranche.project_id) for tranche in paying]
        rows = "".join(f"{key_of(project.number, 1)},成功,YH{project.id},2026-03-02\n" for project in projects)
        chain, second = book.chain_of(f"fund:{money.id}", 2026), projects[1].id

    def answer() -> None:
        with transaction(engine) as session:
            file = Checked("回单.csv", f"编号,结果,银行流水号,日期\n{rows}".encode(), "text/csv")
            taken = funding.take(session, session.get_one(Batch, batch), file, by=cast.accountant.viewer(session, START), at=START)
            assert (taken.paid, taken.faults) == (2, ())

    with Session(engine) as holding:
        holding.execute(sa.select(Project.id).where(Project.id == second).with_for_update())
        waiting = threading.Thread(target=answer)
        waiting.start()
        asked = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        while waiting.is_alive() and not _scalar(engine, asked):
            waiting.join(0.05)
        assert waiting.is_alive()
        holding.get_one(journal.Head, chain, with_for_update={"nowait": True})
        holding.commit()
    waiting.join(30)
    with Session(engine) as session:
        assert set(session.scalars(sa.select(Tranche.state).where(Tranche.batch_id == batch))) == {"paid"}


def _scalar(engine: sa.Engine, query: sa.TextClause) -> int:
    with engine.connect() as connection:
        return int(connection.execute(query).scalar_one())
