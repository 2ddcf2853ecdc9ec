"""资金绩效 of a fund's years: aims written by the officer, handed down by the head, watched; of the year before, 自评 and what it led to."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from webapp.calls.models import Fund
from webapp.core.clock import today
from webapp.demo.city import Bureau
from webapp.demo.stage import Stage, moment
from webapp.evaluation.actions import performance as actions
from webapp.evaluation.models import FundPerformance
from webapp.evaluation.queries import performance as reads
from webapp.evaluation.rules.performance import BY_KEY, Aim, aims_of

Life = Iterator[datetime]
FIRST = {"projects": 1_000, "activities": 8_000, "visits": 400_000}
"""What the first year aims at before any project is known (hundredths)."""
WATCHED, ASSESSED = 150, 500
"""Days from the aims to their 运行监控 and to the 自评, when the year's projects have come to their end."""


def fund_year(stage: Stage, bureau: Bureau) -> Life:
    """The year that is running; the dice are not asked."""
    key = _aims(stage, bureau, {})
    yield moment(today(stage.at) + timedelta(days=2), 10)
    _set(stage, bureau, key)
    yield moment(today(stage.at) + timedelta(days=7), 10)
    _watch(stage, bureau, key, today(stage.at))


def whole_year(stage: Stage, bureau: Bureau) -> Life:
    """A year from its aims to the decision on its result: the officer prepares, the head hands down and decides."""
    key, began = _aims(stage, bureau, FIRST), today(stage.at)
    yield moment(began + timedelta(days=2), 10)
    _set(stage, bureau, key)
    yield moment(began + timedelta(days=WATCHED), 10)
    _watch(stage, bureau, key, min(today(stage.at), date(began.year, 12, 31)))
    yield moment(began + timedelta(days=ASSESSED), 10)
    with stage.scene() as session:
        one, officer = session.get_one(FundPerformance, key), stage.who(session, bureau.officer)
        said = "首年启动较晚，评审在下半年结束，拨付和实施跨到次年；项目均已验收，居民反映较好。"
        late = "首年项目下半年才启动，实施跨到次年，次年起提前到一季度征集。"
        why = _wanting(session, one, today(stage.at), late, final=True)
        actions.assess(session, one, on=today(stage.at), text=said, typed={}, why=why, by=officer, at=stage.at)
    yield moment(today(stage.at) + timedelta(days=6), 10)
    with stage.scene() as session:
        decided = "次年预算按原规模安排，征集提前到一季度，执行进度列入季度通报。"
        one, head = session.get_one(FundPerformance, key), stage.who(session, bureau.head)
        actions.apply(
            session, one, decision="keep", decided=decided, document=f"模拟绩效〔{today(stage.at).year}〕2号", by=head, at=stage.at
        )


def _aims(stage: Stage, bureau: Bureau, more: dict[str, int]) -> int:
    with stage.scene() as session:
        fund, officer = session.get_one(Fund, bureau.fund_id), stage.who(session, bureau.officer)
        one = actions.create(session, fund, year=today(stage.at).year, by=officer, at=stage.at)
        goal = "资助社会组织回应居民评议出的需求，老人、儿童和困难家庭就近得到服务。"
        known = {aim.key: aim for aim in aims_of(one.aims)} | {
            key: Aim(key, BY_KEY[key].title, BY_KEY[key].unit, target) for key, target in more.items()
        }
        actions.edit(session, one, goal=goal, aims=list(known.values()), by=officer, at=stage.at)
        return one.id


def _set(stage: Stage, bureau: Bureau, key: int) -> None:
    with stage.scene() as session:
        actions.set_aims(session, session.get_one(FundPerformance, key), by=stage.who(session, bureau.head), at=stage.at)


def _watch(stage: Stage, bureau: Bureau, key: int, on: date) -> None:
    with stage.scene() as session:
        one, officer = session.get_one(FundPerformance, key), stage.who(session, bureau.officer)
        why = _wanting(session, one, on, "上半年集中申报评审，下半年集中拨付和实施。", final=False)
        actions.monitor(session, one, on=on, typed={}, why=why, risk=dict.fromkeys(why, "low"), by=officer, at=stage.at)


def _wanting(session: Session, one: FundPerformance, on: date, words: str, *, final: bool) -> dict[str, str]:
    """What lags behind or deviates, each with these words."""
    money = reads.sums(session, reads.fund_of(session, one).ref, one.year, on)
    lines = actions.lines_of(one, on, money, reads.actuals(session, one, on, money), final=final)
    return {line["key"]: words for line in lines if line["ask"]}
