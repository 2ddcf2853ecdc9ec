"""Planted secrets in documents: what a paper tells who asks for it, and everybody else who has the same copy; and what its files tell.

A document is the rows it was gathered from, so each is gathered and built for every person who may ask, over every subject they
reach. Its files are made of that Report alone: in the soak each different one is written in every format and searched as it lies
there, pictures of pages, cells, attachments and all.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import reports
from reports import binder
from reports.report import Report, canonical_json
from tests.conftest import START
from tests.together import SWEEP
from tests.walks.expected import ALL, NOBODY
from tests.walks.planted import SECRETS
from tests.walks.test_secrets import MAY_READ
from tests.walks.walk import Walked, secrets_in
from webapp.applications.models import Coaching
from webapp.boards.views.boards import SHEETS
from webapp.core.scope import visible
from webapp.permissions import roles_for
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.asked import Wish
from webapp.reporting.registry import PAPERS

pytestmark = SWEEP
SOAK = bool(os.environ.get("SANSHE_SOAK"))
TOLD = {"comment", "score", "opened_score", "item_reason", "served", "reviewer", "applicant", "team", "draft_call"}
"""What papers do tell somebody: a walk that met nothing would prove nothing."""
EARLY = {
    "announcement",
    "decline_letter",
    "fee_list",
    "penny_spending",
    "final_accounts",
    "final_report",
    "midterm_report",
    "self_assessment",
}
"""Nothing in the world has come so far: what they would tell if they were printed now."""


class Copy(NamedTuple):
    """One document as one person would get it."""

    key: str
    subject: str
    choice: str
    asker: str
    report: Report
    rows: Any
    asked: Asked
    named: str

    @property
    def secrets(self) -> frozenset[str]:
        return secrets_in(canonical_json(self.report) + self.named.encode())


def _subjects(session: Session, paper: Paper, who: Any) -> Iterator[Any]:
    if paper.about is None:
        if roles_for(paper.right) & {tie.role for tie in who.ties}:
            yield None
        return
    found = session.scalars(sa.select(paper.about).where(visible(who, paper.about, roles_for(paper.right))).order_by(paper.about.id))
    yield from (one for one in found.all() if paper.key in EARLY or paper.ready(one) is None)


def _copies(session: Session, papers: Sequence[Paper], persona: str, who: Any) -> Iterator[Copy]:
    for paper in papers:
        for thing in _subjects(session, paper, who):
            chosen = [key for key, _ in paper.choices(session, thing, START)] if paper.choices else [""]
            for choice in chosen if SOAK else chosen[:2]:
                args = Wish(START).args if thing is None else {}
                asked = Asked(as_of=START, viewer=who, choice=choice, number="B2026-0001", args=args)
                rows = paper.gather(session, thing, asked)
                ref, named = ("", "") if thing is None else (thing.ref, paper.named(thing, paper.title))
                yield Copy(paper.key, ref, choice, persona, paper.build(rows, asked), rows, asked, named)


@pytest.fixture(scope="module")
def copies(walked: Walked) -> list[Copy]:
    """Every document that anybody may ask for, as they would get it.

    What nothing in the world can be made into has the subject of its own test, put beside the world, which goes again.
    """

    def of(session: Session, papers: Sequence[Paper]) -> list[Copy]:
        people = {one: getattr(walked.world.cast, one).viewer(session, START) for one in sorted(ALL - {NOBODY})}
        return [copy for persona, who in people.items() for copy in _copies(session, papers, persona, who)]

    with Session(walked.engine) as session:
        found = of(session, list(PAPERS.values()))
    for key in sorted(set(PAPERS) - {one.key for one in found}):
        with Session(walked.engine) as session:
            session.execute(sa.delete(Coaching))  # whoever coached may form no panel
            importlib.import_module(f"tests.reporting.cases.{key}").subject(session, walked.world.cast)
            found += of(session, [PAPERS[key]])
    return found


def _who_has(copies: list[Copy]) -> dict[tuple[str, str, str], set[str]]:
    have: dict[tuple[str, str, str], set[str]] = {}
    for one in copies:
        have.setdefault((one.key, one.subject, one.choice), set()).add(one.asker)
    return have


def test_no_paper_tells(copies: list[Copy]) -> None:
    have = _who_has(copies)
    told = set()
    for one in copies:
        readers = have[one.key, one.subject, one.choice] if PAPERS[one.key].shared else {one.asker}
        told |= {
            f"{reader} reads {name} in {one.key} of {one.subject} {one.choice} that {one.asker} asked for"
            for name in one.secrets
            for reader in readers
            if reader not in MAY_READ[name]
        }
    assert not told, f"{len(told)}\n" + "\n".join(sorted(told))
    assert {name for one in copies for name in one.secrets} >= TOLD
    assert {one.key for one in copies} == set(PAPERS), "each has somebody who may ask"


@pytest.mark.skipif(not SOAK, reason="writes some hundred files")
def test_no_file_of_a_paper_tells_more_than_its_report(copies: list[Copy]) -> None:
    written: dict[bytes, Copy] = {}
    for one in copies:
        written.setdefault(one.key.encode() + canonical_json(one.report), one)
    told = []
    for one in written.values():
        paper = PAPERS[one.key]
        for suffix in paper.suffixes:
            content = paper.machine(one.rows, one.asked) if suffix == "json" and paper.machine else reports.write(one.report, suffix)
            if suffix == "pdf" and paper.bound:
                content = binder.bind(content, paper.bound(one.rows))
            told += [f"{name} in the {suffix} of {one.key} {one.subject} of {one.asker}" for name in secrets_in(content) - one.secrets]
    assert not told, "\n".join(told)


def test_a_file_is_searched_to_its_bottom(copies: list[Copy]) -> None:
    one = next(one for one in copies if "applicant" in one.secrets)
    for suffix in ("pdf", "xlsx", "docx", "csv"):
        content = reports.write(one.report, suffix)
        assert suffix == "csv" or SECRETS["applicant"].encode() not in content, "it lies packed"
        assert {"applicant"} <= secrets_in(content) <= one.secrets, suffix


GIVES = ("accounts.copy", "funding.batch_export", "workers.allowance_export", "projects.register_sheet", "funding.pay_sheet_paper")
"""Files that are had by a button, because having them stands in the journal."""
OPENED = {("lead", "projects.register_sheet", "served_phone")}
"""What no page shows, and such a file does: the organisation takes out its own register."""


@pytest.mark.skipif(not SOAK, reason="asks for every file once more for each person")
@pytest.mark.parametrize("persona", sorted(ALL))
def test_no_export_tells(walked: Walked, persona: str) -> None:
    """Every list, board and table of one's own in every format, and every file that is had by a button."""
    client, ids = walked.browser(persona), walked.world.ids
    tables = [place["own"] for kind, place in ids.items() if kind.startswith("own_table ")]
    paths = [f"/boards/{name}.{suffix}" for name in SHEETS for suffix in ("xlsx", "csv", "json")]
    paths += [f"/register.{suffix}" for suffix in ("xlsx", "csv")]
    paths += [f"/own-tables/{key}.{suffix}" for key in tables for suffix in ("xlsx", "csv")]
    answers = [(path, "", client.get(path)) for path in paths]
    form = {"csrf_token": walked.token(client)}
    answers += [(stop.path, stop.endpoint, client.post(stop.path, data=form)) for stop in walked.stops if stop.endpoint in GIVES]
    had = [one for one in answers if one[2].status_code == 200]
    told = {
        f"{name}: {path}"
        for path, endpoint, reply in had
        for name in secrets_in(reply.data)
        if persona not in MAY_READ[name] and (persona, endpoint, name) not in OPENED
    }
    assert not told, f"{persona} gets\n" + "\n".join(sorted(told))
    if persona == "officer":
        assert len(had) > len(paths) / 2
