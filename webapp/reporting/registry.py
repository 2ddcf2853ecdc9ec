"""Every kind of document the house can make: found in `papers/`, one file each."""

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from typing import Any

from webapp.reporting import models, papers
from webapp.reporting.papers import Paper


def _found() -> dict[str, Paper]:
    """Each file's `PAPER` by its key. Raises ValueError where two have the same one."""
    found: dict[str, Paper] = {}
    for one in sorted(module.name for module in pkgutil.iter_modules(papers.__path__)):
        paper: Paper = importlib.import_module(f"{papers.__name__}.{one}").PAPER
        if paper.key != one or paper.key in found:
            raise ValueError(f"papers/{one}.py 声明的是 {paper.key}")
        found[paper.key] = paper
    return found


PAPERS: Mapping[str, Paper] = _found()
REPORTS: Mapping[str, str] = {one.key: one.title for one in PAPERS.values() if one.about is None}
"""Reports over the asker's areas, which the page of reports and the command line offer."""


def _by_subject() -> dict[str, tuple[Any, list[Paper]]]:
    found: dict[str, tuple[Any, list[Paper]]] = {}
    for one in PAPERS.values():
        if one.about is not None:
            found.setdefault(one.about.REF, (one.about, []))[1].append(one)
    return found


ABOUT: Mapping[str, tuple[Any, Sequence[Paper]]] = _by_subject()
"""By the word of a subject (`project` of `project:12`): its table, and what can be made of it."""


def _apart(one: Paper) -> str:
    """What a paper is called where all are listed: where two have one name, with what it is about."""
    if sum(other.title == one.title for other in PAPERS.values()) == 1:
        return one.title
    return f"{one.title}（{one.about.WORKFLOW.label if one.about is not None and hasattr(one.about, 'WORKFLOW') else '汇总'}）"


NAMES: Mapping[str, str] = {key: _apart(one) for key, one in PAPERS.items()}
"""What to call a paper in a list of all."""
models.know(
    {one.key: models.Known(one.title, one.right, one.about.REF if one.about else "", one.retention, one.author) for one in PAPERS.values()}
)
