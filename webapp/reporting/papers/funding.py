"""资金使用情况报告: 本平台账簿 and 公开资料, side by side and never added together."""

import json
from collections.abc import Sequence

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Report, Section
from webapp.library.queries import Figures
from webapp.reporting import funding_book, funding_published
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries import funding
from webapp.reporting.queries.asked import wish_of
from webapp.reporting.queries.funding import Funding

TITLE = "公益创投资金使用情况报告"
NOTE_APART = "两部分口径不同，分列，不相加。"


def as_json(data: Funding, asked: Asked) -> bytes:
    """The report for machines: the figures of both parts in whole fen, the same bytes for the same data."""
    document = {
        "as_of": fmt.local(asked.as_of).isoformat(),
        "sources": sources(data),
        "scope": dict(wish_of(asked).narrowed),
        "notes": list(_notes(data)),
        "demo": data.demo,
        "published": None if data.published is None else funding_published.figured(data.published),
        "platform": None if data.platform is None else funding_book.figured(data.platform),
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def sources(data: Funding) -> list[str]:
    """Where the figures come from: each publication, and the platform's own book."""
    found = sorted({row.source or "来源未注明" for row in data.published or ()})
    return [*found, *(["本平台账簿"] if data.platform is not None else [])]


def _published(rows: Sequence[Figures]) -> str:
    many = len({row.source for row in rows})
    return "公开资料（历年项目库）" + (f"{many} 处，见来源表" if many else "")


def _notes(data: Funding) -> tuple[str, ...]:
    return (
        *(funding_book.NOTES if data.platform is not None else ()),
        *([funding_published.NOTE] if data.published is not None else []),
    )


def gather(session: Session, _: None, asked: Asked) -> Funding:
    """Both parts, within the asker's areas."""
    return funding.gather(session, wish_of(asked))


def build(data: Funding, asked: Asked) -> Report:
    """The report for people. Over nothing it is a report of noughts."""
    sections: list[Section] = []
    if data.platform is not None:
        sections.append(funding_book.section(data.platform, funding_book.figured(data.platform)))
    if data.published is not None:
        sections.append(funding_published.section(data.published, funding_published.figured(data.published)))
    if data.published:
        sections.append(Section("公开资料明细与来源", funding_published.details(data.published)))
    listed = [_published(data.published)] if data.published is not None else []
    listed += ["本平台账簿"] if data.platform is not None else []
    wish = wish_of(asked)
    return asked.report(
        TITLE,
        sections,
        scope_note=(NOTE_APART if len(wish.sources) > 1 else "") + wish.scope,
        notes=_notes(data),
        sources=tuple(listed),
        demo=data.demo,
    )


PAPER = Paper(
    key="funding",
    title="资金使用情况报告",
    about=None,
    right="report.create",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="platform",
    suffixes=("pdf", "xlsx", "csv", "json"),
    machine=as_json,
)
