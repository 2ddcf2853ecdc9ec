"""The demo city plays through the same verbs people use, and the doctor finds nothing wrong with it afterwards."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from webapp import app as house
from webapp import cli
from webapp.accounts.models import Organisation, Person
from webapp.accounts.queries import demo_accounts
from webapp.accounts.viewer import viewer_of
from webapp.applications.models import Application
from webapp.boards.queries.risks import counts as counts_of_risks
from webapp.boards.rules import RISKS
from webapp.calls.models import Call
from webapp.core import files, migrate, secrets
from webapp.core.db import make_engine, reading
from webapp.demo.run import DAYS, NEEDS, fill
from webapp.desk.queries import todos
from webapp.needs.models import Need
from webapp.projects.models import Project
from webapp.reporting.registry import PAPERS
from webapp.reviews.models import Expert

SOAK = os.environ.get("SANSHE_SOAK") == "1"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.soak
def test_the_demo_city_passes_the_doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: Path):
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "secret.key").write_bytes((keys / "secret.key").read_bytes())
    secrets.load(folder)
    files.open_store(folder / "files")
    house.unite()
    engine = make_engine(f"sqlite:///{folder / 'sanshe.db'}")
    migrate.upgrade(engine)
    stage = fill(engine, NOW) if SOAK else fill(engine, NOW, days=105, needs=36)
    assert len(stage.refused) <= 20, stage.refused
    with reading(engine) as session:
        counts = {
            model.__name__: session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Need, Call, Application, Expert)
        }
        organisations = session.scalar(sa.select(sa.func.count()).where(Organisation.kind == "social_org"))
        states = dict(iter(session.execute(sa.select(Project.state, sa.func.count()).group_by(Project.state))))
        offered = {one.login: session.scalar(sa.select(Person.id).where(Person.login == one.login)) for one in demo_accounts(session)}
        idle = [
            login
            for login in ("expert1", "org_lead")
            if login not in offered or not todos(session, viewer_of(session, offered[login], NOW)).rows
        ]
        about = {key: paper.about for key, paper in PAPERS.items() if paper.about is not None}
        nothing = [
            key for key, model in about.items() if not any(PAPERS[key].ready(one) is None for one in session.scalars(sa.select(model)))
        ]
        risks = counts_of_risks(session, viewer_of(session, offered["bureau"], NOW), NOW) if "bureau" in offered else {}
    engine.dispose()
    assert organisations == 40
    assert counts["Expert"] == 15
    assert counts["Need"] == (NEEDS if SOAK else 36)
    if SOAK:
        assert DAYS == 730
        assert counts["Call"] >= 3
        assert counts["Application"] >= 120
        assert sum(states[s] for s in ("delivering", "passed", "rectifying")) >= 30
        assert states["archived"] >= 5
        assert idle == []
        assert nothing == []
        assert all(risks[kind] for kind in RISKS), risks
        assert risks["any"] * 2 < risks["all"], risks
    monkeypatch.setenv("SANSHE_DATA", str(folder))
    doctor = CliRunner().invoke(cli.main, ["doctor"])
    assert doctor.exit_code == 0, doctor.output
    assert all(line.startswith("通过 ") for line in doctor.output.splitlines())
    again = CliRunner().invoke(cli.main, ["demo"])
    assert again.exit_code == 1
    assert "已经有数据" in again.output
