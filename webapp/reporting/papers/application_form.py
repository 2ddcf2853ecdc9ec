"""申报书: the whole application as it was handed in, with its cover, to be signed, sealed and bound."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Block, Column, Facts, Heading, Report, Section, Signatures, Table, Text
from webapp.accounts.queries import area_names, names_of
from webapp.applications.models import Application, Snapshot
from webapp.applications.queries import rules_for
from webapp.applications.rules import papers
from webapp.calls.models import LEGAL_FORMS, Call
from webapp.calls.rules import SOURCES, CallRules, Question, shown, told
from webapp.core.workflow import Refusal
from webapp.needs.models import Need
from webapp.reporting.papers import Asked, Paper

Content = Mapping[str, Any]
LONG = frozenset({"long", "table"})
"""Kinds of questions whose answers do not fit a cell of a form."""
UPRIGHT = 9
"""So many columns of short answers stand on an upright page."""


@dataclass(frozen=True, slots=True)
class Form:
    """One snapshot of an application, with the names that it holds as keys."""

    number: str
    call: str
    call_number: str
    legal_form: str
    organiser: str
    round: int
    by: str
    at: datetime
    digest: str
    content: Content
    rules: CallRules
    communities: tuple[str, ...]
    needs: tuple[str, ...]


def gather(session: Session, application: Application, asked: Asked) -> Form:
    """The newest handing-in until the moment; drafts are in no document."""
    query = sa.select(Snapshot).where(Snapshot.application_id == application.id, Snapshot.at <= asked.as_of)
    kept = session.scalars(query.order_by(Snapshot.number.desc()).limit(1)).one()
    call, said = session.get_one(Call, application.call_id), kept.content
    organiser, by = f"organisation:{call.organiser_id}", f"person:{kept.by_id}"
    names, places = names_of(session, [by, organiser]), area_names(session, said.get("communities") or ())
    needs = session.execute(sa.select(Need.number, Need.title).where(Need.id.in_(said.get("needs") or ())).order_by(Need.id))
    return Form(
        application.number, call.title, call.number, LEGAL_FORMS.get(call.legal_form, ""), names.get(organiser, ""), kept.number,
        names.get(by, ""), kept.at, kept.digest, said, rules_for(session, application),
        tuple(places.get(code, code) for code in said.get("communities") or ()), tuple(f"{title}（{number}）" for number, title in needs),
    )  # fmt: skip


def build(found: Form, asked: Asked) -> Report:
    """The form in the order of the call's own sections; what was not answered is a dash."""
    who = found.content.get("organisation") or {}
    cover = Facts(
        (
            ("申报编号", found.number), ("项目名称", found.content["title"]), ("项目类别", found.rules.category(found.content["category"])),
            ("征集公告", found.call), ("申报单位", who.get("name", "")), ("项目负责人", _leader(found)),
            ("主办单位", found.organiser), ("申报日期", fmt.day(found.at)),
        )
    )  # fmt: skip
    return asked.report(
        "公益创投项目申报书",
        (_unit(found), _project(found), *_sections(found), _indicators(found), _budget(found), *_files(found), _signing(found)),
        cover=cover,
        issuer="",  # 申报单位 seals in its box; whom it is handed to stands on the cover
        date_line="",
        scope_note="内容以提交时定格的为准，评审以此为据。联系电话和账号只印首尾，全文由申报单位在平台上查看。",
        notes=(f"第 {found.round} 次提交，提交人 {found.by}，{fmt.moment(found.at)}。定稿内容摘要（SHA-256）：{found.digest}",),
        sources=("本平台申报定稿",),
    )


def _leader(found: Form) -> str:
    """The first of the team: 第一行填项目负责人."""
    members = (found.content.get("sections") or {}).get("team", {}).get("members") or ()
    return str(members[0].get("name") or "") if members else ""


def _shown(value: Any) -> str | None:
    """A sealed value as it may be printed."""
    return (value.get("shown") if isinstance(value, Mapping) else value) or None


def _day(text: str | None) -> str | None:
    return fmt.day(date.fromisoformat(text)) if text else None


def _unit(found: Form) -> Section:
    who = found.content.get("organisation") or {}
    pairs = (
        ("单位名称", who.get("name")), ("统一社会信用代码", who.get("credit_code")), ("登记时间", _day(who.get("registered_on"))),
        ("评估等级", who.get("grade") or None), ("年检结论", who.get("annual_check") or None),
        ("法定代表人", who.get("legal_representative") or None), ("通讯地址", who.get("address") or None),
        ("联系电话", who.get("phone") or None), ("开户银行", who.get("bank_name") or None), ("银行账号", _shown(who.get("bank_account"))),
    )  # fmt: skip
    return Section("申报单位基本情况", (Facts(pairs),))


def _project(found: Form) -> Section:
    said = found.content
    requested, own = Money(int(said.get("requested_fen") or 0)), Money(int(said.get("own_fen") or 0))
    pairs = (
        ("项目名称", said["title"]), ("项目类别", found.rules.category(said["category"])),
        ("征集公告", f"{found.call}（{found.call_number}）"), ("资金方式", found.legal_form or None),
        ("实施期限", f"{_day(said.get('starts_on'))}至{_day(said.get('ends_on'))}" if said.get("starts_on") and said.get("ends_on") else None),
        ("落地社区", "、".join(found.communities) or None), ("回应的需求", "\n".join(found.needs) or None),
        ("申请资助金额", requested), ("大写", fmt.capital(requested)), ("配套（自筹）金额", own), ("项目总预算", requested + own),
    )  # fmt: skip
    return Section("项目基本情况", (Facts(pairs),))


def _sections(found: Form) -> Iterator[Section]:
    for section in found.rules.sections:
        answers = (found.content.get("sections") or {}).get(section.key) or {}
        asked = [question for question in section.questions if shown(question, answers)]
        blocks = tuple(_blocks(asked, answers))
        if blocks:
            yield Section(section.title, blocks)


def _blocks(asked: Sequence[Question], answers: Content) -> Iterator[Block]:
    """Short answers together in a form, then long ones under their headings and tables, each in the order asked."""
    if short := [(one.title, told(one, answers.get(one.key)) or None) for one in asked if one.kind not in LONG]:
        yield Facts(tuple(short))
    for question in (one for one in asked if one.kind in LONG):
        value = answers.get(question.key)
        if question.kind == "table":
            columns = tuple(Column(one.key, one.title) for one in question.columns)
            rows = tuple(tuple(told(one, row.get(one.key)) or None for one in question.columns) for row in value or ())
            yield Table(columns, rows, question.title, upright=len(columns) <= UPRIGHT) if rows else Text((f"{question.title}：无。",))
        else:
            yield Heading(question.title)
            yield Text(tuple(line for line in told(question, value).splitlines() if line.strip()) or ("（未填）",))


def _indicators(found: Form) -> Section:
    columns = (
        Column("n", "序号", "number", 1), Column("title", "指标", width=5), Column("target", "目标值", "number", 2),
        Column("unit", "单位", width=1.5), Column("due", "完成时间", "date", 3),
    )  # fmt: skip
    rows = tuple(
        (n, one["title"], one["target"], one.get("unit") or None, date.fromisoformat(one["due_on"][:10]) if one.get("due_on") else None)
        for n, one in enumerate(found.content.get("indicators") or (), 1)
    )
    return Section("项目目标与绩效指标", (Table(columns, rows, "绩效指标"),))


def _budget(found: Form) -> Section:
    columns = (
        Column("line", "科目", width=2.8), Column("item", "支出内容", width=3.6), Column("unit", "单价", "money", 2.4),
        Column("quantity", "数量", "number", 1.5), Column("grant", "申请资助", "money", 2.6), Column("own", "配套（自筹）", "money", 3),
    )  # fmt: skip
    lines = found.content.get("budget") or ()
    rows = tuple(
        (
            found.rules.line(one["line"]),
            one["item"],
            Money(one["unit_fen"]),
            one["quantity"],
            Money(one["grant_fen"]),
            Money(one["own_fen"]),
        )
        for one in lines
    )
    grant, own = (sum((Money(one[key]) for one in lines), Money(0)) for key in ("grant_fen", "own_fen"))
    blocks: list[Block] = [Table(columns, rows, "支出预算", ("合计", "", None, None, grant, own), "元")]
    sources = [(SOURCES.get(key, key), Money(fen)) for key, fen in (found.content.get("sources") or {}).items() if fen]
    if sources:
        money = (Column("source", "配套资金来源"), Column("amount", "金额", "money"))
        blocks.append(Table(money, tuple(sources), "配套资金来源", ("合计", sum((one for _, one in sources), Money(0))), "元"))
    return Section("项目预算", tuple(blocks))


def _files(found: Form) -> Iterator[Section]:
    titles = {one.key: one.title for one in papers(found.rules)}
    files = found.content.get("files") or ()
    columns = (Column("n", "序号", "number", 1), Column("kind", "材料", width=4), Column("name", "文件名", width=5))
    if files:
        rows = tuple((n, titles.get(one["kind"], one["kind"]), one["name"]) for n, one in enumerate(files, 1))
        yield Section("附件目录", (Table(columns, rows),))


def _signing(found: Form) -> Section:
    said = Text(("以上内容和所附材料真实、完整，由申报单位负责。",))
    return Section("申报单位签章", (said, Signatures(("申报单位（盖章）：", "法定代表人（签字）：", "项目负责人（签字）："))))


def handed_in(application: Application) -> Refusal | None:
    """What was never handed in is the applicant's alone and has no paper."""
    return Refusal("not_submitted", "还没有提交，没有申报书。") if application.submitted_at is None else None


PAPER = Paper(
    key="application_form",
    title="申报书",
    about=Application,
    right="application.read",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="organisation",
    suffixes=("pdf", "docx"),
    ready=handed_in,
)
