"""Applications being written, and a blind panel in the middle of its scoring."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests import make
from tests.cast import YUNLONG, Someone
from tests.conftest import START
from tests.projects import stage
from tests.walks.planted import NAME, SCORE, SECRETS, Crew, World, number, someone, viewer_of
from webapp.accounts.models import Organisation, Person
from webapp.applications import actions as applications
from webapp.applications.models import Application, Certification, Coaching, Landing, Snapshot
from webapp.applications.queries.together import content_versions
from webapp.calls.models import Call, Fund
from webapp.calls.rules import leaves, template
from webapp.core import files
from webapp.findings.models import Finding
from webapp.reviews.actions import enrol_expert, finish, lock_totals, recuse, sign
from webapp.reviews.models import Assignment, Decision, ExpertTie, Meeting, Notice, Objection, Opinion, Panel, ResultQuestion, Seat
from webapp.reviews.rules.meeting import Heard, drawn
from webapp.scoring import actions as scoring
from webapp.scoring.models import Rubric

OPENED = 7654
"""A total that is no secret any more: all scores of its panel are in."""


def drafts(session: Session, world: World, home: Crew, near: Crew) -> None:
    """Two applications being written; one community of each has been asked."""
    for where, crew in (("own", home), ("near", near)):
        call = session.get_one(Call, world.ids["call open"]["own"])
        by = viewer_of(session, crew.member)
        application = applications.create(session, call, title=f"在写的{where}", category="elderly", by=by, at=START)
        applications.save(
            session, application, "summary", {"summary": SECRETS["draft"] if where == "own" else "写着"}, version=0, by=by, at=START
        )
        world.put("application draft", where, application)
        landing = Landing(application_id=application.id, area_code=crew.area, title="请确认落地")
        world.put("landing", where, make.at_state(session, landing, "asked", START))
        asked = Certification(
            application_id=application.id, title="请确认", prepared_by_id=crew.member.id, certifier_id=crew.lead.id,
            versions=content_versions(session, application.id),
        )  # fmt: skip
        world.put("certification", where, make.at_state(session, asked, "asked", START))
        coached = Coaching(
            application_id=application.id, title=application.title, wish="指标怎样定", asked_by_id=crew.lead.id, versions={"basics": 1},
            papers=[], overall="", suggestions={},
        )  # fmt: skip
        world.put("coaching", where, make.at_state(session, coached, "asked", START))
        other = applications.create(session, call, title=f"优化过的{where}", category="elderly", by=by, at=START)
        given = Coaching(
            application_id=other.id, title=other.title, wish="预算怎样写", asked_by_id=crew.lead.id, versions={"basics": 1}, papers=[],
            overall=SECRETS["suggested"] if where == "own" else "写得再细", suggestions={"summary": "一年几次"}, given_by_id=world.cast.operator.id,
        )  # fmt: skip
        world.put("coaching given", where, make.at_state(session, given, "given", START))
        submitted = make.application(
            session,
            world.cast,
            START,
            call,
            state="submitted",
            organisation=crew.organisation,
            title=f"已交{where}",
            area_code=crew.area,
            number=number("S"),
        )
        submitted_content = stage.content(communities=(crew.area,))
        session.query(Snapshot).filter_by(application_id=submitted.id).one().content = submitted_content
        session.add(Landing(application_id=submitted.id, area_code=crew.area, title="落地", state="agreed", state_at=START))
        world.put("application submitted", where, submitted)
        asks = ResultQuestion(application_id=submitted.id, title=submitted.title, text="为什么没有列入？", asked_by_id=crew.lead.id)
        world.put("result_question", where, make.at_state(session, asks, "asked", START))
    session.flush()


def review(session: Session, world: World, where: str, crew: Crew) -> None:
    """A blind panel in scoring: one score is in, one expert stepped aside; a 公示 with an objection; two opinions."""
    cast = world.cast
    if where == "own":
        hidden = Organisation(
            kind="social_org", name=NAME, area_code="320508", registered_on=date(2018, 5, 1), legal_representative=SECRETS["team"]
        )
        session.add(hidden)
        session.flush()
        cast.offices["hidden"] = hidden.id
        cast.people["hidden_lead"] = someone(session, SECRETS["team"], hidden.id, "org_lead")
        for n in range(1, 7):
            found = enrol_expert(session, getattr(cast, f"expert{n}").id, field="elderly", employer=f"高校{n}", area_code="3205")
            if n == 1:
                world.put("expert", "own", found)
                tie = ExpertTie(person_id=found.person_id, organisation_id=cast.offices["third"], kind="advisor")
                session.add(tie)
                session.flush()
                world.put("tie", "own", tie)
    area, bureau = ("320508", cast.gusu) if where == "own" else (YUNLONG, cast.yunlong)
    outside = {} if where == "own" else {"operator_id": None, "evaluator_id": None}
    rules = template()
    call = make.call(
        session, cast, START, rules=rules.to_json(), state="reviewing", money=session.get_one(Fund, world.ids["fund"][where]), title=f"评审中{where}",
        area_code=area, organiser_id=bureau, payer_id=bureau, prepared_by_id=crew.officer.id, **outside,
    )  # fmt: skip
    world.put("call reviewing", where, call)
    organisation = "hidden" if where == "own" else "other"
    content = stage.content(communities=(crew.area,))
    if where == "own":
        content |= {
            "organisation": {"name": NAME, "legal_representative": SECRETS["team"]},
            "sections": {
                "summary": {"summary": f"{NAME}为老人陪诊"},
                "team": {"members": [{"name": SECRETS["team"], "duty": f"{SECRETS['team']}带队"}]},
            },
            "files": [{"name": f"{NAME}证书.jpg", "digest": files.put(stage.picture("证书.jpg", 77).content), "kind": "certificate"}],
        }
    application = make.application(
        session,
        cast,
        START,
        call,
        state="heard",
        organisation=organisation,
        title="匿名陪诊",
        area_code=crew.area,
        content=content,
        number=number("S"),
    )
    _file_named(session, world, where, application)
    rubric = scoring.freeze_rubric(session, "专家评审评分表", rules.rubric)
    panel = Panel(
        call_id=call.id, title="评审组", size=3, finance=0, reserves=0, per_application=3, seed=SECRETS["seed"] if where == "own" else "a" * 64,
        seed_digest="b" * 64, rubric_id=rubric.id, closes_at=START + timedelta(days=9),
    )  # fmt: skip
    world.put("panel", where, make.at_state(session, panel, "scoring", START))
    forming = make.at_state(session, Panel(
        call_id=world.ids["call open"][where], title="组建", size=3, finance=0, reserves=0, per_application=3, seed=SECRETS["seed"], seed_digest="b" * 64,
        rubric_id=rubric.id, closes_at=START + timedelta(days=9),
    ), "forming", START)  # fmt: skip
    world.put("panel forming", where, forming)
    for n, name in enumerate(("expert1", "expert2", "expert3") if where == "own" else ("expert4",), 1):
        judge = getattr(cast, name)
        seat = Seat(panel_id=panel.id, person_id=judge.id, position=n, field="elderly")
        world.put(f"seat of {name}", where, make.at_state(session, seat, "pledged", START))
        card = scoring.open_card(
            session,
            rubric.id,
            purpose="panel",
            subject=application.ref,
            judge=judge.ref,
            person_id=judge.id,
            by=viewer_of(session, judge),
            at=START,
        )
        assignment = Assignment(
            panel_id=panel.id, person_id=judge.id, application_id=application.id, title="匿名陪诊", position=1, scorecard_id=card.id
        )
        world.put(f"assignment of {name}", where, make.at_state(session, assignment, "assigned", START))
        if name == "expert1":
            _score(session, assignment, card, judge, rules)
        if name == "expert2":
            recuse(session, assignment, note="曾任职", by=viewer_of(session, judge), at=START)
    if where == "own":
        _meeting(session, world, panel, application)
        _closed(session, world, call, panel, crew)
    if where == "own":
        _looks_like(session, world, application)
    _opinions(session, world, where, crew, application)
    _notice(session, world, where, call, application)


def _looks_like(session: Session, world: World, application: Application) -> None:
    """Something that looks like the blind application: its number and name are the officers' alone."""
    evidence = {"snapshots": [1, 1], "title": 90, "shares": [10, 10], "same": 20, "passages": []}
    other = application.id - 1
    finding = Finding(
        kind="alike", application_id=application.id, call_id=application.call_id, other=f"application:{other}", other_id=other,
        other_call_id=session.get_one(Application, other).call_id, score=90, evidence=evidence,
    )  # fmt: skip
    world.put("finding", "own", make.at_state(session, finding, "found", START))


def _file_named(session: Session, world: World, where: str, application: Application) -> None:
    found = files.attach(
        session,
        application.ref,
        "certificate",
        stage.picture(f"{NAME}证书.jpg" if where == "own" else "证书.jpg", 77),
        by="clock",
        at=START,
    )
    world.put("file of blind application", where, found)
    world.put("application blind", where, application)


def _score(session: Session, assignment: Assignment, card: Any, judge: Someone, rules: Any) -> None:
    """A score of 87.31, which is seen nowhere else."""
    points, left = {}, SCORE
    for item in leaves(rules.rubric):
        points[item["key"]] = min(item["most"], left)
        left -= points[item["key"]]
    finish(session, assignment, points=points, comment=SECRETS["comment"], by=viewer_of(session, judge), at=START)


def _meeting(session: Session, world: World, panel: Panel, application: Application) -> None:
    """A 路演 that hears the blind application just now."""
    heard = Heard(application.id, application.organisation_id, frozenset({world.cast.expert2.id}))
    meeting = Meeting(
        panel_id=panel.id, title="路演", place="三楼", starts_at=START, talk_minutes=8, question_minutes=7, seed="c" * 64, seed_digest="d" * 64,
        order=drawn("c" * 64, [heard]), turn=3, position=1, phase="scoring",
    )  # fmt: skip
    world.put("meeting", "own", make.at_state(session, meeting, "running", START))


def _closed(session: Session, world: World, call: Call, scoring_panel: Panel, crew: Crew) -> None:
    """Another panel of the call whose scores are all in: its report is being signed, and one of its judges has a name to hide."""
    cast = world.cast
    session.get_one(Person, cast.expert3.id).name = SECRETS["reviewer"]
    application = make.application(
        session, cast, START, call, state="heard", organisation="hidden", title="匿名陪餐", area_code=crew.area,
        content=stage.content(communities=(crew.area,)) | {"organisation": {"name": NAME, "legal_representative": SECRETS["team"]}},
        number=number("S"),
    )  # fmt: skip
    panel = Panel(
        call_id=call.id, title="已收齐", size=3, finance=0, reserves=0, per_application=3, seed=SECRETS["seed"], seed_digest="b" * 64,
        rubric_id=scoring_panel.rubric_id, closes_at=START + timedelta(days=9),
    )  # fmt: skip
    make.at_state(session, panel, "scoring", START)
    tree = session.get_one(Rubric, panel.rubric_id).tree
    for n, total in ((1, OPENED), (2, 7000), (3, 6500)):
        judge = getattr(cast, f"expert{n}")
        by = viewer_of(session, judge)
        make.at_state(session, Seat(panel_id=panel.id, person_id=judge.id, position=n, field="elderly", chair=n == 1), "pledged", START)
        card = scoring.open_card(
            session, panel.rubric_id, purpose="panel", subject=application.ref, judge=judge.ref, person_id=judge.id, by=by, at=START
        )  # fmt: skip
        assignment = Assignment(
            panel_id=panel.id, person_id=judge.id, application_id=application.id, title="匿名陪餐", position=1, scorecard_id=card.id
        )
        make.at_state(session, assignment, "assigned", START)
        points, left = {}, total
        for item in leaves(tree):
            points[item["key"]] = min(item["most"], left)
            left -= points[item["key"]]
        if n == 1:
            world.put("assignment closed", "own", assignment)
        more = {"reasons": {"need": SECRETS["item_reason"]}, "jotting": SECRETS["jotting"]} if n == 1 else {}
        finish(session, assignment, points=points, comment="", by=by, at=START, **more)
    panel.state = "closed"
    session.flush()
    world.put("panel closed", "own", panel)
    seat = session.scalars(sa.select(Seat).where(Seat.panel_id == panel.id, Seat.chair)).one()
    report = lock_totals(session, seat, by=viewer_of(session, cast.expert1), at=START)
    sign(session, report, by=viewer_of(session, cast.expert3), at=START)
    world.put("panel_report", "own", report)


def _opinions(session: Session, world: World, where: str, crew: Crew, application: Application) -> None:
    for kind, code in (("community", crew.area), ("street", crew.area[:9])):
        opinion = Opinion(application_id=application.id, kind=kind, area_code=code, title="匿名陪诊", reason="")
        world.put(f"opinion of {kind}", where, make.at_state(session, opinion, "asked", START))
    if where == "own":  # given, and shown to the applicant
        submitted = world.ids["application submitted"][where]
        shown = Opinion(
            application_id=submitted, kind="community", area_code=crew.area, title="已交协同审核", verdict="amend", reason="放到晚上", shown_at=START
        )  # fmt: skip
        world.put("opinion given", where, make.at_state(session, shown, "given", START))


def _notice(session: Session, world: World, where: str, call: Call, application: Application) -> None:
    """Another 公示 that still runs, with the objection of one resident."""
    content = {
        "call": {"number": call.number, "title": call.title}, "organiser": "民政局", "phone": "0512", "decision": None, "starts_on": "2026-03-02",
        "ends_on": "2026-03-09", "items": [],
    }  # fmt: skip
    other = session.get_one(Call, world.ids["call awarded"][where])
    decision = Decision(call_id=other.id, meeting="局长办公会", held_on=date(2026, 3, 1), minutes_number="1", at=START, released_at=START)
    session.add(decision)
    session.flush()
    scan = files.attach(session, decision.ref, "minutes", stage.picture("纪要.jpg", 5), by="clock", at=START)
    world.put("scan of decision", where, scan)
    notice = Notice(
        number=f"GS-run-{where}", call_id=other.id, kind="before", title="另一公示", content=content, digest="0" * 64, starts_on=date(2026, 3, 2),
        ends_at=START + timedelta(days=7),
    )  # fmt: skip
    world.put("notice", where, make.at_state(session, notice, "running", START))
    objection = Objection(
        notice_id=notice.id, number=number("YY"), kind="named", person_id=world.cast.granny.id if where == "own" else world.cast.far_resident.id,
        name=SECRETS["objector"] if where == "own" else "某人", text=SECRETS["objection"] if where == "own" else "不同意",
    )  # fmt: skip
    world.put("objection", where, make.at_state(session, objection, "raised", START))
