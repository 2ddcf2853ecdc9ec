"""立项版本确认: what was cut is shown, nobody signs before the communities have spoken, and silence is what the rule says."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.cast import CHANGMEN, TAO
from tests.conftest import START
from tests.projects import stage
from webapp import app as house
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.rules import template
from webapp.core.calendar import deadline
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import Refused
from webapp.projects import actions
from webapp.projects.models import Agreement, Confirmation
from webapp.reviews.actions import declare_tie
from webapp.reviews.models import Opinion


@pytest.fixture
def awarded(engine, cast):
    """A project awarded with a fifth less than was asked for, in two communities; gives the communities' confirmations."""

    def made(**plan) -> dict[str, int]:
        with transaction(engine) as session:
            call, application = stage.announced(session, cast, START, awarded=4_000_000)
            rules = template()
            call.rules = replace(rules, coreview=replace(rules.coreview, confirm=True, **plan)).to_json()
            opinion = Opinion(
                application_id=application.id, kind="community", area_code=TAO, title="银龄陪伴协同审核", verdict="amend", reason="多请本社区的人",
                shown_at=START, answer="已请两位",
            )  # fmt: skip
            stage.make.at_state(session, opinion, "given", START)
            actions.award_call(session, session.get_one(Call, call.id), by=cast.officer.viewer(session, START), at=START)
            session.get_one(Application, application.id)
            return {one.area_code: one.id for one in session.scalars(sa.select(Confirmation))}

    return made


def act(engine, someone, verb, key: int, at=START, model=Confirmation, **more):
    with transaction(engine) as session:
        return verb(session, session.get_one(model, key), by=someone.viewer(session, at), at=at, **more)


def states(engine) -> list[str]:
    with transaction(engine) as session:
        return list(session.scalars(sa.select(Confirmation.state).order_by(Confirmation.area_code)))


def test_through_pages_both_communities_confirm_before_anybody_signs(site, awarded, cast, engine):
    keys = awarded()
    assert set(keys) == {TAO, CHANGMEN}
    assert "立项版本待确认" in site.as_(cast.worker).open("desk.home")
    page = site.as_(cast.worker).open("projects.confirmation_show", id=keys[TAO])
    for words in ("50,000.00", "40,000.00", "10,000.00", "24,000.00", "6,000.00", "修改后支持", "多请本社区的人", "已请两位"):
        assert words in page
    page = site.as_(cast.lead).open("projects.agreement_show", id=1)
    assert "桃花坞社区居委会还没有确认立项版本" in page
    assert "阊门社区居委会还没有确认立项版本" in page
    site.as_(cast.worker).open("projects.confirmation_show", id=keys[TAO]).submit("确认同意立项版本")
    page = (
        site.as_(cast.near_worker).open("projects.confirmation_show", id=keys[CHANGMEN]).submit("确认有异议", note="少了志愿者补贴，做不成")
    )
    assert "有异议" in page
    page = site.as_(cast.lead).open("projects.agreement_show", id=1)
    assert "阊门社区居委会对立项版本有异议" in page
    assert "桃花坞" not in "".join(one for one in page.buttons())
    with pytest.raises(Refused) as caught:
        act(engine, cast.lead, actions.sign_org, 1, model=Agreement)
    assert {one.code for one in caught.value.refusals} == {"confirmation"}
    assert "立项版本有异议" in site.as_(cast.officer).open("desk.home")
    site.as_(cast.officer).open("projects.confirmation_show", id=keys[CHANGMEN]).submit("确认答复异议", note="志愿者由社区另行安排")
    site.as_(cast.near_worker).open("projects.confirmation_show", id=keys[CHANGMEN]).submit("确认同意立项版本")
    assert states(engine) == ["confirmed", "confirmed"]
    with transaction(engine) as session:
        assert (
            "可以签协议"
            in session.scalars(sa.select(Message.body).where(Message.person_id == cast.lead.id).order_by(Message.id.desc())).first()
        )
    page = site.as_(cast.lead).open("projects.agreement_show", id=1)
    assert "还没有确认" not in page
    act(engine, cast.lead, actions.sign_org, 1, model=Agreement)
    page = site.as_(cast.officer).open("projects.show", id=1)
    assert "落地社区确认立项版本" in page


def test_silence_agrees_and_a_reminder_comes_before(awarded, cast, engine, clock):
    awarded()
    clock.move_to(deadline(START, 4))
    house.tick(engine, clock.now())
    with transaction(engine) as session:
        query = sa.select(sa.func.count()).where(Message.person_id == cast.worker.id, Message.title == "立项版本确认快到期")
        assert session.scalar(query) == 1
    clock.move_to(deadline(START, 5))
    house.tick(engine, clock.now())
    assert states(engine) == ["lapsed", "lapsed"]
    act(engine, cast.lead, actions.sign_org, 1, at=clock.now(), model=Agreement)


def test_silence_goes_to_the_street_which_settles_it(awarded, cast, engine, clock):
    keys = awarded(confirm_silence="street")
    clock.move_to(deadline(START, 5))
    house.tick(engine, clock.now())
    assert states(engine) == ["handed", "handed"]
    with pytest.raises(Refused):
        act(engine, cast.lead, actions.sign_org, 1, at=clock.now(), model=Agreement)
    for key in keys.values():
        act(engine, cast.street, actions.settle, key, at=clock.now(), note="已与社区商量，按立项版本做")
    act(engine, cast.lead, actions.sign_org, 1, at=clock.now(), model=Agreement)


def test_who_is_tied_to_the_organisation_does_not_confirm(awarded, cast, engine):
    keys = awarded()
    with transaction(engine) as session:
        declare_tie(session, cast.worker.id, cast.chenguang)
    with pytest.raises(Refused) as caught:
        act(engine, cast.worker, actions.confirm, keys[TAO])
    assert {one.code for one in caught.value.refusals} == {"tie"}
    act(engine, cast.worker_two, actions.confirm, keys[TAO])
