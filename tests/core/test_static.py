"""The site's own look travels packed, under names that stand for its content; pages are packed for who takes it."""

from __future__ import annotations

import gzip
import re

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def style_of(client) -> str:
    return re.findall(r'href="(/static/theme[^"]+)"', client.get("/sign-in").get_data(as_text=True))[0]


def test_a_file_is_kept_for_ever_under_the_name_of_its_content(app):
    client = app.test_client()
    name = style_of(client)
    assert re.fullmatch(r"/static/theme\.[0-9a-f]{12}\.css", name)
    lasting = client.get(name)
    assert "immutable" in lasting.headers["Cache-Control"]
    for other in ("/static/theme.css", "/static/theme.000000000000.css"):
        got = client.get(other)
        assert got.data == lasting.data
        assert got.headers["Cache-Control"] == "public, max-age=300", "a page of yesterday finds its style, but not for long"


def test_a_file_is_packed_for_who_takes_it(app):
    client = app.test_client()
    name = style_of(client)
    plain, packed = client.get(name), client.get(name, headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in client.get(name, headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_a_page_is_packed_and_its_length_tells_nothing(app):
    client = app.test_client()
    lengths = set()
    for _ in range(20):
        got = client.get("/help", headers=GZIP)
        assert "平台" in gzip.decompress(got.data).decode()
        assert {"Accept", "Cookie", "Accept-Encoding"} <= set(re.split(r",\s*", got.headers["Vary"]))
        lengths.add(len(got.data))
    assert len(lengths) > 3
