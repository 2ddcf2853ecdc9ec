"""Pure rules: phones, paths, locks, codes, one-time passwords, successors."""

from datetime import date, timedelta

import pyotp
import pytest

from tests.conftest import START
from webapp.accounts.actions import read_table
from webapp.accounts.actions.areas import code_of
from webapp.accounts.rules import (
    CODE_TRIES,
    CodeFacts,
    HandOverFacts,
    code_refusal,
    deputy_refusal,
    hand_over_refusal,
    local_path,
    locked,
    one_more,
    password_refusal,
    phone_of,
    totp_step,
)
from webapp.core.sheets import SheetError

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13912345678", "13912345678"), ("+86 139-1234-5678", "13912345678"), ("８６13912345678", "13912345678"),
        ("１３９１２３４５６７８", "13912345678"), ("12912345678", None), ("1391234567", None), ("", None), ("139123456789", None), ("0512-6000000", None),
    ],
)  # fmt: skip
def test_a_phone_however_typed(typed, number):
    assert phone_of(typed) == number


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/needs/3?x=1", "/needs/3?x=1"),
        ("//evil.cn", ""),
        ("/\\evil.cn", ""),
        ("https://evil.cn", ""),
        ("/a\nb", ""),
        (None, ""),
        ("desk", ""),
    ],
)
def test_only_paths_of_this_site(wanted, path):
    assert local_path(wanted) == path


def test_the_fifth_failure_locks_and_the_lock_ends():
    assert [one_more(n, 5).locks for n in range(5)] == [False] * 4 + [True]
    assert one_more(4, 5).failed == 0
    assert "15 分钟" in locked(START + timedelta(minutes=15), START).sentence
    assert locked(START, START) is None


def test_why_a_code_does_not_let_in():
    def code(**more):
        return code_refusal(
            CodeFacts(**{"sent": True, "used": False, "expires_at": START + timedelta(minutes=1), "tries": 0, "fits": True, **more}), START
        )

    assert code() is None
    assert code(sent=False).code == code(used=True).code == "no_code"
    assert code(expires_at=START).code == "code_old"
    assert code(tries=CODE_TRIES).code == "code_tries"
    assert code(fits=False).code == "code_wrong"


def test_a_one_time_password_fits_once():
    now = pyotp.TOTP(SECRET).at(START)
    step = totp_step(SECRET, now, START, 0)
    assert step == int(START.timestamp()) // 30
    assert totp_step(SECRET, now, START, step) is None
    assert totp_step(SECRET, pyotp.TOTP(SECRET).at(START - timedelta(seconds=30)), START, 0) == step - 1
    assert totp_step(SECRET, pyotp.TOTP(SECRET).at(START - timedelta(seconds=120)), START, 0) is None
    assert totp_step(SECRET, "口令", START, 0) is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short1", "password_short"),
        ("12345678901", "password_plain"),
        ("abcdefghijk", "password_plain"),
        ("xx-zhangmin-99", "password_login"),
    ],
)
def test_weak_passwords(password, code):
    assert password_refusal(password, "ZhangMin").code == code


def test_a_good_password():
    assert password_refusal("green-apple-42", "zhangmin") is None


def test_handing_over():
    def refused(**more):
        facts = {
            "person_id": 1,
            "from_day": date(2020, 1, 1),
            "until_day": None,
            "successor_id": 2,
            "colleagues": {1, 2},
            "day": date(2026, 3, 2),
            "today": date(2026, 3, 2),
        }
        found = hand_over_refusal(HandOverFacts(**{**facts, **more}))
        return found and found.code

    assert refused() is None
    assert refused(successor_id=1) == "same_person"
    assert refused(successor_id=9) == "not_a_colleague"
    assert refused(day=date(2026, 3, 1)) == "past"
    assert refused(until_day=date(2026, 3, 1)) == "over"


def test_a_deputy():
    day = date(2026, 3, 2)
    assert deputy_refusal(1, 2, {1, 2}, day, day) is None
    assert deputy_refusal(1, 1, {1, 2}, day, day).code == "same_person"
    assert deputy_refusal(1, 3, {1, 2}, day, day).code == "not_a_colleague"
    assert deputy_refusal(1, 2, {1, 2}, day, day - timedelta(days=1)).code == "order"
    assert deputy_refusal(1, 2, {1, 2}, day, day + timedelta(days=400)).code == "long"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("320303001000", "320303001"),
        ("320303000000", "320303"),
        ("320300000000", "3203"),
        ("320303001001", "320303001001"),
        ("320000", "32"),
    ],
)
def test_noughts_that_fill_a_code_up(text, code):
    assert code_of(text) == code


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", b""),
        ("x.csv", b"   \n"),
        ("x.csv", b"a,b\n1,2\n"),
        ("x.csv", b"\x89PNG\r\n\x1a\n\x00\xff\xfe"),
        ("x.csv.gz", b"\x1f\x8bnot gzip"),
        ("x.doc", b"x"),
    ],
)
def test_files_that_are_no_list_of_areas(name, content):
    with pytest.raises(SheetError, match="x"):
        read_table(content, name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_encodings(encoding):
    (row,) = read_table("code,name\n32,江苏省\n".encode(encoding), "x.csv")
    assert (row["code"], row["name"]) == ("32", "江苏省")
