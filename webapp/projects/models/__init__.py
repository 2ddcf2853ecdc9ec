"""A project from award to closing; one file for each kind of work."""

from webapp.core.db import says
from webapp.projects.models.agreements import Agreement, Confirmation
from webapp.projects.models.changes import CHANGE_KINDS, Change
from webapp.projects.models.delivery import Activity, Progress
from webapp.projects.models.project import OF_PROJECT, RUNNING, BudgetLine, Milestone, Place, Project, ProjectPart, parties_of_project
from webapp.projects.models.supervision import VERDICTS, Rectification, Visit

__all__ = [
    "CHANGE_KINDS",
    "OF_PROJECT",
    "RUNNING",
    "VERDICTS",
    "Activity",
    "Agreement",
    "BudgetLine",
    "Change",
    "Confirmation",
    "Milestone",
    "Place",
    "Progress",
    "Project",
    "ProjectPart",
    "Rectification",
    "Visit",
    "parties_of_project",
]  # fmt: skip

says(
    {
        "ck_activities_visits_at_least_persons": "人次不能少于人数，请核对。",
        "ck_agreements_two_people": "双方签署人不能是同一个人。",
        "uq_progress_reports_one_per_period": "这一期的进展报告已经有了，请在原报告上修改。",
        "ck_budget_lines_moved_within_free": "科目的自行调整与累计幅度不符，请刷新后重试。",
        "ck_projects_ends_after_start": "结束日期要晚于开始日期。",
    }
)
