"""评议结果公告: what was decided on, how it was counted and what came out; nobody's name stands in it. A4, or A3 for the notice board."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.chart import Chart, Series
from reports.money import Money
from reports.report import Block, Cell, Column, Facts, Figure, Report, Section, Table, Text
from webapp.ballots.models import METHODS, WAYS, Ballot
from webapp.ballots.rules import MEETINGS
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries import counted
from webapp.reporting.queries.counted import Counted

SIZES: Mapping[str, Literal["A4", "A3"]] = {"a4": "A4", "a3": "A3"}
DRAWN = 12
"""Choices of one chart; more stand in the table alone."""


def gather(session: Session, ballot: Ballot, asked: Asked) -> Counted:
    """The count as it is kept."""
    return counted.gather(session, ballot)


def build(data: Counted, asked: Asked) -> Report:
    """The notice."""
    return asked.report(
        f"{data.title}\n评议结果公告",
        (Section("评议情况", _how(data)), Section("评议结果", tuple(_outcome(data))), Section("计票和监督", (Text(_watched(data)),))),
        issuer=data.organiser,
        paper=SIZES.get(asked.choice, "A4"),
        scope_note="票数为计票时封存的结果；比例为占参加人数的比例。本公告不载任何人的姓名和选择。",
        notes=(f"计票结果摘要（SHA-256）：{data.digest}",),
        sources=("本平台评议计票记录",),
    )


def _heads(data: Counted) -> str:
    return "户" if data.unit == "一户一票" else "人"


def _how(data: Counted) -> tuple[Block, ...]:
    unit, turnout = _heads(data), sum(data.ways.values())
    roll = f"参加人名册 {data.roll} {unit}；" if data.roll else ""
    share = f"，占 {fmt.percent(turnout, data.roll)}" if data.roll else ""
    by_way = "、".join(f"{WAYS[way]} {data.ways[way]} {unit}" for way in WAYS if data.ways.get(way))
    taken = f"{roll}实际参加 {turnout} {unit}{share}" + (f"（{by_way}）" if by_way else "") + "。"
    return (
        Facts(
            (
                ("评议事项", f"{data.purpose}（{data.number}），{data.nature}"), ("参加人", f"{data.area}{data.who}，{data.unit}"),
                ("时间", f"{fmt.day(data.begins)}至{fmt.day(data.ends)}"),
                ("办法", _rule(data)), ("参加情况", taken), ("人数要求", _quorum(data)),
            )
        ),
    )  # fmt: skip


def _rule(data: Counted) -> str:
    """How votes become ranks, in the words of who voted."""
    return {
        "approve": f"{METHODS['approve']}：每票最多选 {data.most} 项，按得票数排名。",
        "score": f"{METHODS['score']}：按平均分排名，没有打分的不计。",
        "rank": f"{METHODS['rank']}：每票最多排 {data.most} 项，排在第一位得 {data.most} 分，往后每位少 1 分，按总分排名。",
        "pot": f"{METHODS['pot']}：每票在 {fmt.yuan(Money(data.pot_fen or 0))} 元以内选择，按得票数排名。",
    }[data.method]


def _quorum(data: Counted) -> str:
    quorum, met, unit = data.result.get("quorum", {}), data.result["quorum_met"], _heads(data)
    if "nature" in quorum:
        came = f"应到 {quorum['entitled']} {unit}，到会 {quorum['present']} {unit}，法定至少 {quorum['least']} {unit}到会；"
        law = MEETINGS[quorum["nature"]].law
        return came + ("达到法定人数，表决有效。" if met else "没有达到法定人数，没有作出任何决定，票数只作参考。") + f"依据：{law}。"
    if not data.asked:
        return "没有最低人数要求。"
    return f"至少 {data.asked} {unit}，" + ("已达到。" if met else "没有达到，结果只作参考，不能作为决定。")


def _outcome(data: Counted) -> list[Block]:
    columns = [Column("rank", "名次", "number", 3), Column("title", "选项", width=19)]
    if data.pot_fen is not None:
        columns.append(Column("cost", "费用（元）", "money", 7))
    figures: tuple[Column, ...] = {
        "score": (Column("mean", "平均分", "number", 5), Column("n", "打分人数", "number", 5)),
        "rank": (Column("points", "得分", "number", 5), Column("firsts", "排在第一", "number", 5)),
    }.get(data.method, (Column("votes", "得票", "number", 5), Column("share", "比例", "percent", 5)))
    columns += figures
    decided = _decided(data)
    if any(decided):
        columns.append(Column("decided", "结果", width=8))
    rows = [
        (
            one.rank, one.title, *([one.cost] if data.pot_fen is not None else []), *_figures(one, data),
            *([told or None] if any(decided) else []),
        )
        for one, told in zip(data.outcomes, decided, strict=True)
    ]  # fmt: skip
    blocks: list[Block] = [Table(tuple(columns), tuple(rows), "评议结果")]
    if said := _ties(data):
        blocks.append(Text((said,)))
    if 1 < len(data.outcomes) <= DRAWN and data.method != "score":
        name, unit = ("得分", "分") if data.method == "rank" else ("得票", _heads(data))
        values = tuple(one.points if data.method == "rank" else one.votes for one in data.outcomes)
        blocks.append(Figure(f"各选项{name}", Chart("bar", tuple(one.title for one in data.outcomes), (Series(name, values),), unit)))
    return blocks


def _figures(one: Any, data: Counted) -> Sequence[Cell]:
    turnout = data.result["turnout"]
    match data.method:
        case "score":
            return (None if one.mean_hundredths is None else Decimal(one.mean_hundredths).scaleb(-2), one.n)
        case "rank":
            return (one.points, one.firsts)
        case _:
            return (one.votes, Fraction(one.votes, turnout) if turnout else None)


def _decided(data: Counted) -> list[str]:
    """What follows for each choice: a decision of a meeting, the money that reaches it."""
    found = []
    for one in data.outcomes:
        said = [] if one.passed is None else ["通过" if one.passed else "未通过"]
        said += [f"{rule}入选" for rule in data.bought.get(one.choice_id, ())]
        found.append("；".join(said))
    return found


def _ties(data: Counted) -> str:
    titles = {one.choice_id: one.title for one in data.outcomes}
    if order := data.result.get("order"):
        return "并列的先后已由主办单位按公布的办法确定：" + "、".join(titles[key] for key in order) + "。"
    ranks = {one.choice_id: one.rank for one in data.outcomes}
    tied = sorted({ranks[ids[0]] for ids in data.result["ties"]})
    return f"第 {'、'.join(map(str, tied))} 名有并列，先后由主办单位按公布的办法确定。" if tied else ""


def _watched(data: Counted) -> tuple[str, ...]:
    unit = _heads(data)
    votes = f"有效 {data.result['turnout']} {unit}" + (f"，废票 {data.void} 张" if data.void else "") + "。"
    watched = f"监票和居务监督 {data.watched} 人重新计票并签名，其中 {data.agreed} 人确认与公布结果一致。" if data.watched else ""
    return (
        f"{votes}{watched}"
        "能把参加人和所投内容对应起来的密钥已在截止时销毁，任何人都查不到谁选了什么。计票数据可在本平台下载，自行重新计票。",
    )


def counted_already(ballot: Ballot) -> Refusal | None:
    """Before the count there is nothing to tell."""
    return None if ballot.state == "counted" else Refusal("not_counted", "计票以后才能编制评议结果公告。")


def sizes(session: Session, ballot: Ballot, at: datetime) -> Sequence[tuple[str, str]]:
    """The sheets it is printed on."""
    return [("a4", "A4 公告"), ("a3", "A3 张贴")]


PAPER = Paper(
    key="ballot_notice",
    title="评议结果公告",
    about=Ballot,
    right="ballot.list",
    shared=True,
    gather=gather,
    build=build,
    retention="permanent",
    author="organiser",
    suffixes=("pdf", "xlsx"),
    ready=counted_already,
    choices=sizes,
)
