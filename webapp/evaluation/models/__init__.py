"""评价绩效: the mid-term and the final, each judged by its parties, and the survey among those served; one file for each object."""

from webapp.core.db import says
from webapp.evaluation.models.acceptance import SIDES, AcceptanceSign
from webapp.evaluation.models.checking import GROUNDS, RESULTS, Observation, SampleCall, SiteCheck
from webapp.evaluation.models.evaluation import GRADES, KINDS, Evaluation
from webapp.evaluation.models.performance import DECISIONS, FundPerformance
from webapp.evaluation.models.surveys import Survey, SurveyAnswer, SurveySlip, SurveyStar

__all__ = [
    "DECISIONS",
    "GRADES",
    "GROUNDS",
    "KINDS",
    "RESULTS",
    "SIDES",
    "AcceptanceSign",
    "Evaluation",
    "FundPerformance",
    "Observation",
    "SampleCall",
    "SiteCheck",
    "Survey",
    "SurveyAnswer",
    "SurveySlip",
    "SurveyStar",
]

says(
    {
        "uq_evaluations_one_of_a_kind": "这个项目已经开始了这项评估。",
        "uq_surveys_one_per_project": "这个项目已经有满意度问卷，可以在原问卷上加印问卷码。",
        "ck_surveys_no_more_than_printed": "收回、拒答和没有发出的份数合计不能多于印制的份数，请核对。",
        "uq_acceptance_signs_one_of_a_side": "这个单位已经签署。",
        "uq_fund_performances_one_per_year": "这项资金的这个年度已经编制了绩效目标，请在原表上修改。",
        "uq_sample_calls_one_at_a_time": "您还有一通电话没有登记结果，请先登记，再拨下一个。",
        "uq_sample_calls_attempt": "刚才有人也在拨这个号码，请刷新后重试。",
        "ck_observations_decided_with_reason": "请写明认定的理由。",
        "ck_survey_stars_one_to_five": "每题请选一到五分。",
    }
)
