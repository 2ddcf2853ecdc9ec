"""Reading a rubric: its leaves, its full marks, and what is wrong with its tree."""

from typing import Any

from webapp.calls.rules.parts import RulesError, Tree
from webapp.scoring import rules as scoring

DEEPEST = 3
"""广州2020 and 苏州2012 have rubrics of three levels; none published has more."""


def leaves(tree: Tree) -> list[dict[str, Any]]:
    """The items of a rubric that get points, in order."""
    return [leaf for item in tree["items"] for leaf in (leaves(item) if "items" in item else [item])]


def most_of(tree: Tree) -> int:
    """The full marks of a rubric, in hundredths: all its items but the plus and minus ones."""
    return sum(leaf["most"] for leaf in leaves(tree) if not leaf.get("kind"))


def check_tree(tree: Any, path: str, level: int = 1) -> None:
    """Refuse a tree that is no rubric. Raises RulesError."""
    items = tree.get("items") if isinstance(tree, dict) else None
    if not isinstance(items, list) or not items:
        raise RulesError(f"{path}.items: 至少要有一项。")
    if level > DEEPEST:
        raise RulesError(f"{path}.items: 评分表最多 {DEEPEST} 级。")
    for n, item in enumerate(items):
        here = f"{path}.items[{n + 1}]"
        if not isinstance(item, dict) or not item.get("key") or not item.get("title"):
            raise RulesError(f"{here}: 每项都要有 key 和 title。")
        if "items" in item:
            check_tree(item, here, level + 1)
        elif type(item.get("most")) is not int or item["most"] <= 0:
            raise RulesError(f"{here}.most: 满分应为大于零的整数（百分之一分）。")
    if level == 1 and (wrong := scoring.check_tree(tree)):
        raise RulesError(f"{path}: {wrong[0].sentence}")
