"""The blueprint all pages of needs stand on."""

from flask import Blueprint

bp = Blueprint("needs", __name__)
