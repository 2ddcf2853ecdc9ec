"""Lists of tickets through pages: read in, every bad cell told, registered whole or not at all, answered in their own layout."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from tests.journeys.conftest import days_pass
from webapp.core import journal
from webapp.core.db import transaction
from webapp.needs.models import Need, Voice
from webapp.tickets import rules
from webapp.tickets.models import Line, Ticket, TicketList
from webapp.urgent.models import Report

__all__ = ["days_pass"]
HEAD = ("序号", "工单编号", "来电时间", "诉求内容", "来电人", "联系电话", "承办社区", "诉求类别", "办理结果")
LAMP = ("1", "20261124001", "2026-11-24 09:12", "楼道灯坏了半个月", "王阿婆", "13800001111", "桃花坞社区", "为老服务", "")
NOISE = ("2", "20261124002", "2026-11-24 09:30", "楼下半夜吵闹", "李先生", "138****2222", "桃花坞", "不认得的类别", "")
BEATEN = ("3", "20261124003", "2026-11-24 09:40", "邻居家老公打老婆，天天听见哭", "", "", "桃花坞社区", "", "")


def table(
    *rows: tuple[str, ...], head: tuple[str, ...] = HEAD, name: str = "12345派单.xlsx", title: str = "派单"
) -> tuple[io.BytesIO, str]:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = title
    for row in (head, *rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out, name


def read_in(site, person, *rows, **more):
    return site.as_(person).open("tickets.new").submit("读入，先看一看", channel="12345", file=[table(*rows, **more)])


def answers_of(page) -> list[list[str]]:
    sheet: Any = openpyxl.load_workbook(io.BytesIO(page.submit("导出答复").body)).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_a_list_is_looked_at_first_and_registered_whole(site, cast, engine):
    page = read_in(site, cast.worker, LAMP, NOISE)
    assert "2 张，每张登记为一件需求" in page
    assert "楼道灯坏了半个月" in page
    assert "1 张，先记为“其他”" in page, "为老服务 is in the dictionary, the other is not"
    with transaction(engine) as session:
        assert session.query(Need).count() == 0, "nothing is registered before somebody says so"
    page = page.take("登记")
    assert "已登记" in page
    assert "X2026-0001" in page
    assert "X2026-0002" in page
    with transaction(engine) as session:
        first, second = session.scalars(sa.select(Voice).order_by(Voice.id)).all()
        assert (first.words, first.speaker, first.speaker_phone, first.channel) == ("楼道灯坏了半个月", "王阿婆", "13800001111", "12345")
        assert (second.speaker, second.speaker_phone) == ("李先生", None), "a number with stars in it calls nobody"
        found = session.query(TicketList).one()
        assert [line.step for line in journal.lines(session, [found.ref], newest_first=False)] == ["create", "take"]
        assert found.waiting is None
    need = page.click("X2026-0001")
    assert "12345 热线" in need
    assert "20261124001" in need


def test_the_answers_go_out_in_the_layout_the_list_came_in(site, cast):
    page = read_in(site, cast.worker, LAMP, NOISE).take("登记")
    where = page.path
    page.click("X2026-0001").take("不予受理", note="路灯归市政", elsewhere="", other="市政热线 12319")
    need = site.as_(cast.worker).get(where).click("X2026-0002")
    need.take("受理", title="夜间噪声", category="other", decision="self", pace="quick")
    head, lamp, noise = answers_of(site.as_(cast.worker).get(where))
    assert head == [*HEAD, "办理状态", "答复时间"], "its own column for the result, the others at the end"
    assert lamp[:8] == list(LAMP[:8]), "what came goes out as it came"
    assert lamp[8] == "路灯归市政。可以找：市政热线 12319。"
    assert lamp[9] == "已退回"
    assert lamp[10].startswith("2026-")
    assert noise[9] == "已受理"
    assert noise[8].startswith("正在办理"), "no answer yet, so it is said by when"


def test_every_bad_cell_is_told_and_nothing_is_registered(site, cast, engine):
    page = read_in(
        site, cast.worker, LAMP, ("2", "", "", "", "", "1380000", "火星社区", "", ""), ("3", "20261124001", "", "又一条", "", "", "桃花坞社区", "", "")
    )  # fmt: skip
    assert page.status == 422
    for words in (
        "Sheet 派单 B3：请填写工单号", "Sheet 派单 D3：请填写内容", "Sheet 派单 F3：“1380000”不是电话号码", "Sheet 派单 G3：没有找到社区“火星社区”",
        "Sheet 派单 B4：工单号与Sheet 派单 B2重复",
    ):  # fmt: skip
        assert words in page, page.text
    with transaction(engine) as session:
        assert session.query(TicketList).count() == 0
        assert session.query(Need).count() == 0


def test_a_formula_is_an_error_at_its_cell(site, cast):
    page = read_in(site, cast.worker, ("1", "A1", "", '=CONCAT("a","b")', "", "", "桃花坞社区", "", ""))
    assert page.status == 422
    assert "Sheet 派单 D2：是公式" in page


def test_a_file_without_the_columns_says_which_names_would_do(site, cast):
    page = read_in(site, cast.worker, ("1", "甲"), head=("号", "事情"))
    assert page.status == 422
    assert "没有找到这些列：工单号、内容" in page
    assert "工单编号" in page


def test_a_number_registered_before_makes_nothing_new(site, cast, engine):
    read_in(site, cast.worker, LAMP).take("登记")
    again = read_in(site, cast.worker, LAMP, NOISE)
    assert "1 张，工单号已有，不重复登记" in again
    again = again.take("登记")
    with transaction(engine) as session:
        assert session.query(Need).count() == 2
        assert session.query(Ticket).count() == 2
        assert session.query(Line).count() == 3
    assert len(answers_of(again)) == 3, "its answer goes out with either list"


def test_what_is_not_for_this_channel_is_sealed_and_leaves_the_list(site, cast, engine):
    page = read_in(site, cast.worker, LAMP, BEATEN)
    assert "1 张，疑似警情、轻生等" in page
    assert "1 张，每张登记为一件需求" in page, "the sealed one is no need"
    page = page.take("登记")
    assert "打老婆" not in page
    with transaction(engine) as session:
        assert session.query(Need).count() == 1
        assert session.query(Report).one().words == BEATEN[3]
    line = answers_of(page)[2]
    assert line[1] == "20261124003"
    assert "已转专人办理" in line
    assert not any("打老婆" in cell for cell in line)


def test_a_voice_handed_off_later_leaves_its_lines_too(site, cast, engine):
    page = read_in(site, cast.worker, NOISE).take("登记")
    page.click("X2026-0001").take("不属于本渠道", kind="police")
    line = answers_of(site.as_(cast.worker).get(page.path))[1]
    assert line[1] == "20261124002"
    assert not any("吵闹" in cell or "李先生" in cell for cell in line)
    again = read_in(site, cast.worker, NOISE).take("登记")
    assert not any("吵闹" in cell for cell in answers_of(again)[1]), "nor does it come back with the next list"


def test_a_list_given_up_is_forgotten(site, cast, engine, app, clock):
    page = read_in(site, cast.worker, LAMP).take("不登记")
    assert "读入的内容已经清除" in page
    with transaction(engine) as session:
        assert session.query(TicketList).one().waiting is None


def test_a_list_nobody_registers_is_forgotten_after_a_week(site, cast, engine, days_pass):
    page = read_in(site, cast.worker, LAMP)
    days_pass(8)
    with transaction(engine) as session:
        found = session.query(TicketList).one()
        assert (found.state, found.waiting) == ("dropped", None)
    assert "没有登记" in site.as_(cast.worker).get(page.path)


def test_a_street_brings_a_list_of_all_its_communities(site, cast, engine):
    page = read_in(site, cast.street, LAMP).take("登记")
    assert "X2026-0001" in page
    refused = (
        site.as_(cast.street)
        .open("tickets.new")
        .submit("读入，先看一看", channel="grid", file=[table(("1", "G1", "有事"), head=("序号", "工单号", "内容"))])
    )
    assert refused.status == 422
    assert "没有找到这些列：社区" in refused, "a street has several communities, so each line names its own"


def test_strangers_do_not_reach_a_list(site, cast):
    page = read_in(site, cast.worker, LAMP)
    assert site.as_(cast.far_worker).get(page.path).status == 404
    assert site.as_(cast.granny).get(page.path).status in {403, 404}
    assert site.as_(cast.granny).get("/tickets").status == 403


@pytest.mark.parametrize("name", ["桃花坞", "桃花坞社区", "桃花坞社区居委会", "桃花坞社区居民委员会"])
def test_a_community_is_known_by_its_short_name(name):
    assert rules.community_of(name, {"桃花坞社区居委会": "320508001001", "山塘社区居委会": "320508001002"}) == "320508001001"


def test_an_unnamed_community_is_only_clear_where_there_is_one():
    assert rules.community_of("", {"桃花坞社区居委会": "1"}) == "1"
    assert rules.community_of("", {"桃花坞社区居委会": "1", "山塘社区居委会": "2"}) is None
