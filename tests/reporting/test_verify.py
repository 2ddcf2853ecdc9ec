"""核验: the issued file is accepted and told about; every other is not, and what was changed in it is named."""

import io
import json
from types import SimpleNamespace

import pikepdf
import sqlalchemy as sa
from click.testing import CliRunner

from tests.applications import forms
from tests.conftest import START
from tests.reporting.test_pages import issued, work
from webapp import cli
from webapp.core import files, limits
from webapp.core.db import reading, transaction
from webapp.reporting.queries import verification


def forged(content: bytes, old: str, new: str) -> bytes:
    """The same paper with other words in its data."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as file:
        data = file.attachments["report.json"].get_file().read_bytes().decode()
        assert old in data
        spec = pikepdf.AttachedFileSpec(file, data.replace(old, new).encode(), filename="report.json")
        del file.attachments["report.json"]
        file.attachments["report.json"] = spec
        file.save(out)
    return out.getvalue()


def stamped(content: bytes, words: str) -> bytes:
    """The same paper with another digest printed in its metadata."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as file:
        file.docinfo["/Keywords"] = words
        file.save(out)
    return out.getvalue()


def receipt(site, cast, engine):
    """An issued 申报回执: its line in the register, and its file."""
    with transaction(engine) as session:
        key = forms.filled(session, cast, START, forms.call(session, cast, START)).id
    lead = site.as_(cast.lead)
    lead.open("applications.show", id=key).submit("确认提交").submit("编制申报回执")
    work(engine)
    kept = issued(engine)
    return kept, lead.open("reporting.file", id=kept.id).body


def test_only_the_issued_file_is_accepted(site, cast, engine, app, monkeypatch, tmp_path):
    kept, content = receipt(site, cast, engine)
    path = tmp_path / "paper.pdf"
    monkeypatch.setattr(cli, "House", lambda: SimpleNamespace(engine=engine))

    def verified(file: bytes):
        path.write_bytes(file)
        done = CliRunner().invoke(cli.main, ["verify", str(path)])
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done

    told = verified(content)
    assert told.exit_code == 0
    for words in (
        "逐字节相同",
        f"编号：{kept.number}",
        f"题名：{kept.title}",
        "签发时间：",
        "数据截至：",
        kept.data_digest,
        kept.file_digest,
    ):
        assert words in told.output
    other = verified(forged(content, "银龄陪伴", "银龄陪护"))
    assert other.exit_code == 1
    assert "不予认可" in other.output
    assert "银龄陪伴" in other.output
    assert "文件中是" in other.output
    same = verified(content + b"\n")
    assert same.exit_code == 1
    assert "机读数据与签发时相同" in same.output
    assert verified(b"%PDF-1.7 nothing").exit_code == 1
    with reading(engine) as session:
        made_up = stamped(forged(content, json.dumps(kept.number)[1:-1], "B1999-0001"), "sha256:0")
        assert "没有签发过" in verification.of_file(session, made_up).told[0]
        for number in ("\\u0000", "\\ud800", "\\u001b[2J" + "9" * 50):  # what a database, a page or a terminal chokes on
            assert not verification.of_file(session, forged(made_up, "B1999-0001", number)).altered


def test_whoever_has_a_file_hears_whether_it_is_as_issued_and_nothing_that_is_not_in_it(site, cast, engine, app):
    kept, content = receipt(site, cast, engine)

    def brought(file: bytes, name: str = "回执.pdf"):
        return site.as_(None).open("reporting.verify_file").submit("核验", file=(io.BytesIO(file), name))

    before = files_of(engine)
    told = brought(content)
    assert told.status == 200
    assert "与存档一致" in told
    for words in (kept.number, kept.title, "“回执.pdf”是本平台签发的文件", "签发时间", "编制单位"):
        assert words in told
    told = brought(forged(content, "银龄陪伴", "银龄陪护"))
    assert "与存档不一致" in told
    assert "文件中是 银龄陪护，与存档不同" in told
    assert "银龄陪伴" not in told.text.replace(kept.title, ""), "what was issued is told to nobody"
    only_number = stamped(forged(content, "银龄陪伴", "银龄陪护"), "")
    told = brought(only_number)
    assert "与存档不一致" in told
    assert kept.title not in told, "a number can be made up"
    assert "数据摘要对不上" in told
    for file, name in ((b"%PDF-1.7 broken", "坏的.pdf"), (b"PK\x03\x04" * 9, "表.xlsx"), (stamped(only_number, "")[:-900], "半截.pdf")):
        told = brought(file, name)
        assert told.status == 200
        assert "没有查到" in told
    assert "请选择要核验的文件" in site.as_(None).open("reporting.verify_file").submit("核验")
    assert "文件是空的" in brought(b"")
    assert "超过 20 MB" in brought(b"0" * (20 * 2**20 + 1))
    assert files_of(engine) == before, "nothing is kept"


def test_files_are_checked_so_often_from_one_address(site, app, engine):
    with transaction(engine) as session:
        limits.hit_all(session, [("verify:127.0.0.1", 3600)] * 1, at=START)
        session.execute(sa.update(limits.Limit).values(count=60))
    told = site.as_(None).open("reporting.verify_file").submit("核验", file=(io.BytesIO(b"%PDF"), "a.pdf"))
    assert told.status == 422
    assert "次数太多" in told


def files_of(engine) -> tuple[int, int]:
    """How many files are kept, and how many uploads wait."""
    with reading(engine) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(files.Attachment)), len(list(files.stored()))
