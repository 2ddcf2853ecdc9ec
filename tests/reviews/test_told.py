"""What an applicant is told after the release: its own scores, its part of the list, edited comments, one question and one answer."""

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests import make
from tests.conftest import START
from tests.projects.stage import CHANGMEN, TAO, announced, content
from tests.reviews.conftest import Stage
from webapp.applications.models import Application, ApplicationNeed
from webapp.calls.models import Call
from webapp.core import journal
from webapp.core.db import transaction
from webapp.core.trace import trace
from webapp.core.workflow import Refused
from webapp.reviews import actions
from webapp.reviews.actions import told as verbs
from webapp.reviews.models import Panel, Result, ResultQuestion, Seat
from webapp.reviews.queries.told import own_result, to_edit
from webapp.reviews.rules.told import band


@pytest.mark.parametrize(
    ("rank", "of", "said"),
    [(1, 8, "前四分之一"), (2, 8, "前四分之一"), (3, 8, "第二个四分之一"), (8, 8, "后四分之一"), (1, 3, "上半"), (3, 3, "下半"), (1, 2, ""), (None, 9, "")],
)  # fmt: skip
def test_a_part_of_the_list_is_told_and_never_the_place(rank, of, said):
    assert band(rank, of) == said


def chair_of(stage: Stage) -> tuple[int, int]:
    with transaction(stage.engine) as session:
        seat = session.scalars(sa.select(Seat).where(Seat.chair)).one()
        return seat.id, seat.person_id


def result(stage: Stage, key: int):
    with transaction(stage.engine) as session:
        return own_result(session, session.get_one(Application, key))


def test_the_public_story_of_a_need_tells_the_points_of_those_proposed_alone(site, cast, saved):
    def decided(session):
        call, won = announced(session, cast, START)
        need = session.scalars(sa.select(ApplicationNeed.need_id)).one()
        lost = make.application(
            session, cast, START, call, state="proposed", title="另一个", content=content(communities=(TAO, CHANGMEN), needs=(need,))
        )
        trace(session, f"need:{need}", call.ref)
        for key, combined, outcome, amount in ((won, 8_812, "propose", Money(5_000_000)), (lost, 5_121, "decline", None)):
            trace(session, f"need:{need}", key.ref)
            session.add(
                Result(
                    application_id=key.id, call_id=call.id, combined=combined, rank=1 if amount else 2, outcome=outcome, amount_fen=amount
                )
            )
            journal.record(session, key.ref, "rank", by="clock", at=START)
        return need

    page = site.as_(None).open("portal.need_story", id=saved(decided))
    assert "综合得分 88.12，第 1 名" in page
    assert "51.21" not in page


def test_nothing_before_the_release_and_afterwards_ones_own_alone(ranked: Stage, cast, site, clock):
    ours = ranked.applications[0]
    seat, chair = chair_of(ranked)
    with transaction(ranked.engine) as session:
        panel = session.get_one(Seat, seat).panel_id
        mine = to_edit(session, panel, chair)[0]
        assert mine.written == ["理由"]
    with pytest.raises(Refused):
        ranked.do(ranked.expert(chair), verbs.edit_comments, (Seat, next(one.id for one in ranked.seats(panel) if not one.chair)), texts={})
    page = site.as_(ranked.expert(chair)).open("reviews.seat_comments", id=seat)
    assert "已保存 1 份" in page.submit("保存", **{f"text-{ours}": "目标清楚，预算可以再细。"})
    member, lead = site.as_(cast.member), site.as_(cast.lead)
    for before in ("ranked", "decided"):
        assert result(ranked, ours) is None
        page = member.open("reviews.own_result", id=ours)
        assert "结果还没有发布" in page
        assert "目标清楚" not in page
        assert "看评审结果" not in member.open("applications.show", id=ours)
        with pytest.raises(Refused):
            ranked.do(cast.lead, verbs.ask_result, (Application, ours), text="为什么")
        if before == "ranked":
            ranked.do(
                cast.head,
                actions.decide,
                (Call, ranked.call_id),
                meeting="会",
                held_on=clock.now().date(),
                minutes_number="1号",
                present="局长、副局长",
            )
    ranked.do(cast.officer, actions.announce, (Call, ranked.call_id))
    found = result(ranked, ours)
    assert found is not None
    assert (found.comment, bool(found.band), bool(found.items)) == ("目标清楚，预算可以再细。", True, True)
    page = lead.open("applications.show", id=ours).click("看评审结果")
    assert "目标清楚，预算可以再细。" in page
    assert not [one.name for one in cast.people.values() if one.name.startswith("评委") and one.name in page]
    assert site.as_(cast.rival).client.get(f"/applications/{ours}/result").status_code == 404
    assert site.as_(cast.officer).client.get(f"/applications/{ours}/result").status_code == 403
    assert page.submit("提问", text="").status == 422
    page = page.submit("提问", text="预算哪里不够细？")
    assert "问题已送主办单位" in page
    with pytest.raises(Refused, match="提过一次"):
        ranked.do(cast.member, verbs.ask_result, (Application, ours), text="再问")
    with transaction(ranked.engine) as session:
        key = session.query(ResultQuestion).one().id
    with pytest.raises(Refused):
        ranked.do(cast.far_officer, verbs.answer_result, (ResultQuestion, key), note="答")
    assert "已答复" in site.as_(cast.officer).open("reviews.result_question_show", id=key).submit("确认答复", note="人员补贴没有写明标准。")
    assert "人员补贴没有写明标准。" in lead.open("reviews.own_result", id=ours)
    with pytest.raises(Refused):
        ranked.do(cast.officer, verbs.answer_result, (ResultQuestion, key), note="再答")
    with pytest.raises(Refused):
        ranked.do(ranked.expert(chair), verbs.edit_comments, (Seat, seat), texts={ours: "改"})
    with transaction(ranked.engine) as session:
        assert session.get_one(Panel, panel).state == "confirmed"
