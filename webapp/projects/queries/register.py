"""Reads of the 服务对象名册: by name for the organisation that delivers, as counts for everybody else."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import mask_phone
from webapp.accounts.models import Organisation, Person
from webapp.core.db import rows
from webapp.core.paging import Page, page
from webapp.projects.models import Activity, Attendance, Beneficiary, Consent, Project, RegisterDrawn, RegisterSample
from webapp.projects.rules import register as rules

SHOWN = {"": "全部", "present": "在册", "pending": "待补同意书", "left": "已离开"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the register, as the organisation lists them: the telephone is masked."""

    id: int
    number: int
    minor: bool
    name: str | None
    phone: str | None
    guardian: str | None
    consent_id: int | None
    joined_on: date
    left_on: date | None
    erased_at: datetime | None
    times: int

    @property
    def label(self) -> str:
        return rules.label(minor=self.minor, number=self.number, name=self.name, erased=self.erased_at is not None)

    @property
    def masked(self) -> str:
        return mask_phone(self.phone) if self.phone else ""

    @property
    def standing(self) -> str:
        """已删除, 已离开, 待补同意书 or 在册."""
        if self.erased_at is not None:
            return "已删除"
        if self.left_on is not None:
            return "已离开"
        return "在册" if self.consent_id is not None else "待补同意书"


@dataclass(frozen=True, slots=True)
class Shown:
    """The same without the telephone, for a page and its JSON."""

    id: int
    label: str
    phone: str
    guardian: str
    minor: bool
    standing: str
    joined_on: date
    times: int


def shown(one: Listed) -> Shown:
    return Shown(one.id, one.label, one.masked, one.guardian or "", one.minor, one.standing, one.joined_on, one.times)


def _times() -> Any:
    """To how many recorded activities somebody came."""
    held = sa.select(sa.func.count()).select_from(Attendance).join(Activity, Activity.id == Attendance.activity_id)
    return held.where(Attendance.beneficiary_id == Beneficiary.id, Activity.state == "held").correlate(Beneficiary).scalar_subquery()


def _listed() -> Any:
    names = [name for name in Listed.__dataclass_fields__ if name != "times"]
    return sa.select(*(getattr(Beneficiary, name) for name in names), _times().label("times"))


_HERE = Beneficiary.left_on.is_(None)
_WHICH = {
    "present": _HERE,
    "pending": sa.and_(_HERE, Beneficiary.consent_id.is_(None)),
    "left": Beneficiary.left_on.is_not(None),
}


def listed(session: Session, project_id: int, *, which: str = "", after: str | None = None) -> Page[Shown]:
    """The register, those who were written down last first."""
    query = _listed().where(Beneficiary.project_id == project_id)
    if which in _WHICH:
        query = query.where(_WHICH[which])
    found = page(session, Listed, query, (Beneficiary.id,), after)
    return Page([shown(one) for one in found.rows], found.next)


def everybody(session: Session, project_id: int) -> list[Listed]:
    """The whole register in the order in which it was written down, for the organisation's own sheet."""
    return rows(session, Listed, _listed().where(Beneficiary.project_id == project_id).order_by(Beneficiary.minor, Beneficiary.number))


def without_consent(session: Session, project_id: int) -> list[Listed]:
    """Those in the register of whom no signed paper is kept."""
    query = _listed().where(Beneficiary.project_id == project_id, _WHICH["pending"])
    return rows(session, Listed, query.order_by(Beneficiary.minor, Beneficiary.number))


def one(session: Session, key: int) -> Listed:
    """One of the register."""
    found = session.execute(_listed().where(Beneficiary.id == key)).mappings().one()
    return Listed(**found)


@dataclass(frozen=True, slots=True)
class Signed:
    """The paper that covers somebody."""

    ref: str
    signed_on: date
    guardian: bool


def signed(session: Session, consent_id: int | None) -> Signed | None:
    if consent_id is None:
        return None
    found = session.get_one(Consent, consent_id)
    return Signed(found.ref, found.signed_on, found.guardian)


def to_call(session: Session, activity: Activity) -> list[tuple[Listed, bool]]:
    """Who may be called by name at an activity, and whether they were; of those gone since, who was marked."""
    day = activity.held_on or activity.planned_on
    was = sa.exists().where(Attendance.activity_id == activity.id, Attendance.beneficiary_id == Beneficiary.id)
    query = (
        _listed()
        .add_columns(was.label("was"))
        .where(
            Beneficiary.project_id == activity.project_id,
            sa.or_(was, sa.and_(sa.or_(Beneficiary.left_on.is_(None), Beneficiary.left_on >= day), Beneficiary.consent_id.is_not(None))),
        )
        .order_by(Beneficiary.minor, Beneficiary.number)
    )
    found = []
    for mapping in session.execute(query).mappings():
        values = dict(mapping)
        marked = bool(values.pop("was"))
        found.append((Listed(**values), marked))
    return found


def named_at(session: Session, activity_id: int) -> int:
    """How many were called by name at an activity."""
    return session.scalar(sa.select(sa.func.count()).where(Attendance.activity_id == activity_id)) or 0


@dataclass(frozen=True, slots=True)
class Counts:
    """The register in numbers, which is all that others see of it."""

    listed: int
    present: int
    minors: int
    consented: int


def counts(session: Session, project_id: int) -> Counts:
    """How many ever stood in the register, stand in it now, are children among these, and have signed (or their guardians)."""
    query = sa.select(
        sa.func.count(),
        sa.func.count().filter(_HERE),
        sa.func.count().filter(_HERE, Beneficiary.minor.is_(True)),
        sa.func.count().filter(_HERE, Beneficiary.consent_id.is_not(None)),
    ).where(Beneficiary.project_id == project_id)
    return Counts(*session.execute(query).one())


def distinct_over(session: Session, project_ids: Collection[int]) -> int:
    """人数 over several projects: whoever came to recorded activities of more than one of them is one. Names are not read."""
    query = (
        sa.select(sa.func.count(sa.distinct(Beneficiary.identity)))
        .join(Attendance, Attendance.beneficiary_id == Beneficiary.id)
        .join(Activity, Activity.id == Attendance.activity_id)
        .where(Activity.state == "held", Beneficiary.project_id.in_(project_ids))
    )
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """One of a sample as its page lists them: nothing by which anybody is known."""

    position: int
    label: str
    minor: bool
    times: int
    gone: bool


def drawn(session: Session, sample_id: int) -> list[Drawn]:
    """The sample in the order of its draw, by number alone."""
    query = (
        sa.select(RegisterDrawn.position, Beneficiary.number, Beneficiary.minor, Beneficiary.erased_at, _times().label("times"))
        .join(Beneficiary, Beneficiary.id == RegisterDrawn.beneficiary_id)
        .where(RegisterDrawn.sample_id == sample_id)
        .order_by(RegisterDrawn.position)
    )
    return [
        Drawn(position, f"{'儿童' if minor else '服务对象'}{number}", minor, times, erased is not None)
        for position, number, minor, erased, times in session.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A draw from a project's register."""

    id: int
    size: int
    found: int
    at: datetime


def samples_of(session: Session, project_id: int, person_id: int) -> list[SampleRow]:
    """Somebody's own draws from a register, newest first."""
    query = sa.select(RegisterSample.id, RegisterSample.size, RegisterSample.found, RegisterSample.at).where(
        RegisterSample.project_id == project_id, RegisterSample.by_id == person_id
    )
    return rows(session, SampleRow, query.order_by(RegisterSample.id.desc()).limit(20))


def registered(session: Session, person_id: int) -> list[dict[str, Any]]:
    """In which registers somebody with this account's name and telephone stands (个人信息保护法 §45)."""
    person = session.get(Person, person_id)
    if person is None or not person.phone:
        return []
    query = (
        sa.select(Project.number, Project.title, Organisation.name, Beneficiary.joined_on, Beneficiary.left_on)
        .join(Project, Project.id == Beneficiary.project_id)
        .join(Organisation, Organisation.id == Project.organisation_id)
        .where(Beneficiary.identity == rules.identity(rules.Told(person.name, person.phone)))
        .order_by(Beneficiary.id)
    )
    return [
        {"项目": f"{number} {title}", "实施单位": organisation, "加入": joined, "离开": left or ""}
        for number, title, organisation, joined, left in session.execute(query)
    ]


MINE = {"我所在的服务对象名册": registered}
