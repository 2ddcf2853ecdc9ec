"""Pages of projects, one file for each object."""

from flask import Blueprint

bp: Blueprint = Blueprint("projects", __name__)

from webapp.projects.views import (  # noqa: E402,F401 -- they add their pages to `bp`
    agreement,
    changes,
    charges,
    confirmation,
    delivery,
    project,
    register,
    supervision,
    templates,
)
from webapp.projects.views.project import PARTS  # noqa: E402,F401
