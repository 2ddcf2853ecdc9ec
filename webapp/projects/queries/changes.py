"""The budget lines of a project as a change looks at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.projects.models import BudgetLine, Project
from webapp.projects.rules.changes import LineMove, free_left


def free_percent(session: Session, project: Project) -> int:
    """How many percent of a line the call lets an organisation move without approval."""
    return rules_of(session.get_one(Call, project.call_id)).budget.free_percent


def moves_of(session: Session, project_id: int, moves: Sequence[dict[str, Any]]) -> tuple[LineMove, ...]:
    """The moves of a change beside where their lines stand now, in one statement."""
    if not moves:
        return ()
    wanted = [BudgetLine.id, BudgetLine.title, BudgetLine.base_fen, BudgetLine.free_fen, BudgetLine.grant_fen, BudgetLine.spent_fen]
    wanted += [BudgetLine.claimed_fen, BudgetLine.waiting]
    query = sa.select(*wanted).where(BudgetLine.project_id == project_id, BudgetLine.id.in_([one["line"] for one in moves]))
    lines = {line.id: line for line in session.execute(query)}
    found = []
    for one in moves:
        line = lines[one["line"]]
        seen, delta = Money(one["seen_fen"]), Money(one["delta_fen"])
        kept = (line.title, line.base_fen, line.free_fen, line.grant_fen, line.spent_fen)
        found.append(LineMove(*kept, seen, delta, line.claimed_fen, line.waiting))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class FreeLine:
    """One line with what may still be moved on it without approval."""

    id: int
    title: str
    grant: Money
    spent: Money
    claimed: Money
    left: Money
    """可用: neither spent nor claimed."""
    free: Money


def free_lines(session: Session, project: Project, percent: int) -> list[FreeLine]:
    """The lines of a project for the form of a change of its budget."""
    lines = session.scalars(sa.select(BudgetLine).where(BudgetLine.project_id == project.id).order_by(BudgetLine.position))
    return [
        FreeLine(
            x.id, x.title, x.grant_fen, x.spent_fen, x.claimed_fen, x.grant_fen - x.spent_fen - x.claimed_fen,
            free_left(x.base_fen, x.free_fen, percent),
        )
        for x in lines
    ]  # fmt: skip
