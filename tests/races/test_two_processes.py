"""Two processes press the same button at the same moment, through HTTP: one wins, the other is told, nothing is lost."""

from __future__ import annotations

import time
from typing import Any

import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.races.conftest import City, Stock
from tests.races.rivals import SOAK, race
from tests.races.server import Answer, Letter, send
from webapp.applications.models import Application, SectionDraft, Snapshot
from webapp.ballots.models import Ballot, Vote
from webapp.core import journal, numbers, once
from webapp.core.db import transaction
from webapp.funding.models import Tranche
from webapp.needs.models import Need

ROUNDS = 12 if SOAK else 2
STOCK = Stock(residents=ROUNDS, needs=ROUNDS, drafts=ROUNDS * 3, checked=ROUNDS)
pytestmark = pytest.mark.soak


def press(city: City, together: Any, *letters: Letter) -> list[Answer]:
    """Send the letters at one moment, each out of its own process; every one is answered."""
    moment = time.time() + 0.2
    answers = together(send, [(city.server.port, letter, moment) for letter in letters])
    assert all(answer is not None and answer.status in {302, 409} for answer in answers), answers
    return sorted(answers, key=lambda answer: answer.status)


def state_of(city: City, model: Any, key: int) -> str:
    with city.read() as session:
        found: str = session.scalars(sa.select(model.state).where(model.id == key)).one()
        return found


def test_an_application_submitted_in_two_windows_is_submitted_once(city, together):
    for key in city.drafts[:ROUNDS]:
        windows = [city.client(city.cast.lead) for _ in range(2)]
        one, two = press(city, together, *[one.fill(f"/application/{key}/submit", "确认提交") for one in windows])
        assert (one.status, two.status, one.location) == (302, 302, two.location), "who comes second is led to the same receipt"
        assert city.count(Snapshot, Snapshot.application_id == key) == city.steps(f"application:{key}", "submit") == 1
    assert city.damage() == []


def test_one_form_sent_twice_at_once_leads_both_to_the_first_answer(city, together):
    """An impatient double click: the second sending waits for the first, and is no error."""
    for key in city.drafts[ROUNDS : ROUNDS * 2]:
        letter = city.client(city.cast.lead).fill(f"/application/{key}/submit", "确认提交")
        one, two = press(city, together, letter, letter)
        assert (one.status, two.status, one.location) == (302, 302, two.location)
        assert city.count(Snapshot, Snapshot.application_id == key) == 1
    for person in city.residents:
        letter = city.client(person).fill("/needs/new", "提交", words=f"车棚漏雨 {person.id}")
        one, two = press(city, together, letter, letter)
        assert (one.status, two.status, one.location) == (302, 302, two.location)
        assert city.count(Need, Need.resident_id == person.id) == 1
    assert city.damage() == []


def test_a_tranche_approved_in_two_windows_is_approved_once(city, together):
    for key in city.checked:
        windows = [city.client(city.cast.leader) for _ in range(2)]
        won, lost = press(city, together, *[one.fill(f"/tranche/{key}/approve", "确认批准") for one in windows])
        assert (won.status, lost.status) == (302, 409)
        assert state_of(city, Tranche, key) == "approved"
        assert city.steps(f"tranche:{key}", "approve") == 1
    assert city.damage() == []


def test_a_need_accepted_by_two_workers_is_accepted_by_one(city, together):
    for key in city.needs:
        letters = [
            city.client(one).fill(f"/need/{key}/accept", "受理", title=f"楼道照明 {one.id}", category="safety", decision="self")
            for one in (city.cast.worker, city.cast.worker_two)
        ]
        won, lost = press(city, together, *letters)
        assert (won.status, lost.status) == (302, 409)
        with city.read() as session:
            title, by = session.execute(
                sa.select(Need.title, journal.Entry.by)
                .join(journal.Entry, journal.Entry.subject == sa.literal("need:") + sa.cast(Need.id, sa.String))
                .where(Need.id == key, journal.Entry.step == "accept")
            ).one()
        assert f"person:{title.rpartition(' ')[2]}" == by, "the title is the one of who accepted it"
    assert city.damage() == []


def test_a_vote_changed_from_two_devices_is_one_vote(city, together):
    for person in city.residents:
        client = city.client(person)
        assert client.insist(client.fill(f"/ballots/{city.ballot}", "提交", choices=str(city.choices[0]))).heard
        before = city.count(Vote)
        devices = [city.client(person) for _ in range(2)]
        letters = [
            one.fill(f"/ballots/{city.ballot}", "更改选择", choices=str(choice))
            for one, choice in zip(devices, city.choices[1:], strict=True)
        ]
        assert [answer.status for answer in press(city, together, *letters)] == [302, 302]
        assert city.count(Vote) == before
    with city.read() as session:
        votes = session.scalars(sa.select(Vote.choices)).all()
        assert session.get_one(Ballot, city.ballot).turnout == len(votes) == len(city.residents)
    assert all(vote in ({"choices": [city.choices[1]]}, {"choices": [city.choices[2]]}) for vote in votes)
    assert city.damage() == []


def goals_of(city: City, application: int) -> list[str]:
    """What the savings of one section said, in their order."""
    with city.read() as session:
        query = sa.select(SectionDraft.answers).where(SectionDraft.application_id == application, SectionDraft.section == "summary")
        return [answers["goal"] for answers in session.scalars(query.order_by(SectionDraft.version))]


def test_two_who_edit_one_section_are_both_kept(city, together):
    """One is saved; the other is shown both texts with a clear sentence, and saves again knowingly."""
    for key in city.drafts[ROUNDS * 2 :]:
        path = f"/applications/{key}/sections/summary"
        people = {"组长的话": city.client(city.cast.lead), "组员的话": city.client(city.cast.member)}
        letters = [one.fill(path, "保存", q_goal=words) for words, one in people.items()]
        won, lost = press(city, together, *letters)
        assert (won.status, lost.status) == (302, 409)
        assert "另一位同事刚刚保存了这一部分" in lost.text
        assert "组长的话" in lost.text
        assert "组员的话" in lost.text
        theirs = goals_of(city, key)[-1]
        mine = next(words for words in people if words != theirs)
        assert people[mine].insist(people[mine].fill_in(lost, path, "保存")).status == 302
        assert goals_of(city, key)[-2:] == [theirs, mine]
    assert state_of(city, Application, city.drafts[-1]) == "draft"
    assert city.damage() == []


def take_first(engine: Any, share: tuple[str, int]) -> list[Any]:
    """A first number, a first entry of a chain and a form's token, all of them in one transaction."""
    name, many = share
    found = []
    for n in range(many):
        with transaction(engine) as session:
            number = numbers.take(session, f"T{n}", 2026)
            again = once.first_time(session, f"token {n}", "person:1", START)
            journal.record(session, f"chain:{n}", "begin", by="person:1", at=START)
            if again is None:
                once.answered(session, f"token {n}", "person:1", f"/{name}")
        found.append((number, again, name))
    return found


def test_the_first_of_a_kind_is_taken_by_one_and_the_second_waits(engine, database, keys):
    """No row is there yet that could be locked: the two meet in the same INSERT."""
    many = ROUNDS * 10
    pairs = zip(*race(take_first, database, keys, [("a", many), ("b", many)]), strict=True)
    for n, pair in enumerate(pairs):
        (first, new, winner), (second, again, _) = sorted(pair)
        assert (first, second) == (f"T{n}2026-0001", f"T{n}2026-0002")
        assert (new, again) == (None, f"/{winner}")
    with transaction(engine) as session:
        assert list(journal.faults(session)) == []
        assert session.scalar(sa.select(sa.func.count()).select_from(journal.Head).where(journal.Head.number == 2)) == many
