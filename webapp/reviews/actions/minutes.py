"""抽取记录 as a PDF, printed in the background."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

import reports
from webapp.accounts.queries import has_dataset
from webapp.calls.models import Call
from webapp.core import files, jobs
from webapp.core.db import reading, transaction
from webapp.core.scope import Viewer
from webapp.core.workflow import refuse
from webapp.reviews.models import Panel
from webapp.reviews.queries import pages
from webapp.reviews.rules.minutes import paper


def ask_minutes(session: Session, panel: Panel, *, by: Viewer, at: datetime) -> jobs.Job:
    """Have the minutes of a drawn panel printed. Raises Refused before the draw."""
    if not panel.minutes:
        raise refuse("early", "还没有抽取评委，抽取后才有抽取记录。")
    return jobs.enqueue(session, "panel_minutes", {"panel": panel.id, "by": by.ref}, person_id=by.id, at=at)


def print_minutes(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job that prints them; only the newest of a panel is kept."""
    with reading(engine) as session:
        panel = session.get_one(Panel, args["panel"])
        report = paper(
            pages.panel(panel, session.get_one(Call, panel.call_id)), pages.seats(session, panel.id), witness=pages.witness(session, panel), at=at,
            demo=has_dataset(session, "demo"),
        )  # fmt: skip
        content, name, ref = reports.write(report, "pdf"), f"抽取记录 {panel.title}.pdf", panel.ref
    with transaction(engine) as session:
        files.detach(session, ref, kind="minutes", at=at)
        checked = files.Checked(name, content, "application/pdf")
        return {"attachment_id": files.attach(session, ref, "minutes", checked, by=args["by"], at=at).id}


MINUTES = {"panel_minutes": print_minutes}
