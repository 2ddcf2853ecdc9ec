"""发文登记: every document issued that one may have, with filters, and as a file."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

import reports
from reports import format as fmt
from reports.report import Column
from webapp.accounts.queries import names_of
from webapp.core import sheets, web
from webapp.core.web import db, entry, now, page, viewer
from webapp.reporting.forms import Filter
from webapp.reporting.papers import RETENTIONS
from webapp.reporting.queries import issued as documents
from webapp.reporting.queries.issued import Sought
from webapp.reporting.registry import NAMES, PAPERS
from webapp.reporting.views.blueprint import bp

COLUMNS = (
    Column("number", "编号"), Column("title", "题名"), Column("kind", "类别"), Column("suffix", "格式"), Column("by", "申请人"),
    Column("at", "申请时间"), Column("as_of", "数据截至"), Column("standing", "状态"), Column("retention", "保管期限"),
    Column("filed", "扫描件归卷"), Column("digest", "文件摘要（SHA-256）"),
)  # fmt: skip


def _sought() -> tuple[Filter, Sought]:
    """The filters of the address; what is none is left out."""
    form = Filter(request.args)
    form.kind.choices = [("", "全部"), *NAMES.items()]
    valid = form.validate()
    told = {name: value for name, value in form.data.items() if value and (valid or not form[name].errors)}
    return form, Sought(**{name: told[name] for name in ("kind", "number", "since", "until", "filed") if name in told})


@bp.get("/register")
@entry("report.list")
def register() -> ResponseReturnValue:
    """The register of one's own and of those one may have."""
    form, sought = _sought()
    found = documents.register(db.session(), viewer(), sought, request.args.get("after"))
    kept: dict[str, Any] = dict(sought.filters)
    names = names_of(db.session(), {f"person:{one.person_id}" for one in found.rows if one.person_id})
    return page(
        "reporting/register.html", page=web.listing(found, **kept), names=names, filter_form=form,
        clear_href=url_for("reporting.register") if kept else "",
        exports=[(suffix.upper(), url_for("reporting.register_sheet", suffix=suffix, **kept)) for suffix in ("xlsx", "csv")],
    )  # fmt: skip


@bp.get("/register.<any(xlsx, csv):suffix>")
@entry("report.list")
def register_sheet(suffix: str) -> ResponseReturnValue:
    """The same as a file."""
    _, sought = _sought()
    found = documents.register_rows(db.session(), viewer(), sought)
    names = names_of(db.session(), {f"person:{one.person_id}" for one in found if one.person_id})
    told = [
        (
            one.number, one.title, one.kind_label, one.suffix.upper(), names.get(f"person:{one.person_id}", ""), fmt.moment(one.at),
            fmt.moment(one.as_of), one.standing, RETENTIONS[PAPERS[one.kind].retention] if one.kind in PAPERS else "",
            fmt.moment(one.filed_at) if one.filed_at else "", one.file_digest or "",
        )
        for one in found
    ]  # fmt: skip
    content = sheets.write(suffix, "发文登记", COLUMNS, told, at=now())
    return web.download(content, f"发文登记.{suffix}", reports.MIMETYPES[suffix].partition(";")[0])
