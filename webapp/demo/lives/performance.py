"""资金绩效 of a fund's year: aims written by the officer, handed down by the head, watched once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from webapp.calls.models import Fund
from webapp.core.clock import today
from webapp.demo.city import Bureau
from webapp.demo.stage import Stage, moment
from webapp.evaluation.actions import performance as actions
from webapp.evaluation.models import FundPerformance
from webapp.evaluation.rules.performance import MEASURES, aims_of

Life = Iterator[datetime]


def fund_year(stage: Stage, bureau: Bureau) -> Life:
    """The year that is running; the dice are not asked."""
    with stage.scene() as session:
        fund = session.get_one(Fund, bureau.fund_id)
        officer = stage.who(session, bureau.officer)
        one = actions.create(session, fund, year=today(stage.at).year, by=officer, at=stage.at)
        goal = "资助社会组织回应居民评议出的需求，老人、儿童和困难家庭就近得到服务。"
        actions.edit(session, one, goal=goal, aims=aims_of(one.aims), by=officer, at=stage.at)
        key = one.id
    yield moment(today(stage.at) + timedelta(days=2), 10)
    with stage.scene() as session:
        actions.set_aims(session, session.get_one(FundPerformance, key), by=stage.who(session, bureau.head), at=stage.at)
    yield moment(today(stage.at) + timedelta(days=7), 10)
    with stage.scene() as session:
        why = dict.fromkeys(("execution", *(one.key for one in MEASURES)), "上半年集中申报评审，下半年集中拨付和实施。")
        actions.monitor(
            session, session.get_one(FundPerformance, key), on=today(stage.at), typed={}, why=why, risk=dict.fromkeys(why, "low"),
            by=stage.who(session, bureau.officer), at=stage.at,
        )  # fmt: skip
