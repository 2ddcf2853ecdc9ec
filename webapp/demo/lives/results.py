"""What comes out of a review: ranking, decision, 公示, an objection, who asks about the own result, who moves up, the award."""

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.clock import today
from webapp.core.workflow import take_step
from webapp.demo.city import City
from webapp.demo.lives.plans import Plan, rest
from webapp.demo.lives.projects import project
from webapp.demo.stage import Stage
from webapp.projects.actions.award import award_call
from webapp.reviews import actions as reviews
from webapp.reviews.actions import told
from webapp.reviews.models import Notice, Objection, Result, ResultQuestion
from webapp.reviews.queries.moving_up import facts_of_promotion

Life = Iterator[datetime]


def results(stage: Stage, city: City, plan: Plan, key: int) -> Life:
    """A call whose review is done, told until its projects begin."""
    rest(plan, "elected")
    yield stage.in_workdays(1)
    with stage.scene() as session:
        reviews.rank(session, session.get_one(Call, key), by=stage.who(session, plan.by), at=stage.at)
    rest(plan, "ranked")
    yield stage.in_workdays(2)
    with stage.scene() as session:
        reviews.decide(
            session, session.get_one(Call, key), meeting="局长办公会（模拟）", held_on=today(stage.at), present="局长、分管副局长、社会组织科科长（均为模拟）",
            minutes_number=f"模拟纪要〔{today(stage.at).year}〕{key}号", by=stage.who(session, plan.bureau.head), at=stage.at,
        )  # fmt: skip
    rest(plan, "decided")
    yield stage.in_workdays(1)
    with stage.scene() as session:
        notice = reviews.announce(
            session, session.get_one(Call, key), contact="社会组织科（模拟）", supervision="0512-00000000（模拟）", by=stage.who(session, plan.by),
            at=stage.at,
        )  # fmt: skip
        notice_key, ends = notice.id, notice.ends_at
    rest(plan, "notice")
    yield from _objection(stage, city, plan, notice_key)
    if plan.key in {"B", "J"}:
        yield from _question(stage, city, plan, key)
    rest(plan, "announced")
    if plan.key == "B":
        ends = yield from _reserve(stage, city, plan, key)
    yield max(ends + timedelta(days=1), stage.in_workdays(1))
    with stage.scene() as session:
        projects = award_call(session, session.get_one(Call, key), by=stage.who(session, plan.by), at=stage.at)
        keys = [p.id for p in projects]
    for n, one in enumerate(keys):
        stage.begin(project(stage, city, plan.bureau, one, n, old=plan.key == "A"), stage.in_days(1 + n % 4))
    yield stage.in_workdays(2)
    with stage.scene() as session:
        reviews.publish_result(session, session.get_one(Call, key), by=stage.who(session, plan.by), at=stage.at)


def _question(stage: Stage, city: City, plan: Plan, key: int) -> Life:
    """结果咨询: an applicant asks its one question; where the play goes on it is answered, else it waits."""
    with stage.scene() as session:
        first = Application.organisation_id == city.organisations[0].id  # whose account the sign-in page offers
        ranked = sa.select(Application).join(Result, Result.application_id == Application.id).where(Application.call_id == key)
        application = session.scalars(ranked.order_by(first.desc(), Result.rank.desc()).limit(1)).one()
        lead = next(o.lead for o in city.organisations if o.id == application.organisation_id)
        asked = told.ask_result(
            session, application, text="“有效性”一项得分低一些，主要是哪方面要改进？", by=stage.who(session, lead), at=stage.at
        ).id
    rest(plan, "announced")
    yield stage.in_workdays(1)
    with stage.scene() as session:
        told.answer_result(
            session, session.get_one(ResultQuestion, asked), note="评委希望指标再具体一些：写明每次服务多少人、怎样统计满意度，活动和指标逐项对上。",
            by=stage.who(session, plan.by), at=stage.at,
        )  # fmt: skip


def _reserve(stage: Stage, city: City, plan: Plan, key: int) -> Generator[datetime, None, datetime]:
    """放弃立项 by the last on the list, and 候补递补; gives the end of the reserve's own 公示."""
    with stage.scene() as session:
        listed = sa.select(Application).join(Result, Result.application_id == Application.id)
        last = session.scalars(
            listed.where(Application.call_id == key, Application.state == "proposed").order_by(Result.rank.desc()).limit(1)
        ).one()
        lead = next(o.lead for o in city.organisations if o.id == last.organisation_id)
        reviews.renounce(session, last, note="负责人调离，今年人手不够。", by=stage.who(session, lead), at=stage.at)
    yield stage.in_workdays(1)
    with stage.scene() as session:
        call = session.get_one(Call, key)
        facts, _ = facts_of_promotion(session, call)
        return reviews.promote(
            session, call, amount=min(facts.left, facts.most), note="名单末位的单位放弃立项，按名次由第一候补递补。",
            by=stage.who(session, plan.by), at=stage.at,
        ).ends_at  # fmt: skip


def _objection(stage: Stage, city: City, plan: Plan, notice_key: int) -> Life:
    yield stage.in_workdays(1)
    with stage.scene() as session:
        notice = session.get_one(Notice, notice_key)
        place = city.in_(plan.area)[0]
        objection = reviews.object_to(
            session, notice, name="示例居民", text="其中一个项目与去年做过的很像，请说明区别。", application_id=None,
            by=stage.who(session, place.residents[0]), at=stage.at,
        )  # fmt: skip
        key = objection.id
        second = reviews.object_to(
            session,
            notice,
            name="示例居民",
            text="名单里的单位没有来过。",
            application_id=None,
            by=stage.who(session, place.residents[1]),
            at=stage.at,
        )
        take_step(session, second, "withdraw", by=stage.who(session, place.residents[1]), at=stage.at)
    if plan.stop == "announced":
        with stage.scene() as session:
            until = today(stage.end) + timedelta(days=6)
            reviews.extend(
                session,
                session.get_one(Notice, notice_key),
                until=until,
                note="收到异议，延长公示。",
                by=stage.who(session, plan.by),
                at=stage.at,
            )
        return
    yield stage.in_workdays(1)
    with stage.scene() as session:
        reviews.answer(
            session, session.get_one(Objection, key), note="经核实，今年增加了入户陪诊内容，服务对象不同，异议不成立。",
            by=stage.who(session, plan.by), at=stage.at,
        )  # fmt: skip
