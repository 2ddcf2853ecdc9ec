"""Calls and what comes of them: projects with a thing of every kind that hangs on one."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pikepdf
import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from tests import make
from tests.cast import YUNLONG
from tests.conftest import START
from tests.projects import stage
from tests.walks.planted import SECRETS, Crew, World, keep_file, number, viewer_of
from webapp.applications.models import Application, ApplicationNeed, Landing
from webapp.book import actions as book
from webapp.calls.actions import inquiries
from webapp.calls.models import Call, Carry, Fund
from webapp.calls.rules import template
from webapp.core import files, jobs
from webapp.core.clock import CHINA
from webapp.doubts.models import Doubt
from webapp.evaluation import actions as evaluation
from webapp.evaluation.actions import checking
from webapp.evaluation.models import Evaluation, FundPerformance, SampleCall
from webapp.funding import actions as funding
from webapp.funding.models import Audit, Audited, Correction, Recovery, Spending, Transfer
from webapp.funding.rules.sheets import PayLine
from webapp.funding.rules.vouchers import Voucher, identity_key
from webapp.projects import actions as projects
from webapp.projects.models import Confirmation, Consent, Project, Rectification, RegisterSample, Task
from webapp.projects.queries import one as project_reads
from webapp.projects.rules.register import Told
from webapp.projects.rules.shipped import SHIPPED
from webapp.reporting import actions as reporting
from webapp.reporting.actions import tables
from webapp.reporting.queries.asked import Wish
from webapp.reporting.queries.sources import SOURCES, columns_of
from webapp.reporting.registry import PAPERS
from webapp.reporting.rules.tables import Spec
from webapp.reviews.models import Notice
from webapp.workers.models import Allowance, Worker


def calls(session: Session, world: World, home: Crew, far: Crew) -> None:
    cast, rules = world.cast, template().to_json()
    for where, crew, area, bureau, street in (("own", home, "320508", cast.gusu, cast.jinchang), ("far", far, YUNLONG, cast.yunlong, None)):
        fund = world.put("fund", where, make.fund(session, cast, area=area, name=f"公益金{where}"))
        carry = Carry(fund_id=fund.id, title="结转", year=2025, amount_fen=Money(100), document="1号", prepared_by_id=crew.accountant.id)
        world.put("carry", where, make.at_state(session, carry, "prepared", START))
        _workers(session, world, where, crew, area, fund.id)
        chain = FundPerformance(
            fund_id=fund.id, year=2026, title=f"{fund.name} 2026 年度绩效", goal="为老服务", prepared_by_id=crew.officer.id, changed_at=START,
            aims=[{"key": "projects", "title": "资助项目", "unit": "个", "target": 100}], monitorings=[],
        )  # fmt: skip
        world.put("fund_performance", where, make.at_state(session, chain, "draft", START))
        other = make.fund(session, cast, area=area, name=f"另一项{where}")
        moved = Transfer(
            fund_id=fund.id, year=2026, to_fund_id=other.id, to_year=2026, title="转移", amount_fen=Money(100), document="2号",
            prepared_by_id=crew.accountant.id,
        )  # fmt: skip
        world.put("transfer", where, make.at_state(session, moved, "prepared", START))
        mistaken = book.budget(
            session,
            fund.ref,
            2026,
            Money(100),
            area_code=area,
            source=f"wrong:{where}",
            by=crew.accountant.viewer(session, START),
            at=START,
        )
        world.put("mistaken", where, mistaken)
        correction = Correction(
            transaction_id=mistaken.id, fund_id=fund.id, area_code=area, title="冲销", amount_fen=Money(100), reason="错了",
            prepared_by_id=crew.accountant.id,
        )  # fmt: skip
        world.put("correction", where, make.at_state(session, correction, "asked", START))
        outside = {} if where == "own" else {"operator_id": None, "evaluator_id": None}
        more: dict[str, Any] = {"area_code": area, "organiser_id": bureau, "payer_id": bureau, "prepared_by_id": crew.officer.id, **outside}
        world.put(
            "call draft",
            where,
            make.call(session, cast, START, rules=rules, state="draft", money=fund, title=SECRETS["draft_call"], **more),
        )
        world.put(
            "call open", where, make.call(session, cast, START, rules=rules, state="open", money=fund, title=f"申报中{where}", **more)
        )
        _asked(session, world, where, home)
        by = viewer_of(session, crew.officer)
        made = projects.write_template(session, "grant", title=f"协议{where}", text=SHIPPED["grant"], by=by, at=START)
        world.put("agreement template", where, made)
        if street is not None:
            own = make.fund(session, cast, area="320508019", name="街道资金")
            more |= {"area_code": "320508019", "organiser_id": street, "payer_id": street, "operator_id": None, "evaluator_id": None}
            world.put(
                "call street",
                where,
                make.call(session, cast, START, rules=rules, state="open", money=own, title="微公益", kind="micro", **more),
            )


def _workers(session: Session, world: World, where: str, crew: Crew, area: str, fund_id: int) -> None:
    """A 社工 at work and a list of 津贴, at home and far away; in the middle a 社工 of another organisation in another street."""
    cast = world.cast
    places = {"own": [("own", "320508019", cast.chenguang), ("near", "320508018", cast.qingmiao)]}.get(
        where, [("far", f"{area}001", cast.qingmiao)]
    )
    for name, street, organisation in places:
        one = Worker(
            organisation_id=organisation, area_code=street, title="社工", level="worker", certificate="2018" + name, certificate_key=name,
            certified_on=date(2018, 1, 1), from_day=date(2024, 1, 1), entered_by_id=cast.lead.id,
        )  # fmt: skip
        world.put("social worker", name, make.at_state(session, one, "entered", START))
    paper = Allowance(
        number=f"JT-{where}", area_code=area, fund_id=fund_id, month=date(2026, 1, 1), title="津贴发放表", count=1, total_fen=Money(20000),
        prepared_by_id=crew.officer.id,
    )  # fmt: skip
    world.put("allowance", where, make.at_state(session, paper, "prepared", START))


def _asked(session: Session, world: World, where: str, home: Crew) -> None:
    """A question of a resident that waits, and at home one of an organisation."""
    call = session.get_one(Call, world.ids["call open"][where])
    asker = world.cast.granny if where == "own" else world.cast.far_resident
    words = SECRETS["asked"] if where == "own" else "什么时候截止？"
    world.put("inquiry", where, inquiries.ask(session, call, text=words, by=viewer_of(session, asker), at=START))
    if where == "own":
        asked = inquiries.ask(session, call, text="能列补贴吗？", by=viewer_of(session, home.member), at=START)
        world.put("inquiry of organisation", where, asked)


def _call_with_list(session: Session, world: World, where: str, crews: list[Crew]) -> tuple[Call, list[Application]]:
    """A call at the end of its 公示, with one application of each crew on its list."""
    cast, first = world.cast, crews[0]
    area = "320508" if where == "own" else YUNLONG
    bureau = cast.gusu if where == "own" else cast.yunlong
    fund = session.get_one(Fund, world.ids["fund"][where])
    outside = {} if where == "own" else {"operator_id": None, "evaluator_id": None}
    call = make.call(
        session, cast, START, rules=template().to_json(), state="announced", money=fund, title=f"征集{where}", area_code=area, organiser_id=bureau,
        payer_id=bureau, prepared_by_id=first.officer.id, **outside,
    )  # fmt: skip
    book.budget(
        session,
        f"fund:{fund.id}",
        2026,
        Money(40_000_000),
        area_code=area,
        source=f"budget/{call.id}",
        by=viewer_of(session, first.accountant),
        at=START,
    )
    found = []
    for crew in crews:
        need = make.need(session, START, area=crew.area, state="called", title=f"需求{crew.organisation}", number=number("X"))
        content = stage.content(communities=(crew.area,), needs=(need.id,))
        content["organisation"] = {"name": "申报单位"}
        application = make.application(
            session, cast, START, call, state="proposed", organisation=crew.organisation, title=f"项目{crew.organisation}", number=number("S"), area_code=crew.area,
            awarded_fen=Money(5_000_000), content=content,
        )  # fmt: skip
        session.add(ApplicationNeed(application_id=application.id, need_id=need.id))
        found.append(application)
    content = {
        "call": {"number": call.number, "title": call.title}, "organiser": "民政局", "phone": "0512", "decision": None, "starts_on": "2026-02-20",
        "ends_on": "2026-03-01",
        "items": [
            {"application": a.ref, "number": a.number, "title": a.title, "organisation": "单位", "amount_fen": 5_000_000, "communities": [], "contact": ""}
            for a in found
        ],
    }  # fmt: skip
    make.at_state(
        session,
        Notice(number=f"GS-{where}", call_id=call.id, kind="before", title="拟立项公示", content=content, digest="0" * 64, starts_on=date(2026, 2, 20), ends_at=START),
        "ended", START,
    )  # fmt: skip
    return call, found


def money(session: Session, world: World, crews: list[tuple[str, Crew]], where: str) -> None:
    """Projects in delivery with a thing of every kind that hangs on them, from the agreement to the last document."""
    call, applications_ = _call_with_list(session, world, where, [crew for _, crew in crews])
    made = projects.award_call(session, call, by=viewer_of(session, crews[0][1].officer), at=START)
    world.put("call awarded", where, call)
    for (place, crew), application in zip(crews, applications_, strict=True):
        world.put("application", place, application)
        session.add(Landing(application_id=application.id, area_code=crew.area, title="落地", state="agreed", state_at=START))
        keep_file(session, world, place, application)
        _project(session, world, place, crew, next(one for one in made if one.application_id == application.id))


def _register(session: Session, world: World, where: str, crew: Crew, project: Project, activity: Any) -> None:
    """Somebody who is served and a child, who came; and a sample of them."""
    by, own = viewer_of(session, crew.member), where == "own"
    phone = SECRETS["served_phone"] if own else "13712340000"
    people = (
        Told(SECRETS["served"] if own else "某老人", phone),
        Told(SECRETS["served_child"] if own else "某孩子", phone, minor=True, guardian=SECRETS["served_guardian"] if own else "某家长"),
    )
    made = [
        projects.register(
            session, project, told, signed_on=date(2026, 3, 1), guardian_signed=told.minor, papers=[stage.picture("同意书.jpg", n)], by=by, at=START
        )
        for n, told in enumerate(people)
    ]  # fmt: skip
    projects.call_names(session, activity, present=[one.id for one in made], unnamed=18, visits=30, by=by, at=START)
    world.put("beneficiary", where, made[0])
    consent = session.get_one(Consent, made[0].consent_id)
    keep_file(session, world, where, consent)
    sample = projects.draw_sample(session, project, size=2, by=viewer_of(session, world.cast.auditor), at=START)
    world.put("register_sample", where, sample)


def _audit(session: Session, world: World, where: str, crew: Crew, spending: Spending) -> None:
    """One spending document drawn for an audit."""
    audit = Audit(
        area_code=crew.area[:6], title="凭证抽查", found=1, found_fen=Money(10_000), digest="0" * 64, seed="ab" * 16, by_id=crew.officer.id,
        at=START, since=date(2026, 1, 1), until=date(2026, 12, 31), way="count", size=1,
    )  # fmt: skip
    session.add(audit)
    session.flush()
    audited = Audited(audit_id=audit.id, spending_id=spending.id, position=1)
    session.add(audited)
    session.flush()
    world.put("spending_audit", where, audit)
    world.put("audited", where, audited)


def _checks(session: Session, world: World, where: str, found: Evaluation) -> None:
    """What the evaluator checked: one call over, one visit, one finding."""
    by = viewer_of(session, world.cast.evaluator)
    sample = session.scalars(sa.select(RegisterSample).where(RegisterSample.project_id == found.project_id)).one()
    call = SampleCall(
        project_id=found.project_id, evaluation_id=found.id, sample_id=sample.id, position=1, attempt=1, by_id=by.id, began_at=START,
        ended_at=START, result="missed", answers={},
    )  # fmt: skip
    session.add(call)
    session.flush()
    world.put("sample_call", where, call)
    site = checking.check_site(session, found, held_on=date(2026, 3, 2), place="活动室", checked="签到表", found="相符", by=by, at=START)
    raised = checking.observe(session, found, ground="site", title="缺签到表", text="3 次活动没有签到表。", workdays=5, by=by, at=START)
    for name, thing in (("site_check", site), ("observation", raised)):
        keep_file(session, world, where, world.put(name, where, thing))


def _project(session: Session, world: World, where: str, crew: Crew, project: Project) -> None:
    by = {
        name: viewer_of(session, getattr(crew, name))
        for name in ("officer", "head", "leader", "accountant", "worker", "lead", "member", "judge")
    }
    at = START
    world.put("project", where, project)
    agreement = world.put("agreement", where, stage.agreement_of(session, project))
    projects.sign_org(session, agreement, by=by["lead"], at=at)
    projects.sign(session, agreement, by=by["leader"], at=at)
    for name, state in (("confirmation", "asked"), ("confirmation objected", "objected")):
        area = crew.area if state == "asked" else crew.area[:9] + "099"
        found = Confirmation(project_id=project.id, area_code=area, title="立项版本")
        world.put(name, where, make.at_state(session, found, state, at))
    activity = projects.plan_activity(session, project, title="陪伴", place="活动室", planned_on=date(2026, 3, 2), by=by["member"], at=at)
    projects.record_activity(
        session, activity, held_on=date(2026, 3, 2), place="活动室", persons=20, visits=30, sign_in=[stage.picture("签到.jpg", 10)],
        photos=[stage.picture()], by=by["member"], at=at,
    )  # fmt: skip
    world.put("activity", where, activity)
    shown = projects.plan_activity(session, project, title="义诊", place="广场", planned_on=date(2026, 3, 2), by=by["member"], at=at)
    projects.record_activity(
        session, shown, held_on=date(2026, 3, 2), place="广场", persons=1, visits=1, sign_in=[stage.picture("签到.jpg", 11)],
        photos=[stage.picture()], open_photos=True, by=by["member"], at=at,
    )  # fmt: skip
    pictures = sa.select(files.Attachment.id).where(files.Attachment.subject == shown.ref, files.Attachment.kind == "photo")
    world.put("open picture", where, session.scalars(pictures).one())
    _register(session, world, where, crew, project, activity)
    progress = projects.start_progress(session, project, period="2026-03", title="三月进展", by=by["member"], at=at)
    projects.edit_progress(session, progress, done="做了", problems="无", next_steps="继续", by=by["member"], at=at)
    world.put("progress", where, progress)
    visit = projects.visit(
        session,
        project,
        held_on=date(2026, 3, 2),
        found="记录不全",
        verdict="rectify",
        demand="补记录",
        due_on=date(2026, 3, 20),
        by=by["worker"],
        at=at,
    )
    world.put("visit", where, visit)
    row = {"title": "入户", "how": "", "unit": "次", "target": 2, "responsible": "周一", "due_on": project.ends_on.isoformat()}
    charge = world.put("charge", where, projects.start_charge(session, project, rows=[row], by=by["lead"], at=at))
    projects.submit_charge(session, charge, by=by["lead"], at=at)
    projects.agree_charge(session, charge, by=by["officer"], at=at)
    world.put("task", where, session.query(Task).filter_by(project_id=project.id).one())
    world.put("rectification", where, session.query(Rectification).filter_by(project_id=project.id).one())
    world.put(
        "change",
        where,
        projects.request_change(
            session, project, "people", projects.propose_people(post="负责人", before="甲", after="乙"), why="天冷", by=by["lead"], at=at
        ),
    )
    world.put("survey", where, evaluation.open_survey(session, project, slips=3, closes_on=date(2026, 4, 1), by=by["officer"], at=START))
    found = world.put("evaluation", where, evaluation.create(session, project, "midterm", by=by["officer"], at=at))
    _checks(session, world, where, found)
    tranches = funding.plan(session, project, by=by["officer"], at=at)
    funding.request(
        session,
        tranches[0],
        receipt_kind="invoice",
        receipt_number=f"2600{project.id}",
        papers=[stage.picture("发票.jpg")],
        by=by["lead"],
        at=at,
    )
    funding.prepare(session, tranches[0], note="符合协议", by=by["officer"], at=at)
    funding.check(session, tranches[0], by=by["accountant"], at=at)
    funding.approve(session, tranches[0], by=by["leader"], at=at)
    world.put("tranche", where, tranches[0])
    batch = world.put("batch", where, funding.create_batch(session, [tranches[0].id], by=by["accountant"], at=at))
    funding.pay(session, tranches[0], bank_reference=f"YH{project.id}", paid_on=date(2026, 3, 2), by=by["accountant"], at=at)
    spending = funding.claim(
        session, project, Voucher("einvoice", f"2632200000000000{project.id:04d}", Money(10_000), buyer="某单位"), title="物资",
        payee=SECRETS["payee"] if where == "own" else "某超市", spent_on=date(2026, 3, 2), reason="抬头另有说明", amount=Money(10_000), budget_line_id=project_reads.lines_of(session, project.id)[0].id,
        papers=[stage.picture("发票.jpg", 60)], by=by["member"], at=at,
    )  # fmt: skip
    world.put("spending", where, spending)
    hours = datetime(2026, 3, 2, 7, tzinfo=CHINA), datetime(2026, 3, 2, 8, tzinfo=CHINA)
    who = (SECRETS["paid_person"] if where == "own" else "某讲师", identity_key(f"{project.id}"), "4323")
    sheet = funding.create_sheet(
        session, project, kind="labour", title="讲课费", budget_line_id=project_reads.lines_of(session, project.id)[0].id, activity_id=None,
        paid_on=date(2026, 3, 2), rows=[PayLine(*who, "讲课", *hours, "hour", 10, Money(10_000))], by=by["member"], at=at,
    )  # fmt: skip
    world.put("pay_sheet", where, sheet)
    _audit(session, world, where, crew, spending)
    recovery = Recovery(project_id=project.id, title="结余收回", amount_fen=Money(100), reason="结余", by_id=crew.officer.id)
    world.put("recovery", where, make.at_state(session, recovery, "demanded", at))
    for name, asked in (("doubt", None), ("doubt asked", at)):
        one = Doubt(
            project_id=project.id, kind="whole", title="大额整数", subject=spending.ref, other=name, evidence={"rows": [spending.ref], "said": "整千元。"},
            asked_at=asked,
        )  # fmt: skip
        world.put(name, where, make.at_state(session, one, "asked" if asked else "found", at))
    paper = world.put(
        "report of agreement", where, reporting.ask(session, PAPERS["agreement"], agreement, base="http://x", by=by["officer"], at=at)
    )
    report = reporting.ask_report(
        session, "progress", Wish(at, project=project.number), "pdf", area_code=project.area_code, base="http://x", by=by["officer"], at=at
    )
    world.put("report", where, report)
    if where == "own":
        call = session.get_one(Call, project.call_id)
        world.put(
            "bundle",
            where,
            reporting.ask_bundle(session, call, PAPERS["project_progress"], "pdf", base="http://x", by=by["officer"], at=at),
        )
        _own_tables(session, world, by["officer"])
    world.put("token", where, report.token)
    world.put("job", where, session.get_one(jobs.Job, report.job_id))
    for thing in (agreement, activity, progress, visit, session.get_one(Rectification, world.ids["rectification"][where]), charge, session.get_one(Task, world.ids["task"][where]), found, tranches[0], batch,
                  spending, recovery, project, report):  # fmt: skip
        keep_file(session, world, where, thing)
    report.attachment_id = world.ids["file of report"][where]
    issued = files.attach(session, paper.ref, "issued", files.Checked("协议.pdf", _one_page(), "application/pdf"), by="clock", at=at)
    paper.attachment_id = world.put("file of report of agreement", where, issued).id


def _one_page() -> bytes:
    """An empty PDF that can be bound behind another."""
    out = io.BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page()
        file.save(out)
    return out.getvalue()


def _own_tables(session: Session, world: World, by: Any) -> None:
    """A shared table of every list with every column the officer is offered."""
    for source in SOURCES.values():
        spec = Spec(tuple(one.key for one in columns_of(session, by, source, {})), {}, ())
        table = tables.save(session, source.key, spec, title=source.title, shared=True, by=by, at=START)
        world.put(f"own_table {source.key}", "own", table)
