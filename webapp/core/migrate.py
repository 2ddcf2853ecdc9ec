"""Bring a database to the newest form; every command does it first, so that nobody has to remember."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: sa.Engine) -> None:
    """Migrate when the database is behind; two processes starting at once wait for each other.

    Raises DamagedError, with nothing changed, when a row would be left that names one there is not.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            with _tables_may_be_rebuilt(connection), connection.begin():
                if _brought_up(connection) and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                    raise DamagedError(f"升级后有 {len(broken)} 处记录指向不存在的记录，没有升级：{sorted({row[0] for row in broken})}")
        else:
            with connection.begin():
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7203)"))
                _brought_up(connection)


class DamagedError(Exception):
    """A migration left rows that name what is not there."""


@contextmanager
def _tables_may_be_rebuilt(connection: sa.Connection) -> Iterator[None]:
    """SQLite changes a column by building the table anew, and dropping the old one must not count as dropping its rows.

    The setting cannot be changed inside a transaction (sqlite.org/lang_altertable.html, section 7).
    """
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _brought_up(connection: sa.Connection) -> bool:
    """Whether there was something to migrate."""
    have = MigrationContext.configure(connection).get_current_revision()
    if have == ScriptDirectory(str(FOLDER)).get_current_head():
        return False
    command.upgrade(_config(connection), "head")
    return True


def is_current(connection: sa.Connection) -> bool:
    """Whether the database has the newest form."""
    have = MigrationContext.configure(connection).get_current_revision()
    return have == ScriptDirectory(str(FOLDER)).get_current_head()


def revision(engine: sa.Engine, message: str) -> None:
    """Write the next migration from the difference between the tables in the code and the database (for developers)."""
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True)
