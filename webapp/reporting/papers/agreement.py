"""项目协议书 and 补充协议: printed from the agreement's frozen terms and wording, with places to sign and seal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Block, Column, Facts, Report, Section, Signatures, Table, Text
from webapp.calls.models import LEGAL_FORMS
from webapp.calls.rules import due, part
from webapp.projects.models import Agreement
from webapp.projects.queries.templates import body_of
from webapp.projects.rules.wording import WORDS
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.works import head_of

Terms = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement as it is kept."""

    number: str
    terms: dict[str, Any]
    digest: str
    state: str
    """In words: whether it is signed."""
    lottery: bool


def gather(session: Session, agreement: Agreement, asked: Asked) -> Agreed:
    """The frozen terms; both sides may have them, so nothing depends on who asks."""
    lottery = head_of(session, agreement.project_id).lottery
    return Agreed(agreement.number, agreement.terms, agreement.digest, agreement.state_label, lottery)


def build(found: Agreed, asked: Asked) -> Report:
    """The agreement on paper. `state` says whether it is signed; the terms' digest is the one both sides signed over."""
    terms = found.terms
    sections = (*(_section(one, terms) for one in body_of(terms)), _signing(terms))
    return asked.report(
        f"{terms['title']}\n{WORDS['协议名称'](terms)}",
        tuple(one for one in sections if one.blocks),
        number=found.number,
        issuer=terms["party_a"],
        lottery=found.lottery,
        date_line="",  # both sides write the day they sign
        scope_note=f"本件由平台按双方确认的条款印制，状态：{found.state}。条款摘要 SHA-256 {found.digest}。",
        sources=("本平台项目协议条款",),
    )


def _section(section: Mapping[str, Any], terms: Terms) -> Section:
    """Sentences that follow each other stand in one text; each table in its place."""
    blocks: list[Block] = []
    said: list[str] = []
    for one in section["blocks"]:
        if "text" in one:
            said.append(one["text"])
            continue
        if said:
            blocks.append(Text(tuple(said)))
            said = []
        if (table := TABLES[one["table"]](terms)) is not None:
            blocks.append(table)
    if said:
        blocks.append(Text(tuple(said)))
    return Section(section["title"], tuple(blocks))


def _facts(terms: Terms) -> Block:
    granted, own = Money(terms["granted_fen"]), Money(terms.get("own_fen") or 0)
    pairs = (
        ("甲方（主办单位）", terms["party_a"]),
        ("乙方（承办单位）", terms["party_b"]),
        ("付款单位", terms.get("payer") or terms["party_a"]),
        ("项目名称", terms["title"]),
        ("项目编号", terms.get("project", "")),
        ("征集公告", terms.get("call", "")),
        ("法律形式", LEGAL_FORMS.get(terms.get("legal_form", ""), "")),
        ("资助金额", granted),
        ("资助金额（大写）", terms.get("granted_words") or fmt.capital(granted)),
        ("自筹金额", own),
        ("实施期限", f"{_day(terms['starts_on'])}至{_day(terms['ends_on'])}"),
    )
    return Facts(tuple(pair for pair in pairs if pair[1] != ""))


def _day(text: str) -> str:
    return fmt.day(date.fromisoformat(text))


def _tranches(terms: Terms) -> Block:
    tranches = terms.get("tranches") or ()
    if not tranches:
        return Text((f"资助金额 {fmt.yuan(Money(terms['granted_fen']), unit=True)}，按甲方通知拨付。",))
    columns = (Column("n", "期次"), Column("when", "拨付条件"), Column("percent", "比例"), Column("amount", "金额", "money"))
    rows = tuple(
        (f"第{fmt.numeral(n)}期", due(t["trigger"], t.get("within", "")), part(t["percent"], t.get("kind", "percent")), Money(t["fen"]))
        for n, t in enumerate(tranches, 1)
    )
    total = sum((Money(t["fen"]) for t in tranches), Money(0))
    return Table(columns, rows, "分期拨付", ("合计", "", "", total), "元")


def _indicators(terms: Terms) -> Block:
    columns = (Column("title", "指标"), Column("target", "目标值", "number"), Column("unit", "单位"), Column("due", "应完成", "date"))
    rows = tuple(
        (one["title"], one["target"], one.get("unit", ""), date.fromisoformat(one["due_on"][:10]) if one.get("due_on") else None)
        for one in terms.get("indicators") or ()
    )
    return Table(columns, rows, "绩效指标")


def _lines(terms: Terms) -> Block | None:
    columns = (Column("title", "科目"), Column("grant", "资助", "money"), Column("own", "配套（自筹）", "money"))
    rows = tuple((x["title"], Money(x["grant_fen"]), Money(x["own_fen"])) for x in terms.get("lines") or ())
    return Table(columns, rows, "预算科目", unit="元") if rows else None


def _parts(terms: Terms) -> Block | None:
    columns = (
        Column("title", "子项"),
        Column("quantity", "数量", "number"),
        Column("unit", "单位"),
        Column("amount", "金额（元）", "money"),
        Column("how", "要求"),
    )
    rows = tuple((x["title"], x["quantity"], x["unit"], Money(x["fen"]), x["how"]) for x in terms.get("parts") or ())
    return Table(columns, rows, "子项") if rows else None


def _items(terms: Terms) -> Block | None:
    columns = (Column("what", "变更的是"), Column("before", "变更前"), Column("after", "变更后"))
    rows = tuple((x["what"], x["before"], x["after"]) for x in terms.get("items") or ())
    return Table(columns, rows, "变更内容") if rows else None


TABLES: Mapping[str, Callable[[Terms], Block | None]] = {
    "facts": _facts, "tranches": _tranches, "indicators": _indicators, "lines": _lines, "parts": _parts, "items": _items,
}  # fmt: skip


def _signing(terms: Mapping[str, Any]) -> Section:
    return Section(
        "签署", (Signatures((f"甲方（盖章）：{terms['party_a']}\n代表签字：", f"乙方（盖章）：{terms['party_b']}\n代表签字：")),)
    )


PAPER = Paper(
    key="agreement",
    title="项目协议书",
    about=Agreement,
    right="agreement.read",
    shared=True,
    gather=gather,
    build=build,
    retention="permanent",
    suffixes=("pdf", "docx"),
    author="parties",
    named=lambda agreement, _: str(agreement.title),
)
