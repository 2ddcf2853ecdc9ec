"""三级联动小组, telephone samples, and the dictionary of categories."""

import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.accounts.viewer import Viewer
from webapp.core import journal
from webapp.core.workflow import refuse
from webapp.handling.actions.referral import call_back
from webapp.handling.models import Drawn, Sample, Team
from webapp.handling.queries.people import resolved_between
from webapp.handling.rules import draw
from webapp.needs.models import Category, Elsewhere, Need


def set_team(
    session: Session, *, area_code: str, resident: str = "", household: bool = False, organisation_id: int | None = None,
    district_id: int | None, street_id: int | None, community_id: int | None, by: Viewer, at: datetime,
) -> Team:  # fmt: skip
    """确定三级联动小组 of a whole community, or of one of its residents (alone or with the household) or firms."""
    if not any((district_id, street_id, community_id)):
        raise refuse("nobody", "请至少确定一级联系干部。", "community_id")
    person_id = _resident(session, area_code, resident.strip()) if resident.strip() else None
    query = sa.select(Team).where(
        Team.area_code == area_code,
        Team.person_id.is_not_distinct_from(person_id),
        Team.organisation_id.is_not_distinct_from(organisation_id),
    )
    team = session.scalars(query.with_for_update()).one_or_none() or Team(
        area_code=area_code, person_id=person_id, organisation_id=organisation_id
    )
    team.household = household and person_id is not None
    team.district_id, team.street_id, team.community_id = district_id, street_id, community_id
    session.add(team)
    session.flush()
    data = {"district": district_id, "street": street_id, "community": community_id}
    journal.record(session, team.ref, "set", by=by.ref, at=at, data=data)
    return team


def end_team(session: Session, team: Team, *, note: str, by: Viewer, at: datetime) -> None:
    """结束三级联动小组 of a single person or firm: from now on that of the community looks after them."""
    if team.person_id is None and team.organisation_id is None:
        raise refuse("whole", "整个社区的小组不能结束。联系干部有变动的，请重新确定。")
    if not any((team.district_id, team.street_id, team.community_id)):
        raise refuse("ended", "这个小组已经结束。")
    if not note.strip():
        raise refuse("note", "请填写结束的原因。", "note")
    data = {"district": team.district_id, "street": team.street_id, "community": team.community_id}
    team.district_id = team.street_id = team.community_id = None
    team.household = False
    session.flush()
    journal.record(session, team.ref, "end", by=by.ref, at=at, note=note, data=data)


def _resident(session: Session, area_code: str, name: str) -> int:
    found = session.scalars(sa.select(Person.id).where(Person.area_code == area_code, Person.name == name).limit(2)).all()
    if not found:
        raise refuse("resident", "本社区没有查到这位居民。请核对姓名；居民要先在平台登记过住址。", "resident")
    if len(found) > 1:
        raise refuse("resident", "本社区有同名的居民，分不清是哪一位。请先为整个社区确定小组。", "resident")
    return found[0]


def draw_sample(session: Session, *, area_code: str, since: date, until: date, size: int, by: Viewer, at: datetime) -> Sample:
    """抽取电话回访样本: drawn by lot with a seed that is kept, so that anybody can draw the same again."""
    if since > until:
        raise refuse("order", "结束日期不能早于开始日期。", "until")
    keys = resolved_between(session, area_code, since, until)
    if not keys:
        raise refuse("empty", "这一时段没有办结的需求，请换一个时段。", "since")
    if by.id is None:
        raise refuse("person", "请先登录。")
    sample = Sample(
        area_code=area_code, title=f"{since:%Y-%m-%d} 至 {until:%Y-%m-%d} 电话回访", since=since, until=until, size=min(size, len(keys)),
        found=len(keys), seed=secrets.token_hex(16), by_id=by.id, at=at,
    )  # fmt: skip
    session.add(sample)
    session.flush()
    session.add_all(Drawn(sample_id=sample.id, need_id=key, position=n) for n, key in enumerate(draw(sample.seed, keys, sample.size), 1))
    session.flush()
    data = {"found": sample.found, "size": sample.size, "seed": sample.seed}
    journal.record(session, sample.ref, "draw", by=by.ref, at=at, data=data)
    return sample


def record_call(
    session: Session, drawn: Drawn, *, reached: bool, rating: int | None = None, words: str = "", by: Viewer, at: datetime
) -> Drawn:
    """What was heard on the telephone. A need that nobody judged yet is judged by it, when another asks than who handled it."""
    if reached and rating is None:
        raise refuse("rating", "接通的，请记下居民打的分。", "rating")
    if reached and not words.strip():
        raise refuse("words", "接通的，请记下居民怎么说。", "words")
    first = drawn.reached is None
    drawn.reached, drawn.rating, drawn.words = reached, rating if reached else None, words or None
    drawn.by_id, drawn.at = by.id, at
    session.flush()
    journal.record(session, f"sample:{drawn.sample_id}", "call", by=by.ref, at=at, data={"need": drawn.need_id, "reached": reached})
    need = session.get_one(Need, drawn.need_id, with_for_update=True)
    if first and reached and rating is not None and need.state == "resolved" and "call_back" in _may(need, by):
        call_back(session, need, how="phone", rating=rating, note=words, by=by, at=at)
    return drawn


def _may(need: Need, by: Viewer) -> set[str]:
    roles = by.roles_on(need)
    return {one.name for one in need.WORKFLOW.steps if one.who & roles}


@dataclass(frozen=True, slots=True)
class CategoryTerms:
    """What the dictionary says of a category."""

    label: str
    response_minutes: int
    around_clock: bool
    answer_workdays: int
    pace: str
    position: int
    retired: bool


def edit_category(session: Session, code: str, terms: CategoryTerms, *, by: Viewer, at: datetime) -> Category:
    """Change a category, or make a new one; needs that have it keep it, also when it is retired."""
    if code == "other" and terms.retired:
        raise refuse("other", "“其他”是不确定时的类别，不能停用。", "retired")
    found = session.get(Category, code, with_for_update=True)
    step = "edit" if found else "create"
    if found is None:
        found = Category(code=code, **asdict(terms))
        session.add(found)
    for name, given in asdict(terms).items():
        setattr(found, name, given)
    session.flush()
    journal.record(
        session, found.ref, step, by=by.ref, at=at, data={k: v for k, v in asdict(terms).items() if k != "label"}, note=terms.label
    )
    return found


def edit_elsewhere(session: Session, code: str, *, label: str, phone: str, retired: bool, by: Viewer, at: datetime) -> Elsewhere:
    """Change a usual place to go instead, or add one (no code yet)."""
    found = session.get(Elsewhere, code, with_for_update=True) if code else None
    if found is None:
        last = session.scalar(sa.select(sa.func.max(Elsewhere.position))) or 0
        found = Elsewhere(code=f"place{last + 1}", position=last + 1)
        session.add(found)
    found.label, found.phone, found.retired = label, phone, retired
    session.flush()
    journal.record(session, found.ref, "edit", by=by.ref, at=at, note=f"{label} {phone}".strip())
    return found
