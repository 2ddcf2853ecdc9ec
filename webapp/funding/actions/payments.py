"""Tranches from plan to bank: 请款, 拟办, 审核, 批准, the batch for the treasury, and the bank's answer.

Nothing here moves money. The book is told what was asked of the bank and what the bank said.
"""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import yuan
from reports.money import Money
from webapp.accounts.viewer import Viewer
from webapp.book import actions as book
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import TRIGGERS, amounts, until
from webapp.core import files, journal, numbers
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.scope import Viewer as Actor
from webapp.core.scope import visible
from webapp.core.secrets import keyed
from webapp.core.trace import trace
from webapp.core.workflow import CLOCK, begin, carrying, refuse, take_step
from webapp.funding.actions.chain import chain_for
from webapp.funding.actions.reaching import reach
from webapp.funding.models import Batch, Tranche
from webapp.funding.queries import pages
from webapp.funding.rules.tranches import REACHED
from webapp.permissions import roles_for
from webapp.projects.actions import tell_organisation
from webapp.projects.models import Project

STEP_WORKDAYS = 5
"""Working days in which each office is expected to pass a payment on."""


def plan(session: Session, project: Project, *, by: Actor, at: datetime) -> list[Tranche]:
    """The tranches of a signed project by its call's plan, adding up to the grant to the fen; none where it has some."""
    if session.scalar(sa.select(Tranche.id).where(Tranche.project_id == project.id).limit(1)) is not None:
        return []
    plans = rules_of(session.get_one(Call, project.call_id)).tranches
    made: list[Tranche] = []
    for one, amount in zip(plans, amounts(plans, project.granted_fen), strict=True):
        if amount <= Money(0):
            continue
        position = len(made) + 1
        title = f"第 {position} 期拨款（{TRIGGERS[one.trigger]}）"
        tranche = Tranche(
            project_id=project.id, position=position, title=title, amount_fen=amount, trigger=one.trigger,
            within={"length": one.within.length, "unit": one.within.unit} if one.within else None,
        )  # fmt: skip
        begin(session, tranche, by=by, at=at, data={"title": title, "amount_fen": amount.fen})
        trace(session, project.ref, tranche.ref)
        if project.state in REACHED[one.trigger]:
            reach(session, tranche, at=at)
        made.append(tranche)
    return made


def plan_tranches(session: Session, at: datetime) -> int:
    """Projects that both sides signed for and that have no tranches yet get them."""
    has = sa.exists().where(Tranche.project_id == Project.id)
    waiting = session.scalars(
        sa.select(Project).where(Project.state == "delivering", ~has).order_by(Project.id).limit(200).with_for_update(of=Project)
    )
    return sum(bool(plan(session, project, by=CLOCK, at=at)) for project in waiting.all())


def request(
    session: Session,
    tranche: Tranche,
    *,
    receipt_kind: str,
    receipt_number: str,
    papers: Sequence[files.Checked] = (),
    audit: Sequence[files.Checked] = (),
    by: Viewer,
    at: datetime,
    note: str = "",
) -> None:
    """请款, with the payee's receipt: kind, number and scan (later where the call says 先款后票), and the audit report where one is due."""
    _keep_receipt(session, tranche, receipt_kind, receipt_number, papers, by=by, at=at)
    for one in audit:
        files.attach(session, tranche.ref, "audit", one, by=by.ref, at=at)
    data = {"amount_fen": tranche.amount_fen.fen}
    take_step(session, tranche, "request", by=by, at=at, note=note, data=data, due=_office_due(tranche, at))


def _keep_receipt(
    session: Session, tranche: Tranche, kind: str, number: str, papers: Sequence[files.Checked], *, by: Viewer, at: datetime
) -> None:
    tranche.receipt_kind, tranche.receipt_number = kind, number.strip()
    for one in papers:
        files.attach(session, tranche.ref, "receipt", one, by=by.ref, at=at)


def give_receipt(
    session: Session, tranche: Tranche, *, receipt_kind: str, receipt_number: str, papers: Sequence[files.Checked] = (), by: Viewer,
    at: datetime, note: str = "",
) -> None:  # fmt: skip
    """补交收款票据 after the payment (先款后票)."""
    if tranche.receipt_number:
        raise refuse("receipt", "这一期已经有收款票据。")
    _keep_receipt(session, tranche, receipt_kind, receipt_number, papers, by=by, at=at)
    take_step(session, tranche, "receipt", by=by, at=at, note=note)


def _office_due(tranche: Tranche, at: datetime) -> datetime:
    """By when an office is to pass a payment on: its working days, or sooner where the call's days end before."""
    usual = deadline(at, STEP_WORKDAYS)
    return min(usual, tranche.pay_by) if tranche.pay_by is not None and tranche.pay_by > at else usual


def prepare(session: Session, tranche: Tranche, *, note: str, by: Viewer, at: datetime) -> None:
    """经办拟办, with the 拟办意见. From here on the payment follows the chain that is in force now for the project's area."""
    tranche.prepared_by_id = by.id
    project = session.get_one(Project, tranche.project_id)
    tranche.stages = chain_for(session, session.get_one(Call, project.call_id).area_code, at).stages(tranche.amount_fen)
    take_step(session, tranche, "prepare", by=by, at=at, note=note, data={"chain": tranche.stages}, due=_office_due(tranche, at))


def check(session: Session, tranche: Tranche, *, by: Viewer, at: datetime, note: str = "") -> None:
    """财务审核, by another person than the one who prepared."""
    take_step(session, tranche, "check", by=by, at=at, note=note, due=_office_due(tranche, at))
    tranche.checked_by_id = by.id
    session.flush()


def approve(session: Session, tranche: Tranche, *, by: Viewer, at: datetime, note: str = "") -> None:
    """批准, by a third person."""
    take_step(session, tranche, "approve", by=by, at=at, note=note, due=_office_due(tranche, at))
    tranche.approved_by_id = by.id
    session.flush()


def send_back(session: Session, tranche: Tranche, *, note: str, by: Viewer, at: datetime) -> None:
    """退回单位: the organisation mends its request, and the papers that came with it come anew; who had passed it on does so again."""
    take_step(session, tranche, "return", by=by, at=at, note=note)
    files.set_aside(session, tranche.ref, "receipt", "audit", "minutes")
    _start_again(tranche)
    session.flush()
    project = session.get_one(Project, tranche.project_id)
    tell_organisation(session, project, tranche.ref, f"项目 {project.number} 请款被退回", note, at)


def _start_again(tranche: Tranche) -> None:
    """Nobody has looked at it, no meeting has agreed."""
    tranche.prepared_by_id = tranche.reviewed_by_id = tranche.checked_by_id = tranche.approved_by_id = None
    tranche.meeting_name, tranche.meeting_on, tranche.minutes_number, tranche.stages = "", None, "", []


def _fund(session: Session, project: Project) -> tuple[str, int]:
    call = session.get_one(Call, project.call_id)
    return f"fund:{call.fund_id}", call.fund_year


def create_batch(session: Session, tranche_ids: Sequence[int], *, by: Viewer, at: datetime) -> Batch:
    """建立拨款批次: approved tranches go to the bank together; the book counts them as under way.

    Raises Refused when none is chosen, or one is not approved any more.
    """
    member = by.member("finance")
    if member is None or by.id is None:
        raise refuse("role", "拨款批次由财务建立。")
    query = sa.select(Tranche).join(Project, Project.id == Tranche.project_id).join(Call, Call.id == Project.call_id)
    query = query.where(Tranche.id.in_(list(tranche_ids)), visible(by, Tranche, roles_for("batch.create")))
    query = query.order_by(Call.fund_id, Call.fund_year, Tranche.id).with_for_update(of=Tranche)
    chosen = session.scalars(query.execution_options(populate_existing=True)).all()
    if not chosen:
        raise refuse("none", "请至少选择一笔已批准的拨款。", "tranches")
    if len(chosen) != len(set(tranche_ids)) or any(one.state != "approved" for one in chosen):
        raise refuse("changed", "所选的拨款中有的已经送支付或退回，请刷新后重新选择。", "tranches")
    number = numbers.take(session, "BK", today(at).year)
    batch = Batch(
        number=number, area_code=member.area_code, title=f"拨款批次 {number}", total_fen=sum((one.amount_fen for one in chosen), Money(0)),
        count=len(chosen), by_id=by.id, at=at,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    behalf = f"person:{member.deputy_for}" if member.deputy_for is not None else None
    journal.record(
        session, batch.ref, "create", by=by.ref, at=at, on_behalf=behalf, data={"count": batch.count, "total_fen": batch.total_fen.fen}
    )
    for one in chosen:
        project = session.get_one(Project, one.project_id)
        one.batch_id = batch.id
        one.sent_to = _account_mark(session, project)
        take_step(session, one, "send", by=by, at=at, data={"batch": batch.ref})
        fund, year = _fund(session, project)
        book.request(session, fund, year, project.ref, one.amount_fen, source=f"{one.ref}/request/{batch.id}", by=by, at=at)
    return batch


def pay(session: Session, tranche: Tranche, *, bank_reference: str, paid_on: date, by: Viewer, at: datetime, note: str = "") -> None:
    """银行已付, as the bank says: the book posts it with the approver as the second person, the project's sum follows.

    Raises Refused for a day to come, or earlier than the day it was sent.
    """
    if paid_on > today(at):
        raise refuse("paid_on", "银行付款日期还没有到。", "paid_on")
    if paid_on < today(tranche.state_at):
        raise refuse("paid_on", "银行付款日期早于送支付的日期，请核对。", "paid_on")
    project = session.get_one(Project, tranche.project_id, with_for_update=True, populate_existing=True)
    tranche.bank_reference, tranche.paid_on = bank_reference.strip(), paid_on
    take_step(
        session,
        tranche,
        "pay",
        by=by,
        at=at,
        note=note,
        data={"amount_fen": tranche.amount_fen.fen, "paid_on": paid_on.isoformat()},
        due=_receipt_due(session, project, tranche, at),
    )
    fund, year = _fund(session, project)
    assert tranche.approved_by_id is not None, "a tranche that was sent has its approver"
    book.pay(
        session,
        fund,
        year,
        project.ref,
        tranche.amount_fen,
        second_id=tranche.approved_by_id,
        source=f"{tranche.ref}/pay/{tranche.batch_id}",
        by=by,
        at=at,
    )
    project.paid_fen += tranche.amount_fen
    session.flush()
    _answered(session, tranche, at)
    tell_organisation(session, project, tranche.ref, f"项目 {project.number} 到账 {yuan(tranche.amount_fen)} 元", tranche.title, at)


def _receipt_due(session: Session, project: Project, tranche: Tranche, at: datetime) -> datetime | None:
    """By when the receipt is to follow the payment; None where there is one."""
    span = rules_of(session.get_one(Call, project.call_id)).receipt_after
    return None if tranche.receipt_number or span is None else until(at, span)


def bounce(session: Session, tranche: Tranche, *, note: str, by: Viewer, at: datetime) -> None:
    """银行退回, with the bank's reason: the money is reserved as before; finance mends the account and sends again."""
    project = session.get_one(Project, tranche.project_id, with_for_update=True, populate_existing=True)
    tranche.bounce_reason = note.strip()
    take_step(session, tranche, "bounce", by=by, at=at, note=note, due=deadline(at, STEP_WORKDAYS))
    fund, year = _fund(session, project)
    book.bounce(session, fund, year, project.ref, tranche.amount_fen, source=f"{tranche.ref}/bounce/{tranche.batch_id}", by=by, at=at)
    _answered(session, tranche, at)
    tell_organisation(
        session, project, tranche.ref, f"项目 {project.number} 拨款被银行退回", f"退回原因：{tranche.bounce_reason}。请核对收款账户。", at
    )


def _answered(session: Session, tranche: Tranche, at: datetime) -> None:
    """A batch is answered with its last payment, whether the answer came in a file or payment by payment."""
    if tranche.batch_id is None:
        return
    batch = session.get_one(Batch, tranche.batch_id, with_for_update=True, populate_existing=True)
    if not session.scalar(sa.select(sa.exists().where(Tranche.batch_id == batch.id, Tranche.state == "sent"))):
        batch.answered_at = at
        session.flush()


def _account_mark(session: Session, project: Project) -> str:
    """The registered account as a keyed hash."""
    bank, account = pages.account_of(session, project.id)
    return keyed("account", f"{bank} {account}")


def resend(session: Session, tranche: Tranche, *, note: str, why: str = "bank", by: Viewer, at: datetime) -> None:
    """重新送支付 after what was wrong was put right: it waits for the next batch.

    Raises Refused where the account is said to be corrected and still is the one the bank sent back (`why` account).
    """
    project = session.get_one(Project, tranche.project_id)
    if why == "account" and tranche.sent_to == _account_mark(session, project):
        raise refuse("account", "单位登记的收款账户还是被退回的那一个。请单位先在单位信息中更正。", "why")
    take_step(session, tranche, "resend", by=by, at=at, note=note, due=deadline(at, STEP_WORKDAYS))
    tranche.batch_id = None
    session.flush()


def cancel(session: Session, tranche: Tranche, *, note: str, by: Actor, at: datetime) -> None:
    """不再拨付: what was reserved for it is free again."""
    project = session.get_one(Project, tranche.project_id, with_for_update=True, populate_existing=True)
    take_step(session, tranche, "cancel", by=by, at=at, note=note)
    fund, year = _fund(session, project)
    book.release(session, fund, year, project.ref, tranche.amount_fen, source=f"{tranche.ref}/release", by=by, at=at)
    tell_organisation(session, project, tranche.ref, f"项目 {project.number} {tranche.title}不再拨付", note, at)


def give_up(session: Session, tranche: Tranche, *, note: str, by: Actor, at: datetime) -> None:
    """Cancel a tranche wherever it stands before approval, as a terminated project's tranches are."""
    if tranche.state in {"prepared", "reviewed", "checked", "discussed"}:
        take_step(session, tranche, "return", by=carrying(by), at=at, note=note)
        _start_again(tranche)
    cancel(session, tranche, note=note, by=carrying(by), at=at)


def exported(session: Session, batch: Batch, *, by: Viewer, at: datetime) -> None:
    """Opening the accounts of payees is kept in the batch's story (个人信息保护法 §28: 金融账户)."""
    journal.record(session, batch.ref, "export", by=by.ref, at=at)
