from tests import make
from tests.conftest import START
from webapp.calls.rules import template

ASKER, OUTSIDER = "officer", "lead"
WORDS = ("项目进展情况报告", "银龄陪伴", "G2026", "业务活动费", "承办单位还没有提交进展报告")


def subject(session, cast):
    call = make.call(session, cast, START, rules=template().to_json(), state="awarded")
    return make.project(session, cast, START, make.application(session, cast, START, call, state="awarded"))
