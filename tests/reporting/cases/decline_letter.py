from tests.conftest import START
from tests.reporting.cases.award_letter import decided
from webapp.reviews.models import Letter

ASKER, OUTSIDER = "lead", "rival"
WORDS = ("公益创投项目未立项通知", "晨光社会工作服务中心：", "预算与活动对不上", "特此通知")


def subject(session, cast):
    one = decided(session, cast, "declined")
    body = "晨光社会工作服务中心：你单位申报的《银龄陪伴1》未列入拟立项名单。预算与活动对不上。"
    session.add(Letter(application_id=one.id, call_id=one.call_id, kind="decline", title="未立项通知", body=body, at=START, sent_at=START))
    return one
