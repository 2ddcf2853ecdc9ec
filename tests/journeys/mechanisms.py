"""Which step of the story proves which mechanism of the towns we learned from (tests/data/seed_mechanisms.csv).

A proof is what a person then sees on a page, and the entries the journal holds. The story's walk checks every proof at
its end; a row of the main job without one fails.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

ROWS = Path(__file__).parents[1] / "data" / "seed_mechanisms.csv"


@dataclass(frozen=True)
class Proof:
    """Who opens which page, the words that stand there, and the journal's entries as (object, step)."""

    who: str | None
    page: str
    words: tuple[str, ...]
    entries: tuple[tuple[str, str], ...]


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
}


def rows_of(issue: str) -> list[dict[str, str]]:
    """The rows of the table whose column `issue` names one of our issues."""
    with ROWS.open(encoding="utf-8-sig") as file:
        return [row for row in csv.DictReader(file) if issue in [one.strip() for one in row["issue"].split(";")]]
