"""Alembic's entry: the same migrations for SQLite and PostgreSQL, run by every command before it starts."""

import sqlalchemy as sa
from alembic import context

from webapp.app import rooms
from webapp.core import files, jobs, journal, limits, numbers, once, outbox, search, settings, trace  # noqa: F401
from webapp.core.db import Base

rooms("models")


def run() -> None:
    connection: sa.Connection | None = context.config.attributes.get("connection")
    if connection is None:
        raise RuntimeError("run migrations with `sanshe migrate`")
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


run()
