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
    worker = story.as_("worker")  # six idle days have signed the first window out
    counted = worker.get(ballot)
    assert "3 人" in counted, counted.text
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


def the_organisation_applies(story: Story) -> None:
    """4. The long form in sections, autosaved; landing confirmed; the lead submits; a snapshot freezes."""
    for who, lead, title, places, needs, money in (
        ("member", "lead", "银龄陪伴", [TAO, CHANGMEN], ["1"], "47000"),
        ("rival_member", "rival", "青苗四点半", [TAO], ["3"], "60000"),
        ("rival_member", "rival", "银发讲堂", [TAO], ["1"], "55000"),
    ):
        member = story.as_(who)
        page = member.get(f"/applications/new?call={story.places['call'].rsplit('/', 1)[1]}")
        page = page.submit(page.buttons()[-1], title=title, category="elderly")
        where = page.path
        story.places[title] = where
        blocked = story.as_(lead).get(where)
        assert "提交" not in blocked.buttons()
        assert "确认提交" not in blocked.buttons()
        member.get(f"{where}/sections/basics").submit(
            "保存", communities=places, needs=needs, starts_on=story.day(60), ends_on=story.day(400), category="elderly"
        )
        words = {
            "summary": {"q_summary": "为高龄老人陪诊。", "q_features": "邻里互助。", "q_need": "来自评议。", "q_goal": "一年 240 人次。"},
            "people": {"q_beneficiaries": "独居老人", "q_direct": "60"},
            "plan": {"q_plan": "每周两次陪诊。", "q_risks": "购买意外险。"},
            "team": {"q_leader": "秦某", "q_profession": "社会工作师", "q_members": "社工两人。"},
        }
        for section, answers in words.items():
            member.get(f"{where}/sections/{section}").submit("保存", **answers)
        member.get(f"{where}/sections/indicators").submit(
            "保存", **{"rows-0-title": "陪诊", "rows-0-unit": "人次", "rows-0-target": "240", "rows-0-due_on": story.day(390)}
        )
        over = member.get(f"{where}/sections/budget").submit(
            "保存",
            **{"requested": money, "rows-0-line": "activity", "rows-0-item": "陪诊物料", "rows-0-unit": money, "rows-0-quantity": "1",
               "rows-0-grant": "1", "rows-0-own": "0"},
        )  # fmt: skip
        assert "相差" in over or "不等" in over or "不一致" in over or "合计" in over
        member.get(f"{where}/sections/budget").submit("保存", **{"rows-0-grant": money})
        member.get(f"{where}/sections/files").submit("上传" if "上传" in member.get(f"{where}/sections/files").buttons() else member.get(f"{where}/sections/files").buttons()[-1], paper_certificate=picture("登记证书.jpg"), paper_accounts=picture("财务报告.jpg"))
        member.get(where).submit("请社区确认")
        for place, worker in ((TAO, "worker"), (CHANGMEN, "near_worker")):
            if place in places:
                story.as_(worker).open("desk.home").click(title).take("同意落地")
        done = story.as_(lead).get(where).take("提交")
        assert "已提交" in done, done.text[:1500]


def the_check_and_the_communities(story: Story) -> None:
    """5. 资格初审 returns one with reasons, which is corrected; co-review and the street's opinion follow."""
    operator = story.as_("operator")
    page = operator.get(story.places["银龄陪伴"]).take("退回补正", note="请补充服务对象来源。")
    assert "退回补正" in page
    story.as_("member").get(f"{story.places['银龄陪伴']}/sections/people").submit("保存", q_how_found="居委会名册。")
    story.as_("lead").get(story.places["银龄陪伴"]).take("提交")
    story.days_pass(20, hours=20)
    operator = story.as_("operator")
    for title in ("银龄陪伴", "青苗四点半", "银发讲堂"):
        page = operator.get(story.places[title]).click("填写资格初审表")
        assert page.buttons(), page.text
        page = page.submit(page.buttons()[-1])
        assert page.status == 200, page.text
        done = operator.get(story.places[title]).take("资格初审通过")
        assert "资格初审通过" in done, done.text[:800]
    operator.get(story.places["call"]).take("进入评审")
    for who in ("worker", "near_worker", "street"):
        for _ in range(4):
            window = story.as_(who).open("desk.home")
            if not window.links("银龄陪伴") and not window.links("青苗四点半") and not window.links("银发讲堂"):
                break
            link = next(t for t in ("银龄陪伴", "青苗四点半", "银发讲堂") if window.links(t))
            page = window.click(link)
            if "提交意见" not in page.text:
                break
            page = page.click("提交意见")
            points = {} if who == "street" else {"p_fit": "36", "p_join": "27", "p_able": "28"}
            done = page.submit("提交意见", verdict="support", **points)
            assert done.status == 200, done.errors


def the_panel_scores(story: Story) -> None:
    """6. A seeded draw with a witness; a balanced assignment; sealed until all are in; then the board."""
    operator = story.as_("operator")
    page = operator.open("reviews.panels").click("组建评审组").submit("组建评审组", per_application="3", closes_on=story.day(10))
    panel = page.path
    page = page.take("随机抽取", witness="沈督（居务监督委员会）")
    assert "沈督" in page
    judges = [name for name in (f"expert{n}" for n in range(1, 9)) if story.as_(name).get("/my/reviews").links("打开邀请")]
    assert len(judges) == 3
    for judge in judges:
        story.as_(judge).get("/my/reviews").click("打开邀请").take("签署承诺书")
    story.as_("operator").get(panel).take("分派并开始评分")
    for n, judge in enumerate(judges):
        window = story.as_(judge)
        for address in sorted({a for a in window.get("/my/reviews").links() if a.startswith("/assignments/")}):
            page = window.get(address)
            assert "晨光社会工作服务中心" not in page
            assert "青苗公益服务社" not in page
            scores = {"p_need": "17", "p_acceptance": "12", "p_innovation": "12", "p_effect": str(20 + n), "p_copying": "8", "p_budget": "12"}
            done = page.submit("提交评分", **scores)
            assert done.status == 200, done.errors
        if n == 0:
            sealed = story.as_("officer").get(panel)
            assert "81.00" not in sealed
            assert "81.00" not in str(story.as_("officer").json(f"{panel}/board"))
    operator = story.as_("operator")
    operator.get(panel).take("收齐评分")
    board = operator.get(f"{panel}/board")
    assert "中位" in board
    assert "82.00" in board
    story.as_("head").get(panel).take("确认评审结果")


def the_residents_choose_and_the_list_is_decided(story: Story) -> None:
    """7. 评选项目; the ranking; 集体研究 with its minutes; 公示, an objection raised and answered; 立项."""
    page = story.as_("officer").open("reviews.panels").click("发起居民评选").submit("发起居民评选", most="1", closes_on=story.day(4))
    ballot = page.path
    for name, choice in (("granny", "银龄陪伴"), ("resident", "银龄陪伴"), ("near_resident", "银龄陪伴"), ("resident_two", "青苗四点半")):
        window = story.as_(name).get(ballot)
        key = window.tree.xpath(f"//label[contains(., '{choice}')]//input/@value | //input[@id=//label[contains(., '{choice}')]/@for]/@value")[0]
        assert window.submit(next(b for b in window.buttons() if "投" in b or "提交" in b), choices=[key]).status == 200
    story.days_pass(6)
    call = story.places["call"]
    officer = story.as_("officer")
    page = officer.get(call).take("综合排名")
    assert "银龄陪伴" in page
    page = story.as_("head").get(f"{call}/ranking").take("集体研究", meeting="局长办公会", held_on=story.day(0), minutes_number="〔2026〕7号")
    assert page.status == 200, page.errors
    page = story.as_("officer").get(f"{call}/ranking").take("发布公示")
    notice = page.path
    public = story.site.as_(None).get(notice)
    assert "银龄陪伴" in public
    asked = story.as_("resident").get(notice).click("异议").submit("提交异议", name="华居民", text="去年做过类似的。")
    objection = asked.path
    blocked = story.as_("officer").get(call)
    assert "确认公示期满，立项" not in blocked.buttons()
    story.as_("officer").get(objection).take("答复", upheld="no", note="服务对象不同，异议不成立。")
    assert "异议不成立" in story.as_("resident").get(objection)
    story.days_pass(11)
    page = story.as_("officer").get(call).take("公示期满,立项")
    assert page.status == 200, page.text
    assert "银龄陪伴" in page


def test_the_story(site, cast, clock, days_pass, pool):
    story = Story(site, cast, clock, days_pass)
    residents_say_and_the_community_publishes(story)
    the_community_merges_and_asks_the_residents(story)
    the_bureau_publishes_a_call(story)
    the_organisation_applies(story)
    the_check_and_the_communities(story)
    the_panel_scores(story)
    the_residents_choose_and_the_list_is_decided(story)


__all__ = ["CHANGMEN", "TAO"]
