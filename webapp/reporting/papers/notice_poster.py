"""公示海报: a notice in large type for the 居务公开栏, with a QR code that opens the notice itself. Public words: anybody signed in may have it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Card, Cards, Column, Facts, Report, Section, Table, Text
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.papers import notice as sealed
from webapp.reporting.papers.notice import Published, broken
from webapp.reviews.models import Notice
from webapp.reviews.rules.plain import HOW, desk, opening


@dataclass(frozen=True, slots=True)
class Posted:
    """The frozen notice, and where it stands on the site."""

    notice: Published
    path: str


def gather(session: Session, notice: Notice, asked: Asked) -> Posted:
    """The same words as the sealed paper."""
    return Posted(sealed.gather(session, notice, asked), f"/notices/{notice.id}")


def build(data: Posted, asked: Asked) -> Report:
    """A3: the list in large type, where objections go, and the way to the notice."""
    found, address = data.notice, asked.address(data.path)
    content, before = found.content, found.kind != "result"
    columns = (
        Column("n", "序号", "number", 5), Column("title", "项目", width=24), Column("organisation", "申报单位", width=22),
        Column("communities", "落地社区", width=18), Column("amount", "资助金额（元）", "money", 14),
    )  # fmt: skip
    rows = tuple(
        (n, one["title"], one["organisation"], "、".join(one["communities"]), Money(one["amount_fen"]))
        for n, one in enumerate(content["items"], 1)
    )
    office = tuple(desk(content, found.until)) if before else (("主办单位", content["organiser"]),)
    what, lines = ("扫一扫，看公示全文，提出异议", (HOW, address)) if before else ("扫一扫，看公告全文", (address,))
    corrects = (f"本公示更正 {content['corrects']} 号公示，原公示不再有效。",) if content.get("corrects") else ()
    return asked.report(
        broken(found.title, content["call"]["title"]),
        (
            Section("", (Text((*corrects, opening(found.kind, content))), Table(columns, rows))),
            Section("", (Facts(office, large=("电话", "监督电话")), Cards((Card(what, "", lines, address, large=True),)))),
        ),
        number=f"编号：{found.number}", issuer=content["organiser"], date_line=fmt.day(date.fromisoformat(content["starts_on"])), paper="A3",
        notes=(f"内容发布后冻结，内容摘要（SHA-256）：{found.digest}",), sources=("本平台公示公告",),
    )  # fmt: skip


def still_counts(notice: Notice) -> Refusal | None:
    """What was corrected is posted no more."""
    return Refusal("replaced", "本公示已更正，请打印更正后的公示。") if notice.state == "replaced" else None


PAPER = Paper(
    key="notice_poster", title="公示公告海报", about=Notice, right="notice.poster", shared=True, gather=gather, build=build, retention="10",
    author="organiser", ready=still_counts, named=lambda notice, _: f"{notice.title} 海报",
)  # fmt: skip
