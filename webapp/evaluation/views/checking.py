"""The evaluator's desk: its commission, the telephone, visits, findings."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.clock import today
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.evaluation import forms as other_forms
from webapp.evaluation.actions import checking as actions
from webapp.evaluation.forms import checking as forms
from webapp.evaluation.models import GROUNDS, KINDS, Evaluation, Observation, SampleCall, SiteCheck
from webapp.evaluation.queries import checking
from webapp.evaluation.rules.checking import QUESTIONS, doubts
from webapp.evaluation.views import bp
from webapp.permissions import MAY, roles_for
from webapp.projects.models import RegisterSample
from webapp.projects.queries import one


def _me() -> Any:
    return viewer()


def _status() -> int:
    return 422 if request.method == "POST" else 200


@bp.get("/commissions")
@entry("commission.list")
def commissions() -> ResponseReturnValue:
    """The commission of the viewer's office: its calls, its projects, what is due and how far the checking has come."""
    session, which = db.session(), request.args.get("which", "")
    which = which if which in checking.WHICH else ""
    found = checking.commission(session, viewer(), which=which, after=request.args.get("after"))
    form = other_forms.Which(formdata=None, which=which)
    form.which.choices = list(checking.WHICH.items())
    return page(
        "evaluation/commissions.html", heading="评估任务", page=web.listing(found, which=which), filter_form=form,
        clear_href=url_for("evaluation.commissions") if which else "", calls=checking.commissions(session, viewer()),
        dues={row.id: web.due(row.due_at) for row in found.rows if row.state not in (None, "confirmed")},
    )  # fmt: skip


def on_sample(sample: RegisterSample) -> web.Part | None:
    """On the page of a draw, for who drew it as evaluator: the way to the telephone."""
    if sample.by_id != viewer().id or not roles_for("sample_call.create") & web.roles_here():
        return None
    return web.Part("evaluation/_sample.html", {"href": url_for("evaluation.calls", id=sample.id)})


@bp.get("/register-samples/<int:id>/calls")
@entry("sample_call.create", RegisterSample)
def calls(sample: RegisterSample) -> ResponseReturnValue:
    """The telephone desk of a draw: whom to call, how each call ended; no number stands here."""
    session = db.session()
    rows = checking.called(session, sample.id)
    evaluation = checking.open_evaluation(session, sample.project_id)
    going = actions.calls_open(session, viewer().id or 0)
    return page(
        "evaluation/calls.html", heading="电话核实", project=one.whose(session, sample.project_id), rows=rows, key=sample.id,
        size=sample.size, found=sample.found, at=sample.at, mine=sample.by_id == viewer().id, evaluation=evaluation,
        going=url_for("evaluation.call_show", id=going) if going is not None else "", questions=[q.title for q in QUESTIONS],
    )  # fmt: skip


@bp.post("/register-samples/<int:id>/calls")
@entry("sample_call.create", RegisterSample)
def call_begin(sample: RegisterSample) -> ResponseReturnValue:
    """开始通话: the number stands on this answer, as long as the call goes on."""
    typed = request.form.get("position", "")
    place = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
    call, phone = actions.begin_call(db.session(), sample, place, by=_me(), at=now())
    return _call(call, forms.call_result()(formdata=None), phone)


@bp.get("/sample-calls/<int:id>")
@entry("sample_call.read", SampleCall)
def call_show(call: SampleCall) -> ResponseReturnValue:
    """A call: going on, with the form of its result and without the number; or over, with its result."""
    return _call(call, forms.call_result()(formdata=None))


@bp.post("/sample-calls/<int:id>/phone")
@entry("sample_call.edit", SampleCall)
def call_phone(call: SampleCall) -> ResponseReturnValue:
    """再看号码 while the call goes on."""
    return _call(call, forms.call_result()(formdata=None), actions.number_again(db.session(), call, by=_me(), at=now()))


@bp.post("/sample-calls/<int:id>/end")
@entry("sample_call.edit", SampleCall)
def call_end(call: SampleCall) -> ResponseReturnValue:
    """结束通话 with its result."""
    form = forms.call_result()()
    if form.validate_on_submit():
        given = form.answers()
        answers = {q.key: given[q.key] for q in QUESTIONS}

        def act() -> bool:
            actions.end_call(db.session(), call, result=given["result"], answers=answers, remark=given["remark"] or "", by=_me(), at=now())
            return True

        if web.tried(form, act):
            flash(f"已登记：{call.result_label}。号码不再显示。", "ok")
            return redirect(url_for("evaluation.calls", id=call.sample_id))
    return _call(call, form)


def _call(call: SampleCall, form: Any, phone: str = "") -> ResponseReturnValue:
    session = db.session()
    rows = {row.position: row for row in checking.called(session, call.sample_id)}
    label = rows[call.position].label if call.position in rows else f"次序 {call.position}"
    mine = call.by_id == viewer().id
    return page(
        "evaluation/call.html", _status() if form.errors else 200, heading=f"电话核实：{label}", project=one.whose(session, call.project_id),
        form=form, phone=phone, going=not call.result, mine=mine, call_id=call.id, times=rows[call.position].times if call.position in rows else 0,
        attempt=call.attempt, result=call.result_label, began_at=call.began_at, ended_at=call.ended_at, remark=call.remark,
        answers=[(q.title, q.choices[call.answers[q.key]]) for q in QUESTIONS if q.key in call.answers], doubts=doubts(call.answers),
        back=Back(url_for("evaluation.calls", id=call.sample_id), "电话核实") if roles_for("sample_call.create") & web.roles_here()
        else Back(url_for("projects.register_sample_show", id=call.sample_id), "服务对象样本"),
    )  # fmt: skip


def section(evaluation: Evaluation) -> dict[str, Any]:
    """核查 on an evaluation's page: the calls in figures, the visits, the findings, and what the viewer may add."""
    session = db.session()
    sites, findings, signs = checking.found_of(session, evaluation.id)
    may = evaluation.state != "confirmed" and bool(web.roles_here() & MAY["evaluation.check"])
    phones = roles_for("sample_call.create") & web.roles_here()
    return {
        "figures": checking.figures(session, evaluation.id), "sites": sites, "findings": findings, "signs": signs, "may": may, "key": evaluation.id,
        "samples": checking.samples_here(session, evaluation.project_id, viewer().id) if may and phones else [],
        "draw": url_for("projects.register_sample_new", id=evaluation.project_id) if may and phones else "",
        "open": bool(web.roles_here() & roles_for("observation.read")),
    }  # fmt: skip


def _to_evaluation(evaluation: Evaluation) -> Back:
    return Back(url_for("evaluation.show", id=evaluation.id), evaluation.title)


@bp.route("/evaluations/<int:id>/site-checks/new", methods=["GET", "POST"])
@entry("evaluation.check", Evaluation)
def site_check_new(evaluation: Evaluation) -> ResponseReturnValue:
    """实地核查."""
    form = forms.SiteCheckForm()
    if request.method == "GET":
        form.held_on.data = today(now())
    if form.validate_on_submit():
        given = form.answers()
        given["photos"] = given["photos"] or ()
        made = web.tried(form, lambda: actions.check_site(db.session(), evaluation, **given, by=_me(), at=now()))
        if made is not None:
            flash("实地核查已登记。", "ok")
            return redirect(url_for("evaluation.site_check_show", id=made.id))
    return page(
        "form.html", _status(), heading="实地核查", form=form, back=_to_evaluation(evaluation), submit="登记实地核查", multipart=True
    )


@bp.get("/site-checks/<int:id>")
@entry("site_check.read", SiteCheck)
def site_check_show(check: SiteCheck) -> ResponseReturnValue:
    """One visit of the evaluator."""
    session = db.session()
    evaluation = session.get_one(Evaluation, check.evaluation_id)
    return page(
        "evaluation/site_check.html", heading=f"实地核查：{check.place}", project=one.whose(session, check.project_id),
        back=_to_evaluation(evaluation), kind=KINDS[evaluation.kind], held_on=check.held_on, place=check.place, checked=check.checked,
        found=check.found, files=one.files_of(session, check.ref), entries=web.timeline(check.ref),
    )  # fmt: skip


@bp.route("/evaluations/<int:id>/observations/new", methods=["GET", "POST"])
@entry("evaluation.check", Evaluation)
def observation_new(evaluation: Evaluation) -> ResponseReturnValue:
    """提出核查问题."""
    form = forms.Observe()
    if form.validate_on_submit():
        made = web.tried(form, lambda: actions.observe(db.session(), evaluation, **form.answers(), by=_me(), at=now()))
        if made is not None:
            flash("已提出，承接单位会收到通知，可以申辩。", "ok")
            return redirect(url_for("evaluation.observation_show", id=made.id))
    return page(
        "form.html", _status(), heading="提出核查问题", form=form, back=_to_evaluation(evaluation), submit="提出核查问题",
        explain="承接单位可以申辩；全部认定以后，评估结果才能确认。",
    )  # fmt: skip


@bp.get("/observations/<int:id>")
@entry("observation.read", Observation)
def observation_show(observation: Observation) -> ResponseReturnValue:
    """One finding: what was found, what the organisation says, what stands."""
    session = db.session()
    evaluation = session.get_one(Evaluation, observation.evaluation_id)
    return page(
        "evaluation/observation.html", heading=observation.title, project=one.whose(session, observation.project_id),
        state=observation.state, state_label=observation.state_label, ground=GROUNDS[observation.ground], text=observation.text,
        answer=observation.answer, reason=observation.reason, back=_to_evaluation(evaluation), files=one.files_of(session, observation.ref),
        stages=web.where(observation), steps=web.can(observation),
        due=web.due(observation.due_at) if observation.state in checking.PENDING else None, entries=web.timeline(observation.ref),
    )  # fmt: skip


def _explain(observation: Observation) -> dict[str, Any]:
    return {"explain": f"{observation.title}：{observation.text}"}


def _heard(observation: Observation) -> dict[str, Any]:
    return {"explain": f"申辩：{observation.answer}" if observation.answer else "承接单位没有申辩。"}


web.steps(
    bp,
    Observation,
    {
        "answer": Verb(forms.AnswerObservation, actions.answer_observation, show=_explain, said="申辩已提交。"),
        "uphold": Verb(forms.DecideObservation, actions.uphold, show=_heard, said="已认定，承接单位会收到结论。"),
        "partly": Verb(forms.DecideObservation, actions.uphold_partly, show=_heard, said="已部分认定，承接单位会收到结论。"),
        "drop": Verb(forms.DecideObservation, actions.drop, show=_heard, said="不认定，承接单位会收到结论。"),
    },
)
