"""A fund's year for its papers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Organisation
from webapp.calls.models import Fund
from webapp.evaluation.models import FundPerformance
from webapp.evaluation.rules.performance import Aim, aims_of, worked
from webapp.reporting.queries.works import Hand, hands_of


@dataclass(frozen=True, slots=True)
class Year:
    """The year as it is kept, with the fund's names; points in hundredths."""

    year: int
    fund: str
    lottery: bool
    payer: str
    budget_fen: int
    goal: str
    aims: tuple[Aim, ...]
    most: dict[str, int]
    """Full points of each indicator."""
    monitorings: tuple[dict[str, Any], ...]
    assessment: dict[str, Any] | None
    score: int | None
    grade: str
    state: str
    hands: tuple[Hand, ...]


def year_of(session: Session, one: FundPerformance, until: datetime) -> Year:
    """A fund's year, in four statements."""
    query = sa.select(Fund.name, Fund.kind, Organisation.name).join(Organisation, Organisation.id == Fund.payer_id)
    fund, kind, payer = session.execute(query.where(Fund.id == one.fund_id)).one()
    aims = aims_of(one.aims)
    return Year(
        one.year, fund, kind == "lottery", payer, one.budget_fen, one.goal, aims, {line.key: line.most for line in worked(aims, one.budget_fen, {})[0]},
        tuple(one.monitorings), one.assessment, one.score, one.grade, one.state_label, hands_of(session, one.ref, until),
    )  # fmt: skip
