"""The residents' story, through pages alone: what they say is handled, voted on, ordered, pledged for, and answered in time.

Each function is one step; `test_the_residents_story` walks them in order and then proves the mechanisms (`mechanisms.py`).
"""

from __future__ import annotations

import io
import re
import subprocess
from typing import Any

import openpyxl
import pytest
from flask import Flask

from tests.cast import TAO, Someone
from tests.handling import stage
from tests.journeys.conftest import choices_of, option_of, picture, vote
from tests.journeys.mechanisms import prove
from tests.journeys.test_story import Story
from tests.tickets.test_lists import LAMP, NOISE, table
from webapp import app as house
from webapp.core.db import transaction

ROLL = "\n".join(f"{name} 1幢10{n}" for n, name in enumerate(("严代表", "华代表", "金代表", "魏代表", "姜代表", "秦代表"), 1))
CHANNELS = (
    ("worker", "visit", "想有人陪着去医院看病"), ("worker", "hotline", "小区门口的健身器材松了"), ("worker", "box", "活动室的椅子不够坐"),
    ("worker", "wish_tree", "想办一个社区小书架"), ("grid", "grid", "独居老人家的电线老化"),
)  # fmt: skip


@pytest.fixture
def neighbours(app: Flask, cast: Any) -> dict[str, Someone]:
    """Who is not of the fixed cast: a member of the Party branch and a firm that gives."""
    with app.app_context(), transaction(house.web.db.engine) as session:
        return {"party_member": stage.member(session, cast), "sponsor": stage.sponsor(session)}


class Residents(Story):
    def __init__(self, site: Any, cast: Any, clock: Any, days_pass: Any, neighbours: dict[str, Someone]) -> None:
        super().__init__(site, cast, clock, days_pass)
        self.neighbours = neighbours

    def as_(self, name: str) -> Any:
        return self.site.as_(self.neighbours.get(name) or getattr(self.cast, name))


def made_public(story: Residents, need: int, title: str, category: str, pace: str) -> None:
    """受理, a public wording by one, and its release by another."""
    page = story.as_("worker").open("needs.show", id=need).take("受理", title=title, category=category, decision="self", pace=pace)
    page = page.click("起草公开表述").submit("保存，请同事发布", title=title, text=f"居民希望：{title}。")
    assert not page.links("核对并发布"), "who drafted it does not release it"
    assert "已公开" in story.as_("worker_two").get(page.path).click("核对并发布").submit("确认发布")


def needs_come_by_every_channel(story: Residents) -> None:
    """1. A sentence on a phone; what old neighbours say is written down; hotline, box, wish tree, the grid, and a list of tickets."""
    form = story.as_("granny").open("needs.new")
    assert len(form.tree.xpath("//select[@name='category']/option")) == 22
    said = form.submit("提交", words="楼道灯坏了，晚上看不见", category="property", photos=[picture()])
    assert "已收到，编号 X2026-0001。社区会在 2026年3月2日 13:00 前答复您" in said
    for who, channel, words in CHANNELS:
        page = story.as_(who).open("needs.intake").submit("登记", words=words, speaker="王阿婆", channel=channel)
        assert "已登记，编号 X2026-" in page
    read = story.as_("street").open("tickets.new").submit("读入，先看一看", channel="12345", file=[table(LAMP, NOISE)])
    assert "2 张，每张登记为一件需求" in read
    taken = read.take("登记")
    assert "X2026-0008" in taken
    story.as_("worker").open("needs.show", id=7).take("不予受理", note="路灯归市政", elsewhere="", other="市政热线 12319")
    answers = story.as_("street").get(taken.path).submit("导出答复")
    lines = list(openpyxl.load_workbook(io.BytesIO(answers.body)).worksheets[0].iter_rows(values_only=True))
    assert "路灯归市政。可以找：市政热线 12319。" in lines[1]
    story.as_("worker").open("needs.show", id=8).take("受理", title="夜间噪声", category="neighbour", decision="self", pace="deep")


def a_neighbour_has_the_same_need(story: Residents) -> None:
    """2. What a second person released stands in public; 我也有同样需求, with one press on a phone."""
    made_public(story, 1, "楼道照明", "property", "deep")
    made_public(story, 2, "老人就医需要陪同", "elderly", "deep")
    page = story.as_("resident").open("portal.home").click("楼道照明")
    assert "1 人反映" in page
    assert "已记下，您也有同样需求" in page.submit("我也有同样需求")
    asked = story.as_("granny").open("needs.show", id=1)
    assert "另有 1 人有同样需求" in asked
    for link in ("信息收集", "问题发现", "任务分办", "协同处置", "结果反馈"):
        assert link in asked


def a_resident_orders_and_a_member_takes_it(story: Residents) -> None:
    """3. 三单制: a resident orders from the menu, the branch gives it out, a member does it with proof, the resident judges."""
    story.as_("worker").open("handling.menu_new").submit("列入菜单", title="上门理发", text="每周三下午", category="elderly")
    placed = story.as_("granny").open("handling.menu").click("点单").submit("点单", words="腿脚不便", place_="3 号楼")
    assert "待派单" in placed
    order = placed.path
    lead = story.as_("worker_two").open("desk.home").click("上门理发").click("派单")
    assert "待接单" in lead.submit("派单", taker_id=option_of(lead, "taker_id", "党员老周"))
    mine = story.as_("party_member").open("desk.home").click("上门理发").take("接单")
    assert "3 号楼" in mine
    done = mine.take("办好了", note="理好了，老人很精神", photos=[picture()])
    assert "现场.jpg" in done
    page = story.as_("granny").get(order)
    assert "理好了，老人很精神" in page
    assert "5 分" in page.take("评价", rating="5", note="手艺好")
    assert "已评价" in story.as_("granny").get(order)


def the_grid_worker_finds_and_does_it(story: Residents) -> None:
    """3, on the round: what the grid worker heard comes back as an order anyone may take; a third person asks how it went."""
    page = story.as_("worker").open("needs.show", id=6).take("受理", title="电线老化", category="safety", decision="self", pace="quick")
    order = page.take("点单", title="换老化的电线", contact="赵奶奶").click("换老化的电线").path
    story.as_("worker_two").get(order).take("公开抢单")
    story.as_("grid").open("desk.home").click("换老化的电线").take("我来办").take("办好了", note="电工换了两段线")
    page = story.as_("worker").open("needs.show", id=6).take("回访", how="visit", rating="5", note="赵奶奶说放心了")
    assert "赵奶奶说放心了" in page


def a_firm_pledges(story: Residents) -> None:
    """4. 认领: offered in public, pledged, agreed upon, received by two people, used and told. The platform takes no money."""
    made_public(story, 5, "社区小书架", "culture", "deep")
    worker = story.as_("worker")
    worker.open("needs.show", id=5).take("公开认领", wanted="20000", goods="图书 200 册", until=story.day(30))
    offer = story.site.as_(None).open("handling.pledges")
    assert "平台不收款，也不向公众募款" in offer
    story.places["offer"] = offer.click("社区小书架").path
    pledged = story.as_("sponsor").get(story.places["offer"]).click("我们来认领").submit("提出认领意向", amount="20000", goods="")
    pledge = pledged.path
    page = story.as_("worker").get(pledge).take("确认认领").take(
        "登记捐赠协议", recipient="姑苏区慈善总会", qualification="慈善组织 53320500MJ1", agreement_number="JZ-2026-01",
        signed_on=story.day(0), scan=[picture("协议.jpg")],
    )  # fmt: skip
    page.click("登记到账").submit("登记", amount="20000", received_on=story.day(0), voucher="PJ001")
    street = story.as_("street")
    gift = street.open("desk.home").click("捐赠到账待复核 社区小书架").take("复核入账")
    assert "已入账" in gift
    assert "已使用" in street.get(pledge).take("使用完毕", note="书架和 200 册图书已到活动室")
    assert "已到账 20,000.00 元" in story.site.as_(None).get(story.places["offer"])


def a_danger_is_answered_in_five_minutes_or_the_street_is_told(story: Residents) -> None:
    """5. The clock of five minutes runs at once; when it has run out the street is told by name, and who spoke sees it."""
    form = story.as_("street").open("handling.teams").click("确定：桃花坞社区居委会")
    cadres = (("district_id", "张敏"), ("street_id", "郑颖"), ("community_id", "褚小桃"))
    form.submit("确定", **{field: option_of(form, field, name) for field, name in cadres})
    said = story.as_("resident").open("needs.new").submit("提交", words="楼道堆满杂物，消防通道走不通", category="safety")
    assert "“首次答复”，最晚 2026年3月2日 09:05" in said, "five minutes after it was said"
    assert "郑颖" in said
    story.places["danger"] = said.path
    story.days_pass(hours=1)
    assert "已报街道督办（金阊街道办事处 郑颖、冯强）" in story.as_("resident").get(said.path)
    street = story.as_("street").open("handling.escalations").click("X2026-0010")
    assert "已答复" in street.take("答复督办", note="已约社区明天到现场")
    assert "已约社区明天到现场" in story.as_("resident").get(said.path)


def the_residents_vote_change_their_vote_and_vote_on_paper(story: Residents) -> None:
    """6. 评议需求 on a phone: a vote, a receipt, another vote and its receipt; an old neighbour's paper."""
    worker = story.as_("worker")
    page = worker.open("needs.ballot_new").submit(
        "建立评议", title="2026 年桃花坞社区评议需求", needs=["1", "2"], most="1", closes_on=story.day(5)
    )
    page = page.take("开始评议")
    ballot = story.places["ballot"] = page.path
    register = page.click("纸质票登记").submit("登记", name="赵大爷", way="assisted", area_code=TAO, born_on="1944-05-01")
    assert "已登记 1 人" in register
    for name in ("resident", "resident_two"):
        assert vote(story.as_(name).get(ballot), "老人就医").heading == "参加回执"
    paper = story.as_("granny").get(ballot)
    assert "2026年3月7日 24:00 截止" in paper
    first = vote(paper, "楼道照明")
    paper = first.click("回到评议，或更改选择")
    assert "您已经参加过" in paper
    assert not paper.tree.xpath("//input[@checked]"), "whoever picks up the phone does not see what was chosen"
    second = vote(paper, "老人就医")
    codes = [one.tree.xpath('string(//*[contains(@class,"code")])') for one in (first, second)]
    assert all(codes)
    assert codes[0] != codes[1]


def the_district_is_told_when_nothing_was_done(story: Residents) -> None:
    """7. Six days later: the district has the danger in its ledger, answers, and the community acts; the ledger goes out as a file."""
    story.days_pass(6)
    officer = story.as_("officer").open("handling.escalations", state="district").click("X2026-0010")
    officer.take("答复督办", note="已请街道今天清理")
    page = story.as_("worker").get(story.places["danger"])
    page.take("受理", title="消防通道被占", category="safety", decision="assist", pace="quick")
    ledger = story.as_("officer").open("handling.escalations")
    lines = openpyxl.load_workbook(io.BytesIO(ledger.click("导出 XLSX").body)).worksheets[0].iter_rows(values_only=True)
    assert [line[3] for line in lines if line[0] == "X2026-0010"] == ["街道", "区"]


def the_papers_are_entered_by_two_and_all_is_counted(story: Residents) -> None:
    """8. The box: two count the envelopes, two type each paper; the count, which everybody reads. The meeting is to decide."""
    ballot = story.places["ballot"]
    assert "信封还没有清点" in story.as_("worker").get(ballot)
    for name, button in (("worker", "清点信封"), ("worker_two", "再清点一遍")):
        box = story.as_(name).get(f"{ballot}/box").submit(button, envelopes="1")
        box = box.submit("录入", serial="1", choices=choices_of(box, "楼道照明"))
    assert "三个数一致，可以计票" in box
    assert "共 4 人参加" in story.as_("worker").get(ballot).take("计票")
    result = story.as_("granny").get(ballot)
    assert "75.0%" in result
    assert "0 件列入需求清单" in settled(story, ballot, [])


def a_meeting(story: Residents, *, voters: tuple[str, ...], others: int) -> Any:
    """居民代表会议 of six representatives on the two needs: roll, study, votes with the codes of printed slips, 签到, the count."""
    worker = story.as_("worker")
    page = worker.open("needs.ballot_new").submit(
        "建立评议",
        title="三月居民代表会议",
        needs=["1", "2"],
        most="2",
        nature="representatives",
        who="representatives",
        closes_on=story.day(5),
    )
    ballot = page.path
    page.click("请先填写参加人名册").submit("保存名册", source="第七届居民代表当选名单", on=story.day(0), lines=ROLL)
    page = worker.get(ballot).click("请先登记党组织研究记录")
    page = page.submit("保存", studied_on=story.day(0), meeting="社区党委会议", opinion="同意提交居民代表会议表决", agrees="yes")
    assert "三分之二以上（4 人）到会才能作出决定" in page
    page.take("开始评议")
    codes = printed_codes(story, f"{ballot}/slips") if voters else []
    for name, code in zip(voters, codes, strict=False):
        paper = story.as_(name).open("ballots.code").submit("下一步", code=code)
        assert "您代表名册上的" in paper
        assert vote(paper, "老人就医").heading == "参加回执"
    sign_in = worker.get(f"{ballot}/attendance")
    here = sign_in.tree.xpath('//input[@name="here"][not(../label[contains(., "已参加")])]/@value')[:others]
    sign_in.submit("保存这一页的签到", here=here)
    return worker.get(ballot).take("截止", note="人已到齐").take("计票")


def printed_codes(story: Residents, where: str) -> list[str]:
    """The codes on the slips that the worker prints."""
    worker = story.as_("worker")
    worker.get(where).submit("印制全部纸条")
    story.days_pass()
    slips = worker.get(worker.get(where).links("参加码-")[0]).body
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=slips, capture_output=True, check=True).stdout.decode()
    return [one.replace(" ", "") for one in re.findall(r"\d{4} \d{4} \d{4}", text)]


def settled(story: Residents, ballot: str, keep: list[str]) -> Any:
    return story.as_("worker").get(ballot).click("选定列入清单的需求").submit("列入需求清单", keep=keep)


def a_meeting_decides_only_when_enough_have_come(story: Residents) -> None:
    """9. Three of six: nothing is decided. Four of six: what more than half of them want is listed, and nothing else can be."""
    page = a_meeting(story, voters=(), others=3)
    assert "应到 6 人，到会 3 人，其中 0 人投票；法定至少 4 人到会" in page
    assert "没有作出任何决定" in page
    assert "0 件列入需求清单" in settled(story, page.path, [])
    page = a_meeting(story, voters=("granny", "resident", "resident_two"), others=1)
    assert "应到 6 人，到会 4 人，其中 3 人投票；法定至少 4 人到会" in page
    assert "表决有效" in page
    assert "会议没有通过“楼道照明”" in settled(story, page.path, ["1", "2"])
    assert "1 件列入需求清单" in settled(story, page.path, ["2"])


def a_department_answers_and_who_spoke_judges(story: Residents) -> None:
    """10. What the list left out is handled all the same: 转办 to the department, its answer, and the rating."""
    form = story.as_("worker").open("needs.show", id=1).click("转办")
    assert "姑苏区住建委" in form.submit("转办", department_id=option_of(form, "department_id", "姑苏区住建委"), note="请查楼道线路")
    assert "姑苏区住建委 · 0512-60000000" in story.as_("granny").open("needs.show", id=1)
    clerk = story.as_("housing_clerk").open("desk.home").click("楼道照明")
    assert "已办结" in clerk.take("部门答复", note="线路已换，灯全亮了")
    page = story.as_("granny").open("desk.home").click("楼道照明")
    assert "线路已换，灯全亮了" in page
    assert "已回访" in page.take("评价", rating="5", note="晚上敢出门了")


def an_organisation_proposes_a_service(story: Residents) -> None:
    """11. 三议: proposed by an organisation, talked over by the residents, answered by the department; it reads each step."""
    form = story.as_("member").open("needs.propose", street=TAO[:9])
    title = "高龄老人住房安全排查"
    page = form.submit("提交提议", area_code=TAO, words="愿意为高龄独居老人免费排查电线和扶手", title=title, category="elderly")
    story.places["proposal"] = page.path
    page = story.as_("worker").get(page.path)
    assert "社会组织服务提议" in page
    page = page.take("受理", title=title, category="elderly", decision="assist", pace="deep")
    form = page.take("提交议事").take("议事有结果", note="居民议事会同意，请区里一起排名单").click("转办")
    form.submit("转办", department_id=option_of(form, "department_id", "姑苏区住建委"), note="请与晨光中心商定排查名单")
    story.as_("housing_clerk").open("desk.home").click(title).take("部门答复", note="名单已与晨光中心商定")
    assert "名单已与晨光中心商定" in story.as_("lead").open("needs.proposals").click(title)


def tell(story: Residents) -> None:
    """All steps, in order."""
    needs_come_by_every_channel(story)
    a_neighbour_has_the_same_need(story)
    a_resident_orders_and_a_member_takes_it(story)
    the_grid_worker_finds_and_does_it(story)
    a_firm_pledges(story)
    a_danger_is_answered_in_five_minutes_or_the_street_is_told(story)
    the_residents_vote_change_their_vote_and_vote_on_paper(story)
    the_district_is_told_when_nothing_was_done(story)
    the_papers_are_entered_by_two_and_all_is_counted(story)
    a_meeting_decides_only_when_enough_have_come(story)
    a_department_answers_and_who_spoke_judges(story)
    an_organisation_proposes_a_service(story)


def test_the_residents_story(site, cast, clock, days_pass, neighbours, engine):
    story = Residents(site, cast, clock, days_pass, neighbours)
    tell(story)
    prove(story, engine, test_the_residents_story)
