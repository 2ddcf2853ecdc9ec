"""When a ballot begins and ends: set in draft, true once it is opened, and the same on every page and paper."""

from datetime import date, timedelta

import pytest

from tests.ballots.papers import a_ballot, opened, prepare
from tests.ballots.test_roll_pages import LINES, code_of
from tests.conftest import START
from webapp.ballots import actions, slips
from webapp.ballots.models import Ballot
from webapp.core import journal
from webapp.core.clock import end_of, start_of, today
from webapp.core.workflow import Refused
from webapp.reporting.papers import Asked, ballot_poster

LATER = date(2026, 3, 14)


def test_a_ballot_opened_late_says_when_it_really_began(session, cast):
    by, at = cast.worker.viewer(session, START), START + timedelta(days=2)
    ballot = a_ballot(session, by)
    actions.open_ballot(session, ballot, by=by, at=at)
    assert ballot.opens_at == at
    said = journal.lines(session, [ballot.ref])[0]
    assert (said.step, said.data["opens_at"], said.data["closes_at"]) == ("open", at.isoformat(), ballot.closes_at.isoformat())


def test_a_ballot_opened_early_begins_at_its_hour(session, cast):
    by = cast.worker.viewer(session, START)
    ballot = opened(session, by, opens_at=START + timedelta(days=1))
    assert ballot.opens_at == START + timedelta(days=1)
    with pytest.raises(Refused, match="投票还没有开始，不能截止"):
        actions.close_ballot(session, ballot, by=by, at=START, note="不办了")
    actions.cancel(session, ballot, by=by, at=START, note="不办了")


@pytest.mark.parametrize(
    ("opens", "closes", "sentence"),
    [
        (-1, 5, "开始日期不能早于今天"),
        (5, 4, "截止日期不能早于开始日期"),
    ],
)
def test_days_that_cannot_be_are_refused(session, cast, opens, closes, sentence):
    by, day = cast.worker.viewer(session, START), today(START)
    ballot = a_ballot(session, by)
    with pytest.raises(Refused, match=sentence):
        actions.set_times(session, ballot, opens_on=day + timedelta(days=opens), closes_on=day + timedelta(days=closes), by=by, at=START)


def test_the_times_of_an_open_ballot_stand(session, cast):
    by = cast.worker.viewer(session, START)
    with pytest.raises(Refused, match="评议开始后"):
        actions.set_times(session, opened(session, by), opens_on=LATER, closes_on=LATER, by=by, at=START)


def test_a_meeting_noticed_today_is_prepared_and_printed_now_and_voted_on_later(site, cast, run, clock, engine):
    def made(session, by):
        ballot = a_ballot(session, by, nature="residents", unit="household", most=3)
        return prepare(session, ballot, by, LINES, noticed=0).id

    key = run(made)
    worker = site.as_(cast.worker)
    page = worker.open("ballots.show", id=key)
    assert "请把开始日期定在这一天或以后" in page
    form = page.click("3月12日起才能开始")
    page = form.submit("保存", opens_on=str(LATER), closes_on=str(LATER))
    assert "2026年3月14日 00:00 开始" in page
    assert "2026年3月14日 24:00 截止" in page
    page = page.take("开始评议")
    assert "待开始" in page
    assert "这次评议还没有开始，2026年3月14日 00:00 起可以参加" in page
    run(lambda session, _: papers_say(session, key))
    code = code_of(run, key, "严阿婆")
    door = site.as_(None)
    assert "还没有开始" in door.open("ballots.code").submit("下一步", code=code)
    clock.forward(days=12)
    assert "提交" in door.open("ballots.code").submit("下一步", code=code).buttons()


def papers_say(session, key):
    ballot = session.get_one(Ballot, key)
    assert (ballot.opens_at, ballot.closes_at) == (start_of(LATER), end_of(LATER))
    asked = Asked(as_of=START, base="http://sanshe.test/", choice="a3")
    for report in (
        slips.sheet_of(session, ballot, "http://sanshe.test/", (), START),
        ballot_poster.build(ballot_poster.gather(session, ballot, asked), asked),
    ):
        assert "2026年3月14日 00:00 开始，2026年3月14日 24:00 截止" in str(report)


def test_a_draft_whose_day_is_over_is_given_a_new_one(site, cast, run, clock):
    key = run(lambda session, by: a_ballot(session, by).id)
    clock.forward(days=8)
    worker = site.as_(cast.worker)
    form = worker.open("ballots.show", id=key).click("截止时间已经过去")
    day = today(clock.now())
    page = form.submit("保存", opens_on=str(day), closes_on=str(day + timedelta(days=3))).take("开始评议")
    assert "评议已开始" in page
    assert "待开始" not in page
