"""微公益: one page, small money, three applicants at the least, as 成都 has it for 微创投 and 社区保障资金."""

from dataclasses import replace

from reports.money import Money
from webapp.calls.rules.parts import (
    Budget,
    Competition,
    MatchSource,
    PanelPlan,
    Paper,
    Question,
    Rule,
    Section,
    Shown,
    TranchePlan,
    Weights,
)
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.templates import example
from webapp.calls.rules.templates import sources as at
from webapp.calls.rules.templates.common import leaf, said, tree

FORM = (
    Section(
        "project",
        "项目",
        (
            Question("what", "做什么、为谁做", "long", longest=200),
            Question("how", "怎样做，居民怎样参加", "long", longest=300),
            Question("direct", "预计直接受益人数", "number", least=1),
            Question("team", "谁来做", "long", longest=100, names=True),
            Question("with_others", "是否与其他单位合作", "yesno"),
            Question("partners", "合作单位和分工", "long", longest=100, names=True, shown_if=Shown("with_others", ("是",))),
        ),
    ),
)
RUBRIC = tree(
    leaf("fit", "符合社区需求", 20),
    leaf("local", "在地性", 15),
    leaf("join", "参与性", 15),
    leaf("able", "可行性", 15),
    leaf("new", "创新性", 10),
    leaf("last", "可持续性", 10),
    leaf("money", "经费预算合理", 15),
)
"""槐树店社区's seven standards; their marks were not published (示例)."""


def rules() -> CallRules:
    """微公益，按成都微创投（2024、2025）."""
    base = example.rules()
    own = Rule("own_share_min", {"percent": 10}, "自筹不少于项目总额的 10%", at.CHENGDU_GUARANTEE)
    lines = tuple(line for line in base.budget.lines if line.key in ("activity", "publicity", "volunteer", "transport", "tax"))
    alike = next(rule for rule in base.budget.rules if rule.kind == "excludes")
    return replace(
        base,
        stages=("coreview", "panel"),
        form=FORM,
        one_page=True,
        eligibility=(
            Rule("most_applications", {"most": 1}, "每个单位限报 1 项", at.GAP),
            Rule("papers_handed_in", {"copies": 3}, "线上申报，另交纸质材料一式 3 份，缺一无效", at.CHENGDU_STEWARD),
        ),
        budget=Budget(
            Money.parse("2", "万元"), Money.parse("0.2", "万元"), lines, (own, alike), (MatchSource("own"), MatchSource("donated"))
        ),
        attachments=(Paper("certificate", "登记或备案证书"),),
        rubric=RUBRIC,
        weights=Weights(70, 30, 0),
        tie_break=("community", "panel", "requested", "draw"),
        competition=Competition(least=3, group="call", below="stop"),
        pool=Money.parse("20", "万元"),
        panel=PanelPlan(size=3, finance=1, reserves=1, per_application=0),
        tranches=(TranchePlan(70, "signed"), TranchePlan(30, "accepted")),
        note=said(
            "成都公布的：申报主体不少于 3 家方可评、自筹不少于 10%、线上和纸质两处报名、七条评审标准",
            "资助上限、七条标准的分值、权重、拨款比例",
        ),
        sources=(at.CHENGDU_MICRO, at.CHENGDU_GUARANTEE, at.CHENGDU_STEWARD, at.CHENGDU_TREE, at.GAP),
    )
