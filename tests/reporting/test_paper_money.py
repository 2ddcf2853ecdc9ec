"""The sums that money papers print are the book's: read off the PDF itself, not off the value it was made from."""

import re
import subprocess

import pytest
import sqlalchemy as sa

from reports import pdf
from reports.money import Money
from tests.conftest import START
from tests.reporting.cases import final_accounts
from webapp.book import actions as book
from webapp.book import queries as books
from webapp.calls.models import Call
from webapp.core.db import transaction
from webapp.funding.models import Batch, Tranche
from webapp.projects.models import BudgetLine, Project
from webapp.reporting.papers import Asked
from webapp.reporting.registry import PAPERS

pytestmark = pytest.mark.only("sqlite")


def printed(key, session, subject, who) -> str:
    """The words of the paper, without blanks, as a reader has them."""
    asked = Asked(as_of=START, viewer=who, number="B2026-0001")
    paper = PAPERS[key]
    content = pdf.write(paper.build(paper.gather(session, subject, asked), asked))
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return re.sub(r"\s", "", read.stdout.decode())


def test_the_sums_on_paper_are_those_of_the_book(engine, cast):
    with transaction(engine) as session:
        project = final_accounts.subject(session, cast)
        call, by = session.get_one(Call, project.call_id), cast.accountant.viewer(session, START)
        fund = f"fund:{call.fund_id}"
        to = {"by": by, "at": START}
        book.spend(session, fund, 2026, project.ref, Money(1_234_567), source="test:spend", **to)
        book.give_back(session, fund, 2026, project.ref, Money(700_001), source="test:back", **to)
        line = session.scalars(sa.select(BudgetLine).where(BudgetLine.project_id == project.id)).one()
        line.spent_fen = project.spent_fen = Money(1_234_567)
        batch = Batch(
            number="BK2026-0001",
            area_code="320508",
            title="第一批",
            total_fen=Money(3_000_000),
            count=1,
            by_id=cast.accountant.id,
            at=START,
        )
        session.add(batch)
        session.flush()
        tranche = session.scalars(sa.select(Tranche).where(Tranche.project_id == project.id)).one()
        tranche.batch_id, tranche.prepared_by_id = batch.id, cast.officer.id
    with transaction(engine) as session:
        project, who = session.get_one(Project, project.id), cast.accountant.viewer(session, START)
        where = books.position(session, project.ref)
        assert (where.paid, where.spent, where.returned, where.unspent) == (
            Money(3_000_000), Money(1_234_567), Money(700_001), Money(1_065_432),
        )  # fmt: skip
        words = printed("final_accounts", session, project, who)
        assert "已拨付30,000.00元＝已列支12,345.67＋已收回7,000.01＋结余10,654.32。" in words
        assert re.search(r"合计50,000\.005,000\.0012,345\.6737,654\.3324\.7%", words), words
        words = printed("payment_batch", session, session.get_one(Batch, batch.id), who)
        assert re.search(r"合计30,000\.00叁万元整", words), words
        words = printed("payment_approval", session, session.get_one(Tranche, tranche.id), who)
        assert "已拨付30,000.00元" in words
        assert re.search(r"合计30,000\.0060\.0%", words), words
