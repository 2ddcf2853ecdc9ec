"""The desk: to-dos first, then figures; search, inbox, jobs, and the files of objects."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.rules import local_path
from webapp.core import scope, web
from webapp.core.files import Attachment
from webapp.core.jobs import Job
from webapp.core.outbox import Message
from webapp.core.web import db, entry, href, now, page, viewer
from webapp.desk import actions, queries
from webapp.needs.queries import my_words
from webapp.permissions import roles_for

bp = Blueprint("desk", __name__)


def _me() -> Any:
    return viewer()


def _link(todo: queries.Todo) -> str:
    """The page of what waits; where it has none, the page of the step itself."""
    found = href(todo.ref)
    name, _, key = todo.ref.partition(":")
    endpoint = current_app.extensions["step_pages"].get(f"{name}.{todo.step}")
    return found or (url_for(endpoint, id=int(key)) if endpoint else "")


@bp.get("/desk")
@entry("desk.read")
def home() -> ResponseReturnValue:
    """What waits for me."""
    session, me = db.session(), _me()
    wanted = request.args.get("todo", "")[:40]
    found = queries.todos(session, me, todo=wanted)
    resident = not me.members
    mine = queries.my_needs(session, me.id)
    return page(
        "desk/home.html",
        todos=found,
        todo=wanted,
        hrefs={f"{one.ref}.{one.step}": _link(one) for one in found.rows},
        figures=None if resident else queries.figures(session, me, at=now()),
        needs=mine,
        said=my_words(session, me.id, [one.id for one in mine]) if mine else {},
        ballots=queries.my_ballots(session, me.id, me.area_code, at=now()),
        resident=resident,
        unread=queries.unread(session, me.id),
        no_home=resident and not me.area_code,
    )


@bp.get("/search")
@entry("search.read")
def search() -> ResponseReturnValue:
    """找项目、单位、需求、编号."""
    q = request.args.get("q", "").strip()[:60]
    return page("desk/search.html", q=q, groups=queries.search(db.session(), _me(), q) if q else [])


@bp.get("/inbox")
@entry("inbox.read")
def inbox() -> ResponseReturnValue:
    """消息."""
    found = queries.inbox(db.session(), _me().id, after=request.args.get("after"))
    return page(
        "desk/inbox.html",
        page=web.listing(found),
        unread=queries.unread(db.session(), _me().id),
        hrefs={one.id: href(one.subject) for one in found.rows},
    )


@bp.post("/inbox/<int:id>/read")
@entry("inbox.read")
def read(id: int) -> ResponseReturnValue:
    """Mark one message read, and go to what it is about."""
    message = db.session().get(Message, id, with_for_update=True)
    if message is None or message.person_id != _me().id:
        abort(HTTPStatus.NOT_FOUND)
    actions.mark_read(db.session(), message, at=now())
    return redirect((href(message.subject) if request.form.get("go") else "") or url_for("desk.inbox"))


@bp.post("/inbox/read")
@entry("inbox.read")
def read_all() -> ResponseReturnValue:
    """全部标为已读."""
    actions.mark_all_read(db.session(), _me().id, at=now())
    flash("已全部标为已读。", "ok")
    return redirect(url_for("desk.inbox"))


@bp.get("/jobs/<int:id>")
@entry("job.read")
def job(id: int) -> ResponseReturnValue:
    """How far one's own slow work has come; the page refreshes itself until it is done."""
    found = db.session().get(Job, id)
    if found is None or found.person_id != _me().id:
        abort(HTTPStatus.NOT_FOUND)
    return page(
        "desk/job.html",
        id=found.id,
        state=found.state,
        progress=found.progress,
        total=found.total,
        at=found.at,
        done_at=found.done_at,
        result=_result(found),
    )


def _result(job: Job) -> str:
    """Where the result of a job is: `href` (a path of this site), `ref` (an object) or `attachment_id` (a file)."""
    result = job.result or {}
    if attachment := result.get("attachment_id"):
        return url_for("desk.file", id=int(attachment))
    return local_path(str(result.get("href", ""))) or href(str(result.get("ref", "")))


@bp.get("/files/<int:id>")
@entry("file.read")
def file(id: int) -> ResponseReturnValue:
    """A file of an object, for who may read the object; anybody else is turned away just as from the object's page."""
    attachment = db.session().get(Attachment, id)
    name, _, key = (attachment.subject if attachment else "").partition(":")
    model = scope.model_named(name) if name else None
    try:
        roles = roles_for(f"{name}.read")
    except KeyError:
        roles = frozenset()
    if attachment is None or model is None or not key.isdecimal() or not roles:
        abort(HTTPStatus.NOT_FOUND)
    _, refused = web.admit(roles, model, int(key))
    return web.send_stored(attachment) if refused is None else refused
