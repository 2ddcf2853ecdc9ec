"""When the terms of a breach act; pure."""

from datetime import date, datetime, timedelta

from webapp.calls.rules.parts import Breach
from webapp.calls.rules.times import until
from webapp.core.clock import end_of


def report_due(plan: Breach, ends_on: date) -> datetime:
    """By when 结项 is to be asked for and the final report handed in: with the project's last day, or so long after it as the call says."""
    end = end_of(ends_on)
    return until(end - timedelta(seconds=1), plan.report_within) if plan.report_within is not None else end


def is_late(due: datetime | None, at: datetime) -> bool:
    """Whether what is handed in at a moment comes after its time; what has no time is never late."""
    return due is not None and at > due


def late_papers(plan: Breach, *, self_late: bool, report: str, report_late: bool, ends_on: date | None, at: datetime) -> tuple[str, ...]:
    """What lets an evaluation fail because it was handed in late or not at all, where the call says so (`late_fails`).

    `report` is the state of the final report, empty where there is none; `ends_on` the project's last day in a final, None in a mid-term.
    """
    if not plan.late_fails:
        return ()
    found = ["自评迟交"] if self_late else []
    if ends_on is not None and plan.report_within is not None:
        if report_late:
            found.append("总结报告（末期进展报告）迟交")
        elif report not in ("submitted", "accepted") and is_late(report_due(plan, ends_on), at):
            found.append("总结报告（末期进展报告）没有交")
    return tuple(found)
