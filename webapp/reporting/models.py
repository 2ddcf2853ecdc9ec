"""Every document issued: what it is, over which data, with its digest and its file."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Code, Numbered
from webapp.core.scope import Guarded, within


class Issued(Numbered, Guarded):
    """An issued document (PDF, XLSX …) that a person asked for; `token` opens its verification page."""

    REF = "issued"
    __tablename__ = "issued_documents"
    __table_args__ = (sa.UniqueConstraint("token", name="token"), sa.Index(None, "person_id", "id"), sa.Index(None, "subject"))
    PARTIES = {
        "resident": lambda key: Issued.person_id == key,
        "area": lambda prefix: within(Issued.area_code, prefix),
    }
    kind: Mapped[str] = mapped_column(sa.String(24))
    subject: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str]
    suffix: Mapped[str] = mapped_column(sa.String(8))
    args: Mapped[dict[str, Any]]
    area_code: Mapped[str] = mapped_column(Code, default="")
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    token: Mapped[str] = mapped_column(sa.String(32))
    as_of: Mapped[datetime]
    job_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    data_digest: Mapped[str | None] = mapped_column(sa.String(64))
    file_digest: Mapped[str | None] = mapped_column(sa.String(64))
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachments.id"))
    at: Mapped[datetime]
