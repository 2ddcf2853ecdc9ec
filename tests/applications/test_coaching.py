"""项目优化: when it may be asked, what the operator sees of a draft, its suggestions, and what was changed afterwards."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tests.applications import forms
from tests.conftest import START
from webapp.applications import actions
from webapp.applications.actions import coaching as verbs
from webapp.applications.models import Application, Coaching, Snapshot
from webapp.applications.rules import AskingFacts, CoachingFacts, Editing, askable
from webapp.calls.models import Call, Fund
from webapp.calls.rules import CallRules, template
from webapp.calls.rules.templates import TEMPLATES
from webapp.calls.rules.terms import terms
from webapp.core.clock import today
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.scope import visible
from webapp.core.workflow import NotAllowed, Refused, rules_of
from webapp.reviews.queries.conflicts import asking, conflicts, stands_aside

HOUR = timedelta(hours=1)
COACHED = {**template().to_json(), "coaching": True}
OPEN = Editing("draft", "open", START + HOUR, START + HOUR, START)
SUBMITTED = Editing("submitted", "open", START + HOUR, START + HOUR, START)
OVER = Editing("draft", "open", START, START, START)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ((True, True, OPEN, False), None),
        ((False, True, OPEN, False), "not_offered"),
        ((True, False, OPEN, False), "no_operator"),
        ((True, True, SUBMITTED, False), "handed_in"),
        ((True, True, Editing("returned", "reviewing", START, START + HOUR, START), False), "handed_in"),
        ((True, True, OVER, False), "over"),
        ((True, True, Editing("draft", "cancelled", START + HOUR, None, START), False), "over"),
        ((True, True, OPEN, True), "waiting"),
    ],
)
def test_when_suggestions_may_be_asked(facts, code):
    found = askable(AskingFacts(*facts))
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (CoachingFacts(OPEN, "写细"), []),
        (CoachingFacts(OPEN, " "), ["overall"]),
        (CoachingFacts(SUBMITTED, "写细"), ["handed_in"]),
        (CoachingFacts(OVER, "写细"), ["over"]),
    ],
)
def test_when_suggestions_may_be_given(app, facts, codes):
    assert [one.code for rule in rules_of("coaching.give") if (one := rule(facts))] == codes


def test_a_call_says_whether_drafts_may_be_coached():
    assert not any(one.make().coaching for one in TEMPLATES)
    rules = CallRules.from_json(COACHED)
    assert rules.coaching
    assert "项目优化" in dict(terms(rules))
    assert "项目优化" not in dict(terms(template()))


def _draft(session, cast, **more):
    return forms.filled(session, cast, START, forms.call(session, cast, START, rules=COACHED, **more))


def _codes(act, *args, **more):
    with pytest.raises(Refused) as refused:
        act(*args, **more)
    return [one.code for one in refused.value.refusals]


def _reached(session, who, at=START):
    by = who.viewer(session, at)
    return set(
        session.scalars(
            sa.select(Coaching.id).where(visible(by, Coaching, {"operator", "org_lead", "org_member", "co_writer", "bureau", "expert"}))
        )
    )


def test_one_at_a_time_and_only_the_head_asks(session, cast):
    application = _draft(session, cast)
    lead, member = (who.viewer(session, START) for who in (cast.lead, cast.member))
    with pytest.raises(NotAllowed):
        verbs.ask(session, application, "看看", by=member, at=START)
    one = verbs.ask(session, application, "指标怎样定", by=lead, at=START)
    assert one.versions["plan"] == 1
    assert any("证书.pdf" in name for name in one.papers)
    assert _codes(verbs.ask, session, application, "再看", by=lead, at=START) == ["waiting"]
    twin = Coaching(
        application_id=application.id, title="同", wish="同", asked_by_id=cast.lead.id, versions={}, papers=[], overall="", suggestions={},
        state="asked", state_at=START,
    )  # fmt: skip
    with session.begin_nested() as again:
        session.add(twin)
        with pytest.raises(IntegrityError):
            session.flush()
        again.rollback()
    verbs.withdraw(session, one, by=lead, at=START)
    assert verbs.ask(session, application, "再看", by=lead, at=START).state == "asked"


def test_a_call_without_the_switch_or_without_an_operator_offers_none(session, cast):
    lead = cast.lead.viewer(session, START)
    plain = forms.filled(session, cast, START, forms.call(session, cast, START))
    assert _codes(verbs.ask, session, plain, "看看", by=lead, at=START) == ["not_offered"]
    alone = forms.filled(
        session, cast, START, forms.call(session, cast, START, rules=COACHED, operator_id=None, money=session.query(Fund).one())
    )
    assert _codes(verbs.ask, session, alone, "看看", by=lead, at=START) == ["no_operator"]


def test_the_operator_sees_a_draft_only_while_it_is_asked_or_has_answered(session, cast):
    application = _draft(session, cast)
    lead, operator = (who.viewer(session, START) for who in (cast.lead, cast.operator))
    assert _reached(session, cast.operator) == set()
    one = verbs.ask(session, application, "看看", by=lead, at=START)
    session.flush()
    assert _reached(session, cast.operator) == {one.id} == _reached(session, cast.member)
    for other in (cast.rival, cast.officer, cast.expert1, cast.far_officer):
        assert _reached(session, other) == set()
    # the application itself stays its organisation's alone
    reached = visible(operator, Application, {"operator"})
    assert session.scalar(sa.select(Application.id).where(Application.id == application.id, reached)) is None
    verbs.withdraw(session, one, by=lead, at=START)
    session.flush()
    assert _reached(session, cast.operator) == set()
    one = verbs.ask(session, application, "再看", by=lead, at=START)
    verbs.give(session, one, overall="写细", suggestions={"plan": "每周几次"}, by=operator, at=START)
    session.flush()
    assert one.id in _reached(session, cast.operator)
    actions.withdraw(session, application, by=lead, at=START)
    session.flush()
    assert _reached(session, cast.operator) == set()


def test_handing_in_ends_what_was_not_answered_and_nothing_of_it_is_judged(session, cast):
    application = _draft(session, cast)
    lead, operator = (who.viewer(session, START) for who in (cast.lead, cast.operator))
    first = verbs.ask(session, application, "私下的请求", by=lead, at=START)
    with pytest.raises(NotAllowed):
        verbs.give(session, first, overall="写细", suggestions={}, by=lead, at=START)
    assert _codes(verbs.give, session, first, overall="写细", suggestions={"strange": "什么"}, by=operator, at=START) == ["section"]
    verbs.give(session, first, overall="私下的建议", suggestions={"plan": "每周几次"}, by=operator, at=START)
    second = verbs.ask(session, application, "再请", by=lead, at=START)
    actions.submit(session, application, by=lead, at=START)
    assert (first.state, second.state) == ("given", "withdrawn")
    assert _codes(verbs.ask, session, application, "三请", by=lead, at=START) == ["handed_in"]
    content = session.scalars(sa.select(Snapshot.content).where(Snapshot.application_id == application.id)).one()
    assert "私下" not in str(content)
    told = {(one.person_id, one.subject) for one in session.query(Message)}
    assert {(cast.operator.id, first.ref), (cast.lead.id, first.ref), (cast.operator.id, second.ref)} <= told


def test_the_deadline_ends_what_was_not_answered(session, cast):
    application = _draft(session, cast)
    one = verbs.ask(session, application, "看看", by=cast.lead.viewer(session, START), at=START)
    closes = session.get_one(Call, application.call_id).closes_at
    assert verbs.end_due(session, closes - HOUR) == 0
    operator = cast.operator.viewer(session, closes)
    assert _codes(verbs.give, session, one, overall="写细", suggestions={}, by=operator, at=closes) == ["over"]
    assert verbs.end_due(session, closes) == 1
    assert one.state == "withdrawn"


def test_who_coached_does_not_judge_but_still_handles(session, cast):
    application = _draft(session, cast)
    lead, operator = (who.viewer(session, START) for who in (cast.lead, cast.operator))
    person, organisation = sa.select(sa.literal(cast.operator.id)), application.organisation_id
    one = verbs.ask(session, application, "看看", by=lead, at=START)
    assert conflicts(session, person, [organisation], START) == {}
    verbs.give(session, one, overall="写细", suggestions={}, by=operator, at=START)
    session.flush()
    assert conflicts(session, person, [organisation], START) == {cast.operator.id: {organisation: ["coached"]}}
    assert organisation not in set(session.scalars(stands_aside(), asking(cast.operator.id, today(START))))


def test_coaching_through_pages(site, cast, engine, count_queries):
    with transaction(engine) as session:
        key = _draft(session, cast).id
    lead, member, operator = (site.as_(who) for who in (cast.lead, cast.member, cast.operator))
    assert operator.open("applications.show", id=key).status == 404
    page = lead.open("applications.show", id=key).click("项目优化")
    assert page.submit("请承办机构优化", wish="").status == 422
    page = page.submit("请承办机构优化", wish="指标怎样定得可以核对")
    assert "待建议" in page
    assert "不能" not in member.open("applications.coaching", id=key)
    member.open("applications.section", id=key, key="plan").submit("保存", q_plan="还在改的一版")
    with transaction(engine) as session:
        one = session.query(Coaching).one().id
    assert "项目优化待建议" in operator.open("desk.home")
    with count_queries(most=12):
        page = operator.open("applications.coaching_show", id=one)
    assert "每周两次" in page
    assert "桃花坞社区" in page
    assert "还在改的一版" not in page
    assert "13812345678" not in page
    page = operator.open("applications.coaching_give", id=one)
    wrong = page.submit("已提建议", overall="", **{"said-plan": "写明每次几人"})
    assert wrong.status == 422
    assert "写明每次几人" in wrong
    long = page.submit("已提建议", overall="整体清楚", **{"said-plan": "长" * 1001})
    assert long.status == 422
    assert "最多 1000 个字" in long
    page = page.submit("已提建议", overall="整体清楚，再写细", **{"said-plan": "写明每次几人"})
    assert "建议已发给申报单位" in page
    with count_queries(most=12):
        section = member.open("applications.section", id=key, key="plan")
    assert "写明每次几人" in section
    assert "对第 1 版" in section
    assert "写明每次几人" not in member.open("applications.section", id=key, key="summary")
    section.submit("保存", q_plan="每周两次，每次十人")
    for who in (member, operator):
        with count_queries(most=12):
            page = who.open("applications.coaching_compare", id=one)
        assert "每次十人" in "".join(page.tree.xpath("//ins//text()"))
    with count_queries(most=12):
        lead.open("applications.coaching", id=key)
    with count_queries(most=12):
        lead.open("applications.show", id=key)
    for who in (cast.expert1, cast.officer, cast.rival):
        for endpoint in ("applications.coaching_show", "applications.coaching_compare"):
            assert site.as_(who).open(endpoint, id=one).status in {403, 404}
    assert "回执" in lead.open("applications.show", id=key).submit("确认提交")
    shown = site.as_(cast.officer).open("applications.show", id=key)
    assert "写明每次几人" not in shown
    assert "项目优化" not in shown
