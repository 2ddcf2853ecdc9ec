"""What 终止 of a project will do, in figures, before anybody confirms it."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.applications.models import ApplicationNeed
from webapp.book import queries as books
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import years_after
from webapp.core.clock import today
from webapp.funding.models import Tranche
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
    claw_back: bool


def of(session: Session, project: Project, at: datetime) -> Ending:
    """Three statements beside the call's rules."""
    rules = rules_of(session.get_one(Call, project.call_id)).breach
    where = books.position(session, project.ref)
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
        project.granted_fen, project.paid_fen, project.spent_fen, where.unspent, where.to_request,
        tuple((title, amount) for title, amount in waiting), session.scalar(needs) or 0, rules.ban_years,
        years_after(today(at), rules.ban_years) if rules.ban_years else None, rules.claw_back,
    )  # fmt: skip
