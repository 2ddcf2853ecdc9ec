from tests import make
from tests.conftest import START
from tests.reporting.cases.project_progress import subject as project
from webapp.projects.models import Milestone, Progress

ASKER, OUTSIDER = "lead", "rival"
WORDS = ("结项报告", "全年上门 48 次", "人手不足", "交给社区接着做", "上门陪伴", "没有变更", "项目负责人签字")


def subject(session, cast):
    one = project(session, cast)
    one.state = "closing"
    session.add(Milestone(project_id=one.id, title="上门陪伴", unit="次", target=48, done=48, due_on=one.ends_on))
    told = Progress(
        project_id=one.id,
        period="final",
        title="末期进展报告",
        done="全年上门 48 次",
        problems="人手不足",
        next_steps="交给社区接着做",
        figures={},
    )
    make.at_state(session, told, "submitted", START)
    return one
