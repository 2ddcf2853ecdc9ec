"""What several templates share: how a rubric is written, and questions that rules of eligibility look at."""

from webapp.calls.rules.parts import Question, Section, Tree


def leaf(key: str, title: str, most: int, anchor: str = "", kind: str = "") -> dict[str, object]:
    """One item; `most` in whole points."""
    item: dict[str, object] = {"key": key, "title": title, "most": most * 100, "anchor": anchor}
    return item | ({"kind": kind} if kind else {})


def branch(key: str, title: str, *items: dict[str, object]) -> dict[str, object]:
    """A heading over items."""
    return {"key": key, "title": title, "items": list(items)}


def tree(*items: dict[str, object], below: int | None = 60, above: int | None = None, over: bool = False) -> Tree:
    """A rubric; reasons are asked below and above so many points."""
    found: Tree = {
        "items": list(items),
        "reason_below": None if below is None else below * 100,
        "reason_above": None if above is None else above * 100,
    }
    return found | ({"over": True} if over else {})


FUNDED_ALREADY = Section(
    "funding",
    "其他资金",
    (
        Question("other_funding", "同一活动是否已有其他财政资金", "yesno"),
        Question("reused", "与已获资助活动的区别", "long", required=False, longest=200, help="同一单位做过相近项目的，请说明不同之处。"),
    ),
)
"""Asked where the same activity must not be funded twice; the rule reads `funding.other_funding`."""


def said(published: str, gaps: str) -> str:
    """The note of a template: what the place published, and what is filled in as an example."""
    return f"{published}。没有公布、按示例填写的：{gaps}。"
