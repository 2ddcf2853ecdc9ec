"""Pages of 疑点: the list, one with its evidence side by side, and what the pages of a project and a spending document say of it."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.web import Part, Verb, db, entry, page, roles_here, viewer
from webapp.doubts import actions, forms, queries
from webapp.doubts.models import Doubt
from webapp.doubts.rules import KINDS, rows_of
from webapp.funding.models import Spending
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.projects.queries import one
from webapp.workflows import DOUBT

bp = Blueprint("doubts", __name__)


@bp.get("/doubts")
@entry("doubt.list")
def index() -> ResponseReturnValue:
    """疑点清单."""
    kind, state, asked = request.args.get("kind", ""), request.args.get("state", ""), request.args.get("project", "")
    kind, state = (kind if kind in KINDS else ""), (state if state in DOUBT.states else "")
    project = int(asked) if asked.isdecimal() and len(asked) < 16 else None
    found = queries.doubts(db.session(), viewer(), kind=kind, state=state, project=project, after=request.args.get("after"))
    return page(
        "doubts/index.html", page=web.listing(found, kind=kind, state=state, project=project), kind=kind, state=state, project=project,
        kinds={key: one.title for key, one in KINDS.items()}, states=DOUBT.states, counts=queries.counts(db.session(), viewer()),
        clear_href=url_for("doubts.index") if kind or state or project else "",
    )  # fmt: skip


@bp.get("/doubts/<int:id>")
@entry("doubt.read", Doubt)
def show(doubt: Doubt) -> ResponseReturnValue:
    """One 疑点, with its rows side by side."""
    session = db.session()
    organisation = not roles_for("doubt.list") & roles_here()
    found = [] if organisation and doubt.other_project_id not in {None, doubt.project_id} else queries.sides(
        session, viewer(), rows_of(doubt.evidence)
    )  # fmt: skip
    return page(
        "doubts/show.html", heading=f"疑点：{doubt.title}", state_label=doubt.state_label, state=doubt.state, about=KINDS[doubt.kind].about,
        said=doubt.evidence.get("said", ""), sides=found, project=one.whose(session, doubt.project_id), organisation=organisation,
        stages=[], due=web.due(doubt.due_at) if doubt.state == "asked" else None, steps=web.can(doubt), entries=web.timeline(doubt.ref),
    )  # fmt: skip


def on_project(project: Project) -> Part | None:
    """How many 疑点 wait, for those who may see them."""
    if not roles_for("doubt.list") & roles_here():
        return None
    many = queries.open_of(db.session(), viewer(), project.id)
    return Part("doubts/_project.html", {"many": many, "project_id": project.id}) if many else None


def on_spending(spending: Spending) -> Part | None:
    """What was noticed about one spending document, for those who may see it."""
    if not roles_for("doubt.list") & roles_here():
        return None
    found = queries.about(db.session(), viewer(), spending.ref)
    return Part("doubts/_about.html", {"doubts": found}) if found else None


web.steps(
    bp,
    Doubt,
    {
        "ask": Verb(act=actions.ask, said="已请单位说明。"),
        "answer": Verb(said="说明已提交，等待核实。"),
        "explain": Verb(said="已记下。"),
        "rectify": Verb(form=forms.Rectify, act=actions.rectify, said="整改要求已发给承接单位。"),
        "refer": Verb(said="已移送。"),
    },
)
PARTS = {"project": (on_project,), "spending": (on_spending,)}
