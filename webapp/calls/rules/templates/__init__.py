"""The templates a call may start from, one file for each place; figures carry their source, gaps are marked 示例."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.templates import example


@dataclass(frozen=True, slots=True)
class Template:
    """A set of rules to start from; `kind` and `legal_form` are the call's."""

    key: str
    place: str
    title: str
    kind: str
    legal_form: str
    make: Callable[[], CallRules]


TEMPLATES: Sequence[Template] = (Template("example", "示例", "公益创投（综合各地）", "venture", "grant", example.rules),)


def templates() -> Sequence[Template]:
    """All that ship, the 示例 first."""
    return TEMPLATES


def template(key: str = "example") -> CallRules:
    """The rules of one template. Raises KeyError for a key nobody knows."""
    return {one.key: one for one in TEMPLATES}[key].make()
