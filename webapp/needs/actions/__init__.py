"""Verbs on needs: saying, taking in, accepting, merging, wording, judging; putting to the residents and listing (`ballots`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Organisation, Person
from webapp.accounts.queries import area_names, organisation_at, people_with
from webapp.accounts.viewer import Viewer
from webapp.core import files, journal, numbers, outbox, scope
from webapp.core.clock import today
from webapp.core.trace import trace
from webapp.core.workflow import begin, carrying, refuse, take_step
from webapp.needs import queries
from webapp.needs.actions import receipts
from webapp.needs.actions.ballots import follow_ballot, settle_ballot, start_ballot
from webapp.needs.actions.findable import index as _index
from webapp.needs.finder import hard, soft
from webapp.needs.models import UNHEARD, Category, Elsewhere, Need, Same, Voice, Wording
from webapp.needs.queries.facts import names_behind
from webapp.needs.rules import OVER
from webapp.urgent import actions as urgent
from webapp.urgent.models import Report
from webapp.workflows import NEED

__all__ = ["follow_ballot", "settle_ballot", "start_ballot"]
SEALED = "（已转专人办理）"
ERASED = "（已按本人申请删除）"


def _title(session: Session, category: str, area_code: str) -> str:
    """The title until a handler writes one: kind and place. What was said is its handler's alone, so no title repeats it."""
    found = session.get(Category, category)
    kind = found.label if found and category != "other" else "需求"
    return f"{kind} · {area_names(session, [area_code]).get(area_code, area_code)}"


def _take(
    session: Session,
    *,
    words: str,
    area_code: str,
    category: str,
    channel: str,
    person_id: int | None,
    speaker: str | None,
    speaker_phone: str | None,
    place: str | None,
    photos: Sequence[files.Checked],
    mistaken: Report | None = None,
    tell: bool = True,
    by: Viewer,
    at: datetime,
) -> Need:
    office = organisation_at(session, area_code, "community")
    own = person_id is not None and person_id == by.id
    need = Need(
        number=numbers.take(session, "X", today(at).year), area_code=area_code, category=category, title=_title(session, category, area_code),
        resident_id=person_id, handler_id=office.id if office else None, raised_at=at, voices=1, same=0, public=False,
    )  # fmt: skip
    begin(
        session,
        need,
        by=by,
        at=at,
        step="create" if own else "take_in",
        data={"channel": channel} | ({"elder": True} if own and speaker else {}),
    )
    voice = _keep_voice(
        session, need, photos, by=by, at=at, person_id=person_id, channel=channel, words=words, place=place, speaker=speaker,
        speaker_phone=speaker_phone, taken_by_id=None if own else by.id,
    )  # fmt: skip
    if mistaken is not None:
        files.copy(session, mistaken.ref, voice.ref)
    if tell:
        _tell_handlers(session, need, at)
    return need


def _keep_voice(session: Session, need: Need, photos: Sequence[files.Checked], *, by: Viewer, at: datetime, **said: Any) -> Voice:
    """The first 原话 of a need, with its photos, findable by its handlers."""
    unheard = 0 if said["words"] == UNHEARD else None
    voice = Voice(need_id=need.id, origin_id=need.id, written_down=unheard, at=at, **said)
    session.add(voice)
    session.flush()
    trace(session, voice.ref, need.ref)
    _index(session, need)
    for photo in photos:
        files.attach(session, voice.ref, photo.kind, photo, by=by.ref, at=at)
    return voice


def _tell_handlers(session: Session, need: Need, at: datetime) -> None:
    body = f"{need.title}。请在 {today(need.due_at)} 前受理。" if need.due_at else f"{need.title}。请尽快受理。"
    handlers = people_with(session, ("community", "party_lead"), at=at, area=need.area_code)
    outbox.tell(session, handlers, need.ref, f"新需求 {need.number}", body, at=at)


def say(
    session: Session, *, words: str, area_code: str, category: str = "other", place: str | None = None,
    photos: Sequence[files.Checked] | None = None, recording: Sequence[files.Checked] | None = None, mistaken: Report | None = None,
    speaker: str = "", speaker_phone: str = "",
    by: Viewer, at: datetime,
) -> Need:  # fmt: skip
    """A signed-in person says a need of their own community. It gets its number and its clock at once.

    `recording`: what was spoken; where it comes alone, `words` is UNHEARD and a worker writes it down.
    `speaker`: the elder for whom a child says it (子女代办), whose community it then is, with a telephone to call back.
    `mistaken`: the sealed report of these words whose author says that it is no such thing; its photos come along.
    """
    return _take(
        session, words=words, area_code=area_code, category=category, channel="web", person_id=by.id, speaker=speaker or None,
        speaker_phone=speaker_phone or None, place=place or None, photos=(*(photos or ()), *(recording or ())), mistaken=mistaken, by=by, at=at,
    )  # fmt: skip


def propose(
    session: Session, *, organisation_id: int, title: str, words: str, area_code: str, category: str, photos: Sequence[files.Checked] | None = None,
    by: Viewer, at: datetime,
) -> Need:  # fmt: skip
    """服务提议 (三议): an organisation offers a community a service, and follows what becomes of it. Its words are its own, so is the title."""
    office, own = organisation_at(session, area_code, "community"), session.get_one(Organisation, organisation_id)
    need = Need(
        number=numbers.take(session, "X", today(at).year), area_code=area_code, category=category, title=title, proposer_id=organisation_id,
        handler_id=office.id if office else None, raised_at=at, voices=1, same=0, public=False,
    )  # fmt: skip
    begin(session, need, by=by, at=at, step="propose", data={"channel": "organisation"})
    _keep_voice(session, need, photos or (), by=by, at=at, channel="organisation", words=words, speaker=own.name, taken_by_id=by.id)
    _tell_handlers(session, need, at)
    return need


def take_in(
    session: Session, *, words: str, area_code: str, category: str, channel: str, speaker: str, speaker_phone: str = "",
    place: str | None = None, photos: Sequence[files.Checked] | None = None, mistaken: Report | None = None, tell: bool = True,
    by: Viewer, at: datetime,
) -> Need:  # fmt: skip
    """A worker writes down what an old neighbour said, for whom, and how it was heard. `tell`: its handlers get a message.

    Raises Refused when the community lies outside the worker's area.
    """
    if not any(m.role in {"community", "party_lead", "grid_worker", "street"} and area_code.startswith(m.area_code) for m in by.members):
        raise refuse("area", "只能登记本辖区的需求，请选择所在社区。", "area_code")
    return _take(
        session, words=words, area_code=area_code, category=category, channel=channel, person_id=None, speaker=speaker,
        speaker_phone=speaker_phone or None, place=place or None, photos=photos or (), mistaken=mistaken, tell=tell, by=by, at=at,
    )  # fmt: skip


def accept(
    session: Session,
    need: Need,
    *,
    category: str,
    decision: str,
    pace: str = "",
    title: str = "",
    by: scope.Viewer,
    at: datetime,
    note: str = "",
) -> None:
    """受理 with the first decision: category, 自治事项 or 协助政府事项, 即时议 or 深入议 (the category's when not given), a working title."""
    found = session.get(Category, category)
    need.category, need.decision, need.pace = category, decision, pace or (found.pace if found else None)
    if title:
        need.title = title
        _index(session, need)
    take_step(session, need, "accept", by=by, at=at, note=note, data={"category": category, "decision": decision, "pace": need.pace})
    when = "48 小时内答复您" if need.pace == "quick" else "5 个工作日内开始商议"
    _tell_speakers(session, need, "已受理", f"社区已受理，{when}。您可以随时查看进度。", at)


def _tell_speakers(session: Session, need: Need, title: str, body: str, at: datetime) -> None:
    outbox.tell(session, queries.speakers_of(session, need, at=at), need.ref, f"需求 {need.number} {title}", body, at=at)


def decline(session: Session, need: Need, *, note: str, elsewhere: str = "", other: str = "", by: Viewer, at: datetime) -> None:
    """不予受理, with the reason and where to go instead: a usual place by its code, words of one's own, or both. The speakers are told."""
    place = session.get(Elsewhere, elsewhere) if elsewhere else None
    known = (f"{place.label}（电话 {place.phone}）" if place.phone else place.label) if place else ""
    need.decision, need.elsewhere = "declined", "；".join(part for part in (known, other.strip()) if part)
    take_step(session, need, "return", by=by, at=at, note=note, data={"elsewhere": place.code if place else "other"})
    _tell_speakers(session, need, "未受理", f"{note}。可以找：{need.elsewhere}。", at)


def hand_off(session: Session, need: Need, *, kind: str, by: Viewer, at: datetime) -> None:
    """不属于本渠道: every voice behind it is sealed for the 专办人, and nothing of the words stays here."""
    need.decision, need.title, need.public = "sealed", SEALED, False
    for wording in session.scalars(sa.select(Wording).where(Wording.need_id == need.id)):
        if wording.state != "taken_down":
            take_step(session, wording, "take_down", by=carrying(by), at=at, note="转专办")
        wording.title, wording.text, wording.ticked = SEALED, SEALED, None
    for voice in session.scalars(sa.select(Voice).where(Voice.need_id == need.id).order_by(Voice.id)).all():
        report = urgent.receive(
            session, kind=kind, words=voice.words, area_code=need.area_code, channel=voice.channel, person_id=voice.person_id,
            speaker=voice.speaker, speaker_phone=voice.speaker_phone, place=voice.place, by=by, at=at,
        )  # fmt: skip
        files.move(session, voice.ref, report.ref)
        voice.words, voice.place, voice.speaker, voice.speaker_phone, voice.written_down = SEALED, None, None, None, None
    session.flush()
    _index(session, need)
    take_step(session, need, "hand_off", by=by, at=at)
    _tell_speakers(session, need, "已转专人办理", "这件事由专门的工作人员办理。紧急情况请拨打 110、120，其他咨询请拨打 12345。", at)


def take_back(session: Session, report: Report, *, by: Viewer, at: datetime, note: str = "") -> Need:
    """不属于此类: a sealed report that is an ordinary need becomes one, and its words leave the queue."""
    need = _take(
        session, words=report.words, area_code=report.area_code, category="other", channel=report.channel, person_id=report.person_id,
        speaker=report.speaker, speaker_phone=report.speaker_phone, place=report.place, photos=(), by=by, at=at,
    )  # fmt: skip
    voice = session.scalars(sa.select(Voice).where(Voice.need_id == need.id)).one()
    files.move(session, report.ref, voice.ref)
    report.words, report.place, report.speaker, report.speaker_phone = SEALED, None, None, None
    take_step(session, report, "return", by=by, at=at, note=note, data={"voice": voice.id})
    return need


def merge(session: Session, need: Need, *, into: int, by: Viewer, at: datetime, note: str = "") -> None:
    """Merge into another need of the community: every voice goes along, and the merge can be undone."""
    target = session.get(Need, into, with_for_update=True)
    if target is None:
        raise refuse("target", "请选择要合并到哪一件需求。", "into")
    need.merged_into_id = into
    take_step(session, need, "merge", by=by, at=at, note=note, data={"into": target.ref})
    moved = _move_voices(session, Voice.need_id == need.id, need, target)
    also = sa.select(Same.person_id).where(Same.need_id == target.id)
    _move_same(session, sa.and_(Same.need_id == need.id, Same.person_id.not_in(also)), need, target)  # who said it on both counts once
    journal.record(session, target.ref, "join", by=by.ref, at=at, data={"from": need.ref, "voices": moved})
    trace(session, need.ref, target.ref)
    _index(session, target)
    _index(session, need)


def unmerge(session: Session, need: Need, *, by: Viewer, at: datetime, note: str = "") -> None:
    """Undo a merge: the voices that first came in as this need come back. Raises Refused for a need that was not merged."""
    if need.merged_into_id is None:
        raise refuse("state", "这件需求没有合并到别处。")
    target = session.get_one(Need, need.merged_into_id, with_for_update=True)
    take_step(session, need, "unmerge", by=by, at=at, note=note, data={"from": target.ref})
    need.merged_into_id = None
    moved = _move_voices(session, sa.and_(Voice.need_id == target.id, Voice.origin_id == need.id), target, need)
    _move_same(session, sa.and_(Same.need_id == target.id, Same.origin_id == need.id), target, need)
    journal.record(session, target.ref, "part", by=by.ref, at=at, data={"to": need.ref, "voices": moved})
    _index(session, target)
    _index(session, need)


def _move_voices(session: Session, which: sa.ColumnElement[bool], source: Need, target: Need) -> int:
    keys = session.scalars(sa.select(Voice.id).where(which)).all()
    session.execute(sa.update(Voice).where(Voice.id.in_(keys)).values(need_id=target.id))
    source.voices -= len(keys)
    target.voices += len(keys)
    session.flush()
    return len(keys)


def _move_same(session: Session, which: sa.ColumnElement[bool], source: Need, target: Need) -> None:
    people = session.scalars(sa.select(Same.person_id).where(which)).all()
    said = sa.and_(Same.need_id == source.id, Same.person_id.in_(people))
    session.execute(sa.update(Same).where(said).values(need_id=target.id))
    source.same -= len(people)
    target.same += len(people)
    session.flush()


def same(session: Session, need: Need, *, by: Viewer, at: datetime) -> bool:
    """我也有同样需求; saying it twice counts once. Raises Refused outside one's own community, and once nobody works on it any more."""
    person = session.get_one(Person, by.id)
    if person.area_code is None or not person.area_code.startswith(need.area_code):
        raise refuse("not_resident", "这是另一个社区的需求。您可以在自己的社区反映同样的事。")
    if session.get(Same, (need.id, person.id)) is not None:
        return False
    if need.state in OVER:
        raise refuse("over", f"这件需求{NEED.states[need.state]}，不再登记。您的情况不一样的，请重新反映。")
    session.add(Same(need_id=need.id, person_id=person.id, origin_id=need.id, at=at))
    need.same += 1
    session.flush()
    return True


def withdraw(session: Session, need: Need, *, by: Viewer, at: datetime, note: str = "") -> None:
    """撤回: what the public saw of it is gone at once."""
    take_step(session, need, "withdraw", by=by, at=at, note=note)
    shown = sa.select(Wording).where(Wording.need_id == need.id, Wording.state != "taken_down")
    for wording in session.scalars(shown.order_by(Wording.id)).all():
        take_step(session, wording, "take_down", by=carrying(by), at=at, note="反映人撤回")
    need.public = False
    session.flush()
    _index(session, need)


def unsame(session: Session, need: Need, *, by: Viewer, at: datetime) -> None:
    """Take “我也有同样需求” back; what was not said is left alone."""
    said = session.get(Same, (need.id, by.id))
    if said is None:
        return
    session.delete(said)
    need.same -= 1
    session.flush()


def reveal(session: Session, need: Need, voice_id: int, *, by: Viewer, at: datetime) -> str:
    """查看反映人电话 in full; the journal keeps who looked. Refuses a voice without one, or of another need."""
    voice = session.scalars(sa.select(Voice).where(Voice.id == voice_id, Voice.need_id == need.id)).one_or_none()
    person = session.get(Person, voice.person_id) if voice is not None and voice.person_id is not None else None
    phone = (voice.speaker_phone if voice is not None else None) or (person.phone if person is not None else None)
    if voice is None or not phone:
        raise refuse("no_phone", "这条原话没有留电话。")
    journal.record(session, need.ref, "reveal", by=by.ref, at=at, data={"voice": voice.ref})
    return phone


def draft_wording(session: Session, need: Need, *, title: str, text: str, by: Viewer, at: datetime) -> Wording:
    """Write the 公开表述; another person releases it. A draft not yet released is replaced by a new one.

    Refuses what tells who somebody is (`private`), so that nobody has to find it later.
    """
    if found := hard(f"{title}\n{text}", names_behind(session, need.id)):
        raise refuse("private", f"公开表述里有{'、'.join(one.sentence for one in found)}，请改写。", "text")
    for old in session.scalars(sa.select(Wording).where(Wording.need_id == need.id, Wording.state == "drafted")):
        take_step(session, old, "take_down", by=carrying(by), at=at, note="另写了新的表述")
    if by.id is None:
        raise refuse("person", "请先登录。")
    wording = Wording(need_id=need.id, title=title, text=text, drafted_by_id=by.id)
    begin(session, wording, by=by, at=at)
    return wording


def release_wording(session: Session, wording: Wording, *, ticks: Sequence[str] = (), by: Viewer, at: datetime, note: str = "") -> None:
    """发布: from now on everyone can see this wording, the category and the community. `ticks`: the soft findings looked at."""
    wording.released_by_id, wording.ticked = by.id if by.id != wording.drafted_by_id else None, list(ticks)
    looked = [one.code for one in soft(f"{wording.title}\n{wording.text}", names_behind(session, wording.need_id))]
    take_step(session, wording, "release", by=by, at=at, note=note, data={"looked_at": looked})
    need = session.get_one(Need, wording.need_id, with_for_update=True)
    need.public, need.title = True, wording.title
    _index(session, need)
    journal.record(session, need.ref, "publish", by=by.ref, at=at, data={"wording": wording.ref})


def take_down_wording(session: Session, wording: Wording, *, note: str, by: Viewer, at: datetime) -> None:
    """撤下: the public page is gone at once."""
    was_public = wording.state == "released"
    take_step(session, wording, "take_down", by=by, at=at, note=note)
    if was_public:
        need = session.get_one(Need, wording.need_id, with_for_update=True)
        need.public = False
        _index(session, need)
        journal.record(session, need.ref, "unpublish", by=by.ref, at=at, data={"wording": wording.ref})


def rate(session: Session, need: Need, *, rating: int, by: Viewer, at: datetime, note: str = "") -> None:
    """回访: who said it judges the result, 1 to 5."""
    need.rating = rating
    take_step(session, need, "rate", by=by, at=at, note=note, data={"rating": rating})


def _forget_voices(session: Session, person_id: int, at: datetime) -> None:
    """Erase what a person said: the words, the place, the recording and the photos go; that somebody of the community spoke stays counted."""
    for voice in session.scalars(sa.select(Voice).where(Voice.person_id == person_id).order_by(Voice.id)).all():
        voice.words, voice.place, voice.speaker, voice.speaker_phone, voice.person_id = ERASED, None, None, None, None
        voice.written_down = None
        files.detach(session, voice.ref, at=at)
        session.flush()
        _index(session, session.get_one(Need, voice.need_id))
    session.execute(sa.update(Need).where(Need.resident_id == person_id).values(resident_id=None))


FORGETS = (_forget_voices,)
JOBS = {"need_receipt": receipts.make}
FOLLOWS = {"ballot": follow_ballot}
