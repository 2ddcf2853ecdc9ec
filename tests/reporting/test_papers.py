"""Every document of the registry on a subject of its own: it says what it must, twice the same, and only to who may have it."""

import importlib
import os
import random
from pathlib import Path

import pytest

from reports.report import canonical_json, digest
from tests.conftest import START
from tests.reporting.cases import visit_record
from tests.reporting.test_pages import work
from tests.reports import judge, twins
from webapp import app as house
from webapp.core import files, scope
from webapp.core.db import reading, transaction
from webapp.core.workflow import NotAllowed
from webapp.permissions import roles_for
from webapp.reporting import actions, papers
from webapp.reporting.models import Issued
from webapp.reporting.papers import Asked
from webapp.reporting.queries import verification
from webapp.reporting.queries.asked import Wish
from webapp.reporting.registry import PAPERS

pytestmark = pytest.mark.only("sqlite")
COPIES = 1000 if os.environ.get("SANSHE_SOAK") else 3


@pytest.mark.soak
@pytest.mark.parametrize("key", PAPERS)
def test_a_paper_says_what_it_must_to_who_may_have_it(app, site, engine, cast, key):
    paper, case = PAPERS[key], importlib.import_module(f"tests.reporting.cases.{key}")
    with transaction(engine) as session:
        subject = case.subject(session, cast)
    with transaction(engine) as session:
        subject = subject and session.get_one(type(subject), subject.id)
        me, other = (getattr(cast, one).viewer(session, START) for one in (case.ASKER, case.OUTSIDER))
        to = {"base": "http://x", "by": me, "at": START, "choice": getattr(case, "CHOICE", "")}
        if subject is None:
            assert not roles_for(paper.right) & other.roles
            issued = actions.ask_report(session, key, Wish(START), "pdf", area_code="320508", **to)
        else:
            issued = actions.ask(session, paper, subject, "pdf", **to)
            assert scope.roles_on(session, me, issued) & roles_for("report.read")
            assert not scope.roles_on(session, other, issued)
            with pytest.raises(NotAllowed):
                actions.ask(session, paper, subject, **to | {"by": other})
        asked = Asked(as_of=START, viewer=me, choice=to["choice"], args=issued.args, number=issued.number)
        report = paper.build(paper.gather(session, subject, asked), asked)
    work(engine)
    with reading(engine) as session:
        issued = session.get_one(Issued, issued.id)
        assert issued.data_digest == digest(report), "twice the same"
        printed = files.get(issued.file_digest)
        only_the_issued_file_is_accepted(session, issued, printed)
    text = canonical_json(report).decode()
    assert [word for word in case.WORDS if word not in text] == []
    assert [word for word in getattr(case, "NOT_IN_IT", ()) if word in text] == []
    judge.passes(printed)
    twins.agree(report, printed)
    if subject is not None:
        shown = site.as_(getattr(cast, case.ASKER)).open(app.extensions["object_pages"][subject.REF], id=subject.id)
        assert f"编制{paper.title}" in shown.buttons() + [link.text_content().strip() for link in shown.tree.xpath("//main//a")]
        assert issued.number in shown


def only_the_issued_file_is_accepted(session, issued, printed):
    """With one byte changed anywhere, in the soak a thousand times over, it is another file, and reading it breaks nothing."""
    found = verification.of_file(session, printed)
    assert found.accepted
    assert found.origin.number == issued.number
    chance = random.Random(issued.kind)
    for _ in range(COPIES):
        at = chance.randrange(len(printed))
        changed = printed[:at] + bytes([printed[at] ^ chance.randrange(1, 256)]) + printed[at + 1 :]
        found = verification.of_file(session, changed)
        assert not found.accepted, at
        assert all(found.lines), at


def test_the_record_of_a_visit_is_about_who_delivers_not_about_who_came(engine, cast):
    with transaction(engine) as session:
        visit = visit_record.subject(session, cast)
        issued = actions.ask(session, PAPERS["visit_record"], visit, base="http://x", by=cast.worker.viewer(session, START), at=START)
        assert issued.organisation_id == cast.chenguang
        assert scope.roles_on(session, cast.lead.viewer(session, START), issued) & roles_for("report.read")
        assert not scope.roles_on(session, cast.rival.viewer(session, START), issued)


def test_every_paper_is_named_and_tried():
    glossary = (Path(house.__file__).parents[1] / "docs/glossary.md").read_text()
    assert {one.title for one in PAPERS.values() if one.title not in glossary} == set(), "not in docs/glossary.md"
    assert {path.stem for path in (Path(__file__).parent / "cases").glob("[a-z]*.py")} == set(PAPERS), "a case for each paper"


def test_what_every_paper_declares_is_known():
    for one in PAPERS.values():
        assert one.retention in papers.RETENTIONS
        assert one.author in papers.AUTHORS
        assert roles_for(one.right)
        assert set(one.suffixes) <= {"pdf", "xlsx", "csv", "json", "docx"}
        assert one.about is None or one.about.REF
