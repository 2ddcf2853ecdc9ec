"""The boards on their pages: what they count, the list behind each figure, who sees what, and what it costs."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa

from reports.money import Money
from tests.boards.town import RAW, SAID, post, town
from tests.cast import CHANGMEN, TAO
from tests.conftest import START
from webapp.boards.queries import flow as flows
from webapp.boards.queries import money, risks
from webapp.boards.rules import RISKS
from webapp.book import actions as book
from webapp.calls.models import Call, CallNeed
from webapp.core.db import transaction
from webapp.core.journal import record
from webapp.projects.models import Project

__all__ = ["town"]


def test_the_board_counts_what_its_lists_show(site, cast, town, session, count_queries):
    with count_queries(most=12):
        page = site.as_(cast.officer).open("boards.index")
    assert "在实施 2 个，有风险 1 个" in page.text
    assert "已拨付 0.00 万元 ÷" in page.text or "没有年度预算" in page.text
    for words in ("预算执行率", "拨付进度", "项目支出进度", "30 天内到期", "30,000.00 元"):
        assert words in page.text
    me = cast.officer.viewer(session, START)
    counts = risks.counts(session, me, START)
    for kind in RISKS:
        rows = risks.listed(session, me, START, kind=kind).rows
        assert len(rows) == counts[kind] == 1
        assert all(kind in row.risks for row in rows)
    listed = site.as_(cast.officer).open("boards.risks", kind="over")
    assert "安居扶手" in listed.text
    assert "1 个预算科目的活动花费超过批准数" in listed.text
    assert "满意率 70.0%（10 人作答）" in listed.text
    assert "安居扶手" not in site.as_(cast.officer).open("boards.risks", kind="silent", days=60).text
    due = site.as_(cast.officer).open("funding.tranches", due="soon")
    assert (due.text.count("第 2 期"), due.text.count("第 1 期")) == (1, 0)
    far = site.as_(cast.far_officer)
    assert "在实施 0 个" in far.open("boards.index").text
    assert "安居扶手" not in far.open("boards.risks").text
    assert "在实施 2 个" in site.as_(cast.street).open("boards.index").text


def test_one_payment_leads_to_the_sentence_and_each_sees_only_what_is_theirs(site, cast, town, count_queries):
    officer, nobody = site.as_(cast.officer), site.as_(None)
    with count_queries(most=12):
        page = officer.get(f"/trace/spending/{town.spending}")
    for words in ("上门装扶手", "安居扶手", "桃花坞评议需求", "88 人参加", SAID, "60 票，第 1 位", "26320000000000000001", "三单元"):
        assert words in page.text
    open_page = nobody.get(f"/trace/spending/{town.spending}")
    for words in ("上门装扶手", "桃花坞评议需求", SAID, "收款人和票据号码不公开"):
        assert words in open_page.text
    for person in (officer, nobody, site.as_(cast.worker)):
        told = person.get(f"/trace/spending/{town.spending}").text
        assert RAW not in told
        assert "某五金店" not in told
    for secret in ("26320000000000000001", "三单元"):
        assert secret not in open_page.text
        assert secret not in str(nobody.json(f"/trace/spending/{town.spending}"))
    for person, status in ((nobody, 404), (site.as_(cast.far_officer), 404), (site.as_(cast.rival), 404), (site.as_(cast.lead), 200)):
        assert person.get(f"/trace/spending/{town.waiting}").status == status
        assert person.get(f"/trace/tranche/{town.due}").status == status
    # the numbers that are typed
    assert nobody.get(f"/trace?q={town.number}-1").heading == "安居扶手第 1 期 30,000.00 元"
    assert officer.get("/trace?q=yh-88").heading == "安居扶手第 1 期 30,000.00 元"
    assert officer.get("/trace?q=26320000000000000001").heading == "900.00 元业务活动费"
    for number in ("YH-88", "26320000000000000001", f"{town.number}-2", "%"):
        assert "没有找到" in nobody.get(f"/trace?q={number}").text
    assert len(nobody.get(f"/trace?q={town.number}").links("第 1 期")) == 1
    assert "追溯这笔钱" in officer.open("funding.spending_show", id=town.spending).text


def test_a_project_s_name_or_an_amount_finds_the_money_and_who_may_read_it_sees_who_signed(site, cast, town, session, count_queries):
    officer, nobody = site.as_(cast.officer), site.as_(None)
    with count_queries(most=12):
        page = officer.get("/trace?q=３０,０００元")
    assert len(page.links("第 1 期")) == 1
    assert len(page.links("第 2 期")) == 1
    assert len(officer.get("/trace?q=900").links("业务活动费")) == 2
    assert "没有找到" in nobody.get("/trace?q=900").text
    assert "没有找到" in site.as_(cast.far_officer).get("/trace?q=900").text
    assert (len(officer.get("/trace?q=安居扶").links("业务活动费")), len(nobody.get("/trace?q=安居扶").links("业务活动费"))) == (2, 1)
    assert "至少写两个字" in officer.get("/trace?q=安").text
    record(session, f"spending:{town.spending}", "accept", by=f"person:{cast.accountant.id}", at=START, before="claimed", after="accepted")
    session.commit()
    with count_queries(most=12):
        told = officer.get(f"/trace/spending/{town.spending}").text
    assert re.search(rf"认可：\S* ?{cast.accountant.name}，2026年", told)
    assert cast.accountant.name not in nobody.get(f"/trace/spending/{town.spending}").text
    assert re.search(rf"认可 \S* ?{cast.accountant.name}（2026年", officer.get(f"/trace/spending/{town.spending}").click("预览文书").text)


def test_a_need_that_is_not_public_is_not_told_to_the_public(site, cast, town, engine):
    with transaction(engine) as session:
        session.execute(sa.text("UPDATE needs SET public = false WHERE id = :id"), {"id": town.need})
    told = site.as_(None).get(f"/trace/spending/{town.spending}").text
    assert "还有 1 件需求没有公开" in told
    assert "加装扶手" not in told
    assert SAID not in told
    assert "加装扶手" in site.as_(cast.officer).get(f"/trace/spending/{town.spending}").text


def test_a_gap_leads_to_a_draft_of_a_call_for_it(site, cast, town, engine, count_queries):
    officer = site.as_(cast.officer)
    with count_queries(most=12):
        page = officer.open("boards.gaps")
    assert page.text.index("加装扶手") < page.text.index("助浴服务")
    assert "没有项目回应" in page.text
    assert "60.0%" in page.text
    assert officer.json("/boards/gaps")["page"]["rows"][0]["needs"][0]["gap"] == {"votes": "3/5", "money": "1/1", "kind": "met"}
    drafting = page.click("起草征集：助浴服务")
    assert "为需求“助浴服务”起草" in drafting.text
    form = officer.get(next(link for link in drafting.links() if "template=" in link and f"need={town.blank}" in link))
    made = form.submit("保存草稿", pool="10", ceiling="5", floor="0")
    assert "草稿已保存" in made.text
    with transaction(engine) as session:
        call = session.scalars(sa.select(Call).order_by(Call.id.desc()).limit(1)).one()
        assert session.scalars(sa.select(CallNeed.need_id).where(CallNeed.call_id == call.id)).all() == [town.blank]
        assert "桃花坞" in call.title
    assert "起草征集：" not in site.as_(cast.accountant).open("boards.gaps").text
    assert "助浴服务" not in site.as_(cast.far_officer).open("boards.gaps").text


def test_costs_of_like_projects_are_shown_from_three_on(site, cast, town, engine, count_queries):
    officer = site.as_(cast.officer)
    with count_queries(most=12):
        page = officer.open("boards.costs", category="elderly")
    assert re.search(r"20\.00（?–?.*30\.00", page.text)
    assert "3 个，每人次成本高的在前" in page.text
    with transaction(engine) as session:
        session.execute(sa.text("UPDATE projects SET visits = 0, persons = 0 WHERE title = '助浴 3'"))
    assert "不足 3 个，不列数" in officer.open("boards.costs").text
    assert "5 个" not in officer.open("boards.costs", all=1).text
    assert "4 个" in officer.open("boards.costs", all=1).text


def test_the_flow_adds_up_and_its_sheet_says_the_same(site, cast, town, session, count_queries):
    found = flows.flow(session, cast.officer.viewer(session, START), 2026)
    assert (found.projects, found.sankey.total) == (5, Money(15_000_000))
    spent = [node.amount for node in found.sankey.nodes if node.name == "业务活动费"]
    assert spent == [Money(190_000)]
    with count_queries(most=12):
        page = site.as_(cast.officer).open("boards.flow", year=2026)
    assert "150,000.00" in page.text
    assert "福彩公益金 → 2026 年公益创投 15.00；" in page.text  # said in words beside the picture
    answer = site.as_(cast.officer).client.get("/boards/flow.xlsx?year=2026")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data))
    figures = [cell.value for page in sheet for row in page.iter_rows() for cell in row if isinstance(cell.value, int | float)]
    assert figures.count(150000) == 1
    assert sum(figures) == pytest.approx(300000)
    assert flows.flow(session, cast.far_officer.viewer(session, START), 2026).sankey.total == Money(0)


def listed(page):
    """How many rows the list of a page has."""
    return len(page.tree.xpath("//table[contains(@class, 'list')]/tbody/tr"))


@pytest.mark.parametrize("who", ["officer", "street", "auditor"])
def test_each_figure_leads_to_as_many_rows_as_it_says(site, cast, town, who):
    visitor = site.as_(getattr(cast, who))
    figures = visitor.open("boards.index", year=2026)
    told = visitor.json("/boards?year=2026")
    for link, n in (
        (f"项目拨款 {told['payments']['n']} 笔", told["payments"]["n"]),
        (f"审核通过的支出凭证 {told['claims']['n']} 张", told["claims"]["n"]),
        (f"{told['work']['running']} 个", told["work"]["running"]),
        (f"{told['work']['projects']} 个", told["work"]["projects"]),
    ):
        assert n > 0
        assert listed(figures.click(link)) == n, link
    for due in told["dues"]:
        assert listed(visitor.open("funding.tranches", due=due["kind"])) == due["n"], due
    assert sum(due["n"] for due in told["dues"]) == 1
    flow = visitor.open("boards.flow", year=2026)
    assert listed(flow.click("5 个项目")) == 5
    assert listed(flow.click("看每一笔拨款（1 笔）")) == listed(flow.click("看每一张支出凭证（1 张）")) == 1
    assert listed(visitor.open("projects.index", year=2025, only="paid")) == 0
    for show, key in (("projects", "projects"), ("needs", "needs")):
        area = "320508019" if who != "street" else ""
        tiles = [one for block in visitor.json(f"/boards/areas?show={show}&area={area}")["plan"]["blocks"] for one in block["tiles"]]
        page = visitor.open("boards.areas", show=show, area=area)
        for tile in tiles:
            href = next(link for link in page.links() if f"area={tile['code']}" in link and "only=" in link)
            assert listed(visitor.get(href)) == tile[key], (show, tile["name"])
        assert sum(tile[key] for tile in tiles) > 0


def test_the_flow_of_an_earlier_moment_is_the_books(cast, town, engine):
    with transaction(engine) as session:
        post(session, cast, town)
        project = session.get_one(Project, town.project)
        fund, by = f"fund:{session.get_one(Call, project.call_id).fund_id}", cast.accountant.viewer(session, START)
        book.spend(session, fund, 2026, project.ref, Money(10_000), source="recovery:1/waive", by=by, at=START)
    with transaction(engine) as session:
        me = cast.officer.viewer(session, START)
        found = flows.flow(session, me, 2026, START)
        spent = [node.amount for node in found.sankey.nodes if node.name == "业务活动费"]
        assert (found.projects, found.sankey.total, spent) == (1, Money(3_000_000), [Money(90_000)])
        assert [node.amount for node in found.sankey.nodes if node.name == flows.WAIVED] == [Money(10_000)]
        before = flows.flow(session, me, 2026, START - timedelta(seconds=1))
        assert (before.projects, before.sankey.total) == (0, Money(0))
        assert money.execution(session, me, 2026, START).totals == money.execution(session, me, 2026).totals
        assert money.execution(session, me, 2026, START).totals.paid == Money(3_000_000)
        assert money.execution(session, me, 2026, START - timedelta(seconds=1)).totals.paid == Money(0)


def test_every_board_is_a_document_narrowed_as_its_page_is(site, cast, town):
    officer = site.as_(cast.officer)
    for board, args, words in (
        ("flow", {"year": 2026}, "2026 年资金流向"),
        ("gaps", {"area": TAO}, "桃花坞社区居委会供需缺口"),
        ("costs", {}, "同类项目的成本"),
        ("index", {}, "看板（2026 年度）"),
    ):
        assert officer.open(f"boards.{board}", **args).click("预览文书").heading == words
    assert officer.get(f"/trace/spending/{town.spending}").click("预览文书").heading.startswith("追溯一分钱（安居扶手，")
    assert "预览文书" not in site.as_(None).get(f"/trace/spending/{town.spending}").text
    refused = officer.open("reporting.index").submit("编制", kind="unit_costs", year="2026")
    assert "“同类成本”不能只编一个年度，请不要填。" in refused.text


def test_areas_stand_in_their_places(site, cast, town, session, count_queries):
    with count_queries(most=12):
        page = site.as_(cast.officer).open("boards.areas", show="money")
    assert "金阊街道" in page.text
    assert "15.00" in page.text
    assert "钟鼓楼" not in page.text
    rows = {tile["code"]: tile for block in site.as_(cast.officer).json("/boards/areas")["plan"]["blocks"] for tile in block["tiles"]}
    assert (rows[TAO]["projects"], rows[TAO]["needs"], rows[TAO]["shade"]) == (5, 2, 1)
    assert (rows[CHANGMEN]["projects"], rows[CHANGMEN]["shade"]) == (0, 0)
    street = site.as_(cast.street).json("/boards/areas?area=320303001")["plan"]
    assert [block["code"] for block in street["blocks"]] == ["320508019"]
