"""What the pages of the boards share: the blueprint."""

from flask import Blueprint

bp = Blueprint("boards", __name__)
