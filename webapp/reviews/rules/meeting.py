"""路演: the drawn order, and what its steps require. Pure.

The order (`meeting-2026-11`): applications of one organisation stand together. The groups are laid in a chain so that as few
judges as possible walk in and out between neighbours: for each group as a start, in the order of its lot, the next is the one
whose absent judges differ least from those of the one before (the lot decides between equals); of these chains the one with
the fewest walks is taken, the first of equals. So who goes where is still drawn, and anybody can repeat it from the seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from webapp.core.workflow import Refusal
from webapp.reviews.rules.draw import lot

METHOD = "meeting-2026-11"
PHASES = {"waiting": "等待开始", "talk": "项目陈述", "questions": "评委提问", "scoring": "评委打分", "pause": "休息"}
TIMED = ("talk", "questions")
STARTS = 40
"""Groups tried as the first of the chain; among more, the first of them by lot."""
CODE_LIVES = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Heard:
    """An application to be heard: whose it is, and which judges leave the room for it."""

    application_id: int
    organisation_id: int
    absent: frozenset[int]


def walks(order: Sequence[Heard]) -> int:
    """How often a judge goes out or comes in between one application and the next."""
    return sum(len(one.absent ^ other.absent) for one, other in pairwise(order))


def arranged(seed: str, files: Sequence[Heard]) -> list[Heard]:
    """The order in which the applications are heard."""
    groups: dict[int, list[Heard]] = {}
    for one in sorted(files, key=lambda one: lot(seed, "file", one.application_id)):
        groups.setdefault(one.organisation_id, []).append(one)
    mine = [_near(group, seed) for _, group in sorted(groups.items(), key=lambda pair: lot(seed, "group", pair[0]))]
    chains = [_chain(start, mine) for start in range(min(len(mine), STARTS))]
    return min(chains, key=walks) if chains else []


def _near(group: list[Heard], seed: str) -> list[Heard]:
    """The files of one organisation, those with the same absent judges beside each other."""
    return sorted(group, key=lambda one: (sorted(one.absent), lot(seed, "file", one.application_id)))


def _chain(start: int, groups: list[list[Heard]]) -> list[Heard]:
    waiting = [group for n, group in enumerate(groups) if n != start]
    found = list(groups[start])
    while waiting:
        nearest = min(range(len(waiting)), key=lambda n: len(found[-1].absent ^ waiting[n][0].absent))
        found += waiting.pop(nearest)
    return found


def drawn(seed: str, files: Sequence[Heard]) -> dict[str, Any]:
    """The order as it is kept: all that is needed to draw it again."""
    found = arranged(seed, files)
    return {
        "method": METHOD,
        "seed": seed,
        "files": [
            {"application": one.application_id, "organisation": one.organisation_id, "absent": sorted(one.absent)}
            for one in sorted(files, key=lambda one: one.application_id)
        ],
        "order": [one.application_id for one in found],
        "walks": walks(found),
    }


def redrawn(kept: dict[str, Any]) -> list[int]:
    """The order drawn again from what was kept."""
    files = [Heard(one["application"], one["organisation"], frozenset(one["absent"])) for one in kept["files"]]
    return [one.application_id for one in arranged(kept["seed"], files)]


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    panel_state: str
    files: int


def panel_scores(facts: MeetingFacts) -> Refusal | None:
    return None if facts.panel_state == "scoring" else Refusal("panel", "评审组不在评分阶段，不能开始路演。")


def something_to_hear(facts: MeetingFacts) -> Refusal | None:
    return None if facts.files else Refusal("files", "评审组还没有分派申报，请先“分派并开始评分”。")


def until(phase: str, at: datetime, *, talk: int, questions: int) -> datetime | None:
    """When a phase that begins now is over, for those that have a time."""
    minutes = {"talk": talk, "questions": questions}.get(phase)
    return None if minutes is None else at + timedelta(minutes=minutes)
