"""A notice as plain text, to be put on the bureau's own site or read out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from reports import format as printed
from reports.money import Money


def words_of(title: str, number: str, kind: str, content: Mapping[str, Any], digest: str) -> str:
    """Everything the notice says, line by line, from its frozen content."""
    said = "立项" if kind == "result" else "拟立项"
    lines = [title, f"编号：{number}", ""]
    if content.get("corrects"):
        lines += [f"本公示更正 {content['corrects']} 号公示。", ""]
    lines += [f"“{content['call']['title']}”（{content['call']['number']}）{said}项目如下："]
    if decision := content.get("decision"):
        lines[-1:] = [f"经 {decision['held_on']} {decision['meeting']}集体研究（{decision['minutes_number']}），{lines[-1]}"]
    for n, one in enumerate(content["items"], 1):
        lines.append(
            f"{n}. {one['title']}（{one['number']}），{one['organisation']}，{printed.yuan(Money(one['amount_fen']))} 元，"
            f"落地：{'、'.join(one['communities'])}"
        )
    if kind != "result":
        starts, ends = (printed.day(date.fromisoformat(content[key])) for key in ("starts_on", "ends_on"))
        lines += ["", f"公示期：{starts}至{ends}。对名单有异议的，请在公示期内实名提出（单位请加盖公章）；匿名反映请附可以核实的线索。"]
        lines += [f"受理单位：{content.get('accepts') or content['organiser']}"]
        known = (("联系人", "contact"), ("电话", "phone"), ("监督电话", "supervision"))
        lines += [f"{label}：{content[key]}" for label, key in known if content.get(key)]
    return "\n".join([*lines, "", content["organiser"], f"内容摘要（SHA-256）：{digest}", ""])
