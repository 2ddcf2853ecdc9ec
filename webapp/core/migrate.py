"""Bring a database to the newest form; every command does it first, so that nobody has to remember."""

from pathlib import Path

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
    """Migrate when the database is behind; two processes starting at once wait for each other."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7203)"))
        have = MigrationContext.configure(connection).get_current_revision()
        if have != ScriptDirectory(str(FOLDER)).get_current_head():
            command.upgrade(_config(connection), "head")


def is_current(connection: sa.Connection) -> bool:
    """Whether the database has the newest form."""
    have = MigrationContext.configure(connection).get_current_revision()
    return have == ScriptDirectory(str(FOLDER)).get_current_head()


def revision(engine: sa.Engine, message: str) -> None:
    """Write the next migration from the difference between the tables in the code and the database (for developers)."""
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True)
