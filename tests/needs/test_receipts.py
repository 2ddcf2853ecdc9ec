"""回执: what is handed to who spoke, on paper and behind its QR code; no words and no names on either."""

from __future__ import annotations

import subprocess
from datetime import timedelta

import pytest
import sqlalchemy as sa

import reports
from tests.conftest import START
from webapp.core import jobs
from webapp.core.db import reading, transaction
from webapp.core.files import Attachment
from webapp.needs import actions, receipts
from webapp.needs.models import Need

WORDS = "楼道灯坏了，严阿婆晚上看不见路"
BASE = "https://sanshe.example/"


@pytest.fixture
def need(site, cast, engine):
    """A need that 褚小桃 took in for 王阿婆."""
    page = (
        site.as_(cast.worker)
        .open("needs.intake")
        .submit("登记", words=WORDS, speaker="王阿婆", channel="visit", speaker_phone="13800001111")
    )
    assert page.status == 200
    with reading(engine) as session:
        return session.scalars(sa.select(Need)).one()


def follow(site, need, who=None):
    return site.as_(who).get(f"/r/{receipts.token(need.id)}")


def step(engine, cast, need, act, /, who="worker", **more):
    with transaction(engine) as session:
        act(session, session.get_one(Need, need.id), by=getattr(cast, who).viewer(session, START), at=START, **more)


def made(engine, page):
    """The receipt as the background made it, as a person reads it."""
    assert page.heading == "办理进度"
    while jobs.run_next(engine, at=START + timedelta(seconds=1)):
        pass
    file = page.visitor.get(page.address).links("打开结果")[0]
    answer = page.visitor.client.get(file)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=answer.data, capture_output=True, check=True).stdout.decode()


def test_a_worker_prints_it_right_after_taking_in(site, cast, engine, need):
    text = made(engine, site.as_(cast.worker).open("needs.show", id=need.id).submit("打印回执"))
    assert need.number in text
    assert "2026年3月2日" in text
    assert "桃花坞社区居委会" in text
    assert "0512-60000000" in text
    assert "社区受理" in text
    assert receipts.token(need.id) in text.replace("\n", "").replace(" ", "")
    for secret in ("灯", "阿婆", "13800001111", "褚"):
        assert secret not in text
    assert text.count("\f") == 1, "one sheet"


def test_a_second_printing_replaces_the_first(site, cast, engine, need):
    for _ in range(2):
        made(engine, site.as_(cast.worker).open("needs.show", id=need.id).submit("打印回执"))
    with reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Attachment).where(Attachment.kind == "receipt")) == 1


@pytest.mark.parametrize(
    ("who", "prints"), [("worker", True), ("grid", True), ("street", True), ("granny", True), ("officer", False), ("auditor", False)]
)
def test_who_prints_it(site, cast, engine, who, prints):
    site.as_(cast.granny).open("needs.new").submit("提交", words=WORDS)
    page = site.as_(getattr(cast, who)).open("needs.show", id=1)
    assert ("打印回执" in page.buttons()) is prints


def test_anybody_with_the_paper_sees_where_it_stands(site, cast, engine, need):
    page = follow(site, need)
    assert page.status == 200
    assert page.heading == f"需求 {need.number}"
    assert "已收集" in page
    assert page.tree.xpath("//ol[@class='steps']/li[@aria-current]")
    assert "桃花坞社区居委会" in page
    assert page.tree.xpath("//a[@href='tel:0512-60000000']")
    assert "2026年3月" in page
    assert page.answer.headers["X-Robots-Tag"] == "noindex"
    assert page.tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
    for secret in ("灯", "阿婆", "13800001111", "褚"):
        assert secret not in page.text
        assert secret not in str(site.as_().json(page.path))


def test_a_token_is_not_guessed(site, need):
    good = receipts.token(need.id)
    for bad in (
        str(need.id),
        need.number,
        good[:-1],
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        f"{need.id + 1}{good[1:]}",
        "x-y",
        "²-y",
    ):
        page = site.as_().get(f"/r/{bad}")
        assert page.status == 404, bad
        assert need.number not in page.text


def test_returned_it_says_why_and_where_to_go(site, cast, engine, need):
    step(engine, cast, need, actions.decline, note="这是燃气公司的管道", other="燃气公司 0512-67000000")
    page = follow(site, need)
    assert "这是燃气公司的管道" in page
    assert "燃气公司 0512-67000000" in page
    assert "最晚" not in page


@pytest.mark.parametrize("note", ["王阿婆家的事我们管不了", "请联系 13800001111"])
def test_a_reason_that_names_somebody_is_told_by_telephone(site, cast, engine, need, note):
    step(engine, cast, need, actions.decline, note=note, other="物业")
    page = follow(site, need)
    assert note not in page
    assert "理由请打电话问社区" in page


def test_what_was_sealed_shows_nothing_to_who_finds_the_paper(site, cast, engine, need):
    step(engine, cast, need, actions.hand_off, kind="violence")
    page = follow(site, need)
    for word in ("专人", "专办", "家庭暴力", "已退回", "110", "封存"):
        assert word not in page, word
    assert "请打电话问社区" in page
    assert not page.tree.xpath("//ol[@class='steps']")


def test_the_rating_shows_when_there_is_one(site, cast, engine, need):
    assert "回访评价" not in follow(site, need)
    with transaction(engine) as session:
        session.get_one(Need, need.id).rating = 4
    assert "4 分" in follow(site, need)


def test_merged_it_leads_on_by_number_alone(site, cast, engine, need):
    site.as_(cast.resident).open("needs.new").submit("提交", words="路灯")
    step(engine, cast, need, actions.merge, into=2)
    page = follow(site, need)
    assert "X2026-0002" in page
    assert not page.links("X2026-0002")


def test_the_report_holds_no_words(site, session, need):
    held = reports.canonical_json(receipts.paper(session, session.get_one(Need, need.id), BASE, START)).decode()
    assert need.number in held
    assert "灯" not in held
    assert "阿婆" not in held


def test_every_state_has_its_next_step():
    assert set(receipts.NEXT) == set(Need.WORKFLOW.states)
