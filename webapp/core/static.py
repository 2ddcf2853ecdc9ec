"""Files of the site's own look: named by their content, packed once, so a phone fetches each of them once in its life."""

import functools
import gzip
import hashlib
import io
import mimetypes
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Request, Response, abort

NAMED = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")
YEAR = 31536000
LEAST = 700
"""Bytes under which packing saves no packet."""
PACKED = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml", "application/json", "text/plain"})
PADDING = 100
"""Most random bytes in front of a packed page."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the folder."""

    name: str
    kind: str
    plain: bytes
    packed: bytes


@functools.cache
def assets(folder: Path) -> dict[str, Asset]:
    """The folder's files by their plain name, read once in a process."""
    return {path.relative_to(folder).as_posix(): _asset(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def _asset(path: Path) -> Asset:
    plain = path.read_bytes()
    digest = hashlib.sha256(plain).hexdigest()[:12]
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(f"{path.stem}.{digest}{path.suffix}", kind, plain, gzip.compress(plain, 9, mtime=0))


def install(app: Flask, folder: Path) -> None:
    """Let `url_for("static", filename="theme.css")` give the name with the digest."""

    @app.url_defaults
    def named(endpoint: str, values: dict[str, Any]) -> None:
        found = assets(folder).get(values.get("filename", "")) if endpoint == "static" else None
        if found is not None:
            values["filename"] = str(Path(values["filename"]).with_name(found.name))


def answer(folder: Path, filename: str, request: Request) -> Response:
    """A file: for ever under the name of its present content, for a short while under any other name of it."""
    found = assets(folder).get(NAMED.sub("", filename))
    if found is None:
        abort(404)
    zipped = request.accept_encodings.quality("gzip") > 0 and len(found.packed) < len(found.plain)
    sent = Response(found.packed if zipped else found.plain, mimetype=found.kind)
    if zipped:
        sent.headers["Content-Encoding"] = "gzip"
    sent.vary.add("Accept-Encoding")
    lasting = Path(filename).name == found.name
    sent.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if lasting else "public, max-age=300"
    return sent


def pack(sent: Response, request: Request) -> None:
    """Compress a page for who takes it. Its length is blurred by a random name within the stream, which readers skip.

    A packed page that repeats what was asked beside a secret can betray the secret by its length (BREACH). The secret
    here is the form token, which stays the same while a session lasts; the session's cookie does not travel with requests
    that another site's page makes (SameSite), and the blur makes what is left useless. Django guards its pages so too.
    """
    if sent.mimetype not in PACKED or sent.direct_passthrough or sent.is_streamed or "Content-Encoding" in sent.headers:
        return
    sent.vary.add("Accept-Encoding")
    plain = sent.get_data()
    if len(plain) < LEAST or not request.accept_encodings.quality("gzip"):
        return
    into = io.BytesIO()
    blur = secrets.token_hex(PADDING // 2)[: secrets.randbelow(PADDING) + 1]
    with gzip.GzipFile(filename=blur, mode="wb", compresslevel=6, fileobj=into, mtime=0) as stream:
        stream.write(plain)
    sent.set_data(into.getvalue())
    sent.headers["Content-Encoding"] = "gzip"
