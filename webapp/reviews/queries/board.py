"""What the what-if board starts from, and the runs saved of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.queries import names_of
from webapp.core import journal
from webapp.core.db import rows
from webapp.reviews.models import Result, Selection
from webapp.reviews.rules.again import differences
from webapp.scoring.models import Scorecard
from webapp.scoring.queries import HANDED_IN


def standing(session: Session, call_id: int) -> Selection | None:
    """The run the list came from: the newest that was adopted; the ranking itself at first."""
    query = sa.select(Selection).where(Selection.call_id == call_id, Selection.adopted_at.is_not(None))
    return session.scalars(query.order_by(Selection.adopted_at.desc(), Selection.id.desc()).limit(1)).first()


def ranking_run(session: Session, call_id: int) -> Selection | None:
    """The saved run of the ranking itself."""
    query = sa.select(Selection).where(Selection.call_id == call_id, Selection.title == "")
    return session.scalars(query.order_by(Selection.id.desc()).limit(1)).first()


def listed(session: Session, call_id: int) -> dict[int, Money]:
    """The applications on the list as it stands, with their amounts."""
    query = sa.select(Result.application_id, Result.amount_fen).where(Result.call_id == call_id, Result.outcome == "propose")
    return {key: amount or Money(0) for key, amount in session.execute(query)}


def givers(session: Session, inputs: Mapping[str, Any]) -> list[dict[str, int]]:
    """What each judge of the panel and each community gave, without names, for equal shares; in one statement."""
    refs = [f"application:{one['id']}" for one in inputs["applications"]]
    wanted = [purpose for purpose, name in (("panel", "panel"), ("coreview", "community")) if inputs["weights"].get(name)]
    query = sa.select(Scorecard.purpose, Scorecard.judge, Scorecard.subject, Scorecard.total).where(
        Scorecard.purpose.in_(wanted), Scorecard.subject.in_(refs), Scorecard.state.in_(HANDED_IN), Scorecard.total.is_not(None)
    )
    found: dict[tuple[str, str], dict[str, int]] = {}
    for purpose, judge, subject, total in session.execute(query.order_by(Scorecard.judge, Scorecard.subject)):
        found.setdefault((purpose, judge), {})[subject.removeprefix("application:")] = total or 0
    return sorted(found.values(), key=lambda files: sorted(files.items()))


@dataclass(frozen=True, slots=True)
class SavedRun:
    """A run of the board in its list."""

    id: int
    title: str
    at: datetime
    adopted_at: datetime | None
    rule_version: str
    by: str


def runs(session: Session, call_id: int, *, limit: int = 50) -> list[SavedRun]:
    """The saved runs of a call's board, newest first."""
    query = (
        sa.select(
            Selection.id, Selection.title, Selection.at, Selection.adopted_at, Selection.rule_version,
            sa.literal("person:").concat(sa.cast(Selection.by_id, sa.Text)).label("by"),
        )
        .where(Selection.call_id == call_id, Selection.title != "")
        .order_by(Selection.id.desc())
        .limit(limit)
    )  # fmt: skip
    found = rows(session, SavedRun, query)
    names = names_of(session, {one.by for one in found})
    return [SavedRun(o.id, o.title, o.at, o.adopted_at, o.rule_version, names.get(o.by, "")) for o in found]


def run(session: Session, call_id: int, key: int) -> Selection | None:
    """One saved run of a call's board."""
    return session.scalars(sa.select(Selection).where(Selection.id == key, Selection.call_id == call_id, Selection.title != "")).first()


def any_run(session: Session, call_id: int, key: int | None) -> Selection | None:
    """A run of a call, the ranking's own among them; without a key, the one its list came from."""
    if key is None:
        return standing(session, call_id)
    return session.scalars(sa.select(Selection).where(Selection.id == key, Selection.call_id == call_id)).first()


def noted(session: Session, run: Selection) -> str:
    """The digest that the journal has of a run; empty for runs from before it was written down."""
    query = sa.select(journal.Entry.data).where(
        journal.Entry.subject == f"call:{run.call_id}", journal.Entry.step.in_(("try", "run")), journal.Entry.data["selection"].as_string() == run.ref
    )  # fmt: skip
    return next((data.get("run_digest", "") for data in session.scalars(query.order_by(journal.Entry.id).limit(1))), "")


def differing(session: Session, run: Selection) -> list[str]:
    """What in a saved run does not follow from what was saved with it, in sentences."""
    return differences(run.rule_version, run.inputs, run.outputs, noted(session, run))


def same_again(found: Selection) -> bool:
    """Whether a saved run, computed again from what was saved with it, comes to the same list."""
    return not differences(found.rule_version, found.inputs, found.outputs)
