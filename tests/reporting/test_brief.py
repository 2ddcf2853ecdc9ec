"""一键专报: what it says when there is nothing to divide by, when a reversal outweighs, and beyond the categories it shows."""

from reports.money import Money
from reports.report import canonical_json
from tests.conftest import START
from tests.reporting.test_pages import issued, work
from webapp.reporting import funding_book
from webapp.reporting.papers import Asked, brief
from webapp.reporting.queries.funding import Book, BookRow
from webapp.reporting.rules.periods import period

NOUGHT = dict.fromkeys(("budget", "committed", "requested", "paid", "spent", "returned"), Money(0))


def row(category="为老服务", **fens):
    told = {**NOUGHT, **{name: Money(fen) for name, fen in fens.items()}}
    return BookRow(
        "G1" + category, "银龄陪伴", "晨光", "2026 年公益创投", "桃花坞街道", "桃花坞社区", category, "2026年 福彩", 2026, 202602, **told
    )


def said(*rows, moved=None):
    book = Book(list(rows), frozenset(), whole=False)
    moved = {**dict.fromkeys(funding_book.TURNOVERS, Money(0)), **(moved or {})}
    data = brief.Brief(period("2026-Q1"), "姑苏区", START, funding_book.figured(book), moved, [], [], None, demo=False)
    return canonical_json(brief.build(data, Asked(as_of=START))).decode()


def test_nothing_is_said_as_nothing():
    text = said()
    for words in ("没有资金记录", "本期没有立项、拨付、支出或收回", "没有项目", "姑苏区公益创投工作专报"):
        assert words in text
    assert '"chart"' not in text


def test_a_rate_without_a_base_is_not_worked_out_and_a_reversal_is_named():
    text = said(row(committed=200_000_00, paid=50_000_00), moved={"spent_fen": Money(-1_000_00)})
    for words in (
        "预算不单列",
        "预算执行率不计算（没有分母）",
        "拨付进度 25.0%",
        "项目支出进度 0.0%",
        "本期认可支出 -0.10 万元（负数为冲销大于发生）",
    ):
        assert words in text


def test_categories_beyond_those_shown_are_one_line_and_the_sum_is_of_all():
    text = said(*(row(f"类别{n}", committed=n * 1_000_00) for n in range(1, 12)))
    assert "其他 3 类" in text
    assert f'["合计",11,{66 * 100_000}' in text


def test_an_officer_picks_a_period_and_has_it(site, cast, engine):
    officer = site.as_(cast.officer)
    page = officer.open("reporting.index").submit("编制", kind="brief", suffix="csv")
    assert "请选择“一键专报”的时段" in page
    page = page.submit("编制", kind="brief", suffix="pdf", period="2026-Q1", year="2025")
    assert "一键专报（2026年第一季度（至今）" in page
    assert "2025" not in page.heading
    work(engine)
    assert issued(engine).attachment_id
