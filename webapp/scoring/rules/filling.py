"""A tree of indicators for one project: its own goals and the money it received take the places that name them. Pure."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

STARS = 5


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal of a project, in hundredths of its unit."""

    id: int
    title: str
    unit: str
    target: int


def key_of(goal_id: int) -> str:
    """The key of a goal's item in a filled tree."""
    return f"goal{goal_id}"


def filled(tree: Mapping[str, Any], goals: Sequence[Goal], received: int) -> dict[str, Any]:
    """The tree with the goals as items of their own, and what was received (fen) as the target of 执行率.

    The goals share the points evenly, by largest remainder: what is left over goes to the first ones, a hundredth each. Without
    goals, or without money received, the item stays as it is and is 不适用.
    """
    found = copy.deepcopy(dict(tree))
    found["items"] = list(_filled(found["items"], [one for one in goals if one.target > 0], received))
    return found


def _filled(nodes: Sequence[dict[str, Any]], goals: Sequence[Goal], received: int) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if "items" in node:
            yield {**node, "items": list(_filled(node["items"], goals, received))}
        elif node.get("measure") == "goals" and goals:
            yield from _goals(node, goals)
        elif node.get("measure") == "rate":
            yield {**node, "target": received, "unit": "元"}
        else:
            yield node


def _goals(node: Mapping[str, Any], goals: Sequence[Goal]) -> Iterator[dict[str, Any]]:
    each, left = divmod(node["most"], len(goals))
    for n, goal in enumerate(goals):
        yield {
            **node, "key": key_of(goal.id), "title": goal.title, "most": each + (n < left), "measure": "count", "unit": goal.unit,
            "target": goal.target,
        }  # fmt: skip


def of_stars(most: int, total: int, n: int) -> int:
    """The points of a question to which `n` people gave `total` stars of five: their mean of the most, half rounded up."""
    whole, part = STARS * n, most * total
    return (2 * part + whole) // (2 * whole)
