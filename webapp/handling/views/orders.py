"""Pages of 三单制: the orders, one order, the menu of a community."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.queries import area_names
from webapp.core import links, web
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.handling import actions, forms, queries
from webapp.handling.models import MenuItem, Order
from webapp.handling.views.blueprint import bp
from webapp.needs.models import Need
from webapp.workflows import ORDER


@bp.get("/orders")
@entry("order.list")
def orders() -> ResponseReturnValue:
    """The orders one has to do with."""
    state = request.args.get("state", "")
    state = state if state in ORDER.states else ""
    found = queries.orders(db.session(), _me(), state=state, after=request.args.get("after"))
    return page("handling/orders.html", page=web.listing(found, state=state), state=state, states=ORDER.states)


def _me() -> Any:
    return viewer()


@bp.get("/orders/<int:id>")
@entry("order.read", Order)
def order_show(order: Order) -> ResponseReturnValue:
    """One order; whom to see and where only for who has taken it, who asked, and the community."""
    near = bool({"community", "party_lead", "taker", "resident"} & web.roles_here())
    return page(
        "handling/order.html", order=queries.order_of(db.session(), order.id), stages=web.where(order), steps=web.can(order) or _judging(order),
        due=None, contact=order.contact if near else None, files=queries.files_of(db.session(), order.ref),
        entries=web.timeline(order.ref), opens=links.hrefs([f"need:{order.need_id}"]),
    )  # fmt: skip


def _judging(order: Order) -> list[web.Can]:
    """What is done is judged on the need: the way there for who asked."""
    need = db.session().get_one(Need, order.need_id) if order.state == "done" else None
    return [can for can in web.can(need) if can.name == "rate"] if need is not None else []


def _fill_assign(form: Any, order: Order) -> None:
    form.taker_id.choices = [(0, "请选择"), *queries.takers(db.session(), order.area_code, at=now())]


web.steps(
    bp,
    Order,
    {
        "assign": Verb(forms.Assign, actions.assign, prepare=_fill_assign, said="已派单。"),
        "publish": Verb(said="已公开，等人来接。"),
        "accept": Verb(said="已接单。"),
        "decline": Verb(act=actions.decline, said="已退给支部。"),
        "grab": Verb(act=actions.grab, said="这张单由您来办。"),
        "give_up": Verb(act=actions.give_up, said="已退给支部。"),
        "finish": Verb(forms.Finish, actions.finish, said="已办好，请居民评价。"),
        "cancel": Verb(act=actions.cancel, said="已撤单。"),
    },
)


def _community() -> str:
    """The community whose menu one sees: the one of one's duty, else the one one lives in."""
    member = _me().member("community", "party_lead")
    return (member.area_code if member else _me().area_code) or ""


@bp.get("/menu")
@entry("menu.list")
def menu() -> ResponseReturnValue:
    """What can be ordered in one's community."""
    code, keeps = _community(), _me().member("community", "party_lead") is not None
    return page(
        "handling/menu.html", rows=queries.menu(db.session(), code, all_of_it=keeps) if code else [], keeps=keeps, known=bool(code),
        community=area_names(db.session(), [code]).get(code, ""),
    )  # fmt: skip


@bp.route("/menu/new", methods=["GET", "POST"])
@entry("menu.edit")
def menu_new() -> ResponseReturnValue:
    """Put a line on the menu."""
    form = forms.Item()
    if form.validate_on_submit():
        actions.publish_item(db.session(), area_code=_community(), **form.answers(), by=_me(), at=now())
        flash("已列入菜单。", "ok")
        return redirect(url_for("handling.menu"))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="增加一项", form=form, back=Back(url_for("handling.menu"), "点单菜单"),
        submit="列入菜单",
    )  # fmt: skip


@bp.post("/menu/<int:id>/retire")
@entry("menu.edit", MenuItem)
def menu_retire(item: MenuItem) -> ResponseReturnValue:
    """Take a line off the menu."""
    actions.retire_item(db.session(), item, by=_me(), at=now())
    flash("已撤下。已经点的单照常办理。", "ok")
    return redirect(url_for("handling.menu"))


@bp.route("/menu/<int:id>/order", methods=["GET", "POST"])
@entry("menu.order", MenuItem)
def menu_order(item: MenuItem) -> ResponseReturnValue:
    """居民点单."""
    form = forms.MenuOrder()
    if form.validate_on_submit():
        made = actions.order_from_menu(db.session(), item, **form.answers(), by=_me(), at=now())
        flash("已点单，支部会尽快派人。", "ok")
        return redirect(url_for("handling.order_show", id=made.id))
    return page(
        "handling/menu_order.html", 422 if request.method == "POST" else 200, heading=f"点单：{item.title}", form=form, text=item.text,
        back=Back(url_for("handling.menu"), "点单菜单"), submit="点单",
    )  # fmt: skip
