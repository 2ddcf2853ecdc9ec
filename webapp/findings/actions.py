"""Looking: a job compares what was submitted with all that is indexed, and keeps what a person should look at.

A job and not the submitting itself: at a deadline nobody waits for it, and two that submit at once are compared one after the other,
so that the second always meets the first.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.applications.models import Application
from webapp.core import jobs, logs
from webapp.core.db import reading, transaction
from webapp.core.scope import Viewer
from webapp.core.workflow import CLOCK, begin, take_step
from webapp.findings import queries
from webapp.findings.models import Finding, IdentityKey, Indexed, Print
from webapp.findings.queries import APPLICATION, PUBLISHED, Source
from webapp.findings.rules import Likeness, compare, double, prints, request_of, title_prints
from webapp.findings.rules.identity import score

MOST = 20
"""Look-alikes kept of one application: the most alike."""
KIND = "findings.compare"


@dataclass(frozen=True, slots=True)
class Found:
    """One finding to be kept."""

    kind: str
    other: str
    score: int
    evidence: dict[str, Any]


def _passages(one: Source, two: Source, likeness: Likeness) -> list[list[Any]]:
    return [
        [
            one.text.answers[m.one.answer].place, m.one.start, m.one.end,
            two.text.answers[m.two.answer].place, m.two.start, m.two.end, m.same,
        ]
        for m in likeness.matches
    ]  # fmt: skip


def judge(me: Source, other: Source) -> Found | None:
    """What a person should look at between an application and one other thing. The later of two applications comes first."""
    one, two = (other, me) if other.call_id is not None and other.id > me.id else (me, other)
    likeness = compare(one.text, two.text)
    same = me.organisation_id == other.organisation_id if other.call_id is not None else me.organisation == other.organisation
    evidence: dict[str, Any] = {
        "snapshots": [one.snapshot, two.snapshot], "title": likeness.title, "shares": [likeness.share_one, likeness.share_two],
        "same": likeness.same, "passages": _passages(one, two, likeness),
    }  # fmt: skip
    if not same:
        return Found("alike", other.ref, min(likeness.score, 100), evidence) if likeness.is_finding else None
    twice = double(request_of(one.content), request_of(two.content))
    if not (twice.is_finding or likeness.is_finding):
        return None
    evidence |= {
        "items": [list(pair) for pair in twice.items],
        "shared_fen": twice.shared_fen,
        "part": twice.part,
        "overlap": twice.overlap,
    }
    return Found("double", other.ref, min(max(twice.score, likeness.score), 100), evidence)


def likenesses(session: Session, me: Source) -> list[Found]:
    """All that looks like an application: by title, by text, and what its own organisation asked for elsewhere. A constant number of statements."""
    near = queries.candidates(session, me.text, but=(APPLICATION, me.id))
    own = queries.same_applicant(session, me.organisation_id or 0, me.id)
    partners = session.execute(
        sa.select(Finding.application_id, Finding.other_id).where(
            sa.or_(Finding.application_id == me.id, Finding.other_id == me.id), Finding.other_id.is_not(None), Finding.kind != "identity"
        )
    )
    known = [first if second == me.id else second for first, second in partners if second is not None]
    keys: dict[Any, None] = dict.fromkeys([*(key for kind, key in near if kind == APPLICATION), *own, *known])
    others = [*queries.applications(session, list(keys)), *queries.published(session, [key for kind, key in near if kind == PUBLISHED])]
    found = [one for other in others if (one := judge(me, other)) is not None]
    return sorted(found, key=lambda one: (-one.score, one.other))[:MOST]


def _index(session: Session, kind: str, source: Source, seen: datetime) -> None:
    old = session.scalar(sa.select(Indexed.id).where(Indexed.kind == kind, Indexed.object_id == source.id))
    if old is not None:
        session.execute(sa.delete(Print).where(Print.text_id == old))
        session.execute(sa.delete(Indexed).where(Indexed.id == old))
    titles = title_prints(source.text.title)
    kept = Indexed(kind=kind, object_id=source.id, pairs=len(titles), seen=seen)
    session.add(kept)
    session.flush()
    numbers = sorted(prints(source.text) | titles)
    if numbers:
        session.execute(sa.insert(Print), [{"number": number, "text_id": kept.id} for number in numbers])


def _identities(session: Session, me: Source) -> list[Found]:
    """Keep the keys of the applicant and of whom it is related to as they are now, and find who shares one."""
    if me.organisation_id is None or me.call_id is None:
        return []
    others = queries.related(session, me.organisation_id, me.call_id)
    keys = queries.keys_of(session, [me.organisation_id, *others])
    session.execute(sa.delete(IdentityKey).where(IdentityKey.organisation_id.in_(list(keys))))
    new = [{"organisation_id": one, "field": field, "key": key} for one, found in sorted(keys.items()) for field, key in sorted(found)]
    if new:
        session.execute(sa.insert(IdentityKey), new)
    fields: dict[str, list[list[str]]] = {}
    for organisation, application, mine, theirs in queries.sharing(session, me.organisation_id, me.call_id, others):
        other = f"{APPLICATION}:{application}" if application is not None else f"organisation:{organisation}"
        turned = application is not None and application > me.id
        fields.setdefault(other, []).append([theirs, mine] if turned else [mine, theirs])
    return [Found("identity", other, score([one for one, _ in shared]), {"fields": shared}) for other, shared in sorted(fields.items())]


def _keep(session: Session, me: Source, found: list[Found], at: datetime) -> None:
    """Bring the findings of an application to what was found: new ones begin, changed ones are opened again, others vanish."""
    query = sa.select(Finding).where(sa.or_(Finding.application_id == me.id, Finding.other_id == me.id)).with_for_update()
    have = {
        (one.kind, one.other if one.application_id == me.id else f"{APPLICATION}:{one.application_id}"): one
        for one in session.scalars(query)
    }
    calls = _calls_of(session, [int(one.other.partition(":")[2]) for one in found if one.other.startswith(f"{APPLICATION}:")])
    for one in found:
        there = have.pop((one.kind, one.other), None)
        if there is None:
            _begin(session, me, one, calls, at)
        elif there.evidence != one.evidence:
            there.evidence, there.score = one.evidence, one.score
            if there.state != "found":
                take_step(session, there, "reopen", by=CLOCK, at=at)
        elif there.state == "gone":
            take_step(session, there, "reopen", by=CLOCK, at=at)
    for there in have.values():
        if there.state != "gone":
            take_step(session, there, "vanish", by=CLOCK, at=at)


def _calls_of(session: Session, keys: list[int]) -> dict[int, int]:
    query = sa.select(Application.id, Application.call_id).where(Application.id.in_(keys))
    return dict(session.execute(query).all())


def _begin(session: Session, me: Source, one: Found, calls: dict[int, int], at: datetime) -> None:
    first, second, name = me.id, None, one.other
    if one.other.startswith(f"{APPLICATION}:"):
        key = int(one.other.partition(":")[2])
        first, second = max(me.id, key), min(me.id, key)
        name = f"{APPLICATION}:{second}"
    known = {**calls, me.id: me.call_id}
    made = Finding(
        kind=one.kind, application_id=first, call_id=known[first], other=name, other_id=second, score=one.score, evidence=one.evidence,
        other_call_id=known[second] if second is not None else None,
    )  # fmt: skip
    begin(session, made, by=CLOCK, at=at, step="find", data={"kind": one.kind, "score": one.score})


def look(engine: sa.Engine, application_id: int, at: datetime) -> int:
    """Compare one submitted application with all that is indexed, index it, and keep what was found; gives how many findings.

    Reads and computes first, holding no lock, and writes last.
    """
    with reading(engine) as session:
        me = next(iter(queries.applications(session, [application_id])), None)
        seen = queries.moment_of(session, APPLICATION, application_id)
        if me is None or seen is None:
            return 0
        found = likenesses(session, me)
    with transaction(engine) as session:
        _index(session, APPLICATION, me, seen)
        found += _identities(session, me)
        _keep(session, me, found, at)
    return len(found)


def index_published(engine: sa.Engine, key: int) -> None:
    """Make a published project one that applications are compared with."""
    with transaction(engine) as session:
        seen = queries.moment_of(session, PUBLISHED, key)
        assert seen is not None
        _index(session, PUBLISHED, queries.published(session, [key])[0], seen)


def compare_waiting(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job: whatever was submitted or published and is not indexed as it stands now. Safe to run twice; one that fails stops no other."""
    done = failed = after = 0
    while (key := _next(engine, queries.waiting_published, after)) is not None:
        index_published(engine, key)
        after = key
    after = 0
    while (key := _next(engine, queries.waiting, after)) is not None:
        after = key
        try:
            look(engine, key, at)
            done += 1
        except Exception:
            failed += 1
            logs.log.exception("comparison failed", application=key)
    return {"done": done, "failed": failed}


def _next(engine: sa.Engine, ask: Any, after: int) -> int | None:
    with reading(engine) as session:
        found: int | None = ask(session, after)
        return found


def _ask(session: Session, at: datetime) -> None:
    jobs.enqueue(session, KIND, {}, person_id=None, at=at)


def follow(session: Session, application: Application, step: str, *, by: Viewer, at: datetime, note: str, data: dict[str, Any]) -> None:
    """What a submission and a withdrawal mean for the index, in their transaction."""
    if step == "submit":
        _ask(session, at)
    elif step == "withdraw":
        gone = sa.select(Indexed.id).where(Indexed.kind == APPLICATION, Indexed.object_id == application.id)
        session.execute(sa.delete(Print).where(Print.text_id.in_(gone)))
        session.execute(sa.delete(Indexed).where(Indexed.kind == APPLICATION, Indexed.object_id == application.id))


def due(session: Session, at: datetime) -> int:
    """What is already there, or was left by a job that died: asked for once more, unless somebody is at it."""
    asked = sa.select(sa.exists().where(jobs.Job.kind == KIND, jobs.Job.state.in_(("queued", "running"))))
    if session.scalar(asked) or (queries.waiting(session) is None and queries.waiting_published(session) is None):
        return 0
    _ask(session, at)
    return 1


TICK = (due,)
JOBS = {KIND: compare_waiting}
FOLLOWS = {APPLICATION: follow}
