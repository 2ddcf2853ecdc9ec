"""The library's pages: open to everyone, source beside every figure."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.cast import Cast
from tests.conftest import START
from tests.site import Site
from webapp.library import actions

DATA = Path(actions.__file__).parent / "data"


@pytest.fixture
def filled(engine: sa.Engine) -> None:
    actions.import_projects(engine, DATA / "projects.csv", at=START)
    actions.import_programmes(engine, DATA / "programmes.csv", at=START)
    actions.import_category_counts(engine, DATA / "category_counts.csv", at=START)


def test_an_empty_library_says_how_it_is_filled(site: Site) -> None:
    for endpoint, command in (("index", "projects"), ("programmes", "programmes"), ("counts", "category-counts")):
        page = site.as_().open(f"library.{endpoint}")
        assert page.status == 200
        assert f"sanshe import {command}" in page.text


def test_nobody_and_an_officer_read_the_same(site: Site, cast: Cast, filled: None) -> None:
    for who in (None, cast.officer, cast.granny):
        page = site.as_(who).open("library.index", city="南京市玄武区")
        assert page.status == 200
        assert "3–5 万元" in page.text
    assert "未公布" in site.as_().open("library.index", year=2012).text


def test_a_project_shows_its_source_and_how_it_was_counted(site: Site, cast: Cast, filled: None) -> None:
    page = site.as_().open("library.index", category="为老", year=2013)
    one = page.click("失独家庭养老服务示范项目")
    assert one.heading == "失独家庭养老服务示范项目"
    for words in ("40 万元", "7项合计235万元", "http://www.ahnpo.cn", "年份为推算", "2013(按“连续第二年”推算)"):
        assert words in one.text
    assert site.as_(cast.granny).open("library.project", id=999).status == 404


def test_search_finds_two_characters_and_says_when_there_is_nothing(site: Site, filled: None) -> None:
    page = site.as_().open("library.index").submit("查找", q="养老")
    assert "失独家庭养老服务示范项目" in page.text
    assert "没有符合条件的项目" in site.as_().open("library.index", q="潜水艇").text


def test_the_list_goes_on_on_the_next_page(site: Site, filled: None) -> None:
    page = site.as_().open("library.index")
    assert "本页 9 条" in page.click("下一页").text


def test_programmes_and_counts_stand_as_printed(site: Site, filled: None) -> None:
    page = site.as_().open("library.programmes", q="中央财政")
    assert "22/19/33/17" in page.text
    assert "5/80/40/30 万元" in page.text
    assert "6963.96" in site.as_().open("library.counts").text


def test_the_list_as_json_has_the_same_rows(site: Site, filled: None) -> None:
    found = site.as_().json("/library?city=南京市玄武区")
    assert [(row["low_fen"], row["high_fen"], row["amount_text"]) for row in found["page"]["rows"]] == [(3_000_000, 5_000_000, "3-5")]


def test_the_list_costs_the_same_however_long(site: Site, filled: None, count_queries) -> None:
    for narrowed in ({}, {"year": 2018}, {"q": "养老"}):
        with count_queries(most=7):
            site.as_().open("library.index", **narrowed)
