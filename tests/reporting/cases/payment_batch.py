from datetime import date

from reports.money import Money
from tests import make
from tests.conftest import START
from tests.reporting.cases.project_progress import subject as project
from webapp.funding.models import Batch, Tranche

ASKER, OUTSIDER = "accountant", "lead"
WORDS = ("拨款批次表", "BK2026-0001", "叁万元整", "壹万元整", "财务负责人签字")


def subject(session, cast):
    found = Batch(
        number="BK2026-0001", area_code="320508", title="第一批", total_fen=Money(3_000_000), count=2, by_id=cast.accountant.id, at=START
    )
    session.add(found)
    session.flush()
    one = project(session, cast)
    for n, fen in enumerate((2_000_000, 1_000_000), 1):
        tranche = Tranche(
            project_id=one.id,
            position=n,
            title=f"第{n}期",
            amount_fen=Money(fen),
            trigger="signed",
            batch_id=found.id,
            paid_on=date(2026, 3, 9),
        )
        make.at_state(session, tranche, "paid", START)
    return found
