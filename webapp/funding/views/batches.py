"""Batches: choosing approved tranches, the request file for the treasury, the bank's answer."""

import csv
import io
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports import format as printed
from reports import sheet
from reports.money import Money
from reports.report import Column, Report, Section, Table
from webapp.core import settings, sheets, web
from webapp.core.web import Back, db, download, entry, now, page, viewer
from webapp.funding import actions, forms
from webapp.funding.models import Batch
from webapp.funding.queries import pages
from webapp.funding.views import bp
from webapp.projects.queries import one


def _status() -> int:
    return 422 if request.method == "POST" else 200


def _me() -> Any:
    return viewer()


@bp.get("/batches")
@entry("batch.list")
def batches() -> ResponseReturnValue:
    """The batches one may see."""
    found = pages.batches(db.session(), viewer(), after=request.args.get("after"))
    return page("funding/batches.html", heading="拨款批次", page=web.listing(found))


@bp.route("/batches/new", methods=["GET", "POST"])
@entry("batch.create")
def batch_new() -> ResponseReturnValue:
    """建立拨款批次 out of what is approved: chosen, told in sum, and only then sent."""
    waiting = pages.to_send(db.session(), viewer())
    form = forms.NewBatch()
    back = Back(url_for("funding.tranches"), "拨款")
    form.tranches.choices = [(t.id, f"{t.organisation}，{t.project}，{t.title}，{printed.yuan(t.amount_fen)} 元") for t in waiting]
    if request.method == "GET":
        form.tranches.data = [t.id for t in waiting]
    status = _status()
    if "edit" in request.form:
        status = 200
    elif form.validate_on_submit():
        keys = form.tranches.data or []
        if "confirmed" not in request.form:
            chosen = [t for t in waiting if t.id in keys]
            total = sum((t.amount_fen for t in chosen), Money(0))
            return page(
                "funding/batch_confirm.html", heading="送支付", form=form, rows=chosen, total=total, words=printed.capital(total), back=back
            )
        if made := web.tried(form, lambda: actions.create_batch(db.session(), keys, by=_me(), at=now())):
            flash(f"{made.title}已建立：{made.count} 笔，{printed.yuan(made.total_fen)} 元。请下载支付申请文件。", "ok")
            return redirect(url_for("funding.batch_show", id=made.id))
    return page(
        "funding/batch_new.html",
        status,
        heading="建立拨款批次",
        form=form,
        count=len(waiting),
        back=back,
        submit="送支付",
    )


@bp.get("/batches/<int:id>")
@entry("batch.read", Batch)
def batch_show(batch: Batch) -> ResponseReturnValue:
    """One batch with its payments. The payees' accounts are in the request file, which finance alone opens."""
    session = db.session()
    finance = "finance" in web.roles_here()
    rows = pages.of_batch(session, batch.id)
    return page(
        "funding/batch.html",
        heading=batch.title,
        number=batch.number,
        total=batch.total_fen,
        count=batch.count,
        words=printed.capital(batch.total_fen),
        answered=sum(row.state in {"paid", "bounced"} for row in rows),
        answered_at=batch.answered_at,
        rows=rows,
        finance=finance,
        files=one.files_of(session, batch.ref),
        batch_id=batch.id,
        entries=web.timeline(batch.ref),
    )


@bp.post("/batches/<int:id>/export")
@entry("batch.answer", Batch)
def batch_export(batch: Batch) -> ResponseReturnValue:
    """The request file for the treasury (国库支付申请). A POST, for it opens accounts, and its opening is journaled."""
    actions.exported(db.session(), batch, by=_me(), at=now())
    wanted = settings.value(db.session(), "funding.columns", at=now(), area=batch.area_code)
    lines = [_line(one) for one in pages.payees(db.session(), batch.id)]
    if request.form.get("format") == "csv":
        return download(_csv(wanted, lines), f"支付申请{batch.number}.csv", "text/csv")
    columns = tuple(Column(key, head, "money") if key == "amount" else Column(key, head) for key, head in wanted)
    rows = tuple(tuple(line[key] for key, _ in wanted) for line in lines)
    report = Report(
        title=f"支付申请 {batch.number}", as_of=now(), sections=(Section("支付明细", (Table(columns, rows, caption="支付明细"),)),),
        number=batch.number, scope_note="本平台不转移资金；付款以国库或银行办理为准。", demo=_demo(),
    )  # fmt: skip
    return download(sheet.write(report), f"支付申请{batch.number}.xlsx", sheet.MIMETYPE)


def _line(payee: pages.Payee) -> dict[str, Any]:
    """What a request file can say of one payment (`PAYMENT_COLUMNS`)."""
    return {
        "key": payee.key, "name": payee.name, "bank": payee.bank, "account": payee.account, "amount": payee.amount,
        "words": printed.capital(payee.amount), "purpose": payee.purpose,
    }  # fmt: skip


def _csv(wanted: list[list[str]], lines: list[dict[str, Any]]) -> bytes:
    """The same lines as CSV for a bank's own programme: plain figures, UTF-8 with its mark, quotes where needed."""
    told = io.StringIO()
    writer = csv.writer(told)
    writer.writerow([head for _, head in wanted])
    for line in lines:
        writer.writerow(
            [f"{line[key].fen // 100}.{line[key].fen % 100:02d}" if key == "amount" else sheets.typed(line[key]) for key, _ in wanted]
        )
    return told.getvalue().encode("utf-8-sig")


def _demo() -> bool:
    return bool(current_app.extensions.get("demo"))


@bp.route("/batches/<int:id>/answer", methods=["GET", "POST"])
@entry("batch.answer", Batch)
def batch_answer(batch: Batch) -> ResponseReturnValue:
    """导入银行回单."""
    form = forms.Answer()
    faults: tuple[str, ...] = ()
    if form.validate_on_submit():
        file = form.answer.data[0]
        taken = web.tried(form, lambda: actions.take(db.session(), batch, file, by=_me(), at=now()))
        if taken is not None and not taken.faults:
            flash(f"已导入：到账 {taken.paid} 笔，退回 {taken.bounced} 笔。", "ok")
            return redirect(url_for("funding.batch_show", id=batch.id))
        faults = taken.faults if taken is not None else ()
    return page(
        "funding/answer.html", _status(), heading="导入银行回单", form=form, faults=faults, multipart=True, submit="导入",
        rows=[row for row in pages.of_batch(db.session(), batch.id) if row.state == "sent"],
        back=Back(url_for("funding.batch_show", id=batch.id), batch.title),
    )  # fmt: skip
