"""An Atom feed (RFC 4287) from plain entries."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is new: `key` names it for ever."""

    key: str
    title: str
    text: str
    href: str
    at: datetime


def feed(title: str, entries: Sequence[Entry], *, key: str, href: str, author: str, empty_at: datetime) -> bytes:
    """The whole file, newest first as given; `empty_at` is its moment while there is nothing in it."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.Element(f"{{{NAMESPACE}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "zh-CN"})
    _put(root, "title", title)
    _put(root, "id", _urn(key))
    _put(root, "updated", _moment(max((one.at for one in entries), default=empty_at)))
    ElementTree.SubElement(root, f"{{{NAMESPACE}}}link", {"rel": "self", "type": "application/atom+xml", "href": href})
    _put(ElementTree.SubElement(root, f"{{{NAMESPACE}}}author"), "name", author)
    for one in entries:
        entry = ElementTree.SubElement(root, f"{{{NAMESPACE}}}entry")
        _put(entry, "title", one.title)
        _put(entry, "id", _urn(f"{key}/{one.key}"))
        _put(entry, "updated", _moment(one.at))
        ElementTree.SubElement(entry, f"{{{NAMESPACE}}}link", {"rel": "alternate", "type": "text/html", "href": one.href})
        _put(entry, "content", one.text).set("type", "text")
    found: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return found


def _put(parent: ElementTree.Element, name: str, words: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = _NO_XML.sub("", words)
    return child


def _urn(key: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, key).urn


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
