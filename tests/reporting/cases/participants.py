from datetime import date

from tests.reporting.cases.project_progress import subject as project
from webapp.projects.models import Beneficiary

ASKER, OUTSIDER = "lead", "rival"
WORDS = ("参加人名册", "钱桂英", "服务对象1", "服务人次", "待补同意书")


def subject(session, cast):
    one = project(session, cast)
    session.add(Beneficiary(project_id=one.id, number=1, identity="0" * 64, minor=False, name="钱桂英", joined_on=date(2026, 3, 9)))
    session.flush()
    return one
