"""What a view answers with: a page or the same rows as JSON, and a file."""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from http import HTTPStatus
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from reports.money import Money
from webapp.core import files, scope
from webapp.core.forms import Form, in_page_order
from webapp.core.here import viewer
from webapp.core.workflow import Refused


def wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def plain(value: Any) -> Any:
    """A value as JSON gives it: money as fen, moments as ISO with zone, shares as exact fractions, hidden fields as null."""
    if isinstance(value, Money):
        return value.fen
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, scope.Hidden):
        return None
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def page(template: str, /, status: int = 200, **rows: Any) -> ResponseReturnValue:
    """Render rows as HTML, or give the very same rows as JSON to who asks for it. Forms are left out of the JSON."""
    if wants_json():
        shown = {k: plain(v) for k, v in rows.items() if not isinstance(v, Form) and not k.startswith("_")}
        return jsonify(shown), status
    html = render_template(template, **rows)
    return (html if status < HTTPStatus.BAD_REQUEST else in_page_order(html)), status


def download(content: bytes | Iterator[bytes], name: str, media_type: str) -> Response:
    """A file as an attachment; never shown inside the site's own origin. A header is Latin: a Chinese name goes as RFC 6266 says."""
    answer = Response(content, mimetype=media_type)
    plain = name if name.isascii() else "download" + PurePath(name).suffix
    starred = {} if name.isascii() else {"filename*": f"UTF-8''{quote(name, safe='')}"}
    answer.headers.set("Content-Disposition", "attachment", filename=plain, **starred)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def send_stored(attachment: files.Attachment) -> Response:
    """A stored file, after the page that names it checked the right; a large one from the store piece by piece.

    Raises Refused for what is quarantined, or not yet searched.
    """
    if kept_back := files.withheld(attachment.scan, own=attachment.by == viewer().ref):
        raise Refused(kept_back)
    if attachment.size > files.PIECE and not attachment.media_type.startswith("audio/"):
        answer = download(files.stream(attachment.digest), attachment.name, attachment.media_type)
        answer.content_length = attachment.size
        return answer
    content = files.get(attachment.digest)
    answer = download(content, attachment.name, attachment.media_type)
    if attachment.media_type.startswith("audio/"):  # some telephones play only what they can ask for in parts
        answer.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return answer


__all__ = ["download", "page", "plain", "send_stored", "wants_json"]
