"""立项、候补、未立项通知: written at the decision, held, and sent in the transaction that releases the outcomes."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as printed
from webapp.accounts.models import Organisation
from webapp.accounts.queries import people_with
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core import journal, outbox
from webapp.core.scope import Viewer
from webapp.core.workflow import Refused, refuse
from webapp.reviews.models import Letter, Result, Wording
from webapp.reviews.rules.letters import STANDARD, faults, filled


def wordings(session: Session, call_id: int) -> dict[str, tuple[str, str]]:
    """Title and body of each kind of letter: the officer's own, or else the standard ones."""
    own = {one.kind: (one.title, one.body) for one in session.scalars(sa.select(Wording).where(Wording.call_id == call_id))}
    return STANDARD | own


def write(session: Session, call: Call, *, at: datetime, only: Iterable[int] = ()) -> int:
    """Write (again) the letters not sent yet, by the list as it stands; gives how many."""
    texts, wanted = wordings(session, call.id), list(only)
    organiser = session.get_one(Organisation, call.organiser_id)
    query = (
        sa.select(
            Application.id, Application.title, Application.number, Organisation.name, Result.outcome, Result.amount_fen, Result.reason
        )
        .join(Result, Result.application_id == Application.id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Result.call_id == call.id, Result.outcome.is_not(None), *([Application.id.in_(wanted)] if wanted else []))
        .order_by(Application.id)
    )
    kept = {one.application_id: one for one in session.scalars(sa.select(Letter).where(Letter.call_id == call.id))}
    written = 0
    for key, title, number, name, outcome, amount, reason in session.execute(query).all():
        letter = kept.get(key)
        if letter is not None and letter.sent_at is not None and not wanted:
            continue
        values = {
            "单位": name, "项目": title, "编号": number or "", "征集": call.title, "金额": printed.yuan(amount) if amount else "", "理由": reason,
            "联系": f"{organiser.name} {organiser.phone or ''}".strip(),
        }  # fmt: skip
        heading, body = (filled(words, values) for words in texts[str(outcome)])
        if letter is None:
            letter = Letter(application_id=key, call_id=call.id)
            session.add(letter)
        letter.kind, letter.title, letter.body, letter.at, letter.sent_at = str(outcome), heading, body, at, None
        written += 1
    session.flush()
    return written


def edit(session: Session, call: Call, kind: str, *, title: str, body: str, by: Viewer, at: datetime) -> int:
    """修改通知文本; letters that wait are written again. Raises Refused with a place for each fault, and after the release."""
    if call.state not in {"ranked", "decided"}:
        raise refuse("state", "通知已经发出或还没有名单，文本不能修改。")
    if found := faults(title, body):
        raise Refused(*found)
    own = session.get(Wording, (call.id, kind)) or Wording(call_id=call.id, kind=kind)
    own.title, own.body = title.strip(), body.strip()
    session.add(own)
    session.flush()
    journal.record(session, call.ref, "letters", by=by.ref, at=at, data={"kind": kind})
    return write(session, call, at=at) if call.state == "decided" else 0


def send(session: Session, call: Call, *, at: datetime) -> int:
    """Hand the held letters of a call to the outbox."""
    held = session.execute(
        sa.select(Letter, Application.organisation_id)
        .join(Application, Application.id == Letter.application_id)
        .where(Letter.call_id == call.id, Letter.sent_at.is_(None))
        .order_by(Letter.application_id)
    ).all()
    for letter, organisation in held:
        people = people_with(session, ("org_lead", "org_member"), at=at, organisation_id=organisation)
        outbox.tell(session, people, f"application:{letter.application_id}", letter.title, letter.body, at=at)
        letter.sent_at = at
    session.flush()
    return len(held)
