"""The approval chain: 科室负责人, 集体研究, and the settings that say from which amount on they are asked."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer
from webapp.core import files, journal, settings
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.workflow import NotAllowed, Refusal, refuse, take_step
from webapp.funding.models import Tranche
from webapp.funding.rules.chain import KEY, Chain

STEP_WORKDAYS = 5
SETTERS = ("bureau_lead",)


def chain_for(session: Session, area: str, at: datetime) -> Chain:
    """The chain in force for an area at a moment."""
    return Chain.of(settings.value(session, KEY, at=at, area=area))


def review(session: Session, tranche: Tranche, *, by: Viewer, at: datetime, note: str = "") -> None:
    """科室负责人审核, by another person than the one who prepared."""
    take_step(session, tranche, "review", by=by, at=at, note=note, due=deadline(at, STEP_WORKDAYS))
    tranche.reviewed_by_id = by.id
    session.flush()


def discuss(
    session: Session, tranche: Tranche, *, meeting_name: str, meeting_on: date, minutes_number: str, minutes: Sequence[files.Checked] = (),
    by: Viewer, at: datetime, note: str = "",
) -> None:  # fmt: skip
    """登记集体研究: the meeting that agreed, with the scan of its minutes."""
    tranche.meeting_name, tranche.meeting_on, tranche.minutes_number = meeting_name.strip(), meeting_on, minutes_number.strip()
    for one in minutes:
        files.attach(session, tranche.ref, "minutes", one, by=by.ref, at=at)
    data = {"meeting_on": meeting_on.isoformat()}
    take_step(session, tranche, "discuss", by=by, at=at, note=note, data=data, due=deadline(at, STEP_WORKDAYS))


def set_chain(session: Session, chain: Chain, *, from_day: date, by: Viewer, at: datetime) -> None:
    """设置拨款审批链 of one's own area from a day on; payments already prepared keep the chain they began with.

    Raises Refused for a day that is past.
    """
    member = _setter(by)
    _not_past(from_day, at)
    made = settings.put(session, KEY, chain.to_json(), area=member, from_day=from_day)
    journal.record(
        session, f"setting:{made.id}", "approval", by=by.ref, at=at, data={"area": member, "from": from_day.isoformat(), **chain.to_json()}
    )


def set_columns(session: Session, columns: Sequence[tuple[str, str]], *, by: Viewer, at: datetime) -> None:
    """设置支付文件的列 of one's own area, from today on."""
    member = _setter(by)
    made = settings.put(session, "funding.columns", [list(one) for one in columns], area=member, from_day=today(at))
    journal.record(session, f"setting:{made.id}", "columns", by=by.ref, at=at, data={"area": member})


def _setter(by: Viewer) -> str:
    member = by.member(*SETTERS, "finance")
    if member is None:
        raise NotAllowed(Refusal("role", "审批链和支付文件由分管领导和财务设置。"))
    return member.area_code


def _not_past(from_day: date, at: datetime) -> None:
    if from_day < today(at):
        raise refuse("from_day", "开始日期不能早于今天。", "from_day")
