"""The fixed cast: the offices, organisations and people every test knows by name. All invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.accounts.models import Area, Dataset, Membership, Organisation, Person
from webapp.accounts.viewer import Viewer, viewer_of
from webapp.calls.rules import OUTSIDE
from webapp.core import secrets

AREAS = {
    "32": "江苏省", "3205": "苏州市", "320508": "姑苏区", "320508019": "金阊街道", "320508018": "平江街道",
    "320508019036": "桃花坞社区居委会", "320508019037": "阊门社区居委会", "320508018001": "平江路社区居委会",
    "3203": "徐州市", "320303": "云龙区", "320303001": "彭城街道", "320303001001": "钟鼓楼社区居委会",
}  # fmt: skip
TAO, CHANGMEN, PINGJIANG, YUNLONG = "320508019036", "320508019037", "320508018001", "320303"


@dataclass
class Someone:
    """A person of the cast, enough to sign in as."""

    id: int
    name: str
    session_version: int = 1

    @property
    def ref(self) -> str:
        return f"person:{self.id}"

    def viewer(self, session: Session, at: datetime) -> Viewer:
        found = viewer_of(session, self.id, at)
        assert found is not None
        return found


@dataclass
class Cast:
    people: dict[str, Someone] = field(default_factory=dict)
    offices: dict[str, int] = field(default_factory=dict)
    """Keys of the organisations by short name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        people, offices = self.__dict__.get("people", {}), self.__dict__.get("offices", {})
        if name in people:
            return people[name]
        if name in offices:
            return offices[name]
        raise AttributeError(name)


OFFICES: dict[str, tuple[str, str, str]] = {
    # short name: kind, name, area
    "gusu": ("bureau", "姑苏区民政局", "320508"),
    "yunlong": ("bureau", "云龙区民政局", "320303"),
    "housing": ("department", "姑苏区住建委", "320508"),
    "jinchang": ("street", "金阊街道办事处", "320508019"),
    "pingjiang_street": ("street", "平江街道办事处", "320508018"),
    "taohuawu": ("community", "桃花坞社区居委会", TAO),
    "changmen": ("community", "阊门社区居委会", CHANGMEN),
    "pingjiang": ("community", "平江路社区居委会", PINGJIANG),
    "chenguang": ("social_org", "晨光社会工作服务中心", "320508"),
    "qingmiao": ("social_org", "青苗公益服务社", "320508"),
    "service": ("operator", "姑苏区社会组织服务中心", "320508"),
    "third": ("evaluator", "公信第三方评估中心", "320508"),
    "pool": ("platform", "评审专家库", "3205"),
    "platform": ("platform", "平台运行组", "32"),
}
PEOPLE: dict[str, tuple[str, str, tuple[str, ...]]] = {
    # short name: name, office, roles
    "officer": ("张敏", "gusu", ("bureau",)),
    "head": ("李建国", "gusu", ("bureau_head",)),
    "accountant": ("王芳", "gusu", ("finance",)),
    "leader": ("赵卫东", "gusu", ("bureau_lead",)),
    "auditor": ("钱正", "gusu", ("auditor",)),
    "far_officer": ("孙远", "yunlong", ("bureau",)),
    "far_leader": ("周山", "yunlong", ("bureau_lead",)),
    "housing_clerk": ("吴迪", "housing", ("department",)),
    "street": ("郑颖", "jinchang", ("street",)),
    "street_two": ("冯强", "jinchang", ("street",)),
    "far_street": ("陈平", "pingjiang_street", ("street",)),
    "worker": ("褚小桃", "taohuawu", ("community",)),
    "worker_two": ("卫国", "taohuawu", ("community", "party_lead")),
    "grid": ("蒋网", "taohuawu", ("grid_worker",)),
    "supervisor": ("沈督", "taohuawu", ("supervisor",)),
    "far_worker": ("韩平江", "pingjiang", ("community",)),
    "near_worker": ("杨阊", "changmen", ("community",)),
    "member": ("朱晨", "chenguang", ("org_member",)),
    "lead": ("秦光", "chenguang", ("org_lead",)),
    "social_worker": ("尤社", "chenguang", ("social_worker",)),
    "rival": ("许青", "qingmiao", ("org_lead",)),
    "rival_member": ("何苗", "qingmiao", ("org_member",)),
    "operator": ("吕运", "service", ("operator",)),
    "evaluator": ("施评", "third", ("evaluator",)),
    "admin": ("张管", "platform", ("admin",)),
    "security": ("孔安", "platform", ("security",)),
    "log_auditor": ("曹审", "platform", ("log_auditor",)),
    **{f"expert{n}": (f"评委{n}", "pool", ("expert",)) for n in range(1, 9)},
}
RESIDENTS = {
    "granny": ("严阿婆", TAO), "resident": ("华居民", TAO), "resident_two": ("金居民", TAO), "resident_three": ("魏居民", TAO),
    "near_resident": ("陶居民", CHANGMEN), "far_resident": ("姜居民", PINGJIANG),
}  # fmt: skip


def gather(session: Session, at: datetime) -> Cast:
    """Put the cast into an empty database."""
    cast = Cast()
    for code, name in AREAS.items():
        session.add(Area(code=code, name=name, parent_code=next((code[:n] for n in (9, 6, 4, 2) if n < len(code)), None), source="test"))
    for short, (kind, name, area) in OFFICES.items():
        office = Organisation(
            kind=kind, name=name, area_code=area, grade="3A" if kind == "social_org" else "", registered_on=date(2018, 5, 1),
            annual_check="合格" if kind == "social_org" else "",
            phone="0512-60000000", bank_name="示例银行", bank_account="6222000011112222" if kind == "social_org" else None,
        )  # fmt: skip
        session.add(office)
        session.flush()
        cast.offices[short] = office.id
    for name in sorted(OUTSIDE):
        session.add(Dataset(name=name, at=at, about={}))
    phone = 13900000000
    for short, (name, office, roles) in PEOPLE.items():
        phone += 1
        person = _person(session, name, str(phone), login=short)
        cast.people[short] = Someone(person.id, name)
        for role in roles:
            session.add(Membership(person_id=person.id, organisation_id=cast.offices[office], role=role, from_day=date(2020, 1, 1)))
    for short, (name, area) in RESIDENTS.items():
        phone += 1
        person = _person(session, name, str(phone), area=area)
        cast.people[short] = Someone(person.id, name)
    session.flush()
    return cast


def _person(session: Session, name: str, phone: str, login: str | None = None, area: str | None = None) -> Person:
    person = Person(name=name, login=login, phone=phone, phone_key=secrets.keyed("phone", phone), area_code=area, born_on=date(1955, 1, 1))
    session.add(person)
    session.flush()
    return person
