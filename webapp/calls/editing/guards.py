"""Where what does not fit is mended: the page of a refusal of `rules.steps`, and the words of a place that could not be read."""

import re

from webapp.calls.editing.shape import BY_KEY

PAGE_OF = {
    "dates": "basics", "past": "basics", "fund_form": "basics", "fund_barred": "basics", "fund_line": "budget", "fund_ceiling": "money", "fund_quota": "money",
    "needs": "basics", "needs_taken": "basics", "kind": "basics", "money": "money",
    "ceiling": "money", "pool": "money", "categories": "categories", "least_percent": "categories", "weights": "review",
    "weight_of_off": "review", "legal_form": "review", "legal_stage": "review", "legal_tranches": "tranches", "tranches": "tranches",
    "rubric": "rubric", "evaluation_weights": "evaluation", "notice": "notice", "panel": "panel",
}  # fmt: skip
"""By the refusal's code; one that names no page of the editor is nobody's to mend here."""
PLACES = (
    ("规则.budget.rules", "预算规则"), ("规则.budget.lines", "预算科目"), ("规则.budget.matching", "配套来源"), ("规则.eligibility", "申报条件"),
    ("规则.form", "申报表"), ("规则.attachments", "附件"), ("规则.categories", "类别"), ("规则.bonuses", "加分项"), ("规则.package", "子项"),
    ("规则.community_rubric", "社区协同审核评分表"), ("规则.rubric", "专家评审评分表"), ("规则.evaluation.midterm_rubric", "中期评估评分表"),
    ("规则.evaluation.final_rubric", "末期评估评分表"), ("规则.evaluation.self_tree", "末期自评指标表"),
    ("规则.evaluation.community_tree", "社区协同评估评分表"), ("规则.evaluation.residents_tree", "居民满意度问卷"),
    ("规则.evaluation.consequences", "等级的后果"),
)  # fmt: skip


def page_of(code: str, kind: str = "", sentence: str = "") -> str:
    """The page on which a refusal is mended; empty when none."""
    if code == "rubric" and any(word in sentence for word in ("中期", "末期", "协同评估", "问卷")):
        return "evaluation"
    if code == "kind":
        return {"package": "package", "family": "children"}.get(kind, "basics")
    return PAGE_OF.get(code, "")


def title_of(page: str) -> str:
    """What a page is called."""
    return "基本情况" if page == "basics" else BY_KEY[page].title


def in_words(trouble: str) -> str:
    """A sentence of `RulesError` without its path: `申报条件第 2 条：…`."""
    path, _, said = trouble.partition(": ")
    if not said:
        return trouble
    for start, words in PLACES:
        if path.startswith(start):
            number = re.match(r"\[(\d+)\]", path.removeprefix(start))
            return f"{words}{f'第 {number[1]} 条' if number else ''}：{said}"
    return said
