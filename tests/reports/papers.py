"""Two papers the tests print: a performance report of three pages, and a fund's list as long as wanted."""

from datetime import UTC, date, datetime
from fractions import Fraction

from reports.chart import Chart, Series
from reports.money import Money
from reports.report import (
    Approval,
    Column,
    Facts,
    Figure,
    Heading,
    Opinion,
    Report,
    Section,
    Signatures,
    Table,
    Text,
    Ticks,
    digest,
)

AS_OF = datetime(2026, 11, 22, 2, 5, tzinfo=UTC)

BUDGET = Table(
    caption="资金使用情况",
    unit="元",
    columns=(
        Column("item", "科目"),
        Column("budget", "预算", "money"),
        Column("spent", "支出", "money"),
        Column("rate", "执行率", "percent"),
        Column("note", "说明"),
    ),
    rows=(
        ("业务活动", Money(4720000), Money(4512050), Fraction(4512050, 4720000), "教材、场地、外出活动"),
        ("人员补贴", Money(3200000), Money(3200000), Fraction(1), "专职社工 2 名，服务 160 次"),
        ("志愿者补贴", Money(800000), Money(613000), Fraction(613, 800), "误餐、交通，凭签到表发放"),
        ("项目管理", Money(280000), Money(201234), Fraction(201234, 280000), "不超过资助额的 5%"),
        ("宣传", Money(0), Money(0), None, "—"),
    ),
    totals=("合计", Money(9000000), Money(8526284), Fraction(8526284, 9000000), ""),
)

GOALS = Table(
    caption="绩效目标完成情况",
    columns=(
        Column("goal", "指标"),
        Column("planned", "目标值", "number"),
        Column("reached", "完成值", "number"),
        Column("rate", "完成率", "percent"),
        Column("score", "得分", "number"),
    ),
    rows=(
        ("开展课后服务（次）", 160, 164, Fraction(164, 160), 20),
        ("服务青少年（人次）", 3200, 3415, Fraction(3415, 3200), 20),
        ("结对志愿者（人）", 40, 36, Fraction(36, 40), 13),
        ("家长满意率达到 90% 以上的班次（个）", 12, 11, Fraction(11, 12), 14),
        ("居民议事会讨论本项目（次）", 4, 4, Fraction(1), 10),
    ),
    totals=("合计", "", "", "", 77),
)

MONTHS = ("3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月")


def performance(**changes) -> Report:
    """A mid-sized project's performance report: facts, text, two tables, two charts, places to sign."""
    values = {
        "title": "2026年度公益创投项目绩效报告\n——“青苗四点半课堂”",
        "number": "三社创投绩〔2026〕12号",
        "issuer": "晨光社会工作服务中心",
        "date_line": "2026年11月22日",
        "as_of": AS_OF,
        "scope_note": "支出以已核销的凭据为准；人次按签到表计，同一人同一天计一次；比例四舍五入到千分之一。",
        "notes": ("宣传科目未列预算，由街道配套。", "结对志愿者中 4 人因毕业离开，已在变更中说明。"),
        "sources": ("资金台账", "活动签到记录", "居民评价问卷（回收 312 份）"),
        "demo": True,
        "sections": (
            Section(
                "项目基本情况",
                (
                    Facts(
                        (
                            ("项目名称", "青苗四点半课堂"),
                            ("承接组织", "晨光社会工作服务中心"),
                            ("落地社区", "新康街道桂花社区、明月社区"),
                            ("资助金额", Money(9000000)),
                            ("实施期限", "2026年3月1日至2026年11月15日"),
                            ("项目负责人", "陈镕祎（联系人：䶮先生）"),
                        )
                    ),
                    Text(
                        (
                            "项目面向两个社区放学后无人照看的小学生，由专职社工与大学生志愿者每周开展五次课后服务，"
                            "内容包括作业辅导、阅读、体育与安全教育，并通过居民议事会收集家长意见，每季度调整一次安排。",
                            "截至统计时点，项目共开展服务164次，服务3,415人次，完成年度目标的102.5%与106.7%；"
                            "资金支出85,262.84元，执行率94.7%。",
                        )
                    ),
                ),
            ),
            Section(
                "资金使用",
                (
                    BUDGET,
                    Figure(
                        "各科目支出进度",
                        Chart(
                            "progress",
                            tuple(row[0] for row in BUDGET.rows[:4]),
                            (
                                Series("支出", tuple(row[2] for row in BUDGET.rows[:4])),
                                Series("预算", tuple(row[1] for row in BUDGET.rows[:4])),
                            ),
                            "元",
                            "各科目支出进度",
                        ),
                    ),
                ),
            ),
            Section(
                "目标完成",
                (
                    GOALS,
                    Figure(
                        "各月服务人次",
                        Chart(
                            "line",
                            MONTHS,
                            (
                                Series("桂花社区", (120, 205, 238, 251, 190, 176, 262, 270, 141)),
                                Series("明月社区", (88, 160, 171, 196, 150, 143, 224, 238, 192)),
                            ),
                            "人次",
                            "各月服务人次",
                        ),
                    ),
                    Text(("家长反映较集中的是寒暑假期间服务时段偏短，已商定明年由社区提供场地，延长至下午六时。",)),
                ),
            ),
            Section("评价意见", (Signatures(("承接组织（盖章）", "落地社区（盖章）", "街道办事处（盖章）")),)),
        ),
    }
    report = Report(**(values | changes))
    if "verify_url" in changes:
        return report
    return Report(**(values | changes | {"verify_url": f"https://example.org/verify/{digest(report)[7:23]}"}))


def fund(rows: int, *, page_sums: bool = False) -> Report:
    """A fund's list of projects: ten columns on landscape pages."""
    kinds = ("为老服务", "青少年服务", "助残服务", "社区治理", "志愿服务与社会救助")
    columns = (
        Column("number", "项目编号"),
        Column("name", "项目名称"),
        Column("organisation", "承接组织"),
        Column("area", "落地社区"),
        Column("kind", "类别"),
        Column("granted", "资助额", "money"),
        Column("paid", "已拨付", "money"),
        Column("rate", "拨付率", "percent"),
        Column("ends", "截止日期", "date"),
        Column("score", "得分", "number"),
    )
    lines = []
    for i in range(1, rows + 1):
        granted, paid = Money(3000000 + i * 12345), Money(1500000 + i * 10007)
        lines.append(
            (
                f"GY2026-{i:04}",
                f"“邻里一家亲”社区互助第{i}期",
                "苏州市晨光社会工作服务中心" if i % 3 else "新康街道社会组织联合会",
                f"桂花第{i % 17 + 1}社区",
                kinds[i % 5],
                granted,
                paid,
                paid.percent_of(granted),
                date(2026, i % 12 + 1, i % 28 + 1),
                70 + i % 30 if i % 7 else "未评",
            )
        )
    granted, paid = (sum((line[n] for line in lines), Money(0)) for n in (5, 6))
    totals = ("合计", f"{rows} 个项目", "", "", "", granted, paid, paid.percent_of(granted), None, None)
    table = Table(columns, tuple(lines), "资助项目一览", totals, "元", page_sums)
    return Report(
        title="2026年公益创投资助项目一览表",
        number="",
        issuer="新康区民政局",
        date_line="2026年11月22日",
        as_of=AS_OF,
        scope_note="含本年度已签约项目；拨付以银行回单为准。",
        sources=("资金台账",),
        sections=(Section("", (table,)),),
    )


def approval(**changes) -> Report:
    """A paper with everything a form of the set may ask for: cover, contents, boxes to tick, opinions, seal, attachments."""
    values = {
        "title": "公益创投项目\n资金拨付审批表",
        "number": "三社创投拨〔2026〕7号",
        "issuer": "新康区民政局",
        "date_line": "2026年11月22日",
        "as_of": AS_OF,
        "scope_note": "拨付以银行回单为准。",
        "sources": ("资金台账",),
        "lottery": True,
        "seal": True,
        "contents": True,
        "cover": Facts((("申请单位", "晨光社会工作服务中心"), ("项目名称", "青苗四点半课堂"), ("申请金额", Money(4500000)))),
        "sections": (
            Section(
                "申请事项",
                (
                    Heading("拨付依据"),
                    Text(("项目协议第八条约定，签约后十五日内拨付第一期资金。",)),
                    Heading("收款人"),
                    Facts(
                        (
                            ("收款人", "晨光社会工作服务中心（陈镕祎、䶮先生、㑇𬱖）"),
                            ("拨付期次", Ticks(("第一期", "第二期", "尾款"), ("第一期",))),
                            ("本期金额", Money(4500000)),
                        )
                    ),
                ),
            ),
            Section(
                "审批意见",
                (
                    Approval(
                        (
                            Opinion("拟办意见", "材料齐全，票据与协议相符，拟同意拨付第一期 45,000.00 元。", "周启明", date(2026, 11, 20)),
                            Opinion("审核意见", "经审核，同意。", "沈雁", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
                            Opinion("批示"),
                        )
                    ),
                ),
            ),
        ),
        "annexes": (
            Section("资金使用明细", (BUDGET,)),
            Section("绩效目标", (GOALS, Signatures(("经办人", "复核人")))),
        ),
    }
    return Report(**(values | changes))
