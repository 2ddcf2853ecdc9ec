"""What a judge is told of look-alikes beside the file that is read: that there are some, and how they are called. Never whose, while the review is blind."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from webapp.accounts.models import Organisation
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.findings.models import Finding
from webapp.findings.queries import PUBLISHED
from webapp.library.models import PublishedProject
from webapp.reviews.models import Assignment
from webapp.reviews.rules.blind import cover
from webapp.workflows import FINDING

MOST = 5
TOLD = ("found", "near", "asked")
"""What an officer has found to be something else is not told."""


@dataclass(frozen=True, slots=True)
class Near:
    """One thing that is like the file."""

    title: str
    organisation: str
    """Empty while the review is blind."""
    where: str
    score: int
    passages: int
    state_label: str


def near(session: Session, assignment: Assignment, *, blind: bool) -> list[Near]:
    """The look-alikes of the application a judge reads, the most alike first; one statement.

    What he stepped aside from is left out. Titles are covered as the file itself is: of both applicants' names.
    """
    me = assignment.application_id
    mine, theirs, other, own = aliased(Organisation), aliased(Organisation), aliased(Application), aliased(Application)
    aside = sa.exists().where(
        Assignment.person_id == assignment.person_id, Assignment.application_id == other.id, Assignment.state == "recused"
    )  # fmt: skip
    key = sa.case((Finding.application_id == me, Finding.other_id), else_=Finding.application_id)
    query = (
        sa.select(
            Finding.score, Finding.state, Finding.evidence, other.title, Call.title, PublishedProject.project, PublishedProject.organisation,
            PublishedProject.programme, PublishedProject.year_text, mine.name, mine.legal_representative, theirs.name, theirs.legal_representative,
        )
        .select_from(Finding)
        .join(own, own.id == me)
        .join(mine, mine.id == own.organisation_id)
        .outerjoin(other, other.id == key)
        .outerjoin(theirs, theirs.id == other.organisation_id)
        .outerjoin(Call, Call.id == other.call_id)
        .outerjoin(PublishedProject, sa.literal(f"{PUBLISHED}:") + sa.cast(PublishedProject.id, sa.String) == Finding.other)
        .where(
            Finding.kind == "alike", Finding.state.in_(TOLD), sa.or_(Finding.application_id == me, Finding.other_id == me),
            sa.or_(other.id.is_not(None), PublishedProject.id.is_not(None)), sa.not_(aside),
        )
        .order_by(Finding.score.desc(), Finding.id)
        .limit(MOST)
    )  # fmt: skip
    found = []
    for score, state, evidence, title, call, project, whose, programme, year, *names in session.execute(query):
        words, organisation = (title, names[2]) if title is not None else (project, whose)
        where = call if title is not None else f"历年项目库 {programme} {year}"
        if blind:
            words, organisation = cover(words, [name for name in (*names, whose) if name]), ""
        found.append(Near(words, organisation or "", where, score, len(evidence.get("passages") or ()), FINDING.states[state]))
    return found
