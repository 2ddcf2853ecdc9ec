"""Reads of applications: lists, one application with all its parts, the facts its rules look at, and snapshots for later slices."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area, Dataset, Organisation, Record
from webapp.applications.checks import CHECKS, digest_of
from webapp.applications.models import Application, Check, Landing, SectionDraft, SentBack, Snapshot
from webapp.applications.queries.coaching import facts_of_coaching
from webapp.applications.queries.lists import ApplicationRow, LandingPage, calls_of, landing_one, listed
from webapp.applications.queries.together import facts_of_certification, given_level, standing
from webapp.applications.rules import (
    Asked,
    CheckFacts,
    Editing,
    LandingFacts,
    LandingState,
    Sheet,
    SubmitFacts,
    read,
    read_files,
    sections,
)
from webapp.applications.sealing import opened
from webapp.calls.models import Call, CallNeed, Version
from webapp.calls.queries import runs
from webapp.calls.rules import OUTSIDE, CallRules, OrganisationFacts, Outcome, RecordFact, check_eligibility
from webapp.core.clock import today
from webapp.core.db import rows
from webapp.core.files import Attachment
from webapp.core.scope import KEPT, Tie, Viewer, reached_by
from webapp.core.workflow import FactsOf, Refusal
from webapp.needs.models import Need
from webapp.permissions import roles_for
from webapp.workflows import APPLICATION

NOT_SEEN = ("draft", "withdrawn")
TITLE_TAKEN = Refusal("title_taken", "本单位已经用这个名称申报过本次征集，请换个名称。", "title")


def snapshot(session: Session, application_id: int) -> dict[str, Any]:
    """The newest snapshot's content: what the application is judged on. Raises NoResultFound before the first submission."""
    query = sa.select(Snapshot.content).where(Snapshot.application_id == application_id)
    content: dict[str, Any] = session.scalars(query.order_by(Snapshot.number.desc()).limit(1)).one()
    return content


def newest_snapshot(session: Session, application_id: int) -> Snapshot:
    """The newest snapshot. Raises NoResultFound before the first submission."""
    query = sa.select(Snapshot).where(Snapshot.application_id == application_id)
    return session.scalars(query.order_by(Snapshot.number.desc()).limit(1)).one()


def rules_for(session: Session, application: Application) -> CallRules:
    """The rules of the version an application answers."""
    query = sa.select(Version.rules).where(Version.call_id == application.call_id, Version.version == application.version)
    return CallRules.from_json(session.scalars(query).one())


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submitted application as later stages list it."""

    id: int
    number: str
    title: str
    category: str
    state: str
    organisation_id: int
    organisation: str
    area_code: str
    requested_fen: Money
    own_fen: Money
    awarded_fen: Money | None
    submitted_at: datetime | None

    @property
    def state_label(self) -> str:
        return APPLICATION.states[self.state]


def submitted_of(session: Session, call_id: int) -> list[Submitted]:
    """The submitted applications of a call in whatever later state, by number."""
    query = (
        sa.select(
            Application.id, Application.number, Application.title, Application.category, Application.state,
            Application.organisation_id, Organisation.name.label("organisation"), Application.area_code,
            Application.requested_fen, Application.own_fen, Application.awarded_fen, Application.submitted_at,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.call_id == call_id, Application.state.not_in(NOT_SEEN))
        .order_by(Application.number)
    )  # fmt: skip
    return rows(session, Submitted, query)


@dataclass(frozen=True)
class Whole:
    """An application with all that its page and its rules need, fetched together."""

    application: Application
    call: Call
    organisation: Organisation
    rules: CallRules
    content: dict[str, Any] | None
    """The newest snapshot's content."""
    digest: str
    drafts: dict[str, SectionDraft]
    files: tuple[Attachment, ...]
    landings: tuple[LandingState, ...]
    needs: tuple[tuple[int, str, str], ...]
    """The call's needs: key, number, title."""
    sheets: tuple[Sheet, ...]
    facts: SubmitFacts | None
    """What 提交 judges; only while the application can be changed."""

    @property
    def versions(self) -> dict[str, Any]:
        """What it says now, as `content_versions` tells it."""
        return versions_in(self.drafts, self.files)


def versions_in(drafts: Mapping[str, SectionDraft], files: Iterable[Attachment]) -> dict[str, Any]:
    return {key: one.version for key, one in drafts.items()} | {"files": sorted(one.id for one in files)}


@cache
def _surroundings() -> sa.Select[*tuple[Any, ...]]:
    """The call, the organisation, the rules in force and the newest snapshot of an application; built once."""
    newest = sa.select(sa.func.max(Snapshot.number)).where(Snapshot.application_id == sa.bindparam("key")).scalar_subquery()
    return (
        sa.select(Call, Organisation, Version.rules, Snapshot)
        .select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Version, sa.and_(Version.call_id == Call.id, Version.version == Application.version))
        .outerjoin(Snapshot, sa.and_(Snapshot.application_id == Application.id, Snapshot.number == newest))
        .where(Application.id == sa.bindparam("key"))
    )


def _core(session: Session, application: Application) -> tuple[Call, Organisation, CallRules, Snapshot | None]:
    """The call, the organisation, the rules in force and the newest snapshot, in one statement."""
    call, organisation, frozen, kept = session.execute(_surroundings(), {"key": application.id}).one()
    return call, organisation, CallRules.from_json(frozen), kept


def _drafts(session: Session, application_id: int) -> dict[str, SectionDraft]:
    """The newest saving of each section."""
    newest = (
        sa.select(SectionDraft.section, sa.func.max(SectionDraft.version).label("version"))
        .where(SectionDraft.application_id == application_id)
        .group_by(SectionDraft.section)
        .subquery()
    )
    found = session.scalars(
        sa.select(SectionDraft)
        .join(newest, sa.and_(newest.c.section == SectionDraft.section, newest.c.version == SectionDraft.version))
        .where(SectionDraft.application_id == application_id)
    )
    return {one.section: one for one in found}


def newest_draft(session: Session, application_id: int, section: str) -> SectionDraft | None:
    """The newest saving of one section."""
    query = sa.select(SectionDraft).where(SectionDraft.application_id == application_id, SectionDraft.section == section)
    return session.scalars(query.order_by(SectionDraft.version.desc()).limit(1)).first()


@cache
def _needs_of_call() -> sa.Select[*tuple[Any, ...]]:
    query = sa.select(Need.id, Need.number, Need.title).join(CallNeed, CallNeed.need_id == Need.id)
    return query.where(CallNeed.call_id == sa.bindparam("call_id")).order_by(Need.id)


def sent_back_of(session: Session, application: Application) -> dict[str, str]:
    """The sections the present correction opens, each with its remark; empty where all are open."""
    query = sa.select(SentBack.section, SentBack.remark).where(
        SentBack.application_id == application.id, SentBack.round == application.returns
    )
    return {one.section: one.remark for one in session.execute(query)}


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another application of the same organisation, to start from."""

    id: int
    number: str
    title: str


def earlier_of(session: Session, application: Application) -> list[Earlier]:
    """The newest other applications of the organisation."""
    query = (
        sa.select(Application.id, Application.number, Application.title)
        .where(Application.organisation_id == application.organisation_id, Application.id != application.id)
        .order_by(Application.id.desc())
    )
    return rows(session, Earlier, query.limit(10))


def call_needs(session: Session, call_id: int) -> tuple[tuple[int, str, str], ...]:
    """The needs of a call: key, number, title."""
    found = session.execute(_needs_of_call(), {"call_id": call_id})
    return tuple((key, number, title) for key, number, title in found)


@lru_cache(maxsize=KEPT)
def _landings_of(ties: tuple[Tie, ...]) -> sa.Select[*tuple[Any, ...]]:
    opens = sa.and_(Landing.id.is_not(None), reached_by(ties, Landing, roles_for("landing.read")))
    return (
        sa.select(Landing.id, Area.code, Area.name, sa.func.coalesce(Landing.state, ""), sa.case((opens, 1), else_=0))
        .outerjoin_from(Area, Landing, sa.and_(Landing.area_code == Area.code, Landing.application_id == sa.bindparam("key")))
        .where(Area.code.in_(sa.bindparam("codes", expanding=True)))
        .order_by(Area.code)
    )


def _landings(session: Session, application_id: int, codes: Sequence[str], by: Viewer | None) -> tuple[LandingState, ...]:
    """The communities an application names and what each said, those asked before it dropped them left out."""
    found = session.execute(_landings_of(tuple(by.ties) if by else ()), {"key": application_id, "codes": list(codes)})
    return tuple(LandingState(key, code, name, state, bool(opens)) for key, code, name, state, opens in found)


@cache
def _files_of() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(Attachment).where(Attachment.subject == sa.bindparam("ref")).order_by(Attachment.id)


def whole(session: Session, application: Application, at: datetime, by: Viewer | None = None) -> Whole:
    """All of an application, in a constant number of statements; with somebody who may hand it in, what that person lacks for it."""
    call, organisation, rules, kept = _core(session, application)
    drafting = application.state in {"draft", "returned"}
    needs = call_needs(session, call.id)
    files = tuple(session.scalars(_files_of(), {"ref": application.ref}))
    drafts = _drafts(session, application.id) if drafting else {}
    asked = Asked(call.area_code, {key for key, _, _ in needs}, application.category)
    sheets = sheets_of(rules, drafts, asked, {one.kind for one in files if one.scan != "infected"})
    content = kept.content if kept is not None else None
    named = sheets[0].values["communities"] if drafting else (content or {}).get("communities") or []
    landings = _landings(session, application.id, named, by)
    facts = None
    if drafting:
        title = sheets[0].values["title"]
        versions = versions_in(drafts, files)
        facts = SubmitFacts(
            application.id,
            Editing(application.state, call.state, call.closes_at, application.due_at, at),
            sheets,
            bool(title) and title != application.title,
            landings,
            rules.silence,
            tuple(check_eligibility(rules, _organisation_facts(session, application, organisation, at, _answered(sheets)))),
            *(standing(session, application, by, versions) if by is not None else ()),
        )
    return Whole(
        application, call, organisation, rules, content, kept.digest if kept else "", drafts, files, landings, needs, sheets, facts
    )


def sheets_of(rules: CallRules, drafts: Mapping[str, SectionDraft], asked: Asked, files: Collection[str]) -> tuple[Sheet, ...]:
    """Every section as read from its newest saving; which proofs are needed, the budget says."""
    found = []
    for key, _ in sections(rules):
        kept = drafts.get(key)
        if key != "files":
            one = read(rules, key, opened(kept.answers) if kept else {}, asked, kept.version if kept else 0)
            found.append(replace(one, source=(kept.source or "") if kept else ""))
            continue
        budget = next(one.values for one in found if one.key == "budget")
        found.append(read_files(rules, files, {name for name, fen in budget.get("sources", {}).items() if fen}))
    return tuple(found)


def missing_papers(session: Session, application: Application, rules: CallRules, kinds: Collection[str]) -> tuple[Refusal, ...]:
    """The attachments still missing, the proofs of the sources named in the budget among them."""
    budget = newest_draft(session, application.id, "budget")
    values = read(rules, "budget", budget.answers if budget else {}, Asked("", ())).values
    return read_files(rules, kinds, {name for name, fen in values.get("sources", {}).items() if fen}).remarks


def _answered(sheets: Sequence[Sheet]) -> dict[str, Any]:
    """A draft as the rules of eligibility read it: as a snapshot has it."""
    return {**sheets[0].values, "sections": {sheet.key: sheet.values for sheet in sheets}}


def _lists() -> Any:
    """The lists of other offices that were loaded into this database, by name, with commas between."""
    named = sa.func.aggregate_strings(Dataset.name, ",")
    return sa.select(named).where(Dataset.name.in_(sorted(OUTSIDE))).scalar_subquery()


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _organisation_facts(
    session: Session, application: Application, organisation: Organisation, at: datetime, content: Mapping[str, Any]
) -> OrganisationFacts:
    """The facts eligibility is judged on. A running project is a record of kind `running` that has no end yet."""
    others = (
        sa.select(sa.func.count())
        .where(
            Application.call_id == application.call_id,
            Application.organisation_id == application.organisation_id,
            Application.id != application.id,
            Application.state.not_in(NOT_SEEN),
        )
        .scalar_subquery()
    )
    found = session.execute(
        sa.select(others, _lists(), Record.kind, Record.from_day, Record.until_day, Record.value)
        .select_from(Organisation)
        .outerjoin(Record, Record.organisation_id == Organisation.id)
        .where(Organisation.id == application.organisation_id)
    ).all()
    records = tuple(RecordFact(kind, start, end, value or {}) for _, _, kind, start, end, value in found if kind is not None)
    day = today(at)
    return OrganisationFacts(
        today=day, registered_on=organisation.registered_on, grade=organisation.grade, annual_check=organisation.annual_check,
        area_code=organisation.area_code, records=records, applications=found[0][0] + 1,
        running=sum(one.kind == "running" and (one.until_day is None or one.until_day > day) for one in records),
        registered=True if organisation.credit_code else False if organisation.host_id else None, hosted=organisation.host_id is not None,
        lists=frozenset(str(found[0][1] or "").split(",")),
        landing=tuple(content.get("communities") or ()), starts_on=_day(content.get("starts_on")), ends_on=_day(content.get("ends_on")),
        answers={
            f"{key}.{name}": value for key, values in (content.get("sections") or {}).items() for name, value in (values or {}).items()
        },
    )  # fmt: skip


def outcomes(session: Session, application: Application, at: datetime) -> list[Outcome]:
    """What each eligibility rule says of the applicant now, for the formal check."""
    _, organisation, rules, kept = _core(session, application)
    content = kept.content if kept is not None else {}
    return check_eligibility(rules, _organisation_facts(session, application, organisation, at, content))


def facts_of_submit(session: Session, application: Application, by: Viewer, at: datetime) -> SubmitFacts:
    found = whole(session, application, at, by).facts
    if found is None:
        raise ValueError("an application that can be submitted is a draft")
    return found


def checks_of(session: Session, application: Application) -> list[Check]:
    """The outcomes recorded in the present round of the formal check."""
    query = sa.select(Check).where(Check.application_id == application.id, Check.round == application.returns + 1)
    return list(session.scalars(query.order_by(Check.rule)))


def facts_of_check(session: Session, application: Application, by: Viewer, at: datetime) -> CheckFacts:
    area_code, operator_id, rules = session.execute(
        sa.select(Call.area_code, Call.operator_id, Version.rules)
        .join(Version, sa.and_(Version.call_id == Call.id, Version.version == application.version))
        .where(Call.id == application.call_id)
    ).one()
    recorded = tuple(check.outcome for check in checks_of(session, application))
    return CheckFacts(application.id, runs(by, area_code, operator_id), application.returns, len(rules["eligibility"]), recorded)


def facts_of_landing(session: Session, landing: Landing, by: Viewer, at: datetime) -> LandingFacts:
    state = session.scalars(sa.select(Application.state).where(Application.id == landing.application_id)).one()
    return LandingFacts(state, landing.due_at, at)


FACTS: dict[str, FactsOf] = {
    "application.submit": facts_of_submit,
    "application.return": facts_of_check,
    "application.pass": facts_of_check,
    "application.fail": facts_of_check,
    "landing": facts_of_landing,
    "certification": facts_of_certification,
    "coaching": facts_of_coaching,
}


__all__ = [
    "CHECKS",
    "FACTS",
    "ApplicationRow",
    "LandingPage",
    "calls_of",
    "digest_of",
    "given_level",
    "landing_one",
    "listed",
    "rules_for",
    "snapshot",
    "submitted_of",
    "whole",
]
