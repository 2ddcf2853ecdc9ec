"""Every handed-in card as a file, by our documents and by the floor; each in a process of its own, which says what it took."""

import json
import os
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

import reports
from benchmarks import floor
from benchmarks.serving import high_water
from reports.report import Column, Report, Section, Table
from webapp import app as house
from webapp.accounts.models import Organisation, Person
from webapp.applications.models import Application
from webapp.core.db import make_engine, reading
from webapp.reviews.models import Assignment
from webapp.scoring.models import Scorecard

COLUMNS = (
    Column("number", "编号"),
    Column("title", "项目"),
    Column("organisation", "申报单位"),
    Column("judge", "评委"),
    Column("points", "得分", "number"),
    Column("state", "状态"),
    Column("at", "提交时间", "date"),
)


def cards(session: Session) -> Table:
    """The cards of every application with its applicant and its judge, in one statement."""
    query = (
        sa.select(
            Application.number, Application.title, Organisation.name, Person.name, Scorecard.total, Scorecard.state, Scorecard.saved_at
        )
        .join(Assignment, Assignment.scorecard_id == Scorecard.id)
        .join(Application, Application.id == Assignment.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Person, Person.id == Assignment.person_id)
        .where(Scorecard.state != "draft")
        .order_by(Scorecard.id)
    )
    labels = Scorecard.WORKFLOW.states
    found = tuple(
        (number, title, organisation, judge, Decimal(total).scaleb(-2), labels[state], at)
        for number, title, organisation, judge, total, state, at in session.execute(query)
    )
    return Table(COLUMNS, found, "评分")


def ours(address: str, suffix: str) -> bytes:
    with reading(make_engine(address)) as session:
        report = Report(
            title="评分表", as_of=datetime(2026, 1, 1, tzinfo=UTC), sections=(Section(heading="", blocks=(cards(session),)),),
        )  # fmt: skip
    return reports.write(report, suffix)


def bare(address: str, suffix: str) -> bytes:
    with Session(floor.make_engine(address)) as session:
        return floor.as_xlsx(session) if suffix == "xlsx" else floor.as_csv(session)


def main(whose: str, address: str, suffix: str) -> None:
    house.rooms("models")  # as the worker has them loaded
    began, worked = time.perf_counter(), time.process_time()
    content = {"ours": ours, "floor": bare}[whose](address, suffix)
    took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - worked, "bytes": len(content)}
    print(json.dumps({**took, "peak_mb": high_water(os.getpid())}))


if __name__ == "__main__":
    main(*sys.argv[1:])
