"""Running projects at risk: counted and listed by the very same conditions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Area, Organisation
from webapp.boards.queries.reach import projects
from webapp.boards.rules import LOW, RISKS, SILENT_DAYS, Risk, risks
from webapp.core.clock import today
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer
from webapp.evaluation.models import Survey
from webapp.projects.models import RUNNING, Activity, ActivitySpend, BudgetLine, Project
from webapp.workflows import PROJECT

LAST = sa.select(sa.func.max(Activity.held_on)).where(Activity.project_id == Project.id, Activity.state == "held").scalar_subquery()
_TOLD = (
    sa.select(sa.func.sum(ActivitySpend.amount_fen))
    .where(ActivitySpend.budget_line_id == BudgetLine.id)
    .correlate(BudgetLine)
    .scalar_subquery()
)
OVER = (
    sa.select(sa.func.count())
    .select_from(BudgetLine)
    .where(BudgetLine.project_id == Project.id, sa.type_coerce(_TOLD, sa.BigInteger) > sa.type_coerce(BudgetLine.grant_fen, sa.BigInteger))
    .correlate(Project)
    .scalar_subquery()
)
_COUNTS = sa.and_(Survey.project_id == Project.id, Survey.answered >= Survey.least)


def _of_survey(column: Any) -> Any:
    return sa.func.coalesce(sa.select(column).where(_COUNTS).correlate(Project).scalar_subquery(), 0)


@cache
def _conditions() -> Mapping[str, Any]:
    """What each kind of risk asks of a project; the days are bound when it is asked."""
    day, quiet = sa.bindparam("board_day", type_=sa.Date), sa.bindparam("board_quiet", type_=sa.Date)
    low = Survey.satisfied * LOW.denominator < Survey.answered * LOW.numerator
    return {
        "late": Project.ends_on < day,
        "over": OVER > 0,
        "silent": sa.func.coalesce(LAST, Project.starts_on) < quiet,
        "unhappy": sa.exists().where(_COUNTS, low).correlate(Project),
    }


def _asked(at: datetime, silent: int) -> dict[str, Any]:
    return {"board_day": today(at), "board_quiet": today(at) - timedelta(days=silent)}


def counts(session: Session, viewer: Viewer, at: datetime, *, silent: int = SILENT_DAYS) -> dict[str, int]:
    """How many running projects are at risk of each kind, of any (`any`), and out of how many (`all`); one statement."""
    kinds = _conditions()
    query = sa.select(
        *(sa.func.count().filter(condition).label(kind) for kind, condition in kinds.items()),
        sa.func.count().filter(sa.or_(*kinds.values())).label("any"),
        sa.func.count().label("all"),
    ).where(projects(viewer), Project.state.in_(RUNNING))
    return dict(session.execute(query.select_from(Project), _asked(at, silent)).mappings().one())


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A project at risk, and of what."""

    id: int
    number: str
    title: str
    state: str
    organisation: str
    area: str | None
    ends_on: date
    starts_on: date
    last_activity: date | None
    over: int
    answered: int
    satisfied: int
    day: date
    silent: int

    @property
    def state_label(self) -> str:
        return PROJECT.states[self.state]

    @property
    def risks(self) -> dict[str, str]:
        """Each kind of risk with its sentence."""
        facts = Risk(self.ends_on, self.starts_on, self.last_activity, self.over, self.answered, self.satisfied)
        return risks(facts, self.day, self.silent)


def listed(
    session: Session,
    viewer: Viewer,
    at: datetime,
    *,
    kind: str = "",
    silent: int = SILENT_DAYS,
    after: str | None = None,
    size: int = 50,
) -> Page[RiskRow]:
    """The running projects at risk of a kind, or of any; newest first, one statement."""
    kinds = _conditions()
    condition = kinds[kind] if kind in RISKS else sa.or_(*kinds.values())
    asked = _asked(at, silent)
    query = (
        sa.select(
            Project.id, Project.number, Project.title, Project.state, Organisation.name.label("organisation"), Area.name.label("area"),
            Project.ends_on, Project.starts_on, LAST.label("last_activity"), OVER.label("over"), _of_survey(Survey.answered).label("answered"),
            _of_survey(Survey.satisfied).label("satisfied"), sa.literal(asked["board_day"], sa.Date).label("day"), sa.literal(silent).label("silent"),
        )
        .join(Organisation, Organisation.id == Project.organisation_id)
        .outerjoin(Area, Area.code == Project.area_code)
        .where(projects(viewer), Project.state.in_(RUNNING), condition)
    )  # fmt: skip
    return page(session, RiskRow, query.params(**asked), (Project.id,), after, size)
