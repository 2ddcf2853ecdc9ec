from tests.ballots.papers import counted
from tests.conftest import START

ASKER, OUTSIDER, CHOICE = "worker", "far_officer", "a3"
WORDS = ("评议结果公告", "实际参加 2 人", "密钥已在截止时销毁", "1/2")


def subject(session, cast):
    return counted(session, cast.worker.viewer(session, START), [{"choices": [1]}, {"choices": [2]}])
