"""The templates of agreements that officers write, one version a row."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Code, Numbered
from webapp.core.scope import Guarded, within
from webapp.core.workflow import Stateful
from webapp.workflows import AGREEMENT_TEMPLATE


class AgreementTemplate(Numbered, Stateful, Guarded):
    """协议模板: one version of an office's wording for one legal form (or for 补充协议); one of an area is in force for each.

    Offices within an area read what is in force above them, for their agreements are drafted from it where they have none.
    """

    REF = "agreement_template"
    WORKFLOW = AGREEMENT_TEMPLATE
    __tablename__ = "agreement_templates"
    CONSTRAINTS = (
        sa.UniqueConstraint("area_code", "kind", "version", name="version"),
        sa.Index(
            "uq_agreement_templates_one_in_force", "area_code", "kind", unique=True,
            postgresql_where=sa.text("state = 'in_force'"), sqlite_where=sa.text("state = 'in_force'"),
        ),
        sa.Index(
            "uq_agreement_templates_one_draft", "area_code", "kind", unique=True,
            postgresql_where=sa.text("state = 'draft'"), sqlite_where=sa.text("state = 'draft'"),
        ),
    )  # fmt: skip
    PARTIES = {
        "area": lambda prefix: sa.or_(
            within(AgreementTemplate.area_code, prefix),
            sa.and_(
                AgreementTemplate.state == "in_force",
                sa.func.substr(sa.literal(prefix), 1, sa.func.length(AgreementTemplate.area_code)) == AgreementTemplate.area_code,
            ),
        )
    }
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    area_code: Mapped[str] = mapped_column(Code)
    kind: Mapped[str] = mapped_column(sa.String(12))
    """A legal form of calls, or `amendment` (`rules.wording.KINDS`)."""
    version: Mapped[int]
    title: Mapped[str]
    text: Mapped[str]
    paper: Mapped[bool] = mapped_column(default=False)
    """Whether the organiser signs only when the sealed paper has been sent in as a scan."""
    amends: Mapped[list[Any]] = mapped_column(default=list)
    """Kinds of changes that take effect by a signed 补充协议."""
    why: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(sa.String(64))
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
