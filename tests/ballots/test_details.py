"""计票明细: what is published, to whom, and that anybody can count again from the file alone."""

import subprocess
import sys
from datetime import timedelta

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests.ballots.papers import counted, opened
from tests.cast import CHANGMEN, TAO
from tests.conftest import START
from webapp.ballots import actions, counting, details, queries, tally
from webapp.ballots.models import Ballot, Teller
from webapp.core.settings import Setting

VOTES = {
    "approve": [{"choices": [1, 2]}, {"choices": [1, 2]}, {"choices": [3]}],
    "pot": [{"choices": [1, 3]}, {"choices": [2]}, {"choices": [2, 3]}],
    "score": [{"scores": {1: 5, 2: 3}}, {"scores": {3: 4}}, {"scores": {1: 1, 2: 2, 3: 3}}],
    "rank": [{"ranking": [3, 1]}, {"ranking": [2]}, {"ranking": [1, 2]}],
}
MONEY = {"pot": Money(1000_00), "costs": (600, 600, 300)}
WRITERS = {"pb": details.write_pb, "csv": details.write_csv}


@pytest.fixture
def by(session, cast):
    return cast.worker.viewer(session, START)


@pytest.mark.parametrize("kind", ["pb", "csv"])
@pytest.mark.parametrize("method", VOTES)
@pytest.mark.parametrize("money", [True, False])
def test_the_file_alone_gives_the_published_result(session, by, kind, method, money):
    if method == "pot" and not money:
        return
    ballot = counted(session, by, VOTES[method], method=method, **(MONEY if money else {}))
    found = details.recount(WRITERS[kind](queries.details_of(session, ballot, votes=True)))
    assert found.result == ballot.result
    assert found.agrees
    assert (found.number, found.title) == (ballot.number, "三月评议需求")


@pytest.mark.parametrize("kind", ["pb", "csv"])
def test_a_decided_tie_goes_along(session, by, kind):
    ballot = counted(session, by, VOTES["approve"], method="approve", **MONEY)
    first, second = counting.tied(ballot.result)
    actions.settle_ties(session, ballot, order=[second, first], note="现场抽签", by=by, at=START)
    assert ballot.result["money"]["greedy"]["possible"] == []
    found = details.recount(WRITERS[kind](queries.details_of(session, ballot, votes=True)))
    assert found.agrees
    assert any("并列的先后已由人确定：需求2、需求1" in line for line in details.told(found))


@pytest.mark.parametrize("title", ["=1+1", "'引号", '有;分号,逗号"引号"', "第一行\n第二行", "name", "分数"])
@pytest.mark.parametrize("kind", ["pb", "csv"])
def test_any_title_comes_back(session, by, kind, title):
    ballot = counted(session, by, VOTES["approve"])
    sheet = counting.Sheet("approve", 2, (counting.Counted(1, "need:1", title), counting.Counted(2, "", "乙")))
    votes = ({"choices": [1]}, {"choices": [1, 2]})
    told = details.Details(ballot.number, title, START.date(), START.date(), sheet, counting.count(sheet, votes), votes)
    written = WRITERS[kind](told)
    found = details.recount(written)
    assert (found.title, found.agrees) == (title, True)
    if kind == "csv":
        assert not any(cell.startswith("=") for line in written.decode().splitlines() for cell in line.split(","))


def test_the_file_knows_no_person_no_time_and_no_place(session, by):
    ballot = counted(session, by, VOTES["approve"], strata=[TAO, TAO, f"{TAO}001"])
    for write in WRITERS.values():
        text = write(queries.details_of(session, ballot, votes=True)).decode()
        assert TAO not in text
        assert "居民" not in text
        keys = [key for key, _ in tally.votes_of(session, ballot.id)]
        assert not any(key in text for key in keys)
        assert START.strftime("%H:%M") not in text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("META\n", "METAL\n"), "第 1 行：开头应是 META"),
        (("vote\n1;", "vote\n一;"), "“序号”应是整数，现在是“一”"),
        (("VOTES\nvoter_id;vote", "VOTES\nvoter_id;vote\n1;99999"), "这张票不合规则：选项里没有这一项"),
        (("vote\n1;", "vote\n2;"), "序号 2 出现了两次"),
        (("vote\n1;", "vote\n\n4;1;1;1;1;1;1\n1;"), "应有 2 列，现在有 7 列"),
        (("method;approve", "method;guess"), "办法“guess”不是"),
        (("rule_version;2026-12", "rule_version;2099"), "计票规则版本“2099”不认识"),
        (("result_digest;", "digest;"), "说明里没有“结果摘要”"),
        (("num_votes;3", "num_votes;4"), "说明里写有 4 张票，文件里有 3 张"),
        (("VOTES\n", "PROJECTS\n"), "“PROJECTS”出现了两次"),
        (("budget;0", "budget;许多"), "不是金额"),
        (("name;三", 'name;"三'), ""),
    ],
)
def test_a_damaged_file_says_where(session, by, change, sentence):
    text = details.write_pb(queries.details_of(session, counted(session, by, VOTES["approve"]), votes=True)).decode()
    broken = text.replace(*change, 1)
    if sentence == "":
        broken = text.replace("需求1", '"需求1', 1)
        sentence = "引号不成对"
    with pytest.raises(details.Damaged, match=r"第 \d+ 行") as error:
        details.recount(broken.encode())
    assert sentence in str(error.value)


def test_a_file_without_votes_is_no_ground_for_a_count(session, by):
    for write in WRITERS.values():
        with pytest.raises(details.Damaged, match="只公开了合计，不能重新计票"):
            details.recount(write(queries.details_of(session, counted(session, by, VOTES["approve"]), votes=False)))
    with pytest.raises(details.Damaged, match="不是 UTF-8"):
        details.recount("META\n名".encode("gb18030"))


def test_the_command_counts_a_file_and_says_whether_it_agrees(session, by, tmp_path):
    ballot = counted(session, by, VOTES["pot"], method="pot", **MONEY)
    right, forged, broken = tmp_path / "a.pb", tmp_path / "b.pb", tmp_path / "c.csv"
    right.write_bytes(details.write_pb(queries.details_of(session, ballot, votes=True)))
    whole, _, votes = right.read_text().partition("vote\n")
    first, second, third = (line.partition(";")[2] for line in votes.splitlines())
    forged.write_text(f"{whole}vote\n1;{first}\n2;{second}\n3;{first if first != third else second}\n")
    broken.write_text("说明\n项目,内容\n")

    def run(path):
        return subprocess.run([sys.executable, "-m", "webapp.cli", "recount", str(path)], capture_output=True, text=True, check=False)

    told = run(right)
    assert told.returncode == 0, told.stderr
    assert "复核无误" in told.stdout
    assert "按等额分担" in told.stdout
    told = run(forged)
    assert (told.returncode, "不同！" in told.stdout) == (1, True)
    told = run(broken)
    assert told.returncode == 1
    assert "第 2 行" in told.stderr
    assert run(tmp_path / "none.pb").returncode == 1


@pytest.mark.parametrize(
    ("method", "totals"),
    [("approve", [("2", "2"), ("2", "2"), ("1", "1")]), ("score", [("2", "3.00"), ("2", "2.50"), ("2", "3.50")]), ("rank", [("2", "3"), ("2", "3"), ("1", "2")])],
)  # fmt: skip
def test_totals_stand_in_the_file_with_or_without_votes(session, by, method, totals):
    ballot = counted(session, by, VOTES[method], method=method)
    for votes in (True, False):
        lines = details.write_pb(queries.details_of(session, ballot, votes=votes)).decode().splitlines()
        first = lines.index("PROJECTS") + 2
        assert [tuple(line.split(";")[2:4]) for line in lines[first : first + 3]] == totals


def test_a_result_of_the_older_rules_stays_readable_and_is_recounted_as_it_was(session, by, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(counting, "VERSION", "2026-11")
        ballot = counted(session, by, VOTES["approve"])
    assert (ballot.rule_version, set(ballot.result)) == ("2026-11", {"turnout", "quorum_met", "choices", "ties"})
    session.flush()
    assert [line for check in queries.CHECKS.values() for line in check(session)] == []
    assert [one.votes for one in queries.outcome(session, ballot.id)] == [2, 2, 1]
    found = details.recount(details.write_csv(queries.details_of(session, ballot, votes=True)))
    assert (found.result, found.agrees) == (ballot.result, True)
    actions.settle_ties(session, ballot, order=counting.tied(ballot.result), note="现场抽签", by=by, at=START)
    assert (ballot.rule_version, ballot.result["ties_settled"]) == (counting.VERSION, True)


# --- who gets them


def has_votes(visitor, key):
    answers = [visitor.get(f"/ballots/{key}/votes.{kind}") for kind in ("pb", "csv")]
    assert [one.status for one in answers] == [200, 200]
    found = {"VOTES" in answers[0].body.decode(), "计票明细" in answers[1].body.decode().splitlines()}
    assert len(found) == 1
    return found.pop()


def test_thirty_with_a_stratum_of_three_publish_totals_only(site, cast, run):
    """Even where thirty were enough: three from one community could be guessed."""

    def make(session, by):
        session.add(Setting(key="ballot.details_votes", area_code="", from_day=START.date(), value=30))
        ballot = counted(
            session, by, [{"choices": [1 + n % 3]} for n in range(30)], area_code="320508019", strata=[TAO] * 27 + [CHANGMEN] * 3
        )
        session.add_all([Teller(ballot_id=ballot.id, person_id=who.id) for who in (cast.resident, cast.supervisor)])
        return ballot.id

    key = run(lambda session, by: make(session, cast.officer.viewer(session, START)))
    for who in (None, cast.granny, cast.officer, cast.worker, cast.auditor):
        assert not has_votes(site.as_(who), key)
        assert "只公开合计" in site.as_(who).open("ballots.show", id=key)
    for who in (cast.resident, cast.supervisor):
        assert has_votes(site.as_(who), key)


@pytest.mark.parametrize(
    ("strata", "open_to_all"),
    [([TAO] * 30, True), ([TAO] * 29, False), ([TAO] * 20 + [CHANGMEN] * 10, True), ([TAO] * 21 + [CHANGMEN] * 9, False)],
)
def test_from_which_numbers_on_they_are_open_to_all(session, cast, by, strata, open_to_all):
    session.add(Setting(key="ballot.details_votes", area_code="", from_day=START.date(), value=30))
    by = cast.officer.viewer(session, START)
    ballot = counted(session, by, [{"choices": [1]}] * len(strata), area_code="320508019", strata=strata)
    assert queries.details_are_open(session, ballot, START) is open_to_all


def test_the_shipped_numbers_are_a_hundred_and_ten(session, by):
    ballot = counted(session, by, [{"choices": [1]}] * 3)
    assert not queries.details_are_open(session, ballot, START)
    settings = {key: queries.settings.value(session, key, at=START) for key in ("ballot.details_votes", "ballot.details_stratum")}
    assert settings == {"ballot.details_votes": 100, "ballot.details_stratum": 10}


@pytest.mark.parametrize("who", [None, "granny", "worker", "supervisor"])
def test_before_the_count_there_is_no_file(site, cast, run, who):
    key = run(lambda s, by: opened(s, by).id)
    visitor = site.as_(getattr(cast, who) if who else None)
    assert visitor.get(f"/ballots/{key}/votes.pb").status == 409
    run(lambda s, by: actions.close_ballot(s, s.get_one(Ballot, key), by=by, at=START + timedelta(days=7)))
    assert visitor.get(f"/ballots/{key}/votes.csv").status == 409


# --- 复核


def test_tellers_count_again_and_sign(site, cast, run):
    def make(session, by):
        ballot = counted(session, by, VOTES["approve"], **MONEY)
        session.add_all([Teller(ballot_id=ballot.id, person_id=who.id) for who in (cast.resident, cast.supervisor)])
        return ballot.id

    key = run(make)
    teller = site.as_(cast.resident)
    page = teller.open("ballots.show", id=key).click("复核计票")
    assert "两次计票完全相同" in page
    assert "有异议的，请写明哪里不对" in page.submit("签名", agrees="no")
    assert page.submit("签名").status == 422
    page.submit("签名", agrees="yes")
    watcher = site.as_(cast.supervisor).open("ballots.recount", id=key).submit("签名", agrees="no", note="少了一张")
    assert "有异议" in watcher
    assert "少了一张" in watcher
    public = site.as_(None).open("ballots.show", id=key)
    assert "复核无误" in public
    assert "少了一张" not in public
    assert "华**" in public or "华居民" not in public
    assert site.as_(cast.granny).open("ballots.recount", id=key).status == 403
    assert site.as_(cast.worker).open("ballots.recount", id=key).status == 403


def test_nobody_signs_for_a_forged_result(site, cast, run):
    key = run(lambda s, by: counted(s, by, VOTES["approve"]).id)
    run(lambda s, by: s.execute(sa.update(Ballot).values(result=s.get_one(Ballot, key).result | {"turnout": 4})))
    page = site.as_(cast.supervisor).open("ballots.recount", id=key)
    assert "重新计票与公布的结果不同" in page
    assert "不能签“复核无误”" in page.submit("签名", agrees="yes")


# --- ties


def test_people_decide_a_tie_through_its_page(site, cast, run):
    key = run(lambda s, by: counted(s, by, VOTES["approve"], **MONEY).id)
    worker = site.as_(cast.worker)
    page = worker.open("ballots.show", id=key)
    assert "并列，还没有确定：需求1、需求2" in page
    page = page.click("确定并列的先后")
    titles = [label.text_content().strip() for label in page.tree.xpath('//fieldset[@id="order"]//label')]
    assert titles == ["需求1", "需求2"]
    assert page.submit("确定并列的先后", order__0="2", order__1="1", note=" ").status == 422
    assert "同一个数字" in page.submit("确定并列的先后", order__0="1", order__1="1", note="抽签")
    assert "至少给并列中的两项" in page.submit("确定并列的先后", note="抽签")
    page = page.submit("确定并列的先后", order__0="2", order__1="1", note="居民代表现场抽签")
    assert "并列的先后已经确定：需求2、需求1" in page
    assert "居民代表现场抽签" in page
    assert "还没有确定" not in page
    page = page.click("确定并列的先后")
    assert [field.get("value") for field in page.tree.xpath('//fieldset[@id="order"]//input')] == ["2", "1"]
    assert "已经确定：需求1、需求2" in page.submit("确定并列的先后", order__0="1", order__1="2", note="重新抽签")
    assert run(lambda s, by: [line for check in queries.CHECKS.values() for line in check(s)]) == []


def test_where_nothing_is_tied_nothing_is_decided(site, cast, run):
    key = run(lambda s, by: counted(s, by, [{"choices": [1, 2]}, {"choices": [1]}], choices=2).id)
    assert "没有并列" in site.as_(cast.worker).open("ballots.show", id=key)
