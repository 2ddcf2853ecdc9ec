"""A sealed report. It has no page, list, search or count for anybody but the 专办人 of its area."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Code, Numbered, says
from webapp.core.scope import Guarded, within
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.workflows import URGENT

KINDS = {
    "police": "警情", "suicide": "轻生", "minor": "疑似侵害未成年人", "violence": "家庭暴力", "petition": "信访", "legal": "涉法涉诉",
}  # fmt: skip
"""The most pressing first: what matches several kinds is taken as the first of them."""
CALLS: dict[str, tuple[tuple[str, str], ...]] = {
    "police": (("110", "报警"), ("120", "急救"), ("119", "火警")),
    "suicide": (("110", "报警"), ("120", "急救"), ("12356", "心理援助")),
    "minor": (("110", "报警"), ("12355", "青少年服务"), ("12345", "政务服务")),
    "violence": (("110", "报警"), ("12338", "妇女维权"), ("12348", "法律援助")),
    "petition": (("12345", "政务服务"), ("12348", "法律援助")),
    "legal": (("12348", "法律援助"), ("12345", "政务服务")),
}
"""Whom to call at once; 12356 is the national line for 心理援助."""


class Report(Numbered, Stateful, Guarded):
    """专办报告. Its title names kind and community, never what was said."""

    REF = "urgent"
    WORKFLOW = URGENT
    __tablename__ = "urgent_reports"
    CONSTRAINTS = (
        sa.UniqueConstraint("number", name="number"),
        sa.CheckConstraint("state <> 'reported' OR reported_at IS NOT NULL", name="reported_has_time"),
        sa.Index(None, "area_code", "id"),
    )
    PARTIES = {"urgent": lambda prefix: within(Report.area_code, prefix)}
    number: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(sa.String(12))
    area_code: Mapped[str] = mapped_column(Code)
    channel: Mapped[str] = mapped_column(sa.String(16))
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Who said it, when signed in."""
    taken_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Who entered it: the speaker, or a worker on behalf."""
    words: Mapped[str] = mapped_column(Sealed)
    place: Mapped[str | None] = mapped_column(Sealed)
    speaker: Mapped[str | None] = mapped_column(Sealed)
    speaker_phone: Mapped[str | None] = mapped_column(Sealed)
    at: Mapped[datetime]
    disclaimed: Mapped[bool] = mapped_column(default=False)
    """The speaker says that it is none of these."""
    reported_to: Mapped[str | None] = mapped_column(Sealed)
    reported_at: Mapped[datetime | None]
    receipt: Mapped[str | None] = mapped_column(Sealed)
    """The number the other office gave it."""
    escalated_at: Mapped[datetime | None]


says({"ck_urgent_reports_reported_has_time": "请填写上报时间。"})
