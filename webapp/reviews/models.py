"""Opinions, panels, seats, assignments, results, the decision, 公示 and objections."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.db import Base, Code, Numbered, only_one, says
from webapp.core.scope import Guarded, within
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.workflows import ASSIGNMENT, MEETING, NOTICE, OBJECTION, OPINION, PANEL, PANEL_REPORT, SEAT

FIELDS = {
    "elderly": "为老",
    "youth": "儿童青少年",
    "disabled": "助残",
    "governance": "社区治理",
    "social_work": "社会工作",
    "finance": "财务",
    "law": "法律",
}
VERDICTS = {"support": "支持", "amend": "修改后支持", "oppose": "不支持"}


class Opinion(Numbered, Stateful, Guarded):
    """申报立项协同审核 by a community, or a street's opinion."""

    REF = "opinion"
    WORKFLOW = OPINION
    __tablename__ = "opinions"
    CONSTRAINTS = (
        sa.UniqueConstraint("application_id", "kind", "area_code", name="one_per_office"),
        sa.CheckConstraint("state <> 'given' OR verdict IS NOT NULL", name="given_has_verdict"),
        sa.Index(None, "area_code", "id"),
    )
    PARTIES = {
        "area": lambda prefix: within(Opinion.area_code, prefix),
        "operator": lambda key: Opinion.application_id.in_(sa.select(Application.id).join(Call).where(Call.operator_id == key)),
    }
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    kind: Mapped[str] = mapped_column(sa.String(12))
    """community or street."""
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    verdict: Mapped[str | None] = mapped_column(sa.String(12))
    reason: Mapped[str] = mapped_column(default="")
    scorecard_id: Mapped[int | None] = mapped_column(sa.ForeignKey("scorecards.id"))
    application: Mapped[Application] = relationship(lazy="raise_on_sql")


class Expert(Base):
    """评委 in the pool (专家库)."""

    REF = "expert"
    __tablename__ = "experts"
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    field: Mapped[str] = mapped_column(sa.String(16))
    employer: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    area_code: Mapped[str] = mapped_column(Code)
    available: Mapped[bool] = mapped_column(default=True)


class ExpertTie(Numbered, Base):
    """A relation of an expert to an organisation that bars judging it (look-back of three years)."""

    __tablename__ = "expert_ties"
    __table_args__ = (sa.Index(None, "person_id"), sa.Index(None, "organisation_id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(sa.String(24))
    until_day: Mapped[date | None]


class Panel(Numbered, Stateful, Guarded):
    """评审组 of a call: drawn with a seed whose digest was published before."""

    REF = "panel"
    WORKFLOW = PANEL
    __tablename__ = "panels"
    CONSTRAINTS = (sa.Index(None, "call_id"),)
    PARTIES = {
        "area": lambda prefix: Panel.call_id.in_(sa.select(Call.id).where(within(Call.area_code, prefix))),
        "operator": lambda key: Panel.call_id.in_(sa.select(Call.id).where(Call.operator_id == key)),
    }
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    title: Mapped[str]
    size: Mapped[int]
    finance: Mapped[int]
    reserves: Mapped[int]
    per_application: Mapped[int]
    seed: Mapped[str | None] = mapped_column(Sealed)
    """Sealed until drawn, then published in the minutes."""
    seed_digest: Mapped[str] = mapped_column(sa.String(64))
    minutes: Mapped[dict[str, Any] | None]
    witness: Mapped[str] = mapped_column(default="")
    """监督人 present at the draw."""
    rubric_id: Mapped[int] = mapped_column(sa.ForeignKey("rubrics.id"))
    closes_at: Mapped[datetime]
    call: Mapped[Call] = relationship(lazy="raise_on_sql")


class Seat(Numbered, Stateful, Guarded):
    """One drawn expert, in order; reserves move up."""

    REF = "seat"
    WORKFLOW = SEAT
    __tablename__ = "seats"
    CONSTRAINTS = (
        sa.UniqueConstraint("panel_id", "person_id", name="once_per_panel"),
        sa.Index(None, "person_id", "id"),
        only_one("uq_seats_one_chair", "panel_id", where="chair"),
    )
    PARTIES = {
        "expert": lambda key: sa.and_(Seat.person_id == key, Seat.reserve.is_(False)),
        "area": lambda prefix: Seat.panel_id.in_(sa.select(Panel.id).join(Call).where(within(Call.area_code, prefix))),
        "operator": lambda key: Seat.panel_id.in_(sa.select(Panel.id).join(Call).where(Call.operator_id == key)),
    }
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panels.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    position: Mapped[int]
    field: Mapped[str] = mapped_column(sa.String(16))
    reserve: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(default="评审邀请")
    chair: Mapped[bool] = mapped_column(default=False)
    """组长: locks the totals."""
    panel: Mapped[Panel] = relationship(lazy="raise_on_sql")


class Assignment(Numbered, Stateful, Guarded):
    """One expert, one application, under an alias while the review is blind. A recused expert reaches it no more."""

    REF = "assignment"
    WORKFLOW = ASSIGNMENT
    __tablename__ = "assignments"
    CONSTRAINTS = (
        sa.UniqueConstraint("panel_id", "person_id", "application_id", name="once"),
        sa.Index(None, "application_id"),
        sa.Index(None, "person_id", "state"),
    )
    PARTIES = {
        "expert": lambda key: sa.and_(Assignment.person_id == key, Assignment.state != "recused"),
        "area": lambda prefix: Assignment.panel_id.in_(sa.select(Panel.id).join(Call).where(within(Call.area_code, prefix))),
        "operator": lambda key: Assignment.panel_id.in_(sa.select(Panel.id).join(Call).where(Call.operator_id == key)),
    }
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panels.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    title: Mapped[str]
    """The project's name as the judge sees it; never the applicant's."""
    position: Mapped[int]
    scorecard_id: Mapped[int] = mapped_column(sa.ForeignKey("scorecards.id"))
    panel: Mapped[Panel] = relationship(lazy="raise_on_sql")
    application: Mapped[Application] = relationship(lazy="raise_on_sql")


class Divergence(Base):
    """分差过大: a score far from the others' of the same file; it is given again, or its judge says why it stays."""

    REF = "divergence"
    __tablename__ = "divergences"
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignments.id"), primary_key=True)
    score: Mapped[int]
    """The total that was found, in hundredths."""
    asked: Mapped[str] = mapped_column(sa.String(8))
    """rescore (退回复评) or reason."""
    reason: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]


class PanelReport(Numbered, Stateful, Guarded):
    """评审报告: the totals as the chair locked them, signed by every seated judge (政府采购法实施条例第四十一条)."""

    REF = "panel_report"
    WORKFLOW = PANEL_REPORT
    __tablename__ = "panel_reports"
    CONSTRAINTS = (sa.Index(None, "panel_id"), only_one("uq_panel_reports_one_live", "panel_id", where="state <> 'void'"))
    PARTIES = {
        "expert": lambda key: PanelReport.panel_id.in_(
            sa.select(Seat.panel_id).where(Seat.person_id == key, Seat.state == "pledged", Seat.reserve.is_(False))
        ),
        "area": lambda prefix: PanelReport.panel_id.in_(sa.select(Panel.id).join(Call).where(within(Call.area_code, prefix))),
        "operator": lambda key: PanelReport.panel_id.in_(sa.select(Panel.id).join(Call).where(Call.operator_id == key)),
    }
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panels.id"))
    title: Mapped[str]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(sa.String(64))
    panel: Mapped[Panel] = relationship(lazy="raise_on_sql")


class PanelSignature(Base):
    """What one judge said to a report: agreed, dissented in writing, or kept silent until the day was over."""

    __tablename__ = "panel_signatures"
    __table_args__ = (sa.CheckConstraint("kind <> 'dissent' OR text <> ''", name="dissent_is_written"),)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("panel_reports.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    text: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(sa.String(64))
    """The digest of the figures that were signed."""
    at: Mapped[datetime]


class Meeting(Numbered, Stateful, Guarded):
    """路演: a panel hears its applications one after the other, in an order that was drawn."""

    REF = "meeting"
    WORKFLOW = MEETING
    __tablename__ = "meetings"
    CONSTRAINTS = (sa.Index(None, "panel_id"), only_one("uq_meetings_one_live", "panel_id", where="state <> 'cancelled'"))
    PARTIES = {
        "expert": lambda key: Meeting.panel_id.in_(
            sa.select(Seat.panel_id).where(Seat.person_id == key, Seat.state == "pledged", Seat.reserve.is_(False))
        ),
        "area": lambda prefix: Meeting.panel_id.in_(sa.select(Panel.id).join(Call).where(within(Call.area_code, prefix))),
        "operator": lambda key: Meeting.panel_id.in_(sa.select(Panel.id).join(Call).where(Call.operator_id == key)),
    }
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panels.id"))
    title: Mapped[str]
    place: Mapped[str]
    starts_at: Mapped[datetime]
    talk_minutes: Mapped[int]
    question_minutes: Mapped[int]
    seed: Mapped[str] = mapped_column(Sealed)
    seed_digest: Mapped[str] = mapped_column(sa.String(64))
    order: Mapped[dict[str, Any] | None]
    """The drawn order with its seed and method; None before the draw."""
    turn: Mapped[int] = mapped_column(default=0)
    """Goes up with every change that those who follow must see."""
    position: Mapped[int] = mapped_column(default=0)
    """The present item, from 1; 0 before the first."""
    phase: Mapped[str] = mapped_column(sa.String(12), default="waiting")
    until: Mapped[datetime | None]
    """When the time for talking or questions is over."""
    panel: Mapped[Panel] = relationship(lazy="raise_on_sql")


class MeetingCode(Numbered, Base):
    """One QR code for signing in on site: good once, and for a few minutes."""

    __tablename__ = "meeting_codes"
    __table_args__ = (sa.UniqueConstraint("digest", name="digest"),)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    until: Mapped[datetime]
    used_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)


class MeetingSign(Base):
    """签到 of one judge on site."""

    __tablename__ = "meeting_signs"
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]


class Result(Base):
    """What the channels gave an application and where it came out; points in hundredths."""

    REF = "result"
    __tablename__ = "results"
    __table_args__ = (sa.CheckConstraint("amount_fen IS NULL OR amount_fen > 0", name="amount_positive"),)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"), index=True)
    panel_mean: Mapped[int | None]
    panel_trimmed: Mapped[int | None]
    panel_median: Mapped[int | None]
    panel_spread: Mapped[int | None]
    panel_n: Mapped[int] = mapped_column(default=0)
    community: Mapped[int | None]
    residents: Mapped[int | None]
    residents_n: Mapped[int] = mapped_column(default=0)
    panel: Mapped[int | None]
    """What the call's rules made of the panel's scores; None before the ranking, and in runs older than this column."""
    jury: Mapped[int | None]
    donation: Mapped[int | None]
    bonus: Mapped[int | None]
    """加分 on top of the weighted total."""
    combined: Mapped[int | None]
    rank: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(sa.String(12))
    """propose, reserve or decline."""
    amount_fen: Mapped[Money | None]
    reason: Mapped[str] = mapped_column(default="")


class Registered(Numbered, Base):
    """登记的得分: what the organiser registers for a channel that has no stage of its own; the newest row counts.

    Points in hundredths; for the channel `donation` the money raised, in fen. `channel` is one of `CHANNELS` or a bonus of the call.
    """

    REF = "registered"
    __tablename__ = "registered_figures"
    __table_args__ = (sa.CheckConstraint("value >= 0", name="not_negative"), sa.Index(None, "call_id", "application_id"))
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    channel: Mapped[str] = mapped_column(sa.String(40))
    value: Mapped[int] = mapped_column(sa.BigInteger)
    source: Mapped[str]
    """The paper it stands on: 捐赠票据清单, 计票表."""
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.BigInteger)


class Selection(Numbered, Base):
    """One saved run of the ranking: inputs, outputs and the rule's version, recomputable years later."""

    REF = "selection"
    __tablename__ = "selections"
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"), index=True)
    inputs: Mapped[dict[str, Any]]
    outputs: Mapped[dict[str, Any]]
    rule_version: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.BigInteger)


class Decision(Numbered, Base):
    """集体研究: meeting, date, minutes number."""

    REF = "decision"
    __tablename__ = "decisions"
    __table_args__ = (sa.UniqueConstraint("call_id", name="one_per_call"),)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    meeting: Mapped[str]
    held_on: Mapped[date]
    minutes_number: Mapped[str]
    at: Mapped[datetime]


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
    """before (公示) or result (公告)."""
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
    CONSTRAINTS = (sa.Index(None, "notice_id"),)
    PARTIES = {
        "area": lambda prefix: Objection.notice_id.in_(sa.select(Notice.id).join(Call).where(within(Call.area_code, prefix))),
        "resident": lambda key: Objection.person_id == key,
    }
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"))
    application_id: Mapped[int | None] = mapped_column(sa.ForeignKey("applications.id"))
    person_id: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str | None] = mapped_column(Sealed)
    text: Mapped[str] = mapped_column(Sealed)
    title: Mapped[str] = mapped_column(default="公示异议")
    answer: Mapped[str | None]


says(
    {
        "uq_seats_once_per_panel": "这位评委已经在本评审组。",
        "uq_seats_one_chair": "评审组已经有组长。",
        "uq_meetings_one_live": "评审组已经有路演。",
        "uq_panel_reports_one_live": "总分已经锁定，评审报告正在签署。",
        "uq_decisions_one_per_call": "本次征集已经登记过集体研究。",
        "uq_opinions_one_per_office": "这份申报已经请该单位填写意见。",
    }
)
