from tests import make
from tests.conftest import START
from tests.reporting.cases.midterm_report import subject as midterm
from webapp.evaluation.models import Observation

ASKER, OUTSIDER = "evaluator", "rival"
WORDS = ("核查取证单", "电话核实", "三人说没有参加过", "名单写错了行", "部分认定", "一人属实", "取证人签字")


def subject(session, cast):
    evaluation = midterm(session, cast)
    found = Observation(
        project_id=evaluation.project_id, evaluation_id=evaluation.id, ground="phone", title="参加人不实", text="三人说没有参加过。", answer="名单写错了行。",
        reason="一人属实。", raised_by_id=cast.evaluator.id,
    )  # fmt: skip
    return make.at_state(session, found, "partly", START)
