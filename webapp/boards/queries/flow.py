"""资金流向: what was paid of a year's funds, from the source through call, category and organisation to what it was used for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from reports.sankey import Sankey, Way
from webapp.accounts.models import Organisation
from webapp.boards.queries.names import categories
from webapp.boards.queries.reach import projects
from webapp.book import queries as book
from webapp.calls.models import Call, Fund
from webapp.core.scope import Viewer
from webapp.funding.models import Spending
from webapp.projects.models import BudgetLine, Project

STAGES = ("资金来源", "征集公告", "类别", "承接单位", "用途")
UNSPENT = "未支出（含已退回）"
WAIVED = "免予收回"
"""What the book took as spent without a document: money that was to come back and need not (recovery, waived)."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The flow, of how many projects it is, and what its names stand for: stage and name to a reference, where it is one object's."""

    sankey: Sankey
    projects: int
    refs: Mapping[tuple[int, str], str]


KEYS: tuple[Any, ...] = (Fund.name, Call.title, Project.category, Organisation.name, Fund.id, Call.id, Organisation.id)
Key = tuple[Any, ...]


def flow(session: Session, viewer: Viewer, year: int, as_of: datetime | None = None) -> Flow:
    """A year's flow. What an organisation received and has not spent is a use of its own, so all adds up.

    As it stands now it is read from what projects and budget lines keep, two statements and the names; at an earlier moment it is added
    up from the book, four and the names.
    """
    here = sa.and_(projects(viewer), Call.fund_year == year)
    came, used, n = _now(session, here) if as_of is None else _posted(session, here, as_of)
    names = categories(session, {key[2] for key in came})
    left = dict(came)
    merged: dict[tuple[str, ...], Money] = {}
    for (key, line), fen in used.items():
        left[key] -= fen
        places = _places(key, names, line)
        merged[places] = merged.get(places, Money(0)) + fen
    for key, rest in left.items():
        places = _places(key, names, UNSPENT)
        merged[places] = merged.get(places, Money(0)) + rest
    found = Sankey(STAGES, tuple(Way(places, amount) for places, amount in sorted(merged.items()) if amount.fen))
    return Flow(found, n, _refs(list(came)))


def _of(*columns: Any) -> sa.Select[Any]:
    """Projects with the places of their money, and more."""
    query = sa.select(*(key.label(f"key{n}") for n, key in enumerate(KEYS)), *columns).select_from(Project)
    query = query.join(Call, Call.id == Project.call_id).join(Fund, Fund.id == Call.fund_id)
    return query.join(Organisation, Organisation.id == Project.organisation_id)


def _now(session: Session, here: sa.ColumnElement[bool]) -> tuple[dict[Key, Money], dict[tuple[Key, str], Money], int]:
    """By place, what came and for what it was used, and of how many projects."""
    fen = sa.BigInteger
    here = sa.and_(here, sa.type_coerce(Project.paid_fen, fen) > 0)
    paid = _of(sa.func.sum(sa.type_coerce(Project.paid_fen, fen)).label("fen"), sa.func.count().label("n"), _spent(fen)).where(here)
    came = session.execute(paid.group_by(*KEYS)).all()
    spent = _of(BudgetLine.title.label("line"), sa.func.sum(sa.type_coerce(BudgetLine.spent_fen, fen)).label("fen")).where(here)
    used = session.execute(spent.join(BudgetLine, BudgetLine.project_id == Project.id).group_by(*KEYS, BudgetLine.title)).all()
    lines = {(tuple(one[: len(KEYS)]), one.line): Money(int(one.fen)) for one in used}
    whole = {tuple(one[: len(KEYS)]): Money(int(one.spent)) for one in came}
    return {tuple(one[: len(KEYS)]): Money(int(one.fen)) for one in came}, _with_waived(lines, whole), sum(int(one.n) for one in came)


def _spent(fen: Any) -> Any:
    return sa.func.sum(sa.type_coerce(Project.spent_fen, fen)).label("spent")


def _with_waived(lines: dict[tuple[Key, str], Money], whole: Mapping[Key, Money]) -> dict[tuple[Key, str], Money]:
    """What was spent by line, and what the whole has beyond."""
    beyond = dict(whole)
    for (key, _), fen in lines.items():
        beyond[key] -= fen
    return lines | {(key, WAIVED): fen for key, fen in beyond.items() if fen.fen}


def _posted(session: Session, here: sa.ColumnElement[bool], as_of: datetime) -> tuple[dict[Key, Money], dict[tuple[Key, str], Money], int]:
    """The same up to a moment, out of the book."""
    paid: dict[str, Money] = {}
    gone: dict[str, Money] = {}
    for month in book.monthly(session, as_of=as_of):
        paid[month.reason] = paid.get(month.reason, Money(0)) + month.paid
        gone[month.reason] = gone.get(month.reason, Money(0)) + month.spent
    of: dict[int, tuple[Key, Money]] = {}
    for one in session.execute(_of(Project.id.label("project")).where(here)):
        if (fen := paid.get(f"project:{one.project}", Money(0))).fen > 0:
            of[one.project] = (tuple(one[: len(KEYS)]), fen)
    came: dict[Key, Money] = {}
    whole: dict[Key, Money] = {}
    for project, (key, fen) in of.items():
        came[key] = came.get(key, Money(0)) + fen
        whole[key] = whole.get(key, Money(0)) + gone[f"project:{project}"]
    spent = book.spent_by(session, as_of=as_of)
    lines = sa.select(Spending.id, Spending.project_id, BudgetLine.title).join(BudgetLine, BudgetLine.id == Spending.budget_line_id)
    lines = lines.join(Project, Project.id == Spending.project_id).join(Call, Call.id == Project.call_id).where(here)
    used: dict[tuple[Key, str], Money] = {}
    for spending, project, line in session.execute(lines):
        if project in of and (known := spent.get(f"spending:{spending}")) is not None:
            place = (of[project][0], line)
            used[place] = used.get(place, Money(0)) + known
    return came, _with_waived(used, whole), len(of)


def _refs(keys: Sequence[tuple[Any, ...]]) -> dict[tuple[int, str], str]:
    """What each name of a fund, a call or an organisation stands for; a name that several share stands for none."""
    known: dict[tuple[int, str], set[str]] = {}
    for fund, call, _, organisation, fund_id, call_id, organisation_id in keys:
        for place, ref in (
            ((0, fund), f"fund:{fund_id}"),
            ((1, call), f"call:{call_id}"),
            ((3, organisation), f"organisation:{organisation_id}"),
        ):
            known.setdefault(place, set()).add(ref)
    return {place: next(iter(refs)) for place, refs in known.items() if len(refs) == 1}


def _places(key: tuple[Any, ...], names: dict[str, str], use: str) -> tuple[str, ...]:
    fund, call, category, organisation = key[:4]
    return fund, call, names[category], organisation, use


def years(session: Session, viewer: Viewer) -> list[int]:
    """The years whose money reached projects of the board, newest first."""
    query = sa.select(Call.fund_year).join(Project, Project.call_id == Call.id).where(projects(viewer)).distinct()
    return list(session.scalars(query.order_by(Call.fund_year.desc()).limit(10)))
