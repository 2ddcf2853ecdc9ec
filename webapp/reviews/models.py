"""Opinions, panels, seats, assignments, results, the decision, 公示 and objections."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

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


class Expert(Guarded):
    """评委 in the pool (专家库). A pool belongs to an area: the offices in it and those above it keep it."""

    REF = "expert"
    __tablename__ = "experts"
    PARTIES = {
        "expert": lambda key: Expert.person_id == key,
        "area": lambda prefix: sa.or_(within(Expert.area_code, prefix), sa.literal(prefix).startswith(Expert.area_code)),
        "operator": lambda key: sa.true(),
    }
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    id: Mapped[int] = synonym("person_id")
    field: Mapped[str] = mapped_column(sa.String(16))
    others: Mapped[list[Any]] = mapped_column(default=list)
    """Further fields."""
    employer: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    area_code: Mapped[str] = mapped_column(Code)
    available: Mapped[bool] = mapped_column(default=True)
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    """The days, both counted, on which the expert cannot come."""
    bank: Mapped[str] = mapped_column(default="")
    account: Mapped[str | None] = mapped_column(Sealed)
    """Where the fee goes; only finance takes it out."""


class ExpertTie(Numbered, Base):
    """A relation of an expert or officer to an organisation that bars judging it (look-back of three years)."""

    __tablename__ = "expert_ties"
    __table_args__ = (sa.Index(None, "person_id"), sa.Index(None, "organisation_id"))
    KINDS: ClassVar[dict[str, str]] = {
        "declared": "本人申报", "advisor": "担任顾问", "board": "理事、监事", "family": "近亲属任职", "pinned": "组织单位指定",
    }  # fmt: skip
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(sa.String(24))
    until_day: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why somebody else said so."""


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
    strata: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Field → at least so many seats, besides finance."""
    witness_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    """Who signed the minutes as 监督人, another than who drew."""
    witnessed_at: Mapped[datetime | None]
    seed: Mapped[str | None] = mapped_column(Sealed)
    """Sealed until drawn, then published in the minutes."""
    seed_digest: Mapped[str] = mapped_column(sa.String(64))
    minutes: Mapped[dict[str, Any] | None]
    witness: Mapped[str] = mapped_column(default="")
    """监督人 present at the draw."""
    rubric_id: Mapped[int] = mapped_column(sa.ForeignKey("rubrics.id"))
    closes_at: Mapped[datetime]
    call: Mapped[Call] = relationship(lazy="raise_on_sql")


class PanelPlan(Base):
    """试分派: an assignment tried out and changed by hand before anything is given."""

    __tablename__ = "panel_plans"
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panels.id"), primary_key=True)
    wishes: Mapped[dict[str, Any]]
    """share (hundredths), apart (pairs of people), pinned and forbidden (pairs of application and person)."""
    rows: Mapped[list[Any]]
    """Pairs of application and person."""
    at: Mapped[datetime]


class FeeLine(Numbered, Base):
    """评审费 of one expert for one panel, written once."""

    __tablename__ = "review_fees"
    __table_args__ = (
        sa.UniqueConstraint("panel_id", "person_id", name="one_fee"),
        sa.CheckConstraint("half_days > 0", name="half_days_positive"),
        sa.CheckConstraint("tax_fen >= 0 AND tax_fen <= gross_fen", name="tax_within_fee"),
        sa.Index(None, "person_id", "at"),
    )
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panels.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    senior: Mapped[bool]
    half_days: Mapped[int]
    gross_fen: Mapped[Money]
    tax_fen: Mapped[Money]
    at: Mapped[datetime]


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
    reason: Mapped[str] = mapped_column(default="")
    """Why the seat was declined or given to another."""
    promise: Mapped[list[Any] | None]
    """The 承诺书 as it was signed, line by line; its digest stands in the journal."""
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
    title: Mapped[str] = mapped_column(default="")
    """What a run of the what-if board (试排) was called; empty for the ranking itself."""
    adopted_at: Mapped[datetime | None]
    """When its list became the call's list; the newest of these is the one the list is compared with."""


class Decision(Numbered, Base):
    """集体研究: meeting, date, minutes number, who was there, and the list as it lay before the meeting."""

    REF = "decision"
    __tablename__ = "decisions"
    __table_args__ = (sa.UniqueConstraint("call_id", name="one_per_call"),)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    meeting: Mapped[str]
    held_on: Mapped[date]
    minutes_number: Mapped[str]
    at: Mapped[datetime]
    present: Mapped[str] = mapped_column(default="")
    listed: Mapped[dict[str, Any] | None]
    """`rows`: application, outcome, amount in fen and reason, as the meeting had them."""
    by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    released_at: Mapped[datetime | None]
    """When the outcomes and the letters went out; until then nobody but the organiser knows them."""


class Wording(Base):
    """The officer's own text of one kind of letter of a call, with fields in 【】."""

    __tablename__ = "letter_wordings"
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    """propose, reserve or decline."""
    title: Mapped[str]
    body: Mapped[str]


class Letter(Base):
    """立项、候补、未立项通知 of one application, written at the decision and held until the release."""

    __tablename__ = "letters"
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    title: Mapped[str]
    body: Mapped[str]
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


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


says(
    {
        "uq_seats_once_per_panel": "这位评委已经在本评审组。",
        "uq_review_fees_one_fee": "这位评委的评审费已经登记过。",
        "uq_seats_one_chair": "评审组已经有组长。",
        "uq_meetings_one_live": "评审组已经有路演。",
        "uq_panel_reports_one_live": "总分已经锁定，评审报告正在签署。",
        "uq_decisions_one_per_call": "本次征集已经登记过集体研究。",
        "uq_opinions_one_per_office": "这份申报已经请该单位填写意见。",
    }
)
