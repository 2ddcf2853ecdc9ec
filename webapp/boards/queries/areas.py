"""区域分布: the figures of each area in its place in the hierarchy. There is no map: the platform ships no borders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area
from webapp.boards.queries.reach import places, prefixes, projects
from webapp.boards.rules import shades
from webapp.core.scope import Viewer, within
from webapp.needs.models import Need
from webapp.projects.models import Place, Project

LEVELS = (2, 4, 6, 9, 12, 15, 18)
MEASURES = {"projects": "落地项目", "money": "已拨付", "visits": "服务人次", "needs": "需求"}
MOST = 600
"""Areas on one page; a larger place is looked at part by part."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One area with its figures; `shade` is how dark it is shown for the measure chosen."""

    code: str
    name: str
    group: str
    needs: int
    projects: int
    money: Money
    visits: int
    shade: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """An area of the level above with its tiles."""

    code: str
    name: str
    tiles: Sequence[Tile]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole: where it is, its blocks, and how deep the tiles are."""

    root: str
    name: str
    blocks: Sequence[Block]
    deeper: bool
    """Whether a tile has areas of its own to open."""
    more: bool


def _level(code: str) -> int:
    return next(n for n, length in enumerate(LEVELS) if length >= len(code))


def plan(session: Session, viewer: Viewer, *, area: str = "", show: str = "projects") -> Plan:
    """The areas two levels below a place, in blocks of the level between; five statements.

    A street shows its own communities. Projects count where they land, in each place once; money and 人次 where the project has its seat, whole.
    """
    own = prefixes(viewer)
    root = area if any(area.startswith(code) for code in own) else (own[0] if own else "")
    level = _level(root)
    below = min(level + (1 if len(root) >= LEVELS[3] else 2), len(LEVELS) - 1)
    size, group = LEVELS[below], LEVELS[below - 1]
    query = sa.select(Area.code, Area.name).where(within(Area.code, root), sa.func.length(Area.code).in_((len(root), group, size)))
    named = session.execute(query.order_by(Area.code).limit(MOST + 1)).all() if root else []
    names: dict[str, str] = {one.code: one.name for one in named}
    figures = _figures(session, viewer, root, size) if root else {}
    tiles = [
        Tile(code, name, code[:group], *figures.get(code, (0, 0, Money(0), 0)))
        for code, name in names.items()
        if len(code) == size
    ]  # fmt: skip
    dark = shades([_measured(one, show) for one in tiles])
    shown = [Tile(t.code, t.name, t.group, t.needs, t.projects, t.money, t.visits, shade) for t, shade in zip(tiles, dark, strict=True)]
    blocks = [Block(code, names.get(code, code), [t for t in shown if t.group == code]) for code in dict.fromkeys(t.group for t in shown)]
    return Plan(root, names.get(root, root), blocks, size < LEVELS[4], len(named) > MOST)


def _measured(tile: Tile, show: str) -> int:
    value = getattr(tile, show)
    return value.fen if isinstance(value, Money) else int(value)


def _figures(session: Session, viewer: Viewer, root: str, size: int) -> dict[str, tuple[int, int, Money, int]]:
    """Needs, projects, money and 人次 by area code of one length; three statements."""

    def cut(code: Any) -> Any:
        return sa.func.substr(code, 1, size).label("code")

    fen = sa.func.sum(sa.type_coerce(Project.paid_fen, sa.BigInteger))
    needs = sa.select(cut(Need.area_code), sa.func.count()).where(
        places(viewer, Need.area_code, root), Need.state.not_in(("merged", "withdrawn"))
    )
    landed = (
        sa.select(cut(Place.area_code), sa.func.count(sa.distinct(Place.project_id)))
        .join(Project, Project.id == Place.project_id)
        .where(places(viewer, Place.area_code, root), projects(viewer))
    )
    seated = sa.select(cut(Project.area_code), fen, sa.func.sum(Project.visits)).where(
        places(viewer, Project.area_code, root), projects(viewer)
    )
    wanted, there, money = (
        {one[0]: one[1:] for one in session.execute(query.group_by(sa.literal_column("code")))} for query in (needs, landed, seated)
    )
    return {
        code: (
            int(wanted.get(code, (0,))[0]), int(there.get(code, (0,))[0]), Money(int(money.get(code, (0, 0))[0])), int(money.get(code, (0, 0))[1])
        )
        for code in {*wanted, *there, *money}
    }  # fmt: skip
