"""E-invoices as files: what an XML or a PDF says of itself. Nothing here proves that a document is genuine (查验).

OFD is not read: no kept library for it is at hand. It is told where it is uploaded (docs/decisions/0032).
"""

from webapp.core.files import Checked
from webapp.core.markup import MarkupError
from webapp.funding.einvoices import markup, paper
from webapp.funding.einvoices.found import Found

__all__ = ["Found", "read", "scanned", "text"]

scanned, text = paper.scanned, paper.text


def read(file: Checked) -> Found | None:
    """What an e-invoice among the files says; None for what is no e-invoice that can be read (a photo, a scan).

    Raises MarkupError for an XML that is none of the known e-invoices, for nothing else is sent as XML.
    """
    ending = file.name.rpartition(".")[2].lower()
    if ending == "xml":
        found = markup.read(file.content)
        if found is None:
            raise MarkupError("不是数电票或财政电子票据的 XML。请从税务数字账户或票据平台下载原文件。")
        return found
    return paper.read(file.content) if ending == "pdf" else None
