from datetime import date, time

from tests import make
from tests.conftest import START
from tests.reporting.cases.project_progress import subject as project
from webapp.projects.models import Activity

ASKER, OUTSIDER = "worker", "rival"
CHOICE = "2026-05"
WORDS = ("2026年5月活动预告", "2026年5月9日（周六）", "14:00–16:00", "健康讲座", "计划开展活动 1 场")


def subject(session, cast):
    one = project(session, cast)
    planned = {"project_id": one.id, "place": "桃花坞社区"}
    heard = Activity(title="健康讲座", planned_on=date(2026, 5, 9), starts=time(14), ends=time(16), **planned)
    for activity in (heard, Activity(title="内部培训", planned_on=date(2026, 5, 10), previewed=False, **planned)):
        make.at_state(session, activity, "planned", START)
    return one
