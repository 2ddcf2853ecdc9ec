"""Reads of the register and of the lists of 津贴: scoped, of constant cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import mask_id
from reports.money import Money
from webapp.accounts.models import Area, Organisation
from webapp.book.queries import free
from webapp.calls.models import Fund
from webapp.core import settings
from webapp.core.clock import today
from webapp.core.db import row, rows
from webapp.core.files import Attachment
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible, within
from webapp.core.workflow import FactsOf
from webapp.permissions import roles_for
from webapp.workers.models import LEVELS, Allowance, AllowanceLine, Worker
from webapp.workers.rules import AllowanceFacts, WorkerFacts, entitled
from webapp.workflows import ALLOWANCE, WORKER

PLACE = sa.select(Area.name).where(Area.code == Worker.area_code).scalar_subquery()


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """One 社工 in the register; the certificate's number is not in it."""

    id: int
    name: str
    level: str
    state: str
    organisation: str
    place: str | None
    from_day: date
    until_day: date | None

    @property
    def level_label(self) -> str:
        return LEVELS[self.level]

    @property
    def state_label(self) -> str:
        return WORKER.states[self.state]


def _seen(viewer: Viewer) -> sa.ColumnElement[bool]:
    return visible(viewer, Worker, roles_for("worker.list"))


def workers(session: Session, viewer: Viewer, *, level: str = "", state: str = "", after: str | None = None) -> Page[WorkerRow]:
    """The 社工 a viewer may list, newest first."""
    query = (
        sa.select(
            Worker.id, Worker.title.label("name"), Worker.level, Worker.state, Organisation.name.label("organisation"),
            PLACE.label("place"), Worker.from_day, Worker.until_day,
        )
        .join(Organisation, Organisation.id == Worker.organisation_id)
        .where(_seen(viewer))
    )  # fmt: skip
    if level:
        query = query.where(Worker.level == level)
    if state:
        query = query.where(Worker.state == state)
    return page(session, WorkerRow, query, (Worker.id,), after)


def counts(session: Session, viewer: Viewer) -> list[tuple[str, int]]:
    """How many 社工 are registered at each level, of those a viewer may list."""
    query = sa.select(Worker.level, sa.func.count()).where(_seen(viewer), Worker.state == "registered").group_by(Worker.level)
    found = {str(row[0]): int(row[1]) for row in session.execute(query)}
    return [(label, found.get(level, 0)) for level, label in LEVELS.items()]


@dataclass(frozen=True, slots=True)
class WorkerPage:
    """One 社工; the certificate and the account masked."""

    id: int
    name: str
    level_label: str
    state: str
    organisation: str
    place: str | None
    certificate: str
    certified_on: date
    account: str
    from_day: date
    until_day: date | None


def worker(session: Session, thing: Worker) -> WorkerPage:
    organisation, place = session.execute(
        sa.select(Organisation.name, PLACE).select_from(Worker).join(Organisation).where(Worker.id == thing.id)
    ).one()
    return WorkerPage(
        thing.id, thing.title, LEVELS[thing.level], thing.state, organisation, place, mask_id(thing.certificate), thing.certified_on,
        mask_id(thing.bank_account or ""), thing.from_day, thing.until_day,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """Who would get a month's 津贴."""

    worker_id: int
    name: str
    level: str
    organisation: str
    amount: Money

    @property
    def level_label(self) -> str:
        return LEVELS[self.level]


def due(session: Session, area_code: str, month: date, *, at: datetime) -> list[Due]:
    """The registered 社工 of an area whose month is whole (`rules.entitled`) and not yet on a list, with the standard in force."""
    standard = settings.value(session, "worker.allowance", at=at, area=area_code)
    listed = sa.exists().where(AllowanceLine.worker_id == Worker.id, AllowanceLine.month == month, AllowanceLine.live)
    query = (
        sa.select(Worker.id, Worker.title, Worker.level, Organisation.name, Worker.certified_on, Worker.from_day, Worker.until_day)
        .join(Organisation, Organisation.id == Worker.organisation_id)
        .where(
            within(Worker.area_code, area_code),
            Worker.state.in_(("registered", "left")),
            ~listed,
        )
        .order_by(Worker.organisation_id, Worker.id)
    )
    return [
        Due(key, name, level, office, Money(int(standard[level])))
        for key, name, level, office, certified_on, from_day, until_day in session.execute(query)
        if entitled(month, certified_on=certified_on, from_day=from_day, until_day=until_day)
    ]


@dataclass(frozen=True, slots=True)
class AllowanceRow:
    """One list of 津贴."""

    id: int
    number: str
    title: str
    month: date
    count: int
    total_fen: Money
    state: str
    fund: str

    @property
    def state_label(self) -> str:
        return ALLOWANCE.states[self.state]


def allowances(session: Session, viewer: Viewer, *, after: str | None = None) -> Page[AllowanceRow]:
    """The lists a viewer may see, newest first."""
    query = sa.select(
        Allowance.id, Allowance.number, Allowance.title, Allowance.month, Allowance.count, Allowance.total_fen, Allowance.state, Fund.name.label("fund")
    ).join(Fund, Fund.id == Allowance.fund_id)  # fmt: skip
    return page(session, AllowanceRow, query.where(visible(viewer, Allowance, roles_for("allowance.list"))), (Allowance.id,), after)


@dataclass(frozen=True, slots=True)
class LineRow:
    worker_id: int
    name: str
    level: str
    organisation: str
    amount_fen: Money

    @property
    def level_label(self) -> str:
        return LEVELS[self.level]


def lines(session: Session, allowance_id: int) -> list[LineRow]:
    """The lines of one list, an organisation's together."""
    query = (
        sa.select(
            Worker.id.label("worker_id"), Worker.title.label("name"), AllowanceLine.level, Organisation.name.label("organisation"),
            AllowanceLine.amount_fen,
        )
        .join(Worker, Worker.id == AllowanceLine.worker_id)
        .join(Organisation, Organisation.id == Worker.organisation_id)
        .where(AllowanceLine.allowance_id == allowance_id)
        .order_by(Worker.organisation_id, Worker.id)
    )  # fmt: skip
    return rows(session, LineRow, query)


@dataclass(frozen=True, slots=True)
class Paid:
    """One line of the file the bank pays by; opened by finance alone."""

    name: str
    organisation: str
    account: str | None
    amount_fen: Money


def payees(session: Session, allowance_id: int) -> list[Paid]:
    query = (
        sa.select(Worker.title.label("name"), Organisation.name.label("organisation"), Worker.bank_account.label("account"), AllowanceLine.amount_fen)
        .join(Worker, Worker.id == AllowanceLine.worker_id)
        .join(Organisation, Organisation.id == Worker.organisation_id)
        .where(AllowanceLine.allowance_id == allowance_id)
        .order_by(Worker.organisation_id, Worker.id)
    )  # fmt: skip
    return rows(session, Paid, query)


@dataclass(frozen=True, slots=True)
class FundName:
    id: int
    name: str


def fund_of(session: Session, allowance: Allowance) -> FundName:
    found = row(session, FundName, sa.select(Fund.id, Fund.name).where(Fund.id == allowance.fund_id))
    assert found is not None
    return found


def facts_of_worker(session: Session, thing: Worker, by: Viewer, at: datetime) -> WorkerFacts:
    papers = session.scalar(
        sa.select(sa.func.count()).select_from(Attachment).where(Attachment.subject == thing.ref, Attachment.kind == "certificate")
    )
    return WorkerFacts(papers or 0, thing.entered_by_id, by.id, thing.from_day, thing.until_day, today(at))


def facts_of_allowance(session: Session, thing: Allowance, by: Viewer, at: datetime) -> AllowanceFacts:
    return AllowanceFacts(
        thing.total_fen, free(session, f"fund:{thing.fund_id}", thing.month.year), thing.prepared_by_id, thing.checked_by_id,
        thing.approved_by_id, by.id, thing.paid_on, thing.bank_reference, today(at),
    )  # fmt: skip


def _lists_add_up(session: Session) -> Sequence[str]:
    """Every list is the sum of its lines."""
    summed = (
        sa.select(AllowanceLine.allowance_id, sa.func.count().label("many"), sa.func.sum(AllowanceLine.amount_fen).label("fen"))
        .group_by(AllowanceLine.allowance_id)
        .subquery()
    )
    query = (
        sa.select(Allowance.number)
        .outerjoin(summed, summed.c.allowance_id == Allowance.id)
        .where(
            sa.or_(
                summed.c.many.is_(None),
                summed.c.many != Allowance.count,
                sa.type_coerce(summed.c.fen, sa.BigInteger) != sa.type_coerce(Allowance.total_fen, sa.BigInteger),
            )
        )
    )
    return [f"津贴发放表 {number} 与明细合计不符" for number in session.scalars(query.order_by(Allowance.id))]


CHECKS: dict[str, Any] = {"津贴发放表与明细相符": _lists_add_up}
FACTS: dict[str, FactsOf] = {"worker": facts_of_worker, "allowance": facts_of_allowance}
