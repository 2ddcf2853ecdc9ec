"""A fund's rules as its calls inherit them, what its areas have of a year, and what is to be carried over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area
from webapp.book import queries as book
from webapp.book.models import Account
from webapp.calls.models import Carry, Fund, Quota
from webapp.calls.rules import CarryFacts, FundRules, quota_refusal
from webapp.core.db import rows
from webapp.core.scope import Viewer, within
from webapp.core.workflow import Refusal
from webapp.workflows import CARRY

NOTHING = Money(0)
OF_PROJECTS = ("committed", "requested", "paid", "spent")
"""The pots that stand for money a project has got; what it gave back is in none of them."""


def fund_rules(session: Session, fund_id: int, year: int, area_code: str) -> FundRules:
    """What a fund asks of a call of an area."""
    of_year = (Quota.fund_id == fund_id, Quota.year == year)
    many = sa.select(sa.func.count()).where(*of_year).scalar_subquery()
    whole = sa.select(sa.func.sum(Quota.amount_fen)).where(*of_year, within(Quota.area_code, area_code)).scalar_subquery()
    query = sa.select(Fund.name, Fund.barred, Fund.legal_forms, Fund.ceiling_fen, many, whole).where(Fund.id == fund_id)
    name, barred, legal_forms, ceiling, count, amount = session.execute(query).one()
    return FundRules(name, tuple(barred), tuple(legal_forms), ceiling, (amount or NOTHING) if count else None)


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """What one area has of a fund's year, and what its projects have got of it."""

    area_code: str
    area: str
    amount: Money
    used: Money


def quotas(session: Session, fund: Fund, year: int) -> list[QuotaRow]:
    """The quotas of a year by area, in two statements however many areas there are."""
    used: dict[str, int] = {}
    spent = sa.select(Account.area_code, sa.func.sum(Account.balance_fen)).where(
        Account.fund == fund.ref, Account.year == year, Account.kind.in_(OF_PROJECTS)
    )
    for code, fen in session.execute(spent.group_by(Account.area_code)):
        for length in (6, 9, 12):
            if len(code) >= length:
                used[code[:length]] = used.get(code[:length], 0) + fen.fen
    query = (
        sa.select(Quota.area_code, sa.func.coalesce(Area.name, Quota.area_code), Quota.amount_fen)
        .outerjoin(Area, Area.code == Quota.area_code)
        .where(Quota.fund_id == fund.id, Quota.year == year)
        .order_by(Quota.area_code)
    )
    return [QuotaRow(code, name, amount, Money(used.get(code, 0))) for code, name, amount in session.execute(query)]


@dataclass(frozen=True, slots=True)
class QuotaYear:
    """The quotas of a year together."""

    year: int
    areas: int
    amount: Money


@cache
def _quota_years() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Quota.year, sa.func.count().label("areas"), sa.func.sum(Quota.amount_fen).label("amount"))
        .where(Quota.fund_id == sa.bindparam("fund"))
        .group_by(Quota.year)
        .order_by(Quota.year.desc())
    )


def quota_years(session: Session, fund_id: int) -> list[QuotaYear]:
    return rows(session, QuotaYear, _quota_years(), {"fund": fund_id})


def over_quota(session: Session, fund_id: int, year: int, area_code: str, amount: Money) -> Refusal | None:
    """Why a project of an area cannot get so much: its quota (the narrowest that holds it) has not enough left. Locks that quota."""
    nested = sa.literal(area_code).startswith(Quota.area_code)
    query = sa.select(Quota).where(Quota.fund_id == fund_id, Quota.year == year, nested)
    quota = session.scalars(query.order_by(sa.func.length(Quota.area_code).desc()).limit(1).with_for_update()).first()
    if quota is None:
        return None
    spent = sa.select(sa.func.sum(Account.balance_fen)).where(
        Account.fund == f"fund:{fund_id}", Account.year == year, Account.kind.in_(OF_PROJECTS), within(Account.area_code, quota.area_code)
    )
    name = session.scalar(sa.select(Area.name).where(Area.code == quota.area_code)) or quota.area_code
    return quota_refusal(name, quota.amount_fen, session.scalar(spent) or NOTHING, amount)


def areas_under(session: Session, area_code: str) -> Mapping[str, str]:
    """Streets and communities of an area by code, for its quotas."""
    found = session.execute(
        sa.select(Area.code, Area.name).where(within(Area.code, area_code), sa.func.length(Area.code) <= 12).order_by(Area.code)
    )
    return {one.code: one.name for one in found}


@dataclass(frozen=True, slots=True)
class CarryRow:
    id: int
    year: int
    amount_fen: Money
    state: str
    document: str

    @property
    def state_label(self) -> str:
        return CARRY.states[self.state]


@cache
def _carries() -> sa.Select[*tuple[Any, ...]]:
    query = sa.select(Carry.id, Carry.year, Carry.amount_fen, Carry.state, Carry.document).where(Carry.fund_id == sa.bindparam("fund"))
    return query.order_by(Carry.id.desc()).limit(20)


def carries(session: Session, fund_id: int) -> list[CarryRow]:
    """What was and is to be carried over, newest first."""
    return rows(session, CarryRow, _carries(), {"fund": fund_id})


def facts_of_carry(session: Session, carry: Carry, by: Viewer, at: datetime) -> CarryFacts:
    return CarryFacts(carry.amount_fen, book.free(session, f"fund:{carry.fund_id}", carry.year), carry.prepared_by_id, by.id)
