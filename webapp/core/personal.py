"""What the house holds of a person, so that it can be shown to that person and forgotten on request.

Each slice that keeps something of a person says so in its rooms: `queries.MINE` (what it is called → a read of it),
`queries.HOLDS` (what must be finished before it can be forgotten) and `actions.FORGETS` (the forgetting itself).
个人信息保护法 §45 (access and copies), §47 (erasure).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.core.workflow import Refusal

Mine = Callable[[Session, int], list[dict[str, Any]]]
Hold = Callable[[Session, int], Refusal | None]
Forget = Callable[[Session, int, datetime], None]

_mine: dict[str, Mine] = {}
_holds: list[Hold] = []
_forgets: list[Forget] = []


def install(mine: Mapping[str, Mine], holds: Iterable[Hold], forgets: Iterable[Forget]) -> None:
    """Unite what the slices say."""
    _mine.clear()
    _mine.update(mine)
    _holds[:], _forgets[:] = holds, forgets


def of(session: Session, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """All that is kept of a person, by what it is called."""
    return {name: read(session, person_id) for name, read in _mine.items()}


def holds(session: Session, person_id: int) -> list[Refusal]:
    """What must be finished first."""
    return [found for hold in _holds if (found := hold(session, person_id)) is not None]


def forget(session: Session, person_id: int, at: datetime) -> None:
    """Let every slice forget what it keeps of a person."""
    for one in _forgets:
        one(session, person_id, at)
