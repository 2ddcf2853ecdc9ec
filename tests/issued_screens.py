"""Where the demo city's documents are shown, and the one state that a picture needs and no city stands still at: a bundle under way."""

from __future__ import annotations

import io
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import sqlalchemy as sa
from PIL import Image

from tests.crawl import Met
from webapp.accounts.models import Person
from webapp.accounts.viewer import viewer_of
from webapp.calls.models import Call
from webapp.core.db import reading, transaction
from webapp.reporting import actions
from webapp.reporting.actions import bundles
from webapp.reporting.models import Bundle, Issued, SavedTable
from webapp.reporting.registry import PAPERS

MADE = 5
"""So many documents of a bundle are made when its picture is taken."""


def issued(engine: sa.Engine, at: datetime) -> dict[str, Met]:
    """The pages that show the demo's documents, by the name of the picture; nothing where it has come to none."""
    with reading(engine) as session:
        signed = session.scalars(sa.select(Issued).where(Issued.filed_at.is_not(None)).order_by(Issued.id.desc()).limit(1)).first()
        packed = session.scalars(sa.select(Bundle).where(Bundle.packed_at.is_not(None)).order_by(Bundle.id.desc()).limit(1)).first()
        if signed is None or packed is None or signed.person_id is None:
            return {}
        who, key = signed.person_id, signed.subject.partition(":")[2]
        tables = sa.select(SavedTable.id).where(SavedTable.person_id == who, SavedTable.source == "projects")
        table = session.scalars(tables.limit(1)).one()
        officer = SimpleNamespace(id=who, session_version=session.get_one(Person, who).session_version, role="bureau")
    going = _going(engine, packed, at)
    found = {
        "reporting.project": f"/projects/{key}", "reporting.of_project": f"/project/{key}/papers", "reporting.show": f"/reports/{signed.id}",
        "reporting.bundle_going": f"/bundles/{going}", "reporting.bundle_show": f"/bundles/{packed.id}", "reporting.index": "/reports",
        "reporting.register": "/register", "reporting.bundles": "/bundles", "reporting.own_tables": "/tables",
        "reporting.own_table_show": f"/own-tables/{table}", "reporting.own_table_change": f"/own-tables/{table}/change",
        "boards.index": "/boards", "boards.gaps": "/boards/gaps", "boards.costs": "/boards/costs?all=1",
    }  # fmt: skip
    shown = {name: Met(officer, address, name, 200, 1, "") for name, address in found.items()}
    return shown | {"reporting.verify": Met(None, f"/verify/{signed.token}", "reporting.verify", 200, 1, "")}


def _going(engine: sa.Engine, packed: Bundle, at: datetime) -> int:
    """A bundle while it is made, which no city stands still at: asked for, and a few of it made."""
    with transaction(engine) as session:
        by = viewer_of(session, packed.person_id, at)
        assert by is not None
        call = session.get_one(Call, int(packed.subject.partition(":")[2]))
        going = actions.ask_bundle(session, call, PAPERS["project_performance"], "pdf", base=packed.base, by=by, at=at).id
    for _ in range(MADE):
        if (item := bundles._take(engine, going, at)) is not None:
            bundles._make(engine, item, at)
    return going


def pages(content: bytes, *more: str) -> list[Image.Image]:
    """The pages of a PDF as pictures."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "paper.pdf"
        source.write_bytes(content)
        subprocess.run(["pdftoppm", "-png", *more, str(source), str(Path(folder) / "p")], check=True)
        return [Image.open(io.BytesIO(one.read_bytes())) for one in sorted(Path(folder).glob("p*.png"))]
