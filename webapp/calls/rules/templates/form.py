"""The form of the shipped template: every field the deployed system of 南京江北新区 asks of an applicant.

What the organisation's record or the application itself already knows (name, code, account, period, place, needs, money)
is not asked again; `tests/applications/test_fields.py` says of each published field where it comes from.
"""

from webapp.calls.rules.parts import Column, Question, Section

DEGREES = ("高中及以下", "大专", "本科", "研究生")
CERTIFICATES = ("社会工作师", "助理社会工作师", "高级社会工作师", "其他专业资格", "暂无")
SIMILAR = (
    Column("title", "项目名称", longest=40),
    Column("year", "年份", "number"),
    Column("payer", "资助或购买方", longest=40),
    Column("amount", "金额", "money", required=False),
    Column("effect", "成效", longest=60, required=False),
)
FIXED = (
    Column("group", "服务对象", longest=20),
    Column("people", "人数", "number"),
    Column("where", "在哪里", longest=40),
    Column("often", "多久服务一次", longest=20, required=False),
)
MEMBERS = (
    Column("name", "姓名", longest=20),
    Column("phone", "联系电话", "phone"),
    Column("insured", "缴纳社保", "yesno"),
    Column("degree", "学历", "choice", required=False, options=DEGREES),
    Column("major", "专业", longest=20),
    Column("post", "职务", longest=20),
    Column("duty", "角色分工", longest=40),
    Column("certificate", "社工职业资格", "choice", required=False, options=CERTIFICATES),
    Column("time", "参与时间", longest=20),
)
FORM = (
    Section(
        "applicant",
        "承接单位",
        (
            Question("registrar", "登记机关", "text", longest=40, help="例如：某某区民政局。", names=True),
            Question("post", "单位负责人职务", "text", longest=20, names=True),
            Question("email", "电子邮箱", "text", required=False, longest=60, names=True),
            Question("awarded_before", "是否曾获得区级及以上公益创投项目", "yesno", names=True),
            Question("intro", "单位基本情况", "long", required=False, longest=200, names=True),
            Question("experience", "社区公益项目经验", "long", required=False, longest=200, names=True),
            Question("similar", "做过的同类项目", "table", required=False, columns=SIMILAR, most=20, names=True),
        ),
    ),
    Section(
        "summary",
        "项目概述",
        (
            Question("summary", "项目概述", "long", longest=200, help="做什么、为谁做、在哪里做。"),
            Question("features", "项目特色", "long", longest=200, help="创新性、示范性、可推广性。"),
            Question("need", "需求分析", "long", longest=200, help="依据来自哪些居民、怎样了解到的。"),
            Question("goal", "项目总目标", "long", longest=300),
        ),
    ),
    Section(
        "people",
        "服务对象",
        (
            Question("beneficiaries", "受益群体描述", "long", longest=100),
            Question("direct", "预计直接受益人数", "number"),
            Question("fixed", "固定服务对象", "table", columns=FIXED, most=50, help="只写哪一类、多少人、在哪里，不写姓名和住址。"),
            Question("how_found", "怎样找到服务对象", "long", required=False, longest=200),
        ),
    ),
    Section(
        "plan",
        "实施方案",
        (
            Question("plan", "项目实施方案", "long", longest=2000, help="分几个阶段，每个阶段做几次活动。"),
            Question("risks", "风险预计与防控", "long", longest=200),
            Question("lasting", "项目结束以后", "long", required=False, longest=200, help="谁来接着做，靠什么持续。"),
        ),
    ),
    Section(
        "team",
        "执行团队",
        (
            Question(
                "members",
                "团队成员",
                "table",
                columns=MEMBERS,
                most=30,
                help="第一行填项目负责人。电话加密保存，只显示前三位和后四位。",
                names=True,
            ),
        ),
    ),
)
