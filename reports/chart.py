"""Charts (图): one pure function from figures to SVG, the same on the page and on paper.

Presentation attributes only: the site's content security policy refuses inline styles. On the page text inherits the
page's font; on paper it is set in GovSans. Every value is written out, so colour never carries the meaning alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Literal

from reports import format as fmt
from reports.money import Money

Kind = Literal["bar", "stacked", "progress", "line", "box"]
Medium = Literal["screen", "print"]
Value = int | Decimal | Money | Fraction | None

ACCENT = "#0b6b66"
FILLS = (ACCENT, "#8aa6a3", "#c3c9c8", "#5c6b6a", "#dde3e2")  # the accent, then quiet greys
INK, QUIET, LINE, TRACK = "#1d2327", "#57606a", "#c9ccc9", "#eceeed"

ROW, THICK, SIZE = 30, 16, 13  # a row of bars, its bar, and the text, in units of the view box
WIDTHS: dict[Medium, int] = {"screen": 720, "print": 590}
LINE_SHAPE = 0.34  # height of a line chart's part below the legend, over its width


@dataclass(frozen=True, slots=True)
class Series:
    """One named row of values, as many as the chart has labels; None is a gap."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows, without its look.

    `bar`: one bar per label (several series: side by side) · `stacked`: the series laid end to end ·
    `progress`: the first series out of the second · `line`: the labels are moments, in order ·
    `box`: the spread of many, five series from the least over the middle half and its median to the most.
    `unit` is printed with the values: 万元 and 元 read Money so, others are words such as 人 or 个.
    Raises ValueError if a series is not as long as the labels, a progress has not exactly two, or a box not five.
    """

    kind: Kind
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        if any(len(series.values) != len(self.labels) for series in self.series):
            raise ValueError(f"each series of “{self.title}” needs {len(self.labels)} values, one per label")
        if self.kind == "progress" and len(self.series) != 2:
            raise ValueError("a progress chart takes two series: what is done, and the whole")
        if self.kind == "box" and len(self.series) != 5:
            raise ValueError("a box takes five series: least, lower quartile, median, upper quartile, most")


def chart(
    kind: Kind,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[Value]]],
    unit: str = "",
    *,
    title: str = "",
    medium: Medium = "screen",
) -> str:
    """The SVG of one chart straight from rows; see `Chart` for the meaning of each part."""
    rows = tuple(Series(name, tuple(values)) for name, values in series)
    return draw(Chart(kind, tuple(labels), rows, unit, title), medium)


def draw(data: Chart, medium: Medium = "screen") -> str:
    """Well-formed SVG with a title and a description that says all values; says 暂无数据 where there are none."""
    width = WIDTHS[medium]
    if not any(value is not None for series in data.series for value in series.values):
        height, marks = 64, [_text(width / 2, 38, "暂无数据", anchor="middle", fill=QUIET)]
    else:
        height, marks = _DRAW[data.kind](data, width)
    font = ' font-family="GovSans, Noto Sans CJK SC"' if medium == "print" else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-size="{SIZE}" fill="{INK}"{font}>'
        f"<title>{_safe(data.title or '图')}</title><desc>{_safe(describe(data))}</desc>{''.join(marks)}</svg>"
    )


def describe(data: Chart) -> str:
    """All values in words, for those who do not see the picture."""
    parts = [
        f"{series.name}：" + "，".join(f"{name} {label(value, data.unit)}" for name, value in zip(data.labels, series.values, strict=True))
        for series in data.series
    ]
    return "；".join(parts) + (f"（单位：{data.unit}）" if data.unit else "") if data.labels else "暂无数据"


def label(value: Value, unit: str) -> str:
    """A value as the chart writes it, without the unit."""
    match value:
        case None:
            return fmt.NOTHING
        case Money():
            return fmt.wan(value) if unit == "万元" else fmt.yuan(value)
        case Fraction():
            return fmt.ratio(value)
        case _:
            return fmt.number(value)


def _size(value: Value) -> float:
    """How long a value is drawn; only here do figures become floats."""
    return 0.0 if value is None else float(value.fen if isinstance(value, Money) else value)


def _bars(data: Chart, width: int) -> tuple[int, list[str]]:
    many = len(data.series) > 1
    thick = THICK if not many else SIZE + 1  # the values of two bars do not touch
    pitch = ROW if not many else thick * len(data.series) + 14
    top = max(_size(v) for series in data.series for v in series.values)
    room = max(_em(label(v, data.unit)) for series in data.series for v in series.values) * SIZE + 12
    left, marks, y = _names(data, width, pitch)
    for i in range(len(data.labels)):
        for n, series in enumerate(data.series):
            at = y + i * pitch + (pitch - thick * len(data.series)) / 2 + n * thick
            long = _scaled(series.values[i], top, width - left - room)
            marks += [
                _bar(left, at, long, thick - (1 if many else 0), FILLS[n % len(FILLS)]),
                _text(left + long + 6, at + thick / 2 + SIZE * 0.36, label(series.values[i], data.unit)),
            ]
    return _framed(data, marks, left, y, len(data.labels) * pitch)


def _stacked(data: Chart, width: int) -> tuple[int, list[str]]:
    sums = [_total([series.values[i] for series in data.series]) for i in range(len(data.labels))]
    # what is below nought has no length, so a bar can be longer than its sum
    top = max(sum(max(0.0, _size(series.values[i])) for series in data.series) for i in range(len(data.labels)))
    room = max(_em(label(v, data.unit)) for v in sums) * SIZE + 12
    left, marks, y = _names(data, width, ROW)
    for i, whole in enumerate(sums):
        x, at = float(left), y + i * ROW + (ROW - THICK) / 2
        for n, series in enumerate(data.series):
            long = _scaled(series.values[i], top, width - left - room)
            inside = label(series.values[i], data.unit)
            marks.append(_bar(x, at, long, THICK, FILLS[n % len(FILLS)]))
            if series.values[i] and long > _em(inside) * (SIZE - 2) + 6:
                light = "#fff" if n % len(FILLS) in (0, 3) else INK
                marks.append(_text(x + long / 2, at + 12, inside, anchor="middle", fill=light, size=SIZE - 2))
            x += long
        marks.append(_text(x + 6, at + THICK / 2 + SIZE * 0.36, label(whole, data.unit)))
    return _framed(data, marks, left, y, len(data.labels) * ROW)


def _progress(data: Chart, width: int) -> tuple[int, list[str]]:
    done, whole = data.series
    texts = [_done(a, b, data.unit) for a, b in zip(done.values, whole.values, strict=True)]
    room = max(map(_em, texts)) * SIZE + 12
    left, marks, y = _names(data, width, ROW)
    for i, text in enumerate(texts):
        at, full = y + i * ROW + (ROW - THICK) / 2, width - left - room
        top = _size(whole.values[i])
        marks += [
            _bar(left, at, full, THICK, TRACK),
            _bar(left, at, min(full, _scaled(done.values[i], top, full)), THICK, ACCENT),
            _text(left + full + 8, at + THICK / 2 + SIZE * 0.36, text),
        ]
    return _framed(data, marks, left, y, len(texts) * ROW)


def _done(part: Value, whole: Value, unit: str) -> str:
    share = fmt.NOTHING if part is None or whole is None else fmt.percent(part, whole)
    return f"{label(part, unit)} / {label(whole, unit)}（{share}）"


def _box(data: Chart, width: int) -> tuple[int, list[str]]:
    """The whole span as a line, the middle half as a box, the median as a bar across it; the values stand at the end of the row."""
    low, lower, middle, upper, high = data.series
    texts = [
        fmt.NOTHING if m is None else f"{label(m, data.unit)}（{label(a, data.unit)}–{label(z, data.unit)}）"
        for a, m, z in zip(low.values, middle.values, high.values, strict=True)
    ]
    top = max(_size(v) for v in high.values)
    room = max(map(_em, texts)) * SIZE + 14
    left, marks, y = _names(data, width, ROW)
    for i, text in enumerate(texts):
        at, full = y + i * ROW + ROW / 2, width - left - room
        marks.append(_text(width - room + 8, at + SIZE * 0.36, text))
        if middle.values[i] is None:
            continue
        a, b, m, c, z = (left + _scaled(series.values[i], top, full) for series in (low, lower, middle, upper, high))
        ends = "".join(f"M{x:.1f} {at - 4:.1f}V{at + 4:.1f}" for x in (a, z))
        marks += [
            f'<path d="M{a:.1f} {at:.1f}H{z:.1f}{ends}" stroke="{QUIET}" fill="none"/>',
            _bar(b, at - THICK / 2, max(2.0, c - b), THICK, "#b9d9d5"),
            _bar(m - 1.5, at - THICK / 2 - 2, 3, THICK + 4, ACCENT),
        ]
    return _framed(data, marks, left, y, len(texts) * ROW)


def _line(data: Chart, width: int) -> tuple[int, list[str]]:
    sizes = [_size(v) for series in data.series for v in series.values if v is not None]
    high, low = max([*sizes, 0.0]), min([*sizes, 0.0])
    legend, y = _legend(data)
    side = max(_em(label(v, data.unit)) for series in data.series for v in series.values) * SIZE / 2 + 8
    step = (width - 2 * side) / max(1, len(data.labels) - 1)
    bottom = y + int(width * LINE_SHAPE)
    base = bottom - 24

    def point(i: int, value: Value) -> tuple[float, float]:
        return side + i * step, base - (_size(value) - low) / ((high - low) or 1) * (base - y - 26)

    floor = point(0, 0)[1]
    marks = [*legend, f'<path d="M{side:.1f} {floor:.1f}H{width - side:.1f}" stroke="{LINE}" fill="none"/>']
    fits = int((width - 2 * side) // (max(map(_em, data.labels)) * SIZE + 10))
    every = -(-len(data.labels) // max(1, fits))
    for n, series in enumerate(data.series):
        colour = FILLS[n % len(FILLS)]
        places = [(i, *point(i, v), v) for i, v in enumerate(series.values)]
        for run in _runs(places):
            path = "L".join(f"{x:.1f} {h:.1f}" for _, x, h, _ in run)
            marks.append(f'<path d="M{path}" stroke="{colour}" stroke-width="2" fill="none"/>')
            marks += [f'<circle cx="{x:.1f}" cy="{h:.1f}" r="3" fill="{colour}"/>' for _, x, h, _ in run]
    lines = [[point(i, v) if v is not None else None for i, v in enumerate(series.values)] for series in data.series]
    for i in range(len(data.labels) - 1, -1, -every):
        said = [
            (line[i], label(one.values[i], data.unit), n) for n, (line, one) in enumerate(zip(lines, data.series, strict=True)) if line[i]
        ]
        for x, h, text, n in _beside(sorted(said), [_heights(line, i, step) for line in lines], base):
            marks.append(_text(x, h, text, anchor="middle", fill=INK if n == 0 else QUIET))
    for i, name in enumerate(data.labels):
        if (len(data.labels) - 1 - i) % every == 0:  # counted from the last, which matters most
            marks.append(_text(side + i * step, base + 20, name, anchor="middle", fill=QUIET))
    return bottom, marks


Point = tuple[float, float]


def _heights(line: list[Point | None], i: int, step: float) -> Callable[[float], tuple[float, float] | None]:
    """How high and how low a line is within so much of its point: what is written there must not lie on it."""

    def within(half: float) -> tuple[float, float] | None:
        here = line[i]
        if here is None:
            return None
        found = [here[1]]
        for near in (line[i - 1] if i else None, line[i + 1] if i + 1 < len(line) else None):
            found += [here[1] + (near[1] - here[1]) * min(1.0, half / step)] if near else []
        return min(found) - 3, max(found) + 3  # and its points on it

    return within


def _beside(
    said: list[tuple[Point | None, str, int]], lines: list[Callable[[float], tuple[float, float] | None]], floor: float
) -> Iterator[tuple[float, float, str, int]]:
    """The values of one moment, the highest first, each above or below its point where it lies on no line and no other value.

    One that has no such place is left out: the description has it.
    """
    taken: list[tuple[float, float]] = []
    for n, (point, text, series) in enumerate(said):
        if point is None:
            continue
        half = _em(text) * SIZE / 2
        drawn = [span for line in lines if (span := line(half)) is not None]
        for down in (-9,) if n == 0 and len(said) > 1 else (-9, 18) if n == 0 else (18, -9):
            top, bottom = point[1] + down - SIZE * 0.8, point[1] + down + 1
            free = all(bottom < high or top > low for high, low in (*drawn, *taken))
            if free and (bottom <= floor or down < 0):
                taken.append((top - 1, bottom + 1))
                yield point[0], point[1] + down, text, series
                break


_DRAW: dict[Kind, Callable[[Chart, int], tuple[int, list[str]]]] = {
    "bar": _bars,
    "stacked": _stacked,
    "progress": _progress,
    "line": _line,
    "box": _box,
}

Place = tuple[int, float, float, Value]


def _runs(places: list[Place]) -> Iterator[list[Place]]:
    """A line breaks where a value is missing: nothing is drawn over a gap."""
    run: list[Place] = []
    for place in places:
        if place[3] is None:
            if run:
                yield run
            run = []
        else:
            run.append(place)
    if run:
        yield run


def _names(data: Chart, width: int, pitch: int) -> tuple[int, list[str], int]:
    """The labels down the left side; where the bars begin, the marks so far, and the height of the legend."""
    legend, y = _legend(data)
    widest = min(max(map(_em, data.labels)) * SIZE, width * 0.34)
    left = int(widest) + 10
    size = SIZE if all(_em(name) * SIZE <= widest + 1 for name in data.labels) else SIZE - 2
    names = [mark for i, name in enumerate(data.labels) for mark in _name(left - 10, y + i * pitch + pitch / 2, name, widest, size)]
    return left, legend + names, y


def _name(x: float, y: float, name: str, room: float, size: int) -> list[str]:
    """A label on the middle of its row; a long one in two lines."""
    if _em(name) * size <= room + 1:
        return [_text(x, y + size * 0.36, name, anchor="end", size=size)]
    first = name
    while _em(first) * size > room:
        first = first[:-1]
    second = _cut(name[len(first) :].strip(), room / size)
    return [_text(x, y - 2, first.strip(), anchor="end", size=size), _text(x, y + size, second, anchor="end", size=size)]


def _legend(data: Chart) -> tuple[list[str], int]:
    if len(data.series) < 2 and not data.unit:
        return [], 4
    x, marks = 0.0, []
    if data.kind == "box":
        marks.append(_text(0, 16.5, "中位（最低–最高）；深色竖线为中位，色块为中间一半", fill=QUIET, size=SIZE - 1))
        x = 27 * (SIZE - 1) + 16
    elif len(data.series) > 1:
        fills = (ACCENT, TRACK) if data.kind == "progress" else FILLS
        for n, series in enumerate(data.series):
            marks.append(_bar(x, 6, 12, 12, fills[n % len(fills)]))
            marks.append(_text(x + 17, 16.5, series.name, fill=QUIET, size=SIZE - 1))
            x += 17 + _em(series.name) * (SIZE - 1) + 16
    if data.unit:
        marks.append(_text(x, 16.5, f"单位：{data.unit}", fill=QUIET, size=SIZE - 1))
    return marks, 28


def _framed(data: Chart, marks: list[str], left: float, y: int, height: int) -> tuple[int, list[str]]:
    """Bars stand on a thin line, drawn last so that it is never covered."""
    return y + height + 6, [*marks, f'<path d="M{left} {y}V{y + height}" stroke="{LINE}" fill="none"/>']


def _scaled(value: Value, top: float, room: float) -> float:
    return max(0.0, _size(value) / top * room) if top > 0 else 0.0


def _total(values: list[Value]) -> Value:
    """The exact sum of what stands in one bar; values of one chart are of one type, and each type adds to itself."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _bar(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>' if width else ""


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = INK, size: int = SIZE) -> str:
    extra = f' font-size="{size}"' if size != SIZE else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"{extra}>{_safe(text)}</text>'


def _safe(text: str) -> str:
    return escape(fmt.clean(text))


def _em(text: str) -> float:
    """About how wide a text is: a Chinese character is one em, a Latin one a little over half."""
    return sum(1.0 if ord(c) > 0x2000 else 0.57 for c in text)


def _cut(text: str, room: float) -> str:
    if _em(text) <= room + 0.1:
        return text
    while text and _em(text) + 1 > room:
        text = text[:-1]
    return f"{text}…"
