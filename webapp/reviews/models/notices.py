"""公示 and objections."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.applications.models import of_applicants
from webapp.calls.models import Call
from webapp.core.db import Numbered
from webapp.core.scope import Guarded, within
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.workflows import NOTICE, OBJECTION


class Notice(Numbered, Stateful, Guarded):
    """拟立项公示 (before) or 公告 (result): frozen content with its digest."""

    REF = "notice"
    WORKFLOW = NOTICE
    __tablename__ = "notices"
    CONSTRAINTS = (sa.UniqueConstraint("number", name="number"), sa.Index(None, "call_id"))
    PARTIES = {
        "public": lambda key: sa.true(),
        "resident": lambda key: sa.true(),
        "area": lambda prefix: Notice.call_id.in_(sa.select(Call.id).where(within(Call.area_code, prefix))),
    }
    number: Mapped[str] = mapped_column(sa.String(20))
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    kind: Mapped[str] = mapped_column(sa.String(12))
    """before (公示), reserve (候补递补公示) or result (公告)."""
    previous_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notices.id"))
    """The notice that this one corrects (更正)."""
    title: Mapped[str]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(sa.String(64))
    starts_on: Mapped[date]
    ends_at: Mapped[datetime]
    call: Mapped[Call] = relationship(lazy="raise_on_sql")


class Objection(Numbered, Stateful, Guarded):
    """异议 raised during 公示; the name of who raised it is sealed."""

    REF = "objection"
    WORKFLOW = OBJECTION
    __tablename__ = "objections"
    CONSTRAINTS = (
        sa.UniqueConstraint("number", name="number"),
        sa.CheckConstraint("person_id IS NOT NULL OR kind = 'anonymous' OR name IS NOT NULL", name="somebody_or_anonymous"),
        sa.Index(None, "notice_id"),
    )
    PARTIES = {
        "area": lambda prefix: Objection.notice_id.in_(sa.select(Notice.id).join(Call).where(within(Call.area_code, prefix))),
        "resident": lambda key: Objection.person_id == key,
    }
    ASIDE = of_applicants(lambda: Objection.application_id)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"))
    number: Mapped[str] = mapped_column(sa.String(20))
    """受理编号, on the receipt."""
    kind: Mapped[str] = mapped_column(sa.String(12))
    """named (个人实名), sealed (单位盖章) or anonymous (匿名线索)."""
    application_id: Mapped[int | None] = mapped_column(sa.ForeignKey("applications.id"))
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Who raised it here; nobody when the organiser registered what came by letter, visit or telephone."""
    name: Mapped[str | None] = mapped_column(Sealed)
    text: Mapped[str] = mapped_column(Sealed)
    evidence: Mapped[str | None] = mapped_column(Sealed)
    title: Mapped[str] = mapped_column(default="公示异议")
    handler_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    """承办人: who looks into it, never who decided the list."""
    upheld: Mapped[bool | None]
    answer: Mapped[str | None]
    appeal: Mapped[str | None] = mapped_column(Sealed)
    """Why whoever raised it asks for the re-examination (复核)."""
    final: Mapped[str | None]
    """What the re-examination found."""
