"""Every form of the house is sent every kind of bad input: never a breakdown, always a sentence, nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.together import SWEEP
from tests.trouble.conftest import CREW, Fort
from tests.trouble.sweep import KINDS, RARE, Shown, faults_of, lost, routes, typed_into

pytestmark = SWEEP

TEXTS = ("empty", "long", "control", "surrogate")
FIGURES = ("letters", "10^20", "10^15", "negative", "not finite", "other digits")
DAYS = ("no such day", "year 9999", "year 1", "letters")
ASKED = {"calls.new": "?template=example"}
"""What stands behind an address without which its page has no form."""
PARTS = {"calls.rules_page": {"name": "money"}, "calls.rules_tree": {"name": "rubric", "path": "rubric"}}
KEYS = {"key": ("basics", "budget", "indicators", "summary", "people")}


class Swept:
    """The forms found, once per database: who meets them where."""

    def __init__(self, fort: Fort) -> None:
        self.found: dict[str, tuple[str, str, Shown]] = {}
        self.bare: list[tuple[str, str, str]] = []
        for endpoint, rule in routes(fort.app):
            entry: Any = getattr(fort.app.view_functions[endpoint], "entry", None)
            assert entry is not None, endpoint
            keys: list[Any] = [None]
            if entry.model is not None and "id" in rule.arguments:
                with Session(fort.engine) as session:
                    keys = list(session.scalars(sa.select(entry.model.id).order_by(entry.model.id).limit(8)))
            self._look(fort, endpoint, rule, entry, keys)

    def _look(self, fort: Fort, endpoint: str, rule: Any, entry: Any, keys: list[Any]) -> None:
        roles = fort.app.extensions["roles_for"](entry.right)
        crew = [who for who in CREW if roles & fort.roles[who]]
        sections = KEYS["key"] if "key" in rule.arguments else ("",)
        for section in sections:
            name = f"{endpoint}/{section}".rstrip("/")
            for key in keys:
                args = {one: ({"id": key or 1, "key": section} | PARTS.get(endpoint, {})).get(one, 1) for one in rule.arguments}
                path = fort.url(endpoint, **args)
                if "GET" not in rule.methods:
                    self.bare += [(name, who, path) for who in crew[:1]]
                    break
                for who in ("", *crew) if entry.right == "account.sign_in" else fort.reaching(crew, entry, key):
                    forms = [form for form in fort.as_(who).forms(path + ASKED.get(endpoint, "")) if form.action.partition("?")[0] == path]
                    if forms and len(forms[0].fields) > len(self.found.get(name, ("", "", Shown("", ())))[2].fields):
                        self.found[name] = (who, path + ASKED.get(endpoint, ""), forms[0])
                    if forms:
                        break
                if name in self.found and len(self.found[name][2].fields) > 2:
                    break


@pytest.fixture(scope="session")
def swept(built: Fort) -> Swept:
    return Swept(built)


def kinds_for(form: Shown) -> list[str]:
    """The kinds of bad input that matter to a form, by the boxes it has."""
    boxes = {what for _, what, _ in form.fields}
    kinds = ["empty"]
    if boxes & {"text", "textarea", "date", "tel", "number", "month"}:
        kinds += TEXTS[1:]
    if boxes & {"text", "number"}:
        kinds += FIGURES
    if "date" in boxes:
        kinds += DAYS
    return list(dict.fromkeys(kinds))


def test_most_forms_are_met(swept: Swept) -> None:
    """A sweep that finds no forms finds no faults either."""
    assert len(swept.found) >= 70, sorted(swept.found)
    for name in (
        "needs.new",
        "calls.new",
        "applications.section/budget",
        "projects.activity_new",
        "funding.spending_new",
        "reviews.panel_new",
    ):
        assert name in swept.found, (name, sorted(swept.found))


def test_bad_input_is_told_and_kept(fort: Fort, swept: Swept) -> None:
    bad = []
    for name, (who, path, form) in swept.found.items():
        for kind in kinds_for(form):
            sent = typed_into(form, kind)
            answer = fort.as_(who).send(path, sent)
            found = faults_of(answer) + [f"丢了 {box}" for box in lost(form, sent, answer)]
            if (
                kind == "long"
                and any(what in {"text", "textarea"} for _, what, _ in form.fields)
                and answer.status_code < 400
                and "section" not in name
            ):
                found.append("收下了十万字")
            bad += [f"{name} {kind} {answer.status_code}: {one}" for one in found]
    assert not bad, "\n".join(bad)


def test_tampered_keys_are_refused(fort: Fort, swept: Swept) -> None:
    """What a person cannot type, keys in hidden fields and lists, sent as nonsense and as keys that do not exist."""
    bad = []
    for name, (who, path, form) in swept.found.items():
        if not any(what in {"hidden", "select", "radio", "checkbox"} and box not in {"csrf_token", "once"} for box, what, _ in form.fields):
            continue
        for kind in ("letters", "10^20", "2^63", "other digits", "negative", "empty"):
            answer = fort.as_(who).send(path, typed_into(form, kind, hidden=True))
            bad += [f"{name} {kind} {answer.status_code}: {one}" for one in faults_of(answer)]
    assert not bad, "\n".join(bad)


def test_json_is_answered_in_json(fort: Fort, swept: Swept) -> None:
    """Who asks for JSON gets JSON, and its refusals too."""
    bad = []
    for name, (who, path, form) in swept.found.items():
        answer = fort.as_(who).send(path, typed_into(form, "empty"), Accept="application/json")
        if answer.status_code >= 400 and (answer.mimetype != "application/json" or answer.status_code >= 500):
            bad.append(f"{name} {answer.status_code} {answer.mimetype}")
    assert not bad, "\n".join(bad)


def test_buttons_without_a_page(fort: Fort, swept: Swept) -> None:
    """What is only ever posted: with nothing, with garbage, and without the token that shows it came from our page."""
    bad = []
    for name, who, path in swept.bare:
        browser = fort.fresh(who)  # some of these buttons sign out
        token = browser.token()
        for kind in ("empty", "10^20", "control", "letters"):
            fields = [
                (box, KINDS[kind])
                for box in ("next", "value", "do", "texts", "p_need", "choices", "score_1", "bank_account", "year", "note")
            ]
            answer = browser.send(path, [("csrf_token", token), *fields])
            bad += [f"{name} {kind} {answer.status_code}: {one}" for one in faults_of(answer)]
        without = browser.send(path, [("note", "甲")])
        if without.status_code != 400 or "页面停留太久" not in without.get_data(as_text=True):
            bad.append(f"{name}: 没有 CSRF 也收 {without.status_code}")
    assert not bad, "\n".join(bad)
    assert len(swept.bare) > 8


def test_rare_characters_stay_exactly(fort: Fort) -> None:
    """A form shown again holds them; a draft and a note keep them (through the database, see test_kept)."""
    browser = fort.as_("granny")
    path = fort.url("needs.new")
    answer = browser.send(path, [("csrf_token", browser.token()), ("words", RARE * 60), ("place", RARE)])
    assert answer.status_code == 422
    body = answer.get_data(as_text=True)
    assert RARE in body
    assert "最多 500 个字" in body
