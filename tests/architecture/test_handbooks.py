"""The handbooks: every picture they show is there, and each task of those who apply, judge and run a call has its picture."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")


@pytest.mark.parametrize("book", sorted((DOCS / "handbook").glob("*.md")), ids=lambda one: one.stem)
def test_every_picture_is_there_and_has_a_caption(book: Path):
    shown = PICTURE.findall(book.read_text(encoding="utf-8"))
    assert [where for _, where in shown if not (book.parent / where).is_file()] == []
    assert [where for caption, where in shown if not caption] == []


@pytest.mark.parametrize("name", ["社会组织", "评委", "民政局", "资金与绩效", "报告"])
def test_each_task_has_its_picture(name: str):
    tasks = (DOCS / "handbook" / f"{name}.md").read_text(encoding="utf-8").split("\n## ")[1:]
    assert [task.partition("\n")[0] for task in tasks if not PICTURE.search(task)] == []
