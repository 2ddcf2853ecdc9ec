"""The list of projects, the page of one, the street's overview."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.queries import area_names
from webapp.calls.models import Call
from webapp.core import web
from webapp.core.forms import Form
from webapp.core.web import Part, Verb, db, entry, now, page, viewer
from webapp.permissions import roles_for
from webapp.projects import actions, forms
from webapp.projects.models import Project
from webapp.projects.queries import lists, one
from webapp.projects.views import bp
from webapp.projects.views.offers import offers
from webapp.workflows import PROJECT


@bp.get("/projects")
@entry("project.list")
def index() -> ResponseReturnValue:
    """The projects one may see."""
    q, state, call, area, year, only = (request.args.get(name, "").strip() for name in ("q", "state", "call", "area", "year", "only"))
    found = lists.listed(
        db.session(), viewer(), q=q, state=state, area=area, call=int(call) if call.isdecimal() else None,
        year=int(year) if year.isdecimal() else None, only=only, after=request.args.get("after"),
    )  # fmt: skip
    form = forms.Filter(formdata=request.args)
    form.state.choices = [("", "全部"), *PROJECT.states.items()]
    form.call.choices = [("", "全部"), *((str(c.id), c.title) for c in lists.calls_with_projects(db.session(), viewer()))]
    form.area.choices = [("", "全部"), *_communities(area)]
    form.only.choices = [("", "全部"), *lists.ONLY.items()]
    return page(
        "projects/index.html", heading="项目", page=web.listing(found, q=q, state=state, call=call, area=area, year=year, only=only), filter_form=form,
        clear_href=url_for("projects.index") if any((q, state, call, area, year, only)) else "",
        may_templates=bool(roles_for("agreement_template.list") & {tie.role for tie in viewer().ties}),
    )  # fmt: skip


def _communities(chosen: str) -> list[tuple[str, str]]:
    """The viewer's own prefixes as choices, and the one chosen (a community, from the overview)."""
    codes = {tie.value for tie in viewer().ties if tie.relation == "area"} | ({chosen} if chosen.isdecimal() else set())
    names = area_names(db.session(), codes) if codes else {}
    return sorted(names.items())


@bp.get("/projects/<int:id>")
@entry("project.read", Project)
def show(project: Project) -> ResponseReturnValue:
    """One project with its parts."""
    session = db.session()
    steps = [can for can in web.can(project) if not any(one.code == "way" for one in can.blockers)]
    later, parts = one.later(session, project), one.parts(session, project, viewer())
    return page(
        "projects/show.html", project=one.head(project, parts), parts=parts, later=later, more=web.parts(project), stages=web.where(project),
        steps=steps, due=None if project.state in {"archived", "terminated"} else web.due(project.due_at), offers=offers(project),
        entries=web.timeline(project.ref, *(item.ref for item in later)),
    )  # fmt: skip


@bp.get("/projects/overview")
@entry("project.overview")
def overview() -> ResponseReturnValue:
    """督导总览: every community of one's area with its projects, and the projects that need somebody's attention."""
    session = db.session()
    return page(
        "projects/overview.html", heading="督导总览", communities=lists.over_communities(session, viewer(), now()),
        attention=lists.needing_attention(session, viewer(), now()),
    )  # fmt: skip


web.steps(
    bp,
    Project,
    {
        "suspend": Verb(act=actions.suspend, said="项目已暂停，承接单位会收到原因。"),
        "resume": Verb(act=actions.resume, said="项目已恢复。"),
        "resume_passed": Verb(act=actions.resume_passed, said="项目已恢复，中期评估合格仍然有效。"),
    },
)


def _projects_of_the_call(call: Call) -> str:
    return url_for("projects.index", call=call.id)


def _explain_award(call: Call) -> dict[str, Any]:
    return {"explain": f"“{call.title}”公示期满。立项后为名单上的每个项目预留资金、起草项目协议，并通知申报单位。"}


web.steps(
    bp,
    Call,
    {"award": Verb(act=actions.award_call, show=_explain_award, back=_projects_of_the_call, said="已立项，项目协议已起草，等待签署。")},
)


@bp.route("/calls/<int:id>/award-more", methods=["GET", "POST"])
@entry("ranking.edit", Call)
def award_more(call: Call) -> ResponseReturnValue:
    """候补公示期满，立项: those who moved up after the award."""
    if request.method == "POST":
        me: Any = viewer()
        actions.award_reserves(db.session(), call, by=me, at=now())
        flash("递补的项目已立项，项目协议已起草。", "ok")
        return redirect(_projects_of_the_call(call))
    return page(
        "form.html", heading="候补公示期满，立项", form=Form(), submit="确认立项", back=web.back_to(call), **_explain_award(call),
    )  # fmt: skip


def _moved_up(call: Call) -> Part | None:
    """On the call's page: that somebody moved up and waits for the award."""
    found = lists.moved_up(db.session(), call.id) if call.state == "awarded" and roles_for("ranking.edit") & web.roles_here() else []
    return Part("projects/moved_up.html", {"moved": found, "call_id": call.id}) if found else None


PARTS = {"call": (_moved_up,)}
