"""For whom somebody acts: the organiser of a call, a bureau over it, or an organisation it commissioned."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.viewer import Member
from webapp.calls.models import Call
from webapp.core.scope import within
from webapp.projects.models import AgreementTemplate

OVER = frozenset({"bureau", "bureau_head", "bureau_lead", "finance"})


def acts_for(by: Any, call: Call) -> bool:
    """Whether a person acts for the organiser of a call.

    That is anybody of the organiser, a bureau whose area holds the call's, and the operator and evaluator the call
    commissioned. Time itself and a verb that carries out another are not asked.
    """
    members = getattr(by, "members", None)
    if members is None:
        return True
    return any(
        m.organisation_id in {call.organiser_id, call.payer_id, call.operator_id, call.evaluator_id}
        or (m.role in OVER and call.area_code.startswith(m.area_code))
        for m in members
    )


def writes(by: Any, template: AgreementTemplate) -> bool:
    """Whether a person acts for the office that wrote a template, or for a bureau over it."""
    members = getattr(by, "members", None)
    if members is None:
        return True
    return any(
        m.organisation_id == template.organisation_id or (m.role in OVER and template.area_code.startswith(m.area_code)) for m in members
    )


def calls_acted_for(members: Iterable[Member]) -> sa.Select[int]:
    """The calls for whose organiser somebody with these memberships acts: `acts_for` as a condition."""
    mine = tuple(members)
    offices = sorted({m.organisation_id for m in mine})
    columns = (Call.organiser_id, Call.payer_id, Call.operator_id, Call.evaluator_id)
    over = [within(Call.area_code, m.area_code) for m in mine if m.role in OVER]
    return sa.select(Call.id).where(sa.or_(*(column.in_(offices) for column in columns), *over))


def call_of(session: Session, call_id: int) -> Call:
    """The call of a project; read once per request."""
    return session.get_one(Call, call_id)
