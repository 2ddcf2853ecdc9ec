"""自制统计表: choosing a list, ticking columns, narrowing and summing it, keeping it under a name, taking it out."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

import reports
from reports.report import printed
from webapp.core import web
from webapp.core.paging import Page
from webapp.core.web import Back, db, entry, now, page, roles_here, viewer
from webapp.permissions import roles_for
from webapp.reporting.actions import tables as actions
from webapp.reporting.forms import Drop, Name, Save, builder
from webapp.reporting.models import SavedTable
from webapp.reporting.papers import Asked, own_table
from webapp.reporting.queries import tables
from webapp.reporting.queries.sources import SOURCES, Column, Source, columns_of, sources_of
from webapp.reporting.rules.tables import FIRST, NUMBERS, ON_PAPER, Spec, grouping, ordered, too_wide
from webapp.reporting.views.blueprint import bp

PAGE = 30


@bp.get("/tables")
@entry("own_table.list")
def own_tables() -> ResponseReturnValue:
    """One's own tables and those shared with one, and the lists to make another of."""
    found = tables.listed(db.session(), _me(), request.args.get("after"))
    return page(
        "reporting/tables.html", page=web.listing(found), mine=_me().id,
        sources=[(one.title, url_for("reporting.table_new", source=one.key)) for one in sources_of(_me())],
    )  # fmt: skip


def _me() -> Any:
    return viewer()


def _list(key: str) -> Source:
    """A list the viewer may have; else the page of who may not."""
    if key not in SOURCES:
        abort(404)
    if SOURCES[key] not in sources_of(_me()):
        abort(403, f"您没有查看“{SOURCES[key].title}”的权限，不能用它做表。")
    return SOURCES[key]


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of a table as the template takes it: heads (title, whether figures), lines of words, the last line."""

    heads: list[tuple[str, bool]]
    lines: list[list[str]]
    totals: list[str]
    n: int
    unit: str
    gone: list[str]


def _previewed(found: tables.Shown) -> Preview:
    heads = found.headed
    figures = [one.kind in {"number", "money"} for one in heads]
    titles = [f"{one.title}（元）" if one.kind == "money" else one.title for one in heads]
    lines = [[printed(cell, head.kind) for cell, head in zip(row, heads, strict=True)] for row in found.rows]
    totals = ["" if cell is None else printed(cell, head.kind) for cell, head in zip(found.totals or (), heads, strict=False)]
    return Preview(list(zip(titles, figures, strict=True)), lines, totals, found.n, found.source.unit, list(found.gone))


def _asked(source: Source, kept: Spec | None) -> tuple[Any, Spec, list[Column]]:
    """The form as filled in by the address (or by what was saved), what it asks for, and the columns offered under its filters."""
    sent = bool({"c", "by"} & set(request.args))  # a form without a tick sends no `c`
    filters = {one.key: request.args.get(one.key, "").strip()[:60] for one in source.filters}
    if kept is not None and not sent:
        filters = {one.key: kept.filters.get(one.key, "") for one in source.filters}
    offered = columns_of(db.session(), _me(), source, filters)
    form = builder(source, offered, db.session(), _me())(request.args if sent else None)
    keys = [one.key for one in offered]
    if not sent:
        columns = [key for key in kept.columns if key in keys] if kept else keys[:FIRST]
        by = kept.by if kept else ()
        for name, value in filters.items():
            form[name].process_data(value)
    else:
        form.validate()
        numbers = {key: form[f"o_{key}"].data if not form[f"o_{key}"].errors else None for key in keys}
        columns = list(ordered(form.c.data or (), numbers, keys))
        by = grouping(form.by.data or "", form.then.data or "", [one.key for one in offered if one.groups])
    spec = Spec(tuple(columns), {k: v for k, v in filters.items() if v and not form[k].errors}, tuple(by))
    for one in source.filters:
        if one.options and one.key in spec.filters and spec.filters[one.key] not in dict(form[one.key].choices):
            form[one.key].choices = [*form[one.key].choices, (spec.filters[one.key], tables.ELSEWHERE)]
    form.c.data = list(columns)
    form.by.data, form.then.data = (*spec.by, "", "")[:2]
    for key in keys:
        field = form[f"o_{key}"]
        if field.errors:
            field.errors = [NUMBERS]
        else:
            field.raw_data, field.data = None, columns.index(key) + 1 if key in columns else None
    return form, spec, offered


def _address(source: Source, spec: Spec) -> dict[str, Any]:
    """What an address carries of a table, so that the next page is of the same one."""
    numbers = {f"o_{key}": place for place, key in enumerate(spec.columns, 1)}
    by, then = (*spec.by, "", "")[:2]
    return {"c": list(spec.columns), **numbers, **spec.filters, **({"by": by} if by else {}), **({"then": then} if then else {})}


def _build(source: Source, saved: SavedTable | None) -> ResponseReturnValue:
    """The form above, the table as it comes out below, and the box to keep it."""
    session = db.session()
    kept = Spec.of_json(saved.spec) if saved else None
    form, spec, offered = _asked(source, kept)
    box: Any = Save(formdata=request.form if request.method == "POST" else None)
    if saved is not None:
        del box.title, box.shared
    if not spec.columns:
        form.c.errors = ["请至少勾选一列。"]
    elif request.method == "POST" and not form.errors and box.validate():

        def keep() -> SavedTable:
            if saved is None:
                return actions.save(session, source.key, spec, title=box.title.data, shared=box.shared.data, by=_me(), at=now())
            actions.change(session, saved, spec, by=_me(), at=now())
            return saved

        done = web.tried(box, keep)
        if done is not None:
            flash("已保存。", "ok")
            return redirect(url_for("reporting.own_table_show", id=done.id))
    found = tables.shown(session, _me(), source, spec, at=now(), after=request.args.get("after"), size=PAGE)
    listing = web.listing(Page(found.rows, found.next), **_address(source, spec))
    wrong = request.method == "POST" or bool(form.errors)
    return page(
        "reporting/table_build.html", 422 if wrong else 200, source=source.title, preview=_previewed(found), page=listing, form=form, box=box,
        columns=[one.key for one in offered], blind=[one.title for one in source.columns if one.blind and one not in offered],
        filters=[one.key for one in source.filters], q=spec.filters.get("q", ""), as_of=now(), saved=saved.title if saved else "",
        save_href=url_for(request.endpoint or "", **{**(request.view_args or {}), **({"id": saved.id} if saved else {})}, **_address(source, spec)),
        back=Back(url_for("reporting.own_table_show", id=saved.id), saved.title) if saved else Back(url_for("reporting.own_tables"), "自制统计表"),
    )  # fmt: skip


@bp.route("/tables/new/<source>", methods=["GET", "POST"])
@entry("own_table.create")
def table_new(source: str) -> ResponseReturnValue:
    """A new table of a list."""
    return _build(_list(source), None)


@bp.route("/own-tables/<int:id>/change", methods=["GET", "POST"])
@entry("own_table.change", SavedTable)
def own_table_change(table: SavedTable) -> ResponseReturnValue:
    """Other columns, filters or groups for a saved table."""
    return _build(_list(table.source), table)


@bp.get("/own-tables/<int:id>")
@entry("own_table.read", SavedTable)
def own_table_show(table: SavedTable) -> ResponseReturnValue:
    """A saved table, with what stands in it for this viewer now."""
    session, source, spec = db.session(), _list(table.source), Spec.of_json(table.spec)
    found = tables.shown(session, _me(), source, spec, at=now(), after=request.args.get("after"), size=PAGE)
    narrowed = tables.filters_told(session, _me(), source, spec)
    return page(
        "reporting/table.html", heading=table.title, source=source.title, narrowed=narrowed, by=[one.title for one in found.by],
        shared=table.shared, own=bool(roles_for("own_table.change") & roles_here()), preview=_previewed(found), as_of=now(),
        page=web.listing(Page(found.rows, found.next)), id=table.id, entries=web.timeline(table.ref), saved_at=table.at,
        too_wide=ON_PAPER if too_wide(spec) else 0,
        exports=[(suffix.upper(), url_for("reporting.own_table_sheet", id=table.id, suffix=suffix)) for suffix in ("xlsx", "csv")],
    )  # fmt: skip


@bp.get("/own-tables/<int:id>.<any(xlsx, csv):suffix>")
@entry("own_table.read", SavedTable)
def own_table_sheet(table: SavedTable, suffix: str) -> ResponseReturnValue:
    """The same as a file, at once; with a number and a check on it, it is made as a document."""
    _list(table.source)
    asked = Asked(as_of=now(), viewer=_me())
    report = own_table.build(own_table.gather(db.session(), table, asked), asked)
    name = f"{table.title.replace('/', '-')}.{suffix}"
    return web.download(reports.write(report, suffix), name, reports.MIMETYPES[suffix].partition(";")[0])


@bp.route("/own-tables/<int:id>/name", methods=["GET", "POST"])
@entry("own_table.name", SavedTable)
def own_table_name(table: SavedTable) -> ResponseReturnValue:
    """Rename it; share it, or keep it to oneself again."""
    form: Any = Name(obj=table)
    if form.validate_on_submit():
        actions.name(db.session(), table, title=form.title.data, shared=form.shared.data, by=_me(), at=now())
        flash("已保存。", "ok")
        return redirect(url_for("reporting.own_table_show", id=table.id))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="改名或共享", form=form, submit="保存",
        back=Back(url_for("reporting.own_table_show", id=table.id), table.title),
    )  # fmt: skip


@bp.route("/own-tables/<int:id>/drop", methods=["GET", "POST"])
@entry("own_table.drop", SavedTable)
def own_table_drop(table: SavedTable) -> ResponseReturnValue:
    """Delete it, after asking."""
    form = Drop()
    if form.validate_on_submit():
        actions.drop(db.session(), table, by=_me(), at=now())
        flash(f"“{table.title}”已删除。", "ok")
        return redirect(url_for("reporting.own_tables"))
    return page(
        "reporting/table_drop.html", 422 if request.method == "POST" else 200, heading=f"删除“{table.title}”", form=form, shared=table.shared,
        back=Back(url_for("reporting.own_table_show", id=table.id), table.title),
    )  # fmt: skip
