"""Reading the answers to a form's questions: clean values where they can be read, and a remark for everything that cannot.

One reader serves the page, the autosave, the blockers and the snapshot. What was typed is kept as typed, valid or not.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from reports import format as printed
from reports.money import AmountError, Money
from webapp.calls.rules.parts import Column, Question, Section
from webapp.calls.rules.words import NO, YES
from webapp.core import fit
from webapp.core.workflow import Refusal

LARGEST_COUNT = 10**9


def count(text: str) -> int:
    """A whole number as typed, full-width digits and thousands separators allowed. Raises ValueError with a sentence."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > 20 or int(plain) > LARGEST_COUNT:
        raise ValueError("请填写整数，例如 120。")
    return int(plain)


def day(text: str) -> str:
    """A day as typed by a date box. Raises ValueError with a sentence."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError("请填写日期，例如 2026-03-01。") from None
    if not fit.sensible(found):
        raise ValueError("日期应在 1900 年到 2100 年之间，请核对年份。")
    return found.isoformat()


def phone(text: str) -> str:
    """A telephone number as typed: a mobile number, or a landline with its area code. Raises ValueError with a sentence."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("-", "")
    if not re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}", plain):
        raise ValueError("请填写 11 位手机号，或带区号的座机号。")
    return plain


def shown(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether a question is asked, given the section's answers so far (read or as typed)."""
    if question.shown_if is None:
        return True
    said = answers.get(question.shown_if.question)
    given = said if isinstance(said, list | tuple) else [said]
    return any(one in question.shown_if.answers for one in given)


def answer(question: Question | Column, typed: Any) -> tuple[Any, str]:
    """The value of one answer (None when it cannot be read or is empty) and what is wrong with it, if anything.

    Not for tables: they are read row by row (`read_table`).
    """
    if isinstance(question, Question) and question.kind == "choices":
        return _choices(question, typed)
    text = str(typed or "").strip()
    if not text:
        return None, f"请填写“{question.title}”。" if question.required else ""
    if question.kind in {"text", "long"}:
        return text, _length(question, text)
    if question.kind in {"choice", "yesno"}:
        options = question.options if question.kind == "choice" else (YES, NO)
        return (text, "") if text in options else (None, f"“{question.title}”请从所列选项中选择。")
    try:
        if question.kind == "phone":
            return phone(text), ""
        if question.kind == "money":
            return Money.parse(text).fen, ""
        if question.kind == "number":
            value = count(text)
            return value, _bounds(question, value)
        return day(text), ""
    except AmountError as error:
        return None, f"“{question.title}”：{error}"
    except ValueError as error:
        return None, f"“{question.title}”{error}"


def _length(question: Question | Column, text: str) -> str:
    if question.longest and len(text) > question.longest:
        return f"“{question.title}”有 {len(text)} 字，最多 {question.longest} 字，请再精简一些。"
    if isinstance(question, Question) and question.shortest and len(text) < question.shortest:
        return f"“{question.title}”有 {len(text)} 字，至少 {question.shortest} 字，请再写具体一些。"
    return ""


def _bounds(question: Question | Column, value: int) -> str:
    if not isinstance(question, Question):
        return ""
    if question.least is not None and value < question.least:
        return f"“{question.title}”不能少于 {question.least}，现为 {value}。"
    if question.most is not None and value > question.most:
        return f"“{question.title}”不能超过 {question.most}，现为 {value}。"
    return ""


def _choices(question: Question, typed: Any) -> tuple[list[str] | None, str]:
    ticked = [str(one).strip() for one in (typed if isinstance(typed, list | tuple) else [typed] if typed else ()) if str(one).strip()]
    if strange := [one for one in ticked if one not in question.options]:
        return None, f"“{question.title}”没有“{strange[0]}”这一项，请从所列选项中选择。"
    chosen = [one for one in question.options if one in ticked]
    if not chosen:
        return None, f"请填写“{question.title}”。" if question.required else ""
    if question.least is not None and len(chosen) < question.least:
        return chosen, f"“{question.title}”至少选 {question.least} 项，现选 {len(chosen)} 项。"
    if question.most is not None and len(chosen) > question.most:
        return chosen, f"“{question.title}”最多选 {question.most} 项，现选 {len(chosen)} 项。"
    return chosen, ""


def rows_of(typed: Any) -> list[Mapping[str, Any]]:
    """The rows of a typed table that hold something."""
    if not isinstance(typed, list | tuple):
        return []
    return [row for row in typed if isinstance(row, Mapping) and any(str(value or "").strip() for value in row.values())]


def read_table(question: Question, typed: Any, place: str) -> tuple[list[dict[str, Any]], list[Refusal]]:
    """The rows of a table question and a remark at each cell that is wrong: `{place}-{row}-{column}`, rows from nought."""
    given = list(typed) if question.rows and isinstance(typed, list | tuple) else rows_of(typed)
    if question.rows:
        given = [given[n] if n < len(given) and isinstance(given[n], Mapping) else {} for n in range(len(question.rows))]
    found, remarks = [], []
    for n, row in enumerate(given):
        empty = not any(str(value or "").strip() for value in row.values())
        values: dict[str, Any] = {}
        for column in question.columns:
            values[column.key], wrong = answer(column, row.get(column.key))
            if wrong and not (empty and not question.required):
                name = question.rows[n] if question.rows else f"第 {n + 1} 行"
                remarks.append(Refusal("cell", f"“{question.title}”{name}：{wrong}", f"{place}-{n}-{column.key}"))
        found.append(values)
    return found, [*_row_count(question, found, place), *remarks]


def _row_count(question: Question, found: Sequence[Any], place: str) -> list[Refusal]:
    least = question.least if question.least is not None else int(question.required)
    if len(found) < least:
        return [Refusal("rows", f"“{question.title}”至少填 {least} 行，现有 {len(found)} 行。", place)]
    if question.most is not None and len(found) > question.most and not question.rows:
        return [Refusal("rows", f"“{question.title}”最多填 {question.most} 行，现有 {len(found)} 行。", place)]
    return []


def read_section(section: Section, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Refusal]]:
    """The answers of a section, those that are not asked left out, and the remarks; a place is the field's id, `q_` and the key."""
    values: dict[str, Any] = {}
    remarks: list[Refusal] = []
    for question in section.questions:
        place = f"q_{question.key}"
        if not shown(question, values):
            continue
        if question.kind == "table":
            values[question.key], wrong = read_table(question, raw.get(question.key), place)
            remarks += [Refusal(f"{section.key}.{question.key}", one.sentence, one.place) for one in wrong]
            continue
        values[question.key], said = answer(question, raw.get(question.key))
        if said:
            remarks.append(Refusal(f"{section.key}.{question.key}", said, place))
    return values, remarks


def told(question: Question | Column, value: Any) -> str:
    """An answer in words, for pages and papers; a table's rows one under the other."""
    if value is None or value == "":
        return ""
    if isinstance(question, Question) and question.kind == "table":
        return "\n".join(
            "；".join(f"{column.title}：{said}" for column in question.columns if (said := told(column, row.get(column.key))))
            for row in value
        )
    if question.kind == "choices":
        return "、".join(value)
    if question.kind == "phone":
        return str(value["shown"]) if isinstance(value, Mapping) else printed.mask_phone(str(value))
    if question.kind == "money":
        return f"{printed.yuan(Money(int(value)))} 元"
    return str(value)
