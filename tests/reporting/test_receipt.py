"""申报回执: printed for who may read the application, with the digest of what was handed in; its QR code leads to the check."""

import subprocess

from tests.applications import forms
from tests.conftest import START
from tests.reporting.test_pages import issued, work
from webapp.applications.models import Snapshot
from webapp.core.db import reading, transaction


def test_a_receipt_names_the_digest_of_what_was_handed_in(site, cast, engine, app):
    with transaction(engine) as session:
        key = forms.filled(session, cast, START, forms.call(session, cast, START)).id
    lead = site.as_(cast.lead)
    assert "编制申报回执" not in lead.open("applications.show", id=key)
    page = lead.open("applications.show", id=key).submit("确认提交")
    assert "已开始编制" in page.submit("编制申报回执")
    work(engine)
    with reading(engine) as session:
        digest = session.query(Snapshot).one().digest
    kept = issued(engine)
    content = lead.open("reporting.file", id=kept.id).body
    text = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    text = "".join(text.split())
    assert digest in text
    assert "R-" + digest[:8].upper() in text
    assert "银龄陪伴" in text
    assert site.as_(None).open("reporting.verify", token=kept.token).status == 200
    assert site.as_(cast.rival).open("reporting.file", id=kept.id).status == 404
