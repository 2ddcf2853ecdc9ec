"""One world for each kind of database, built once; its app serves the whole walk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import START, Template, house_of_ones_own
from tests.walks.walk import Walked, stops
from tests.walks.world import build
from webapp import app as house
from webapp.config import Config
from webapp.core.clock import SetClock
from webapp.core.db import make_engine, transaction


@pytest.fixture(scope="session")
def walked(template: Template, keys: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Walked]:
    folder = tmp_path_factory.mktemp("walk")
    address = house_of_ones_own(template, keys, folder, request)
    app = house.create_app(Config(data=folder, database=address), SetClock(START))
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False, STREAM_LIFE=0)
    engine = make_engine(address)
    with transaction(engine) as session:
        world = build(session, template.cast)
    yield Walked(app, engine, world, stops(app, world))
    with app.app_context():
        house.web.db.engine.dispose()
    engine.dispose()
