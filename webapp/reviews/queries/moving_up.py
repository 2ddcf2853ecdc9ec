"""Who is next in reserve, and what money is free for it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.reviews.models import Result
from webapp.reviews.rules.publicity import PromotionFacts


def facts_of_promotion(
    session: Session, call: Call, amount: Money | None = None, reason: str = ""
) -> tuple[PromotionFacts, Application | None]:  # fmt: skip
    """The next in reserve by rank, with the money of the call that no proposed or awarded project holds any more."""
    rules = rules_of(call)
    held = (
        session.scalar(
            sa.select(
                sa.func.sum(
                    sa.type_coerce(Application.awarded_fen, sa.BigInteger)
                    - sa.func.coalesce(sa.type_coerce(Result.freed_fen, sa.BigInteger), 0)
                )
            )
            .outerjoin(Result, Result.application_id == Application.id)
            .where(Application.call_id == call.id, Application.state.in_(("proposed", "awarded")))
        )
        or 0
    )
    following = (
        sa.select(Application)
        .join(Result, Result.application_id == Application.id)
        .where(Application.call_id == call.id, Application.state == "reserved")
        .order_by(Result.rank, Application.id)
        .limit(1)
    )
    found = session.scalars(following).first()
    given = Money(int(held))
    left = rules.pool - given if given < rules.pool else Money(0)
    most = min(found.requested_fen, rules.ceiling(found.category)) if found is not None else Money(0)
    return PromotionFacts(call.state, found.title if found is not None else "", left, most, amount, reason), found
