"""支出凭证: the document as such, and what a project claims on it."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.core.db import Base, Numbered, only_one
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
        sa.UniqueConstraint("kind", "key", name="one_document"),
        sa.CheckConstraint("face_fen > 0 AND claimed_fen >= 0 AND claimed_fen <= face_fen", name="claims_within_face"),
    )
    kind: Mapped[str] = mapped_column(sa.String(12))
    key: Mapped[str] = mapped_column(sa.String(64))
    face_fen: Mapped[Money]
    claimed_fen: Mapped[Money]
    """Sum of all claims on it over all projects, kept right on write."""


class Spending(Numbered, Stateful, ProjectPart):
    """支出凭证: what one project claims on one document, for one budget line."""

    REF = "spending"
    WORKFLOW = SPENDING
    __tablename__ = "spendings"
    CONSTRAINTS = (
        only_one("uq_spendings_once_per_line", "project_id", "document_id", "budget_line_id", where="state IN ('claimed', 'accepted')"),
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
    )
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("spending_documents.id"))
    budget_line_id: Mapped[int] = mapped_column(sa.ForeignKey("budget_lines.id"))
    activity_id: Mapped[int | None] = mapped_column(sa.ForeignKey("activities.id"))
    title: Mapped[str]
    payee: Mapped[str] = mapped_column(Sealed)
    spent_on: Mapped[date]
    amount_fen: Mapped[Money]
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
    document: Mapped[Document] = relationship(lazy="raise_on_sql")
