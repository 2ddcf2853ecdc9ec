"""The blueprint, and who a session belongs to."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, session, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import rules
from webapp.accounts.models import Person
from webapp.accounts.viewer import Viewer, viewer_of
from webapp.core import web
from webapp.core.workflow import refuse

bp = Blueprint("accounts", __name__)


@web.login.user_loader  # type: ignore[untyped-decorator]
def load_viewer(key: str) -> Viewer | None:
    """The viewer of a session; None when it was signed out everywhere or has been idle too long."""
    person, _, version = key.partition(".")
    idle = current_app.config["SANSHE"].idle_minutes * 60
    moment = web.now().timestamp()
    if moment - session.get("seen", moment) > idle:
        return None
    if moment - session.get("seen", 0) > 60:
        session["seen"] = moment
    found = viewer_of(web.db.session(), int(person), web.now())
    return found if found is not None and str(found.session_version) == version else None


def myself() -> Person:
    """The row of who is signed in, locked."""
    found = web.db.session().get(Person, web.viewer().id, with_for_update=True, populate_existing=True)
    if found is None:
        raise refuse("gone", "这个账号已经不在，请重新登录。")
    return found


def held_back(right: str) -> ResponseReturnValue | None:
    """What comes before anything but the account itself: one's own password, and where the installation asks for it, the second step."""
    if right.startswith(("account.", "portal.")):
        return None
    return _first_password() or _second_step()


def _first_password() -> ResponseReturnValue | None:
    """A password that another made is changed first."""
    who: Any = web.viewer()
    if who.id is None or not who.must_change:
        return None
    if web.wants_json():
        abort(403, "请先更改初始密码。")
    flash("这是初始密码。请先换成只有您自己知道的密码。", "warn")
    return redirect(url_for("accounts.password"))


def _second_step() -> ResponseReturnValue | None:
    """Whoever should have 动态口令 sets it up.

    The accounts of a demo, whose one password everybody knows, are never asked.
    """
    if not current_app.config["SANSHE"].two_steps:
        return None
    who: Any = web.viewer()
    if who.id is None or who.demo or who.needs_totp or not rules.TWO_STEPS & {tie.role for tie in who.ties}:
        return None
    if web.wants_json():
        abort(403, "您的岗位应当启用动态口令，请先在“我的账号”里启用。")
    flash("您的岗位应当启用动态口令。启用之后就可以办理。", "warn")
    return redirect(url_for("accounts.totp"))


@bp.record_once
def _stand_at_the_door(state: Any) -> None:
    state.app.extensions["held_back"] = held_back
