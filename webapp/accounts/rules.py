"""What accounts require: phones, codes, locks, second steps, successors and deputies. Pure; accounts has no workflow of its own."""

import hmac
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import pyotp

from webapp.core.workflow import Refusal, Rule
from webapp.workflows import ROLES

REQUIRED: dict[str, tuple[Rule, ...]] = {}
WORDS = {
    "person.create": "建立账号", "person.sign_in": "登录", "person.lock": "连续输错，账号锁定", "person.password": "更改密码",
    "person.totp_on": "启用动态口令", "person.totp_off": "停用动态口令", "person.sign_out_everywhere": "退出所有设备",
    "person.home": "更改居住社区", "person.reset": "重置密码", "person.totp_reset": "停用动态口令（安全管理员）", "person.correct": "更正信息",
    "person.phone": "更换手机号", "person.erase_asked": "申请删除个人信息", "person.erase_withdrawn": "撤回删除申请",
    "person.erase": "删除个人信息", "person.copy": "下载个人信息", "person.areas": "更新区划", "membership.end": "结束任职",
    "organisation.create": "登记单位", "organisation.see_bank": "查看银行账号", "organisation.sort": "归入板块",
    "membership.create": "任职", "membership.deputy": "指定AB岗", "membership.no_deputy": "取消AB岗", "membership.hand_over": "移交工作",
}  # fmt: skip
DEMO_PASSWORD = "sanshe-demo"
"""The one password of every demo account; the sign-in page of a demo city shows it."""
TWO_STEPS = frozenset({"bureau", "bureau_head", "bureau_lead", "finance", "expert", "admin", "security", "log_auditor"})
"""Roles that are asked to use a second step (GB/T 22239-2019 8.1.4.1: two kinds of identification)."""
CODE_TRIES = 5
OFFICES = frozenset(ROLES) - {"public", "resident", "taker", "teller", "co_writer", "clock"}
"""Roles that are held in an organisation."""
NAMED_ELSEWHERE = frozenset({"urgent_reader"})
"""Roles that an administrator does not give: 专办人 are named by the community's Party secretary or the street."""
_PHONE = re.compile(r"1[3-9]\d{9}")


def phone_of(typed: str) -> str | None:
    """The eleven digits of a mobile number, however it was typed (+86, blanks, dashes, full-width); None when it is none."""
    plain = re.sub(r"[\s\-—()]", "", unicodedata.normalize("NFKC", typed))
    plain = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", plain)
    return plain if _PHONE.fullmatch(plain) else None


def local_path(wanted: str | None) -> str:
    """Where to go after signing in: only a path of this site; anything else is no wish at all."""
    if not wanted or not wanted.startswith("/") or wanted[1:2] in {"/", "\\"} or any(ord(c) < 33 or c == "\\" for c in wanted):
        return ""
    return wanted


@dataclass(frozen=True, slots=True)
class Tries:
    """Failed sign-ins in a row after one more, and whether they now lock the account."""

    failed: int
    locks: bool


def one_more(failed: int, most: int) -> Tries:
    """Count a failure; the lock starts the count anew."""
    return Tries(0, True) if failed + 1 >= most else Tries(failed + 1, False)


def locked(until: datetime | None, at: datetime) -> Refusal | None:
    """The account is locked for a while after too many failures."""
    if until is None or until <= at:
        return None
    minutes = max(1, -int((at - until).total_seconds() // 60))
    return Refusal("locked", f"输错次数太多，账号已锁定。请在 {minutes} 分钟后再试，或请本单位管理员帮忙。", "password")


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """The newest code of a phone."""

    sent: bool
    used: bool
    expires_at: datetime | None
    tries: int
    fits: bool


def code_refusal(facts: CodeFacts, at: datetime) -> Refusal | None:
    """Why a typed code does not let in; a code lives a few minutes, five tries and one use."""
    if not facts.sent or facts.used:
        return Refusal("no_code", "请先获取验证码。", "code")
    if facts.expires_at is None or facts.expires_at <= at:
        return Refusal("code_old", "验证码已过期，请重新获取。", "code")
    if facts.tries >= CODE_TRIES:
        return Refusal("code_tries", "输错次数太多，这个验证码已作废，请重新获取。", "code")
    if not facts.fits:
        return Refusal("code_wrong", "验证码不对，请核对后再输。", "code")
    return None


def totp_step(secret: str, typed: str, at: datetime, last_step: int) -> int | None:
    """The time step a code belongs to (RFC 6238, 30 seconds, one step of drift); None for a wrong or an already used one."""
    otp, here = pyotp.TOTP(secret), int(at.timestamp()) // 30
    digits = unicodedata.normalize("NFKC", typed).replace(" ", "")
    found = None
    for step in (here - 1, here, here + 1):
        if hmac.compare_digest(otp.generate_otp(step).encode(), digits.encode()) and step > last_step:
            found = step
    return found


def password_refusal(password: str, login: str) -> Refusal | None:
    """A password of officers: long enough, of two kinds of characters, not the login name (GB/T 22239-2019)."""
    if len(password) < 10:
        return Refusal("password_short", "密码至少 10 位。", "new")
    if len({c.isdecimal() for c in password}) < 2 or not any(c.isalpha() for c in password):
        return Refusal("password_plain", "密码里要同时有字母和数字。", "new")
    if login and login.lower() in password.lower():
        return Refusal("password_login", "密码里不能含有登录名。", "new")
    return None


def may_be_erased(duties: int) -> Refusal | None:
    """Who still holds a duty hands it over first; the record of office stays with the office."""
    if not duties:
        return None
    return Refusal("duties", f"还有 {duties} 个岗位。请先移交工作，再申请删除。")


@dataclass(frozen=True, slots=True)
class HandOverFacts:
    """A membership, and who should take it over."""

    person_id: int
    from_day: date
    until_day: date | None
    successor_id: int
    colleagues: Collection[int]
    """People with a role in the same organisation on that day."""
    day: date
    today: date


def hand_over_refusal(facts: HandOverFacts) -> Refusal | None:
    """A duty goes to a colleague of the same organisation, from today on or later, while it is still held (工作交接)."""
    if facts.successor_id == facts.person_id:
        return Refusal("same_person", "不能移交给本人，请选择另一位同事。", "successor")
    if facts.successor_id not in facts.colleagues:
        return Refusal("not_a_colleague", "只能移交给本单位在岗的同事。", "successor")
    if facts.day < facts.today or facts.day < facts.from_day:
        return Refusal("past", "移交日期不能早于今天，也不能早于任职开始的日子。", "day")
    if facts.until_day is not None and facts.until_day < facts.day:
        return Refusal("over", "这项任职在移交日期前已经结束。", "day")
    return None


def deputy_refusal(person_id: int, deputy_id: int, colleagues: Collection[int], away_from: date, away_until: date) -> Refusal | None:
    """AB岗: another colleague of the same organisation stands in for the days one is away."""
    if deputy_id == person_id:
        return Refusal("same_person", "AB岗不能是本人，请选择另一位同事。", "deputy")
    if deputy_id not in colleagues:
        return Refusal("not_a_colleague", "AB岗只能是本单位在岗的同事。", "deputy")
    if away_until < away_from:
        return Refusal("order", "结束日期要晚于开始日期。", "away_until")
    if (away_until - away_from).days > 366:
        return Refusal("long", "一次最多一年。时间更长请办理移交。", "away_until")
    return None
