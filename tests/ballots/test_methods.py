"""The paper and the result of each method, as a resident on a phone without JavaScript meets them; and creating by method."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests import make
from tests.ballots.papers import counted, opened
from tests.cast import TAO
from tests.conftest import START
from webapp.ballots import actions, queries
from webapp.ballots.models import Ballot, Choice, Vote
from webapp.core.workflow import Refused
from webapp.needs.actions import start_ballot

POT = {"method": "pot", "pot": Money(1000_00), "costs": (600, 500, 300)}
RANK = {"method": "rank", "most": 2}
VOTES = {
    "approve": [{"choices": [1, 2]}, {"choices": [1]}],
    "pot": [{"choices": [1, 3]}, {"choices": [2]}, {"choices": [1]}],
    "score": [{"scores": {1: 5, 2: 3}}, {"scores": {1: 4}}],
    "rank": [{"ranking": [1, 2]}, {"ranking": [1]}],
}


def keys(run, ballot):
    return run(lambda s, by: list(s.scalars(sa.select(Choice.id).where(Choice.ballot_id == ballot).order_by(Choice.position))))


def votes(run):
    return run(lambda s, by: [vote.choices for vote in s.scalars(sa.select(Vote))])


def test_a_pot_is_spent_within_its_sum(site, cast, run):
    ballot = run(opened, **POT)
    one, two, three = keys(run, ballot)
    page = site.as_(cast.granny).open("ballots.show", id=ballot)
    assert "一共有 1,000.00 元" in page
    assert sorted(page.tree.xpath("//input/@data-fen")) == ["30000", "50000", "60000"]
    assert page.tree.xpath('//fieldset[@data-pot="100000"]')
    again = page.submit("提交", choices=[str(one), str(two)])
    assert again.status == 422
    assert "您选的合计 1,100.00 元，超过了 1,000.00 元，请去掉一些。" in again
    assert len(again.tree.xpath("//input[@checked]")) == 2, "选过的不丢"
    assert again.submit("提交", choices=[str(one), str(three)]).heading == "参加回执"
    page = site.as_(cast.granny).open("ballots.show", id=ballot)
    assert page.submit("更改选择", choices=[str(two)]).heading == "参加回执"
    assert votes(run) == [{"choices": [two]}]


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        (("1", "1", ""), "有两项都排在第 1 位"),
        (("2", "", ""), "第 1 位还空着"),
        (("", "", ""), "您还没有选择"),
        (("3", "1", "2"), "最多排 2 位"),
    ],
)
def test_a_wrong_ranking_is_shown_again_with_the_sentence(site, cast, run, places, sentence):
    ballot = run(opened, **RANK)
    given = {f"place_{key}": place for key, place in zip(keys(run, ballot), places, strict=True)}
    again = site.as_(cast.granny).open("ballots.show", id=ballot).submit("提交", **given)
    assert again.status == 422
    assert sentence in again
    assert votes(run) == []


def test_a_short_ranking_is_enough_and_can_be_changed(site, cast, run):
    ballot = run(opened, **RANK)
    one, two, three = keys(run, ballot)
    granny = site.as_(cast.granny)
    page = granny.open("ballots.show", id=ballot)
    assert page.tree.xpath(f'//select[@name="place_{one}"]/option/@value') == ["", "1", "2"]
    assert page.submit("提交", **{f"place_{three}": "1"}).heading == "参加回执"
    page = granny.open("ballots.show", id=ballot)
    assert not page.tree.xpath("//option[@selected][@value!='']"), "谁拿起手机都看不到上一次排了什么"
    page.submit("更改选择", **{f"place_{two}": "1", f"place_{one}": "2"})
    assert votes(run) == [{"ranking": [two, one]}]


def test_each_voter_has_an_order_of_ones_own_and_visitors_that_of_the_paper(site, cast, run):
    ballot = run(opened, choices=8)

    def order(who):
        page = site.as_(who).open("ballots.show", id=ballot)
        return [int(value) for value in page.tree.xpath('//input[@name="choices"]/@value')]

    granny, resident = order(cast.granny), order(cast.resident)
    assert sorted(granny) == sorted(resident) == keys(run, ballot)
    assert granny != resident
    assert granny == order(cast.granny), "同一个人每次打开都一样"
    public = site.as_(None).json(f"/ballots/{ballot}")["choices"]
    assert [one["id"] for one in public] == keys(run, ballot)
    other = run(opened, choices=8)
    assert [key - min(order(cast.granny)) for key in granny] != [
        int(value) - min(keys(run, other))
        for value in site.as_(cast.granny).open("ballots.show", id=other).tree.xpath('//input[@name="choices"]/@value')
    ], "换一次评议，次序也换"


@pytest.mark.parametrize(
    ("method", "more", "words"),
    [
        ("approve", {}, ("赞成 占参加人数", "2 人 100.0%")),
        ("score", {}, ("平均分", "4.50")),
        ("rank", RANK, ("得分 排在第一 排进来", "4 分 2 人 2 人", "排在第一位得 2 分")),
        ("pot", POT, ("选它 占参加人数", "按票数", "按等额分担", "600.00 元", "1,000.00 元可以办成哪些")),
        ("approve", {"pot": Money(1000_00), "costs": (600, 500, 300)}, ("按等额分担", "按票数补足")),
        ("score", {"pot": Money(1000_00), "costs": (600, 500, 300)}, ("平均分", "按等额分担")),
        ("rank", RANK | {"pot": Money(1000_00), "costs": (600, 500, 300)}, ("排在第一", "按等额分担")),
    ],
)
def test_everybody_reads_the_result(site, run, method, more, words, count_queries):
    ballot = run(counted, votes=VOTES[method], **({"method": method} | more))
    site.as_(None).open("ballots.show", id=ballot)
    with count_queries(most=12):
        page = site.as_(None).open("ballots.show", id=ballot)
    for one in words:
        assert one in page
    assert page.tree.xpath("//svg")
    assert run(lambda s, by: [line for check in queries.CHECKS.values() for line in check(s)]) == []


def test_running_ballots_tell_no_result_by_any_method(site, cast, run, clock):
    for more in (POT, RANK, {"method": "score"}):
        ballot = run(opened, **more)
        one = keys(run, ballot)[0]
        vote = {"pot": {"choices": [one]}, "rank": {"ranking": [one]}, "score": {"scores": {one: 5}}}[more["method"]]
        run(lambda s, by, b=ballot, v=vote: actions.cast(s, s.get_one(Ballot, b), choices=v, by=cast.granny.viewer(s, START), at=START))
        run(lambda s, by, b=ballot: actions.close_ballot(s, s.get_one(Ballot, b), by=by, at=START + timedelta(days=7)))
        for who in (None, cast.worker, cast.supervisor, cast.auditor):
            shown = site.as_(who).json(f"/ballots/{ballot}")
            assert (shown["result"], shown["details"]) == (None, False)
    clock.forward(days=7)


# --- creating


@pytest.fixture
def needs(run, cast):
    def two(session, by):
        return [
            make.need(session, START, area=TAO, person=cast.granny, title=title, public=True, state="accepted", number=f"X2026-{n:04}").id
            for n, title in enumerate(("装扶手", "修路灯"), 1)
        ]

    return run(two)


def test_a_worker_gives_each_need_its_cost_and_starts_a_pot(site, cast, run, needs):
    page = site.as_(cast.worker).open("needs.ballot_new")
    chosen = [str(key) for key in needs]
    again = page.submit("建立评议", method="pot", needs=chosen)
    assert "请填写一共有多少钱。" in again
    again = again.submit("建立评议", pot="1000", **{f"cost_{needs[0]}": "600"})
    assert "请填写这件需求的费用。" in again
    assert again.tree.xpath(f'//input[@name="cost_{needs[0]}"]/@value') == ["600"]
    assert "不超过一共的 1,000.00 元" in again.submit("建立评议", **{f"cost_{needs[1]}": "1000.01"})
    assert "写了费用，请再填一共有多少钱" in again.submit("建立评议", method="approve", pot="")
    page = again.submit("建立评议", **{f"cost_{needs[1]}": "500.50"})
    assert "开始评议" in page
    stored = run(lambda s, by: [(b.method, b.pot_fen) for b in s.scalars(sa.select(Ballot))])
    assert stored == [("pot", Money(1000_00))]
    assert run(lambda s, by: list(s.scalars(sa.select(Choice.cost_fen).order_by(Choice.position)))) == [Money(600_00), Money(500_50)]
    page.submit("确认开始评议")
    assert run(lambda s, by: list(s.scalars(sa.select(Ballot.state)))) == ["open"]


def test_more_places_than_needs_are_refused_at_once(site, cast, run, needs):
    page = site.as_(cast.worker).open("needs.ballot_new").submit("建立评议", method="rank", needs=[str(key) for key in needs], most="3")
    assert "这里最多填 2" in page


def test_the_money_stands_beside_each_need_where_they_are_listed(site, cast, run, needs):
    """Everybody wants the first: it is bought by both ways of counting, and so chosen beforehand; the second does not fit."""

    def put(session, by):
        ballot = start_ballot(
            session, area_code=TAO, need_ids=needs, title="花这笔钱", most=1, method="pot", pot=Money(1000_00),
            costs={needs[0]: Money(600_00), needs[1]: Money(500_00)}, opens_at=START, closes_at=START + timedelta(days=7), by=by, at=START,
        )  # fmt: skip
        actions.open_ballot(session, ballot, by=by, at=START)
        first = session.scalars(sa.select(Choice.id).where(Choice.ballot_id == ballot.id).order_by(Choice.position)).first()
        actions.cast(session, ballot, choices={"choices": [first]}, by=cast.granny.viewer(session, START), at=START)
        actions.close_ballot(session, ballot, by=by, at=START, note="人已到齐")
        actions.count(session, ballot, by=by, at=START)
        return ballot

    page = site.as_(cast.worker).open("needs.settle", id=run(put))
    assert "第 1 名 · 装扶手 · 1 票 · 600.00 元 · 按票数入选 · 按等额分担入选" in page
    assert page.tree.xpath("//input[@checked]/@value") == [str(needs[0])]


@pytest.mark.parametrize("method", ["approve", "score", "rank"])
def test_the_other_methods_need_no_money(site, cast, run, needs, method):
    site.as_(cast.worker).open("needs.ballot_new").submit("建立评议", method=method, needs=[str(key) for key in needs], most="2")
    assert run(lambda s, by: [(b.method, b.pot_fen) for b in s.scalars(sa.select(Ballot))]) == [(method, None)]


def test_two_needs_of_one_name_are_told_at_the_form(site, cast, run, needs):
    def third(session, by):
        return make.need(
            session, START, area=TAO, person=cast.granny, title="装 扶手", public=True, state="accepted", number="X2026-0003"
        ).id

    chosen = [str(key) for key in (*needs, run(third))]
    page = site.as_(cast.worker).open("needs.ballot_new").submit("建立评议", needs=chosen, title="三月评议")
    assert page.status == 422
    assert "第 1 项“装扶手”和第 3 项“装 扶手”名称相同，居民分不清。请先合并，或改写公开表述。" in page
    assert page.tree.xpath('//input[@id="title"]/@value') == ["三月评议"]
    assert run(lambda s, by: list(s.scalars(sa.select(Ballot)))) == []


def test_two_choices_of_one_name_are_told_before_opening(site, cast, run):
    def alike(session, by):
        paper = [actions.NewChoice(title) for title in ("装扶手", "修路灯", "装扶手")]
        return actions.create(
            session, purpose="needs", subject=f"area:{TAO}", title="评议", area_code=TAO, method="approve", most=1, choices=paper,
            opens_at=START, closes_at=START + timedelta(days=7), by=by, at=START,
        )  # fmt: skip

    page = site.as_(cast.worker).open("ballots.show", id=run(alike))
    assert "第 1 项“装扶手”和第 3 项“装扶手”名称相同" in page
    assert "确认开始评议" not in page.buttons()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("UPDATE ballots SET pot_fen = NULL", "pot_has_money"), ("UPDATE ballots SET pot_fen = 0", "pot_positive"),
        ("UPDATE ballots SET method = 'lot'", "known_method"), ("UPDATE ballot_choices SET cost_fen = 0", "cost_positive"),
    ],
)  # fmt: skip
def test_the_database_knows_the_rules_of_money_too(session, cast, change, name):
    opened(session, cast.worker.viewer(session, START), **POT)
    with pytest.raises(sa.exc.IntegrityError, match=name):
        session.execute(sa.text(change))


def test_costs_without_money_are_a_slip(session, cast):
    with pytest.raises(Refused, match="再填一共有多少钱"):
        opened(session, cast.worker.viewer(session, START), costs=(1, 2))
    with pytest.raises(Refused, match="请填写一共有多少钱"):
        opened(session, cast.worker.viewer(session, START), method="pot")
