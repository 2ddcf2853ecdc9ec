"""The draw of a panel: a pure function of a seed whose digest was published before, so that anybody can repeat it.

The method (`draw-2026-12`): every candidate gets the number sha256("seed|person"); candidates stand in the order of
those numbers. Each stratum (a field and how many) takes the first of that order that have its field and no seat yet:
finance first, then the others, the one with the fewest candidates before the one with more (by the field's name where
equal). Then the first others of the order, of any field, until the panel is full; the next `reserves` of it are
reserves, in order. Who is tied to every applicant is left out (政府采购法实施条例第九条). Seats are numbered in the order
drawn. `draw-2026-11` is the same with finance as its only stratum and one field for each candidate.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

METHOD = "draw-2026-12"
METHODS = frozenset({"draw-2026-11", METHOD})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert who may be drawn; `tied` are the applicant organisations he may not judge."""

    person_id: int
    field: str
    tied: frozenset[int] = frozenset()
    others: tuple[str, ...] = ()
    """Further fields."""

    def has(self, field: str) -> bool:
        return field == self.field or field in self.others


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawn place, numbered from 1."""

    person_id: int
    field: str
    position: int
    reserve: bool


def seed_digest(seed: str) -> str:
    """What is published when the panel is formed: SHA-256 of the seed, as hex."""
    return hashlib.sha256(seed.encode()).hexdigest()


def lot(seed: str, *parts: object) -> str:
    """The number somebody or something draws: SHA-256 of the seed and its keys."""
    return hashlib.sha256("|".join([seed, *map(str, parts)]).encode()).hexdigest()


def excluded(candidate: Candidate, organisations: Collection[int]) -> bool:
    """Whether a candidate is tied to every applicant, and so could judge none."""
    return bool(organisations) and set(organisations) <= candidate.tied


def draw(
    seed: str, candidates: Sequence[Candidate], organisations: Collection[int], *, size: int, finance: int, reserves: int,
    strata: Mapping[str, int] | None = None,
) -> list[Drawn]:  # fmt: skip
    """The seats and reserves, in order. Raises ValueError when there are too few candidates, in all or in a stratum."""
    order = sorted((c for c in candidates if not excluded(c, organisations)), key=lambda c: lot(seed, c.person_id))
    chosen: set[int] = set()
    for field, count in turns(order, {**(strata or {}), "finance": finance}):
        found = [c.person_id for c in order if c.has(field) and c.person_id not in chosen][:count]
        if len(found) < count:
            raise ValueError("too few candidates")
        chosen.update(found)
    if len(order) < size or len(chosen) > size:
        raise ValueError("too few candidates")
    chosen.update([c.person_id for c in order if c.person_id not in chosen][: size - len(chosen)])
    seats = [c for c in order if c.person_id in chosen]
    spare = [c for c in order if c.person_id not in chosen][:reserves]
    return [Drawn(c.person_id, c.field, n, n > size) for n, c in enumerate([*seats, *spare], start=1)]


def turns(candidates: Sequence[Candidate], strata: Mapping[str, int]) -> list[tuple[str, int]]:
    """The strata in the order in which they are filled: finance, then by how few candidates have the field."""

    def scarce(field: str) -> tuple[bool, int, str]:
        return field != "finance", sum(c.has(field) for c in candidates), field

    return [(field, strata[field]) for field in sorted(strata, key=scarce) if strata[field]]


def minutes(
    seed: str, candidates: Sequence[Candidate], organisations: Collection[int], *, size: int, finance: int, reserves: int,
    strata: Mapping[str, int] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The record of a draw: all that is needed to repeat it, and what came out."""
    drawn = draw(seed, candidates, organisations, size=size, finance=finance, reserves=reserves, strata=strata)
    return {
        "method": METHOD,
        "seed": seed,
        "seed_digest": seed_digest(seed),
        "size": size,
        "finance": finance,
        "reserves": reserves,
        "strata": dict(strata or {}),
        "organisations": sorted(organisations),
        "candidates": [
            {"person": c.person_id, "field": c.field, "tied": sorted(c.tied), "others": list(c.others)}
            for c in sorted(candidates, key=lambda c: c.person_id)
        ],
        "order": sorted((c.person_id for c in candidates), key=lambda person: lot(seed, person)),
        "seats": [_plain(one) for one in drawn],
    }


def _plain(one: Drawn) -> dict[str, Any]:
    return {"person": one.person_id, "field": one.field, "position": one.position, "reserve": one.reserve}


def redraw(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The seats that follow from the minutes' seed and candidates; equal to `found["seats"]` unless either was changed.

    Raises KeyError, TypeError or ValueError for minutes that are no minutes.
    """
    candidates = [Candidate(c["person"], c["field"], frozenset(c["tied"]), tuple(c.get("others", ()))) for c in found["candidates"]]
    drawn = draw(
        found["seed"], candidates, found["organisations"],
        size=found["size"], finance=found["finance"], reserves=found["reserves"], strata=found.get("strata"),
    )  # fmt: skip
    return [_plain(one) for one in drawn]


def differences(found: Mapping[str, Any]) -> list[str]:
    """What in the minutes of a draw does not follow from them, in sentences; nothing when all agrees."""
    if found.get("method") not in METHODS:
        return [f"抽取办法“{found.get('method')}”不认识，不能重做。"]
    try:
        again, said = redraw(found), list(found["seats"])
        digest, order = seed_digest(found["seed"]), sorted((c["person"] for c in found["candidates"]), key=lambda p: lot(found["seed"], p))
    except ValueError:
        return ["按文件里的候选人抽不满席位：候选人或席位数被改动过。"]
    except (KeyError, TypeError, AttributeError) as error:
        return [f"文件不完整或被改动过（{error}）。"]
    told = []
    if digest != found.get("seed_digest", digest):
        told.append(f"种子与组建时公布的摘要不符：种子的摘要是 {digest}，公布的是 {found['seed_digest']}。")
    if order != found.get("order"):
        told.append("候选人的排队次序不符。")
    for n in range(max(len(again), len(said))):
        ours, theirs = again[n] if n < len(again) else None, said[n] if n < len(said) else None
        if ours != theirs:
            told.append(f"第 {n + 1} 位不符：重做得到 {_seat_said(ours)}，记录是 {_seat_said(theirs)}。")
    return told


def _seat_said(seat: Mapping[str, Any] | None) -> str:
    return f"人员 {seat.get('person')}（{'候补' if seat.get('reserve') else '席位'}）" if isinstance(seat, Mapping) else "没有人"


def successor(waiting: Sequence[Candidate], staying: Sequence[Candidate], needs: Mapping[str, int]) -> int | None:
    """Who moves up: the first of those waiting (reserves, then the rest of the order) with every field now lacking.

    `staying` are those who keep their seats; `needs` says how many of a field there must be. None when nobody fits.
    """
    lacking = [field for field, count in needs.items() if sum(one.has(field) for one in staying) < count]
    return next((one.person_id for one in waiting if all(one.has(field) for field in lacking)), None)
