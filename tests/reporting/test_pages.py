"""Asking for a report on a page, the worker making it, having it, and checking it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import make
from tests.cast import Cast
from tests.conftest import START
from tests.reporting.terms import TERMS
from tests.site import Site
from webapp.calls.rules import template
from webapp.core import files, jobs, journal
from webapp.core.db import reading, transaction
from webapp.core.outbox import Message
from webapp.library import actions as library
from webapp.projects.models import Agreement
from webapp.reporting.models import Issued

DATA = Path(library.__file__).parent / "data"


@pytest.fixture
def agreement(engine: sa.Engine, cast: Cast) -> int:
    with transaction(engine) as session:
        call = make.call(session, cast, START, rules=template().to_json(), state="awarded")
        project = make.project(session, cast, START, make.application(session, cast, START, call, state="awarded"))
        found = Agreement(project_id=project.id, number="Y2026-0001", title="银龄陪伴 项目协议", terms=TERMS, digest="0" * 64)
        make.at_state(session, found, "signed", START)
        return found.id


def work(engine: sa.Engine) -> None:
    while jobs.run_next(engine, at=START):
        pass


def issued(engine: sa.Engine) -> Issued:
    with reading(engine) as session:
        return session.scalars(sa.select(Issued).order_by(Issued.id.desc()).limit(1)).one()


def test_an_officer_asks_and_has_the_report(site: Site, cast: Cast, engine: sa.Engine, app: Flask) -> None:
    library.import_projects(engine, DATA / "projects.csv", at=START)
    visitor = site.as_(cast.officer)
    page = visitor.open("reporting.index")
    assert "还没有编制过报告" in page.text
    page = page.submit("编制", kind="funding", suffix="json", source="published")
    assert "排队中" in page.text
    assert visitor.open("reporting.file", id=issued(engine).id).status == 404
    work(engine)
    one = issued(engine)
    page = visitor.open("reporting.show", id=one.id)
    assert "已完成" in page.text
    assert "编制完成" in page.text
    content = page.click("下载 JSON").body
    assert b'"sum_fen": 245805000' in content
    assert hashlib.sha256(content).hexdigest() == one.file_digest
    with reading(engine) as session:
        assert session.scalars(sa.select(Message.subject).where(Message.person_id == cast.officer.id)).all() == [one.ref]
        assert [line.step for line in journal.lines(session, [one.ref], newest_first=False)] == ["ask", "issue"]
        assert list(files.faults(session)) == []
        assert list(journal.faults(session)) == []


def test_a_report_is_seen_before_it_is_asked_for(site: Site, cast: Cast, engine: sa.Engine) -> None:
    visitor = site.as_(cast.officer)
    form = visitor.open("reporting.index")
    wrong = form.submit("预览", kind="brief")
    assert wrong.status == 422
    assert "请选择“一键专报”的时段" in wrong.text
    assert "没有编号为“G2026-0404”的项目" in form.submit("预览", kind="progress", project=" ｇ2026－0404").text
    seen = form.submit("预览", kind="progress", year="2026")
    assert seen.heading == "项目进展情况报告"
    assert "没有编号，没有存档" in seen.text
    assert "年度：2026" in seen.text
    with reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Issued)) == 0
    assert "排队中" in seen.submit("编制", suffix="csv").text
    assert issued(engine).title == "项目进展情况报告（2026）"
    assert site.as_(cast.lead).get("/reports?preview=1&kind=progress").status == 403


def test_anyone_checks_a_paper_against_what_was_issued(site: Site, cast: Cast, engine: sa.Engine, app: Flask) -> None:
    site.as_(cast.officer).open("reporting.index").submit("编制", kind="progress", suffix="csv", year="2026")
    assert "还没有签发文件" in site.as_().open("reporting.verify", token=issued(engine).token).text
    work(engine)
    one = issued(engine)
    page = site.as_().open("reporting.verify", token=one.token)
    assert one.file_digest is not None
    for words in (one.number, "项目进展情况报告（2026", one.file_digest, "2026年3月2日", "本平台签发"):
        assert words in page.text
    assert "模拟数据" not in page.text
    assert site.as_().open("reporting.verify", token="no-such-token").status == 404


def test_who_may_ask_and_who_may_have(site: Site, cast: Cast, engine: sa.Engine, app: Flask) -> None:
    site.as_(cast.street).open("reporting.index").submit("编制", kind="funding", suffix="csv")
    key = issued(engine).id
    for person, status in (
        ("officer", 200),
        ("street", 200),
        ("auditor", 200),
        ("far_street", 404),
        ("far_officer", 404),
        ("lead", 404),
        ("granny", 404),
    ):
        assert site.as_(getattr(cast, person)).open("reporting.show", id=key).status == status, person
    for person in ("lead", "granny", "worker", "expert1"):
        assert site.as_(getattr(cast, person)).open("reporting.index").status == 403, person


def test_nobody_can_ask_for_an_area_not_answered_for(site: Site, cast: Cast, engine: sa.Engine, app: Flask) -> None:
    visitor = site.as_(cast.street)
    page = visitor.post("/reports", {"kind": "funding", "suffix": "csv", "area": "320508", "csrf_token": token(visitor)})
    assert page.status == 422
    with reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Issued)) == 0


def token(visitor: object) -> str:
    page = visitor.open("reporting.index")  # type: ignore[attr-defined]
    found: str = page.tree.xpath('string(//input[@name="csrf_token"]/@value)')
    return found


def test_an_agreement_is_printed_for_both_sides(site: Site, cast: Cast, engine: sa.Engine, app: Flask, agreement: int) -> None:
    for person in ("officer", "lead"):
        page = site.as_(getattr(cast, person)).open("projects.agreement_show", id=agreement).submit("编制项目协议书")
        assert "已开始编制" in page.text
    assert "编制项目协议书" not in site.as_(cast.rival).open("projects.agreement_show", id=agreement).text
    work(engine)
    content = site.as_(cast.lead).open("reporting.file", id=issued(engine).id).body
    assert content.startswith(b"%PDF")
    assert site.as_(cast.rival).open("reporting.file", id=issued(engine).id).status == 404


def test_a_project_offers_its_reports_to_those_who_may_ask(site: Site, cast: Cast, engine: sa.Engine, app: Flask, agreement: int) -> None:
    page = site.as_(cast.officer).open("projects.show", id=1).submit("编制绩效评价报告")
    assert "绩效评价报告" in page.text
    page = site.as_(cast.officer).open("projects.show", id=1).submit("编制项目进展情况报告")
    assert "项目进展情况报告" in page.heading
    offered = site.as_(cast.officer).open("reporting.of_project", id=1)
    assert "XLSX（Excel）" in offered
    offered.submit("编制项目进展情况报告", suffix="xlsx")
    assert issued(engine).suffix == "xlsx"
    page = site.as_(cast.officer).open("reporting.of_project", id=1).submit("编制项目进展情况报告", suffix="exe")
    assert (page.status, "没有 EXE 格式" in page) == (422, True)
    assert "编制项目进展情况报告" not in site.as_(cast.lead).open("projects.show", id=1).text


def test_a_job_run_twice_issues_once(site: Site, cast: Cast, engine: sa.Engine, app: Flask) -> None:
    site.as_(cast.officer).open("reporting.index").submit("编制", kind="performance", suffix="json")
    work(engine)
    first = issued(engine)
    with transaction(engine) as session:
        job = session.get_one(jobs.Job, first.job_id)
        job.state = "queued"
    work(engine)
    assert issued(engine).attachment_id == first.attachment_id
    with reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1


def test_a_job_that_fails_says_so_on_its_page(
    site: Site, cast: Cast, engine: sa.Engine, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.as_(cast.officer).open("reporting.index").submit("编制", kind="performance", suffix="json")
    monkeypatch.setattr("webapp.reporting.actions.papers.render", lambda *_, **__: 1 / 0)
    work(engine)
    assert "没有编成" in site.as_(cast.officer).open("reporting.show", id=issued(engine).id).text


def test_the_pages_cost_the_same_however_many(site: Site, cast: Cast, engine: sa.Engine, app: Flask, count_queries) -> None:
    visitor = site.as_(cast.officer)
    for _ in range(3):
        visitor.open("reporting.index").submit("编制", kind="funding", suffix="csv")
    with count_queries(most=12) as few:
        visitor.open("reporting.index")
    with count_queries(most=12):
        visitor.open("reporting.show", id=issued(engine).id)
    for _ in range(4):
        visitor.open("reporting.index").submit("编制", kind="funding", suffix="csv")
    with count_queries(exactly=len(few)):
        visitor.open("reporting.index")


def test_no_report_of_a_project_that_is_not(site, cast):
    page = site.as_(cast.officer).open("reporting.index").submit("编制", project="G9999")
    assert page.status == 422
    assert "没有编号为“G9999”的项目" in page
    assert page.tree.xpath('//input[@name="project"]/@value') == ["G9999"]
