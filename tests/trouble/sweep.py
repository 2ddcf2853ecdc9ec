"""Fill a form the wrong way: what each kind of bad input is, how it is sent, and what a good answer to it is."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Flask
from lxml import html

RARE = "镕祎䶮𠮷👵🏽 אב \u202e反"
"""Rare characters, one beyond the first plane, a face with a tone, right-to-left letters and a mark that turns the line."""
LONG = "很长的话" * 25_000
KINDS: dict[str, Any] = {
    "empty": "",
    "letters": "不是数字abc",
    "long": LONG,
    "title of 5,000": "长" * 5_000,
    "10^20": "1" + "0" * 20,
    "10^15": "1" + "0" * 15,
    "2^63": str(2**63),
    "negative": "-5",
    "not finite": "NaN",
    "exponent": "1e400",
    "no such day": "2026-02-30",
    "year 9999": "9999-12-31",
    "year 1": "0001-01-01",
    "other digits": "²３٣",
    "control": "甲\x00乙\x07\x1b[31m丙\x7f",
    "surrogate": b"a\xed\xa0\x80b",
    "broken utf-8": b"\xff\xfe\xc3(",
    "rare": RARE,
    "spaces": " \u3000\u200b\t ",
    "markup": "<script>alert(1)</script>'\";--{{7*7}}%s%n",
}
CHINESE = re.compile(r"[一-鿿]{4,}")
TRACES = ("Traceback", "sqlalchemy", "psycopg", "Error:", "werkzeug", "sqlite3")


@dataclass(frozen=True)
class Shown:
    """A form as a page shows it: where it goes, and its fields with what they hold."""

    action: str
    fields: tuple[tuple[str, str, str], ...]
    """name, kind (tag or input type), value."""


def forms_in(body: str, path: str) -> list[Shown]:
    """The forms of a page's main part that write."""
    found = []
    for form in html.fromstring(body).xpath('//main//form[translate(@method,"POST","post")="post"]'):
        fields = []
        for one in form.xpath(".//input|.//select|.//textarea|.//button[@name]"):
            kind = one.get("type", "text").lower() if one.tag == "input" else one.tag
            if not one.get("name"):
                continue
            if one.tag == "textarea":
                value = (one.text or "").removeprefix("\n")
            elif one.tag == "select":
                value = next(iter(one.xpath(".//option[@selected]/@value") or one.xpath(".//option/@value")), "")
            else:
                value = one.get("value", "")
            fields.append((one.get("name"), kind, value))
        found.append(Shown(form.get("action") or path, tuple(fields)))
    return found


def typed_into(form: Shown, kind: str, *, hidden: bool = False) -> list[tuple[str, Any]]:
    """What goes over the line when every box of a form holds one kind of bad input.

    `hidden` fills the fields a person cannot reach as well: keys in hidden fields and in lists to choose from.
    """
    sent: list[tuple[str, Any]] = []
    long_one = False
    for name, what, value in form.fields:
        if name == "csrf_token":
            sent.append((name, value))
        elif name == "once":
            continue
        elif what == "file":
            if kind != "empty":
                sent.append((name, (BytesIO(b"MZ\x90\x00\x03"), "发票.pdf")))
        elif what in {"hidden", "select", "checkbox", "radio"}:
            if hidden:
                sent.append((name, KINDS[kind]))
            elif what != "checkbox":
                sent.append((name, value))
        elif what not in {"submit", "button"}:
            sent.append((name, KINDS["title of 5,000"] if kind == "long" and long_one else KINDS[kind]))
            long_one = True
    return sent


def multipart(sent: list[tuple[str, Any]]) -> tuple[bytes, str]:
    """A form's body byte by byte, for what no well-behaved client would send."""
    edge, parts = "x" * 24, []
    for name, value in sent:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"'
        if isinstance(value, tuple):
            head += f'; filename="{value[1]}"\r\nContent-Type: application/octet-stream'
            value = value[0].read()
        parts.append(head.encode() + b"\r\n\r\n" + (value if isinstance(value, bytes) else str(value).encode()) + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def faults_of(answer: Any, *, json: bool = False) -> list[str]:
    """What is wrong with an answer to bad input."""
    body = answer.get_data().decode(errors="replace")
    found = []
    if answer.status_code >= 500:
        found.append(f"状态 {answer.status_code}")
    if answer.status_code >= 400 and not json and not CHINESE.search(body):
        found.append("没有中文说明")
    if any(trace in body for trace in TRACES):
        found.append("有程序的话")
    if "Content-Security-Policy" not in answer.headers:
        found.append("没有 CSP")
    return found


def lost(form: Shown, sent: list[tuple[str, Any]], answer: Any) -> list[str]:
    """The boxes of text whose typed words the form, shown again, does not hold."""
    if answer.status_code != 422:
        return []
    body = answer.get_data(as_text=True)
    shown = {name: value for one in forms_in(body, "") for name, what, value in one.fields}
    kinds = {name: what for name, what, _ in form.fields}
    gone = []
    for name, value in sent:
        if kinds.get(name) in {"file", "hidden", "password", "checkbox", "radio", "select", "submit", None} or not isinstance(value, str):
            continue
        if any(ord(c) < 32 or ord(c) == 127 for c in value):
            continue
        if re.sub(r"\s", "", shown.get(name, "")) != re.sub(r"\s", "", value):
            gone.append(name)
    return gone


def sentences(answer: Any) -> list[str]:
    """The sentences beside fields, in the box of errors, and on a page that refuses."""
    tree = html.fromstring(answer.get_data(as_text=True))
    said = tree.xpath('//*[contains(@class,"error") or contains(@class,"blockers") or contains(@class,"refus")]|//main//p')
    return [markup.unescape(re.sub(r"\s+", " ", one.text_content()).strip()) for one in said]


def routes(app: Flask) -> Iterator[tuple[str, Any]]:
    """Every route that takes a POST."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            yield rule.endpoint, rule
