"""发放表: written, claimed with the picture of the signed paper, opened again when the claim fell.

The hours of a person are compared while that person is locked, for all persons of a sheet in one order, after the project
and before the document: two sheets handed in at once see each other, whatever project they belong to.
"""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import yuan
from reports.money import Money
from webapp.accounts.viewer import Viewer
from webapp.core import files, journal
from webapp.core.db import inserting
from webapp.core.workflow import Refusal, Refused, begin, refuse, take_step
from webapp.funding.actions.claims import claim
from webapp.funding.models import PaidPerson, PayRow, PaySheet
from webapp.funding.queries import sheets
from webapp.funding.rules.sheets import MOST, SHEETS, PayLine, digest, judge, taxed
from webapp.funding.rules.vouchers import Voucher, name_key
from webapp.projects.models import Activity, BudgetLine, Project


def create_sheet(
    session: Session, project: Project, *, kind: str, title: str, budget_line_id: int | None, activity_id: int | None, paid_on: date,
    rows: Sequence[PayLine] = (), by: Viewer, at: datetime,
) -> PaySheet:  # fmt: skip
    """新建发放表. Raises Refused with everything wrong in the rows, each at its cell (`rows-0-name`)."""
    if kind not in SHEETS or by.id is None:
        raise refuse("kind", "请选择劳务费发放表或补贴签领表。", "kind")
    line = _line(session, project, budget_line_id)
    _of_project(session, project, activity_id)
    sheet = PaySheet(
        project_id=project.id, kind=kind, title=title, budget_line_id=line.id, activity_id=activity_id, paid_on=paid_on, count=0, gross_fen=Money(0),
        tax_fen=Money(0), net_fen=Money(0), digest="", by_id=by.id,
    )  # fmt: skip
    begin(session, sheet, by=by, at=at, data={"kind": kind})
    session.flush()
    _write(session, project, sheet, line, rows, at=at)
    return sheet


def write_sheet(
    session: Session, sheet: PaySheet, *, title: str, budget_line_id: int | None, activity_id: int | None, paid_on: date, rows: Sequence[PayLine],
    by: Viewer, at: datetime,
) -> PaySheet:  # fmt: skip
    """Write a draft anew. Raises Refused as `create_sheet` does."""
    _drafted(sheet)
    project = session.get_one(Project, sheet.project_id)
    line = _line(session, project, budget_line_id)
    _of_project(session, project, activity_id)
    sheet.title, sheet.budget_line_id, sheet.activity_id, sheet.paid_on = title, line.id, activity_id, paid_on
    _write(session, project, sheet, line, rows, at=at)
    journal.record(session, sheet.ref, "edit", by=by.ref, at=at, data={"rows": sheet.count, "gross_fen": sheet.gross_fen.fen})
    return sheet


def _drafted(sheet: PaySheet) -> None:
    if sheet.state != "drafted":
        raise refuse("state", f"这张表{sheet.state_label}，不能再改。")


def _line(session: Session, project: Project, key: int | None) -> BudgetLine:
    line = session.get(BudgetLine, key) if key else None
    if line is None or line.project_id != project.id:
        raise refuse("line", "请选择本项目的预算科目。", "budget_line_id")
    return line


def _of_project(session: Session, project: Project, activity_id: int | None) -> None:
    known = sa.select(Activity.id).where(Activity.id == activity_id, Activity.project_id == project.id)
    if activity_id is not None and session.scalar(known) is None:
        raise refuse("activity", "请选择本项目的活动。", "activity_id")


def _write(session: Session, project: Project, sheet: PaySheet, line: BudgetLine, rows: Sequence[PayLine], *, at: datetime) -> None:
    if len(rows) > MOST:
        raise refuse("rows", f"一张表最多 {MOST} 行，请分成几张。", "rows")
    known = sheets.around(session, project, line, sheet.paid_on, rows, at=at)
    if wrong := judge(rows, known):
        raise Refused(*(Refusal("row", f"第 {n + 1} 行：{said}", f"rows-{n}-{place}") for n, place, said in wrong))
    session.execute(sa.delete(PayRow).where(PayRow.sheet_id == sheet.id))
    sums = taxed(sheet.kind, rows, known.month)
    session.add_all(
        PayRow(
            sheet_id=sheet.id, position=n, name=row.name, name_key=name_key(row.name), identity_key=row.identity_key, tail=row.tail, role=row.role,
            starts_at=row.starts, ends_at=row.ends, unit=row.unit, tenths=row.tenths, rate_fen=row.rate, amount_fen=one.amount, tax_fen=one.tax,
        )
        for n, (row, one) in enumerate(zip(rows, sums, strict=True), 1)
    )  # fmt: skip
    sheet.count, sheet.digest = len(rows), digest(sheet.kind, sheet.paid_on, rows)
    sheet.gross_fen, sheet.tax_fen = sum((one.amount for one in sums), Money(0)), sum((one.tax for one in sums), Money(0))
    sheet.net_fen = sheet.gross_fen - sheet.tax_fen
    session.flush()


def _lock_persons(session: Session, rows: Sequence[PayLine]) -> None:
    keys = sorted({row.identity_key for row in rows})
    if keys:
        session.execute(inserting(session, PaidPerson).values([{"identity_key": key} for key in keys]).on_conflict_do_nothing())
        chosen = sa.select(PaidPerson.identity_key).where(PaidPerson.identity_key.in_(keys)).order_by(PaidPerson.identity_key)
        session.execute(chosen.with_for_update())


def claim_sheet(session: Session, sheet: PaySheet, *, papers: Sequence[files.Checked], reason: str = "", by: Viewer, at: datetime) -> None:
    """上传签字表并报销: everything is judged again with the persons locked; the gross sum is claimed from the sheet's line.

    Raises Refused when hours were paid elsewhere meanwhile, when the tax is another by now, or when the claim itself does not fit.
    """
    _drafted(sheet)
    session.execute(sa.select(Project.id).where(Project.id == sheet.project_id).with_for_update())
    project = session.get_one(Project, sheet.project_id, populate_existing=True)
    rows = sheets.lines_of(session, sheet.id)
    _lock_persons(session, rows)
    known = sheets.around(session, project, session.get_one(BudgetLine, sheet.budget_line_id), sheet.paid_on, rows, at=at)
    if wrong := judge(rows, known):
        raise Refused(*(Refusal("row", f"第 {n + 1} 行：{said}") for n, _, said in wrong))
    tax = sum((one.tax for one in taxed(sheet.kind, rows, known.month)), Money(0))
    if tax != sheet.tax_fen:
        raise refuse(
            "tax", f"本月又付过同一人，代扣个税应为 {yuan(tax)} 元，表上是 {yuan(sheet.tax_fen)} 元。请打开填写页重新保存，打印后重新签字。"
        )
    if not rows:
        raise refuse("rows", "表里还没有人员，请先填写。")
    voucher = Voucher(sheet.kind, sheet.digest[:40], sheet.gross_fen, project=project.number)
    spending = claim(
        session, project, voucher, title=sheet.title, payee=f"发放表 {sheet.count} 行", spent_on=sheet.paid_on, amount=sheet.gross_fen,
        budget_line_id=sheet.budget_line_id, activity_id=sheet.activity_id, reason=reason, papers=papers, by=by, at=at,
    )  # fmt: skip
    sheet.spending_id = spending.id
    session.flush()
    session.execute(sa.update(PayRow).where(PayRow.sheet_id == sheet.id).values(standing=True))
    take_step(session, sheet, "claim", by=by, at=at, data={"spending": spending.ref, "gross_fen": sheet.gross_fen.fen})


def reopen_sheet(session: Session, sheet: PaySheet, *, by: Viewer, at: datetime, note: str = "") -> None:
    """退回修改: the claim was rejected or voided; the sheet is a draft again."""
    take_step(session, sheet, "reopen", by=by, at=at, note=note)


def drop_sheet(session: Session, sheet: PaySheet, *, by: Viewer, at: datetime, note: str = "") -> None:
    """作废 a draft; what it held of persons goes with it."""
    take_step(session, sheet, "drop", by=by, at=at, note=note)
    session.execute(sa.delete(PayRow).where(PayRow.sheet_id == sheet.id))
    sheet.count, sheet.gross_fen, sheet.tax_fen, sheet.net_fen = 0, Money(0), Money(0), Money(0)
    session.flush()


def open_names(session: Session, sheet: PaySheet, *, by: Viewer, at: datetime) -> None:
    """查看领款人姓名: who read the names of the persons paid stands in the journal."""
    journal.record(session, sheet.ref, "names", by=by.ref, at=at, data={"rows": sheet.count})


def printed_sheet(session: Session, sheet: PaySheet, *, by: Viewer, at: datetime) -> None:
    """打印: the sheet with its names left the platform."""
    journal.record(session, sheet.ref, "print", by=by.ref, at=at, data={"rows": sheet.count})
