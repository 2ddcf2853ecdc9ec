"""一项目一档: the whole of a project in one file – 卷内文件目录, each document as it was issued, what is on paper, 备考表.

Terms and elements of the lists are those of DA/T 22—2015 (归档文件整理规则): 件号, 责任者, 文号, 题名, 日期, 页数. Neither the lists
nor 备考表 are counted among the pages of the volume.
"""

from collections.abc import Sequence
from functools import partial

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.binder import Piece
from reports.report import Block, Column, Facts, Link, Report, Section, Signatures, Table, Text
from webapp.core import files
from webapp.projects.models import Project
from webapp.reporting.papers import AUTHORS, ISSUER, RETENTIONS, Asked, Author, Paper
from webapp.reporting.queries import dossier
from webapp.reporting.queries.dossier import About, Dossier, Item

TITLE = "一项目一档"
LONGEST = ("permanent", "30", "10")


def gather(session: Session, project: Project, asked: Asked) -> Dossier:
    """Only what the asker may have, as it stood at the moment."""
    return dossier.gather(session, project, viewer=asked.viewer, as_of=asked.as_of)


def build(data: Dossier, asked: Asked) -> Report:
    """What stands before the documents; `bound` gives them."""
    about = data.about
    return asked.report(
        f"{about.title}\n{TITLE}",
        (_directory(data), _on_paper(data), _remarks(data), *([_digests(data.items)] if data.items else [])),
        issuer=about.organiser,
        cover=_cover(data),
        bound=True,
        lottery=about.lottery,
        scope_note=(
            "收入本平台为本项目及其申报、征集公告编制的各件文书的最新一份（PDF）；只收编制人有权查看的。页号从第一件文书起连续编，"
            "印在每页右上角“卷内第 × 页”；目录和备考表不编入。"
        ),
        sources=("本平台发文登记",),
    )


def bound(data: Dossier) -> Sequence[Piece]:
    """The documents, in the order of the directory."""
    return [Piece(f"{n} {one.title}", one.pages, partial(files.get, one.digest)) for n, one in enumerate(data.items, 1)]


def _cover(data: Dossier) -> Facts:
    about = data.about
    pages = sum(one.pages for one in data.items)
    kept = next((one for one in LONGEST if any(item.retention == one for item in data.items)), "30")
    return Facts(
        (
            ("项目编号", about.number), ("征集公告", about.call), ("承接单位", about.organisation),
            ("保管期限", RETENTIONS[kept]),  # type: ignore[index]  # what the register says of its papers
            ("件数页数", f"{len(data.items)} 件 {pages} 页"),
        )
    )  # fmt: skip


def _author(about: About, author: Author) -> str:
    """责任者 by name."""
    named = {
        "organiser": about.organiser, "organisation": about.organisation, "evaluator": about.evaluator, "community": about.area,
        "payer": about.payer, "parties": f"{about.organiser}、{about.organisation}", "platform": ISSUER,
    }  # fmt: skip
    return named.get(author) or AUTHORS[author]


def _directory(data: Dossier) -> Section:
    columns = (
        Column("item", "件号", "number", 3.4), Column("author", "责任者", width=13), Column("number", "文号", width=8),
        Column("title", "题名", width=25), Column("on", "日期", "date", 8.4), Column("from", "页号", "number", 3.4),
        Column("pages", "页数", "number", 3.4), Column("retention", "保管期限", width=5), Column("note", "备注", width=8),
    )  # fmt: skip
    rows, page = [], 1
    for n, one in enumerate(data.items, 1):
        note = f"签章扫描件 {one.scans} 份" if one.scans else ""
        author = _author(data.about, one.author)  # type: ignore[arg-type]
        rows.append((n, author, one.number, Link(one.title, n), one.on, page, one.pages, RETENTIONS[one.retention], note))  # type: ignore[index]
        page += one.pages
    totals = ("合计", "", "", f"{len(rows)} 件", None, None, page - 1, "", "")
    return Section("卷内文件目录", (Table(columns, tuple(rows), "卷内文件目录", totals), Text(_kept_out(data))))


def _kept_out(data: Dossier) -> tuple[str, ...]:
    said = []
    if data.hidden:
        said.append(f"另有 {data.hidden} 件按规定不向编制人公开，未收入本卷。")
    if data.unbound:
        said.append(f"另有 {data.unbound} 件只有表格或可编辑格式，不能合订，见发文登记。")
    return tuple(said)


def _on_paper(data: Dossier) -> Section:
    """What exists on paper, with the scan the platform keeps; where the paper lies is written by who files it."""
    columns = (
        Column("no", "序号", "number", 3.4), Column("of", "所属文件或事项", width=18), Column("what", "材料", width=9),
        Column("name", "扫描件", width=16), Column("on", "登记日期", "date", 8.4), Column("by", "登记人", width=13),
        Column("where", "纸质原件存放处", width=10),
    )  # fmt: skip
    rows = tuple((n, one.of, one.what, one.name, one.on, one.by, "") for n, one in enumerate(data.scans, 1))
    blocks: list[Block] = [Table(columns, rows, "纸质材料登记")]
    if not rows:
        blocks.append(Text(("没有登记过扫描件。如有只在纸上的材料，请写入备考表。",)))
    return Section("纸质材料", tuple(blocks))


def _remarks(data: Dossier) -> Section:
    pages = sum(one.pages for one in data.items)
    scans = sum(one.scans > 0 for one in data.items)
    about = data.about
    pairs = (
        ("本卷情况", f"本卷共 {len(data.items)} 件 {pages} 页，其中 {scans} 件有签章扫描件归卷；登记纸质材料 {len(data.scans)} 份。"),
        (
            "项目状态",
            f"征集公告 {about.call_number}；实施地点 {about.area}；{about.state}；实施期{fmt.day(about.starts_on)}至{fmt.day(about.ends_on)}。",
        ),
        ("未收入的", "".join(_kept_out(data)) or "无。"),
        ("缺损、修改、补充、移出、销毁等情况", ""),
    )
    return Section("卷内备考表", (Facts(pairs), Signatures(("立卷人：", "检查人：", "立卷时间："))))


def _digests(items: Sequence[Item]) -> Section:
    """By these it is told whether a document is still the one that was issued."""
    columns = (Column("item", "件号", "number", 3.4), Column("number", "文号", width=8), Column("digest", "SHA-256", width=44))
    return Section(
        "各件文书的文件摘要", (Table(columns, tuple((n, one.number, one.digest) for n, one in enumerate(items, 1)), "文件摘要"),)
    )


PAPER = Paper(
    key="dossier",
    title=TITLE,
    about=Project,
    right="project.dossier",
    shared=False,
    gather=gather,
    build=build,
    bound=bound,
    retention="permanent",
    author="organiser",
)
