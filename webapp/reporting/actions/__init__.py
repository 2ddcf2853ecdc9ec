"""Verbs of documents: asking for them, making them (in the worker or on the command line, never in a web process), many at once."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.core import files, journal
from webapp.core.jobs import Work
from webapp.core.scope import Viewer
from webapp.core.workflow import refuse
from webapp.reporting.actions import bundles
from webapp.reporting.actions.bundles import ask_bundle, resume, stop
from webapp.reporting.actions.papers import ask, ask_report, make, offered, possible, preview, preview_report, render
from webapp.reporting.actions.withdrawing import withdraw_due
from webapp.reporting.models import Issued


def file_scan(session: Session, issued: Issued, scans: list[files.Checked], *, by: Viewer, at: datetime) -> None:
    """扫描件归卷: the signed and sealed paper comes back to the document it was printed from. Raises Refused before there is a paper."""
    if issued.withdrawn_at is not None:
        raise refuse("withdrawn", "这份文书已收回，不用归卷。请重新编制。")
    if issued.attachment_id is None:
        raise refuse("not_issued", "这份文书还没有编成，没有可以归卷的扫描件。")
    for scan in scans:
        kept = files.attach(session, issued.ref, "scan", scan, by=by.ref, at=at)
        journal.record(session, issued.ref, "file", by=by.ref, at=at, data={"file": kept.digest, "size": kept.size})
    issued.filed_at = at
    session.flush()


JOBS: dict[str, Work] = {"paper": make, "bundle": bundles.work}
TICK = (bundles.due, withdraw_due)

__all__ = [
    "JOBS", "TICK", "ask", "ask_bundle", "ask_report", "file_scan", "make", "offered", "possible", "preview", "preview_report", "render",
    "resume", "stop",
]  # fmt: skip
