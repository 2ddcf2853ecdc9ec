"""What is offered for 认领, pledged and received."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area, Organisation, Person
from webapp.book.models import Account, Posting, Transaction
from webapp.core.db import row, rows
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, within
from webapp.handling.models import Gift, Offer, Pledge
from webapp.handling.rules import GiftFacts, PledgeFacts, over
from webapp.needs.models import Need, Wording
from webapp.workflows import GIFT, PLEDGE

LIVE = ("made", "confirmed", "signed", "used")
"""States in which a pledge counts."""


def facts_of_pledge(session: Session, pledge: Pledge, by: Viewer, at: datetime) -> PledgeFacts:
    waiting = session.scalar(sa.select(sa.func.count()).where(Gift.pledge_id == pledge.id, Gift.state == "recorded")) or 0
    return PledgeFacts(
        pledge.amount_fen, pledge.received_fen, pledge.goods, pledge.recipient, pledge.qualification, pledge.agreement_number, waiting
    )


def facts_of_gift(session: Session, gift: Gift, by: Viewer, at: datetime) -> GiftFacts:
    return GiftFacts(gift.recorded_by_id, by.id)


@dataclass(frozen=True, slots=True)
class OfferRow:
    """What a need wants, as everybody may read it."""

    id: int
    need_id: int
    number: str
    title: str
    text: str | None
    area: str | None
    wanted_fen: Money
    goods: str
    pledged_fen: Money
    received_fen: Money
    until: datetime
    closed_at: datetime | None

    @property
    def over_fen(self) -> Money:
        """By how much more is pledged than wanted."""
        return over(self.wanted_fen, self.pledged_fen)

    @property
    def missing_fen(self) -> Money:
        return max(self.wanted_fen - self.pledged_fen, Money(0))


def _offers() -> sa.Select[Any]:
    area = sa.select(Area.name).where(Area.code == Need.area_code).scalar_subquery()
    text = (
        sa.select(Wording.text)
        .where(Wording.need_id == Need.id, Wording.state == "released")
        .order_by(Wording.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return sa.select(
        Offer.id, Offer.need_id, Need.number, Need.title, text.label("text"), area.label("area"), Offer.wanted_fen, Offer.goods,
        Offer.pledged_fen, Offer.received_fen, Offer.until, Offer.closed_at,
    ).join(Need, Need.id == Offer.need_id)  # fmt: skip


def offers(session: Session, *, area: str = "", after: str | None = None) -> Page[OfferRow]:
    """What can be pledged for now, newest first; only needs the public may read."""
    query = _offers().where(Offer.closed_at.is_(None), Need.public.is_(True), within(Need.area_code, area))
    return page(session, OfferRow, query, (Offer.id,), after, 30)


def offer_of(session: Session, key: int) -> OfferRow | None:
    """One offer; the right was checked at the entry."""
    return row(session, OfferRow, _offers().where(Offer.id == key))


def offer_of_need(session: Session, need_id: int) -> OfferRow | None:
    """The newest offer of a need, for its public page."""
    return row(session, OfferRow, _offers().where(Offer.need_id == need_id).order_by(Offer.id.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class PledgeRow:
    """One pledge in a list, or on its page."""

    id: int
    offer_id: int
    need_id: int
    title: str
    organisation: str
    amount_fen: Money
    goods: str
    state: str
    recipient: str
    qualification: str
    agreement_number: str
    signed_on: date | None
    received_fen: Money
    state_at: datetime

    @property
    def state_label(self) -> str:
        return PLEDGE.states[self.state]


def _pledges() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Pledge.id, Pledge.offer_id, Offer.need_id, Pledge.title, Organisation.name.label("organisation"), Pledge.amount_fen,
            Pledge.goods, Pledge.state, Pledge.recipient, Pledge.qualification, Pledge.agreement_number, Pledge.signed_on,
            Pledge.received_fen, Pledge.state_at,
        )
        .join(Organisation, Organisation.id == Pledge.organisation_id)
        .join(Offer, Offer.id == Pledge.offer_id)
    )  # fmt: skip


def pledges_of(session: Session, offer_id: int, *, states: tuple[str, ...] = LIVE) -> list[PledgeRow]:
    """The pledges on an offer, oldest first."""
    return rows(session, PledgeRow, _pledges().where(Pledge.offer_id == offer_id, Pledge.state.in_(states)).order_by(Pledge.id).limit(200))


def pledges_by(session: Session, organisations: list[int]) -> list[PledgeRow]:
    """What some organisations have pledged, newest first."""
    if not organisations:
        return []
    return rows(session, PledgeRow, _pledges().where(Pledge.organisation_id.in_(organisations)).order_by(Pledge.id.desc()).limit(50))


def pledge_of(session: Session, key: int) -> PledgeRow | None:
    """One pledge; the right was checked at the entry."""
    return row(session, PledgeRow, _pledges().where(Pledge.id == key))


@dataclass(frozen=True, slots=True)
class GiftRow:
    """One sum that came."""

    id: int
    pledge_id: int
    title: str
    amount_fen: Money
    received_on: date
    voucher: str
    state: str
    recorded_by: str | None
    confirmed_by: str | None

    @property
    def state_label(self) -> str:
        return GIFT.states[self.state]


def _gifts() -> sa.Select[*tuple[Any, ...]]:
    first, second = sa.orm.aliased(Person), sa.orm.aliased(Person)
    return (
        sa.select(
            Gift.id, Gift.pledge_id, Gift.title, Gift.amount_fen, Gift.received_on, Gift.voucher, Gift.state,
            first.name.label("recorded_by"), second.name.label("confirmed_by"),
        )
        .outerjoin(first, first.id == Gift.recorded_by_id)
        .outerjoin(second, second.id == Gift.confirmed_by_id)
    )  # fmt: skip


def gifts_of(session: Session, pledge_id: int) -> list[GiftRow]:
    """The sums that came for a pledge, oldest first."""
    return rows(session, GiftRow, _gifts().where(Gift.pledge_id == pledge_id).order_by(Gift.id).limit(200))


def gift_of(session: Session, key: int) -> GiftRow | None:
    """One sum; the right was checked at the entry."""
    return row(session, GiftRow, _gifts().where(Gift.id == key))


def wrong_sums(session: Session) -> Iterator[str]:
    """For `doctor`: what is pledged and received adds up, and stands in the book."""

    def total(column: Any, *where: Any) -> sa.ScalarSelect[Any]:
        return sa.select(sa.func.coalesce(sa.func.sum(sa.type_coerce(column, sa.BigInteger)), 0)).where(*where).scalar_subquery()

    pledged = total(Pledge.amount_fen, Pledge.offer_id == Offer.id, Pledge.state.in_(LIVE))
    received = total(Pledge.received_fen, Pledge.offer_id == Offer.id)
    kept = [sa.type_coerce(column, sa.BigInteger) for column in (Offer.pledged_fen, Offer.received_fen)]
    for key, *_ in session.execute(sa.select(Offer.id).where(sa.or_(kept[0] != pledged, kept[1] != received))):
        yield f"认领 {key} 的认领数、到账数与各笔合计不符"
    came = total(Gift.amount_fen, Gift.pledge_id == Pledge.id, Gift.state == "confirmed")
    posted = (
        sa.select(sa.func.coalesce(sa.func.sum(sa.type_coerce(Posting.fen, sa.BigInteger)), 0))
        .join(Account, Account.id == Posting.account_id)
        .join(Transaction, Transaction.id == Posting.transaction_id)
        .where(Account.kind == "available", Transaction.kind == "donate")
        .where(Account.fund == sa.literal("pledge:") + sa.cast(Pledge.id, sa.String))
        .scalar_subquery()
    )
    has = sa.type_coerce(Pledge.received_fen, sa.BigInteger)
    for (key,) in session.execute(sa.select(Pledge.id).where(sa.or_(has != came, has != posted))):
        yield f"认领意向 {key} 的到账数与到账记录、账簿不符"
