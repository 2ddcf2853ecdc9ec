"""Planted secrets: each is read by those named here, in no answer to anybody else, on no page, list, search or file."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa

from tests.together import SWEEP
from tests.walks.expected import ALL, COMMISSION, PINGJIANG, YUNLONG
from tests.walks.walk import Walked
from tests.walks.world import SECRETS
from webapp.ballots.models import Ballot, Participant, Vote
from webapp.core.db import Base
from webapp.core.outbox import Message

pytestmark = SWEEP

HANDLERS = {"worker", "worker_two", "grid"}
DIRECTORY = (
    {"officer", "head", "accountant", "leader", "auditor", "operator", "street", "worker", "worker_two", "grid", "supervisor"}
    | PINGJIANG
    | YUNLONG
)
MAY_READ: dict[str, set[str]] = {
    "score": {"expert1"},
    "score_fen": {"expert1"},
    "comment": {"expert1"},
    "jotting": {"expert1"},  # what a judge writes for himself
    "item_reason": {"expert1"},
    "opened_score": {"officer", "head", "leader", "auditor", "operator", "expert1", "expert2"},  # all are in, the phase has opened them
    # who forms a panel reads the pool; fellow judges and applicants never
    "reviewer": {"officer", "head", "leader", "auditor", "operator", "far_officer", "admin", "security", "log_auditor"},
    "applicant": DIRECTORY | {"admin", "security"},  # the register of organisations is open to offices; who applied, to those of the call
    "team": DIRECTORY | {"admin", "security"},
    "id": HANDLERS | {"granny"},
    "phone": HANDLERS | {"granny"},
    "words": HANDLERS | {"granny"},
    "speaker": HANDLERS,
    "speaker_phone": HANDLERS,
    "listed": {"officer", "head", "street", "worker", "worker_two"},  # who runs the ballot
    "contact": HANDLERS | {"granny"},  # the community, who has taken the order, who asked for it
    "account": {"accountant", "lead", "rival"},
    "payee": {"officer", "head", "accountant", "leader", "auditor", "street", "member", "lead"} | COMMISSION,
    "paid_person": {"member", "lead"},  # others open the names of a sheet by a button, and that stands in the journal
    "objector": {"officer", "head", "granny"},
    "objection": {"officer", "head", "leader", "auditor", "granny"},
    "asked": {"officer", "head", "operator", "granny"},
    "draft": {"member", "lead", "worker", "worker_two", "grid", "supervisor"},  # the community that was asked sees what it is asked about
    "suggested": {"member", "lead", "operator"},
    "draft_call": {"officer", "head", "accountant", "leader", "auditor", "far_officer"},
    "seed": set(),
    "far_words": set(),
    "sealed": {"grid"},
    "sealed_speaker": {"grid"},
    "near_sealed": set(),
    "ticket": HANDLERS | {"street"},  # who may take the list in
    "ticket_speaker": HANDLERS | {"street"},
    "near_ticket": {"far_worker", "far_street"},
    "served": {"member", "lead"},  # the organisation that delivers, alone; evaluator and auditor by a sample, with an entry
    "served_phone": set(),  # opened by a POST
    "served_guardian": {"member", "lead"},
    "served_child": set(),
}
"""Who may read what was planted; written by hand."""
IS_READ = {"jotting": "expert1", "item_reason": "expert1", "opened_score": "operator", "reviewer": "officer", "contact": "grid", "score": "expert1", "id": "granny", "words": "worker", "speaker": "grid", "payee": "lead", "paid_person": "member", "objector": "officer", "asked": "operator", "draft": "member", "suggested": "operator",
           "draft_call": "officer", "applicant": "officer", "comment": "expert1", "sealed": "grid", "sealed_speaker": "grid",
           "ticket": "street", "ticket_speaker": "grid", "near_ticket": "far_worker", "served": "member", "served_guardian": "lead", "listed": "worker"}  # fmt: skip
"""Somebody who does read it, so that a secret planted where no page shows anything proves nothing."""


def test_every_secret_has_its_readers() -> None:
    assert set(MAY_READ) == set(SECRETS)
    assert set(IS_READ.values()) <= ALL


@pytest.mark.parametrize("persona", sorted(ALL))
def test_no_page_tells(walked: Walked, persona: str) -> None:
    told = [
        f"{name}: {format_} {stop.path} ({stop.endpoint})"
        for (stop, format_), got in walked.of(persona).items()
        for name in got.secrets
        if persona not in MAY_READ[name]
    ]
    assert not told, f"{persona} reads\n" + "\n".join(sorted(told))
    read = {name for got in walked.of(persona).values() for name in got.secrets}
    assert {name for name, who in IS_READ.items() if who == persona} <= read, "what nobody reads proves nothing"


SEARCHES = (
    "/search",
    "/needs",
    "/p/needs",
    "/p/calls",
    "/p/projects",
    "/calls",
    "/applications",
    "/projects",
    "/organisations",
    "/people",
    "/spendings",
    "/orders",
    "/escalations",
    "/pledges",
    "/library",
    "/journal",
    "/tables/new/applications",
    "/tables/new/needs",
)
FINDS: dict[str, set[str]] = {
    "id": HANDLERS, "phone": HANDLERS, "words": HANDLERS, "far_words": set(), "speaker": set(), "speaker_phone": set(), "contact": set(), "payee": set(), "paid_person": set(), "account": set(),
    "objector": set(), "comment": set(), "jotting": set(), "item_reason": set(), "reviewer": {"admin", "security"}, "sealed": set(), "sealed_speaker": set(), "near_sealed": set(), "draft": set(), "applicant": DIRECTORY | {"admin"}, "team": {"admin", "security"},
}  # fmt: skip
"""Whose search for these words may find something; a search that finds tells as much as a page."""


@pytest.mark.parametrize("persona", sorted(ALL))
def test_no_search_tells(walked: Walked, persona: str) -> None:
    client, told = walked.browser(persona), []
    for address in SEARCHES:
        for secret, finders in FINDS.items():
            if persona in finders:
                continue
            reply = client.get(address, query_string={"q": SECRETS[secret]}, headers={"Accept": "application/json"})
            if reply.status_code in {401, 403}:
                break  # turned away at the door, which asks for no words
            if reply.status_code == 200 and (hits := list(_found(reply.get_json(), SECRETS[secret]))):
                told.append(f"{address}?q={secret}: {hits[:2]}")
    assert not told, f"{persona} finds\n" + "\n".join(told)


def _found(answer: dict[str, Any], words: str) -> Iterator[Any]:
    """The rows of a list that was narrowed by the words; a page that takes no words is not asked."""
    if answer.get("q") != words:
        return
    yield from answer.get("groups", [])
    yield from (answer.get("page") or {}).get("rows", [])


@pytest.mark.parametrize("persona", sorted(ALL))
def test_no_page_tells_a_vote(walked: Walked, persona: str) -> None:
    """Neither the key a vote is stored under nor another's receipt, while the ballot runs or after."""
    client = walked.browser(persona)
    for ballot, votes in itertools.groupby(sorted(walked.world.votes, key=lambda one: one.ballot_id), key=lambda one: one.ballot_id):
        told = "".join(
            client.get(address, headers={"Accept": accept}).get_data(as_text=True)
            for address in (f"/ballots/{ballot}", f"/ballots/{ballot}/receipt")
            for accept in ("text/html", "application/json")
        )
        for kept in votes:
            assert kept.key not in told
            assert kept.receipt not in told or kept.voter == persona


def test_one_reads_ones_own_receipt(walked: Walked) -> None:
    running = walked.world.ids["ballot open"]["own"]
    kept = next(one for one in walked.world.votes if one.voter == "granny" and one.ballot_id == running)
    assert kept.receipt in walked.browser("granny").get(f"/ballots/{running}/receipt").get_data(as_text=True)


def test_after_closing_nothing_ties_voter_and_vote(walked: Walked) -> None:
    closed = [walked.world.ids[f"ballot {state}"]["own"] for state in ("closed", "counted")]
    with walked.engine.connect() as connection:
        assert connection.execute(sa.select(Ballot.key).where(Ballot.id.in_(closed))).scalars().all() == [None, None]
        stored = set(connection.execute(sa.select(Vote.voter_key).where(Vote.ballot_id.in_(closed))).scalars())
    assert stored
    assert not stored & {kept.key for kept in walked.world.votes}
    assert {c.name for c in Vote.__table__.columns} == {"ballot_id", "voter_key", "choices"}
    assert {c.name for c in Participant.__table__.columns} == {"ballot_id", "who", "way", "stratum"}
    running = walked.world.ids["ballot open"]["own"]
    held = {kept.key for kept in walked.world.votes if kept.ballot_id == running}
    gone = {kept.key for kept in walked.world.votes if kept.ballot_id in closed}
    assert held <= set(_cells(walked)), "the search below would find a key that is there"
    assert not gone & set(_cells(walked))


def _cells(walked: Walked) -> Iterator[str]:
    """Every word in every cell of every table."""
    with walked.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(sa.select(*(sa.cast(c, sa.Text) for c in table.c))):
                for cell in row:
                    yield from str(cell).replace('"', " ").split()


def test_no_journal_tells_who_voted_what(walked: Walked) -> None:
    """Taking part writes no journal at all: a line with person and time would tie the register to the votes."""
    voters = {getattr(walked.world.cast, kept.voter).ref for kept in walked.world.votes}
    with walked.engine.connect() as connection:
        lines = connection.exec_driver_sql("SELECT subject, \"by\", step FROM journal WHERE subject LIKE 'ballot:%%'" if walked.engine.dialect.name != "sqlite"
                                           else "SELECT subject, \"by\", step FROM journal WHERE subject LIKE 'ballot:%'").all()  # fmt: skip
    assert lines
    assert not [line for line in lines if line[1] in voters]


@pytest.mark.only("sqlite")
def test_the_database_file_forgets_the_keys(walked: Walked) -> None:
    """What was severed is not left in free pages of the file either."""
    path = walked.engine.url.database or ""
    walked.engine.dispose()  # nobody holds the file while its log is folded in
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    with open(path, "rb") as file:
        content = file.read()
    running = walked.world.ids["ballot open"]["own"]
    for kept in walked.world.votes:
        assert (kept.key.encode() in content) == (kept.ballot_id == running), kept


def test_no_message_tells_a_name_or_a_score_before_its_time(walked: Walked) -> None:
    """The outbox: to no judge an applicant's name or a fellow judge's, to nobody a score or the words of a card."""
    judges = {getattr(walked.world.cast, f"expert{n}").id for n in range(1, 5)}
    with walked.engine.connect() as connection:
        messages = connection.execute(sa.select(Message.person_id, Message.title, Message.body)).all()
    assert [one for one in messages if one.person_id in judges], "no message to a judge: nothing is proved"
    for person, title, body in messages:
        told = {
            name for name in ("score", "score_fen", "opened_score", "comment", "jotting", "item_reason") if SECRETS[name] in title + body
        }
        assert not told, (person, title)
        if person in judges:
            assert not {name for name in ("applicant", "team", "reviewer") if SECRETS[name] in title + body}, (person, title)


def test_sealed_words_stand_sealed(walked: Walked) -> None:
    """What is personal stands in the database as cipher only."""
    with walked.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(sa.select(*(sa.cast(c, sa.Text) for c in table.c))):
                words = json.dumps([str(cell) for cell in row], ensure_ascii=False)
                for name in (
                    "id",
                    "phone",
                    "words",
                    "jotting",
                    "speaker",
                    "speaker_phone",
                    "account",
                    "payee",
                    "objector",
                    "objection",
                    "asked",
                ):
                    assert SECRETS[name] not in words, f"{name} in {table.name}"
