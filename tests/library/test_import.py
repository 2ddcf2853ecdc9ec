"""Reading published files into the library: all or nothing, twice is once, every bad row named."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import xlsxwriter
from sqlalchemy.orm import Session

from tests.conftest import START
from webapp.core import journal
from webapp.core.db import reading
from webapp.core.paging import Page
from webapp.core.sheets import SheetError
from webapp.library import actions, queries
from webapp.library.actions import Outcome
from webapp.library.models import CategoryCount, PublishedProgramme, PublishedProject
from webapp.library.rules import PROJECT_COLUMNS

DATA = Path(actions.__file__).parent / "data"
LINE = ("苏州市", "2020", "创投", "银龄陪伴", "晨光社", "为老", "4.5", "口径一", "http://example.org/1")


def text(*lines: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([PROJECT_COLUMNS, *lines])
    return out.getvalue()


def having(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, cell) for name, cell in zip(PROJECT_COLUMNS, LINE, strict=True))


@pytest.fixture
def put(engine: sa.Engine, tmp_path: Path):
    def put(*lines: Sequence[str], partial: bool = False, name: str = "p.csv") -> Outcome:
        path = tmp_path / name
        path.write_text(text(*lines), encoding="utf-8")
        return actions.import_projects(engine, path, at=START, partial=partial)

    return put


def names(engine: sa.Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(sa.select(PublishedProject.project).order_by(PublishedProject.id)))


def test_the_published_files_are_read_whole_and_a_second_time_changes_nothing(engine: sa.Engine) -> None:
    for read, name, model, count in (
        (actions.import_projects, "projects", PublishedProject, 59),
        (actions.import_programmes, "programmes", PublishedProgramme, 58),
        (actions.import_category_counts, "category_counts", CategoryCount, 26),
    ):
        first = read(engine, DATA / f"{name}.csv", at=START)
        assert first.summary == f"读取 {count} 行，新增 {count}，更新 0，跳过 0，错误 0"
        again = read(engine, DATA / f"{name}.csv", at=START + timedelta(days=1))
        assert again.summary == f"读取 {count} 行，新增 0，更新 0，跳过 {count}，错误 0"
        with reading(engine) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(model)) == count
            assert session.scalars(sa.select(model.read_at).distinct()).all() == [START]
    with reading(engine) as session:
        assert [line.data["kind"] for line in journal.lines(session, ["library:1"])] == ["category-counts", "programmes", "projects"]


def test_what_was_printed_is_kept_beside_what_it_means(engine: sa.Engine) -> None:
    actions.import_programmes(engine, DATA / "programmes.csv", at=START)
    with reading(engine) as session:
        one = session.scalars(sa.select(PublishedProgramme).where(PublishedProgramme.edition == "2023 A/B/C/D")).one()
        assert (one.funded_text, one.funded, one.cap_text) == ("22/19/33/17", None, "5/80/40/30")
        other = session.scalars(sa.select(PublishedProgramme).where(PublishedProgramme.year_text == "2018-01报道")).one()
        assert (other.year_from, other.year_to, other.year_inferred) == (2018, 2018, True)


def test_a_changed_row_is_updated_and_its_identity_stays(put, engine: sa.Engine) -> None:
    assert put(LINE).summary == "读取 1 行，新增 1，更新 0，跳过 0，错误 0"
    assert put(having(amount_wan="5-6", note="口径二")).summary == "读取 1 行，新增 0，更新 1，跳过 0，错误 0"
    assert (
        put(having(amount_wan="5-6", note="口径二"), having(organisation="另一社")).summary == "读取 2 行，新增 1，更新 0，跳过 1，错误 0"
    )
    with reading(engine) as session:
        found = queries.projects(session, queries.Wanted(q="口径")).rows
        assert [(one.amount, one.note) for one in found] == [("4.5 万元", "口径一"), ("5–6 万元", "口径二")]


def test_a_row_with_faults_keeps_all_of_the_file_out_and_is_named(put, engine: sa.Engine) -> None:
    outcome = put(LINE, having(project="坏一", year="2027"), having(project="坏二", amount_wan="5-3"), having(project=""))
    assert [str(fault) for fault in outcome.faults] == [
        "第 3 行“year”列：2027 年还没有开始(现在是 2026 年)",
        "第 4 行“amount_wan”列：“5-3”不是从小到大的区间",
        "第 5 行“project”列：缺少项目名称",
    ]
    assert outcome.summary == "读取 4 行，新增 0，更新 0，跳过 1，错误 3"
    assert not outcome.done
    assert names(engine) == []


def test_partial_keeps_the_good_rows(put, engine: sa.Engine) -> None:
    outcome = put(LINE, having(project="坏", amount_wan="-1"), partial=True)
    assert (outcome.summary, outcome.done) == ("读取 2 行，新增 1，更新 0，跳过 0，错误 1", True)
    assert names(engine) == ["银龄陪伴"]
    assert not put(having(project="坏", amount_wan="-1"), partial=True).done, "nothing to keep is no success"


def test_a_row_twice_in_a_file_is_once_unless_it_says_two_things(put, engine: sa.Engine) -> None:
    assert put(LINE, LINE).summary == "读取 2 行，新增 1，更新 0，跳过 1，错误 0"
    assert [str(fault) for fault in put(LINE, having(amount_wan="9")).faults] == ["第 3 行：与第 2 行是同一条，内容却不同"]
    assert names(engine) == ["银龄陪伴"]


def test_text_that_looks_like_a_formula_is_text(put, engine: sa.Engine) -> None:
    put(having(project="=HYPERLINK(1)"))
    assert names(engine) == ["=HYPERLINK(1)"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_each_encoding_gives_the_same_rows(engine: sa.Engine, tmp_path: Path, encoding: str) -> None:
    same = (DATA / "projects.csv").read_text("utf-8-sig")
    path = tmp_path / "p.csv"
    path.write_bytes(same.encode(encoding))
    assert actions.import_projects(engine, DATA / "projects.csv", at=START).added == 59
    assert actions.import_projects(engine, path, at=START).skipped == 59


def test_an_xlsx_gives_the_same_rows_and_names_its_cells(engine: sa.Engine, tmp_path: Path) -> None:
    with (DATA / "projects.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    path = tmp_path / "p.xlsx"
    _workbook(path, lines)
    assert actions.import_projects(engine, DATA / "projects.csv", at=START).added == 59
    assert actions.import_projects(engine, path, at=START).skipped == 59
    lines[3][6] = "很多"
    _workbook(path, lines, formula="G2")
    found = actions.import_projects(engine, path, at=START)
    assert [fault.place for fault in found.faults] == ["Sheet 项目 G2", "Sheet 项目 G4"]
    assert found.faults[0].reason == "是公式，请改成数值"


def _workbook(path: Path, lines: list[list[str]], formula: str = "") -> None:
    """As a person makes one: numbers are numbers."""
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("项目")
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            if number and place in (1, 6) and cell.replace(".", "").isdigit():
                page.write_number(number, place, float(cell))
            else:
                page.write_string(number, place, cell)
    if formula:
        page.write_formula(formula, "=40+5", value=45)
    book.close()


def test_a_file_without_its_columns_is_refused(engine: sa.Engine, tmp_path: Path) -> None:
    with pytest.raises(SheetError, match="缺少列：city"):
        actions.import_projects(engine, DATA / "programmes.csv", at=START)
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    with pytest.raises(SheetError, match="是空的"):
        actions.import_projects(engine, empty, at=START)


def test_search_by_two_characters_and_filters(engine: sa.Engine) -> None:
    actions.import_projects(engine, DATA / "projects.csv", at=START)
    with reading(engine) as session:

        def found(**wanted: object) -> Page[queries.Project]:
            return queries.projects(session, queries.Wanted(**wanted))  # type: ignore[arg-type]

        assert "失独家庭养老服务示范项目" in {one.project for one in found(q="养老").rows}
        assert all("养老" in one.project + one.organisation + one.programme + one.note for one in found(q="养老").rows)
        assert [one.year_text for one in found(year=2012, city="南京市玄武区").rows] == ["2011-2012"]
        assert {one.category for one in found(category="未公布").rows} == {""}
        assert len(found(year=2018).rows) == 19


def test_pages_of_a_list_go_on_where_the_last_ended(engine: sa.Engine, session: Session) -> None:
    actions.import_projects(engine, DATA / "projects.csv", at=START)
    first = queries.projects(session, queries.Wanted())
    second = queries.projects(session, queries.Wanted(), first.next)
    assert (len(first.rows), len(second.rows), second.next) == (50, 9, None)
    assert len({one.id for one in [*first.rows, *second.rows]}) == 59


def test_what_an_import_cut_short_left_out_of_the_search_the_next_one_enters(
    put, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_make_findable", lambda *_: None)
    put(LINE)
    monkeypatch.undo()
    put(LINE)
    with reading(engine) as session:
        assert len(queries.projects(session, queries.Wanted(q="银龄")).rows) == 1
