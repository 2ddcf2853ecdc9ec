"""A notice in other clothes, from its frozen content: plain text and markup for the bureau's own site, and a poster."""

from collections.abc import Mapping
from datetime import date, datetime
from html import escape
from typing import Any

from reports import format as printed
from reports.money import Money
from reports.report import Card, Cards, Column, Facts, Report, Section, Table, Text

HOW = "对名单有异议的，请在公示期内实名提出（单位请加盖公章）；匿名反映请附可以核实的线索。"
DESK = (("联系人", "contact"), ("电话", "phone"), ("监督电话", "supervision"))


def opening(kind: str, content: Mapping[str, Any]) -> str:
    """The sentence above the list: what was called, who decided it and when."""
    said = f"“{content['call']['title']}”（{content['call']['number']}）{'立项' if kind == 'result' else '拟立项'}项目如下："
    if decision := content.get("decision"):
        held = printed.day(date.fromisoformat(decision["held_on"]))
        return f"经{held}{decision['meeting']}集体研究（{decision['minutes_number']}），{said}"
    return said


def span(content: Mapping[str, Any], until: date | None = None) -> str:
    """公示期, with a new end where it was put off."""
    starts, ends = (date.fromisoformat(content[key]) for key in ("starts_on", "ends_on"))
    later = f"（已延期，原定至{printed.day(ends)}）" if until is not None and until > ends else ""
    return f"{printed.day(starts)}至{printed.day(until or ends)}{later}"


def desk(content: Mapping[str, Any], until: date | None = None) -> list[tuple[str, str]]:
    """Where objections go: the days, the office, whom to ask, who watches, and how long a re-examination takes."""
    pairs = [("公示期", span(content, until)), ("受理单位", content.get("accepts") or content["organiser"])]
    pairs += [(label, content[key]) for label, key in DESK if content.get(key)]
    return pairs + ([("复核期限", content["reexamination"])] if content.get("reexamination") else [])


def words_of(title: str, number: str, kind: str, content: Mapping[str, Any], digest: str, until: date | None = None) -> str:
    """Everything the notice says, line by line."""
    lines = [title, f"编号：{number}", ""]
    if content.get("corrects"):
        lines += [f"本公示更正 {content['corrects']} 号公示。", ""]
    lines += [opening(kind, content)]
    for n, one in enumerate(content["items"], 1):
        lines.append(
            f"{n}. {one['title']}（{one['number']}），{one['organisation']}，{printed.yuan(Money(one['amount_fen']))} 元，"
            f"落地：{'、'.join(one['communities'])}"
        )
    if kind != "result":
        (label, days), *rest = desk(content, until)
        lines += ["", f"{label}：{days}。{HOW}", *(f"{label}：{said}" for label, said in rest)]
    return "\n".join([*lines, "", content["organiser"], f"内容摘要（SHA-256）：{digest}", ""])


def markup_of(title: str, number: str, kind: str, content: Mapping[str, Any], digest: str, address: str, until: date | None = None) -> str:
    """The same as a page of HTML without a script or a style of ours: pasted into another site, it takes that site's look."""
    head = "".join(f"<th>{one}</th>" for one in ("序号", "项目", "申报单位", "落地社区", "资助金额（元）"))
    rows = "".join(
        f"<tr><td>{n}</td><td>{escape(one['title'])}（{escape(one['number'])}）</td><td>{escape(one['organisation'])}</td>"
        f"<td>{escape('、'.join(one['communities']))}</td><td>{printed.yuan(Money(one['amount_fen']))}</td></tr>\n"
        for n, one in enumerate(content["items"], 1)
    )
    corrects = f"<p>本公示更正 {escape(content['corrects'])} 号公示。</p>\n" if content.get("corrects") else ""
    after = ""
    if kind != "result":
        after = f"<p>{HOW}</p>\n" + "".join(f"<p>{label}：{escape(said)}</p>\n" for label, said in desk(content, until))
    return (
        f'<!doctype html>\n<html lang="zh-CN">\n<head><meta charset="utf-8"><title>{escape(title)}</title></head>\n<body>\n'
        f"<h1>{escape(title)}</h1>\n<p>编号：{escape(number)}</p>\n{corrects}<p>{escape(opening(kind, content))}</p>\n"
        f'<table border="1">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n{after}'
        f"<p>{escape(content['organiser'])}</p>\n"
        f'<p>原文：<a href="{escape(address)}">{escape(address)}</a>。内容摘要（SHA-256）：{digest}</p>\n</body>\n</html>\n'
    )


def poster(
    title: str, number: str, kind: str, content: Mapping[str, Any], digest: str, *, address: str, until: date | None = None, at: datetime,
    demo: bool = False,
) -> Report:  # fmt: skip
    """A3 for the 居务公开栏: the list in large type, where objections go, and a QR code that opens the notice itself."""
    columns = (
        Column("n", "序号", "number", 5), Column("title", "项目", width=24), Column("organisation", "申报单位", width=22),
        Column("communities", "落地社区", width=18), Column("amount", "资助金额（元）", "money", 14),
    )  # fmt: skip
    rows = tuple(
        (n, one["title"], one["organisation"], "、".join(one["communities"]), Money(one["amount_fen"]))
        for n, one in enumerate(content["items"], 1)
    )
    asked = tuple(desk(content, until)) if kind != "result" else (("主办单位", content["organiser"]),)
    what = "扫一扫，看公示全文，提出异议" if kind != "result" else "扫一扫，看公告全文"
    lines = (HOW, address) if kind != "result" else (address,)
    corrects = (f"本公示更正 {content['corrects']} 号公示，原公示不再有效。",) if content.get("corrects") else ()
    return Report(
        title=title, number=f"编号：{number}", issuer=content["organiser"], date_line=printed.day(date.fromisoformat(content["starts_on"])),
        as_of=at, demo=demo, paper="A3", notes=(f"公示内容发布后冻结，内容摘要（SHA-256）：{digest}",),
        sections=(
            Section("", (Text((*corrects, opening(kind, content))), Table(columns, rows))),
            Section("", (Facts(asked, large=("电话", "监督电话")), Cards((Card(what, "", lines, address, large=True),)))),
        ),
    )  # fmt: skip
