"""预览: what a document would say if it were made now, in the look of the site; the very Report, its tables as CSV, and no PDF."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

import reports
from reports import html
from reports.report import Report, Section
from webapp.core import web
from webapp.core.web import Back, page
from webapp.reporting.papers import Paper
from webapp.reporting.rules import SUFFIXES


def previewed(report: Report, paper: Paper, back: Back, answers: Sequence[tuple[str, Any]]) -> ResponseReturnValue:
    """The page of a Report, or one of its tables as CSV (`?csv=1`). Where it is asked for is this page's own form; `answers` fill it."""
    asked = request.args.get("csv", "")
    if asked:
        if not asked.isdecimal() or not 1 <= int(asked) <= len(report.tables):
            abort(404, "没有这张表。")
        return _sheet(report, int(asked))
    told: Mapping[str, Any] = {"report": json.loads(reports.write(report, "json"))} if web.wants_json() else {}
    return page(
        "reporting/preview.html", layout=web.frame(), heading=report.title.replace("\n", ""), kind=paper.title,
        _body=Markup(html.preview(report)), tables=[(one.caption or f"表{n}", len(one.rows), n) for n, one in enumerate(report.tables, 1)],
        asked=request.args.to_dict(), back=back, answers=answers, formats=[(suffix, SUFFIXES[suffix]) for suffix in paper.suffixes],
        bound=paper.bound is not None, **told,
    )  # fmt: skip


def _sheet(report: Report, n: int) -> ResponseReturnValue:
    """One table alone, as every CSV of the house is."""
    table = report.tables[n - 1]
    alone = replace(report, sections=(Section("", (table,)),), annexes=())
    name = f"{report.title}-{table.caption or f'表{n}'}.csv".replace("\n", "").replace("/", "-")
    return web.download(reports.write(alone, "csv"), name, "text/csv")
