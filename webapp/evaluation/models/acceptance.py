"""验收意见书: who signed it, for which side, and who has a different view."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Numbered

SIDES = {"organiser": "主办单位", "street": "街道", "community": "社区", "supervisor": "居务监督委员会（见证）"}


class AcceptanceSign(Numbered, Base):
    """One signature under the 验收意见书 of a final evaluation, by account; append-only. Reached through its evaluation."""

    REF = "acceptance_sign"
    __tablename__ = "acceptance_signs"
    __table_args__ = (
        sa.UniqueConstraint("evaluation_id", "side", "organisation_id", "round", name="one_of_a_side"),
        sa.CheckConstraint("side IN ('organiser', 'street', 'community', 'supervisor')", name="known_side"),
        sa.CheckConstraint("agrees OR reason <> ''", name="dissent_with_reason"),
    )
    evaluation_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluations.id"))
    side: Mapped[str] = mapped_column(sa.String(12))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    agrees: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    round: Mapped[int] = mapped_column(default=1)
    """Which drafting of the opinion it is under: where the evaluation was sent back, it is drafted and signed anew."""
    digest: Mapped[str] = mapped_column(sa.String(64))
    """Of the opinion that was signed."""
    at: Mapped[datetime]
