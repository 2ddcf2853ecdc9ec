"""Money that was not used within the time its call allows: a to-do for the organiser, who demands it back or says why not."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import yuan
from reports.money import Money
from webapp.accounts.viewer import Viewer
from webapp.book import queries as books
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import spelled, until
from webapp.core.calendar import deadline
from webapp.core.clock import end_of
from webapp.core.trace import trace
from webapp.core.workflow import CLOCK, begin, refuse, take_step
from webapp.funding.actions.closing import RETURN_WORKDAYS, owe
from webapp.funding.models import Recovery, Tranche
from webapp.projects.models import BudgetLine, Project

DECIDE_WORKDAYS = 10
MOST = 200


def find_unspent(session: Session, at: datetime) -> int:
    """Projects whose money is older than their call allows (`breach.unspent_after`, 从首次到账起算), each proposed once."""
    said = sa.cast(Call.rules, sa.String).contains('"unspent_after": {')
    spans = {one.id: span for one in session.scalars(sa.select(Call).where(said)) if (span := rules_of(one).breach.unspent_after)}
    if not spans:
        return 0
    first = sa.select(sa.func.min(Tranche.paid_on)).where(Tranche.project_id == Project.id, Tranche.state == "paid").scalar_subquery()
    known = sa.exists().where(Recovery.project_id == Project.id)
    query = sa.select(Project, first).where(
        Project.call_id.in_(spans),
        Project.paid_fen > Project.spent_fen,
        Project.state.not_in(("archived", "opened")),
        first.is_not(None),
        ~known,
    )
    made = 0
    for project, paid_on in session.execute(query.order_by(first, Project.id).limit(MOST)).all():
        span = spans[project.call_id]
        left = books.position(session, project.ref).unspent
        if paid_on is not None and until(end_of(paid_on) - timedelta(seconds=1), span) < at and left > Money(0):
            _propose(session, project, left, f"资金 {spelled(span)}内没有用完", at)
            made += 1
    return made


def _propose(session: Session, project: Project, left: Money, reason: str, at: datetime) -> None:
    recovery = Recovery(project_id=project.id, title=f"到期未用完 {yuan(left)} 元", amount_fen=left, reason=reason, by_id=None)
    begin(session, recovery, by=CLOCK, at=at, step="expire", state="due", data={"amount_fen": left.fen})
    recovery.due_at = deadline(at, DECIDE_WORKDAYS)
    trace(session, project.ref, recovery.ref)


def demand_due(session: Session, recovery: Recovery, *, by: Viewer, at: datetime, note: str = "") -> None:
    """发起收回 of what is still unspent now, less what waits to be judged. Raises Refused when meanwhile nothing is left."""
    project = session.get_one(Project, recovery.project_id, with_for_update=True, populate_existing=True)
    fen = sa.func.coalesce(sa.func.sum(sa.type_coerce(BudgetLine.claimed_fen, sa.BigInteger)), 0)
    waiting = session.scalar(sa.select(fen).where(BudgetLine.project_id == project.id))
    amount = books.position(session, project.ref).unspent - Money(int(waiting or 0))
    if amount <= Money(0):
        raise refuse("nothing", "已拨付的资金已全部支出或正在审核，没有要收回的。请选“暂不收回”。")
    recovery.amount_fen, recovery.title, recovery.by_id = amount, f"结余收回 {yuan(amount)} 元", by.id
    data = {"amount_fen": amount.fen, "title": recovery.title}
    take_step(session, recovery, "demand", by=by, at=at, note=note, data=data, due=deadline(at, RETURN_WORKDAYS))
    owe(session, project, recovery, at=at)
