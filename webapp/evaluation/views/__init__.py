"""Pages of evaluation, one file for each object."""

from flask import Blueprint

bp: Blueprint = Blueprint("evaluation", __name__)

from webapp.evaluation.views import checking, evaluation, papers, project, surveys  # noqa: E402,F401 -- they add their pages to `bp`
from webapp.evaluation.views.checking import PARTS  # noqa: E402,F401
