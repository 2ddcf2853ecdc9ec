"""Pages of surveys: opening one, its figures, its slips to print, and the way in by a code, without an account."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from reports.html import qr
from webapp.ballots.slips import DIGITS, plain, spaced
from webapp.calls.rules.words import TOO_FEW
from webapp.core import limits, settings, web
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.core.workflow import Refused, refuse
from webapp.evaluation import forms
from webapp.evaluation.actions import surveys as actions
from webapp.evaluation.models import Survey
from webapp.evaluation.queries import plan_of, surveys
from webapp.evaluation.rules.survey import OPEN_TO
from webapp.evaluation.views import bp
from webapp.permissions import MAY
from webapp.projects.models import Project
from webapp.projects.queries import one
from webapp.projects.views.offers import offer
from webapp.scoring.rules import items

HOUR = 3600
ENOUGH = 5
"""Answers from which on what they say is shown while the survey runs: fewer might tell who said it."""


def _status() -> int:
    return 422 if request.method == "POST" else 200


@bp.route("/projects/<int:id>/survey", methods=["GET", "POST"])
@entry("survey.create", Project)
@offer("开始满意度问卷", OPEN_TO)
def survey_new(project: Project) -> ResponseReturnValue:
    """开始满意度问卷: how many slips, for which activity, until when."""
    kept = surveys.survey_of(db.session(), project.id)
    if kept is not None and request.method == "GET":
        to = Back(url_for("evaluation.survey_show", id=kept.id), kept.title)
        return page("evaluation/survey_exists.html", heading="满意度问卷", back=to, state_label=kept.state_label)
    form = _slips_form(forms.OpenSurvey, project.id)
    if form.validate_on_submit():
        made = web.tried(form, lambda: actions.open_survey(db.session(), project, **form.answers(), by=viewer(), at=now()))
        if made is not None:
            flash("满意度问卷已开始，请打印问卷码。", "ok")
            return redirect(url_for("evaluation.survey_show", id=made.id))
    back = Back(url_for("projects.show", id=project.id), project.title)
    return page("evaluation/survey_new.html", _status(), heading="开始满意度问卷", form=form, back=back, submit="开始满意度问卷")


def _slips_form(kind: type[Any], project_id: int) -> Any:
    form = kind()
    form.activity_id.choices = [("", "不指定活动"), *((str(key), words) for key, words in surveys.activities_of(db.session(), project_id))]
    return form


@bp.get("/surveys/<int:id>")
@entry("survey.read", Survey)
def survey_show(survey: Survey) -> ResponseReturnValue:
    """The figures of a survey: handed out, answered, refused, and each question with its n; what residents wrote for a few alone."""
    session = db.session()
    manages = bool(web.roles_here() & MAY["survey.manage"])
    plan = plan_of(session, session.get_one(Project, survey.project_id))
    shown = survey.state == "closed" or survey.answered >= ENOUGH
    return page(
        "evaluation/survey.html", heading=survey.title, state_label=survey.state_label, project=one.whose(session, survey.project_id),
        survey=_figures(survey), questions=surveys.questions(survey, surveys.sums(session, survey.id)) if shown else [],
        batches=surveys.batches(session, survey.id) if manages and survey.state == "open" else [], manages=manages,
        voices=surveys.voices(session, survey.id) if manages and survey.state == "closed" else [], short=TOO_FEW[plan.too_few],
        stages=web.where(survey), steps=web.can(survey), due=web.due(survey.due_at) if survey.state == "open" else None,
        entries=web.timeline(survey.ref),
    )  # fmt: skip


def _figures(survey: Survey) -> dict[str, Any]:
    names = ("id", "state", "least", "closes_on", "printed", "issued", "answered", "satisfied", "refusals", "score", "counts")
    return {name: getattr(survey, name) for name in names} | {"silent": survey.issued - survey.answered - survey.refusals}


@bp.route("/surveys/<int:id>/more", methods=["GET", "POST"])
@entry("survey.manage", Survey)
def survey_more(survey: Survey) -> ResponseReturnValue:
    """加印问卷码, for another activity."""
    form = _slips_form(forms.NewSlips, survey.project_id)
    if form.validate_on_submit():

        def act() -> bool:
            actions.more(db.session(), survey, **form.answers(), by=viewer(), at=now())
            return True

        if web.tried(form, act):
            flash("已加印，请打印问卷码。", "ok")
            return redirect(url_for("evaluation.survey_show", id=survey.id))
    return page("form.html", _status(), heading="加印问卷码", form=form, back=web.back_to(survey), submit="加印")


@bp.route("/surveys/<int:id>/refused", methods=["GET", "POST"])
@entry("survey.manage", Survey)
def survey_refused(survey: Survey) -> ResponseReturnValue:
    """登记拒答, by the number of the slip."""
    form = forms.RefusedSlip()
    return _told(survey, form, "登记拒答", lambda: actions.refuse_for(db.session(), survey, **form.answers(), by=viewer(), at=now()))


@bp.route("/surveys/<int:id>/issued", methods=["GET", "POST"])
@entry("survey.manage", Survey)
def survey_issued(survey: Survey) -> ResponseReturnValue:
    """登记发放情况, also after the survey closed by itself."""
    form = forms.CloseSurvey(unissued=survey.unissued, told_refused=survey.told_refused)
    return _told(survey, form, "登记发放情况", lambda: actions.tell_issued(db.session(), survey, **form.answers(), by=viewer(), at=now()))


def _told(survey: Survey, form: Any, heading: str, act: Callable[[], None]) -> ResponseReturnValue:
    def told() -> bool:
        act()
        return True

    if web.submitted(form, told):
        flash("已登记。", "ok")
        return redirect(url_for("evaluation.survey_show", id=survey.id))
    return page("form.html", _status(), heading=heading, form=form, back=web.back_to(survey), submit="登记")


@bp.post("/surveys/<int:id>/slips")
@entry("survey.manage", Survey)
def survey_slips(survey: Survey) -> ResponseReturnValue:
    """打印问卷码: the slips between two numbers with their codes, on this page alone; the journal says who had them."""
    first, last = (request.form.get(name, type=int) or 0 for name in ("first", "last"))
    found = actions.codes(db.session(), survey, first, last, by=viewer(), at=now())
    address = url_for("evaluation.survey_code", _external=True)
    return page(
        "evaluation/survey_slips.html", heading="问卷码", back=web.back_to(survey), title=survey.title, closes_on=survey.closes_on,
        address=address,
        slips=[{"number": n, "code": spaced(code), "qr": Markup(qr(f"{address}?code={code}")), "whose": whose} for n, code, whose in found],
    )  # fmt: skip


@bp.route("/survey", methods=["GET", "POST"])
@entry("survey.answer")
def survey_code() -> ResponseReturnValue:
    """满意度问卷 by the code of a slip, without an account: first the code, then the questions, then thanks."""
    form = forms.SurveyCode()
    if request.method == "GET":
        form.code.data = plain(request.args.get("code", ""))[:DIGITS]
        return page("evaluation/survey_code.html", heading="服务对象满意度问卷", form=form, submit="下一步")
    if not form.validate_on_submit():
        return page("evaluation/survey_code.html", 422, heading="服务对象满意度问卷", form=form, submit="下一步")
    code = plain(form.code.data or "")[:DIGITS]
    try:
        _not_guessing()
        survey = actions.enter(db.session(), code, now())
        return _paper(survey, code)
    except Refused as refused:
        if refused.refusals[0].place != "code":
            raise
        db.session.rollback()
        form.code.errors = [refused.refusals[0].sentence]
        if refused.refusals[0].code == "code_unknown":
            _keep_wrong()
        return page("evaluation/survey_code.html", 422, heading="服务对象满意度问卷", form=form, submit="下一步")


def _paper(survey: Survey, code: str) -> ResponseReturnValue:
    """The questions; sent, the answer; or 不想参加."""
    do = request.form.get("do", "")
    if do == "decline":
        actions.decline(db.session(), code, at=now())
        return page("evaluation/survey_thanks.html", heading="已记下您不参加", answered=False)
    made = forms.with_stars(items(survey.tree))
    if do == "answer":
        form = made()
        if form.validate_on_submit():
            answers = form.answers()
            stars = {item.key: int(answers[f"stars_{item.key}"]) for item in items(survey.tree)}
            actions.answer(db.session(), code, stars=stars, voice=answers["voice"] or "", at=now())
            return page("evaluation/survey_thanks.html", heading="谢谢您的评价", answered=True)
        return page("evaluation/survey_paper.html", 422, heading=survey.title, form=form, code=code)
    return page("evaluation/survey_paper.html", heading=survey.title, form=made(formdata=None), code=code)


def _address() -> str:
    return f"survey:{request.remote_addr or ''}"


def _keep_wrong() -> None:
    """A wrong code is counted although the request is refused."""
    address, at = _address(), now()

    def write(own: Session) -> None:
        limits.hit(own, address, seconds=HOUR, at=at)

    web.set_aside(write)


def _not_guessing() -> None:
    if limits.count(db.session(), _address(), seconds=HOUR, at=now()) >= int(settings.value(db.session(), "slip.wrong_per_hour", at=now())):
        raise refuse("busy", "这里输错的次数太多，请一小时后再试，或请工作人员帮忙。", "code")


web.steps(bp, Survey, {"close": Verb(forms.CloseSurvey, actions.close_survey, said="问卷已截止，结果已统计。")})
