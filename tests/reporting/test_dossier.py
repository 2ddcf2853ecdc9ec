"""一项目一档: the documents of a project in one file, of which its reader gets only what they may have."""

from __future__ import annotations

import io
import subprocess

import pikepdf
import pytest
import sqlalchemy as sa

from tests import make
from tests.cast import Cast
from tests.conftest import START
from tests.reporting.terms import TERMS
from tests.reporting.test_pages import work
from tests.reports import judge
from webapp.calls.rules import template
from webapp.core import files
from webapp.core.db import reading, transaction
from webapp.projects.models import Agreement, Project
from webapp.reporting import actions
from webapp.reporting.models import Issued
from webapp.reporting.papers import Asked
from webapp.reporting.registry import PAPERS

pytestmark = pytest.mark.only("sqlite")


def test_a_dossier_binds_the_newest_of_what_its_reader_may_have(engine: sa.Engine, cast: Cast, app: object) -> None:
    with transaction(engine) as session:
        call = make.call(session, cast, START, rules=template().to_json(), state="awarded")
        project = make.project(session, cast, START, make.application(session, cast, START, call, state="awarded"))
        terms = [
            Agreement(project_id=project.id, number=f"Y2026-000{n}", title="银龄陪伴 项目协议", terms=TERMS, digest="0" * 64)
            for n in (1, 2)
        ]
        first, second = (make.at_state(session, one, "signed", START) for one in terms)
        officer, lead = (one.viewer(session, START) for one in (cast.officer, cast.lead))
        old = actions.ask(session, PAPERS["project_progress"], project, base="http://x", by=officer, at=START).number
        new = actions.ask(session, PAPERS["project_progress"], project, base="http://x", by=officer, at=START).number
        table = actions.ask(session, PAPERS["project_performance"], project, "xlsx", base="http://x", by=officer, at=START).number
        both = actions.ask(session, PAPERS["agreement"], first, base="http://x", by=officer, at=START).number
        signed = actions.ask(session, PAPERS["agreement"], second, base="http://x", by=lead, at=START)
        signed.shared = False  # as of a paper that tells each reader something else
        key, mine = project.id, signed.number
    work(engine)
    with transaction(engine) as session:
        signed = session.scalars(sa.select(Issued).where(Issued.number == mine)).one()
        scan = files.Checked("签章协议.png", b"png", "image/png")
        actions.file_scan(session, signed, [scan], by=cast.lead.viewer(session, START), at=START)

    def bound(person: str) -> tuple[bytes, str]:
        with reading(engine) as session:
            asked = Asked(as_of=START, viewer=getattr(cast, person).viewer(session, START), number="B2026-0099")
            found = actions.render(session, PAPERS["dossier"], session.get_one(Project, key), asked, "pdf")
            assert found == actions.render(session, PAPERS["dossier"], session.get_one(Project, key), asked, "pdf")
        read = ["pdftotext", "-layout", "-", "-"]
        return found[0], subprocess.run(read, input=found[0], capture_output=True, check=True).stdout.decode()

    content, text = bound("officer")
    assert new in text
    assert both in text
    assert not [number for number in (old, mine, table) if number in text]
    assert "另有 1 件按规定不向编制人公开" in text
    assert "另有 1 件只有表格" in text
    content, text = bound("lead")
    assert "不向编制人公开" not in text, "to an organisation not even the number is told"
    assert "签章协议.png" in text
    assert "签章扫描件 1 份" in text
    judge.passes(content)
    with reading(engine) as session:
        originals = [
            files.get(session.scalars(sa.select(Issued.file_digest).where(Issued.number == number)).one() or "") for number in (both, mine)
        ]
    _whole(content, text, originals)


def _whole(content: bytes, text: str, originals: list[bytes]) -> None:
    """Every page is there, numbered on; each line of the directory and each bookmark leads to its document; their data are as issued."""
    pieces = [pikepdf.open(io.BytesIO(one)) for one in originals]
    counts = [len(one.pages) for one in pieces]
    with pikepdf.open(io.BytesIO(content)) as file:
        front = len(file.pages) - sum(counts)
        starts = [front, front + counts[0]]
        pages = text.split("\f")
        for n in range(sum(counts)):
            assert f"卷内第 {n + 1} 页" in pages[front + n]
        links = [link for page in file.pages[:front] for link in page.get("/Annots", ()) if "/Dest" in link]
        assert [file.pages.index(pikepdf.Page(link.Dest[0])) for link in links] == starts
        with file.open_outline() as outline:
            titles = [one.title for one in outline.root][1:]
        assert [title[:2] for title in titles] == ["1 ", "2 "]
        for n, one in enumerate(pieces, 1):
            kept = file.attachments[f"00{n}-report.json"].get_file().read_bytes()
            assert kept == one.attachments["report.json"].get_file().read_bytes()
