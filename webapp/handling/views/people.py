"""Pages of 三级联动小组 and of telephone samples."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.queries import area_names, places_under
from webapp.core import links, web
from webapp.core.clock import today
from webapp.core.web import Back, db, entry, now, page, viewer
from webapp.handling import actions, forms, queries
from webapp.handling.models import Drawn, Sample, Team
from webapp.handling.views.blueprint import bp


def _me() -> Any:
    return viewer()


def _prefix() -> str:
    """The widest area of one's duties."""
    return min((tie.value for tie in _me().ties if tie.relation == "area"), key=len, default="0")


@bp.get("/teams")
@entry("team.list")
def teams() -> ResponseReturnValue:
    """Who looks after whom; a missing level is told."""
    found = queries.teams(db.session(), _prefix(), day=today(now()))
    return page("handling/teams.html", rows=found, edits="street" in _me().roles)


@bp.get("/teams/mine")
@entry("team.mine")
def team_mine() -> ResponseReturnValue:
    """The three who look after me, my household or my organisation."""
    me = _me()
    firms = [m.organisation_id for m in me.members]
    cadres = queries.team_for(db.session(), person_id=me.id, organisation_ids=firms, area_code=me.area_code or "", day=today(now()))
    return page("handling/team_mine.html", cadres=cadres, known=bool(me.area_code or firms))


@bp.route("/teams/<code>", methods=["GET", "POST"])
@entry("team.edit")
def team_edit(code: str) -> ResponseReturnValue:
    """确定三级联动小组 in one community of one's street."""
    names = area_names(db.session(), [code])
    if code not in names or not any(m.role == "street" and code.startswith(m.area_code) and len(code) > 9 for m in _me().members):
        abort(404)
    form = forms.Team()
    form.organisation_id.choices = [(0, "不是为单位"), *queries.firms_of(db.session(), code)]
    levels = (
        (form.district_id, code[:6], ("bureau", "bureau_head", "bureau_lead", "department")),
        (form.street_id, code[:9], ("street",)),
        (form.community_id, code, ("community", "party_lead", "grid_worker")),
    )
    for field, area, roles in levels:
        field.choices = [(0, "还没有确定"), *queries.officers_of(db.session(), area, roles, day=today(now()))]
    if form.validate_on_submit():
        done = web.tried(form, lambda: actions.set_team(db.session(), area_code=code, **form.answers(), by=_me(), at=now()))
        if done is not None:
            flash("已确定。", "ok")
            return redirect(url_for("handling.teams"))
    if request.method == "GET":
        form.district_id.data, form.street_id.data, form.community_id.data = queries.default_team(db.session(), code)
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading=f"{names[code]}的三级联动小组", form=form,
        back=Back(url_for("handling.teams"), "三级联动小组"), submit="确定",
    )  # fmt: skip


@bp.route("/teams/<int:id>/end", methods=["GET", "POST"])
@entry("team.end", Team)
def team_end(team: Team) -> ResponseReturnValue:
    """结束三级联动小组 of one person or firm."""
    form = forms.EndTeam()
    if form.validate_on_submit():
        actions.end_team(db.session(), team, **form.answers(), by=_me(), at=now())
        flash("已结束，由本社区的小组负责。", "ok")
        return redirect(url_for("handling.teams"))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading=f"结束{queries.team_subject(db.session(), team)}的三级联动小组", form=form,
        back=Back(url_for("handling.teams"), "三级联动小组"), submit="结束",
    )  # fmt: skip


@bp.get("/samples")
@entry("sample.list")
def samples() -> ResponseReturnValue:
    """The telephone samples of one's areas."""
    return page("handling/samples.html", rows=queries.samples(db.session(), _me()), may_draw=links.may("sample.create"))


@bp.route("/samples/new", methods=["GET", "POST"])
@entry("sample.create")
def sample_new() -> ResponseReturnValue:
    """抽取样本."""
    form, prefix = forms.NewSample(), _prefix()
    known = [(code, name) for code, name in area_names(db.session(), [prefix]).items()]
    deeper = places_under(db.session(), prefix, 9 if len(prefix) <= 6 else 12)
    form.area_code.choices = known + [(p.code, p.name) for p in deeper if p.code != prefix]
    if form.validate_on_submit():
        made = web.tried(form, lambda: actions.draw_sample(db.session(), **form.answers(), by=_me(), at=now()))
        if made is not None:
            flash(f"从 {made.found} 件里抽出 {made.size} 件。", "ok")
            return redirect(url_for("handling.sample_show", id=made.id))
    if request.method == "GET":
        form.since.data, form.until.data = today(now()) - timedelta(days=90), today(now())
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="抽取电话回访样本", form=form,
        back=Back(url_for("handling.samples"), "电话回访"), submit="抽取",
    )  # fmt: skip


@bp.get("/samples/<int:id>")
@entry("sample.read", Sample)
def sample_show(sample: Sample) -> ResponseReturnValue:
    """One sample, its seed, and what was heard."""
    return page(
        "handling/sample.html", sample=queries.sample_of(db.session(), sample.id), rows=queries.drawn_of(db.session(), sample.id),
        may_call=bool({"street", "bureau", "bureau_head"} & web.roles_here()),
    )  # fmt: skip


@bp.route("/samples/call/<int:id>", methods=["GET", "POST"])
@entry("sample.call", Drawn)
def sample_call(drawn: Drawn) -> ResponseReturnValue:
    """Write down one call."""
    form = forms.Call()
    if form.validate_on_submit():
        done = web.tried(form, lambda: actions.record_call(db.session(), drawn, **form.answers(), by=_me(), at=now()))
        if done is not None:
            flash("已记下。", "ok")
            return redirect(url_for("handling.sample_show", id=drawn.sample_id))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="电话回访", form=form,
        back=Back(url_for("handling.sample_show", id=drawn.sample_id), "样本"), submit="记下",
    )  # fmt: skip
