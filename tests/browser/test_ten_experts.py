"""Ten experts on one panel: one refuses and the reserve moves in, one stands aside, one is far off, one signs in dissent."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from tests import make
from tests.browser.conftest import PHONE
from tests.browser.test_scoring import picture
from tests.cast import TAO, Cast, Someone
from tests.conftest import START
from tests.reviews.conftest import Stage, content, stage  # noqa: F401 -- the fixture
from tests.reviews.test_story import points
from webapp.accounts.models import Membership, Person
from webapp.calls.models import Call
from webapp.calls.rules import CallRules, template
from webapp.core import jobs
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.reviews import actions
from webapp.reviews.models import Assignment, Panel, PanelReport, Seat
from webapp.reviews.queries import CHECKS, scores
from webapp.scoring.models import Scorecard

pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]
SEATS, RESERVES, EACH = 10, 2, 5
MORE = range(9, 14)
"""Experts beside the eight of the cast: who is in nobody's way is enough for ten seats and the reserves."""

HEADED = """[...document.querySelectorAll("table.scored tr:first-child > *")].map(e => Math.round(e.getBoundingClientRect().left))
    .every((left, n, all) => left === all[n % (all.length / 2)])"""


@pytest.fixture
def rules() -> CallRules:
    plain = template()
    return replace(plain, figures=replace(plain.figures, divergence=1500, on_divergence="reason"))


@pytest.fixture
def cast(template: Any) -> Cast:
    """The cast as a list of our own, for more experts join it."""
    return Cast(dict(template.cast.people), dict(template.cast.offices))


@pytest.fixture
def town(stage: Stage, cast: Cast) -> Stage:  # noqa: F811
    """Six applications in review and thirteen experts, one of them tied to an applicant."""
    with transaction(stage.engine) as session:
        for n in MORE:
            person = Person(name=f"评委{n}", login=f"expert{n}", born_on=date(1970, 1, 1))
            session.add(person)
            session.flush()
            session.add(Membership(person_id=person.id, organisation_id=cast.offices["pool"], role="expert", from_day=date(2020, 1, 1)))
            actions.enrol_expert(session, person.id, field="elderly", employer=f"高校{n}", area_code="3205")
            cast.people[f"expert{n}"] = Someone(person.id, person.name)
        call = session.get_one(Call, stage.call_id)
        for n in (5, 6):
            make.application(
                session, cast, START, call, state="eligible", organisation="qingmiao", title=f"银龄陪伴{n}",
                content=content(f"银龄陪伴{n}", "青苗公益服务社", TAO),
            )  # fmt: skip
    stage.heard()
    return stage


def fits(tab: Page) -> bool:
    return bool(tab.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def refuses(tab: Page, seat: Seat) -> None:
    """At a telephone: the invitation is read and not taken."""
    tab.goto(f"/seats/{seat.id}")
    tab.locator("summary", has_text="不能参加").click()
    tab.get_by_label("原因").fill("那几天出差")
    picture(tab, "ten-refuses-390")
    assert fits(tab)
    tab.get_by_role("button", name="确认不能参加").click()
    tab.get_by_text("已告知组织单位").wait_for()


def scores_at_the_keyboard(tab: Page, one: Assignment) -> None:
    """No mouse: the first item by its number, from item to item by Enter, handed in by Enter."""
    tab.goto(f"/assignments/{one.id}")
    tab.keyboard.press("1")
    for typed in ("18", "13", "12.5", "21", "8", "11.5"):
        tab.keyboard.type(typed)
        tab.keyboard.press("Enter")
    assert tab.locator("output[data-total]").text_content() == "84"
    picture(tab, "ten-keyboard-1280")
    tab.get_by_role("button", name="提交评分").focus()
    tab.keyboard.press("Enter")
    tab.get_by_text("评分已提交").wait_for()


def stands_aside(tab: Page, one: Assignment) -> None:
    """At a telephone: an interest is found while reading."""
    tab.goto(f"/assignments/{one.id}")
    tab.locator("summary", has_text="申请回避").click()
    tab.get_by_label("回避原因").fill("近亲属在该单位任职")
    picture(tab, "ten-aside-390")
    assert fits(tab)
    tab.get_by_role("button", name="确认申请回避").click()
    tab.get_by_text("这份申报不再向您显示").wait_for()
    answer = tab.goto(f"/assignments/{one.id}")
    assert answer is not None
    assert answer.status in {403, 404}
    assert one.title not in (tab.locator("main").text_content() or "")


def dissents(tab: Page) -> None:
    tab.goto("/my/reviews")
    tab.get_by_role("link", name="签署评审报告").click()
    tab.get_by_label("不同意见和理由").fill("第一名的预算偏高，不应居前。")
    picture(tab, "ten-dissent-390")
    assert fits(tab)
    assert tab.evaluate("innerWidth - document.querySelector('table.scored td.num').getBoundingClientRect().right") < 50, (
        "figures at the edge"
    )
    tab.get_by_role("button", name="签署评审报告").click()
    tab.get_by_text("已签署。").wait_for()


def drawn(town: Stage, site: Any, cast: Cast, visit: Any) -> int:
    """Formed and drawn; one refuses, the reserve moves in, all ten pledge, the files are given out. Gives the panel."""
    page = site.as_(cast.operator).open("reviews.panels").click("组建评审组")
    page = page.submit("组建评审组", size=str(SEATS), finance="1", reserves=str(RESERVES), per_application=str(EACH))
    assert page.status == 200, page.text
    page = page.click("随机抽取").submit("确认随机抽取", witness="沈督（监督委员会）")
    with transaction(town.engine) as session:
        key = session.scalars(sa.select(Panel.id)).one()
    gone = next(seat for seat in town.seats(key) if seat.field != "finance")
    reserve = {seat.person_id for seat in town.seats(key, reserve=True)}
    refuses(visit(town.expert(gone.person_id), PHONE), gone)
    officer = site.as_(cast.operator)
    assert "那几天出差" in officer.open("reviews.panel_show", id=key)
    assert "已替换" in officer.open("reviews.seat_replace", id=gone.id).submit("替换")
    seated = [seat for seat in town.seats(key) if seat.state == "drawn"]
    assert len(seated) == SEATS
    assert len({seat.person_id for seat in seated} & reserve) == 1
    for seat in seated:
        page = site.as_(town.expert(seat.person_id)).open("reviews.mine").click("打开邀请").click("签署承诺书").submit("确认签署承诺书")
        assert "已承诺" in page
    page = site.as_(cast.operator).open("reviews.panel_show", id=key).submit("分派并开始评分")
    assert page.status == 200, page.text
    given = town.assignments(key)
    assert gone.person_id not in {one.person_id for one in given}
    assert {one.person_id for one in given} == {seat.person_id for seat in seated}
    assert len(given) == 6 * EACH
    return key


def handed_in(town: Stage, site: Any, one: Assignment, total: int) -> None:
    page = site.as_(town.expert(one.person_id)).open("reviews.assignment_show", id=one.id)
    page = page.submit("提交评分", **points(town.rules, total), comment="见各项")
    assert page.status == 200, page.text


def given_again(town: Stage, site: Any, cast: Cast, key: int, lost: Assignment) -> Assignment:
    """The file of which a judge stood aside goes to another one."""
    given = town.assignments(key)
    had = {one.person_id for one in given if one.application_id == lost.application_id}
    tied = cast.people["expert1"].id
    other = next(one.person_id for one in given if one.person_id not in {*had, tied})
    page = site.as_(cast.operator).open("reviews.panel_show", id=key).click("补派评委")
    page = page.submit("补派", application_id=str(lost.application_id), person_id=str(other))
    assert "已补派" in page
    return town.assignments(key)[-1]


def test_ten_experts_score_sign_and_one_of_each_kind_is_among_them(visit: Any, town: Stage, site: Any, cast: Cast) -> None:
    key = drawn(town, site, cast, visit)
    first, lost, far, *others = sorted_by_judge(town.assignments(key))
    assert len({one.person_id for one in (first, lost, far)}) == 3
    scores_at_the_keyboard(visit(town.expert(first.person_id)), first)
    telephone = visit(town.expert(lost.person_id), PHONE)
    stands_aside(telephone, lost)
    for n, one in enumerate(others):
        handed_in(town, site, one, 8000 + 25 * (n % 8))
    handed_in(town, site, far, 4500)
    # what lost a judge is not complete until another one has scored it
    officer = site.as_(cast.operator)
    assert "收齐评分" not in officer.open("reviews.panel_show", id=key).buttons()
    again = given_again(town, site, cast, key, lost)
    assert again.application_id == lost.application_id
    handed_in(town, site, again, 8100)
    page = officer.open("reviews.panel_show", id=key).submit("收齐评分")
    assert page.status == 200, page.text
    # who is far off is asked, without being told what the others gave
    judge = site.as_(town.expert(far.person_id))
    with transaction(town.engine) as session:
        (told,) = session.scalars(sa.select(Message).where(Message.title == "请说明一份评分"))
        assert told.person_id == far.person_id
    chair = next(seat for seat in town.seats(key) if seat.state == "pledged")
    officer.open("reviews.seat_chair", id=chair.id).submit("确定", how="elected")
    head = site.as_(town.expert(chair.person_id))
    assert "锁定总分" not in head.open("reviews.mine").click("核对并锁定总分").buttons()
    page = judge.open("reviews.assignment_show", id=far.id)
    assert page.submit("提交说明", reason="").status == 422
    assert "您的说明" in page.submit("提交说明", reason="受益人数没有依据")
    # the chair locks, all ten sign, one of them in dissent
    page = head.open("reviews.mine").click("核对并锁定总分").submit("锁定总分")
    assert "签署中" in page
    dissents(telephone)
    signers = [seat for seat in town.seats(key) if seat.state == "pledged" and seat.person_id != lost.person_id]
    assert len(signers) == SEATS - 1
    for seat in signers:
        page = site.as_(town.expert(seat.person_id)).open("reviews.mine").click("签署评审报告").submit("签署评审报告")
        assert "已签署" in page
    assert "已定稿" in page
    said = the_paper(town, visit(cast.officer), key)
    names = {seat.person_id: town.expert(seat.person_id).name for seat in town.seats(key) if seat.state == "pledged"}
    assert said.count("书面不同意") == 1
    assert f"{names[lost.person_id]}的不同意见：第一名的预算偏高，不应居前。" in said
    assert all(name in said for name in names.values())
    assert "未签署" not in said.replace("逾期未签署", "")
    assert "评45分，与其他评委相差较大，书面说明：受益人数没有依据" in said
    assert f"《{lost.title}》有1位评委回避。" in said
    page = site.as_(cast.officer).open("reviews.panel_show", id=key).submit("确认评审结果")
    assert page.status == 200, page.text
    with transaction(town.engine) as session:
        assert sorted(session.scalars(sa.select(Scorecard.state).distinct())) == ["locked", "void"]
        assert [wrong for check in CHECKS.values() for wrong in check(session)] == []


def sorted_by_judge(given: list[Assignment]) -> list[Assignment]:
    """The first file of each judge, then all others."""
    heads = [one for one in given if one.position == 1]
    return [*heads, *(one for one in given if one.position != 1)]


def the_paper(town: Stage, tab: Page, key: int) -> str:
    """The report asked for, printed by the worker, taken and opened; its words without gaps."""
    with transaction(town.engine) as session:
        report = scores.live_report(session, key)
        assert isinstance(report, PanelReport)
        address = f"/panel-reports/{report.id}"
    tab.goto(address)
    tab.locator("section.papers button[value=panel_report]").click()
    tab.wait_for_url("**/reports/*")
    while jobs.run_next(town.engine, at=town.clock.now()):
        pass
    tab.goto(address)
    picture(tab, "ten-report-1280")
    assert tab.evaluate(HEADED), "figures stand under their headings"
    with tab.expect_download() as kept:
        tab.locator("section.papers").get_by_role("link", name="下载").click()
    text = subprocess.run(["pdftotext", "-raw", str(kept.value.path()), "-"], capture_output=True, check=True).stdout.decode()
    return "".join(text.split())
