"""Pages of this slice."""

from flask import Blueprint

bp = Blueprint("book", __name__)
