"""What the pictures of documents need and the demo city has not: documents asked for, made, filed and checked, many at once, a table.

Everything is asked for by an officer through the verbs of the pages and made as the worker makes it.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from tests.crawl import Met
from webapp.accounts.models import Membership, Person
from webapp.accounts.viewer import Viewer, viewer_of
from webapp.calls.models import Call
from webapp.core import files, jobs
from webapp.core.db import reading, transaction
from webapp.core.files import Attachment
from webapp.doubts import actions as doubts
from webapp.doubts.rules import Found
from webapp.evaluation.actions import checking
from webapp.evaluation.models import Evaluation
from webapp.projects.actions import charges
from webapp.projects.models import Activity, Project
from webapp.reporting import actions
from webapp.reporting.actions import bundles, tables
from webapp.reporting.models import Issued
from webapp.reporting.queries.asked import BOTH, Wish
from webapp.reporting.registry import PAPERS
from webapp.reporting.rules.tables import Spec
from webapp.reviews.actions import fees
from webapp.reviews.models import FeeLine, Panel, Seat

BASE = "http://127.0.0.1:8000/"
OF_PROJECT = ("project_progress", "final_accounts", "participants")
COLUMNS = ("number", "title", "organisation", "state", "granted_fen", "paid_fen", "spent_fen")
MADE = 5
"""So many documents of a bundle are made when its picture is taken."""


def issued(engine: sa.Engine, at: datetime) -> dict[str, Met]:
    """Issue documents of a project gone to its end, a report and a bundle; the pages that show them, by the name of the picture."""
    with reading(engine) as session:
        who = session.scalar(
            sa.select(sa.func.min(Membership.person_id)).where(Membership.role == "bureau", Membership.until_day.is_(None))
        )
        key = session.scalar(sa.select(sa.func.max(Project.id)).where(Project.state == "archived"))
        if who is None or key is None:
            return {}
        call = session.get_one(Project, key).call_id
        officer = SimpleNamespace(id=who, session_version=session.get_one(Person, who).session_version, role="bureau")
    with transaction(engine) as session:
        me, project = _viewer(session, who, at), session.get_one(Project, key)
        made = [actions.ask(session, PAPERS[one], project, base=BASE, by=me, at=at).id for one in OF_PROJECT]
        wish = Wish(at, None, "", "", "", BOTH)
        area = next(one.area_code for one in me.members if one.role == "bureau")
        for kind, choice in (("funding", ""), ("brief", str(at.year))):
            to: dict[str, Any] = {"area_code": area, "base": BASE, "by": me, "at": at, "choice": choice}
            actions.ask_report(session, kind, wish, "pdf", **to)
    _work(engine, at)
    with transaction(engine) as session:
        me, project = _viewer(session, who, at), session.get_one(Project, key)
        sealed = session.get_one(Issued, made[1])
        actions.file_scan(session, sealed, [_scan(session, sealed)], by=me, at=at)
        actions.ask(session, PAPERS["dossier"], project, base=BASE, by=me, at=at)
        packed = actions.ask_bundle(session, session.get_one(Call, call), PAPERS["project_progress"], "pdf", base=BASE, by=me, at=at).id
        spec = Spec(COLUMNS, {"state": "delivering"})
        table = tables.save(session, "projects", spec, title="实施中的项目", shared=True, by=me, at=at).id
        token = sealed.token
    _work(engine, at)
    with transaction(engine) as session:
        going = actions.ask_bundle(
            session, session.get_one(Call, call), PAPERS["project_performance"], "pdf", base=BASE, by=_viewer(session, who, at), at=at
        ).id
    for _ in range(MADE):
        if (item := bundles._take(engine, going, at)) is not None:
            bundles._make(engine, item, at)
    found = {
        "reporting.project": f"/projects/{key}", "reporting.of_project": f"/project/{key}/papers", "reporting.show": f"/reports/{made[1]}",
        "reporting.bundle_going": f"/bundles/{going}", "reporting.bundle_show": f"/bundles/{packed}", "reporting.index": "/reports",
        "reporting.register": "/register", "reporting.bundles": "/bundles", "reporting.own_tables": "/tables",
        "reporting.own_table_show": f"/own-tables/{table}", "reporting.own_table_change": f"/own-tables/{table}/change",
        "boards.index": "/boards", "boards.gaps": "/boards/gaps", "boards.costs": "/boards/costs?all=1",
    }  # fmt: skip
    shown = {name: Met(officer, address, name, 200, 1, "") for name, address in found.items()}
    return shown | {"reporting.verify": Met(None, f"/verify/{token}", "reporting.verify", 200, 1, "")}


def lacking(engine: sa.Engine, at: datetime) -> None:
    """What no paper of the demo city could be about: a 责任书, a finding of the evaluator and one of the machine, fees of a panel."""

    def of(role: str, organisation: int | None) -> Viewer:
        held = (Membership.role == role, Membership.organisation_id == organisation, Membership.until_day.is_(None))
        return _viewer(session, session.scalars(sa.select(Membership.person_id).where(*held).order_by(Membership.id).limit(1)).one(), at)

    with transaction(engine) as session:
        at_work = (Evaluation.kind == "midterm", Evaluation.state != "confirmed")
        evaluation = session.scalars(sa.select(Evaluation).where(*at_work).order_by(Evaluation.id).limit(1)).first()
        if evaluation is None:
            return
        project = session.get_one(Project, evaluation.project_id)
        call = session.get_one(Call, project.call_id)
        lead = of("org_lead", project.organisation_id)
        work = {"title": "上门陪伴", "how": "每周上门一次，陪聊、代办、测血压", "unit": "次", "target": 48, "responsible": "示例社工"}
        group = {"title": "睦邻小组", "how": "每月一次，每次不少于十人", "unit": "场", "target": 10, "responsible": "示例社工"}
        rows = [one | {"due_on": project.ends_on.isoformat()} for one in (work, group)]
        charge = charges.start_charge(session, project, rows=rows, by=lead, at=at)
        charges.submit_charge(session, charge, by=lead, at=at)
        charges.agree_charge(session, charge, by=of("bureau", call.organiser_id), at=at)
        evaluator = of("evaluator", call.evaluator_id)
        words = {"ground": "phone", "title": "参加人不实", "text": "抽查名册里的五人，有三人说没有参加过九月的活动。"}
        seen = checking.observe(session, evaluation, workdays=5, by=evaluator, at=at, **words)
        checking.answer_observation(session, seen, answer="两人是家属代签，名册已经更正；一人确实没有到场。", by=lead, at=at)
        checking.uphold_partly(session, seen, reason="一人属实，核减一人次；其余两人不认定。", by=evaluator, at=at)
        one, other = session.scalars(sa.select(Activity).where(Activity.project_id == project.id).order_by(Activity.id).limit(2))
        said = "两场活动的照片几乎一样，画面相差 2 处（共 64 处）。"
        doubts._keep(session, project.id, [Found("photo", one.ref, (one.ref, other.ref), said, other.ref)], at)
        panel = session.scalars(sa.select(Panel).where(Panel.state == "confirmed").order_by(Panel.id.desc()).limit(1)).one()
        if session.scalar(sa.select(FeeLine.id).where(FeeLine.panel_id == panel.id).limit(1)) is not None:
            return
        writer = of("operator", session.get_one(Call, panel.call_id).operator_id)
        sat = (Seat.panel_id == panel.id, Seat.state == "pledged", Seat.reserve.is_(False))
        for n, expert in enumerate(session.scalars(sa.select(Seat.person_id).where(*sat).order_by(Seat.position)).all()):
            fees.write_fee(session, panel, person_id=expert, senior=n % 2 == 0, half_days=2 + n, by=writer, at=at)


def _viewer(session: Session, key: int, at: datetime) -> Viewer:
    found = viewer_of(session, key, at)
    assert found is not None
    return found


def _work(engine: sa.Engine, at: datetime) -> None:
    while jobs.run_next(engine, at=at):
        pass


def _scan(session: Session, sealed: Issued) -> files.Checked:
    """The first page of a document as a scanner brings it."""
    content = files.get(session.get_one(Attachment, sealed.attachment_id).digest)
    paper: Image.Image = pages(content, "-r", "100")[0].convert("L")
    out = io.BytesIO()
    paper.rotate(0.4, fillcolor=250).save(out, "JPEG", quality=60)
    return files.check("财务决算表（签字盖章）.jpg", out.getvalue())


def pages(content: bytes, *more: str) -> list[Image.Image]:
    """The pages of a PDF as pictures."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "paper.pdf"
        source.write_bytes(content)
        subprocess.run(["pdftoppm", "-png", *more, str(source), str(Path(folder) / "p")], check=True)
        return [Image.open(io.BytesIO(one.read_bytes())) for one in sorted(Path(folder).glob("p*.png"))]
