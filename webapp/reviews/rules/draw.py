"""The draw of a panel: a pure function of a seed whose digest was published before, so that anybody can repeat it.

The method (`draw-2026-11`): every candidate gets the number sha256("seed|person"); candidates stand in the order of
those numbers. The first `finance` finance experts of that order are seated, then the first others of it (of any field)
until the panel is full; the next `reserves` of it are reserves, in order. Who is tied to every applicant is left out
(政府采购法实施条例第九条). Seats are numbered in the order drawn.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

METHOD = "draw-2026-11"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert who may be drawn; `tied` are the applicant organisations he may not judge."""

    person_id: int
    field: str
    tied: frozenset[int] = frozenset()


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
    seed: str, candidates: Sequence[Candidate], organisations: Collection[int], *, size: int, finance: int, reserves: int
) -> list[Drawn]:
    """The seats and reserves, in order. Raises ValueError when there are too few candidates or finance experts."""
    order = sorted((c for c in candidates if not excluded(c, organisations)), key=lambda c: lot(seed, c.person_id))
    of_finance = [c for c in order if c.field == "finance"][:finance]
    if len(order) < size or len(of_finance) < finance:
        raise ValueError("too few candidates")
    chosen = set(of_finance)
    for candidate in order:
        if len(chosen) == size:
            break
        chosen.add(candidate)
    seats = [c for c in order if c in chosen]
    spare = [c for c in order if c not in chosen][:reserves]
    return [Drawn(c.person_id, c.field, n, n > size) for n, c in enumerate([*seats, *spare], start=1)]


def minutes(
    seed: str, candidates: Sequence[Candidate], organisations: Collection[int], *, size: int, finance: int, reserves: int
) -> dict[str, Any]:
    """The record of a draw: all that is needed to repeat it, and what came out."""
    drawn = draw(seed, candidates, organisations, size=size, finance=finance, reserves=reserves)
    return {
        "method": METHOD,
        "seed": seed,
        "size": size,
        "finance": finance,
        "reserves": reserves,
        "organisations": sorted(organisations),
        "candidates": [
            {"person": c.person_id, "field": c.field, "tied": sorted(c.tied)} for c in sorted(candidates, key=lambda c: c.person_id)
        ],
        "order": sorted((c.person_id for c in candidates), key=lambda person: lot(seed, person)),
        "seats": [_plain(one) for one in drawn],
    }


def _plain(one: Drawn) -> dict[str, Any]:
    return {"person": one.person_id, "field": one.field, "position": one.position, "reserve": one.reserve}


def redraw(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The seats that follow from the minutes' seed and candidates; equal to `found["seats"]` unless either was changed."""
    candidates = [Candidate(c["person"], c["field"], frozenset(c["tied"])) for c in found["candidates"]]
    drawn = draw(
        found["seed"], candidates, found["organisations"],
        size=found["size"], finance=found["finance"], reserves=found["reserves"],
    )  # fmt: skip
    return [_plain(one) for one in drawn]


def successor(waiting: Sequence[tuple[int, str]], seated_fields: Sequence[str], *, finance: int) -> int | None:
    """Who moves up: the first of those waiting (reserves, then the rest of the order) who keeps the finance experts.

    `seated_fields` are the fields of those who stay. None when nobody is left who fits.
    """
    lacking = seated_fields.count("finance") < finance
    return next((person for person, field in waiting if not lacking or field == "finance"), None)
