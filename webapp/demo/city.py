"""The demo city's offices and people: 苏州市姑苏区 and 徐州市云龙区 with their real streets and communities; the people are invented."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.actions.areas import load_shipped_areas
from webapp.accounts.actions.duties import add_membership
from webapp.accounts.actions.registry import add_dataset, add_organisation, add_person, sort
from webapp.accounts.models import Area
from webapp.accounts.models import Organisation as Registered
from webapp.accounts.rules import DEMO_PASSWORD
from webapp.calls.actions import add_budget, create_fund
from webapp.core import secrets
from webapp.core.clock import today
from webapp.core.workflow import CLOCK
from webapp.demo.stage import Stage
from webapp.demo.words import GIVEN, ORGANISATIONS, SECTORS, SURNAMES
from webapp.projects import actions as projects
from webapp.projects.rules.shipped import SHIPPED
from webapp.reviews.actions.panels import declare_tie, enrol_expert

GUSU, YUNLONG = "320508", "320303"
FIELDS = ("elderly", "youth", "disabled", "governance", "social_work", "finance", "law")


SMALL, BUDGET = Money(80_000_000), Money(500_000_000)
"""Of a fund's year: before the second great call, and from then on."""


@dataclass
class Community:
    """A community with its office's people and its residents."""

    code: str
    name: str
    office_id: int
    worker_id: int
    second_id: int
    residents: list[int]


@dataclass
class Street:
    code: str
    name: str
    office_id: int
    first_id: int
    second_id: int


@dataclass
class Bureau:
    """A district's bureau and who works there."""

    code: str
    office_id: int
    officer: int
    head: int
    finance: int
    lead: int
    auditor: int
    operator_office: int
    operator: int
    evaluator_office: int
    evaluator: int
    coach: int
    """Who gives advice before the hand-in: for three years nobody who judges or assigns what that organisation sends in."""
    fund_id: int = 0


@dataclass
class Organisation:
    id: int
    name: str
    area: str
    lead: int
    member: int


@dataclass
class City:
    bureaus: dict[str, Bureau]
    streets: list[Street]
    communities: list[Community]
    organisations: list[Organisation]
    experts: list[int]

    def street_of(self, code: str) -> Street:
        return next(s for s in self.streets if code.startswith(s.code))

    def community(self, code: str) -> Community:
        return next(c for c in self.communities if c.code == code)

    def in_(self, area: str) -> list[Community]:
        return [c for c in self.communities if c.code.startswith(area)]


class _Builder:
    """Puts offices and people into an empty database, each by its verb."""

    def __init__(self, stage: Stage, session: Session) -> None:
        self.stage, self.session, self.at = stage, session, stage.at
        self.record = secrets.hash_password(DEMO_PASSWORD)
        self.phone = 18800000000
        self.names = [s + g for g in GIVEN for s in SURNAMES]
        stage.die.shuffle(self.names)
        self.day = today(stage.at) - timedelta(days=400)

    def office(self, kind: str, name: str, area: str, **more: Any) -> int:
        return add_organisation(
            self.session, kind, name, area, by=CLOCK, at=self.at, phone=f"0512-{self.stage.die.randint(60000000, 69999999)}", **more
        ).id

    def person(self, login: str | None, office: int | None, *roles: str, area: str | None = None, name: str = "") -> int:
        self.phone += 1
        found = add_person(
            self.session, name or self.names.pop(), by=CLOCK, at=self.at, login=login, password_record=self.record if login else None,
            phone=str(self.phone), area_code=area, born_on=date(self.stage.die.randint(1945, 1995), 5, 1), demo=True,
        )  # fmt: skip
        for role in roles:
            assert office is not None
            add_membership(self.session, found.id, office, role, from_day=self.day, by=CLOCK, at=self.at)
        return found.id


def build(stage: Stage, *, full: datetime) -> City:
    """Found the city: areas, offices, people, organisations, experts, funds and their budgets, small in the years before `full`."""
    with stage.scene() as session:
        load_shipped_areas(session)
        add_dataset(session, "demo", {"city": "姑苏区、云龙区", "note": "单位、人员、需求、分数均为模拟数据"}, at=stage.at)
    with stage.scene() as session:
        make = _Builder(stage, session)
        platform = make.office("platform", "平台运行组（模拟）", "32")
        for role in ("admin", "security", "log_auditor"):
            make.person(role, platform, role)
        bureaus = {GUSU: _bureau(make, GUSU, "姑苏区", ""), YUNLONG: _bureau(make, YUNLONG, "云龙区", "_yl")}
        streets = _streets(make, session, GUSU, 4, "") + _streets(make, session, YUNLONG, 2, "_yl")
        communities = [c for n, street in enumerate(streets) for c in _communities(make, session, street, n)]
        organisations = [_organisation(make, n, name) for n, name in enumerate(ORGANISATIONS)]
        pool = make.office("platform", "市级评审专家库（模拟）", "3205")
        experts = [make.person(f"expert{n + 1}", pool, "expert") for n in range(15)]
        for n, key in enumerate(experts):
            enrol_expert(session, key, field=FIELDS[n % len(FIELDS)], employer=f"示例大学 {n + 1} 系", title="副教授", area_code="3205")
            if n % 5 == 0:
                declare_tie(session, key, organisations[n % len(organisations)].id, kind="advisor")
        make.person("department", make.office("department", "姑苏区住建委（模拟）", GUSU), "department")
        make.person("sponsor", make.office("sponsor", "示例企业（模拟）", GUSU), "sponsor")
    _funds(stage, bureaus, today(full).year)
    return City(bureaus, streets, communities, organisations, experts)


def _bureau(make: _Builder, code: str, name: str, tail: str) -> Bureau:
    office = make.office("bureau", f"{name}民政局（模拟）", code)
    operator = make.office("operator", f"{name}社会组织服务中心（模拟）", code)
    evaluator = make.office("evaluator", f"{name}公信评估中心（模拟）", code)
    people = {role: make.person(f"{role}{tail}", office, role) for role in ("bureau", "bureau_head", "finance", "bureau_lead", "auditor")}
    return Bureau(
        code, office, people["bureau"], people["bureau_head"], people["finance"], people["bureau_lead"], people["auditor"],
        operator, make.person(f"operator{tail}", operator, "operator"), evaluator, make.person(f"evaluator{tail}", evaluator, "evaluator"),
        make.person(None, operator, "operator"),
    )  # fmt: skip


def _streets(make: _Builder, session: Session, prefix: str, most: int, tail: str) -> list[Street]:
    found = session.execute(
        sa.select(Area.code, Area.name).where(Area.parent_code == prefix, Area.name.like("%街道")).order_by(Area.code).limit(most)
    ).all()
    streets = []
    for n, (code, name) in enumerate(found):
        office = make.office("street", f"{name}办事处（模拟）", code)
        mark = tail if n == 0 else f"{tail}{n + 1}"
        streets.append(Street(code, name, office, make.person(f"street{mark}", office, "street"), make.person(None, office, "street")))
    return streets


def _communities(make: _Builder, session: Session, street: Street, n: int) -> list[Community]:
    found = session.execute(
        sa.select(Area.code, Area.name).where(Area.parent_code == street.code, Area.name.like("%社区%")).order_by(Area.code).limit(2)
    ).all()
    communities = []
    for m, (code, name) in enumerate(found):
        office = make.office("community", f"{name}（模拟）", code)
        first = n == 0 and m == 0
        worker = make.person("community" if first else f"community_{code[-6:]}", office, "community")
        second = make.person("party_lead" if first else None, office, "community", "party_lead")
        if first:
            for role in ("grid_worker", "supervisor", "party_member"):
                make.person(role, office, role)
        residents = [make.person(None, None, area=code) for _ in range(14)]
        communities.append(Community(code, name, office, worker, second, residents))
    return communities


def _organisation(make: _Builder, n: int, name: str) -> Organisation:
    area = YUNLONG if 29 <= n <= 36 else GUSU
    key = make.office(
        "social_org", f"示例 · {name}", area, registered_on=date(2012 + n % 10, 1 + n % 12, 15), grade=("5A", "4A", "3A", "3A", "")[n % 5],
        annual_check="基本合格" if n == 24 else "合格", legal_representative="示例", bank_name="示例银行",
        bank_account=f"62220000{n:04d}{n * 7919 % 10000:04d}",
    )  # fmt: skip
    if sector := next((code for code, words in SECTORS if any(word in name for word in words)), ""):
        sort(make.session, make.session.get_one(Registered, key), sector, by=CLOCK, at=make.at)
    lead = make.person("org_lead" if n == 0 else f"org_lead{n + 1}", key, "org_lead")
    member = make.person("org_member" if n == 0 else None, key, "org_member")
    if n == 0:
        make.person("social_worker", key, "social_worker")
    return Organisation(key, f"示例 · {name}", area, lead, member)


def _funds(stage: Stage, bureaus: dict[str, Bureau], full: int) -> None:
    years = range(today(stage.at).year, today(stage.end).year + 1)
    for bureau in bureaus.values():
        with stage.scene() as session:
            officer = stage.who(session, bureau.officer)
            fund = create_fund(
                session, name="福彩公益金（模拟）", kind="lottery", payer_id=bureau.office_id, subject_code="2296002",
                permitted="扶老、助残、救孤、济困等公益服务", forbidden="不得用于接待、出国、公车、楼堂馆所和行政基本支出", by=officer, at=stage.at,
            )  # fmt: skip
            bureau.fund_id = fund.id
            for year in years:
                finance = stage.who(session, bureau.finance)
                add_budget(
                    session,
                    fund,
                    year=year,
                    amount=BUDGET if year >= full else SMALL,
                    document=f"模拟指标〔{year}〕1号",
                    by=finance,
                    at=stage.at,
                )
            wording = projects.write_template(
                session, "grant", title="资助协议（模拟）", text=SHIPPED["grant"], amends=("content",), why="内容变更改为签补充协议。",
                by=officer, at=stage.at,
            )  # fmt: skip
            projects.put_in_force(session, wording, by=stage.who(session, bureau.lead), at=stage.at)
