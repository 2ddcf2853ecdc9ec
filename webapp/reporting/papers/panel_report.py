"""评审报告: what the panel found, as its chair locked it and its judges signed it; a dissent in the words it was written in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap
from typing import Any

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Block, Cell, Column, Facts, Report, Section, Signatures, Table, Text
from webapp.accounts.viewer import Viewer
from webapp.permissions import roles_for
from webapp.reporting.papers import Asked, Paper
from webapp.reviews.models import Panel, PanelReport
from webapp.reviews.queries import scores
from webapp.reviews.queries.scores import Signed
from webapp.reviews.rules.report import ARTICLE, method
from webapp.scoring.rules import said


@dataclass(frozen=True, slots=True)
class Reported:
    """A panel's report; who signed as far as the asker may know it."""

    panel: str
    state: str
    content: Mapping[str, Any]
    digest: str
    signed: tuple[Signed, ...]


def gather(session: Session, report: PanelReport, asked: Asked) -> Reported:
    """The frozen figures, and the signatures: to fellow judges by their aliases while the review is blind."""
    viewer = asked.viewer or Viewer()
    roles = viewer.roles_on(report) if asked.viewer else roles_for("panel.read")
    panel = session.get_one(Panel, report.panel_id)
    signed = tuple(scores.signatures(session, report, viewer, roles))
    return Reported(panel.title, report.state_label, report.content, report.digest, signed)


def build(found: Reported, asked: Asked) -> Report:
    call, content = found.content["call"], found.content
    facts = Facts(
        (
            ("征集公告", f"{call['title']}（{call['number']}）"), ("评审组", found.panel), ("评委人数", f"{len(found.signed)} 人"),
            ("评审项目", f"{len(content['rows'])} 个"), ("总分锁定时间", fmt.moment(datetime.fromisoformat(content["locked_at"]))),
            ("数据摘要（SHA-256）", "\n".join(wrap(found.digest, 32))),
        )
    )  # fmt: skip
    told = tuple(_told(content))
    return asked.report(
        f"{found.panel}\n评审报告",
        (
            Section("评审情况", (facts,)),
            Section("评审结果", tuple(_tables(content["rows"]))),
            Section("评审办法", (Text((method(content["figures"]),)),)),
            *([Section("评审中的情况", (Text(told),))] if told else []),
            Section("评委签署", tuple(_signing(found))),
        ),
        issuer="",
        date_line="",
        scope_note=f"总分由评审组组长锁定，签署状态：{found.state}。名次按平均分排列，立项以综合排名和集体研究为准。",
        notes=(f"逾期未签署且未书面说明不同意见和理由的，视为同意评审报告（{ARTICLE}）。电子签署以本人账号对数据摘要作出。",),
        sources=("本平台评审记录",),
    )


def _points(hundredths: int) -> str:
    """Points always with two decimals: one column under the other."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


FIGURES = {"mean": "平均分", "trimmed": "去高低平均", "median": "中位数"}
BESIDE = {"spread": "极差", "standard": "标准分", "calibrated": "校准分（参考）"}


def _tables(rows: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Two tables, each narrow enough for an upright page: what counts, and what stands beside it."""
    first = (Column("place", "名次", "number", 1), Column("title", "项目", width=4))

    def table(keys: Mapping[str, str], caption: str, *, many: bool = False) -> Table:
        columns = (
            *first, *([Column("n", "评分数", "number", 1.2)] if many else []), *(Column(key, title, "number", 1.6) for key, title in keys.items())
        )  # fmt: skip
        lines: tuple[tuple[Cell, ...], ...] = tuple(
            (n, f"{row['title']}（{row['number']}）", *([len(row["scores"])] if many else []), *(_points(row[key]) for key in keys))
            for n, row in enumerate(rows, 1)
        )
        return Table(columns, lines, caption, unit="分")

    return [table(FIGURES, "各项目得分", many=True), table(BESIDE, "离散程度和参考分")]


def _told(content: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{one['judge']}对《{one['title']}》评 {said(one['score'])} 分，与其他评委相差较大，书面说明：{one['reason']}"
        for one in content["reasons"]
    ]
    return lines + [f"《{one['title']}》有 {one['judges']} 位评委回避。" for one in content["recused"]]


def _signing(found: Reported) -> list[Block]:
    columns = (Column("name", "评委", width=2.4), Column("said", "意见", width=4), Column("at", "签署时间", width=3))
    rows = tuple(
        (_name(one) + ("（组长）" if one.chair else ""), one.label, fmt.moment(one.at) if one.at else None) for one in found.signed
    )
    dissent = tuple(f"{_name(one)}的不同意见：{one.text}" for one in found.signed if one.kind == "dissent")
    signs = Signatures(("评审组组长（签字）：", "评委（签字）：", "监督人（签字）："))
    return [Table(columns, rows, "签署情况"), *([Text(dissent)] if dissent else []), signs]


def _name(one: Signed) -> str:
    """The name, or what stands for it while it is hidden."""
    return str(one.name) if one.name else one.alias or "评委"


PAPER = Paper(
    key="panel_report",
    title="评审报告",
    about=PanelReport,
    right="panel_report.print",
    shared=False,
    gather=gather,
    build=build,
    retention="30",
    author="experts",
    suffixes=("pdf", "docx"),
    named=lambda report, _: str(report.title),
)
