"""Pages of this slice."""

from flask import Blueprint

bp = Blueprint("library", __name__)
