"""An application: append-only drafts of its sections, landing consents, formal checks, and frozen snapshots."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.calls.models import Call
from webapp.core.db import Base, Code, Numbered, says
from webapp.core.scope import Guarded, within
from webapp.core.workflow import Stateful
from webapp.workflows import APPLICATION, CERTIFICATION, COACHING, LANDING

SEEN_BY_OFFICERS = ("draft", "withdrawn")
"""States in which an application is its organisation's alone."""


class Application(Numbered, Stateful, Guarded):
    """申报."""

    REF = "application"
    WORKFLOW = APPLICATION
    __tablename__ = "applications"
    CONSTRAINTS = (
        sa.UniqueConstraint("number", name="number"),
        sa.UniqueConstraint("call_id", "organisation_id", "title", name="one_title_per_call"),
        sa.CheckConstraint("requested_fen >= 0 AND own_fen >= 0", name="not_negative"),
        sa.CheckConstraint("state <> 'awarded' OR awarded_fen > 0", name="award_has_amount"),
        sa.Index(None, "call_id", "state", "id"),
        sa.Index(None, "organisation_id", "id"),
        sa.Index(None, "area_code", "id"),
    )
    PARTIES = {
        "area": lambda prefix: sa.and_(
            Application.state.not_in(SEEN_BY_OFFICERS),
            sa.or_(
                Application.call_id.in_(sa.select(Call.id).where(within(Call.area_code, prefix))),
                # asked row by row: as a list of keys, every landing of the area would be gathered for each page
                sa.exists().where(Landing.application_id == Application.id, within(Landing.area_code, prefix)).correlate(Application),
            ),
        ),
        "operator": lambda key: sa.and_(
            Application.state.not_in(SEEN_BY_OFFICERS), Application.call_id.in_(sa.select(Call.id).where(Call.operator_id == key))
        ),
        "organisation": lambda key: Application.organisation_id == key,
        "co_writer": lambda key: sa.exists().where(CoWriter.application_id == Application.id, CoWriter.person_id == key),
    }  # fmt: skip
    ASIDE: ClassVar[Any] = lambda organisations: Application.organisation_id.in_(organisations)
    number: Mapped[str] = mapped_column(sa.String(20))
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    version: Mapped[int]
    """The call's rules version it answers."""
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    area_code: Mapped[str] = mapped_column(Code)
    """Where it lands: the common prefix of its communities, the call's area before any is named."""
    title: Mapped[str]
    category: Mapped[str] = mapped_column(sa.String(24))
    requested_fen: Mapped[Money]
    own_fen: Mapped[Money]
    awarded_fen: Mapped[Money | None]
    returns: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime | None]
    stages: Mapped[list[Any]]
    """The review stages of its call, copied at creation; the workflow passes over the others."""
    call: Mapped[Call] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


def of_applicants(application_id: Callable[[], Any]) -> Callable[[Any], sa.ColumnElement[bool]]:
    """What hangs on an application is kept from whom the application is kept from. The column is asked late: its class is being made."""

    def concerns(organisations: Any) -> sa.ColumnElement[bool]:
        theirs = sa.select(Application.id).where(Application.organisation_id.in_(organisations))
        return sa.and_(application_id().is_not(None), application_id().in_(theirs))

    return concerns


class SectionDraft(Numbered, Base):
    """One saving of one section, valid or not; the newest is what the page shows, the others are its history."""

    REF = "section_draft"
    __tablename__ = "section_drafts"
    __table_args__ = (sa.UniqueConstraint("application_id", "section", "version", name="version"),)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    section: Mapped[str] = mapped_column(sa.String(24))
    version: Mapped[int]
    answers: Mapped[dict[str, Any]]
    source: Mapped[str | None]
    """Where it was taken over from (last year's application, the record), until somebody has looked it through and saved it."""
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[datetime]


class Writing(Base):
    """Who is writing in a section, and when that was last heard of; it locks nothing."""

    __tablename__ = "section_writers"
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    section: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True, index=True)
    at: Mapped[datetime]


class CoWriter(Base):
    """协作人: what one person may do with one application, where it differs from what the person's duty gives."""

    __tablename__ = "co_writers"
    __table_args__ = (sa.CheckConstraint("level IN ('view', 'fill', 'submit')", name="known_level"),)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True, index=True)
    level: Mapped[str] = mapped_column(sa.String(8))
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[datetime]


class OwnRule(Base):
    """What an organisation asks of its own applications: that a second person confirms each before it is handed in."""

    __tablename__ = "applicant_rules"
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    certified: Mapped[bool]
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[datetime]


ASKED = sa.text("state = 'asked'")


class Certification(Numbered, Stateful, Guarded):
    """送审确认: the one who prepared an application (编制人) asks a colleague (确认人) to confirm what stands in it."""

    REF = "certification"
    WORKFLOW = CERTIFICATION
    __tablename__ = "certifications"
    CONSTRAINTS = (
        sa.CheckConstraint("prepared_by_id <> certifier_id", name="two_people"),
        sa.Index(None, "application_id", "id"),
        sa.Index("uq_certifications_one_asked", "application_id", unique=True, postgresql_where=ASKED, sqlite_where=ASKED),
    )  # fmt: skip
    PARTIES = {
        "organisation": lambda key: Certification.application_id.in_(sa.select(Application.id).where(Application.organisation_id == key)),
    }
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    title: Mapped[str]
    """The project, for lists."""
    prepared_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    certifier_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    versions: Mapped[dict[str, Any]]
    """What was confirmed: the version of each section, and the files."""


def _of_call_operated(key: Any) -> Any:
    return (
        sa.select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .where(Call.operator_id == key, Application.state != "withdrawn")
    )  # fmt: skip


class Coaching(Numbered, Stateful, Guarded):
    """项目优化: before handing in, an organisation shows its draft to the operator, who suggests what to change. Nothing of it is judged."""

    REF = "coaching"
    WORKFLOW = COACHING
    __tablename__ = "coachings"
    CONSTRAINTS = (
        sa.CheckConstraint("state <> 'given' OR given_by_id IS NOT NULL", name="given_by_somebody"),
        sa.Index(None, "application_id", "id"),
        sa.Index("uq_coachings_one_asked", "application_id", unique=True, postgresql_where=ASKED, sqlite_where=ASKED),
    )
    PARTIES = {
        "organisation": lambda key: Coaching.application_id.in_(sa.select(Application.id).where(Application.organisation_id == key)),
        "operator": lambda key: sa.and_(Coaching.state.in_(("asked", "given")), Coaching.application_id.in_(_of_call_operated(key))),
        "co_writer": lambda key: sa.exists().where(CoWriter.application_id == Coaching.application_id, CoWriter.person_id == key),
    }
    ASIDE = of_applicants(lambda: Coaching.application_id)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    title: Mapped[str]
    """The project, for lists."""
    wish: Mapped[str]
    """What help is wanted."""
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    versions: Mapped[dict[str, Any]]
    """What is shown to the operator: the version each section had when it was asked; what is written later is not."""
    papers: Mapped[list[Any]]
    """The attachments there were then: kind and name of each. The files themselves are not shown."""
    overall: Mapped[str] = mapped_column(default="")
    suggestions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What is suggested for single sections, by their keys."""
    given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)


class SentBack(Base):
    """A section opened again by 退回补正, with what is to be corrected in it."""

    __tablename__ = "sections_sent_back"
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    section: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    remark: Mapped[str]


class ApplicationNeed(Base):
    """A need of the call that the application answers."""

    __tablename__ = "application_needs"
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("needs.id"), primary_key=True, index=True)


class Landing(Numbered, Stateful, Guarded):
    """落地社区确认: one community asked whether the project may land there."""

    REF = "landing"
    WORKFLOW = LANDING
    __tablename__ = "landings"
    CONSTRAINTS = (
        sa.UniqueConstraint("application_id", "area_code", name="one_per_community"),
        sa.Index(None, "area_code", "id"),
    )
    PARTIES = {
        "area": lambda prefix: within(Landing.area_code, prefix),
        "organisation": lambda key: Landing.application_id.in_(sa.select(Application.id).where(Application.organisation_id == key)),
    }
    ASIDE = of_applicants(lambda: Landing.application_id)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    """Community and project, for lists."""
    reminded_at: Mapped[datetime | None]


class Check(Numbered, Base):
    """资格初审: one rule's outcome (pass, fail, manual) with its reason."""

    REF = "check"
    __tablename__ = "application_checks"
    __table_args__ = (sa.UniqueConstraint("application_id", "round", "rule", name="rule"),)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    round: Mapped[int]
    rule: Mapped[str] = mapped_column(sa.String(40))
    outcome: Mapped[str] = mapped_column(sa.String(8))
    reason: Mapped[str]
    by: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]


class Snapshot(Numbered, Base):
    """What was submitted, frozen; everything judged is judged on it."""

    REF = "snapshot"
    __tablename__ = "snapshots"
    __table_args__ = (sa.UniqueConstraint("application_id", "number", name="number"),)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(sa.String(64))
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[datetime]


says(
    {
        "uq_applications_one_title_per_call": "本单位已经用这个名称申报过本次征集，请换个名称，或在原申报上修改。",
        "uq_certifications_one_asked": "已经送审，正在等确认人答复。",
        "uq_coachings_one_asked": "已经请过，正在等承办机构的建议。",
        "uq_landings_one_per_community": "已经请这个社区确认过。",
        "uq_section_drafts_version": "另一位同事刚刚保存了这一部分。您填写的内容还在，请对照后再保存。",
    }
)
