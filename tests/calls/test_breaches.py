"""When the terms of a breach act."""

from datetime import UTC, date, datetime

import pytest

from webapp.calls.rules import late_papers, report_due
from webapp.calls.rules.parts import Breach, Span

END = date(2026, 3, 31)
MONTH = Breach(late_fails=True, report_within=Span(1, "month"))
IN_TIME, AFTER = datetime(2026, 4, 30, 15, 59, 59, tzinfo=UTC), datetime(2026, 4, 30, 16, tzinfo=UTC)


def test_the_final_report_is_due_so_long_after_the_last_day():
    assert report_due(MONTH, END) == IN_TIME
    assert report_due(Breach(), END) == datetime(2026, 3, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("plan", "told", "at", "found"),
    [
        (MONTH, {}, IN_TIME, 0), (MONTH, {}, AFTER, 1), (MONTH, {"report": "draft"}, AFTER, 1), (MONTH, {"report": "returned"}, AFTER, 1),
        (MONTH, {"report": "accepted"}, AFTER, 0), (MONTH, {"report": "submitted"}, AFTER, 0),
        (MONTH, {"report": "accepted", "report_late": True}, AFTER, 1), (MONTH, {"self_late": True}, IN_TIME, 1),
        (MONTH, {"self_late": True}, AFTER, 2), (MONTH, {"ends_on": None}, AFTER, 0), (Breach(late_fails=True), {}, AFTER, 0),
        (Breach(report_within=Span(1, "month")), {"self_late": True, "report_late": True}, AFTER, 0),
    ],
)  # fmt: skip
def test_what_is_late_or_missing(plan, told, at, found):
    asked = {"self_late": False, "report": "", "report_late": False, "ends_on": END} | told
    assert len(late_papers(plan, **asked, at=at)) == found
