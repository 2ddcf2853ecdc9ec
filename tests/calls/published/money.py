"""Cases of funding_and_budget_rules.csv and disbursement_rules.csv."""

import dataclasses
from datetime import UTC, date, datetime

from reports.money import Money
from tests.calls.published import Case, NoRule, fits, passes, record, row, rule_of, wan
from webapp.calls.rules import (
    LEGAL,
    Budget,
    Category,
    Cost,
    MatchSource,
    Rule,
    Span,
    amounts,
    least_shares,
    template,
    until,
)
from webapp.calls.rules.steps import LEAST_NOTICE, CallFacts, _money
from webapp.funding.rules.tranches import REACHED

FUNDING, PAYING = "funding_and_budget_rules", "disbursement_rules"
BASE = template()
YI = 100_000_000


def only(*rules: Rule, matching: tuple[MatchSource, ...] = (MatchSource("own"),), **more):
    """The 示例 with these budget rules alone, and a ceiling nothing meets."""
    budget = Budget(Money(YI), Money(0), BASE.budget.lines, rules, matching)
    return dataclasses.replace(BASE, budget=budget, **more)


def pool(amount: str, free: str, *costs: str) -> bool:
    """Whether a call may be published with this pool and these fees, where the fund has so much free (万元)."""
    fees = tuple(Cost(f"c{n}", "费用", Money.parse(one, "万元")) for n, one in enumerate(costs))
    rules = dataclasses.replace(BASE, pool=Money.parse(amount, "万元"), costs=fees)
    at = datetime(2026, 1, 5, tzinfo=UTC)
    facts = CallFacts("grant", rules, "", 1, (), "", at, at, Money.parse(free, "万元"), 1, 2, mine=True, at=at)
    return _money(facts) is None


def donated(yuan: str, grant: str) -> tuple:
    return [row("activity", grant, yuan)], {"donated": Money.parse(yuan)}


def expert(unit: str, tier: str, days: int) -> list:
    return [row("expert", str(Money.parse(unit) * days), unit=unit, quantity=days, tier=tier, days=days)]


TIERS = Rule(
    "unit_tiers",
    {
        "line": "expert",
        "tiers": [{"key": "senior", "title": "高级", "most_fen": 50_000}, {"key": "other", "title": "其他", "most_fen": 30_000}],
        "later_from": 3,
        "later_fen": 20_000,
    },
    "专家费高级 500、其他 300，第 3 天起 200",
)
ALL_SOURCES = tuple(MatchSource(name) for name in ("own", "fiscal", "donated", "expected"))
TENTH = rule_of("micro", "own_share_min")
FORTY = Rule("own_share_min", {"percent": 40}, "配套不少于 40%")
SHANGYU = Rule("forbidden", {"words": ["固定资产", "基建", "慰问品"]}, "不得购固定资产、基建、直接发慰问品")
PROVINCE = Rule("forbidden", {"words": ["楼堂馆所", "罚款", "偿债", "投资", "购车"]}, "不得列支")
JIYUAN = Rule("forbidden", {"words": ["因公出国", "公务接待", "公车", "楼堂馆所"]}, "不得用于")
HUNAN = Rule("forbidden", {"words": ["人员经费", "行政运行", "工作经费"]}, "不得用于")
LUOHU = only(
    categories=(
        Category("service", "服务、实物类", ceiling=Money.parse("50", "万元")),
        Category("works", "工程类", ceiling=Money.parse("100", "万元")),
    )
)
ELDERLY = only(categories=(Category("elderly", "老年人福利", least_percent=55), Category("other", "其他")))


def item(words: str) -> list:
    return [row("activity", "100", item=words)]


def in_lines(key: str) -> bool:
    return key in {line.key for line in BASE.budget.lines}


def split(plan: str) -> list[int]:
    """A grant of a hundred yuan in its tranches, in yuan."""
    return [one.fen // 100 for one in amounts(template(plan).tranches, Money.parse("100"))]


CASES = (
    Case(FUNDING, 2, "60%", fits(only(rule_of("guangzhou", "grant_share_max")), "grant_share_max"),
         [row("activity", "60", "40")], [row("activity", "60.01", "39.99")]),
    Case(FUNDING, 2, "50万", fits(template("guangzhou"), "ceiling"), wan("50"), wan("50.0001")),
    Case(FUNDING, 2, "6:4", fits(only(FORTY), "own_share_min"), [row("activity", "6", "4")], [row("activity", "6.1", "3.9")]),
    Case(FUNDING, 3, "50万", fits(template("guangzhou"), "ceiling"), wan("50"), wan("50.0001")),
    Case(FUNDING, 4, "五类", lambda n: len(template("guangzhou").categories) == n, 5, 6),
    Case(FUNDING, 4, "资助资金+承办服务费+绩效评估费", lambda fee: pool("80", "100", fee, "10"), "10", "10.01"),
    Case(FUNDING, 5, "社会捐助1:财政2", fits(only(rule_of("dongguan", "matched_by_donation"), matching=ALL_SOURCES), "matched_by_donation"),
         donated("200000", "400000"), donated("200000", "400000.01")),
    Case(FUNDING, 5, "≤50万", fits(only(rule_of("dongguan", "matched_by_donation"), matching=ALL_SOURCES), "matched_by_donation"),
         donated("300000", "500000"), donated("300000", "500000.01")),
    Case(FUNDING, 5, "≤30万", fits(only(rule_of("dongguan", "matched_by_donation")), "matched_by_donation"), wan("30"), wan("30.0001")),
    Case(FUNDING, 6, "预算50%", fits(only(rule_of("zhongshan", "grant_share_max")), "grant_share_max"),
         [row("activity", "50", "50")], [row("activity", "50.01", "49.99")]),
    Case(FUNDING, 6, "10万", fits(template("zhongshan"), "ceiling"), wan("10"), wan("10.0001")),
    Case(FUNDING, 7, "0.66万", fits(only(TENTH), "own_share_min"), [row("activity", "59400", "6600")], [row("activity", "59400.01", "6599.99")]),
    Case(FUNDING, 7, "0.49万", fits(only(TENTH), "own_share_min"), [row("activity", "44100", "4900")], [row("activity", "44100.01", "4899.99")]),
    Case(FUNDING, 8, "固定资产", fits(only(SHANGYU), "forbidden"), item("宣传折页"), item("购固定资产：投影仪")),
    Case(FUNDING, 8, "慰问品", fits(only(SHANGYU), "forbidden"), item("活动物资"), item("春节慰问品")),
    Case(FUNDING, 9, "高级500", fits(only(TIERS), "unit_standard"), expert("500", "senior", 2), expert("500.01", "senior", 2)),
    Case(FUNDING, 9, "其他300", fits(only(TIERS), "unit_standard"), expert("300", "other", 1), expert("300.01", "other", 1)),
    Case(FUNDING, 9, "第3天起200", fits(only(TIERS), "unit_standard"), expert("400", "senior", 3), expert("400.01", "senior", 3)),
    Case(FUNDING, 10, "350", fits(only(rule_of("example", "unit_standard", line="training")), "unit_standard"),
         [row("training", "350", unit="350")], [row("training", "350.01", unit="350.01")]),
    Case(FUNDING, 10, "400", fits(only(rule_of("example", "unit_standard", line="meeting")), "unit_standard"),
         [row("meeting", "400", unit="400")], [row("meeting", "400.01", unit="400.01")]),
    Case(FUNDING, 11, "50%", fits(only(rule_of("example", "cap_share", percent=50)), "cap_share"),
         [row("staff", "300"), row("volunteer", "200"), row("activity", "500")],
         [row("staff", "300.01"), row("volunteer", "200"), row("activity", "500")]),
    Case(FUNDING, 11, "管理费", fits(only(Rule("cap_share", {"lines": ["manage"], "percent": 0, "of": "total"}, "不得提取管理费")), "cap_share"),
         [row("activity", "100")], [row("activity", "99.99"), row("manage", "0.01")]),
    Case(FUNDING, 11, "罚款", fits(only(PROVINCE), "forbidden"), item("场地租用"), item("补缴罚款")),
    Case(FUNDING, 12, "10%", fits(only(rule_of("example", "cap_share", percent=10)), "cap_share"),
         [row("manage", "10"), row("activity", "90")], [row("manage", "10.01"), row("activity", "89.99")]),
    Case(FUNDING, 13, "600/16050", fits(only(Rule("cap_amount", {"lines": ["manage"], "most_fen": 60_000}, "管理费 600 元")), "cap_amount"),
         [row("manage", "600"), row("activity", "15450")], [row("manage", "600.01"), row("activity", "15449.99")]),
    Case(FUNDING, 14, "其他财政资金+社会募集资金+自有资金", fits(only(FORTY, matching=ALL_SOURCES[:3]), "own_share_min", "source"),
         ([row("activity", "60", "40")], {"own": Money.parse("10"), "fiscal": Money.parse("15"), "donated": Money.parse("15")}),
         ([row("activity", "60", "40")], {"own": Money.parse("10"), "fiscal": Money.parse("15"), "expected": Money.parse("15")})),
    Case(FUNDING, 15, "预期能接受社会捐赠", fits(only(FORTY, matching=ALL_SOURCES), "own_share_min", "source", "sources"),
         ([row("activity", "60", "40")], {"own": Money.parse("20"), "expected": Money.parse("20")}),
         ([row("activity", "60", "40")], {"own": Money.parse("20"), "expected": Money.parse("19.99")})),
    Case(FUNDING, 16, "市内交通费", fits(only(rule_of("example", "excludes")), "excludes"),
         [row("volunteer", "100"), row("transport", "0")], [row("volunteer", "100"), row("transport", "50")]),
    Case(FUNDING, 17, "公务接待", fits(only(JIYUAN), "forbidden"), item("探访物资"), item("公务接待用餐")),
    Case(FUNDING, 18, "55%", lambda share: not least_shares(ELDERLY, {"elderly": Money(share), "other": Money(100 - share)}), 55, 54),
    Case(FUNDING, 19, "工作经费", fits(only(HUNAN), "forbidden"), item("小组活动"), item("办公室工作经费")),
    Case(FUNDING, 20, "≤50万", fits(LUOHU, "ceiling", category="service"), wan("50"), wan("50.0001")),
    Case(FUNDING, 20, "≤100万", fits(LUOHU, "ceiling", category="works"), wan("100"), wan("100.0001")),
    Case(FUNDING, 21, "2000万", lambda amount: pool(amount, "2000"), "2000", "2000.01"),
    Case(FUNDING, 23, "32.46万", lambda amount: pool(amount, "32.46"), "32.46", "32.47"),
    Case(PAYING, 2, "50/40/10", lambda parts: split("binhai") == parts, [50, 40, 10], [50, 30, 20]),
    Case(PAYING, 2, "1个月", lambda at: at <= until(datetime(2014, 5, 20, 1, tzinfo=UTC), template("binhai").tranches[0].within or Span(0)),
         datetime(2014, 6, 20, 15, 59, tzinfo=UTC), datetime(2014, 6, 20, 16, tzinfo=UTC)),
    Case(PAYING, 3, "中期评估合格", lambda state: state in REACHED[template("haishu").tranches[-1].trigger], "passed", "delivering"),
    Case(PAYING, 4, "15个工作日", lambda at: at <= until(datetime(2026, 3, 2, 1, tzinfo=UTC), template("zhongshan").tranches[0].within or Span(0)),
         datetime(2026, 3, 23, 15, 59, tzinfo=UTC), datetime(2026, 3, 23, 16, tzinfo=UTC)),
    Case(PAYING, 4, "3年", passes(rule_of("zhongshan", "no_record", record="ban"), "records"),
         record("ban", date(2026, 3, 1)), record("ban", date(2026, 3, 2))),
    Case(PAYING, 5, "公示", lambda days: days >= LEAST_NOTICE["workday"] and "announced" in LEGAL["grant"].triggers, 5, 4),
    Case(PAYING, 6, "评估结果", lambda state: state in REACHED["graded"], "evaluated", "accepted"),
    Case(PAYING, 9, "两年内", lambda at: at <= until(datetime(2024, 3, 1, 1, tzinfo=UTC), template("guangzhou").breach.unspent_after or Span(0)),
         datetime(2026, 3, 1, 15, 59, tzinfo=UTC), datetime(2026, 3, 1, 16, tzinfo=UTC)),
    Case(PAYING, 9, "1个月", lambda at: at <= until(datetime(2026, 1, 31, 1, tzinfo=UTC), template("guangzhou").breach.report_within or Span(0)),
         datetime(2026, 2, 28, 15, 59, tzinfo=UTC), datetime(2026, 2, 28, 16, tzinfo=UTC)),
    Case(PAYING, 10, "捐赠票据", lambda kind: kind in LEGAL["donation"].receipts, "donation", "plain"),
    Case(PAYING, 10, "60天", lambda at: at <= until(datetime(2015, 7, 1, 1, tzinfo=UTC), Span(60, "day")),
         datetime(2015, 8, 30, 15, 59, tzinfo=UTC), datetime(2015, 8, 30, 16, tzinfo=UTC)),
)  # fmt: skip
NO_RULES = (
    NoRule(FUNDING, 22, "资金按社区、年度登记预算，是资金的规则，不是一次征集的"),
    NoRule(PAYING, 7, "没有公布期数和比例；按进度分期由上海模板的拨款计划表达"),
    NoRule(PAYING, 8, "写的是申请拨付的材料和抽查，没有数字；申请拨付的步骤在拨款里"),
)
