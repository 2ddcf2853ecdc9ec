"""The blueprint all pages of handling stand on."""

from flask import Blueprint

bp = Blueprint("handling", __name__)
