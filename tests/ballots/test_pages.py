"""The pages of ballots, as a resident on a phone and as those who run them meet them."""

from datetime import date, timedelta

import pytest

from tests.ballots.papers import a_ballot, opened
from tests.conftest import START
from webapp.accounts.models import Person
from webapp.ballots.models import Ballot, Vote


def votes(run):
    return run(lambda session, by: [vote.choices for vote in session.query(Vote).order_by(Vote.voter_key)])


def state(run, key):
    return run(lambda session, by: session.get_one(Ballot, key).state)


def test_a_resident_takes_part_gets_a_receipt_and_changes_the_vote(site, cast, run):
    key = run(opened)
    granny = site.as_(cast.granny)
    page = granny.open("ballots.show", id=key)
    assert page.heading == "三月评议需求"
    assert "最多选 2 项" in page
    first, second, third = page.tree.xpath('//input[@name="choices"]/@value')
    page = page.submit("提交", choices=[first, second])
    assert page.heading == "参加回执"
    code = page.tree.xpath('string(//*[contains(@class,"code")])')
    assert code in granny.open("ballots.receipt", id=key).text
    page = page.click("回到评议，或更改选择")
    assert "您已经参加过" in page
    assert not page.tree.xpath("//input[@checked]"), "谁拿起手机都看不到上一次选了什么"
    page = page.submit("更改选择", choices=[third])
    assert page.heading == "参加回执"
    assert code not in page.text
    assert votes(run) == [{"choices": [int(third)]}]


@pytest.mark.parametrize(("chosen", "sentence"), [(0, "至少选一项"), (3, "最多选 2 项，您选了 3 项")])
def test_a_wrong_paper_is_shown_again_with_the_sentence(site, cast, run, chosen, sentence):
    page = site.as_(cast.granny).open("ballots.show", id=run(opened))
    values = page.tree.xpath('//input[@name="choices"]/@value')[:chosen]
    page = page.submit("提交", choices=values)
    assert page.status == 422
    assert sentence in page
    assert len(page.tree.xpath("//input[@checked]")) == chosen
    assert votes(run) == []


def test_points_from_one_to_five(site, cast, run):
    key = run(opened, method="score", most=1)
    granny = site.as_(cast.granny)
    page = granny.open("ballots.show", id=key)
    names = sorted(set(page.tree.xpath('//input[@type="radio"]/@name')))
    assert len(names) == 3
    assert page.submit("提交").status == 422
    assert page.submit("提交", **{names[0]: "6"}).status == 422
    page = granny.open("ballots.show", id=key)
    assert page.submit("提交", **{names[0]: "5", names[2]: "3"}).heading == "参加回执"
    assert [list(vote["scores"].values()) for vote in votes(run)] == [[5, 3]]


@pytest.mark.parametrize(
    ("who", "sentence"),
    [("near_resident", "由本辖区居民参加"), ("worker", "由本辖区居民参加"), (None, "登录后参加")],
)
def test_who_cannot_take_part_reads_why(site, cast, run, who, sentence):
    page = site.as_(getattr(cast, who) if who else None).open("ballots.show", id=run(opened))
    assert page.status == 200
    assert sentence in page
    assert "提交" not in page.buttons()


def test_who_gave_no_birthday_declares_to_be_of_age(site, cast, run):
    def forget(session, by):
        session.get_one(Person, cast.granny.id).born_on = None

    key = run(opened)
    run(forget)
    page = site.as_(cast.granny).open("ballots.show", id=key)
    choice = page.tree.xpath('//input[@name="choices"]/@value')[0]
    again = page.submit("提交", choices=[choice])
    assert again.status == 422
    assert "我已年满 18 周岁" in again
    assert again.submit("提交", choices=[choice], declared="y").heading == "参加回执"


def test_a_minor_reads_why(site, cast, run):
    def younger(session, by):
        session.get_one(Person, cast.granny.id).born_on = date(2012, 1, 1)

    key = run(opened)
    run(younger)
    assert "要年满 18 周岁" in site.as_(cast.granny).open("ballots.show", id=key)


def test_the_hour_passes_while_the_paper_is_filled_in(site, cast, run, clock):
    page = site.as_(cast.granny).open("ballots.show", id=run(opened, opens_at=START - timedelta(days=7) + timedelta(minutes=10)))
    choice = page.tree.xpath('//input[@name="choices"]/@value')[0]
    clock.forward(minutes=10)
    page = page.submit("提交", choices=[choice])
    assert page.status == 409
    assert "已经截止" in page
    assert votes(run) == []


def test_those_who_run_it_open_close_and_count_through_their_buttons(site, cast, run, clock):
    key = run(a_ballot)
    worker = site.as_(cast.worker)
    worker.open("ballots.show", id=key).submit("确认开始评议")
    page = site.as_(cast.granny).open("ballots.show", id=key)
    page.submit("提交", choices=[page.tree.xpath('//input[@name="choices"]/@value')[1]])
    early = worker.open("ballots.show", id=key).click("截止").submit("确认截止")
    assert early.status == 422
    assert "提前截止请写明原因" in early
    clock.forward(days=7)
    worker = site.as_(cast.worker)
    worker.open("ballots.show", id=key).click("截止").submit("确认截止")
    assert state(run, key) == "closed"
    page = worker.open("ballots.show", id=key).submit("计票")
    assert "评议结果" in page
    assert "100.0%" in page
    assert "第 2 名并列" in page
    everyone = site.as_(None).open("ballots.show", id=key)
    assert "共 1 人参加" in everyone
    assert everyone.tree.xpath("//svg")


def test_cancelling_needs_its_reason(site, cast, run):
    key = run(opened)
    worker = site.as_(cast.worker)
    assert worker.open("ballots.show", id=key).submit("确认取消", note=" ").status == 422
    worker.open("ballots.show", id=key).submit("确认取消", note="选项写错了")
    assert state(run, key) == "cancelled"
    assert "已经取消" in site.as_(cast.granny).open("ballots.show", id=key)


def test_a_ballot_that_cannot_open_says_why(site, cast, run):
    page = site.as_(cast.worker).open("ballots.show", id=run(a_ballot, choices=1, most=1))
    assert "至少要有 2 个选项" in page
    assert "确认开始评议" not in page.buttons()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("worker", 200),
        ("street", 200),
        ("officer", 200),
        ("auditor", 200),
        ("near_worker", 404),
        ("far_officer", 404),
        ("granny", 404),
        ("lead", 404),
    ],
)
def test_a_draft_is_for_those_of_its_area(site, cast, run, who, status):
    assert site.as_(getattr(cast, who)).open("ballots.show", id=run(a_ballot)).status == status


@pytest.mark.parametrize(
    ("who", "status"), [("worker", 200), ("grid", 200), ("street", 200), ("auditor", 200), ("granny", 403), ("expert1", 403), ("lead", 403)]
)
def test_the_list_is_for_staff_and_links_to_the_page(site, cast, run, who, status):
    run(a_ballot)
    page = site.as_(getattr(cast, who)).open("ballots.index")
    assert page.status == status
    if status == 200:
        assert page.click("三月评议需求").heading == "三月评议需求"


def test_the_list_of_a_neighbour_is_empty_and_says_so(site, cast, run):
    run(a_ballot)
    assert "还没有评议" in site.as_(cast.near_worker).open("ballots.index")


@pytest.mark.parametrize("step", ["open", "close", "count", "cancel"])
def test_a_neighbour_and_a_resident_take_no_step(site, cast, run, step):
    key = run(opened)
    for who in (cast.near_worker, cast.granny):
        assert site.as_(who).get(f"/ballot/{key}/{step}").status in {403, 404}


def test_nobody_votes_without_signing_in(site, run):
    key = run(opened)
    with site.app.test_client() as client:
        site.app.config["WTF_CSRF_ENABLED"] = False
        answer = client.post(f"/ballots/{key}/vote", data={"choices": ["1"]})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")
    assert votes(run) == []


@pytest.mark.parametrize("who", ["worker", "granny", "auditor", None])
def test_no_answer_tells_the_result_before_the_count(site, cast, run, who, clock):
    """One vote for the last choice: until the count nothing in HTML or JSON depends on it, except how many took part."""
    key = run(opened)
    page = site.as_(cast.granny).open("ballots.show", id=key)
    choice = page.tree.xpath('//input[@name="choices"]/@value')[2]
    page.submit("提交", choices=[choice])
    clock.forward(days=7)
    worker = site.as_(cast.worker)
    worker.open("ballots.show", id=key).click("截止").submit("确认截止")
    visitor = site.as_(getattr(cast, who) if who else None)
    shown = visitor.json(f"/ballots/{key}")
    assert shown["result"] is None
    assert shown["ballot"]["turnout"] == 1
    assert "评议结果" not in visitor.open("ballots.show", id=key)
    worker.open("ballots.show", id=key).submit("计票")
    shown = visitor.json(f"/ballots/{key}")
    first = shown["result"]["rows"][0]
    assert (first["choice_id"], first["votes"]) == (int(choice), 1)


@pytest.mark.parametrize("many", [3, 60])
def test_pages_cost_the_same_however_much_there_is(site, cast, run, many, count_queries):
    def lots(session, by):
        return min(a_ballot(session, by).id for _ in range(many))

    first, big = run(lots), run(opened, choices=many)
    worker, granny = site.as_(cast.worker), site.as_(cast.granny)
    granny.open("ballots.show", id=big)
    with count_queries(most=12):
        worker.open("ballots.index")
    for visitor, key in ((worker, first), (worker, big), (granny, big)):
        with count_queries(most=12):
            visitor.open("ballots.show", id=key)


def test_before_it_begins_the_page_says_when(site, cast, run):
    page = site.as_(cast.granny).open("ballots.show", id=run(opened, opens_at=START + timedelta(hours=3)))
    assert "还没有开始" in page
    assert "2026" in page
