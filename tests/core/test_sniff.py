"""What is inside a file: passwords are named as such, macros and traps refused, pictures and papers cleaned."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image

from tests import papers
from webapp.core import files
from webapp.core.workflow import Refused

PASSWORD = "有密码，请去掉密码后重传"
REFUSED = {
    "a paper with a password": ("章程.pdf", papers.pdf("secret"), PASSWORD),
    "a text with a password": ("计划.docx", papers.compound("EncryptedPackage"), PASSWORD),
    "a workbook with a password": ("预算.xlsx", papers.compound("EncryptedPackage"), PASSWORD),
    "an old text with a password": ("计划.doc", papers.compound("EncryptedPackage"), PASSWORD),
    "an archive with a password": ("材料.zip", papers.zipped({"a.txt": b"x"}, locked=True), "有密码，请解开、去掉密码后逐个上传"),
    "a workbook of locked parts": ("计划.docx", papers.docx(locked=True), PASSWORD),
    "an archive": ("材料.zip", papers.zipped({"a.txt": b"x"}), "是压缩包，请解开后逐个上传"),
    "an old text": ("计划.doc", papers.compound("WordDocument"), "另存为 DOCX"),
    "an old workbook named new": ("预算.xlsx", papers.compound("Workbook"), "另存为 XLSX"),
    "macros": ("计划.docx", papers.docx(more={"word/vbaProject.bin": b"x"}), "里有宏"),
    "macros of a workbook": ("预算.xlsx", papers.xlsx({"xl/macrosheets/sheet1.xml": b"x"}), "里有宏"),
    "macros by their ending": ("预算.xlsm", papers.xlsx(), "里有宏"),
    "macros by type": (
        "计划.docx",
        papers.zipped({"[Content_Types].xml": b"x.macroEnabled.main+xml", "word/document.xml": b"<w/>"}),
        "里有宏",
    ),
    "a trap": ("计划.docx", papers.docx(more={"word/media/a.bin": b"\0" * (301 * 1024 * 1024)}), "大得不合常理"),
    "a trap that lies": ("计划.docx", papers.docx(more={"word/a.bin": b"\0" * 5_000_000}, said=100), "已损坏"),
    "many parts": ("计划.docx", papers.docx(more={f"word/{n}": b"" for n in range(5_100)}), "文件太多"),
    "half a workbook": ("预算.xlsx", papers.xlsx()[:-60], "不是 XLSX"),
}


@pytest.mark.parametrize(("name", "content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_taken_is_said_with_what_to_do(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as told:
        files.check(name, content)
    assert sentence in told.value.refusals[0].sentence
    assert f"“{name}”" in told.value.refusals[0].sentence


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", papers.docx()),
        ("a.xlsx", papers.xlsx()),
        ("a.pdf", papers.pdf()),
        ("a.pdf", papers.pdf(owner="x")),
        ("a.pdf", papers.pdf(begins=True)),
    ],
)
def test_honest_files_are_kept_as_they_are(name: str, content: bytes) -> None:
    kept = files.check(name, content)
    assert (kept.name, kept.content) == (name, content)


def test_a_paper_that_runs_something_no_longer_does() -> None:
    kept = files.check("a.pdf", papers.pdf(runs=True)).content
    with pikepdf.open(io.BytesIO(kept)) as paper:
        assert "/OpenAction" not in paper.Root
        assert "/JavaScript" not in paper.Root.Names
        assert len(paper.pages) == 1
    assert b"app.alert" not in kept


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP")])
def test_of_a_picture_only_its_points_are_kept(name: str, kind: str) -> None:
    sent = papers.photo(kind)
    assert papers.PLACE in sent
    kept = files.check(name, sent).content
    found = Image.open(io.BytesIO(kept))
    assert (found.format, found.size, dict(found.getexif())) == (kind, (60, 40), {})
    assert papers.PLACE not in kept
    assert b"Telephone" not in kept


def test_a_picture_lying_on_its_side_is_stood_up_before_that_is_forgotten() -> None:
    kept = files.check("a.jpg", papers.photo(turned=True)).content
    assert Image.open(io.BytesIO(kept)).size == (40, 60)


@pytest.mark.parametrize(("sent", "kept"), [("a<b>:c?.pdf", "a_b__c_.pdf"), (" . 章程.pdf", "章程.pdf"), ("/x/..\\y|z.pdf", "y_z.pdf")])
def test_names_are_ones_that_every_machine_can_keep(sent: str, kept: str) -> None:
    assert files.check(sent, papers.pdf()).name == kept
