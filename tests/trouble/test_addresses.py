"""Addresses as nobody's page made them: cursors tampered with, filters that do not exist, keys beyond any table."""

from __future__ import annotations

import base64
import json
import os
from typing import Any
from urllib.parse import quote

import pytest

from tests.together import SWEEP
from tests.trouble.conftest import CREW, Fort
from tests.trouble.sweep import faults_of

pytestmark = SWEEP

SOAK = bool(os.environ.get("SANSHE_SOAK"))
NAMES = (
    "after", "q", "state", "kind", "category", "area", "call", "project", "year", "purpose", "todo", "subject", "by", "street", "programme", "city",
    "next", "extra", "organisation", "source", "page", "on",
)  # fmt: skip


def cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


VALUES = {
    "garbage": "garbage",
    "quote": "'\" OR 1=1 --",
    "huge": "9" * 30,
    "superscript": "²",
    "nul": "\x00甲\ud7ff",
    "rare": "𠮷👵",
    "cursor of one number": cursor([2**70]),
    "cursor of one text": cursor(["甲"]),
    "cursor of lists": cursor([[1], [2]]),
    "cursor of a moment without zone": cursor([{"t": "2026-01-01T00:00:00"}, 1]),
    "cursor of a moment": cursor([{"t": "2026-01-01T00:00:00+00:00"}, "x"]),
    "cursor of nests": base64.urlsafe_b64encode(b"[" * 4000).decode(),
}
BEYOND = ("99999999999999999999", str(2**63), "0", "-1", "²", "1%00", "abc", "1;drop")


def lists(fort: Fort) -> list[tuple[str, str]]:
    """Every page without a key in its address, and one person who may open it."""
    found = []
    for rule in fort.app.url_map.iter_rules():
        entry: Any = getattr(fort.app.view_functions[rule.endpoint], "entry", None)
        if entry is None or rule.arguments or "GET" not in (rule.methods or ()):
            continue
        roles = fort.app.extensions["roles_for"](entry.right)
        found.append((next((who for who in CREW if roles & fort.roles[who]), CREW[0]), rule.rule))
    return found


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_filters_and_cursors(fort: Fort, value: str) -> None:
    bad = []
    asked = "&".join(f"{name}={quote(value)}" for name in NAMES)
    for who, path in lists(fort):
        answer = fort.as_(who).get(f"{path}?{asked}")
        if answer.status_code not in {200, 302, 303, 400, 404, 409}:
            bad.append(f"{path} {answer.status_code}")
        bad += [f"{path}: {one}" for one in faults_of(answer)]
    assert not bad, "\n".join(bad)


def test_a_cursor_tampered_with_means_the_first_page(fort: Fort) -> None:
    browser = fort.as_("worker")
    first = browser.get("/needs", Accept="application/json").get_json()
    for value in ("garbage", VALUES["cursor of one text"], VALUES["cursor of nests"]):
        assert browser.get(f"/needs?after={value}", Accept="application/json").get_json()["page"]["rows"] == first["page"]["rows"]


def test_raw_bytes_in_an_address(fort: Fort) -> None:
    for path in (
        "/needs?q=%ff%fe%c3(",
        "/p/needs?q=%ed%a0%80",
        "/needs?q=%00&after=%00",
        "/verify/%00",
        "/verify/%ff",
        "/n/%00",
        "/%2e%2e/etc/passwd",
    ):
        answer = fort.as_("worker").get(path)
        assert answer.status_code in {200, 400, 404}, (path, answer.status_code)


def test_keys_no_table_can_hold(fort: Fort) -> None:
    """Every address with one of the keys, another one for each; in the soak every key."""
    bad = []
    numbered = [rule for rule in fort.app.url_map.iter_rules() if "<int:id>" in rule.rule]
    for place, rule in enumerate(numbered):
        for key in BEYOND if SOAK else [BEYOND[place % len(BEYOND)]]:
            path = rule.rule.replace("<int:id>", key).replace("<int:file>", "1").replace("<int:number>", "1").replace("<key>", "basics")
            answer = fort.as_("officer").get(path)
            if answer.status_code not in {403, 404, 405}:
                bad.append(f"{path} {answer.status_code}")
            if answer.status_code == 404 and "没有找到" not in answer.get_data(as_text=True):
                bad.append(f"{path} 没有说明")
    assert not bad, "\n".join(bad)


def test_static_files_lead_nowhere_else(fort: Fort) -> None:
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/....//app.py",
        "/static/nothing.css",
        "/static//etc/passwd",
    ):
        answer = fort.as_("officer").get(path)
        assert answer.status_code in {308, 403, 404}, (path, answer.status_code)
        assert b"create_app" not in answer.data
