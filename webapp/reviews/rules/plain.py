"""A notice in other clothes, from its frozen content: plain text and markup for the bureau's own site."""

from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Any

from reports import format as printed
from reports.money import Money

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
