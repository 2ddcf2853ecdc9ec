"""The database, as plain SQLAlchemy: our base class, our column types, and the one place that says commit.

Nothing here knows Flask, so pages, jobs, the command line and tests all call the same functions with a session.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime
from typing import Any, ClassVar, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.sql.functions import FunctionElement

from reports.money import Money
from webapp.core import faults

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(constraint_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
MESSAGES: dict[str, str] = {}
"""Name of a constraint → the sentence a person reads when the database refuses."""


class Fen(sa.types.TypeDecorator[Money]):
    """Money as whole fen in a BIGINT; sums come back as Money too."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else value.fen

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Money | None:
        return None if value is None else Money(int(value))


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment in UTC with its zone; a naive value is a bug and is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = sa.JSON(none_as_null=True)
Code = sa.String(18).with_variant(sa.String(18, collation="C"), "postgresql")
"""An area code; byte order, so that a prefix is a range the index can serve."""
Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class unsought(FunctionElement[Any]):  # noqa: N801 -- reads as a function of SQL
    """A column that SQLite compares row by row instead of looking the values up in an index (its unary plus).

    For `unsought(column).in_(many)` in a list that has an order of its own: SQLite, which does not know how many they are, would else
    fetch the rows of all of them and sort them. PostgreSQL knows, and sees the plain column.
    """

    inherit_cache = True

    def __init__(self, column: Any) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(unsought)
def _plain(element: unsought, compiler: Any, **more: Any) -> str:
    return str(compiler.process(next(iter(element.clauses)), **more))


@compiles(unsought, "sqlite")
def _plus(element: unsought, compiler: Any, **more: Any) -> str:
    return "+" + _plain(element, compiler, **more)


class Base(DeclarativeBase):
    """Every table. `REF` is the word by which the journal, the trace and the address bar name such a row."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Money: Fen,
        datetime: Moment,
        date: sa.Date,
        str: sa.Text,
        dict[str, Any]: Json,
        list[Any]: Json,
    }
    REF: ClassVar[str] = ""

    @property
    def ref(self) -> str:
        """`need:12`: how other parts name this row without knowing its table."""
        return f"{self.REF}:{cast(Any, self).id}"


class Numbered:
    """A plain integer key."""

    id: Mapped[int] = mapped_column(Key, primary_key=True)


def only_one(name: str, *columns: str, where: str) -> sa.Index:
    """At most one row with the same columns among those of which the condition is true."""
    return sa.Index(name, *columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def says(messages: dict[str, str]) -> None:
    """Give named constraints the sentences their refusals are told in."""
    MESSAGES.update(messages)


def why(error: sa.exc.IntegrityError) -> str:
    """The sentence for a constraint the database enforced, or a general one."""
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or _sqlite_name(str(error.orig))
    return MESSAGES.get(name or "", "这项操作与已有记录冲突，没有保存。请刷新页面，核对后再试。")


def _sqlite_name(text: str) -> str | None:
    """SQLite names a CHECK but only lists the columns of a UNIQUE; find the constraint by them."""
    if match := re.search(r"CHECK constraint failed: (\w+)", text):
        return match[1]
    if not (match := re.search(r"UNIQUE constraint failed: (.+)", text)):
        return None
    table_name, columns = "", set()
    for part in match[1].split(","):
        table_name, _, column = part.strip().partition(".")
        columns.add(column)
    table = Base.metadata.tables.get(table_name)
    if table is None:
        return None
    found: Sequence[Any] = [*table.constraints, *table.indexes]
    for item in found:
        unique = isinstance(item, sa.UniqueConstraint) or getattr(item, "unique", False)
        if unique and {column.name for column in item.columns} == columns:
            return str(item.name)
    return None


PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON", "cache_size=-16000", "secure_delete=ON")
"""Settings of each SQLite connection; `secure_delete`: a ballot's key that was destroyed is in no free page of the file."""


def hook(engine: sa.Engine) -> None:
    """Make an engine safe for read-then-write (design: SQLite loses updates in silence without this)."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reads = bool(connection.get_execution_options().get("read_only"))
        if connection.info.get("reads", False) != reads:  # the pragma makes SQLite compile every statement of the connection anew
            connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
            connection.info["reads"] = reads
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
        if not reads:
            faults.point("lock")


READ_ONLY: dict[str, Any] = {"read_only": True, "postgresql_readonly": True}
"""Execution options of a connection that only reads; the database itself then refuses to write."""


ENGINE: dict[str, Any] = {"hide_parameters": True}
"""Options of every engine: an error of the database does not repeat the values that were being written."""


def make_engine(address: str) -> sa.Engine:
    """An engine with our hooks; used by the command line, jobs and tests. The web has its own through Flask-SQLAlchemy."""
    engine = sa.create_engine(address, **ENGINE)
    hook(engine)
    return engine


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[Session]:
    """One short transaction for the command line, a job or what must survive a refusal: all of it, or none."""
    with Session(engine, expire_on_commit=False) as session:
        yield session
        commit(session)


class _Sparing(Session):
    """A session that holds few rows of an answer; one row sought by its key is no answer to be held in parts, and SQLAlchemy refuses it."""

    def get(self, *what: Any, **more: Any) -> Any:
        more["execution_options"] = {**(more.get("execution_options") or {}), "yield_per": None}
        return super().get(*what, **more)


@contextmanager
def reading(engine: sa.Engine, *, at_a_time: int | None = None) -> Iterator[Session]:
    """A session that cannot write. `at_a_time`: it holds so many rows of an answer and no more, however long the answer is."""
    options = {} if at_a_time is None else {"yield_per": at_a_time}
    kind = Session if at_a_time is None else _Sparing
    with kind(engine.execution_options(**READ_ONLY), expire_on_commit=False, execution_options=options) as session:
        yield session


def commit(session: Session) -> None:
    """The one commit. The fault points let the kill -9 tests stop just before and just after it."""
    session.flush()
    faults.point("commit")
    session.commit()
    faults.point("committed")


def fold_log(engine: sa.Engine) -> None:
    """Fold SQLite's log into its file and empty it: what was destroyed (a ballot's key) is then left in neither.

    Waits for nobody: while somebody reads, the log is folded as far as it goes, and the rest the next time.
    """
    if engine.dialect.name == "sqlite" and engine.url.database:
        with closing(sqlite3.connect(engine.url.database, timeout=0)) as connection, suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def inserting(session: Session, model: type[Base]) -> Any:
    """An INSERT that knows ON CONFLICT (`on_conflict_do_nothing`, `on_conflict_do_update`), in the session's dialect."""
    return (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(model)


def added(session: Session, model: type[Base], **values: Any) -> bool:
    """Insert a row unless its key is there; whether it was new. Waits for whoever is just inserting the same key.

    Asks by RETURNING: how many rows an INSERT added is not told on every database once its cursor is closed.
    """
    query = inserting(session, model).values(**values).on_conflict_do_nothing()
    return session.scalar(query.returning(*sa.inspect(model).primary_key)) is not None


R = TypeVar("R")


def constant(value: str | int) -> sa.ColumnElement[Any]:
    """A word or number of the code itself, written into a statement instead of bound to it; never what a person typed.

    A statement with a hundred bound values takes longer to prepare than to answer. Raises ValueError for a word with a quote in it.
    """
    if isinstance(value, int):
        return sa.literal_column(str(int(value)), sa.BigInteger)
    if not value.isprintable() or set(value) & set("'\\\"%:"):
        raise ValueError("a constant is a plain word of the code")
    return sa.literal_column(f"'{value}'", sa.Text)


def constants(values: Iterable[str]) -> list[sa.ColumnElement[Any]]:
    """Such words for an `IN`, in order, so that the statement is always the same."""
    return [constant(one) for one in sorted(values)]


def rows(session: Session, kind: type[R], query: sa.Select[*tuple[Any, ...]], asked: dict[str, Any] | None = None) -> list[R]:
    """Run a query and give frozen rows: the columns' labels are the fields of `kind`. `asked` fills the query's bind parameters."""
    return made(kind, session.execute(query, asked))


def made(kind: type[R], found: sa.Result[*tuple[Any, ...]]) -> list[R]:
    """An answer's rows as frozen rows. The names are asked once, not of each row: on a page of fifty that is felt."""
    names = tuple(found.keys())
    return [kind(**dict(zip(names, one, strict=True))) for one in found]


def row(session: Session, kind: type[R], query: sa.Select[*tuple[Any, ...]]) -> R | None:
    """The one frozen row of a query, or None."""
    found = session.execute(query).mappings().one_or_none()
    return None if found is None else kind(**found)
