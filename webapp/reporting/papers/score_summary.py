"""评审汇总表: all scores of a panel by judge, and what they come to; every card, item by item, in its annex.

Judges stand by their aliases, as everywhere outside the signed report; while the call keeps its scores sealed there are none in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from reports.report import Block, Cell, Column, Report, Section, Signatures, Table, Text
from webapp.calls.queries import rules_of
from webapp.calls.rules import plain
from webapp.core.scope import Hidden
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper
from webapp.reviews.models import Panel
from webapp.reviews.queries import exports, scores
from webapp.reviews.queries.scores import Board, Far
from webapp.reviews.rules.report import method
from webapp.scoring.rules import said

UPRIGHT = 7
"""So many judges stand beside each other on an upright page."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The scores of a panel; no board while they are sealed."""

    call: str
    panel: str
    board: Board | None
    method: str
    far: tuple[Far, ...]
    aliases: dict[int, str]
    recused: tuple[dict[str, Any], ...]
    columns: tuple[Column, ...]
    cards: tuple[Sequence[Cell], ...]


def gather(session: Session, panel: Panel, asked: Asked) -> Summary:
    """What the phase lets the asker see; the house itself sees all."""
    call, _ = scores.moment_of(session, panel)
    rules = rules_of(call)
    roles = asked.viewer.roles_on(panel) if asked.viewer else frozenset[str]()
    board = scores.board(session, panel, roles) if asked.viewer else scores.opened(session, panel, call)
    how = method(plain(rules.figures))
    if isinstance(board, Hidden):
        return Summary(call.title, panel.title, None, how, (), {}, (), (), ())
    columns, cards = exports.cards(session, panel)
    return Summary(
        call.title, panel.title, board, how, tuple(scores.divergences(session, panel.id)), scores.aliases(session, panel.id),
        tuple(scores.recused(session, panel.id)), tuple(columns), tuple(cards),
    )  # fmt: skip


def build(found: Summary, asked: Asked) -> Report:
    if found.board is None:
        sections = (Section("", (Text(("按征集公告，本阶段评分不公开，没有可以列出的得分。",)),)),)
        return asked.report(f"{found.panel}评审汇总表", sections, issuer="", date_line="", sources=("本平台评审记录",))
    told = tuple(_told(found))
    return asked.report(
        f"{found.panel}\n评审汇总表",
        (
            Section("", tuple(_tables(found.board))),
            *([Section("", (Text(told),))] if told else []),
            Section("", (Signatures(("统计人（签字）：", "评审组组长（签字）：", "监督人（签字）：")),)),
        ),
        annexes=(Section("评分明细", (Table(found.columns, found.cards, "各评委逐项评分", unit="分"),)),) if found.cards else (),
        issuer="",
        date_line="",
        scope_note=f"{found.call}。评委以代号列出。{found.method}",
        sources=("本平台评审记录",),
    )


def _points(hundredths: int | None) -> str | None:
    """Points always with two decimals: one column under the other."""
    return None if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"


def _tables(board: Board) -> list[Block]:
    """With few judges one table; with more the totals, and the judges' scores a handful at a time."""
    first = (Column("n", "名次", "number", 1.3), Column("title", "项目", width=4.5))
    figures = (
        ("n", "评分数"), ("mean", "平均分"), ("trimmed", "去高低平均"), ("median", "中位数"), ("spread", "极差"),
    )  # fmt: skip
    lead = [(n, f"{one.title}（{one.number}）") for n, one in enumerate(board.rows, 1)]

    def judged(names: Sequence[str], keys: Sequence[tuple[str, str]], caption: str) -> Table:
        columns = (
            *first, *(Column(f"j{n}", name, "number", 1.9) for n, name in enumerate(names)),
            *(Column(key, title, "number", 1.9) for key, title in keys),
        )  # fmt: skip
        rows = tuple(
            (
                *head, *(_points(one.scores.get(name)) for name in names),
                *(one.n if key == "n" else _points(getattr(one, key)) for key, _ in keys),
            )
            for head, one in zip(lead, board.rows, strict=True)
        )  # fmt: skip
        return Table(columns, rows, caption, unit="分", upright=len(columns) <= UPRIGHT + 2)

    if len(board.aliases) + 2 <= UPRIGHT:
        return [judged(board.aliases, figures[1:3], "评分汇总"), judged((), (figures[0], *figures[3:]), "离散程度")]
    parts = [board.aliases[n : n + UPRIGHT] for n in range(0, len(board.aliases), UPRIGHT)]
    return [judged((), figures, "评分汇总"), *(judged(part, (), "各评委评分") for part in parts)]


def _told(found: Summary) -> list[str]:
    lines = [
        f"{found.aliases.get(one.person_id, '评委')}对《{one.title}》评 {said(one.score)} 分，与其他评委相差较大，"
        + (f"书面说明：{one.reason}" if one.reason else "还没有说明。")
        for one in found.far
    ]
    lines += [f"《{one['title']}》有 {one['judges']} 位评委回避。" for one in found.recused]
    adjusted = found.board.adjusted if found.board else []
    return lines + ([f"{'、'.join(adjusted)}的评分习惯与其他评委差别较大，校准分只供参考，不替代原始分。"] if adjusted else [])


def scored(panel: Panel) -> Refusal | None:
    waits = panel.state not in {"closed", "confirmed"}
    return Refusal("early", "评分还没有收齐，没有评审汇总表。") if waits else None


PAPER = Paper(
    key="score_summary",
    title="评审汇总表",
    about=Panel,
    right="panel.scores",
    shared=False,
    gather=gather,
    build=build,
    retention="30",
    author="experts",
    ready=scored,
    suffixes=("pdf", "xlsx"),
)
