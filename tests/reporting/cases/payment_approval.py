from reports.money import Money
from tests import make
from tests.conftest import START
from tests.reporting.cases.project_progress import subject as project
from webapp.core import journal
from webapp.funding.models import Tranche

ASKER, OUTSIDER = "officer", "rival"
WORDS = ("拨款审批表", "贰万伍仟元整", "材料齐全，拟同意拨付。", "姑苏区民政局 张敏", "财务审核", "批示")


def subject(session, cast):
    """Prepared anew after it was sent back once: the words of before no longer stand."""
    found = Tranche(
        project_id=project(session, cast).id,
        position=1,
        title="第一期",
        amount_fen=Money(2_500_000),
        trigger="signed",
        prepared_by_id=cast.officer.id,
    )
    make.at_state(session, found, "prepared", START)
    for step, by, note in (
        ("request", cast.lead, ""), ("prepare", cast.officer, "旧的意见"), ("return", cast.accountant, "票据不对"), ("request", cast.lead, ""),
        ("prepare", cast.officer, "材料齐全，拟同意拨付。"),
    ):  # fmt: skip
        journal.record(session, found.ref, step, by=by.ref, at=START, note=note)
    return found
