"""追溯一分钱: type a number, a project or an amount, read where the money came from and what for."""

from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.boards.queries.found import MOST, find
from webapp.boards.queries.penny import penny as trace
from webapp.boards.views.blueprint import bp
from webapp.core.web import Part, db, entry, frame, now, page, timeline, viewer


@bp.get("/trace")
@entry("trace.read")
def search() -> ResponseReturnValue:
    """What was typed names; where it names one thing, straight to its way."""
    q = request.args.get("q", "").strip()[:64]
    found = find(db.session(), viewer(), q)
    if len(found) == 1:
        return redirect(url_for("boards.penny", kind=found[0].kind, id=found[0].id))
    return page("boards/search.html", layout=frame(), heading="追溯一分钱", q=q, hits=found, most=MOST)


@bp.get("/trace/<any(tranche, spending):kind>/<int:id>")
@entry("trace.read")
def penny(kind: str, id: int) -> ResponseReturnValue:
    """The way of one payment or one spending, to the need and back to the neighbours."""
    found = trace(db.session(), viewer(), kind, id)
    if found is None:
        abort(404, "没有这笔资金，或者还没有公开。")
    start: Any = found.spent or found.paid
    printed = start.inside and start.state in {"paid", "accepted"}
    ref = f"{kind}:{id}"
    hands = timeline(ref, notes=False)[::-1] if start.inside else []
    return page("boards/penny.html", layout=frame(), heading="追溯一分钱", way=found, as_of=now(), ref=ref, hands=hands, _printed=printed)


def _way(thing: Any) -> Part:
    """On the page of a payment or of a spending: where its way is told."""
    return Part("boards/way.html", {"href": url_for("boards.penny", kind=thing.REF, id=thing.id)})


PARTS = {"tranche": (_way,), "spending": (_way,)}
