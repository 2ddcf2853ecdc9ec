"""The rules of the house, held by tests: one door, one commit, no way back from a later stage to an earlier one."""

import ast
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from webapp import app as house
from webapp import permissions, workflows
from webapp.core import scope, workflow
from webapp.core.db import Base

ROOT = Path(__file__).resolve().parents[2]
WEBAPP = ROOT / "webapp"
ORDER = list(house.SLICES)


def sources() -> list[Path]:
    return sorted(WEBAPP.rglob("*.py"))


def calls(tree: ast.AST, method: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
    ]


def test_only_core_commits():
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        for line in calls(ast.parse(path.read_text()), "commit")
        if path.parent != WEBAPP / "core"
    }
    assert found == set()


def test_files_come_in_by_one_door():
    """Through `core.forms.FilesField`, which looks into them; no form reads a file of its own."""
    found = {
        f"{path.relative_to(ROOT)}: {word}"
        for path in sources()
        for word in ("request.files", "FileField", "MultipleFileField")
        if path.parent != WEBAPP / "core" and word in path.read_text()
    }
    assert found == set()


def test_only_the_workflow_sets_a_business_state():
    found = []
    for path in sources():
        if path in {WEBAPP / "core/workflow.py", WEBAPP / "core/jobs.py"}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            targets = (
                node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []
            )
            for target in targets:
                for one in ast.walk(target):
                    if isinstance(one, ast.Attribute) and one.attr == "state" and isinstance(one.ctx, ast.Store):
                        found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
            if (
                isinstance(node, ast.Call)
                and any(k.arg == "state" for k in node.keywords)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "values"
            ):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def test_every_step_has_one_owner_and_its_facts():
    house.unite()
    assert workflow.without_facts() == []


def test_every_role_of_every_step_and_right_exists():
    for flow in workflows.ALL:
        for step in flow.steps:
            assert step.who <= set(workflows.ROLES), f"{flow.name}.{step.name}"
            assert step.owner in ORDER
    for right, roles in permissions.MAY.items():
        assert roles <= set(workflows.ROLES), right


def test_every_route_says_who_may_enter(app):
    silent = [rule.endpoint for rule in app.url_map.iter_rules() if not hasattr(app.view_functions[rule.endpoint], "entry")]
    assert silent == ["static"]


def test_every_step_a_person_may_take_has_a_page(app):
    """A step without one is taken by a verb of its owner as a consequence of something else; each is named here."""
    by_verbs = {
        "need.ballot", "need.unballot", "need.leave_out", "need.call", "need.release", "need.deliver", "need.relist", "need.resolve",
        "scorecard.submit", "scorecard.reopen", "scorecard.lock", "scorecard.void",
        "application.coreview", "application.hear", "application.score", "application.elect", "application.rank",
        "application.propose", "application.reserve", "application.decline", "application.award",
        "need.finish", "order.fail", "order.rate", "project.start", "tranche.send", "tranche.pay", "tranche.bounce", "assignment.finish",
        "change.reopen",  # when its 补充协议 is void
        "change.apply",  # within the free percent, with the change itself
        "panel.resume",  # a score is sent back after all were in
        "notice.replace",  # an upheld objection corrects the notice
    }  # fmt: skip
    missing = {
        f"{flow.name}.{step.name}"
        for flow in workflows.ALL
        for step in flow.steps
        if step.who != {"clock"} and f"{flow.name}.{step.name}" not in app.extensions["step_pages"]
    }
    assert missing - by_verbs == set()


def test_a_page_that_asks_again_by_itself_brings_its_script():
    """No other page carries it: residents pay for every kilobyte."""
    asking = re.compile(r"\bhx-(get|post|put|delete|patch|boost)\b")
    silent = [
        page.name
        for page in (WEBAPP / "templates").rglob("*.html")
        if asking.search(words := page.read_text()) and "htmx.min.js" not in words
    ]
    assert silent == []


def test_an_earlier_slice_never_names_a_later_one_in_its_templates():
    found = []
    for path in sorted((WEBAPP / "templates").rglob("*.html")):
        place = path.relative_to(WEBAPP / "templates").parts[0]
        if place not in ORDER:
            continue
        for endpoint in re.findall(r"url_for\(\s*['\"](\w+)\.", path.read_text()):
            if endpoint in ORDER and ORDER.index(endpoint) > ORDER.index(place):
                found.append(f"{path.name}: {endpoint}")
    assert found == []


def test_an_earlier_slice_never_names_a_later_one_in_its_views():
    found = []
    for name in ORDER:
        for path in (WEBAPP / name).rglob("*.py"):
            for endpoint in re.findall(r"url_for\(\s*['\"](\w+)\.", path.read_text()):
                if endpoint in ORDER and ORDER.index(endpoint) > ORDER.index(name):
                    found.append(f"{path.relative_to(ROOT)}: {endpoint}")
    assert found == []


def test_an_earlier_table_never_points_at_a_later_slice():
    house.unite()
    slice_of = {
        mapper.local_table.name: mapper.class_.__module__.split(".")[1]
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, sa.Table)
    }
    found = []
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            here, there = slice_of.get(table.name, ""), slice_of.get(key.column.table.name, "")
            if here in ORDER and there in ORDER and ORDER.index(there) > ORDER.index(here):
                found.append(f"{table.name} → {key.column.table.name}")
    assert found == []


OPEN_TO_THE_TIED = {
    "Certification": "the applicant's own confirmation, which no role that judges reaches",
}
"""Guarded tables that hang on an application or a project and are kept from nobody, each with why."""


def test_what_hangs_on_a_project_is_kept_from_who_stands_aside():
    """回避: whatever points at an application or a project, directly or through others, says whose it is (`ASIDE`)."""
    house.unite()
    reaching, grown = {"applications", "projects"}, 0
    while grown != len(reaching):
        grown = len(reaching)
        for table in Base.metadata.tables.values():
            if any(key.column.table.name in reaching and key.column.table is not table for key in table.foreign_keys):
                reaching.add(table.name)
    open_to = {one.__name__ for one in scope.guarded() if one.__table__.name in reaching and one.ASIDE is None}
    assert open_to == set(OPEN_TO_THE_TIED)


def test_no_column_is_a_float():
    house.unite()
    found = [f"{t.name}.{c.name}" for t in Base.metadata.tables.values() for c in t.columns if isinstance(c.type, sa.Float)]
    assert found == []


def test_the_migrations_make_exactly_the_tables_of_the_code(engine):
    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    named = [d for d in difference if not (isinstance(d, tuple) and d[0] in {"add_constraint", "remove_constraint"})]
    assert named == []


@pytest.mark.parametrize("path", [p for p in sources() if p.parent != WEBAPP / "core"], ids=lambda p: str(p.relative_to(WEBAPP)))
def test_only_the_clock_knows_the_time(path):
    assert not re.search(r"datetime\.(now|utcnow|today)\(|date\.today\(|func\.now\(|time\.time\(", path.read_text())


def test_the_project_names_no_place_outside_itself():
    found = []
    for path in ROOT.rglob("*"):
        if not path.is_file() or any(
            part in {".git", ".venv", "node_modules", "data", "__pycache__"} for part in path.relative_to(ROOT).parts
        ):
            continue
        if path.suffix in {".py", ".md", ".toml", ".html", ".css", ".js", ".sh", ".txt", ".in"} or path.name == "Makefile":
            text = path.read_text(errors="ignore")
            for word in ("/" + "work/", "../" + "shared", "/." + "library"):
                if word in text and path != Path(__file__):
                    found.append(f"{path.relative_to(ROOT)}: {word}")
    assert found == []
