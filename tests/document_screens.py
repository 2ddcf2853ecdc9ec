"""`make documents`: the first page of every kind of document, and its last, in docs/screens/documents/, from the demo city.

Each paper of the registry is made for one of the newest objects of the demo that are ready for it (of projects, those archived), as
somebody who may have it; a new paper needs no line here. `--data FOLDER` takes a filled data folder instead of filling one,
`--pages FOLDER` keeps every page.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.report import canonical_json
from tests.issued_screens import pages
from tests.screens import SCREENS, open_house
from webapp.accounts.models import Membership
from webapp.accounts.viewer import viewer_of
from webapp.core import scope
from webapp.core.clock import Clock
from webapp.core.db import reading
from webapp.core.scope import Viewer
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.reporting.actions import render
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.registry import PAPERS

FOLDER = SCREENS / "documents"
WIDTH = 640
LAST = "-last"
"""Behind the name of the picture of the last page, where there are more than one."""
SUBJECTS, PEOPLE, COMPARED = 40, 300, 4
"""So many objects and people are tried, and so many objects compared."""


def askers(session: Session, paper: Paper, at: datetime) -> Iterator[Viewer]:
    """People with the paper's right, one of every role first."""
    place = sa.func.row_number().over(partition_by=Membership.role, order_by=Membership.person_id)
    held = (Membership.role.in_(roles_for(paper.right)), Membership.until_day.is_(None))
    ranked = sa.select(Membership.person_id, Membership.role, place.label("place")).where(*held).subquery()
    for key in session.scalars(sa.select(ranked.c.person_id).order_by(ranked.c.place, ranked.c.role).limit(PEOPLE)).all():
        if (found := viewer_of(session, key, at)) is not None:
            yield found


def chosen(session: Session, paper: Paper, at: datetime) -> tuple[Any, Asked] | None:
    """Of the newest objects the one with most to tell, and how its paper is asked for; None where the demo has nothing for it."""
    people = list(askers(session, paper, at))

    def asked(who: Viewer, choice: str) -> Asked:
        return Asked(as_of=at, viewer=who, choice=choice, number="B0000-0000", verify_url="http://127.0.0.1:8000/verify/example")

    if paper.about is None:
        return (None, asked(people[0], "")) if people else None
    far = (Project.state == "archived").desc() if paper.about is Project else paper.about.id.desc()  # of a project at its end most is told
    things = session.scalars(sa.select(paper.about).order_by(far, paper.about.id.desc()).limit(500)).all()
    found: list[tuple[Any, Asked]] = []
    for thing in [one for one in things if paper.ready(one) is None][:SUBJECTS]:
        options = paper.choices(session, thing, at) if paper.choices else (("", ""),)
        who = next((one for one in people if roles_for(paper.right) & scope.roles_on(session, one, thing)), None) if options else None
        if who is not None:
            found.append((thing, asked(who, options[0][0])))
        if len(found) == COMPARED:
            break
    return max(found, key=lambda one: len(canonical_json(paper.build(paper.gather(session, *one), one[1]))), default=None)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, help="a filled data folder")
    asked.add_argument("--only", nargs="*", default=[], help="only these papers")
    asked.add_argument("--pages", type=Path, help="keep every page of each in this folder too")
    args = asked.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        _, engine = open_house(args.data, Path(folder) / "data")
        now = Clock().now()
        with reading(engine) as session:
            for key, paper in PAPERS.items():
                if args.only and key not in args.only:
                    continue
                found = chosen(session, paper, now)
                if found is None:
                    print("演示里没有", key, paper.title)
                    continue
                thing, to = found
                content, _ = render(session, paper, thing, to, "pdf")
                drawn = pages(content, "-scale-to-x", str(WIDTH), "-scale-to-y", "-1")
                (FOLDER / f"{key}{LAST}.webp").unlink(missing_ok=True)
                for name, one in ((key, drawn[0]), (key + LAST, drawn[-1]))[: len(drawn)]:
                    one.convert("RGB").save(FOLDER / f"{name}.webp", "WEBP", quality=55, method=6)
                if args.pages:
                    args.pages.mkdir(parents=True, exist_ok=True)
                    for n, one in enumerate(drawn, 1):
                        one.save(args.pages / f"{key}-{n:02d}.png")
                print(key, paper.title, thing.ref if thing is not None else "")
    for old in FOLDER.glob("*.webp") if not args.only else ():
        if old.stem.removesuffix(LAST) not in PAPERS:
            old.unlink()


if __name__ == "__main__":
    main()
