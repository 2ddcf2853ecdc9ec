"""认领: an intention, confirmed, agreed upon with a qualified recipient, received and used. The platform takes no payment."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.book import actions as book
from webapp.core import files, outbox, scope
from webapp.core.clock import end_of, today
from webapp.core.trace import trace
from webapp.core.workflow import CLOCK, begin, carrying, refuse, take_step
from webapp.handling.models import Gift, Offer, Pledge
from webapp.needs.models import Need


def offer(
    session: Session, need: Need, *, wanted: Money | None, goods: str = "", until: date, by: Viewer, at: datetime, note: str = ""
) -> Offer:
    """公开认领: say before all what the need wants, in money, in goods and services, or both, and until when."""
    if not wanted and not goods.strip():
        raise refuse("wanted", "请填写需要的金额，或写明需要的物品、服务。", "wanted")
    if until <= today(at):
        raise refuse("until", "截止日期要晚于今天。", "until")
    take_step(session, need, "offer", by=by, at=at, note=note, due=end_of(until))
    found = Offer(need_id=need.id, wanted_fen=wanted or Money(0), goods=goods, until=end_of(until), opened_at=at)
    session.add(found)
    session.flush()
    return found


def unoffer(session: Session, need: Need, *, note: str, by: Viewer, at: datetime) -> None:
    """结束认领: what nobody confirmed lapses; what was confirmed goes on to its agreement."""
    found = session.scalars(sa.select(Offer).where(Offer.need_id == need.id, Offer.closed_at.is_(None)).with_for_update()).one_or_none()
    take_step(session, need, "unoffer", by=by, at=at, note=note)
    if found is None:
        return
    found.closed_at = at
    for pledge in session.scalars(sa.select(Pledge).where(Pledge.offer_id == found.id, Pledge.state == "made").order_by(Pledge.id)):
        _end(session, pledge, "lapse", note="公开认领已经结束", by=carrying(by), at=at)


def pledge(session: Session, found: Offer, *, amount: Money | None, goods: str = "", by: Viewer, at: datetime) -> Pledge:
    """认领意向, whole or part. More than is wanted may be pledged; the community then talks it over."""
    member = by.member("sponsor")
    if member is None:
        raise refuse("sponsor", "只有登记的认领（捐赠）单位可以认领。平台不向个人募款。")
    if found.closed_at is not None or found.until <= at:
        raise refuse("closed", "这件需求的公开认领已经结束。")
    if not amount and not goods.strip():
        raise refuse("amount", "请填写认领的金额，或写明提供的物品、服务。", "amount")
    locked = session.get_one(Offer, found.id, with_for_update=True, populate_existing=True)
    need = session.get_one(Need, found.need_id)
    made = Pledge(
        offer_id=found.id, organisation_id=member.organisation_id, area_code=need.area_code, title=need.title,
        amount_fen=amount or Money(0), goods=goods,
    )  # fmt: skip
    locked.pledged_fen = locked.pledged_fen + made.amount_fen
    begin(session, made, by=by, at=at, data={"need": need.ref, "fen": made.amount_fen.fen})
    trace(session, need.ref, made.ref)
    people = people_with(session, ("community", "party_lead"), at=at, area=made.area_code)
    outbox.tell(session, people, made.ref, f"认领意向：需求 {need.number}", f"{member.organisation}愿意认领“{need.title}”。", at=at)
    return made


def confirm(session: Session, found: Pledge, *, note: str = "", by: Viewer, at: datetime) -> None:
    """社区确认: the sponsor is asked to sign with the recipient."""
    take_step(session, found, "confirm", by=by, at=at, note=note)
    _tell_sponsor(session, found, "认领已确认", "社区已确认您的认领。请与受赠单位签订捐赠协议，款物直接交受赠单位。", at)


def _tell_sponsor(session: Session, found: Pledge, title: str, body: str, at: datetime) -> None:
    outbox.tell(session, people_with(session, ("sponsor",), at=at, organisation_id=found.organisation_id), found.ref, title, body, at=at)


def sign(
    session: Session, found: Pledge, *, recipient: str, qualification: str, agreement_number: str, signed_on: date,
    scan: Sequence[files.Checked], by: Viewer, at: datetime, note: str = "",
) -> None:  # fmt: skip
    """登记捐赠协议 between the sponsor and a recipient that may receive donations: only now the pledge is one."""
    found.recipient, found.qualification, found.agreement_number, found.signed_on = recipient, qualification, agreement_number, signed_on
    for file in scan:
        files.attach(session, found.ref, "agreement", file, by=by.ref, at=at)
    take_step(session, found, "sign", by=by, at=at, note=note)


def _end(session: Session, found: Pledge, step: str, *, note: str, by: scope.Viewer, at: datetime) -> None:
    take_step(session, found, step, by=by, at=at, note=note)
    offered = session.get_one(Offer, found.offer_id, with_for_update=True, populate_existing=True)
    offered.pledged_fen = offered.pledged_fen - found.amount_fen
    session.flush()
    if step == "lapse":
        _tell_sponsor(session, found, "认领未成", note, at)


def lapse(session: Session, found: Pledge, *, note: str, by: Viewer, at: datetime) -> None:
    """认领未成, with its reason."""
    _end(session, found, "lapse", note=note, by=by, at=at)


def withdraw(session: Session, found: Pledge, *, note: str, by: Viewer, at: datetime) -> None:
    """The sponsor takes its intention back; after the agreement is signed that is no more a matter of this platform."""
    _end(session, found, "withdraw", note=note, by=by, at=at)


def record_gift(
    session: Session, found: Pledge, *, amount: Money, received_on: date, voucher: str, scan: Sequence[files.Checked] | None = None,
    by: Viewer, at: datetime,
) -> Gift:  # fmt: skip
    """登记到账: what the recipient says it has received; nothing is posted before the street has confirmed it."""
    if found.state != "signed":
        raise refuse("state", "登记捐赠协议以后才能记到账。")
    if received_on > today(at):
        raise refuse("received_on", "到账日期不能晚于今天。", "received_on")
    if by.id is None:
        raise refuse("person", "请先登录。")
    gift = Gift(
        pledge_id=found.id, area_code=found.area_code, title=found.title, amount_fen=amount, received_on=received_on, voucher=voucher,
        recorded_by_id=by.id,
    )  # fmt: skip
    begin(session, gift, by=by, at=at, data={"pledge": found.ref, "fen": amount.fen})
    for file in scan or ():
        files.attach(session, gift.ref, "voucher", file, by=by.ref, at=at)
    return gift


def confirm_gift(session: Session, gift: Gift, *, note: str = "", by: Viewer, at: datetime) -> None:
    """复核入账: the sum is posted in the book, under the pledge's own fund."""
    gift.confirmed_by_id = by.id
    take_step(session, gift, "confirm", by=by, at=at, note=note)
    found = session.get_one(Pledge, gift.pledge_id, with_for_update=True, populate_existing=True)
    book.donate(
        session, found.fund, today(at).year, gift.amount_fen, area_code=gift.area_code, second_id=gift.recorded_by_id,
        source=f"{gift.ref}/confirm", by=by, at=at,
    )  # fmt: skip
    found.received_fen = found.received_fen + gift.amount_fen
    offered = session.get_one(Offer, found.offer_id, with_for_update=True, populate_existing=True)
    offered.received_fen = offered.received_fen + gift.amount_fen
    session.flush()


def use(session: Session, found: Pledge, *, note: str, by: Viewer, at: datetime) -> None:
    """使用完毕: what was received is used, and the sponsor hears for what."""
    take_step(session, found, "use", by=by, at=at, note=note)
    book.use_donations(session, found.fund, reason=found.ref, source=f"{found.ref}/use", by=by, at=at)
    _tell_sponsor(session, found, "捐赠使用情况", note, at)


def lapse_overdue(session: Session, at: datetime) -> int:
    """What nobody confirmed lapses when its offer's day is over."""
    query = sa.select(Pledge).join(Offer, Offer.id == Pledge.offer_id).where(Pledge.state == "made", Offer.until <= at)
    found = session.scalars(query.order_by(Pledge.id).with_for_update(of=Pledge, skip_locked=True)).all()
    for one in found:
        _end(session, one, "lapse", note="公开认领到期，未能确认。", by=CLOCK, at=at)
    return len(found)
