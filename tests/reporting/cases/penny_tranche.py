from tests.boards.town import RAW, SAID, settle
from webapp.funding.models import Tranche

ASKER, OUTSIDER = "officer", "rival"
WORDS = ("追溯一分钱", "安居扶手", SAID, "桃花坞评议需求：88 人参加", "60 票，第 1 位", "福彩公益金")
NOT_IN_IT = (RAW, "某五金店")


def subject(session, cast):
    town = settle(session, cast)
    return session.get_one(Tranche, town.paid)
