"""A card from its first point to its lock."""

import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.scoring.test_rules import TREE
from webapp.core import journal
from webapp.core.workflow import CLOCK, NotAllowed, Refused, carrying
from webapp.scoring import actions, queries
from webapp.scoring.models import Score, Scorecard
from webapp.scoring.rules import Mark

FULL = {"real": 2500, "urgent": 1500, "plan": 4000}


@pytest.fixture
def by(session, cast):
    return lambda name: getattr(cast, name).viewer(session, START)


@pytest.fixture
def card(session, cast, by):
    rubric = actions.freeze_rubric(session, "专家评分表", TREE)
    return a_card(session, cast.expert1, by("officer"), rubric.id)


def a_card(session, judge, by, rubric_id, subject="application:1", purpose="panel"):
    return actions.open_card(session, rubric_id, purpose=purpose, subject=subject, judge=judge.ref, person_id=judge.id, by=by, at=START)


def damage(session):
    session.flush()
    session.expire_all()
    return [sentence for check in queries.CHECKS.values() for sentence in check(session)]


def codes(refused):
    return [refusal.code for refusal in refused.value.refusals]


def test_the_same_rubric_is_frozen_once(session):
    first = actions.freeze_rubric(session, "专家评分表", TREE)
    assert actions.freeze_rubric(session, "专家评分表", dict(TREE)) is first
    assert actions.freeze_rubric(session, "专家评分表", TREE | {"reason_below": 5000}) is not first
    with pytest.raises(Refused) as refused:
        actions.freeze_rubric(session, "空", {"items": []})
    assert codes(refused) == ["no_items"]


def test_a_judge_has_one_card(session, cast, card, by):
    assert a_card(session, cast.expert1, by("officer"), card.rubric_id) is card
    assert a_card(session, cast.expert2, by("officer"), card.rubric_id) is not card


def test_a_draft_is_saved_bit_by_bit_and_not_journaled(session, card, by):
    actions.save(session, card, {"real": 2000}, "先看", by=by("expert1"), at=START)
    actions.save(session, card, {"real": 2500, "plan": 4000}, None, by=by("expert1"), at=START)
    found = queries.card_of(session, card.id)
    assert (found.points, found.comment, found.total, found.state) == ({"real": 2500, "plan": 4000}, "先看", 6500, "draft")
    actions.save(session, card, {"plan": None}, "", by=by("expert1"), at=START)
    found = queries.card_of(session, card.id)
    assert (found.points, found.comment, found.total) == ({"real": 2500}, "", 2500)
    assert [line.step for line in journal.lines(session, [card.ref])] == ["create"]


def test_points_that_do_not_fit_are_told_and_left_as_they_were(session, card, by):
    actions.save(session, card, {"real": 2000}, "", by=by("expert1"), at=START)
    remarks = actions.save(session, card, {"real": 9000, "plan": 4000, "x": 1}, "", by=by("expert1"), at=START)
    assert [(remark.code, remark.place) for remark in remarks] == [("out_of_range", "real"), ("unknown_item", "x")]
    assert queries.card_of(session, card.id).points == {"real": 2000, "plan": 4000}


def test_handing_in_needs_every_item_and_a_reason(session, card, by):
    actions.save(session, card, {"real": 100}, "", by=by("expert1"), at=START)
    with pytest.raises(Refused) as refused:
        actions.submit(session, card, by=by("expert1"), at=START)
    assert codes(refused) == ["unscored"]
    low = {"real": 0, "urgent": 0, "plan": 100}
    with pytest.raises(Refused) as refused:
        actions.submit(session, card, by=by("expert1"), at=START, points=low)
    assert codes(refused) == ["reason"]
    actions.submit(session, card, by=by("expert1"), at=START, points=low, comment="与需求无关")
    assert (card.state, card.total) == ("submitted", 100)
    assert damage(session) == []


def test_handing_in_tells_all_points_that_do_not_fit(session, card, by):
    with pytest.raises(Refused) as refused:
        actions.submit(session, card, by=by("expert1"), at=START, points=FULL | {"real": 9999, "plan": 9999})
    assert codes(refused) == ["out_of_range", "out_of_range"]
    assert card.state == "draft"


def test_a_persons_card_is_in_that_persons_hands(session, card, by):
    for who in ("expert2", "officer"):
        with pytest.raises(NotAllowed):
            actions.save(session, card, FULL, "", by=by(who), at=START)
        with pytest.raises(NotAllowed):
            actions.submit(session, card, by=carrying(by(who)), at=START, points=FULL)
    assert queries.card_of(session, card.id).points == {}


def test_a_card_of_an_organisation_is_handed_in_by_whom_the_caller_let(session, cast, by):
    rubric = actions.freeze_rubric(session, "协同审核", TREE)
    card = actions.open_card(
        session, rubric.id, purpose="coreview", subject="application:1", judge=f"organisation:{cast.taohuawu}", person_id=None,
        by=by("worker"), at=START,
    )  # fmt: skip
    actions.submit(session, card, by=by("worker"), at=START, points=FULL)
    assert card.state == "submitted"
    assert journal.lines(session, [card.ref])[0].by == cast.worker.ref


def test_what_was_handed_in_changes_only_by_being_reopened(session, card, by):
    actions.submit(session, card, by=by("expert1"), at=START, points=FULL)
    with pytest.raises(Refused) as refused:
        actions.save(session, card, {"real": 1}, "", by=by("expert1"), at=START)
    assert codes(refused) == ["handed_in"]
    with pytest.raises(Refused) as refused:
        actions.reopen(session, card, by=by("operator"), at=START, note=" ")
    assert codes(refused) == ["note"]
    actions.reopen(session, card, by=by("operator"), at=START, note="漏看附件")
    actions.submit(session, card, by=by("expert1"), at=START, points={"real": 2600})
    actions.lock(session, card, by=CLOCK, at=START)
    assert (card.state, card.total) == ("locked", 8100)
    with pytest.raises(Refused):
        actions.reopen(session, card, by=by("operator"), at=START, note="再看")
    assert damage(session) == []
    assert list(journal.faults(session)) == []


def test_totals_are_those_handed_in_and_tell_no_judge(session, cast, card, by):
    for n, real in ((1, 3000), (2, 1000), (3, 2000)):
        mine = a_card(session, getattr(cast, f"expert{n}"), by("officer"), card.rubric_id)
        actions.submit(session, mine, by=by(f"expert{n}"), at=START, points=FULL | {"real": real})
    draft = a_card(session, cast.expert4, by("officer"), card.rubric_id)
    actions.save(session, draft, FULL, "", by=by("expert4"), at=START)
    gone = a_card(session, cast.expert5, by("officer"), card.rubric_id)
    actions.submit(session, gone, by=by("expert5"), at=START, points=FULL)
    actions.void(session, gone, by=by("officer"), at=START, note="应当回避")
    assert queries.totals(session, "panel", ["application:1", "application:2"]) == {
        "application:1": [6500, 7500, 8500],
        "application:2": [],
    }
    assert [row.state for row in queries.cards(session, "panel", ["application:1"])] == ["submitted"] * 3 + ["draft"]
    assert [row.total for row in queries.cards(session, "panel", ["application:1"], judge=cast.expert2.ref)] == [6500]
    with pytest.raises(Refused) as refused:
        a_card(session, cast.expert5, by("officer"), card.rubric_id)
    assert codes(refused) == ["void"]
    assert damage(session) == []


@pytest.mark.parametrize("many", [1, 8])
def test_reads_cost_the_same_however_many_cards(session, cast, card, by, many, count_queries):
    for n in range(1, many + 1):
        a_card(session, getattr(cast, f"expert{n}"), by("officer"), card.rubric_id)
    with count_queries(exactly=3):
        queries.totals(session, "panel", ["application:1"])
        found = queries.cards(session, "panel", ["application:1"])
        queries.points_of(session, [row.id for row in found])
    assert len(found) == many


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (sa.update(Score).where(Score.item == "real").values(points=2400), ["总分与各项之和不符", "分数与提交时不同"]),
        (sa.update(Scorecard).values(total=1), ["总分与各项之和不符"]),
        (sa.delete(Score), ["总分与各项之和不符", "分数与提交时不同"]),
        (sa.text("UPDATE rubrics SET name = name, digest = 'x'"), ["被改动"]),
    ],
)
def test_damage_is_found(session, card, by, change, words):
    actions.submit(session, card, by=by("expert1"), at=START, points=FULL)
    assert damage(session) == []
    session.execute(change)
    found = damage(session)
    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))


def test_points_moved_between_items_are_found_though_the_total_stays(session, card, by):
    actions.submit(session, card, by=by("expert1"), at=START, points=FULL)
    session.execute(sa.update(Score).where(Score.item == "real").values(points=2400))
    session.execute(sa.update(Score).where(Score.item == "plan").values(points=4100))
    assert damage(session) == [f"{card.ref} 的分数与提交时不同"]


RICH = {
    "items": [
        {"key": "need", "title": "需求度", "most": 4000, "reason_below": 1000},
        {"key": "match", "title": "配套", "most": 2000, "na": True},
        {"key": "effect", "title": "有效性", "most": 4000},
    ]
}  # fmt: skip


@pytest.fixture
def rich(session, cast, by):
    return a_card(session, cast.expert1, by("officer"), actions.freeze_rubric(session, "专家评分表", RICH).id)


def test_na_and_reasons_are_kept_with_a_draft(session, rich, by):
    actions.save(session, rich, {"need": 500, "match": 1000}, "", reasons={"need": "没有依据"}, by=by("expert1"), at=START)
    actions.save(session, rich, {"match": None, "effect": 3000}, None, na={"match"}, by=by("expert1"), at=START)
    found = queries.card_of(session, rich.id)
    assert found.marks == {"need": Mark(500, reason="没有依据"), "match": Mark(na=True), "effect": Mark(3000)}
    assert found.total == 4375  # 35 of 80
    told = actions.save(session, rich, {"need": None}, None, na={"need"}, by=by("expert1"), at=START)
    assert [one.code for one in told] == ["na"]
    actions.save(session, rich, {"match": 2000}, None, by=by("expert1"), at=START)
    assert queries.card_of(session, rich.id).marks["match"] == Mark(2000)
    assert damage(session) == []


def test_a_card_with_na_is_found_whole_and_damage_to_it_is_found(session, rich, by):
    actions.submit(
        session, rich, points={"need": 3000, "match": None, "effect": 3000}, na={"match"}, reasons={}, by=by("expert1"), at=START
    )
    assert damage(session) == []
    session.execute(sa.update(Score).where(Score.item == "match").values(na=False, points=1000))
    assert len(damage(session)) == 2


def test_where_a_form_has_no_box_at_the_item_the_comment_is_its_reason(session, rich, by):
    with pytest.raises(Refused) as refused:
        actions.submit(
            session, rich, points={"need": 500, "match": 1000, "effect": 3000}, reasons={}, comment="见会议记录", by=by("expert1"), at=START
        )
    assert codes(refused) == ["item_reason"]
    actions.submit(session, rich, points={"need": 500, "match": 1000, "effect": 3000}, comment="见会议记录", by=by("expert1"), at=START)
    assert queries.card_of(session, rich.id).marks["need"].reason == "见会议记录"


def test_what_a_judge_writes_for_himself_is_sealed_and_his_alone(session, rich, by):
    actions.jot(session, rich, "和第三份比", by=by("expert1"))
    actions.jot(session, rich, "和第四份比", by=by("expert1"))
    assert queries.jotting_of(session, rich.id) == "和第四份比"
    assert "第四份" not in session.execute(sa.text("SELECT text FROM jottings")).scalar_one()
    with pytest.raises(NotAllowed):
        actions.jot(session, rich, "看看", by=by("officer"))
