"""Which fonts the documents are set in, and which characters they lack.

Six small fonts ship beside this file and cover GB 2312. Behind them stands one full font of the system, because
people's names hold rarer characters (镕, 祎, 䶮). A character that none of them has would be printed as an empty box
and nobody would notice, so it is found before printing.
"""

import hashlib
import os
import sys
import tempfile
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from struct import iter_unpack
from xml.sax.saxutils import escape

SHIPPED = Path(__file__).parent / "fonts"

# Where distributions put a full Chinese font (Debian fonts-noto-cjk, Fedora, Arch).
FULL = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/google-noto-cjk"),
    Path("/usr/share/fonts/google-noto-serif-cjk-fonts"),
    Path("/usr/share/fonts/noto-cjk"),
)
FULL_FONTS = "Noto*CJK*.tt[cf]", "Noto*CJK*.otf"

# The digits and Latin letters of GovFang are those of a sans serif and stand out of its text; without them the next
# font in the chain, GovSong, sets them.
CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
{dirs}
<cachedir>{cache}</cachedir>
<match target="scan">
  <test name="family"><string>GovFang</string></test>
  <edit name="charset" mode="assign"><minus><name>charset</name>
    <charset><range><int>0x20</int><int>0x7e</int></range></charset></minus></edit>
</match>
</fontconfig>
"""


class MissingGlyphs(ValueError):
    """Characters that no font has; `characters` holds them, and the message is a sentence for the person who prints."""

    def __init__(self, characters: tuple[str, ...]) -> None:
        self.characters = characters
        shown = "、".join(f"“{c}”（U+{ord(c):04X}）" for c in characters[:10])
        super().__init__(f"有 {len(characters)} 个字符没有可用的字体，不能打印：{shown}。请改写后再生成。")


def full_font_folders() -> tuple[Path, ...]:
    """The folders of full fonts this machine has; where empty, rare characters cannot be printed."""
    return tuple(folder for folder in FULL if folder.is_dir())


def configure() -> None:
    """Let fontconfig see our fonts and the full one, and nothing else: the same paper on every machine.

    Must run before weasyprint is imported. Writes a small configuration into the user's cache folder.
    """
    dirs = "\n".join(f"<dir>{escape(str(d))}</dir>" for d in (SHIPPED, *full_font_folders()))
    # Named by its content, because what fontconfig caches depends on it: installations with one home do not meet.
    folder = _cache_folder() / hashlib.sha256(f"{CONFIG}{dirs}".encode()).hexdigest()[:12]
    folder.mkdir(exist_ok=True)
    path = folder / "fonts.conf"
    if not path.exists():
        draft = folder / f"{os.getpid()}.draft"
        draft.write_text(CONFIG.format(dirs=dirs, cache=escape(str(folder))), encoding="utf-8")
        draft.replace(path)
    os.environ["FONTCONFIG_FILE"] = str(path)


def _cache_folder() -> Path:
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sanshe-fonts"
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except (OSError, RuntimeError):
        pass
    # A service account may have no home; then the cache lives as long as the process.
    return Path(tempfile.mkdtemp(prefix="sanshe-fonts-"))


def missing(text: Iterable[str]) -> tuple[str, ...]:
    """The characters in these strings that neither our fonts nor the full one can draw, in code point order."""
    found = rare(text)
    return tuple(c for c in sorted(found) if not _full()[ord(c)]) if found else ()


def rare(text: Iterable[str]) -> set[str]:
    """The characters in these strings for which the full font is needed."""
    return {c for c in set().union(*text) if _drawn(c)} - _shipped()


def _drawn(character: str) -> bool:
    """Whether a character leaves a mark: spaces, controls, joiners and variation selectors do not."""
    return unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp", "Zs") and not (
        "\ufe00" <= character <= "\ufe0f" or character >= "\U000e0100"
    )


@cache
def _shipped() -> frozenset[str]:
    return frozenset(map(chr, _points(sorted(SHIPPED.glob("*.[ot]tf")))))


@cache
def _full() -> bytes:
    """A byte for each code point: 1 where a full font of the system has it. As sets they would take a hundred megabytes to read."""
    known = bytearray(sys.maxunicode + 1)
    for path in (path for folder in full_font_folders() for name in FULL_FONTS for path in folder.glob(name)):
        if runs := _runs(path):
            for first, last in runs:
                known[first : last + 1] = bytes((1,)) * (last + 1 - first)
        else:
            for point in _points([path]):
                known[point] = 1
    return bytes(known)


def _runs(path: Path) -> list[tuple[int, int]]:
    """The code points of a font, first and last of each run, as its table of format 12 has them; empty where it has none.

    OpenType, cmap: a head of 4 bytes, for each table its platform, encoding and place; format 12 has a head of 16 and groups.
    """
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(path, fontNumber=0, lazy=True) as font:
        data = font.reader["cmap"]
    for _, _, at in iter_unpack(">HHI", data[4 : 4 + 8 * int.from_bytes(data[2:4])]):
        if data[at : at + 2] == b"\0\x0c":
            many = int.from_bytes(data[at + 12 : at + 16])
            return [(first, last) for first, last, _ in iter_unpack(">III", data[at + 16 : at + 16 + 12 * many])]
    return []


def _points(paths: list[Path]) -> set[int]:
    # Slow import, wanted by the worker alone.
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    points: set[int] = set()
    for path in paths:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            points.update(font.getBestCmap())
    return points
