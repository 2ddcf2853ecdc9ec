"""Verbs on the book itself: money passed on between funds, corrections, closing a month."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import yuan
from reports.money import Money
from webapp.accounts.viewer import Viewer
from webapp.book import actions as book
from webapp.book import queries as books
from webapp.book.models import Transaction
from webapp.calls.models import Fund
from webapp.core.calendar import deadline
from webapp.core.workflow import NotAllowed, Refusal, Refused, begin, carrying, refuse, take_step
from webapp.funding.models import Correction, Tranche, Transfer
from webapp.funding.queries.ledger import moved
from webapp.funding.rules.ledger import CORRECTABLE, INSTEAD, transfer_refusal
from webapp.projects.actions import tell_organisation
from webapp.projects.models import Project

CONFIRM_WORKDAYS = 5


def prepare_transfer(
    session: Session, fund: Fund, *, year: int, to: Fund, to_year: int, amount: Money, document: str, by: Viewer, at: datetime
) -> Transfer:
    """登记资金转移: nothing moves until another person of the same office confirms it.

    Raises Refused for more than is free, for a fund of another source, and for the fund itself.
    """
    if by.id is None:
        raise NotAllowed(Refusal("role", "资金转移由财务登记。"))
    if to.id == fund.id:
        raise refuse("to_fund_id", "请选择另一项资金；同一项资金转到下一年度请用结转。", "to_fund_id")
    if refusal := transfer_refusal(fund.kind, to.kind, amount, books.free(session, fund.ref, year), year):
        raise Refused(refusal)
    made = Transfer(
        fund_id=fund.id, year=year, to_fund_id=to.id, to_year=to_year, title=f"{fund.name} 转入 {to.name}", amount_fen=amount,
        document=document.strip(), prepared_by_id=by.id,
    )  # fmt: skip
    begin(session, made, by=by, at=at, data={"fund": fund.ref, "to": to.ref, "fen": amount.fen})
    made.due_at = deadline(at, CONFIRM_WORKDAYS)
    return made


def confirm_transfer(session: Session, transfer: Transfer, *, by: Viewer, at: datetime, note: str = "") -> None:
    """确认转移: another person; the money leaves the one fund and joins the other in the same transaction."""
    take_step(session, transfer, "confirm", by=by, at=at, note=note, data={"fen": transfer.amount_fen.fen})
    fund, to = session.get_one(Fund, transfer.fund_id), session.get_one(Fund, transfer.to_fund_id)
    book.transfer(
        session, fund.ref, transfer.year, to.ref, transfer.to_year, transfer.amount_fen, area_code=fund.area_code, to_area=to.area_code,
        second_id=transfer.prepared_by_id, source=transfer.ref, memo=transfer.document, by=by, at=at,
    )  # fmt: skip


def ask_correction(session: Session, transaction: Transaction, *, reason: str, by: Viewer, at: datetime) -> Correction:
    """申请冲销: a posting was a mistake; another person looks at it and takes it back.

    Raises Refused for what has a step of its own that puts it right, and for what was or is being taken back.
    """
    if by.id is None:
        raise NotAllowed(Refusal("role", "冲销由财务申请。"))
    if transaction.kind not in CORRECTABLE:
        raise refuse("kind", INSTEAD[transaction.kind], "reason")
    if transaction.kind == "pay" and not transaction.source.startswith(f"{Tranche.REF}:"):
        raise refuse("kind", "这笔付款不是项目拨款，请在它自己的页面办理。", "reason")
    together = [one.id for one in _together(session, transaction)]
    if session.scalar(sa.select(sa.exists().where(Transaction.reverses_id.in_(together)))):
        raise refuse("reversed", "这笔账已经冲销过。", "reason")
    if session.scalar(sa.select(sa.exists().where(Correction.transaction_id.in_(together), Correction.state == "asked"))):
        raise refuse("asked", "这笔账已经申请冲销，正在等待复核。", "reason")
    fund = session.get_one(Fund, int(transaction.fund.partition(":")[2]))
    amount = moved(session, transaction)
    made = Correction(
        transaction_id=transaction.id, fund_id=fund.id, area_code=fund.area_code, amount_fen=amount, reason=reason, prepared_by_id=by.id,
        title=f"冲销 {CORRECTABLE[transaction.kind]} {yuan(amount)} 元",
    )  # fmt: skip
    begin(session, made, by=by, at=at, note=reason, data={"transaction": transaction.id, "fen": amount.fen})
    made.due_at = deadline(at, CONFIRM_WORKDAYS)
    return made


def confirm_correction(session: Session, correction: Correction, *, by: Viewer, at: datetime, note: str = "") -> None:
    """确认冲销: the posting, and what was posted together with it, is taken back; a payment is again one that the bank returned.

    Raises Refused when the money was used since: then that comes first.
    """
    wrong = session.get_one(Transaction, correction.transaction_id)
    tranche = _paid_tranche(session, wrong)
    take_step(session, correction, "confirm", by=by, at=at, note=note, data={"transaction": wrong.id, "fen": correction.amount_fen.fen})
    for one in _together(session, wrong):
        book.reverse(
            session, one, second_id=correction.prepared_by_id, source=f"{correction.ref}/{one.id}", by=by, at=at, memo=correction.reason
        )
    if tranche is not None:
        _unpay(session, tranche, correction, by=by, at=at)


def _together(session: Session, transaction: Transaction) -> list[Transaction]:
    """A posting and its other half, in the order of the funds' chains; a carry-over or a transfer is taken back whole."""
    if not transaction.kind.startswith(("carry", "transfer")):
        return [transaction]
    origin = transaction.source.partition("/")[0]
    found = session.scalars(sa.select(Transaction).where(Transaction.source.startswith(f"{origin}/", autoescape=True)))
    return sorted(found, key=lambda one: (len(one.fund), one.fund, one.year))


def _paid_tranche(session: Session, transaction: Transaction) -> Tranche | None:
    """The tranche a payment was posted for, locked after its project as everywhere."""
    if transaction.kind != "pay":
        return None
    key = int(transaction.source.partition("/")[0].partition(":")[2])
    session.get_one(Project, int(transaction.reason.partition(":")[2]), with_for_update=True, populate_existing=True)
    return session.get_one(Tranche, key, with_for_update=True, populate_existing=True)


def _unpay(session: Session, tranche: Tranche, correction: Correction, *, by: Viewer, at: datetime) -> None:
    """退汇 after 到账: the payment waits for finance as any that the bank sent back."""
    project = session.get_one(Project, tranche.project_id)
    tranche.bounce_reason = correction.reason.strip()
    take_step(session, tranche, "unpay", by=carrying(by), at=at, note=correction.reason, due=deadline(at, CONFIRM_WORKDAYS))
    tranche.paid_on, tranche.bank_reference = None, ""
    fund = f"fund:{correction.fund_id}"
    year = session.get_one(Transaction, correction.transaction_id).year
    book.bounce(session, fund, year, project.ref, tranche.amount_fen, source=f"{correction.ref}/bounce", by=by, at=at)
    project.paid_fen -= tranche.amount_fen
    session.flush()
    tell_organisation(session, project, tranche.ref, f"项目 {project.number} 一笔到账登记已冲销", correction.reason, at)


def close_month(session: Session, fund: Fund, *, month: date, by: Viewer, at: datetime) -> None:
    """结账: a month of a fund, by finance; nobody opens it again.

    Raises Refused while the month runs, out of order, and while a correction waits.
    """
    waiting = session.scalar(sa.select(sa.func.count()).where(Correction.fund_id == fund.id, Correction.state == "asked"))
    if waiting:
        raise refuse("corrections", f"还有 {waiting} 笔冲销没有复核，复核后再结账。")
    book.close_period(session, fund.ref, month, by=by, at=at)
