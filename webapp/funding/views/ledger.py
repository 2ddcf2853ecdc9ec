"""Pages of the book: a fund's year, money passed on, corrections, closing a month."""

from datetime import date
from http import HTTPStatus
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.queries import names_of
from webapp.book import queries as books
from webapp.book.models import KINDS, Transaction
from webapp.book.rules import LABELS, MOVES
from webapp.calls.models import Fund
from webapp.core import links, web
from webapp.core.clock import today
from webapp.core.web import Back, Part, Verb, db, entry, now, page, viewer
from webapp.funding import actions, forms
from webapp.funding.models import Correction, Transfer
from webapp.funding.queries import ledger as reads
from webapp.funding.rules.ledger import CORRECTABLE, INSTEAD
from webapp.funding.views import bp
from webapp.permissions import roles_for

WAYS = {verb: f"{KINDS[moved[0][0]]} → {KINDS[moved[-1][1]]}" for verb, moved in MOVES.items()}
"""From where to where each verb of the book moves money."""
MONTHS = 24
"""Months shown on the page of closing."""


def _me() -> Any:
    return viewer()


def _status() -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK


def _may(right: str) -> bool:
    return bool(roles_for(right) & web.roles_here())


@bp.get("/funds/<int:id>/book")
@entry("fund.book", Fund)
def ledger(fund: Fund) -> ResponseReturnValue:
    """账簿: a fund's year with its balances, its three rates and every posting with its source and both people."""
    session = db.session()
    years = books.years(session, fund.ref)
    asked = request.args.get("year", "")
    this = next((one for one in years if str(one.year) == asked), years[0] if years else None)
    kind = request.args.get("kind", "") if request.args.get("kind", "") in LABELS else ""
    found = books.ledger(session, fund.ref, this.year if this else 0, kind=kind, after=request.args.get("after"))
    projects = reads.named(session, viewer(), [row.reason for row in found.rows])
    kept = {ref for row in found.rows if projects.get(row.reason) == reads.KEPT for ref in (row.origin, row.reason)}
    people = {f"person:{key}" for row in found.rows for key in (row.by_id, row.second_id) if key}
    return page(
        "funding/ledger.html", heading=f"{fund.name} 账簿", fund_id=fund.id, fund=fund.name, years=[str(one.year) for one in years], this=this,
        year=this.year if this else None, kind=kind, kinds=LABELS, ways=WAYS,
        page=web.listing(found, year=this.year if this else None, kind=kind), names=names_of(session, people),
        hrefs=links.addresses({ref for row in found.rows for ref in (row.origin, row.reason)} - {fund.ref} - kept),
        projects=projects, correctable=list(CORRECTABLE) if _may("fund.correct") else [],
        clear_href=url_for("funding.ledger", id=fund.id, year=this.year) if kind and this else "",
    )  # fmt: skip


@bp.route("/funds/<int:id>/transfers/new", methods=["GET", "POST"])
@entry("fund.transfer", Fund)
def transfer_new(fund: Fund) -> ResponseReturnValue:
    """登记资金转移."""
    session = db.session()
    form: Any = forms.NewTransfer()
    targets = reads.targets(session, viewer(), fund)
    form.to_fund_id.choices = targets
    if form.validate_on_submit():
        to = session.get(Fund, form.to_fund_id.data)
        made = to and web.tried(
            form,
            lambda: actions.prepare_transfer(
                db.session(), fund, year=form.year.data, to=to, to_year=form.to_year.data, amount=form.amount.data,
                document=form.document.data, by=_me(), at=now(),
            ),
        )  # fmt: skip
        if made:
            flash("资金转移已登记，由另一位同事复核后入账。", "ok")
            return redirect(url_for("funding.transfer_show", id=made.id))
    if request.method == "GET":
        form.year.data = form.to_year.data = today(now()).year
    return page(
        "funding/transfer_new.html", _status(), heading="登记资金转移", form=form, submit="登记资金转移", targets=bool(targets),
        back=Back(url_for("calls.fund_show", id=fund.id), fund.name),
    )  # fmt: skip


@bp.get("/transfers/<int:id>")
@entry("transfer.read", Transfer)
def transfer_show(transfer: Transfer) -> ResponseReturnValue:
    """One transfer: how much, from where to where, on what decision."""
    return page(
        "funding/transfer.html", heading=transfer.title, row=reads.transfer(db.session(), transfer.id), state_label=transfer.state_label,
        stages=web.where(transfer), steps=web.can(transfer), due=web.due(transfer.due_at) if transfer.state == "prepared" else None,
        entries=web.timeline(transfer.ref),
    )  # fmt: skip


@bp.route("/funds/<int:id>/book/<int:transaction>/correct", methods=["GET", "POST"])
@entry("fund.correct", Fund)
def correction_new(fund: Fund, transaction: int) -> ResponseReturnValue:
    """申请冲销 of one posting of the fund."""
    wrong = db.session().get(Transaction, transaction)
    if wrong is None or wrong.fund != fund.ref:
        abort(HTTPStatus.NOT_FOUND)
    form = forms.NewCorrection()
    if made := web.submitted(form, lambda: actions.ask_correction(db.session(), wrong, reason=form.reason.data or "", by=_me(), at=now())):
        flash("已申请冲销，由另一位同事复核后记账。", "ok")
        return redirect(url_for("funding.correction_show", id=made.id))
    return page(
        "funding/correction_new.html", _status(), heading="申请冲销", form=form, submit="申请冲销", label=LABELS[wrong.kind], day=wrong.day,
        memo=wrong.memo, number=wrong.id, pay=wrong.kind == "pay", amount=reads.moved(db.session(), wrong), origin=wrong.source.partition("/")[0],
        instead=INSTEAD.get(wrong.kind, ""),
        back=Back(url_for("funding.ledger", id=fund.id, year=wrong.year), f"{fund.name} 账簿"),
    )  # fmt: skip


@bp.get("/corrections/<int:id>")
@entry("correction.read", Correction)
def correction_show(correction: Correction) -> ResponseReturnValue:
    """One correction: which posting, why, and who looked at it."""
    return page(
        "funding/correction.html", heading=correction.title, row=reads.correction(db.session(), correction.id),
        state_label=correction.state_label, stages=web.where(correction), steps=web.can(correction),
        due=web.due(correction.due_at) if correction.state == "asked" else None, entries=web.timeline(correction.ref),
    )  # fmt: skip


@bp.get("/funds/<int:id>/months")
@entry("fund.book", Fund)
def months(fund: Fund) -> ResponseReturnValue:
    """结账: the months of a fund, which are closed, and the one that can be closed next."""
    session, day = db.session(), today(now())
    found = books.months(session, fund.ref, last=day, many=MONTHS)
    first = books.first_open_month(session, fund.ref)
    names = names_of(session, {one.by for one in found if one.by})
    return page(
        "funding/months.html", heading=f"{fund.name} 结账", fund_id=fund.id, fund=fund.name, rows=found, names=names,
        next=first if first is not None and first < day.replace(day=1) and _may("fund.close") else None, this_month=day.replace(day=1),
    )  # fmt: skip


@bp.route("/funds/<int:id>/months/<int:year>/<int:month>/close", methods=["POST"])
@entry("fund.close", Fund)
def month_close(fund: Fund, year: int, month: int) -> ResponseReturnValue:
    """Close one month."""
    try:
        first = date(year, month, 1)
    except ValueError:
        abort(HTTPStatus.NOT_FOUND)
    actions.close_month(db.session(), fund, month=first, by=_me(), at=now())
    flash(f"{first:%Y-%m} 已结账。", "ok")
    return redirect(url_for("funding.months", id=fund.id))


def _of_fund(fund: Fund) -> Part:
    """On the fund's page: the book, what was passed on, what was corrected."""
    session = db.session()
    return Part(
        "funding/of_fund.html",
        {
            "fund_id": fund.id, "transfers": reads.transfers(session, fund.id), "corrections": reads.corrections(session, fund.id),
            "may_transfer": _may("fund.transfer"),
        },
    )  # fmt: skip


PARTS: dict[str, Any] = {"fund": (_of_fund,)}

web.steps(
    bp,
    Transfer,
    {"confirm": Verb(act=actions.confirm_transfer, said="已转移，两项资金的账同时记好。"), "refuse": Verb(said="已退回，不予转移。")},
)
web.steps(
    bp,
    Correction,
    {"confirm": Verb(act=actions.confirm_correction, said="已冲销，原来的账仍然保留。"), "refuse": Verb(said="已退回，不予冲销。")},
)
