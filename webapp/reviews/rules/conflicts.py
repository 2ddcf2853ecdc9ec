"""回避: what ties a person to an organisation that applies, by name. Which of them hold is asked in `queries.conflicts`.

政府采购法实施条例第九条: who within three years was employed by, or director, supervisor, controlling person or close kin of
those of, a supplier, or has another relation that may touch the fairness of the work, stands aside. One tie is enough; the
rule errs towards standing aside, because another can always be given the work.
"""

from webapp.core.workflow import Refusal

KINDS = {
    "declared": "已申报的关系",
    "employed": "三年内任职",
    "hosted": "任职单位是其挂靠单位",
    "employer": "工作单位就是申报单位或其挂靠单位",
    "person": "与法定代表人同名",
    "phone": "联系电话相同",
    "shared": "任职单位与其电话、地址或法定代表人相同",
    "coached": "三年内为其申报提过优化建议",
}
GUESSED = frozenset({"employer", "person", "phone", "shared"})
"""What may be chance (a namesake, a telephone handed on): somebody else may look into it and say that it is none."""


def said(kinds: list[str]) -> str:
    """What ties somebody, in words."""
    return "、".join(KINDS[kind] for kind in kinds)


def who_can(others: list[str]) -> str:
    """Who does the work instead. Whoever takes over has relations of his own, and stands aside by those alone."""
    if others:
        return f"可以办理的有：{'、'.join(others)}。"
    return "本单位没有别人可以办理：请把岗位交给代理人（在“账号”里设 AB 岗），或者请系统管理员增加经办人。"


def another_undoes(person_id: int, by_id: int | None) -> Refusal | None:
    """Nobody ends his own standing aside: another officer looks at it."""
    return Refusal("own", "自己的回避不能自己解除，请由另一位经办人核实后办理。", "reason") if person_id == by_id else None
