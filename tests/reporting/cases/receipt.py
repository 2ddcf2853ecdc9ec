from tests.applications import forms
from tests.conftest import START
from webapp.applications.actions import submit

ASKER, OUTSIDER = "lead", "rival"
WORDS = ("项目申报回执", "银龄陪伴", "R-")


def subject(session, cast):
    one = forms.filled(session, cast, START, forms.call(session, cast, START))
    submit(session, one, by=cast.lead.viewer(session, START), at=START)
    return one
