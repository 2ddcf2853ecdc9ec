"""Telephone numbers of people who are no users of the site: sealed in drafts and snapshots, shown masked.

What is kept of a number is {"sealed": …, "shown": "138****1234"}: pages need no key to show it, and only who writes the
section opens it again.
"""

from collections.abc import Mapping
from typing import Any

from reports import format as printed
from webapp.calls.rules import CallRules
from webapp.core import secrets


def _tables(rules: CallRules, key: str) -> list[tuple[str, list[str]]]:
    """The tables of a section that have telephone columns, with those columns."""
    section = next((one for one in rules.sections if one.key == key), None)
    found = ((q.key, [c.key for c in q.columns if c.kind == "phone"]) for q in (section.questions if section else ()))
    return [(name, columns) for name, columns in found if columns]


def sealed(rules: CallRules, key: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a section with every telephone number sealed."""
    kept = dict(answers)
    for name, columns in _tables(rules, key):
        if name in kept:
            kept[name] = [{**row, **{c: _sealed(row[c]) for c in columns if c in row}} for row in kept[name] or ()]
    return kept


def _sealed(typed: Any) -> Any:
    return {"sealed": secrets.seal(typed), "shown": printed.mask_phone(typed)} if isinstance(typed, str) and typed else typed


def opened(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they were typed."""
    return {name: _opened(value) for name, value in answers.items()}


def _opened(value: Any) -> Any:
    if isinstance(value, Mapping):
        if value.keys() == {"sealed", "shown"}:
            return secrets.unseal(value["sealed"])
        return {name: _opened(one) for name, one in value.items()}
    return [_opened(one) for one in value] if isinstance(value, list) else value


def tail(account: str) -> str:
    """A bank account as it is shown: its last four digits."""
    return f"尾号 {account[-4:]}"
