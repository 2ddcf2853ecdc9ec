"""Steps of a project that belong to its evaluation."""

from webapp.core import web
from webapp.core.web import Verb
from webapp.evaluation import actions, forms
from webapp.evaluation.views import bp
from webapp.projects.models import Project

web.steps(
    bp,
    Project,
    {
        "pass": Verb(act=actions.pass_midterm),
        "rectify": Verb(forms.Rectify, actions.rectify, said="已责令整改，承接单位会收到通知。"),
        "close": Verb(act=actions.close, said="已申请结项，末期评估已开始，请提交自评。"),
        "accept": Verb(forms.Accept, actions.accept, said="已验收，回应的需求已办结。"),
        "evaluate": Verb(act=actions.evaluate, said="绩效等级已确认，并记入单位档案。"),
    },
)
