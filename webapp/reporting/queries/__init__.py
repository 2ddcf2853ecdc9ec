"""Reads of this slice: what each report is made of, and the documents issued."""

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core.files import Attachment
from webapp.core.workflow import FactsOf
from webapp.reporting.models import Issued

FACTS: dict[str, FactsOf] = {}


def _issued_files(session: Session) -> Iterator[str]:
    query = sa.select(Issued.number).join(Attachment, Attachment.id == Issued.attachment_id).where(Attachment.digest != Issued.file_digest)
    for number in session.scalars(query.order_by(Issued.id)):
        yield f"文书 {number} 的文件不是签发时的那一份"


CHECKS: dict[str, Callable[[Session], Iterator[str]]] = {"签发的文书与存档相符": _issued_files}
