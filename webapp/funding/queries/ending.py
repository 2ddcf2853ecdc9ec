"""What 终止 of a project will do, in figures, before anybody confirms it."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Record
from webapp.applications.models import ApplicationNeed
from webapp.book import queries as books
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import years_after
from webapp.core.clock import today
from webapp.evaluation.models import GRADES
from webapp.funding.models import Recovery, Tranche
from webapp.needs.models import Need
from webapp.projects.models import Project


@dataclass(frozen=True, slots=True)
class Ending:
    """The money by where it goes, and what else ends."""

    granted: Money
    paid: Money
    spent: Money
    demanded: Money
    """Paid and not spent: asked back."""
    released: Money
    """Reserved and not asked for: free for the fund again."""
    tranches: tuple[tuple[str, Money], ...]
    """What will not be paid any more."""
    needs: int
    """Needs that go back to the 需求清单, unless another project answers them."""
    ban_years: int
    banned_until: date | None
    """Until when a breach bars the organisation."""
    claw_back: Money | None
    """违约: what is asked back together with what was spent; None where the call does not provide for it."""


def demandable(session: Session, project: Project, where: books.Position) -> tuple[Money, Money]:
    """What was paid and is neither spent nor demanded yet, and what was spent and is neither demanded nor waived; `where` its money stands."""
    amount, of_spent = (sa.type_coerce(one, sa.BigInteger) for one in (Recovery.amount_fen, Recovery.of_spent_fen))
    open_own, gone = (
        sa.case((Recovery.state == "demanded", amount - of_spent), else_=0),
        sa.case((Recovery.state == "waived", amount), else_=of_spent),
    )
    query = sa.select(*(sa.func.coalesce(sa.func.sum(one), 0) for one in (open_own, gone)))
    found = session.execute(query.where(Recovery.project_id == project.id, Recovery.state.in_(("demanded", "waived")))).one()
    own, spent = (Money(int(fen)) for fen in found)
    return where.unspent - own, where.spent - spent


def may_claw_back(session: Session, project: Project) -> bool:
    """Whether the call lets all that was paid be asked back, and the project was ended for a breach or its final failed."""
    if not rules_of(session.get_one(Call, project.call_id)).breach.claw_back:
        return False
    broken = sa.exists().where(Record.kind == "breach", Record.subject == project.ref)
    return project.grade == GRADES[-1][0] or bool(session.scalar(sa.select(broken)))


def of(session: Session, project: Project, at: datetime) -> Ending:
    """Four statements beside the call's rules."""
    rules = rules_of(session.get_one(Call, project.call_id)).breach
    where = books.position(session, project.ref)
    left, spent = demandable(session, project, where)
    open_ones = sa.select(Tranche.title, Tranche.amount_fen).where(
        Tranche.project_id == project.id, Tranche.state.not_in(("paid", "cancelled"))
    )
    waiting = session.execute(open_ones.order_by(Tranche.position)).all()
    needs = (
        sa.select(sa.func.count())
        .select_from(Need)
        .join(ApplicationNeed, ApplicationNeed.need_id == Need.id)
        .where(ApplicationNeed.application_id == project.application_id, Need.state == "delivering")
    )
    return Ending(
        project.granted_fen, project.paid_fen, project.spent_fen, left, where.to_request,
        tuple((title, amount) for title, amount in waiting), session.scalar(needs) or 0, rules.ban_years,
        years_after(today(at), rules.ban_years) if rules.ban_years else None, left + spent if rules.claw_back and spent else None,
    )  # fmt: skip
