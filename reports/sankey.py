"""Flows (资金流向图): what runs through stages one after the other, as bands; in each place comes out what went in.

A `Sankey` is made of whole ways, each through every stage, so no node can leak: what a band is drawn from, what the
table beside it says and what the test adds up are sums of the same ways.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from reports import format as fmt
from reports.chart import ACCENT, INK, QUIET, WIDTHS, Medium
from reports.money import Money

BAR, PITCH, GAP, SIZE = 9, 34, 6, 12
"""A node's width; the least room a node and its two lines of text take; the space between nodes; the text."""
HEAD, TALL = 30, 330
"""The line of stage names, and how high all the money together is drawn."""
LAST = 0.84
"""How much of its share of the width the last stage has: no band leaves it, its names need the room."""
NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of the money: the name of its place at every stage, and how much takes it."""

    places: tuple[str, ...]
    amount: Money


@dataclass(frozen=True, slots=True)
class Node:
    """One place of a stage."""

    stage: int
    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Link:
    """What runs from a place to one of the next stage."""

    stage: int
    source: str
    target: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Sankey:
    """The stages by name, in order, and the ways through them.

    Raises ValueError where a way has not one place for each stage, or carries less than nothing; ways without money are left out of sight.
    """

    stages: tuple[str, ...]
    ways: tuple[Way, ...]

    def __post_init__(self) -> None:
        if any(len(way.places) != len(self.stages) for way in self.ways):
            raise ValueError(f"each way needs a place at each of {len(self.stages)} stages")
        if any(way.amount.fen < 0 for way in self.ways):
            raise ValueError("nothing flows backwards")

    @property
    def total(self) -> Money:
        """All that flows."""
        return sum((way.amount for way in self.ways), NOTHING)

    @property
    def nodes(self) -> list[Node]:
        """Every place with what runs through it: stage by stage, the largest first."""
        found: dict[tuple[int, str], Money] = {}
        for way in self.ways:
            for stage, name in enumerate(way.places):
                found[stage, name] = found.get((stage, name), NOTHING) + way.amount
        known = [Node(stage, name, amount) for (stage, name), amount in found.items() if amount.fen]
        return sorted(known, key=lambda one: (one.stage, -one.amount.fen, one.name))

    @property
    def links(self) -> list[Link]:
        """Every band, in the order of its stage and the largest first."""
        found: dict[tuple[int, str, str], Money] = {}
        for way in self.ways:
            for stage, pair in enumerate(zip(way.places, way.places[1:], strict=False)):
                found[stage, *pair] = found.get((stage, *pair), NOTHING) + way.amount
        known = [Link(*key, amount) for key, amount in found.items() if amount.fen]
        return sorted(known, key=lambda one: (one.stage, -one.amount.fen, one.source, one.target))


def folded(flow: Sankey, most: int) -> Sankey:
    """The same flow with at most so many places at each stage: the smallest stand together as 其余 n 个; no money is lost."""
    keep: list[dict[str, str]] = [{} for _ in flow.stages]
    for stage, names in enumerate(keep):
        here = [one.name for one in flow.nodes if one.stage == stage]
        if len(here) > most:
            rest = here[most - 1 :]
            names.update({name: f"其余 {len(rest)} 个" for name in rest})
    ways = (Way(tuple(names.get(place, place) for names, place in zip(keep, way.places, strict=True)), way.amount) for way in flow.ways)
    return Sankey(flow.stages, tuple(ways))


def describe(flow: Sankey) -> str:
    """All bands in words, for those who do not see the picture."""
    return (
        "；".join(f"{one.source} → {one.target} {fmt.wan(one.amount)}" for one in flow.links) + "（单位：万元）"
        if flow.ways
        else "暂无数据"
    )


def draw(flow: Sankey, medium: Medium = "screen", *, title: str = "资金流向") -> str:
    """Well-formed SVG: presentation attributes only, a title, a description with all values; 暂无数据 where nothing flows."""
    width = 1080 if medium == "screen" else WIDTHS[medium]
    if not flow.total.fen:
        height, marks = 64, [_text(width / 2, 38, "暂无数据", "middle", QUIET)]
    else:
        height, marks = _drawn(flow, width, SIZE if medium == "screen" else SIZE - 3)
    font = ' font-family="GovSans, Noto Sans CJK SC"' if medium == "print" else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-size="{SIZE if medium == "screen" else SIZE - 3}" fill="{INK}"{font}><title>{_safe(title)}</title>'
        f"<desc>{_safe(describe(flow))}</desc>{''.join(marks)}</svg>"
    )


@dataclass(slots=True)
class _Slot:
    """Where a node is drawn, and how far its bands on either side have been laid."""

    x: float
    y: float
    height: float
    out: float = 0
    come: float = 0


def _drawn(flow: Sankey, width: int, size: int) -> tuple[int, list[str]]:
    scale = TALL / flow.total.fen
    step = (width - width / len(flow.stages) * LAST) / (len(flow.stages) - 1)
    slots: dict[tuple[int, str], _Slot] = {}
    floor = 0.0
    for stage in range(len(flow.stages)):
        y = float(HEAD)
        for node in _ordered(flow, stage, slots):
            height = node.amount.fen * scale
            slots[stage, node.name] = _Slot(stage * step, y, height)
            y += max(height, PITCH - GAP) + GAP
        floor = max(floor, y)
    bands = [_band(link, slots, scale) for link in sorted(flow.links, key=lambda one: _order(one, slots))]
    heads = [_text(stage * step, 16, name, "start", QUIET) for stage, name in enumerate(flow.stages)]
    last = width - (len(flow.stages) - 1) * step - BAR - 6
    rooms = [*[step - BAR - 16] * (len(flow.stages) - 1), last]
    names = [mark for node in flow.nodes for mark in _named(node, slots[node.stage, node.name], rooms[node.stage] / size)]
    return int(floor + 6), [*heads, *bands, *names]


def _order(link: Link, slots: dict[tuple[int, str], _Slot]) -> tuple[int, float, float]:
    """Bands are laid from the top down on both sides, so that they cross only on the way."""
    return link.stage, slots[link.stage, link.source].y, slots[link.stage + 1, link.target].y


def _ordered(flow: Sankey, stage: int, slots: dict[tuple[int, str], _Slot]) -> Sequence[Node]:
    """The places of a stage, each about where its money comes from, so that few bands cross; at the first stage the largest on top."""
    here = [one for one in flow.nodes if one.stage == stage]
    if stage == 0:
        return here
    come: dict[str, list[tuple[float, int]]] = {}
    for link in flow.links:
        if link.stage == stage - 1:
            come.setdefault(link.target, []).append((slots[stage - 1, link.source].y, link.amount.fen))
    return sorted(
        here, key=lambda one: (sum(y * fen for y, fen in come[one.name]) / sum(fen for _, fen in come[one.name]), -one.amount.fen)
    )


def _band(link: Link, slots: dict[tuple[int, str], _Slot], scale: float) -> str:
    start, end = slots[link.stage, link.source], slots[link.stage + 1, link.target]
    thick = link.amount.fen * scale
    x, z = start.x + BAR, end.x
    a, b = start.y + start.out, end.y + end.come
    start.out, end.come = start.out + thick, end.come + thick
    middle = (x + z) / 2
    path = (
        f"M{x:.1f} {a:.1f}C{middle:.1f} {a:.1f} {middle:.1f} {b:.1f} {z:.1f} {b:.1f}"
        f"V{b + max(thick, 0.6):.1f}C{middle:.1f} {b + thick:.1f} {middle:.1f} {a + thick:.1f} {x:.1f} {a + max(thick, 0.6):.1f}Z"
    )
    told = f"{link.source} → {link.target} {fmt.yuan(link.amount)} 元"
    return f'<path d="{path}" fill="{ACCENT}" fill-opacity="0.16"><title>{_safe(told)}</title></path>'


def _named(node: Node, slot: _Slot, room: float) -> Iterator[str]:
    yield f'<rect x="{slot.x:.1f}" y="{slot.y:.1f}" width="{BAR}" height="{max(slot.height, 1):.1f}" fill="{ACCENT}"/>'
    x, y = slot.x + BAR + 5, slot.y + max(slot.height, PITCH - GAP) / 2
    yield _text(x, y - 2, _cut(node.name, room), "start", INK)
    yield _text(x, y + SIZE, f"{fmt.wan(node.amount)} 万元", "start", QUIET)


def _text(x: float, y: float, text: str, anchor: str, fill: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{_safe(text)}</text>'


def _cut(text: str, room: float) -> str:
    wide = 0.0
    for i, letter in enumerate(text):
        wide += 1.0 if ord(letter) > 0x2000 else 0.57
        if wide > room:
            return f"{text[: max(1, i - 1)]}…"
    return text


def _safe(text: str) -> str:
    return escape(fmt.clean(text))
