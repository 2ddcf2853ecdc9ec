"""One project with all its parts. The parts come in one statement, so the page costs the same however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area, Organisation
from webapp.applications.models import ApplicationNeed
from webapp.calls.models import Call
from webapp.core import journal
from webapp.core.db import constant, made, row
from webapp.core.files import PAST, Attachment, Stored
from webapp.core.scope import KEPT, Tie, Viewer, reached_by
from webapp.core.trace import Trace
from webapp.needs.models import Need
from webapp.permissions import roles_for
from webapp.projects.models import (
    VERDICTS,
    Activity,
    Agreement,
    Beneficiary,
    BudgetLine,
    Change,
    Charge,
    Confirmation,
    Milestone,
    Place,
    Progress,
    Project,
    Rectification,
    Task,
    Visit,
)
from webapp.workflows import BY_NAME

LATER = ("tranche", "recovery", "survey", "evaluation")
"""What later stages make out of a project; the page names them by their references alone."""


@dataclass(frozen=True, slots=True)
class ProjectHead:
    """A project as its page heads it."""

    id: int
    number: str
    title: str
    state: str
    state_label: str
    organisation_id: int
    organisation: str
    call_id: int
    call: str
    category: str
    granted_fen: Money
    own_fen: Money
    paid_fen: Money
    spent_fen: Money
    starts_on: date
    ends_on: date
    persons: int
    visits: int
    named: int
    grade: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a project in its list: `a`, `b`, `c`, `d` are the figures of its kind."""

    kind: str
    id: int
    title: str
    state: str
    on: date | None
    a: int
    b: int
    c: int
    d: int
    text: str

    @property
    def ref(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def state_label(self) -> str:
        if self.kind == "visit":
            return VERDICTS[self.state]
        return BY_NAME[self.kind].states[self.state]


@dataclass(frozen=True, slots=True)
class LineRow:
    """One budget line: granted, accepted (已列支), waiting for a decision (待审), and what is left of the grant (可用)."""

    id: int
    title: str
    grant_fen: Money
    own_fen: Money
    spent_fen: Money
    claimed_fen: Money

    @property
    def left_fen(self) -> Money:
        return self.grant_fen - self.spent_fen - self.claimed_fen


@dataclass(frozen=True, slots=True)
class Parts:
    organisation: str
    call: str
    lines: tuple[LineRow, ...]
    milestones: tuple[Part, ...]
    places: tuple[str, ...]
    needs: tuple[Part, ...]
    agreement: Part | None
    amendments: tuple[Part, ...]
    activities: tuple[Part, ...]
    visits: tuple[Part, ...]
    rectifications: tuple[Part, ...]
    progress: tuple[Part, ...]
    changes: tuple[Part, ...]
    confirmations: tuple[Part, ...]
    charges: tuple[Part, ...]
    tasks: tuple[Part, ...]
    register: Part
    """服务对象名册 in numbers: who ever stood in it, who does now, and how many children are among these."""


def head(project: Project, parts: "Parts") -> ProjectHead:
    """The project with the names around it."""
    return ProjectHead(
        project.id, project.number, project.title, project.state, project.state_label, project.organisation_id, parts.organisation,
        project.call_id, parts.call, project.category, project.granted_fen, project.own_fen, project.paid_fen, project.spent_fen,
        project.starts_on, project.ends_on, project.persons, project.visits, project.named, project.grade,
    )  # fmt: skip


def _number(value: Any) -> Any:
    return constant(value) if isinstance(value, int) else sa.cast(value, sa.BigInteger)


def _words(value: Any) -> Any:
    return constant(value) if isinstance(value, str) else sa.cast(value, sa.Text)


def _as(
    kind: str, key: Any, title: Any, state: Any, on: Any, a: Any = 0, b: Any = 0, c: Any = 0, text: Any = "", d: Any = 0
) -> sa.Select[Any]:
    return sa.select(
        constant(kind).label("kind"), sa.cast(key, sa.BigInteger).label("id"), _words(title).label("title"),
        _words(state).label("state"), (sa.cast(sa.null(), sa.Date) if on is None else on).label("on"),
        _number(a).label("a"), _number(b).label("b"), _number(c).label("c"), _number(d).label("d"), _words(text).label("text"),
    )  # fmt: skip


@lru_cache(maxsize=KEPT)
def _parts(ties: tuple[Tie, ...]) -> sa.CompoundSelect[Any]:
    """The statement of `parts` for whoever has these ties: as long as it is, it takes longer to build than to answer."""
    mine, organisation, call, application = (
        sa.bindparam(name, type_=sa.BigInteger) for name in ("project", "organisation", "call", "application")
    )
    opens, confirms = (
        sa.case((reached_by(ties, model, roles_for(right)), 1), else_=0)
        for model, right in ((Need, "need.read"), (Confirmation, "confirmation.read"))
    )
    return sa.union_all(
        _as("organisation", Organisation.id, Organisation.name, "", None).where(Organisation.id == organisation),
        _as("call", Call.id, Call.title, "", None).where(Call.id == call),
        _as(
            "line",
            BudgetLine.id,
            BudgetLine.title,
            "",
            None,
            BudgetLine.grant_fen,
            BudgetLine.own_fen,
            BudgetLine.spent_fen,
            d=BudgetLine.claimed_fen,
        ).where(BudgetLine.project_id == mine),
        _as("milestone", Milestone.id, Milestone.title, "", Milestone.due_on, Milestone.target, Milestone.done, 0, Milestone.unit).where(
            Milestone.project_id == mine
        ),
        _as("place", 0, sa.func.coalesce(Area.name, Place.area_code), "", None)
        .select_from(Place)
        .outerjoin(Area, Area.code == Place.area_code)
        .where(Place.project_id == mine),
        _as("need", Need.id, Need.title, Need.state, None, opens, 0, 0, Need.number)
        .join(ApplicationNeed, ApplicationNeed.need_id == Need.id)
        .where(ApplicationNeed.application_id == application),
        _as(
            "agreement",
            Agreement.id,
            Agreement.title,
            Agreement.state,
            None,
            sa.case((Agreement.amends_id.is_(None), 0), else_=1),
            0,
            0,
            Agreement.number,
        ).where(Agreement.project_id == mine, Agreement.state != "void"),
        _as("confirmation", Confirmation.id, sa.func.coalesce(Area.name, Confirmation.area_code), Confirmation.state, None, confirms)
        .select_from(Confirmation)
        .outerjoin(Area, Area.code == Confirmation.area_code)
        .where(Confirmation.project_id == mine),
        _as(
            "activity",
            Activity.id,
            Activity.title,
            Activity.state,
            sa.func.coalesce(Activity.held_on, Activity.planned_on),
            Activity.persons,
            Activity.visits,
            0,
            Activity.place,
        ).where(Activity.project_id == mine),
        _as("visit", Visit.id, Visit.title, Visit.verdict, Visit.held_on).where(Visit.project_id == mine),
        _as("rectification", Rectification.id, Rectification.title, Rectification.state, None).where(Rectification.project_id == mine),
        _as("progress", Progress.id, Progress.title, Progress.state, None).where(Progress.project_id == mine),
        _as("charge", Charge.id, Charge.title, Charge.state, None).where(Charge.project_id == mine),
        _as("task", Task.id, Task.title, Task.state, Task.due_on, Task.target, Task.done, 0, Task.unit).where(Task.project_id == mine),
        _as("change", Change.id, Change.title, Change.state, None).where(Change.project_id == mine),
        _as(
            "register",
            0,
            "",
            "",
            None,
            sa.func.count(Beneficiary.id),
            sa.func.count(Beneficiary.id).filter(Beneficiary.left_on.is_(None)),
            sa.func.count(Beneficiary.id).filter(Beneficiary.left_on.is_(None), Beneficiary.minor.is_(True)),
        ).where(Beneficiary.project_id == mine),
    ).order_by("kind", "id")


def parts(session: Session, project: Project, viewer: Viewer) -> Parts:
    """Budget lines, milestones, places, needs, agreement, activities, visits, 整改, progress and changes, in one statement.

    A need's and a confirmation's `a` is 1 where the viewer may open it.
    """
    asked = {
        "project": project.id, "organisation": project.organisation_id, "call": project.call_id, "application": project.application_id,
    }  # fmt: skip
    query = _parts(tuple(viewer.ties))
    found = made(Part, session.execute(query, asked))

    def of(kind: str) -> tuple[Part, ...]:
        return tuple(one for one in found if one.kind == kind)

    lines = tuple(LineRow(one.id, one.title, Money(one.a), Money(one.b), Money(one.c), Money(one.d)) for one in of("line"))
    places = tuple(sorted(one.title for one in of("place")))
    agreements = [one for one in of("agreement") if not one.a]
    return Parts(
        of("organisation")[0].title,
        of("call")[0].title,
        lines,
        of("milestone"),
        places,
        of("need"),
        agreements[-1] if agreements else None,
        tuple(one for one in of("agreement") if one.a),
        of("activity"),
        of("visit"),
        of("rectification"),
        of("progress"),
        of("change"),
        of("confirmation"),
        of("charge"),
        of("task"),
        of("register")[0],
    )


def amendment_of(session: Session, change_id: int) -> Part | None:
    """The 补充协议 by which a change takes effect, where there is one."""
    query = _as("agreement", Agreement.id, Agreement.title, Agreement.state, None, 1, 0, 0, Agreement.number)
    found = session.execute(query.where(Agreement.change_id == change_id, Agreement.state != "void")).mappings().first()
    return Part(**found) if found else None


@dataclass(frozen=True, slots=True)
class Later:
    """Something a later stage made out of the project."""

    ref: str
    label: str
    title: str
    state_label: str


@cache
def _later() -> sa.Select[Any]:
    """Built once."""
    wanted = sa.or_(*(Trace.child.startswith(f"{name}:", autoescape=True) for name in LATER))
    return (
        sa.select(journal.Entry.subject, journal.Entry.after, journal.Entry.data)
        .join(Trace, Trace.child == journal.Entry.subject)
        .where(Trace.parent == sa.bindparam("project"), wanted)
        .order_by(journal.Entry.subject, journal.Entry.number)
    )


def later(session: Session, project: Project) -> list[Later]:
    """Tranches, recoveries and evaluations of the project, by trace and journal alone, for this stage knows none of them."""
    states: dict[str, str] = {}
    titles: dict[str, str] = {}
    for subject, after, data in session.execute(_later(), {"project": project.ref}):
        states[subject] = after or states.get(subject, "")
        titles.setdefault(subject, str((data or {}).get("title", "")))
    order = sorted(states, key=lambda ref: (LATER.index(ref.partition(":")[0]), int(ref.partition(":")[2])))
    found = []
    for ref in order:
        workflow = BY_NAME[ref.partition(":")[0]]
        found.append(Later(ref, workflow.label, titles[ref], workflow.states.get(states[ref], "")))
    return found


@dataclass(frozen=True, slots=True)
class Paper:
    """A file with the words of its kind."""

    id: int
    name: str
    size: str
    kind: str
    href: str
    scan_label: str


WORDS_OF_FILES = {
    "sign_in": "签到表",
    "photo": "照片",
    "proof": "证明材料",
    "paper": "材料",
    "self": "自评佐证",
    "minutes": "会议纪要",
    "audit": "审计报告",
    "receipt": "收款票据",
    "voucher": "凭证",
    "consent": "知情同意书",
    "sealed_org": "乙方盖章件",
    "sealed": "甲方盖章件",
}


def papers(files: Iterable[Stored]) -> list[Paper]:
    """Files as the pages list them."""
    return [Paper(f.id, f.name, _size(f.size), _kind(f.kind), f"/files/{f.id}", f.scan_label) for f in files]


def _kind(kind: str) -> str:
    """The words of a kind of file; of one that something was sent back with, that it is of before."""
    words = WORDS_OF_FILES.get(kind.removeprefix(PAST), "")
    return f"{words or '材料'}（退回前）" if kind.startswith(PAST) else words


def _size(size: int) -> str:
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(1, size // 1024)} KB"


def files_of(session: Session, subject: str) -> list[Paper]:
    query = sa.select(Attachment.id, Attachment.kind, Attachment.name, Attachment.size, Attachment.digest, Attachment.at, Attachment.scan)
    found = session.execute(query.where(Attachment.subject == subject).order_by(Attachment.id)).mappings()
    return papers([Stored(**one) for one in found])


@dataclass(frozen=True, slots=True)
class Whose:
    """The project a part belongs to."""

    id: int
    number: str
    title: str
    organisation: str


def whose(session: Session, project_id: int) -> Whose:
    """The project of a part, for its page's head."""
    query = (
        sa.select(Project.id, Project.number, Project.title, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Project.organisation_id)
        .where(Project.id == project_id)
    )
    found = row(session, Whose, query)
    assert found is not None
    return found


def milestones_of(session: Session, project_id: int) -> list[tuple[int, str]]:
    """The indicators of a project as choices of a form."""
    query = sa.select(Milestone.id, Milestone.title, Milestone.unit).where(Milestone.project_id == project_id).order_by(Milestone.id)
    return [(key, f"{title}（{unit}）") for key, title, unit in session.execute(query)]


def lines_of(session: Session, project_id: int) -> list[LineRow]:
    """The budget lines of a project."""
    query = sa.select(
        BudgetLine.id, BudgetLine.title, BudgetLine.grant_fen, BudgetLine.own_fen, BudgetLine.spent_fen, BudgetLine.claimed_fen
    )
    found = session.execute(query.where(BudgetLine.project_id == project_id).order_by(BudgetLine.position)).mappings()
    return [LineRow(**one) for one in found]
