"""Look-alikes for who writes: from what is public in the community, and never from what others said."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import make
from tests.cast import CHANGMEN
from tests.conftest import START
from webapp.core import search
from webapp.core.db import reading, transaction
from webapp.needs import actions, lookalikes
from webapp.needs.models import Need, Voice, Wording

ROOT = Path(__file__).resolve().parents[2]


def known(engine, cast, *, title="楼道照明不足", text="几幢老楼的路灯不亮，晚上出行不便", said="严阿婆摔过一跤", **more):
    """A need with a released wording, through its own verb; what was said behind it is different."""
    with transaction(engine) as session:
        need = make.need(session, START, person=cast.granny, state="accepted", **more)
        session.scalars(sa.select(Voice).where(Voice.need_id == need.id)).one().words = said
        wording = make.at_state(session, Wording(need_id=need.id, title=title, text=text, drafted_by_id=cast.worker.id), "drafted", START)
        actions.release_wording(session, wording, ticks=(), by=cast.street.viewer(session, START), at=START)
        return need.id


def asked(site, person, words, **more):
    """What the script is told while somebody writes."""
    page = site.as_(person).open("needs.new")
    token = page.tree.xpath('//input[@name="csrf_token"]/@value')[0]
    path = page.tree.xpath("//@data-alike")[0]
    return page.visitor.client.post(path, data={"words": words, **more}, headers={"X-CSRFToken": token, "Accept": "application/json"})


def titles(answer):
    assert answer.status_code == 200
    return [one["title"] for one in answer.get_json()["rows"]]


def test_words_that_share_two_pairs_find_what_is_public(site, cast, engine):
    key = known(engine, cast)
    found = asked(site, cast.resident, "我家楼下路灯不亮了").get_json()["rows"]
    assert found == [{"id": key, "title": "楼道照明不足", "state": "accepted", "href": f"/n/{key}", "state_label": "已受理"}]
    assert site.as_(cast.resident).get(found[0]["href"]).status == 200


@pytest.mark.parametrize("words", ["", "灯", "想学书法", "2026年3月", "小区老人希望社区能解决问题", "路灯"])
def test_other_words_find_nothing(site, cast, engine, words):
    known(engine, cast, text="小区老人希望社区能解决：路灯不亮，晚上出行不便")
    assert titles(asked(site, cast.resident, words)) == []


@pytest.mark.parametrize("words", ["严阿婆摔过一跤", "摔过一跤"])
def test_what_others_said_cannot_be_probed(site, cast, engine, words):
    key = known(engine, cast)
    assert titles(asked(site, cast.resident, words)) == []
    site.as_(cast.resident_two).open("needs.new").submit("提交", words="隔壁半夜敲墙，睡不着觉")
    assert titles(asked(site, cast.resident, "隔壁半夜敲墙，睡不着觉")) == []
    with reading(engine) as session:
        grams = set(session.scalars(sa.select(search.Gram.gram).where(search.Gram.kind == "need", search.Gram.object_id == key)))
    assert "摔过" not in grams


def test_another_community_is_not_asked(site, cast, engine):
    known(engine, cast, area=CHANGMEN)
    assert titles(asked(site, cast.resident, "路灯不亮")) == []
    assert titles(asked(site, cast.resident, "路灯不亮", area_code=CHANGMEN)) == ["楼道照明不足"], "where the elder lives"
    assert titles(asked(site, cast.resident, "路灯不亮", area_code="3205")) == []


def _withdraw(session, need, by):
    actions.withdraw(session, need, by=by, at=START)


def _take_down(session, need, by):
    actions.take_down_wording(session, session.scalars(sa.select(Wording)).one(), note="有误", by=by, at=START)


def _hand_off(session, need, by):
    actions.hand_off(session, need, kind="police", by=by, at=START)


@pytest.mark.parametrize(("act", "who"), [(_withdraw, "granny"), (_take_down, "worker"), (_hand_off, "worker")])
def test_what_is_no_longer_public_is_found_no_more(site, cast, engine, act, who):
    key = known(engine, cast)
    assert titles(asked(site, cast.resident, "路灯不亮"))
    with transaction(engine) as session:
        act(session, session.get_one(Need, key), getattr(cast, who).viewer(session, START))
    assert titles(asked(site, cast.resident, "路灯不亮")) == []
    with reading(engine) as session:
        grams = set(session.scalars(sa.select(search.Gram.gram).where(search.Gram.kind == "need", search.Gram.object_id == key)))
    assert "路灯" not in grams


def test_the_most_alike_come_first_and_few_of_them(site, cast, engine):
    for n in range(5):
        known(engine, cast, title=f"照明 {n}", text="路灯不亮")
    known(engine, cast, title="电梯旁照明", text="电梯旁边的路灯不亮")
    found = titles(asked(site, cast.resident, "电梯旁边的路灯不亮"))
    assert found == ["电梯旁照明", "照明 4", "照明 3"]


def test_asking_without_end_is_refused_in_words(site, cast, engine, monkeypatch):
    monkeypatch.setitem(lookalikes.settings.DEFAULTS, "alike.per_hour", 2)
    assert [asked(site, cast.resident, "路灯不亮").status_code for _ in range(3)] == [200, 200, 409]
    assert "请稍后再试" in str(asked(site, cast.resident, "路灯不亮").get_json())
    assert asked(site, cast.resident_two, "路灯不亮").status_code == 200


def test_it_asks_for_a_person_and_a_token(site, cast):
    page = site.as_(cast.resident).open("needs.new")
    path = page.tree.xpath("//@data-alike")[0]
    assert page.visitor.client.post(path, data={"words": "路灯不亮"}).status_code == 400
    assert site.as_().client.post(path, data={"words": "路灯不亮"}).status_code in {302, 400, 401}


def test_without_scripts_it_shows_after_submitting(site, cast, engine):
    key = known(engine, cast)
    page = site.as_(cast.resident).open("needs.new").submit("提交", words="楼下的路灯不亮")
    assert "有人反映过差不多的事" in page
    assert page.links("楼道照明不足") == [f"/n/{key}"]
    own = site.as_(cast.worker).open("needs.show", id=int(page.path.rpartition("/")[2]))
    assert "有人反映过差不多的事" not in own, "the handler has a list of its own"
    other = site.as_(cast.resident_two).open("needs.new").submit("提交", words="想学书法")
    assert "有人反映过差不多的事" not in other


def test_old_wordings_are_indexed_by_the_migration(cast, engine):
    key = known(engine, cast)
    spec = importlib.util.spec_from_file_location("spoken", ROOT / "migrations" / "versions" / "0010_spoken.py")
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    with engine.begin() as connection:
        connection.execute(sa.delete(search.Gram).where(search.Gram.kind == "need", search.Gram.gram.in_(["路灯", "出行", "灯"])))
        for _ in range(2):
            migration.index_released(connection)
    with reading(engine) as session:
        assert [one.id for one in lookalikes.public(session, "320508019036", "路灯旁出行不便")] == [key]
        assert session.scalar(
            sa.select(sa.func.count()).select_from(search.Gram).where(search.Gram.gram == "灯", search.Gram.kind == "need")
        )


def test_the_script_is_small_and_only_where_one_writes(site, cast):
    assert (ROOT / "webapp" / "static" / "alike.js").stat().st_size < 2000
    assert "alike" in str(site.as_(cast.granny).open("needs.new").tree.xpath("//script/@src"))
    assert "alike" not in str(site.as_(cast.granny).open("desk.home").tree.xpath("//script/@src"))
