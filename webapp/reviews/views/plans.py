"""试分派: tried, changed by hand, out and in as a sheet; nothing is given out here."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import sheets, web
from webapp.core.web import Back, db, entry, now, page
from webapp.reviews import actions, forms
from webapp.reviews.models import Panel
from webapp.reviews.queries import plans
from webapp.reviews.rules.assign import loads
from webapp.reviews.rules.plan import COLUMNS, lines, pairs_said
from webapp.reviews.views.blueprint import bp, me, stands_clear

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("/panels/<int:id>/plan", methods=["GET", "POST"])
@entry("panel.plan", Panel)
def panel_plan(panel: Panel) -> ResponseReturnValue:
    """试分派: who would judge what, before anything is written."""
    session, form = db.session(), forms.TryForm()
    stands_clear(panel.call_id)
    if form.validate_on_submit():
        made = web.tried(
            form, lambda: actions.try_out(session, panel, share=form.share.data or 100, apart=form.apart.data or "", by=me(), at=now())
        )
        if made is not None:
            flash("已试分派，还没有分派。", "ok")
            return redirect(url_for("reviews.panel_plan", id=panel.id))
        panel = session.get_one(Panel, panel.id)
    plan = plans.plan_of(session, panel)
    wishes = plan.wishes if plan else plans.WISHES
    order, names = plans.order_of(session, panel, wishes, now())
    given = plans.given_in(plan) if plan else {}
    if request.method == "GET":
        form.share.data, form.apart.data = wishes["share"], pairs_said(wishes["apart"], names.judges)
    counts = loads(given, order.judges)
    return page(
        "reviews/plan.html", 422 if request.method == "POST" else 200, heading="试分派", form=form, submit="试分派", panel_id=panel.id,
        lines=plans.plan_lines(given, order, names) if plan else [], open=panel.state == "drawn",
        loads=[(names.judges[one], counts.get(one, 0), sum((a, one) in order.fits for a in given if one in given[a])) for one in order.judges],
        fits=sum((one, judge) in order.fits for one, mine in given.items() for judge in mine), total=sum(map(len, given.values())),
        back=Back(url_for("reviews.panel_show", id=panel.id), panel.title),
    )  # fmt: skip


@bp.route("/panels/<int:id>/plan/change", methods=["GET", "POST"])
@entry("panel.plan", Panel)
def panel_plan_change(panel: Panel) -> ResponseReturnValue:
    """换人、指定、禁派."""
    session, panel_id = db.session(), panel.id
    stands_clear(panel.call_id)
    form: Any = forms.ChangeForm()
    plan = plans.plan_of(session, panel)
    _, names = plans.order_of(session, panel, plan.wishes if plan else plans.WISHES, now())
    form.application_id.choices = [(one, f"{names.numbers[one]} {names.titles[one]}") for one in names.titles]
    people = sorted(names.judges.items())
    form.person_id.choices, form.instead_of.choices = people, [(0, "（换人时选）"), *people]
    if form.validate_on_submit():
        wish = {"kind": form.kind.data, "application_id": form.application_id.data, "person_id": form.person_id.data}
        made = web.tried(form, lambda: actions.change(session, panel, **wish, instead_of=form.instead_of.data or None, by=me(), at=now()))
        if made is not None:
            flash("已调整，各项要求都还满足。", "ok")
            return redirect(url_for("reviews.panel_plan", id=panel.id))
    elif request.method == "GET" and request.args.get("application", "").isdecimal():
        form.application_id.data = int(request.args["application"][:12])
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="手工调整试分派", form=form, submit="调整",
        back=Back(url_for("reviews.panel_plan", id=panel_id), "试分派"),
    )  # fmt: skip


@bp.get("/panels/<int:id>/plan.xlsx")
@entry("panel.plan", Panel)
def panel_plan_sheet(panel: Panel) -> ResponseReturnValue:
    """The plan in the layout in which it comes back."""
    session = db.session()
    stands_clear(panel.call_id)
    plan = plans.plan_of(session, panel)
    _, names = plans.order_of(session, panel, plan.wishes if plan else plans.WISHES, now())
    given = {one: mine for one, mine in plans.given_in(plan).items() if one in names.titles} if plan else {}
    return web.download(sheets.write("xlsx", "试分派", COLUMNS, lines(given, names), at=now()), "试分派.xlsx", XLSX)


@bp.route("/panels/<int:id>/plan/import", methods=["GET", "POST"])
@entry("panel.plan", Panel)
def panel_plan_import(panel: Panel) -> ResponseReturnValue:
    """读入试分派."""
    form, panel_id = forms.PlanFileForm(), panel.id
    stands_clear(panel.call_id)
    if form.validate_on_submit():
        changed = web.tried(form, lambda: actions.read_plan(db.session(), panel, file=form.file.data[0], by=me(), at=now()))
        if changed is not None:
            flash("已按表更新试分派。" if changed else "与现在的试分派相同，没有改动。", "ok")
            return redirect(url_for("reviews.panel_plan", id=panel.id))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="读入试分派", form=form, multipart=True, submit="读入",
        back=Back(url_for("reviews.panel_plan", id=panel_id), "试分派"),
    )  # fmt: skip
