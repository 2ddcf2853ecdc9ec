"""Funds, calls, and the frozen versions of a call's rules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.core.db import Base, Code, Numbered, says
from webapp.core.scope import Guarded, Party, within
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.needs.models import Need
from webapp.workflows import CALL, CARRY, INQUIRY

FUND_KINDS = {
    "lottery": "福彩公益金",
    "fiscal": "财政资金",
    "party": "社区党组织为民服务专项经费",
    "guarantee": "社区保障资金",
    "charity": "慈善资金",
    "company": "企业资金",
}
CALL_KINDS = {
    "venture": "公益创投",
    "purchase": "公益采购",
    "partner": "公益伙伴",
    "micro": "微公益",
    "package": "服务打包",
    "family": "母子项目",
}
LEGAL_FORMS = {"procurement": "政府采购", "grant": "资助", "reward": "以奖代补", "donation": "定向捐赠"}


class Fund(Numbered, Guarded):
    """资金: a source of money with its own permitted and forbidden uses; its yearly budget stands in the book."""

    REF = "fund"
    __tablename__ = "funds"
    __table_args__ = (sa.UniqueConstraint("name", "area_code", name="name"),)
    PARTIES: ClassVar[Mapping[str, Party]] = {"area": lambda prefix: within(Fund.area_code, prefix)}
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(sa.String(12))
    area_code: Mapped[str] = mapped_column(Code)
    payer_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    subject_code: Mapped[str] = mapped_column(sa.String(16), default="")
    """功能科目, such as 2296002."""
    permitted: Mapped[str] = mapped_column(default="")
    forbidden: Mapped[str] = mapped_column(default="")
    barred: Mapped[list[Any]] = mapped_column(default=list)
    """Words no line or row of a budget may have: the part of `forbidden` that can be checked."""
    legal_forms: Mapped[list[Any]] = mapped_column(default=list)
    """The legal forms its calls may have; none named: all."""
    ceiling_fen: Mapped[Money | None]
    """The most one project may get of it."""

    @property
    def title(self) -> str:
        return self.name


class Quota(Base):
    """额度: what of a fund's year is for one area, such as 20 万元 for each community; the projects there get no more."""

    __tablename__ = "fund_quotas"
    __table_args__ = (sa.CheckConstraint("amount_fen > 0", name="above_nought"),)
    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("funds.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(Code, primary_key=True)
    amount_fen: Mapped[Money]


class Carry(Numbered, Stateful, Guarded):
    """结转: free money of a fund's year for the next one, prepared by one person and confirmed by another."""

    REF = "carry"
    WORKFLOW = CARRY
    __tablename__ = "fund_carries"
    CONSTRAINTS = (sa.CheckConstraint("amount_fen > 0", name="above_nought"), sa.Index(None, "fund_id"))
    PARTIES: ClassVar[Mapping[str, Party]] = {
        "area": lambda prefix: Carry.fund_id.in_(sa.select(Fund.id).where(within(Fund.area_code, prefix))),
    }
    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("funds.id"))
    title: Mapped[str]
    year: Mapped[int]
    """From this year into the next."""
    amount_fen: Mapped[Money]
    document: Mapped[str]
    """文号 of the approval."""
    prepared_by_id: Mapped[int] = mapped_column(sa.BigInteger)


class Call(Numbered, Stateful, Guarded):
    """征集公告. Four organisations, any of which may differ; once published its rules are frozen in a `Version`."""

    REF = "call"
    WORKFLOW = CALL
    __tablename__ = "calls"
    CONSTRAINTS = (
        sa.UniqueConstraint("number", name="number"),
        sa.CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        sa.Index(None, "area_code", "id"),
    )
    PARTIES: ClassVar[Mapping[str, Party]] = {
        "area": lambda prefix: sa.or_(
            within(Call.area_code, prefix),
            sa.and_(
                Call.state.not_in(("draft", "proposed")),
                sa.func.substr(sa.literal(prefix), 1, sa.func.length(Call.area_code)) == Call.area_code,
            ),
        ),
        "operator": lambda key: sa.and_(Call.operator_id == key, Call.state != "draft"),
        "evaluator": lambda key: sa.and_(Call.evaluator_id == key, Call.state != "draft"),
        "organisation": lambda key: Call.state.not_in(("draft", "proposed")),
        "public": lambda key: Call.state.not_in(("draft", "proposed")),
    }  # fmt: skip
    number: Mapped[str] = mapped_column(sa.String(20))
    kind: Mapped[str] = mapped_column(sa.String(12))
    legal_form: Mapped[str] = mapped_column(sa.String(12))
    title: Mapped[str]
    intro: Mapped[str] = mapped_column(default="")
    area_code: Mapped[str] = mapped_column(Code)
    organiser_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    operator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    payer_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    overseer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    evaluator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("funds.id"))
    fund_year: Mapped[int]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    prepared_by_id: Mapped[int] = mapped_column(sa.BigInteger)
    without_needs: Mapped[str] = mapped_column(default="")
    """Why the call answers no listed need; empty when it answers some."""
    rules: Mapped[dict[str, Any]]
    """`CallRules` as JSON: the draft while drafting, the version in force once published."""
    pending: Mapped[dict[str, Any] | None]
    """The next version while an officer writes it; nobody is bound by it, and only the office sees it."""
    template: Mapped[str] = mapped_column(sa.String(16), default="")
    """Which template its rules began with (`rules.templates`)."""
    version: Mapped[int] = mapped_column(default=0)
    fund: Mapped[Fund] = relationship(lazy="raise_on_sql")
    organiser: Mapped[Organisation] = relationship(foreign_keys=[organiser_id], lazy="raise_on_sql")

    @property
    def stages(self) -> tuple[str, ...]:
        """The review stages that are on (`workflows.STAGES`)."""
        return tuple(self.rules.get("stages", ()))


class Version(Numbered, Base):
    """One published version of a call's rules; applications are judged by the version they were submitted under."""

    REF = "call_version"
    __tablename__ = "call_versions"
    __table_args__ = (sa.UniqueConstraint("call_id", "version", name="version"),)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    version: Mapped[int]
    rules: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    """The deadline this version announced; not known of versions older than this column, nor the text."""
    intro: Mapped[str | None]


class Follower(Base):
    """Somebody who is told of new versions and answers of a call (关注)."""

    __tablename__ = "call_followers"
    __table_args__ = (sa.Index(None, "person_id"),)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)


class Inquiry(Numbered, Stateful, Guarded):
    """答疑: a question about a call. What was asked stays sealed; its public wording and the answer are for everybody."""

    REF = "inquiry"
    WORKFLOW = INQUIRY
    __tablename__ = "inquiries"
    CONSTRAINTS = (
        sa.CheckConstraint("state <> 'answered' OR (wording <> '' AND answer <> '')", name="answered_in_words"),
        sa.Index(None, "call_id", "id"),
        sa.Index(None, "person_id"),
    )
    PARTIES: ClassVar[Mapping[str, Party]] = {
        "area": lambda prefix: Inquiry.call_id.in_(sa.select(Call.id).where(within(Call.area_code, prefix))),
        "operator": lambda key: Inquiry.call_id.in_(sa.select(Call.id).where(Call.operator_id == key)),
        "organisation": lambda key: Inquiry.organisation_id == key,
        "resident": lambda key: Inquiry.person_id == key,
    }
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Who asked; nobody once that person's data was erased."""
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    """For which organisation it was asked, where the person belongs to one."""
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Sealed)
    """What was asked, in the asker's own words."""
    wording: Mapped[str] = mapped_column(default="")
    """The question as everybody reads it, without names."""
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]


class CallNeed(Base):
    """A listed need that a call answers."""

    __tablename__ = "call_needs"
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"), primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("needs.id"), primary_key=True, index=True)
    need: Mapped[Need] = relationship(lazy="raise_on_sql")


says(
    {
        "ck_fund_quotas_above_nought": "额度要大于零；没有额度的地区请从表里去掉。",
        "ck_fund_carries_above_nought": "结转金额要大于零。",
        "uq_funds_name": "这个地区已经有同名资金。",
        "ck_calls_closes_after_opening": "申报截止时间要晚于开始时间。",
        "ck_inquiries_answered_in_words": "答复时，问题的公开表述和答复都要写。",
    }
)
