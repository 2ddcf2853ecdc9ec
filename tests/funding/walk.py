"""Steps of a payment that several tests take."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from reports.money import Money
from tests.cast import Cast
from tests.conftest import START
from tests.projects import stage
from webapp.core.clock import today
from webapp.funding import actions
from webapp.funding.models import Spending, Tranche
from webapp.funding.rules.vouchers import Voucher
from webapp.projects.models import Project
from webapp.projects.queries import one


def planned(session: Session, cast: Cast, **more: Any) -> tuple[Project, list[Tranche]]:
    project = stage.delivering(session, cast, START, **more)
    return project, actions.plan(session, project, by=cast.officer.viewer(session, START), at=START)


def approved(session: Session, cast: Cast, tranche: Tranche, at: datetime = START) -> None:
    """From 请款 to 批准, each by another person."""
    actions.request(
        session, tranche, receipt_kind="invoice", receipt_number=f"2600{tranche.id}", papers=[stage.picture("发票.jpg")],
        by=cast.lead.viewer(session, at), at=at,
    )  # fmt: skip
    actions.prepare(session, tranche, note="符合协议", by=cast.officer.viewer(session, at), at=at)
    actions.check(session, tranche, by=cast.accountant.viewer(session, at), at=at)
    actions.approve(session, tranche, by=cast.leader.viewer(session, at), at=at)


def paid(session: Session, cast: Cast, tranche: Tranche, at: datetime = START) -> None:
    approved(session, cast, tranche, at)
    by = cast.accountant.viewer(session, at)
    actions.create_batch(session, [tranche.id], by=by, at=at)
    actions.pay(session, tranche, bank_reference=f"YH{tranche.id}", paid_on=today(at), by=by, at=at)


SERIAL = "263220000000000"


def voucher(kind: str = "einvoice", **more: Any) -> Voucher:
    """An invoice of 100 元 made out to 晨光, changed as told; a short number becomes a whole one."""
    found: dict[str, Any] = {"number": "01234", "face": Money(10_000), "buyer": "晨光社会工作服务中心"} | more
    if kind == "einvoice" and len(found["number"]) == 5:
        found["number"] = SERIAL + found["number"]
    return Voucher(kind, **found)


def claim(
    session: Session, cast: Cast, project: Project, *, line: int = 0, who: str = "member", paper: Voucher | None = None, **more: Any
) -> Spending:
    """A claim of 100 元 on an invoice of 100 元, changed as told."""
    found: dict[str, Any] = {
        "title": "活动物资", "payee": "好邻居超市", "spent_on": date(2026, 3, 2), "amount": Money(10_000),
        "budget_line_id": one.lines_of(session, project.id)[line].id, "papers": [stage.picture("发票.jpg", 60)],
    }  # fmt: skip
    return actions.claim(session, project, paper or voucher(), **(found | more), by=getattr(cast, who).viewer(session, START), at=START)
