"""Pages of funding, one file for each object."""

from typing import Any

from flask import Blueprint

bp: Blueprint = Blueprint("funding", __name__)

from webapp.funding.views import approval, audits, batches, closing, ledger, review, sheets, spending, tranches  # noqa: E402,F401 -- they add their pages to `bp`

PARTS: dict[str, Any] = {**ledger.PARTS, "project": (spending.on_project,)}
