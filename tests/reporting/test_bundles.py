"""Many documents at once: asked for on a page, made one by one, stopped and resumed, given up where one cannot be made, packed once."""

import io
import random
import zipfile
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests import make
from tests.conftest import START
from tests.reporting.cases import project_progress
from tests.reporting.test_pages import work
from webapp.calls.models import Call
from webapp.core import files, jobs, journal
from webapp.core.db import reading, transaction
from webapp.core.files import Attachment
from webapp.core.outbox import Message
from webapp.core.workflow import Refused
from webapp.projects.models import Activity, Project
from webapp.reporting import actions
from webapp.reporting.actions import bundles
from webapp.reporting.models import Bundle, BundleItem, Issued
from webapp.reporting.queries import bundles as queries
from webapp.reporting.registry import PAPERS

PAPER = PAPERS["project_progress"]


@pytest.fixture
def call(engine, cast):
    """A call with three projects."""
    with transaction(engine) as session:
        first = project_progress.subject(session, cast)
        on = session.get_one(Call, first.call_id)
        for title in ("青苗课堂", "邻里议事"):
            make.project(session, cast, START, make.application(session, cast, START, on, state="awarded", title=title))
        return on


def asked(engine, cast, call, suffix="csv"):
    with transaction(engine) as session:
        return actions.ask_bundle(session, call, PAPER, suffix, base="http://x", by=cast.officer.viewer(session, START), at=START).id


def test_an_officer_asks_for_all_of_a_call_and_has_one_zip(site, cast, engine, call, count_queries):
    officer = site.as_(cast.officer)
    page = officer.open("reporting.bundles").submit("成批编制", call=str(call.id), paper="project_progress", suffix="pdf")
    assert "共 3 份，已编好 0 份" in page
    work(engine)
    with reading(engine) as session:
        bundle = session.scalars(sa.select(Bundle)).one()
        issued = session.scalars(sa.select(Issued).order_by(Issued.id)).all()
        told = session.scalars(sa.select(Message).where(Message.person_id == cast.officer.id)).all()
        assert [one.subject for one in told] == [bundle.ref], "one message for all of them"
        assert list(files.faults(session)) == []
        assert list(journal.faults(session)) == []
    with count_queries(most=12):
        page = officer.open("reporting.bundle_show", id=bundle.id)
    packed = zipfile.ZipFile(io.BytesIO(page.click("下载 ZIP").body))
    assert len(packed.namelist()) == 5
    index = packed.read("目录.html").decode()
    for one in issued:
        name = next(name for name in packed.namelist() if one.number in name)
        assert packed.read(name).startswith(b"%PDF")
        assert one.file_digest in index
        assert name in index
    assert packed.read("目录.xlsx").startswith(b"PK")
    assert site.as_(cast.street).open("reporting.bundle_show", id=bundle.id).status == 404
    assert site.as_(cast.lead).open("reporting.bundles").status == 403


def test_a_paper_of_which_each_has_several_is_asked_for_once_for_all(site, cast, engine, call):
    with transaction(engine) as session:
        first, second, third = session.scalars(sa.select(Project).where(Project.call_id == call.id).order_by(Project.id))
        for project, day in ((first, date(2026, 3, 10)), (second, date(2026, 3, 20)), (first, date(2026, 4, 1)), (third, date(2026, 5, 1))):
            make.at_state(session, Activity(project_id=project.id, title="义诊", planned_on=day, place="社区"), "planned", START)
    officer = site.as_(cast.officer)
    page = officer.open("reporting.bundles").submit("成批编制", call=str(call.id), paper="month_preview")
    assert "请选择这一批编制哪一份" in page
    page = page.submit("成批编制", choice="2026-03")
    assert "共 2 份" in page
    assert "2026 年 3 月，2 份" in page.heading
    work(engine)
    with reading(engine) as session:
        issued = session.scalars(sa.select(Issued).order_by(Issued.id)).all()
    assert [(one.subject, one.args["choice"]) for one in issued] == [(first.ref, "2026-03"), (second.ref, "2026-03")]
    assert all("2026 年 3 月" in one.title and one.file_digest for one in issued)


def test_a_large_package_goes_out_piece_by_piece(site, cast, engine, app, call, monkeypatch):
    key = asked(engine, cast, call)
    work(engine)
    content = random.Random(3).randbytes(3 * files.PIECE + 5)
    with transaction(engine) as session:
        attachment = session.get_one(Attachment, session.get_one(Bundle, key).attachment_id)
        attachment.digest, attachment.size = files.put(content), len(content)
    monkeypatch.setattr(files, "get", None)
    answer = site.as_(cast.officer).client.get(f"/files/{attachment.id}")
    assert answer.is_streamed
    assert answer.content_length == len(content)
    pieces = list(answer.iter_encoded())
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 2 * files.PIECE


def test_stopped_it_rests_and_resumed_it_goes_on_where_it_was(engine, cast, call):
    key = asked(engine, cast, call)
    taken = bundles._take(engine, key, START)
    bundles._make(engine, taken, START)
    with transaction(engine) as session:
        actions.stop(session, session.get_one(Bundle, key), by=cast.officer.viewer(session, START), at=START)
    work(engine)
    with transaction(engine) as session:
        assert queries.progress(session, key).done == 1
        assert actions.TICK[0](session, START + timedelta(days=1)) == 0, "nobody is sent for while it rests"
        actions.resume(session, session.get_one(Bundle, key), by=cast.officer.viewer(session, START), at=START)
    work(engine)
    bundles._pack(engine, key, START)
    with reading(engine) as session:
        assert session.get_one(Bundle, key).packed_at
        steps = [line.step for line in journal.lines(session, [f"bundle:{key}"], newest_first=False)]
        assert steps == ["ask", "stop", "resume", "pack"], "packed once, however often it is tried"
        assert session.scalar(sa.select(sa.func.count()).select_from(Issued)) == 3


def test_one_that_cannot_be_made_does_not_hold_up_the_others(site, engine, cast, call, monkeypatch):
    key = asked(engine, cast, call)
    real = bundles.papers.render

    def broken(session, paper, subject, *more):
        if subject.title == "青苗课堂":
            raise ZeroDivisionError
        return real(session, paper, subject, *more)

    monkeypatch.setattr(bundles.papers, "render", broken)
    work(engine)
    officer = site.as_(cast.officer)
    page = officer.open("reporting.bundle_show", id=key)
    assert "已编好 2 份，没有编成 1 份" in page
    assert "ZeroDivisionError" in page
    index = zipfile.ZipFile(io.BytesIO(page.click("下载 ZIP").body)).read("目录.html").decode()
    assert "没有编成" in index
    monkeypatch.setattr(bundles.papers, "render", real)
    page.submit("重试没编成的")
    work(engine)
    page = officer.open("reporting.bundle_show", id=key)
    assert "已编好 3 份" in page
    assert "没有编成" not in page
    assert len(zipfile.ZipFile(io.BytesIO(page.click("下载 ZIP").body)).namelist()) == 5
    with reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Issued)) == 3


def test_a_dead_workers_item_waits_its_time_and_is_taken_again(engine, cast, call):
    key, later = asked(engine, cast, call), START + bundles.LEASE + timedelta(seconds=1)
    first = bundles._take(engine, key, START)
    others = {bundles._take(engine, key, START) for _ in range(2)}
    assert first not in others
    assert bundles._take(engine, key, START) is None
    bundles._pack(engine, key, START)
    with transaction(engine) as session:
        assert session.get_one(Bundle, key).packed_at is None, "what others are at is not left out"
        session.execute(sa.delete(jobs.Job))
        assert actions.TICK[0](session, later) == 1
    while jobs.run_next(engine, at=later):
        pass
    with reading(engine) as session:
        assert session.get_one(Bundle, key).packed_at == later
        assert {one.tries for one in session.scalars(sa.select(BundleItem))} == {2}
        assert session.scalar(sa.select(sa.func.count()).select_from(Attachment).where(Attachment.kind == "issued")) == 3


def test_what_is_no_bundle(engine, cast, call):
    with transaction(engine) as session:
        officer, far = (one.viewer(session, START) for one in (cast.officer, cast.far_officer))
        for by, paper, suffix in ((far, PAPER, "csv"), (officer, PAPER, "zip"), (officer, PAPERS["progress"], "csv")):
            with pytest.raises(Refused):
                actions.ask_bundle(session, call, paper, suffix, base="", by=by, at=START)


def test_the_signed_paper_comes_back_and_the_register_says_so(site, cast, engine, call, count_queries):
    asked(engine, cast, call)
    work(engine)
    officer = site.as_(cast.officer)
    with count_queries(most=12):
        listed = officer.open("reporting.register", kind="project_progress", filed="no")
    assert "青苗课堂" in listed
    with reading(engine) as session:
        one = session.scalars(sa.select(Issued).order_by(Issued.id)).first()
    page = officer.open("reporting.show", id=one.id)
    assert "请选择扫描件" in page.submit("归卷").text
    page = page.submit("归卷", scans=(io.BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"), "签字.pdf"))
    assert "扫描件已归卷" in page
    assert "签字.pdf" in page
    assert one.number not in officer.open("reporting.register", filed="no")
    assert one.number in officer.open("reporting.register", filed="yes", number=one.number[:5])
    sheet = officer.get("/register.csv?filed=yes").body.decode("utf-8-sig")
    assert one.number in sheet
    assert one.file_digest in sheet
    assert "30年" in sheet
    assert one.number not in site.as_(cast.far_officer).open("reporting.register")
    assert one.number not in site.as_(cast.lead).open("reporting.register"), "what the bureau made for itself"
    with reading(engine) as session:
        assert [line.step for line in journal.lines(session, [one.ref], newest_first=False)] == ["ask", "issue", "file"]
