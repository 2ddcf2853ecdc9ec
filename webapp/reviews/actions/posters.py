"""公示海报: a notice as an A3 poster, printed in the background."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

import reports
from webapp.accounts.queries import has_dataset
from webapp.core import files, jobs
from webapp.core.clock import last_day
from webapp.core.db import reading, transaction
from webapp.core.scope import Viewer
from webapp.core.workflow import refuse
from webapp.reviews.models import Notice
from webapp.reviews.rules.plain import poster


def ask_poster(session: Session, notice: Notice, *, base: str, by: Viewer, at: datetime) -> jobs.Job:
    """Have the poster of a notice made. `base`: the site's own address, for the QR code. Raises Refused for one that no longer counts."""
    if notice.state == "replaced":
        raise refuse("replaced", "本公示已更正，请打印更正后的公示。")
    return jobs.enqueue(session, "notice_poster", {"notice": notice.id, "base": base, "by": by.ref}, person_id=by.id, at=at)


def make_poster(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job that makes it; only the newest of a notice is kept."""
    with reading(engine) as session:
        notice = session.get_one(Notice, args["notice"])
        report = poster(
            notice.title, notice.number, notice.kind, notice.content, notice.digest, address=f"{args['base'].rstrip('/')}/notices/{notice.id}",
            until=last_day(notice.ends_at) if notice.kind != "result" else None, at=at, demo=has_dataset(session, "demo"),
        )  # fmt: skip
        content, name, ref = reports.write(report, "pdf"), f"公示海报-{notice.number}.pdf", notice.ref
    with transaction(engine) as session:
        files.detach(session, ref, kind="poster", at=at)
        checked = files.Checked(name, content, "application/pdf")
        return {"attachment_id": files.attach(session, ref, "poster", checked, by=args["by"], at=at).id}


POSTERS = {"notice_poster": make_poster}
