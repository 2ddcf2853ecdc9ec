"""What the tests of pages start from."""

import pytest

from tests.applications import forms
from tests.conftest import START
from webapp.core.db import transaction


@pytest.fixture
def saved_application(engine, cast):
    """The key of a draft with every section complete."""
    with transaction(engine) as session:
        return forms.filled(session, cast, START, forms.call(session, cast, START)).id
