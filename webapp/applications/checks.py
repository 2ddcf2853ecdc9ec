"""What `sanshe doctor` asks of applications: nothing frozen was changed, figures add up, no number is missing."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.applications.models import Application, Snapshot
from webapp.calls.models import Call
from webapp.core.journal import canonical, digest

FEW = 20
"""Snapshots held at a time: each is a whole application."""


def digest_of(content: dict[str, Any]) -> str:
    """The digest of a snapshot's content."""
    return digest(canonical(content))


def _snapshots_whole(session: Session) -> Iterator[str]:
    query = sa.select(Application.number, Snapshot.content, Snapshot.digest).join(Application, Application.id == Snapshot.application_id)
    for number, content, kept in session.execute(query.execution_options(yield_per=FEW)):
        if digest_of(content) != kept:
            yield f"申报 {number} 的定稿与提交时的摘要不符"


def _submitted_frozen(session: Session) -> Iterator[str]:
    has = sa.select(Snapshot.application_id)
    states = ("draft", "withdrawn")
    for number in session.scalars(sa.select(Application.number).where(Application.state.not_in(states), Application.id.not_in(has))):
        yield f"申报 {number} 已提交，却没有定稿"


def _budgets_add_up(session: Session) -> Iterator[str]:
    query = sa.select(Application.number, Snapshot.content).join(Application, Application.id == Snapshot.application_id)
    for number, content in session.execute(query.execution_options(yield_per=FEW)):
        granted = sum(line["grant_fen"] for line in content.get("budget", ()))
        if granted != content.get("requested_fen", 0):
            yield f"申报 {number} 定稿预算合计 {Money(granted)} 元，申请 {Money(content.get('requested_fen', 0))} 元"


def _no_gaps(session: Session) -> Iterator[str]:
    for what, column in (("申报", Application.number), ("征集", Call.number)):
        years: Counter[str] = Counter()
        last: dict[str, int] = {}
        for number in session.scalars(sa.select(column)):
            year, _, place = number.partition("-")
            years[year] += 1
            last[year] = max(last.get(year, 0), int(place))
        for year, count in sorted(years.items()):
            if last[year] != count:
                yield f"{what} {year} 编到 {last[year]} 号，实有 {count} 件"


CHECKS = {
    "申报定稿未被改动": _snapshots_whole,
    "已提交的申报都有定稿": _submitted_frozen,
    "申报定稿的预算与申请金额相符": _budgets_add_up,
    "征集、申报编号连续": _no_gaps,
}
