from tests import make
from tests.conftest import START
from tests.reporting.cases.activity_record import subject as activity
from webapp.doubts.models import Doubt

ASKER, OUTSIDER = "officer", "rival"
WORDS = ("核查取证单", "同日两处签到", "健康讲座", "桃花坞社区", "没有请单位说明", "取证人签字")


def subject(session, cast):
    one = activity(session, cast)
    evidence = {"rows": [one.ref], "said": "两场活动同一天、不同地点，签到名册里有 2 人相同。"}
    found = Doubt(project_id=one.project_id, kind="twice", title="同日两处签到", subject=one.ref, evidence=evidence)
    return make.at_state(session, found, "found", START)
