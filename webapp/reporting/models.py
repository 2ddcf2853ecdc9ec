"""Every document issued: what it is, over which data, with its digest and its file."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Code, Numbered
from webapp.core.scope import Guarded, within


class Issued(Numbered, Guarded):
    """An issued document (PDF, XLSX …) that a person asked for; `token` opens its verification page."""

    REF = "report"
    __tablename__ = "issued_documents"
    __table_args__ = (
        sa.UniqueConstraint("token", name="token"),
        sa.UniqueConstraint("number", name="number"),
        sa.Index(None, "person_id", "id"),
        sa.Index(None, "area_code", "id"),
        sa.Index(None, "subject"),
    )
    PARTIES = {
        "area": lambda prefix: within(Issued.area_code, prefix),
        "organisation": lambda key: Issued.organisation_id == key,
    }
    number: Mapped[str] = mapped_column(sa.String(20))
    kind: Mapped[str] = mapped_column(sa.String(24))
    subject: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str]
    suffix: Mapped[str] = mapped_column(sa.String(8))
    args: Mapped[dict[str, Any]]
    area_code: Mapped[str] = mapped_column(Code, default="")
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    """The organisation a document is about and that may have it: the one that delivers the project."""
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    token: Mapped[str] = mapped_column(sa.String(32))
    as_of: Mapped[datetime]
    job_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    data_digest: Mapped[str | None] = mapped_column(sa.String(80))
    file_digest: Mapped[str | None] = mapped_column(sa.String(64))
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachments.id"))
    at: Mapped[datetime]
