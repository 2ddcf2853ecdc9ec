"""Documents of a bureau: asked for, made as the worker makes them, one signed copy back, a project's dossier, a bundle, a poster."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer
from webapp.calls.models import Call
from webapp.core import jobs
from webapp.core.clock import today
from webapp.demo.city import Bureau
from webapp.demo.lives.applications import paper
from webapp.demo.stage import Stage, moment
from webapp.projects.models import Project
from webapp.reporting import actions
from webapp.reporting.models import Issued
from webapp.reporting.queries.asked import BOTH, Wish
from webapp.reporting.registry import PAPERS
from webapp.reviews.models import Notice

Life = Iterator[datetime]
BASE = "http://127.0.0.1:8000/"
"""Where the check of a document leads: the demo as it is started by itself."""
OF_PROJECT, SIGNED = ("project_progress", "participants", "final_accounts"), "final_accounts"
SLOW = ("paper", "bundle")


def documents(stage: Stage, bureau: Bureau) -> Life:
    """Of a project gone to its end; nothing where the play has come to none. The dice are not asked."""
    with stage.scene() as session:
        ended = sa.select(Project).where(Project.state == "archived", Project.area_code.startswith(bureau.code))
        project = session.scalars(ended.order_by(Project.id.desc()).limit(1)).first()
        if project is None:
            return
        key, call = project.id, project.call_id
        to: dict[str, Any] = {"base": BASE, "by": stage.who(session, bureau.officer), "at": stage.at}
        for kind in OF_PROJECT:
            actions.ask(session, PAPERS[kind], project, **to)
        _reports(session, stage, bureau, to)
        notice = session.scalars(sa.select(Notice).where(Notice.call_id == call, Notice.state != "replaced").limit(1)).one()
        actions.ask(session, PAPERS["notice_poster"], notice, **to)
    _work(stage)
    yield moment(today(stage.at) + timedelta(days=1), 10)
    with stage.scene() as session:
        by: Viewer = stage.who(session, bureau.officer)
        signed = session.scalars(
            sa.select(Issued).where(Issued.subject == f"project:{key}", Issued.kind == SIGNED).order_by(Issued.id.desc()).limit(1)
        ).one()
        actions.file_scan(session, signed, [paper("财务决算表（签字盖章）.png")], by=by, at=stage.at)
        to = {"base": BASE, "by": by, "at": stage.at}
        actions.ask(session, PAPERS["dossier"], session.get_one(Project, key), **to)
        actions.ask_bundle(session, session.get_one(Call, call), PAPERS["project_progress"], "pdf", state="archived", **to)
    _work(stage)


def _reports(session: Session, stage: Stage, bureau: Bureau, to: dict[str, Any]) -> None:
    wish = Wish(stage.at, None, "", "", "", BOTH)
    for kind in ("funding", "brief"):
        found = PAPERS[kind].choices
        choice = next(iter(found(session, None, stage.at)))[0] if found else ""
        actions.ask_report(session, kind, wish, "pdf", area_code=bureau.code, choice=choice, **to)


def _work(stage: Stage) -> None:
    while jobs.run_next(stage.engine, at=stage.at, kinds=SLOW):
        pass
