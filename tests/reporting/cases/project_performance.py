from tests.reporting.cases.midterm_report import subject as midterm
from webapp.projects.models import Project

ASKER, OUTSIDER = "officer", "lead"
WORDS = (
    "项目绩效评价报告",
    "G2026",
    "综合得分 83.00 分",
    "项目决策情况",
    "项目过程情况",
    "项目产出情况",
    "项目效益情况",
    "台账齐全",
    "拨付进度",
    "项目支出进度",
)


def subject(session, cast):
    return session.get_one(Project, midterm(session, cast).project_id)
