from datetime import date

import sqlalchemy as sa

from reports.money import Money
from tests.conftest import START
from tests.reporting.reviewed import call
from webapp.applications.models import Application
from webapp.reviews.models import Decision

ASKER, OUTSIDER = "lead", "rival"
WORDS = ("公益创投项目立项通知", "晨光社会工作服务中心：", "局长办公会集体研究（〔2026〕7号）", "伍万元整", "特此通知")


def decided(session, cast, state):
    """晨光's application after 集体研究."""
    on = call(session, cast)
    session.add(Decision(call_id=on.id, meeting="局长办公会", held_on=date(2026, 3, 1), minutes_number="〔2026〕7号", at=START))
    one = session.scalars(sa.select(Application).where(Application.organisation_id == cast.offices["chenguang"])).one()
    one.state, one.awarded_fen = state, Money(5_000_000) if state == "awarded" else None
    session.flush()
    return one


def subject(session, cast):
    return decided(session, cast, "awarded")
