"""Areas, organisations, people and what they are to each other."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, validates

from webapp.core import secrets
from webapp.core.db import Base, Code, Json, Numbered, says
from webapp.core.scope import Guarded, within
from webapp.core.secrets import Sealed

ORGANISATION_KINDS = {
    "bureau": "主管部门", "department": "职能部门", "street": "街道（镇）", "party": "党组织", "community": "社区居委会", "village": "村委会",
    "supervision": "居务监督委员会", "social_org": "社会组织", "local_group": "备案社区社会组织", "operator": "承办机构",
    "evaluator": "第三方评估机构", "property": "物业、业委会", "sponsor": "认领（捐赠）单位", "platform": "平台运行单位",
}  # fmt: skip
SORTED = ("social_org", "local_group")
"""Kinds that are filed under a 板块."""
LEVELS = {2: "省", 4: "市", 6: "区县", 9: "街镇", 12: "社区（村）", 15: "小区（自然村）", 18: "楼栋（村民小组）"}
COMMUNITY = 12
"""The digits of a community's code."""


class Area(Base):
    """区划: a node of the division; the code's length is its level (`LEVELS`). A re-coded area keeps its row."""

    REF = "area"
    __tablename__ = "areas"
    __table_args__ = (sa.Index(None, "parent_code"),)
    code: Mapped[str] = mapped_column(Code, primary_key=True)
    name: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(Code)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor_code: Mapped[str | None] = mapped_column(Code)
    source: Mapped[str] = mapped_column(default="")


def phone_key(phone: str) -> str:
    """The keyed hash under which a person has the same telephone; empty for none."""
    plain = "".join(phone.split())
    return secrets.keyed("phone", plain) if plain else ""


class Organisation(Numbered, Guarded):
    """单位."""

    REF = "organisation"
    __tablename__ = "organisations"
    __table_args__ = (
        sa.UniqueConstraint("credit_code", name="credit_code"),
        sa.Index(None, "area_code", "id"),
        sa.Index(None, "kind", "id"),
        sa.Index(None, "sector", "id"),
        sa.Index(None, "phone_key"),
        sa.Index(None, "legal_representative"),
        sa.Index(None, "host_id"),
    )
    PARTIES = {
        "area": lambda prefix: sa.or_(within(Organisation.area_code, prefix), Organisation.kind == "social_org"),
        "organisation": lambda key: Organisation.id == key,
        "operator": lambda key: Organisation.kind == "social_org",
    }
    kind: Mapped[str] = mapped_column(sa.String(16))
    name: Mapped[str]
    credit_code: Mapped[str | None] = mapped_column(sa.String(18))
    area_code: Mapped[str] = mapped_column(Code)
    registered_on: Mapped[date | None]
    grade: Mapped[str] = mapped_column(sa.String(8), default="")
    """评估等级 of a social organisation: 5A … 1A or empty."""
    sector: Mapped[str] = mapped_column(sa.String(16), default="")
    """板块 it is filed under (setting `organisation.sectors`), or empty."""
    annual_check: Mapped[str] = mapped_column(sa.String(16), default="")
    legal_representative: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    phone_key: Mapped[str] = mapped_column(sa.String(64), default=lambda row: phone_key(row.get_current_parameters().get("phone") or ""))
    """Of whom it is the telephone too is found by this (回避)."""
    bank_name: Mapped[str] = mapped_column(default="")
    bank_account: Mapped[str | None] = mapped_column(Sealed)
    host_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    """挂靠单位 of a 备案社区社会组织."""

    @validates("phone")
    def _phone_found(self, name: str, phone: str) -> str:
        self.phone_key = phone_key(phone or "")
        return phone

    @property
    def title(self) -> str:
        return self.name


class Record(Numbered, Base):
    """One dated fact on an organisation's record: what a later stage found out that an earlier one must know next time."""

    REF = "record"
    __tablename__ = "records"
    __table_args__ = (sa.Index(None, "organisation_id", "kind"),)
    KINDS: ClassVar[dict[str, str]] = {
        "award": "立项", "running": "在执行项目", "grade": "绩效等级", "midterm": "中期评估", "annual_check": "年检结论",
        "rectify": "整改", "priority": "优先申报", "ban": "禁止申报", "owed": "欠缴资金",
        "abnormal_list": "活动异常名录", "dishonest_list": "严重违法失信名单", "penalty": "行政处罚", "breach": "违约终止", "criticised": "公开通报",
    }  # fmt: skip
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(sa.String(24))
    subject: Mapped[str] = mapped_column(sa.String(64))
    value: Mapped[dict[str, Any]]
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    source: Mapped[str]
    at: Mapped[datetime]


class Person(Numbered, Guarded):
    """人员: one account; what it may do comes from its memberships. Two people may share one phone."""

    REF = "person"
    __tablename__ = "people"
    __table_args__ = (sa.Index(None, "phone_key"), sa.UniqueConstraint("login", name="login"))
    PARTIES = {"resident": lambda key: Person.id == key, "system": lambda key: sa.true()}
    name: Mapped[str]
    login: Mapped[str | None] = mapped_column(sa.String(40))
    """The name officers and experts sign in with; residents use phone and code."""
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_key: Mapped[str | None] = mapped_column(sa.String(64))
    password: Mapped[str | None]
    totp_secret: Mapped[str | None] = mapped_column(Sealed)
    totp_last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    session_version: Mapped[int] = mapped_column(default=1)
    """Signing out everywhere raises it, which ends every session signed before."""
    area_code: Mapped[str | None] = mapped_column(Code)
    """The community a resident takes part in."""
    failed: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    born_on: Mapped[date | None]
    must_change: Mapped[bool] = mapped_column(default=False)
    """The password was made by another and must be changed before anything else."""
    erase_asked_at: Mapped[datetime | None]
    """When the person asked for the account to be erased (个人信息保护法 §47)."""
    texts: Mapped[bool] = mapped_column(default=True)
    """Whether messages are also announced by text, where the installation can send texts."""
    demo: Mapped[bool] = mapped_column(default=False)


class Membership(Numbered, Guarded):
    """Person × organisation × role, with dates and a named deputy (AB岗)."""

    REF = "membership"
    __tablename__ = "memberships"
    __table_args__ = (
        sa.Index(None, "person_id"),
        sa.Index(None, "deputy_id"),
        sa.Index(None, "organisation_id", "role"),
        sa.CheckConstraint("deputy_id IS NULL OR deputy_id <> person_id", name="deputy_is_another"),
    )
    PARTIES = {"resident": lambda key: Membership.person_id == key, "system": lambda key: sa.true()}
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(sa.String(24))
    area_code: Mapped[str | None] = mapped_column(Code)
    """A narrower (or further) prefix than the organisation's own area."""
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    deputy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]


class SignInCode(Numbered, Base):
    """A one-time code sent to a phone; only its keyed hash is kept."""

    __tablename__ = "sign_in_codes"
    __table_args__ = (sa.Index(None, "phone_key", "id"),)
    phone_key: Mapped[str] = mapped_column(sa.String(64))
    code_key: Mapped[str] = mapped_column(sa.String(64))
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class Dataset(Base):
    """What was loaded into this database and when (`demo` marks a simulated city)."""

    __tablename__ = "datasets"
    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    at: Mapped[datetime]
    about: Mapped[Any] = mapped_column(Json)


says(
    {
        "uq_organisations_credit_code": "这个统一社会信用代码已经登记过，请在单位名录中查找。",
        "uq_people_login": "这个登录名已被使用，请换一个。",
        "ck_memberships_deputy_is_another": "AB岗不能是本人，请选择另一位同事。",
    }
)
