"""评审费发放表: written down by the organiser, printed to be signed, taken out with the accounts by finance alone."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

import reports
from reports.money import Money
from webapp.accounts.queries import has_dataset
from webapp.core import web
from webapp.core.web import Back, db, entry, now, page
from webapp.permissions import roles_for
from webapp.reviews import actions, forms
from webapp.reviews.models import Panel
from webapp.reviews.queries import fees
from webapp.reviews.rules.fees import paper
from webapp.reviews.views.blueprint import bp, me


@bp.get("/panels/fees")
@entry("panel.fees")
def panels_fees() -> ResponseReturnValue:
    """评审费: the panels whose experts have fees, for who pays them and may not read the panel itself."""
    found = fees.panels(db.session(), me(), after=request.args.get("after"))
    return page("reviews/fees_list.html", heading="评审费", page=web.listing(found))


@bp.route("/panels/<int:id>/fees", methods=["GET", "POST"])
@entry("panel.fees", Panel)
def panel_fees(panel: Panel) -> ResponseReturnValue:
    """评审费发放表, without accounts."""
    session, panel_id = db.session(), panel.id
    writer = bool(roles_for("panel.create") & web.roles_here())
    form: Any = forms.FeeForm() if writer and panel.state in {"scoring", "closed", "confirmed"} else None
    if form is not None:
        form.person_id.choices = fees.unpaid(session, panel_id)
        if form.validate_on_submit():
            wish = {"person_id": form.person_id.data, "senior": form.senior.data == "yes", "half_days": form.half_days.data}
            if web.tried(form, lambda: actions.write_fee(session, panel, **wish, by=me(), at=now())) is not None:
                flash("已登记。", "ok")
                return redirect(url_for("reviews.panel_fees", id=panel_id))
    elif request.method == "POST":
        return redirect(url_for("reviews.panel_fees", id=panel_id))
    found = fees.fees(session, panel_id)
    back = Back(url_for("reviews.panel_show", id=panel_id), "评审组") if writer else Back(url_for("reviews.panels_fees"), "评审费")
    return page(
        "reviews/fees.html", 422 if request.method == "POST" else 200, heading="评审费发放表", panel_id=panel_id, rows=found, form=form,
        gross=sum((one.gross_fen for one in found), start=Money(0)), tax=sum((one.tax_fen for one in found), start=Money(0)),
        may_pay=bool(roles_for("panel.accounts") & web.roles_here()), back=back,
        submit="登记",
    )  # fmt: skip


@bp.post("/panels/<int:id>/fees/accounts")
@entry("panel.accounts", Panel)
def panel_accounts(panel: Panel) -> ResponseReturnValue:
    """The sheet with the accounts; each time it is taken stands in the journal."""
    session = db.session()
    known = fees.accounts(session, panel.id)
    lines = [
        (
            one.name,
            "高级" if one.senior else "其他",
            one.half_days,
            one.gross_fen,
            one.tax_fen,
            one.net,
            *known.get(one.person_id, ("", "")),
        )
        for one in fees.fees(session, panel.id)
    ]
    actions.open_accounts(session, panel, by=me(), at=now())
    report = paper(panel.title, lines, at=now(), demo=has_dataset(session, "demo"))
    return web.download(reports.write(report, "xlsx"), "评审费发放表.xlsx", reports.MIMETYPES["xlsx"])
