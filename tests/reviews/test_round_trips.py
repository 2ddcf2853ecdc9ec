"""What goes out as a workbook comes back through its page: unchanged it is no change, damaged each error is told at its cell.

One table over the four: a budget, the expert pool, a score sheet, the assignments of a trial.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from tests.applications import forms
from tests.conftest import START
from tests.reviews.conftest import Stage
from tests.site import Page
from tests.walks.walk import digest
from webapp.calls.models import Fund
from webapp.core.db import transaction
from webapp.reviews import actions
from webapp.reviews.models import Panel, Seat

PRESSED = frozenset({"once"})
"""The table of forms that were sent: that a button was pressed is kept, whatever came of it."""


@dataclass(frozen=True)
class Trip:
    """A workbook: whose it is, where it is had, the page that takes it, and what to break in it."""

    sheet: str
    endpoint: str
    button: str
    same: str
    ready: Callable[[Stage], tuple[Any, str, dict[str, Any]]]
    """Brings about what it is made from; gives who has it, its address, and what its page needs."""
    damage: dict[tuple[str, int], tuple[Any, str]]
    """(heading, line below the headings) → what is typed there, and what is said of it (nothing: it is right)."""


def budget(stage: Stage) -> tuple[Any, str, dict[str, Any]]:
    with transaction(stage.engine) as session:
        call = forms.call(session, stage.cast, START, money=session.scalars(sa.select(Fund)).one())
        key = forms.filled(session, stage.cast, START, call).id
    return stage.cast.member, f"/applications/{key}/budget.xlsx", {"id": key}


def pool(stage: Stage) -> tuple[Any, str, dict[str, Any]]:
    return stage.cast.officer, "/experts.xlsx", {}


def score_sheet(stage: Stage) -> tuple[Any, str, dict[str, Any]]:
    """One with a card begun in it, so that what was written comes back too."""
    stage.heard()
    seat = stage.seats(stage.started())[0]
    mine = next(one for one in stage.assignments(seat.panel_id) if one.person_id == seat.person_id)
    judge = stage.expert(seat.person_id)
    stage.do(judge, actions.save, (type(mine), mine.id), points={"need": 1550, "effect": 2000}, comment="先写\n两行")
    return judge, f"/seats/{seat.id}/sheet.xlsx", {"id": seat.id}


def assignments(stage: Stage) -> tuple[Any, str, dict[str, Any]]:
    stage.heard()
    key = stage.drawn()
    for seat in stage.seats(key):
        stage.do(stage.expert(seat.person_id), actions.pledge, (Seat, seat.id))
    stage.do(stage.cast.operator, actions.try_out, (Panel, key), share=100, apart="")
    return stage.cast.operator, f"/panels/{key}/plan.xlsx", {"id": key}


TRIPS = {
    "budget": Trip(
        "预算", "applications.budget_in", "读入", "与平台上的预算相同，没有改动", budget,
        {
            ("科目", 1): ("餐饮费", "没有“餐饮费”这个科目"), ("单价（元）", 1): ("两百", "金额"), ("数量", 1): (1.5, "请填写整数"),
            ("内容", 2): (None, "没有写内容"), ("资助（元）", 2): ("25,000.001", "分"), ("配套（元）", 2): ("-5", "金额"),
        },
    ),
    "pool": Trip(
        "专家库", "reviews.experts_import", "读入", "与专家库里的相同，没有改动", pool,
        {
            ("账号", 1): ("nobody", "没有账号是“nobody”的评委"), ("姓名", 2): ("别人", "的姓名是"), ("领域", 3): ("天文", "没有“天文”这个领域"),
            ("单位", 4): (None, "请填写工作单位"), ("可否邀请", 4): ("也许", "请填“可以”或“暂停”"), ("不能参加从", 5): ("明天", "“明天”不是日期"), ("不能参加到", 5): ("2026-05-01", ""),
            ("账号", 7): ("expert6", "已经有一行"),
        },
    ),
    "scores": Trip(
        "评分", "reviews.seat_sheet", "导入", "评分表与平台上的一致，没有改动", score_sheet,
        {
            ("评审号", 2): ("987654", "不是分派给您的评审号"), ("需求度（20 分）", 1): ("好", "不是分数"), ("接纳度（15 分）", 1): (15.5, "0 到 15 之间"),
            ("有效性（25 分）", 1): (-1, "0 到 25 之间"), ("复制性（10 分）", 1): (1.234, "最多两位小数"), ("评语", 1): ("长" * 1001, "最多 1000 个字"),
        },
    ),
    "assignments": Trip(
        "试分派", "reviews.panel_plan_import", "读入", "与现在的试分派相同，没有改动", assignments,
        {
            ("申报编号", 1): ("没有的编号", "待评的申报里没有“没有的编号”"), ("评委编号", 2): ("999999", "没有编号为“999999”的评委"),
            ("评委编号", 3): ("甲", "没有编号为“甲”的评委"), ("评委", 4): ("别人", "是不是填错了行"),
        },
    ),
}  # fmt: skip


@pytest.fixture(params=TRIPS)
def trip(request: pytest.FixtureRequest) -> Trip:
    return TRIPS[request.param]


def columns_of(book: Any) -> dict[str, str]:
    """Heading → letter of its column; the headings are in the first line, as a person finds them."""
    return {str(cell.value): cell.column_letter for cell in book.worksheets[0][1]}


def sent(book: Any) -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    book.save(out)
    return io.BytesIO(out.getvalue()), "带回来的.xlsx"


def test_a_workbook_comes_back(trip: Trip, stage: Stage, site: Any) -> None:
    who, address, args = trip.ready(stage)
    visitor = site.as_(who)
    content = visitor.client.get(address).data
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames[0] == trip.sheet

    def back(file: tuple[io.BytesIO, str]) -> Page:
        return visitor.open(trip.endpoint, **args).submit(trip.button, file=[file])

    # as it went out, and as a spreadsheet program writes it anew without a change
    before = digest(stage.engine, but=PRESSED)
    for file in ((io.BytesIO(content), "表.xlsx"), sent(openpyxl.load_workbook(io.BytesIO(content)))):
        page = back(file)
        assert page.status == 200, page.text
        assert trip.same in page
        assert digest(stage.engine, but=PRESSED) == before
    assert visitor.client.get(address).status_code == 200
    # damaged: each error at its cell, and nothing is taken
    book = openpyxl.load_workbook(io.BytesIO(content))
    columns, places = columns_of(book), {}
    for (heading, line), (value, said) in trip.damage.items():
        places |= {f"{columns[heading]}{line + 1}": said} if said else {}
        book.worksheets[0][f"{columns[heading]}{line + 1}"].value = value
    page = back(sent(book))
    assert page.status == 422
    told = re.findall(rf"Sheet {trip.sheet} ([A-Z]+\d+)[:：]([^。]*。)", page.text)
    assert sorted({cell for cell, _ in told}) == sorted(places)
    for cell, said in told:
        assert places[cell] in said
    # formulas, each at its cell
    book = openpyxl.load_workbook(io.BytesIO(content))
    formulas = [f"{columns[heading]}{line + 1}" for heading, line in list(trip.damage)[:2]]
    for cell in formulas:
        book.worksheets[0][cell].value = "=1+1"
    page = back(sent(book))
    assert page.status == 422
    assert all(f"Sheet {trip.sheet} {cell}" in page for cell in formulas)
    # a heading lost
    book = openpyxl.load_workbook(io.BytesIO(content))
    lost = next(iter(trip.damage))[0]
    book.worksheets[0][f"{columns[lost]}1"].value = "别的"
    page = back(sent(book))
    assert page.status == 422
    assert f"缺少列：{lost}" in page
    assert digest(stage.engine, but=PRESSED) == before
