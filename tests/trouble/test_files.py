"""Files that are not what they say; each is refused at its box by name, and the rest of the form is kept."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import openpyxl
import pytest

from tests.projects.stage import picture
from tests.trouble.conftest import Fort
from webapp.core import files
from webapp.core.workflow import Refused

EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00" * 200 + b"PE\x00\x00"
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
JPEG = picture().content


def png_of(width: int, height: int) -> bytes:
    """The head of a picture that says it is so large, and holds nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00" * 100)) + chunk(b"IEND", b"")


def zipped(*names: str, size: int = 10) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"\x00" * size)
    return out.getvalue()


LIES: dict[str, tuple[str, bytes, str]] = {
    "a program named pdf": ("发票.pdf", EXE, "内容不是 PDF"),
    "a page named jpg": ("照片.jpg", HTML, "内容不是 JPG"),
    "a program": ("setup.exe", EXE, "类型不能上传"),
    "a page": ("a.html", HTML, "类型不能上传"),
    "a drawing with a script": ("a.svg", b"<svg onload='alert(1)'/>", "类型不能上传"),
    "two endings": ("a.pdf.exe", EXE, "类型不能上传"),
    "a turned name": ("票\u202efdp.exe", EXE, "类型不能上传"),
    "no ending": ("README", b"hello", "类型不能上传"),
    "an archive named xlsx": ("表.xlsx", zipped("a.txt"), "内容不是 XLSX"),
    "an empty file": ("空.pdf", b"", "是空的"),
    "21 MB": ("大.pdf", b"%PDF-1.4\n" + b"0" * (21 * 1024 * 1024), "超过 20 MB"),
    "half a picture": ("半.jpg", JPEG[:100], "不是能打开的图片"),
    "a picture of a billion points": ("巨.png", png_of(60_000, 60_000), "不是能打开的图片"),
    "a picture just too large": ("大.png", png_of(9_000, 9_000), "不是能打开的图片"),
    "a broken picture": ("坏.png", png_of(40, 40)[:45] + b"\xff" * 40, "不是能打开的图片"),
}


@pytest.mark.parametrize(("name", "content", "sentence"), LIES.values(), ids=LIES)
def test_what_lies_is_refused_by_name(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as told:
        files.check(name, content)
    assert sentence in told.value.refusals[0].sentence
    assert "\u202e" not in told.value.refusals[0].sentence


def test_names_are_made_fit_and_keep_their_ending() -> None:
    assert files.check("C:\\用户\\镕祎𠮷.jpg", JPEG).name == "镕祎𠮷.jpg"
    assert files.check("../../etc/照片.jpg", JPEG).name == "照片.jpg"
    assert files.check("甲\x00\r\n乙.jpg", JPEG).name == "甲乙.jpg"
    long = files.check("长" * 300 + ".jpg", JPEG).name
    assert len(long) == 120
    assert long.endswith(".jpg")


@pytest.mark.parametrize("lie", ["a program named pdf", "a page named jpg", "an empty file", "21 MB", "a turned name", "a broken picture"])
def test_the_form_says_so_and_keeps_the_rest(fort: Fort, lie: str) -> None:
    name, content, sentence = LIES[lie]
    browser, path = fort.as_("granny"), fort.url("needs.new")
    answer = browser.send(
        path, [("csrf_token", browser.token()), ("words", "楼道灯坏了"), ("place", "北门"), ("photos", (io.BytesIO(content), name))]
    )
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in body
    assert "楼道灯坏了" in body
    assert "北门" in body


def test_a_file_of_no_name_is_no_file(fort: Fort) -> None:
    browser, path = fort.as_("granny"), fort.url("needs.new")
    answer = browser.send(
        path, [("csrf_token", browser.token()), ("words", "楼道灯坏了"), ("category", "other"), ("photos", (io.BytesIO(b"x"), ""))]
    )
    assert answer.status_code == 302


def test_more_than_all_is_refused_whole(fort: Fort) -> None:
    """Beyond the size of a whole request nothing is read; the page still says what to do."""
    browser, path = fort.as_("granny"), fort.url("needs.new")
    size = {"CONTENT_LENGTH": str(70 * 1024 * 1024)}
    answer = browser.client.post(
        path, input_stream=io.BytesIO(b"x"), content_type="multipart/form-data; boundary=x", environ_overrides=size
    )
    assert answer.status_code == 413
    assert "20 MB" in answer.get_data(as_text=True)


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEAD = ("编号", "结果", "银行流水号", "日期")
ANSWERS: dict[str, tuple[str, bytes, str]] = {
    "a formula": ("回单.xlsx", workbook(HEAD, ("=A1", "成功", "YH1", "2026-03-02")), "公式"),
    "UTF-16": ("回单.csv", "编号,结果,银行流水号,日期\nG,成功,1,2026-03-02\n".encode("utf-16"), "UTF-8"),
    "no rows": ("回单.csv", "编号,结果,银行流水号,日期\n".encode(), "没有数据行"),
    "a column short": ("回单.csv", "编号,结果,日期\nG,成功,2026-03-02\n".encode(), "缺少列"),
    "a foreign payment": ("回单.csv", "编号,结果,银行流水号,日期\nG2099-9999,成功,YH1,2026-03-02\n".encode("gb18030"), "G2099-9999"),
    "a bomb": ("回单.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", size=30_000_000), "回单.xlsx"),
}


@pytest.mark.parametrize(("name", "content", "sentence"), ANSWERS.values(), ids=ANSWERS)
def test_a_bank_answer_that_cannot_be_taken(fort: Fort, name: str, content: bytes, sentence: str) -> None:
    browser = fort.as_("accountant")
    path = fort.url("funding.batch_answer", id=fort.world.ids["batch"]["own"])
    answer = browser.send(path, [("csrf_token", browser.token()), ("answer", (io.BytesIO(content), name))])
    assert answer.status_code in {409, 422}
    assert sentence in answer.get_data(as_text=True)
