"""您的权利: correct, take a copy, ask for erasure (个人信息保护法 §45–47)."""

import json
from typing import Any

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import actions, forms, rules
from webapp.accounts.views.door import bp, myself
from webapp.accounts.views.sign_in import HALF, demo_shows, too_many_codes
from webapp.core import journal, outbox, personal, secrets, web
from webapp.core.forms import Form
from webapp.core.web import Back, db, entry, now, page, viewer
from webapp.core.workflow import Refused

MINE = Back("/account", "我的账号")


@bp.route("/account/correct", methods=["GET", "POST"])
@entry("account.edit")
def correct() -> ResponseReturnValue:
    """更正姓名、出生日期."""
    form: Any = forms.CorrectForm()

    def write() -> bool:
        actions.correct(db.session(), myself(), **form.answers(), by=viewer(), at=now())
        return True

    if request.method == "GET":
        found = personal.of(db.session(), viewer().id or 0)["账号"][0]
        form.name.data, form.born_on.data = found["姓名"], found["出生日期"]
    elif web.submitted(form, write):
        flash("已更正。", "ok")
        return redirect(url_for("accounts.account"))
    return page("form.html", 422 if request.method == "POST" else 200, heading="更正信息", form=form, back=MINE, submit="更正")


@bp.route("/account/phone", methods=["GET", "POST"])
@entry("account.edit")
def phone() -> ResponseReturnValue:
    """更换手机号: a code goes to the new phone first."""
    form: Any = forms.PhoneForm()
    if form.validate_on_submit():
        number = rules.phone_of(form.phone.data or "")
        wrong = _cannot_send(number)
        if number is not None and not wrong:
            sent = actions.send_code(db.session(), number, at=now())
            session["new_phone"] = {"number": secrets.seal(number), "until": (now() + HALF).timestamp()}
            session["shown"] = secrets.seal(sent) if demo_shows() else ""
            return redirect(url_for("accounts.phone_code"))
        form.phone.errors = [wrong]
    return page("form.html", 422 if request.method == "POST" else 200, heading="更换手机号", form=form, back=MINE, submit="获取验证码")


def _cannot_send(number: str | None) -> str:
    if number is None:
        return "手机号应为 11 位数字，请核对。"
    if not demo_shows() and not outbox.can_text():
        return "短信通道还没有接通，暂时不能更换。请到社区居委会办理。"
    return too_many_codes(number)


@bp.route("/account/phone/code", methods=["GET", "POST"])
@entry("account.edit")
def phone_code() -> ResponseReturnValue:
    """The code that came to the new phone."""
    kept = session.get("new_phone") or {}
    if kept.get("until", 0) < now().timestamp():
        flash("停留太久，请重新获取验证码。", "warn")
        return redirect(url_for("accounts.phone"))
    number = secrets.unseal(kept["number"])
    form: Any = forms.CodeForm()
    if form.validate_on_submit():
        try:
            actions.check_code(db.session(), number, form.code.data.strip(), at=now())
            actions.change_phone(db.session(), myself(), number, by=viewer(), at=now())
        except Refused as refused:
            form.code.errors = [refused.refusals[0].sentence]
            if refused.refusals[0].code == "code_wrong":
                web.set_aside(lambda own: actions.count_try(own, number))
        else:
            session.pop("new_phone", None)
            session.pop("shown", None)
            flash("手机号已更换。下次请用新号码登录。", "ok")
            return redirect(url_for("accounts.account"))
    shown = secrets.unseal(session["shown"]) if session.get("shown") else ""
    return page(
        "accounts/phone_code.html", 422 if request.method == "POST" else 200, heading="输入验证码", form=form, _shown=shown,
        back=MINE, submit="更换",
    )  # fmt: skip


@bp.post("/account/copy")
@entry("account.edit")
def copy() -> ResponseReturnValue:
    """下载我的信息: all that is kept of me, as a file people and programs can read."""
    me = viewer()
    held = {"说明": "平台保存的您的个人信息", "时间": now(), **personal.of(db.session(), me.id or 0)}
    journal.record(db.session(), me.ref, "copy", by=me.ref, at=now())
    return web.download(json.dumps(web.plain(held), ensure_ascii=False, indent=2).encode(), "我的信息.json", "application/json")


@bp.route("/account/erase", methods=["GET", "POST"])
@entry("account.edit")
def erase_mine() -> ResponseReturnValue:
    """申请删除, or take the request back."""
    form = Form()
    me = myself() if request.method == "POST" else None
    if me is not None and form.validate_on_submit():
        if me.erase_asked_at is None:
            actions.ask_erasure(db.session(), me, by=viewer(), at=now())
            flash("已提交申请。管理员会在 15 个工作日内办理。", "ok")
        else:
            actions.keep_account(db.session(), me, by=viewer(), at=now())
            flash("已撤回删除申请。", "ok")
        return redirect(url_for("accounts.account"))
    return page("accounts/erase_mine.html", heading="申请删除个人信息", form=form, back=MINE, submit="申请删除")
