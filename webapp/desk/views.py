"""The desk: to-dos first, then figures; search, inbox, jobs, and the files of objects."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, current_app, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.rules import local_path
from webapp.core import scope, uploads, web
from webapp.core.files import Attachment
from webapp.core.jobs import Job
from webapp.core.outbox import Message
from webapp.core.web import db, entry, href, now, page, plain, viewer
from webapp.core.workflow import Refused, refuse
from webapp.desk import actions, queries
from webapp.needs.queries import my_words
from webapp.permissions import roles_for
from webapp.projects.queries.aside import stood_aside

bp = Blueprint("desk", __name__)
SIZE_DIGITS = 16


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
        aside=stood_aside(session, me, now()),
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


@bp.post("/uploads")
@entry("file.send")
def upload() -> ResponseReturnValue:
    """Begin to send a file piece by piece, or go on where the same one was left."""
    name, size, digest = (request.form.get(key, "").strip() for key in ("name", "size", "digest"))
    wanted = int(size) if size.isascii() and size.isdecimal() and len(size) < SIZE_DIGITS else 0
    begun = uploads.begin(db.session(), name, wanted, digest, sound=request.form.get("sound") == "1", by=viewer().ref, at=now())
    return jsonify(plain(uploads.progress(begun)))


@bp.get("/uploads/<token>")
@entry("file.send")
def upload_progress(token: str) -> ResponseReturnValue:
    """How far one's own upload is; of one that is gone (sent with its form, cleared away) that it is gone."""
    found = uploads.of(db.session(), token, by=viewer().ref)
    return jsonify(plain(uploads.progress(found)) if found else {"gone": True})


@bp.post("/uploads/<token>")
@entry("file.send")
def upload_piece(token: str) -> ResponseReturnValue:
    """The next piece. With the last one the file is looked into, before the form is sent and while it can still be replaced."""
    session, me = db.session(), viewer().ref
    found = uploads.of(session, token, by=me, lock=True)
    if found is None:
        raise refuse("file_gone", "这个文件放得太久已经清理，请重新选择。")
    taken = uploads.take(session, found, request.args.get("offset", default=-1, type=int), request.get_data(), at=now())
    return jsonify(plain(uploads.progress(found)) | {"taken": taken})


@bp.post("/uploads/<token>/done")
@entry("file.send")
def upload_done(token: str) -> ResponseReturnValue:
    """Look into what came whole, before its form is sent and while it can still be replaced.

    The looking holds no lock on the database; what cannot be kept is let go, whatever is answered.
    """
    session, me, at = db.session(), viewer().ref, now()
    found = uploads.of(session, token, by=me)
    if found is None or found.received < found.size:
        raise refuse("file_gone", "这个文件没有传完，或者放得太久已经清理，请重新选择。")
    if found.kept is None:
        sent = uploads.sent(found)
        session.rollback()
        try:
            file = uploads.whole(sent)
        except Refused:
            web.set_aside(lambda own: uploads.forget(own, token, by=me, at=at))
            raise
        found = uploads.keep(session, token, file, by=me, at=at)
    return jsonify(plain(uploads.progress(found)))


@bp.post("/uploads/<token>/drop")
@entry("file.send")
def upload_drop(token: str) -> ResponseReturnValue:
    """Remove a file that was sent, while its form was not."""
    uploads.forget(db.session(), token, by=viewer().ref, at=now())
    return jsonify(gone=True)


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
