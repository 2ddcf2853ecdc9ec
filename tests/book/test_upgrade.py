"""A house whose book was filled before its tables changed: brought up to date, every posting still stands on its transaction."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from tests.conftest import new_postgres
from webapp import app as house
from webapp.core import migrate
from webapp.core.db import make_engine

FILLED = (
    "INSERT INTO book_accounts (id, kind, fund, year, reason, area_code, balance_fen) VALUES (1, 'source', 'fund:1', 2025, 'fund:1', '32', -500)",
    "INSERT INTO book_accounts (id, kind, fund, year, reason, area_code, balance_fen) VALUES (2, 'budget', 'fund:1', 2025, 'fund:1', '32', 500)",
    "INSERT INTO book_transactions (id, kind, reason, source, day, at, memo, digest)"
    " VALUES (1, 'budget', 'fund:1', 'x', '2025-01-02', '2025-01-02 00:00:00+00:00', '', 'd')",
    "INSERT INTO book_postings (id, transaction_id, account_id, fen) VALUES (1, 1, 1, -500), (2, 1, 2, 500)",
)


@pytest.fixture
def filled(kind_of_database: str, keys: Path, tmp_path: Path, request: pytest.FixtureRequest):
    """A database of 0004 with one transaction in its book."""
    house.unite()
    if kind_of_database == "sqlite":
        address = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        address = new_postgres(request.getfixturevalue("postgres"), f"t{uuid.uuid4().hex[:12]}")
    engine = make_engine(address)
    with engine.begin() as connection:
        command.upgrade(migrate._config(connection), "0004")
        for statement in FILLED:
            connection.execute(sa.text(statement))
    yield engine
    engine.dispose()


def test_a_filled_book_is_brought_up_to_date_and_keeps_its_postings(filled):
    migrate.upgrade(filled)
    with filled.connect() as connection:
        assert migrate.is_current(connection)
        kept = "SELECT p.fen FROM book_postings p JOIN book_transactions t ON t.id = p.transaction_id WHERE t.fund = 'fund:1' ORDER BY p.id"
        assert connection.execute(sa.text(kept)).scalars().all() == [-500, 500]


@pytest.mark.only("sqlite")
def test_a_row_that_refers_to_nothing_stops_the_migration_and_foreign_keys_are_on_again(filled):
    with filled.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("DELETE FROM book_accounts WHERE id = 2")
        driver.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(RuntimeError, match="refer to nothing"):
        migrate.upgrade(filled)
    with filled.connect() as connection:
        assert not migrate.is_current(connection)
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
