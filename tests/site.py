"""The site as a person meets it: open a page, press a button, read what it says. Every HTML page fetched is checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin

from flask import Flask, url_for
from lxml import html


class Site:
    """The running application, entered as somebody."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def as_(self, person: Any = None) -> Visitor:
        """A browser of its own in which the person (a row with id and session_version) is signed in; None: nobody."""
        client = self.app.test_client()
        if person is not None:
            with client.session_transaction() as session:
                session["_user_id"] = f"{person.id}.{person.session_version}"
                session["_fresh"] = True
        return Visitor(self, client)


class Visitor:
    def __init__(self, site: Site, client: Any) -> None:
        self.site, self.client = site, client

    def open(self, endpoint: str, **args: Any) -> Page:
        """Open a page by the name of its endpoint."""
        with self.site.app.test_request_context():
            return self.get(url_for(endpoint, **args))

    def get(self, path: str, **more: Any) -> Page:
        return Page(self, self.client.get(path, follow_redirects=True, **more), path)

    def json(self, path: str) -> Any:
        answer = self.client.get(path, headers={"Accept": "application/json"})
        return answer.get_json()

    def post(self, path: str, data: Any) -> Page:
        return Page(self, self.client.post(path, data=data, follow_redirects=True, content_type="multipart/form-data"), path)


@dataclass
class Form:
    action: str
    method: str
    fields: list[tuple[str, Any]]


class Page:
    """One answer. `text` is what a person reads; `submit` presses a button with some fields filled in."""

    def __init__(self, visitor: Visitor, answer: Any, path: str) -> None:
        self.visitor, self.answer = visitor, answer
        self.status: int = answer.status_code
        self.path: str = answer.request.path if answer.request else path
        self.address: str = answer.request.full_path.rstrip("?") if answer.request else path
        self.body: bytes = answer.data
        self.tree = None
        if answer.mimetype == "text/html":
            self.tree = html.fromstring(answer.get_data(as_text=True))
            self._check()

    def _check(self) -> None:
        assert self.tree is not None
        assert len(self.tree.xpath("//h1")) == 1, f"{self.path}: 一页一个 h1"
        assert (self.tree.xpath("string(//title)") or "").strip(), f"{self.path}: 没有标题"
        ids = self.tree.xpath("//@id")
        assert len(ids) == len(set(ids)), f"{self.path}: 重复的 id {sorted(i for i in set(ids) if ids.count(i) > 1)}"
        for form in self.tree.xpath('//form[translate(@method,"POST","post")="post"]'):
            assert form.xpath('.//input[@name="csrf_token"]'), f"{self.path}: 表单没有 CSRF"
        for field in self.tree.xpath('//input[not(@type="hidden" or @type="submit")]|//select|//textarea'):
            name, key = field.get("name"), field.get("id")
            labelled = field.get("aria-label") or field.get("aria-labelledby") or field.xpath("ancestor::label")
            assert labelled or (key and self.tree.xpath(f'//label[@for="{key}"]')), f"{self.path}: {name} 没有标签"
        assert not self.tree.xpath("//*[@style]|//style|//script[not(@src)]"), f"{self.path}: 行内样式或脚本"

    @property
    def text(self) -> str:
        if self.tree is None:
            return self.answer.get_data(as_text=True)
        for gone in self.tree.xpath("//script|//template"):
            gone.drop_tree()
        return re.sub(r"\s+", " ", self.tree.text_content())

    def __contains__(self, words: str) -> bool:
        return words in self.text

    @property
    def heading(self) -> str:
        assert self.tree is not None
        return re.sub(r"\s+", " ", self.tree.xpath("string(//h1)")).strip()

    @property
    def errors(self) -> list[str]:
        """The sentences at fields and in the box of errors."""
        assert self.tree is not None
        return [
            re.sub(r"\s+", " ", e.text_content()).strip()
            for e in self.tree.xpath('//*[contains(@class,"error") or contains(@class,"blockers")]')
        ]

    def click(self, words: str) -> Page:
        """Follow the link that says just this, or else the first one with these words."""
        assert self.tree is not None
        links = [(re.sub(r"\s+", " ", link.text_content()).strip(), link) for link in self.tree.xpath("//a[@href]")]
        for _, link in [*(one for one in links if one[0] == words), *(one for one in links if words in one[0])]:
            if not link.get("href").startswith("#"):
                return self._follow(link)
        raise AssertionError(f"{self.path}: 没有链接“{words}”;有 {[a.text_content().strip() for a in self.tree.xpath('//main//a')]}")

    def _follow(self, link: Any) -> Page:
        return self.visitor.get(urljoin(self.path, link.get("href")))

    def links(self, words: str = "") -> list[str]:
        assert self.tree is not None
        return [a.get("href") for a in self.tree.xpath("//a[@href]") if words in a.text_content()]

    def buttons(self) -> list[str]:
        assert self.tree is not None
        return [re.sub(r"\s+", " ", b.text_content()).strip() for b in self.tree.xpath("//main//form//button[not(@aria-disabled)]")]

    def submit(self, button: str, /, **values: Any) -> Page:
        """Fill in the form that has this button and press it. Lists fill repeated fields; files are (BytesIO, name)."""
        assert self.tree is not None
        for form in self.tree.xpath("//form"):
            for pressed in form.xpath(".//button|.//input[@type='submit']"):
                if pressed.get("aria-disabled") or pressed.get("aria-hidden"):
                    continue
                if button == re.sub(r"\s+", " ", (pressed.text_content() or pressed.get("value") or "")).strip():
                    return self._send(form, pressed, values)
        raise AssertionError(f"{self.path}: 没有按钮“{button}”；有 {self.buttons()}；正文 {self.text[:600]}")

    def take(self, step: str, /, **values: Any) -> Page:
        """Take a step as a person would: on the object's page, or on the step's own page behind its link."""
        assert self.tree is not None
        page = self
        labels = (step, f"确认{step}")
        if not set(labels) & set(self.buttons()):
            page = self.click(step)
        for label in labels:
            if label in page.buttons():
                return page.submit(label, **values)
        raise AssertionError(f"{page.path}: 不能“{step}”；按钮 {page.buttons()}；正文 {page.text[:800]}")

    def _send(self, form: Any, pressed: Any, values: dict[str, Any]) -> Page:
        data: dict[str, list[Any]] = {}
        for field in form.xpath(".//input|.//select|.//textarea"):
            name, kind = field.get("name"), (field.get("type") or "").lower()
            if not name or kind in {"submit", "file", "button"}:
                continue
            if field.tag == "select":
                chosen = [o.get("value", o.text) for o in field.xpath(".//option[@selected]")]
                options = field.xpath(".//option")
                if not chosen and options and not field.get("multiple"):
                    chosen = [options[0].get("value", options[0].text)]
                data.setdefault(name, []).extend(chosen)
            elif kind in {"checkbox", "radio"}:
                if field.get("checked") is not None:
                    data.setdefault(name, []).append(field.get("value", "on"))
            else:
                text = (field.text or "") if field.tag == "textarea" else field.get("value", "")
                data.setdefault(name, []).append(text[1:] if text.startswith("\n") else text)
        names = {f.get("name") for f in form.xpath(".//input|.//select|.//textarea")}
        for name, value in values.items():
            name = name.replace("__", "-")
            assert name in names, f"{self.path}: 表单没有 {name}；有 {sorted(n for n in names if n)}"
            data[name] = list(value) if isinstance(value, list) else [value]
        if pressed.get("name"):
            data[pressed.get("name")] = [pressed.get("value") or ""]
        action = urljoin(self.path, pressed.get("formaction") or form.get("action") or self.address)
        if (form.get("method") or "get").lower() == "get":
            return self.visitor.get(f"{action.partition('?')[0]}?{urlencode(data, doseq=True)}")
        return self.visitor.post(action, {k: v[0] if len(v) == 1 else v for k, v in data.items() if v})
