from datetime import date

from tests import make
from tests.conftest import START
from tests.reporting.cases.project_progress import subject as project
from webapp.projects.models import Rectification, Visit

ASKER, OUTSIDER = "worker", "rival"
WORDS = ("督导记录", "桃花坞社区居委会", "签到表不全", "√需要整改", "五日内补齐签到表", "督导人签字")


def subject(session, cast):
    one = project(session, cast)
    found = Visit(
        project_id=one.id, title="三月督导", held_on=date(2026, 3, 9), area_code=one.area_code, organisation_id=cast.taohuawu, by_id=cast.worker.id,
        found="签到表不全", verdict="rectify", at=START,
    )  # fmt: skip
    session.add(found)
    session.flush()
    demand = Rectification(project_id=one.id, visit_id=found.id, title="补签到表", text="五日内补齐签到表")
    make.at_state(session, demand, "ordered", START)
    return found
