"""An evaluation: its page, its steps."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports import format as printed
from reports.money import Money
from webapp.calls.queries import rules_of
from webapp.calls.rules import consequence_said, is_late, leaves
from webapp.core import web
from webapp.core.forms import Form
from webapp.core.web import Back, Can, Verb, db, entry, now, page, viewer
from webapp.core.workflow import refusals
from webapp.evaluation import actions, forms, queries
from webapp.evaluation.models import KINDS, Evaluation
from webapp.evaluation.queries import indicators, result, standing
from webapp.evaluation.rules import band, follows
from webapp.evaluation.views import acceptance, bp, checking
from webapp.evaluation.views import indicators as boxes
from webapp.projects.models import Project
from webapp.projects.queries import one
from webapp.projects.queries.acting import call_of
from webapp.projects.views.offers import offer
from webapp.scoring import queries as scoring
from webapp.workflows import EVALUATION

SELF_ASKS = frozenset({"text", "self_score", "actuals"})
JUDGE_ASKS = frozenset({"points", "opinion"})
"""What the steps' own forms ask for; it does not hold up opening them."""


def _me() -> Any:
    return viewer()


def _status() -> int:
    return 422 if request.method == "POST" else 200


@bp.route("/projects/<int:id>/evaluations/midterm", methods=["GET", "POST"])
@entry("evaluation.create", Project)
@offer("开始中期评估", actions.OPEN_TO["midterm"])
def midterm_new(project: Project) -> ResponseReturnValue:
    """开始中期评估."""
    return _new(project, "midterm")


@bp.route("/projects/<int:id>/evaluations/final", methods=["GET", "POST"])
@entry("evaluation.create", Project)
def final_new(project: Project) -> ResponseReturnValue:
    """开始末期评估, where 申请结项 did not open it."""
    return _new(project, "final")


def _new(project: Project, kind: str) -> ResponseReturnValue:
    form = Form()
    if form.validate_on_submit():
        made = actions.create(db.session(), project, kind, by=_me(), at=now())
        flash(f"{KINDS[kind]}已开始，承接单位会收到提交自评的通知。", "ok")
        return redirect(url_for("evaluation.show", id=made.id))
    back = Back(url_for("projects.show", id=project.id), project.title)
    return page("evaluation/new.html", _status(), heading=f"开始{KINDS[kind]}", form=form, back=back, submit=f"开始{KINDS[kind]}")


@bp.get("/evaluations/<int:id>")
@entry("evaluation.read", Evaluation)
def show(evaluation: Evaluation) -> ResponseReturnValue:
    """One evaluation: what each party gave, indicators, 决算, opinions."""
    session = db.session()
    steps = web.can(evaluation)
    project = session.get_one(Project, evaluation.project_id)
    plan = queries.plan_of(session, project)
    stand = standing.table(session, evaluation, plan)
    grassroots = {m.area_code for m in _me().members if m.role in {"community", "party_lead"}} if evaluation.state != "confirmed" else set()
    assessing = bool(grassroots) and bool(grassroots & stand.codes)
    checked = checking.section(evaluation)
    return page(
        "evaluation/show.html",
        heading=evaluation.title,
        kind=KINDS[evaluation.kind],
        state_label=evaluation.state_label,
        project=stand.project,
        standing=stand,
        survey=stand.survey.ref if stand.survey else "",
        total=evaluation.total,
        so_far=stand.total,
        formula=stand.formula,
        key=evaluation.id,
        by_tree=evaluation.state != "opened" and indicators.self_tree(plan, evaluation) is not None,
        grade=evaluation.grade,
        follows=next((consequence_said(one) for one in plan.consequences if one.grade == evaluation.grade), ""),
        pass_line=plan.pass_line,
        self_text=evaluation.self_text,
        opinion=evaluation.opinion,
        late=evaluation.late_papers,
        excuse=evaluation.excuse,
        accepting=acceptance.section(evaluation, checked["signs"]),
        indicators=evaluation.figures.get("indicators", []),
        budget=_settled(evaluation.figures.get("budget", [])),
        checking=checked,
        ballot=f"ballot:{evaluation.ballot_id}" if evaluation.ballot_id else "",
        assess_href=url_for("evaluation.community", id=evaluation.id) if assessing else "",
        files=one.files_of(session, evaluation.ref),
        stages=web.where(evaluation),
        steps=steps,
        due=web.due(evaluation.due_at) if evaluation.state != "confirmed" else None,
        entries=web.timeline(evaluation.ref),
    )


def _settled(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """决算 lines with their amounts as money."""
    return [
        {
            "title": b["title"],
            "grant": Money(b["grant_fen"]),
            "spent": Money(b["spent_fen"]),
            "left": Money(b["grant_fen"] - b["spent_fen"]),
        }
        for b in lines
    ]


def _step(evaluation: Evaluation, name: str, asks: frozenset[str]) -> Can:
    """A step with a form of its own, as its page shows it; what the form asks for does not hold it up."""
    row = EVALUATION.step(name)
    blockers = refusals(db.session(), evaluation, name, by=viewer(), at=now()) if request.method in web.SAFE else []
    open_ones = tuple(b for b in blockers if b.place not in asks)
    return Can(name, row.label, request.path, row.kind, row.confirm, row.note, True, open_ones)


def _back(evaluation: Evaluation) -> Back:
    return Back(url_for("evaluation.show", id=evaluation.id), evaluation.title)


@bp.route("/evaluation/<int:id>/self-assess", methods=["GET", "POST"])
@entry("evaluation.self_assess", Evaluation)
def self_assess(evaluation: Evaluation) -> ResponseReturnValue:
    """自评: on the call's indicators where it has them, otherwise a text, one figure, and what each indicator reached."""
    project = db.session().get_one(Project, evaluation.project_id)
    tree = indicators.self_tree(queries.plan_of(db.session(), project), evaluation)
    return _self_by_figure(evaluation, project) if tree is None else _self_by_tree(evaluation, project, tree)


def _in_time(evaluation: Evaluation, project: Project) -> str:
    """What a late 自评 brings, where the call says so."""
    if evaluation.due_at is None or not rules_of(call_of(db.session(), project.call_id)).breach.late_fails:
        return ""
    if is_late(evaluation.due_at, now()):
        return f"提交期限是 {printed.until(evaluation.due_at)}，已经过了。公告规定无故迟交的视为不合格；有正当理由的，请在自评说明中写明。"
    return f"请在 {printed.until(evaluation.due_at)} 前提交。公告规定无故迟交的视为不合格。"


def _self_by_tree(evaluation: Evaluation, project: Project, tree: Any) -> ResponseReturnValue:
    whole = indicators.filling(db.session(), project, tree)
    made, layout = boxes.form_of(forms.SelfAssessByTree, whole, indicators.proofs(db.session(), project.id))
    form = made()
    if form.is_submitted():
        answers = form.answers()
        given = boxes.given(whole.tree, answers)

        def act() -> None:
            actions.self_assess(
                db.session(), evaluation, text=answers["text"], given=given, papers=answers["papers"] or (), by=_me(), at=now()
            )

        if boxes.tried(form, "text", act):
            flash("自评已提交。", "ok")
            return redirect(url_for("evaluation.show", id=evaluation.id))
    return page(
        "evaluation/step.html", _status(), step=_step(evaluation, "self_assess", SELF_ASKS), form=form, back=_back(evaluation),
        lines=_lines(project), groups=layout, multipart=True, explain=_in_time(evaluation, project),
    )  # fmt: skip


def _self_by_figure(evaluation: Evaluation, project: Project) -> ResponseReturnValue:
    found = queries.figures(db.session(), project, final=False)["indicators"]
    form = forms.with_actuals(found)()
    if form.is_submitted():
        answers = form.answers()
        given = {
            "text": answers["text"], "self_score": answers["self_score"], "actuals": {one["id"]: answers[f"actual_{one['id']}"] for one in found},
        }  # fmt: skip

        def act() -> bool:
            actions.self_assess(db.session(), evaluation, **given, by=_me(), at=now())
            return True

        if web.submitted(form, act):
            flash("自评已提交。", "ok")
            return redirect(url_for("evaluation.show", id=evaluation.id))
    return page(
        "evaluation/step.html", _status(), step=_step(evaluation, "self_assess", SELF_ASKS), form=form, back=_back(evaluation),
        lines=_lines(project) if evaluation.kind == "final" else [], explain=_in_time(evaluation, project),
    )  # fmt: skip


self_assess.asks = SELF_ASKS  # type: ignore[attr-defined]


def _lines(project: Project) -> list[dict[str, Any]]:
    found = queries.figures(db.session(), project, final=True)
    return _settled(found["budget"])


@bp.route("/evaluation/<int:id>/judge", methods=["GET", "POST"])
@entry("evaluation.judge", Evaluation)
def judge(evaluation: Evaluation) -> ResponseReturnValue:
    """What the evaluator gives on the call's tree, 自评 beside it, and the opinion."""
    session = db.session()
    project = session.get_one(Project, evaluation.project_id)
    whole = indicators.filling_of_judge(session, evaluation, project, queries.plan_of(session, project), viewer().ref)
    cards = indicators.cards_of(session, evaluation, (indicators.SELF,))
    made, layout = boxes.form_of(forms.Judge, whole, None, cards[0].marks if cards else None)
    form = made()
    if request.method == "GET":
        boxes.prefill(form, scoring.marks_by(session, evaluation.kind, evaluation.ref, viewer().ref))
        form["opinion"].data = evaluation.opinion
    if form.is_submitted():
        answers = form.answers()
        given = boxes.given(whole.tree, answers)

        def act() -> None:
            actions.judge(
                db.session(), evaluation, given=given, opinion=answers["opinion"], papers=answers["papers"] or (), by=_me(), at=now()
            )

        if boxes.tried(form, "opinion", act):
            flash("评估已提交，等待主办单位确认。", "ok")
            return redirect(url_for("evaluation.show", id=evaluation.id))
    return page(
        "evaluation/step.html", _status(), step=_step(evaluation, "judge", JUDGE_ASKS), form=form, back=_back(evaluation), lines=[],
        groups=layout, multipart=True,
    )  # fmt: skip


judge.asks = JUDGE_ASKS  # type: ignore[attr-defined]


@bp.route("/evaluations/<int:id>/community", methods=["GET", "POST"])
@entry("evaluation.community", Evaluation)
def community(evaluation: Evaluation) -> ResponseReturnValue:
    """考核验收协同评估 of a landing community."""
    items = leaves(queries.community_tree(db.session(), db.session().get_one(Project, evaluation.project_id)))
    form = forms.with_points(forms.Community, items)()
    if form.is_submitted():
        answers = form.answers()
        points = {item["key"]: answers[f"points_{item['key']}"] for item in items}

        def act() -> bool:
            actions.assess_by_community(db.session(), evaluation, points=points, comment=answers["comment"], by=_me(), at=now())
            return True

        if web.submitted(form, act):
            flash("协同评估已提交。", "ok")
            return redirect(url_for("evaluation.show", id=evaluation.id))
    return page("form.html", _status(), heading="考核验收协同评估", form=form, back=_back(evaluation), submit="提交协同评估")


def _see(form: Any, evaluation: Evaluation) -> None:
    found = result.of(db.session(), evaluation, at=now())
    if not found.late:
        del form.excuse
    if request.method == "GET":
        form.seen.data = str(found.total)


def _confirming(evaluation: Evaluation) -> dict[str, Any]:
    """What confirming brings: each party's points, the total, its band, and what follows."""
    session = db.session()
    project = session.get_one(Project, evaluation.project_id)
    plan, found = queries.plan_of(session, project), result.of(session, evaluation, at=now())
    known = found.total is not None
    total = found.total or 0
    return {
        "result": found, "project": found.table.project, "pass_line": plan.pass_line, "standing": found.table, "total": found.total,
        "so_far": None, "formula": found.table.formula, "grade": found.grade, "late": (), "excuse": "",
        "band": band(plan, evaluation.kind, total, found.grade, found.failed) if known else "",
        "follows": follows(plan, evaluation.kind, total, found.grade, found.failed) if known else [],
    }  # fmt: skip


def _confirm(session: Any, evaluation: Evaluation, *, seen: str | None, by: Any, at: Any, excuse: str | None = None) -> None:
    actions.confirm(session, evaluation, seen=int(seen) if seen and seen.isdecimal() else -1, excuse=excuse or "", by=by, at=at)


web.steps(
    bp,
    Evaluation,
    {
        "confirm": Verb(forms.Confirm, _confirm, "evaluation/confirm.html", "评估结果已确认。", prepare=_see, show=_confirming),
        "return": Verb(act=actions.send_back, said="已退回重评。"),
    },
)
