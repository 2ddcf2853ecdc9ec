"""匿名评审: what a judge reads has no name of the applicant in it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

MARK = "【申报单位】"
NAMING = frozenset(
    {
        "name", "title", "short_name", "credit_code", "legal_representative", "contact", "contact_name", "phone", "mobile", "email",
        "address", "bank_account",
    }
)  # fmt: skip
"""Keys of the snapshot's `organisation` whose values say who it is."""
SHORTEST = 2


def names_in(organisation: Mapping[str, Any]) -> set[str]:
    """What in a snapshot's `organisation` would give the applicant away."""
    return {str(value) for key, value in organisation.items() if key in NAMING and isinstance(value, str | int) and value}


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    wanted = sorted({"".join(name.split()) for name in names if len("".join(name.split())) >= SHORTEST}, key=len, reverse=True)
    if not wanted:
        return None
    return re.compile("|".join(r"\s*".join(map(re.escape, name)) for name in wanted), re.IGNORECASE)


def cover(value: Any, names: Iterable[str]) -> Any:
    """The same texts, lists and tables with every one of the names replaced by 【申报单位】, also where it is spaced out."""
    pattern = _pattern(names)
    return value if pattern is None else _cover(value, pattern)


def _cover(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(MARK, value)
    if isinstance(value, Mapping):
        return {key: _cover(item, pattern) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cover(item, pattern) for item in value]
    return value
