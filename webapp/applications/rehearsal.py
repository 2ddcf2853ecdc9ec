"""演练: a call is tried with three test organisations in a house of its own, before anybody else sees it.

The house is an SQLite database in memory that lives as long as the answer to one request. Into it go the call as it stands, the areas it
lies in, and organisations nobody has; the verbs are the real ones. So nothing of a rehearsal can be met in a list, a search, a count, an
export, a message or the book: it was never in the database of the installation (decision 22).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from reports.money import Money
from webapp.accounts.models import Area, Dataset, Membership, Organisation, Person
from webapp.accounts.viewer import Viewer, viewer_of
from webapp.applications import actions, queries
from webapp.applications.models import Application, Landing
from webapp.calls.models import Call, Fund, Version
from webapp.calls.rules import OUTSIDE, CallRules, Column, Question
from webapp.core.clock import today
from webapp.core.db import Base
from webapp.core.files import Attachment
from webapp.core.scope import within
from webapp.core.workflow import CLOCK, Refused, begin, refusals

FAR = date(2000, 1, 1)
MOST_AREAS = 400
OUTCOMES = {"pass": "符合", "fail": "不符合", "manual": "由人核对"}


@dataclass(frozen=True, slots=True)
class Tester:
    """A test organisation: what is known of it, and what it asks for."""

    name: str
    says: str
    requested: Money
    own: Money
    registered_on: date
    annual_check: str = "合格"
    grade: str = "5A"
    months: int = 12
    writes: bool = True
    """Whether it fills in anything at all."""


@dataclass(frozen=True, slots=True)
class Played:
    """How it went for one: what stood in the way of submitting, and what the check would propose."""

    name: str
    says: str
    submitted: bool
    sentences: tuple[str, ...]
    outcomes: tuple[tuple[str, str, str], ...]
    """Each condition, its outcome in words, and the reason."""


def testers(rules: CallRules, at: datetime) -> tuple[Tester, ...]:
    """The three ready ones: within all limits, just beyond them, and one that wrote nothing."""
    day = today(at)
    ceiling, old = (
        rules.ceiling(rules.categories[0].key if rules.categories else ""),
        day.replace(month=1, day=1, year=day.year - 8),
    )
    return (
        Tester("测试单位一", "申请正好是上限，配套与资助一样多，登记八年，年检合格，5A。", ceiling, ceiling, old),
        Tester("测试单位二", "申请比上限多一分，没有配套，上个月才登记，年检不合格。", ceiling + Money(1), Money(0), day - timedelta(days=30), "不合格", "", 1),
        Tester("测试单位三", "只写了项目名称。", Money(0), Money(0), old, writes=False),
    )  # fmt: skip


def rehearse(source: Session, call: Call, them: Sequence[Tester], *, at: datetime) -> list[Played]:
    """Play an application of each tester from beginning to submitting. Reads the call and the areas; writes nothing of it."""
    rules = CallRules.from_json(call.pending or call.rules)
    with _house(source, call, rules, at) as (session, stand_in, community):
        return [_played(session, stand_in, community, rules, one, at) for one in them]


@contextmanager
def _house(source: Session, call: Call, rules: CallRules, at: datetime) -> Iterator[tuple[Session, Call, str]]:
    """The house of one rehearsal: gone, with all that was in it, when this ends."""
    engine = sa.create_engine("sqlite://", poolclass=StaticPool, hide_parameters=True)
    try:
        Base.metadata.create_all(engine)
        with Session(engine, expire_on_commit=False) as session:
            community = _areas(source, session, call.area_code)
            office = Organisation(kind="bureau", name="演练主办单位", area_code=call.area_code)
            session.add_all([office, *(Dataset(name=name, at=at, about={}) for name in sorted(OUTSIDE))])
            session.flush()
            fund = Fund(name="演练资金", kind="lottery", area_code=call.area_code, payer_id=office.id)
            session.add(fund)
            session.flush()
            stand_in = Call(
                number="演练", kind=call.kind, legal_form=call.legal_form, title=call.title, intro=call.intro, area_code=call.area_code,
                organiser_id=office.id, payer_id=office.id, fund_id=fund.id, fund_year=call.fund_year, opens_at=at - timedelta(days=1),
                closes_at=at + timedelta(days=1), prepared_by_id=0, without_needs="演练", rules=rules.to_json(), version=1,
            )  # fmt: skip
            begin(session, stand_in, by=CLOCK, at=at, state="open")
            session.add(Version(call_id=stand_in.id, version=1, rules=stand_in.rules, digest="", at=at))
            session.flush()
            yield session, stand_in, community
            session.rollback()
    finally:
        engine.dispose()


def _areas(source: Session, session: Session, code: str) -> str:
    """The areas of the call and those above it; gives a community to land in."""
    above = [code[:n] for n in (2, 4, 6, 9, 12) if n < len(code)]
    query = (
        sa.select(Area.code, Area.name)
        .where(sa.or_(Area.code.in_(above), within(Area.code, code)))
        .order_by(sa.func.length(Area.code).desc())
    )
    found = source.execute(query.order_by(Area.code).limit(MOST_AREAS)).all()
    known = {one.code: one.name for one in found} | {one: one for one in above if one not in {row.code for row in found}}
    community = next((one.code for one in found if len(one.code) == len("320508019036")), f"{code:0<9}001"[:12])
    known.setdefault(community, "演练社区")
    session.add_all(Area(code=key, name=name, source="演练") for key, name in known.items())
    session.flush()
    return community


def _played(session: Session, call: Call, community: str, rules: CallRules, one: Tester, at: datetime) -> Played:
    office = Organisation(
        kind="social_org", name=one.name, area_code=call.area_code[:6], registered_on=one.registered_on, annual_check=one.annual_check,
        grade=one.grade, phone="0512-60000000", legal_representative="测试", bank_account="0",
    )  # fmt: skip
    street = Organisation(kind="community", name="演练社区", area_code=community)
    session.add_all([office, street])
    session.flush()
    lead, worker = _person(session, office, "org_lead", at), _person(session, street, "community", at)
    category = rules.categories[0].key if rules.categories else ""
    made = actions.create(session, call, title=f"{one.name}的项目", category=category, by=lead, at=at)
    if one.writes:
        _write(session, made, rules, one, community, lead, at)
        actions.ask_landing(session, made, by=lead, at=at)
        for landing in session.scalars(sa.select(Landing).where(Landing.application_id == made.id)).all():
            actions.agree(session, landing, by=worker, at=at)
    found = refusals(session, made, "submit", by=lead, at=at)
    judged = tuple((each.rule.text, OUTCOMES[each.outcome], each.reason) for each in queries.outcomes(session, made, at))
    return Played(one.name, one.says, not found, tuple(each.sentence for each in found), judged)


def _person(session: Session, office: Organisation, role: str, at: datetime) -> Viewer:
    person = Person(name=f"{office.name}负责人")
    session.add(person)
    session.flush()
    session.add(Membership(person_id=person.id, organisation_id=office.id, role=role, from_day=FAR))
    session.flush()
    found = viewer_of(session, person.id, at)
    assert found is not None
    return found


def _write(session: Session, made: Application, rules: CallRules, one: Tester, community: str, by: Viewer, at: datetime) -> None:
    """Answer everything that is asked; the papers are named without a file, for the store of files is the installation's."""
    starts = today(at) + timedelta(days=60)
    ends = starts + timedelta(days=30 * one.months + 5)
    basics = {
        "title": made.title, "category": made.category, "starts_on": starts.isoformat(), "ends_on": ends.isoformat(), "communities": [community],
        "needs": [],
    }  # fmt: skip
    cells = {
        "line": rules.budget.lines[0].key, "item": "活动物资", "unit": _yuan(one.requested + one.own), "quantity": "1",
        "grant": _yuan(one.requested), "own": _yuan(one.own), "need": "",
    }  # fmt: skip
    target = {"title": "服务", "unit": "次", "target": "100", "due_on": ends.isoformat()}
    sections: dict[str, dict[str, Any]] = {
        "basics": basics,
        "budget": {"requested": _yuan(one.requested), "rows": [cells]},
        "indicators": {"rows": [target]},
    }
    sections |= {part.key: {each.key: ready(each, starts) for each in part.questions} for part in rules.sections}
    for key, raw in sections.items():
        try:
            actions.save(session, made, key, raw, version=1 if key == "basics" else 0, by=by, at=at, looked=True)
        except Refused:
            continue  # what cannot even be kept is told by what is missing then
    for paper in rules.attachments:
        session.add(
            Attachment(
                subject=made.ref, kind=paper.key, name="测试.pdf", media_type="application/pdf", size=1, digest="0" * 64, by=by.ref, at=at
            )
        )
    session.flush()


def _yuan(amount: Money) -> str:
    return f"{amount.fen // 100}.{amount.fen % 100:02d}"


def ready(question: Question | Column, starts: date) -> Any:
    """An answer that a question takes."""
    kind = question.kind
    if kind == "table" and isinstance(question, Question):
        rows = len(question.rows) or max(question.least or 1, 1)
        return [{column.key: ready(column, starts) for column in question.columns} for _ in range(rows)]
    if kind in {"choice", "choices"}:
        options = list(question.options)
        return options[0] if kind == "choice" else options[: max(getattr(question, "least", 0) or 1, 1)]
    words = "测试内容" * (1 + (getattr(question, "shortest", None) or 0) // 4)
    answers = {
        "number": str(getattr(question, "least", None) or 10), "money": "1000", "date": starts.isoformat(), "yesno": "否", "phone": "13800000000",
    }  # fmt: skip
    return answers.get(kind, words[: question.longest] if question.longest else words)
