"""The story, through pages alone: from a resident's sentence to the last fen. Nothing here calls an action.

Each function is one step of the story and gives what the next one needs; `test_the_story` walks them in order.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.cast import CHANGMEN, TAO
from tests.journeys.conftest import picture
from webapp.core.clock import today


class Story:
    """One walk: the site, its people, and the numbers and addresses met on the way."""

    def __init__(self, site: Any, cast: Any, clock: Any, days_pass: Any) -> None:
        self.site, self.cast, self.clock, self.days_pass = site, cast, clock, days_pass
        self.places: dict[str, str] = {}

    def as_(self, name: str) -> Any:
        return self.site.as_(getattr(self.cast, name))

    def day(self, days: int) -> str:
        return (today(self.clock.now()) + timedelta(days=days)).isoformat()


def residents_say_and_the_community_publishes(story: Story) -> None:
    """1. A need in a few words with a photo; one taken in for an old neighbour; a second person releases."""
    page = story.as_("granny").open("needs.new").submit("提交", words="六楼没有电梯，老人看病没人陪", photos=[picture()])
    assert page.status == 200
    assert "X2026-0001" in page
    assert "居民反映" in page
    story.as_("worker").open("needs.intake").submit("登记", words="想有人陪着去医院看病", speaker="王阿婆", channel="visit")
    story.as_("resident").open("needs.new").submit("提交", words="孩子三点半放学没人管")
    for number, title, text in (
        (1, "高楼层老人就医需要陪同", "老人看病、买菜需要有人陪同。"),
        (3, "小学生放学后缺少照看", "双职工家庭的孩子放学后缺少照看。"),
    ):
        worker = story.as_("worker")
        worker.open("needs.show", id=number).take("受理", title=title, category="elderly" if number == 1 else "children", decision="self")
        worker.open("needs.wording", id=number).submit("保存,请同事发布", title=title, text=text)
        released = story.as_("worker_two").open("needs.show", id=number).click("核对并发布").submit("确认发布")
        assert "已公开" in released


def the_community_merges_and_asks_the_residents(story: Story) -> None:
    """2. Two characters find the duplicate; 评议需求; the 需求清单 stands, with counts."""
    worker = story.as_("worker")
    found = worker.get("/needs?q=看病")
    assert "想有人陪着去医院看病" in found
    merged = found.click("想有人陪着去医院看病").take("合并", into="1")
    assert "已合并" in merged
    page = worker.open("needs.ballot_new")
    page = page.submit("建立评议", title="2026 年桃花坞社区评议需求", needs=["1", "3"], most="1", closes_on=story.day(5))
    assert "开始评议" in page
    page = page.take("开始评议")
    ballot = page.path
    for name, choice in (("granny", "高楼层"), ("resident", "高楼层"), ("resident_two", "小学生")):
        window = story.as_(name).get(ballot)
        key = window.tree.xpath(f"//label[contains(., '{choice}')]//input/@value | //input[@id=//label[contains(., '{choice}')]/@for]/@value")[0]
        receipt = window.submit(next(b for b in window.buttons() if "投" in b or "提交" in b), choices=[key])
        assert receipt.status == 200
    refused = story.as_("far_resident").get(ballot)
    assert "社区" in refused
    story.days_pass(6)
    counted = worker.get(ballot)
    assert "3" in counted
    settled = worker.get(f"/needs/ballot/{ballot.rsplit('/', 1)[1]}/settle").submit("列入需求清单", keep=["1", "3"])
    assert "高楼层老人就医需要陪同" in settled
    standing = worker.open("needs.standing")
    assert "2" in standing


def the_bureau_publishes_a_call(story: Story) -> None:
    """3. A call from listed needs; the lead publishes; the portal shows it. A street makes a 微公益 call of its own."""
    officer = story.as_("officer")
    page = officer.open("calls.fund_new").submit(officer.open("calls.fund_new").buttons()[-1], name="姑苏区福彩公益金", kind="lottery", payer_id=str(story.cast.gusu))
    fund = page.path
    accountant = story.as_("accountant").get(f"{fund}/budget")
    accountant.submit(accountant.buttons()[-1], year="2026", amount="100", document="姑财社〔2026〕1号")
    page = officer.open("calls.new")
    page = page.submit(
        page.buttons()[-1], title="2026 年姑苏区公益创投", needs=["1", "3"], pool="20", ceiling="8", floor="1",
        operator_id=str(story.cast.service), evaluator_id=str(story.cast.third), payer_id=str(story.cast.gusu),
        opens_on=story.day(1), closes_on=story.day(20), panel_size="3", panel_finance="1", panel_reserves="1", per_application="3",
    )  # fmt: skip
    assert page.status == 200, page.errors
    story.places["call"] = page.path
    page = page.take("报请发布")
    own = officer.get(story.places["call"])
    assert "确认发布" not in own.buttons()
    published = story.as_("leader").get(story.places["call"]).take("发布")
    assert "已发布" in published
    story.days_pass(1, hours=1)
    assert "2026 年姑苏区公益创投" in story.site.as_(None).get("/")
    assert "2026 年姑苏区公益创投" in story.site.as_(None).get(story.places["call"])


def test_the_story(site, cast, clock, days_pass):
    story = Story(site, cast, clock, days_pass)
    residents_say_and_the_community_publishes(story)
    the_community_merges_and_asks_the_residents(story)
    the_bureau_publishes_a_call(story)


__all__ = ["CHANGMEN", "TAO"]
