"""支出凭证: the document as such, and what a project claims on it."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.core.db import Base, Json, Numbered, only_one
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.projects.models import Project, ProjectPart
from webapp.workflows import SPENDING

SPENDING_KINDS = {
    "einvoice": "数电票",
    "invoice": "旧版发票",
    "fiscal": "财政电子票据",
    "ticket": "客票",
    "labour": "劳务费发放表",
    "allowance": "补贴签领表",
    "small": "小额收款凭证",
    "split": "分割单",
}


class Document(Numbered, Base):
    """A spending document as such (one invoice, one sheet), whoever claims it: its key by kind and its face value."""

    REF = "document"
    __tablename__ = "spending_documents"
    __table_args__ = (
        sa.UniqueConstraint("register", "key", name="one_document"),
        sa.CheckConstraint("face_fen > 0 AND claimed_fen >= 0 AND claimed_fen <= face_fen", name="claims_within_face"),
        sa.CheckConstraint("parent_id IS NULL OR kind = 'split'", name="only_a_split_has_a_parent"),
        sa.Index(None, "register", "code", "serial"),
        sa.Index(None, "seller_key"),
        sa.Index(None, "parent_id"),
    )
    kind: Mapped[str] = mapped_column(sa.String(12))
    register: Mapped[str] = mapped_column(sa.String(12))
    """Whose numbers the key is one of: the kind, but a 客票 issued as 数电票 shares the register of those."""
    key: Mapped[str] = mapped_column(sa.String(64))
    code: Mapped[str] = mapped_column(sa.String(20), default="")
    number: Mapped[str] = mapped_column(sa.String(64), default="")
    check_code: Mapped[str] = mapped_column(sa.String(8), default="")
    """财政电子票据: 校验码."""
    serial: Mapped[int | None] = mapped_column(sa.BigInteger)
    """The running part of the number, so that neighbours can be found; None where a number has none."""
    face_fen: Mapped[Money]
    claimed_fen: Mapped[Money]
    """Sum of all claims on it over all projects, those through its 分割单 included; kept right on write."""
    buyer: Mapped[str] = mapped_column(default="")
    buyer_key: Mapped[str] = mapped_column(sa.String(64), default="")
    """Keyed hash of the buyer's tax number as an e-invoice gives it."""
    seller_key: Mapped[str] = mapped_column(sa.String(64), default="")
    """Keyed hash of the seller's tax number."""
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("spending_documents.id"))
    """分割单: the original of which it is a share; its own face is the share."""
    holder: Mapped[str] = mapped_column(default="")
    """分割单: who keeps the original."""


class Spending(Numbered, Stateful, ProjectPart):
    """支出凭证: what one project claims on one document, for one budget line."""

    REF = "spending"
    WORKFLOW = SPENDING
    __tablename__ = "spendings"
    CONSTRAINTS = (
        only_one("uq_spendings_once_per_line", "project_id", "document_id", "budget_line_id", where="state IN ('claimed', 'accepted')"),
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        sa.Index(None, "document_id"),
        sa.Index(None, "payee_key"),
        sa.Index(None, "person_key"),
        sa.Index(None, "identity_key", "spent_on"),
    )
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("spending_documents.id"))
    budget_line_id: Mapped[int] = mapped_column(sa.ForeignKey("budget_lines.id"))
    activity_id: Mapped[int | None] = mapped_column(sa.ForeignKey("activities.id"))
    title: Mapped[str]
    payee: Mapped[str] = mapped_column(Sealed)
    payee_key: Mapped[str] = mapped_column(sa.String(64), default="")
    """Keyed hash of the payee's name (`rules.vouchers.name_key`)."""
    person: Mapped[str | None] = mapped_column(Sealed)
    """客票: who travelled."""
    person_key: Mapped[str] = mapped_column(sa.String(64), default="")
    identity_key: Mapped[str] = mapped_column(sa.String(64), default="")
    """小额收款凭证: keyed hash of the payee's identity number; the number itself is not kept."""
    spent_on: Mapped[date]
    amount_fen: Mapped[Money]
    reason: Mapped[str] = mapped_column(default="")
    """Why what the checks remarked is so, in the organisation's words."""
    remarks: Mapped[list[Any]] = mapped_column(Json, default=list)
    """Codes of what the checks remarked when it was claimed (`rules.vouchers.REMARKS`)."""
    read: Mapped[str | None] = mapped_column(Sealed)
    """What was read from the e-invoice among its files, as JSON; None where nothing could be read."""
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
    document: Mapped[Document] = relationship(lazy="raise_on_sql")
