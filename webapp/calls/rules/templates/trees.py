"""The indicator trees that ship, each with a worked example; weights nobody published as a whole are marked 示例."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.calls.rules.parts import Tree

MINISTRY = "财政部 财预〔2020〕10号：自评执行率 10、产出 50、效益 30、满意度 10；部门评价、财政评价产出和效益不低于 60%"
SUZHOU = "苏州市首届公益创投中期评估（2012）：四个维度、加分扣分、60 分合格；下级指标未见公布，为示例"
NANSHA = "广州南沙社工站四方评价，二级指标为示例"
SURVEY = "按接受服务的人抽样的满意度问卷，题目和权重为示例"


def _group(key: str, title: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "title": title, "items": list(items)}


def _leaf(key: str, title: str, most: int, anchor: str = "", **more: Any) -> dict[str, Any]:
    return {"key": key, "title": title, "most": most * 100, "anchor": anchor, **more}


def _tree(*items: dict[str, Any], **more: Any) -> Tree:
    return {"items": list(items), "reason_below": 6000, "reason_above": None, **more}


EXPLAINED = {"explain_under": 80, "explain_over": 130}
SELF = _tree(
    _group("execution", "预算执行", _leaf("rate", "执行率（项目支出进度）", 10, "已认可支出 ÷ 已到账资助", measure="rate")),
    _group(
        "output", "产出",
        _group("quantity", "数量指标", _leaf("goals", "项目绩效目标", 20, "协议中的各项目标，平分分值", measure="goals")),
        _group("quality", "质量指标", _leaf("standard", "服务按方案和标准完成", 10, measure="grade")),
        _group("time", "时效指标", _leaf("ontime", "按计划时间完成的活动", 10, measure="count", unit="%", target=10_000)),
        _group("costs", "成本指标", _leaf("cost", "实际成本与预算成本之比", 10, measure="count", unit="%", target=10_000, direction="less")),
    ),
    _group(
        "benefit", "效益",
        _group("society", "社会效益", _leaf("social", "服务对象的改变", 15, measure="grade")),
        _group("future", "可持续影响", _leaf("lasting", "志愿力量、机制、资源能够留下来", 15, measure="grade")),
    ),
    _group(
        "satisfaction", "满意度",
        _group("served", "服务对象满意度", _leaf("satisfied", "服务对象满意率", 10, measure="satisfied", unit="%", target=9000)),
    ),
    **EXPLAINED,
)  # fmt: skip
FRAMEWORK = _tree(
    _group(
        "decision", "决策",
        _leaf("need", "立项依据", 5, "需求真实、程序规范"), _leaf("aims", "绩效目标", 5, "目标合理、指标明确"),
        _leaf("planning", "预算编制", 5, "测算有依据、分配合理"),
    ),
    _group(
        "process", "过程",
        _leaf("rate", "执行率（项目支出进度）", 5, "已认可支出 ÷ 已到账资助", measure="rate"),
        _leaf("lawful", "资金使用合规", 10, "单独核算、凭证齐全、用途相符"), _leaf("order", "制度执行", 5, "档案、签到、变更手续"),
    ),
    _group(
        "output", "产出",
        _leaf("goals", "项目绩效目标", 15, "协议中的各项目标，平分分值", measure="goals"),
        _leaf("quality", "服务质量", 10, measure="grade"), _leaf("time", "完成及时", 10, measure="grade"),
    ),
    _group(
        "benefit", "效益",
        _leaf("social", "社会效益", 15, measure="grade"), _leaf("lasting", "可持续影响", 5, measure="grade"),
        _leaf("satisfied", "服务对象满意率", 10, measure="satisfied", unit="%", target=9000),
    ),
    **EXPLAINED,
)  # fmt: skip
MIDTERM = _tree(
    _group(
        "carrying", "项目实施",
        _leaf("plan", "按计划开展活动", 15), _leaf("records", "活动记录、签到、影像齐全", 10), _leaf("changes", "变更按程序办理", 5),
    ),
    _group("input", "人力和物资投入", _leaf("staff", "项目人员到位", 10), _leaf("volunteers", "志愿者和物资投入", 10)),
    _group("finance", "财务管理", _leaf("accounts", "单独核算、凭证齐全", 15), _leaf("budget", "按预算使用", 10)),
    _group("effect", "项目成效", _leaf("people", "服务人数、人次", 10), _leaf("change", "服务对象的改变和评价", 15)),
    _leaf("more", "加分：经验推广、带动社会资源", 5, kind="plus"),
    _leaf("less", "扣分：未按要求报送材料、被投诉属实", 10, kind="minus"),
    over=True,
)  # fmt: skip
COMMUNITY = _tree(
    _group("service", "服务到位", _leaf("came", "按约定时间和地点开展", 20), _leaf("fit", "符合本社区需求", 20)),
    _group("people", "居民参与", _leaf("join", "居民参加踊跃", 20), _leaf("voice", "居民反映好", 20)),
    _group("together", "协同配合", _leaf("talk", "与社区沟通及时", 10), _leaf("papers", "资料向社区公开", 10)),
)  # fmt: skip
RESIDENTS = _tree(
    _leaf("result", "这项服务对您有帮助吗？", 40, measure="stars"), _leaf("manner", "工作人员和志愿者态度好吗？", 30, measure="stars"),
    _leaf("ease", "时间、地点方便吗？", 30, measure="stars"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shipped:
    """A tree to choose: for which of the call's trees it is meant, and where it comes from."""

    key: str
    title: str
    source: str
    paths: tuple[str, ...]
    tree: Tree


SHIPPED: Sequence[Shipped] = (
    Shipped(
        "self", "财政自评（执行率 10、产出 50、效益 30、满意度 10）", MINISTRY, ("evaluation.self_tree", "evaluation.final_rubric"), SELF
    ),
    Shipped("framework", "决策—过程—产出—效益（部门、财政评价）", MINISTRY, ("evaluation.final_rubric", "evaluation.self_tree"), FRAMEWORK),
    Shipped("midterm", "苏州中期评估（四个维度，加分扣分）", SUZHOU, ("evaluation.midterm_rubric",), MIDTERM),
    Shipped("community", "社区协同评估", NANSHA, ("evaluation.community_tree",), COMMUNITY),
    Shipped("residents", "服务对象满意度问卷", SURVEY, ("evaluation.residents_tree",), RESIDENTS),
)


def shipped(path: str) -> Mapping[str, Shipped]:
    """The trees that may be chosen for one of the call's trees, by key."""
    return {one.key: one for one in SHIPPED if path in one.paths}
