"""Verbs on funds: setting up a source of money, and its years."""

from datetime import datetime

from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.viewer import Viewer
from webapp.book import actions as book
from webapp.calls.models import Fund
from webapp.core import journal
from webapp.core.workflow import NotAllowed, Refusal, refuse

ORGANISER = ("bureau", "bureau_head", "street")


def create_fund(
    session: Session, *, name: str, kind: str, payer_id: int, subject_code: str = "", permitted: str = "", forbidden: str = "",
    by: Viewer, at: datetime,
) -> Fund:  # fmt: skip
    """Set up a source of money for one's own area; its years get their budgets from finance."""
    member = by.member(*ORGANISER)
    if member is None:
        raise NotAllowed(Refusal("role", "设立资金由主办单位办理。"))
    fund = Fund(
        name=name, kind=kind, area_code=member.area_code, payer_id=payer_id, subject_code=subject_code, permitted=permitted,
        forbidden=forbidden,
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
    book.budget(session, fund.ref, year, amount, area_code=fund.area_code, source=source, by=by, at=at)
    journal.record(session, fund.ref, "budget", by=by.ref, at=at, note=document, data={"year": year, "fen": amount.fen})
