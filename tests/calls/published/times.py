"""Cases of publicity_and_time_limits.csv."""

from datetime import UTC, datetime

from tests.calls.published import Case, NoRule
from webapp.calls.rules import NoticePlan, Span, template, until

FILE = "publicity_and_time_limits"
SHANGHAI = template("shanghai")
LUOHU = NoticePlan(Span(6, "day"), named=True)


def within(start: datetime, span: Span | None):
    """Whether a moment is within the span that begins at `start`."""
    assert span is not None
    return lambda at: at <= until(start, span)


def last(year: int, month: int, day: int) -> datetime:
    """The last minute of a Chinese day."""
    return datetime(year, month, day, 15, 59, tzinfo=UTC)


def over(year: int, month: int, day: int) -> datetime:
    """The moment a Chinese day is over."""
    return datetime(year, month, day, 16, tzinfo=UTC)


MARCH = datetime(2026, 3, 2, 1, tzinfo=UTC)
CASES = (
    Case(FILE, 2, "15日", within(MARCH, SHANGHAI.notice.span), last(2026, 3, 17), over(2026, 3, 17)),
    Case(FILE, 3, "60日", within(MARCH, SHANGHAI.review_within), last(2026, 5, 1), over(2026, 5, 1)),
    Case(FILE, 4, "5日", within(MARCH, SHANGHAI.notice.reexamination), last(2026, 3, 7), over(2026, 3, 7)),
    Case(FILE, 5, "20日", within(MARCH, SHANGHAI.approve_within), last(2026, 3, 22), over(2026, 3, 22)),
    Case(FILE, 6, "5个工作日", within(MARCH, template().notice.span), last(2026, 3, 9), over(2026, 3, 9)),
    Case(FILE, 7, "5个工作日", within(datetime(2026, 2, 12, 1, tzinfo=UTC), template().notice.span), last(2026, 2, 26), over(2026, 2, 26)),
    Case(FILE, 8, "4月20-25日(6日)", within(datetime(2023, 4, 19, 8, tzinfo=UTC), LUOHU.span), last(2023, 4, 25), over(2023, 4, 25)),
    Case(FILE, 9, "7日(12.20-12.26)", within(datetime(2012, 12, 19, 8, tzinfo=UTC), Span(7, "day")), last(2012, 12, 26), over(2012, 12, 26)),
)  # fmt: skip
NO_RULES = (
    NoRule(FILE, 10, "居务公开栏的法定期限，不是一次征集的公示期；征集可设 15 日，见上海模板"),
    NoRule(FILE, 11, "慈善项目实施中的公开，由项目的公开办理"),
    NoRule(FILE, 12, "收到需求后的答复时限，由需求办理"),
    NoRule(FILE, 13, "议事的启动时限，由需求办理"),
    NoRule(FILE, 14, "档案保存年限，由保留期限设置"),
    NoRule(FILE, 15, "日志留存，由保留期限设置"),
    NoRule(FILE, 16, "居民会议的通知，由评议办理"),
)
