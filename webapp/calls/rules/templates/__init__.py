"""The templates a call may start from, one file for each place; figures carry their source, gaps are marked 示例."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.templates import (
    binhai,
    dongguan,
    example,
    family,
    guangzhou,
    haishu,
    micro,
    package,
    shanghai,
    zhongshan,
)


@dataclass(frozen=True, slots=True)
class Template:
    """A set of rules to start from; `kind` and `legal_form` are the call's."""

    key: str
    place: str
    title: str
    kind: str
    legal_form: str
    make: Callable[[], CallRules]


TEMPLATES: Sequence[Template] = (
    Template("example", "示例", "公益创投（综合各地）", "venture", "grant", example.rules),
    Template("guangzhou", "广州", "公益创投（资助占比 60%、上限 50 万元）", "venture", "grant", guangzhou.rules),
    Template("dongguan", "东莞", "公益创投（评审 60、捐助 20、投票 20）", "venture", "grant", dongguan.rules),
    Template("zhongshan", "中山", "公益创投（筹资加分、大众评委）", "venture", "grant", zhongshan.rules),
    Template("haishu", "宁波海曙", "公益创投（三类主体、可挂靠）", "venture", "grant", haishu.rules),
    Template("binhai", "天津滨海", "公益创投（50/40/10 拨款）", "venture", "grant", binhai.rules),
    Template("shanghai", "上海", "公益采购（社区公益服务招投标）", "purchase", "procurement", shanghai.rules),
    Template("micro", "成都", "微公益（一页表）", "micro", "grant", micro.rules),
    Template("package", "苏州", "服务打包（子项、驻点社工）", "package", "procurement", package.rules),
    Template("family", "示例", "母子项目", "family", "grant", family.rules),
)


def templates() -> Sequence[Template]:
    """All that ship, the 示例 first."""
    return TEMPLATES


def template(key: str = "example") -> CallRules:
    """The rules of one template. Raises KeyError for a key nobody knows."""
    return {one.key: one for one in TEMPLATES}[key].make()
