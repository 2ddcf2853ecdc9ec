"""What was read from an e-invoice."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.money import AmountError, Money


@dataclass(frozen=True, slots=True)
class Found:
    """The values of an e-invoice; empty where the file does not say."""

    source: str
    """xml or pdf."""
    kind: str
    number: str
    code: str = ""
    check: str = ""
    seller: str = ""
    seller_tax: str = ""
    buyer: str = ""
    buyer_tax: str = ""
    face: Money | None = None
    issued_on: date | None = None
    item: str = ""

    def to_json(self) -> str:
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        values["face"] = self.face.fen if self.face is not None else None
        values["issued_on"] = self.issued_on.isoformat() if self.issued_on else None
        return json.dumps(values, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Found":
        values = json.loads(text)
        values["face"] = Money(values["face"]) if values["face"] is not None else None
        values["issued_on"] = date.fromisoformat(values["issued_on"]) if values["issued_on"] else None
        return cls(**values)


def amount(text: str) -> Money | None:
    """An amount as e-invoices write it: `1272.00`, `¥1,272.00`."""
    try:
        return Money.parse(text.replace("¥", "").replace("￥", "").replace(",", "").strip(), "元")
    except AmountError:
        return None


def day(text: str) -> date | None:
    """A day as e-invoices write it: `2026-03-02 10:11:12`, `20260302`, `2026年03月02日`, `2026/3/2`."""
    parts = "".join(char if char.isdecimal() else " " for char in text).split()
    if parts and len(parts[0]) >= 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:8]]
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except (IndexError, ValueError):
        return None
