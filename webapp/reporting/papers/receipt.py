"""申报回执: what was handed in when and by whom, with the digest of all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Column, Facts, Report, Section, Table
from webapp.accounts.queries import names_of
from webapp.applications.models import Application, Snapshot
from webapp.applications.rules import papers
from webapp.calls.models import Call, Version
from webapp.calls.rules import CallRules
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper

SHOWN = 16
"""So many digits of a digest stand together: enough to tell two files apart, few enough for one line."""


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
    papers: Mapping[str, str]
    """The kinds of attachments by key."""


def gather(session: Session, application: Application, asked: Asked) -> HandedIn:
    """The newest handing-in until the moment; who may read the application may read all of it."""
    kept = session.scalars(
        sa.select(Snapshot)
        .where(Snapshot.application_id == application.id, Snapshot.at <= asked.as_of)
        .order_by(Snapshot.number.desc())
        .limit(1)
    ).one()
    call = session.get_one(Call, application.call_id)
    rules = session.scalars(sa.select(Version.rules).where(Version.call_id == call.id, Version.version == application.version)).one()
    organiser, by = f"organisation:{call.organiser_id}", f"person:{kept.by_id}"
    names = names_of(session, [by, organiser])
    return HandedIn(
        application.number, call.title, names.get(organiser, ""), kept.number, names.get(by, ""), kept.at, kept.digest, kept.content,
        {one.key: one.title for one in papers(CallRules.from_json(rules))},
    )  # fmt: skip


def build(found: HandedIn, asked: Asked) -> Report:
    """The receipt. The digest is the frozen content's (SHA-256 of its canonical JSON)."""
    said = found.content
    requested, own = Money(said["requested_fen"]), Money(said["own_fen"])
    pairs = (
        ("回执号", f"R-{found.digest[:8].upper()}"), ("申报编号", found.number), ("项目名称", said["title"]), ("征集公告", found.call),
        ("申报单位", said["organisation"]["name"]), ("申请资助金额", f"{fmt.yuan(requested, unit=True)}（自筹 {fmt.yuan(own, unit=True)}）"),
        ("提交人（审定）", found.by), ("提交时间", f"{fmt.moment(found.at)}（第 {found.round} 次提交）"),
    )  # fmt: skip
    files = tuple((found.papers.get(one["kind"], one["kind"]), one["name"], one["digest"][:SHOWN]) for one in said.get("files", ()))
    columns = (
        Column("kind", "附件", width=3),
        Column("name", "文件名", width=3),
        Column("digest", f"摘要（SHA-256 前 {SHOWN} 位）", width=3.4),
    )
    return asked.report(
        "项目申报回执",
        (Section("", (Facts(pairs), *([Table(columns, files)] if files else []))),),
        issuer=found.organiser,
        scope_note="提交以服务器收到的时间为准；内容改动一个字，摘要就不相同。",
        notes=(f"提交内容的摘要（SHA-256）：{' '.join(wrap(found.digest, SHOWN))}",),
        sources=("本平台申报定稿",),
    )


def handed_in(application: Application) -> Refusal | None:
    """There is something to receipt: it was handed in, and not sent back since."""
    waits = application.submitted_at is None or application.state in {"draft", "returned"}
    return Refusal("not_submitted", "还没有提交，没有回执。") if waits else None


PAPER = Paper(
    key="receipt",
    title="申报回执",
    about=Application,
    right="application.read",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="organiser",
    ready=handed_in,
)
