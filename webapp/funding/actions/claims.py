"""支出凭证: claiming, accepting, rejecting and voiding what was spent.

One order of locks everywhere: project, original, document, line. The sums beside the book are changed in the same transaction.
"""

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
from webapp.funding.actions.reading import compared, read_of
from webapp.funding.models import SPENDING_KINDS, Document, PayRow, PaySheet, Spending
from webapp.funding.queries import claimed, facts
from webapp.funding.rules.claims import judged, remarked
from webapp.funding.rules.vouchers import Voucher, identity_key, name_key, tax_key
from webapp.projects.actions import tell_organisation
from webapp.projects.models import Activity, BudgetLine, Project

CHECK_WORKDAYS = 10


def _document(session: Session, voucher: Voucher, parent: Document | None = None) -> Document:
    """The document of this register and key, made at the first claim on it, and locked."""
    number = voucher.number.strip()
    fresh = inserting(session, Document).values(
        kind=voucher.kind, register=voucher.register, key=voucher.key, face_fen=voucher.face, claimed_fen=Money(0),
        code=(voucher.code.strip() or (number[:5] if voucher.register == "einvoice" else ""))[:20], number=number[:64],
        check_code=voucher.check.strip().upper()[:8], serial=voucher.serial, buyer=voucher.buyer.strip(), buyer_key=tax_key(voucher.buyer_tax),
        seller_key=tax_key(voucher.seller_tax), parent_id=parent.id if parent else None, holder=voucher.holder.strip(),
    )  # fmt: skip
    session.execute(fresh.on_conflict_do_nothing())
    query = sa.select(Document).where(Document.register == voucher.register, Document.key == voucher.key).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _documents(session: Session, voucher: Voucher) -> tuple[Document | None, Document | None]:
    """The document and its original, the original locked first; None where a number is missing."""
    if voucher.face <= Money(0):
        raise refuse("face", "票面金额要大于零。", "face")
    parent = None
    if voucher.parent is not None and voucher.parent.key:
        if voucher.parent.face <= Money(0):
            raise refuse("parent_face", "原始凭证的票面金额要大于零。", "parent_face")
        parent = _document(session, voucher.parent)
    return (_document(session, voucher, parent) if voucher.key and (parent or voucher.kind != "split") else None), parent


def claim(
    session: Session, project: Project, voucher: Voucher, *, title: str, payee: str, spent_on: date, amount: Money,
    budget_line_id: int | None, activity_id: int | None = None, reason: str = "", papers: Sequence[files.Checked] = (), by: Viewer,
    at: datetime,
) -> Spending:  # fmt: skip
    """登记支出凭证: what the project claims on one document for one budget line.

    Raises Refused with everything that does not fit: the numbers, the day, the face value over all projects, what the
    line and the money paid have left, the missing scan, and what is unusual while nobody explains it.
    """
    if voucher.kind not in SPENDING_KINDS or by.id is None:
        raise refuse("kind", "请选择凭证种类。", "kind")
    session.execute(sa.select(Project.id).where(Project.id == project.id).with_for_update())
    session.refresh(project)
    documents = _documents(session, voucher)
    line = session.get(BudgetLine, budget_line_id, with_for_update=True, populate_existing=True) if budget_line_id else None
    read = read_of(papers)
    differing = compared(read, voucher, payee=payee, spent_on=spent_on) if read else []
    wanted = claimed.Wanted(title, payee, spent_on, amount, reason, len(papers), differing)
    found = claimed.of_claim(session, project, voucher, documents, line, wanted, at=at)
    if refusals := judged(found):
        raise Refused(*refusals)
    known = sa.select(Activity.id).where(Activity.id == activity_id, Activity.project_id == project.id)
    if activity_id is not None and session.scalar(known) is None:
        raise refuse("activity", "请选择本项目的活动。", "activity_id")
    document, parent = documents
    assert document is not None
    assert line is not None
    for one in (document, parent):
        if one is not None:
            one.claimed_fen += amount
    line.claimed_fen += amount
    line.waiting += 1
    spending = Spending(
        project_id=project.id, document_id=document.id, budget_line_id=line.id, activity_id=activity_id, title=title, payee=payee,
        payee_key=name_key(payee), person=voucher.person.strip() or None, person_key=name_key(voucher.person),
        identity_key=identity_key(voucher.identity), spent_on=spent_on, amount_fen=amount, reason=reason.strip(),
        remarks=[one.code for one in remarked(found)], read=read.to_json() if read else None, by_id=by.id,
    )  # fmt: skip
    begin(session, spending, by=by, at=at, data={"amount_fen": amount.fen, "document": document.ref})
    spending.due_at = deadline(at, CHECK_WORKDAYS)
    trace(session, project.ref, spending.ref)
    for paper in papers:
        files.attach(session, spending.ref, "voucher", paper, by=by.ref, at=at)
    session.flush()
    return spending


def _locked(session: Session, spending: Spending) -> tuple[Project, list[Document], BudgetLine]:
    """Project, documents (the original before its share) and line of a claim, locked in this order."""
    project = session.get_one(Project, spending.project_id, with_for_update=True, populate_existing=True)
    parent_id = session.scalar(sa.select(Document.parent_id).where(Document.id == spending.document_id))
    keys = [key for key in (parent_id, spending.document_id) if key is not None]
    documents = [session.get_one(Document, key, with_for_update=True, populate_existing=True) for key in keys]
    return project, documents, session.get_one(BudgetLine, spending.budget_line_id, with_for_update=True, populate_existing=True)


def _fund(session: Session, project: Project) -> tuple[str, int]:
    call = session.get_one(Call, project.call_id)
    return f"fund:{call.fund_id}", call.fund_year


def accept(session: Session, spending: Spending, *, by: Viewer, at: datetime, note: str = "") -> None:
    """认可: paid money becomes spent money, on the line and on the project."""
    project, _, line = _locked(session, spending)
    take_step(session, spending, "accept", by=by, at=at, note=note, data={"amount_fen": spending.amount_fen.fen})
    fund, year = _fund(session, project)
    book.spend(session, fund, year, project.ref, spending.amount_fen, source=f"{spending.ref}/spend", by=by, at=at)
    _waits_no_more(line, spending)
    line.spent_fen += spending.amount_fen
    project.spent_fen += spending.amount_fen
    session.flush()


def _waits_no_more(line: BudgetLine, spending: Spending) -> None:
    line.claimed_fen -= spending.amount_fen
    line.waiting -= 1


def release(session: Session, spending: Spending) -> None:
    """The hours of a sheet are free again once no claim stands on it."""
    sheets = sa.select(PaySheet.id).where(PaySheet.spending_id == spending.id)
    session.execute(sa.update(PayRow).where(PayRow.sheet_id.in_(sheets)).values(standing=False))


def reject(session: Session, spending: Spending, *, note: str, by: Viewer, at: datetime) -> None:
    """不予认可: the document is free for the same amount again."""
    project, documents, line = _locked(session, spending)
    take_step(session, spending, "reject", by=by, at=at, note=note)
    _waits_no_more(line, spending)
    for document in documents:
        document.claimed_fen -= spending.amount_fen
    session.flush()
    release(session, spending)
    tell_organisation(session, project, spending.ref, f"项目 {project.number} 一张凭证未获认可", note, at)


def void(session: Session, spending: Spending, *, note: str, by: Viewer, at: datetime) -> None:
    """作废: as if never claimed; an accepted one is taken out of the book by a posting of its own."""
    was = spending.state
    project, documents, line = _locked(session, spending)
    take_step(session, spending, "void", by=by, at=at, note=note)
    if was == "accepted":
        fund, year = _fund(session, project)
        book.unspend(session, fund, year, project.ref, spending.amount_fen, source=f"{spending.ref}/unspend", by=by, at=at)
        line.spent_fen -= spending.amount_fen
        project.spent_fen -= spending.amount_fen
    if was == "claimed":
        _waits_no_more(line, spending)
    if was in facts.STANDING:
        for document in documents:
            document.claimed_fen -= spending.amount_fen
    release(session, spending)
    session.flush()
