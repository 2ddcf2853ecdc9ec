"""What the tests of ballots begin with."""

import pytest

from tests.conftest import START
from webapp.core.db import transaction


@pytest.fixture
def by(session, cast):
    """One of the cast, as whoever acts: `by("worker")`."""
    return lambda name: getattr(cast, name).viewer(session, START)


@pytest.fixture
def run(app, cast):
    """Do something in a transaction of its own, as a community worker: `run(opened)` gives the new ballot's key."""

    def running(act, **more):
        with app.app_context(), transaction(app.extensions["sqlalchemy"].engine) as session:
            found = act(session, cast.worker.viewer(session, START), **more)
            return getattr(found, "id", found)

    return running
