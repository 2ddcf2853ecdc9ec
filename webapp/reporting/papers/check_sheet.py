"""资格初审表: each condition of the call with what was found, the corrections asked for, and who decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Approval, Block, Column, Facts, Opinion, Report, Section, Table, Text
from webapp.accounts.models import Organisation
from webapp.accounts.queries import names_of
from webapp.applications.models import Application, Check
from webapp.applications.queries import rules_for
from webapp.calls.models import Call
from webapp.core import journal
from webapp.core.clock import today
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper

OUTCOMES = {"pass": "符合", "fail": "不符合", "manual": "待核实"}
DECIDED = {"pass": "资格初审通过", "fail": "资格初审不通过", "return": "退回补正"}


@dataclass(frozen=True, slots=True)
class Found:
    """One condition of the call and what the newest check found."""

    condition: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of the check."""

    step: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    number: str
    title: str
    organisation: str
    code: str
    call: str
    organiser: str
    requested: Money
    submitted: datetime | None
    rows: tuple[Found, ...]
    by: str
    at: datetime | None
    decisions: tuple[Decided, ...]


def gather(session: Session, application: Application, asked: Asked) -> Checked:
    """The newest recorded check until the moment, condition by condition, and every decision on it."""
    mine = (Check.application_id == application.id, Check.at <= asked.as_of)
    newest = sa.select(sa.func.max(Check.round)).where(*mine).scalar_subquery()
    rows = session.scalars(sa.select(Check).where(*mine, Check.round == newest).order_by(Check.rule)).all()
    conditions = {f"{n:02d}.{one.kind}": one.text for n, one in enumerate(rules_for(session, application).eligibility, 1)}
    steps = [
        one
        for one in journal.lines(session, [application.ref], newest_first=False)
        if one.step in DECIDED and one.at <= asked.as_of
    ]  # fmt: skip
    call = session.get_one(Call, application.call_id)
    organiser, whose = f"organisation:{call.organiser_id}", session.get_one(Organisation, application.organisation_id)
    names = names_of(session, [organiser, *(one.by for one in rows), *(one.by for one in steps)])
    found = tuple(Found(conditions.get(one.rule, one.rule), one.outcome, one.reason) for one in rows)
    return Checked(
        application.number, application.title, whose.name, whose.credit_code or "", call.title, names.get(organiser, ""),
        application.requested_fen, application.submitted_at, found, names.get(rows[0].by, "") if rows else "", rows[0].at if rows else None,
        tuple(Decided(one.step, one.note or "", names.get(one.by, ""), one.at) for one in steps),
    )  # fmt: skip


def build(found: Checked, asked: Asked) -> Report:
    facts = Facts(
        (
            ("项目名称", f"{found.title}（{found.number}）"), ("申报单位", found.organisation), ("统一社会信用代码", found.code or None),
            ("征集公告", found.call), ("申请资助金额", found.requested), ("提交时间", fmt.moment(found.submitted) if found.submitted else None),
        )
    )  # fmt: skip
    return asked.report(
        "项目申报资格初审表",
        (
            Section("申报情况", (facts,)),
            Section("逐条审查", tuple(_rows(found))),
            *([Section("退回补正", (Text(tuple(_returned(found.decisions))),))] if _returned(found.decisions) else []),
            Section("初审意见", (_opinions(found),)),
        ),
        paper="form",
        issuer="",
        date_line="",
        scope_note="审查条件是本申报适用的征集规则所列的，按提交时间所适用的规则版本。",
        sources=("本平台资格初审记录",),
    )


def _rows(found: Checked) -> Sequence[Block]:
    if not found.rows:
        return [Text(("没有逐条审查的记录。",))]
    columns = (
        Column("n", "序号", "number", 1), Column("condition", "申报条件", width=5), Column("outcome", "结果", width=1.6),
        Column("reason", "审查情况", width=5),
    )  # fmt: skip
    rows = tuple((n, one.condition, OUTCOMES.get(one.outcome, one.outcome), one.reason or None) for n, one in enumerate(found.rows, 1))
    counts = "，".join(f"{words} {many} 条" for key, words in OUTCOMES.items() if (many := sum(one.outcome == key for one in found.rows)))
    when = f"{fmt.moment(found.at)}，" if found.at else ""
    return [Table(columns, rows, "资格审查"), Text((f"共 {len(rows)} 条：{counts}。审查人：{found.by or '—'}（{when}逐条记录）。",))]


def _returned(decisions: Sequence[Decided]) -> list[str]:
    return [f"{fmt.moment(one.at)}，{one.by} 退回补正：{one.note or '—'}" for one in decisions if one.step == "return"]


def _opinions(found: Checked) -> Approval:
    """What was decided on the platform is printed; the organiser's seal is for the pen."""
    last = next((one for one in reversed(found.decisions) if one.step != "return"), None)
    first = Opinion("初审意见")
    if last is not None:
        words = f"{DECIDED[last.step]}。" + (f"{last.note}" if last.note else "")
        first = Opinion("初审意见", words, last.by, today(last.at))
    return Approval((first, Opinion("复核意见"), Opinion("主办单位意见（盖章）")))


def decided(application: Application) -> Refusal | None:
    """There is something to print once the check was decided, or sent back once."""
    waits = application.state in {"draft", "submitted", "withdrawn"} and not application.returns
    return Refusal("not_checked", "还没有资格初审的结果，没有资格初审表。") if waits else None


PAPER = Paper(
    key="check_sheet",
    title="资格初审表",
    about=Application,
    right="application.check_sheet",
    shared=True,
    gather=gather,
    build=build,
    retention="10",
    author="organiser",
    ready=decided,
)
