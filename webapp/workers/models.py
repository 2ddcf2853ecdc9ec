"""社工 at their organisations, and the lists by which their 津贴 is paid."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.calls.models import Fund
from webapp.core import secrets
from webapp.core.db import Base, Code, Numbered, only_one, says
from webapp.core.scope import Guarded, within
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.workflows import ALLOWANCE, WORKER

LEVELS = {"assistant": "助理社会工作师", "worker": "社会工作师", "senior": "高级社会工作师"}


def certificate_key(number: str) -> str:
    """The keyed hash under which one certificate is found, however it was typed."""
    return secrets.keyed("certificate", "".join(number.split()).upper())


class Worker(Numbered, Stateful, Guarded):
    """社工: somebody with a certificate at a social organisation; registered when an office has compared it."""

    REF = "worker"
    WORKFLOW = WORKER
    __tablename__ = "social_workers"
    CONSTRAINTS = (
        only_one("uq_social_workers_one_certificate", "certificate_key", where="state IN ('entered', 'registered')"),
        sa.CheckConstraint("until_day IS NULL OR until_day >= from_day", name="ends_after_start"),
        sa.Index(None, "area_code", "id"),
        sa.Index(None, "organisation_id", "id"),
    )
    PARTIES = {
        "area": lambda prefix: within(Worker.area_code, prefix),
        "organisation": lambda key: Worker.organisation_id == key,
    }
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    area_code: Mapped[str] = mapped_column(Code)
    """Where the worker serves: a street or a community."""
    title: Mapped[str]
    """The worker's name."""
    level: Mapped[str] = mapped_column(sa.String(12))
    certificate: Mapped[str] = mapped_column(Sealed)
    certificate_key: Mapped[str] = mapped_column(sa.String(64))
    certified_on: Mapped[date]
    bank_account: Mapped[str | None] = mapped_column(Sealed)
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    entered_by_id: Mapped[int] = mapped_column(sa.BigInteger)
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class Allowance(Numbered, Stateful, Guarded):
    """津贴发放表 of one month: prepared, checked and approved by three people, then paid from a fund."""

    REF = "allowance"
    WORKFLOW = ALLOWANCE
    __tablename__ = "allowances"
    CONSTRAINTS = (
        sa.UniqueConstraint("number", name="number"),
        sa.CheckConstraint("total_fen > 0 AND count > 0", name="has_lines"),
        sa.CheckConstraint("checked_by_id IS NULL OR checked_by_id <> prepared_by_id", name="checker_is_another"),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR (approved_by_id <> prepared_by_id AND approved_by_id <> checked_by_id)", name="approver_is_another"
        ),
        sa.Index(None, "area_code", "id"),
        sa.Index(None, "fund_id"),
    )
    PARTIES = {"area": lambda prefix: within(Allowance.area_code, prefix)}
    number: Mapped[str] = mapped_column(sa.String(20))
    area_code: Mapped[str] = mapped_column(Code)
    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("funds.id"))
    month: Mapped[date]
    """The first day of the month it is for."""
    title: Mapped[str]
    count: Mapped[int]
    total_fen: Mapped[Money]
    prepared_by_id: Mapped[int] = mapped_column(sa.BigInteger)
    checked_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    approved_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    bank_reference: Mapped[str] = mapped_column(sa.String(40), default="")
    paid_on: Mapped[date | None]
    fund: Mapped[Fund] = relationship(lazy="raise_on_sql")


class AllowanceLine(Numbered, Base):
    """What one worker gets for one month; a list that was withdrawn gives its months free again (`live`)."""

    REF = "allowance_line"
    __tablename__ = "allowance_lines"
    __table_args__ = (
        only_one("uq_allowance_lines_once_a_month", "worker_id", "month", where="live"),
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        sa.Index(None, "allowance_id"),
    )
    allowance_id: Mapped[int] = mapped_column(sa.ForeignKey("allowances.id"))
    worker_id: Mapped[int] = mapped_column(sa.ForeignKey("social_workers.id"))
    month: Mapped[date]
    level: Mapped[str] = mapped_column(sa.String(12))
    """As it was then."""
    amount_fen: Mapped[Money]
    live: Mapped[bool] = mapped_column(default=True)


says(
    {
        "uq_social_workers_one_certificate": "这个证书编号已经登记。社工换了单位的，请原单位先登记离职。",
        "ck_social_workers_ends_after_start": "离职日期不能早于入职日期。",
        "uq_allowance_lines_once_a_month": "名单里有社工当月的津贴已经列入别的发放表，请重新编制。",
        "ck_allowances_checker_is_another": "审核人不能是编制人，请由另一位同事审核。",
        "ck_allowances_approver_is_another": "批准人不能是编制人或审核人，请由另一位领导批准。",
        "ck_allowances_has_lines": "这个月没有可以发放津贴的社工。",
    }
)
