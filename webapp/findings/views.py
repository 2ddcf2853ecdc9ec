"""Pages of findings: the list, two things side by side, and what an application's page says of them."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from reports.money import Money
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core import web
from webapp.core.web import Part, Verb, db, entry, page, viewer
from webapp.findings import judging, queries
from webapp.findings.models import Finding
from webapp.findings.rules import ABOUT, FIELDS, KINDS, SEALED, Shared
from webapp.permissions import roles_for
from webapp.reviews.models import Assignment, Panel
from webapp.reviews.queries.experts import is_blind
from webapp.workflows import FINDING

bp = Blueprint("findings", __name__)
AROUND = 24
"""Characters shown before and behind a passage."""


def _me() -> Any:
    return viewer()


@bp.get("/findings")
@entry("finding.list")
def index() -> ResponseReturnValue:
    """比对提示, of one call or of all one runs."""
    asked = request.args.get("call", "")
    call_id = int(asked) if asked.isdecimal() and len(asked) < 16 else None
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    kind, state = (kind if kind in KINDS else ""), (state if state in FINDING.states else "")
    found = queries.listed(db.session(), _me(), call_id=call_id, kind=kind, state=state, after=request.args.get("after"))
    counts = queries.counts(db.session(), _me(), call_id)
    return page(
        "findings/index.html", page=web.listing(found, call=call_id, kind=kind, state=state), call_id=call_id, kind=kind, state=state,
        kinds=KINDS, states=FINDING.states, counts=[(label, counts.get(key, 0)) for key, label in FINDING.states.items()],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """A passage with what stands around it."""

    before: str
    same: str
    behind: str


def _cut(content: dict[str, Any], place: str, start: int, end: int) -> Words:
    text = _at(content, place)
    before = text[max(0, start - AROUND) : start]
    return Words(before, text[start:end], text[end : end + AROUND])


def _at(content: dict[str, Any], place: str) -> str:
    """The answer at a place of a snapshot, `summary.need`."""
    if place == "note":
        return str(content.get("note") or "")
    if place in {"indicators", "budget"}:
        name = "title" if place == "indicators" else "item"
        return "；".join(str(row.get(name) or "") for row in content.get(place) or ())
    found: Any = content.get("sections") or {}
    for key in place.split("."):
        found = found[int(key)] if isinstance(found, list) else (found or {}).get(key)
    return str(found or "")


def _passages(finding: Finding, one: queries.Side, two: queries.Side) -> list[tuple[Words, Words]]:
    """The matching passages; of a side the viewer may not read, only that they match."""
    found = []
    for place, start, end, other, first, last, _ in finding.evidence.get("passages") or ():
        left = _cut(one.content, place, start, end) if one.shown else Words("", "", "")
        right = _cut(two.content, other, first, last) if two.shown else Words("", "", "")
        found.append((left, right))
    return found


def _items(finding: Finding, one: queries.Side, two: queries.Side) -> list[tuple[str, Money, str, Money]]:
    if not (one.shown and two.shown):
        return []
    rows = [[row for row in side.content.get("budget") or () if str(row.get("item") or "").strip()] for side in (one, two)]
    return [
        (rows[0][n]["item"], Money(rows[0][n]["grant_fen"]), rows[1][m]["item"], Money(rows[1][m]["grant_fen"]))
        for n, m in finding.evidence.get("items") or ()
    ]


def _shared(finding: Finding, one: queries.Side, two: queries.Side) -> list[Shared]:
    def said(side: queries.Side, field: str) -> str:
        return "（加密保存，比对相同）" if field in SEALED else str(getattr(side, field)) if side.shown else "（不公开）"

    found = []
    for first, second in finding.evidence.get("fields") or ():
        named = "" if first == second else f"（{FIELDS[second]}）"
        found.append(Shared(first, said(one, first), said(two, second) + named))
    return found


@bp.get("/findings/<int:id>")
@entry("finding.read", Finding)
def show(finding: Finding) -> ResponseReturnValue:
    """Two things side by side, with what matches marked."""
    one, two = queries.sides(db.session(), _me(), finding)
    kept = finding.evidence
    return page(
        "findings/show.html",
        finding={"id": finding.id, "kind": finding.kind, "kind_label": KINDS[finding.kind], "state": finding.state, "state_label": finding.state_label},
        about=ABOUT[finding.kind], sides=[_head(one), _head(two)], title_share=kept.get("title", 0), shares=kept.get("shares", [0, 0]),
        same=kept.get("same", 0), passages=_passages(finding, one, two), items=_items(finding, one, two), overlap=kept.get("overlap"),
        shared=_shared(finding, one, two), stages=[], due=None, steps=web.can(finding), entries=web.timeline(finding.ref),
    )  # fmt: skip


def _head(side: queries.Side) -> dict[str, Any]:
    return {
        "ref": side.ref,
        "shown": side.shown,
        "title": side.title,
        "number": side.number,
        "organisation": side.organisation,
        "call": side.call,
    }


def on_application(application: Application) -> Part | None:
    """What an application looks like, for those of the call who may see findings."""
    if not roles_for("finding.read") & web.roles_here():
        return None
    found = queries.of_application(db.session(), _me(), application)
    return Part("findings/_part.html", {"findings": found, "call_id": application.call_id, "number": application.number}) if found else None


def on_assignment(assignment: Assignment) -> Part | None:
    """What the file that a judge reads is like; while the review is blind by masked titles alone."""
    panel = db.session().get_one(Panel, assignment.panel_id)
    call = db.session().get_one(Call, panel.call_id)
    found = judging.near(db.session(), assignment, blind=is_blind(rules_of(call), web.roles_here(), panel, call))
    return Part("findings/_near.html", {"near": found}) if found else None


web.steps(
    bp,
    Finding,
    {
        "differ": Verb(said="已记下：不相同。"),
        "near": Verb(said="已记下：相近但不同。"),
        "ask": Verb(said="已记下：需说明。请在退回补正或咨询中请申报单位说明。"),
    },
)
PARTS = {"application": (on_application,), "assignment": (on_assignment,)}
