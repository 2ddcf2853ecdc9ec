"""What carries projects, through pages alone: each community's fund of a year, and calls of every kind, large and small."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from tests.cast import CHANGMEN, TAO
from tests.journeys.mechanisms import prove
from tests.journeys.test_story import Story


def a_fund_gives_each_community_its_amount(story: Story) -> str:
    """社区党组织为民服务专项经费: the year's budget, and 20 万元 for every community, out and in as a workbook."""
    page = story.as_("officer").open("calls.fund_new")
    page = page.submit(
        page.buttons()[-1], name="社区党组织为民服务专项经费", kind="party", payer_id=str(story.cast.gusu), forbidden="不得用于发放津贴",
        barred="津贴",
    )  # fmt: skip
    fund = page.path
    page = story.as_("accountant").get(f"{fund}/budget")
    page.submit(page.buttons()[-1], year="2026", amount="2000", document="姑财社〔2026〕9号")
    officer = story.as_("officer")
    book = openpyxl.load_workbook(io.BytesIO(officer.get(f"{fund}/quotas/2026/sheet.xlsx").body))
    sheet = book.active
    for line in sheet.iter_rows(min_row=2):
        line[2].value = 20 if str(line[0].value) in {TAO, CHANGMEN} else None
    for number in range(sheet.max_row, 1, -1):
        if sheet.cell(number, 3).value is None:
            sheet.delete_rows(number)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    page = officer.get(f"{fund}/quotas/2026")
    page = page.submit("读入", file=(out, "额度.xlsx"))
    assert "桃花坞社区居委会" in page, page.text
    story.places["quotas"] = page.path
    return fund


def the_lottery_fund(story: Story) -> str:
    page = story.as_("officer").open("calls.fund_new")
    fund = page.submit(page.buttons()[-1], name="姑苏区福彩公益金", kind="lottery", payer_id=str(story.cast.gusu)).path
    page = story.as_("accountant").get(f"{fund}/budget")
    page.submit(page.buttons()[-1], year="2026", amount="3000", document="姑财社〔2026〕1号")
    return fund


def calls_of_every_kind(story: Story, small: str, large: str) -> None:
    """公益创投、公益采购、公益伙伴, 微公益 beside the large rule, and 服务打包; each is published by a second person."""
    kinds = {
        "venture": {"template": "example"},
        "purchase": {"template": "shanghai"},
        "partner": {"template": "example", "kind": "partner"},
        "micro": {"template": "micro", "fund": small, "pool": "20"},
        "package": {"template": "package"},
    }
    for name, asked in kinds.items():
        page = story.as_("officer").open("calls.new", template=asked["template"])
        more = {key: value for key, value in asked.items() if key in {"kind", "pool"}}
        page = page.submit(
            "保存草稿", title=f"2026 年{name}", without_needs="按上级部署", fund_id=asked.get("fund", large).rpartition("/")[2],
            opens_on=story.day(1), closes_on=story.day(30), **more,
        )  # fmt: skip
        assert page.status == 200, page.errors
        story.places[name] = page.path
        page = page.submit("确认报请发布") if "确认报请发布" in page.buttons() else page.submit("报请发布")
        page = story.as_("leader").get(story.places[name]).submit("确认发布")
        assert "公告已发布" in page, page.text


def an_organisation_takes_a_package(story: Story) -> None:
    """街道打包、社区落地: the parts and the posted social workers are asked for, row by row."""
    story.days_pass(2)
    call = story.places["package"].rpartition("/")[2]
    page = story.as_("lead").open("applications.new", call=call)
    page = page.submit("建立申报", title="桃花坞社区服务打包", category=_category(page))
    story.places["application"] = page.path
    page = story.as_("lead").get(f"{page.path}/sections/package")
    assert "独居老人探访" in page
    assert "驻点社工" in page
    story.places["parts"] = page.path


def organisations_are_filed(story: Story) -> None:
    """七彩社会组织板块."""
    page = story.as_("officer").open("accounts.organisation_sector", id=story.cast.chenguang).submit("保存", sector="orange")
    assert "橙温馨" in page


def _category(page: Any) -> str:
    return str(page.tree.xpath("//select[@name='category']/option[@value!='']/@value")[0])


def test_what_carries_projects(site, cast, clock, engine, days_pass):
    story = Story(site, cast, clock, days_pass)
    fund = a_fund_gives_each_community_its_amount(story)
    calls_of_every_kind(story, fund, the_lottery_fund(story))
    an_organisation_takes_a_package(story)
    organisations_are_filed(story)
    prove(story, engine, test_what_carries_projects)
