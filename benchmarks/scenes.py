"""What is measured: each page as its person opens it, each form as it is sent, over the wire or inside this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from benchmarks.seed import City
from benchmarks.serving import Person, Wire, fields_of
from tests.counting import counted
from webapp import app as house
from webapp.config import Config

AUTOSAVE = {"X-Autosave": "1", "Accept": "application/json"}
Request = Callable[[Wire, int, int], None]


class Door(Protocol):
    """Where requests go in: a `Wire`, or `Inside`."""

    def send(
        self, who: Person, method: str, path: str, fields: Sequence[tuple[str, str]] | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]: ...


class Inside:
    """The application in this process, so that its statements can be counted."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client(use_cookies=False)

    def send(
        self, who: Person, method: str, path: str, fields: Sequence[tuple[str, str]] | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in who.cookies.items())}
        data: dict[str, list[str]] | None = None if fields is None else {}
        for name, value in fields or ():
            assert data is not None
            data.setdefault(name, []).append(value)
        answer = self.client.open(path, method=method, data=data, headers={**cookies, **(headers or {})})
        for cookie in answer.headers.getlist("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            who.cookies[name] = value
        return answer.status_code, answer.data


def make_app(data: Path, address: str) -> Flask:
    app = house.create_app(Config(data=data, database=address))
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app


def expect(status: int, found: tuple[int, bytes]) -> bytes:
    """The answer, when it is the one that a page that works gives."""
    if found[0] != status:
        raise RuntimeError(f"{found[0]} instead of {status}: {found[1].decode(errors='replace')[:2000]}")
    return found[1]


@dataclass
class Scenes:
    """The pages and forms of a city, with the people who open and send them."""

    app: Flask
    city: City
    votes_cast: int = 0

    def signed_in(self, person_id: int) -> Person:
        """Somebody who has signed in; the cookie is the application's own."""
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer is not None
        return Person({"session": str(signer.dumps({"_user_id": f"{person_id}.1", "_fresh": True}))})

    def pages(self) -> dict[str, tuple[Person, str]]:
        """Who opens what."""
        officer = self.signed_in(self.city.cast.officer.id)
        return {
            "list": (officer, "/applications"),
            "detail": (officer, f"/applications/{self.city.application}"),
            "dashboard": (officer, "/desk"),
            "pile": (self.signed_in(self.city.to_score[0][0]), "/my/reviews"),
        }

    def saver(self, door: Door, draft: int) -> Callable[[Door, int], None]:
        """Autosaves of one draft: the page is opened, then its section sent again and again with other words."""
        who = self.signed_in(self.city.cast.member.id)
        path = f"/applications/{draft}/sections/plan"
        typed = dict(fields_of(expect(HTTPStatus.OK, door.send(who, "GET", path)), path))

        def save(door: Door, turn: int) -> None:
            typed["q_risks"] = f"签订安全责任书,第 {turn} 稿。"
            kept = expect(HTTPStatus.OK, door.send(who, "POST", path, list(typed.items()), AUTOSAVE))
            typed["version"] = kept.decode().partition('"version":')[2].partition("}")[0].partition(",")[0].strip()

        return save

    def scorer(self, door: Door, n: int) -> Callable[[Door, int], None]:
        """Autosaves of one scorecard: the page is opened, then the card sent again and again with other points."""
        judge, assignment = self.city.to_score[n]
        who, path = self.signed_in(judge), f"/assignments/{assignment}"
        typed = dict(fields_of(expect(HTTPStatus.OK, door.send(who, "GET", path)), f"{path}/score"))
        typed.pop("once", None)  # an autosave goes many times, as the page's own script sends it

        def save(door: Door, turn: int) -> None:
            typed["p_need"] = str(10 + turn % 9)
            expect(HTTPStatus.OK, door.send(who, "POST", f"{path}/draft", list(typed.items()), AUTOSAVE))

        return save

    def voter(self, door: Door) -> Callable[[Door], None]:
        """The next resident, who has opened the ballot and marked two choices."""
        person = self.city.voters[self.votes_cast]
        self.votes_cast += 1
        who, page = self.signed_in(person), f"/ballots/{self.city.ballot}"
        body = expect(HTTPStatus.OK, door.send(who, "GET", page))
        paper = [*fields_of(body, f"{page}/vote"), ("choices", str(1 + person % 5)), ("choices", str(6 + person % 5))]

        def vote(door: Door) -> None:
            expect(HTTPStatus.FOUND, door.send(who, "POST", f"{page}/vote", paper))

        return vote

    @property
    def voters_left(self) -> int:
        """How many residents have not been asked to vote yet."""
        return len(self.city.voters) - self.votes_cast

    def statements(self) -> dict[str, int]:
        """How many statements each page and form sends, in this process."""
        found, door = {}, Inside(self.app)
        for name, (who, path) in self.pages().items():
            expect(HTTPStatus.OK, door.send(who, "GET", path))
            with counted() as seen:
                expect(HTTPStatus.OK, door.send(who, "GET", path))
            found[name] = len(seen)
        save, vote = self.saver(door, self.city.drafts[-1]), self.voter(door)
        with counted() as seen:
            save(door, -1)
        found["save"] = len(seen)
        with counted() as seen:
            vote(door)
        found["vote"] = len(seen)
        score = self.scorer(door, len(self.city.to_score) - 1)
        with counted() as seen:
            score(door, -1)
        found["score"] = len(seen)
        return found

    def reading(self, name: str) -> Request:
        """The page again and again."""
        who, path = self.pages()[name]

        def request(wire: Wire, client: int, turn: int) -> None:
            expect(HTTPStatus.OK, wire.send(who, "GET", path))

        return request

    def saving(self, port: int, clients: int, first: int) -> Request:
        """Each client saves its own draft."""
        savers = [self.saver(Wire(port), draft) for draft in self.city.drafts[first : first + clients]]
        tick = iter(range(10**9))

        def request(wire: Wire, client: int, turn: int) -> None:
            savers[client](wire, next(tick))

        return request

    def scoring(self, port: int, clients: int, first: int) -> Request:
        """Each client saves its own scorecard."""
        scorers = [self.scorer(Wire(port), first + n) for n in range(clients)]
        tick = iter(range(10**9))

        def request(wire: Wire, client: int, turn: int) -> None:
            scorers[client](wire, next(tick))

        return request

    def voting(self, port: int, many: int) -> Request:
        """Each turn is another resident's vote; all have opened the page before."""
        with ThreadPoolExecutor(4) as pool:
            votes = list(pool.map(lambda _: self.voter(Wire(port)), range(many)))

        def request(wire: Wire, client: int, turn: int) -> None:
            votes[turn](wire)

        return request


def bare_reading(path: str) -> Request:
    """A page of the floor."""

    def request(wire: Wire, client: int, turn: int) -> None:
        expect(HTTPStatus.OK, wire.send(Person(), "GET", path))

    return request


def bare_writing(wire: Wire, client: int, turn: int) -> None:
    """One insert of the floor."""
    expect(HTTPStatus.FOUND, wire.send(Person(), "POST", "/notes", [("who", str(turn)), ("text", "签订安全责任书。")]))
