"""Pages of this slice."""

from flask import Blueprint

bp = Blueprint("needs", __name__)
