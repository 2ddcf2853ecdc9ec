"""Two people wrote in one section at once: what each changed is put together answer by answer; where both changed the same, a person chooses.

Everything is compared with the version both started from. A table is put together row by row as long as no row was changed
by both and only one of them added or removed rows; what looks otherwise may be another row in the same place, and is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CHOICES = ("mine", "theirs", "both")


@dataclass(frozen=True, slots=True)
class Merged:
    """Two texts put together. `clashes` are the answers both changed: they stand in `values` as the one who saves now typed them."""

    values: dict[str, Any]
    taken: tuple[str, ...]
    """The answers that came from the other person."""
    clashes: tuple[str, ...]


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """What the two make together, answer by answer."""
    values: dict[str, Any] = {}
    taken, clashes = [], []
    for name in [*mine, *(one for one in theirs if one not in mine)]:
        start, own, other = (_plain(one.get(name)) for one in (base, mine, theirs))
        values[name] = mine.get(name, theirs.get(name))
        if own == other or other == start:
            continue
        if own == start:
            values[name] = theirs.get(name, "")
            taken.append(name)
            continue
        both = _lists(base.get(name), mine.get(name) or [], theirs.get(name) or [])
        if both is None:
            clashes.append(name)
        else:
            values[name] = both
            if _plain(both) != own:
                taken.append(name)
    return Merged(values, tuple(taken), tuple(clashes))


def _plain(value: Any) -> Any:
    """An answer for comparing: nothing typed is the same however it is kept, and an empty cell is no cell."""
    if isinstance(value, Mapping):
        return {name: one for name, one in value.items() if one not in ("", None)}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value or ""


def _lists(start: Any, mine: Any, theirs: Any) -> list[Any] | None:
    """Two lists put together; None where a person must choose."""
    if not (isinstance(mine, list) and isinstance(theirs, list)):
        return None
    start = start if isinstance(start, list) else []
    if not any(isinstance(one, Mapping) for one in (*start, *mine, *theirs)):  # boxes that were ticked
        kept = [one for one in theirs if one in mine or one not in start]
        return [*kept, *(one for one in mine if one not in start and one not in kept)]
    if len(mine) != len(start) != len(theirs):
        return None
    rows = []
    for n in range(max(map(len, (start, mine, theirs)))):
        first, own, other = (_plain(one[n]) if n < len(one) else None for one in (start, mine, theirs))
        if own != first and other not in (first, own):
            return None
        source = theirs if own == first else mine
        if n < len(source):
            rows.append(source[n])
    return rows


def chosen(typed: Mapping[str, Any], theirs: Mapping[str, Any], choices: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, with the other person's text (or both, one below the other) where that was chosen."""
    found = dict(typed)
    for name, choice in choices.items():
        own, other = typed.get(name), theirs.get(name)
        if choice == "theirs":
            found[name] = other if other is not None else ""
        elif choice == "both" and isinstance(own, str) and isinstance(other, str):
            found[name] = "\n".join(one for one in (other, own) if one)
    return found
