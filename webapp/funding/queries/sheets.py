"""Sheets: what is known of the persons on one, its page, and the checks that nobody is paid twice for the same hours."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from reports.format import local, mask_name
from reports.money import Money
from webapp.calls.queries import rules_of
from webapp.core.clock import today
from webapp.core.db import rows
from webapp.core.scope import Viewer
from webapp.funding.models import SPENDING_KINDS, PayRow, PaySheet, Spending
from webapp.funding.queries.facts import STANDING
from webapp.funding.rules.sheets import UNITS, Around, PayLine, SheetFacts
from webapp.funding.rules.vouchers import name_key
from webapp.projects.models import BudgetLine, Project
from webapp.projects.queries.acting import call_of
from webapp.workflows import PAY_SHEET

NONE = Money(0)


def of_sheet(session: Session, sheet: PaySheet, by: Viewer, at: datetime) -> SheetFacts:
    state = session.scalar(sa.select(Spending.state).where(Spending.id == sheet.spending_id)) if sheet.spending_id else None
    return SheetFacts(sheet.count, state or "")


def around(session: Session, project: Project, line: BudgetLine, paid_on: date, found: Sequence[PayLine], *, at: datetime) -> Around:
    """What is known of the persons of some rows beside them, over all sheets whose claim stands; four statements, however many rows."""
    keys = sorted({row.identity_key for row in found})
    budget = rules_of(call_of(session, project.call_id)).budget
    others = {other for rule in budget.rules if rule.kind == "excludes" and line.line in (rule.params["a"], rule.params["b"])
              for other in (rule.params["a"], rule.params["b"]) if other != line.line}  # fmt: skip
    paid: dict[tuple[str, date], Money] = defaultdict(lambda: NONE)
    days: dict[str, set[date]] = defaultdict(set)
    excluded: dict[str, str] = {}
    in_project = (
        sa.select(PayRow.identity_key, PayRow.starts_at, PayRow.amount_fen, BudgetLine.line, BudgetLine.title)
        .join(PaySheet, PaySheet.id == PayRow.sheet_id).join(BudgetLine, BudgetLine.id == PaySheet.budget_line_id)
        .where(PaySheet.project_id == project.id, PayRow.standing, PayRow.identity_key.in_(keys))
    )  # fmt: skip
    for key, starts, amount, name, title in session.execute(in_project):
        if name == line.line:
            paid[key, today(starts)] += amount
            days[key].add(today(starts))
        elif name in others:
            excluded[key] = title
    if others:
        excluded |= _travelled(session, project, others, {name_key(row.name) for row in found})
    return Around(
        _taken(session, project, found, keys), dict(paid), {key: frozenset(those) for key, those in days.items()}, excluded,
        _month(session, project, paid_on, keys), budget.rules, line.line, project.starts_on, min(project.ends_on, today(at)),
    )  # fmt: skip


def _taken(
    session: Session, project: Project, found: Sequence[PayLine], keys: list[str]
) -> dict[str, list[tuple[datetime, datetime, str]]]:
    """Hours already paid anywhere on the platform; of another organisation's sheet nothing is told but that it is one."""
    if not found:
        return {}
    first, last = min(row.starts for row in found), max(row.ends for row in found)
    query = (
        sa.select(PayRow.identity_key, PayRow.starts_at, PayRow.ends_at, Project.organisation_id, PaySheet.title)
        .join(PaySheet, PaySheet.id == PayRow.sheet_id).join(Project, Project.id == PaySheet.project_id)
        .where(PayRow.standing, PayRow.identity_key.in_(keys), PayRow.starts_at < last, PayRow.ends_at > first)
    )  # fmt: skip
    taken: dict[str, list[tuple[datetime, datetime, str]]] = defaultdict(list)
    for key, starts, ends, organisation, title in session.execute(query):
        taken[key].append((starts, ends, f"“{title}”" if organisation == project.organisation_id else "其他项目的发放表"))
    return dict(taken)


def _travelled(session: Session, project: Project, lines: Collection[str], names: Collection[str]) -> dict[str, str]:
    """Who claimed a 客票 of a line that excludes this one, by the traveller's name key."""
    query = (
        sa.select(Spending.person_key, BudgetLine.title)
        .join(BudgetLine, BudgetLine.id == Spending.budget_line_id)
        .where(Spending.project_id == project.id, Spending.state.in_(STANDING), BudgetLine.line.in_(lines), Spending.person_key.in_(names))
    )
    return {key: title for key, title in session.execute(query) if key}


def _month(session: Session, project: Project, paid_on: date, keys: list[str]) -> dict[str, tuple[Money, Money]]:
    """What the organisation paid each person for work in the month, and what it withheld."""
    first = paid_on.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    amount, tax = (sa.func.sum(sa.type_coerce(column, sa.BigInteger)) for column in (PayRow.amount_fen, PayRow.tax_fen))
    query = (
        sa.select(PayRow.identity_key, amount, tax)
        .join(PaySheet, PaySheet.id == PayRow.sheet_id).join(Project, Project.id == PaySheet.project_id)
        .where(PayRow.standing, PayRow.identity_key.in_(keys), PaySheet.kind == "labour", PaySheet.paid_on >= first, PaySheet.paid_on < after,
               Project.organisation_id == project.organisation_id)
        .group_by(PayRow.identity_key)
    )  # fmt: skip
    return {key: (Money(int(gross)), Money(int(withheld))) for key, gross, withheld in session.execute(query)}


def lines_of(session: Session, sheet_id: int) -> list[PayLine]:
    """The rows of a sheet as the rules take them."""
    query = sa.select(PayRow).where(PayRow.sheet_id == sheet_id).order_by(PayRow.position)
    return [
        PayLine(r.name, r.identity_key, r.tail, r.role, r.starts_at, r.ends_at, r.unit, r.tenths, r.rate_fen)
        for r in session.scalars(query)
    ]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as the page shows it; the name in full to its organisation alone."""

    position: int
    name: str
    tail: str
    role: str
    starts_at: datetime
    ends_at: datetime
    unit: str
    tenths: int
    rate_fen: Money
    amount_fen: Money
    tax_fen: Money

    @property
    def hours(self) -> str:
        """From when to when, as people write it."""
        return f"{local(self.starts_at):%m-%d %H:%M}—{local(self.ends_at):%H:%M}"

    @property
    def net_fen(self) -> Money:
        return self.amount_fen - self.tax_fen

    @property
    def quantity(self) -> str:
        whole, rest = divmod(self.tenths, 10)
        return f"{whole}.{rest}" if rest else str(whole)

    @property
    def unit_label(self) -> str:
        return UNITS[self.unit]


_ROW = (
    PayRow.position, PayRow.name, PayRow.tail, PayRow.role, PayRow.starts_at, PayRow.ends_at, PayRow.unit, PayRow.tenths, PayRow.rate_fen,
    PayRow.amount_fen, PayRow.tax_fen,
)  # fmt: skip


def rows_of(session: Session, sheet_id: int, *, whole: bool) -> list[SheetRow]:
    """The rows of a sheet; unless `whole`, of each name only the first character, and nothing of the identity number."""
    found = rows(session, SheetRow, sa.select(*_ROW).where(PayRow.sheet_id == sheet_id).order_by(PayRow.position))
    return found if whole else [_masked(one) for one in found]


def _masked(one: SheetRow) -> SheetRow:
    values = {name: getattr(one, name) for name in one.__slots__}
    return SheetRow(**(values | {"name": mask_name(one.name), "tail": ""}))


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One sheet in the list of its project."""

    id: int
    kind: str
    title: str
    state: str
    paid_on: date
    count: int
    gross_fen: Money
    line: str

    @property
    def kind_label(self) -> str:
        return SPENDING_KINDS[self.kind]

    @property
    def state_label(self) -> str:
        return PAY_SHEET.states[self.state]


def of_project(session: Session, project_id: int) -> list[SheetLine]:
    """The sheets of a project, newest first, at most 200; whoever reads them was let in to the project."""
    query = (
        sa.select(
            PaySheet.id, PaySheet.kind, PaySheet.title, PaySheet.state, PaySheet.paid_on, PaySheet.count, PaySheet.gross_fen,
            BudgetLine.title.label("line"),
        )
        .join(BudgetLine, BudgetLine.id == PaySheet.budget_line_id)
        .where(PaySheet.project_id == project_id).order_by(PaySheet.id.desc()).limit(200)
    )  # fmt: skip
    return rows(session, SheetLine, query)


def sheet_of_claim(session: Session, spending_id: int) -> int | None:
    """The sheet a claim was made on."""
    return session.scalar(sa.select(PaySheet.id).where(PaySheet.spending_id == spending_id))


# Checks


def sheets_add_up(session: Session) -> Iterator[str]:
    """A sheet's sums are those of its rows; its rows stand exactly while its claim does."""
    amount, tax = (sa.func.coalesce(sa.func.sum(sa.type_coerce(c, sa.BigInteger)), 0) for c in (PayRow.amount_fen, PayRow.tax_fen))
    gross: Any = sa.type_coerce(PaySheet.gross_fen, sa.BigInteger)
    withheld: Any = sa.type_coerce(PaySheet.tax_fen, sa.BigInteger)
    sums = sa.select(PayRow.sheet_id, amount.label("amount"), tax.label("tax")).group_by(PayRow.sheet_id).subquery()
    query = sa.select(PaySheet.id, gross, sums.c.amount).join(sums, sums.c.sheet_id == PaySheet.id)
    for key, kept, found in session.execute(query.where(sa.or_(gross != sums.c.amount, withheld != sums.c.tax))):
        yield f"发放表 {key} 记 {kept} 分，各行合计 {found} 分（或税额不符）"
    stands = sa.func.coalesce(Spending.state.in_(STANDING), sa.false())
    wrong = (
        sa.select(PaySheet.id).join(PayRow, PayRow.sheet_id == PaySheet.id).outerjoin(Spending, Spending.id == PaySheet.spending_id)
        .where(PayRow.standing != stands).distinct()
    )  # fmt: skip
    for key in session.scalars(wrong):
        yield f"发放表 {key} 的时段占用与其凭证状态不符"


def nobody_twice(session: Session) -> Iterator[str]:
    """No person stands on two rows whose hours overlap."""
    other = aliased(PayRow)
    query = sa.select(PayRow.sheet_id, PayRow.position, other.sheet_id, other.position).join(
        other,
        sa.and_(
            other.identity_key == PayRow.identity_key,
            other.id > PayRow.id,
            other.standing,
            other.starts_at < PayRow.ends_at,
            other.ends_at > PayRow.starts_at,
        ),
    )
    for one, row, second, place in session.execute(query.where(PayRow.standing)):
        yield f"发放表 {one} 第 {row} 行与发放表 {second} 第 {place} 行是同一人的重叠时段"
