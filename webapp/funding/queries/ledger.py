"""Facts and pages of the book: a fund's year, transfers, corrections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from reports.money import Money
from webapp.book import queries as books
from webapp.book.models import Posting, Transaction
from webapp.book.rules import LABELS
from webapp.calls.models import Fund
from webapp.core.db import row, rows
from webapp.core.scope import Viewer, impartial, under, visible
from webapp.funding.models import Correction, Transfer
from webapp.funding.rules.ledger import CorrectionFacts, TransferFacts
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.workflows import CORRECTION, TRANSFER

KEPT = "（应当回避，不显示）"
"""Stands for a project in the book of a fund, which is whole for all who read it."""


def of_transfer(session: Session, transfer: Transfer, by: Viewer, at: datetime) -> TransferFacts:
    fund = session.get_one(Fund, transfer.fund_id)
    keeps = {"finance", "bureau_lead"}
    acts = any(tie.role in keeps and tie.relation == "area" and under(fund.area_code, tie.value) for tie in by.ties)
    free = books.free(session, fund.ref, transfer.year)
    return TransferFacts(acts, transfer.amount_fen, free, transfer.prepared_by_id, by.id)


def of_correction(session: Session, correction: Correction, by: Viewer, at: datetime) -> CorrectionFacts:
    undone = aliased(Transaction)
    later = sa.exists().where(undone.reverses_id == Transaction.id)
    kind, gone = session.execute(sa.select(Transaction.kind, later).where(Transaction.id == correction.transaction_id)).one()
    return CorrectionFacts(kind, gone, correction.prepared_by_id, by.id)


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer on its own page and on those of its two funds."""

    id: int
    state: str
    fund_id: int
    fund: str
    year: int
    to_fund_id: int
    to: str
    to_year: int
    amount_fen: Money
    document: str

    @property
    def state_label(self) -> str:
        return TRANSFER.states[self.state]


@cache
def _transfers() -> sa.Select[*tuple[object, ...]]:
    source, target = aliased(Fund), aliased(Fund)
    return (
        sa.select(
            Transfer.id, Transfer.state, Transfer.fund_id, source.name.label("fund"), Transfer.year, Transfer.to_fund_id,
            target.name.label("to"), Transfer.to_year, Transfer.amount_fen, Transfer.document,
        )
        .join(source, source.id == Transfer.fund_id)
        .join(target, target.id == Transfer.to_fund_id)
    )  # fmt: skip


def transfer(session: Session, key: int) -> TransferRow:
    found = row(session, TransferRow, _transfers().where(Transfer.id == key))
    assert found is not None
    return found


def transfers(session: Session, fund_id: int) -> list[TransferRow]:
    """The newest transfers out of a fund or into it."""
    return rows(session, TransferRow, _transfers_of(), {"fund": fund_id})


@cache
def _transfers_of() -> sa.Select[*tuple[object, ...]]:
    fund = sa.bindparam("fund", type_=sa.BigInteger)
    return _transfers().where(sa.or_(Transfer.fund_id == fund, Transfer.to_fund_id == fund)).order_by(Transfer.id.desc()).limit(10)


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction with the posting it takes back."""

    id: int
    state: str
    title: str
    reason: str
    fund_id: int
    fund: str
    amount_fen: Money
    transaction_id: int
    kind: str
    year: int
    memo: str
    source: str
    posted_at: datetime

    @property
    def state_label(self) -> str:
        return CORRECTION.states[self.state]

    @property
    def label(self) -> str:
        return LABELS[self.kind]

    @property
    def origin(self) -> str:
        return self.source.partition("/")[0]


@cache
def _corrections() -> sa.Select[*tuple[object, ...]]:
    return (
        sa.select(
            Correction.id, Correction.state, Correction.title, Correction.reason, Correction.fund_id, Fund.name.label("fund"),
            Correction.amount_fen, Correction.transaction_id, Transaction.kind, Transaction.year, Transaction.memo, Transaction.source,
            Transaction.at.label("posted_at"),
        )
        .join(Transaction, Transaction.id == Correction.transaction_id)
        .join(Fund, Fund.id == Correction.fund_id)
    )  # fmt: skip


def moved(session: Session, transaction: Transaction) -> Money:
    """How much a posting moved from one account to another."""
    return session.scalar(sa.select(sa.func.max(Posting.fen)).where(Posting.transaction_id == transaction.id)) or Money(0)


def correction(session: Session, key: int) -> CorrectionRow:
    found = row(session, CorrectionRow, _corrections().where(Correction.id == key))
    assert found is not None
    return found


def corrections(session: Session, fund_id: int) -> list[CorrectionRow]:
    """The newest corrections of a fund."""
    return rows(session, CorrectionRow, _corrections_of(), {"fund": fund_id})


@cache
def _corrections_of() -> sa.Select[*tuple[object, ...]]:
    return _corrections().where(Correction.fund_id == sa.bindparam("fund")).order_by(Correction.id.desc()).limit(10)


def targets(session: Session, viewer: Viewer, fund: Fund) -> list[tuple[int, str]]:
    """The funds of the same source that money may be passed on to: those of the offices one reaches."""
    reached = visible(viewer, Fund, roles_for("fund.transfer"))
    query = sa.select(Fund.id, Fund.name).where(reached, Fund.kind == fund.kind, Fund.id != fund.id)
    return [(key, name) for key, name in session.execute(query.order_by(Fund.area_code, Fund.id).limit(500))]


def named(session: Session, viewer: Viewer, reasons: Sequence[str]) -> dict[str, str]:
    """Number and title of the projects among some reasons, in one statement; of those the viewer stands aside for, only that it is so."""
    keys = [int(key) for name, _, key in (one.partition(":") for one in set(reasons)) if name == "project" and key.isdecimal()]
    query = _named().add_columns(impartial(viewer, Project))
    found = session.execute(query, {"keys": keys}) if keys else ()
    return {f"project:{key}": f"{number} {title}" if free else KEPT for key, number, title, free in found}


@cache
def _named() -> sa.Select[*tuple[object, ...]]:
    return sa.select(Project.id, Project.number, Project.title).where(Project.id.in_(sa.bindparam("keys", expanding=True)))
