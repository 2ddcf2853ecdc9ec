"""The book of a fund in its last weeks: money passed on to a street, a posting taken back, months closed."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from reports.money import Money
from webapp.book.models import Transaction
from webapp.book.queries import first_open_month
from webapp.calls.actions import add_budget, create_fund
from webapp.calls.models import Fund
from webapp.core.clock import today
from webapp.demo.city import Bureau
from webapp.demo.stage import Stage
from webapp.funding.actions.ledger import ask_correction, close_month, confirm_correction, confirm_transfer, prepare_transfer
from webapp.funding.models import Correction, Transfer

Life = Iterator[datetime]
PASSED_ON, MISTAKEN = Money(10_000_000), Money(3_000_000)
OPEN_MONTHS = timedelta(days=40)
"""How long after its end a month is closed."""


def ledger(stage: Stage, bureau: Bureau, street: int) -> Life:
    """A transfer from the district's fund to the street's, a budget entered twice and taken back, and the months closed."""
    with stage.scene() as session:
        year, finance = today(stage.at).year, stage.who(session, bureau.finance)
        fund = session.get_one(Fund, bureau.fund_id)
        to = create_fund(
            session, name="街道微公益资金（模拟）", kind=fund.kind, payer_id=bureau.office_id, by=stage.who(session, street), at=stage.at
        )
        key = prepare_transfer(
            session, fund, year=year, to=to, to_year=year, amount=PASSED_ON, document="模拟〔转〕3号", by=finance, at=stage.at
        ).id
    yield stage.in_workdays(1)
    with stage.scene() as session:
        lead = stage.who(session, bureau.lead)
        confirm_transfer(session, session.get_one(Transfer, key), by=lead, at=stage.at)
    yield stage.in_workdays(2)
    with stage.scene() as session:
        fund, finance = session.get_one(Fund, bureau.fund_id), stage.who(session, bureau.finance)
        add_budget(session, fund, year=year, amount=MISTAKEN, document="模拟指标（重复登记）", by=finance, at=stage.at)
        wrong = session.scalars(sa.select(Transaction).where(Transaction.fund == fund.ref).order_by(Transaction.id.desc()).limit(1)).one()
        key = ask_correction(session, wrong, reason="同一份指标登记了两次。", by=finance, at=stage.at).id
    yield stage.in_workdays(1)
    with stage.scene() as session:
        confirm_correction(session, session.get_one(Correction, key), by=stage.who(session, bureau.lead), at=stage.at)
    yield stage.in_days(3)
    with stage.scene() as session:
        fund = session.get_one(Fund, bureau.fund_id)
        while (month := first_open_month(session, fund.ref)) is not None and _over(month) + OPEN_MONTHS < today(stage.at):
            close_month(session, fund, month=month, by=stage.who(session, bureau.finance), at=stage.at)


def _over(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)
