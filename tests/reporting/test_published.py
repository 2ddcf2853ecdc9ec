"""Done-when 3: the published file read by the command, the report in four formats, the same figures in each of them,
equal to the file's own sums worked out here with nothing but csv and Fraction."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).parents[2]
FILE = ROOT / "webapp" / "library" / "data" / "projects.csv"
AS_OF = "2026-11-22T10:05:00+08:00"


SERVER = """
import json, sys
from click.testing import CliRunner
from webapp.cli import main
for line in sys.stdin:
    done = CliRunner().invoke(main, json.loads(line))
    broken = done.exception is not None and not isinstance(done.exception, SystemExit)
    print(json.dumps([done.exit_code, done.output, repr(done.exception) if broken else ""]), flush=True)
"""


class Shell:
    """`sanshe` over a data folder of its own, in one process that takes command after command."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.env = {**os.environ, "SANSHE_DATA": str(data), "SANSHE_DATABASE": ""}
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER], cwd=ROOT, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, *words: str, code: int = 0) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        exit_code, output, broken = json.loads(self.process.stdout.readline())
        assert (exit_code, broken) == (code, ""), output
        found: str = output
        return found

    def report(self, name: str, *more: str, kind: str = "funding") -> bytes:
        out = self.data.parent / name
        self("report", kind, "--as-of", AS_OF, *more, "--out", str(out))
        return out.read_bytes()

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


@dataclass
class Sums:
    """The file's own sums, in fen."""

    count: int = 0
    known: int = 0
    banded: int = 0
    unknown: int = 0
    sum_fen: Fraction = Fraction(0)
    low_fen: Fraction = Fraction(0)
    high_fen: Fraction = Fraction(0)

    def add(self, text: str) -> None:
        self.count += 1
        ends = [Fraction(end) * 1_000_000 for end in text.split("-")] if text else []
        self.known += len(ends) == 1
        self.banded += len(ends) == 2
        self.unknown += not ends
        self.sum_fen += ends[0] if len(ends) == 1 else 0
        self.low_fen += min(ends, default=Fraction(0))
        self.high_fen += max(ends, default=Fraction(0))

    @property
    def whole(self) -> dict[str, int]:
        return {name: int(value) for name, value in vars(self).items()}


@pytest.fixture(scope="module")
def expected() -> dict[tuple[str, str], Sums]:
    """Sums by (grouping, key); ("", "") is all of it."""
    found: dict[tuple[str, str], Sums] = {}
    with FILE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            for by in ("", "year", "city", "category", "programme"):
                found.setdefault((by, (row[by] or "未公布") if by else ""), Sums()).add(row["amount_wan"])
    return found


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    made = Shell(tmp_path_factory.mktemp("published") / "data")
    assert "读取 59 行，新增 59，更新 0，跳过 0，错误 0" in made("import", "projects", str(FILE))
    yield made
    made.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Shell]:
    """A data folder that is not there yet."""
    made = Shell(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture(scope="module")
def pdf(shell: Shell) -> bytes:
    return shell.report("f.pdf")


def yuan(fen: Fraction | int) -> str:
    return f"{int(fen) // 100:,}.{int(fen) % 100:02}"


def test_json_has_the_sums_of_the_file(shell: Shell, expected: dict[tuple[str, str], Sums]) -> None:
    found = json.loads(shell.report("f.json"))
    assert set(found) >= {"as_of", "sources", "published", "platform"}
    assert found["as_of"] == AS_OF
    assert found["published"]["total"] == expected["", ""].whole
    groups = {(one.pop("by"), one.pop("key")): one for one in found["published"]["groups"]}
    assert groups == {key: sums.whole for key, sums in expected.items() if key[0]}
    with FILE.open(encoding="utf-8-sig", newline="") as file:
        assert found["sources"] == [*sorted({row["source"] for row in csv.DictReader(file)}), "本平台账簿"]


def test_nothing_of_the_two_parts_is_added_together(shell: Shell) -> None:
    found = json.loads(shell.report("f.json"))
    assert set(found["platform"]["total"].values()) == {0}
    assert json.loads(shell.report("p.json", "--source", "published"))["platform"] is None
    assert json.loads(shell.report("b.json", "--source", "platform"))["published"] is None


def test_xlsx_has_the_same_figures(shell: Shell, expected: dict[tuple[str, str], Sums]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(shell.report("f.xlsx")))
    assert book["公开资料 总计"]["B2"].value == 59
    for sheet, by in (
        ("公开资料 总计", ""),
        ("公开资料 按年份", "year"),
        ("公开资料 按地区", "city"),
        ("公开资料 按类别", "category"),
        ("公开资料 按项目计划", "programme"),
    ):
        lines = list(book[sheet].iter_rows(min_row=2, values_only=True))
        rows = {line[0]: line[1:] for line in lines}
        if by:
            total = rows.pop("合计")
            assert total == figures(expected["", ""])
            assert rows == {key: figures(sums) for (group, key), sums in expected.items() if group == by}
        else:
            assert rows == {"公开资料": figures(expected["", ""])}
    assert book["公开资料 明细"].max_row == 60


def figures(sums: Sums) -> tuple[int | float | None, ...]:
    """As a table shows them: a sum over projects of which no amount is known is empty, for unknown is not nought."""
    told = sums.known or sums.banded
    return (
        sums.count, sums.known, sums.banded, sums.unknown, float(sums.sum_fen / 100) if sums.known else None,
        float(sums.low_fen / 100) if told else None, float(sums.high_fen / 100) if told else None,
    )  # fmt: skip


def test_csv_has_the_same_figures(shell: Shell, expected: dict[tuple[str, str], Sums]) -> None:
    lines = list(csv.reader(io.StringIO(shell.report("f.csv").decode("utf-8-sig"))))
    start = lines.index(["公开资料 总计"])
    total = expected["", ""]
    amounts = [f"{int(fen) // 100}.{int(fen) % 100:02}" for fen in (total.sum_fen, total.low_fen, total.high_fen)]
    assert lines[start + 2] == ["公开资料", "59", str(total.known), str(total.banded), str(total.unknown), *amounts]


def test_pdf_has_the_same_figures_in_text_that_can_be_selected(pdf: bytes, expected: dict[tuple[str, str], Sums]) -> None:
    pages = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode().split("\f")[:-1]
    text = "\n".join(pages)
    total = expected["", ""]
    line = re.search(r"^公开资料 +59 .*$", text, re.MULTILINE)
    assert line is not None
    counts = [str(n) for n in (total.count, total.known, total.banded, total.unknown)]
    assert line[0].split()[1:] == [*counts, yuan(total.sum_fen), yuan(total.low_fen), yuan(total.high_fen)]
    for (by, key), sums in expected.items():
        if by == "city" and sums.known:
            assert re.search(rf"{key} .*{re.escape(yuan(sums.sum_fen))}", text), key
    assert "失独家庭养老服务示范项目" in text
    assert "3–5 万元" in text


def test_pdf_is_fit_to_be_kept(pdf: bytes) -> None:
    fonts = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True).stdout.decode().splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts), "every font is embedded"
    pages = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode().split("\f")[:-1]
    assert all(re.search(rf"— ?{number} ?—", page) for number, page in enumerate(pages, 1)), "every page has its number"
    details = [page for page in pages if "万元" in page and re.search(r"承办单位", page)]
    assert len(details) > 1, "the head of a long table stands on each of its pages"
    assert "数据截至 2026年11月22日 10:05" in pages[0]
    assert re.search(r"数据来源：.*公开资料（历年项目库）17 处", "".join(pages[-1].split("\n")))


def test_the_same_data_and_moment_give_the_same_bytes_in_another_process_too(shell: Shell, pdf: bytes) -> None:
    out = shell.data.parent / "again.pdf"
    words = [sys.executable, "-m", "webapp.cli", "report", "funding", "--as-of", AS_OF, "--out", str(out)]
    done = subprocess.run(words, cwd=ROOT, env=shell.env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert out.read_bytes() == pdf
    for suffix in ("xlsx", "csv", "json"):
        assert shell.report(f"one.{suffix}") == shell.report(f"two.{suffix}")


def test_a_report_can_be_narrowed(shell: Shell) -> None:
    def total(*more: str) -> dict[str, int]:
        found: dict[str, int] = json.loads(shell.report("n.json", "--source", "published", *more))["published"]["total"]
        return found

    assert total("--year", "2011") == {
        "count": 1,
        "known": 0,
        "banded": 1,
        "unknown": 0,
        "sum_fen": 0,
        "low_fen": 3_000_000,
        "high_fen": 5_000_000,
    }
    assert total("--programme", "锦江讲坛")["sum_fen"] == 7_200_000
    assert total("--project", "G2026-0001")["count"] == 0
    assert total("--area", "99")["count"] == 0


def test_a_report_over_nothing_is_a_report_of_noughts(fresh: Shell) -> None:
    for kind in ("funding", "progress", "performance"):
        assert fresh.report("n.pdf", kind=kind).startswith(b"%PDF")
    assert (fresh.data / "sanshe.db").exists()
    found = json.loads(fresh.report("n.json"))
    assert set(found["published"]["total"].values()) == {0}
    assert set(found["platform"]["total"].values()) == {0}


def test_what_goes_wrong_is_said_in_chinese_and_changes_nothing(fresh: Shell, tmp_path: Path) -> None:
    text = FILE.read_text("utf-8-sig")
    bad = tmp_path / "bad.csv"
    bad.write_text(text.replace(",45,", ",四十五,", 1).replace("\n安徽省,2013(按“连续第二年”推算)", "\n安徽省,2099", 1), encoding="utf-8")
    said = fresh("import", "projects", str(bad), code=1)
    assert "第 2 行“year”列：2099 年还没有开始" in said
    assert "第 2 行“amount_wan”列：" in said
    assert "读取 59 行，新增 0，更新 0，跳过 58，错误 1" in said
    assert json.loads(fresh.report("n.json"))["published"]["total"]["count"] == 0
    assert "读取 59 行，新增 58，更新 0，跳过 0，错误 1" in fresh("import", "projects", str(bad), "--partial")
    assert "没有这个文件" in fresh("import", "projects", str(tmp_path / "none.csv"), code=1)
    assert "后缀请用" in fresh("report", "funding", "--out", str(tmp_path / "x.doc"), code=1)
    assert "看不懂时间" in fresh("report", "funding", "--as-of", "昨天", "--out", str(tmp_path / "x.pdf"), code=1)
    assert "只用于资金使用情况报告" in fresh("report", "progress", "--source", "published", "--out", str(tmp_path / "x.pdf"), code=1)
    assert not (tmp_path / "x.pdf").exists()


def test_web_processes_load_neither_pandas_nor_weasyprint(tmp_path: Path) -> None:
    code = "import sys; from webapp.cli import make_site; make_site(); print([m for m in ('pandas', 'weasyprint', 'numpy') if m in sys.modules])"
    env = {**os.environ, "SANSHE_DATA": str(tmp_path / "data"), "SANSHE_DATABASE": ""}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("[]"), done.stdout + done.stderr
