from datetime import timedelta

from tests import make
from tests.conftest import START
from tests.reporting.reviewed import call
from webapp.reviews.models import Notice

ASKER, OUTSIDER = "officer", "lead"
WORDS = ("拟立项项目公示", "银龄陪伴1", "实名提出", "局长办公会", "特此公示", "0512-60000001", "GS2026-001")


def subject(session, cast, kind="before", what="拟立项项目公示"):
    on = call(session, cast)
    content = {
        "call": {"number": on.number, "title": on.title}, "organiser": "姑苏区民政局", "accepts": "姑苏区民政局", "contact": "钱经办",
        "phone": "0512-60000000", "supervision": "0512-60000001", "reexamination": "15 日",
        "decision": {"meeting": "局长办公会", "held_on": "2026-03-01", "minutes_number": "〔2026〕7号"},
        "starts_on": "2026-03-02", "ends_on": "2026-03-09",
        "items": [
            {"application": "application:1", "number": "S2026-0001", "title": "银龄陪伴1", "organisation": "晨光社会工作服务中心",
             "amount_fen": 5_000_000, "communities": ["桃花坞社区"], "contact": ""},
        ],
    }  # fmt: skip
    found = Notice(
        number="GS2026-001", call_id=on.id, kind=kind, title=f"{on.title}{what}", content=content, digest="0" * 64, starts_on=START.date(),
        ends_at=START + timedelta(days=7),
    )  # fmt: skip
    return make.at_state(session, found, "running", START)
