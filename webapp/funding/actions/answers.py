"""The bank's answer to a batch: read whole, checked whole, and only then taken."""

import io
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer
from webapp.calls.models import Call
from webapp.core import files, journal, sheets
from webapp.core.clock import today
from webapp.core.workflow import refuse
from webapp.funding.actions import payments
from webapp.funding.models import Batch, Tranche
from webapp.funding.queries.pages import key_of
from webapp.projects.models import Project

COLUMNS = ("编号", "结果", "银行流水号", "日期")
REASONS = ("退回原因", "退汇原因", "失败原因", "原因", "处理信息", "返回信息", "银行附言", "附言", "备注")
"""What banks and treasuries call the column that says why a payment came back; the first that is filled in counts."""
LONGEST_REASON = 500
UNSAID = "银行回单没有写明原因"
PAID, BOUNCED = frozenset({"成功", "已付", "支付成功"}), frozenset({"失败", "退回", "支付失败", "退汇"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank said of one payment."""

    tranche_id: int
    paid: bool
    reference: str
    on: date
    reason: str = ""
    """Why it came back, as the bank says."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How an answer was taken, or every fault in it; with a fault nothing is taken."""

    paid: int
    bounced: int
    faults: tuple[str, ...]


def read(session: Session, batch: Batch, file: files.Checked, *, at: datetime) -> tuple[list[Answer], list[str]]:
    """The answers of a file, and its faults by cell. What an earlier file said already is passed over. Raises Refused for a file that is no such table."""
    known = {
        key_of(number, position): (state == "paid", reference)
        for position, number, state, reference in session.execute(
            sa.select(Tranche.position, Project.number, Tranche.state, Tranche.bank_reference)
            .join(Project, Project.id == Tranche.project_id)
            .where(Tranche.batch_id == batch.id, Tranche.state.in_(("paid", "bounced")))
        )
    }
    waiting = {
        key_of(number, position): (key, sent_at)
        for key, position, number, sent_at in session.execute(
            sa.select(Tranche.id, Tranche.position, Project.number, Tranche.state_at)
            .join(Project, Project.id == Tranche.project_id)
            .where(Tranche.batch_id == batch.id, Tranche.state == "sent")
        )
    }
    answers: list[Answer] = []
    faults: list[str] = []
    seen: set[str] = set()
    repeated = 0
    try:
        for row in sheets.read(io.BytesIO(file.content), file.name, COLUMNS, REASONS):
            if isinstance(row, sheets.Fault):
                faults.append(str(row))
                continue
            key = row["编号"].strip()
            if key in known:
                paid, reference = known[key]
                result = row["结果"].strip()
                if result in PAID | BOUNCED and (result in PAID) == paid and (not paid or row["银行流水号"].strip() == reference):
                    repeated += 1
                else:
                    faults.append(f"{row.at('结果')}：“{key}”已经登记为{'到账' if paid else '退回'}，与这份回单不同；登记错了请申请冲销")
                continue
            if key not in waiting:
                faults.append(f"{row.at('编号')}：“{key}”不在这一批待回单的拨款里")
                continue
            if key in seen:
                faults.append(f"{row.at('编号')}：“{key}”出现了两次")
                continue
            seen.add(key)
            faults += _faults_of(row, sent=today(waiting[key][1]), now=today(at))
            result, on = row["结果"].strip(), _day(row["日期"])
            if on is not None and result in PAID | BOUNCED:
                answers.append(Answer(waiting[key][0], result in PAID, row["银行流水号"].strip(), on, _reason(row)))
    except sheets.SheetError as error:
        raise refuse("file", str(error), "answer") from error
    if not answers and not faults:
        faults.append("文件里的付款以前都登记过，没有新的回单" if repeated else "文件里没有数据行")
    return answers, faults


def _reason(row: sheets.Row) -> str:
    """Why a payment came back; some banks write it where the number of a payment that was made stands."""
    said = [row.cells.get(column, "").strip() for column in (*REASONS, "银行流水号")]
    return next(filter(None, said), UNSAID)


def _day(text: str) -> date | None:
    cleaned = text.strip().replace("/", "-").replace("年", "-").replace("月", "-").rstrip("日")[:10]
    try:
        year, month, day = (int(part) for part in cleaned.split("-"))
        return date(year, month, day)
    except ValueError:
        return None


def _faults_of(row: sheets.Row, *, sent: date, now: date) -> list[str]:
    found = []
    result = row["结果"].strip()
    if result not in PAID | BOUNCED:
        found.append(f"{row.at('结果')}：“{result}”应为 成功 或 退回")
    on = _day(row["日期"])
    if on is None:
        found.append(f"{row.at('日期')}：“{row['日期']}”不是日期，例如 2026-03-02")
    elif on > now:
        found.append(f"{row.at('日期')}：{on} 还没有到")
    elif on < sent:
        found.append(f"{row.at('日期')}：{on} 早于送支付的 {sent}")
    if result in PAID and not row["银行流水号"].strip():
        found.append(f"{row.at('银行流水号')}：付款成功要有银行流水号")
    if result in BOUNCED and len(_reason(row)) > LONGEST_REASON:
        found.append(f"{row.at()}：退回原因超过 {LONGEST_REASON} 个字")
    return found


def _lock(session: Session, tranche_ids: list[int]) -> None:
    """All tranches, then all their projects, before the first is booked: whoever holds the book's chain waits for no project."""
    chosen = sa.select(Tranche.id).where(Tranche.id.in_(tranche_ids)).order_by(Tranche.id)
    session.execute(chosen.with_for_update())
    projects = sa.select(Project.id).where(Project.id.in_(sa.select(Tranche.project_id).where(Tranche.id.in_(tranche_ids))))
    session.execute(projects.order_by(Project.id).with_for_update())


def _in_order_of_the_book(session: Session, answers: list[Answer]) -> list[Answer]:
    """By fund and year: the book's chains are locked in one order, whoever posts to several."""
    query = sa.select(Tranche.id, Call.fund_id, Call.fund_year).join(Project, Project.id == Tranche.project_id)
    query = query.join(Call, Call.id == Project.call_id).where(Tranche.id.in_([one.tranche_id for one in answers]))
    place = {key: (fund, year, key) for key, fund, year in session.execute(query)}
    return sorted(answers, key=lambda one: place[one.tranche_id])


def take(session: Session, batch: Batch, file: files.Checked, *, by: Viewer, at: datetime) -> Taken:
    """导入银行回单: all or nothing. Each payment is booked as paid or bounced; the file is kept with the batch."""
    answers, faults = read(session, batch, file, at=at)
    if faults:
        return Taken(0, 0, tuple(faults))
    _lock(session, [answer.tranche_id for answer in answers])
    paid = 0
    for answer in _in_order_of_the_book(session, answers):
        tranche = session.get_one(Tranche, answer.tranche_id, with_for_update=True, populate_existing=True)
        if answer.paid:
            payments.pay(session, tranche, bank_reference=answer.reference, paid_on=answer.on, by=by, at=at)
            paid += 1
        else:
            payments.bounce(session, tranche, note=answer.reason, by=by, at=at)
    files.attach(session, batch.ref, "answer", file, by=by.ref, at=at)
    journal.record(session, batch.ref, "answer", by=by.ref, at=at, data={"paid": paid, "bounced": len(answers) - paid})
    return Taken(paid, len(answers) - paid, ())
