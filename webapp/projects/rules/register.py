"""What the 服务对象名册 takes: who somebody is, what a line of a list must say, whose consent is needed."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from reports.report import Column
from webapp.accounts.rules import phone_of
from webapp.core.secrets import keyed
from webapp.core.sheets import Fault, Row
from webapp.core.workflow import Refusal

HEADINGS = {
    "name": "姓名",
    "phone": "电话",
    "number": "身份证号",
    "minor": "未成年",
    "guardian": "监护人",
    "joined_on": "加入日期",
}
"""The columns of a list that is read in; of a child, the telephone is the guardian's."""
COLUMNS = tuple(Column(key, title) for key, title in HEADINGS.items())
YES = {"是", "Y", "y", "√", "1"}
NO = {"", "否", "N", "n", "0"}
MOST = 500
SHOWN = 30
_LANDLINE = re.compile(r"0\d{9,11}")
_ID = re.compile(r"\d{17}[\dX]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
NOBODY_KNOWN = "请填写电话；没有电话的，填写身份证号（只用来认人，不保存）。"


@dataclass(frozen=True, slots=True)
class Told:
    """What an organisation says of somebody it serves, as typed."""

    name: str
    phone: str = ""
    number: str = ""
    """The identity number, where there is no telephone. Never kept."""
    minor: bool = False
    guardian: str = ""
    joined_on: date | None = None


def plain(text: str) -> str:
    """A name or number without blanks and in one width: 王 小 明 is 王小明."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def reachable(typed: str) -> str | None:
    """The digits of a mobile number or of a landline with its area code; None when it is neither."""
    digits = re.sub(r"[\s\-—()]", "", unicodedata.normalize("NFKC", typed))
    return phone_of(typed) or (digits if _LANDLINE.fullmatch(digits) else None)


def id_number(typed: str) -> str | None:
    """An identity number whose check digit is right (GB 11643); None for any other text."""
    text = plain(typed).upper()
    if not _ID.fullmatch(text):
        return None
    rest = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False)) % 11
    return text if "10X98765432"[rest] == text[-1] else None


def identity(told: Told) -> str:
    """The keyed hash by which one person is one: of name and telephone, or of the identity number where there is none."""
    phone = reachable(told.phone)
    return keyed("beneficiary", f"{plain(told.name)}|{phone}" if phone else f"id|{id_number(told.number)}")


def faults_of(told: Told, today: date) -> Iterator[tuple[str, str]]:
    """Field and sentence for all that is wrong."""
    if not told.name.strip():
        yield "name", "请填写姓名。"
    if told.phone.strip() and reachable(told.phone) is None:
        yield "phone", "请填写 11 位手机号，或带区号的固定电话。"
    if told.number.strip() and id_number(told.number) is None:
        yield "number", "身份证号不对，请核对每一位。"
    if not told.phone.strip() and not told.number.strip():
        yield "phone", NOBODY_KNOWN
    if told.minor and not told.guardian.strip():
        yield "guardian", "未成年人请填写监护人姓名。"
    if told.joined_on is not None and told.joined_on > today:
        yield "joined_on", "加入日期还没有到。"


def judged(lines: Iterable[Row | Fault], today: date) -> tuple[list[Told], list[str]]:
    """What a list says, and what is wrong with it cell by cell; nobody stands in it twice."""
    found: list[Told] = []
    wrong: list[str] = []
    seen: dict[str, str] = {}
    for line in lines:
        if isinstance(line, Fault):
            wrong.append(f"{line}。")
            continue
        told, faults = _read(line, today)
        wrong += [f"{line.at(HEADINGS[field])}：{sentence}" for field, sentence in faults]
        if faults:
            continue
        key = identity(told)
        if key in seen:
            wrong.append(f"{line.at(HEADINGS['name'])}：和{seen[key]}是同一个人，请删去一行。")
        seen.setdefault(key, line.at())
        found.append(told)
    return found, wrong


def _read(line: Row, today: date) -> tuple[Told, list[tuple[str, str]]]:
    cells = {key: line[title].strip() for key, title in HEADINGS.items()}
    faults: list[tuple[str, str]] = []
    if cells["minor"] not in YES | NO:
        faults.append(("minor", "请填“是”或“否”。"))
    joined_on = None
    if cells["joined_on"]:
        try:
            joined_on = date.fromisoformat(cells["joined_on"].split(" ")[0])
        except ValueError:
            faults.append(("joined_on", f"“{cells['joined_on']}”不是日期，请写成 2026-03-01。"))
    told = Told(cells["name"], cells["phone"], cells["number"], cells["minor"] in YES, cells["guardian"], joined_on)
    return told, faults + list(faults_of(told, today))


def label(*, minor: bool, number: int, name: str | None, erased: bool) -> str:
    """How the organisation sees somebody in its lists: a child by number, and so whoever was erased."""
    if minor:
        return f"儿童{number}"
    return f"已删除{number}" if erased else (name or "")


def consent_covers(minors: int, *, guardian: bool) -> Refusal | None:
    """A child's data needs the guardian's consent (个人信息保护法 §31; 未成年人保护法 §72)."""
    if minors and not guardian:
        return Refusal("guardian", f"其中有 {minors} 名未成年人，同意书要由监护人签署。", "guardian")
    return None


@dataclass(frozen=True, slots=True)
class AttendanceFacts:
    """What is looked at when names are called."""

    unconsented: tuple[str, ...]
    """Labels of those marked present of whom no signed consent is kept."""
    strangers: int
    """Marked present and not of this project's register, or gone from it before that day."""
    named: int
    unnamed: int
    visits: int
    held: bool


def everybody_consented(facts: AttendanceFacts) -> Refusal | None:
    if facts.unconsented:
        some = "、".join(facts.unconsented[:5]) + (f"等 {len(facts.unconsented)} 人" if len(facts.unconsented) > 5 else "")
        return Refusal("consent", f"{some}还没有同意书，不能点名。请先补交，或计入名册之外的人数。", "present")
    return None


def everybody_is_of_the_register(facts: AttendanceFacts) -> Refusal | None:
    return Refusal("stranger", "有人不在这个项目的名册里，或那天已经离开，请刷新页面再点。", "present") if facts.strangers else None


def somebody_came(facts: AttendanceFacts) -> Refusal | None:
    if not facts.held:
        return None
    if facts.named + facts.unnamed < 1:
        return Refusal("persons", "已记录的活动至少有一个人参加。", "unnamed")
    return Refusal("visits", "人次不能少于人数，请核对。", "visits") if facts.visits < facts.named + facts.unnamed else None


ATTENDANCE = (everybody_consented, everybody_is_of_the_register, somebody_came)

WORDS = {
    "beneficiary.create": "登记服务对象",
    "beneficiary.consent": "补交同意书",
    "beneficiary.leave": "离开名册",
    "beneficiary.return": "重新加入",
    "beneficiary.erase": "删除个人信息",
    "beneficiary.reveal": "查看电话",
    "consent.create": "登记同意书",
    "register_sample.draw": "抽取服务对象样本",
    "register_sample.look": "查看样本中的服务对象",
    "activity.attend": "点名",
    "project.read_in": "导入服务对象名册",
    "project.hand_out": "导出服务对象名册",
    "project.sample": "抽取服务对象样本",
}
