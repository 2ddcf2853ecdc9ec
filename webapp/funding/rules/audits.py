"""抽查: the draw, a pure function of a seed, so that anybody who has the list can draw the same again."""

import hashlib
from collections.abc import Sequence

from reports.money import Money
from webapp.reviews.rules.draw import lot

METHOD = "把“种子|凭证序号”逐张取 SHA-256，按结果从小到大排列；按张数的取前若干张，按金额的从头取到金额合计达到比例为止。"


def drawn(seed: str, found: Sequence[tuple[int, Money]], *, by: str, size: int) -> list[int]:
    """The keys drawn from (key, amount) pairs, in the order of their lots: `size` of them, or until `size` per cent of the money."""
    order = sorted(found, key=lambda one: lot(seed, one[0]))
    if by == "count":
        return [key for key, _ in order[:size]]
    whole, taken, keys = sum(amount.fen for _, amount in found), 0, []
    for key, amount in order:
        if taken * 100 >= whole * size:
            break
        keys.append(key)
        taken += amount.fen
    return keys


def digest_of(found: Sequence[tuple[int, Money]]) -> str:
    """What it was drawn from, as a digest: keys and amounts in order of the keys."""
    return hashlib.sha256("\n".join(f"{key} {amount.fen}" for key, amount in sorted(found)).encode()).hexdigest()
