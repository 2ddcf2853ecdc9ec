"""A poster hangs on one board: a short list is one A3 sheet, with the codes on it."""

import io
from datetime import UTC, date, datetime

import pikepdf

import reports
from webapp.reporting.papers import Asked, notice_poster
from webapp.reporting.papers.notice import Published
from webapp.reviews.rules.plain import DESK

ITEM = {
    "title": "困境家庭支持行动（26）", "organisation": "示例 · 守望志愿服务中心", "communities": ["彩香社区居委会", "玉兰社区居委会"],
    "amount_fen": 6_500_000,
}  # fmt: skip


def sheets(many: int) -> int:
    content = {
        "items": [ITEM] * many, "organiser": "姑苏区民政局", "call": {"title": "第二届公益创投", "number": "Z2026-001"},
        "starts_on": "2026-05-19", "ends_on": "2026-05-25", "reexamination": "5 个工作日", **{key: "0512-63250614" for _, key in DESK},
        "decision": {"held_on": "2026-05-13", "meeting": "局长办公会", "minutes_number": "会议纪要〔2026〕2号"},
    }  # fmt: skip
    found = Published("GS2026-0002", "拟立项项目公示", "award", content, "a" * 64, date(2026, 5, 25), "公示中")
    asked = Asked(
        as_of=datetime(2026, 5, 19, tzinfo=UTC),
        number="B2026-0001",
        verify_url="https://example.test/verify/abc",
        base="https://example.test",
    )
    drawn = reports.write(notice_poster.build(notice_poster.Posted(found, "/notices/6"), asked), "pdf")
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        assert all(abs(float(page.mediabox[3]) - 1190.55) < 1 for page in pdf.pages), "A3 upright"
        return len(pdf.pages)


def test_a_short_list_is_one_sheet_and_a_long_one_two():
    assert [sheets(4), sheets(11)] == [1, 2]
