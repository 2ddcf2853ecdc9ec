"""The blueprint, and who a session belongs to."""

from flask import Blueprint, current_app, session

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
