"""Reads of 项目优化: what was asked and suggested, the draft in the version that was shown, and what differs now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import area_names
from webapp.applications.models import Application, Coaching, SectionDraft
from webapp.applications.rules import AskingFacts, CoachingFacts, Editing, in_words, papers, sections
from webapp.calls.models import Call, CallNeed, Version
from webapp.calls.rules import CallRules
from webapp.core.db import rows
from webapp.core.files import Attachment
from webapp.core.scope import Viewer
from webapp.needs.models import Need
from webapp.workflows import COACHING


@dataclass(frozen=True, slots=True)
class Around:
    """What a coaching hangs on, fetched together."""

    application: Application
    call: Call
    rules: CallRules

    def editing(self, at: datetime) -> Editing:
        one = self.application
        return Editing(one.state, self.call.state, self.call.closes_at, one.due_at, at)


def around(session: Session, application_id: int) -> Around:
    """An application with its call and the rules it answers. Raises NoResultFound where there is none."""
    query = (
        sa.select(Application, Call, Version.rules)
        .join(Call, Call.id == Application.call_id)
        .join(Version, sa.and_(Version.call_id == Call.id, Version.version == Application.version))
        .where(Application.id == application_id)
    )
    application, call, rules = session.execute(query).one()
    return Around(application, call, CallRules.from_json(rules))


def facts_of_asking(session: Session, here: Around, at: datetime) -> AskingFacts:
    waiting = sa.select(Coaching.id).where(Coaching.application_id == here.application.id, Coaching.state == "asked")
    return AskingFacts(
        here.rules.coaching, here.call.operator_id is not None, here.editing(at), session.scalar(waiting.limit(1)) is not None
    )  # fmt: skip


def facts_of_coaching(session: Session, one: Coaching, by: Viewer, at: datetime) -> CoachingFacts:
    return CoachingFacts(around(session, one.application_id).editing(at), one.overall)


@dataclass(frozen=True, slots=True)
class CoachingRow:
    """One coaching in the list of an application."""

    id: int
    state: str
    state_at: datetime
    wish: str
    overall: str

    @property
    def state_label(self) -> str:
        return COACHING.states[self.state]


def coachings_of(session: Session, application_id: int) -> list[CoachingRow]:
    """All that was ever asked for an application, newest first."""
    query = sa.select(Coaching.id, Coaching.state, Coaching.state_at, Coaching.wish, Coaching.overall)
    return rows(session, CoachingRow, query.where(Coaching.application_id == application_id).order_by(Coaching.id.desc()).limit(50))


def newest_advice(session: Session, application_id: int) -> Coaching | None:
    """The newest suggestions, to be shown beside the sections."""
    query = sa.select(Coaching).where(Coaching.application_id == application_id, Coaching.state == "given")
    return session.scalars(query.order_by(Coaching.id.desc()).limit(1)).first()


def papers_of(session: Session, application: Application, rules: CallRules) -> list[str]:
    """The attachments by the paper they are for and their name."""
    titles = {paper.key: paper.title for paper in papers(rules)}
    query = sa.select(Attachment.kind, Attachment.name).where(Attachment.subject == application.ref).order_by(Attachment.id)
    return [f"{titles.get(kind, kind)}：{name}" for kind, name in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Said:
    """A section in one version, in words by title."""

    key: str
    title: str
    version: int
    answers: dict[str, str]


def said_at(session: Session, here: Around, *versions: Mapping[str, Any]) -> list[list[Said]]:
    """The sections in each of some sets of versions, in words; telephone numbers masked. Three statements, however many sets."""
    wanted = {(key, version) for one in versions for key, version in one.items() if key != "files"}
    pairs = [sa.and_(SectionDraft.section == key, SectionDraft.version == version) for key, version in sorted(wanted)]
    found: dict[tuple[str, int], dict[str, Any]] = {}
    if pairs:
        query = sa.select(SectionDraft.section, SectionDraft.version, SectionDraft.answers)
        for key, version, answers in session.execute(query.where(SectionDraft.application_id == here.application.id, sa.or_(*pairs))):
            found[key, version] = answers
    names = _names(session, here, [answers for (key, _), answers in found.items() if key == "basics"])
    told = []
    for one in versions:
        parts = []
        for key, title in sections(here.rules):
            version = one.get(key, 0)
            if key != "files":
                answers = found.get((key, version), {})
                if key == "basics":
                    answers = {
                        **answers,
                        **{
                            name: [names.get(str(each), str(each)) for each in answers.get(name) or ()] for name in ("communities", "needs")
                        },
                    }
                parts.append(Said(key, title, version, in_words(here.rules, key, answers) if version else {}))
        told.append(parts)
    return told


def _names(session: Session, here: Around, basics: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The names of the communities and needs that basics speak of."""
    codes = {str(code) for one in basics for code in one.get("communities") or ()}
    chosen = sa.select(Need.id, Need.title).join(CallNeed, CallNeed.need_id == Need.id).where(CallNeed.call_id == here.call.id)
    needs = {str(key): title for key, title in session.execute(chosen)} if any(one.get("needs") for one in basics) else {}
    return {**(area_names(session, sorted(codes)) if codes else {}), **needs}
