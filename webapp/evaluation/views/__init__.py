"""Pages of evaluation, one file for each object."""

from flask import Blueprint

bp: Blueprint = Blueprint("evaluation", __name__)

from webapp.evaluation.views import acceptance, checking, evaluation, papers, performance, project, surveys  # noqa: E402,F401 -- they add their pages to `bp`

PARTS = {"register_sample": (checking.on_sample,), "fund": (performance.on_fund,)}
