from tests import make
from tests.conftest import START
from tests.reporting.cases.project_progress import subject as project
from tests.reporting.terms import TERMS
from webapp.projects.models import Agreement

ASKER, OUTSIDER = "lead", "rival"
WORDS = ("银龄陪伴", "代表签字", "伍万元整")


def subject(session, cast):
    found = Agreement(project_id=project(session, cast).id, number="Y2026-0001", title="银龄陪伴 项目协议", terms=TERMS, digest="0" * 64)
    return make.at_state(session, found, "signed", START)
