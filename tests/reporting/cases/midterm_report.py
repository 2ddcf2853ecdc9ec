from tests import make
from tests.conftest import START
from tests.reporting.cases.project_progress import subject as project
from webapp.evaluation.models import Evaluation

ASKER, OUTSIDER = "officer", "rival"
WORDS = ("中期评估报告", "综合得分 83.00 分，合格线 60.00 分，合格", "台账齐全", "上门 12 次", "评估人签字")


def subject(session, cast):
    found = Evaluation(
        project_id=project(session, cast).id, kind="midterm", title="银龄陪伴 中期评估", self_text="上门 12 次", self_score=8500, community_score=8200,
        evaluator_score=8300, opinion="台账齐全", total=8300, figures={"indicators": [{"title": "上门陪伴", "unit": "次", "target": 48, "actual": 12}]},
    )  # fmt: skip
    return make.at_state(session, found, "confirmed", START)
