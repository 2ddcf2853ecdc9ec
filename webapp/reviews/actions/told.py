"""What an applicant is told: the chair edits the comments before the release; one question afterwards, one answer."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.accounts.queries import people_with
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core import journal, outbox
from webapp.core.scope import Viewer
from webapp.core.workflow import begin, refuse, take_step
from webapp.reviews.models import Panel, ResultQuestion, Seat, Told
from webapp.reviews.queries.told import own_result, question_of, released, to_edit

LONGEST = 1000


def edit_comments(session: Session, seat: Seat, texts: Mapping[int, str], *, by: Viewer, at: datetime) -> int:
    """整理评审意见, by the chair, once the scores are in and until the results are out; gives how many changed."""
    panel = session.get_one(Panel, seat.panel_id)
    if not seat.chair or seat.person_id != by.id:
        raise refuse("chair", "评审意见由评审组组长整理。")
    if panel.state not in {"closed", "confirmed"} or released(session.get_one(Call, panel.call_id)):
        raise refuse("state", "评分收齐以后、结果发布以前，可以整理评审意见。")
    known = {one.application_id: one.text for one in to_edit(session, panel.id, seat.person_id)}
    changed = 0
    for key, text in texts.items():
        said = text.strip()
        if key not in known or said == known[key]:
            continue
        if len(said) > LONGEST:
            raise refuse("long", f"每份意见最多 {LONGEST} 个字。", f"text-{key}")
        session.merge(Told(application_id=key, text=said, by_id=by.id, at=at))
        changed += 1
    session.flush()
    if changed:
        journal.record(session, panel.ref, "comments", by=by.ref, at=at, data={"count": changed})
    return changed


def ask_result(session: Session, application: Application, *, text: str, by: Viewer, at: datetime) -> ResultQuestion:
    """咨询结果: once, after the release. Raises Refused before it, and for a second question."""
    if own_result(session, application) is None:
        raise refuse("not_out", "结果还没有发布，或这份申报没有参加评审排名。")
    if question_of(session, application.id) is not None:
        raise refuse("once", "本单位已经就这份申报提过一次问题。")
    one = ResultQuestion(application_id=application.id, title=application.title, text=text.strip(), asked_by_id=by.id or 0)
    begin(session, one, by=by, at=at, step="ask")
    call = session.get_one(Call, application.call_id)
    people = people_with(session, ("bureau", "bureau_head", "street"), at=at, organisation_id=call.organiser_id)
    outbox.tell(session, people, one.ref, f"结果咨询 {application.number}", f"申报单位就“{application.title}”的结果提问，请答复。", at=at)
    return one


def answer_result(session: Session, one: ResultQuestion, *, by: Viewer, at: datetime, note: str = "") -> None:
    """答复, once."""
    one.answer = note.strip()
    take_step(session, one, "answer", by=by, at=at, note=note)
    application = session.get_one(Application, one.application_id)
    people = people_with(session, ("org_lead", "org_member"), at=at, organisation_id=application.organisation_id)
    outbox.tell(session, people, one.ref, "结果咨询已答复", f"“{one.title}”的结果咨询已答复。", at=at)
