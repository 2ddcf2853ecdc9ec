"""登录: residents by phone and code, staff by login name, password and, where set up, a second step."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user
from sqlalchemy.orm import Session

from reports.format import mask_phone
from webapp.accounts import actions, forms, queries, rules
from webapp.accounts.models import Person
from webapp.accounts.viewer import viewer_of
from webapp.accounts.views.door import bp, myself
from webapp.core import limits, outbox, secrets, settings, web
from webapp.core.db import reading
from webapp.core.web import db, entry, now, page
from webapp.core.workflow import Refusal, Refused

HALF = timedelta(minutes=10)
"""How long the way in stays open between one step and the next."""
HOUR = 3600
WRONG = "登录名或密码不对。连续输错几次，账号会锁定一会儿。"


@bp.route("/sign-in", methods=["GET", "POST"])
@entry("account.sign_in")
def sign_in() -> ResponseReturnValue:
    """The two ways in."""
    form: Any = forms.StaffForm()
    if form.validate_on_submit():
        refusal = _by_password(form.login.data.strip(), form.password.data)
        if refusal is None:
            return redirect(_way_on())
        form.password.errors = [refusal.sentence]
    return _door(form, forms.PhoneForm(formdata=None), 422 if request.method == "POST" else 200)


def _door(form: Any, phone_form: Any, status: int) -> ResponseReturnValue:
    demo = demo_shows()
    return page(
        "accounts/sign_in.html", status, form=form, phone_form=phone_form, next=_next(),
        demo_accounts=queries.demo_accounts(db.session()) if demo else [], demo_phone=queries.demo_phone(db.session()) if demo else None,
        demo_password=rules.DEMO_PASSWORD if demo else "",
    )  # fmt: skip


def demo_shows() -> bool:
    """Whether this is a demo city, whose pages show the codes that no phone would get."""
    return queries.has_dataset(db.session(), "demo")


def _next() -> str:
    return rules.local_path(request.values.get("next"))


def _address() -> str:
    return request.remote_addr or ""


def _by_password(login: str, password: str) -> Refusal | None:
    """Sign in, or say why not. The password is tried outside the transaction: hashing takes time and holds no lock."""
    address, name = f"sign_in:{_address()}", f"sign_in:{secrets.keyed('login', login)}"
    with reading(db.engine) as own:
        known = queries.credentials(own, login)
        most = int(settings.value(own, "sign_in.tries", at=now()))
        window = int(settings.value(own, "sign_in.lock_minutes", at=now())) * 60
        busy = limits.count(own, address, seconds=HOUR, at=now()) >= int(settings.value(own, "sign_in.per_hour_address", at=now()))
        strange = known is None and limits.count(own, name, seconds=window, at=now()) >= most
    fits = secrets.password_fits(known.password if known else None, password)
    if busy:
        return Refusal("busy", "这里输错的次数太多，请一小时后再试。", "password")
    person = db.session().get(Person, known.id, with_for_update=True, populate_existing=True) if known else None
    if refusal := rules.locked(person.locked_until if person else None, now()):
        return refusal
    if strange:
        return rules.locked(now() + timedelta(seconds=window), now())
    if not fits or person is None:
        _keep_failure(person.id if person else None, address, name, window)
        return Refusal("wrong", WRONG, "password")
    _after_first(person)
    return None


def _keep_failure(person_id: int | None, address: str, name: str, window: int) -> None:
    """A failure is kept although the request is refused; an unknown name counts like a known one."""
    at = now()

    def write(own: Session) -> None:
        limits.hit(own, address, seconds=HOUR, at=at)
        if person_id is None:
            limits.hit(own, name, seconds=window, at=at)
        else:
            actions.count_failure(own, person_id, at=at)

    web.set_aside(write)


def _after_first(person: Person) -> None:
    """The first step is passed. A new session begins here, so that one set up before cannot be taken over."""
    wanted = _next() or rules.local_path(session.get("next"))
    session.clear()
    if person.totp_secret:
        session["half"] = {"person": person.id, "until": (now() + HALF).timestamp(), "next": wanted}
        return
    enter(person)
    session["next"] = wanted


def enter(person: Person) -> None:
    """All steps are passed."""
    actions.begin_session(db.session(), person, at=now())
    found = viewer_of(db.session(), person.id, now())
    session.clear()
    session["seen"] = now().timestamp()
    login_user(found)


@bp.route("/sign-in/second", methods=["GET", "POST"])
@entry("account.sign_in")
def second() -> ResponseReturnValue:
    """第二步: the one-time password of the authenticator."""
    half = session.get("half") or {}
    if half.get("until", 0) < now().timestamp():
        session.pop("half", None)
        flash("登录停留太久，请重新登录。", "warn")
        return redirect(url_for("accounts.sign_in"))
    form: Any = forms.CodeForm()
    if form.validate_on_submit():
        person = db.session().get(Person, half["person"], with_for_update=True, populate_existing=True)
        refusal = rules.locked(person.locked_until if person else None, now())
        if refusal is None and person is not None and actions.second_step(db.session(), person, form.code.data, at=now()):
            enter(person)
            return redirect(rules.local_path(half.get("next")) or "/desk")
        if refusal is None and person is not None:
            key, at = person.id, now()
            web.set_aside(lambda own: actions.count_failure(own, key, at=at))
        form.code.errors = [refusal.sentence if refusal else "动态口令不对，或刚刚用过。请等下一个再输。"]
    return page("accounts/second.html", 422 if request.method == "POST" else 200, form=form)


@bp.route("/sign-in/code", methods=["GET", "POST"])
@entry("account.sign_in")
def code() -> ResponseReturnValue:
    """POST sends a code to a phone; GET asks for it."""
    if request.method == "GET":
        return _ask_code(forms.CodeForm(formdata=None), 200)
    form: Any = forms.PhoneForm()
    number = rules.phone_of(form.phone.data or "") if form.validate() else None
    if number is None:
        form.phone.errors = list(form.phone.errors) or ["手机号应为 11 位数字，请核对。"]
        return _door(forms.StaffForm(formdata=None), form, 422)
    if sentence := too_many_codes(number):
        form.phone.errors = [sentence]
        return _door(forms.StaffForm(formdata=None), form, 422)
    demo = demo_shows()
    if not demo and not outbox.can_text():
        form.phone.errors = ["短信通道还没有接通，暂时不能用手机号登录。请到社区居委会当面反映。"]
        return _door(forms.StaffForm(formdata=None), form, 422)
    wanted, sent = _next(), actions.send_code(db.session(), number, at=now())
    session.clear()
    session["phone"] = {"number": secrets.seal(number), "until": (now() + HALF).timestamp(), "proved": False}
    session["next"] = wanted
    if demo:
        session["shown"] = secrets.seal(sent)
    return redirect(url_for("accounts.code"))


def too_many_codes(number: str) -> str:
    """Codes per hour, counted by phone and by address, and kept whatever becomes of this request."""
    at, phone_key, address = now(), f"code:{secrets.keyed('phone', number)}", f"code:{_address()}"
    own = db.session()
    if limits.count(own, phone_key, seconds=HOUR, at=at) >= int(settings.value(own, "code.per_hour", at=at)):
        return "这个手机号获取验证码太频繁，请一小时后再试。"
    if limits.count(own, address, seconds=HOUR, at=at) >= int(settings.value(own, "code.per_hour_address", at=at)):
        return "这里获取验证码太频繁，请一小时后再试。"

    def write(aside: Session) -> None:
        limits.hit(aside, phone_key, seconds=HOUR, at=at)
        limits.hit(aside, address, seconds=HOUR, at=at)

    web.set_aside(write)
    return ""


def _phone(*, proved: bool) -> str | None:
    """The phone of this way in; None when it took too long or was not proved by its code."""
    kept = session.get("phone") or {}
    if kept.get("until", 0) < now().timestamp() or bool(kept.get("proved")) != proved:
        return None
    return secrets.unseal(kept["number"])


def _ask_code(form: Any, status: int) -> ResponseReturnValue:
    number = _phone(proved=False)
    if number is None:
        return redirect(url_for("accounts.sign_in"))
    shown = secrets.unseal(session["shown"]) if session.get("shown") and demo_shows() else ""
    return page("accounts/code.html", status, form=form, phone=mask_phone(number), _shown=shown)


@bp.post("/sign-in/check")
@entry("account.sign_in")
def check() -> ResponseReturnValue:
    """The code that was typed."""
    number = _phone(proved=False)
    if number is None:
        return redirect(url_for("accounts.sign_in"))
    form: Any = forms.CodeForm()
    if not form.validate():
        return _ask_code(form, 422)
    try:
        actions.check_code(db.session(), number, form.code.data.strip(), at=now())
    except Refused as refused:
        form.code.errors = [refused.refusals[0].sentence]
        if refused.refusals[0].code == "code_wrong":
            web.set_aside(lambda own: actions.count_try(own, number))
        return _ask_code(form, 422)
    known = queries.residents_of_phone(db.session(), secrets.keyed("phone", number))
    if len(known) == 1:
        _after_first(known[0])
        return redirect(_way_on())
    session["phone"] = {"number": secrets.seal(number), "until": (now() + HALF).timestamp(), "proved": True}
    session.pop("shown", None)
    return redirect(url_for("accounts.who" if known else "accounts.newcomer"))


def _way_on() -> str:
    """Where the way in leads next: the second step, or what the person wanted."""
    if session.get("half"):
        return url_for("accounts.second")
    return rules.local_path(session.pop("next", "")) or "/desk"


@bp.route("/sign-in/who", methods=["GET", "POST"])
@entry("account.sign_in")
def who() -> ResponseReturnValue:
    """Several people share the phone: which one is it?"""
    number = _phone(proved=True)
    if number is None:
        return redirect(url_for("accounts.sign_in"))
    known = queries.residents_of_phone(db.session(), secrets.keyed("phone", number))
    form: Any = forms.WhoForm()
    form.person.choices = [(str(one.id), one.name) for one in known] + [("new", "我是另一位，第一次来")]
    if form.validate_on_submit():
        if form.person.data == "new":
            return redirect(url_for("accounts.newcomer"))
        chosen = next(one for one in known if str(one.id) == form.person.data)
        _after_first(chosen)
        return redirect(_way_on())
    return page("accounts/who.html", 422 if request.method == "POST" else 200, form=form)


@bp.route("/sign-in/new", methods=["GET", "POST"])
@entry("account.sign_in")
def newcomer() -> ResponseReturnValue:
    """First time here: the street, then name and community."""
    number = _phone(proved=True)
    if number is None:
        return redirect(url_for("accounts.sign_in"))
    places = queries.served(db.session(), request.values.get("street", ""))
    form: Any = forms.NewcomerForm()
    form.area_code.choices = places.choices
    if form.validate_on_submit():
        if form.born_on.data and form.born_on.data > now().date():
            form.born_on.errors = ["出生日期不能晚于今天。"]
        else:
            person = actions.add_person(
                db.session(), form.name.data.strip(), by=None, at=now(), phone=number, area_code=form.area_code.data,
                born_on=form.born_on.data, demo=demo_shows(),
            )  # fmt: skip
            _after_first(person)
            flash("登记好了，欢迎您。", "ok")
            return redirect(_way_on())
    return page("accounts/newcomer.html", 422 if request.method == "POST" else 200, form=form, places=places)


@bp.post("/sign-out")
@entry("account.sign_out")
def sign_out() -> ResponseReturnValue:
    """退出."""
    logout_user()
    session.clear()
    flash("已退出。", "ok")
    return _left()


@bp.post("/sign-out/everywhere")
@entry("account.sign_out")
def sign_out_everywhere() -> ResponseReturnValue:
    """退出所有设备."""
    actions.sign_out_everywhere(db.session(), myself(), by=web.viewer(), at=now())
    logout_user()
    session.clear()
    flash("已在所有设备上退出。", "ok")
    return _left()


def _left() -> ResponseReturnValue:
    """To the sign-in page; what pages kept on this device for want of a network goes, too."""
    answer = redirect(url_for("accounts.sign_in"))
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer
