"""登记其他渠道得分, and what the ranking makes of it under 中山's rules: a public jury, 筹资加分, 特别观察加分."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.reviews.conftest import Stage
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.rules import Category, template
from webapp.core.db import transaction
from webapp.core.journal import Entry
from webapp.core.workflow import Refused
from webapp.reviews import actions
from webapp.reviews.models import Registered, Result, Selection
from webapp.reviews.queries.checks import rankings_recompute


@pytest.fixture
def rules():
    return replace(template("zhongshan"), figures=replace(template().figures, decimals=1))


def filled(stage: Stage, page, **more):
    boxes = {f"f_{key}_{channel}": value for key in stage.applications for channel, value in more.items()}
    return page.submit("登记", source="计票表和捐赠票据清单", **boxes)


def test_a_jury_money_raised_and_bonuses_come_into_the_ranking(site, stage: Stage, cast):
    stage.heard()
    stage.confirmed()
    page = site.as_(cast.officer).open("reviews.ranking", id=stage.call_id)
    assert "大众评审 30%" in page
    page = page.click("登记其他渠道得分")
    with pytest.raises(Refused) as refused:
        stage.do(cast.officer, actions.rank, (Call, stage.call_id))
    assert "缺大众评审得分" in refused.value.refusals[0].sentence
    done = filled(stage, page, jury="80", donation="50000", observer="5")
    assert done.status == 200
    assert "已登记 12 处" in done
    stage.do(cast.officer, actions.rank, (Call, stage.call_id))
    with transaction(stage.engine) as session:
        results = session.scalars(sa.select(Result).order_by(Result.rank)).all()
        for one in results:
            # 50,000 of 100,000 yuan raised is half of the 50 points; the observer gives 5
            assert (one.jury, one.donation, one.bonus) == (8000, 5000, 3000)
            assert one.panel % 10 == 0, "one decimal"
            assert abs(one.combined - (one.panel * 70 + 8000 * 30) / 100 - 3000) <= 5
        assert results[0].combined > 10_000, "bonuses lift a score over a hundred here"
        assert list(rankings_recompute(session)) == []
        assert session.scalar(sa.select(sa.func.count()).where(Entry.subject == f"call:{stage.call_id}", Entry.step == "register")) == 1
    again = site.as_(cast.officer).open("reviews.figures", id=stage.call_id)
    assert "综合排名以后不能再登记" in again


def test_what_is_wrong_is_said_at_its_box_and_nothing_typed_is_lost(site, stage: Stage, cast):
    stage.heard()
    page = site.as_(cast.officer).open("reviews.figures", id=stage.call_id)
    first = stage.applications[0]
    for box, typed, said in (
        ("observer", "4", "请填 0，或 5 到 20 分"), ("observer", "21", "请给 0 到 20 分"), ("jury", "100.01", "请给 0 到 100 分"),
        ("jury", "八十", "请填数字"), ("donation", "一万", "不是金额"),
    ):  # fmt: skip
        refused = page.submit("登记", source="表", **{f"f_{first}_{box}": typed})
        assert refused.status == 422
        assert said in refused
        assert f'value="{typed}"' in refused.answer.get_data(as_text=True)
    refused = page.submit("登记", source="", **{f"f_{first}_jury": "80"})
    assert refused.status == 422
    assert "请写明依据的材料" in refused
    with transaction(stage.engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Registered)) == 0


def test_the_newest_figure_counts_and_an_unchanged_one_is_not_registered_again(site, stage: Stage, cast):
    stage.heard()
    key = (stage.applications[0], "jury")
    assert stage.do(cast.officer, actions.register, (Call, stage.call_id), figures={key: 8000}, source="计票表") == 1
    assert stage.do(cast.officer, actions.register, (Call, stage.call_id), figures={key: 8000}, source="") == 0
    assert stage.do(cast.officer, actions.register, (Call, stage.call_id), figures={key: 7000}, source="复核表") == 1
    with transaction(stage.engine) as session:
        assert actions.figures.registered(session, stage.call_id) == {key: 7000}
        other = session.scalars(sa.select(Application.id).where(Application.id.not_in(stage.applications))).first()
    with pytest.raises(Refused):
        stage.do(cast.officer, actions.register, (Call, stage.call_id), figures={(other or 999, "jury"): 1}, source="表")


def test_a_category_that_must_get_its_share_holds_the_decision_up(stage: Stage, cast, clock):
    stage.heard()
    stage.confirmed()
    with transaction(stage.engine) as session:
        call = session.get_one(Call, stage.call_id)
        tracks = (Category("elderly", "老年人福利"), Category("children", "儿童", least_percent=55))
        call.rules = replace(stage.rules, categories=tracks).to_json()
    figures = {(key, channel): 0 for key in stage.applications for channel in ("jury", "donation")}
    stage.do(cast.officer, actions.register, (Call, stage.call_id), figures=figures, source="表")
    with transaction(stage.engine) as session:
        session.get_one(Call, stage.call_id).rules = {**session.get_one(Call, stage.call_id).rules, "pass_line": 0}
    stage.do(cast.officer, actions.rank, (Call, stage.call_id))
    meeting = {"meeting": "局长办公会", "held_on": clock.now().date(), "minutes_number": "1号", "present": "局长、副局长"}
    with pytest.raises(Refused) as refused:
        stage.do(cast.head, actions.decide, (Call, stage.call_id), **meeting)
    assert "占 0.0%，规则要求不少于 55%" in refused.value.refusals[0].sentence
    with transaction(stage.engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Selection)) == 1
