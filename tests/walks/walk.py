"""The walk: every page fetched once for each person and format; what came back is kept in short."""

from __future__ import annotations

import functools
import hashlib
import html
import io
import itertools
import os
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import sqlalchemy as sa
from flask import Flask, url_for

from tests.counting import counted
from tests.walks import expected
from tests.walks.expected import ELSEWHERE, FILES, INSIDE, OBJECTS, PAGES, TARGETS, TO_ALL, Target, answer
from tests.walks.world import SECRETS, World
from webapp.core.db import Base

FORMATS = {"html": "text/html", "json": "application/json"}
LONE: dict[str, dict[str, Any]] = {
    "portal.call_calendar": {"id": ("call open", "own")}, "portal.project": {"id": ("project", "own")}, "portal.project_coming": {"id": ("project", "own")}, "portal.picture": {"id": ("open picture", "own")}, "reporting.verify": {"token": ("token", "own")}, "static": {"filename": "theme.css"},
    "projects.template_shipped": {"kind": "grant"}, "reporting.register_sheet": {"suffix": "csv"}, "reporting.table_new": {"source": "spendings"},
    "boards.sheet": {"name": "risks", "suffix": "json"}, "boards.penny": {"kind": "tranche", "id": ("tranche", "own")},
    "reviews.meeting_sign_in": {"code": "never-shown"},
    "desk.upload_progress": {"token": "never-shown"}, "desk.upload_piece": {"token": "never-shown"},
    "desk.upload_done": {"token": "never-shown"}, "desk.upload_drop": {"token": "never-shown"},
    "reviews.tie_clear": {"person": ("expert", "own"), "organisation": 1},
    "needs.follow": {"token": ("receipt", "own")},
    "handling.team_edit": {"code": "320508019036"}, "handling.category_edit": {"code": "elderly"}, "handling.elsewhere_edit": {"code": "12345"},
    "desk.job": {"id": ("job", "own")}, "desk.read": {"id": ("message", "own")},
}  # fmt: skip
"""What the addresses of pages without a guarded object need."""
WITHOUT_FILE = {"application draft", "application submitted"}


@dataclass(frozen=True)
class Stop:
    """One address of the walk and the answer each person is to get."""

    endpoint: str
    path: str
    what: str
    answers: dict[str, int] = field(compare=False, hash=False)


def stops(app: Flask, world: World) -> list[Stop]:
    """Every address of the house on every object of the world, with its expected answers."""
    found: list[Stop] = []

    def add(endpoint: str, what: str, answers: dict[str, int], **args: Any) -> None:
        found.append(Stop(endpoint, url_for(endpoint, **args), what, answers))

    with app.test_request_context():
        for endpoint, opens in PAGES.items():
            args = {k: world.ids[v[0]][v[1]] if isinstance(v, tuple) else v for k, v in LONE.get(endpoint, {}).items()}
            stranger = 404 if endpoint in {"desk.job", "desk.read"} else 403
            there, instead = ELSEWHERE.get(endpoint, (expected.ALL, 200))
            answers = {p: 200 if p in opens else 401 if p == expected.NOBODY else stranger for p in expected.ALL}
            add(endpoint, "", {p: instead if a == 200 and p not in there else a for p, a in answers.items()}, **args)
        for endpoint, (kind, opens) in {**OBJECTS, **{name: (kind, INSIDE.get(name, set())) for name, (kind, _) in TO_ALL.items()}}.items():
            to_all = TO_ALL[endpoint][1] if endpoint in TO_ALL else None
            for target in TARGETS[kind]:
                if endpoint == "applications.file" and target.thing != "application":
                    continue
                args = {"id": world.ids[target.thing][target.where], **_more(endpoint, world, target)}
                add(
                    endpoint, f"{target.thing} ({target.where})", {p: answer(p, opens, target, to_all=to_all) for p in expected.ALL}, **args
                )
        for thing, (kind, opens) in FILES.items():
            for target in TARGETS[kind]:
                if f"file of {target.thing}" != thing or target.where not in world.ids[thing]:
                    continue
                answers = {p: answer(p, opens, target) for p in expected.ALL}
                add("desk.file", f"{thing} ({target.where})", answers, id=world.ids[thing][target.where])
    return found


def _more(endpoint: str, world: World, target: Target) -> dict[str, Any]:
    if endpoint in {f"applications.{name}" for name in ("section", "versions", "restore", "heartbeat")}:
        return {"key": "summary"}
    if endpoint == "applications.file":
        return {"file": world.ids["file of application"][target.where]}
    if endpoint == "reviews.decision_scan":
        return {"file": world.ids["scan of decision"][target.where]}
    if endpoint in {"ballots.roll_remove", "ballots.reissue"}:
        return {"line": 1}
    if endpoint == "ballots.votes":
        return {"kind": "pb"}
    if endpoint in {"calls.fund_quotas", "calls.fund_quota_sheet"}:
        return {"year": 2026}
    if endpoint == "evaluation.performance_paper":
        return {"paper": "aims"}
    if endpoint == "funding.month_close":
        return {"year": 2026, "month": 2}
    if endpoint == "funding.correction_new":
        return {"transaction": world.ids["mistaken"][target.where]}
    if endpoint == "calls.version":
        return {"version": 1}
    if endpoint == "calls.rules_page":
        return {"name": "money"}
    if endpoint == "calls.rules_tree":
        return {"name": "rubric", "path": "rubric"}
    if endpoint == "reporting.own_table_sheet":
        return {"suffix": "csv"}
    if endpoint == "reviews.assignment_file":
        return {"number": 1}
    return {}


def digest(engine: sa.Engine, but: frozenset[str] = frozenset()) -> str:
    """All tables with all rows in one digest; `but`: tables left out."""
    told = hashlib.sha256()
    with engine.connect() as connection:
        for table in (one for one in Base.metadata.sorted_tables if one.name not in but):
            rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(*(sa.type_coerce(c, sa.Text) for c in table.c))))
            told.update("\n".join([table.name, *rows]).encode())
    return told.hexdigest()


@dataclass
class Seen:
    """What one answer was: its status, the planted secrets that stood in it, and how many statements it took."""

    status: int
    secrets: frozenset[str]
    statements: int


@dataclass
class Walked:
    """An app over the world, and what each person met there."""

    app: Flask
    engine: sa.Engine
    world: World
    stops: list[Stop]
    seen: dict[str, dict[tuple[Stop, str], Seen]] = field(default_factory=dict)

    def browser(self, persona: str) -> Any:
        client = self.app.test_client()
        if persona != expected.NOBODY:
            who = getattr(self.world.cast, persona)
            with client.session_transaction() as session:
                session["_user_id"], session["_fresh"] = f"{who.id}.{who.session_version}", True
        return client

    def fetch(self, client: Any, path: str, accept: str) -> Seen:
        with counted() as sent:
            reply = client.get(path, headers={"Accept": accept})
            body = reply.data
        status = reply.status_code
        if status == 302 and "/sign-in" in reply.headers["Location"]:
            status = 401
        reply.close()  # as a server does: what a page holds is given back
        return Seen(status, secrets_in(body), len(sent))

    def token(self, client: Any) -> str:
        """The token that goes with this browser's forms."""
        page = client.get("/sign-in").data + client.get("/account").data
        found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, "no form with a token"
        return found[1].decode()

    def of(self, persona: str) -> dict[tuple[Stop, str], Seen]:
        """All that one person gets, fetched once."""
        if persona not in self.seen:
            client = self.browser(persona)
            self.seen[persona] = {(stop, name): self.fetch(client, stop.path, FORMATS[name]) for stop, name in self.plan(persona)}
        return self.seen[persona]

    def plan(self, persona: str) -> Iterator[tuple[Stop, str]]:
        """Where a person goes, and in which format.

        Every page that only shows, on every object. The page of a step on the first object at home and on one more, another
        one for each person and each step, so that all of them are met by everybody somewhere. What opens is read in both
        formats, what is refused in one of them, by turns. With SANSHE_SOAK=1: everything, everywhere, in both.
        """
        turn, everything = sorted(expected.ALL).index(persona), bool(os.environ.get("SANSHE_SOAK"))
        for n, (endpoint, group) in enumerate(itertools.groupby(self.stops, key=lambda one: one.endpoint)):
            verbs, here = methods(self.app, endpoint), list(group)
            if "GET" not in verbs:
                continue
            chosen = here if everything or "POST" not in verbs or len(here) < 3 else [here[0], here[1 + (n + turn) % (len(here) - 1)]]
            for stop in chosen:
                both = everything or stop.answers[persona] == 200
                for m, name in enumerate(FORMATS):
                    if both or (n + turn + m) % 2:
                        yield stop, name


PLANTED = {name: (words.encode(), re.compile(rb"(?<![0-9a-f])" + words.encode() + rb"(?![0-9a-f])")) for name, words in SECRETS.items()}
"""A figure of a score is looked for as a figure of its own, not inside somebody's digest; and only where its bytes are at all."""


def secrets_in(body: bytes) -> frozenset[str]:
    """The planted secrets that stand in an answer; in a file, in all that is packed into it, as people or programs read it."""
    found = frozenset(name for name, (words, alone) in PLANTED.items() if words in body and alone.search(body))
    return found.union(*map(secrets_in, packed_in(body)))


_MARK = re.compile(rb"<[^>]*>")


def packed_in(body: bytes) -> Iterator[bytes]:
    """What a ZIP (and so a table or a text of an office) or a PDF holds: its members without their marks, its pages and attachments."""
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for name in packed.namelist():
                yield name.encode()
                content = packed.read(name)
                if name.endswith(".xml"):  # a word may lie in several pieces, and two figures side by side
                    yield from (html.unescape(_MARK.sub(between, content).decode()).encode() for between in (b"", b" "))
                else:
                    yield content
    elif body.startswith(b"%PDF"):
        for way in ("-raw", "-layout"):
            text = subprocess.run(["pdftotext", way, "-", "-"], input=body, capture_output=True, check=True).stdout
            yield from (text, b"".join(text.split()))
        with pikepdf.open(io.BytesIO(body)) as file:
            yield f"{file.docinfo} {file.open_metadata()}".encode()
            yield from (one.get_file().read_bytes() for one in file.attachments.values())


@functools.cache
def methods(app: Flask, endpoint: str) -> frozenset[str]:
    return frozenset(m for rule in app.url_map.iter_rules(endpoint) for m in rule.methods or ())
