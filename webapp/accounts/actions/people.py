"""People as an administrator and they themselves keep them: accounts, duties that end, first passwords, corrections, erasure."""

import secrets as random
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts import queries
from webapp.accounts.actions.registry import add_person
from webapp.accounts.models import Membership, Person
from webapp.accounts.rules import may_be_erased
from webapp.core import journal, outbox, personal, secrets
from webapp.core.clock import today
from webapp.core.scope import Viewer
from webapp.core.workflow import Refused, refuse

LETTERS, DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"
"""Without those that look alike on paper: i l o 0 1."""
GONE = "已注销"


def first_password() -> str:
    """A password to print and hand over, used once to set one's own: k7fm-29xt-pd4h."""
    parts = ["".join(random.choice(LETTERS + DIGITS) for _ in range(2)) + random.choice(LETTERS) + random.choice(DIGITS) for _ in range(3)]
    return "-".join(parts)


def open_account(session: Session, *, name: str, login: str, phone: str = "", by: Viewer, at: datetime) -> tuple[Person, str]:
    """Give somebody an account to work with; gives the first password too, which is shown once and kept nowhere in the clear.

    Raises Refused when the login name is taken or the phone is none.
    """
    if session.scalar(sa.select(sa.exists().where(Person.login == login))):
        raise refuse("login", "这个登录名已被使用，请换一个。", "login")
    password = first_password()
    person = add_person(session, name, by=by, at=at, login=login, password=password, phone=phone or None)
    person.must_change = True
    session.flush()
    return person, password


def reset_password(session: Session, person: Person, *, by: Viewer, at: datetime) -> str:
    """A new first password for who forgot theirs; every session ends, a lock too. Raises Refused for residents, who use their phone."""
    if person.login is None:
        raise refuse("no_login", "居民用手机验证码登录，没有密码。")
    if person.id == by.id:
        raise refuse("oneself", "自己的密码请在“我的账号”里更改。")
    password = first_password()
    person.password, person.must_change = secrets.hash_password(password), True
    person.session_version += 1
    person.failed, person.locked_until = 0, None
    session.flush()
    journal.record(session, person.ref, "reset", by=by.ref, at=at)
    return password


def reset_second_step(session: Session, person: Person, *, by: Viewer, at: datetime) -> None:
    """Put away the second step of somebody whose telephone is lost. Raises Refused when there is none."""
    if person.totp_secret is None:
        raise refuse("no_totp", "这个账号没有启用动态口令。")
    if person.id == by.id:
        raise refuse("oneself", "自己的动态口令请在“我的账号”里停用。")
    person.totp_secret = None
    person.session_version += 1
    session.flush()
    journal.record(session, person.ref, "totp_reset", by=by.ref, at=at)


def end_membership(session: Session, membership: Membership, *, day: date, by: Viewer, at: datetime) -> None:
    """End a duty on a day (its last). Raises Refused for a day before it began, or one that is past."""
    if day < membership.from_day or day < today(at) - timedelta(days=1):
        raise refuse("past", "最后一天不能早于任职开始的日子，也不能早于昨天。", "day")
    membership.until_day = day
    membership.deputy_id = membership.away_from = membership.away_until = None
    session.flush()
    journal.record(session, membership.ref, "end", by=by.ref, at=at, data={"until": day})


def correct(session: Session, person: Person, *, name: str, born_on: date | None, by: Viewer, at: datetime) -> None:
    """更正: name and birthday (个人信息保护法 §46). The journal says which were corrected, never to what."""
    changed = [word for word, old, new in (("name", person.name, name), ("born_on", person.born_on, born_on)) if old != new]
    if not changed:
        return
    if born_on is not None and born_on > today(at):
        raise refuse("born_on", "出生日期不能晚于今天。", "born_on")
    person.name, person.born_on = name, born_on
    session.flush()
    journal.record(session, person.ref, "correct", by=by.ref, at=at, data={"fields": changed})


def change_phone(session: Session, person: Person, phone: str, *, by: Viewer, at: datetime) -> None:
    """Another phone, after its code was checked."""
    person.phone, person.phone_key = phone, secrets.keyed("phone", phone)
    session.flush()
    journal.record(session, person.ref, "phone", by=by.ref, at=at)


def ask_erasure(session: Session, person: Person, *, by: Viewer, at: datetime) -> None:
    """申请删除 (个人信息保护法 §47): the administrators are told. Raises Refused while something of the person's is still under way."""
    _refuse_erasure(session, person, at)
    person.erase_asked_at = at
    session.flush()
    journal.record(session, person.ref, "erase_asked", by=by.ref, at=at)
    keepers = queries.people_with(session, ("admin",), at=at)
    outbox.tell(session, keepers, person.ref, "有人申请删除个人信息", "请在 15 个工作日内核对并办理。", at=at)


def keep_account(session: Session, person: Person, *, by: Viewer, at: datetime) -> None:
    """Take the request back."""
    if person.erase_asked_at is None:
        raise refuse("not_asked", "没有提出过删除申请。")
    person.erase_asked_at = None
    session.flush()
    journal.record(session, person.ref, "erase_withdrawn", by=by.ref, at=at)


def erase(session: Session, person: Person, *, by: Viewer, at: datetime) -> None:
    """删除: every slice forgets what it keeps of the person; the account remains as a number without a name.

    Two people: who asks, and the administrator who carries it out. What the law has kept (votes that know no person,
    the journal's references) stays.
    """
    if person.erase_asked_at is None:
        raise refuse("not_asked", "本人没有提出过删除申请。")
    if person.id == by.id:
        raise refuse("two_people", "自己的申请要由另一位管理员办理。")
    _refuse_erasure(session, person, at)
    personal.forget(session, person.id, at)
    session.execute(sa.delete(outbox.Message).where(outbox.Message.person_id == person.id))
    person.name, person.login, person.phone, person.phone_key, person.password = GONE, None, None, None, None
    person.totp_secret, person.born_on, person.area_code, person.texts = None, None, None, False
    person.erase_asked_at = None
    person.session_version += 1
    session.flush()
    journal.record(session, person.ref, "erase", by=by.ref, at=at)


def _refuse_erasure(session: Session, person: Person, at: datetime) -> None:
    held = len(queries.duties_of(session, person.id, at=at))
    found = [*filter(None, [may_be_erased(held)]), *personal.holds(session, person.id)]
    if found:
        raise Refused(*found)
