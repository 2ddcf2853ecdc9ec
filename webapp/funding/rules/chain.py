"""The approval chain of a payment: who has to look at it, from which amount on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.format import yuan
from reports.money import Money

KEY = "funding.approval"


@dataclass(frozen=True, slots=True)
class Chain:
    """经办 → (科室负责人) → 财务 → (集体研究) → 分管领导. The two in brackets are asked from an amount on; None: never.

    经办, 财务 and 分管领导 are always three different people.
    """

    head_from: Money | None
    meeting_from: Money | None

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Chain":
        """The chain of a setting `funding.approval`."""
        head, meeting = value.get("head_from"), value.get("meeting_from")
        return cls(None if head is None else Money(int(head)), None if meeting is None else Money(int(meeting)))

    def to_json(self) -> dict[str, int | None]:
        return {
            "head_from": None if self.head_from is None else self.head_from.fen,
            "meeting_from": None if self.meeting_from is None else self.meeting_from.fen,
        }

    def stages(self, amount: Money) -> list[str]:
        """Which of `workflows.CHAIN` a payment of an amount passes."""
        asked = {"head": self.head_from, "meeting": self.meeting_from}
        return [name for name, least in asked.items() if least is not None and amount >= least]

    def told(self) -> list[str]:
        """The chain in words, office by office."""
        head = "" if self.head_from is None else f"科室负责人审核（{yuan(self.head_from)} 元以上）"
        meeting = "" if self.meeting_from is None else f"集体研究（{yuan(self.meeting_from)} 元以上，附会议纪要）"
        return [one for one in ("经办拟办", head, "财务审核", meeting, "分管领导批准") if one]
