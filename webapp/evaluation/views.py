"""Pages of this slice."""

from flask import Blueprint

bp = Blueprint("evaluation", __name__)
