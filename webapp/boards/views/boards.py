"""看板: the figures of one's areas, each with its count, its moment, and the list behind it."""

from collections.abc import Callable
from typing import Any

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

import reports
from reports import chart, sankey
from webapp.accounts.queries import area_names
from webapp.boards import papers
from webapp.boards.queries import areas as places
from webapp.boards.queries import costs as like
from webapp.boards.queries import flow as flows
from webapp.boards.queries import gaps as needs
from webapp.boards.queries import money as book
from webapp.boards.queries import reach
from webapp.boards.queries import risks as projects
from webapp.boards.rules import LEAST, RISKS, SILENCES, SILENT_DAYS, TOP, YEARS
from webapp.boards.views.blueprint import bp
from webapp.core import web
from webapp.core.clock import today
from webapp.core.web import db, entry, now, page, viewer
from webapp.permissions import roles_for

FEW = 8
"""How many projects at risk the first page shows."""
BANDS = 8
"""Places at a stage of the flow; the rest stand together."""
EVERYTHING = 5000
"""Rows of a sheet."""


def _year() -> int:
    asked = request.args.get("year", "")
    return int(asked) if len(asked) == 4 and asked.isdecimal() else today(now()).year


def _silent() -> int:
    asked = request.args.get("days", "")
    return int(asked) if asked.isdecimal() and int(asked) in SILENCES else SILENT_DAYS


def _kind() -> str:
    asked = request.args.get("kind", "")
    return asked if asked in RISKS else ""


def _area() -> str:
    """A part of one's own areas; what is none is the whole."""
    asked = request.args.get("area", "")
    return asked if any(asked.startswith(code) for code in reach.prefixes(viewer())) and asked.isdecimal() else ""


def _show() -> str:
    asked = request.args.get("show", "")
    return asked if asked in places.MEASURES else "projects"


def _board(name: str, **rows: Any) -> ResponseReturnValue:
    """A board's page: its title, its 口径 and its moment come with the rows."""
    kept: dict[str, Any] = {key: value for key, value in request.args.items() if key in {"year", "kind", "days", "area", "show", "all"}}
    return page(
        f"boards/{name}.html", here=name, titles=papers.TITLES, heading=papers.TITLES.get(name, "看板"), note=papers.NOTES.get(name, ""),
        as_of=now(), sheet=url_for("boards.sheet", name=name, suffix="xlsx", **kept) if name in SHEETS else "",
        paper=PAPERS.get(name, ""), _narrowed=_narrowed(name), **rows,
    )  # fmt: skip


PAPERS = {"money": "board", "gaps": "need_gaps", "costs": "unit_costs", "flow": "money_flow"}
"""The document that says what a board does."""


def _narrowed(name: str) -> dict[str, Any]:
    """To what the document of a board is narrowed, as its page is."""
    return {"year": _year()} if name in {"money", "flow"} else {"area": _area() or None} if name == "gaps" else {}


@bp.get("/boards")
@entry("board.read")
def index() -> ResponseReturnValue:
    """看板: execution, what is due, what is at risk."""
    session, me, at = db.session(), viewer(), now()
    found = projects.listed(session, me, at, size=FEW)
    execution, (payments, claims) = book.execution(session, me, _year()), book.listed(session, me, _year())
    return _board(
        "money", execution=execution, payments=payments, claims=claims, beside=execution.totals.paid - payments.amount,
        without=execution.totals.spent - claims.amount,
        dues=book.due(session, me, at), work=book.work(session, me),
        counts=projects.counts(session, me, at), kinds=RISKS, silent=SILENT_DAYS, risks=found.rows, _year=_year(),
    )  # fmt: skip


@bp.get("/boards/risks")
@entry("board.read")
def risks() -> ResponseReturnValue:
    """风险项目: the list behind each figure of risk."""
    session, me, at, kind, silent = db.session(), viewer(), now(), _kind(), _silent()
    found = projects.listed(session, me, at, kind=kind, silent=silent, after=request.args.get("after"))
    return _board(
        "risks", page=web.listing(found, kind=kind, days=silent if silent != SILENT_DAYS else ""), kind=kind, kinds=RISKS,
        silent=silent, silences=SILENCES, counts=projects.counts(session, me, at, silent=silent), may_urge=_may("project.urge"),
    )  # fmt: skip


def _may(right: str) -> bool:
    return bool(roles_for(right) & {tie.role for tie in viewer().ties})


@bp.get("/boards/gaps")
@entry("board.read")
def gaps() -> ResponseReturnValue:
    """供需缺口图: each community's most wanted needs beside what reached them."""
    session, area = db.session(), _area()
    found = needs.listed(session, viewer(), now(), area=area, after=request.args.get("after"))
    return _board(
        "gaps", page=web.listing(found, area=area), _charts={one.code: Markup(_paired(one)) for one in found.rows},
        place=area_names(session, [area]).get(area, "") if area else "", top=TOP, years=YEARS, may_draft=_may("call.create"),
    )  # fmt: skip


def _paired(one: needs.Community) -> str:
    series = [("评议票数占比", [need.gap.votes for need in one.needs]), ("到达资金占比", [need.gap.money for need in one.needs])]
    return chart.chart("bar", [need.title for need in one.needs], series, title=f"{one.name}的需求和到达的资金")


@bp.get("/boards/costs")
@entry("board.read")
def costs() -> ResponseReturnValue:
    """同类成本: how far like projects lie apart; with a category, its projects one by one."""
    session, running = db.session(), bool(request.args.get("all"))
    found = like.by_category(session, viewer(), now(), running=running)
    chosen = next((one for one in found if one.key == request.args.get("category")), None)
    members = like.members(session, viewer(), now(), chosen.key, running=running) if chosen else []
    charts = {kind: Markup(_boxes(found, kind, words)) for kind, words in (("per_visit", "每人次成本"), ("per_person", "每人成本"))}
    return _board("costs", costs=found, chosen=chosen, members=members, running=running, least=LEAST, years=YEARS, _charts=charts)


def _boxes(found: list[like.Cost], kind: str, title: str) -> str:
    shown = [(one, of) for one in found if (of := getattr(one, kind)) is not None]
    names = {"low": "最低", "lower": "下四分位", "middle": "中位", "upper": "上四分位", "high": "最高"}
    series = [(name, [getattr(of, key) for _, of in shown]) for key, name in names.items()]
    return chart.chart("box", [f"{one.label}（{of.n}）" for one, of in shown], series, "元", title=title)


@bp.get("/boards/flow")
@entry("board.read")
def flow() -> ResponseReturnValue:
    """资金流向: from the source to the use."""
    session, me, year = db.session(), viewer(), _year()
    flown, (payments, claims) = flows.flow(session, me, year), book.listed(session, me, year)
    found, n = flown.sankey, flown.projects
    refs = {(stage, name): ref for (stage, name), ref in flown.refs.items() if _may(f"{ref.partition(':')[0]}.read")}
    nodes = [(found.stages[one.stage], one.name, one.amount, web.href(refs.get((one.stage, one.name), ""))) for one in found.nodes]
    shown = sankey.folded(found, BANDS)
    return _board(
        "flow", flow=found, nodes=nodes, total=found.total, n=n, payments=payments, claims=claims, year=year, years=flows.years(session, me),
        _chart=Markup(sankey.draw(shown, title=f"{year} 年资金流向")),
    )  # fmt: skip


@bp.get("/boards/areas")
@entry("board.read")
def areas() -> ResponseReturnValue:
    """区域分布: every area in its place, darker where there is more."""
    show, area = _show(), _area()
    return _board("areas", plan=places.plan(db.session(), viewer(), area=area, show=show), show=show, measures=places.MEASURES, area=area)


SHEETS: dict[str, Callable[[], reports.report.Table]] = {
    "money": lambda: papers.money(book.execution(db.session(), viewer(), _year())),
    "risks": lambda: papers.risks(projects.listed(db.session(), viewer(), now(), kind=_kind(), silent=_silent(), size=EVERYTHING).rows),
    "gaps": lambda: papers.gaps(needs.listed(db.session(), viewer(), now(), area=_area(), size=EVERYTHING).rows),
    "costs": lambda: papers.costs(like.by_category(db.session(), viewer(), now(), running=bool(request.args.get("all")))),
    "flow": lambda: papers.flow(flows.flow(db.session(), viewer(), _year()).sankey),
    "areas": lambda: papers.areas(places.plan(db.session(), viewer(), area=_area())),
}


@bp.get("/boards/<name>.<any(xlsx, csv, json):suffix>")
@entry("board.read")
def sheet(name: str, suffix: str) -> ResponseReturnValue:
    """The same rows as a file, with the 口径 and the moment."""
    if name not in SHEETS:
        abort(404)
    made = papers.report(name, now(), SHEETS[name](), demo=bool(current_app.extensions.get("demo", (False, None))[0]))
    return web.download(reports.write(made, suffix), f"{papers.TITLES[name]}.{suffix}", reports.MIMETYPES[suffix].partition(";")[0])
