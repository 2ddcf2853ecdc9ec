"""Verbs of the register, and of the lists by which 津贴 is paid."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.book import actions as book
from webapp.calls.models import Fund
from webapp.core import files, journal, numbers, outbox
from webapp.core.calendar import deadline
from webapp.core.clock import start_of, today
from webapp.core.scope import under
from webapp.core.workflow import begin, refuse, take_step
from webapp.workers import queries
from webapp.workers.models import Allowance, AllowanceLine, Worker, certificate_key
from webapp.workers.rules import last_of

STEP_WORKDAYS = 5
"""Working days in which each office is expected to pass a certificate or a list on."""


def enter(
    session: Session, organisation: Organisation, *, name: str, level: str, certificate: str, certified_on: date, area_code: str,
    from_day: date, bank_account: str = "", papers: Sequence[files.Checked] = (), by: Viewer, at: datetime,
) -> Worker:  # fmt: skip
    """登记社工: entered by the organisation, registered once an office has compared the certificate.

    Refuses a certificate that stands in the register already.
    """
    assert by.id is not None
    key = certificate_key(certificate)
    if session.scalar(sa.select(Worker.id).where(Worker.certificate_key == key, Worker.state.in_(("entered", "registered")))):
        raise refuse("certificate", "这个证书编号已经登记。社工换了单位的，请原单位先登记离职。", "certificate")
    if certified_on > today(at):
        raise refuse("certified_on", "发证日期还没有到，请核对。", "certified_on")
    worker = Worker(
        organisation_id=organisation.id, area_code=area_code, title=name.strip(), level=level, certificate="".join(certificate.split()),
        certificate_key=key, certified_on=certified_on, bank_account="".join(bank_account.split()) or None, from_day=from_day, entered_by_id=by.id,
    )  # fmt: skip
    begin(session, worker, by=by, at=at, data={"level": level, "area": area_code})
    worker.due_at = deadline(at, STEP_WORKDAYS)
    for one in papers:
        files.attach(session, worker.ref, "certificate", one, by=by.ref, at=at)
    return worker


def leave(session: Session, worker: Worker, *, until_day: date, by: Viewer, at: datetime, note: str = "") -> None:
    """登记离职: the last day at work; the certificate can be entered elsewhere from now on."""
    worker.until_day = until_day
    take_step(session, worker, "leave", by=by, at=at, note=note, data={"until": until_day.isoformat()})


def refuse_worker(session: Session, worker: Worker, *, note: str, by: Viewer, at: datetime) -> None:
    """不予登记, told to the organisation with the reason."""
    take_step(session, worker, "refuse", by=by, at=at, note=note)
    leads = people_with(session, ("org_lead",), at=at, organisation_id=worker.organisation_id)
    outbox.tell(session, leads, worker.ref, "一名社工未通过核实", note, at=at)


def prepare(session: Session, *, fund_id: int, month: date, by: Viewer, at: datetime) -> Allowance:
    """编制津贴发放表 of a month for the office's area; the standard is the one in force on the month's last day.

    Refuses a month that is not over, and one for which nobody is due.
    """
    member = next((tie for role in ("bureau", "bureau_head", "street") if (tie := by.member(role))), None)
    if member is None or by.id is None:
        raise refuse("role", "津贴发放表由民政局或街道编制。")
    fund = session.get(Fund, fund_id)
    if fund is None or not under(fund.area_code, member.area_code):
        raise refuse("fund", "请选择本单位的资金。", "fund_id")
    month = month.replace(day=1)
    if today(at) <= last_of(month):
        raise refuse("month", "这个月还没有过完，月末以后再编制。", "month")
    found = queries.due(session, member.area_code, month, at=start_of(last_of(month)))
    if not found:
        raise refuse("none", f"{month:%Y-%m} 没有可以发放津贴的社工：在册、整月在岗，并且没有列入别的发放表。", "month")
    number = numbers.take(session, "JT", month.year)
    allowance = Allowance(
        number=number, area_code=member.area_code, fund_id=fund.id, month=month, title=f"{month:%Y年%m月}社工津贴发放表", count=len(found),
        total_fen=sum((one.amount for one in found), Money(0)), prepared_by_id=by.id,
    )  # fmt: skip
    begin(
        session, allowance, by=by, at=at, data={"month": f"{month:%Y-%m}", "count": allowance.count, "total_fen": allowance.total_fen.fen}
    )
    allowance.due_at = deadline(at, STEP_WORKDAYS)
    session.add_all(
        AllowanceLine(allowance_id=allowance.id, worker_id=one.worker_id, month=month, level=one.level, amount_fen=one.amount)
        for one in found
    )
    session.flush()
    return allowance


def check(session: Session, allowance: Allowance, *, by: Viewer, at: datetime, note: str = "") -> None:
    """财务审核, by another person."""
    take_step(session, allowance, "check", by=by, at=at, note=note, due=deadline(at, STEP_WORKDAYS))
    allowance.checked_by_id = by.id
    session.flush()


def approve(session: Session, allowance: Allowance, *, by: Viewer, at: datetime, note: str = "") -> None:
    """批准, by a third person: the book sets the money aside in the same transaction."""
    take_step(session, allowance, "approve", by=by, at=at, note=note, due=deadline(at, STEP_WORKDAYS))
    allowance.approved_by_id = by.id
    session.flush()
    fund, year = f"fund:{allowance.fund_id}", allowance.month.year
    book.reserve(
        session, fund, year, allowance.ref, allowance.total_fen, area_code=allowance.area_code, source=f"{allowance.ref}/reserve", by=by, at=at
    )  # fmt: skip


def pay(session: Session, allowance: Allowance, *, bank_reference: str, paid_on: date, by: Viewer, at: datetime, note: str = "") -> None:
    """登记已发放, as the bank says: requested, paid and spent, for it reached the people it is for."""
    allowance.bank_reference, allowance.paid_on = bank_reference.strip(), paid_on
    take_step(
        session, allowance, "pay", by=by, at=at, note=note, data={"total_fen": allowance.total_fen.fen, "paid_on": paid_on.isoformat()}
    )
    assert allowance.approved_by_id is not None, "what is paid was approved"
    fund, year, reason, total = f"fund:{allowance.fund_id}", allowance.month.year, allowance.ref, allowance.total_fen
    book.request(session, fund, year, reason, total, source=f"{allowance.ref}/request", by=by, at=at)
    book.pay(session, fund, year, reason, total, second_id=allowance.approved_by_id, source=f"{allowance.ref}/pay", by=by, at=at)
    book.spend(session, fund, year, reason, total, source=f"{allowance.ref}/spend", by=by, at=at)


def withdraw(session: Session, allowance: Allowance, *, note: str, by: Viewer, at: datetime) -> None:
    """撤回: its workers' month can be listed again."""
    take_step(session, allowance, "withdraw", by=by, at=at, note=note)
    session.execute(sa.update(AllowanceLine).where(AllowanceLine.allowance_id == allowance.id).values(live=False))


def exported(session: Session, allowance: Allowance, *, by: Viewer, at: datetime) -> None:
    """Opening the accounts of payees is kept in the list's story (个人信息保护法 §28: 金融账户)."""
    journal.record(session, allowance.ref, "export", by=by.ref, at=at)
