"""支出凭证: claiming, accepting, rejecting and voiding what was spent.

One order of locks everywhere: project, document, line. The sums beside the book are changed in the same transaction.
"""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.viewer import Viewer
from webapp.book import actions as book
from webapp.calls.models import Call
from webapp.core import files
from webapp.core.calendar import deadline
from webapp.core.db import inserting
from webapp.core.trace import trace
from webapp.core.workflow import Refused, begin, refuse, take_step
from webapp.funding.models import SPENDING_KINDS, Document, Spending
from webapp.funding.queries import facts
from webapp.funding.rules.claims import CLAIM
from webapp.projects.actions import tell_organisation
from webapp.projects.models import Activity, BudgetLine, Project

CHECK_WORKDAYS = 10


def key_of(text: str) -> str:
    """A document's number in one spelling: half-width, capitals, without spaces and dashes."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in folded if char.isalnum())[:64]


def _document(session: Session, kind: str, key: str, face: Money) -> Document:
    """The document of this kind and number, made at the first claim on it, and locked."""
    fresh = inserting(session, Document).values(kind=kind, key=key, face_fen=face, claimed_fen=Money(0))
    session.execute(fresh.on_conflict_do_nothing())
    query = sa.select(Document).where(Document.kind == kind, Document.key == key).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def claim(
    session: Session, project: Project, *, kind: str, key: str, title: str, payee: str, spent_on: date, face: Money, amount: Money,
    budget_line_id: int | None, activity_id: int | None = None, papers: Sequence[files.Checked] = (), by: Viewer, at: datetime,
) -> Spending:  # fmt: skip
    """登记支出凭证: what the project claims on one document for one budget line.

    Raises Refused with everything that does not fit: the day, the face value over all projects, what the line and the
    money paid have left, the missing scan.
    """
    if kind not in SPENDING_KINDS or by.id is None:
        raise refuse("kind", "请选择凭证种类。", "kind")
    number = key_of(key)
    if face <= Money(0):
        raise refuse("face", "票面金额要大于零。", "face")
    session.execute(sa.select(Project.id).where(Project.id == project.id).with_for_update())
    session.refresh(project)
    document = _document(session, kind, number, face) if number else None
    line = session.get(BudgetLine, budget_line_id, with_for_update=True, populate_existing=True) if budget_line_id else None
    found = facts.of_claim(
        session, project, document, line, face=face, amount=amount, spent_on=spent_on, files=len(papers), key=number, at=at
    )
    if refusals := [refusal for rule in CLAIM if (refusal := rule(found)) is not None]:
        raise Refused(*refusals)
    if (
        activity_id is not None
        and session.scalar(sa.select(Activity.id).where(Activity.id == activity_id, Activity.project_id == project.id)) is None
    ):
        raise refuse("activity", "请选择本项目的活动。", "activity_id")
    assert document is not None
    assert line is not None
    document.claimed_fen += amount
    spending = Spending(
        project_id=project.id,
        document_id=document.id,
        budget_line_id=line.id,
        activity_id=activity_id,
        title=title,
        payee=payee,
        spent_on=spent_on,
        amount_fen=amount,
        by_id=by.id,
    )
    begin(session, spending, by=by, at=at, data={"amount_fen": amount.fen, "document": document.ref})
    spending.due_at = deadline(at, CHECK_WORKDAYS)
    trace(session, project.ref, spending.ref)
    for one in papers:
        files.attach(session, spending.ref, "voucher", one, by=by.ref, at=at)
    session.flush()
    return spending


def _locked(session: Session, spending: Spending) -> tuple[Project, Document, BudgetLine]:
    """Project, document and line of a claim, locked in this order."""
    return (
        session.get_one(Project, spending.project_id, with_for_update=True, populate_existing=True),
        session.get_one(Document, spending.document_id, with_for_update=True, populate_existing=True),
        session.get_one(BudgetLine, spending.budget_line_id, with_for_update=True, populate_existing=True),
    )


def _fund(session: Session, project: Project) -> tuple[str, int]:
    call = session.get_one(Call, project.call_id)
    return f"fund:{call.fund_id}", call.fund_year


def accept(session: Session, spending: Spending, *, by: Viewer, at: datetime, note: str = "") -> None:
    """认可: paid money becomes spent money, on the line and on the project."""
    project, _, line = _locked(session, spending)
    take_step(session, spending, "accept", by=by, at=at, note=note, data={"amount_fen": spending.amount_fen.fen})
    fund, year = _fund(session, project)
    book.spend(session, fund, year, project.ref, spending.amount_fen, source=f"{spending.ref}/spend", by=by, at=at)
    line.spent_fen += spending.amount_fen
    project.spent_fen += spending.amount_fen
    session.flush()


def reject(session: Session, spending: Spending, *, note: str, by: Viewer, at: datetime) -> None:
    """不予认可: the document is free for the same amount again."""
    project, document, _ = _locked(session, spending)
    take_step(session, spending, "reject", by=by, at=at, note=note)
    document.claimed_fen -= spending.amount_fen
    session.flush()
    tell_organisation(session, project, spending.ref, f"项目 {project.number} 一张凭证未获认可", note, at)


def void(session: Session, spending: Spending, *, note: str, by: Viewer, at: datetime) -> None:
    """作废: as if never claimed; an accepted one is taken out of the book by a posting of its own."""
    was = spending.state
    project, document, line = _locked(session, spending)
    take_step(session, spending, "void", by=by, at=at, note=note)
    if was == "accepted":
        fund, year = _fund(session, project)
        book.unspend(session, fund, year, project.ref, spending.amount_fen, source=f"{spending.ref}/unspend", by=by, at=at)
        line.spent_fen -= spending.amount_fen
        project.spent_fen -= spending.amount_fen
    if was in facts.STANDING:
        document.claimed_fen -= spending.amount_fen
    session.flush()
