"""Money (金额): whole fen, never a float; read once at the form, printed once by `reports.format`.

It lives here because paper needs it and `reports` may import nothing of the application;
`webapp.core.money` hands on this one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Self

Unit = Literal["元", "万元"]

FEN_IN: dict[Unit, int] = {"元": 100, "万元": 1_000_000}
PLACES: dict[Unit, str] = {"元": "两", "万元": "六"}
LARGEST = 10**15  # fen: ten trillion yuan, inside BIGINT and inside what a spreadsheet's number holds exactly (2**53)

_HALF_WIDTH = str.maketrans("０１２３４５６７８９，．－＋", "0123456789,.-+")  # typed with a Chinese input method
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")


class AmountError(ValueError):
    """An amount that cannot be taken as typed; `str(error)` is the sentence to show beside the field."""


class EmptyAmount(AmountError):
    """Nothing was typed."""


class NotAnAmount(AmountError):
    """What was typed is no number, or its thousands separators stand in the wrong place."""


class TooPrecise(AmountError):
    """It has a part smaller than one fen."""


class NegativeAmount(AmountError):
    """It is below zero where that makes no sense."""


class TooLarge(AmountError):
    """It is beyond ten trillion yuan."""


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount in whole fen (分). Adds, subtracts, compares, splits; multiplies only by a count.

    Raises TypeError for anything but an int: a float has already lost fen, and a bool is a slip.
    """

    fen: int

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise TypeError(f"Money takes whole fen as int, not {type(self.fen).__name__}: {self.fen!r}")

    @classmethod
    def parse(cls, text: str, unit: Unit = "元", *, negative: bool = False) -> Self:
        """What a person typed, exactly. `unit` is the unit the form asks for; `negative` allows amounts below zero.

        Takes `1234.5`, `1,234.50` and full-width digits. Raises an AmountError whose message is a sentence for the
        form.
        """
        typed = "".join(text.translate(_HALF_WIDTH).split())
        if not typed:
            raise EmptyAmount("请填写金额。")
        if len(typed) > 64 or not _NUMBER.fullmatch(typed):
            raise NotAnAmount(f"“{text.strip()[:20]}”不是金额，请只填数字，例如 1234.50（单位：{unit}）。")
        amount = Decimal(typed.replace(",", "")) * FEN_IN[unit]
        if amount != int(amount):
            raise TooPrecise(f"金额最小到分：以{unit}为单位时，小数点后最多{PLACES[unit]}位。")
        if amount < 0 and not negative:
            raise NegativeAmount("金额不能是负数。")
        if abs(amount) > LARGEST:
            raise TooLarge(f"金额太大，请核对是否填错了单位（单位：{unit}）。")
        return cls(int(amount))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.fen + other.fen) if isinstance(other, Money) else NotImplemented

    def __radd__(self, other: object) -> Self:
        # sum() starts from 0; nothing else may be added from the left.
        return self if other == 0 and type(other) is int else NotImplemented

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.fen - other.fen) if isinstance(other, Money) else NotImplemented

    def __mul__(self, count: int) -> Self:
        return type(self)(self.fen * count) if type(count) is int else NotImplemented

    def __neg__(self) -> Self:
        return type(self)(-self.fen)

    def __bool__(self) -> bool:
        return self.fen != 0

    def __str__(self) -> str:
        """Yuan with two decimals and nothing else, `1234.50`: for files and logs. People read `reports.format`."""
        whole, rest = divmod(abs(self.fen), 100)
        return f"{'-' if self.fen < 0 else ''}{whole}.{rest:02}"

    def share(self, weights: Sequence[int]) -> list[Self]:
        """Split by whole-number weights, largest remainder first (最大余数法): the parts always add up to the whole.

        Equal remainders go to the earlier part. Raises ValueError if a weight is negative or none is above zero.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("shares need weights of zero or more, and at least one above zero")
        sign = -1 if self.fen < 0 else 1
        parts = [divmod(abs(self.fen) * weight, total) for weight in weights]
        left = abs(self.fen) - sum(part for part, _ in parts)
        first = sorted(range(len(parts)), key=lambda i: -parts[i][1])[:left]
        extra = set(first)
        return [type(self)(sign * (part + (i in extra))) for i, (part, _) in enumerate(parts)]

    def percent_of(self, whole: Self) -> Fraction | None:
        """This as an exact part of `whole` (1 is all of it); None where the whole is nothing."""
        return Fraction(self.fen, whole.fen) if whole.fen else None
