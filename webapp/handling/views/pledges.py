"""Pages of 认领: what is offered, one offer, a pledge, the sums that came."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.clock import today
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.handling import actions, forms, queries
from webapp.handling.models import Gift, Offer, Pledge
from webapp.handling.views.blueprint import bp


def _me() -> Any:
    return viewer()


@bp.get("/pledges")
@entry("offer.list")
def pledges() -> ResponseReturnValue:
    """What is offered to be pledged for, for everybody to read; a sponsor's own pledges beside it."""
    area = request.args.get("area", "")
    area = area if area.isascii() and area.isdecimal() else ""
    found = queries.offers(db.session(), area=area, after=request.args.get("after"))
    return page(
        "handling/pledges.html", page=web.listing(found, area=area), mine=queries.pledges_by(db.session(), _me().organisations("sponsor")),
        sponsor=_me().member("sponsor") is not None,
    )  # fmt: skip


@bp.get("/pledges/offers/<int:id>")
@entry("offer.read", Offer)
def offer_show(offer: Offer) -> ResponseReturnValue:
    """One offer with the pledges on it."""
    found = queries.offer_of(db.session(), offer.id)
    runs = offer.closed_at is None and offer.until > now()
    return page(
        "handling/offer.html", offer=found, pledges=queries.pledges_of(db.session(), offer.id), runs=runs,
        may_pledge=runs and _me().member("sponsor") is not None,
    )  # fmt: skip


@bp.route("/pledges/offers/<int:id>/pledge", methods=["GET", "POST"])
@entry("pledge.create", Offer)
def pledge(offer: Offer) -> ResponseReturnValue:
    """认领, whole or part."""
    form, found = forms.Pledge(), queries.offer_of(db.session(), offer.id)
    if form.validate_on_submit():
        made = web.tried(form, lambda: actions.pledge(db.session(), offer, **form.answers(), by=_me(), at=now()))
        if made is not None:
            flash("已提出认领意向，社区会与您联系。", "ok")
            return redirect(url_for("handling.pledge_show", id=made.id))
    return page(
        "handling/pledge_new.html", 422 if request.method == "POST" else 200, heading="认领", form=form, offer=found,
        back=Back(url_for("handling.offer_show", id=offer.id), found.title if found else "认领"), submit="提出认领意向",
    )  # fmt: skip


@bp.get("/pledge/<int:id>")
@entry("pledge.read", Pledge)
def pledge_show(pledge: Pledge) -> ResponseReturnValue:
    """One pledge: its agreement and what came."""
    offer = queries.offer_of(db.session(), pledge.offer_id)
    return page(
        "handling/pledge.html", pledge=queries.pledge_of(db.session(), pledge.id), offer=offer, stages=web.where(pledge),
        steps=web.can(pledge), due=None, gifts=queries.gifts_of(db.session(), pledge.id), files=queries.files_of(db.session(), pledge.ref),
        entries=web.timeline(pledge.ref),
        may_record=pledge.state == "signed" and bool({"community", "party_lead"} & web.roles_here()),
    )  # fmt: skip


@bp.route("/pledge/<int:id>/gift", methods=["GET", "POST"])
@entry("gift.create", Pledge)
def gift(pledge: Pledge) -> ResponseReturnValue:
    """登记到账."""
    form = forms.Gift()
    if form.validate_on_submit():
        made = web.tried(form, lambda: actions.record_gift(db.session(), pledge, **form.answers(), by=_me(), at=now()))
        if made is not None:
            flash("已登记，请街道复核入账。", "ok")
            return redirect(url_for("handling.pledge_show", id=pledge.id))
    if request.method == "GET":
        form.received_on.data = today(now())
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="登记到账", form=form, multipart=True,
        back=Back(url_for("handling.pledge_show", id=pledge.id), pledge.title), submit="登记",
    )  # fmt: skip


@bp.get("/gift/<int:id>")
@entry("gift.read", Gift)
def gift_show(gift: Gift) -> ResponseReturnValue:
    """One sum that came."""
    return page(
        "handling/gift.html", gift=queries.gift_of(db.session(), gift.id), stages=web.where(gift), steps=web.can(gift), due=None,
        files=queries.files_of(db.session(), gift.ref), entries=web.timeline(gift.ref),
    )  # fmt: skip


def _fill_sign(form: Any, pledge: Pledge) -> None:
    if request.method == "GET":
        form.signed_on.data = today(now())


web.steps(
    bp,
    Pledge,
    {
        "confirm": Verb(act=actions.confirm, said="已确认，已告诉认领单位。"),
        "sign": Verb(forms.Sign, actions.sign, prepare=_fill_sign, said="已登记捐赠协议。"),
        "use": Verb(act=actions.use, said="已登记使用情况，已告诉认领单位。"),
        "lapse": Verb(act=actions.lapse, said="已记为未成。"),
        "withdraw": Verb(act=actions.withdraw, said="已撤回。"),
    },
)
web.steps(bp, Gift, {"confirm": Verb(act=actions.confirm_gift, said="已入账。"), "void": Verb(said="已作废。")})
