"""What can be kept as it was typed: text without control characters, whole numbers a table can hold, days that can be meant."""

import re
import unicodedata
from datetime import date

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
LARGEST = 2**63 - 1
"""The largest whole number of a BIGINT."""
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")


def text(typed: str) -> str:
    """Text without what nobody can see or type: control characters, spaces of no width, halves of characters.

    PostgreSQL keeps no NUL, and a field that looks empty must count as empty. Rare characters, faces, right-to-left
    letters and the joiners that faces need stay exactly as typed.
    """
    return _UNSEEN.sub("", typed)


def number(typed: str | None) -> str:
    """The number of a thing (`G2026-0012`) as it is kept, whatever the keyboard: `ｇ2026－0012 ` means the same."""
    return unicodedata.normalize("NFKC", typed or "").strip().upper()


def sensible(day: date) -> bool:
    """Whether a day can be meant: a year of 1 or 9999 is a slip of the keyboard."""
    return FIRST_DAY <= day <= LAST_DAY
