"""公告 on paper: the projects that were awarded, as they were announced."""

from webapp.core.workflow import Refusal
from webapp.reporting.papers import Paper
from webapp.reporting.papers.notice import build, gather
from webapp.reviews.models import Notice


def is_announcement(notice: Notice) -> Refusal | None:
    return None if notice.kind == "result" else Refusal("kind", "这是公示，立项以后才有公告。")


PAPER = Paper(
    key="announcement",
    title="立项公告",
    about=Notice,
    right="notice.papers",
    shared=True,
    gather=gather,
    build=build,
    retention="permanent",
    author="organiser",
    ready=is_announcement,
    named=lambda notice, _: str(notice.title),
)
