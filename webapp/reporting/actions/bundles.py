"""Many documents at once: asked for by one person, made by however many workers there are, packed into one ZIP.

A worker takes one item for a while, makes its document and marks it done in the transaction that keeps the file. So a worker that
dies leaves an item to be taken again, and nothing is made twice; `due` sends for a worker where none is left.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.viewer import viewer_of
from webapp.calls.models import Call
from webapp.core import jobs, journal, numbers, outbox, scope
from webapp.core.clock import today
from webapp.core.db import reading, transaction
from webapp.core.logs import log
from webapp.core.scope import Viewer
from webapp.core.workflow import Refusal, refuse
from webapp.reporting.actions import papers
from webapp.reporting.actions.packing import attach, pack
from webapp.reporting.models import Bundle, BundleItem, Issued
from webapp.reporting.papers import Paper
from webapp.reporting.queries import bundles as queries
from webapp.reporting.registry import ABOUT, PAPERS

LEASE = timedelta(minutes=5)
"""How long a worker has an item for itself; no document takes so long."""
TRIES = 5
SLICE = 20
"""Items one job makes before it goes to the end of the queue, so that nobody's single report waits for a bundle."""
SHARES = 2
"""Jobs of one bundle that wait beside each other: so many workers can share it."""


def ask_bundle(
    session: Session, call: Call, paper: Paper, suffix: str, *, base: str, by: Viewer, at: datetime, area: str = "", state: str = "",
    choice: str = "",
) -> Bundle:  # fmt: skip
    """Ask for the same document of all of a call's subjects that the filter leaves and that are ready for it.

    `choice`: which one of each, where a paper is one of several of its subject and the choice means the same for all (`Paper.many`).
    Raises Refused where there is none or too many, and where nothing or what nobody has was chosen.
    """
    if paper.about is None or (paper.choices is not None and paper.many is None) or queries.of_call(paper.about, call.id) is None:
        raise refuse("not_many", f"“{paper.title}”不能成批编制，请在它的页面上编制。", "paper")
    if suffix not in paper.suffixes:
        raise refuse("suffix", f"“{paper.title}”没有 {suffix.upper()} 格式。", "suffix")
    found = queries.subjects(session, by, paper.about, paper.right, call, area=area, state=state)
    if len(found) > queries.MOST:
        raise refuse("too_many", f"超过 {queries.MOST} 份，请按地区或状态分批编制。", "area")
    words, having = _chosen(session, paper, call, choice)
    ready = [one for one in found if paper.ready(one) is None and (having is None or one.id in having)]
    if not ready:
        raise refuse("none", "没有符合条件、可以编制的。请放宽地区或状态。", "paper")
    bundle = Bundle(
        number=numbers.take(session, "BP", today(at).year), kind=paper.key, suffix=suffix, subject=call.ref,
        title=f"{call.title} {paper.title}（{words and words + '，'}{len(ready)} 份）",
        chosen={"area": area, "state": state, "choice": choice, "words": words}, base=base, person_id=by.id, at=at,
    )  # fmt: skip
    session.add(bundle)
    session.flush()
    session.add_all(BundleItem(bundle_id=bundle.id, position=n, subject=one.ref) for n, one in enumerate(ready, 1))
    data = {"kind": paper.key, "subject": call.ref, "suffix": suffix, "count": len(ready), "area": area, "state": state, "choice": choice}
    journal.record(session, bundle.ref, "ask", by=by.ref, at=at, data=data)
    _send_for_workers(session, bundle, at)
    return bundle


def _send_for_workers(session: Session, bundle: Bundle, at: datetime, shares: int = SHARES) -> None:
    for _ in range(shares):
        jobs.enqueue(session, "bundle", {"bundle": bundle.id}, person_id=bundle.person_id, at=at)


def _chosen(session: Session, paper: Paper, call: Call, choice: str) -> tuple[str, frozenset[int] | None]:
    """What was chosen in words, and the keys of those that have it; None for all. Raises Refused for nothing, and for what is none."""
    if paper.many is None:
        return "", None
    found = {value: (words, having) for (value, words), having in paper.many(session, call.id).items()}
    if not found:
        raise refuse("none", "没有符合条件、可以编制的。请换一个征集公告。", "paper")
    if choice not in found:
        raise refuse("choice", f"“{paper.title}”每个有几份，请选择这一批编制哪一份。", "choice")
    return found[choice]


def stop(session: Session, bundle: Bundle, *, by: Viewer, at: datetime) -> None:
    """Make no more of it; what is made stays. Raises Refused for what is packed."""
    if bundle.packed_at is not None:
        raise refuse("packed", "已经全部编制并打包，不用停下。")
    if bundle.stopped_at is None:
        bundle.stopped_at = at
        journal.record(session, bundle.ref, "stop", by=by.ref, at=at)


def resume(session: Session, bundle: Bundle, *, by: Viewer, at: datetime) -> None:
    """Go on where it was stopped, and try again what was given up; a package without it is made anew."""
    again = sa.update(BundleItem).where(BundleItem.bundle_id == bundle.id, BundleItem.error != "")
    tried = session.scalars(again.values(error="", tries=0, taken_until=None).returning(BundleItem.id)).all()
    if bundle.stopped_at is None and not tried:
        raise refuse("nothing", "没有停下的，也没有没编成的。")
    bundle.stopped_at = bundle.packed_at = bundle.attachment_id = None
    journal.record(session, bundle.ref, "resume", by=by.ref, at=at, data={"again": len(tried)})
    _send_for_workers(session, bundle, at)


def due(session: Session, at: datetime) -> int:
    """Send for a worker for each bundle that has none: the one it had died."""
    waiting = session.scalars(sa.select(Bundle).where(Bundle.stopped_at.is_(None), Bundle.packed_at.is_(None)).order_by(Bundle.id)).all()
    if not waiting:
        return 0
    alive = sa.or_(jobs.Job.state == "queued", sa.and_(jobs.Job.state == "running", jobs.Job.lease_until >= at))
    there = {args["bundle"] for args in session.scalars(sa.select(jobs.Job.args).where(jobs.Job.kind == "bundle", alive))}
    left = [one for one in waiting if one.id not in there]
    for one in left:
        _send_for_workers(session, one, at, shares=1)
    return len(left)


def work(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job: make some of a bundle, then stand in line again; who finds nothing left to make packs it."""
    key, many = args["bundle"], 0
    while many < SLICE and (item := _take(engine, key, at)) is not None:
        _make(engine, item, at)
        many += 1
    if many == SLICE:
        with transaction(engine) as session:
            _send_for_workers(session, session.get_one(Bundle, key), at, shares=1)
    else:
        _pack(engine, key, at)
    return {"bundle": key, "made": many}


def _open(key: int) -> Sequence[sa.ColumnElement[bool]]:
    return BundleItem.bundle_id == key, BundleItem.done_at.is_(None), BundleItem.error == ""


def _take(engine: sa.Engine, key: int, at: datetime) -> int | None:
    """Take the next item for a while, with its number in the register; None when there is none to take, or the bundle was stopped.

    What nobody died over goes first: one item that kills its workers holds up none of the others.
    """
    with transaction(engine) as session:
        bundle = session.get_one(Bundle, key)
        free = sa.or_(BundleItem.taken_until.is_(None), BundleItem.taken_until < at)
        query = sa.select(BundleItem).where(*_open(key), free).order_by(BundleItem.tries, BundleItem.position).limit(1)
        item = None if bundle.stopped_at else session.scalars(query.with_for_update(skip_locked=True)).first()
        if item is None:
            return None
        item.tries, item.taken_until = item.tries + 1, at + LEASE
        if item.tries > TRIES:
            item.error = "编制时工作进程多次中断。"
        elif item.issued_id is None and (waits := _enter(session, bundle, item, at)):
            item.error = waits.sentence
        return item.id


def _enter(session: Session, bundle: Bundle, item: BundleItem, at: datetime) -> Refusal | None:
    """Give an item its line in the register; what stands in the way where it cannot have one any more."""
    paper, who = PAPERS[bundle.kind], viewer_of(session, bundle.person_id, bundle.at)
    name, _, subject_id = item.subject.partition(":")
    subject = None if who is None else scope.load(session, who, ABOUT[name][0], int(subject_id), lock=False)[0]
    if who is None or subject is None:
        return Refusal("gone", "已经不在您的范围里。")
    if waits := paper.ready(subject):
        return waits
    choice, words = (bundle.chosen.get(name, "") for name in ("choice", "words"))
    if choice and paper.choices and choice not in dict(paper.choices(session, subject, bundle.at)):
        return Refusal("choice", f"已经没有“{words}”这一份。")
    args = {"base": bundle.base, "choice": choice}
    issued = papers.of_subject(session, paper, subject, bundle.suffix, words, args, by=who, as_of=bundle.at, at=at)
    item.issued_id = issued.id
    return None


def _make(engine: sa.Engine, key: int, at: datetime) -> None:
    """Make one item's document; what cannot be made is given up with its reason, and the others go on."""

    def done(session: Session, issued: Issued, at: datetime) -> None:
        session.execute(sa.update(BundleItem).where(BundleItem.id == key).values(done_at=at, error=""))

    with reading(engine) as session:
        item = session.get_one(BundleItem, key)
    if item.error or item.issued_id is None:
        return
    try:
        papers.made(engine, item.issued_id, at, then=done)
    except Exception as error:
        log.exception("document of a bundle failed", item=key)
        with transaction(engine) as session:
            why = "内容里有字库没有的字。" if type(error).__name__ == "MissingGlyphs" else f"没有编成（{type(error).__name__}）。"
            session.execute(sa.update(BundleItem).where(BundleItem.id == key, BundleItem.done_at.is_(None)).values(error=why))


def _pack(engine: sa.Engine, key: int, at: datetime) -> None:
    """Put all that was made into one ZIP with its index, once nothing is left to make; doing it a second time changes nothing."""

    def over(session: Session, bundle: Bundle) -> bool:
        still = session.scalar(sa.select(sa.exists().where(*_open(key))))
        return not (still or bundle.stopped_at or bundle.packed_at)

    with reading(engine) as session:
        bundle = session.get_one(Bundle, key)
        if not over(session, bundle):
            return
        members = queries.members(session, key)
    with pack(bundle, members) as path, transaction(engine) as session:
        bundle = session.get_one(Bundle, key, with_for_update=True, populate_existing=True)
        if over(session, bundle):
            attachment = attach(session, bundle, path, at)
            bundle.attachment_id, bundle.packed_at = attachment.id, at
            many = sum(one.done_at is not None for one in members)
            data = {"file": attachment.digest, "size": attachment.size, "made": many, "failed": len(members) - many}
            journal.record(session, bundle.ref, "pack", by="clock", at=at, data=data)
            body = f"{bundle.title}（{bundle.number}）已编制 {many} 份" + (
                f"，{len(members) - many} 份没有编成" if many < len(members) else ""
            )
            outbox.tell(session, [bundle.person_id], bundle.ref, "成批文书已打包", f"{body}，可以下载。", at=at)
