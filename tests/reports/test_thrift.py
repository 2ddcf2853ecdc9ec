"""What is done instead of WeasyPrint's own way is printed as WeasyPrint prints it, and weighs less."""

import io
import subprocess

import pikepdf
import pytest

from reports import pdf, press, thrift
from reports.chart import Chart, Series
from reports.report import Facts, Figure, Report, Section
from tests.reports import papers

RARE = "䶮㑇镕祎"


def paper() -> Report:
    chart = Chart(
        "line", tuple(f"{n}月" for n in range(1, 7)), (Series("桂花", (1, 5, 2, 0, 4, 3)), Series("明月", (2, 3, 3, 1, 6, 2))), "人次"
    )
    blocks = (Facts((("负责人", f"陈{RARE}"), ("网址", "https://example.org/" + "a1" * 60))), Figure("各月服务人次", chart))
    return Report(title="一页", as_of=papers.AS_OF, sections=(Section("", blocks),), verify_url="https://example.org/verify/1")


def seen(content: bytes) -> bytes:
    return subprocess.run(["pdftoppm", "-r", "80", "-gray", "-"], input=content, capture_output=True, check=True).stdout


def test_paper_looks_as_weasyprint_would_print_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = pdf.write(paper())
    press.engine()
    monkeypatch.setattr(thrift, "_plain", lambda node: False)
    monkeypatch.setattr(thrift, "_numbers", lambda bare: [])
    monkeypatch.setattr(thrift, "once", lambda file: None)
    theirs = pdf.write(paper())
    assert seen(ours) == seen(theirs)
    assert len(ours) < 0.7 * len(theirs)


def test_a_name_in_a_full_font_costs_its_letters_alone() -> None:
    with pikepdf.open(io.BytesIO(pdf.write(paper()))) as file:
        fonts = [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and "/FontFile3" in one]
        assert {str(one.FontFile3.Subtype) for one in fonts} == {"/CIDFontType0C"}
        (rare,) = (len(one.FontFile3.read_bytes()) for one in fonts if str(one.FontName).endswith("Noto-Serif-CJK-SC"))
    assert rare < 5_000
