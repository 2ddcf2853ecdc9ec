"""A need, the voices behind it, and the public wording a second person releases."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Code, Json, Numbered, says
from webapp.core.scope import Guarded, within
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.workflows import NEED, WORDING

CHANNELS = {
    "web": "网上", "visit": "来访代填", "hotline": "热线", "box": "意见箱", "wish_tree": "心愿树", "grid": "网格走访", "meeting": "议事会",
    "organisation": "社会组织服务提议", "12345": "12345 工单",
}  # fmt: skip
UNHEARD = "（录音，等社区听写）"
"""Stands for the words of a recording until somebody has written them down."""
DECISIONS = {"self": "自治事项", "assist": "协助政府事项", "declined": "不予受理", "sealed": "不属于本渠道"}
PACES = {"quick": "即时议", "deep": "深入议"}
"""绍兴 DB3306/T 075-2025: 即时议 is answered within 48 hours, 深入议 starts within 5 working days."""


class Category(Base):
    """类别 of the dictionary, with its clocks. A retired one can no longer be chosen and stays on the needs that have it."""

    REF = "category"
    __tablename__ = "need_categories"
    __table_args__ = (
        sa.UniqueConstraint("label", name="label"),
        sa.CheckConstraint("response_minutes >= 5", name="five_minutes"),
        sa.CheckConstraint("answer_workdays >= 1", name="one_day"),
        sa.CheckConstraint("pace IN ('quick', 'deep')", name="known_pace"),
    )
    code: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    label: Mapped[str]
    response_minutes: Mapped[int]
    """From the saying to a handler's first step; counted in office hours, unless `around_clock`."""
    around_clock: Mapped[bool] = mapped_column(default=False)
    answer_workdays: Mapped[int]
    pace: Mapped[str] = mapped_column(sa.String(8))
    """What a need of this kind is usually given at 受理 (`PACES`)."""
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)

    @property
    def ref(self) -> str:
        return f"category:{self.code}"


class Elsewhere(Base):
    """Where one can go with what is 不予受理: a usual place and its telephone."""

    REF = "elsewhere"
    __tablename__ = "need_elsewhere"
    code: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    label: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)

    @property
    def ref(self) -> str:
        return f"elsewhere:{self.code}"


class Need(Numbered, Stateful, Guarded):
    """需求. Its title is the public one once released; the 原话 stay with the handler."""

    REF = "need"
    WORKFLOW = NEED
    __tablename__ = "needs"
    CONSTRAINTS = (
        sa.UniqueConstraint("number", name="number"),
        sa.CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_into_itself"),
        sa.CheckConstraint("state <> 'merged' OR merged_into_id IS NOT NULL", name="merged_has_target"),
        sa.Index(None, "area_code", "id"),
        sa.Index(None, "resident_id"),
        sa.Index(None, "merged_into_id"),
        sa.Index(None, "public", "id"),
        sa.Index(None, "handler_id", "id"),
        sa.Index(None, "proposer_id", "id"),
        sa.Index(None, "area_code", "raised_at"),
    )
    PARTIES = {
        "area": lambda prefix: within(Need.area_code, prefix),
        "organisation": lambda key: sa.or_(Need.handler_id == key, Need.proposer_id == key),
        "resident": lambda key: sa.or_(Need.resident_id == key, Need.id.in_(sa.select(Voice.need_id).where(Voice.person_id == key))),
        "public": lambda key: Need.public.is_(True),
    }
    number: Mapped[str] = mapped_column(sa.String(20))
    area_code: Mapped[str] = mapped_column(Code)
    category: Mapped[str] = mapped_column(sa.String(16))
    title: Mapped[str]
    """A short working title by the handler; the released wording's first line once public."""
    public: Mapped[bool] = mapped_column(default=False)
    resident_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    voices: Mapped[int] = mapped_column(default=1)
    """How many voices stand behind it, merged ones included; kept right on write."""
    same: Mapped[int] = mapped_column(default=0)
    """我也有同样需求."""
    channel: Mapped[str] = mapped_column(sa.String(16), default="web", server_default="web")
    """How it first came in."""
    decision: Mapped[str | None] = mapped_column(sa.String(12))
    pace: Mapped[str | None] = mapped_column(sa.String(8))
    """即时议 or 深入议, chosen at 受理."""
    elsewhere: Mapped[str] = mapped_column(default="", server_default="")
    """Where to go instead, when it is 不予受理."""
    on_time: Mapped[bool | None]
    """Whether the answer came before its day; None until there is one. Kept by what follows the need's steps."""
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("needs.id"))
    proposer_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    """The organisation whose 服务提议 it is."""
    handler_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    """The organisation that has it in hand."""
    rating: Mapped[int | None]
    """The resident's 1–5 on the result."""
    voted: Mapped[int | None]
    """Votes in the 评议 that listed it."""
    ranked: Mapped[int | None]
    raised_at: Mapped[datetime]


class Voice(Numbered, Guarded):
    """原话: what somebody said, as said. Seen by the handler and by who said it; erased by retention."""

    REF = "voice"
    __tablename__ = "voices"
    __table_args__ = (
        sa.Index(None, "need_id"),
        sa.Index(None, "person_id"),
        sa.Index("ix_voices_unheard", "need_id", sqlite_where=sa.text("written_down = 0"), postgresql_where=sa.text("written_down = 0")),
    )
    PARTIES = {
        "resident": lambda key: Voice.person_id == key,
        "area": lambda prefix: Voice.need_id.in_(sa.select(Need.id).where(within(Need.area_code, prefix))),
        "organisation": lambda key: sa.and_(
            Voice.channel == "organisation", Voice.origin_id.in_(sa.select(Need.id).where(Need.proposer_id == key))
        ),
    }
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("needs.id"))
    origin_id: Mapped[int] = mapped_column(sa.ForeignKey("needs.id"))
    """The need it first came in as; differs after a merge, so that a merge can be undone."""
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    channel: Mapped[str] = mapped_column(sa.String(16))
    words: Mapped[str] = mapped_column(Sealed)
    place: Mapped[str | None] = mapped_column(Sealed)
    speaker: Mapped[str | None] = mapped_column(Sealed)
    """For whom, when a worker or a child entered it."""
    speaker_phone: Mapped[str | None] = mapped_column(Sealed)
    taken_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    written_down: Mapped[int | None]
    """How often a worker has written down its recording; None where the words came with it."""
    at: Mapped[datetime]


class Wording(Numbered, Stateful, Guarded):
    """公开表述: what the public sees, drafted by one and released by another (先审后发)."""

    REF = "wording"
    WORKFLOW = WORDING
    __tablename__ = "wordings"
    CONSTRAINTS = (
        sa.CheckConstraint("released_by_id IS NULL OR released_by_id <> drafted_by_id", name="two_people"),
        sa.Index(None, "need_id", "id"),
    )
    PARTIES = {"area": lambda prefix: Wording.need_id.in_(sa.select(Need.id).where(within(Need.area_code, prefix)))}
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("needs.id"))
    title: Mapped[str]
    text: Mapped[str]
    drafted_by_id: Mapped[int] = mapped_column(sa.BigInteger)
    released_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    ticked: Mapped[list[str] | None] = mapped_column(Json)
    """What the releaser looked at and found harmless."""


class Same(Base):
    """我也有同样需求."""

    __tablename__ = "needs_same"
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("needs.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    origin_id: Mapped[int] = mapped_column(sa.ForeignKey("needs.id"))
    """The need on whose page it was said; differs after a merge, so that a merge can be undone."""
    at: Mapped[datetime]


says(
    {
        "ck_wordings_two_people": "公开表述要由另一位同事发布（先审后发），起草人不能自己发布。",
        "uq_need_categories_label": "已经有同名的类别，请换一个名称。",
        "ck_need_categories_five_minutes": "首次答复时限最短 5 分钟。",
        "ck_need_categories_one_day": "答复时限至少 1 个工作日。",
        "pk_needs_same": "您已经表示过有同样需求。",
        "ck_needs_not_into_itself": "不能合并到自己，请选择另一件需求。",
    }
)
