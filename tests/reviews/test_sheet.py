"""The offline score sheet: out and in unchanged is no change; damaged, it is refused with each error at its cell."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from tests.reviews.conftest import SECRET, Stage
from webapp.calls.rules import CallRules, template
from webapp.core.db import transaction
from webapp.core.workflow import Refused
from webapp.reviews import actions
from webapp.reviews.models import Assignment, Seat
from webapp.scoring.models import Scorecard
from webapp.scoring.queries import card_of

RUBRIC = {
    "items": [
        {"key": "need", "title": "需求度", "most": 4000, "reason_below": 1000},
        {"key": "match", "title": "配套资金", "most": 2000, "na": True},
        {"key": "effect", "title": "有效性", "most": 4000},
        {"key": "late", "title": "材料不全", "most": 500, "kind": "minus"},
    ],
}  # fmt: skip


@pytest.fixture
def rules() -> CallRules:
    return replace(template(), rubric=RUBRIC)


@pytest.fixture
def seat(stage: Stage) -> Seat:
    stage.heard()
    key = stage.started()
    return stage.seats(key)[0]


def book_of(stage: Stage, site: Any, seat: Seat) -> Any:
    return openpyxl.load_workbook(io.BytesIO(out(stage, site, seat)))


def out(stage: Stage, site: Any, seat: Seat) -> bytes:
    reply = site.as_(stage.expert(seat.person_id)).client.get(f"/seats/{seat.id}/sheet.xlsx")
    assert reply.status_code == 200
    return reply.data


def back(stage: Stage, seat: Seat, book: Any) -> int:
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return stage.do(stage.expert(seat.person_id), actions.take_sheet, (Seat, seat.id), file=file, name="离线评分表.xlsx")


def cards(stage: Stage, seat: Seat) -> list[Any]:
    with transaction(stage.engine) as session:
        query = sa.select(Assignment).where(Assignment.person_id == seat.person_id).order_by(Assignment.position)
        return [card_of(session, one.scorecard_id) for one in session.scalars(query)]


def test_a_sheet_goes_out_comes_back_filled_and_then_unchanged(stage: Stage, site, seat: Seat):
    book = book_of(stage, site, seat)
    page = book["评分"]
    assert [cell.value for cell in page[1]] == [
        "评审号", "序号", "项目", "状态", "需求度（40 分）", "需求度（40 分） 理由", "配套资金（20 分）", "有效性（40 分）",
        "材料不全（扣分至多 5 分）", "评语",
    ]  # fmt: skip
    page["E2"], page["F2"], page["G2"], page["H2"], page["I2"], page["J2"] = 9, "居民没提过", "不适用", 30.5, 0.5, "可再补材料"
    page["E3"] = 33
    assert back(stage, seat, book) == 2
    first, second = cards(stage, seat)[:2]
    assert first.marks["match"].na
    assert first.points == {"need": 900, "effect": 3050, "late": 50}
    assert first.marks["need"].reason == "居民没提过"
    assert (first.total, first.comment, first.state) == (4888, "可再补材料", "draft")  # 39.5 of 80 is 49.375; 49.38 - 0.5
    assert second.total == 3300
    moments = [card.saved_at for card in cards(stage, seat)]
    assert back(stage, seat, book_of(stage, site, seat)) == 0
    assert [card.saved_at for card in cards(stage, seat)] == moments


def test_a_damaged_sheet_is_refused_whole_with_each_error_at_its_cell(stage: Stage, site, seat: Seat):
    book = book_of(stage, site, seat)
    page = book["评分"]
    page["E2"], page["G2"], page["H2"], page["I2"] = 41, "看情况", "不适用", 1.234
    page["A3"] = 987654
    with pytest.raises(Refused) as refused:
        back(stage, seat, book)
    assert [one.sentence for one in refused.value.refusals] == [
        "Sheet 评分 E2：请填 0 到 40 之间的分数。",
        "Sheet 评分 G2：“看情况”不是分数，请填数字，例如 18 或 18.5，不涉及的填“不适用”。",
        "Sheet 评分 H2：这一项要打分，不能填“不适用”。",
        "Sheet 评分 I2：最多两位小数。",
        "Sheet 评分 A3：“987654”不是分派给您的评审号，请勿改动这一列。",
    ]
    assert all(not card.marks for card in cards(stage, seat))


def test_a_file_stood_aside_from_meanwhile_does_not_hold_up_the_sheet(stage: Stage, site, seat: Seat):
    book = book_of(stage, site, seat)
    page = book["评分"]
    page["E2"], page["E3"] = 30, 33
    stage.do(stage.expert(seat.person_id), actions.recuse, (Assignment, int(page["A2"].value)), note="曾任顾问")
    assert back(stage, seat, book) == 1
    assert [card.total for card in cards(stage, seat)][:2] == [None, 3300]


def test_what_was_handed_in_is_not_changed_by_a_sheet(stage: Stage, site, seat: Seat):
    with transaction(stage.engine) as session:
        mine = session.scalars(sa.select(Assignment).where(Assignment.person_id == seat.person_id).order_by(Assignment.position)).first()
    stage.do(
        stage.expert(seat.person_id), actions.finish, (Assignment, mine.id), points={"need": 3000, "match": 1000, "effect": 3000},
        comment="可行",
    )  # fmt: skip
    book = book_of(stage, site, seat)
    assert back(stage, seat, book) == 0
    book["评分"]["E2"] = 10
    with pytest.raises(Refused, match="Sheet 评分 第 2 行：这一份已经提交"):
        back(stage, seat, book)
    with transaction(stage.engine) as session:
        assert session.get_one(Scorecard, mine.scorecard_id).total == 7000


def test_a_sheet_of_another_judge_is_refused(stage: Stage, site, seat: Seat):
    other = next(one for one in stage.seats(seat.panel_id) if one.person_id != seat.person_id)
    book = book_of(stage, site, other)
    book["评分"]["E2"] = 20
    with pytest.raises(Refused, match="不是分派给您的评审号"):
        back(stage, seat, book)


def test_the_sheet_names_no_applicant_and_only_its_judge_gets_it(stage: Stage, site, cast, seat: Seat):
    content = out(stage, site, seat)
    texts = [str(cell.value) for page in openpyxl.load_workbook(io.BytesIO(content)) for row in page for cell in row]
    assert not [text for text in texts if SECRET[:4] in text]
    for who in ("officer", "operator", "auditor", "lead"):
        assert site.as_(getattr(cast, who)).client.get(f"/seats/{seat.id}/sheet.xlsx").status_code in {403, 404}


def test_the_page_tells_the_errors(stage: Stage, site, seat: Seat):
    book = book_of(stage, site, seat)
    book["评分"]["E2"] = "好"
    file = io.BytesIO()
    book.save(file)
    page = site.as_(stage.expert(seat.person_id)).open("reviews.seat_sheet", id=seat.id)
    told = page.submit("导入", file=[(io.BytesIO(file.getvalue()), "离线评分表.xlsx")])
    assert told.status == 422
    assert "Sheet 评分 E2：“好”不是分数" in told
    book["评分"]["E2"] = 22
    book.save(file := io.BytesIO())
    done = told.submit("导入", file=[(io.BytesIO(file.getvalue()), "离线评分表.xlsx")])
    assert "1 份评分有改动" in done
