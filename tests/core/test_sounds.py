"""Recordings are looked into like every file: their true type, no pictures among the sound, and no place."""

from __future__ import annotations

import pytest

from tests.sounds import AMR, SOUNDS, WEBM, mp4, ogg
from webapp.core import files
from webapp.core.workflow import Refused


@pytest.mark.parametrize("name", SOUNDS)
def test_what_telephones_record_is_taken(name):
    content, kept_as = SOUNDS[name]
    found = files.check(name, content, sound=True)
    assert (found.content, found.media_type, found.kind) == (content, kept_as, "recording")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.amr", b"MZ\x90\x00" + b"\0" * 200, "内容不是 AMR"),
        ("a.mp3", b"<!doctype html><script>alert(1)</script>", "内容不是 MP3"),
        ("a.mp3", AMR, "内容不是 MP3"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "请用 MP3、M4A、AMR"),
        ("a.html", b"<html>", "请用 MP3、M4A、AMR"),
        ("a.mp4", mp4(b"isom", track=b"vide"), "里有画面"),
        ("a.3gp", mp4(b"3gp4", track=b"vide"), "里有画面"),
        ("a.webm", WEBM + b"\x86\x85V_VP9", "里有画面"),
        ("a.ogg", ogg(b"\x80theora\x03\2\1" + b"\0" * 33), "内容不是 OGG"),
        ("a.m4a", b"", "是空的"),
        ("a.m4a", mp4() + b"\0" * (20 * 1024 * 1024), "超过 20 MB"),
    ],
)
def test_what_is_no_recording_is_refused_by_name(name, content, why):
    with pytest.raises(Refused, match=why) as refused:
        files.check(name, content, sound=True)
    assert f"文件“{name}”" in str(refused.value)


@pytest.mark.parametrize("name", SOUNDS)
def test_a_recording_is_no_voucher(name):
    with pytest.raises(Refused, match="类型不能上传"):
        files.check(name, SOUNDS[name][0])


def test_where_it_was_recorded_is_removed_and_so_is_its_name():
    content = mp4(place=b"+31.3189+120.6195+005.000/")
    found = files.check("永林街 7 号.m4a", content, sound=True)
    assert found.name == "录音.m4a"
    assert b"31.3189" in content
    assert b"31.31" not in found.content
    assert len(found.content) == len(content)
