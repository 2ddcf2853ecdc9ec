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


def choices_of(paper: Any, *words: str) -> list[str]:
    """The keys of the choices of a ballot's paper, by words of their titles."""
    return [
        paper.tree.xpath(f"//label[contains(., '{one}')]//input/@value | //input[@id=//label[contains(., '{one}')]/@for]/@value")[0]
        for one in words
    ]


def option_of(page: Any, field: str, words: str) -> str:
    """The value of the option with these words in a field to choose from."""
    [value] = page.tree.xpath(f"//select[@name='{field}']/option[contains(., '{words}')]/@value")
    return str(value)


def vote(paper: Any, *words: str) -> Any:
    """Tick the choices with these words and send the paper; gives the receipt."""
    return paper.submit(next(b for b in paper.buttons() if b in {"提交", "更改选择"}), choices=choices_of(paper, *words))


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
