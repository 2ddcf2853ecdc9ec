"""What the journeys share: a day that passes, files a person would upload."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from webapp import app as house
from webapp.core import jobs
from webapp.core.clock import SetClock
from webapp.core.db import transaction
from webapp.reviews.actions import enrol_expert


def picture(name: str = "现场.jpg") -> tuple[io.BytesIO, str]:
    """A photo as a phone would send it."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(out, "JPEG")
    out.seek(0)
    return out, name


@pytest.fixture
def days_pass(clock: SetClock, app: Flask) -> Callable[..., None]:
    """Let days pass, with the evening's tick and the worker's jobs at the end."""

    def passing(days: int = 0, hours: int = 0) -> None:
        with app.app_context():
            engine: sa.Engine = house.web.db.engine
        for _ in range(days):
            clock.move_to(clock.now() + timedelta(days=1))
            house.tick(engine, clock.now())
        clock.move_to(clock.now() + timedelta(hours=hours, minutes=1))
        house.tick(engine, clock.now())
        while jobs.run_next(engine, at=clock.now()):
            pass

    return passing


@pytest.fixture
def pool(app: Flask, cast: Any) -> None:
    """The expert pool (评审专家库), which the story finds in place."""
    with app.app_context(), transaction(house.web.db.engine) as session:
        for n in range(1, 9):
            person = getattr(cast, f"expert{n}").id
            enrol_expert(session, person, field="finance" if n <= 2 else "elderly", employer=f"示例大学{n}", area_code="3205")
