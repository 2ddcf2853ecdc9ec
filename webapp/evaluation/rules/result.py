"""What the result of an evaluation is called, and what it brings; pure."""

from webapp.calls.rules import EvaluationPlan, consequence_said


def passes(plan: EvaluationPlan, total: int, failed: bool) -> bool:
    """Whether a mid-term is 合格; what was handed in late fails it, whatever its total."""
    return total >= plan.pass_line and not failed


def band(plan: EvaluationPlan, kind: str, total: int, grade: str, failed: bool = False) -> str:
    """合格 or 不合格 of a mid-term, 优良中差 of a final."""
    if kind == "final":
        return grade
    return "合格" if passes(plan, total, failed) else "不合格"


def follows(plan: EvaluationPlan, kind: str, total: int, grade: str, failed: bool = False) -> list[str]:
    """What confirming the result brings, a sentence each."""
    if kind == "midterm":
        if passes(plan, total, failed):
            return ["达到合格线，项目转为中期合格，可以请中期以后的拨款。", "中期评估结果记入单位档案。"]
        return ["不合格，项目不转为中期合格，由主办单位责令整改，整改完成前不拨付下一期。", "中期评估结果记入单位档案。"]
    said = next((consequence_said(one) for one in plan.consequences if one.grade == grade), "")
    return [
        f"绩效等级为{grade}，验收后由主办单位确认，记入单位档案。",
        f"这个等级的后果：{said}" if said else "公告没有给这个等级规定后果。",
    ]
