"""What each kind of rule asks for: its parameters as fields, and the sentence a new rule of it begins with."""

from collections.abc import Callable, Mapping
from typing import Any

from webapp.accounts.models import Record
from webapp.calls.editing.fields import Field
from webapp.calls.rules.budget import BUDGET
from webapp.calls.rules.eligibility import ELIGIBILITY

Fields = tuple[Field, ...]
YEARS = Field("params.years", "年数", "whole", high=50)
MONTHS = Field("params.months", "月数", "whole", low=1, high=60)
QUESTION = Field("params.question", "看申报表的哪一题", "one", "questions")
ACCEPTED = Field("params.accepted", "哪些结论或回答可以", "lines", help="一行一个。")
AREAS = Field("params.areas", "范围", "lines", help="一行一个区划代码，例如 320508（姑苏区）、320508019（街道）。")
LINE = Field("params.line", "科目", "one", "lines")
LINES = Field("params.lines", "科目", "some", "lines", help="合在一起算。")
PERCENT = Field("params.percent", "百分之几", "percent")
MOST = Field("params.most_fen", "不超过", "yuan")
RECORDS: Mapping[str, Fields] = {
    "no_record": (Field("params.record", "哪种记录", "one", Record.KINDS), YEARS),
    "min_age_years": (YEARS,),
    "max_age_years": (YEARS,),
    "registered_before": (Field("params.day", "日期", "day"),),
    "registered_since": (Field("params.day", "日期", "day"),),
    "annual_check": (ACCEPTED, YEARS),
    "min_grade": (Field("params.grade", "等级", "one", {grade: grade for grade in ("1A", "2A", "3A", "4A", "5A")}),),
    "past_grade": (Field("params.stage", "哪次评估", "one", {"midterm": "中期", "final": "末期"}), YEARS, ACCEPTED),
    "full_time_staff": (Field("params.least", "至少几人", "whole"), QUESTION),
    "office_area": (Field("params.least", "至少多少平方米", "whole"), QUESTION),
    "team_age": (Field("params.most", "平均不超过几岁", "whole"), QUESTION),
    "most_applications": (Field("params.most", "几项", "whole", low=1),),
    "not_last_winner": (YEARS,),
    "last_winner_first": (YEARS,),
    "located_in": (AREAS,),
    "lands_in": (AREAS,),
    "beneficiaries_in": (AREAS,),
    "hosted": (Field("params.allowed", "可以由登记的组织挂靠", "yes"),),
    "double_funding": (QUESTION,),
    "answered": (QUESTION, ACCEPTED),
    "min_months": (MONTHS,),
    "max_months": (MONTHS,),
    "papers_handed_in": (Field("params.copies", "一式几份", "whole", low=1),),
    "cap_share": (LINES, PERCENT, Field("params.of", "占什么的比例", "one", {"grant": "资助额", "total": "项目总额"})),
    "cap_amount": (LINES, MOST),
    "own_share_min": (PERCENT,),
    "grant_share_max": (PERCENT,),
    "matched_by_donation": (
        Field("params.percent", "每捐 100 元配多少元", "whole"), MOST, Field("params.without_fen", "没有捐款时不超过", "yuan"),
    ),
    "unit_standard": (LINE, MOST),
    "unit_tiers": (LINE, Field("params.later_from", "从第几天起", "whole"), Field("params.later_fen", "以后每天不超过", "yuan")),
    "excludes": (Field("params.a", "列了这个科目", "one", "lines"), Field("params.b", "就不能列这个科目", "one", "lines")),
    "forbidden": (Field("params.words", "不得列支的事项", "lines", help="一行一个词，写在支出内容里就会被指出。"),),
}  # fmt: skip
"""Parameters by kind; a kind not named here has none, or only rows (`unit_tiers`, `any_of`)."""
STARTS: Mapping[type, Any] = {int: 1, str: "", list: [], bool: True}


def title_of(kind: str) -> str:
    """What a kind of rule is called."""
    return (ELIGIBILITY[kind] if kind in ELIGIBILITY else BUDGET[kind]).title


def new(kind: str, rules: Mapping[str, Any], first: Callable[[Field], str]) -> dict[str, Any]:
    """A rule of a kind with parameters to begin with; `first` gives the first option of a field that has options."""
    wanted = (ELIGIBILITY[kind] if kind in ELIGIBILITY else BUDGET[kind]).params
    fields = {field.path.removeprefix("params."): field for field in RECORDS.get(kind, ())}
    params: dict[str, Any] = {}
    for name, form in wanted.items():
        field = fields.get(name)
        if field is None or field.kind not in ("one", "some", "day"):
            params[name] = list(STARTS[list]) if form is list else STARTS[form]
        elif field.kind == "day":
            params[name] = "2020-01-01"
        else:
            params[name] = [first(field)] if field.kind == "some" else first(field)
    if kind == "unit_tiers":
        params["tiers"] = [{"key": "tier1", "title": "第一档", "most_fen": 50_000}]
    if kind == "any_of":
        confirm = {"kind": "confirm", "params": {}, "text": "请写明条件", "source": ""}
        params["groups"] = [{"title": "第一类主体", "rules": [confirm]}]
    return {"kind": kind, "params": params, "text": title_of(kind), "source": ""}
