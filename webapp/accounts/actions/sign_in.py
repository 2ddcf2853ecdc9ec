"""Signing in: codes, failures that are kept, second steps, sessions."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Person, SignInCode
from webapp.accounts.rules import CodeFacts, code_refusal, one_more, password_refusal, totp_step
from webapp.core import jobs, journal, outbox, secrets, settings
from webapp.core.scope import Viewer
from webapp.core.workflow import Refused, refuse


def send_code(session: Session, phone: str, *, at: datetime) -> str:
    """Make a six-digit code for a phone, keep its keyed hash, hand it to the text port, and return it (a demo city shows it)."""
    code, phone_key = secrets.code(), secrets.keyed("phone", phone)
    minutes = int(settings.value(session, "code.minutes", at=at))
    session.add(
        SignInCode(
            phone_key=phone_key,
            code_key=secrets.keyed("code", phone_key + code),
            expires_at=at + timedelta(minutes=minutes),
            tries=0,
        )
    )
    session.flush()
    if outbox.can_text():
        _text_later(session, phone, f"登录验证码 {code}，{minutes} 分钟内有效。请勿告诉他人。", at=at)
    return code


def _text_later(session: Session, phone: str, words: str, *, at: datetime) -> None:
    jobs.enqueue(session, "accounts.text", {"phone": secrets.seal(phone), "words": secrets.seal(words)}, person_id=None, at=at)


def _newest(session: Session, phone: str) -> SignInCode | None:
    return session.scalars(
        sa.select(SignInCode)
        .where(SignInCode.phone_key == secrets.keyed("phone", phone))
        .order_by(SignInCode.id.desc())
        .limit(1)
        .with_for_update()
    ).first()


def check_code(session: Session, phone: str, typed: str, *, at: datetime) -> None:
    """Use up the newest code of a phone. Raises Refused when it is old, used, tried too often or wrong."""
    found = _newest(session, phone)
    fits = found is not None and secrets.keyed("code", found.phone_key + typed) == found.code_key
    facts = CodeFacts(
        found is not None,
        found is not None and found.used_at is not None,
        found.expires_at if found else None,
        found.tries if found else 0,
        fits,
    )
    if refusal := code_refusal(facts, at):
        raise Refused(refusal)
    if found is not None:
        found.used_at = at
        session.flush()


def count_try(session: Session, phone: str) -> None:
    """Keep a wrong try of a code, though the request was refused."""
    if (found := _newest(session, phone)) is not None:
        found.tries += 1


def count_failure(session: Session, person_id: int, *, at: datetime) -> None:
    """Keep a failed sign-in, though the request was refused; enough of them in a row lock the account for a while."""
    person = session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None or (person.locked_until is not None and person.locked_until > at):
        return
    tries = one_more(person.failed, int(settings.value(session, "sign_in.tries", at=at)))
    person.failed = tries.failed
    if tries.locks:
        person.locked_until = at + timedelta(minutes=int(settings.value(session, "sign_in.lock_minutes", at=at)))
        journal.record(session, person.ref, "lock", by="public", at=at)


def second_step(session: Session, person: Person, typed: str, *, at: datetime) -> bool:
    """Whether a one-time password fits; the same one never fits twice."""
    step = totp_step(person.totp_secret or "", typed, at, person.totp_last_step) if person.totp_secret else None
    if step is not None:
        person.totp_last_step = step
    return step is not None


def begin_session(session: Session, person: Person, *, at: datetime) -> None:
    """All steps passed: forget the failures and note the sign-in."""
    person.failed, person.locked_until = 0, None
    session.flush()
    journal.record(session, person.ref, "sign_in", by=person.ref, at=at)


def sign_out_everywhere(session: Session, person: Person, *, by: Viewer, at: datetime) -> None:
    """End every session signed before now."""
    person.session_version += 1
    session.flush()
    journal.record(session, person.ref, "sign_out_everywhere", by=by.ref, at=at)


def change_password(session: Session, person: Person, *, old: str, new: str, by: Viewer, at: datetime) -> None:
    """Set a new password after the present one; every other session ends."""
    if not secrets.password_fits(person.password, old):
        raise refuse("old_password", "现在的密码不对。", "old")
    if refusal := password_refusal(new, person.login or ""):
        raise Refused(refusal)
    if secrets.password_fits(person.password, new):
        raise refuse("same_password", "新密码和现在的一样，请换一个。", "new")
    person.password, person.must_change = secrets.hash_password(new), False
    person.session_version += 1
    session.flush()
    journal.record(session, person.ref, "password", by=by.ref, at=at)


def totp_on(session: Session, person: Person, secret: str, typed: str, *, by: Viewer, at: datetime) -> None:
    """Begin to ask for one-time passwords, once the telephone shows the right one."""
    step = totp_step(secret, typed, at, 0)
    if step is None:
        raise refuse("totp", "动态口令不对。请核对手机时间，用刚刚显示的 6 位数字。", "code")
    person.totp_secret, person.totp_last_step = secret, step
    session.flush()
    journal.record(session, person.ref, "totp_on", by=by.ref, at=at)


def totp_off(session: Session, person: Person, typed: str, *, by: Viewer, at: datetime) -> None:
    """Stop asking for one-time passwords (a new telephone), after one last right one."""
    if not second_step(session, person, typed, at=at):
        raise refuse("totp", "动态口令不对，或刚刚用过。请等下一个再输。", "code")
    person.totp_secret = None
    session.flush()
    journal.record(session, person.ref, "totp_off", by=by.ref, at=at)


def set_home(session: Session, person: Person, area_code: str, *, by: Viewer, at: datetime) -> None:
    """Move to another community: needs and ballots go there from now on."""
    if person.area_code == area_code:
        return
    data = {"before": person.area_code, "after": area_code}
    person.area_code = area_code
    session.flush()
    journal.record(session, person.ref, "home", by=by.ref, at=at, data=data)


def set_texts(session: Session, person: Person, texts: bool) -> None:
    """Whether messages are announced by text too. A preference, not a business change: no entry."""
    person.texts = texts
    session.flush()


def _announce(session: Session, at: datetime) -> int:
    """Announce new messages by text to those who want it; runs before the outbox marks them sent."""
    if not outbox.can_text():
        return 0
    waiting = (
        sa.select(outbox.Message.id, outbox.Message.person_id, outbox.Message.title)
        .where(outbox.Message.sent_at.is_(None))
        .order_by(outbox.Message.id)
        .limit(500)
        .subquery()
    )
    found = session.execute(
        sa.select(Person.phone, waiting.c.title)
        .join(waiting, waiting.c.person_id == Person.id)
        .where(Person.texts, Person.phone.is_not(None))
    ).all()
    for phone, title in found:
        _text_later(session, phone, f"您有新消息：{title}。请登录平台查看。", at=at)
    return len(found)


def _forget_codes(session: Session, at: datetime) -> int:
    """Codes are of no use after their minutes; a day later they are gone."""
    done: Any = session.execute(sa.delete(SignInCode).where(SignInCode.expires_at < at - timedelta(days=1)))
    return int(done.rowcount)


def _text(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    outbox.text(secrets.unseal(args["phone"]), secrets.unseal(args["words"]))
    return {}


TICK = (_announce, _forget_codes)
JOBS = {"accounts.text": _text}
