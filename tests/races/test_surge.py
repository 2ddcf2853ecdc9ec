"""Many vote at once, and the power fails twice: every vote that was answered is there, none is there twice.

50 clients and 10,000 votes in the soak; the same with fewer in CI.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer

from tests.races.conftest import City, Stock
from tests.races.rivals import SOAK
from tests.races.server import Client, Letter
from webapp.ballots import actions, voters
from webapp.ballots.models import Ballot, Participant, Vote
from webapp.core import secrets
from webapp.core.db import transaction

CLIENTS, VOTES = (50, 10_000) if SOAK else (20, 240)
STOCK = Stock(residents=VOTES)
pytestmark = pytest.mark.soak


def paper(city: City, person: Any, choice: int, key: str) -> tuple[Client, Letter]:
    """A filled-in paper as the browser of a signed-in resident sends it; the page before it is not asked for."""
    client = Client(city.server, person, csrf="surge")
    token = URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps("surge")
    body = urlencode({"csrf_token": token, "choices": choice}).encode()
    headers = {"Cookie": f"session={client.cookies['session']}", "Content-Type": "application/x-www-form-urlencoded"}
    return client, Letter(f"/ballots/{city.ballot}/vote", headers, body)


@dataclass
class Crowd:
    """What came of the votes so far."""

    answered: dict[int, int] = field(default_factory=dict)
    """The choice of each person whose vote was answered."""
    cut_off: int = 0
    trouble: list[str] = field(default_factory=list)

    def vote(self, city: City, people: list[Any], key: str) -> None:
        """One neighbour after another; who gets no answer presses again."""
        try:
            for person in people:
                choice = random.choice(city.choices)
                client, letter = paper(city, person, choice, key)
                answer = client.send(letter)
                if answer is None or answer.status == 503:
                    self.cut_off += answer is None
                    answer = client.insist(letter)
                assert answer.status == 302, f"{answer.status} {answer.text[:300]}"
                self.answered[person.id] = choice
        except Exception as error:
            self.trouble.append(repr(error)[:2000])


def test_every_vote_that_was_answered_is_there_and_none_twice(city):
    crowd, key = Crowd(), secrets.load(city.server.data)
    threads = [threading.Thread(target=crowd.vote, args=(city, city.residents[n::CLIENTS], key)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for part in (1, 2):
        while len(crowd.answered) < VOTES * part // 3 and not crowd.trouble and any(one.is_alive() for one in threads):
            time.sleep(0.01)
        city.server.kill_all()
        city.server.start()
    for thread in threads:
        thread.join()
    assert crowd.trouble == []
    assert len(crowd.answered) == VOTES
    with city.read() as session:
        ballot = session.get_one(Ballot, city.ballot)
        assert ballot.key is not None
        stored = dict(session.execute(sa.select(Vote.voter_key, Vote.choices).where(Vote.ballot_id == ballot.id)).all())
        expected = {voters.voter_key(ballot.key, f"person:{person}"): {"choices": [choice]} for person, choice in crowd.answered.items()}
        assert stored == expected
        assert ballot.turnout == VOTES
    assert city.count(Participant, Participant.ballot_id == city.ballot) == VOTES
    with transaction(city.engine) as session:
        ballot, by, at = session.get_one(Ballot, city.ballot), city.cast.worker.viewer(session, datetime.now(UTC)), datetime.now(UTC)
        actions.close_ballot(session, ballot, by=by, at=at, note="人已到齐")
        actions.count(session, ballot, by=by, at=at)
        counted = {row["id"]: row["votes"] for row in ballot.result["choices"]}
    assert counted == {one: sum(choice == one for choice in crowd.answered.values()) for one in city.choices}
    assert city.damage() == []
