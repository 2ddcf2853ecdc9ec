"""A house that holds rows is brought up to date: nothing of them is lost, and what would be left hanging stops it."""

import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from tests.conftest import new_postgres
from webapp import app as house
from webapp.core import migrate
from webapp.core.db import make_engine

BOOK = (
    "INSERT INTO book_accounts (id, kind, fund, year, reason, area_code, balance_fen) VALUES (1, 'source', 'fund:1', 2026, '', '320508', -500)",
    "INSERT INTO book_accounts (id, kind, fund, year, reason, area_code, balance_fen) VALUES (2, 'free', 'fund:1', 2026, '', '320508', 500)",
    "INSERT INTO book_transactions (id, kind, reason, source, day, at, memo, digest)"
    " VALUES (1, 'budget', 'fund:1', 'fund:1/budget', '2026-01-05', '2026-01-05 01:00:00+00:00', '', 'x')",
    "INSERT INTO book_postings (transaction_id, account_id, fen) VALUES (1, 1, -500), (1, 2, 500)",
)
"""A budget as the book held it before 0032, which builds its tables anew."""


def old(address: str) -> sa.Engine:
    """A database at 0031 with a transaction and its two postings."""
    house.unite()
    engine = make_engine(address)
    with engine.begin() as connection:
        command.upgrade(migrate._config(connection), "0031")
        for line in BOOK:
            connection.execute(sa.text(line))
    return engine


def test_tables_that_others_name_are_built_anew_with_their_rows(
    kind_of_database: str, keys: Path, tmp_path: Path, request: pytest.FixtureRequest
):
    if kind_of_database == "sqlite":
        engine = old(f"sqlite:///{tmp_path / 'old.db'}")
    else:
        engine = old(new_postgres(request.getfixturevalue("postgres"), f"t{uuid.uuid4().hex[:12]}"))
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert migrate.is_current(connection)
        held = "SELECT t.fund, t.year, p.fen FROM book_transactions t JOIN book_postings p ON p.transaction_id = t.id ORDER BY p.fen"
        assert connection.execute(sa.text(held)).all() == [("fund:1", 2026, -500), ("fund:1", 2026, 500)]
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM book_transactions"))
    engine.dispose()


def test_rows_that_hang_in_the_air_stop_the_upgrade_and_nothing_is_changed(keys: Path, tmp_path: Path):
    """PostgreSQL never lets go of its keys; SQLite does while tables are built anew."""
    engine = old(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        connection.connection.driver_connection.execute("INSERT INTO book_postings (transaction_id, account_id, fen) VALUES (77, 1, 3)")
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(migrate.DamagedError, match="book_postings"):
        migrate.upgrade(engine)
    with engine.connect() as connection:
        assert not migrate.is_current(connection)
        assert "fund" not in {one["name"] for one in sa.inspect(connection).get_columns("book_transactions")}
    engine.dispose()
