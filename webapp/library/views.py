"""Pages of the library: open to everyone."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.web import Back, db, entry, page
from webapp.library import queries
from webapp.library.models import PublishedProject

bp = Blueprint("library", __name__)


def _asked(name: str) -> str:
    return request.args.get(name, "").strip()[:60]


@bp.get("/library")
@entry("library.read")
def index() -> ResponseReturnValue:
    """历年项目库: projects as published."""
    year = request.args.get("year", type=int)
    wanted = queries.Wanted(_asked("q"), year if year and 1900 < year < 2200 else None, _asked("city"), _asked("category"))
    found = queries.projects(db.session(), wanted, request.args.get("after"))
    shown = web.listing(found, q=wanted.q, year=wanted.year, city=wanted.city, category=wanted.category)
    return page("library/index.html", page=shown, wanted=wanted, choices=queries.choices(db.session()))


@bp.get("/library/projects/<int:id>")
@entry("library.read", PublishedProject)
def project(published: PublishedProject) -> ResponseReturnValue:
    """One project as published."""
    found = queries.project(db.session(), published.id)
    return page("library/project.html", project=found, back=Back(url_for("library.index"), "历年项目库"))


@bp.get("/library/programmes")
@entry("library.read")
def programmes() -> ResponseReturnValue:
    """Programmes (届) as published."""
    found = queries.programmes(db.session(), _asked("q"), request.args.get("after"))
    return page("library/programmes.html", page=web.listing(found, q=_asked("q")), q=_asked("q"))


@bp.get("/library/counts")
@entry("library.read")
def counts() -> ResponseReturnValue:
    """Counts by category as published."""
    found = queries.counts(db.session(), request.args.get("after"))
    return page("library/counts.html", page=web.listing(found))
