"""The clocks of a need, escalations, orders, pledges and gifts, teams of contacts, 回访 and its telephone samples."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from reports.money import Money
from webapp.accounts.models import Person
from webapp.core.db import Base, Code, Numbered, only_one, says
from webapp.core.scope import Guarded, within
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.needs.models import Need
from webapp.workflows import ESCALATION, GIFT, ORDER, PLEDGE

LINKS = {
    "collected": "信息收集", "found": "问题发现", "assigned": "任务分办", "settled": "协同处置", "fed_back": "结果反馈",
}  # fmt: skip
"""五链闭环."""
CLOCKS = {"respond": "首次答复", "start": "启动深入议", "answer": "答复居民", "department": "部门答复", "pledge": "公开认领"}
LEVELS = {"street": "街道", "district": "区"}
HOWS = {"visit": "上门", "phone": "电话"}


class Round(Numbered, Base):
    """One way of a need from its saying to the resident's word on it; a need taken up again begins the next one.

    The moments are those of the five links, kept as the steps are taken, so that a page or a figure reads them as they are.
    """

    REF = "round"
    __tablename__ = "handling_rounds"
    __table_args__ = (
        sa.UniqueConstraint("need_id", "number", name="one_number"),
        only_one("uq_handling_rounds_one_current", "need_id", where="current"),
        sa.CheckConstraint("responded_at IS NULL OR responded_at >= began_at", name="response_after_begin"),
        sa.CheckConstraint("clock_due IS NULL OR clock_due >= clock_since", name="clock_runs_forward"),
        sa.CheckConstraint("(clock IS NULL) = (clock_due IS NULL)", name="clock_has_an_end"),
        sa.Index(None, "remind_at"),
        sa.Index(None, "escalate_at"),
    )
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("needs.id"))
    number: Mapped[int]
    current: Mapped[bool] = mapped_column(default=True)
    began_at: Mapped[datetime]
    """信息收集: said, taken in, or taken up again."""
    respond_by: Mapped[datetime]
    responded_at: Mapped[datetime | None]
    """问题发现: a handler's first step."""
    start_by: Mapped[datetime | None]
    routed_at: Mapped[datetime | None]
    """任务分办: given to a department, a member, a deliberation, a ballot, a sponsor."""
    answer_by: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    """An answer with its reason reached who spoke."""
    settled_at: Mapped[datetime | None]
    """协同处置: done, or answered for good."""
    settled_by: Mapped[str | None] = mapped_column(sa.String(64))
    fed_back_at: Mapped[datetime | None]
    """结果反馈: the resident judged it, or was visited or called."""
    clock: Mapped[str | None] = mapped_column(sa.String(12))
    """The clock that runs now (`CLOCKS`)."""
    clock_since: Mapped[datetime | None]
    clock_due: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    """When its handler is reminded; empty once that is done."""
    escalate_at: Mapped[datetime | None]
    """When the next level is told; empty when there is none."""
    level: Mapped[str | None] = mapped_column(sa.String(12))
    """The level that was told last for the clock that runs (`LEVELS`)."""


class Escalation(Numbered, Stateful, Guarded):
    """督办: one line of the ledger: a clock of a need ran out, a level was told, and answered or the need moved on."""

    REF = "escalation"
    WORKFLOW = ESCALATION
    __tablename__ = "escalations"
    CONSTRAINTS = (
        only_one("uq_escalations_one_open", "need_id", "level", where="state IN ('street', 'district')"),
        sa.CheckConstraint("since <= at", name="after_the_clock"),
        sa.Index(None, "area_code", "id"),
        sa.Index(None, "need_id", "id"),
    )
    PARTIES = {"area": lambda prefix: within(Escalation.area_code, prefix)}
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("needs.id"))
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    level: Mapped[str] = mapped_column(sa.String(12))
    clock: Mapped[str] = mapped_column(sa.String(12))
    since: Mapped[datetime]
    """When the clock ran out."""
    at: Mapped[datetime]
    told: Mapped[str]
    """The office and people who were told, as they were called then."""
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    done: Mapped[str] = mapped_column(default="")
    """What was done, in the words of the answer."""


class MenuItem(Numbered, Guarded):
    """One line of the menu a community publishes for 居民点单."""

    REF = "menu_item"
    __tablename__ = "menu_items"
    __table_args__ = (sa.Index(None, "area_code", "id"),)
    PARTIES = {
        "area": lambda prefix: within(MenuItem.area_code, prefix),
        "resident": lambda key: sa.and_(
            MenuItem.retired.is_(False),
            sa.select(Person.area_code).where(Person.id == key).scalar_subquery().startswith(MenuItem.area_code),
        ),
    }
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    text: Mapped[str]
    category: Mapped[str] = mapped_column(sa.String(16))
    retired: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]


class Order(Numbered, Stateful, Guarded):
    """三单制: 居民点单 → 支部派单 → 党员、志愿者接单 → 办好 → 居民评价."""

    REF = "order"
    WORKFLOW = ORDER
    __tablename__ = "orders"
    CONSTRAINTS = (
        only_one("uq_orders_one_running", "need_id", where="state IN ('placed', 'assigned', 'open', 'taken', 'done')"),
        sa.CheckConstraint("state NOT IN ('assigned', 'taken', 'done') OR taker_id IS NOT NULL", name="somebody_has_it"),
        sa.CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="one_to_five"),
        sa.Index(None, "area_code", "id"),
        sa.Index(None, "taker_id", "id"),
        sa.Index(None, "asker_id", "id"),
    )
    PARTIES = {
        "area": lambda prefix: within(Order.area_code, prefix),
        "taker": lambda key: Order.taker_id == key,
        "resident": lambda key: Order.asker_id == key,
    }
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("needs.id"))
    menu_item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("menu_items.id"))
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    """What is to be done, without a name or a door number: everybody who may take it reads it."""
    contact: Mapped[str | None] = mapped_column(Sealed)
    """Whom to see, where, and by which telephone: for who has taken it and for the community."""
    asker_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    taker_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    rating: Mapped[int | None]


class Offer(Numbered, Guarded):
    """公开认领: what a need still wants, put before all; pledges are made on it."""

    REF = "offer"
    __tablename__ = "offers"
    __table_args__ = (
        only_one("uq_offers_one_open", "need_id", where="closed_at IS NULL"),
        sa.CheckConstraint("wanted_fen > 0 OR goods <> ''", name="wants_something"),
        sa.CheckConstraint("wanted_fen >= 0 AND pledged_fen >= 0 AND received_fen >= 0", name="not_negative"),
        sa.Index(None, "closed_at", "id"),
    )
    PARTIES = {
        "public": lambda key: Offer.need_id.in_(sa.select(Need.id).where(Need.public.is_(True))),
        "area": lambda prefix: Offer.need_id.in_(sa.select(Need.id).where(within(Need.area_code, prefix))),
        "organisation": lambda key: sa.and_(Offer.closed_at.is_(None), Offer.need_id.in_(sa.select(Need.id).where(Need.public.is_(True)))),
    }
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("needs.id"))
    wanted_fen: Mapped[Money]
    """0 where only goods or services are wanted."""
    goods: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    pledged_fen: Mapped[Money] = mapped_column(default=Money(0))
    """What is pledged and neither withdrawn nor lapsed; kept right on write."""
    received_fen: Mapped[Money] = mapped_column(default=Money(0))


class Pledge(Numbered, Stateful, Guarded):
    """认领: an intention of a 认领单位. It becomes a donation only by a 捐赠协议 with a qualified recipient; no money moves here."""

    REF = "pledge"
    WORKFLOW = PLEDGE
    __tablename__ = "pledges"
    CONSTRAINTS = (
        sa.CheckConstraint("amount_fen > 0 OR goods <> ''", name="gives_something"),
        sa.CheckConstraint("amount_fen >= 0 AND received_fen >= 0", name="not_negative"),
        sa.CheckConstraint(
            "state NOT IN ('signed', 'used') OR (recipient <> '' AND qualification <> '' AND agreement_number <> '')",
            name="signed_has_recipient",
        ),
        sa.Index(None, "offer_id", "id"),
        sa.Index(None, "organisation_id", "id"),
        sa.Index(None, "area_code", "id"),
    )
    PARTIES = {
        "area": lambda prefix: within(Pledge.area_code, prefix),
        "organisation": lambda key: Pledge.organisation_id == key,
    }
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offers.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    amount_fen: Mapped[Money]
    goods: Mapped[str] = mapped_column(default="")
    recipient: Mapped[str] = mapped_column(default="")
    """受赠单位: a 慈善组织 or another with the right to receive."""
    qualification: Mapped[str] = mapped_column(default="")
    """Its 慈善组织登记证书 or 公开募捐资格证书, by number."""
    agreement_number: Mapped[str] = mapped_column(default="")
    signed_on: Mapped[date | None]
    received_fen: Mapped[Money] = mapped_column(default=Money(0))

    @property
    def fund(self) -> str:
        """The fund of its own under which its sums stand in the book: never netted with 财政 or 福彩 money."""
        return self.ref


class Gift(Numbered, Stateful, Guarded):
    """到账: a sum the recipient has received, recorded by the community and confirmed by the street; then posted."""

    REF = "gift"
    WORKFLOW = GIFT
    __tablename__ = "gifts"
    CONSTRAINTS = (
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        sa.CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> recorded_by_id", name="two_people"),
        sa.CheckConstraint("state <> 'confirmed' OR confirmed_by_id IS NOT NULL", name="confirmed_by_somebody"),
        sa.UniqueConstraint("pledge_id", "voucher", name="one_voucher"),
        sa.Index(None, "area_code", "id"),
    )
    PARTIES = {
        "area": lambda prefix: within(Gift.area_code, prefix),
        "organisation": lambda key: Gift.pledge_id.in_(sa.select(Pledge.id).where(Pledge.organisation_id == key)),
    }
    pledge_id: Mapped[int] = mapped_column(sa.ForeignKey("pledges.id"))
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    amount_fen: Mapped[Money]
    received_on: Mapped[date]
    voucher: Mapped[str]
    """Number of the recipient's 公益事业捐赠票据 or receipt."""
    recorded_by_id: Mapped[int] = mapped_column(sa.BigInteger)
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)


class Team(Numbered, Guarded):
    """三级联动小组 (3+1): who of the district, the street and the village or community looks after whom.

    Without a person and an organisation it is the default of its whole community. One that has ended names nobody; it stays, for
    what the journal says of it.
    """

    REF = "team"
    __tablename__ = "teams"
    __table_args__ = (
        only_one("uq_teams_one_default", "area_code", where="person_id IS NULL AND organisation_id IS NULL"),
        sa.UniqueConstraint("person_id", name="one_person"),
        sa.UniqueConstraint("organisation_id", name="one_organisation"),
        sa.CheckConstraint("person_id IS NULL OR organisation_id IS NULL", name="one_subject"),
        sa.Index(None, "area_code", "id"),
    )  # fmt: skip
    PARTIES = {"area": lambda prefix: within(Team.area_code, prefix)}
    area_code: Mapped[str] = mapped_column(Code)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    household: Mapped[bool] = mapped_column(default=False)
    """Whether the person stands for the whole household."""
    district_id: Mapped[int | None] = mapped_column(sa.ForeignKey("memberships.id"))
    street_id: Mapped[int | None] = mapped_column(sa.ForeignKey("memberships.id"))
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("memberships.id"))


class Revisit(Numbered, Base):
    """回访: a home visit or a call by another than who handled the need."""

    REF = "revisit"
    __tablename__ = "revisits"
    __table_args__ = (sa.Index(None, "need_id", "id"), sa.CheckConstraint("rating BETWEEN 1 AND 5", name="one_to_five"))
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("needs.id"))
    number: Mapped[int]
    """Of the round that was judged."""
    how: Mapped[str] = mapped_column(sa.String(8))
    rating: Mapped[int]
    words: Mapped[str] = mapped_column(Sealed)
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[datetime]


class Sample(Numbered, Guarded):
    """电话抽查: needs of an area and a period, drawn with a recorded seed out of all that were resolved."""

    REF = "sample"
    __tablename__ = "samples"
    __table_args__ = (sa.Index(None, "area_code", "id"), sa.CheckConstraint("size >= 1", name="some"))
    PARTIES = {"area": lambda prefix: within(Sample.area_code, prefix)}
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    size: Mapped[int]
    found: Mapped[int]
    """Of how many it was drawn."""
    seed: Mapped[str] = mapped_column(sa.String(64))
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[datetime]


class Drawn(Numbered, Guarded):
    """One need of a telephone sample, and what was heard."""

    REF = "drawn"
    __tablename__ = "samples_drawn"
    __table_args__ = (
        sa.UniqueConstraint("sample_id", "need_id", name="once"),
        sa.CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="one_to_five"),
        sa.CheckConstraint("rating IS NULL OR reached", name="reached_to_rate"),
        sa.Index(None, "need_id"),
    )
    PARTIES = {"area": lambda prefix: Drawn.sample_id.in_(sa.select(Sample.id).where(within(Sample.area_code, prefix)))}
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"))
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("needs.id"))
    position: Mapped[int]
    reached: Mapped[bool | None]
    rating: Mapped[int | None]
    words: Mapped[str | None] = mapped_column(Sealed)
    by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    at: Mapped[datetime | None]


TERMS: dict[str, Any] = {"minutes": 510, "around_clock": False, "workdays": 15}
"""The clocks of a need whose category the dictionary does not have."""

says(
    {
        "uq_escalations_one_open": "这件需求在这一级已经有一条未答复的督办。",
        "uq_orders_one_running": "这件需求已经有一张在办的单。",
        "uq_offers_one_open": "这件需求已经在公开认领。",
        "ck_pledges_gives_something": "请填写认领的金额，或写明提供的物品、服务。",
        "ck_offers_wants_something": "请填写需要的金额，或写明需要的物品、服务。",
        "ck_pledges_signed_has_recipient": "捐赠协议要写明受赠单位、资格和协议编号。",
        "ck_gifts_two_people": "到账由两个人经手：登记和复核不能是同一个人。",
        "uq_gifts_one_voucher": "这张票据已经登记过到账。",
        "uq_teams_one_default": "这个社区已经有默认的三级联动小组，请直接修改。",
        "uq_teams_one_person": "这位居民已经有三级联动小组，请直接修改。",
        "uq_teams_one_organisation": "这家单位已经有三级联动小组，请直接修改。",
        "uq_samples_drawn_once": "这件需求已经在这次抽查里。",
    }
)
