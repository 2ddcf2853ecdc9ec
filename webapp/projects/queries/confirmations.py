"""What a community confirms: the awarded version beside what was asked for, its own opinion and the organisation's answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.applications import queries as applications
from webapp.projects.models import BudgetLine, Confirmation, Project
from webapp.reviews.models import VERDICTS, Opinion, Result


@dataclass(frozen=True, slots=True)
class Compared:
    """One budget line as it was asked for and as it was awarded."""

    title: str
    asked: Money
    granted: Money

    @property
    def cut(self) -> Money:
        return self.asked - self.granted


@dataclass(frozen=True, slots=True)
class Awarded:
    """The awarded version of a project, with what was cut and why."""

    application_id: int
    asked: Money
    granted: Money
    own: Money
    lines: tuple[Compared, ...]
    reason: str
    """Why the list gives another amount than was asked for."""
    verdict: str
    said: str
    answer: str
    """The community's own opinion, and what the organisation answered."""

    @property
    def cut(self) -> Money:
        return self.asked - self.granted


def awarded(session: Session, found: Confirmation, project: Project) -> Awarded:
    """Three statements: the snapshot, the awarded lines, and why and what was said before."""
    content = applications.snapshot(session, project.application_id)
    lines = session.execute(
        sa.select(BudgetLine.line, BudgetLine.title, BudgetLine.grant_fen)
        .where(BudgetLine.project_id == project.id)
        .order_by(BudgetLine.position)
    ).all()
    opinion = sa.and_(Opinion.application_id == project.application_id, Opinion.kind == "community", Opinion.area_code == found.area_code)
    said = session.execute(
        sa.select(Result.reason, Opinion.verdict, Opinion.reason, Opinion.answer)
        .select_from(Project)
        .outerjoin(Result, Result.application_id == Project.application_id)
        .outerjoin(Opinion, opinion)
        .where(Project.id == project.id)
    ).first()
    reason, verdict, words, answer = said or ("", None, "", None)
    asked = asked_by_line(content)
    return Awarded(
        project.application_id,
        Money(int(content.get("requested_fen") or sum(asked.values()) or project.granted_fen.fen)),
        project.granted_fen,
        project.own_fen,
        tuple(Compared(title, Money(asked.get(key, granted.fen)), granted) for key, title, granted in lines),
        reason or "", VERDICTS.get(verdict or "", ""), words or "", answer or "",
    )  # fmt: skip


def asked_by_line(content: Mapping[str, Any]) -> dict[str, int]:
    """What the snapshot asks for, by budget line, in fen."""
    found: dict[str, int] = {}
    for one in content.get("budget") or ():
        found[one["line"]] = found.get(one["line"], 0) + int(one.get("grant_fen") or 0)
    return found
