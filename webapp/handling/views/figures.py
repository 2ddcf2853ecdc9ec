"""The figures of needs, for officers."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, cast

from flask import request, url_for
from flask.typing import ResponseReturnValue

from reports.format import day
from reports.report import Column
from webapp.accounts.queries import area_names
from webapp.core import sheets, web
from webapp.core.web import db, entry, now, page, viewer
from webapp.handling import queries
from webapp.handling.queries.figures import LENGTHS, Figures, Overview
from webapp.handling.views.blueprint import bp
from webapp.handling.views.clocks import XLSX
from webapp.needs.queries import Wish
from webapp.needs.views import wish_of

COLUMNS = (
    Column("by", "分组"), Column("label", "名称"), Column("total", "需求数", "number"), Column("open", "未办结", "number"),
    Column("overdue", "已逾期", "number"), Column("answered", "已答复", "number"), Column("prompt", "按期答复", "number"),
    Column("share", "按期率", "percent"), Column("rated", "评价数", "number"), Column("mean", "平均分"), Column("oldest", "未办结最早反映"),
)  # fmt: skip


def _found() -> tuple[Wish, Overview]:
    asked = wish_of(request.args)
    wish = Wish(area=asked.area, since=asked.since, until=asked.until)
    return wish, queries.overview(db.session(), viewer(), wish, at=now())


@bp.get("/needs/figures")
@entry("need.figures")
def figures() -> ResponseReturnValue:
    """By area with a way down and up again, by category, by channel; each figure leads to the needs behind it."""
    wish, found = _found()
    shorter = [n for n in LENGTHS if n < len(wish.area)]
    up = [(code, wish.area[:n]) for n in shorter for code in [wish.area[:n]]]
    names = area_names(db.session(), [wish.area, *(code for code, _ in up)]) if wish.area else {}
    return page(
        "handling/figures.html", found=found, wish=wish, place=names.get(wish.area, ""), deeper=found.length < LENGTHS[-1] or not wish.area,
        up=[(names[code], code) for code, _ in up if code in names], most=max((one.total for one in found.areas), default=0),
        exports=[("XLSX", url_for("handling.figures_sheet", **cast(Any, wish.filters)))],
    )  # fmt: skip


@bp.get("/needs/figures.xlsx")
@entry("need.figures")
def figures_sheet() -> ResponseReturnValue:
    """The same as a file."""
    _, found = _found()
    return web.download(sheets.write("xlsx", "需求办理统计", COLUMNS, list(_lines(found)), at=now()), "需求办理统计.xlsx", XLSX)


def _lines(found: Overview) -> Iterator[tuple[Any, ...]]:
    parts: list[tuple[str, list[Figures]]] = [
        ("合计", [found.whole]), ("地区", found.areas), ("类别", found.categories), ("渠道", found.channels),
    ]  # fmt: skip
    for by, group in parts:
        for one in group:
            share = Fraction(one.prompt, one.answered) if one.answered else None
            mean = f"{one.mean / 100:.2f}" if one.mean is not None else ""
            yield (
                by, one.label, one.total, one.open, one.overdue, one.answered, one.prompt, share, one.rated, mean,
                day(one.oldest) if one.oldest else "",
            )  # fmt: skip
