from tests.ballots.papers import a_ballot, prepare
from tests.ballots.test_roll_pages import LINES
from tests.conftest import START
from webapp.ballots import actions

ASKER, OUTSIDER, CHOICE = "worker", "far_officer", "a3"
WORDS = ("三月评议需求", "桃花坞社区居委会", "扫码参加", "/ballots/code", "没有手机的")
NOT_IN_IT = ("严阿婆",)


def subject(session, cast):
    by = cast.worker.viewer(session, START)
    ballot = prepare(session, a_ballot(session, by, nature="residents", unit="household", most=3), by, LINES)
    actions.open_ballot(session, ballot, by=by, at=START)
    return ballot
