"""试分派: an assignment before it is written, in sentences and as a sheet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.report import Column
from webapp.core.sheets import Fault, Row
from webapp.reviews.rules.assign import Lack, Order

HEADINGS = {"number": "申报编号", "title": "项目", "person": "评委编号", "name": "评委"}
COLUMNS = tuple(Column(key, title) for key, title in HEADINGS.items())
SHOWN = 30


@dataclass(frozen=True, slots=True)
class Names:
    """What applications and judges are called."""

    numbers: Mapping[int, str]
    titles: Mapping[int, str]
    judges: Mapping[int, str]


def lack_said(lack: Lack, order: Order, titles: Mapping[int, str]) -> str:
    """Why there is no assignment, and what to do."""
    title = f"《{titles.get(lack.application, '')}》" if lack.application is not None else ""
    return {
        "few": f"{title}回避后只有 {lack.count} 位评委可评，要有 {order.each or 1} 位。请用候补替换有利害关系的评委，或减少禁派。",
        "apart": f"{title}去掉不同评的评委后只能安排 {lack.count} 位，要有 {order.each} 位。请减少“不同评”的组合。",
        "pin_conflict": f"{title}指定的评委应当回避或已被禁派。请取消这项指定。",
        "pin_apart": f"{title}同时指定了不能同评的两位评委。请取消其中一项指定。",
        "pin_many": f"{title}指定了 {lack.count} 位评委，多于要安排的 {order.each} 位。请取消多出的指定。",
        "share": f"任意两位评委同评的份数做不到不超过各自的 {order.share}%。请放宽这个比例，或增加评委。",
        "time": "30 秒内没有排出结果。请放宽同评比例，或减少“不同评”的组合后再试。",
    }[lack.kind]


def break_said(found: tuple[int | None, str], order: Order, titles: Mapping[int, str]) -> str:
    """What a plan changed by hand does not keep."""
    title = f"《{titles.get(found[0], '')}》" if found[0] is not None else ""
    return {
        "conflict": f"{title}有评委应当回避、已被禁派或不在席位上。",
        "number": f"{title}的评委人数不对，应为 {order.each or '全部可评的'} 位。",
        "apart": f"{title}安排了不能同评的两位评委。",
        "share": f"有两位评委同评的份数超过了 {order.share}%。",
    }[found[1]]


def lines(given: Mapping[int, Iterable[int]], names: Names) -> list[tuple[str, str, str, str]]:
    """The plan as a sheet, in the layout in which it comes back."""
    pairs = sorted((names.numbers[one], one, judge) for one, mine in given.items() for judge in mine)
    return [(number, names.titles[one], str(judge), names.judges.get(judge, "")) for number, one, judge in pairs]


def judged(rows: Iterable[Row | Fault], order: Order, names: Names) -> tuple[dict[int, frozenset[int]], list[str]]:
    """Application → judges as the sheet says, and what is wrong, cell by cell."""
    by_number = {number: one for one, number in names.numbers.items()}
    found: dict[int, set[int]] = {one: set() for one in order.allowed}
    wrong: list[str] = []
    for row in rows:
        if isinstance(row, Fault):
            wrong.append(f"{row}。")
            continue
        number, person, name = (row[HEADINGS[key]].strip() for key in ("number", "person", "name"))
        one, judge = by_number.get(number), int(person) if person.isdecimal() and len(person) < 18 else None
        if one is None:
            wrong.append(f"{row.at(HEADINGS['number'])}：待评的申报里没有“{number}”，请核对编号。")
        elif judge is None or judge not in names.judges:
            wrong.append(f"{row.at(HEADINGS['person'])}：评审组里没有编号为“{person}”的评委。")
        elif names.judges[judge] != name:
            wrong.append(f"{row.at(HEADINGS['name'])}：编号 {person} 的评委是“{names.judges[judge]}”，请核对是不是填错了行。")
        elif judge not in order.allowed[one]:
            wrong.append(f"{row.at(HEADINGS['name'])}：{name}应当回避这份申报，或已被禁派，请换一位。")
        elif judge in found[one]:
            wrong.append(f"{row.at(HEADINGS['name'])}：{name}在这份申报里已经有一行，请删去一行。")
        else:
            found[one].add(judge)
    return {one: frozenset(mine) for one, mine in found.items()}, wrong


def pairs_of(text: str, judges: Mapping[int, str]) -> tuple[list[tuple[int, int]], list[str]]:
    """Pairs of judges, one a line (王评、李评); and what is wrong, line by line."""
    by_name = {name: key for key, name in judges.items()}
    found, wrong = [], []
    for n, line in enumerate(text.splitlines(), 1):
        names = [one.strip() for one in line.replace("，", "、").replace(",", "、").split("、") if one.strip()]
        if not names:
            continue
        unknown = [name for name in names if name not in by_name]
        if unknown:
            wrong.append(f"第 {n} 行：评审组里没有“{unknown[0][:20]}”。")
        elif len(set(names)) != 2:
            wrong.append(f"第 {n} 行：请写两位不同的评委，用“、”隔开。")
        else:
            first, second = sorted(by_name[name] for name in names)
            found.append((first, second))
    return found, wrong


def pairs_said(pairs: Sequence[Sequence[int]], judges: Mapping[int, str]) -> str:
    return "\n".join("、".join(judges.get(one, "") for one in pair) for pair in pairs)
