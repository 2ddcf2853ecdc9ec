"""宁波市海曙区公益创投: three kinds of applicants, the others through a host, half a year at least, the last money after the mid-term."""

from dataclasses import asdict, replace

from webapp.calls.rules.parts import Breach, Rule, TranchePlan
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.templates import example
from webapp.calls.rules.templates import sources as at
from webapp.calls.rules.templates.common import FUNDED_ALREADY, said


def _group(title: str, *rules: Rule) -> dict[str, object]:
    return {"title": title, "rules": [asdict(one) for one in rules]}


YOUNG = Rule("registered_since", {"day": "2021-01-01"}, "2021 年 1 月 1 日以后登记", at.HAISHU_2023)
CENTRE = (
    Rule("annual_check", {"accepted": ["合格"], "years": 1}, "年检合格", at.HAISHU_2023),
    Rule("past_grade", {"stage": "midterm", "years": 1, "accepted": ["合格", "优", "良", "中"]}, "上期中期评估合格", at.HAISHU_2023),
)
GRADED = (
    Rule("min_grade", {"grade": "3A"}, "评估等级 3A 以上", at.HAISHU_2023),
    Rule("past_grade", {"stage": "final", "years": 2, "accepted": ["合格", "优", "良", "中"]}, "前两年终期评估合格", at.HAISHU_2023),
)
ELIGIBILITY = (
    Rule(
        "any_of",
        {
            "groups": [
                _group("初创组织", YOUNG),
                _group("街道社会组织服务中心", *CENTRE),
                _group("市级 3A 以上组织", *GRADED),
                _group("挂靠合作申报", Rule("hosted", {"allowed": True}, "可以挂靠", at.HAISHU_2023)),
            ]
        },
        "初创组织、街道社会组织服务中心、市级 3A 以上组织；其余可以挂靠合作申报",
        at.HAISHU_2023,
    ),
    Rule("confirm", {}, "执行《民间非营利组织会计制度》，项目资金专账", at.HAISHU_2023),
    Rule("min_months", {"months": 6}, "项目周期不少于 6 个月", at.HAISHU_2023),
    Rule("double_funding", {"question": "funding.other_funding"}, "已有政府资金的活动不重复资助", at.HAISHU_2013),
    Rule("last_winner_first", {"years": 1}, "上年入选的组织优先", at.HAISHU_2013),
)


def rules() -> CallRules:
    """海曙区公益创投（2013、2020、2023）."""
    base = example.rules()
    return replace(
        base,
        form=(*base.form, FUNDED_ALREADY),
        eligibility=ELIGIBILITY,
        tie_break=("winner", "panel", "residents", "requested", "draw"),
        tranches=(TranchePlan(60, "signed"), TranchePlan(40, "midterm")),
        breach=Breach(publish=True, late_fails=True),
        note=said(
            "海曙公布的：三类申报主体和挂靠合作、周期不少于 6 个月、专账、中期评估合格才拨末期资金、无故延期或不交材料视为不合格并公开通报、"
            "上年入选优先、不重复资助",
            "两期比例、资助上限、评分表、权重",
        ),
        sources=(at.HAISHU_2013, at.HAISHU_2020, at.HAISHU_2023, at.GAP),
    )
