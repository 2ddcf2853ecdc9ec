"""Documents beside what else could print them: WeasyPrint as it comes, and a warm Chromium. Processor time of one document.

`python -m benchmarks.documents ENGINE PAPER TIMES` prints in one process, for the papers and engines named below, and says
what each document took: its own process and all it started. WeasyPrint as it comes reads the same page and style sheet, knows
the machine's own fonts, and writes the same variant of PDF, with the same tags and attachments. `python -m benchmarks.documents` alone
measures all of them in turns.
"""

from __future__ import annotations

import io
import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import psutil

from benchmarks.serving import high_water
from reports import pdf, press, rows
from reports.report import Facts, Report, Section, Signatures, Text
from tests.reports import papers

ENGINES = ("ours", "default", "chromium")
GROWN = (201, 20_000)
"""Rows; from the first on, the second engine sets a table."""


def form() -> Report:
    """An application form: cover, forms, seven texts, budget, goals, signatures; about seven pages."""
    told = (
        "本项目面向社区中放学后无人照看的儿童和独居老人，由专职社工带领志愿者每周开展服务，并通过居民议事会听取意见，每季度调整一次安排。"
    )
    names = ("项目背景", "需求分析", "服务对象", "服务内容", "实施计划", "风险预案", "可持续性")
    texts = tuple(Section(name, (Text((told * 4, told * 3)),)) for name in names)
    asked = tuple((f"填报事项{n}", "晨光社会工作服务中心") for n in range(1, 13))
    return Report(
        title="公益创投项目申报书",
        number="2026-0001",
        issuer="晨光社会工作服务中心",
        as_of=papers.AS_OF,
        cover=Facts(asked[:4]),
        sections=(
            Section("基本情况", (Facts(asked),)),
            *texts,
            Section("预算与目标", (papers.BUDGET, papers.GOALS)),
            Section("承诺", (Signatures(("申报单位", "负责人", "社区")),)),
        ),
    )


PAPERS: dict[str, Callable[[], Report]] = {
    "performance": papers.performance,
    "form": form,
    **{f"fund_{count}": lambda count=count: papers.fund(count) for count in (*GROWN, 200, 1000, 5000)},
}


def page_of(report: Report) -> str:
    """The whole paper as a page, its long tables too."""
    rows.MANY = sys.maxsize
    return pdf.xhtml(report)


def printer(engine: str) -> tuple[Callable[[Report], bytes], Callable[[], float]]:
    """How an engine prints, and the processor time it has used."""
    if engine == "ours":
        return pdf.write, _own
    look = press.css("gb.css")
    if engine == "default":
        import weasyprint  # noqa: PLC0415 -- before our fonts are configured: these are the machine's

        def plain(report: Report) -> bytes:
            options = {
                "pdf_variant": "pdf/a-3b",
                "pdf_tags": not any(len(table.rows) * len(table.columns) > 2000 for table in report.tables),
                "attachments": [
                    weasyprint.Attachment(file_obj=io.BytesIO(one[1]), name=one[0], relationship=one[3]) for one in pdf.embedded(report)
                ],
            }
            printed: bytes = weasyprint.HTML(string=page_of(report)).write_pdf(stylesheets=[weasyprint.CSS(string=look)], **options)
            return printed

        return plain, _own
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    browser = sync_playwright().start().chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    page = browser.new_page()

    def chromium(report: Report) -> bytes:
        page.set_content(page_of(report).replace("</head>", f"<style>{look}</style></head>"))
        printed: bytes = page.pdf(prefer_css_page_size=True, print_background=True)
        return printed

    return chromium, _family


def _own() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _family() -> float:
    return _own() + sum(sum(one.cpu_times()[:2]) for one in psutil.Process().children(recursive=True))


def _print(engine: str, name: str, times: int) -> dict[str, float]:
    report = PAPERS[name]()
    write, used = printer(engine)
    write(papers.performance())  # warms up
    before = used()
    for _ in range(times):
        content = write(report)
    took = used() - before
    # not ru_maxrss for its own: that also tells what the process that started this one held
    own, child = high_water(os.getpid()), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"cpu_s": round(took / times, 3), "bytes": len(content), "mb": round(own), "child_mb": round(child)}


def _run(engine: str, name: str, times: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.documents", engine, name, str(times)]
    told: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return told


TURNS: dict[str, tuple[int, int]] = {"performance": (4, 6), "form": (3, 4), "fund_1000": (3, 1), "fund_5000": (1, 1)}
QUICK: dict[str, tuple[int, int]] = {"performance": (2, 4), "form": (1, 2), "fund_200": (1, 1)}
"""How many turns all engines take with a paper, and how often each prints it in a turn."""


def measure(*, quick: bool = False) -> dict[str, Any]:
    """All papers by all engines, in turns, so that whatever else the machine does falls on all; a quick one leaves out what takes minutes."""
    found: dict[str, Any] = {}
    for name, (turns, times) in (QUICK if quick else TURNS).items():
        runs: dict[str, list[dict[str, float]]] = {engine: [] for engine in ENGINES}
        for turn in range(turns):
            for engine in ENGINES if turn % 2 == 0 else reversed(ENGINES):
                runs[engine].append(_run(engine, name, times))
        found[name] = {
            engine: {"cpu_s": [one["cpu_s"] for one in all_], **{k: max(one[k] for one in all_) for k in ("bytes", "mb", "child_mb")}}
            for engine, all_ in runs.items()
        }
    few, many = GROWN if not quick else (GROWN[0], 1000)
    found["grown"] = {"rows": [few, many], "few": _run("ours", f"fund_{few}", 3), "many": _run("ours", f"fund_{many}", 1)}
    return found


AIMS: dict[str, tuple[str, float]] = {
    "doc_performance_default": ("most", 0.55),
    "doc_performance_chromium": ("most", 0.8),
    "doc_form_default": ("most", 0.85),
    "doc_fund_1000_default": ("most", 0.25),
    "doc_fund_1000_chromium": ("most", 1.6),
    "doc_fund_5000_default": ("most", 0.25),
    "doc_fund_5000_chromium": ("most", 1.6),
    "doc_grown": ("most", 1.0),
    "doc_mb": ("most", 250),
    "doc_child_mb": ("most", 500),
}


def ratios(found: dict[str, Any]) -> dict[str, float]:
    """What one document takes beside the others, turn by turn, the middle of the turns; how a row's share grows; the most memory."""
    told = {
        f"doc_{name}_{other}": round(statistics.median(a / b for a, b in zip(one["ours"]["cpu_s"], one[other]["cpu_s"], strict=True)), 2)
        for name, one in found.items()
        if name in PAPERS
        for other in ENGINES[1:]
    }
    grown = found["grown"]
    each = [grown[part]["cpu_s"] / count for part, count in zip(("few", "many"), grown["rows"], strict=True)]
    ours = [*(found[name]["ours"] for name in found if name in PAPERS), grown["many"]]
    return told | {
        "doc_grown": round(each[1] / each[0], 2),
        "doc_mb": max(one["mb"] for one in ours),
        "doc_child_mb": max(one["child_mb"] for one in ours),
    }


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(_print(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
    else:
        told = measure(quick="--quick" in sys.argv)
        print(json.dumps(told | ratios(told), indent=1))
