"""转办 to a named department, its answer, and 回访."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.accounts.models import Organisation
from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.core import outbox
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.settings import value
from webapp.core.workflow import carrying, refuse, take_step
from webapp.handling.models import HOWS, Order, Revisit
from webapp.handling.queries.clocks import current
from webapp.handling.queries.orders import running_order
from webapp.needs.models import Need


def refer(session: Session, need: Need, *, department_id: int, note: str, by: Viewer, at: datetime) -> None:
    """转办: from now on the department has it in hand, and only that department sees it.

    Raises Refused for what is no department of the need's district.
    """
    department = session.get(Organisation, department_id)
    if department is None or department.kind != "department" or not need.area_code.startswith(department.area_code):
        raise refuse("department", "请选择本区县的一个职能部门。", "department_id")
    need.handler_id = department.id
    due = deadline(at, value(session, "need.department_workdays", at=at, area=need.area_code))
    take_step(session, need, "refer", by=by, at=at, note=note, data={"department": department.ref}, due=due)
    people = people_with(session, ("department",), at=at, organisation_id=department.id)
    outbox.tell(session, people, need.ref, f"转办：需求 {need.number}", f"{need.title}：{note}。请在 {today(due)} 前答复。", at=at)


def send_back(session: Session, need: Need, *, note: str, by: Viewer, at: datetime) -> None:
    """退回社区 with the department's reason."""
    take_step(session, need, "send_back", by=by, at=at, note=note)
    people = people_with(session, ("community", "party_lead"), at=at, area=need.area_code)
    outbox.tell(session, people, need.ref, f"部门退回：需求 {need.number}", note, at=at)


def call_back(session: Session, need: Need, *, how: str, rating: int, note: str, by: Viewer, at: datetime) -> Revisit:
    """回访: another than who handled it visits or calls, and writes down what the resident says."""
    if by.id is None:
        raise refuse("person", "请先登录。")
    need.rating = rating
    take_step(session, need, "call_back", by=by, at=at, note=note, data={"rating": rating, "how": HOWS[how]})
    found = current(session, need.id)
    revisit = Revisit(need_id=need.id, number=found.number if found else 1, how=how, rating=rating, words=note, by_id=by.id, at=at)
    session.add(revisit)
    session.flush()
    return revisit


def judged(session: Session, need: Need, step: str, *, by: Viewer, at: datetime, note: str, data: dict[str, object]) -> None:
    """The order that a need was handled by takes over the resident's word: judged, or not done and to be given out anew."""
    if step not in {"rate", "call_back", "reopen"}:
        return
    order: Order | None = running_order(session, need.id)
    if order is None or order.state != "done":
        return
    if step == "reopen":
        take_step(session, order, "fail", by=carrying(by), at=at, note=note)
        return
    order.rating = need.rating
    take_step(session, order, "rate", by=carrying(by), at=at, data={"rating": need.rating})
