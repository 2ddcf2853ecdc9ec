"""`sanshe doctor`: green on a sound house; finds a forged entry, a changed file, an altered posting; never a traceback."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from reports.money import Money
from tests import make
from tests.conftest import START
from webapp import cli
from webapp.book import actions as book
from webapp.core import files
from webapp.core.db import transaction
from webapp.core.workflow import take_step


@pytest.fixture
def lived_in(engine, cast, data, database, monkeypatch):
    """A house in which a need was accepted, a file stored, and a budget booked."""
    monkeypatch.setenv("SANSHE_DATA", str(data))
    monkeypatch.setenv("SANSHE_DATABASE", database)
    with transaction(engine) as session:
        need = make.need(session, START, state="collected", decision="self", pace="quick", person=cast.granny)
        take_step(session, need, "accept", by=cast.worker.viewer(session, START), at=START)
        files.attach(session, "voice:1", "photo", files.Checked("灯.txt", b"light", "text/plain"), by=cast.granny.ref, at=START)
        money = make.fund(session, cast)
        by = cast.accountant.viewer(session, START)
        book.budget(session, money.ref, 2026, Money(100_000), area_code="320508", source="test/1", by=by, at=START)
    return engine


def doctor() -> tuple[int, list[str]]:
    answer = CliRunner().invoke(cli.main, ["doctor"])
    assert "Traceback" not in answer.output
    lines = answer.output.splitlines()
    assert all(line.startswith(("通过 ", "不符 ")) for line in lines)
    return answer.exit_code, [line for line in lines if line.startswith("不符 ")]


def test_a_sound_house_passes(lived_in):
    assert doctor() == (0, [])


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("UPDATE journal SET step = 'return' WHERE subject = 'need:1' AND number = 2", "办理记录"),
        ("DELETE FROM journal WHERE subject = 'need:1' AND number = 2", "办理记录"),
        ("UPDATE needs SET state = 'rated' WHERE id = 1", "对象状态"),
        ("UPDATE book_postings SET fen = fen * 2", "账簿"),
        ("UPDATE book_transactions SET memo = 'x'", "账簿"),
        ("UPDATE book_accounts SET balance_fen = balance_fen + 1 WHERE kind = 'available'", "账户余额"),
        ("UPDATE needs SET voices = 7", "原话数"),
    ],
)
def test_damage_from_outside_is_found(lived_in, damage, says):
    with lived_in.begin() as connection:
        assert connection.execute(sa.text(damage)).rowcount > 0
    code, found = doctor()
    assert code == 1
    assert any(says in line for line in found)


def test_a_changed_and_a_missing_file_are_found(lived_in, data):
    stored = next(path for path in (data / "files").rglob("*") if path.is_file())
    stored.write_bytes(b"dark")
    code, found = doctor()
    assert code == 1
    assert any("内容被改动" in line for line in found)
    stored.unlink()
    code, found = doctor()
    assert code == 1
    assert any("不在" in line for line in found)
