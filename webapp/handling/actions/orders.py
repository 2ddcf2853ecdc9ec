"""三单制: 居民点单、支部派单、党员和志愿者接单, done with proof. No check-in, no points, no league table (减负)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.core import files, journal, outbox
from webapp.core.trace import trace
from webapp.core.workflow import begin, carrying, refuse, take_step
from webapp.handling.models import MenuItem, Order
from webapp.handling.queries.orders import volunteer
from webapp.needs import actions as needs
from webapp.needs.models import Need


def place(
    session: Session, need: Need, *, title: str, contact: str = "", menu_item_id: int | None = None, by: Viewer, at: datetime
) -> Order:
    """点单: an accepted need is put to the Party branch; `title` is what takers read, `contact` only who takes it."""
    take_step(session, need, "order", by=carrying(by), at=at)
    order = Order(
        need_id=need.id, menu_item_id=menu_item_id, area_code=need.area_code, title=title, contact=contact or None,
        asker_id=need.resident_id,
    )  # fmt: skip
    begin(session, order, by=by, at=at, data={"need": need.ref})
    trace(session, need.ref, order.ref)
    _tell(session, people_with(session, ("party_lead",), at=at, area=order.area_code), order, "待派单", at)
    return order


def order_from_menu(session: Session, item: MenuItem, *, words: str = "", place_: str = "", by: Viewer, at: datetime) -> Order:
    """居民点单 from the menu: what the community publishes it has accepted beforehand."""
    if by.id is None:
        raise refuse("person", "请先登录。")
    said = f"点单：{item.title}" + (f"。{words}" if words else "")
    need = needs.say(session, words=said, area_code=item.area_code, category=item.category, place=place_ or None, by=by, at=at)
    needs.accept(session, need, category=item.category, decision="self", pace="quick", title=item.title, by=carrying(by), at=at)
    person = session.get_one(Person, by.id)
    contact = "，".join(part for part in (person.name, person.phone or "", place_) if part)
    return place(session, need, title=item.title, contact=contact, menu_item_id=item.id, by=by, at=at)


def _tell(session: Session, people: Sequence[int], order: Order, title: str, at: datetime) -> None:
    outbox.tell(session, people, order.ref, title, order.title, at=at)


def assign(
    session: Session, order: Order, *, taker_id: int | None = None, volunteer_name: str = "", note: str = "", by: Viewer, at: datetime
) -> None:
    """支部派单: to a member, worker or grid worker of the community, or to one of its residents as a volunteer, by name."""
    if volunteer_name:
        taker_id = volunteer(session, order.area_code, volunteer_name)
        if taker_id is None:
            raise refuse("volunteer", "本社区没有查到这位居民，或有同名的人。请核对姓名，或从名单里选。", "volunteer_name")
    order.taker_id = taker_id
    take_step(session, order, "assign", by=by, at=at, note=note, data={"taker": f"person:{taker_id}"} if taker_id else None)
    _tell(session, [order.taker_id] if order.taker_id else [], order, "派给您一张单", at)


def grab(session: Session, order: Order, *, note: str = "", by: Viewer, at: datetime) -> None:
    """抢单: the first who takes it has it."""
    order.taker_id = by.id
    take_step(session, order, "grab", by=by, at=at, note=note)


def put_back(session: Session, order: Order, step: str, *, note: str, by: Viewer, at: datetime) -> None:
    """不能接, or 退单: the branch gives it out anew."""
    take_step(session, order, step, by=by, at=at, note=note)
    order.taker_id = None
    session.flush()
    _tell(session, people_with(session, ("party_lead",), at=at, area=order.area_code), order, "退回的单，请再派", at)


def decline(session: Session, order: Order, *, note: str, by: Viewer, at: datetime) -> None:
    put_back(session, order, "decline", note=note, by=by, at=at)


def give_up(session: Session, order: Order, *, note: str, by: Viewer, at: datetime) -> None:
    put_back(session, order, "give_up", note=note, by=by, at=at)


def finish(session: Session, order: Order, *, note: str, photos: Sequence[files.Checked] | None = None, by: Viewer, at: datetime) -> None:
    """办好了: with words, and a picture where there is one; the need is resolved, and who spoke is asked to judge."""
    for photo in photos or ():
        files.attach(session, order.ref, "proof", photo, by=by.ref, at=at)
    take_step(session, order, "finish", by=by, at=at, note=note)
    need = session.get_one(Need, order.need_id, with_for_update=True)
    take_step(session, need, "finish", by=carrying(by), at=at, note=note, data={"order": order.ref})


def cancel(session: Session, order: Order, *, note: str, by: Viewer, at: datetime) -> None:
    """撤单: the need is the community's again."""
    take_step(session, order, "cancel", by=by, at=at, note=note)
    need = session.get_one(Need, order.need_id, with_for_update=True)
    take_step(session, need, "unorder", by=carrying(by), at=at, note=note, data={"order": order.ref})


def publish_item(session: Session, *, area_code: str, title: str, text: str, category: str, by: Viewer, at: datetime) -> MenuItem:
    """Put a line on the community's menu."""
    item = MenuItem(area_code=area_code, title=title, text=text, category=category, at=at)
    session.add(item)
    session.flush()
    journal.record(session, item.ref, "create", by=by.ref, at=at)
    return item


def retire_item(session: Session, item: MenuItem, *, by: Viewer, at: datetime) -> None:
    """Take a line off the menu; orders already placed go on."""
    if not item.retired:
        item.retired = True
        journal.record(session, item.ref, "retire", by=by.ref, at=at)
