"""监票人: named before the close, at least two, never those who run the ballot."""

import pytest
import sqlalchemy as sa

from tests.ballots.papers import opened
from tests.conftest import START
from webapp.accounts.models import Person
from webapp.ballots import queries
from webapp.ballots.models import Ballot
from webapp.core import journal
from webapp.core.db import transaction


@pytest.fixture
def key(app, cast):
    with app.app_context(), transaction(app.extensions["sqlalchemy"].engine) as session:
        return opened(session, cast.worker.viewer(session, START)).id


@pytest.fixture
def read(app):
    def reading(ask):
        with app.app_context(), transaction(app.extensions["sqlalchemy"].engine) as session:
            return ask(session)

    return reading


def typed(read, *people):
    phones = read(lambda s: {p.id: p.phone for p in s.scalars(sa.select(Person).where(Person.id.in_([one.id for one in people])))})
    return {f"{field}_{n}": value for n, one in enumerate(people, 1) for field, value in (("name", one.name), ("phone", phones[one.id]))}


def test_two_are_named_told_and_written_down(site, cast, key, read):
    page = site.as_(cast.worker).open("ballots.tellers", id=key)
    page = page.submit("指定监票人", **typed(read, cast.supervisor, cast.resident))
    assert page.status == 200
    assert {one.id for one in read(lambda s: queries.tellers_of(s, key))} == {cast.supervisor.id, cast.resident.id}
    assert read(lambda s: journal.lines(s, [f"ballot:{key}"])[0].step) == "name_tellers"
    assert "请您担任“三月评议需求”的监票人" in site.as_(cast.resident).open("desk.inbox")
    assert "沈督" in site.as_(cast.worker).open("ballots.tellers", id=key)


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        (("supervisor", "supervisor"), "这一位已经填过了"), (("supervisor", "worker_two"), "卫国是组织这次评议的人，不能兼任监票人"),
        (("supervisor", "street"), "郑颖是组织这次评议的人"),
    ],
)  # fmt: skip
def test_who_cannot_be_named(site, cast, key, read, people, sentence):
    page = site.as_(cast.worker).open("ballots.tellers", id=key)
    page = page.submit("指定监票人", **typed(read, *(getattr(cast, name) for name in people)))
    assert page.status == 422
    assert sentence in page
    assert read(lambda s: queries.tellers_of(s, key)) == []


def test_somebody_without_an_account_is_not_found_and_one_alone_is_not_enough(site, cast, key, read):
    page = site.as_(cast.worker).open("ballots.tellers", id=key)
    good = typed(read, cast.supervisor)
    wrong = page.submit("指定监票人", **good, name_2="没这人", phone_2="13911112222")
    assert "没有找到这位" in wrong
    assert "没这人" in wrong.tree.xpath("//input/@value"), "写过的不丢"
    assert page.submit("指定监票人", **good).status == 422


def test_after_the_close_nobody_is_named(site, cast, key, read):
    worker = site.as_(cast.worker)
    page = worker.open("ballots.tellers", id=key)
    worker.open("ballots.show", id=key).click("截止").submit("确认截止", note="人已到齐")
    assert read(lambda s: s.get_one(Ballot, key).state) == "closed"
    assert page.submit("指定监票人", **typed(read, cast.supervisor, cast.resident)).status == 409
    assert "监票人要在截止前指定" in worker.open("ballots.tellers", id=key)


def test_after_the_count_tellers_are_asked_to_count_again(site, cast, key, read):
    worker = site.as_(cast.worker)
    worker.open("ballots.tellers", id=key).submit("指定监票人", **typed(read, cast.supervisor, cast.resident))
    worker.open("ballots.show", id=key).click("截止").submit("确认截止", note="人已到齐")
    worker.open("ballots.show", id=key).submit("计票")
    assert "“三月评议需求”已计票，请复核" in site.as_(cast.resident).open("desk.inbox")


def test_a_neighbour_names_nobody(site, cast, key):
    assert site.as_(cast.near_worker).open("ballots.tellers", id=key).status == 403
    assert site.as_(cast.granny).open("ballots.tellers", id=key).status == 403
