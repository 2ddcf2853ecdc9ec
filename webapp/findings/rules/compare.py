"""Two texts side by side: which passages match, and how much of each they are. The exact half of looking for look-alikes.

A passage begins where `GRAM` characters are the same and goes on over small differences (a word put in another way, a name
changed), as long as enough of what follows is the same. The order of passages does not matter: a moved paragraph is found.
"""

from collections import defaultdict
from dataclasses import dataclass

from webapp.findings.rules.text import END, GRAM, Text, title_share

GAP, RESUME = 10, 3
"""Characters a passage may step over on either side, and how many must then be the same again."""
SHORTEST = 16
"""Same characters under which a passage is a turn of phrase and no finding."""
MOST = 40
"""Passages kept as evidence, the longest first."""
TITLE, SHARE, WORDS, LONG = 60, 15, 45, 240
"""A finding: titles alike by so many percent; or so many percent of the shorter text and at least so many characters; or so many characters alone."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of one answer: its number among the text's answers, first and last character as written (the last excluded)."""

    answer: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match:
    """A passage that stands in both texts: `same` characters of it are the same."""

    one: Place
    two: Place
    same: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two texts have in common: titles in percent, the share of each text in percent, same characters, the passages."""

    title: int
    share_one: int
    share_two: int
    same: int
    matches: tuple[Match, ...]

    @property
    def share(self) -> int:
        """The larger of the two shares: a short text that is whole in a long one is all copied."""
        return max(self.share_one, self.share_two)

    @property
    def score(self) -> int:
        return max(self.title if self.title >= TITLE else 0, self.share)

    @property
    def is_finding(self) -> bool:
        """Whether a person should look: never more than that."""
        return self.title >= TITLE or (self.share >= SHARE and self.same >= WORDS) or self.same >= LONG

    def turned(self) -> "Likeness":
        """The same, seen from the other text."""
        matches = tuple(Match(one.two, one.one, one.same) for one in self.matches)
        return Likeness(self.title, self.share_two, self.share_one, self.same, matches)


def compare(one: Text, two: Text) -> Likeness:
    """What two texts have in common. Symmetric: `compare(b, a)` is `compare(a, b).turned()`."""
    if two.plain < one.plain:
        return _compare(two, one).turned()
    return _compare(one, two)


def _compare(one: Text, two: Text) -> Likeness:
    found = _passages(one.plain, two.plain)
    seen_one, seen_two = bytearray(len(one.plain)), bytearray(len(two.plain))
    matches = []
    for runs in found:
        for a, b, length in runs:
            seen_one[a : a + length] = b"\1" * length
            seen_two[b : b + length] = b"\1" * length
        (a, b, _), (last_a, last_b, length) = runs[0], runs[-1]
        same = sum(run[2] for run in runs)
        matches.append(Match(_place(one, a, last_a + length), _place(two, b, last_b + length), same))
    shares = [100 * sum(seen) // max(text.size, 1) for seen, text in ((seen_one, one), (seen_two, two))]
    same = min(sum(seen_one), sum(seen_two))
    matches.sort(key=lambda match: (-match.same, match.one, match.two))
    return Likeness(title_share(one.title, two.title), shares[0], shares[1], same, tuple(matches[:MOST]))


def _place(text: Text, start: int, end: int) -> Place:
    answer, first = text.origin[start]
    return Place(answer, first, text.origin[end - 1][1] + 1)


Run = tuple[int, int, int]
"""Where characters are the same: place in the one, place in the other, how many."""


def _passages(one: str, two: str) -> list[list[Run]]:
    """The passages, each a line of runs; the longest that begins at a character is taken, and the search goes on behind it."""
    places: dict[str, list[int]] = defaultdict(list)
    for n in range(len(two) - GRAM + 1):
        words = two[n : n + GRAM]
        if END not in words and len(places[words]) < GRAM:
            places[words].append(n)
    found, place = [], 0
    while place <= len(one) - GRAM:
        best: list[Run] = []
        starts = places.get(one[place : place + GRAM], ())
        for start in sorted(
            starts, key=lambda start: (start != place, start)
        ):  # of equal ones the same place: a text beside itself is itself
            runs = _follow(one, two, place, start)
            if not best or _same(runs) > _same(best):
                best = runs
        if best and _same(best) >= SHORTEST:
            found.append(best)
            place = best[-1][0] + best[-1][2]
        else:
            place += 1
    return found


def _same(runs: list[Run]) -> int:
    return sum(run[2] for run in runs)


def _follow(one: str, two: str, a: int, b: int) -> list[Run]:
    """The runs of the passage that begins at two places."""
    runs: list[Run] = []
    while True:
        length = _run(one, two, a, b)
        runs.append((a, b, length))
        a, b = a + length, b + length
        step = _resume(one, two, a, b)
        if step is None:
            return runs
        a, b = a + step[0], b + step[1]


def _run(one: str, two: str, a: int, b: int) -> int:
    length, most = 0, min(len(one) - a, len(two) - b)
    while length < most and one[a + length] == two[b + length] != END:
        length += 1
    return length


def _resume(one: str, two: str, a: int, b: int) -> tuple[int, int] | None:
    """How many characters to step over on each side until the texts are the same again: as few as possible, and no end of an answer."""
    ahead_one, ahead_two = (text[at : at + GAP + RESUME].partition(END)[0] for text, at in ((one, a), (two, b)))
    for total in range(1, 2 * GAP + 1):
        for x in range(max(0, total - GAP), min(GAP, total) + 1):
            words = ahead_one[x : x + RESUME]
            if len(words) == RESUME and ahead_two[total - x : total - x + RESUME] == words:
                return x, total - x
    return None
