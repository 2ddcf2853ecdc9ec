"""Pages of funding, one file for each object."""

from flask import Blueprint

bp: Blueprint = Blueprint("funding", __name__)

from webapp.funding.views import approval, audits, batches, closing, ledger, review, sheets, spending, tranches  # noqa: E402,F401 -- they add their pages to `bp`
from webapp.funding.views.ledger import PARTS  # noqa: E402,F401
