"""Figures of needs for officers: by area, category and channel. Areas stand in the order of their codes; nobody is ranked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Area
from webapp.core.scope import Viewer, visible
from webapp.needs.models import CHANNELS, Need
from webapp.needs.queries import Wish, category_labels, only, wished
from webapp.permissions import roles_for


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one area, category or channel."""

    key: str
    label: str
    total: int
    open: int
    overdue: int
    answered: int
    """How many have an answer; of them `prompt` in time."""
    prompt: int
    rated: int
    stars: int
    oldest: datetime | None
    """Since when the oldest open one waits."""

    @property
    def mean(self) -> int | None:
        """The mean of the ratings, in hundredths; with `rated` as its n."""
        return round(100 * self.stars / self.rated) if self.rated else None


def _sums(at: datetime) -> list[Any]:
    def count(condition: Any) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    return [
        sa.func.count().label("total"),
        count(only("open", at)).label("open"),
        count(only("overdue", at)).label("overdue"),
        count(Need.on_time.is_not(None)).label("answered"),
        count(only("prompt", at)).label("prompt"),
        count(only("rated", at)).label("rated"),
        sa.func.coalesce(sa.func.sum(Need.rating), 0).label("stars"),
        sa.func.min(sa.case((only("open", at), Need.raised_at), else_=None)).label("oldest"),
    ]


def _grouped(session: Session, viewer: Viewer, wish: Wish, at: datetime, key: Any) -> dict[str, Any]:
    column = key.label("key")
    query = sa.select(column, *_sums(at)).where(visible(viewer, Need, roles_for("need.figures")), *wished(wish, at))
    return {one["key"]: dict(one) for one in session.execute(query.group_by(column)).mappings()}


def _made(found: dict[str, Any], labels: dict[str, str]) -> list[Figures]:
    order = {key: n for n, key in enumerate(labels)}
    return [
        Figures(**{**one, "label": labels.get(key, key)}) for key, one in sorted(found.items(), key=lambda item: order.get(item[0], 999))
    ]


LENGTHS = (2, 4, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Overview:
    """All of them, for one area and period."""

    whole: Figures
    areas: list[Figures]
    categories: list[Figures]
    channels: list[Figures]
    length: int
    """Of the areas' codes."""


def overview(session: Session, viewer: Viewer, wish: Wish, *, at: datetime) -> Overview:
    """The figures of an area's parts, of each category and channel; five statements, however many needs."""
    deeper = [n for n in LENGTHS if n > len(wish.area)]
    length = deeper[0] if deeper else 12
    by_area = _grouped(session, viewer, wish, at, sa.func.substr(Need.area_code, 1, length))
    names = dict(session.execute(sa.select(Area.code, Area.name).where(Area.code.in_(by_area)).order_by(Area.code)).all())
    areas = sorted(_made(by_area, names), key=lambda one: one.key)
    categories = _made(_grouped(session, viewer, wish, at, Need.category), category_labels(session))
    channels = _made(_grouped(session, viewer, wish, at, Need.channel), CHANNELS)
    return Overview(_sum(areas), areas, categories, channels, length)


def _sum(parts: list[Figures]) -> Figures:
    def add(name: str) -> int:
        return sum(getattr(one, name) for one in parts)

    numbers = {name: add(name) for name in ("total", "open", "overdue", "answered", "prompt", "rated", "stars")}
    oldest = min((one.oldest for one in parts if one.oldest is not None), default=None)
    return Figures(key="", label="合计", oldest=oldest, **numbers)
