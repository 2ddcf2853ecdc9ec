"""核验: the issued file is accepted and told about; every other is not, and what was changed in it is named."""

import io
import json
import random
from types import SimpleNamespace

import pikepdf
from click.testing import CliRunner

from tests.applications import forms
from tests.conftest import START
from tests.reporting.test_pages import issued, work
from webapp import cli
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


def test_only_the_issued_file_is_accepted(site, cast, engine, app, monkeypatch, tmp_path):
    with transaction(engine) as session:
        key = forms.filled(session, cast, START, forms.call(session, cast, START)).id
    lead = site.as_(cast.lead)
    lead.open("applications.show", id=key).submit("确认提交").submit("编制申报回执")
    work(engine)
    kept = issued(engine)
    content = lead.open("reporting.file", id=kept.id).body
    path, chance = tmp_path / "paper.pdf", random.Random(2)
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
        for _ in range(10):
            at = chance.randrange(len(content))
            changed = content[:at] + bytes([content[at] ^ chance.randrange(1, 256)]) + content[at + 1 :]
            assert not verification.of_file(session, changed).accepted
        made_up = forged(content, json.dumps(kept.number)[1:-1], "B1999-0001")
        with pikepdf.open(io.BytesIO(made_up)) as file:
            file.docinfo["/Keywords"] = "sha256:0"
            out = io.BytesIO()
            file.save(out)
        assert "没有签发过" in verification.of_file(session, out.getvalue()).told[0]
