"""The index that look-alikes are found by, the keyed hashes of identities, and the findings."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.applications.models import Application, of_applicants
from webapp.calls.models import Call
from webapp.core.db import Base, Numbered
from webapp.core.scope import Guarded, within
from webapp.core.workflow import Stateful
from webapp.workflows import FINDING


class Indexed(Numbered, Base):
    """A text that can be found: an application as last submitted, or a published project."""

    __tablename__ = "alike_texts"
    __table_args__ = (sa.UniqueConstraint("kind", "object_id", name="object"),)
    kind: Mapped[str] = mapped_column(sa.String(24))
    object_id: Mapped[int] = mapped_column(sa.BigInteger)
    pairs: Mapped[int]
    """How many pairs of characters its title has."""
    seen: Mapped[datetime]
    """When what is indexed was submitted (published: read in); another moment there means that it must be read again."""


class Print(Base):
    """One fingerprint of a text, or one pair of characters of its title, as a number."""

    __tablename__ = "alike_prints"
    __table_args__ = (sa.Index(None, "text_id"), {"sqlite_with_rowid": False})
    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey("alike_texts.id", ondelete="CASCADE"), primary_key=True)


class IdentityKey(Base):
    """A keyed hash of what tells an organisation apart, as it stood when one of its applications was last submitted."""

    __tablename__ = "identity_keys"
    __table_args__ = (sa.Index(None, "key"),)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    field: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


class Finding(Numbered, Stateful, Guarded):
    """比对提示: two things that a person should look at side by side. It decides nothing."""

    REF = "finding"
    WORKFLOW = FINDING
    __tablename__ = "findings"
    CONSTRAINTS = (
        sa.UniqueConstraint("application_id", "kind", "other", name="pair"),
        sa.CheckConstraint("other_id IS NULL OR other_id < application_id", name="later_first"),
        sa.Index(None, "call_id", "score", "id"),
        sa.Index(None, "other_call_id", "score", "id"),
        sa.Index(None, "other_id"),
    )
    PARTIES = {
        "area": lambda prefix: _of_calls(within(Call.area_code, prefix)),
        "operator": lambda key: _of_calls(Call.operator_id == key),
    }
    ASIDE: ClassVar[Any] = lambda organisations: sa.or_(*(concerns(organisations) for concerns in _BOTH))
    kind: Mapped[str] = mapped_column(sa.String(12))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    """The later of the two; the earlier one is `other`."""
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    other: Mapped[str] = mapped_column(sa.String(64))
    """What it is like: `application:12`, `published_project:3`, `organisation:7`."""
    other_id: Mapped[int | None] = mapped_column(sa.ForeignKey("applications.id"))
    other_call_id: Mapped[int | None] = mapped_column(sa.ForeignKey("calls.id"))
    score: Mapped[int]
    """How much there is to look at, of 100; for the order of a list only."""
    evidence: Mapped[dict[str, Any]]
    """Places of passages in the two snapshots, budget rows, names of fields: never a text, never a sealed value."""
    application: Mapped[Application] = relationship(foreign_keys=[application_id], lazy="raise_on_sql")

    @property
    def title(self) -> str:
        return f"比对提示 {self.id}"


def _of_calls(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The findings of some calls: those who run either side must look."""
    calls = sa.select(Call.id).where(which)
    return sa.or_(Finding.call_id.in_(calls), Finding.other_call_id.in_(calls))


_BOTH: tuple[Any, ...] = (of_applicants(lambda: Finding.application_id), of_applicants(lambda: Finding.other_id))
