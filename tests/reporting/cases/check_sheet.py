from tests.conftest import START
from tests.reporting.cases.receipt import subject as handed_in
from webapp.applications import actions, queries

ASKER, OUTSIDER = "officer", "lead"
WORDS = ("项目申报资格初审表", "银龄陪伴", "已核对原件", "资格初审通过。材料齐全", "主办单位意见（盖章）")


def subject(session, cast):
    one, by = handed_in(session, cast), cast.officer.viewer(session, START)
    verdicts = [actions.Verdict("pass", "已核对原件。") for _ in queries.outcomes(session, one, START)]
    actions.check(session, one, verdicts, by=by, at=START)
    actions.pass_check(session, one, by=by, at=START, note="材料齐全。")
    return one
