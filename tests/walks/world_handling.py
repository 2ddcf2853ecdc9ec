"""What the world of the walks holds of the handling of needs: a referral, orders, escalations, a pledge with what came, a sample."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from reports.money import Money
from tests import make
from tests.cast import Someone
from tests.conftest import START
from tests.walks.planted import SECRETS, Crew, World, keep_file, number, someone, viewer_of
from webapp.accounts.models import Organisation
from webapp.core.files import Checked
from webapp.core.workflow import take_step
from webapp.handling import actions
from webapp.handling.models import Drawn, Escalation, Gift, Offer, Pledge, Sample, Team
from webapp.needs import actions as needs
from webapp.needs.models import Need
from webapp.tickets.actions import read_in, take

EARLIER = START - timedelta(days=20)


def handling(session: Session, world: World, where: str, crew: Crew) -> None:
    """One of each; the sponsor and the referral are at home."""
    speaker = {"own": world.cast.granny, "near": world.cast.far_resident, "far": crew.worker}[where]
    taker = world.cast.grid if where == "own" else crew.worker
    _escalation(session, world, where, crew, speaker)
    need = _accepted(session, crew, speaker)
    order = actions.place(
        session, need, title="修灯", contact=SECRETS["contact"] if where == "own" else "某家", by=viewer_of(session, crew.worker), at=START
    )
    order.taker_id = taker.id
    take_step(session, order, "assign", by=_lead(session, world, where, crew), at=START)
    keep_file(session, world, where, order, kind="proof")
    world.put("order", where, order)
    item = actions.publish_item(
        session, area_code=crew.area, title="上门理发", text="每周三", category="elderly", by=viewer_of(session, crew.worker), at=START
    )
    world.put("menu_item", where, item)
    _sample(session, world, where, crew, need)
    if where != "far":
        _tickets(session, world, where, crew)
    _team(session, world, where, crew, speaker)
    if where == "own":
        referred = _accepted(session, crew, speaker)
        actions.refer(
            session, referred, department_id=world.cast.offices["housing"], note="请查线路", by=viewer_of(session, crew.worker), at=START
        )
        world.put("need referred", where, referred)
        _pledge(session, world, crew)


def _tickets(session: Session, world: World, where: str, crew: Crew) -> None:
    """A list that waits to be registered; at home another that was."""
    by = viewer_of(session, crew.worker)
    words = SECRETS["ticket" if where == "own" else "near_ticket"]
    for n, kind in enumerate(["ticket_list", "ticket_list taken"] if where == "own" else ["ticket_list"]):
        text = f"工单号,内容,姓名\nW{where}{n},{words},{SECRETS['ticket_speaker'] if where == 'own' else '某人'}\n"
        found = read_in(session, file=Checked("派单.csv", text.encode(), "text/csv"), channel="12345", area_code=crew.area, by=by, at=START)
        if kind == "ticket_list taken":
            take(session, found, by=by, at=START)
        world.put(kind, where, found)


def _accepted(session: Session, crew: Crew, speaker: Someone) -> Need:
    need = needs.say(session, words="楼道灯坏了", area_code=crew.area, category="elderly", by=viewer_of(session, speaker), at=START)
    needs.accept(session, need, category="elderly", decision="self", by=viewer_of(session, crew.worker), at=START)
    return need


def _lead(session: Session, world: World, where: str, crew: Crew) -> Any:
    if where == "own":
        return viewer_of(session, world.cast.worker_two)
    office = world.cast.offices["pingjiang" if where == "near" else "drum"]
    return viewer_of(session, someone(session, f"{where}书记", office, "party_lead"))


def _escalation(session: Session, world: World, where: str, crew: Crew, speaker: Someone) -> None:
    need = needs.say(session, words="井盖松了", area_code=crew.area, category="safety", by=viewer_of(session, speaker), at=EARLIER)
    actions.escalate(session, START)
    world.put("escalation", where, session.query(Escalation).filter_by(need_id=need.id, level="street").one())


def _sample(session: Session, world: World, where: str, crew: Crew, need: Need) -> None:
    sample = Sample(
        area_code=crew.area[:9], title="电话回访", since=EARLIER.date(), until=START.date(), size=1, found=1, seed="ab" * 16,
        by_id=crew.officer.id, at=START,
    )  # fmt: skip
    session.add(sample)
    session.flush()
    drawn = Drawn(sample_id=sample.id, need_id=need.id, position=1)
    session.add(drawn)
    session.flush()
    world.put("sample", where, sample)
    world.put("drawn", where, drawn)


def _team(session: Session, world: World, where: str, crew: Crew, speaker: Someone) -> None:
    team = Team(area_code=crew.area, person_id=speaker.id)
    session.add(team)
    session.flush()
    world.put("team", where, team)


def _pledge(session: Session, world: World, crew: Crew) -> None:
    office = Organisation(kind="sponsor", name="苏城慈善企业", area_code="320508", registered_on=date(2010, 1, 1))
    session.add(office)
    session.flush()
    world.cast.offices["firm"] = office.id
    world.cast.people["sponsor"] = someone(session, "慈善经办", office.id, "sponsor")
    public = make.public_need(session, world.cast, START, person=world.cast.granny, title="加扶手", number=number("X"))
    worker = viewer_of(session, crew.worker)
    offer = actions.offer(session, public, wanted=Money(1_000_000), until=date(2026, 4, 1), by=worker, at=START)
    world.put("offer", "own", offer)
    pledge = _signed(session, world, offer, worker)
    keep_file(session, world, "own", pledge, kind="agreement")
    gift: Gift = actions.record_gift(session, pledge, amount=Money(500_000), received_on=START.date(), voucher="PJ1", by=worker, at=START)
    keep_file(session, world, "own", gift, kind="voucher")
    world.put("pledge", "own", pledge)
    world.put("gift", "own", gift)


def _signed(session: Session, world: World, offer: Offer, worker: Any) -> Pledge:
    firm = viewer_of(session, world.cast.people["sponsor"])
    pledge = actions.pledge(session, offer, amount=Money(500_000), by=firm, at=START)
    actions.confirm(session, pledge, by=worker, at=START)
    actions.sign(
        session, pledge, recipient="姑苏区慈善总会", qualification="慈善组织 53", agreement_number="JZ1", signed_on=START.date(), scan=[],
        by=worker, at=START,
    )  # fmt: skip
    return pledge
