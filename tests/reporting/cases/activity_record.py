from datetime import date, time

from tests import make
from tests.conftest import START
from tests.reporting.cases.project_progress import subject as project
from webapp.projects.models import Activity

ASKER, OUTSIDER = "member", "rival"
WORDS = (
    "活动记录",
    "健康讲座",
    "12 人（名册内 2 人，名册外 10 人）",
    "15 人次",
    "2 人，共 4 小时 30 分",
    "下次提前通知",
    "√内部留存",
    "落地社区（盖章）",
)


def subject(session, cast):
    found = Activity(
        project_id=project(session, cast).id, title="健康讲座", place="桃花坞社区", planned_on=date(2026, 3, 9), held_on=date(2026, 3, 9), starts=time(14),
        ends=time(16), persons=12, unnamed=10, visits=15, workers=2, worker_minutes=270, reflection="下次提前通知。",
    )  # fmt: skip
    return make.at_state(session, found, "held", START)
