"""What two organisations may share: the legal representative, a telephone, a bank account, an address, a contact person's telephone.

Compared by keyed hashes of what is left when spelling is taken away, so that what is sealed stays sealed.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

FIELDS = {
    "legal_representative": "法定代表人姓名",
    "phone": "联系电话",
    "bank_account": "银行账号",
    "address": "地址",
    "contact": "经办人手机",
}
SEALED = frozenset({"bank_account", "contact"})
"""Never shown, only said to be the same."""
_UPPER = re.compile(r"^.{2,8}?(?:省|自治区)|^.{2,7}?(?:市|自治州|地区)|^.{1,7}?(?:区|县|旗|市)(?=.{3})")
LEAST = {"legal_representative": 2, "phone": 7, "bank_account": 8, "address": 4, "contact": 7}
"""Characters under which a value tells nobody apart."""


def plain(field: str, value: str | None) -> str:
    """A value without its spelling; empty when it tells nobody apart."""
    text = unicodedata.normalize("NFKC", value or "").lower()
    if field in {"phone", "contact", "bank_account"}:
        text = re.sub(r"\D", "", text)
        text = re.sub(r"^(?:0086|86)(?=1\d{10}$)", "", text) if field != "bank_account" else text
    else:
        text = re.sub(r"[\W_]+", "", text)
    if field == "address":
        text = _local(text)
    return text if len(text) >= LEAST[field] else ""


def _local(text: str) -> str:
    """An address from the street on: one says 江苏省苏州市姑苏区 before it, another does not."""
    for _ in range(3):
        shorter = _UPPER.sub("", text, count=1)
        if len(shorter) < LEAST["address"] or shorter == text:
            return text
        text = shorter
    return text


@dataclass(frozen=True, slots=True)
class Shared:
    """What two organisations share, as a page says it: the words of a field that is open, or that they are sealed and equal."""

    field: str
    one: str
    two: str

    @property
    def label(self) -> str:
        return FIELDS[self.field]


def score(fields: Mapping[str, object] | list[str]) -> int:
    """How much is shared, for the order of a list: an account weighs more than a name, which two people may have."""
    weights = {"bank_account": 100, "contact": 90, "phone": 85, "address": 70, "legal_representative": 60}
    return max((weights[one] for one in fields), default=0)
