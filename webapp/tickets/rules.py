"""How a list is read: which column is which, and what is wrong with a line. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from webapp.core.sheets import Row, SheetError
from webapp.core.workflow import Rule
from webapp.needs.rules import PHONE

PARTS: dict[str, tuple[str, ...]] = {
    "number": ("工单号", "工单编号", "事件编号", "受理编号", "诉求编号", "编号"),
    "words": ("诉求内容", "工单内容", "事件描述", "问题描述", "反映内容", "内容"),
    "community": ("社区", "所属社区", "承办社区", "村（社区）", "村(社区)", "村社区"),
    "speaker": ("来电人", "诉求人", "市民姓名", "上报人", "联系人", "姓名"),
    "phone": ("联系电话", "来电号码", "手机号", "电话"),
    "place": ("地点", "事发地址", "诉求地址", "事发地点", "地址"),
    "category": ("类别", "诉求类别", "事件类别", "工单类别", "诉求分类"),
}
"""The names such columns go by; the first that the file has is taken."""
ANSWERS: dict[str, tuple[str, ...]] = {
    "state": ("办理状态", "处理状态", "工单状态", "状态"),
    "answer": ("办理结果", "答复内容", "办理情况", "处理结果", "回复内容"),
    "answered_on": ("答复时间", "办结时间", "回复时间", "办理时间", "答复日期"),
    "handler": ("承办单位", "办理单位", "处理单位"),
}
"""Where our answer is written; a list without such a column gets the first three at its end."""
MOST = 300
"""Lines of one list: what one transaction takes in within some seconds."""
LIMITS = {"number": 40, "words": 2000, "speaker": 20, "place": 100}
NAMES = {"number": "工单号", "words": "内容", "speaker": "姓名", "place": "地点"}
NOBODY = "来电人未留姓名"
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Read:
    """One line that can be registered: its parts, and all its cells as they came."""

    number: str
    words: str
    area_code: str
    speaker: str
    phone: str
    place: str
    category: str
    cells: Sequence[str]


def columns_of(headings: Sequence[str], *, communities: int) -> dict[str, str]:
    """Which heading holds which part. Raises SheetError when 工单号 or 内容 is missing, or 社区 where the area has several."""
    found = {part: name for part, names in PARTS.items() for name in names[::-1] if name in headings}
    wanted = ["number", "words"] + (["community"] if communities > 1 else [])
    missing = [NAMES.get(part, "社区") for part in wanted if part not in found]
    if missing:
        raise SheetError(f"没有找到这些列：{'、'.join(missing)}。表头可以写：" + "；".join("、".join(PARTS[p][:4]) for p in wanted) + "。")
    return found


def judged(
    rows: Iterable[Row], headings: Sequence[str], columns: Mapping[str, str], communities: Mapping[str, str], categories: Mapping[str, str]
) -> tuple[list[Read], list[str]]:
    """The lines as they can be registered, and what is wrong at which cell. `communities` and `categories`: code by name."""
    lines: list[Read] = []
    faults: list[str] = []
    seen: dict[str, str] = {}
    for row in rows:
        given = {part: row[heading].strip() for part, heading in columns.items()}
        at = {part: row.at(heading) for part, heading in columns.items()}
        wrong = [
            f"{at[part]}：{NAMES[part]}最多 {most} 个字。" for part, most in LIMITS.items() if part in given and len(given[part]) > most
        ]
        wrong += [f"{at[part]}：请填写{NAMES[part]}。" for part in ("number", "words") if not given[part]]
        number, phone = given["number"], given.get("phone", "")
        if number and number in seen:
            wrong.append(f"{at['number']}：工单号与{seen[number]}重复。")
        seen.setdefault(number, at["number"])
        if phone and "*" not in phone and not PHONE.match(phone):
            wrong.append(f"{at['phone']}：“{phone}”不是电话号码，应为 11 位手机号或带区号的座机号；没有的请空着。")
        area = community_of(given.get("community"), communities)
        if not area:
            wrong.append(f"{at['community']}：没有找到社区“{given['community']}”，请写本辖区社区的全名。")
        faults += wrong
        if not wrong and area:
            lines.append(
                Read(
                    number, given["words"], area, given.get("speaker") or NOBODY, "" if "*" in phone else phone,
                    given.get("place", ""), categories.get(given.get("category", ""), "other"),
                    tuple(row[heading] for heading in headings),
                )
            )  # fmt: skip
    return lines, faults


def community_of(name: str | None, communities: Mapping[str, str]) -> str | None:
    """The code of a community by its name, with or without its ending; where the area has only one, no name is needed."""
    if len(communities) == 1 and not name:
        return next(iter(communities.values()))
    wanted = short(name or "")
    return next((code for known, code in communities.items() if short(known) == wanted), None) if wanted else None


def short(name: str) -> str:
    """桃花坞社区居委会, 桃花坞社区 and 桃花坞 are one."""
    for ending in ("居民委员会", "村民委员会", "居委会", "村委会", "社区"):
        name = name.removesuffix(ending)
    return name


def only_number(cells: Sequence[str], headings: Sequence[str], columns: Mapping[str, str]) -> list[str]:
    """What may stay of a line that was sealed for 专办人: its 工单号."""
    return [cell if heading == columns["number"] else "" for heading, cell in zip(headings, cells, strict=True)]


def pack(lines: Sequence[Read]) -> str:
    """Lines as text, to wait in."""
    return json.dumps([asdict(one) for one in lines])


def unpack(text: str) -> list[Read]:
    return [Read(**one) for one in json.loads(text)]


def cells_of(text: str) -> list[str]:
    """The cells of one line."""
    found: list[str] = json.loads(text)
    return found


def answered(headings: Sequence[str], cells: Sequence[str], answer: Mapping[str, str]) -> list[str]:
    """A line with its answer written where the list asks for it, the rest as it came; see `answer_columns`."""
    places = answer_columns(headings)
    line = dict(zip(headings, cells, strict=True))
    for part, heading in places.items():
        if answer[part]:
            line[heading] = answer[part]
    return [line.get(heading, "") for heading in [*headings, *(h for h in places.values() if h not in headings)]]


def answer_columns(headings: Sequence[str]) -> dict[str, str]:
    """Part of the answer → its heading: the list's own where it has one, else a new one at the end (not for the handler)."""
    found = {part: next((name for name in names if name in headings), "") for part, names in ANSWERS.items()}
    return {part: name or ANSWERS[part][0] for part, name in found.items() if name or part != "handler"}


REQUIRED: dict[str, tuple[Rule, ...]] = {"ticket_list.take": (), "ticket_list.drop": ()}
WORDS = {"ticket_list.create": "读入工单清单", "ticket_list.answers": "导出工单答复"}
