"""Cases of scoring_rules.csv."""

import dataclasses

from tests.calls.published import Case, NoRule
from tests.reviews.rankings import entry, places, ranked, score
from webapp.calls.rules import Category, Figures, RulesError, Weights, bonus_refusal, leaves, most_of, template
from webapp.calls.rules.rubric import check_tree
from webapp.reviews.rules.draw import Candidate, draw
from webapp.scoring.rules import Mark, total

FILE = "scoring_rules"
FULL = 10_000
DONGGUAN, ZHONGSHAN = template("dongguan"), template("zhongshan")
NATIONAL = dataclasses.replace(
    ZHONGSHAN, donation=dataclasses.replace(ZHONGSHAN.donation, bonus=0), bonuses=(), weights=Weights(70, 0, 0, jury=30)
)
STANDARD = dataclasses.replace(NATIONAL, aggregation="standard", figures=Figures(standard_mean=7000, standard_deviation=1000))
HAINAN = dataclasses.replace(template(), aggregation="trimmed", weights=Weights(100, 0, 0), stages=("panel",))
WUJIN = {"need": "需求度", "acceptance": "接纳度", "innovation": "创新性", "effect": "有效性", "copying": "复制性"}


def points(rules, key, **channels):
    """Whether full marks in one channel and none in the others come to so many points."""
    nothing = {"panel": [0], "votes": 0, "jury": 0, "donation_fen": 0, "community": [0]}
    others = [entry(2, panel=[0], votes=0, jury=0, donation_fen=1)]
    rows = ranked(rules, [entry(1, **(nothing | channels)), *others])["rows"]
    return lambda expected: next(one["combined"] for one in rows if one["id"] == 1) == expected


def raised(times: int):
    """中山: full marks of both juries, and so many times the target raised."""
    one = entry(1, panel=[FULL], jury=FULL, donation_fen=ZHONGSHAN.donation.target.fen * times)
    return lambda expected: score(ZHONGSHAN, one) == expected


def winners(most: int, applied: int):
    """Whether so many of those who applied are proposed, where that is the number of places."""
    rules = dataclasses.replace(template(), categories=(Category("elderly", "为老", most=most),))
    return lambda expected: places(rules, applied) == expected


def titles(key: str, named: str):
    """Whether a template's rubric has so many of the published standards."""
    published = set(named.split(";"))
    return lambda count: len(published & {leaf["title"] for leaf in leaves(template(key).rubric)}) == count


def deep(levels: int) -> bool:
    """Whether a rubric may have so many levels."""
    node = {"key": "leaf", "title": "叶", "most": FULL}
    for n in range(levels - 1):
        node = {"key": f"k{n}", "title": "枝", "items": [node]}
    try:
        check_tree({"items": [node]}, "评分表")
    except RulesError:
        return False
    return True


def drawn(size: int) -> bool:
    """Whether a panel by 广州's plan can be drawn from so many experts, one of finance."""
    plan = template("guangzhou").panel
    pool = [Candidate(n, "finance" if n == 0 else "elderly") for n in range(size)]
    try:
        return len(draw("s", pool, (), size=plan.size, finance=plan.finance, reserves=0)) >= plan.size
    except ValueError:
        return False


def finance(count: int) -> bool:
    plan = template("guangzhou").panel
    pool = [Candidate(n, "finance" if n < count else "elderly") for n in range(8)]
    try:
        return bool(draw("s", pool, (), size=plan.size, finance=plan.finance, reserves=0))
    except ValueError:
        return False


def final(parts: list[int]) -> bool:
    tree = template().evaluation.self_tree
    assert tree is not None
    return [most_of({"items": [one]}) // 100 for one in tree["items"]] == parts and most_of(tree) == FULL


SUZHOU = {
    "items": [
        {"key": "carrying", "title": "项目实施", "most": FULL}, {"key": "more", "title": "加分", "most": 1000, "kind": "plus"},
        {"key": "less", "title": "扣分", "most": 1000, "kind": "minus"},
    ],
    "over": True,
}  # fmt: skip
HAINAN_SCORES = entry(1, panel=[8000, 8501, 8600, 9002, 10_000])
CASES = (
    Case(FILE, 2, "现场评审60%", points(DONGGUAN, 1, panel=[FULL]), 6000, 6001),
    Case(FILE, 2, "定向捐助20%", points(DONGGUAN, 1, donation_fen=100_000), 2000, 2001),
    Case(FILE, 2, "网络投票20%", points(DONGGUAN, 1, votes=10), 2000, 2001),
    Case(FILE, 3, "社会需求广泛性", titles("dongguan", "社会需求广泛性;现实需要迫切性;目标定位公益性;项目理念创新性;项目策划科学性;实施主体专业性"), 6, 7),
    Case(FILE, 4, "筹资加分≤50", raised(1), 15_000, 15_001),
    Case(FILE, 4, "≤50", raised(9), 15_000, 60_000),
    Case(FILE, 4, "5-20", lambda given: bonus_refusal(ZHONGSHAN.bonuses[0], given) is None, 2000, 2001),
    Case(FILE, 4, "5-20", lambda given: bonus_refusal(ZHONGSHAN.bonuses[0], given) is None, 500, 499),
    Case(FILE, 4, "可超100", raised(1), 15_000, 10_000),
    Case(FILE, 5, "专家主席团70%", points(NATIONAL, 1, panel=[FULL]), 7000, 7001),
    Case(FILE, 5, "大众评审团30%", points(NATIONAL, 1, jury=FULL), 3000, 3001),
    Case(FILE, 6, "标准分", lambda expected: ranked(
        STANDARD, [entry(1, panel=[9000, 5000], jury=0), entry(2, panel=[7000, 4000], jury=0)], [{"1": 9000, "2": 7000}, {"1": 5000, "2": 4000}],
    )["rows"][0]["panel"] == expected, 8000, 7000),
    Case(FILE, 6, "折算140", lambda of200: points(NATIONAL, 1, panel=[FULL])(of200 * 50), 140, 141),
    Case(FILE, 7, "15取10", winners(10, 15), 10, 11),
    Case(FILE, 8, "需求度", titles("example", "需求度;接纳度;创新性;有效性;复制性"), 5, 6),
    Case(FILE, 8, "37取30", winners(30, 37), 30, 31),
    Case(FILE, 9, "随机抽取5名", drawn, 5, 4),
    Case(FILE, 10, "三级指标", deep, 3, 4),
    Case(FILE, 10, "财务专家", finance, 1, 0),
    Case(FILE, 14, "在地性", titles("micro", "符合社区需求;在地性;参与性;可行性;创新性;可持续性;经费预算合理"), 7, 8),
    Case(FILE, 15, "74→41", winners(41, 74), 41, 42),
    Case(FILE, 16, "≥60", lambda got: got >= template().evaluation.pass_line, 6000, 5999),
    Case(FILE, 16, ">100", lambda tree: total(tree, {"carrying": Mark(FULL), "more": Mark(500)}) == 10_500, SUZHOU, SUZHOU | {"over": False}),
    Case(FILE, 19, "去最高最低取3人平均", lambda expected: score(HAINAN, HAINAN_SCORES) == expected, 8701, 8821),
    Case(FILE, 21, "预算执行率10+产出50+效益30+满意度10", final, [10, 50, 30, 10], [10, 50, 20, 20]),
)  # fmt: skip
NO_RULES = (
    NoRule(FILE, 11, "写的是步骤先后和评委姓名随结果公示；步骤在 workflows.py，评委隐去到何时由 Blind.reviewer 定"),
    NoRule(FILE, 12, "写的是会场做法（抽签顺序、现场公布），没有数字；没有一条约束规则的取值"),
    NoRule(FILE, 13, "7 分钟陈述是会场计时，不是规则的取值；中期评估表另有模板"),
    NoRule(FILE, 17, "没有公布权重；大众评审和居民评选的权重由 Weights 表达"),
    NoRule(FILE, 18, "四方分别评价，没有公布权重；各方权重由 PartyWeights 表达"),
    NoRule(FILE, 20, "陈述和问答的分钟数是会场计时，不是规则的取值"),
)
