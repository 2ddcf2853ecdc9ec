"""Pages of funding, one file for each object."""

from flask import Blueprint

bp = Blueprint("funding", __name__)

from webapp.funding.views import batches, closing, spending, tranches  # noqa: E402,F401 -- they add their pages to `bp`
