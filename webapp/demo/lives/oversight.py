"""疑点 of the projects of a bureau: what the nightly look found, and how far people have come with each."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core.clock import today
from webapp.core.workflow import take_step
from webapp.demo.city import Bureau, City
from webapp.demo.stage import Stage
from webapp.doubts import actions
from webapp.doubts.models import Doubt
from webapp.projects.models import Project

Life = Iterator[datetime]
ENDS = ("found", "asked", "answered", "explained", "rectify", "referred")
"""How far each is taken, in turn over the kinds."""


def doubts(stage: Stage, city: City, bureau: Bureau) -> Life:
    """The look, then what is said of what it found: of each kind a few, one in every state there is."""
    actions.look_waiting(stage.engine, {}, stage.at)
    yield stage.in_workdays(1)
    taken: list[tuple[int, str]] = []
    with stage.scene() as session:
        kinds: dict[str, list[int]] = defaultdict(list)
        query = sa.select(Doubt.id, Doubt.kind).join(Project, Project.id == Doubt.project_id)
        here = query.where(Doubt.state == "found", Project.area_code.startswith(bureau.code), Project.state.in_(("delivering", "passed")))
        for key, kind in session.execute(here.order_by(Doubt.id)):
            kinds[kind].append(key)
        chosen = [key for turn in range(len(ENDS)) for keys in kinds.values() for key in keys[turn : turn + 1]]
        taken = [(key, ENDS[n % len(ENDS)]) for n, key in enumerate(chosen)]
        for key, end in taken:
            _first(session, stage, bureau, session.get_one(Doubt, key), end)
    yield stage.in_workdays(2)
    for key, end in taken:
        if end in {"answered", "explained"}:
            with stage.scene() as session:
                doubt = session.get_one(Doubt, key)
                whose = session.get_one(Project, doubt.project_id).organisation_id
                lead = next(one.lead for one in city.organisations if one.id == whose)
                said = "同一次采购分几张开票，已附采购清单和验收记录。"
                take_step(session, doubt, "answer", by=stage.who(session, lead), at=stage.at, note=said)
                if end == "explained":
                    officer = stage.who(session, bureau.officer)
                    take_step(session, doubt, "explain", by=officer, at=stage.at, note="核对清单和验收记录，情况属实。")


def _first(session: Session, stage: Stage, bureau: Bureau, doubt: Doubt, end: str) -> None:
    by, at = stage.who(session, bureau.officer), stage.at
    if end in {"asked", "answered", "explained"}:
        actions.ask(session, doubt, note="请说明这几笔支出的用途，并附清单。", by=by, at=at)
    elif end == "rectify":
        actions.rectify(session, doubt, demand="补齐采购清单、验收记录和签收表。", due_on=today(at) + timedelta(days=15), by=by, at=at)
    elif end == "referred":
        take_step(session, doubt, "refer", by=by, at=at, note="移送区民政局财务科核查，依据资金管理办法。")
