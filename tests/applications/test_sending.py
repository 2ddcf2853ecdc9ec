"""Files that come piece by piece, wait for their form, and are searched for viruses before anybody else may have them."""

from __future__ import annotations

import hashlib
import io
import random
import socketserver
import struct
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import papers
from tests.applications import forms
from tests.conftest import START
from webapp import app as house
from webapp.applications import actions
from webapp.applications.models import Application
from webapp.core import files, jobs, scanner, uploads
from webapp.core.db import transaction
from webapp.core.files import Attachment
from webapp.core.uploads import PIECE, Upload

LATER = START + timedelta(minutes=5)
VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture
def draft(engine, cast) -> Application:
    with transaction(engine) as session:
        on = forms.call(session, cast, START)
        return actions.create(session, on, title="银龄陪伴", category="elderly", by=cast.member.viewer(session, START), at=START)


@pytest.fixture
def large() -> bytes:
    """A paper of two and a half pieces; what stands behind its end belongs to nobody and is kept."""
    return papers.pdf() + b"\n%" + random.Random(1).randbytes(PIECE * 5 // 2)


class Sender:
    """What the script does in a browser."""

    def __init__(self, visitor, draft) -> None:
        self.visitor, self.path = visitor, f"/applications/{draft.id}/sections/files"
        page = visitor.get(self.path)
        self.token = page.tree.xpath('//input[@name="csrf_token"]/@value')[0]
        self.headers = {"Accept": "application/json", "X-CSRFToken": self.token}

    def post(self, path, data):
        answer = self.visitor.client.post(path, data=data, headers=self.headers)
        return answer.status_code, answer.get_json()

    def begin(self, name, content, **more):
        told = {"name": name, "size": len(content), "digest": hashlib.sha256(content).hexdigest(), "sound": "0"}
        return self.post("/uploads", told | more)

    def pieces(self, told, content, most=99):
        while told["received"] < len(content) and most:
            at, most = told["received"], most - 1
            _, told = self.post(f"/uploads/{told['token']}?offset={at}", content[at : at + told["piece"]])
        return told

    def all(self, name, content):
        _, told = self.begin(name, content)
        return self.post(f"/uploads/{self.pieces(told, content)['token']}/done", b"")


def kept(engine):
    with transaction(engine) as session:
        return list(session.scalars(sa.select(Attachment).order_by(Attachment.id)))


def work(engine, at=LATER):
    house.tick(engine, at)
    while jobs.run_next(engine, at=at):
        pass


def test_a_file_goes_on_where_the_network_was_lost(site, cast, engine, draft, large):
    one = Sender(site.as_(cast.member), draft)
    status, told = one.begin("报告.pdf", large)
    assert (status, told["received"], told["piece"], told["done"]) == (200, 0, PIECE, False)
    assert one.pieces(told, large, most=1)["received"] == PIECE
    again = Sender(site.as_(cast.member), draft)  # the page was loaded anew, and the file chosen once more
    status, told = again.begin("报告.pdf", large)
    assert (status, told["received"]) == (200, PIECE)
    status, out_of_turn = again.post(f"/uploads/{told['token']}?offset=0", large[:PIECE])
    assert (status, out_of_turn["taken"], out_of_turn["received"]) == (200, False, PIECE)
    status, told = again.post(f"/uploads/{again.pieces(told, large)['token']}/done", b"")
    assert (status, told["done"], told["name"]) == (200, True, "报告.pdf")
    assert again.visitor.json(f"/uploads/{told['token']}")["done"] is True
    page = again.visitor.post(again.path, {"csrf_token": again.token, "paper_certificate": told["token"]})
    assert "已上传 1 个文件" in page
    (found,) = kept(engine)
    assert (found.name, found.kind, files.get(found.digest)) == ("报告.pdf", "certificate", large)
    assert again.visitor.json(f"/uploads/{told['token']}") == {"gone": True}
    work(engine)
    assert set(files.stored()) == {found.digest}
    page = again.visitor.post(again.path, {"csrf_token": again.token, "paper_certificate": told["token"]})
    assert page.status == 422
    assert "请重新选择" in page


def test_an_upload_is_its_senders_alone(site, cast, draft, large):
    mine = Sender(site.as_(cast.member), draft)
    _, told = mine.all("报告.pdf", large)
    other = Sender(site.as_(cast.lead), draft)
    assert other.visitor.json(f"/uploads/{told['token']}") == {"gone": True}
    assert other.post(f"/uploads/{told['token']}?offset=0", b"x")[0] == 409
    other.post(f"/uploads/{told['token']}/drop", b"")
    page = other.visitor.post(other.path, {"csrf_token": other.token, "paper_certificate": told["token"]})
    assert page.status == 422
    assert mine.visitor.json(f"/uploads/{told['token']}")["done"] is True


def test_too_large_is_said_before_anything_is_sent(site, cast, draft):
    one = Sender(site.as_(cast.member), draft)
    status, told = one.begin("录像.pdf", b"x", size=200 * 1024 * 1024)
    assert status == 409
    assert told["refusals"][0]["sentence"].startswith("文件“录像.pdf”有 200 MB，超过 20 MB 的上限。请压缩后再传")
    assert one.begin("a.exe", b"x")[1]["refusals"][0]["sentence"].startswith("文件“a.exe”的类型不能上传")
    assert one.begin("空.pdf", b"")[0] == 409
    box = one.visitor.get(one.path).tree.xpath('//input[@name="paper_certificate"]')[0]
    assert box.get("data-largest") == str(files.LARGEST)
    assert "150 或 200 DPI" in box.get("data-smaller")


@pytest.mark.parametrize(("name", "content", "sentence"), [
    ("章程.pdf", papers.pdf("secret"), "有密码，请去掉密码后重传"),
    ("计划.docx", papers.docx(more={"word/vbaProject.bin": b"x"}), "里有宏"),
])  # fmt: skip
def test_what_cannot_be_taken_is_said_as_soon_as_it_has_come(site, cast, engine, draft, name, content, sentence):
    one = Sender(site.as_(cast.member), draft)
    status, told = one.all(name, content)
    assert status == 409
    assert sentence in told["refusals"][0]["sentence"]
    with transaction(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Upload)) == 0
    work(engine)
    assert list(files.stored()) == []


def test_what_was_changed_on_its_way_is_not_kept(site, cast, engine, draft, large):
    one = Sender(site.as_(cast.member), draft)
    _, told = one.begin("报告.pdf", large)
    status, told = one.post(f"/uploads/{one.pieces(told, bytes(len(large)))['token']}/done", b"")
    assert status == 409
    assert "传输中出了差错" in told["refusals"][0]["sentence"]


def test_half_uploads_are_cleared_after_a_day(site, cast, engine, draft, large):
    one = Sender(site.as_(cast.member), draft)
    _, half = one.begin("报告.pdf", large)
    one.pieces(half, large, most=1)
    _, never = one.all("证书.pdf", papers.pdf())
    work(engine, START + timedelta(hours=23))
    assert one.visitor.json(f"/uploads/{half['token']}")["received"] == PIECE
    assert one.visitor.json(f"/uploads/{never['token']}")["done"] is True
    work(engine, START + timedelta(hours=25))
    assert one.visitor.json(f"/uploads/{half['token']}") == {"gone": True}
    assert one.visitor.json(f"/uploads/{never['token']}") == {"gone": True}
    assert list(files.stored()) == []
    assert list(files._store[0].list().collect()) == []


def test_one_person_cannot_fill_the_store(site, cast, engine, draft, monkeypatch):
    monkeypatch.setattr(uploads, "MOST", 1)
    one = Sender(site.as_(cast.member), draft)
    assert one.all("a.pdf", papers.pdf())[0] == 200
    status, told = one.begin("b.pdf", papers.pdf(begins=True))
    assert status == 409
    assert "请先提交表单" in told["refusals"][0]["sentence"]


def test_without_scripts_a_refused_form_keeps_the_good_files(site, cast, engine, draft):
    page = site.as_(cast.member).open("applications.section", id=draft.id, key="files")
    good = (io.BytesIO(papers.pdf()), "证书.pdf")
    page = page.submit("上传", paper_certificate=good, paper_accounts=(io.BytesIO(papers.pdf("x")), "报告.pdf"))
    assert page.status == 422
    assert "文件“报告.pdf”有密码" in page
    assert kept(engine) == []
    page = page.submit("上传")  # the certificate stands ticked and is not chosen again
    assert "已上传 1 个文件" in page
    assert [(one.name, one.kind) for one in kept(engine)] == [("证书.pdf", "certificate")]


class Clamd(socketserver.BaseRequestHandler):
    """The protocol of ClamAV's daemon: finds one test file, and is sometimes tired."""

    def handle(self) -> None:
        line = self.request.makefile("rb")
        assert line.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", line.read(4))[0]:
            content += line.read(size)
        self.server.seen.append(content)
        if self.server.tired:
            return
        found = b"Eicar-Signature FOUND" if VIRUS in content else b"OK"
        self.request.sendall(b"stream: " + found + b"\0")


@pytest.fixture
def clamd() -> Iterator[socketserver.TCPServer]:
    with socketserver.TCPServer(("127.0.0.1", 0), Clamd) as server:
        server.seen, server.tired = [], False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
    scanner.open_port("")


def upload(site, cast, draft, content, name="证书.pdf"):
    return (
        site.as_(cast.member)
        .open("applications.section", id=draft.id, key="files")
        .submit("上传", paper_certificate=(io.BytesIO(content), name))
    )


def test_where_no_scanner_is_configured_nothing_is_said(site, cast, engine, draft):
    page = upload(site, cast, draft, papers.pdf())
    assert "待查毒" not in page
    assert kept(engine)[0].scan == ""


def test_a_file_is_listed_at_once_and_handed_to_others_when_searched(site, cast, engine, draft, clamd):
    scanner.open_port(f"127.0.0.1:{clamd.server_address[1]}")
    page = upload(site, cast, draft, papers.pdf())
    assert "待查毒" in page
    (found,) = kept(engine)
    path = f"/applications/{draft.id}/files/{found.id}"
    assert site.as_(cast.member).get(path).status == 200  # one's own
    for door in (path, f"/files/{found.id}"):
        held = site.as_(cast.lead).get(door)
        assert held.status == 409
        assert "正在查毒" in held
    assert "待查毒" in site.as_(cast.lead).open("applications.show", id=draft.id)
    clamd.tired = True
    work(engine)
    assert kept(engine)[0].scan == "waiting"
    clamd.tired = False
    work(engine, LATER + timedelta(minutes=1))
    assert kept(engine)[0].scan == "clean"
    assert clamd.seen[-1] == papers.pdf() or len(clamd.seen[-1]) == found.size
    assert site.as_(cast.lead).get(path).status == 200
    assert "待查毒" not in site.as_(cast.lead).open("applications.show", id=draft.id)


def test_what_is_infected_is_quarantined_and_its_sender_told(site, cast, engine, draft, clamd):
    scanner.open_port(f"127.0.0.1:{clamd.server_address[1]}")
    upload(site, cast, draft, papers.pdf() + b"\n%" + VIRUS)
    work(engine)
    (found,) = kept(engine)
    assert found.scan == "infected"
    for who in (cast.member, cast.lead):
        page = site.as_(who).get(f"/applications/{draft.id}/files/{found.id}")
        assert page.status == 409
        assert "发现病毒，已隔离" in page
    inbox = site.as_(cast.member).open("desk.inbox")
    assert "您上传的“证书.pdf”里发现病毒（Eicar-Signature），已隔离" in inbox
    page = site.as_(cast.member).open("applications.section", id=draft.id, key="files")
    assert "发现病毒，已隔离" in page
    assert "缺附件：登记证书" in page  # it does not count as handed in


def test_a_scanner_that_is_no_more_configured_holds_nothing_back(site, cast, engine, draft, clamd):
    scanner.open_port(f"127.0.0.1:{clamd.server_address[1]}")
    upload(site, cast, draft, papers.pdf())
    scanner.open_port("")
    work(engine)
    assert kept(engine)[0].scan == ""


def test_the_scanner_listens_at_a_socket_too(tmp_path):
    with socketserver.UnixStreamServer(str(tmp_path / "clamd.ctl"), Clamd) as server:
        server.seen, server.tired = [], False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        scanner.open_port(str(tmp_path / "clamd.ctl"))
        try:
            assert scanner.scan(b"a" * 200_000) == ""
            assert scanner.scan(b"a" * 70_000 + VIRUS) == "Eicar-Signature"
            assert server.seen[0] == b"a" * 200_000
        finally:
            scanner.open_port("")
            server.shutdown()
    scanner.open_port("127.0.0.1:9")
    try:
        with pytest.raises(scanner.Unreachable):
            scanner.scan(b"a")
    finally:
        scanner.open_port("")
