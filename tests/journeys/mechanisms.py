"""Which story proves which mechanism of the towns we learned from (tests/data/seed_mechanisms.csv).

A proof is what a person then sees on a page, and the entries the journal holds. The story named in it checks it at its
end (`prove`); a row of an issue in `ISSUES` without one fails.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from webapp.core.db import reading
from webapp.core.journal import Entry

ROWS = Path(__file__).parents[1] / "data" / "seed_mechanisms.csv"
ISSUES = ("main job", "residents", "applications", "delivery")
STORY, RESIDENTS = "test_story.test_the_story", "test_residents.test_the_residents_story"
BREAKDOWN = "test_breakdown.test_a_package_is_broken_down_into_tasks"
WORKERS = "test_social_workers.test_social_workers_in_delivery"
CARRIERS = "test_carriers.test_what_carries_projects"
FIGURES = "/needs/figures?area=320508"


@dataclass(frozen=True)
class Proof:
    """Who opens which page, the words that stand there, and the journal's entries as (object, step)."""

    who: str | None
    page: str
    words: tuple[str, ...]
    entries: tuple[tuple[str, str], ...]
    story: str = STORY


PROOFS: dict[tuple[str, str], Proof] = {
    ("苏州", "一核多元"): Proof("worker_two", "/needs/1", ("公开表述已发布", "卫国"), (("wording", "release"), ("need", "publish"))),
    ("苏州", "三评"): Proof(
        None,
        "/n/1",
        ("评议需求", "评选项目", "评价绩效"),
        (("ballot", "count"), ("need", "list"), ("application", "elect"), ("need", "rate")),
    ),
    ("苏州", "三协同"): Proof(
        "officer", "{project}", ("督导",), (("opinion", "give"), ("landing", "agree"), ("visit", "create"), ("evaluation", "community"))
    ),
    ("苏州", "三社联动试点"): Proof(None, "{street_call}", ("金阊街道", "微公益"), (("call", "publish"), ("fund", "budget"))),
    ("苏州", "四级信息化平台"): Proof(
        "street", "/needs", ("高楼层老人就医需要陪同", "桃花坞社区"), (("need", "accept"), ("call", "publish"))
    ),
    ("繁峙", "五社联动"): Proof("street", "{activity}", ("志愿者", "5"), (("activity", "record"),)),
    ("苏州", "社区党组织为民服务专项经费"): Proof(
        "officer",
        "{quotas}",
        ("社区党组织为民服务专项经费", "桃花坞社区居委会", "20.00", "40.00"),
        (("fund", "budget"), ("fund", "quota")),
        CARRIERS,
    ),
    ("苏州", "公益创投/公益采购/公益伙伴"): Proof(
        "lead", "/calls", ("公益创投", "公益采购", "公益伙伴"), (("call", "propose"), ("call", "publish"), ("call", "open")), CARRIERS
    ),
    ("苏州", "街道打包、社区落地"): Proof(
        "lead", "{parts}", ("独居老人探访", "驻点社工", "1200"), (("call", "publish"), ("application", "create")), CARRIERS
    ),
    ("徐州云龙", "公益创投/微公益"): Proof(
        None, "{micro}", ("微公益", "社区党组织为民服务专项经费"), (("fund", "budget"), ("call", "publish")), CARRIERS
    ),
    ("徐州云龙", "七彩社会组织板块"): Proof(
        "officer",
        "/organisations?sector=orange",
        ("红先锋", "橙温馨", "紫文体", "晨光社会工作服务中心"),
        (("organisation", "sort"),),
        CARRIERS,
    ),
    ("徐州云龙", "项目责任书"): Proof(
        "officer",
        "{charge}",
        ("独居老人探访", "1200 人次", "社工周一", "600 人次", "50.0%", "已办结"),
        (("agreement", "sign"), ("charge", "submit"), ("charge", "agree"), ("task", "report"), ("task", "finish")),
        BREAKDOWN,
    ),
    ("徐州云龙", "社工职称津贴"): Proof(
        "accountant",
        "{allowance}",
        ("周宁", "300.00", "沈洁", "200.00", "伍佰元整", "已发放"),
        (("worker", "register"), ("allowance", "create"), ("allowance", "check"), ("allowance", "approve"), ("allowance", "pay")),
        WORKERS,
    ),
    ("重庆(渝中)", "132社工模式"): Proof(
        "street",
        "{activity}",
        ("社工", "2 人", "志愿者", "5 人"),
        (("worker", "create"), ("worker", "register"), ("activity", "create"), ("activity", "record")),
        WORKERS,
    ),
    ("苏州", "三议"): Proof(
        "lead",
        "{proposal}",
        ("提议的服务", "居民议事会同意，请区里一起排名单", "部门答复", "名单已与晨光中心商定"),
        (("need", "propose"), ("need", "deliberate"), ("need", "conclude"), ("need", "refer"), ("need", "answer")),
        RESIDENTS,
    ),
    ("徐州云龙", "五分钟快速反应机制"): Proof(
        "resident",
        "{danger}",
        ("信息收集 2026年3月2日 09:00", "2026年3月2日 09:05 超时完成", "“首次答复”超过时限后已由区督办：已请街道今天清理"),
        (("need", "create"), ("need", "overdue"), ("escalation", "create"), ("need", "accept")),
        RESIDENTS,
    ),
    ("徐州云龙", "需求征集"): Proof(
        "officer",
        FIGURES,
        ("网上3", "来访代填1", "网格走访1", "12345 工单2"),
        (("need", "create"), ("need", "take_in"), ("ticket_list", "take"), ("wording", "release")),
        RESIDENTS,
    ),
    ("重庆", "群工系统"): Proof(
        "granny",
        "/needs/1",
        ("您说的话", "物业与维修", "线路已换，灯全亮了", "回访评价 5 分（满分 5 分）"),
        (("need", "create"), ("need", "refer"), ("need", "answer"), ("need", "rate")),
        RESIDENTS,
    ),
    ("重庆(潼南)", "3+1联动"): Proof(
        "granny",
        "/teams/mine",
        ("区 张敏，姑苏区民政局", "镇街 郑颖，金阊街道办事处", "村居 褚小桃，桃花坞社区居委会"),
        (("team", "set"), ("escalation", "answer"), ("escalation", "reply")),
        RESIDENTS,
    ),
    ("重庆(南岸)", "社区公益节认领"): Proof(
        None,
        "{offer}",
        ("社区小书架", "苏城慈善企业", "已认领 20,000.00 元，需要 20,000.00 元；已到账 20,000.00 元"),
        (
            ("need", "offer"),
            ("pledge", "create"),
            ("pledge", "confirm"),
            ("pledge", "sign"),
            ("gift", "create"),
            ("gift", "confirm"),
            ("pledge", "use"),
        ),
        RESIDENTS,
    ),
    ("重庆", "问题"): Proof(
        None,
        "/n/1",
        ("居民反映", "社区受理", "提交居民评议", "转有关部门办理", "部门答复", "谁在办：姑苏区住建委 · 电话 0512-60000000"),
        (("need", "accept"), ("need", "refer"), ("need", "answer"), ("need", "rate")),
        RESIDENTS,
    ),
    ("繁峙", "网格一网多能"): Proof(
        "worker",
        "/needs/6",
        ("网格走访", "换老化的电线", "接单人：蒋网", "赵奶奶说放心了"),
        (("need", "take_in"), ("order", "publish"), ("order", "grab"), ("order", "finish"), ("need", "call_back")),
        RESIDENTS,
    ),
    ("繁峙", "五链闭环"): Proof(
        "granny",
        "/needs/1",
        ("信息收集 2026年3月2日", "问题发现 2026年3月2日", "任务分办 2026年3月2日", "协同处置 2026年3月8日", "结果反馈 2026年3月8日"),
        (("need", "create"), ("need", "accept"), ("need", "ballot"), ("need", "answer"), ("need", "rate")),
        RESIDENTS,
    ),
    ("繁峙", "热线/意见箱/心愿树"): Proof("officer", FIGURES, ("热线1", "意见箱1", "心愿树1"), (("need", "take_in"),), RESIDENTS),
    ("繁峙", "三单制"): Proof(
        "granny",
        "/orders/1",
        ("上门理发", "接单人 党员老周", "办好的证明 现场.jpg", "居民评价 5 分"),
        (("menu_item", "create"), ("order", "create"), ("order", "assign"), ("order", "accept"), ("order", "finish"), ("order", "rate")),
        RESIDENTS,
    ),
}


def rows_of(issue: str) -> list[dict[str, str]]:
    """The rows of the table whose column `issue` names one of our issues."""
    with ROWS.open(encoding="utf-8-sig") as file:
        return [row for row in csv.DictReader(file) if issue in [one.strip() for one in row["issue"].split(";")]]


def prove(story: Any, engine: sa.Engine, test: Callable[..., None]) -> None:
    """At the end of a story: every mechanism it proves is seen on its page, and held by the journal."""
    mine = {row: proof for row, proof in PROOFS.items() if f"{test.__module__}.{test.__name__}".endswith(f".{proof.story}")}
    assert mine
    with reading(engine) as session:
        held = {(subject.partition(":")[0], step) for subject, step in session.execute(sa.select(Entry.subject, Entry.step))}
    for row, proof in mine.items():
        page = (story.as_(proof.who) if proof.who else story.site.as_(None)).get(proof.page.format(**story.places))
        for words in proof.words:
            assert words in page, (row, words, page.text)
        assert set(proof.entries) <= held, (row, set(proof.entries) - held)
