"""Every document of the registry on a subject of its own: it says what it must, twice the same, and only to who may have it."""

import csv
import importlib
import io
import os
import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from reports.report import canonical_json, digest
from tests.conftest import START
from tests.reporting.cases import visit_record
from tests.reporting.reviewed import scored
from tests.reporting.test_pages import work
from tests.reports import judge, twins
from webapp import app as house
from webapp.core import files, scope
from webapp.core.db import reading, transaction
from webapp.core.workflow import NotAllowed
from webapp.permissions import SIGNED_IN, roles_for
from webapp.reporting import actions, papers
from webapp.reporting.models import Issued
from webapp.reporting.papers import Asked
from webapp.reporting.queries import verification
from webapp.reporting.queries.asked import Wish
from webapp.reporting.registry import PAPERS
from webapp.reviews.actions import write_fee
from webapp.reviews.models import Seat

pytestmark = pytest.mark.only("sqlite")
COPIES = 1000 if os.environ.get("SANSHE_SOAK") else 3


@pytest.mark.soak
@pytest.mark.parametrize("key", PAPERS)
def test_a_paper_says_what_it_must_to_who_may_have_it(app, site, engine, cast, key, count_queries):
    paper, case = PAPERS[key], importlib.import_module(f"tests.reporting.cases.{key}")
    with transaction(engine) as session:
        subject = case.subject(session, cast)
    with transaction(engine) as session:
        subject = subject and session.get_one(type(subject), subject.id)
        me = getattr(cast, case.ASKER).viewer(session, START)
        other = getattr(cast, case.OUTSIDER).viewer(session, START) if case.OUTSIDER else None
        to = {"base": "http://x", "by": me, "at": START, "choice": getattr(case, "CHOICE", "")}
        asked = Asked(as_of=START, viewer=me, choice=to["choice"], args=Wish(START).args, base=to["base"])
        report = paper.build(paper.gather(session, subject, asked), asked)
        _previewed(site.as_(getattr(cast, case.ASKER)), paper, subject, asked, report, count_queries)
        if subject is None:
            assert other is not None
            assert not roles_for(paper.right) & other.roles
            issued = actions.ask_report(session, key, Wish(START), "pdf", area_code="320508", **to)
        else:
            issued = actions.ask(session, paper, subject, "pdf", **to)
            assert scope.roles_on(session, me, issued) & roles_for("report.read")
            if other is None:  # public words, which anybody signed in may have on paper
                assert roles_for(paper.right) >= SIGNED_IN
            else:
                assert not scope.roles_on(session, other, issued)
                with pytest.raises(NotAllowed):
                    actions.ask(session, paper, subject, **to | {"by": other})
        asked = Asked(as_of=START, viewer=me, choice=to["choice"], args=issued.args, number=issued.number, base=to["base"])
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


MOST = 48
"""Statements of a preview: a document tells more than a page (the brief is two reports at two moments), but never one a row."""


def _previewed(visitor, paper, subject, asked, report, count_queries):
    """Before it is asked for it is shown whole, in the look of the site, its tables as CSV; nothing is entered anywhere."""
    if subject is None:
        period = {"period": asked.choice} if paper.choices else {}
        at = {"endpoint": "reporting.index", "preview": 1, "kind": paper.key, **period}
    else:
        at = {"endpoint": f"reporting.of_{subject.REF}", "id": subject.id, "preview": paper.key, "choice": asked.choice}
    with count_queries(most=MOST):
        page = visitor.open(**at)
    assert page.status == 200, page.text
    assert page.heading == report.title.replace("\n", "")
    for table in report.tables:
        assert [one for column in table.columns if (one := column.title) not in page.text] == []
    assert "没有编号，没有存档" in page.text
    for n, table in enumerate(report.tables, 1):
        sheet = visitor.open(**at, csv=n).answer
        assert sheet.mimetype == "text/csv"
        assert len(list(csv.reader(io.StringIO(sheet.data.decode("utf-8-sig"))))) == len(table.rows) + 1
    assert visitor.open(**at, csv=len(report.tables) + 1).status == 404


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


def test_the_list_of_fees_is_offered_where_a_fee_is_written_down(engine, cast):
    with transaction(engine) as session:
        panel, ready = scored(session, cast), PAPERS["fee_list"].ready
        assert ready(panel) is not None
        person = session.scalars(sa.select(Seat.person_id).where(Seat.panel_id == panel.id).order_by(Seat.position)).first()
        write_fee(session, panel, person_id=person, senior=True, half_days=2, by=cast.officer.viewer(session, START), at=START)
        session.refresh(panel)
        assert ready(panel) is None
