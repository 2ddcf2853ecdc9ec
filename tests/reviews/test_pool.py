"""专家库: out and back as a sheet, each error at its cell, and what experts say of themselves."""

from __future__ import annotations

import io
from datetime import date

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from tests.reviews.conftest import Stage
from webapp.core.db import transaction
from webapp.core.journal import Entry as Line
from webapp.core.journal import canonical, digest
from webapp.core.settings import DEFAULTS, Setting
from webapp.core.workflow import Refused
from webapp.reviews import actions
from webapp.reviews.models import Expert, Seat
from webapp.reviews.queries.facts import candidates_of


def sheet(site, cast) -> bytes:
    return site.as_(cast.officer).client.get("/experts.xlsx").data


def back(site, cast, content: bytes):
    return site.as_(cast.officer).open("reviews.experts_import").submit("读入", file=(io.BytesIO(content), "专家库.xlsx"))


def changed(content: bytes, cells: dict[str, object]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    page = book.active
    top = next(n for n in range(1, 10) if page.cell(n, 1).value == "账号")
    for place, value in cells.items():
        page[f"{place[0]}{top + int(place[1:])}"] = value
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def test_a_sheet_that_comes_back_unchanged_changes_nothing(stage: Stage, site, cast):
    content = sheet(site, cast)
    with transaction(stage.engine) as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(Line))
    assert "与专家库里的相同，没有改动" in back(site, cast, content)
    with transaction(stage.engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Line).where(Line.subject.like("expert:%"))) == 0
        assert before is not None


def test_a_changed_line_changes_one_expert_and_is_remembered(stage: Stage, site, cast):
    page = back(site, cast, changed(sheet(site, cast), {"C1": "为老、法律", "D1": "苏州大学", "G1": "2026-05-01", "H1": "2026-05-09"}))
    assert "更新了 1 位评委" in page
    with transaction(stage.engine) as session:
        expert = session.get_one(Expert, cast.expert1.id)
        assert (expert.field, expert.others, expert.employer) == ("elderly", ["law"], "苏州大学")
        assert (expert.away_from, expert.away_until) == (date(2026, 5, 1), date(2026, 5, 9))
    assert "高校1" in site.as_(cast.officer).open("reviews.expert_show", id=cast.expert1.id)


def test_each_damaged_cell_is_told_at_its_cell_and_nothing_is_taken(stage: Stage, site, cast):
    content = changed(
        sheet(site, cast), {"A1": "nobody", "B2": "别人", "C3": "天文", "D4": "", "F5": "也许", "G6": "明天", "H7": "2026-05-01"}
    )
    page = back(site, cast, content)
    book = load_workbook(io.BytesIO(content)).active
    top = next(n for n in range(1, 10) if book.cell(n, 1).value == "账号")
    for place, said in (
        ("A1", "没有账号是“nobody”的评委"), ("B2", "的姓名是"), ("C3", "没有“天文”这个领域"), ("D4", "请填写工作单位"),
        ("F5", "请填“可以”或“暂停”"), ("G6", "“明天”不是日期"), ("G7", "要一起填"),
    ):  # fmt: skip
        assert f"{place[0]}{top + int(place[1:])}：" in page
        assert said in page
    with transaction(stage.engine) as session:
        assert session.get_one(Expert, cast.expert8.id).employer == "高校8"
        assert session.get_one(Expert, cast.expert4.id).employer == "高校4"


def test_who_is_away_is_not_drawn(stage: Stage, cast, clock):
    with transaction(stage.engine) as session:
        expert = session.get_one(Expert, cast.expert2.id)
        day = clock.now().date()
        actions.be_away(
            session, expert, available=True, away_from=day, away_until=day, by=stage.viewer(session, cast.expert2), at=clock.now()
        )
        assert cast.expert2.id not in {one.person_id for one in candidates_of(session, stage.call_id, clock.now())}
    clock.forward(days=2)
    with transaction(stage.engine) as session:
        assert cast.expert2.id in {one.person_id for one in candidates_of(session, stage.call_id, clock.now())}


def test_an_expert_keeps_own_days_and_relations(stage: Stage, site, cast):
    page = site.as_(cast.expert2).open("reviews.expert_mine")
    page = page.submit("保存", available="yes", organisation="没有这家", kind="board")
    assert "单位名录里没有“没有这家”" in page
    page = page.submit("保存", available="no", organisation="青苗公益服务社", kind="board")
    assert "青苗公益服务社" in page
    with transaction(stage.engine) as session:
        assert not session.get_one(Expert, cast.expert2.id).available


def test_the_organiser_pins_a_relation_with_its_reason(stage: Stage, site, cast):
    page = (
        site.as_(cast.officer)
        .open("reviews.expert_pin", id=cast.expert2.id)
        .submit("指定回避", organisation="青苗公益服务社", reason="去年担任其监事")
    )
    assert "去年担任其监事" in page
    with transaction(stage.engine) as session:
        expert = session.get_one(Expert, cast.expert2.id)
        by = stage.viewer(session, cast.officer)
        with pytest.raises(Refused, match="已经登记过"):
            actions.add_tie(
                session, expert.person_id, organisation="青苗公益服务社", kind="pinned", reason="再说一遍", by=by, at=stage.clock.now()
            )


def test_the_list_finds_by_field_and_word(stage: Stage, site, cast):
    page = site.as_(cast.officer).open("reviews.experts_index", field="finance")
    assert "高校4" in page
    assert "高校1" not in page
    assert "高校3" in site.as_(cast.officer).open("reviews.experts_index", words="高校3")


def test_the_promise_is_kept_as_it_was_signed(stage: Stage, cast):
    stage.heard()
    key = stage.drawn()
    first, second = stage.seats(key)[:2]
    stage.do(stage.expert(first.person_id), actions.pledge, (Seat, first.id))
    with transaction(stage.engine) as session:
        session.add(Setting(key="review.promise", area_code="3205", from_day=date(2020, 1, 1), value=["新的承诺书。"]))
    stage.do(stage.expert(second.person_id), actions.pledge, (Seat, second.id))
    with transaction(stage.engine) as session:
        before, after = session.get_one(Seat, first.id), session.get_one(Seat, second.id)
        assert before.promise == DEFAULTS["review.promise"]
        assert after.promise == ["新的承诺书。"]
        line = session.scalars(sa.select(Line).where(Line.subject == after.ref, Line.step == "pledge")).one()
        assert line.data["promise"] == digest(canonical({"promise": ["新的承诺书。"]}))
