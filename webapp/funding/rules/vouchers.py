"""What each kind of 支出凭证 must show: its numbers, the key by which it is one document, and what is only remarked.

Sources: 数电票 20 digits, the first two the year (国家税务总局公告 2024 年第 11 号); 旧版发票 code of 10 or 12 and number of
8 digits (国家税务总局公告 2015 年第 84 号); 财政电子票据 code of 8, number of 10 digits and a check code of 6
(财综〔2018〕72 号); 铁路电子客票 and 民航电子行程单 carry the 20 digits of a 数电票 (国家税务总局公告 2024 年第 8 号、第 9 号);
小额零星 receipts name the person, the identity number, what for and how much (国家税务总局公告 2018 年第 28 号第九条);
原始凭证分割单 (会计基础工作规范第五十一条). Tax numbers: GB 32100.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from reports.format import yuan
from reports.money import Money
from webapp.core.secrets import keyed
from webapp.core.workflow import Refusal

SPLIT_OF = {"einvoice": "数电票", "invoice": "旧版发票", "fiscal": "财政电子票据", "ticket": "客票"}
"""Kinds of which a share may be handed on by a 分割单; a sheet names persons, and a small receipt is too small."""
NAMED = frozenset({"einvoice", "invoice", "fiscal", "split"})
"""Kinds that name a buyer."""
CREDIT_CODE: Callable[[str], bool] = uscc.is_valid
IDENTITY: Callable[[str], bool] = mod_11_2.is_valid
DIGITS_20 = re.compile(r"\d{20}")
REMARKS = {
    "buyer": "购买方不是本单位",
    "year": "号码年份与日期不符",
    "tax_number": "销售方税号有误",
    "self": "收款人是本单位",
    "forbidden": "用途涉及不得列支",
    "read_number": "号码与电子发票不同",
    "read_face": "票面金额与电子发票不同",
    "read_spent_on": "日期与电子发票不同",
    "read_buyer": "购买方与电子发票不同",
    "read_payee": "收款人与电子发票不同",
    "read_seller_tax": "销售方税号与电子发票不同",
}
"""What may be so for a good reason: it must be explained, and the reviewer sees it marked."""


def folded(text: str) -> str:
    """A number in one spelling: half-width, capitals, without spaces and dashes."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).upper() if char.isalnum())


def plain_name(text: str) -> str:
    """A name as it is compared: half-width, brackets of one kind, without spaces."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if not char.isspace()).casefold()


def name_key(text: str) -> str:
    """The keyed hash by which the same name is found again; empty for none."""
    return keyed("name", plain_name(text)) if plain_name(text) else ""


def identity_key(number: str) -> str:
    """The keyed hash by which the same person is found again; empty for none."""
    return keyed("identity", folded(number)) if folded(number) else ""


def is_identity(number: str) -> bool:
    """Whether it is a 公民身份号码 (GB 11643): 17 digits with a day of birth in them, and the check character. No list of areas is asked."""
    text = folded(number)
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", text) or not IDENTITY(text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return True


def tax_key(number: str) -> str:
    """The keyed hash of a tax number; empty for none."""
    return keyed("tax_number", folded(number)) if folded(number) else ""


@dataclass(frozen=True, slots=True)
class Voucher:
    """A spending document as somebody names it, before it is known or new."""

    kind: str
    number: str
    face: Money
    code: str = ""
    check: str = ""
    """财政电子票据: 校验码. Compared with what is known, not part of the key: one wrong letter must not make another document."""
    buyer: str = ""
    buyer_tax: str = ""
    seller_tax: str = ""
    person: str = ""
    """客票: who travelled."""
    identity: str = ""
    """小额收款凭证: the payee's identity number."""
    holder: str = ""
    parent: "Voucher | None" = None
    """分割单: the original."""
    project: str = ""
    """The project's number; part of the key of what an organisation numbers by itself."""

    @property
    def register(self) -> str:
        """Whose numbers the key is one of."""
        return "einvoice" if self.kind == "ticket" and DIGITS_20.fullmatch(folded(self.number)) else self.kind

    @property
    def key(self) -> str:
        """What makes two papers the same document; empty where a part is missing."""
        number, code = folded(self.number), folded(self.code)
        if not number:
            return ""
        match self.kind:
            case "invoice" | "fiscal":
                return f"{code}-{number}" if code else ""
            case "small" | "labour" | "allowance":
                return f"{folded(self.project)}-{number}"[:64]
            case "split":
                return f"{folded(self.holder)[:20]}-{number}"[:64] if self.holder.strip() else ""
        return number[:64]

    @property
    def serial(self) -> int | None:
        """The running part of the number, where neighbours mean something: same seller, one number after the other."""
        number = folded(self.number)
        if self.kind in {"invoice", "fiscal"} and number.isdecimal() and len(number) <= 10:
            return int(number)
        return _running(number)


def _running(number: str) -> int | None:
    """Of the 20 digits of a 数电票 the last 15: the place and the year stand before."""
    return int(number[5:]) if DIGITS_20.fullmatch(number) else None


def _length(sentence: str, ok: bool, place: str) -> Refusal | None:
    return None if ok else Refusal(place, sentence, place)


def _digits(text: str, *lengths: int) -> bool:
    number = folded(text)
    return number.isdecimal() and len(number) in lengths


def _einvoice(v: Voucher) -> list[Refusal | None]:
    return [_length("数电票号码是 20 位数字，请照票面右上角填写。", _digits(v.number, 20), "number")]


def _invoice(v: Voucher) -> list[Refusal | None]:
    return [
        _length("发票代码是 10 位或 12 位数字。", _digits(v.code, 10, 12), "code"),
        _length("旧版发票号码是 8 位数字；20 位的是数电票，请改选凭证种类。", _digits(v.number, 8), "number"),
    ]


def _fiscal(v: Voucher) -> list[Refusal | None]:
    return [
        _length("财政电子票据代码是 8 位数字。", _digits(v.code, 8), "code"),
        _length("财政电子票据号码是 10 位数字。", _digits(v.number, 10), "number"),
        _length("校验码是 6 位字母或数字。", len(folded(v.check)) == 6, "check"),
    ]


def _ticket(v: Voucher) -> list[Refusal | None]:
    number = folded(v.number)
    long = number.isdecimal() and len(number) == 20
    return [
        _length("客票号码是 8 到 21 位：铁路、民航电子客票填 20 位电子发票号码。", long or 8 <= len(number) <= 21, "number"),
        _length("请填写乘车（机、船）人姓名。", bool(v.person.strip()), "person"),
    ]


def _small(v: Voucher) -> list[Refusal | None]:
    return [
        _length("请填写收款人的 18 位公民身份号码，末位校验码也要对。", is_identity(v.identity), "identity"),
    ]


def _split(v: Voucher) -> list[Refusal | None]:
    found: list[Refusal | None] = [_length("请填写原件由哪个单位保管。", bool(v.holder.strip()), "holder")]
    if v.parent is None or v.parent.kind not in SPLIT_OF:
        return [*found, Refusal("parent_kind", "请选择原始凭证的种类。", "parent_kind")]
    whole = [one for one in numbers(v.parent) if one.place in {"number", "code", "check"}]
    found += [Refusal(one.code, f"原始凭证：{one.sentence}", f"parent_{one.place}") for one in whole]
    if v.parent.face < v.face:
        found.append(Refusal("parent_face", f"分割金额不能大于原始凭证票面 {yuan(v.parent.face)} 元。", "face"))
    return found


_CHECKS: dict[str, Callable[[Voucher], list[Refusal | None]]] = {
    "einvoice": _einvoice, "invoice": _invoice, "fiscal": _fiscal, "ticket": _ticket, "small": _small, "split": _split,
}  # fmt: skip


def numbers(v: Voucher) -> list[Refusal]:
    """What is wrong with the numbers of a document of its kind; nothing of it may stay."""
    found = [one for one in _CHECKS[v.kind](v) if one is not None] if v.kind in _CHECKS else []
    return found or ([] if v.key else [Refusal("number", "请填写凭证号码。", "number")])


@dataclass(frozen=True, slots=True)
class Seen:
    """What the remarks are made from beside the document itself."""

    payee: str
    title: str
    spent_on: date
    organisation: str
    """The registered name of the organisation that claims."""
    forbidden: tuple[tuple[str, ...], ...] = ()
    """Words of the call's rules of what may not be paid for."""


def remarks(v: Voucher, seen: Seen) -> list[Refusal]:
    """What is unusual and must be explained: the buyer's name, the year in the number, the seller's tax number, the words."""
    found = []
    own = plain_name(seen.organisation)
    if v.kind in NAMED and plain_name(v.buyer) != own:
        found.append(Refusal("buyer", f"购买方（抬头）应是本单位登记名称“{seen.organisation}”。", "buyer"))
    number = folded(v.number)
    if v.register == "einvoice" and DIGITS_20.fullmatch(number) and int(number[:2]) != seen.spent_on.year % 100:
        found.append(Refusal("year", f"号码前两位是 20{number[:2]} 年，支出日期是 {seen.spent_on.year} 年。", "spent_on"))
    tax = folded(v.seller_tax)
    if tax and not (CREDIT_CODE(tax) if len(tax) == 18 else len(tax) in {15, 17, 20}):
        found.append(Refusal("tax_number", "销售方纳税人识别号的长度或校验码不对，请核对。", "seller_tax"))
    if own and plain_name(seen.payee) == own:
        found.append(Refusal("self", "收款人就是本单位。", "payee"))
    if word := next((word for words in seen.forbidden for word in words if word in seen.title), ""):
        found.append(Refusal("forbidden", f"用途里有“{word}”，公告规定不得列支。", "title"))
    return found


BECAUSE = "确实如此的，请在“情况说明”里写明原因。"
WORDS_OF = {"number": "号码", "face": "票面金额", "spent_on": "日期", "buyer": "购买方", "payee": "收款人", "seller_tax": "销售方税号"}


def unexplained(found: list[Refusal], reason: str) -> list[Refusal]:
    """The remarks that still need a word: all of them while no reason is given."""
    return [] if reason.strip() else [Refusal(one.code, f"{one.sentence}{BECAUSE}", one.place) for one in found]
