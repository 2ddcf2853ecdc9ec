"""评审费: written down per expert, taxed by the month, paid out by finance from a sheet that alone shows the accounts."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.core import journal
from webapp.core.clock import CHINA
from webapp.core.scope import Viewer
from webapp.core.workflow import refuse
from webapp.reviews.models import Expert, FeeLine, Panel, Seat
from webapp.reviews.queries import fees
from webapp.reviews.rules.fees import fee, withheld


def write_fee(session: Session, panel: Panel, *, person_id: int, senior: bool, half_days: int, by: Viewer, at: datetime) -> FeeLine:
    """登记评审费, once for each expert of a panel. Raises Refused for who did not sit on it or has a line already."""
    if panel.state not in {"scoring", "closed", "confirmed"}:
        raise refuse("state", "评审组开始评分以后才能登记评审费。")
    sat = sa.select(Seat.id).where(Seat.panel_id == panel.id, Seat.person_id == person_id, Seat.state == "pledged")
    if session.scalar(sat.limit(1)) is None:
        raise refuse("seat", "这位评委没有在本评审组签署承诺书，不能登记评审费。", "person_id")
    if session.scalar(sa.select(FeeLine.id).where(FeeLine.panel_id == panel.id, FeeLine.person_id == person_id)) is not None:
        raise refuse("known", "这位评委的评审费已经登记过。", "person_id")
    session.get_one(Expert, person_id, with_for_update=True)
    month = at.astimezone(CHINA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    paid, taxed = session.execute(
        sa.select(sa.func.sum(FeeLine.gross_fen), sa.func.sum(FeeLine.tax_fen)).where(
            FeeLine.person_id == person_id, FeeLine.at >= month, FeeLine.at < (month + timedelta(days=32)).replace(day=1)
        )
    ).one()
    gross = fee(senior, half_days, fees.standard(session, panel, at))
    tax = withheld(gross, paid or Money(0), taxed or Money(0))
    line = FeeLine(panel_id=panel.id, person_id=person_id, senior=senior, half_days=half_days, gross_fen=gross, tax_fen=tax, at=at)
    session.add(line)
    session.flush()
    journal.record(session, panel.ref, "fee", by=by.ref, at=at, data={"person": f"person:{person_id}", "gross": gross.fen, "tax": tax.fen})
    return line


def keep_account(session: Session, expert: Expert, *, bank: str, account: str, by: Viewer, at: datetime) -> None:
    """An expert's own account, sealed; only that it was changed is told."""
    expert.bank, expert.account = bank.strip(), "".join(account.split())
    session.flush()
    journal.record(session, expert.ref, "account", by=by.ref, at=at)


def open_accounts(session: Session, panel: Panel, *, by: Viewer, at: datetime) -> None:
    """That finance took the sheet with the accounts is told in the journal."""
    journal.record(session, panel.ref, "accounts", by=by.ref, at=at)
