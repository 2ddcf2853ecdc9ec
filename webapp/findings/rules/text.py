"""Texts made comparable: what is left of them, the fingerprints by which candidates are found, and titles.

Fingerprints are winnowed (Schleimer, Wilkerson, Aiken 2003): of each stretch of `WINDOW` neighbouring shingles the least is kept,
so that two texts which share `GRAM + WINDOW - 1` comparable characters in a row surely share one, wherever in the texts they stand.
Figures are left out before: a copy whose figures were changed is the same text.
"""

import hashlib
import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

GRAM, WINDOW = 6, 30
"""Characters of a shingle, and shingles of a window: 35 characters in a row are surely found."""
LEAST = 8
"""Comparable characters under which an answer says nothing of its own."""
END = "\0"
"""Stands between two answers: nothing alike reaches over it."""
COMMON = re.compile(r"项目|公益|服务|社区|计划|工程|行动|活动|创投|第?[一二三四五六七八九十\d]+[届期季批]|[“”\"'《》（）()]|\d+年?(?:度)?")
"""What stands in every other title and tells nothing of what it is about."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of an application: where it stands (`summary.need`) and its words."""

    place: str
    words: str


@dataclass(frozen=True)
class Text:
    """A text made comparable: `plain` holds only letters and Hanzi, and for each of them which answer and character it was."""

    title: str
    answers: tuple[Answer, ...]
    plain: str = field(init=False)
    origin: tuple[tuple[int, int], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        kept: list[str] = []
        origin: list[tuple[int, int]] = []
        for number, one in enumerate(self.answers):
            for place, char in _letters(one.words):
                kept.append(char)
                origin.append((number, place))
            kept.append(END)
            origin.append((number, len(one.words)))
        object.__setattr__(self, "plain", "".join(kept))
        object.__setattr__(self, "origin", tuple(origin))

    @property
    def size(self) -> int:
        """How many comparable characters it has."""
        return len(self.plain) - len(self.answers)


def _letters(words: str) -> Iterator[tuple[int, str]]:
    for place, char in enumerate(words):
        if "\u4e00" <= char <= "\u9fff":
            yield place, char
            continue
        for plain in unicodedata.normalize("NFKC", char).lower():
            if plain.isalpha():
                yield place, plain


def answers_of(content: Mapping[str, Any]) -> tuple[Answer, ...]:
    """The answers of a snapshot that are words: of its form, its indicators and the items of its budget."""
    found = [one for key, value in (content.get("sections") or {}).items() for one in _walk(str(key), value)]
    for key, name in (("indicators", "title"), ("budget", "item")):
        words = "；".join(str(row.get(name) or "") for row in content.get(key) or ())
        found.append(Answer(key, words))
    return tuple(one for one in found if sum(1 for _ in _letters(one.words)) >= LEAST)


def _walk(place: str, value: Any) -> Iterator[Answer]:
    if isinstance(value, str):
        yield Answer(place, value)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _walk(f"{place}.{key}", one)
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _walk(f"{place}.{number}", one)


def text_of(content: Mapping[str, Any]) -> Text:
    """A snapshot made comparable."""
    return Text(str(content.get("title") or ""), answers_of(content))


def _number(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=6).digest(), "big")


def shingles(text: Text) -> Iterator[int]:
    """The numbers of all shingles, in order; none reaches over the end of an answer."""
    plain, known = text.plain, {}
    for start in range(len(plain) - GRAM + 1):
        words = plain[start : start + GRAM]
        if END in words:
            continue
        if words not in known:
            known[words] = _number(words)
        yield known[words]


def prints(text: Text) -> set[int]:
    """The fingerprints of a text: the least shingle of each window, the last of equal ones."""
    numbers = list(shingles(text))
    if len(numbers) <= WINDOW:
        return {min(numbers)} if numbers else set()
    found: set[int] = set()
    line: deque[int] = deque()
    for place, number in enumerate(numbers):
        while line and numbers[line[-1]] >= number:
            line.pop()
        line.append(place)
        if line[0] <= place - WINDOW:
            line.popleft()
        if place >= WINDOW - 1:
            found.add(numbers[line[0]])
    return found


def title_pairs(title: str) -> set[str]:
    """What a title is compared by: pairs of neighbouring characters without what stands in every title."""
    runs = re.findall(r"[^\W\d_]+", COMMON.sub(" ", unicodedata.normalize("NFKC", title).lower()))
    return {run[n : n + 2] for run in runs for n in range(len(run) - 1)}


def title_prints(title: str) -> set[int]:
    """The same as numbers; a title's pair never equals a shingle."""
    return {_number(f"t:{pair}") for pair in title_pairs(title)}


LEAST_PAIRS = 2
"""Pairs of characters a title must have to be compared at all."""


def title_share(one: str, two: str) -> int:
    """How alike two titles are, in percent: the pairs they share, of both (Dice), or of the shorter where it stands whole in the other."""
    return pairs_share(title_pairs(one), title_pairs(two))


def pairs_share(one: set[str], two: set[str]) -> int:
    """The same of pairs."""
    least = min(len(one), len(two))
    if least < LEAST_PAIRS:
        return 0
    shared = len(one & two)
    dice = 200 * shared // (len(one) + len(two))
    return max(dice, 90) if shared == least and least > LEAST_PAIRS else dice


def joined(texts: Iterable[str]) -> str:
    """Several texts as one, for a published project whose words stand in several columns."""
    return "\n".join(one for one in texts if one)
