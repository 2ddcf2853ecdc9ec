"""申报立项协同审核: silence, the street in a community's place, standing aside, deputies, observers, and the applicant's answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import CHANGMEN, TAO
from tests.conftest import START
from tests.reviews.conftest import Stage, without
from tests.reviews.rankings import entry, ranked
from webapp import app as house
from webapp.accounts import actions as accounts
from webapp.accounts.models import Membership
from webapp.applications.models import Application
from webapp.calls.models import Call, Version
from webapp.calls.rules import template, terms
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import NotAllowed, Refused
from webapp.reviews import actions
from webapp.reviews.models import Opinion, StoodAside
from webapp.reviews.queries.coreview import vetoed_of
from webapp.reviews.rules.coreview import counted, vetoed
from webapp.reviews.rules.line import VETOED

POINTS = {"fit": 3000, "join": 2500, "able": 2000}
BOXES = {"p_fit": "30", "p_join": "25", "p_able": "20"}


def by_rule(stage: Stage, **plan) -> None:
    """The call's rules of co-review, before anybody is asked."""
    with transaction(stage.engine) as session:
        call = session.get_one(Call, stage.call_id)
        call.rules = replace(stage.rules, coreview=replace(stage.rules.coreview, **plan)).to_json()
        session.execute(sa.update(Version).where(Version.call_id == call.id).values(rules=call.rules))


def opinion(stage: Stage, kind: str = "community", area: str = TAO) -> Opinion:
    with transaction(stage.engine) as session:
        query = sa.select(Opinion).where(Opinion.kind == kind, Opinion.area_code == area).order_by(Opinion.id)
        return session.scalars(query).first()


def told(stage: Stage, someone, title: str) -> int:
    with transaction(stage.engine) as session:
        query = sa.select(sa.func.count()).where(Message.person_id == someone.id, Message.title == title)
        return session.scalar(query)


def give(stage: Stage, someone, one: Opinion, verdict: str = "support", reason: str = "") -> None:
    more = {"points": POINTS} if one.kind == "community" else {}
    stage.do(someone, actions.give, (Opinion, one.id), verdict=verdict, reason=reason, **more)


def codes(caught) -> set[str]:
    return {one.code for one in caught.value.refusals}


# rules


@given(st.lists(st.sampled_from(["support", "amend", "oppose", None])))
def test_a_veto_is_what_the_rule_says(counts):
    against = [one for one in counts if one == "oppose"]
    assert vetoed(counts, "any") == (len(against) > 0)
    assert vetoed(counts, "all") == (0 < len(counts) == len(against))


@pytest.mark.parametrize(
    ("state", "silence", "expected"),
    [("given", "support", "oppose"), ("lapsed", "none", None), ("lapsed", "support", "support"), ("lapsed", "oppose", "oppose"),
     ("lapsed", "extend", None), ("asked", "oppose", None)],
)  # fmt: skip
def test_what_silence_counts_as(state, silence, expected):
    assert counted(state, "oppose" if state == "given" else None, silence) == expected


def test_a_vetoed_application_is_off_the_list_however_high_its_score():
    rules = without(template(), "street", "residents", panel=80, community=20, residents=0)
    out = ranked(rules, [entry(1, panel=[9900], community=[9900], vetoed=True), entry(2, panel=[7000], community=[7000])])
    found = {row["id"]: (row["outcome"], row["reason"]) for row in out["rows"]}
    assert found[1] == ("decline", VETOED)
    assert found[2][0] == "propose"
    for method in ("strict", "equal"):
        again = ranked(rules, [entry(1, panel=[9900], community=[9900], vetoed=True), entry(2, panel=[7000])], method=method)
        assert {row["id"]: row["outcome"] for row in again["rows"]} == {1: "decline", 2: "propose"}


def test_readers_are_told_the_rule():
    rules = template()
    rules = replace(rules, coreview=replace(rules.coreview, silence="extend", veto=True, confirm=True, confirm_silence="street"))
    said = dict(terms(rules))["社区协同审核"]
    for words in (
        "5 个工作日内",
        "延期一次，再逾期由街道填写",
        "有落地社区不支持的，不予立项",
        "街道提出意见",
        "结果发布后申报单位看到",
        "确认立项版本，逾期未答由街道确认",
    ):
        assert words in said


# silence and time


def test_a_reminder_comes_on_the_working_day_before_and_once(stage: Stage, cast, clock):
    stage.review()
    clock.move_to(deadline(START, 3))
    house.tick(stage.engine, clock.now())
    assert told(stage, cast.worker, "协同审核快到期") == 0
    clock.move_to(deadline(START, 4))  # a Friday: the time ends on Monday
    house.tick(stage.engine, clock.now())
    house.tick(stage.engine, clock.now())
    assert told(stage, cast.worker, "协同审核快到期") == 2  # two opinions of this community


@pytest.mark.parametrize(("before", "late"), [(timedelta(minutes=1), False), (timedelta(0), True)])
def test_the_minute_of_the_deadline(stage: Stage, cast, clock, before, late):
    stage.review()
    clock.move_to(deadline(START, 5) - before)
    house.tick(stage.engine, clock.now())
    one = opinion(stage)
    assert one.state == ("lapsed" if late else "asked")
    if late:
        with pytest.raises(Refused) as caught:
            give(stage, cast.worker, one)
        assert codes(caught) == {"state"}
        assert told(stage, cast.worker, "协同审核逾期未填") == 2
        assert told(stage, cast.officer, "协同审核逾期未填") == 4
    else:
        give(stage, cast.worker, one)


def test_silence_runs_once_more_and_then_goes_to_the_street(stage: Stage, cast, clock):
    by_rule(stage, silence="extend")
    stage.review()
    first = deadline(START, 5)
    clock.move_to(first)
    house.tick(stage.engine, clock.now())
    one = opinion(stage)
    assert (one.state, one.office, one.due_at) == ("asked", "community", deadline(first, 5))
    assert told(stage, cast.worker, "协同审核已延期一次") == 2
    second = one.due_at
    clock.move_to(second)
    house.tick(stage.engine, clock.now())
    one = opinion(stage)
    assert (one.state, one.office) == ("asked", "street")
    with pytest.raises(Refused) as caught:
        give(stage, cast.worker, one)
    assert codes(caught) == {"office"}
    give(stage, cast.street, one, "amend", "社区没有答复，先小范围试")
    assert opinion(stage).given_by_id == cast.street.id
    clock.move_to(deadline(second, 5))
    house.tick(stage.engine, clock.now())
    assert opinion(stage, area=CHANGMEN).state == "lapsed"


def test_a_veto_by_silence(stage: Stage, clock):
    by_rule(stage, silence="oppose", veto=True)
    stage.review()
    clock.move_to(deadline(START, 5))
    house.tick(stage.engine, clock.now())
    with transaction(stage.engine) as session:
        call = session.get_one(Call, stage.call_id)
        from webapp.calls.queries import rules_of

        assert vetoed_of(session, call.id, rules_of(call)) == set(stage.applications)


# who gives it


def test_who_is_tied_stands_aside_and_the_street_comes_when_nobody_is_left(stage: Stage, cast):
    stage.review()
    one = opinion(stage)
    with transaction(stage.engine) as session:
        actions.declare_tie(session, cast.worker.id, cast.chenguang)
    with pytest.raises(Refused) as caught:
        give(stage, cast.worker, one)
    assert codes(caught) == {"tie"}
    stage.do(cast.worker, actions.stand_aside, (Opinion, one.id), note="丈夫在该单位任职")
    assert opinion(stage).due_at == one.due_at
    with pytest.raises(Refused) as caught:
        stage.do(cast.worker, actions.stand_aside, (Opinion, one.id), note="再说一次")
    assert codes(caught) == {"aside"}
    assert told(stage, cast.worker_two, "协同审核请您填写") == 1
    stage.do(cast.worker_two, actions.stand_aside, (Opinion, one.id), note="曾任理事")
    one = opinion(stage)
    assert one.office == "street"
    assert told(stage, cast.street, "协同审核转您填写") == 1
    give(stage, cast.street, one)
    with transaction(stage.engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(StoodAside)) == 2


def test_a_deputy_gives_it_in_those_days_and_not_an_observer(stage: Stage, cast, clock):
    """AB岗: the director is away for three days; a member of the office stands in, the 居务监督委员会 may not."""
    stage.review()
    one = opinion(stage)
    day = today(clock.now())
    with transaction(stage.engine) as session:
        duty = session.scalars(sa.select(Membership).where(Membership.person_id == cast.worker.id)).one()
        for deputy in (cast.supervisor, cast.grid):
            accounts.name_deputy(
                session, duty, deputy_id=deputy.id, away_from=day, away_until=day + timedelta(days=2),
                by=cast.worker.viewer(session, clock.now()), at=clock.now(),
            )  # fmt: skip
            if deputy is cast.supervisor:
                with pytest.raises(Refused) as caught:
                    actions.give(
                        session, session.get_one(Opinion, one.id), verdict="support", points=POINTS,
                        by=deputy.viewer(session, clock.now()), at=clock.now(),
                    )  # fmt: skip
                assert codes(caught) == {"observer"}
                session.rollback()
                duty = session.scalars(sa.select(Membership).where(Membership.person_id == cast.worker.id)).one()
    give(stage, cast.grid, one)
    with transaction(stage.engine) as session:
        from webapp.core.journal import Entry

        entry_ = session.scalars(sa.select(Entry).where(Entry.subject == one.ref, Entry.step == "give")).one()
        assert (entry_.by, entry_.on_behalf) == (cast.grid.ref, cast.worker.ref)
    clock.forward(days=3)
    with pytest.raises(NotAllowed):
        give(stage, cast.grid, opinion(stage, area=TAO))


def test_through_pages_the_observer_signs_and_the_applicant_answers(site, stage: Stage, cast, engine):
    """修改后支持, shown at once: the observer objects, the applicant reads the office's words and answers, the street sees all."""
    by_rule(stage, shown="at_once")
    stage.review()
    one = opinion(stage)
    worker = site.as_(cast.worker)
    assert "协同审核待填写" in worker.open("desk.home")
    assert "协同审核待填写" not in site.as_(cast.street).open("desk.home")  # the street reads it, it is not for it to do
    assert site.as_(cast.lead).get(f"/opinions/{one.id}").status == 404
    page = worker.open("reviews.opinion_show", id=one.id).click("提交意见")
    page = page.submit("提交意见", verdict="amend", reason="", **BOXES)
    assert page.status == 422
    page = page.submit("提交意见", verdict="amend", reason="活动放在晚上", **BOXES)
    for words in ("修改后支持", "75.00", "居民参与", "褚小桃", "还没有人见证"):
        assert words in page
    page = site.as_(cast.supervisor).open("reviews.opinion_show", id=one.id)
    assert "提交意见" not in page.buttons()
    page = page.submit("确认提出异议", note="没有开会研究")
    assert "没有开会研究" in page
    assert not {"确认见证", "确认提出异议"} & set(page.buttons())
    page = site.as_(cast.lead).open("reviews.opinion_show", id=one.id)
    assert "活动放在晚上" in page
    for hidden in ("褚小桃", "沈督", "没有开会研究"):
        assert hidden not in page
    page = page.submit("确认答复意见", note="改到每周三晚上")
    assert "改到每周三晚上" in page
    assert "确认答复意见" not in page.buttons()
    assert told(stage, cast.worker, "申报单位已答复") == 1
    shown = site.as_(cast.officer).open("applications.show", id=one.application_id)
    for words in ("协同审核", "修改后支持", "改到每周三晚上", "褚小桃 填写"):
        assert words in shown
    mine = site.as_(cast.lead).open("applications.show", id=one.application_id)
    assert "活动放在晚上" in mine
    assert "褚小桃" not in mine


def test_before_the_release_the_applicant_reads_nothing(site, stage: Stage, cast, engine):
    stage.review()
    one = opinion(stage)
    give(stage, cast.worker, one, "oppose", "去年的项目没有做完")
    assert site.as_(cast.lead).get(f"/opinions/{one.id}").status == 404
    assert "去年的项目没有做完" not in site.as_(cast.lead).open("applications.show", id=one.application_id)
    with transaction(engine) as session:
        assert told(stage, cast.lead, "协同审核意见：不支持") == 0
        from webapp.reviews.actions.coreview import show_all

        assert show_all(session, session.get_one(Call, stage.call_id), at=START) == 1
    assert "去年的项目没有做完" in site.as_(cast.lead).open("applications.show", id=one.application_id)
    assert told(stage, cast.lead, "协同审核意见：不支持") == 1
    with transaction(engine) as session:
        assert session.get_one(Application, one.application_id).state == "coreviewed"


def test_of_two_colleagues_the_second_is_told_that_the_first_was_faster(stage: Stage, cast, clock):
    """The second one's page and row are from before the first one's answer was kept."""
    stage.review()
    one = opinion(stage)
    with transaction(stage.engine) as session:
        mine = session.get_one(Opinion, one.id)
        session.expunge(mine)
    give(stage, cast.worker_two, one)
    with transaction(stage.engine) as session:
        session.add(mine)
        with pytest.raises(Refused) as caught:
            actions.give(
                session, mine, verdict="oppose", reason="不要", points=POINTS, by=cast.worker.viewer(session, clock.now()), at=clock.now()
            )
        assert codes(caught) == {"changed"}
        session.rollback()
    assert opinion(stage).verdict == "support"
