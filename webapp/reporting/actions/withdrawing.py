"""收回: a list of names that was issued is handed out no more once somebody in it was erased from the register."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Membership
from webapp.core import files, journal, outbox
from webapp.core.files import Attachment
from webapp.permissions import roles_for
from webapp.projects.models import Beneficiary
from webapp.reporting.models import Issued
from webapp.reporting.papers.participants import NAMES

HOLDING = ("participants", "dossier")
"""Kinds that hold names of the register: the list, and what it may be bound into."""
AT_ONCE = 200


def withdraw_due(session: Session, at: datetime) -> int:
    """Withdraw every copy with names that was made before somebody in it was erased (个人信息保护法 §47). One statement where there is none.

    A copy without names stays: only who may take names out of the register gets them printed. What was filed signed and sealed is an
    archive: it is kept, and handed out to nobody; any other file is deleted. Number, digests and journal stay in both cases.
    """
    project = sa.literal("project:") + sa.cast(Beneficiary.project_id, sa.String)
    erased = sa.exists().where(project == Issued.subject, Beneficiary.erased_at >= Attachment.at, ~Beneficiary.minor)
    may = (
        Membership.person_id == Issued.person_id,
        Membership.organisation_id == Issued.organisation_id,
        Membership.role.in_(roles_for(NAMES)),
    )
    query = sa.select(Issued).join(Attachment, Attachment.id == Issued.attachment_id)
    query = query.where(Issued.kind.in_(HOLDING), Issued.withdrawn_at.is_(None), sa.exists().where(*may), erased)
    found = session.scalars(query.order_by(Issued.id).limit(AT_ONCE).with_for_update(of=Issued)).all()
    for issued in found:
        withdraw(session, issued, at=at)
    return len(found)


def withdraw(session: Session, issued: Issued, *, at: datetime) -> None:
    """Hand one copy out no more, and tell who asked for it."""
    filed = issued.filed_at is not None
    if filed:
        files.seal(session, issued.ref)
    else:
        issued.attachment_id = None
        session.flush()
        files.detach(session, issued.ref, at=at)
    issued.withdrawn_at = at
    journal.record(session, issued.ref, "withdraw", by="clock", at=at, data={"kept": filed})
    if issued.person_id is not None:
        body = f"{issued.title}（{issued.number}）里有人删除了个人信息，平台不再提供下载。请重新编制；已打印、已下载的，请按规定处理。"
        outbox.tell(session, [issued.person_id], issued.ref, "文书已收回", body, at=at)
