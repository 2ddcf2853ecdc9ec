"""Blocks that several papers of a project share: its facts, its money by line, its goals; pure."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from reports import format as fmt
from reports.money import Money
from reports.report import Cell, Column, Facts, Table, Text
from webapp.projects.queries.one import LineRow
from webapp.reporting.queries.works import Goal, Head, Held

NOTHING = Money(0)


def span(head: Head) -> str:
    """The term of a project: 2026年3月1日至2027年2月28日."""
    return f"{fmt.day(head.starts_on)}至{fmt.day(head.ends_on)}"


def about(head: Head, *more: tuple[str, Cell], words: bool = False) -> Facts:
    """The form every paper of a project begins with; `words` writes the grant in words as well (大写)."""
    pairs: list[tuple[str, Cell]] = [
        ("项目名称", head.title), ("项目编号", head.number), ("征集公告", head.call), ("主办单位", head.organiser), ("承办单位", head.organisation),
        ("实施地点", "、".join(head.places) or None), ("实施期限", span(head)), ("资金来源", head.fund), ("资助金额", head.granted),
    ]  # fmt: skip
    if words:
        pairs.append(("大写金额", fmt.capital(head.granted)))
    return Facts((*pairs, *more), beside=True)


def goals(found: Sequence[Goal], caption: str = "绩效目标完成情况") -> Table:
    """Each goal with target, what is done and the rate."""
    columns = (
        Column("title", "绩效指标", width=10), Column("unit", "单位", width=3), Column("target", "目标值", "number", 4),
        Column("done", "完成值", "number", 4), Column("rate", "完成率", "percent", 4), Column("due", "应完成", "date", 7),
    )  # fmt: skip
    rows = tuple(
        (one.title, one.unit, one.target, one.done, Fraction(one.done, one.target) if one.target else None, one.due_on) for one in found
    )
    return Table(columns, rows, caption)


def targets(found: Sequence[Goal], caption: str = "绩效目标") -> Table:
    """Each goal as it was agreed on."""
    columns = (
        Column("title", "绩效指标", width=10),
        Column("unit", "单位", width=3),
        Column("target", "目标值", "number", 4),
        Column("due", "应完成", "date", 7),
    )
    return Table(columns, tuple((one.title, one.unit, one.target, one.due_on) for one in found), caption)


def money_by_line(lines: Sequence[LineRow], caption: str = "资助资金使用情况") -> Table:
    """The grant by budget line: granted, accepted, what is left, and 项目支出进度 of the line."""
    columns = (
        Column("title", "预算科目", width=8), Column("grant", "资助预算", "money", 6), Column("own", "自筹预算", "money", 6),
        Column("spent", "已列支", "money", 6), Column("left", "余额", "money", 6), Column("rate", "支出比例", "percent", 5),
    )  # fmt: skip
    rows = tuple(
        (one.title, one.grant_fen, one.own_fen, one.spent_fen, one.grant_fen - one.spent_fen, one.spent_fen.percent_of(one.grant_fen))
        for one in lines
    )
    grant, own, spent = (sum((getattr(one, name) for one in lines), NOTHING) for name in ("grant_fen", "own_fen", "spent_fen"))
    return Table(columns, rows, caption, ("合计", grant, own, spent, grant - spent, spent.percent_of(grant)), "元")


def activities(found: Sequence[Held], caption: str = "活动开展情况") -> Table:
    """Each recorded activity with 人数 and 人次; 人数 has no total, for one person may have come to several."""
    columns = (
        Column("n", "序号", "number", 2.6), Column("day", "日期", "date", 6.6), Column("title", "活动", width=11), Column("place", "地点", width=8),
        Column("persons", "人数", "number", 3), Column("visits", "人次", "number", 3),
    )  # fmt: skip
    rows = tuple((n, one.day, one.title, one.place, one.persons, one.visits) for n, one in enumerate(found, 1))
    return Table(columns, rows, caption, ("合计", "", f"{len(found)} 场", "", "", sum(one.visits for one in found)))


def hours(minutes: int) -> str:
    """Minutes as hours with what is left: 2 小时 30 分."""
    whole, rest = divmod(minutes, 60)
    return f"{whole} 小时" + (f" {rest} 分" if rest else "")


def points(hundredths: int | None) -> Decimal | None:
    """Points kept as whole hundredths, as a figure."""
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)


def paragraphs(text: str) -> Text:
    """What somebody typed, a paragraph for each line; where nothing was, that is said."""
    return Text(tuple(part.strip() for part in text.splitlines() if part.strip()) or ("没有填写。",))
