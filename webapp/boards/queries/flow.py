"""资金流向: what was paid of a year's funds, from the source through call, category and organisation to what it was used for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from reports.sankey import Sankey, Way
from webapp.accounts.models import Organisation
from webapp.boards.queries.names import categories
from webapp.boards.queries.reach import projects
from webapp.calls.models import Call, Fund
from webapp.core.scope import Viewer
from webapp.projects.models import BudgetLine, Project

STAGES = ("资金来源", "征集公告", "类别", "承接单位", "用途")
UNSPENT = "未支出（含已退回）"


@dataclass(frozen=True, slots=True)
class Flow:
    """The flow, of how many projects it is, and what its names stand for: stage and name to a reference, where it is one object's."""

    sankey: Sankey
    projects: int
    refs: Mapping[tuple[int, str], str]


def flow(session: Session, viewer: Viewer, year: int) -> Flow:
    """A year's flow. What an organisation received and has not spent is a use of its own, so all adds up.

    Two statements and the names.
    """
    here = sa.and_(projects(viewer), Call.fund_year == year, sa.type_coerce(Project.paid_fen, sa.BigInteger) > 0)
    keys: tuple[Any, ...] = (Fund.name, Call.title, Project.category, Organisation.name, Fund.id, Call.id, Organisation.id)

    def of(*columns: Any) -> sa.Select[Any]:
        query = sa.select(*(key.label(f"key{n}") for n, key in enumerate(keys)), *columns).select_from(Project)
        query = query.join(Call, Call.id == Project.call_id).join(Fund, Fund.id == Call.fund_id)
        return query.join(Organisation, Organisation.id == Project.organisation_id).where(here).group_by(*keys)

    fen = sa.BigInteger
    came = session.execute(of(sa.func.sum(sa.type_coerce(Project.paid_fen, fen)).label("fen"), sa.func.count().label("n"))).all()
    used = session.execute(
        of(BudgetLine.title.label("line"), sa.func.sum(sa.type_coerce(BudgetLine.spent_fen, fen)).label("fen"))
        .join(BudgetLine, BudgetLine.project_id == Project.id)
        .group_by(BudgetLine.title)
    ).all()
    names = categories(session, {one[2] for one in came})
    left = {tuple(one[: len(keys)]): int(one.fen) for one in came}
    ways = []
    for one in used:
        key = tuple(one[: len(keys)])
        left[key] -= int(one.fen)
        ways.append(Way(_places(key, names, one.line), Money(int(one.fen))))
    ways += [Way(_places(key, names, UNSPENT), Money(rest)) for key, rest in left.items()]
    merged: dict[tuple[str, ...], Money] = {}
    for way in ways:
        merged[way.places] = merged.get(way.places, Money(0)) + way.amount
    found = Sankey(STAGES, tuple(Way(places, amount) for places, amount in merged.items() if amount.fen))
    return Flow(found, sum(int(one.n) for one in came), _refs([tuple(one[: len(keys)]) for one in came]))


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
