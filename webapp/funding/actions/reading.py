"""E-invoices among the files of a claim: read, and held against what was typed."""

from collections.abc import Sequence
from datetime import date

from reports.format import yuan
from webapp.core import files
from webapp.core.markup import MarkupError
from webapp.core.workflow import Refusal, refuse
from webapp.funding import einvoices
from webapp.funding.einvoices import Found
from webapp.funding.rules.vouchers import Voucher, folded, plain_name


def read_of(papers: Sequence[files.Checked]) -> Found | None:
    """What the first e-invoice among the files says, an XML before a PDF; None where there is none. Raises Refused for an XML that is none."""
    for paper in sorted(papers, key=lambda one: not one.name.lower().endswith(".xml")):
        try:
            found = einvoices.read(paper)
        except MarkupError as error:
            raise refuse("papers", f"文件“{paper.name}”{error}", "papers") from error
        if found is not None:
            return found
    return None


def compared(read: Found, voucher: Voucher, *, payee: str, spent_on: date) -> list[Refusal]:
    """Where what was typed differs from what the e-invoice says; what the file leaves open is passed over."""
    whole = voucher.parent or voucher
    split = voucher.parent is not None
    pairs = [
        (
            "number",
            folded(read.code + read.number) != folded(whole.code + whole.number),
            read.number,
            "parent_number" if split else "number",
        ),
        (
            "face",
            read.face is not None and read.face != whole.face,
            f"{yuan(read.face)} 元" if read.face else "",
            "parent_face" if split else "face",
        ),
        ("spent_on", read.issued_on is not None and read.issued_on != spent_on, str(read.issued_on), "spent_on"),
        ("payee", bool(read.seller) and plain_name(read.seller) != plain_name(payee), read.seller, "payee"),
    ]
    if not split:
        pairs += [
            ("buyer", bool(read.buyer) and plain_name(read.buyer) != plain_name(voucher.buyer), read.buyer, "buyer"),
            (
                "seller_tax",
                bool(read.seller_tax and voucher.seller_tax) and folded(read.seller_tax) != folded(voucher.seller_tax),
                read.seller_tax,
                "seller_tax",
            ),
        ]
    fields = {"number", "face", "spent_on", "payee"} | (
        {"buyer", "seller_tax"} if voucher.kind in {"einvoice", "invoice", "fiscal"} else set()
    )
    return [
        Refusal(f"read_{name}", f"上传的电子发票上是“{said}”，与填写的不同。", place)
        for name, differs, said, place in pairs
        if differs and name in fields
    ]
