"""The XML of a 数电票 (EInvoice: Header, EInvoiceData, TaxSupervisionInfo) and of a 财政电子票据, by the names of their elements."""

from webapp.core.markup import leaves
from webapp.funding.einvoices.found import Found, amount, day

LARGEST = 1024 * 1024


def read(content: bytes) -> Found | None:
    """The values of an e-invoice's XML; None when it is another XML. Raises MarkupError for what is not read at all."""
    found = leaves(content, largest=LARGEST)
    return _tax(found) or _fiscal(found)


def _first(found: list[tuple[str, str]], *ends: str) -> str:
    """The text of the first element whose path ends so, the names in the order they are to be believed."""
    for end in ends:
        for path, text in found:
            if f"/{path}".endswith(f"/{end}"):
                return text
    return ""


def _tax(found: list[tuple[str, str]]) -> Found | None:
    """数电票. The total is the one of BasicInformation: the lines have a field of nearly the same name."""
    number = _first(found, "TaxSupervisionInfo/InvoiceNumber", "Header/EIid")
    total = _first(found, "BasicInformation/TotalTax-includedAmount")
    if not number or not total:
        return None
    return Found(
        "xml", "einvoice", number,
        seller=_first(found, "SellerInformation/SellerName"), seller_tax=_first(found, "SellerInformation/SellerIdNum"),
        buyer=_first(found, "BuyerInformation/BuyerName"), buyer_tax=_first(found, "BuyerInformation/BuyerIdNum"),
        face=amount(total), issued_on=day(_first(found, "BasicInformation/RequestTime", "TaxSupervisionInfo/IssueTime")),
        item=_first(found, "IssuItemInformation/ItemName"),
    )  # fmt: skip


def _fiscal(found: list[tuple[str, str]]) -> Found | None:
    """财政电子票据: EInvoiceCode 票据代码, EInvoiceNumber 票据号码, RandomNumber 校验码."""
    number, code = _first(found, "EInvoiceNumber"), _first(found, "EInvoiceCode")
    if not number or not code:
        return None
    return Found(
        "xml", "fiscal", number, code, _first(found, "RandomNumber"),
        seller=_first(found, "InvoicingPartyName"), seller_tax=_first(found, "InvoicingPartyCode"),
        buyer=_first(found, "PayerPartyName"), buyer_tax=_first(found, "PayerPartyCode"),
        face=amount(_first(found, "TotalAmount")), issued_on=day(_first(found, "IssueDate")), item=_first(found, "EInvoiceName", "ItemName"),
    )  # fmt: skip
