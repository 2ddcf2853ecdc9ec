from tests import make
from tests.conftest import START
from tests.reporting.cases.project_progress import subject as project
from webapp.evaluation.models import AcceptanceSign, Evaluation

ASKER, OUTSIDER = "officer", "rival"
WORDS = (
    "验收意见书",
    "同意通过验收",
    "有异议",
    "台账缺两月",
    "居务监督委员会（见证）",
    "没有在平台签署的：主办单位、街道、居务监督委员会（见证）",
)


def subject(session, cast):
    opinion = {"opinion": "同意通过验收。", "members": [], "on": "2026-03-10", "until": "2026-03-17"}
    found = Evaluation(
        project_id=project(session, cast).id, kind="final", title="银龄陪伴 末期评估", figures={}, evaluator_score=8300, acceptance=opinion
    )
    make.at_state(session, found, "judged", START)
    session.add(
        AcceptanceSign(
            evaluation_id=found.id,
            side="community",
            organisation_id=cast.taohuawu,
            person_id=cast.worker.id,
            agrees=False,
            reason="台账缺两月",
            digest="0" * 64,
            at=START,
        )
    )
    session.flush()
    return found
