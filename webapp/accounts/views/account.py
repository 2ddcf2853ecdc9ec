"""我的账号: what I am here, messages, community, password, second step."""

from typing import Any

import pyotp
import segno
from flask import current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user

from webapp.accounts import actions, forms, queries, rules
from webapp.accounts.viewer import viewer_of
from webapp.accounts.views.door import bp, myself
from webapp.core import secrets, web
from webapp.core.web import Back, db, entry, now, page, viewer
from webapp.core.workflow import Refused


@bp.get("/account")
@entry("account.edit")
def account() -> ResponseReturnValue:
    """What I am here and how I sign in."""
    me = queries.account_of(db.session(), viewer().id or 0)
    duties = queries.duties_of(db.session(), viewer().id or 0, at=now())
    return page(
        "accounts/account.html", account=me, duties=duties,
        needs_second=bool(rules.TWO_STEPS & {duty.role for duty in duties}) and not me.two_steps,
        home=queries.area_names(db.session(), [me.area_code]).get(me.area_code, "") if me.area_code else "",
        texts=forms.TextsForm(formdata=None, texts=me.texts),
    )  # fmt: skip


@bp.post("/account/texts")
@entry("account.edit")
def texts() -> ResponseReturnValue:
    """消息设置."""
    form: Any = forms.TextsForm()
    actions.set_texts(db.session(), myself(), bool(form.texts.data))
    flash("已保存。", "ok")
    return redirect(url_for("accounts.account"))


@bp.route("/account/home", methods=["GET", "POST"])
@entry("account.edit")
def home() -> ResponseReturnValue:
    """居住社区: the street first, then its communities."""
    me = queries.account_of(db.session(), viewer().id or 0)
    places = queries.served(db.session(), request.values.get("street", ""), me.area_code)
    form: Any = forms.HomeForm(area_code=me.area_code or "")
    form.area_code.choices = places.choices
    if form.validate_on_submit():
        actions.set_home(db.session(), myself(), form.area_code.data, by=viewer(), at=now())
        flash("已更改居住社区。", "ok")
        return redirect(rules.local_path(request.args.get("next")) or url_for("accounts.account"))
    return page(
        "accounts/home.html", 422 if request.method == "POST" else 200, form=form, places=places,
        next=rules.local_path(request.args.get("next")),
    )  # fmt: skip


@bp.route("/account/password", methods=["GET", "POST"])
@entry("account.edit")
def password() -> ResponseReturnValue:
    """更改密码."""
    form: Any = forms.PasswordForm()
    if form.validate_on_submit():
        me = myself()
        try:
            actions.change_password(db.session(), me, old=form.old.data, new=form.new.data, by=viewer(), at=now())
        except Refused as refused:
            for one in refused.refusals:
                form[one.place].errors = [one.sentence]
            if refused.refusals[0].code == "old_password":
                key, at = me.id, now()
                web.set_aside(lambda own: actions.count_failure(own, key, at=at))
        else:
            _stay(me.id)
            flash("密码已更改，其他设备已退出。", "ok")
            return redirect(url_for("accounts.account"))
    return page(
        "accounts/password.html", 422 if request.method == "POST" else 200, heading="更改密码", form=form,
        back=Back(url_for("accounts.account"), "我的账号"), submit="更改密码",
    )  # fmt: skip


def _stay(person_id: int) -> None:
    """This session goes on under the new version."""
    found = viewer_of(db.session(), person_id, now())
    session.clear()
    session["seen"] = now().timestamp()
    login_user(found)


@bp.route("/account/totp", methods=["GET", "POST"])
@entry("account.edit")
def totp() -> ResponseReturnValue:
    """动态口令: set up (a QR code to scan, then one right number) or, with one, put away."""
    me = queries.account_of(db.session(), viewer().id or 0)
    form: Any = forms.CodeForm()
    if me.two_steps:
        return _totp_off(form, me)
    if request.method == "GET" and not session.get("totp"):
        session["totp"] = secrets.seal(pyotp.random_base32())
    secret = secrets.unseal(session["totp"]) if session.get("totp") else ""
    if secret and form.validate_on_submit():
        try:
            actions.totp_on(db.session(), myself(), secret, form.code.data, by=viewer(), at=now())
        except Refused as refused:
            form.code.errors = [refused.refusals[0].sentence]
        else:
            session.pop("totp", None)
            flash("动态口令已启用。下次登录时，输完密码再输口令。", "ok")
            return redirect(url_for("accounts.account"))
    if not secret:
        return redirect(url_for("accounts.totp"))
    name = me.login or me.name
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=current_app.config["SANSHE"].site_short)
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=3)
    spaced = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
    return page(
        "accounts/totp.html", 422 if request.method == "POST" else 200, form=form, two_steps=False, _picture=picture, _secret=spaced,
        back=Back(url_for("accounts.account"), "我的账号"),
    )  # fmt: skip


def _totp_off(form: Any, me: queries.Account) -> ResponseReturnValue:
    if form.validate_on_submit():
        person = myself()
        try:
            actions.totp_off(db.session(), person, form.code.data, by=viewer(), at=now())
        except Refused as refused:
            form.code.errors = [refused.refusals[0].sentence]
            key, at = person.id, now()
            web.set_aside(lambda own: actions.count_failure(own, key, at=at))
        else:
            flash("动态口令已停用。换了手机请重新启用。", "ok")
            return redirect(url_for("accounts.account"))
    return page(
        "accounts/totp.html", 422 if request.method == "POST" else 200, form=form, two_steps=True, _picture="", _secret="",
        back=Back(url_for("accounts.account"), "我的账号"),
    )  # fmt: skip
