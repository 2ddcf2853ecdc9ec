"""How figures, days and names read in Chinese: the one place that prints them, for screen and for paper."""

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from reports.money import Money

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTHING = "—"  # stands where there is no figure: not asked, not yet known, or divided by nothing

# What XML cannot hold, though a person may paste it: control characters, lone surrogates.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Figure = int | Decimal | Fraction | Money

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_NUMERALS = "零一二三四五六七八九"


def yuan(amount: Money, *, unit: bool = False) -> str:
    """Yuan to the fen, `1,234.50`; with `unit` also says so, `1,234.50 元`."""
    return _grouped(Decimal(amount.fen).scaleb(-2)) + (" 元" if unit else "")


def wan(amount: Money, *, unit: bool = False) -> str:
    """Ten thousands of yuan (万元) with two decimals, half rounded up, `12.35`; with `unit` also says so, `12.35 万元`.

    Rounded: for headlines and charts; where sums must add up, print `yuan`.
    """
    rounded = Decimal(amount.fen).scaleb(-6).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return _grouped(rounded) + (" 万元" if unit else "")


def number(value: int | Decimal) -> str:
    """A plain figure with thousands separators, as many decimals as it has: `12,345`, `87.50`."""
    return _grouped(value)


def _grouped(value: int | Decimal) -> str:
    # Decimal keeps a negative zero, nobody wants to read it.
    return f"{abs(value) if value == 0 else value:,f}" if isinstance(value, Decimal) else f"{value:,}"


def percent(part: Figure, whole: Figure) -> str:
    """Part of a whole with one decimal, half rounded up, `87.3%`; '—' where the whole is nothing."""
    top, bottom = _exact(part), _exact(whole)
    return ratio(top / bottom if bottom else None)


def ratio(value: Fraction | None) -> str:
    """An exact fraction (1 is everything) as percent with one decimal, half rounded up; '—' for None."""
    if value is None:
        return NOTHING
    tenths = int(abs(value) * 1000 + Fraction(1, 2))
    sign = "-" if value < 0 and tenths else ""
    return f"{sign}{tenths // 10:,}.{tenths % 10}%"


def _exact(value: Figure) -> Fraction:
    return Fraction(value.fen if isinstance(value, Money) else value)


def day(moment: date) -> str:
    """A day as papers write it, `2026年11月22日`; of a moment, the day it is in Shanghai.

    Raises ValueError for a moment without a zone.
    """
    here = local(moment) if isinstance(moment, datetime) else moment
    return f"{here.year}年{here.month}月{here.day}日"


def moment(at: datetime) -> str:
    """Day and minute in Shanghai, `2026年11月22日 10:05`. Raises ValueError for a moment without a zone."""
    return f"{day(at)} {local(at):%H:%M}"


def until(end: datetime) -> str:
    """The end of a term, `2026年11月22日 17:30`; what ends with a day is said to end at its 24:00, never on the next day."""
    here = local(end)
    return f"{day(here - timedelta(days=1))} 24:00" if here.time() == time() else moment(end)


def local(at: datetime) -> datetime:
    """The same moment on a clock in Shanghai. Raises ValueError for a moment without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"a moment needs its zone: {at!r}")
    return at.astimezone(SHANGHAI)


def capital(amount: Money) -> str:
    """The amount in words for receipts and agreements (大写金额), to the fen.

    After 中国人民银行《支付结算办法》附一《正确填写票据和结算凭证的基本规定》: 整 ends what has no fen, one 零 stands
    for zeros inside the yuan and for a missing jiao before fen; below zero it begins with 负.
    """
    whole, small = divmod(abs(amount.fen), 100)
    jiao, fen = divmod(small, 10)
    text = f"{_capital_integer(whole)}元" if whole else ""
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif fen and whole:
        text += "零"
    if fen:
        text += f"{_DIGITS[fen]}分"
    return ("负" if amount.fen < 0 else "") + (text or "零元") + ("" if fen else "整")


def _capital_integer(value: int) -> str:
    """A whole number above zero; 亿 and 万 split it, and a part that lost its leading digits begins with 零."""
    for size, name in ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾")):
        if value >= size:
            high, low = divmod(value, size)
            gap = "零" if 0 < low < size // 10 else ""
            return _capital_integer(high) + name + gap + (_capital_integer(low) if low else "")
    return _DIGITS[value]


def numeral(value: int) -> str:
    """A small count in Chinese, 一 to 九十九, as headings number themselves."""
    tens, ones = divmod(value, 10)
    if not tens:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")


def clean(text: str) -> str:
    """Text without the characters no page and no paper can hold (control characters, lone surrogates)."""
    return _UNPRINTABLE.sub("", text)


def mask_name(name: str) -> str:
    """A person's name for publication: the first character stays, 王小明 → 王**."""
    return name[:1] + "*" * (len(name) - 1)


def mask_phone(phone: str) -> str:
    """A telephone number: the middle is hidden, 13812345678 → 138****5678; a short one is hidden all through."""
    if len(phone) < 8:
        return "*" * len(phone)
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]


def mask_id(number: str) -> str:
    """An identity number, credit code or account: the first three and last two stay, 320***********34."""
    if len(number) < 8:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 5) + number[-2:]
