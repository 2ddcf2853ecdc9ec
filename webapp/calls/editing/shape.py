"""★ The declared table the editor is driven from: pages, the records on them, their fields and their rows.

A page shows one record of the rules (most show the root with some of its fields); a record may hold rows of another
record, edited in place (a table) or each on a page of its own. Only rubrics, which are trees, stand apart (`trees`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.calls.editing import params
from webapp.calls.editing.fields import Field, get
from webapp.calls.rules.budget import BUDGET
from webapp.calls.rules.eligibility import ELIGIBILITY
from webapp.calls.rules.words import (
    AGGREGATIONS,
    BELOW,
    CONFIRM_SILENCES,
    DIVERGENCES,
    GROUPS,
    HIDDEN_UNTIL,
    MEASURES,
    MISSING_PARTIES,
    OPINION_SILENCES,
    OPINIONS_SHOWN,
    QUESTION_KINDS,
    ROUNDINGS,
    SILENCES,
    SOURCES,
    TIE_BREAKS,
    TOO_FEW,
    TRIGGERS,
    VETOES,
)
from webapp.workflows import STAGES

Json = dict[str, Any]
SOURCE = Field("source", "依据", optional=True, longest=300, help="文号、公告或网址；没有公布的写“示例”。")
CELL_KINDS = {key: QUESTION_KINDS[key] for key in ("text", "long", "number", "money", "date", "choice", "yesno")}
PLAN_KINDS = {"percent": "按比例", "fixed": "定额", "rest": "余额"}


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a record; `own_page` opens each on a page of its own, otherwise they are a table."""

    path: str
    title: str
    record: str
    word: str
    """What one row is called: 类别."""
    start: Json = field(default_factory=dict)
    own_page: bool = False
    choose: Mapping[str, str] | None = None
    """Kinds to choose from when a row is added."""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What is asked of one thing; `by` gives more fields and rows for the value at hand."""

    fields: tuple[Field, ...] = ()
    rows: tuple[Rows, ...] = ()
    by: Callable[[Json], tuple[tuple[Field, ...], tuple[Rows, ...]]] | None = None

    def of(self, value: Json) -> tuple[tuple[Field, ...], tuple[Rows, ...]]:
        """The fields and rows of a value of this record."""
        more = self.by(value) if self.by else ((), ())
        return (*self.fields, *more[0]), (*self.rows, *more[1])


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the editor: fields and rows of the root, and the rubrics it leads to."""

    key: str
    title: str
    fields: tuple[Field, ...] = ()
    rows: tuple[Rows, ...] = ()
    trees: Mapping[str, str] = field(default_factory=dict)
    help: str = ""
    part: str = ""
    """The optional part of the rules (子项、子项目) this page switches on; empty for none."""


def _rule(value: Json) -> tuple[tuple[Field, ...], tuple[Rows, ...]]:
    kind = value.get("kind", "")
    rows: tuple[Rows, ...] = ()
    if kind == "unit_tiers":
        rows = (Rows("params.tiers", "各档标准", "tier", "一档", {"title": "新的一档", "most_fen": 30_000}),)
    if kind == "any_of":
        start = {"title": "另一类主体", "rules": [{"kind": "confirm", "params": {}, "text": "请写明条件", "source": ""}]}
        rows = (Rows("params.groups", "各类主体", "group", "一类主体", start, own_page=True),)
    return params.RECORDS.get(kind, ()), rows


def _question(value: Json) -> tuple[tuple[Field, ...], tuple[Rows, ...]]:
    kind = value.get("kind", "text")
    found: tuple[Field, ...] = ()
    rows: tuple[Rows, ...] = ()
    if kind in ("text", "long"):
        found = (
            Field("longest", "最多几个字", "whole", optional=True, low=1, high=5000),
            Field("shortest", "最少几个字", "whole", optional=True, high=5000),
        )
    if kind in ("choice", "choices"):
        found = (Field("options", "选项", "lines", help="一行一个。"),)
    if kind in ("number", "choices", "table"):
        word = {"number": "", "choices": "选几项", "table": "几行"}[kind]
        found += tuple(
            Field(path, f"{label}{word or '是多少'}", "whole", optional=True, high=9_999_999)
            for path, label in (("least", "最少"), ("most", "最多"))
        )
    if kind == "table":
        found += (Field("rows", "固定的行", "lines", optional=True, help="一行一个；留空，由申报单位自己增加行。"),)
        rows = (Rows("columns", "表格的列", "column", "一列", {"title": "新的一列", "kind": "text"}),)
    return found, rows


RECORDS: Mapping[str, Record] = {
    "category": Record((
        Field("title", "类别"),
        Field("most", "最多立项几个", "whole", optional=True, low=1),
        Field("ceiling", "上限", "wan", optional=True),
        Field("floor", "下限", "wan", optional=True),
        Field("pool", "合计不超过", "wan", optional=True),
        Field("least_percent", "资金占比不低于（%）", "percent"),
    )),
    "rule": Record((Field("text", "条文（申报单位看到的话）", longest=200), SOURCE), by=_rule),
    "group": Record((Field("title", "主体名称"),), (
        Rows("rules", "须同时符合的条件", "rule", "一条条件", own_page=True, choose={
            key: one.title for key, one in ELIGIBILITY.items() if key != "any_of"}),
    )),
    "tier": Record((Field("title", "档次"), Field("most_fen", "不超过（元）", "yuan"))),
    "section": Record((Field("title", "栏目名称"),), (
        Rows("questions", "题目", "question", "一题", {"title": "新的一题"}, own_page=True, choose=QUESTION_KINDS),
    )),
    "question": Record((
        Field("title", "题目"),
        Field("kind", "怎样回答", "one", QUESTION_KINDS),
        Field("required", "必须回答", "yes"),
        Field("help", "填写说明", optional=True, longest=300),
        Field("names", "回答会透露申报单位是谁（匿名评审时隐去）", "yes"),
        Field("shown_if.question", "只在这一题", "one", "earlier", optional=True, help="不设条件就选“总是显示”。"),
        Field("shown_if.answers", "的回答是下面之一时才问", "lines", optional=True, help="一行一个，照选项原样写；是非题写“是”或“否”。"),
    ), by=_question),
    "column": Record((
        Field("title", "列名"),
        Field("kind", "内容", "one", CELL_KINDS),
        Field("required", "必填", "yes"),
        Field("longest", "最多字数", "whole", optional=True, low=1, high=2000),
        Field("options", "选项（一行一个）", "lines", optional=True),
    )),
    "line": Record((Field("title", "科目"), Field("group", "归入", optional=True), Field("help", "说明", optional=True))),
    "match": Record((
        Field("source", "来源", "one", SOURCES),
        Field("percent", "按百分之几计入", "percent"),
        Field("proof", "须交证明", "yes"),
    )),
    "paper": Record((Field("title", "附件"), Field("required", "必交", "yes"), Field("help", "说明", optional=True))),
    "bonus": Record((Field("title", "加分项"), Field("least", "最少（分）", "points"), Field("most", "最多（分）", "points"))),
    "tranche": Record((
        Field("trigger", "在什么以后拨付", "one", TRIGGERS),
        Field("kind", "怎样算", "one", PLAN_KINDS),
        Field("percent", "比例（%）", "percent"),
        Field("fixed", "定额（万元）", "wan"),
        Field("within", "多久以内", "span", optional=True),
    )),
    "consequence": Record((
        Field("grade", "等级", "one", {"优": "优", "良": "良", "中": "中", "差": "差"}),
        Field("priority", "下次申报优先", "yes"),
        Field("rectify_workdays", "整改期限（工作日，0 表示不用整改）", "whole", high=250),
        Field("ban_years", "几年内不得申报（0 表示不限）", "whole", high=20),
    )),
    "cost": Record((Field("title", "费用"), Field("amount", "金额（万元）", "wan"))),
    "part": Record((
        Field("title", "子项"), Field("unit", "单位"), Field("least", "至少", "whole", high=999_999),
        Field("most", "不超过（万元）", "wan", optional=True), Field("required", "必须承接", "yes"),
    )),
}  # fmt: skip
PAGES: tuple[Page, ...] = (
    Page("money", "资金和上限", (
        Field("pool", "资金总额", "wan"),
        Field("budget.ceiling", "每个项目上限", "wan"),
        Field("budget.floor", "每个项目下限", "wan"),
        Field("most_per_organisation", "每个单位最多立项几个", "whole", optional=True, low=1),
    ), (
        Rows("budget.matching", "哪些资金可以算作配套", "match", "一种来源", {"source": "donated", "percent": 100, "proof": True}),
        Rows("costs", "另列的费用", "cost", "一项费用", {"title": "绩效评估费", "amount": 0}, help="例如承办服务费，与资金总额一起不超过年度预算。"),
    )),
    Page("categories", "类别", (), (Rows("categories", "项目类别", "category", "一个类别", {
        "title": "新的类别", "most": None, "ceiling": None, "floor": None, "pool": None, "least_percent": 0}),
    ), help="上限、下限不填的，按“资金和上限”一页。"),
    Page("eligibility", "申报条件", (), (
        Rows("eligibility", "条件", "rule", "一条条件", own_page=True, choose={key: one.title for key, one in ELIGIBILITY.items()}),
    ), help="每条按档案自动核对，查不到的由人核对，都写明理由。"),
    Page("form", "申报表", (
        Field("one_page", "整张表放在一页（微公益）", "yes"),
        Field("coaching", "提交以前可以请承办机构提优化建议（项目优化）", "yes", help="由征集的承办机构办理，没有承办机构的征集不能用。"),
    ), (
        Rows("form", "栏目", "section", "一个栏目", {"title": "新的栏目", "questions": []}, own_page=True),
    ), help="基本信息、预算、绩效指标和附件各页由平台自带，不用在这里设。"),
    Page("budget", "预算科目和规则", (
        Field("budget.free_percent", "执行中每个科目不经审批可调整（%）", "percent", help="累计不超过这个比例；填 0 的，预算变更都要审批。"),
    ), (
        Rows("budget.lines", "科目", "line", "一个科目", {"title": "新的科目", "help": "", "group": ""}),
        Rows("budget.rules", "规则", "rule", "一条规则", own_page=True, choose={key: one.title for key, one in BUDGET.items()}),
    )),
    Page("attachments", "附件", (), (Rows("attachments", "要交的附件", "paper", "一个附件", {"title": "新的附件", "required": True, "help": ""}),)),
    Page("review", "评审环节和权重", (
        Field("stages", "评审环节", "some", STAGES),
        Field("weights.panel", "专家评审权重（%）", "percent"),
        Field("weights.community", "社区协同审核权重（%）", "percent"),
        Field("weights.residents", "居民评选权重（%）", "percent"),
        Field("weights.jury", "大众评审权重（%）", "percent"),
        Field("weights.donation", "定向捐助权重（%）", "percent"),
        Field("aggregation", "专家分怎样合成", "one", AGGREGATIONS),
        Field("figures.trim", "各去掉几个最高分、最低分", "whole", high=9),
        Field("figures.trim_from", "几位评委起才去掉", "whole", low=1, high=99),
        Field("figures.decimals", "保留几位小数", "digits", {"0": "0", "1": "1", "2": "2"}),
        Field("figures.rounding", "尾数", "one", ROUNDINGS),
        Field("figures.divergence", "与其余评委平均相差多少分以上算分歧", "points", optional=True),
        Field("figures.on_divergence", "分歧时", "one", DIVERGENCES),
        Field("pass_line", "综合及格线（分）", "points"),
        Field("panel_line", "专家评审及格线（分）", "points", help="不设就填 0。"),
        Field("tie_break", "同分时依次看", "ordered", TIE_BREAKS, help="一行一个，从上到下。"),
        Field("reserves", "候补项目个数", "whole", high=99),
        Field("competition.least", "至少几家申报", "whole", low=1, high=99),
        Field("competition.group", "按什么数", "one", GROUPS),
        Field("competition.below", "不足时", "one", BELOW),
        Field("competition.best_only", "每组只立项最好的一个", "yes"),
        Field("donation.measure", "捐助怎样算分", "one", MEASURES),
        Field("donation.target", "规定的捐助额", "wan"),
        Field("donation.bonus", "筹资加分最多（分）", "points", help="捐助不加分就填 0。"),
        Field("beyond_hundred", "加分以后可以超过 100 分", "yes"),
        Field("coreview.silence", "协同审核逾期", "one", OPINION_SILENCES),
        Field("coreview.veto", "社区不支持的不予立项", "yes"),
        Field("coreview.veto_by", "落地几个社区的，怎样算不支持", "one", VETOES),
        Field("coreview.shown", "协同审核意见什么时候给申报单位看", "one", OPINIONS_SHOWN),
        Field("coreview.confirm", "签协议前落地社区确认立项版本", "yes"),
        Field("coreview.confirm_workdays", "确认立项版本期限（工作日）", "whole", low=1, high=60),
        Field("coreview.confirm_silence", "确认立项版本逾期", "one", CONFIRM_SILENCES),
        Field("landing_workdays", "落地社区确认期限（工作日）", "whole", low=1, high=60),
        Field("silence", "落地社区逾期", "one", SILENCES),
        Field("correction_workdays", "补正期限（工作日）", "whole", low=1, high=60),
        Field("opinion_workdays", "协同审核、街道意见期限（工作日）", "whole", low=1, high=60),
    ), (Rows("bonuses", "加分项", "bonus", "一个加分项", {"title": "新的加分项", "most": 500, "least": 0}),)),
    Page("rubric", "评分表", (), (), {"rubric": "专家评审", "community_rubric": "社区协同审核"}),
    Page("panel", "评审组", (
        Field("panel.size", "评委人数", "whole", high=99),
        Field("panel.finance", "其中财务专家", "whole", high=99),
        Field("panel.reserves", "候补评委", "whole", high=99),
        Field("panel.per_application", "每个项目由几位评委评分", "whole", high=99, help="0 表示全部评委。"),
        Field("panel.blind.applicant", "评委看不到申报单位，直到", "one", HIDDEN_UNTIL),
        Field("panel.blind.reviewer", "申报单位和评委之间看不到评委姓名，直到", "one", HIDDEN_UNTIL),
        Field("panel.blind.scores", "别人看不到分数，直到", "one", HIDDEN_UNTIL),
    )),
    Page("notice", "答疑、公示和名单", (
        Field("asking_days", "申报截止前几天结束答疑", "whole", high=60, help="0 表示到截止时为止。"),
        Field("notice.span", "公示期", "span", help="不少于 5 个工作日，或 7 日。"),
        Field("notice.named", "异议须署实名或盖章", "yes"),
        Field("notice.reexamination", "复核期限", "span"),
        Field("review_within", "截止后多久评完", "span", optional=True),
        Field("approve_within", "多久以内批复", "span", optional=True),
    )),
    Page("tranches", "拨款", (
        Field("receipt_after", "先款后票：到账后多久补交收款票据", "span", optional=True, help="不填表示请款时就要交收款票据。"),
        Field("breach.ban_years", "违约几年内不得申报", "whole", high=20),
        Field("breach.claw_back", "违约、不合格的收回已拨资金", "yes", help="终止和结余收回时，可以连同已支出的一并收回。"),
        Field("breach.publish", "公开通报", "yes", help="违约终止、末期评估不合格的，在项目公开页写明。"),
        Field("breach.late_fails", "材料迟交、缺交按不合格", "yes", help="自评和总结报告。有正当理由的，确认评估结果时写明。"),
        Field("breach.unspent_after", "多久没用完的收回", "span", optional=True),
        Field("breach.report_within", "结束后多久交总结报告", "span", optional=True),
    ), (Rows("tranches", "各期拨款", "tranche", "一期", {"trigger": "accepted", "percent": 0, "kind": "percent", "fixed": 0, "within": None}),)),
    Page("evaluation", "绩效评价", (
        Field("evaluation.weights.self_assessment", "自评权重（%）", "percent"),
        Field("evaluation.weights.community", "社区权重（%）", "percent"),
        Field("evaluation.weights.residents", "居民权重（%）", "percent"),
        Field("evaluation.weights.evaluator", "第三方权重（%）", "percent"),
        Field("evaluation.pass_line", "合格线（分）", "points"),
        Field("evaluation.objection", "中期结果多久以内可以提异议", "span", optional=True),
        Field("evaluation.residents_by", "居民得分来自", "one", {"ballot": "居民评价（评价绩效）", "survey": "服务对象满意度问卷"}),
        Field("evaluation.acceptance_signs", "验收意见书由主办单位、街道、社区签署，居务监督委员会见证", "yes"),
        Field("evaluation.sample_least", "问卷至少收回几份才计分", "whole", low=1, help="收回得少的为样本不足。"),
        Field("evaluation.rating_least", "居民评价至少几人参加才计分", "whole", low=1, help="参加得少的为样本不足。"),
        Field("evaluation.too_few", "样本不足的", "one", TOO_FEW),
        Field("evaluation.missing", "缺少一方得分的", "one", MISSING_PARTIES, help="随征集公布，评估页照此说明。"),
    ), (
        Rows("evaluation.consequences", "等级的后果", "consequence", "一档", {
            "grade": "优", "priority": False, "rectify_workdays": 0, "ban_years": 0}, help="写入单位档案，下次申报时看得到。"),
    ), {
        "evaluation.midterm_rubric": "中期评估", "evaluation.final_rubric": "末期评估", "evaluation.self_tree": "末期自评",
        "evaluation.community_tree": "社区协同评估", "evaluation.residents_tree": "居民满意度问卷",
    }),
    Page("package", "子项和驻点社工", (
        Field("package.workers", "全职驻点社工至少几人", "whole", high=999),
        Field("package.certified", "其中持证至少几人", "whole", high=999),
        Field("package.days_a_week", "每周在岗至少几天", "whole", high=7),
    ), (Rows("package.parts", "子项", "part", "一个子项", {"title": "新的子项", "unit": "次", "least": 1, "most": None, "required": True}),), part="package"),
    Page("children", "子项目", (
        Field("children.least", "最少几个", "whole", low=1, high=99),
        Field("children.most", "最多几个", "whole", low=1, high=99),
        Field("children.ceiling", "每个不超过", "wan"),
        Field("children.share", "合计至少占申请资助的百分之几", "percent"),
    ), part="children"),
)  # fmt: skip
BY_KEY: Mapping[str, Page] = {page.key: page for page in PAGES}
EVALUATION_TREES = BY_KEY["evaluation"].trees
PART_OF_KIND = {"package": "package", "family": "children"}
PART_STARTS: Mapping[str, Json] = {
    "package": {
        "parts": [{"key": "part1", "title": "新的子项", "unit": "次", "least": 1, "most": None, "required": True}],
        "workers": 0, "certified": 0, "days_a_week": 0},
    "children": {"least": 3, "most": 10, "ceiling": 1_000_000, "share": 60},
}  # fmt: skip


def pages(kind: str, rules: Json) -> list[Page]:
    """The pages of a call of a kind: those of a part only where the kind has it or the rules do."""
    return [page for page in PAGES if not page.part or PART_OF_KIND.get(kind) == page.part or get(rules, page.part)]
