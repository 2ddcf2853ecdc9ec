from tests import make
from tests.conftest import START
from tests.reporting.cases.project_progress import subject as project
from webapp.projects.models import Charge

ASKER, OUTSIDER = "lead", "rival"
WORDS = ("项目责任书", "每周上门一次", "48 次", "尤社", "2027-02-28", "负责人签字", '"lottery":true')


def subject(session, cast):
    row = {"title": "上门陪伴", "how": "每周上门一次", "unit": "次", "target": 48, "responsible": "尤社", "due_on": "2027-02-28"}
    found = Charge(project_id=project(session, cast).id, title="银龄陪伴 项目责任书", rows=[row])
    return make.at_state(session, found, "submitted", START)
