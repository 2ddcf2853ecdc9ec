"""The closed set of eligibility rules (申报条件): each kind with its parameters and its pure check.

Every check answers pass, fail or manual with a reason; manual wherever the record cannot tell and a person must look.
A new kind is a function here and one line in `ELIGIBILITY`; a bureau combines the kinds as data.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from reports import format as printed
from webapp.calls.rules.parts import Rule
from webapp.calls.rules.shape import CallRules

MOMENTARY = frozenset({"penalty", "rectify", "award", "grade", "midterm", "annual_check"})
"""Records of a day, not of a span: without an end they are over the day they began."""
OUTSIDE = frozenset({"abnormal_list", "dishonest_list", "penalty"})
"""Records that other offices keep: without their list in this database, no record here says nothing."""
RECORD_OF = {"midterm": "midterm", "final": "grade"}
"""Stage of a project's evaluation → the kind of record its conclusion is kept as."""
Verdict = Literal["pass", "fail", "manual"]
Found = tuple[Verdict, str]


@dataclass(frozen=True, slots=True)
class RecordFact:
    """One dated fact on an organisation's record."""

    kind: str
    from_day: date
    until_day: date | None
    value: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What eligibility is judged on, as it stands on `today`. None means that nobody knows: the rule then asks a person."""

    today: date
    registered_on: date | None = None
    grade: str = ""
    annual_check: str = ""
    area_code: str = ""
    records: tuple[RecordFact, ...] = ()
    lists: frozenset[str] = frozenset()
    """Which lists of other offices were loaded here."""
    applications: int = 1
    """How many applications the organisation has in this call, this one included."""
    running: int = 0
    """How many funded projects it has that are not yet closed."""
    registered: bool | None = None
    """Whether it is registered (登记), not only put on file (备案)."""
    hosted: bool = False
    """Whether a registered organisation stands in for it (挂靠)."""
    landing: tuple[str, ...] = ()
    """Area codes of the communities where the project lands."""
    starts_on: date | None = None
    ends_on: date | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    """What the application answers, by `section.question`."""
    alike: tuple[str, ...] = ()
    """Funded activities that look like this one, in words."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule says: pass, fail, or manual (a person must look), with the reason."""

    rule: Rule
    outcome: Verdict
    reason: str


def years_after(day: date, years: int) -> date:
    """The same calendar day some years later (or, below nought, earlier); 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def years_before(day: date, years: int) -> date:
    return years_after(day, -years)


def _verdict(fine: bool, reason: str) -> Found:
    return ("pass" if fine else "fail"), reason


def _no_record(rule: Rule, facts: OrganisationFacts) -> Found:
    since = years_before(facts.today, rule.params["years"])
    for record in facts.records:
        end = record.until_day or (record.from_day if record.kind in MOMENTARY else facts.today)
        if record.kind == rule.params["record"] and record.from_day <= facts.today and end >= since:
            return "fail", f"有 {printed.day(record.from_day)} 起的记录。"
    if rule.params["record"] in OUTSIDE and rule.params["record"] not in facts.lists:
        return "manual", "平台没有载入这类名录，请到登记管理机关公布的名录中核对。"
    return "pass", "没有查到记录。"


def _registered(facts: OrganisationFacts, fine: Callable[[date], bool]) -> Found:
    if facts.registered_on is None:
        return "manual", "没有登记日期，请核对登记证书。"
    return _verdict(fine(facts.registered_on), f"{printed.day(facts.registered_on)}登记。")


def _min_age(rule: Rule, facts: OrganisationFacts) -> Found:
    return _registered(facts, lambda day: day <= years_before(facts.today, rule.params["years"]))


def _max_age(rule: Rule, facts: OrganisationFacts) -> Found:
    return _registered(facts, lambda day: day >= years_before(facts.today, rule.params["years"]))


def _registered_before(rule: Rule, facts: OrganisationFacts) -> Found:
    return _registered(facts, lambda day: day <= date.fromisoformat(rule.params["day"]))


def _registered_since(rule: Rule, facts: OrganisationFacts) -> Found:
    return _registered(facts, lambda day: day >= date.fromisoformat(rule.params["day"]))


def _annual_check(rule: Rule, facts: OrganisationFacts) -> Found:
    """The newest conclusions, as many years as asked; one that is not on record is for a person to look up."""
    years, accepted = rule.params["years"], rule.params["accepted"]
    known = {int(one.value["year"]): str(one.value["result"]) for one in facts.records if one.kind == "annual_check"}
    newest = [known[year] for year in sorted(known, reverse=True)] or ([facts.annual_check] if facts.annual_check else [])
    asked = newest[: max(years, 1)]
    if wrong := [one for one in asked if one not in accepted]:
        return "fail", f"年检结论为“{wrong[0]}”。"
    if len(asked) < years or not asked:
        return "manual", f"只查到 {len(asked)} 年的年检结论，请核对年检报告。" if asked else "没有年检结论，请核对年检报告。"
    return "pass", f"年检结论为“{asked[0]}”。" if len(asked) == 1 else f"近 {len(asked)} 年年检结论均符合。"


def _min_grade(rule: Rule, facts: OrganisationFacts) -> Found:
    if not facts.grade:
        return "fail", "没有评估等级。"
    return _verdict(facts.grade >= rule.params["grade"], f"评估等级为 {facts.grade}。")


def _past_grade(rule: Rule, facts: OrganisationFacts) -> Found:
    """What earlier projects were given; without any on this platform a person asks where they ran."""
    since = years_before(facts.today, rule.params["years"])
    given = [
        str(one.value.get("grade", ""))
        for one in facts.records
        if one.kind == RECORD_OF[rule.params["stage"]] and since <= one.from_day <= facts.today
    ]
    if wrong := [grade for grade in given if grade not in rule.params["accepted"]]:
        return "fail", f"往期项目评估为“{wrong[0]}”。"
    return ("pass", f"往期 {len(given)} 个项目评估均符合。") if given else ("manual", "平台上没有往期评估结论，请核对评估报告。")


def _declared(what: str, unit: str, papers: str) -> Callable[[Rule, OrganisationFacts], Found]:
    """A number no register has: as the applicant answered the question named, against the papers."""

    def check(rule: Rule, facts: OrganisationFacts) -> Found:
        value = facts.answers.get(rule.params["question"])
        if type(value) is not int:
            return "manual", f"申报表没有问到{what}，请核对{papers}。"
        fine = value >= rule.params["least"] if "least" in rule.params else value <= rule.params["most"]
        return _verdict(fine, f"申报单位填报{what} {value} {unit}。")

    return check


def _most_applications(rule: Rule, facts: OrganisationFacts) -> Found:
    return _verdict(facts.applications <= rule.params["most"], f"本次征集共申报 {facts.applications} 项。")


def _no_running_award(rule: Rule, facts: OrganisationFacts) -> Found:
    return ("fail", f"还有 {facts.running} 个在执行的项目。") if facts.running else ("pass", "没有在执行的项目。")


def won(facts: OrganisationFacts, years: int) -> date | None:
    """When it was last awarded a project in this or the last `years` calendar years: rounds are yearly, not to the day."""
    days = [one.from_day for one in facts.records if one.kind == "award" and one.from_day <= facts.today]
    return max((day for day in days if day.year >= facts.today.year - years), default=None)


def _not_last_winner(rule: Rule, facts: OrganisationFacts) -> Found:
    day = won(facts, rule.params["years"])
    return ("fail", f"{printed.day(day)} 已经入选。") if day else ("pass", "没有入选记录。")


def _last_winner_first(rule: Rule, facts: OrganisationFacts) -> Found:
    day = won(facts, rule.params["years"])
    return "pass", f"{printed.day(day)} 入选，同等条件下优先。" if day else "没有入选记录，不优先。"


def _in_areas(codes: tuple[str, ...], areas: list[str]) -> bool:
    return all(any(code.startswith(area) for area in areas) for code in codes)


def _located_in(rule: Rule, facts: OrganisationFacts) -> Found:
    if not facts.area_code:
        return "manual", "没有登记地，请核对登记证书。"
    inside = _in_areas((facts.area_code,), rule.params["areas"])
    return ("pass", "登记地在范围内。") if inside else ("fail", "登记地不在范围内。")


def _lands_in(rule: Rule, facts: OrganisationFacts) -> Found:
    if not facts.landing:
        return "manual", "还没有选落地社区，请核对实施地。"
    inside = _in_areas(facts.landing, rule.params["areas"])
    return ("pass", "落地社区都在范围内。") if inside else ("fail", "有落地社区不在范围内。")


def _look(reason: str) -> Callable[[Rule, OrganisationFacts], Found]:
    """A rule no record answers: always for a person, with what to look at."""
    return lambda rule, facts: ("manual", reason)


def _papers_handed_in(rule: Rule, facts: OrganisationFacts) -> Found:
    return "manual", f"请核对已收到纸质材料一式 {rule.params['copies']} 份。"


def _hosted(rule: Rule, facts: OrganisationFacts) -> Found:
    if facts.registered is None:
        return "manual", "没有登记或备案情况，请核对证书。"
    if facts.registered:
        return "pass", "已登记。"
    if not rule.params["allowed"]:
        return "fail", "没有登记；本次征集不接受挂靠申报。"
    return ("pass", "没有登记，由挂靠单位合作申报。") if facts.hosted else ("fail", "没有登记，也没有挂靠单位，请先登记挂靠单位。")


def _double_funding(rule: Rule, facts: OrganisationFacts) -> Found:
    """同一活动不重复资助: what the applicant declares, and what was found to look alike."""
    said = facts.answers.get(rule.params["question"]) if rule.params["question"] else None
    if said == "是":
        return "fail", "申报单位填明同一活动已有财政资金。"
    if facts.alike:
        return "manual", f"与已获资助的活动相近：{'、'.join(facts.alike[:3])}，请核对是否同一活动。"
    return ("pass", "申报单位填明没有其他财政资金。") if said == "否" else ("manual", "申报表没有问到，请核对是否已有财政资金。")


def _answered(rule: Rule, facts: OrganisationFacts) -> Found:
    said = facts.answers.get(rule.params["question"])
    if said in (None, "", []):
        return "manual", "申报表没有回答，请核对。"
    given = said if isinstance(said, list) else [said]
    return _verdict(all(one in rule.params["accepted"] for one in given), f"申报单位回答“{'、'.join(map(str, given))}”。")


def months_between(start: date, end: date) -> int:
    """Whole months a project lasts, its last day counted: 1 April to 30 September is six; 31 January to 27 February is one."""
    after = end + timedelta(days=1)
    whole = (after.year - start.year) * 12 + after.month - start.month
    return whole if after.day >= min(start.day, monthrange(after.year, after.month)[1]) else whole - 1


def _lasts(fine: Callable[[int, int], bool]) -> Callable[[Rule, OrganisationFacts], Found]:
    def check(rule: Rule, facts: OrganisationFacts) -> Found:
        if facts.starts_on is None or facts.ends_on is None:
            return "manual", "还没有填项目起止日期。"
        months = months_between(facts.starts_on, facts.ends_on)
        return _verdict(fine(months, rule.params["months"]), f"项目周期 {months} 个月。")

    return check


def _any_of(rule: Rule, facts: OrganisationFacts) -> Found:
    """One of several groups must fit whole, as 海曙2023 has three kinds of applicants."""
    best: Found = ("fail", "各类主体的条件都不符合。")
    for group in rule.params["groups"]:
        found = [judge(Rule(**one), facts) for one in group["rules"]]
        if all(one.outcome == "pass" for one in found):
            return "pass", f"符合“{group['title']}”的条件。"
        if all(one.outcome != "fail" for one in found):
            look = next(one for one in found if one.outcome == "manual")
            best = ("manual", f"可能符合“{group['title']}”：{look.reason}")
    return best


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A kind of eligibility rule: what people call it, the parameters it needs, and its check."""

    title: str
    params: Mapping[str, type]
    check: Callable[[Rule, OrganisationFacts], Found]


ELIGIBILITY: Mapping[str, Eligibility] = {
    "no_record": Eligibility("某种记录在若干年内没有", {"record": str, "years": int}, _no_record),
    "min_age_years": Eligibility("登记满若干年", {"years": int}, _min_age),
    "max_age_years": Eligibility("登记不超过若干年", {"years": int}, _max_age),
    "registered_before": Eligibility("某日以前登记", {"day": str}, _registered_before),
    "registered_since": Eligibility("某日以后登记", {"day": str}, _registered_since),
    "annual_check": Eligibility("近若干年年检结论", {"accepted": list, "years": int}, _annual_check),
    "min_grade": Eligibility("评估等级不低于", {"grade": str}, _min_grade),
    "past_grade": Eligibility("往期项目评估结论", {"stage": str, "years": int, "accepted": list}, _past_grade),
    "full_time_staff": Eligibility("专职人员不少于", {"least": int, "question": str}, _declared("专职人员", "人", "社保缴纳证明")),
    "office_area": Eligibility("固定办公面积不少于", {"least": int, "question": str}, _declared("办公面积", "平方米", "场地证明")),
    "team_age": Eligibility("团队平均年龄不超过", {"most": int, "question": str}, _declared("团队平均年龄", "岁", "成员名单")),
    "most_applications": Eligibility("每个单位最多申报", {"most": int}, _most_applications),
    "no_running_award": Eligibility("没有在执行的项目", {}, _no_running_award),
    "not_last_winner": Eligibility("上年入选的不再支持", {"years": int}, _not_last_winner),
    "last_winner_first": Eligibility("上年入选的优先", {"years": int}, _last_winner_first),
    "located_in": Eligibility("登记地在范围内", {"areas": list}, _located_in),
    "lands_in": Eligibility("实施地在范围内", {"areas": list}, _lands_in),
    "beneficiaries_in": Eligibility("服务对象在范围内", {"areas": list}, _look("请按“服务对象”一栏核对是否在范围内。")),
    "chartered_scope": Eligibility("在章程业务范围内", {}, _look("请对照章程载明的业务范围核对。")),
    "hosted": Eligibility("未登记组织可否挂靠申报", {"allowed": bool}, _hosted),
    "double_funding": Eligibility("同一活动不重复资助", {"question": str}, _double_funding),
    "answered": Eligibility("申报表中的回答", {"question": str, "accepted": list}, _answered),
    "min_months": Eligibility("项目周期不少于", {"months": int}, _lasts(lambda lasts, asked: lasts >= asked)),
    "max_months": Eligibility("项目周期不超过", {"months": int}, _lasts(lambda lasts, asked: lasts <= asked)),
    "papers_handed_in": Eligibility("另交纸质材料", {"copies": int}, _papers_handed_in),
    "confirm": Eligibility("人工核对", {}, _look("请人工核对。")),
    "any_of": Eligibility("几类主体任一符合", {"groups": list}, _any_of),
}  # fmt: skip


def judge(rule: Rule, facts: OrganisationFacts) -> Outcome:
    """What one rule says of an organisation and its application."""
    return Outcome(rule, *ELIGIBILITY[rule.kind].check(rule, facts))


def check_eligibility(rules: CallRules, facts: OrganisationFacts) -> list[Outcome]:
    """What each eligibility rule says of an organisation, in the order of the rules."""
    return [judge(rule, facts) for rule in rules.eligibility]
