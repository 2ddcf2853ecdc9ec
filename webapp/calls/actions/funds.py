"""Verbs on funds: setting up a source of money, and its years."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import yuan
from reports.money import Money
from webapp.accounts.viewer import Viewer
from webapp.book import actions as book
from webapp.book.queries import free as free_in_book
from webapp.calls.models import Carry, Fund, Quota
from webapp.calls.queries.quotas import quotas
from webapp.core import journal
from webapp.core.workflow import NotAllowed, Refusal, begin, refuse, take_step

ORGANISER = ("bureau", "bureau_head", "street")


def create_fund(
    session: Session, *, name: str, kind: str, payer_id: int, subject_code: str = "", permitted: str = "", forbidden: str = "",
    barred: Sequence[str] = (), legal_forms: Sequence[str] = (), ceiling: Money | None = None, by: Viewer, at: datetime,
) -> Fund:  # fmt: skip
    """Set up a source of money for one's own area; its years get their budgets from finance."""
    member = by.member(*ORGANISER)
    if member is None:
        raise NotAllowed(Refusal("role", "设立资金由主办单位办理。"))
    fund = Fund(
        name=name, kind=kind, area_code=member.area_code, payer_id=payer_id, subject_code=subject_code, permitted=permitted,
        forbidden=forbidden, barred=list(barred), legal_forms=list(legal_forms), ceiling_fen=ceiling or None,
    )  # fmt: skip
    session.add(fund)
    session.flush()
    journal.record(session, fund.ref, "create", by=by.ref, at=at, data={"kind": kind})
    return fund


def add_budget(session: Session, fund: Fund, *, year: int, amount: Money, document: str, by: Viewer, at: datetime) -> None:
    """Finance enters a year's budget (or more of it) under the number of its 指标文; the same document counts once."""
    if not amount:
        raise refuse("amount", "请填写大于零的金额。", "amount")
    source = f"{fund.ref}/{year}/{journal.digest(document.strip())[:24]}"
    book.budget(session, fund.ref, year, amount, area_code=fund.area_code, source=source, by=by, at=at, memo=document.strip())
    journal.record(session, fund.ref, "budget", by=by.ref, at=at, note=document, data={"year": year, "fen": amount.fen})


def edit_fund(
    session: Session, fund: Fund, *, permitted: str, forbidden: str, barred: Sequence[str], legal_forms: Sequence[str], ceiling: Money | None,
    by: Viewer, at: datetime,
) -> None:  # fmt: skip
    """修改用途和规定: calls in draft inherit it when next saved; a published version stays as it was."""
    fund.permitted, fund.forbidden, fund.barred, fund.legal_forms = permitted, forbidden, list(barred), list(legal_forms)
    fund.ceiling_fen = ceiling or None
    journal.record(session, fund.ref, "edit", by=by.ref, at=at, data={"barred": len(fund.barred), "legal_forms": fund.legal_forms})


def set_quotas(session: Session, fund: Fund, year: int, amounts: Mapping[str, Money], *, by: Viewer, at: datetime) -> int:
    """登记各地区额度: the whole table of a year is replaced, or nothing; gives how many areas changed.

    Raises Refused when an area would have less than its projects have got.
    """
    before = {one.area_code: one for one in quotas(session, fund, year)}
    for code, one in before.items():
        if amounts.get(code, Money(0)) < one.used:
            raise refuse("used", f"{one.area}已立项 {yuan(one.used)} 元，额度不能少于这个数。")
    changed = {code for code in {*before, *amounts} if code not in before or code not in amounts or before[code].amount != amounts[code]}
    if changed:
        session.execute(sa.delete(Quota).where(Quota.fund_id == fund.id, Quota.year == year, Quota.area_code.in_(changed)))
        session.add_all(
            Quota(fund_id=fund.id, year=year, area_code=code, amount_fen=amounts[code]) for code in sorted(changed) if code in amounts
        )
        session.flush()
        whole = sum(one.fen for one in amounts.values())
        journal.record(
            session, fund.ref, "quota", by=by.ref, at=at, data={"year": year, "areas": len(amounts), "changed": len(changed), "fen": whole}
        )
    return len(changed)


def prepare_carry(session: Session, fund: Fund, *, year: int, amount: Money, document: str, by: Viewer, at: datetime) -> Carry:
    """登记结转: nothing moves until another person confirms it."""
    if by.id is None:
        raise NotAllowed(Refusal("role", "结转由财务登记。"))
    free = free_in_book(session, fund.ref, year)
    if not amount or amount > free:
        raise refuse("amount", f"{year} 年度账上可用预算 {yuan(free)} 元，请填写大于零、不超过它的金额。", "amount")
    carry = Carry(
        fund_id=fund.id, title=f"{fund.name} {year} 年结转", year=year, amount_fen=amount, document=document.strip(), prepared_by_id=by.id
    )
    begin(session, carry, by=by, at=at, data={"fund": fund.ref, "year": year, "fen": amount.fen})
    return carry


def confirm_carry(session: Session, carry: Carry, *, by: Viewer, at: datetime, note: str = "") -> None:
    """确认结转: another person; the money leaves its year and joins the next one's in the same transaction."""
    fund = session.get_one(Fund, carry.fund_id)
    take_step(session, carry, "confirm", by=by, at=at, note=note)
    book.carry_over(
        session,
        fund.ref,
        carry.year,
        carry.amount_fen,
        area_code=fund.area_code,
        second_id=carry.prepared_by_id,
        source=carry.ref,
        by=by,
        at=at,
    )
