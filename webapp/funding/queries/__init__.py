"""Reads of funding: facts, lists, pages, and the checks that everything kept beside the book equals the book."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.book import queries as book
from webapp.core.workflow import FactsOf
from webapp.funding.models import Document, Recovery, Spending, Tranche
from webapp.funding.queries import audits, facts, ledger, sheets
from webapp.projects.models import BudgetLine, Project

FACTS: dict[str, FactsOf] = {
    "tranche": facts.of_tranche,
    "spending": facts.of_spending,
    "recovery": facts.of_recovery,
    "transfer": ledger.of_transfer,
    "correction": ledger.of_correction,
    "pay_sheet": sheets.of_sheet,
    "project.archive": facts.of_project,
    "project.terminate": facts.of_project,
}


def _sum(column: Any, *conditions: Any) -> Any:
    return sa.select(sa.func.coalesce(sa.func.sum(sa.type_coerce(column, sa.BigInteger)), 0)).where(*conditions).scalar_subquery()


def _projects_equal_the_book(session: Session) -> Iterator[str]:
    """Paid and spent as each project says, against the book's turnovers of its reason."""
    booked = book.turnovers("paid", "spent").subquery()
    paid, spent = (sa.func.coalesce(one, sa.literal(Money(0), one.type)) for one in (booked.c.paid, booked.c.spent))
    query = (
        sa.select(Project.number, Project.paid_fen, Project.spent_fen, paid, spent)
        .outerjoin(booked, booked.c.reason == sa.literal("project:") + sa.cast(Project.id, sa.String))
        .where(sa.or_(Project.paid_fen != paid, Project.spent_fen != spent))
    )
    for number, paid_kept, spent_kept, paid_found, spent_found in session.execute(query.order_by(Project.id)):
        yield f"项目 {number} 记已拨 {paid_kept}、已支 {spent_kept} 元，账簿 {paid_found}、{spent_found} 元"


def _claims_equal_documents(session: Session) -> Iterator[str]:
    """What each document says is claimed on it, against the claims that stand on it and on its 分割单."""
    fen = sa.type_coerce(Spending.amount_fen, sa.BigInteger)
    of = sa.select(Document.id.label("key"), Document.parent_id, fen.label("fen")).join(Spending, Spending.document_id == Document.id)
    one = of.where(Spending.state.in_(facts.STANDING)).subquery()
    both = sa.union_all(
        sa.select(one.c.key, one.c.fen), sa.select(one.c.parent_id, one.c.fen).where(one.c.parent_id.is_not(None))
    ).subquery()
    total = sa.select(both.c.key, sa.func.sum(both.c.fen).label("fen")).group_by(both.c.key).subquery()
    kept, found = sa.type_coerce(Document.claimed_fen, sa.BigInteger), sa.func.coalesce(total.c.fen, 0)
    query = sa.select(Document.kind, Document.key, kept, found).outerjoin(total, total.c.key == Document.id).where(kept != found)
    for kind, key, claimed, summed in session.execute(query):
        yield f"凭证 {kind} {key} 记已报 {claimed} 分，各项目合计 {summed} 分"


def _lines_equal_claims(session: Session) -> Iterator[str]:
    """Spent and waiting as each line says, against the documents accepted on it and those that wait for a decision."""
    of_line = (Spending.budget_line_id == BudgetLine.id, Spending.state == "accepted"), (
        Spending.budget_line_id == BudgetLine.id, Spending.state == "claimed",
    )  # fmt: skip
    accepted, waiting = (_sum(Spending.amount_fen, *one) for one in of_line)
    many = sa.select(sa.func.count()).select_from(Spending).where(*of_line[1]).scalar_subquery()
    spent, claimed = (sa.type_coerce(one, sa.BigInteger) for one in (BudgetLine.spent_fen, BudgetLine.claimed_fen))
    wrong = sa.or_(spent != accepted, claimed != waiting, BudgetLine.waiting != many)
    query = sa.select(BudgetLine.id, spent, accepted, claimed, BudgetLine.waiting, waiting, many)
    for key, kept, found, open_kept, many_kept, open_found, counted in session.execute(query.where(wrong)):
        if kept != found:
            yield f"预算科目 {key} 记已支 {kept} 分，认可的凭证合计 {found} 分"
        if (open_kept, many_kept) != (open_found, counted):
            yield f"预算科目 {key} 记待审 {many_kept} 张 {open_kept} 分，待审核的凭证 {counted} 张合计 {open_found} 分"


def _projects_equal_claims(session: Session) -> Iterator[str]:
    accepted = _sum(Spending.amount_fen, Spending.project_id == Project.id, Spending.state == "accepted")
    own = sa.type_coerce(Recovery.amount_fen, sa.BigInteger) - sa.type_coerce(Recovery.of_spent_fen, sa.BigInteger)
    waived = _sum(own, Recovery.project_id == Project.id, Recovery.state == "waived")
    back = _sum(Recovery.of_spent_fen, Recovery.project_id == Project.id, Recovery.state == "received")
    kept = sa.type_coerce(Project.spent_fen, sa.BigInteger)
    query = sa.select(Project.number, kept, accepted, waived, back).where(kept != accepted + waived - back)
    for number, spent, found, left, returned in session.execute(query):
        yield f"项目 {number} 记已支 {spent} 分，凭证 {found} 分加免予收回 {left} 分减收回已支 {returned} 分"


def _tranches_add_up(session: Session) -> Iterator[str]:
    """The tranches of a project, cancelled ones included, add up to what was granted; the paid ones to what was paid."""
    total = _sum(Tranche.amount_fen, Tranche.project_id == Project.id)
    paid = _sum(Tranche.amount_fen, Tranche.project_id == Project.id, Tranche.state == "paid")
    granted, kept = sa.type_coerce(Project.granted_fen, sa.BigInteger), sa.type_coerce(Project.paid_fen, sa.BigInteger)
    has = sa.exists().where(Tranche.project_id == Project.id)
    wrong = sa.select(Project.number, granted, total, kept, paid).where(has, sa.or_(granted != total, kept != paid))
    for number, grant, found, paid_kept, paid_found in session.execute(wrong):
        yield f"项目 {number} 资助 {grant} 分，各期合计 {found} 分；记已拨 {paid_kept} 分，已到账各期 {paid_found} 分"


CHECKS = {
    "项目已拨已支与账簿相符": _projects_equal_the_book,
    "凭证各项目合计与已报金额相符": _claims_equal_documents,
    "预算科目已支、待审与凭证相符": _lines_equal_claims,
    "项目已支与凭证合计相符": _projects_equal_claims,
    "各期拨款合计等于资助金额": _tranches_add_up,
    "凭证抽查的次序由种子抽出": audits.draws_hold,
    "发放表与其行、其凭证相符": sheets.sheets_add_up,
    "同一人同一时段只领一次": sheets.nobody_twice,
}
