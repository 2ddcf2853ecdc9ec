"""协议模板: an office writes its own wording, version by version."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer
from webapp.core import journal
from webapp.core.workflow import Refused, begin, carrying, refuse, take_step
from webapp.projects.models import CHANGE_KINDS, AgreementTemplate
from webapp.projects.queries.acting import writes
from webapp.projects.rules.wording import AMENDMENT, KINDS, text_refusals

WRITERS = ("bureau_head", "bureau", "street")


def write_template(
    session: Session, kind: str, *, title: str, text: str, paper: bool = False, amends: Sequence[str] = (), why: str = "",
    by: Viewer, at: datetime,
) -> AgreementTemplate:  # fmt: skip
    """A draft of the office's template for a kind: the draft there is, or else its next version.

    Raises Refused, at the field, where a line has a field nobody knows.
    """
    member = by.member(*WRITERS)
    if member is None:
        raise refuse("office", "协议模板由主管部门和街道编写。")
    if kind not in KINDS:
        raise refuse("kind", "请选择是哪一类协议。", "kind")
    text = text.replace("\r\n", "\n").strip()
    if found := text_refusals(kind, text):
        raise Refused(*found)
    same = sa.select(AgreementTemplate).where(AgreementTemplate.area_code == member.area_code, AgreementTemplate.kind == kind)
    newest = session.scalars(same.order_by(AgreementTemplate.version.desc()).limit(1).with_for_update()).first()
    values = {
        "title": title.strip(), "text": text, "paper": paper, "why": why.strip(), "digest": journal.digest(text),
        "amends": [one for one in CHANGE_KINDS if one in amends] if kind != AMENDMENT else [], "by_id": by.id,
    }  # fmt: skip
    if newest is not None and newest.state == "draft":
        if not writes(by, newest):
            raise refuse("office", "这是上级单位的模板，由上级单位办理。")
        for name, value in values.items():
            setattr(newest, name, value)
        journal.record(session, newest.ref, "edit", by=by.ref, at=at, data={"digest": newest.digest})
        return newest
    made = AgreementTemplate(
        organisation_id=member.organisation_id, area_code=member.area_code, kind=kind, version=newest.version + 1 if newest else 1, **values
    )  # fmt: skip
    begin(session, made, by=by, at=at, data={"digest": made.digest, "version": made.version})
    return made


def put_in_force(session: Session, template: AgreementTemplate, *, by: Viewer, at: datetime, note: str = "") -> None:
    """启用: what was in force of the same kind and area is retired in the same moment."""
    same = sa.select(AgreementTemplate).where(
        AgreementTemplate.area_code == template.area_code,
        AgreementTemplate.kind == template.kind,
        AgreementTemplate.state == "in_force",
        AgreementTemplate.id != template.id,
    )
    for former in session.scalars(same.with_for_update()).all():
        take_step(session, former, "retire", by=carrying(by), at=at, note=f"由第 {template.version} 版代替。")
    session.flush()
    take_step(session, template, "put_in_force", by=by, at=at, note=note, data={"digest": template.digest})
