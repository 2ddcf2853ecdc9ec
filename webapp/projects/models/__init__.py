"""A project from award to closing; one file for each kind of work."""

from webapp.core.db import says
from webapp.projects.models.agreements import SEALED, Agreement, Confirmation
from webapp.projects.models.changes import CHANGE_KINDS, Change
from webapp.projects.models.charges import Charge, Task
from webapp.projects.models.delivery import Activity, ActivitySpend, Progress
from webapp.projects.models.project import (
    OF_PROJECT,
    RUNNING,
    BudgetLine,
    Milestone,
    Place,
    Project,
    ProjectPart,
    of_projects,
    parties_of_project,
)
from webapp.projects.models.register import Attendance, Beneficiary, Consent, RegisterDrawn, RegisterSample
from webapp.projects.models.supervision import DEMANDS, VERDICTS, Rectification, Visit
from webapp.projects.models.templates import AgreementTemplate

__all__ = [
    "CHANGE_KINDS",
    "DEMANDS",
    "OF_PROJECT",
    "RUNNING",
    "SEALED",
    "VERDICTS",
    "Activity",
    "ActivitySpend",
    "Agreement",
    "AgreementTemplate",
    "Attendance",
    "Beneficiary",
    "BudgetLine",
    "Change",
    "Charge",
    "Confirmation",
    "Consent",
    "Milestone",
    "Place",
    "Progress",
    "Project",
    "ProjectPart",
    "Rectification",
    "RegisterDrawn",
    "RegisterSample",
    "Task",
    "Visit",
    "of_projects",
    "parties_of_project",
]  # fmt: skip

says(
    {
        "ck_activities_visits_at_least_persons": "人次不能少于人数，请核对。",
        "uq_agreement_templates_one_in_force": "同类的模板已有一版在用，请刷新后再启用。",
        "uq_agreement_templates_one_draft": "同类的模板已有一份草稿，请在草稿上修改。",
        "uq_charges_one_per_project": "这个项目已经有责任书，请在原来的上面修改。",
        "uq_agreements_one_per_change": "这项变更已经有补充协议。",
        "ck_agreements_two_people": "双方签署人不能是同一个人。",
        "uq_progress_reports_one_per_period": "这一期的进展报告已经有了，请在原报告上修改。",
        "ck_budget_lines_moved_within_free": "科目的自行调整与累计幅度不符，请刷新后重试。",
        "ck_budget_lines_claims_within_grant": "这个科目的资助不够已列支和待审核的支出，请刷新后按现在的余额办理。",
        "ck_activities_ends_after_start": "结束时间要晚于开始时间。",
        "ck_activities_no_photos_of_minors": "有未成年人参加的活动，照片只能内部留存。",
        "ck_activities_unnamed_within_persons": "名册之外的人数不能多于参加人数，请核对。",
        "uq_beneficiaries_one_person": "这个人已经在名册里了。",
        "uq_beneficiaries_number": "刚才有同事也在登记，请再提交一次。",
        "ck_beneficiaries_left_after_joined": "离开日期不能早于加入日期。",
        "ck_projects_ends_after_start": "结束日期要晚于开始日期。",
    }
)
