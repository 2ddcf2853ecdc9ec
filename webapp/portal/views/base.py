"""What the public pages share: the blueprint."""

from flask import Blueprint

bp = Blueprint("portal", __name__)
