"""XML read safely: no document type, so no entities of one's own and nothing fetched; so deep, so many elements, and no more."""

import re
from xml.parsers import expat

DEEPEST, MOST = 40, 50_000
_DECLARED = re.compile(rb"""^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_CHINESE = frozenset({"gbk", "gb2312", "gb18030"})


class MarkupError(ValueError):
    """A file that is not read; `str(error)` goes on behind its name."""


def _text(content: bytes) -> bytes:
    """The content as UTF-8 where it says that it is written in a Chinese encoding, which the parser does not know."""
    found = _DECLARED.match(content[:200])
    if found is None or found[2].decode().lower() not in _CHINESE:
        return content
    try:
        return (found[1] + content[found.end() :]).decode("gb18030").encode()
    except UnicodeDecodeError as error:
        raise MarkupError("的文字编码有误，请重新下载原文件。") from error


def leaves(content: bytes, *, largest: int) -> list[tuple[str, str]]:
    """Every element that holds text, as its path (`EInvoice/Header/EIid`, without namespaces) and the text.

    Raises MarkupError for what is too large, not XML, brings a document type, or is nested beyond reason.
    """
    if len(content) > largest:
        raise MarkupError(f"超过 {largest // 1024} KB，不是一张票的 XML。")
    found: list[tuple[str, str]] = []
    path: list[str] = []
    words: list[list[str]] = []
    count = 0

    def opened(tag: str, _: object) -> None:
        nonlocal count
        count += 1
        if len(path) >= DEEPEST or count > MOST:
            raise MarkupError("结构过于复杂，不能读取。")
        path.append(tag.rpartition("|")[2].rpartition(":")[2])
        words.append([])

    def said(text: str) -> None:
        words[-1].append(text)

    def closed(_: str) -> None:
        if text := "".join(words.pop()).strip():
            found.append(("/".join(path), text))
        path.pop()

    def typed(*_: object) -> None:
        raise MarkupError("里有文档类型声明（DOCTYPE），为安全起见不读取。")

    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = opened, closed, said
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = typed
    try:
        parser.Parse(_text(content), True)
    except expat.ExpatError as error:
        raise MarkupError("不是完整的 XML，请重新下载原文件，不要另存或改名。") from error
    return found
