"""Public pages: home, needs and their story, ballots, calls, notices, projects and their money."""

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.clock import today
from webapp.core.web import db, entry, now, page, viewer
from webapp.handling.queries import offer_of_need
from webapp.needs.models import Need
from webapp.needs.queries import one, released_text, said_same
from webapp.portal.queries import coming, lists
from webapp.portal.queries.story import story
from webapp.portal.views import feeds
from webapp.portal.views.base import bp

__all__ = ["PUBLIC", "bp", "feeds"]
PUBLIC = {"need": "portal.need_story", "project": "portal.project"}
"""Which objects the public sees, and on which page."""


@bp.get("/")
@entry("portal.read")
def home() -> ResponseReturnValue:
    """What anyone sees first."""
    session, who = db.session(), _me()
    open_calls = [call for call in lists.calls(session, limit=8) if call.state == "open"]
    return page(
        "portal/home.html", ballots=lists.ballots(session, who.area_code), calls=open_calls,
        notices=[n for n in lists.notices(session, limit=8) if n.state not in {"ended", "replaced"}], needs=lists.needs(session, size=6).rows,
        sums=lists.sums(session), as_of=now(),
    )  # fmt: skip


def _me() -> Any:
    return viewer()


@bp.get("/p/needs")
@entry("portal.read")
def needs() -> ResponseReturnValue:
    """Public needs."""
    q, area = request.args.get("q", "").strip(), request.args.get("area", "").strip()
    found = lists.needs(db.session(), q=q, area=area if area.isdecimal() else "", after=request.args.get("after"))
    return page("portal/needs.html", page=web.listing(found, q=q, area=area), q=q)


@bp.get("/n/<int:id>")
@entry("need.story", Need)
def need_story(need: Need) -> ResponseReturnValue:
    """One sentence, followed to the last fen."""
    session = db.session()
    if not need.public:
        abort(404)
    told = story(session, need)
    return page(
        "portal/story.html",
        need=one(session, need.id),
        text=released_text(session, need.id),
        story=told,
        offer=offer_of_need(session, need.id),
        as_of=now(),
        said_same=said_same(session, need.id, _me().id),
    )


@bp.get("/p/calls")
@entry("portal.read")
def calls() -> ResponseReturnValue:
    """Published calls."""
    return page("portal/calls.html", rows=lists.calls(db.session()))


@bp.get("/p/notices")
@entry("portal.read")
def notices() -> ResponseReturnValue:
    """公示 and 公告."""
    return page("portal/notices.html", rows=lists.notices(db.session()))


@bp.get("/p/projects")
@entry("portal.read")
def projects() -> ResponseReturnValue:
    """Projects and their money."""
    found = lists.projects(db.session(), after=request.args.get("after"))
    return page("portal/projects.html", page=web.listing(found), sums=lists.sums(db.session()), as_of=now())


@bp.get("/p/projects/<int:id>")
@entry("portal.read")
def project(id: int) -> ResponseReturnValue:
    """One project in public."""
    found = lists.project(db.session(), id)
    if found is None:
        abort(404)
    spent = lists.spent(db.session(), id, after=request.args.get("after"))
    return page(
        "portal/project.html", story=found, received=lists.received(db.session(), id), spent=web.listing(spent), as_of=now(),
        coming=coming.coming(db.session(), id, today(now())), pictures=coming.pictures(db.session(), id),
    )  # fmt: skip


@bp.get("/p/projects/<int:id>/coming")
@entry("portal.read")
def project_coming(id: int) -> ResponseReturnValue:
    """月度活动预告 of one project, to be put up on a wall."""
    found = lists.project(db.session(), id)
    if found is None:
        abort(404)
    return page("portal/coming.html", project=found.project, coming=coming.coming(db.session(), id, today(now())))


@bp.get("/p/pictures/<int:id>")
@entry("portal.read")
def picture(id: int) -> ResponseReturnValue:
    """A picture of an activity that its organisation opened; every other file is not there."""
    found = coming.picture(db.session(), id)
    return web.send_stored(found) if found is not None else abort(404)
