"""Steps of a project that belong to its evaluation."""

from typing import Any

from webapp.calls.rules import consequence_said
from webapp.core import web
from webapp.core.web import Verb
from webapp.evaluation import actions, forms, queries
from webapp.evaluation.queries import acceptance
from webapp.evaluation.views import bp
from webapp.projects.models import Project
from webapp.scoring.rules import said


def _prefill(form: Any, project: Project) -> None:
    """What was signed stands in the form of 验收."""
    final = queries.of_project(web.db.session(), project.id, "final")
    if final is None or not final.acceptance or form.opinion.data:
        return
    form.opinion.data = final.acceptance.get("opinion", "")
    form.members.data = "\n".join(f"{one.organisation} {one.person}" for one in acceptance.signs(web.db.session(), final.id))


def _grade(project: Project) -> dict[str, Any]:
    """The final's total and grade, and what the grade brings."""
    session = web.db.session()
    final = queries.of_project(session, project.id, "final")
    if final is None or final.total is None:
        return {}
    found = next((consequence_said(one) for one in queries.plan_of(session, project).consequences if one.grade == final.grade), "")
    return {"explain": f"末期评估总分 {said(final.total)}，绩效等级为{final.grade}。后果：{found or '公告没有规定。'}"}


web.steps(
    bp,
    Project,
    {
        "pass": Verb(act=actions.pass_midterm),
        "rectify": Verb(forms.Rectify, actions.rectify, said="已责令整改，承接单位会收到通知。"),
        "close": Verb(act=actions.close, said="已申请结项，末期评估已开始，请提交自评。"),
        "accept": Verb(forms.Accept, actions.accept, prepare=_prefill, said="已验收，回应的需求已办结。"),
        "evaluate": Verb(act=actions.evaluate, show=_grade, said="绩效等级已确认，并记入单位档案。"),
    },
)
