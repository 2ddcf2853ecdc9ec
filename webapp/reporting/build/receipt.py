"""申报回执: what was handed in when and by whom, with the digest of all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reports import format as fmt
from reports.money import Money
from reports.report import Column, Facts, Report, Section, Table


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One snapshot of an application and how it came in."""

    number: str
    call: str
    organiser: str
    round: int
    """Which handing-in of it this is, from 1."""
    by: str
    at: datetime
    digest: str
    content: Mapping[str, Any]


def build(found: HandedIn, *, number: str, as_of: datetime, papers: Mapping[str, str], demo: bool = False, verify_url: str = "") -> Report:
    """The receipt; `papers` names the kinds of attachments. The digest is the frozen content's (SHA-256 of its canonical JSON)."""
    said = found.content
    pairs = (
        ("回执号", f"R-{found.digest[:8].upper()}"), ("申报编号", found.number), ("项目名称", said["title"]), ("征集", found.call),
        ("申报单位", said["organisation"]["name"]), ("申请资助金额", Money(said["requested_fen"])), ("自筹金额", Money(said["own_fen"])),
        ("提交人（审定）", found.by), ("提交时间", fmt.moment(found.at)), ("第几次提交", f"第 {found.round} 次"), ("内容摘要（SHA-256）", found.digest),
    )  # fmt: skip
    files = tuple((papers.get(one["kind"], one["kind"]), one["name"], one["digest"]) for one in said.get("files", ()))
    columns = (Column("kind", "附件", width=2), Column("name", "文件名", width=3), Column("digest", "摘要（SHA-256）", width=5))
    return Report(
        title="项目申报回执", number=number, issuer=found.organiser, as_of=as_of,
        sections=(Section("提交的内容", (Facts(pairs),)), *([Section("附件", (Table(columns, files),))] if files else [])),
        scope_note="提交以服务器收到的时间为准。扫描二维码可以核对本回执；内容改动一个字，摘要就不相同。",
        sources=("本平台申报定稿",), demo=demo, verify_url=verify_url,
    )  # fmt: skip
