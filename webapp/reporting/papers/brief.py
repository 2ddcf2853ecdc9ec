"""一键专报: two pages on an area and a period, with the figures of the funding report and of the progress report, from their very queries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.chart import Chart, Series
from reports.money import Money
from reports.report import Column, Figure, Report, Section, Table, Text
from webapp.accounts.queries import area_names
from webapp.boards.queries import risks
from webapp.boards.rules import RISKS, SILENT_DAYS
from webapp.core.clock import end_of, start_of, today
from webapp.projects.models import RUNNING
from webapp.reporting import funding_book
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries import delivery, funding
from webapp.reporting.queries.asked import wish_of
from webapp.reporting.queries.delivery import Standing
from webapp.reporting.rules.periods import Period, offered, period
from webapp.workflows import PROJECT

SHOWN = 8
"""Categories in the table; the others are one line, so that two pages are enough."""
DRAWN = ("budget_fen", "committed_fen", "paid_fen", "spent_fen")
STILL = frozenset(PROJECT.states[state] for state in RUNNING)


@dataclass(frozen=True, slots=True)
class Brief:
    """Both reports' rows at the period's end, and what was there before it began."""

    period: Period
    place: str
    until: datetime
    """The end of the period, or the moment of asking where it still runs."""
    year: Mapping[str, Any]
    """`funding_book.figured` of the money of the period's year."""
    moved: Mapping[str, Money]
    """What of all money was committed, paid, spent and returned within the period."""
    now: Sequence[Standing]
    before: Sequence[Standing]
    risks: Mapping[str, int] | None
    """The risks of the board, as it counts them now; None for what it does not count: a period that is over, a part of one's areas."""
    demo: bool


def gather(session: Session, _: None, asked: Asked) -> Brief:
    """The funding report's book by month, and the progress report at two moments."""
    one = period(asked.choice or f"{today(asked.as_of).year}")
    who = asked.viewer
    until = min(end_of(one.last) - timedelta(microseconds=1), asked.as_of)
    wish = replace(wish_of(asked), as_of=until, year=None, sources=("platform",))
    data = funding.gather(session, wish)
    book = data.platform
    if book is None:
        raise LookupError("the platform's own book was asked for")
    moved = {
        name: sum((getattr(row, name.removesuffix("_fen")) for row in book.rows if one.holds(row.month)), Money(0))
        for name in funding_book.TURNOVERS
    }
    return Brief(
        one, area_names(session, [wish.area]).get(wish.area, "") if wish.area else "", until,
        funding_book.figured(replace(book, rows=[row for row in book.rows if row.year == one.year])), moved,
        delivery.gather(session, wish).projects,
        delivery.gather(session, replace(wish, as_of=start_of(one.first) - timedelta(microseconds=1))).projects,
        risks.counts(session, who, until) if who is not None and until == asked.as_of and not wish.narrowed else None, data.demo,
    )  # fmt: skip


def build(data: Brief, asked: Asked) -> Report:
    """The brief; over nothing it says that there is nothing, and draws no chart."""
    sections = [
        Section("资金使用", (Text((_money_words(data), _moved_words(data))), *_chart(data))),
        Section("项目进展", (Text(_deeds(data)),)),
    ]
    table = _table(data)
    if table.rows:
        sections.append(Section("分类情况", (table,)))
    wish = wish_of(asked)
    return asked.report(
        f"{data.place}公益创投工作专报\n（{data.period.words}）", sections, as_of=data.until,
        scope_note=(
            f"{replace(wish, year=None).scope}累计数按{data.period.year}年度资金计；“本期”为{fmt.day(data.period.first)}至{fmt.day(data.until)}，"
            "含各年度资金。"
        ),
        notes=(f"数字与同一时点的资金使用情况报告、项目进展情况报告一致。{funding_book.NOTES[1]}",),
        sources=("本平台账簿", "本平台办理记录、活动记录和督导记录"), demo=data.demo,
    )  # fmt: skip


def _yuan(fen: int | Money) -> str:
    return fmt.wan(fen if isinstance(fen, Money) else Money(fen), unit=True)


def _rate(data: Brief, key: str) -> str:
    name = funding_book.RATES[key][0]
    found = data.year["rates"][key]
    return f"{name} {fmt.ratio(Fraction(found))}" if found is not None else f"{name}不计算（没有分母）"


def _money_words(data: Brief) -> str:
    total = data.year["total"]
    if not any(total[name] for name in funding_book.MONEY):
        return f"截至{fmt.day(data.until)}，{data.period.year}年度没有资金记录。"
    budget = f"预算 {_yuan(total['budget_fen'])}" if total["budget_fen"] else "预算不单列"
    if total["budget_fen"] == 0:
        budget = "在本范围没有登记预算"
    return (
        f"截至{fmt.day(data.until)}，{data.period.year}年度资金{budget}，已立项 {_yuan(total['committed_fen'])}（{total['projects']} 个项目），"
        f"已拨付 {_yuan(total['paid_fen'])}，项目已支出 {_yuan(total['spent_fen'])}，已收回 {_yuan(total['returned_fen'])}。"
        f"{_rate(data, 'execution')}，{_rate(data, 'paying')}，{_rate(data, 'spending')}。"
    )


def _moved_words(data: Brief) -> str:
    """What the period itself brought; a reversal can make it less than nothing, and is said as that."""
    names = {"committed_fen": "立项", "paid_fen": "拨付", "spent_fen": "认可支出", "returned_fen": "收回"}
    told = [f"{words} {_yuan(data.moved[name])}" for name, words in names.items() if data.moved[name]]
    less = "（负数为冲销大于发生）" if any(one.fen < 0 for one in data.moved.values()) else ""
    return f"本期{'，'.join(told)}{less}。" if told else "本期没有立项、拨付、支出或收回。"


def _sum(rows: Sequence[Standing], name: str) -> int:
    return sum(getattr(row, name) for row in rows)


def _told(rows: Sequence[Standing], name: str) -> str:
    return fmt.number(_sum(rows, name))


def _deeds(data: Brief) -> tuple[str, ...]:
    if not data.now:
        return (f"截至{fmt.day(data.until)}，没有项目。",)
    states = "、".join(f"{state} {many} 个" for state, many in Counter(row.state for row in data.now).most_common())
    held, times, visits = (_sum(data.now, name) - _sum(data.before, name) for name in ("activities", "attendances", "visits"))
    open_, all_ = _sum(data.now, "rectifications_open"), _sum(data.now, "rectifications")
    return (
        f"截至{fmt.day(data.until)}，有项目 {len(data.now)} 个（n={len(data.now)}）：{states}。累计开展活动 {_told(data.now, 'activities')} 场，"
        f"服务 {_told(data.now, 'persons')} 人、{_told(data.now, 'attendances')} 人次。",
        f"本期开展活动 {fmt.number(held)} 场、{fmt.number(times)} 人次，督导 {fmt.number(visits)} 次。",
        f"需要关注：{_risks(data)}整改、督办 {all_} 件，未销号 {open_} 件。",
    )


def _risks(data: Brief) -> str:
    """What the board counts, in its words; else the late ones alone, which the progress report knows for any moment."""
    if data.risks is None:
        late = sum(row.subject.ends_on < today(data.until) and row.state in STILL for row in data.now)
        return f"已过结束日期仍在实施的项目 {late} 个；"
    kinds = "、".join(
        f"{words}{f'（{SILENT_DAYS} 天）' if kind == 'silent' else ''} {data.risks[kind]} 个" for kind, words in RISKS.items()
    )
    return f"实施中的项目 {data.risks['all']} 个，有风险的 {data.risks['any']} 个（{kinds}，同一项目可有几项）；"


def _chart(data: Brief) -> tuple[Figure, ...]:
    total = data.year["total"]
    names = [name for name in DRAWN if total[name] is not None]
    if not any(total[name] for name in names):
        return ()
    series = Series("累计", tuple(Money(total[name]) for name in names))
    chart = Chart("bar", tuple(funding_book.NAMES[name] for name in names), (series,), "万元")
    return (Figure(f"{data.period.year}年度资金各环节累计", chart),)


def _table(data: Brief) -> Table:
    names = ("projects", *funding_book.TURNOVERS)
    groups = [one for one in data.year["groups"] if one["by"] == "category"]
    shown, rest = groups[:SHOWN], groups[SHOWN:]
    lines = [(one["key"], *(one[name] for name in names)) for one in shown]
    if rest:
        lines.append((f"其他 {len(rest)} 类", *(sum(one[name] for one in rest) for name in names)))
    columns = (
        Column("key", "类别"), Column("projects", "项目数", "number"), *(Column(name, funding_book.NAMES[name], "money") for name in funding_book.TURNOVERS)
    )  # fmt: skip

    def told(key: str, many: int, *fens: int) -> tuple[Any, ...]:
        return key, many, *(Money(fen) for fen in fens)

    sums = told("合计", *(sum(one[name] for one in groups) for name in names))
    return Table(columns, tuple(told(*line) for line in lines), f"{data.period.year}年度资金按项目类别", sums, "元")


def choices(session: Session, _: None, at: datetime) -> Sequence[tuple[str, str]]:
    """The periods begun so far, of this year and the last."""
    return offered(today(at))


PAPER = Paper(
    key="brief", title="一键专报", about=None, right="report.create", shared=True, gather=gather, build=build, retention="10",
    author="platform", suffixes=("pdf", "docx"), choices=choices,
)  # fmt: skip
