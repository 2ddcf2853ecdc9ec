"""Small recordings as telephones make them: real heads and frames of silence."""

from __future__ import annotations

import io
import struct


def _box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def _handler(kind: bytes) -> bytes:
    return _box(b"moov", _box(b"trak", _box(b"mdia", _box(b"hdlr", b"\0" * 8 + kind + b"\0" * 13))))


def mp4(brand: bytes = b"M4A ", *, track: bytes = b"soun", place: bytes = b"") -> bytes:
    """An MPEG-4 container with one track; `place`: where it was made, as telephones add it."""
    where = _box(b"udta", _box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7) + place)) if place else b""
    return _box(b"ftyp", brand + b"\0\0\0\0" + brand + b"isom") + _handler(track) + where + _box(b"mdat", b"\0" * 64)


def ogg(head: bytes) -> bytes:
    """The first page of an Ogg stream."""
    return b"OggS\0\x02" + b"\0" * 8 + b"\x01" + b"\0" * 11 + b"\x01" + bytes([len(head)]) + head


WAV = b"RIFF" + struct.pack("<I", 836) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"data"
WAV += struct.pack("<I", 800) + b"\0" * 800
AMR = b"#!AMR\n" + (b"\x3c" + b"\0" * 31) * 5
MP3 = (b"\xff\xfb\x90\x64" + b"\0" * 413) * 3
WEBM = bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d4287810442858102") + b"\x18\x53\x80\x67\x01" + b"\xff" * 7
SOUNDS: dict[str, tuple[bytes, str]] = {
    "a.mp3": (MP3, "audio/mpeg"),
    "b.mp3": (b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 10 + MP3, "audio/mpeg"),
    "iphone.m4a": (mp4(), "audio/mp4"),
    "android.m4a": (mp4(b"mp42"), "audio/mp4"),
    "android.mp4": (mp4(b"isom"), "audio/mp4"),
    "old.3gp": (mp4(b"3gp4"), "audio/3gpp"),
    "old.amr": (AMR, "audio/amr"),
    "WAVE.WAV": (WAV, "audio/wav"),
    "vorbis.ogg": (ogg(b"\x01vorbis\0\0\0\0\x01\x44\xac\0\0" + b"\0" * 14), "audio/ogg"),
    "wechat.opus": (ogg(b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0"), "audio/ogg"),
    "browser.webm": (WEBM + b"A_OPUS", "audio/webm"),
}
"""By name: the content, and the type it is kept as."""


def recording(name: str = "永林街 7 号.m4a", content: bytes = b"") -> tuple[io.BytesIO, str]:
    """A recording as a form sends it."""
    return io.BytesIO(content or mp4()), name
