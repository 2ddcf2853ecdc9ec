"""What the play intends with its calls."""

from dataclasses import dataclass

from reports.money import Money
from webapp.demo.city import Bureau


@dataclass(frozen=True)
class Plan:
    """What the play intends with a call."""

    key: str
    kind: str
    title: str
    area: str
    bureau: Bureau
    by: int
    """Who prepares it."""
    publisher: int
    pool: Money
    ceiling: Money
    applications: int
    open_days: int = 25
    stop: str = ""
    """Where the play leaves it: draft, proposed, open, asked, scoring, ranked, announced …"""
    template: str = "example"
    coaching: bool = False
    """Whether 项目优化 is on."""
    months: int = 12
    """How long its projects are planned to run."""


class Rest(Exception):
    """The play leaves a call where it stands."""


def rest(plan: Plan, *here: str) -> None:
    if plan.stop in here:
        raise Rest
