"""kill -9 at every point of a request, and at any moment: what was answered is there, what was not is whole or absent."""

from __future__ import annotations

import io
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from tests.races.conftest import City, Stock
from tests.races.rivals import SOAK
from tests.races.server import PATIENCE, Client, Letter
from webapp.applications.models import Application, Snapshot
from webapp.ballots import voters
from webapp.ballots.models import Ballot, Participant, Vote
from webapp.book.models import Period, Transaction
from webapp.core import faults
from webapp.core.clock import today
from webapp.core.files import Attachment
from webapp.core.outbox import Message
from webapp.funding.models import Batch, Correction, Tranche, Transfer
from webapp.needs.models import Need, Voice
from webapp.projects.models import Project

ROUNDS = 3 if SOAK else 1
KILLS, WORK = (20, 12) if SOAK else (3, 3)
"""Kills at random, and pieces of work that each client does meanwhile at least."""
STOCK = Stock(
    residents=len(faults.POINTS) * ROUNDS + WORK * 3,
    drafts=len(faults.POINTS) * ROUNDS + WORK * 2,
    sent=len(faults.POINTS) * ROUNDS + WORK * 2,
    books=len(faults.POINTS) * ROUNDS,
)
BEFORE = {"read", "lock", "write", "commit"}
"""Who dies here has done nothing."""
pytestmark = pytest.mark.soak


@dataclass(frozen=True)
class Work:
    """One person's form, and how often what it asks for is done: 0, 1, or something torn, which is never right."""

    client: Client
    fill: Callable[[], Letter]
    done: Callable[[], int]


def all_or_nothing(**counts: int) -> int:
    """The one number that all of these counts are."""
    assert len(set(counts.values())) == 1, f"half done: {counts}"
    return next(iter(counts.values()))


def vote(city: City, person: Any, choice: int) -> Work:
    client = city.client(person)

    def done() -> int:
        with city.read() as session:
            ballot = session.get_one(Ballot, city.ballot)
            assert ballot.key is not None
            mine = Vote.voter_key == voters.voter_key(ballot.key, f"person:{person.id}")
            stored = session.scalars(sa.select(Vote.choices).where(Vote.ballot_id == ballot.id, mine)).all()
        assert all(one == {"choices": [choice]} for one in stored)
        return all_or_nothing(votes=len(stored), register=city.count(Participant, Participant.who == f"person:{person.id}"))

    return Work(client, lambda: client.fill(f"/ballots/{city.ballot}", "提交", choices=str(choice)), done)


def submit(city: City, application: int) -> Work:
    client, ref = city.client(city.cast.lead), f"application:{application}"

    def done() -> int:
        return all_or_nothing(
            state=city.count(Application, Application.id == application, Application.state == "submitted"),
            snapshots=city.count(Snapshot, Snapshot.application_id == application),
            journal=city.steps(ref, "submit"),
            told=city.count(Message, Message.subject == ref, Message.person_id == city.cast.officer.id),
        )

    return Work(client, lambda: client.fill(f"/application/{application}/submit", "确认提交"), done)


def pay(city: City, tranche: int) -> Work:
    client = city.client(city.cast.accountant)

    def done() -> int:
        with city.read() as session:
            one = session.get_one(Tranche, tranche)
            project = session.get_one(Project, one.project_id)
            paid, state, amount = project.paid_fen, one.state, one.amount_fen
        assert paid.fen in {0, amount.fen}
        return all_or_nothing(
            state=int(state == "paid"),
            project=int(paid == amount),
            book=city.count(Transaction, Transaction.source.startswith(f"tranche:{tranche}/pay/")),
            journal=city.steps(f"tranche:{tranche}", "pay"),
        )

    def fill() -> Letter:
        with city.read() as session:
            sent = today(session.get_one(Tranche, tranche).state_at)
        return client.fill(f"/tranche/{tranche}/pay", "银行已付", bank_reference=f"YH{tranche}", paid_on=sent.isoformat())

    return Work(client, fill, done)


def pass_on(city: City, transfer: int) -> Work:
    """Confirm that money is passed on: both legs, or none."""
    client, ref = city.client(city.cast.leader), f"transfer:{transfer}"

    def done() -> int:
        return all_or_nothing(
            state=city.count(Transfer, Transfer.id == transfer, Transfer.state == "moved"),
            out=city.count(Transaction, Transaction.source == f"{ref}/transfer_out"),
            into=city.count(Transaction, Transaction.source == f"{ref}/transfer_in"),
            journal=city.steps(ref, "confirm"),
        )

    return Work(client, lambda: client.fill(f"/transfer/{transfer}/confirm", "确认转移"), done)


def take_back(city: City, correction: int) -> Work:
    """Confirm a correction: the reversal and its state, or neither."""
    client, ref = city.client(city.cast.leader), f"correction:{correction}"

    def done() -> int:
        return all_or_nothing(
            state=city.count(Correction, Correction.id == correction, Correction.state == "reversed"),
            book=city.count(Transaction, Transaction.kind == "reverse", Transaction.source.startswith(f"{ref}/")),
            journal=city.steps(ref, "confirm"),
        )

    return Work(client, lambda: client.fill(f"/correction/{correction}/confirm", "确认冲销"), done)


def close(city: City, fund: int, month: date) -> Work:
    """Close a month of a fund."""
    client = city.client(city.cast.accountant)

    def done() -> int:
        return all_or_nothing(
            period=city.count(Period, Period.fund == f"fund:{fund}", Period.month == month),
            journal=city.steps(f"fund:{fund}", "close_period"),
        )

    return Work(client, lambda: client.fill(f"/funds/{fund}/months", "确认结账"), done)


def answer(city: City, batch: int, tranche: int, key: str) -> Work:
    """Take the bank's answer to a batch: the payment, the book, the file, or none of them."""
    client = city.client(city.cast.accountant)

    def done() -> int:
        return all_or_nothing(
            state=city.count(Tranche, Tranche.id == tranche, Tranche.state == "paid"),
            book=city.count(Transaction, Transaction.source.startswith(f"tranche:{tranche}/pay/")),
            answered=city.count(Batch, Batch.id == batch, Batch.answered_at.is_not(None)),
            file=city.count(Attachment, Attachment.subject == f"batch:{batch}"),
            journal=city.steps(f"batch:{batch}", "answer"),
        )

    def fill() -> Letter:
        with city.read() as session:
            sent = today(session.get_one(Tranche, tranche).state_at)
        text = f"编号,结果,银行流水号,日期\n{key},成功,YH{tranche},{sent}\n"
        file = FileStorage(io.BytesIO(text.encode()), filename="answer.csv", content_type="text/csv")
        return client.fill(f"/batches/{batch}/answer", "导入", answer=file)

    return Work(client, fill, done)


def say(city: City, person: Any, words: str) -> Work:
    client = city.client(person)

    def done() -> int:
        return all_or_nothing(needs=city.count(Need, Need.resident_id == person.id), voices=city.count(Voice, Voice.person_id == person.id))

    return Work(client, lambda: client.fill("/needs/new", "提交", words=words), done)


def dies_at(city: City, point: str, work: Work) -> None:
    """The process dies at the point; sending the same form again, and once more, does the work exactly once."""
    letter = work.fill()
    assert work.done() == 0
    city.server.trap(point)
    assert work.client.send(letter) is None, "a process that was killed does not answer"
    assert city.server.sprung(point), f"the request does not pass {point}"
    assert work.done() == (0 if point in BEFORE else 1)
    answer = work.client.insist(letter)
    assert answer.status == 302, answer.text
    again = work.client.insist(letter)
    assert (again.status, again.location) == (302, answer.location)
    assert work.done() == 1


@pytest.mark.parametrize("kind", ["vote", "submit", "pay", "pass_on", "take_back", "close", "answer"])
def test_killed_at_each_point_a_form_sent_again_does_its_work_once(city, kind):
    """At each point of the request in turn (more often in the soak)."""
    for n, point in enumerate(faults.POINTS * ROUNDS):
        work = {
            "vote": lambda n=n: vote(city, city.residents[n], city.choices[n % 3]),
            "submit": lambda n=n: submit(city, city.drafts[n]),
            "pay": lambda n=n: pay(city, city.sent[n]),
            "pass_on": lambda n=n: pass_on(city, city.transfers[n]),
            "take_back": lambda n=n: take_back(city, city.corrections[n]),
            "close": lambda n=n: close(city, *city.months[n]),
            "answer": lambda n=n: answer(city, *city.batches[n]),
        }[kind]()
        dies_at(city, point, work)
    assert city.damage() == []


@dataclass
class Shift:
    """What came of the clients' work so far."""

    heard: list[Work] = field(default_factory=list)
    """Answered, at once or when sent again."""
    given_up: list[Work] = field(default_factory=list)
    cut_off: int = 0
    """Forms that got no answer at first."""
    trouble: list[Exception] = field(default_factory=list)

    def work(self, todo: list[Work]) -> None:
        """Do one piece of work after another. A form without an answer is sent again; now and then the person gives up."""
        try:
            for work in todo:
                self._one(work)
                time.sleep(random.random() * 0.1)
        except Exception as error:
            self.trouble.append(error)

    def _one(self, work: Work) -> None:
        letter = work.fill()
        answer = work.client.send(letter)
        self.cut_off += answer is None
        if (answer is None or answer.status == 503) and random.random() < 0.3:
            self.given_up.append(work)
            return
        if answer is None or not answer.heard:
            answer = work.client.insist(letter)
        assert answer.status == 302, f"{letter.path}: {answer.status} {answer.text[:2000]}"
        self.heard.append(work)

    def wait_for(self, many: int, threads: list[threading.Thread]) -> None:
        """Until so much work is done, so that the kills come in its midst."""
        while len(self.heard) + len(self.given_up) < many and any(thread.is_alive() for thread in threads):
            time.sleep(0.01)


def strike(city: City, n: int) -> None:
    """One web worker, then everything, then the background worker, and so on."""
    if n % 3 == 0:
        city.server.kill_one()
    elif n % 3 == 1:
        city.server.kill_all()
        city.server.start()
    else:
        city.server.kill_worker()


def test_killed_at_random_nothing_answered_is_lost_and_nothing_is_doubled(city):
    """Eight clients vote, say needs, submit and pay while processes, one or all at once, are killed."""
    first = len(faults.POINTS) * ROUNDS
    people, drafts, sent = city.residents[first:], city.drafts[first:], city.sent[first:]
    lists: list[list[Work]] = [
        [vote(city, one, random.choice(city.choices)) for one in people[:WORK]],
        [vote(city, one, random.choice(city.choices)) for one in people[WORK : WORK * 2]],
        [say(city, one, f"井盖松了 {one.id}") for one in people[WORK * 2 :]],
        [say(city, one, f"楼道堵了 {one.id}") for one in people[:WORK]],
        [submit(city, one) for one in drafts[::2]],
        [submit(city, one) for one in drafts[1::2]],
        [pay(city, one) for one in sent[::2]],
        [pay(city, one) for one in sent[1::2]],
    ]
    everything = sum(len(todo) for todo in lists)
    shift = Shift()
    threads = [threading.Thread(target=shift.work, args=(todo,)) for todo in lists]
    for thread in threads:
        thread.start()
    for n in range(KILLS):
        shift.wait_for(everything * n // KILLS, threads)
        time.sleep(random.random() * 0.2)
        strike(city, n)
    for thread in threads:
        thread.join(PATIENCE * 4)
    assert shift.trouble == []
    assert len(shift.heard) + len(shift.given_up) == everything
    assert [work.done() for work in shift.heard] == [1] * len(shift.heard)
    assert all(work.done() in {0, 1} for work in shift.given_up)
    assert shift.cut_off or not SOAK, "no kill met a request"
    assert city.damage() == []
    assert "不符" not in city.server.doctor()
