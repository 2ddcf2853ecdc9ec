from tests.conftest import START
from tests.reporting.cases import project_progress
from webapp.reporting.actions import tables
from webapp.reporting.rules.tables import Spec

ASKER, OUTSIDER = "officer", "far_officer"
WORDS = ("各类项目", "按类别汇总", "n=1", "资助合计", "本平台“项目”名单")


def subject(session, cast):
    project_progress.subject(session, cast)
    spec = Spec(("number", "granted_fen"), {"state": "delivering"}, ("category",))
    return tables.save(session, "projects", spec, title="各类项目", shared=True, by=cast.officer.viewer(session, START), at=START)
