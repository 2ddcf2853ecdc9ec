"""服务提议 of an organisation (三议), and 子女代办: a child speaks for an elder."""

from __future__ import annotations

import sqlalchemy as sa

from tests.cast import CHANGMEN, TAO
from webapp.core import journal
from webapp.core.db import transaction
from webapp.needs.models import Need, Voice


def propose(site, cast, **more):
    page = site.as_(cast.member).open("needs.propose", street=TAO[:9])
    given = {"area_code": TAO, "words": "愿意每周三上门理发，服务八十岁以上老人", "title": "高龄老人上门理发", "category": "elderly"} | more
    return page.submit("提交提议", **given)


def test_an_organisation_proposes_a_service_to_a_community_and_follows_it(site, cast, engine):
    page = propose(site, cast)
    assert "已收集" in page
    assert "愿意每周三上门理发" in page
    with transaction(engine) as session:
        need = session.query(Need).one()
        assert (need.channel, need.proposer_id, need.resident_id) == ("organisation", cast.offices["chenguang"], None)
        assert session.query(Voice).one().person_id is None
        assert journal.lines(session, [need.ref])[0].step == "propose"
    assert "高龄老人上门理发" in site.as_(cast.lead).open("needs.proposals"), "a colleague finds it too"
    worker = site.as_(cast.worker).open("needs.show", id=1)
    assert "社会组织服务提议" in worker
    worker.take("受理", title="高龄老人上门理发", category="elderly", decision="self", pace="deep")
    told = site.as_(cast.lead).open("desk.inbox")
    assert "已受理" in told


def test_another_organisation_does_not_reach_a_proposal(site, cast):
    page = propose(site, cast)
    assert site.as_(cast.rival).get(page.path).status == 404
    assert "高龄老人上门理发" not in site.as_(cast.rival).open("needs.proposals")


def test_an_organisation_takes_its_proposal_back(site, cast):
    page = propose(site, cast)
    assert "已撤回" in site.as_(cast.lead).get(page.path).take("撤回")


def test_a_proposal_without_words_is_refused_at_the_field(site, cast):
    page = propose(site, cast, words="")
    assert page.status == 422
    assert "请写明" in page


def test_a_resident_has_no_page_of_proposals(site, cast):
    assert site.as_(cast.granny).open("needs.propose").status == 403


def for_elder(site, person, **more):
    page = site.as_(person).open("needs.new_for", street=CHANGMEN[:9])
    given = {"words": "妈妈腿脚不好，想要楼道扶手", "speaker": "王阿婆", "speaker_phone": "13800001111", "area_code": CHANGMEN} | more
    return page.submit("提交", **given)


def test_a_child_speaks_for_an_elder_of_another_community(site, cast, engine):
    page = for_elder(site, cast.resident)
    assert "王阿婆" in page
    with transaction(engine) as session:
        need, voice = session.query(Need).one(), session.query(Voice).one()
        assert (need.area_code, need.resident_id) == (CHANGMEN, cast.resident.id)
        assert (voice.speaker, voice.person_id) == ("王阿婆", cast.resident.id)
        entry = session.scalars(sa.select(journal.Entry).where(journal.Entry.subject == need.ref)).first()
        assert entry is not None
        assert entry.data["elder"] is True
    handler = site.as_(cast.near_worker).get(page.path)
    assert "王阿婆" in handler
    assert "子女代办" in handler


def test_an_elder_has_to_be_named(site, cast):
    page = for_elder(site, cast.resident, speaker="")
    assert page.status == 422
    assert "请填写老人怎么称呼" in page


def test_what_is_said_for_an_elder_is_sealed_like_everything_said(site, cast, engine):
    page = for_elder(site, cast.resident, words="老人说不想活了")
    assert "12356" in page
    with transaction(engine) as session:
        assert session.query(Need).count() == 0
