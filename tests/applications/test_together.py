"""Who works on an application: levels, people from outside, and the confirmation by a second person."""

import pytest

from tests.applications import forms
from tests.conftest import START
from webapp.accounts.models import Person
from webapp.applications import actions
from webapp.applications.actions import together
from webapp.applications.models import Application, Certification
from webapp.core.db import transaction
from webapp.core.workflow import NotAllowed, Refused


def codes(act, *args, **more):
    with pytest.raises(Refused) as refused:
        act(*args, **more)
    return [one.code for one in refused.value.refusals]


def test_levels_say_who_reads_who_fills_in_and_who_hands_in(session, cast):
    application = forms.filled(session, cast, START, forms.call(session, cast, START))
    lead, member = (who.viewer(session, START) for who in (cast.lead, cast.member))
    together.set_people(session, application, {cast.member.id: "view"}, certified=False, by=lead, at=START)
    with pytest.raises(NotAllowed, match="只看"):
        actions.save(session, application, "plan", forms.PLAN, version=1, by=member, at=START)
    together.set_people(session, application, {cast.member.id: ""}, certified=False, by=lead, at=START)
    assert actions.save(session, application, "plan", {**forms.PLAN, "risks": "新"}, version=1, by=member, at=START).version == 2
    assert codes(actions.submit, session, application, by=member, at=START) == ["level"]
    together.set_people(session, application, {cast.member.id: "submit"}, certified=False, by=lead, at=START)
    assert actions.submit(session, application, by=member, at=START) is not None


@pytest.mark.parametrize(("who", "level"), [("lead", "view"), ("rival", "fill"), ("social_worker", "submit"), ("member", "all")])
def test_levels_that_cannot_be_given(session, cast, who, level):
    application = forms.filled(session, cast, START, forms.call(session, cast, START))
    lead = cast.lead.viewer(session, START)
    assert codes(together.set_people, session, application, {getattr(cast, who).id: level}, certified=False, by=lead, at=START)


def test_a_social_worker_and_somebody_from_outside_write_where_they_were_asked(session, cast):
    application = forms.filled(session, cast, START, forms.call(session, cast, START))
    lead, guest = cast.lead.viewer(session, START), cast.far_worker
    together.set_people(session, application, {cast.social_worker.id: "fill"}, certified=False, by=lead, at=START)
    phone = session.get_one(Person, guest.id).phone
    invite = {"level": "fill", "by": lead, "at": START}
    assert codes(together.invite, session, application, name="别人", phone=phone, **invite) == ["unknown"]
    together.invite(session, application, name=guest.name, phone=phone, **invite)
    for n, who in enumerate((cast.social_worker, guest)):
        by = who.viewer(session, START)
        assert "co_writer" in by.roles_on(application)
        assert (
            actions.save(session, application, "plan", {**forms.PLAN, "risks": who.name}, version=n + 1, by=by, at=START).version == n + 2
        )
        with pytest.raises(NotAllowed):
            actions.submit(session, application, by=by, at=START)


def test_the_certifier_confirms_what_was_prepared_and_a_change_undoes_it(session, cast):
    application = forms.filled(session, cast, START, forms.call(session, cast, START))
    lead, member = (who.viewer(session, START) for who in (cast.lead, cast.member))
    together.set_people(session, application, {}, certified=True, by=lead, at=START)
    assert codes(actions.submit, session, application, by=lead, at=START) == ["certified"]
    assert codes(together.ask_certifier, session, application, cast.member.id, by=member, at=START) == ["certifier"]
    one = together.ask_certifier(session, application, cast.lead.id, by=member, at=START)
    assert codes(together.confirm, session, one, by=member, at=START) == ["not_yours"]
    together.send_back(session, one, by=lead, at=START, note="风险写细一些")
    actions.save(session, application, "plan", {**forms.PLAN, "risks": "细"}, version=1, by=member, at=START)
    one = together.ask_certifier(session, application, cast.lead.id, by=member, at=START)
    together.confirm(session, one, by=lead, at=START)
    actions.save(session, application, "plan", {**forms.PLAN, "risks": "又改"}, version=2, by=member, at=START)
    assert codes(actions.submit, session, application, by=lead, at=START) == ["certified"]
    one = together.ask_certifier(session, application, cast.lead.id, by=member, at=START)
    together.confirm(session, one, by=lead, at=START)
    assert actions.submit(session, application, by=lead, at=START) is not None


def test_together_through_pages(site, cast, engine, saved_application):
    lead, member = site.as_(cast.lead), site.as_(cast.member)
    page = lead.open("applications.together", id=saved_application)
    page = page.submit("保存", **{f"level-{cast.member.id}": "view", "certified": "1"})
    assert "已保存" in page
    read = member.open("applications.section", id=saved_application, key="plan")
    assert "只看" in read
    assert not read.tree.xpath("//textarea")
    assert page.submit("邀请", name="某人", phone="13900000999").status == 422
    page.submit("保存", **{f"level-{cast.member.id}": "submit", "certified": "1"})
    assert "还没有送审" in member.open("applications.show", id=saved_application)
    page = member.open("applications.together", id=saved_application).submit("送审", certifier=str(cast.lead.id))
    assert "已送审" in page
    with transaction(engine) as session:
        key = session.query(Certification).one().id
    page = lead.open("applications.certification_show", id=key)
    assert "编制人" in page
    assert "已确认" in page.submit("确认核对无误")
    assert "回执" in member.open("applications.show", id=saved_application).submit("确认提交")
    with transaction(engine) as session:
        assert session.get_one(Application, saved_application).state == "submitted"


def test_the_form_on_one_page(site, cast, engine, saved_application):
    member = site.as_(cast.member)
    page = member.open("applications.one_page", id=saved_application)
    ids = page.tree.xpath("//main//@id")
    assert len(ids) == len(set(ids))
    assert len(page.tree.xpath("//form[@data-autosave]")) == 8
    page = page.submit("保存“实施方案”", q_risks="一页上写的")
    assert "已保存" in page
    assert page.path == f"/applications/{saved_application}/form"
    assert "一页上写的" in page
