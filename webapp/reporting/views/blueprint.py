"""The blueprint of the pages of documents."""

from flask import Blueprint

bp = Blueprint("reporting", __name__)
